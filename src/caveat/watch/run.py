"""The loop: lines in, one transaction, what is to be told out; and a clean end at the end of the input or on a signal."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from caveat.watch.data import AsideData, ToldData
    from caveat.watch.feed import Feed, Line
    from caveat.watch.journal import Journal
    from caveat.watch.outlet import Outlet, Row
    from caveat.watch.watch import Rejected, Watch

BATCH = 500  # lines told at once
MOMENT_SECONDS = 0.05  # after which what was taken is committed, if there is something to tell
LONG_SECONDS = 1.0  # and if there is not


@dataclass(slots=True)
class Run:
    """One run of a watch: what it reads, where it tells, and where it notes what it set aside.

    `rejects` is a second outlet, `records` appends the records of told lines up to a number; both may be None.
    """

    watch: Watch
    feed: Feed
    outlet: Outlet[ToldData]
    rejected: Callable[[Rejected], None]
    rejects: Outlet[AsideData] | None = None
    records: Callable[[list[tuple[int, bytes]], Callable[[], bool]], None] | None = None
    recorded: int = 0
    noted: int = -1

    @property
    def journal(self) -> Journal:
        """The journal."""
        return self.watch.journal

    def run(self) -> None:
        """Read to the end, or until a signal says stop. What was accepted by then is in the journal, and told."""
        seen = self.journal.last_told()
        self.journal.commit()  # what a library newer than last time has changed
        with _signals() as (stop, wake):
            self._deliver(seen, stop, wake)
            while lines := self.feed.read(stop, wake, self.outlet.watched):
                begin = 0
                while begin < len(lines) and not (stop() and self.feed.is_rereadable):
                    begin += self._take(lines[begin:])
                    self._deliver(seen, stop, wake)
        self.journal.begin()
        self._note_delivered()
        self.journal.commit()

    def _take(self, lines: list[Line]) -> int:
        """Take lines within one transaction that ends within a moment of something to tell; how many were taken."""
        self.journal.begin()
        found, count, begun, before = [], 0, monotonic(), self.watch.seq
        try:
            for count, line in enumerate(lines, 1):  # noqa: B007  (counted)
                found.append(self.watch.take(line.text, line.number, self.feed.source))
                if monotonic() - begun > (LONG_SECONDS if self.watch.seq == before else MOMENT_SECONDS):
                    break
            place = self.feed.place(line)
            if place is not None:
                self.journal.set_place(self.feed.source, place)
            self._note_delivered()
            self.journal.commit()
        except BaseException:
            self.journal.rollback()
            raise
        for rejected in found:
            if rejected is not None:
                self.rejected(rejected)
        return count

    def _deliver(self, seen: int, stop: Callable[[], bool], wake: int) -> None:
        """Write what is on the disk and not yet written: records first, so that nothing is told that is not on record.

        What cannot be written because nobody reads, by the time that `stop` says so, is told by the next run.
        """
        if self.records is not None:
            rows = ((number, record) for number, _, record in self.journal.told_after(self.recorded) if record is not None)
            while batch := list(islice(rows, BATCH)):
                self.records(batch, stop)
                self.recorded = batch[-1][0]
        _all_of(((number, data) for number, data, _ in self.journal.told_after(self.outlet.told)), self.outlet, seen, stop, wake)
        if self.rejects is not None:
            _all_of(self.journal.rejects(self.rejects.told), self.rejects, 0, stop, wake)
        if self.outlet.told != self.noted:  # at once, so that after a kill while waiting nothing is in doubt
            self.journal.begin()
            self._note_delivered()
            self.journal.commit()

    def _note_delivered(self) -> None:
        """Note in the journal up to where lines arrived, as far as it is known."""
        self.noted = self.outlet.told
        self.journal.note("told", str(self.outlet.told))
        if self.rejects is not None:
            self.journal.note("rejected", str(self.rejects.told))
        if self.records is not None:
            self.journal.note("recorded", str(self.recorded))


def _all_of(rows: Iterator[tuple[int, Row]], outlet: Outlet[Row], seen: int, stop: Callable[[], bool], wake: int) -> None:
    while (batch := list(islice(rows, BATCH))) and outlet.send(batch, seen, stop, wake):
        pass


@contextmanager
def _signals() -> Iterator[tuple[Callable[[], bool], int]]:
    """Whether a signal to stop has come, and a descriptor that becomes readable when one does; a second one ends at once."""
    stopped: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        del frame
        if stopped:  # a kill at any moment loses nothing
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        stopped.append(number)

    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    before_wake = signal.set_wakeup_fd(theirs, warn_on_full_buffer=False)
    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield (lambda: bool(stopped)), ours
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(before_wake)
        os.close(ours)
        os.close(theirs)

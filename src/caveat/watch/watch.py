"""Takes lines, keeps what they say, decides again what they can touch, and tells each change of a verdict once.

What is told in the end depends on the lines that were accepted and on nothing else: not on their order, not on how often
one came, not on where a run was stopped. `take` works within one transaction of the journal; the caller commits.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from caveat.core.errors import CaveatError, ScenarioError, printable
from caveat.core.incident import NO, PERHAPS, SURE, standing
from caveat.resolve.incidents import read_report
from caveat.store.canonical import text_of
from caveat.watch.lines import LineError, read_line
from caveat.watch.question import Kept, OpenQuestion
from caveat.watch.relevance import Interest, Meaning, filters_of, kept_by, kept_under
from caveat.watch.telling import CLOSED, told_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from caveat.core.book import Book
    from caveat.core.decision import Decision
    from caveat.core.incident import Incident
    from caveat.core.question import Asking
    from caveat.watch.data import CauseData
    from caveat.watch.journal import Journal
    from caveat.watch.lines import Event, Op

SHOWN = 4_000  # characters of a bad line that are kept
KEPT_INCIDENTS = 4_096
UNREADABLE = "?|"  # the place of reports that this library cannot read
PROBLEM = "!"  # begins the state of a question that cannot be decided


class Judge(Protocol):
    """Whoever makes scenarios ready and decides them; `Library` does."""

    @property
    def book(self) -> Book:
        """The policies asked."""

    def ask(self, scenario: Mapping[str, object], *, as_of: str | None = None, known_by: str | None = None) -> Asking:
        """The scenario made ready; ScenarioError for unknown names and contradictions."""

    def decide(self, scenario: Asking, *, engine: str = "compiled") -> Decision:
        """The decision; ScenarioError where no issuer asked has a say."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What a change is told because of: the operation, the id it is about, and the number of its line (0: no line)."""

    op: Op
    id: str
    line: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that was set aside: its number, a code, what is wrong, and what to write instead."""

    line: int
    code: str
    message: str
    tip: str


class Watch:
    """A journal, a library, and the questions that are open."""

    def __init__(self, judge: Judge, journal: Journal, *, clock: str, engine: str = "compiled", recorder: Callable[[Decision, str, int], bytes] | None = None) -> None:  # fmt: skip
        """Go on where the journal stands; `clock` is the day it is until a line says otherwise, if the journal is new.

        `recorder` makes the record of a decision, of its scenario's id and of the number it is told under. With another
        library than last time everything open is decided again, within a transaction that is left for the caller to commit.
        """
        self.judge, self.journal = judge, journal
        self._engine, self._recorder = engine, recorder
        self._interest, self._open = Interest(kept_by(judge.book.reporting)), dict[str, OpenQuestion]()
        self._known: dict[str, Incident] = {}
        self._meaning = Meaning(judge.book.reporting)
        journal.begin()
        if journal.noted("clock") is None:
            journal.note("clock", clock)
        self.clock = str(journal.noted("clock"))
        self._span = int(journal.noted("span") or 0)
        self.seq, self._states = journal.last_told(), journal.states()
        self._resume()

    # -- taking lines

    def take(self, line: bytes, number: int, source: str = "") -> Rejected | None:
        """Take one line; what was wrong with it, where it was set aside for the first time."""
        if not line.strip():
            return None
        try:
            self._apply(read_line(line), number)
        except LineError as error:
            return self._set_aside(line, number, source, error)
        except ScenarioError as error:
            first = error.diagnostics[0]
            return self._set_aside(line, number, source, LineError(first.code, first.message.removeprefix("reports[0]."), first.help))
        return None

    def _set_aside(self, line: bytes, number: int, source: str, error: LineError) -> Rejected | None:
        digest = hashlib.sha256(line).hexdigest()
        shown = printable(line[: SHOWN * 4].decode("utf-8", "replace").rstrip("\n"))[:SHOWN]
        message = printable(error.message)
        new = self.journal.reject(source, number, digest, error.code, message, shown)
        return Rejected(number, error.code, message, printable(error.tip)) if new else None

    def _apply(self, event: Event, number: int) -> None:
        match event.op:
            case "scenario":
                self._take_scenario(event, number)
            case "report":
                self._take_report(event, number)
            case "close":
                self._take_close(event, number)
            case _:
                self._take_clock(str(event.body["day"]), number)

    def _take_scenario(self, event: Event, number: int) -> None:
        question = OpenQuestion(event.id, event.version, event.body)
        self._ask(question)  # refuses what this library does not know
        text = text_of(dict(event.body))
        before = self.journal.add_scenario(event.id, event.version, text)
        if before is not None and before != text:
            raise LineError("conflict", f"version {event.version} of the scenario `{event.id}` says something else", "send a higher `version`")
        now = self._open.get(event.id)
        if before is None and not self.journal.is_closed(event.id) and (now is None or now.version < event.version):
            self._open[event.id] = question
            self._watch_for(question)
            self._decide([event.id], Cause("scenario", event.id, number))

    def _take_close(self, event: Event, number: int) -> None:
        if self.journal.close_scenario(event.id) and self._open.pop(event.id, None) is not None:
            self._interest.remove(event.id)
            self._tell(event.id, CLOSED, None, Cause("close", event.id, number))

    def _take_clock(self, day: str, number: int) -> None:
        if day <= self.clock:
            return
        self.clock = day
        self.journal.note("clock", day)
        moved = [q for q in self._open.values() if q.follows_clock]
        for question in moved:
            self._watch_for(question)
        self._decide([q.id for q in moved], Cause("clock", day, number))

    def _take_report(self, event: Event, number: int) -> None:
        incident = read_report(self.judge.book, dict(event.body))
        text = text_of(dict(event.body))
        target = incident.corrects or incident.retracts
        keys = kept_under(incident, self._interest.places)
        before = self.journal.add_report(incident.id, target, text, keys)
        if before is not None:
            if before != text:
                raise LineError("conflict", f"the report `{incident.id}` says something else", "send a correction, with an id of its own")
            return
        self._widen(incident)
        touched = self._interest.of(incident, keys)
        together = {incident.id: incident}
        try:
            for each in self._aimed_at(incident):
                together[each.id] = each
                touched |= self._interest.of(each, kept_under(each, self._interest.places))
            together = self._with_what_is_aimed_at(together.values())
        except ScenarioError:  # this library cannot read what is aimed at: it may concern anything
            for question in self._open.values():
                question.kept = None
            touched = set(self._open)
        affected = [i for i in sorted(touched) if self._is_touched(self._open[i], incident, together)]
        self._decide(affected, Cause("report", incident.id, number))

    def _widen(self, incident: Incident) -> None:
        """Where a report is dated more roughly than any before it, earlier ones may matter beside it."""
        if incident.when is not None and (span := (incident.when.latest - incident.when.earliest).days) > self._span:
            self._span = span
            self.journal.note("span", str(span))
            for question in self._open.values():
                self._watch_for(question)

    def _aimed_at(self, incident: Incident) -> Iterator[Incident]:
        """What a report corrects or retracts, and what that did in turn, as far as it has come."""
        seen = {incident.id}
        while (target := incident.corrects or incident.retracts) and target not in seen:
            seen.add(target)
            body = self.journal.report(target)
            if body is None:
                return
            incident = self._incident(target, body)
            yield incident

    def _with_what_is_aimed_at(self, incidents: Iterable[Incident]) -> dict[str, Incident]:
        """Reports with everything that corrects or retracts them, and what does so to that."""
        found: dict[str, Incident] = {}
        waiting = list(incidents)
        while waiting:
            one = waiting.pop()
            if one.id not in found:
                found[one.id] = one
                waiting += [self._incident(i, b) for i, b in self.journal.reports_on(one.id)]
        return found

    def _is_touched(self, question: OpenQuestion, incident: Incident, together: Mapping[str, Incident]) -> bool:
        """Whether a question's answer can be another for a new report; what is kept for it is brought up to date.

        `together` has the report with all whose standing it may change.
        """
        kept = question.kept
        if kept is None:
            return True
        before = standing([i for i in together.values() if i.id != incident.id], kept.known_by)
        after = standing(together.values(), kept.known_by)
        matters = False
        for each in together.values():
            was, now = before.get(each.id, NO), after.get(each.id, NO)
            if was == now or not any(f.takes(each) for f in question.filters):
                continue
            if PERHAPS in (was, now) or (now == NO and kept.holds(each)):
                question.kept = None
                return True
            matters |= now == SURE and kept.add(each)
        return matters

    # -- what is open

    def _resume(self) -> None:
        """Take up what was open; with another library than last time, decide it all again."""
        same = self.journal.noted("library") == self.judge.book.digest
        if not same:
            if self.journal.noted("library") is not None:
                self.journal.keep_again(self._places_again())
            self.journal.note("library", self.judge.book.digest)
        for ident, version, body in self.journal.open_scenarios():
            question = self._open[ident] = OpenQuestion(ident, version, _loaded(body))
            self._watch_for(question)
        if not same:
            self._decide(list(self._open), Cause("library", self.judge.book.digest, 0))

    def _places_again(self) -> Callable[[str], Iterable[tuple[str, int]]]:
        """Where a report is looked for in this library; nowhere, where this library cannot read it."""

        def places(body: str) -> Iterable[tuple[str, int]]:
            try:
                incident = read_report(self.judge.book, _loaded(body))
            except ScenarioError:
                return [(UNREADABLE, date.max.toordinal())]
            return kept_under(incident, self._interest.places)

        return places

    def _ask(self, question: OpenQuestion, reports: Iterable[Incident] = ()) -> Asking:
        return self.judge.ask(question.facts(self.clock, reports), as_of=question.body.get("as_of"), known_by=question.known_by(self.clock))

    def _watch_for(self, question: OpenQuestion) -> None:
        """Work out which reports can matter to a question."""
        question.kept = None
        reporting = self.judge.book.reporting
        try:
            asking = self._ask(question)
        except CaveatError:  # this library does not know it: that is told when it is decided
            question.filters = ()
        else:
            question.filters = filters_of(reporting, self.judge.book.vocabulary, asking, self._span) if reporting is not None else ()
        self._interest.add(question.id, question.filters)

    def _gathered(self, question: OpenQuestion) -> Kept:
        """The reports kept for a question, read from the journal where they were not yet."""
        if question.kept is None:
            kept = Kept(self._meaning, date.fromisoformat(question.known_by(self.clock)))
            for each in question.filters:
                for ident, body, tied in self.journal.reports_at([*each.keys(self._interest.places), UNREADABLE], each.since):
                    incident = self._incident(ident, body)
                    if each.takes(incident):
                        together = self._with_what_is_aimed_at([incident]) if tied else {ident: incident}
                        stands = standing(together.values(), kept.known_by).get(ident, NO)
                        if stands == SURE:
                            kept.add(incident)
                        elif stands == PERHAPS:
                            kept.doubtful |= together
            question.kept = kept
        return question.kept

    def _incident(self, ident: str, body: str) -> Incident:
        """A report out of the journal; ScenarioError where this library cannot read it."""
        found = self._known.get(ident)
        if found is None:
            if len(self._known) >= KEPT_INCIDENTS:
                self._known.clear()
            found = self._known[ident] = read_report(self.judge.book, _loaded(body))
        return found

    # -- deciding and telling

    def _decide(self, idents: Iterable[str], cause: Cause) -> None:
        for ident in idents:
            question = self._open[ident]
            try:
                ready = self._ask(question, self._gathered(question).all())
                case = _case(ready)
                if case and case == question.case:
                    continue  # the same is asked of the same policies
                decision = self.judge.decide(ready, engine=self._engine)
                question.case = case
            except CaveatError as error:
                question.case = ()
                self._tell(ident, PROBLEM + _kind_of(error), None, cause, str(error).splitlines()[0])
            else:
                self._tell(ident, decision.verdict.value, decision, cause)

    def _tell(self, ident: str, state: str, decision: Decision | None, cause: Cause, problem: str = "") -> None:
        """Tell a change of state; nothing where there is none."""
        before = self._states.get(ident)
        if state == before:
            return
        self.seq += 1
        why: CauseData = {"op": cause.op, "id": cause.id, "line": cause.line}
        line = told_data(self.judge.book, self.seq, ident, before, state, decision, why, problem)
        record = self._recorder(decision, ident, self.seq) if decision is not None and self._recorder is not None else None
        self.journal.tell(self.seq, line, record)
        if state == CLOSED:
            self._states.pop(ident, None)
            self.journal.set_state(ident, None)
        else:
            self._states[ident] = state
            self.journal.set_state(ident, state)

    @property
    def states(self) -> dict[str, str]:
        """The state of every open question: its verdict, or `!` and the kind of problem that keeps it from being decided."""
        return dict(sorted(self._states.items()))


def _case(ready: Asking) -> tuple[Any, ...]:
    """All that an answer depends on, to be compared: the days, the values, and the policies as the reports settle them."""
    if ready.case is None:
        return ()
    book, asked = ready.case.book, ready.question
    return asked.first, asked.last, asked.known_by, asked.sets, book.rules, book.says, book.constraints, book.readings


def _kind_of(error: CaveatError) -> str:
    """The code of an error, or of the first of its problems."""
    found = getattr(error, "diagnostics", ())
    return found[0].code if found else "too-large"


def _loaded(body: str) -> Any:  # noqa: ANN401  (what was kept of a line)
    return json.loads(body)

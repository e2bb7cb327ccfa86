"""A timeline as a document: strips of letters, then every stretch with the day it began and what changed it."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from caveat.core.dates import ONE_DAY
from caveat.report.document import Bullets, Caps, Document, Drawing, Em, Heading, Item, Paragraph, Remark, Tone, joined, mark
from caveat.report.kinds import DISCLAIMER, KIND_TONES, LATE, LEGEND, MARKS, WORDS, Kind, issuer_names, kind_of, mark_of
from caveat.report.points import worded
from caveat.report.sourced import sources_of
from caveat.report.views import reasons_of
from caveat.report.wording import listed
from caveat.timeline.run import NO_CHANGE, is_of
from caveat.timeline.story import changed_by, clock_words, given_of, lane_name, lane_role, quiet_names, reading_of, runs, shown_lanes, title_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from caveat.core.book import Book
    from caveat.report.document import Block, Words
    from caveat.timeline.run import Lane, Segment, Strip, Timeline

COLUMNS = 78


def timeline_document(book: Book, timeline: Timeline, *, title: str = "", brief: bool = False, columns: int | None = None) -> Document:
    """The whole of it; strips are drawn so many letters wide, and `brief` leaves out the sources."""
    columns = columns or COLUMNS
    return Document((
        Heading(1, title or title_of(book, timeline)),
        Paragraph(reading_of(book, timeline)),
        *(Paragraph((Em(name), f": {line}."), Tone.SOFT) for name, line in given_of(book, timeline)),
        *(block for lane in shown_lanes(timeline) for block in _lane(book, timeline, lane, columns)),
        *_quiet(book, timeline),
        *_legend(timeline, columns),
        *(() if brief else sources_of(book, changed_by(timeline))),
        Remark(DISCLAIMER),
    ))  # fmt: skip


def _lane(book: Book, timeline: Timeline, lane: Lane, columns: int) -> Iterator[Block]:
    yield Heading(2, " ".join(part for part in (lane_name(book, lane), lane_role(book, lane)) if part))
    for strip in lane.strips:
        yield Paragraph(f"{clock_words(strip.clock, timeline.known_by, timeline.as_of)}:")
        yield _drawn(timeline, strip, columns)
    for strip, name in _told_apart(timeline, lane):
        if name:
            yield Heading(3, name)
        told: set[str] = set()
        yield Bullets(tuple(_segment(book, lane, segment, told) for segment in strip.segments))


def _told_apart(timeline: Timeline, lane: Lane) -> list[tuple[Strip, str]]:
    """The strips to list; once, where both clocks show the same."""
    same = len({tuple((s.first, s.view) for s in strip.segments) for strip in lane.strips}) == 1
    if same or len(lane.strips) == 1:
        return [(lane.strips[0], "")]
    return [(strip, clock_words(strip.clock, timeline.known_by, timeline.as_of)) for strip in lane.strips]


def _quiet(book: Book, timeline: Timeline) -> Iterator[Block]:
    if quiet := quiet_names(book, timeline):
        yield Remark(f"No objection from treaties throughout: {listed(quiet)}.")


def _legend(timeline: Timeline, columns: int) -> Iterator[Block]:
    strips = [strip for lane in shown_lanes(timeline) for strip in lane.strips]
    shown = {run.kind for strip in strips for run in runs(strip)}
    late = any(s.view.last_known for strip in strips for s in strip.segments)
    total = (timeline.last - timeline.first).days + 1
    kinds = [Item(f"{MARKS[kind]}  {LEGEND[kind]}", bullet="") for kind in Kind if kind in shown]
    yield Heading(2, "Legend")
    yield Bullets((*kinds, *([Item(f"small letters: {LATE}", bullet="")] if late else [])))
    yield Paragraph(f"A letter stands for about {max(1, round(total / columns))} days; the lists have every day.")


# -- a strip


def _drawn(timeline: Timeline, strip: Strip, columns: int) -> Drawing:
    """A ruler of years and a row of letters; a letter stands for the kind that fills most of its days."""
    total = (timeline.last - timeline.first).days + 1
    edges = [timeline.first + ONE_DAY * round(i * total / columns) for i in range(columns)]
    lasts = [max(edge, after - ONE_DAY) for edge, after in pairwise(edges)] + [timeline.last]
    letters = [_letter(strip, edge, last) for edge, last in zip(edges, lasts, strict=True)]
    row = tuple(("".join(letter for letter, _ in part), KIND_TONES[kind]) for kind, part in groupby(letters, key=lambda pair: pair[1]))
    return Drawing((((_ruler(edges), Tone.SOFT),), row))


def _ruler(edges: list[date]) -> str:
    """Each year where it begins, where there is room."""
    ruler = [" "] * len(edges)
    for spot, edge in enumerate(edges):
        begins = spot == 0 or edges[spot - 1].year != edge.year
        if begins and spot + 5 <= len(edges) and all(c == " " for c in ruler[max(0, spot - 1) : spot + 5]):
            ruler[spot : spot + 5] = f"|{edge.year:04}"
    return "".join(ruler).rstrip()


def _letter(strip: Strip, first: date, last: date) -> tuple[str, Kind]:
    days = [((min(s.last, last) - max(s.first, first)).days, -i) for i, s in enumerate(strip.segments)]
    segment = strip.segments[-max(days)[1]]
    kind = kind_of(segment.view)
    return mark_of(kind, late=segment.view.last_known), kind


# -- a stretch


def _segment(book: Book, lane: Lane, segment: Segment, told: set[str]) -> Item:
    """The stretch, what it rests on, and what began it. Rules told before are only named."""
    view, kind = segment.view, kind_of(segment.view)
    by = f", by {issuer_names(book, view.binding)}" if lane.issuer is None and view.binding else ""
    words = (f"{segment.first} to {segment.last}  ", Caps(WORDS[kind]), f"{by}{', last known' if view.last_known else ''}")
    return Item(words, tuple(_behind(book, segment, told)), KIND_TONES[kind], bullet="")


def _behind(book: Book, segment: Segment, told: set[str]) -> Iterator[Item]:
    if segment.change == NO_CHANGE:
        yield Item("as before; the sources of someone asked end here", tone=Tone.SOFT, bullet="")
        return
    yield from reasons_of(book, segment.view, told)
    yield from _change(book, segment)


def _change(book: Book, segment: Segment) -> Iterator[Item]:
    """What came into doubt on the first day, and the statements of that day; where there are none, what it rests on."""
    if segment.change is None:
        return
    for doubt in segment.change.doubts:
        yield Item(f"from here in doubt: {worded(book, book.readings[doubt]).question}", bullet="")
    of_the_day = [s for s in segment.change.statements if is_of(book.statements[s], segment.first)]
    who = joined([_who(book, s) for s in of_the_day or segment.change.statements])
    yield Item(("changed by " if of_the_day else "resting on ", *who), tone=Tone.SOFT, bullet="")


def _who(book: Book, ident: str) -> Words:
    """A statement by who made it and when it was reported."""
    s = book.statements[ident]
    return (f"{s.by.partition(';')[0]} ({s.reported.words}) ", mark(ident))

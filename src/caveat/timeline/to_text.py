"""A timeline for the terminal and as Markdown."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from caveat.core.dates import ONE_DAY
from caveat.report.document import Document
from caveat.report.kinds import (
    CODES,
    DISCLAIMER,
    LATE,
    LEGEND,
    MARKS,
    WORDS,
    Kind,
    assumed_line,
    facts_line,
    issuer_names,
    kind_of,
    mark_of,
    why_words,
)
from caveat.report.markdown import escaped, to_markdown
from caveat.report.page_text import Page
from caveat.report.points import worded
from caveat.report.policies import TITLE, policies_words
from caveat.report.sourced import sources_of
from caveat.report.text import tell
from caveat.report.wording import listed, rule_name
from caveat.timeline.run import NO_CHANGE, is_of
from caveat.timeline.story import changed_by, clock_words, lane_name, lane_role, quiet_names, reading_of, runs, shown_lanes, title_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from caveat.core.book import Book
    from caveat.timeline.run import Lane, Segment, Strip, Timeline


def timeline_to_text(book: Book, timeline: Timeline, *, width: int = 80, colour: bool = False, title: str = "", brief: bool = False) -> str:
    """Strips of letters, one for each few days, then every stretch with the day it began and what changed it."""
    page = Page(width, colour=colour)
    page.add(title or title_of(book, timeline), style="1")
    page.add(reading_of(book, timeline), indent="  ")
    for name, line in given_of(book, timeline):
        page.add(f"{name}: {line}.", indent="  ", style="2")
    for lane in shown_lanes(timeline):
        page.gap()
        page.add(" ".join(part for part in (lane_name(book, lane), lane_role(book, lane)) if part), style="1")
        for strip in lane.strips:
            page.add(f"{clock_words(strip.clock, timeline.known_by, timeline.as_of)}:", indent="  ")
            _strip_lines(page, timeline, strip)
        for strip, name in _told_apart(timeline, lane):
            page.add(name, indent="  ", style="4") if name else None
            told: set[str] = set()
            for segment in strip.segments:
                _segment_lines(page, book, lane, segment, told)
    quiet = quiet_names(book, timeline)
    if quiet:
        page.gap()
        page.add(f"No objection from treaties throughout: {listed(quiet)}.", style="2")
    _legend(page, timeline)
    if not brief:
        tell(page, sources_of(book, changed_by(timeline)))
        page.gap()
    page.add(DISCLAIMER, style="2")
    return str(page)


def given_of(book: Book, timeline: Timeline) -> Iterator[tuple[str, str]]:
    """What was given and assumed, each with its name."""
    given, taken = facts_line(book, timeline.scenario), assumed_line(book, timeline.assumptions)
    for name, line in (("Given", given), ("Assumed", taken), ("Note", "; ".join(timeline.told))):
        if line:
            yield name, line
    if any(lane.given for lane in timeline.lanes):
        yield "Asked", "each of what it gave itself"
    if words := policies_words(book):
        yield TITLE, words


def _told_apart(timeline: Timeline, lane: Lane) -> list[tuple[Strip, str]]:
    """The strips to list; once, where both clocks show the same."""
    same = len({tuple((s.first, s.view) for s in strip.segments) for strip in lane.strips}) == 1
    if same or len(lane.strips) == 1:
        return [(lane.strips[0], "")]
    return [(strip, clock_words(strip.clock, timeline.known_by, timeline.as_of)) for strip in lane.strips]


def _strip_lines(page: Page, timeline: Timeline, strip: Strip) -> None:
    """A ruler of years and a row of letters; a letter stands for the kind that fills most of its days."""
    columns = page.width - 4
    total = (timeline.last - timeline.first).days + 1
    edges = [timeline.first + ONE_DAY * round(i * total / columns) for i in range(columns)]
    lasts = [max(edge, after - ONE_DAY) for edge, after in pairwise(edges)] + [timeline.last]
    ruler = [" "] * columns
    for spot, edge in enumerate(edges):
        begins = spot == 0 or edges[spot - 1].year != edge.year
        if begins and spot + 5 <= columns and all(c == " " for c in ruler[max(0, spot - 1) : spot + 5]):
            ruler[spot : spot + 5] = f"|{edge.year:04}"
    page.lines.append("    " + page.styled("".join(ruler).rstrip(), "2"))
    letters = [_letter(strip, edge, last) for edge, last in zip(edges, lasts, strict=True)]
    parts, start = [], 0
    for i in range(1, columns + 1):
        if i == columns or letters[i] != letters[start]:
            parts.append(page.styled("".join(letter for letter, _ in letters[start:i]), CODES[letters[start][1]]))
            start = i
    page.lines.append("    " + "".join(parts))


def _letter(strip: Strip, first: date, last: date) -> tuple[str, Kind]:
    days = [((min(s.last, last) - max(s.first, first)).days, -i) for i, s in enumerate(strip.segments)]
    segment = strip.segments[-max(days)[1]]
    kind = kind_of(segment.view)
    return mark_of(kind, late=segment.view.last_known), kind


def _segment_lines(page: Page, book: Book, lane: Lane, segment: Segment, told: set[str]) -> None:
    """The stretch, what it rests on, and what began it. Rules told before are only named."""
    view, kind = segment.view, kind_of(segment.view)
    late = ", last known" if view.last_known else ""
    by = f", by {issuer_names(book, view.binding)}" if lane.issuer is None and view.binding else ""
    page.add(f"{segment.first} to {segment.last}  {WORDS[kind].upper()}{by}{late}", indent="  ", hang="      ", style=CODES[kind])
    if segment.change == NO_CHANGE:
        page.add("as before; the sources of someone asked end here", indent="      ", style="2")
        return
    if why_words(book, view) and not view.is_silent:
        page.add(why_words(book, view), indent="      ")
    for rule in view.rules:
        if rule not in told:
            page.add(f"- {rule_name(book, rule)} [{rule}]", indent="      ", hang="        ")
    again = [rule for rule in view.rules if rule in told]
    if again:
        page.add(f"- as before [{listed(again)}]", indent="      ", hang="        ")
    told.update(view.rules)
    if segment.change:
        for doubt in segment.change.doubts:
            page.add(f"from here in doubt: {worded(book, book.readings[doubt]).question}", indent="      ", hang="        ")
        of_the_day = [s for s in segment.change.statements if is_of(book.statements[s], segment.first)]
        if of_the_day:
            page.add(f"changed by {listed([_who(book, s) for s in of_the_day])}", indent="      ", hang="        ", style="2")
        else:
            page.add(f"resting on {listed([_who(book, s) for s in segment.change.statements])}", indent="      ", hang="        ", style="2")


def _who(book: Book, ident: str) -> str:
    """A statement by who made it and when it was reported."""
    s = book.statements[ident]
    return f"{s.by.partition(';')[0]} ({s.reported.words}) [{ident}]"


def _legend(page: Page, timeline: Timeline) -> None:
    shown = {run.kind for lane in shown_lanes(timeline) for strip in lane.strips for run in runs(strip)}
    late = any(s.view.last_known for lane in shown_lanes(timeline) for strip in lane.strips for s in strip.segments)
    total = (timeline.last - timeline.first).days + 1
    page.head("Legend")
    for kind in Kind:
        if kind in shown:
            page.add(f"{MARKS[kind]}  {LEGEND[kind]}", indent="  ", hang="     ")
    if late:
        page.add(f"small letters: {LATE}", indent="  ", hang="     ")
    page.add(f"A letter stands for about {max(1, round(total / (page.width - 4)))} days; the lists have every day.", indent="  ")


# -- Markdown


def timeline_to_markdown(book: Book, timeline: Timeline, *, title: str = "") -> str:
    """A section with one table for each strip, and the statements behind the changes."""
    lines = [f"## {escaped(title or title_of(book, timeline))}", "", escaped(reading_of(book, timeline)), ""]
    for name, line in given_of(book, timeline):
        lines += [f"*{name}*: {escaped(line)}.", ""]
    for lane in shown_lanes(timeline):
        lines += [f"### {escaped(lane_name(book, lane))}", "", *([f"{escaped(lane_role(book, lane))}.", ""] if lane_role(book, lane) else [])]
        for strip in lane.strips:
            lines += [f"**{escaped(clock_words(strip.clock, timeline.known_by, timeline.as_of))}**", "", *_markdown_table(book, strip.segments), ""]
    if quiet_names(book, timeline):
        lines += [f"No objection from treaties throughout: {escaped(listed(quiet_names(book, timeline)))}.", ""]
    lines += [to_markdown(Document(tuple(sources_of(book, changed_by(timeline))))), DISCLAIMER]
    return "\n".join(lines).rstrip() + "\n"


def _markdown_table(book: Book, segments: Sequence[Segment]) -> Iterator[str]:
    yield "| from | to | verdict | rules | changed by |"
    yield "|---|---|---|---|---|"
    for s in segments:
        late = " (last known)" if s.view.last_known else ""
        rules = "<br>".join(f"{escaped(rule_name(book, r))} (`{r}`)" for r in s.view.rules)
        behind = ", ".join(f"`{i}`" for i in s.change.statements) if s.change else ""
        yield f"| {s.first} | {s.last} | {WORDS[kind_of(s.view)]}{late} | {rules} | {behind} |"


__all__ = ["timeline_to_markdown", "timeline_to_text"]

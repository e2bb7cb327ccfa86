"""A timeline as a page: the picture, wide or for a phone, what happened at each number, every stretch, the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.report.kinds import day_words, lower_first
from caveat.report.picture.markup import Element, el
from caveat.report.picture.page import Sources, note, page
from caveat.report.wording import listed
from caveat.timeline.story import (
    CLOCK_LABELS,
    clock_words,
    dated_words,
    given_of,
    lane_name,
    lane_role,
    moves_words,
    quiet_names,
    reading_of,
    shown_lanes,
    title_of,
    turns,
)
from caveat.timeline.to_svg import WIDTH, timeline_picture

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.timeline.run import Lane, Strip, Timeline
    from caveat.timeline.story import Turn

PHONE = 380


def timeline_to_html(book: Book, timeline: Timeline, *, title: str = "") -> str:
    """The whole page."""
    name = title or title_of(book, timeline)
    sources = Sources(book)
    told = el("ol", *(turn_item(book, timeline, sources, t) for t in turns(timeline)), class_="turns")
    notes = [_lane(book, timeline, sources, lane) for lane in shown_lanes(timeline)]
    quiet = quiet_names(book, timeline)
    return page(
        name, reading_of(book, timeline), given_of(book, timeline),
        el("div", *(_picture(book, timeline, name, which) for which in ("desk", "phone")), class_="chart", id="chart"),
        [el("p", f"“{CLOCK_LABELS[clock]}”: {lower_first(clock_words(clock, timeline.known_by, timeline.as_of))}.", class_="soft small") for clock in timeline.clocks],
        el("p", f"No objection from treaties throughout: {listed(quiet)}.", class_="soft") if quiet else None,
        el("section", el("h2", "What happened"), told),
        el("section", el("h2", "Stretch by stretch"), *notes),
        sources.section(),
        digest=timeline.digest,
    )  # fmt: skip


def _picture(book: Book, timeline: Timeline, title: str, which: str) -> Element:
    """The chart for a wide screen, or for a phone."""
    lanes = shown_lanes(timeline)

    def address(lane: Lane, strip: Strip, number: int) -> str:
        return address_of(lanes, lane, strip, number)

    width = PHONE if which == "phone" else WIDTH
    return el("div", timeline_picture(book, timeline, title=title, whole=False, name=which, address=address, width=width), class_=which)


def address_of(lanes: list[Lane], lane: Lane, strip: Strip, number: int) -> str:
    """The id of the note on one stretch."""
    return f"s-{lanes.index(lane)}-{strip.clock.value}-{number}"


def turn_item(book: Book, timeline: Timeline, sources: Sources, turn: Turn) -> Element:
    """What happened at one number."""
    says = [el("p", f"From here in doubt: {book.readings[d].question} {book.readings[d].because}", style="margin:.2rem 0") for d in turn.doubts[:2]]
    says += [
        el("p", dated_words(book, s, turn.day), book.statements[s].says, " (", sources.mention(s), ")", style="margin:.2rem 0")
        for s in turn.statements[:2]
    ]
    return el(
        "li", el("span", str(turn.number), class_="dot"), el("div", el("b", f"{day_words(turn.day)}. {moves_words(book, turn, timeline)}"), *says)
    )


def _lane(book: Book, timeline: Timeline, sources: Sources, lane: Lane) -> Element:
    """Every stretch of one lane."""
    lanes = shown_lanes(timeline)
    role = lane_role(book, lane)
    found = el("section", el("h3", lane_name(book, lane) + (f", {role}" if role else "")))
    for strip in lane.strips:
        found.append(el("h4", clock_words(strip.clock, timeline.known_by, timeline.as_of)))
        for i, s in enumerate(strip.segments):
            heading = f"{day_words(s.first)} to {day_words(s.last)}"
            found.append(note(book, sources, address_of(lanes, lane, strip, i), heading, s.view, changed=s.change.statements if s.change else ()))
    return found

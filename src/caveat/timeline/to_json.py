"""The machine's form of a timeline: `caveat/timeline/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caveat.core.edition import library_data
from caveat.report.view_data import assumptions_data, view_data

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.timeline.run import Change, Lane, Segment, Timeline

TIMELINE_SCHEMA = "caveat/timeline/1"


def timeline_data(book: Book, timeline: Timeline) -> dict[str, Any]:
    """The timeline as plain data, ready for JSON: lanes, each with a strip for each clock, each with its segments."""
    return {
        "schema": TIMELINE_SCHEMA,
        "scenario": dict(timeline.scenario),
        "from": timeline.first.isoformat(),
        "to": timeline.last.isoformat(),
        "as_of": str(timeline.as_of) if timeline.as_of else None,
        "known_by": timeline.known_by.isoformat(),
        "clocks": [c.value for c in timeline.clocks],
        "lanes": [_lane(book, lane) for lane in timeline.lanes],
        "assumptions": assumptions_data(timeline.assumptions),
        "told": list(timeline.told),
        "least_grade": timeline.min_grade.value if timeline.min_grade else None,
        "asked_only": list(timeline.asked_only),
        "library": library_data(book),
    }


def _lane(book: Book, lane: Lane) -> dict[str, Any]:
    return {
        "issuer": lane.issuer,
        "name": book.issuers[lane.issuer].name if lane.issuer else None,
        "roles": list(lane.roles),
        "has_say": lane.has_say,
        "given": dict(lane.given),
        "strips": [{"clock": strip.clock.value, "segments": [_segment(s) for s in strip.segments]} for strip in lane.strips],
    }


def _segment(segment: Segment) -> dict[str, Any]:
    return {
        "from": segment.first.isoformat(),
        "to": segment.last.isoformat(),
        **view_data(segment.view),
        "change": _change(segment.change) if segment.change else None,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "began": list(change.began),
        "ended": list(change.ended),
        "set_aside": [{"rule": rule, "by": by} for rule, by in change.set_aside],
        "statements": list(change.statements),
        "doubts": list(change.doubts),
    }

"""The machine's form of a timeline: `caveat/timeline/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.report.to_data import assumptions_data, library_data, set_aside_data, view_data

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.timeline.data import ChangeData, LaneData, SegmentData, TimelineData
    from caveat.timeline.run import Change, Lane, Segment, Timeline


def timeline_data(book: Book, timeline: Timeline) -> TimelineData:
    """The timeline as plain data, ready for JSON: lanes, each with a strip for each clock, each with its segments."""
    return {
        "schema": "caveat/timeline/1",
        "scenario": dict(timeline.scenario),
        "from": timeline.first.isoformat(),
        "to": timeline.last.isoformat(),
        "as_of": str(timeline.as_of) if timeline.as_of else None,
        "known_by": timeline.known_by.isoformat(),
        "clocks": list(timeline.clocks),
        "lanes": [_lane(book, lane) for lane in timeline.lanes],
        "assumptions": assumptions_data(timeline.assumptions),
        "told": list(timeline.told),
        "least_grade": timeline.min_grade,
        "asked_only": list(timeline.asked_only),
        "library": library_data(book),
    }


def _lane(book: Book, lane: Lane) -> LaneData:
    return {
        "issuer": lane.issuer,
        "name": book.issuers[lane.issuer].name if lane.issuer else None,
        "roles": list(lane.roles),
        "has_say": lane.has_say,
        "given": dict(lane.given),
        "strips": [{"clock": strip.clock, "segments": [_segment(s) for s in strip.segments]} for strip in lane.strips],
    }


def _segment(segment: Segment) -> SegmentData:
    return {
        "from": segment.first.isoformat(),
        "to": segment.last.isoformat(),
        **view_data(segment.view),
        "change": _change(segment.change) if segment.change else None,
    }


def _change(change: Change) -> ChangeData:
    return {
        "began": list(change.began),
        "ended": list(change.ended),
        "set_aside": set_aside_data(change.set_aside),
        "statements": list(change.statements),
        "doubts": list(change.doubts),
    }

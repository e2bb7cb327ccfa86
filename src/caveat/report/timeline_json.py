"""The machine's form of a timeline: `caveat/timeline/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caveat.core.edition import library_data

if TYPE_CHECKING:
    from caveat.core.ir import Book
    from caveat.survey.timeline import Change, Lane, Segment, Timeline
    from caveat.survey.view import View

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
        "least_grade": timeline.least_grade.value if timeline.least_grade else None,
        "asked_only": list(timeline.asked_only),
        "library": library_data(book),
    }


def assumptions_data(assumptions: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Each assumption with its reason."""
    return [{"fact": f, "value": list(a.terms) if len(a.terms) > 1 else a.terms[0], "because": a.because} for f, a in assumptions.items()]


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


def view_data(view: View) -> dict[str, Any]:
    """A view as plain data."""
    return {
        "verdict": view.verdict.value,
        "says": [o.value for o in view.says],
        "possible": [v.value for v in view.possible],
        "binding": list(view.binding),
        "rules": list(view.rules),
        "set_aside": [{"rule": rule, "by": by} for rule, by in view.set_aside],
        "readings": [a.point for a in view.readings],
        "missing": [list(facts) for facts in view.missing],
        "last_known": view.last_known,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "began": list(change.began),
        "ended": list(change.ended),
        "set_aside": [{"rule": rule, "by": by} for rule, by in change.set_aside],
        "statements": list(change.statements),
        "doubts": list(change.doubts),
    }

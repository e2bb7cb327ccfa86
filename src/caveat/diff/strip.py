"""The use that shows a difference best, over the days around the two that are compared: for the strip of a report."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from caveat.core.choices import Choices
from caveat.core.dates import moved
from caveat.core.errors import ScenarioError
from caveat.core.question import DATE
from caveat.timeline.run import Clock, timeline

if TYPE_CHECKING:
    from datetime import date

    from caveat.diff.difference import Difference, Region
    from caveat.engines.asker import Asker
    from caveat.timeline.run import Timeline

LEAST = timedelta(days=21)  # shown on either side of the two days
MOST = timedelta(days=365)


def marked(d: Difference) -> list[tuple[date, str]]:
    """The days to be marked on the strip; none where the sides have no day and know the same."""
    before, after = d.before, d.after
    if before.as_of and after.as_of and before.as_of != after.as_of:
        return [(before.as_of, "before"), (after.as_of, "after")]
    if before.known_by != after.known_by:
        return [(before.known_by, "before"), (after.known_by, "after")]
    return [(after.as_of, "compared")] if after.as_of else []


def strip(library: Asker, d: Difference, region: Region) -> Timeline | None:
    """The witness of a region over time, by the later policies, for the issuers whose verdict changes; None where one has no say in it.

    Where only what was known differs, it is what was known day by day about the one day asked about.
    """
    learned = d.after.as_of is not None and d.before.as_of == d.after.as_of and d.before.known_by != d.after.known_by
    days = [day for day, _ in marked(d)]
    margin = min(MOST, max(LEAST, max(days) - min(days))) if days else LEAST
    issuers = [i for i in dict.fromkeys((d.before.issuer, *region.issuers)) if i in library.book.issuers]
    own = {DATE, *d.before.given, *d.after.given}
    try:
        found = timeline(
            library,
            {f: v for f, v in region.witness.scenario.items() if f not in own},
            Choices(
                as_of=d.after.as_of if learned else None,
                known_by=None if learned else d.after.known_by,
                min_grade=d.after.min_grade,
                issuers=tuple([i for i in issuers if i]),
            ),
            clocks=(Clock.LEARNED,) if learned else (Clock.HELD, Clock.KNOWN),
            span=(moved(min(days), -margin), moved(max(days), margin)) if days else (None, None),
        )
    except ScenarioError:
        return None
    return None if any(lane.has_say == "none" for lane in found.lanes) else found

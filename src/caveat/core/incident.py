"""Incident reports: dated, sourced accounts of what happened, by region. No position of anything is ever held.

A report says that something of a kind (an attack, a build-up, a movement, a cease-fire) happened on a day, from a
region, against a region, by a party, with a kind of force; whatever it leaves out may be anything. A later report
may correct an earlier one, which it then replaces, or retract it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from caveat.core.citation import Citation
    from caveat.core.dates import Dated

# How far something holds on what is reported: no completion of what the reports leave open, some, or every one.
NO, PERHAPS, SURE = 0, 1, 2

REPORTS = "reports"  # the key of a case file beside the facts
PLACES = ("from", "against", "by", "force")  # what a report may say besides its kind and its day


class Sureness(StrEnum):
    """How sure a report is, by its own account or by ours of its sources; surest first."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    UNSURE = "unsure"

    @property
    def rank(self) -> int:
        """3 is the surest."""
        return {"confirmed": 3, "likely": 2, "unsure": 1}[self.value]


@dataclass(frozen=True, slots=True)
class Incident:
    """One report. `said` holds what it says by key, each as the values it may be; a key it leaves out may be anything.

    `names` has the same as it was said, in the vocabulary's ids. A retraction says nothing but what it retracts.
    """

    id: str
    reported: Dated
    kind: str = ""
    when: Dated | None = None
    said: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sure: Sureness = Sureness.LIKELY
    says: str = ""
    sources: tuple[Citation, ...] = ()
    corrects: str = ""
    retracts: str = ""

    def __hash__(self) -> int:
        """By its id."""
        return hash(self.id)


def standing(incidents: Iterable[Incident], known_by: date) -> dict[str, int]:
    """How far each report stands for someone who knows what was public on a day; those that do not are left out.

    A report stands once it is public, unless a correction of it is public that is not retracted, or a retraction
    that is not itself retracted. What corrected it may have been corrected in turn: it stays replaced.
    """
    all_of_them = {i.id: i for i in sorted(incidents, key=lambda i: i.id)}
    aimed: dict[str, list[Incident]] = {}
    for incident in all_of_them.values():
        for target in (incident.corrects, incident.retracts):
            if target:
                aimed.setdefault(target, []).append(incident)
    kept: dict[str, int] = {}  # public, and not retracted

    def is_kept(incident: Incident, above: tuple[str, ...] = ()) -> int:
        if incident.id in above:
            return NO  # retracting in a ring says nothing
        if incident.id not in kept:
            public = _by(incident.reported, known_by)
            against = [is_kept(r, (*above, incident.id)) for r in aimed.get(incident.id, ()) if r.retracts]
            kept[incident.id] = min(public, SURE - max(against, default=NO))
        return kept[incident.id]

    found = {}
    for incident in all_of_them.values():
        corrected = max((is_kept(c) for c in aimed.get(incident.id, ()) if c.corrects), default=NO)
        stands = min(is_kept(incident), SURE - corrected)
        if stands and not incident.retracts:
            found[incident.id] = stands
    return found


def _by(when: Dated, day: date) -> int:
    """Whether a day that may be only roughly known had come by another."""
    return SURE if when.latest <= day else PERHAPS if when.earliest <= day else NO

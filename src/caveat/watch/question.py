"""One open question, and the reports kept for it in memory: of reports that mean the same, as many as can matter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from caveat.core.question import DATE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from caveat.core.incident import Incident
    from caveat.watch.relevance import Filter, Meaning

CLOCK = "clock"  # a scenario's date that moves with the clock


@dataclass(slots=True)
class Kept:
    """The reports kept for a question, as far as they stand on what was public by a day.

    Reports of one meaning that stand for sure can stand for one another: as many as can matter together are kept, those
    with the first ids, whatever the order in which they came. Those that may or may not stand are kept with all that
    corrects or retracts them.
    """

    meaning: Meaning
    known_by: date
    sure: dict[tuple[Any, ...], list[Incident]] = field(default_factory=dict)
    doubtful: dict[str, Incident] = field(default_factory=dict)

    def add(self, incident: Incident) -> bool:
        """Keep a report that stands for sure; whether an answer can be another for it."""
        alike = self.sure.setdefault(self.meaning.of(incident), [])
        if any(i.id == incident.id for i in alike):
            return False
        alike.append(incident)
        alike.sort(key=lambda i: i.id)
        most = self.meaning.most(incident.kind)
        matters = len(alike) <= most
        del alike[most:]
        return matters

    def holds(self, incident: Incident) -> bool:
        """Whether a report is kept, rather than stood for by others."""
        return incident.id in self.doubtful or any(i.id == incident.id for i in self.sure.get(self.meaning.of(incident), ()))

    def all(self) -> list[Incident]:
        """Every report kept, in order of id."""
        found = {i.id: i for alike in self.sure.values() for i in alike} | self.doubtful
        return [found[ident] for ident in sorted(found)]


@dataclass(slots=True)
class OpenQuestion:
    """A scenario that is open: what was said of it, in which version, and what is kept for it (None: not gathered yet)."""

    id: str
    version: int
    body: Mapping[str, Any]
    filters: tuple[Filter, ...] = ()
    kept: Kept | None = None
    case: tuple[Any, ...] = ()  # what was last decided, if that can be told

    @property
    def follows_clock(self) -> bool:
        """Whether the clock changes what is asked."""
        return "known_by" not in self.body or self.body["scenario"].get(DATE) == CLOCK

    def known_by(self, clock: str) -> str:
        """The day by which what is used was public."""
        return str(self.body.get("known_by", clock))

    def facts(self, clock: str, reports: Iterable[Incident] = ()) -> dict[str, object]:
        """What is asked on a day of the clock, with the reports."""
        facts = dict(self.body["scenario"])
        if facts.get(DATE) == CLOCK:
            facts[DATE] = clock
        found = list(reports)
        return {**facts, "reports": found} if found else facts

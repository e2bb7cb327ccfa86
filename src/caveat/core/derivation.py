"""Derivations: which pattern over several reports, within which window, gives which fact. Data, all names resolved.

A derivation holds on a day for a target if reports can be found that meet all of its patterns together, and none that
meets one of its `unless`. What it gives is certain, or arguable, as `incidents/` works out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from caveat.core.formula import TRUE
from caveat.core.incident import Sureness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from caveat.core.citation import Citation
    from caveat.core.formula import Formula


@dataclass(frozen=True, slots=True)
class OfFact:
    """What the scenario says of a fact of the target: `{fact: target.region}`."""

    fact: str


@dataclass(frozen=True, slots=True)
class OfReport:
    """What another report of the pattern says: `{report: attack.from}`."""

    alias: str
    key: str


Other = OfFact | OfReport


@dataclass(frozen=True, slots=True)
class Join:
    """What a report says under a key is the same as something else, or borders it (`beside`)."""

    key: str
    other: Other
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Sought:
    """One report that is looked for. Days count back from the day asked about, which is 0.

    `allowed`: by key, the values one of which it must name. `after`: the reports than which it must be later.
    """

    alias: str
    kinds: frozenset[str]
    allowed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    joins: tuple[Join, ...] = ()
    sure: Sureness = Sureness.LIKELY
    within: int | None = None
    arguably_within: int | None = None
    after: tuple[str, ...] = ()

    @property
    def furthest(self) -> int | None:
        """How many days back it may lie at most, if only arguably; None where any number."""
        return None if self.within is None else max(self.within, self.arguably_within or 0)


@dataclass(frozen=True, slots=True)
class Derivation:
    """One derivation. `id` is its `name`, or `ISSUER/name` for an issuer's own reading, which replaces the general one.

    `gives`: for each fact the values it then has one of, or what a report says. `point` is the arguable point it always
    turns on, empty where there is none; `basis` is where it comes from, in words, if not from statements or sources.
    """

    id: str
    name: str
    issuer: str
    summary: str
    gives: Mapping[str, frozenset[str] | OfReport]
    reports: tuple[Sought, ...]
    unless: tuple[Sought, ...] = ()
    when: Formula = TRUE
    point: str = ""
    overrides: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    sources: tuple[Citation, ...] = ()
    basis: str = ""
    place: str = field(default="", compare=False)

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts of the target that its patterns look at, sorted."""
        return tuple(sorted({j.other.fact for s in (*self.reports, *self.unless) for j in s.joins if isinstance(j.other, OfFact)}))

    def size(self, blocking: Sought | None = None) -> int:
        """How many things are put together to find it, or to find what stands in its way: the day, reports, relations."""
        sought = [*self.reports, *([blocking] if blocking else [])]
        relations = sum(len(s.allowed) + len(s.joins) for s in sought)
        joined = {j.other.fact for s in self.reports for j in s.joins if isinstance(j.other, OfFact)}
        return 1 + len(set(self.facts) - joined) + len(sought) + relations + (not blocking and bool(self.unless))


@dataclass(frozen=True, slots=True)
class Reporting:
    """What a library knows of reports: the value set of each key, what a fact is where the reports in doubt are wrong, derivations.

    The derivations are sorted by id.
    """

    values: Mapping[str, str]
    otherwise: Mapping[str, frozenset[str]]
    derivations: tuple[Derivation, ...]

    def of(self, issuer: str) -> tuple[Derivation, ...]:
        """The derivations that hold for an issuer: its own, and the general ones that it has none of the same name for."""
        own = {d.name: d for d in self.derivations if d.issuer == issuer and issuer}
        return tuple(own.get(d.name, d) for d in self.derivations if not d.issuer) + tuple(
            d for d in own.values() if not any(g.name == d.name and not g.issuer for g in self.derivations)
        )

    def beats(self, issuer: str) -> dict[str, frozenset[str]]:
        """For each derivation, general or of the issuer, the names of those it sets aside: that it overrides, or that these do."""
        overrides = {d.name: d.overrides for d in self.of(issuer)}
        found = {}
        for d in self.derivations:
            below: set[str] = set()
            waiting = list(d.overrides) if d.issuer in ("", issuer) else []
            while waiting:
                name = waiting.pop()
                if name not in below:
                    below.add(name)
                    waiting += overrides.get(name, ())
            found[d.id] = frozenset(below)
        return found

    @property
    def own_readings(self) -> tuple[str, ...]:
        """The issuers with a reading of their own, sorted."""
        return tuple(sorted({d.issuer for d in self.derivations if d.issuer}))

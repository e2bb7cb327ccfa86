"""Findings to units: what one derivation gives one fact, where, how surely, and what is in doubt about it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from caveat.core.book import Reading
from caveat.core.derivation import OfReport
from caveat.core.formula import In, Point, every, some
from caveat.core.incident import NO, PERHAPS, SURE
from caveat.incidents.scene import tests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from caveat.core.derivation import Derivation
    from caveat.core.formula import Formula
    from caveat.core.incident import Incident
    from caveat.incidents.scene import Finding, Scene

Doubt = tuple[str, str]  # a report, and in a word what is in doubt about it
MOST_TOLD = 4  # doubts that a question names


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """What one derivation gives a fact in some cases. `where` is about facts alone; `holds` has the arguable points too.

    `level` is NO where something stands in its way for sure; then nothing follows. `against` names what does, or may.
    """

    derivation: Derivation
    fact: str
    values: frozenset[str]
    level: int
    where: Formula
    holds: Formula
    targets: Mapping[str, frozenset[str]]
    reports: tuple[str, ...]
    against: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    points: tuple[Reading, ...] = ()

    @property
    def is_certain(self) -> bool:
        """Whether it holds under every reading."""
        return self.level == SURE and self.holds == self.where


@dataclass(slots=True)
class _Group:
    """The findings that give one fact the same values for one target."""

    level: int = NO
    reports: set[str] = field(default_factory=set)
    against: set[str] = field(default_factory=set)
    doubts: set[Doubt] = field(default_factory=set)


Given = tuple[str, frozenset[str], tuple[tuple[str, str], ...]]  # a derivation, the values it gives, the target


def units(scene: Scene, findings: Iterable[Finding], fact: str, rests_on: Mapping[str, Formula]) -> tuple[list[Unit], bool]:
    """The units of a fact, sorted, and whether they are the same on every day asked about; if not, none follows.

    `rests_on`: for derivations whose statements are in doubt, or not known, under which formula they are to be used.
    """
    derivations = {d.id: d for d in scene.reporting.derivations if fact in d.gives}
    days: dict[object, dict[Given, _Group]] = {day: {} for day in scene.days}
    for f in sorted(findings, key=lambda f: (f.day, f.derivation, f.target, f.reports)):
        if f.derivation in derivations:
            values = _values(scene, derivations[f.derivation], fact, f)
            if values is not None:
                _add(days[f.day].setdefault((f.derivation, values, f.target), _Group()), scene, derivations[f.derivation], f)
    each = [{given: g.level for given, g in day.items() if g.level} for day in days.values()]
    alike = all(levels == each[0] for levels in each)
    together: dict[Given, _Group] = {}
    for day in days.values():
        for given, group in day.items():
            whole = together.setdefault(given, _Group(group.level))
            whole.reports |= group.reports
            whole.against |= group.against
            whole.doubts |= group.doubts
    return list(_joined(scene, derivations, fact, together, rests_on)), alike


def _values(scene: Scene, d: Derivation, fact: str, f: Finding) -> frozenset[str] | None:
    """What the finding gives the fact; None where the report it would take it from says nothing."""
    given = d.gives[fact]
    if not isinstance(given, OfReport):
        return given
    report = next(r for r in scene.reports if r.id == dict(f.reports)[given.alias])
    return report.said.get(given.key)


def _add(group: _Group, scene: Scene, d: Derivation, f: Finding) -> None:
    """Add a finding; only the surest count, and of those that something stands in the way of, none."""
    if f.level < group.level:
        return
    if f.level > group.level:
        group.level = f.level
        group.reports, group.against, group.doubts = set(), set(), set()
    group.reports |= {same for _, ident in f.reports for same in scene.alike[ident]}
    if f.level == NO:
        group.against |= {same for ident, far in f.against if far == SURE for same in scene.alike[ident]}
    elif f.level == PERHAPS:
        group.doubts |= set(_doubts(scene, d, f))
        group.against |= {same for ident, _ in f.against for same in scene.alike[ident]}


def _doubts(scene: Scene, d: Derivation, f: Finding) -> Iterator[Doubt]:
    """What keeps a finding from being sure."""
    by_id: dict[str, Incident] = {r.id: r for r in scene.reports}
    chosen = {alias: by_id[ident] for alias, ident in f.reports}
    for sought in d.reports:
        for level, about in tests(scene, sought, chosen[sought.alias], f.day, dict(f.target), chosen):
            if level == PERHAPS:
                yield chosen[sought.alias].id, about
    yield from ((ident, "blocks") for ident, _ in f.against)


def _joined(
    scene: Scene, derivations: Mapping[str, Derivation], fact: str, together: Mapping[Given, _Group], rests_on: Mapping[str, Formula]
) -> Iterator[Unit]:
    """Targets for which the same follows in the same way, as one unit."""
    alike: dict[object, list[tuple[Given, _Group]]] = {}
    for given, group in together.items():
        alike.setdefault((given[0], tuple(sorted(given[1])), group.level, tuple(sorted(group.doubts))), []).append((given, group))
    for _, members in sorted(alike.items(), key=lambda item: str(item[0])):
        (ident, values, _), group = members[0]
        d = derivations[ident]
        where = every((some(every(In(f, frozenset((v,))) for f, v in given[2]) for given, _ in members), d.when))
        targets = {f: frozenset(dict(given[2])[f] for given, _ in members) for f in d.facts}
        points = [_doubt_point(scene, group.doubts)] if group.level == PERHAPS else []
        own = [Point(d.point)] if d.point else []
        holds = every((where, rests_on.get(ident, every(())), *own, *(Point(p.name) for p in points)))
        yield Unit(
            derivation=d, fact=fact, values=values, level=group.level, where=where, holds=holds, targets=targets,
            reports=tuple(sorted(set().union(*(g.reports for _, g in members)))),
            against=tuple(sorted(set().union(*(g.against for _, g in members)))),
            doubts=tuple(p.because for p in points), points=tuple(points),
        )  # fmt: skip


def _doubt_point(scene: Scene, doubts: Iterable[Doubt]) -> Reading:
    """The arguable point that a set of doubts makes: the same doubts are one point, whatever follows from them."""
    listed = sorted(doubts)
    name = "reports/" + "+".join(f"{ident}:{about}" for ident, about in listed)
    if len(name) > 120:  # noqa: PLR2004
        name = f"reports/{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    ids = list(dict.fromkeys(ident for ident, about in listed if about != "blocks"))
    words = [_in_words(scene, ident, about) for ident, about in listed]
    more = [f"and {len(words) - MOST_TOLD} more"] if len(words) > MOST_TOLD else []
    because = "; ".join([*words[:MOST_TOLD], *more])
    which = f"report{'s' * (len(ids) > 1)} {' and '.join(ids)}" if len(ids) <= MOST_TOLD else "the reports"
    question = f"Do{'es' * (len(ids) == 1)} {which} bear it out?" if ids else "Does what the earlier reports bear out still hold?"
    return Reading(name, question, f"{because[:1].upper()}{because[1:]}.")


_ABOUT = {
    "public": "it is not certain that report {0} stands: what is public about it is only roughly dated",
    "unsure": "report {0} is {1}",
    "day": "the day of report {0} is only roughly known ({2})",
    "old": "report {0} is of {2}, and nobody said how long such a report holds",
    "order": "which of the reports came later is not certain (report {0}: {2})",
    "blocks": "report {0} ({2}) may stand against it",
    "against": "report {0} does not say exactly against what",
    "from": "report {0} does not say exactly from where",
    "by": "report {0} does not say exactly by whom",
    "force": "report {0} does not say exactly what force it was",
}


def _in_words(scene: Scene, ident: str, about: str) -> str:
    report = next(r for r in scene.reports if r.id == ident)
    return _ABOUT[about].format(ident, report.sure.value, report.when)

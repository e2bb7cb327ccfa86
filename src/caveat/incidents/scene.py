"""What the patterns of derivations look at: days, targets and the reports that stand; and how far one thing meets a test.

Whatever a report leaves open it may be in one way or another: a test holds for sure (SURE), in some way of taking the
report (PERHAPS), or in none (NO). Several tests hold as far as the weakest of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from caveat.core.derivation import OfFact
from caveat.core.errors import TooLargeError
from caveat.core.incident import NO, PERHAPS, SURE, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from caveat.core.derivation import Derivation, Join, Reporting, Sought
    from caveat.core.incident import Incident
    from caveat.core.vocabulary import ValueSet, Vocabulary

MAX_BEARING = 100  # different reports: with pairs of them matched, a few seconds and some 400 MB
Place = tuple[str, frozenset[str]]  # a value set, and the values of it that something may be


@dataclass(frozen=True, slots=True)
class Finding:
    """Reports that meet a derivation on a day, for a target of which the facts looked at have these values.

    `level` counts what stands in its way: NO if that does so for sure. `against` are the reports that do, each with how far.
    """

    derivation: str
    day: date
    target: tuple[tuple[str, str], ...]
    reports: tuple[tuple[str, str], ...]
    level: int
    against: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """One case: the days asked about, the values each fact of the target may have, the reports that stand and how far.

    Of reports that say the same and stand alike, `reports` has as many as can be put together; `alike` has them all, by
    the id of each that was kept. Those on which no pattern can bear are left out.
    """

    vocabulary: Vocabulary
    reporting: Reporting
    days: tuple[date, ...]
    targets: Mapping[str, tuple[str, ...]]
    reports: tuple[Incident, ...]
    stands: Mapping[str, int]
    alike: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def values_of(self, key: str) -> ValueSet:
        """The values a report may name under a key."""
        return self.vocabulary.value_sets[self.reporting.values[key]]

    def place(self, report: Incident, key: str) -> Place:
        """What a report says under a key; everything where it says nothing."""
        values = self.values_of(key)
        return values.name, report.said.get(key) or frozenset(values.leaves)

    def target(self, fact: str, value: str) -> Place:
        """One value of a fact of the target."""
        return self.vocabulary.facts[fact].value_set.name, frozenset((value,))

    def beside(self, one: Place, other: Place) -> int:
        """How far one thing borders the other."""
        terms = self.vocabulary.value_sets[one[0]].terms
        around = [terms[v].borders if v in terms else frozenset() for v in sorted(other[1])]
        if all(one[1] <= beside for beside in around):
            return SURE
        return PERHAPS if any(one[1] & beside for beside in around) else NO


def scene(vocabulary: Vocabulary, reporting: Reporting, reports: Iterable[Incident], sets: Mapping[str, frozenset[str]], days: Iterable[date], known_by: date) -> Scene:  # fmt: skip
    """The scene of a question: of the values a fact may have, only those that some report can bear on.

    TooLargeError where more than MAX_BEARING different reports bear on it.
    """
    all_of_them, asked = list(reports), tuple(days)
    stands = standing(all_of_them, known_by)
    patterns = [s for d in reporting.derivations for s in (*d.reports, *d.unless)]
    bearing = sorted((r for r in all_of_them if r.id in stands and any(_bears(s, r, day) for s in patterns for day in asked)), key=lambda r: r.id)
    alike: dict[object, list[Incident]] = {}
    for r in bearing:
        said = tuple((key, tuple(sorted(values))) for key, values in sorted(r.said.items()))
        alike.setdefault((r.kind, r.when, said, r.sure, stands[r.id]), []).append(r)
    most = max((len(d.reports) + bool(d.unless) for d in reporting.derivations), default=0)
    if len(alike) > MAX_BEARING:
        raise TooLargeError(f"{len(alike):,} different reports bear on this, and at most {MAX_BEARING} are put together; keep those that matter")
    kept = sorted((r for group in alike.values() for r in group[:most]), key=lambda r: r.id)
    whole = {r.id: tuple(g.id for g in group) for group in alike.values() for r in group[:most]}
    bare = Scene(vocabulary, reporting, asked, {}, tuple(kept), {r.id: stands[r.id] for r in kept}, whole)
    facts = sorted({f for d in reporting.derivations for f in d.facts})
    return replace(bare, targets={fact: tuple(sorted(v for v in sets[fact] if _matters(bare, fact, v))) for fact in facts})


def _bears(sought: Sought, report: Incident, day: date) -> bool:
    """Whether a pattern can look at a report: its kind, and its day."""
    return report.kind in sought.kinds and _happened(report, day) != NO and _recent(sought, report, day)[0] != NO


def _matters(scene: Scene, fact: str, value: str) -> bool:
    """Whether some report can be joined with this value of a fact."""
    target = scene.target(fact, value)
    joins = {j for d in scene.reporting.derivations for s in (*d.reports, *d.unless) for j in s.joins if j.other == OfFact(fact)}
    return any(joined(scene, j, scene.place(r, j.key), target) for j in joins for r in scene.reports)


# -- one test


def among(place: Place, allowed: frozenset[str]) -> int:
    """How far something is one of these values."""
    return SURE if place[1] <= allowed else PERHAPS if place[1] & allowed else NO


def same(one: Place, other: Place) -> int:
    """How far two things are the same."""
    if not one[1] & other[1]:
        return NO
    return SURE if one[1] == other[1] and len(one[1]) == 1 else PERHAPS


def joined(scene: Scene, join: Join, one: Place, other: Place) -> int:
    """How far what a report says meets a join."""
    return scene.beside(one, other) if join.beside else same(one, other)


def tests(scene: Scene, sought: Sought, report: Incident, day: date, target: Mapping[str, str], chosen: Mapping[str, Incident]) -> Iterator[tuple[int, str]]:  # fmt: skip
    """Every test of a pattern but that of the kind: how far the report meets it, and in a word what it is about."""
    yield scene.stands[report.id], "public"
    yield SURE if report.sure.rank >= sought.sure.rank else PERHAPS, "unsure"
    yield _happened(report, day), "day"
    yield _recent(sought, report, day)
    for key, allowed in sought.allowed.items():
        yield among(scene.place(report, key), allowed), key
    for join in sought.joins:
        other = (
            scene.target(join.other.fact, target[join.other.fact])
            if isinstance(join.other, OfFact)
            else scene.place(chosen[join.other.alias], join.other.key)
        )
        yield joined(scene, join, scene.place(report, join.key), other), join.key
    for alias in sought.after:
        yield _later(report, chosen[alias]), "order"


def _happened(report: Incident, day: date) -> int:
    if report.when is None or report.when.earliest > day:
        return NO
    return SURE if report.when.latest <= day else PERHAPS


def _recent(sought: Sought, report: Incident, day: date) -> tuple[int, str]:
    """How far it lies within the window, and whether a lack of certainty comes from the window or from a rough date."""
    if sought.within is None or sought.furthest is None or report.when is None:
        return SURE, "day"
    if (day - report.when.earliest).days <= sought.within:
        return SURE, "day"
    if (day - report.when.latest).days > sought.furthest:
        return NO, "day"
    return PERHAPS, "old" if (day - report.when.latest).days > sought.within else "day"


def _later(report: Incident, other: Incident) -> int:
    if report.when is None or other.when is None or report.when.latest < other.when.earliest:
        return NO
    return SURE if report.when.earliest > other.when.latest else PERHAPS


def level_of(scene: Scene, derivation: Derivation, day: date, target: Mapping[str, str], chosen: Mapping[str, Incident]) -> int:
    """How far reports meet all patterns of a derivation together."""
    levels = [level for s in derivation.reports for level, _ in tests(scene, s, chosen[s.alias], day, target, chosen)]
    return min(levels) if all(chosen[s.alias].kind in s.kinds for s in derivation.reports) else NO


__all__ = ["NO", "PERHAPS", "SURE", "Finding", "Scene", "among", "joined", "level_of", "same", "scene", "tests"]

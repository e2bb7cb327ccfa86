"""The meaning of derivations, word for word: slow, obvious, short. It judges `chaining`.

Every choice of different reports for the patterns of a derivation is tried, on every day, for every target.
"""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING

from caveat.incidents.scene import NO, SURE, Finding, level_of, tests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from caveat.core.derivation import Derivation
    from caveat.core.incident import Incident
    from caveat.incidents.scene import Scene


def findings(scene: Scene) -> frozenset[Finding]:
    """Every finding of the scene."""
    return frozenset(f for d in scene.reporting.derivations for f in _of(scene, d))


def _of(scene: Scene, derivation: Derivation) -> Iterator[Finding]:
    aliases = [s.alias for s in derivation.reports]
    for day in scene.days:
        for values in product(*(scene.targets[fact] for fact in derivation.facts)):
            target = dict(zip(derivation.facts, values, strict=True))
            for reports in permutations(scene.reports, len(aliases)):
                chosen = dict(zip(aliases, reports, strict=True))
                level = level_of(scene, derivation, day, target, chosen)
                if level != NO:
                    against = _against(scene, derivation, day, target, chosen)
                    left = min(level, SURE - max((far for _, far in against), default=NO))
                    names = tuple((alias, report.id) for alias, report in chosen.items())
                    yield Finding(derivation.id, day, tuple(target.items()), names, left, against)


def _against(
    scene: Scene, derivation: Derivation, day: date, target: Mapping[str, str], chosen: Mapping[str, Incident]
) -> tuple[tuple[str, int], ...]:
    """The other reports that stand in the way, each with how far."""
    found: dict[str, int] = {}
    for sought in derivation.unless:
        for report in scene.reports:
            if report.kind in sought.kinds and report not in chosen.values():
                far = min(level for level, _ in tests(scene, sought, report, day, target, chosen))
                found[report.id] = max(far, found.get(report.id, NO))
    return tuple(sorted((ident, far) for ident, far in found.items() if far != NO))

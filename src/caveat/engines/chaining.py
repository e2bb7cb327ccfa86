"""From what is met to what is left, by forward chaining: the same few productions for every policy."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from caveat.durable.host import Pattern, Ref, Ruleset, Test
from caveat.durable.host import Rule as Production

if TYPE_CHECKING:
    from collections.abc import Iterable

    from caveat.core.book import Rule
    from caveat.engines.alternatives import Case


def _is(kind: str, *tests: Test) -> tuple[Test, ...]:
    return (Test("kind", "==", kind), *tests)


@cache
def readings() -> Ruleset:
    """A case that is met holds, unless a reading settles a point otherwise than it needs; a rule applies in its condition and in force."""
    met, needs = Pattern("met", _is("met")), Pattern("needs", _is("needs", Test("case", "==", Ref("met", "case"))))
    point = Pattern("point", _is("point", Test("name", "==", Ref("needs", "name")), Test("settled", "!=", Ref("needs", "settled"))))
    meets, force = Pattern("meets", _is("meets")), Pattern("force", _is("in force", Test("rule", "==", Ref("meets", "rule"))))
    return Ruleset(
        [
            Production("fails", (met, needs, point)),
            Production("holds", (met, Pattern("fails", _is("fails", Test("case", "==", Ref("met", "case"))), absent=True))),
            Production("applies", (meets, force)),
        ],
        "readings",
    )


@cache
def norms() -> Ruleset:
    """A rule that applies is left, unless one that applies overrides it; what silence means, where nothing else applies."""
    other = _is("applies", Test("default", "==", "no"))
    rule, by = Pattern("rule", other), Pattern("by", other)
    over = Pattern("over", _is("overrides", Test("by", "==", Ref("by", "rule")), Test("of", "==", Ref("rule", "rule"))))
    silent = Pattern("rule", _is("applies", Test("default", "==", "yes")))
    return Ruleset(
        [
            Production("aside", (rule, by, over)),
            Production("left", (rule, Pattern("aside", _is("aside", Test("rule", "==", Ref("rule", "rule"))), absent=True))),
            Production("silent", (silent, Pattern("other", other, absent=True))),
        ],
        "norms",
    )


def holding(met: Iterable[tuple[int, Case]], points: Iterable[str], way: frozenset[str]) -> tuple[frozenset[int], frozenset[str]]:
    """Under a reading: which of the numbered cases hold, and which rules apply."""
    cases = dict(met)
    with readings().open() as session:
        for name in points:
            session.tell(f"point {name}", {"kind": "point", "name": name, "settled": "yes" if name in way else "no"})
        for n, case in cases.items():
            for settled, names in (("yes", case.clause.yes), ("no", case.clause.no)):
                for name in sorted(names):
                    session.tell(f"needs {n} {name} {settled}", {"kind": "needs", "case": n, "name": name, "settled": settled})
            if any(match.rule == "fails" for match in session.tell(f"met {n}", {"kind": "met", "case": n})):
                session.tell(f"fails {n}", {"kind": "fails", "case": n})
        hold = frozenset(int(m.facts["met"].partition(" ")[2]) for m in session.matches() if m.rule == "holds")
        applying: set[str] = set()
        for kind, name in sorted({("in force" if cases[n].days else "meets", rule.id) for n in hold if (rule := cases[n].rule)}):
            found = session.tell(f"{kind}: {name}", {"kind": kind, "rule": name})
            applying |= {m.facts["meets"].partition(": ")[2] for m in found if m.rule == "applies"}
    return hold, frozenset(applying)


def left_of(applying: Iterable[Rule]) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """What is left of the rules that apply, and which was set aside by which."""
    rules = {rule.id: rule for rule in applying}
    aside: set[tuple[str, str]] = set()
    with norms().open() as session:
        for name, rule in rules.items():
            for other in sorted(rules.keys() & {*rule.overrides}):
                session.tell(f"overrides {name} {other}", {"kind": "overrides", "by": name, "of": other})
        for name, rule in rules.items():
            found = session.tell(f"applies {name}", {"kind": "applies", "rule": name, "default": "yes" if rule.is_default else "no"})
            aside |= {(m.facts["rule"].partition(" ")[2], m.facts["by"].partition(" ")[2]) for m in found if m.rule == "aside"}
        for name in sorted({name for name, _ in aside}):
            session.tell(f"aside {name}", {"kind": "aside", "rule": name})
        left = frozenset(m.facts["rule"].partition(" ")[2] for m in session.matches() if m.rule in ("left", "silent"))
    return left, frozenset(aside)

"""An explanation as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caveat.decide.to_json import decision_data

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.explain.run import Branch, Explanation


EXPLANATION_SCHEMA = "caveat/explanation/1"


def explanation_data(book: Book, e: Explanation) -> dict[str, Any]:
    """The explanation as plain data: the decision, and what stands around it."""
    return {
        **decision_data(book, e.decision),
        "schema": EXPLANATION_SCHEMA,
        "branches": [_branch(b) for b in e.branches],
        "near_misses": [
            {
                "rule": n.rule.id,
                "effect": n.rule.effect.value,
                "timing": n.timing,
                "needs": {t.fact: sorted(t.values) for t in n.fails},
                "other_ways": n.other_ways,
            }
            for n in e.near_misses
        ],
        "more_near_misses": e.more_near_misses,
        "turns": [_branch(b) for b in e.turns],
    }


def _branch(b: Branch) -> dict[str, Any]:
    """A branch; of the date, the first day of each stretch, and under `days` the stretches in full, null where one has no end."""
    days = {"days": [[day.isoformat() if day else None for day in stretch] for stretch in b.stretches]} if b.stretches else {}
    return {"where": {f: sorted(values) for f, values in b.where.items()}, **days, "verdict": b.verdict.value}

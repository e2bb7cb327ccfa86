"""The machine's form of an explanation: `caveat/explanation/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.decide.to_json import decided_data

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.explain.data import BranchData, ExplanationData, NearMissData
    from caveat.explain.run import Branch, Explanation, NearMiss


def explanation_data(book: Book, e: Explanation) -> ExplanationData:
    """The explanation as plain data: the decision, and what stands around it."""
    return {
        "schema": "caveat/explanation/1",
        **decided_data(book, e.decision),
        "branches": [_branch(b) for b in e.branches],
        "near_misses": [_near_miss(n) for n in e.near_misses],
        "more_near_misses": e.more_near_misses,
        "turns": [_branch(b) for b in e.turns],
    }


def _near_miss(n: NearMiss) -> NearMissData:
    needs = {t.fact: sorted(t.values) for t in n.fails}
    return {"rule": n.rule.id, "effect": n.rule.effect, "timing": n.timing, "needs": needs, "other_ways": n.other_ways}


def _branch(b: Branch) -> BranchData:
    """A branch; of the date, the first day of each stretch, and under `days` the stretches in full, null where one has no end."""
    where = {f: sorted(values) for f, values in b.where.items()}
    if not b.stretches:
        return {"where": where, "verdict": b.verdict}
    return {"where": where, "days": [[day.isoformat() if day else None for day in stretch] for stretch in b.stretches], "verdict": b.verdict}

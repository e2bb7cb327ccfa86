"""What is missing: the smallest sets of facts whose values, whatever they turn out to be, settle the verdict.

In come disjoint boxes that cover the completions, each with its verdict. Two completions with different verdicts
must differ in a fact of the set. Two boxes hold completions that agree on a fact exactly when their values there
meet, so a set settles the verdict if and only if every two boxes with different verdicts are disjoint in one of its
facts. That does not depend on how the completions were cut into boxes, so boxes are joined first, to have few.
"""

from __future__ import annotations

from itertools import combinations
from math import prod
from typing import TYPE_CHECKING

from caveat.core.errors import TooLargeError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from caveat.core.outcome import Verdict

MAX_BOXES = 4_000


def settling_sets(boxes: Sequence[tuple[Mapping[str, frozenset[str]], Verdict]]) -> tuple[tuple[str, ...], ...]:
    """All smallest settling sets, the most telling first, and in each the most telling fact first.

    A fact is the more telling the more completions are settled once it alone is known.
    """
    first = boxes[0][0]
    facts = [f for f in first if any(box[f] != first[f] for box, _ in boxes)]
    items = _joined(_as_masks(boxes, facts))
    must_hit = _differences(items)
    score = {i: _telling(items, i) for i in frozenset().union(*must_hit)}
    ranked = sorted(score, key=lambda i: (-score[i], facts[i]))
    for size in range(1, len(ranked) + 1):
        found = [c for c in combinations(ranked, size) if all(not hit.isdisjoint(c) for hit in must_hit)]
        if found:
            found.sort(key=lambda c: (-sum(score[i] for i in c), c))
            return tuple(tuple(facts[i] for i in c) for c in found)
    raise AssertionError("boxes with different verdicts that are the same in every fact")


def _as_masks(boxes: Sequence[tuple[Mapping[str, frozenset[str]], Verdict]], facts: Sequence[str]) -> list[tuple[tuple[int, ...], Verdict]]:
    """Each box as one integer a fact."""
    bit: dict[str, dict[str, int]] = {}
    for fact in facts:
        values = sorted(frozenset().union(*{box[fact] for box, _ in boxes}))
        bit[fact] = {value: 1 << i for i, value in enumerate(values)}
    seen: dict[tuple[str, frozenset[str]], int] = {}

    def mask(fact: str, values: frozenset[str]) -> int:
        key = (fact, values)
        if key not in seen:
            seen[key] = sum(bit[fact][v] for v in values)
        return seen[key]

    return [(tuple(mask(f, box[f]) for f in facts), verdict) for box, verdict in boxes]


def _joined(items: list[tuple[tuple[int, ...], Verdict]]) -> list[tuple[tuple[int, ...], Verdict]]:
    """The same completions and verdicts in fewer boxes: boxes that differ in one fact only become one."""
    before = None
    while before is None or len(items) < before:
        before = len(items)
        for i in range(len(items[0][0])):
            groups: dict[tuple[tuple[int, ...], tuple[int, ...], Verdict], int] = {}
            for masks, verdict in items:
                key = (masks[:i], masks[i + 1 :], verdict)
                groups[key] = groups.get(key, 0) | masks[i]
            items = [((*head, mask, *tail), verdict) for (head, tail, verdict), mask in groups.items()]
    if len(items) > MAX_BOXES:
        raise TooLargeError(
            f"what is missing falls into {len(items):,} cases, and at most {MAX_BOXES:,} are compared; give more facts, for instance the supplier or the weapon"
        )
    return items


def _differences(items: Sequence[tuple[tuple[int, ...], Verdict]]) -> list[frozenset[int]]:
    """For each two boxes with different verdicts the facts in which they are disjoint; only the smallest such sets."""
    found: set[frozenset[int]] = set()
    for (a, verdict), (b, other) in combinations(items, 2):
        if verdict != other:
            found.add(frozenset(i for i, (x, y) in enumerate(zip(a, b, strict=True)) if not x & y))
    return [s for s in found if not any(smaller < s for smaller in found)]


def _telling(items: Sequence[tuple[tuple[int, ...], Verdict]], fact: int) -> int:
    """How many completions are settled once this one fact is known; facts that never vary count once."""
    shares: dict[int, dict[Verdict, int]] = {}
    for masks, verdict in items:
        by_verdict = shares.setdefault(masks[fact], {})
        by_verdict[verdict] = by_verdict.get(verdict, 0) + prod(m.bit_count() for i, m in enumerate(masks) if i != fact)
    settled = 0
    for value in range(max(mask.bit_length() for mask in shares)):
        here = [by_verdict for mask, by_verdict in shares.items() if mask >> value & 1]
        if len({v for by_verdict in here for v in by_verdict}) == 1:
            settled += sum(n for by_verdict in here for n in by_verdict.values())
    return settled

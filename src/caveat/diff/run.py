"""Two sides in, everything that differs out: the meaning, the records, and recorded cases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from caveat.diff.difference import CaseChange, Difference, NotCompared
from caveat.diff.meaning import Meaning
from caveat.diff.records import rule_edits, statement_edits, vocabulary_edits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from caveat.core.book import Book
    from caveat.diff.difference import Asked, Region


def difference(
    pairs: Sequence[tuple[Asked, Asked]],
    *,
    where: Mapping[str, frozenset[str]],
    days: tuple[date | None, date | None] = (None, None),
    said: Mapping[str, str | list[str]],
    cases: Iterable[tuple[str, Mapping[str, frozenset[str]], tuple[str, str]]] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Difference:
    """What differs between the two sides of each pair; several pairs are several issuers of the same two policies.

    `where` narrows facts to values, `days` a free day to those from the one to the other, `said` is the same as it was written. Of `cases` the label, the set of every fact,
    and the verdicts on either side. TooLargeError past a bound, never a sample.
    """
    before, after = pairs[0]
    regions: list[Region] = []
    usual: dict[str, tuple[str, ...]] = {}
    compared = 0
    apart: dict[str, NotCompared] = {}
    for a, b in pairs:
        meaning = Meaning(a, b, where, progress, days=days)
        regions += meaning.regions(progress)
        compared += meaning.compared
        usual.update({f: tuple(sorted(v)) for f, v in meaning.usual.items() if len(pairs) == 1 or v != {a.issuer}})
        apart.update({n.fact: n for n in meaning.not_compared})
    if len(pairs) > 1:
        before, after = replace(before, issuer=None), replace(after, issuer=None)
    issuers = _issuers(pairs)
    is_one_book = before.book is after.book
    return Difference(
        before=before,
        after=after,
        asked=tuple(sorted(issuers)) if issuers is not None else (),
        where=said,
        usual=usual,
        regions=tuple(regions),
        rules=tuple(rule_edits(before, after, issuers)) if _same_issuer(pairs) else (),
        statements=tuple(statement_edits(before, after, issuers)) if _same_issuer(pairs) else (),
        vocabulary=() if is_one_book else tuple(vocabulary_edits(before.book, after.book)),
        not_compared=tuple(apart.values()),
        cases=None if cases is None else tuple(_case(c, regions) for c in cases),
        compared=compared,
    )


def _issuers(pairs: Sequence[tuple[Asked, Asked]]) -> frozenset[str] | None:
    named = {i for pair in pairs for i in (pair[0].issuer, pair[1].issuer)}
    return None if None in named else frozenset(i for i in named if i is not None)


def _same_issuer(pairs: Sequence[tuple[Asked, Asked]]) -> bool:
    """Whether each pair is about one issuer: between two issuers there are no edits."""
    return all(a.issuer == b.issuer for a, b in pairs)


def _case(case: tuple[str, Mapping[str, frozenset[str]], tuple[str, str]], regions: Sequence[Region]) -> CaseChange:
    label, sets, (old, new) = case
    inside = [n for n, r in enumerate(regions) if sets and all(sets[f] <= p.nameable for f, p in r.parts.items() if f in sets)]
    return CaseChange(label, old, new, inside[0] if len(inside) == 1 and old != new else None)


def changed_issuers(before: Asked, after: Asked) -> list[str]:
    """The issuers whose rules, statements or say differ between two policies; all of both where the vocabulary does."""
    a, b = before.book, after.book
    if a is b:
        return sorted(a.issuers)
    everyone = sorted({r.issuer for book in (a, b) for r in book.rules})
    if _space(a) != _space(b):
        return everyone
    edited = {e.rule.partition("/")[0] for e in rule_edits(before, after, None)}
    edited |= {e.statement.partition("/")[0] for e in statement_edits(before, after, None)}
    readings = {name.partition("/")[0] for name in {*a.readings, *b.readings} if a.readings.get(name) != b.readings.get(name)}
    return [i for i in everyone if i in edited | readings]


def _space(book: Book) -> object:
    """What scenarios there are, and who is asked about them: where this differs, any issuer's meaning may."""
    facts = {name: fact.domain for name, fact in book.vocabulary.facts.items()}
    return facts, {c.holds for c in book.constraints}, set(book.says), {i: x.kind for i, x in book.issuers.items()}

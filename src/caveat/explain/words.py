"""The sentences of an explanation, the same in text and in Markdown: what each answer leads to, what would turn it, why not otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.question import DATE
from caveat.core.vocabulary import YES
from caveat.report.values import set_words, stretch_words
from caveat.report.wording import VERDICTS, fact_title, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caveat.core.book import Book
    from caveat.core.formula import In
    from caveat.explain.run import Branch, Explanation, NearMiss


def branch_words(book: Book, branch: Branch) -> str:
    """`If the weapon is HIMARS, with US intelligence: permitted`; a fact that may be anything is left out."""
    told = {f: v for f, v in branch.where.items() if not _is_anything(book, f, v)}
    settings = [f"the {fact_title(book, f)} is {_value(book, branch, f)}" for f in told if not _is_member(book, f)]
    members = [f"{'with' if v == {YES} else 'without'} {fact_title(book, f)}" for f, v in told.items() if _is_member(book, f)]
    text = ", ".join([*([f"if {listed(settings)}"] if settings else []), *([listed(members)] if members else [])]) or "whatever they are"
    return f"{text[:1].upper()}{text[1:]}: {VERDICTS[branch.verdict].lower()}"


def _value(book: Book, branch: Branch, fact: str) -> str:
    return stretch_words(branch.stretches) if fact == DATE else set_words(book, fact, branch.where[fact])


def _is_anything(book: Book, fact: str, values: frozenset[str]) -> bool:
    return fact != DATE and values >= frozenset(book.vocabulary.facts[fact].domain)


def _is_member(book: Book, fact: str) -> bool:
    """Whether the fact is one thing of several that may hold, such as an approval."""
    return fact != DATE and book.vocabulary.facts[fact].part_of is not None


def turn_words(book: Book, near: NearMiss) -> str:
    """Why a rule does not apply: its dates, or what would have to be different; and whether other changes would do as well."""
    parts = [near.timing] if near.timing else []
    if near.fails:
        parts.append(f"it would need {listed([_need(book, test) for test in near.fails])}{_others(near.other_ways)}")
    return "; ".join(parts)


def _need(book: Book, test: In) -> str:
    if _is_member(book, test.fact):
        return f"{'' if test.values == {YES} else 'no '}{fact_title(book, test.fact)}"
    return f"the {fact_title(book, test.fact)} to be {set_words(book, test.fact, test.values)}"


def _others(ways: int) -> str:
    return f" (the nearest of {ways + 1} ways)" if ways else ""


def near_lines(book: Book, e: Explanation) -> Iterator[tuple[str, str, str]]:
    """Rules that do not apply: the rule in words, its id, and why."""
    for near in e.near_misses:
        yield near.rule.summary, near.rule.id, turn_words(book, near)


def more_words(e: Explanation) -> str:
    """How many further rules do not apply; empty where all are told."""
    n = e.more_near_misses
    return f"{n} further rule{'s' if n > 1 else ''} of those asked {'do' if n > 1 else 'does'} not apply either." if n else ""

"""Boxes of scenarios in words: sets by the taxonomy, with what they leave out where that is shorter, a phrase for each fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from caveat.core.question import DATE
from caveat.core.remembered import remembered
from caveat.core.vocabulary import NO, YES
from caveat.report.kinds import day_words
from caveat.report.wording import listed, value_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from caveat.core.book import Book
    from caveat.core.vocabulary import Term, ValueSet
    from caveat.diagram.frame import Part

FEW = 3  # exceptions a class may have and still be named
KIND, REGION, ACTIVITY, THREATENS = "target.kind", "target.region", "target.activity", "target.threatens"
TARGET = (KIND, REGION, ACTIVITY, THREATENS)
PHRASES = {  # a fact that the vocabulary adds is told by its title
    "recipient": "by the forces of {}",
    "supplier": "supplied by {}",
    "weapon": "with {}",
    "platform": "carried by {}",
    "platform_supplier": "from a carrier supplied by {}",
    KIND: "against {}",
    REGION: "in {}",
    ACTIVITY: "{}",
    THREATENS: "threatening {}",
    "purpose": "for {}",
    "user": "by {}",
    "adversary": "against {}",
}
NONE_OF = {THREATENS: "none"}  # what can be told like any other value, although it is none
OPENING = ("weapon", "supplier", "platform", "platform_supplier")  # before the target; all others follow it


# -- sets of values


@dataclass(frozen=True, slots=True)
class Named:
    """A set as terms, each with what is to be taken out of it; of `any_but`, the terms are what is left out."""

    any_but: bool
    terms: tuple[tuple[str, tuple[str, ...]], ...]


@remembered
def named_set(value_set: ValueSet, part: Part) -> Named:
    """The values of a part in as few terms as say them exactly, given what else can occur."""
    plain, out = _covered(value_set, part), _covered(value_set, _reversed(part), exceptions=0)
    if part.others and len(out) + 1 < len(plain):
        return Named(any_but=True, terms=tuple(out))
    return Named(any_but=False, terms=tuple(plain))


@remembered
def set_words(book: Book, fact: str, part: Part, most: int | None = None) -> str:
    """The values of a part in words: `any weapon except ATACMS and GLSDB`, `Ukraine except Kharkiv region`.

    Of a list longer than `most`, the first names and how many others.
    """
    value_set = book.vocabulary.facts[fact].value_set
    named = named_set(value_set, part)
    if named.any_but:
        return f"any {value_set.one} except {listed(few([value_name(book, fact, t) for t, _ in named.terms], most))}"
    return listed(few([_term_words(book, fact, t, out) for t, out in named.terms], most), "or")


def few(names: Sequence[str], most: int | None) -> list[str]:
    """The names; of more than `most` the first, and how many others."""
    if most is None or len(names) <= most:
        return list(names)
    return [*names[: most - 1], f"{len(names) - most + 1} others"]


def _reversed(part: Part) -> Part:
    free = part.nameable - part.values
    return type(part)(part.others, part.others | free, part.values)


def _covered(value_set: ValueSet, part: Part, exceptions: int = FEW) -> list[tuple[str, tuple[str, ...]]]:
    """Terms that together hold the values and none of the others, each with what is to be taken out of it."""
    left = set(part.values)
    found: list[tuple[str, tuple[str, ...]]] = []
    classes = [t for t in value_set.terms.values() if t.is_class]
    while left:
        fitting = [(t, out) for t in classes if (out := _out_of(value_set, t, part, exceptions)) is not None]
        ranked = [(_worth(t, out, left), -len(t.leaves), t.id, out) for t, out in fitting]
        best = max(ranked, key=lambda r: r[:3], default=None)
        if best is None or best[0] <= 1:
            break
        found.append((best[2], best[3]))
        left -= _members(value_set.terms[best[2]])
    return found + [(v, ()) for v in sorted(left, key=lambda v: value_set.terms[v].name if v in value_set.terms else v)]


def _worth(term: Term, out: Sequence[str], left: set[str]) -> float:
    return len(_members(term) & left) / (1 + 2 * len(out))


def _members(term: Term) -> frozenset[str]:
    """What a scenario takes the term to mean: what arguably belongs to it, too."""
    return term.leaves | term.arguable.keys()


def _out_of(value_set: ValueSet, term: Term, part: Part, most: int) -> tuple[str, ...] | None:
    """What has to be taken out of a class, as few names; None where that is too much."""
    wrong = _members(term) & part.others
    if not wrong:
        return ()
    inside = [t for t in value_set.terms.values() if t.is_class and _members(t) and len(t.leaves & wrong) > 1 and not _members(t) & part.values]
    names: list[str] = []
    for t in sorted(inside, key=lambda t: (-len(t.leaves & wrong), t.id)):
        if len(_members(t) & wrong) > 1:
            names.append(t.id)
            wrong -= _members(t)
    names += sorted(wrong)
    return tuple(names) if len(names) <= most else None


def _term_words(book: Book, fact: str, term: str, out: Sequence[str]) -> str:
    name = value_name(book, fact, term)
    return f"{name} except {listed([value_name(book, fact, o) for o in out])}" if out else name


def days_words(days: str) -> str:
    """`2024-05-30/9999-12-31` as `from 30 May 2024`."""
    first, _, last = days.partition("/")
    begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    if begin == end:
        return f"on {day_words(begin)}"
    if begin == date.min:
        return f"until {day_words(end)}" if end != date.max else "on any day"
    return f"from {day_words(begin)}" + ("" if end == date.max else f" to {day_words(end)}")


# -- whole boxes


def use_words(
    book: Book, where: Mapping[str, object], parts: Mapping[str, Part], own: Mapping[str, str] | None = None, *, most: int | None = None
) -> str:
    """A box as a phrase that can follow `the use`: `with HIMARS, against targets in Belgorod region that threaten Kharkiv region`.

    `own` are words for facts in place of their values; of lists longer than `most`, the first names are told.
    """
    words = {f: set_words(book, f, p, most) for f, p in parts.items() if f != DATE} | dict(own or {})
    opening = [phrase(book, where, f, parts[f], words[f]) for f in OPENING if f in parts]
    rest = [f for f in parts if f not in OPENING and f not in TARGET]
    settled = [f for f in rest if not _is_answer(book, f)]
    closing = [phrase(book, where, f, parts[f], words.get(f)) for f in settled]
    target = _target_words(book, where, parts, words)
    answers = answers_words(book, [(f, parts[f]) for f in rest if _is_answer(book, f)])
    return ", ".join(piece for piece in (*opening, target, *closing, answers) if piece) or "any use"


def _target_words(book: Book, where: Mapping[str, object], parts: Mapping[str, Part], words: Mapping[str, str]) -> str:
    if not any(f in parts for f in TARGET):
        return ""
    noun = phrase(book, where, KIND, parts[KIND], words[KIND]) if KIND in parts else "against targets"
    clauses = [f"are {words[ACTIVITY]}"] if ACTIVITY in words else []
    clauses += [f"threaten {words[THREATENS]}"] if THREATENS in words else []
    place = f" in {words[REGION]}" if REGION in words else ""
    return f"{noun}{place}" + (f" that {listed(clauses)}" if clauses else "")


def line_words(book: Book, where: Mapping[str, object], parts: Mapping[str, Part], facts: Iterable[str]) -> str:
    """The facts in which one part of a change differs from another: `in Belgorod region, threatening Luhansk region`."""
    wanted = [f for f in facts if f in parts]
    told = [phrase(book, where, f, parts[f]) for f in wanted if not _is_answer(book, f)]
    answers = answers_words(book, [(f, parts[f]) for f in wanted if _is_answer(book, f)])
    return ", ".join([*told, *([answers] if answers else [])]) or "everything else"


def phrase(book: Book, where: Mapping[str, object], fact: str, part: Part, words: str | None = None) -> str:
    """One fact of a box as a phrase, its values in `words` where they are given; one that the vocabulary adds as `title: values`."""
    if fact == DATE:
        return days_words(str(where[DATE]))
    if _is_answer(book, fact):
        return answers_words(book, [(fact, part)])
    words = words or set_words(book, fact, part)
    form = PHRASES.get(fact)
    if fact == "platform" and part.values == {"none"}:
        return f"with {words}"
    if form is None or "none" in part.values - {NONE_OF.get(fact)}:
        title = book.vocabulary.facts[fact].title
        return f"{title}: {words}"
    return form.format(words)


def _is_answer(book: Book, fact: str) -> bool:
    known = book.vocabulary.facts.get(fact)
    return known is not None and set(known.domain) == {YES, NO}


def answers_words(book: Book, answers: Sequence[tuple[str, Part]]) -> str:
    """Facts that are yes or no: `with the donor's own consent, without US intelligence or US targeting data`."""
    titles: dict[str, list[str]] = {YES: [], NO: []}
    for fact, part in answers:
        titles[next(iter(part.values))].append(book.vocabulary.facts[fact].title)
    pieces = [f"with {listed(titles[YES])}"] if titles[YES] else []
    pieces += [f"without {listed(titles[NO], 'or')}"] if titles[NO] else []
    return ", ".join(pieces)

"""The rows and columns of a matrix: issuers, values of a fact, days, or whole scenarios."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from caveat.core.dates import dated
from caveat.core.errors import Diagnostic, ScenarioError, did_you_mean
from caveat.core.formula import In, atoms
from caveat.core.issuer import IssuerKind
from caveat.core.logic import narrowed, told_apart
from caveat.core.question import DATE
from caveat.core.vocabulary import issuer_named
from caveat.engines.asker import donor_fact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from caveat.core.book import Book
    from caveat.core.formula import Formula
    from caveat.core.question import Asking
    from caveat.core.scenario import Scenario
    from caveat.core.vocabulary import Fact

ISSUER, SCENARIO = "issuer", "scenario"
SHORT = {
    "issuers": ISSUER, "issuer": ISSUER, "scenarios": SCENARIO, "scenario": SCENARIO, "dates": DATE,
    "weapons": "weapon", "regions": "target.region", "kinds": "target.kind", "activities": "target.activity",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One row or column: its id, the names it goes by, and the facts it adds; or the issuer it asks."""

    id: str
    names: tuple[str, ...]
    facts: Mapping[str, object]
    issuer: str | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """The rows, or the columns. `chosen` says whether its entries were named by whoever asked."""

    fact: str
    title: str
    entries: tuple[Entry, ...]
    chosen: bool


def axis(book: Book, name: str, values: Sequence[str], scenarios: Sequence[tuple[str, Scenario]], asking: Asking) -> Axis:
    """The axis of this name, with the values named or else all that matter. ScenarioError with every unknown name."""
    fact = SHORT.get(name, name)
    if fact == ISSUER:
        return Axis(ISSUER, "issuers", tuple(_issuers(book, values)), bool(values))
    if fact == SCENARIO:
        return Axis(SCENARIO, "uses", tuple(Entry(label, (label,), dict(s.facts)) for label, s in scenarios), chosen=True)
    if fact == DATE:
        return Axis(DATE, "days", tuple(_days(values)), chosen=True)
    if fact in book.vocabulary.several:
        return Axis(fact, fact, tuple(_several(book, fact, values)), bool(values))
    known = book.vocabulary.facts.get(fact)
    if known is None:
        names = [*SHORT, *book.vocabulary.several, *book.vocabulary.facts]
        raise ScenarioError(
            [Diagnostic("unknown-fact", f"no rows or columns `{name}`", None, did_you_mean(name, names) or f"one of: {', '.join(names)}")]
        )
    entries = _named(known, values) if values else told_apart_by_policy(book, known, asking)
    return Axis(fact, known.title, tuple(entries), bool(values))


def _issuers(book: Book, values: Sequence[str]) -> Iterator[Entry]:
    """The issuers named, or every party that has rules and can be a donor, by name."""
    named = [issuer_named(v, book.issuers, book.vocabulary) for v in values]
    unknown = [v for v, i in zip(values, named, strict=True) if i is None]
    if unknown:
        tips = [did_you_mean(v, [n for i in book.issuers.values() for n in (i.id, i.name)]) for v in unknown]
        raise ScenarioError([Diagnostic("unknown-issuer", f"no issuer `{v}`", None, tip) for v, tip in zip(unknown, tips, strict=True)])
    spoken = {r.issuer for r in book.rules}
    donors = [i for i in book.issuers.values() if i.id in spoken and i.kind != IssuerKind.TREATY and donor_fact(book, i.id)]
    for issuer in [book.issuers[i] for i in named if i] or sorted(donors, key=lambda i: i.name):
        yield Entry(issuer.id, (issuer.name,), {}, issuer.id)


def _days(values: Sequence[str]) -> Iterator[Entry]:
    if not values:
        raise ScenarioError([Diagnostic("no-day", "days as rows or columns have to be named", None, "write --column-values 2024-01-01,2024-06-10")])
    for value in values:
        try:
            day = str(dated(value))
        except ValueError as error:
            raise ScenarioError([Diagnostic("impossible-date", str(error), None, "write 2024-05-30")]) from None
        yield Entry(day, (day,), {DATE: day})


def _several(book: Book, whole: str, values: Sequence[str]) -> Iterator[Entry]:
    """Each thing alone, and nothing of the kind; an unknown name is found when the scenario is looked up."""
    members = {m.removeprefix(f"{whole}."): book.vocabulary.facts[m].title for m in book.vocabulary.several[whole]}
    for value in values or ["none", *members]:
        yield Entry(value, (members.get(value, value),), {whole: value})


def _named(fact: Fact, values: Sequence[str]) -> Iterator[Entry]:
    problems = []
    for value in values:
        term = fact.value_set.find(value)
        if term is None:
            near = fact.value_set.near(value)
            tip = (
                "did you mean " + " or ".join(f"`{t.id}` ({t.name})" for t in near) + "?"
                if near
                else f"`caveat vocabulary {fact.value_set.name}` lists them"
            )
            problems.append(Diagnostic("unknown-value", f"no {fact.title} `{value}`", None, tip))
        else:
            yield Entry(term.id, (term.name,), {fact.name: term.id})
    if problems:
        raise ScenarioError(problems)


def told_apart_by_policy(book: Book, fact: Fact, asking: Asking) -> Iterator[Entry]:
    """The values that may matter to the question, those together that no rule, say, constraint or assumption tells apart."""
    question, facts = asking.question, book.vocabulary.facts.values()
    assuming = {f.name: f.assume.when for f in facts if f.assume and fact.name in {a.fact for a in _tests(f.assume.when)}}
    # what is assumed for some of the values only says nothing of the others
    sets = {**question.sets, **{n: frozenset(book.vocabulary.facts[n].domain) for n in assuming if n in asking.assumed}}
    formulas = [r.condition for r in book.rules if question.issuers is None or r.issuer in question.issuers]
    formulas += [s.when for s in book.says] + [c.holds for c in book.constraints] + list(assuming.values())
    tests = {a.values for f in formulas for a in _tests(narrowed(f, sets)) if a.fact == fact.name}
    for group in told_apart(question.sets[fact.name], sorted(tests, key=sorted)):
        yield entry_of(fact, group)


def _tests(formula: Formula) -> Iterator[In]:
    return (a for a in atoms(formula) if isinstance(a, In))


def entry_of(fact: Fact, values: frozenset[str]) -> Entry:
    """A set of values as an entry, under the fewest names that say it; the whole of a class under the name of the class."""
    ids = fact.value_set.smallest_names(values)
    return Entry(" ".join(ids), tuple(names_of(fact, values)), {fact.name: ids[0] if len(ids) == 1 else ids})


def leaves_of(fact: Fact, entry: Entry) -> frozenset[str]:
    """The values an entry stands for."""
    named = entry.facts[fact.name]
    terms = [fact.value_set.terms[i] for i in (named if isinstance(named, list) else [str(named)])]
    return frozenset().union(*(t.leaves for t in terms))


def names_of(fact: Fact, values: frozenset[str]) -> Iterator[str]:
    """Few names that say which values these are: classes, classes but for some of their members, and single values."""
    terms, left = fact.value_set.terms, set(values)
    classes = sorted((t for t in terms.values() if t.is_class and t.leaves <= set(fact.domain)), key=lambda t: (-len(t.leaves), t.id))
    for term in classes:
        inside = term.leaves & left
        without = term.leaves - values
        if len(inside) > 2 and (not without or len(inside) > 3 * len(without)):  # noqa: PLR2004
            left -= term.leaves
            gone = [terms[i].name for i in fact.value_set.smallest_names(frozenset(without))]
            yield term.name if not gone else f"{term.name} except {', '.join(gone)}"
    yield from (terms[i].name for i in fact.value_set.smallest_names(frozenset(left)))

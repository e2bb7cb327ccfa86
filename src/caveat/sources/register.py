"""Where the record comes from: every source, the statements that cite it, the rules that rest on those, and how well.

A book goes in, a Register comes out. The same page cited by several statements is one source: the same address or,
where there is none, the same publisher, title and date. How well a rule is supported is judged on all it rests on,
whatever the register was narrowed to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypedDict

from caveat.core.book import WEAK, Grade
from caveat.core.citation import Reliability
from caveat.core.errors import Diagnostic, ScenarioError, did_you_mean
from caveat.core.vocabulary import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from caveat.core.book import Book, Reading, Rule
    from caveat.core.citation import Citation
    from caveat.core.dates import Dated

UNKNOWN = "unknown"
MOST_NAMES = 6
_ON_BEHALF = re.compile(r",? \(?(?:citing|relaying|quoting|translating) .*\Z")


class By(StrEnum):
    """What sources can be grouped by."""

    PUBLISHER = "publisher"
    GRADE = "grade"
    DATE = "date"
    ISSUER = "issuer"
    RELIABILITY = "reliability"


class Weakness(StrEnum):
    """Why the support of a rule is thin."""

    ONE_SOURCE = "one-source"
    SECOND_HAND = "only-relays-or-state-aligned"
    UNCONFIRMED = "only-claims-or-observed-use"


class Narrowing(TypedDict, total=False):
    """What a register can be narrowed to, as the keywords of `register`."""

    issuers: Iterable[str]
    publisher: str | None
    grade: Grade | None
    weak: bool
    no_address: bool
    statements: Iterable[str]
    rules: Iterable[str]


@dataclass(frozen=True, slots=True)
class Use:
    """One statement citing a source: the statement's id, and the citation as it stands there."""

    statement: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class CitedSource:
    """One page or text. `no_url` says why there is no address, in as many ways as was given; `uses` are by statement."""

    publisher: str
    title: str | None
    date: Dated | None
    url: str | None
    no_url: tuple[str, ...]
    uses: tuple[Use, ...]

    @property
    def outlet(self) -> str:
        """Who published it, without whom it cites: `Kyiv Post` for `Kyiv Post, citing CNN`."""
        return outlet_of(self.publisher)


@dataclass(frozen=True, slots=True)
class Support:
    """All that one rule rests on, and what is weak about it; no weakness is the normal case."""

    rule: str
    statements: tuple[str, ...]
    sources: tuple[CitedSource, ...]
    weaknesses: tuple[Weakness, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The part of a register that shares a publisher, a grade, a year, an issuer or a reliability."""

    name: str
    sources: tuple[CitedSource, ...]
    statements: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Register:
    """The sources selected (their uses narrowed to the selection), the statements that cite them, the rules on those.

    Sources are sorted by outlet, date and address; statements and rules by id.
    """

    sources: tuple[CitedSource, ...]
    statements: tuple[str, ...]
    rules: tuple[Support, ...]

    @property
    def outlets(self) -> int:
        """How many publishers there are."""
        return len({folded(s.outlet) for s in self.sources})

    @property
    def without_address(self) -> int:
        """How many sources have no address."""
        return sum(s.url is None for s in self.sources)

    def weak(self, weakness: Weakness) -> int:
        """How many rules are weak in this way."""
        return sum(weakness in rule.weaknesses for rule in self.rules)


def outlet_of(publisher: str) -> str:
    """A publisher without what follows `citing`, `relaying`, `quoting` or `translating`."""
    return _ON_BEHALF.sub("", publisher) or publisher


def register(book: Book, *, issuers: Iterable[str] = (), publisher: str | None = None, grade: Grade | None = None, weak: bool = False, no_address: bool = False, statements: Iterable[str] = (), rules: Iterable[str] = ()) -> Register:  # fmt: skip
    """The register of a book, narrowed by every filter that is given; `statements` and `rules` add up to one filter.

    `grade` is that of the statements, `publisher` any part of a name, `weak` leaves the rules that are weak in some
    way and what they rest on. ScenarioError names every unknown issuer, publisher, statement and rule.
    """
    everything = cited(book)
    of, named, among = _named(book, everything, issuers, publisher, statements, rules)
    supports = [s for s in _supports(book, everything) if among is None or s.rule in among]
    if weak:
        supports = [s for s in supports if s.weaknesses]
    behind = {i for s in supports for i in s.statements}

    def is_chosen(statement: str) -> bool:
        return (
            (not of or statement.partition("/")[0] in of)
            and (named is None or statement in named)
            and (grade is None or book.statements[statement].grade is grade)
            and (not weak or statement in behind)
        )

    text = folded(publisher or "")
    pages = [s for s in everything if (not no_address or s.url is None) and text in folded(s.publisher)]
    chosen = tuple(_narrowed(pages, is_chosen))
    cite = sorted({use.statement for source in chosen for use in source.uses})
    return Register(chosen, tuple(cite), tuple(s for s in supports if not set(cite).isdisjoint(s.statements)))


def grouped(book: Book, found: Register, by: By) -> tuple[Group, ...]:
    """The register in groups: publishers with the most sources first, else best, earliest or first by name first.

    A source stands in each group that one of its uses belongs to, with those uses; in a year, by date.
    """
    parts: dict[str, list[CitedSource]] = {}
    names: dict[str, str] = {}
    for source in found.sources:
        uses: dict[str, list[Use]] = {}
        for use in source.uses:
            name = _group_name(book, source, use, by)
            uses.setdefault(folded(name), []).append(use)
            names.setdefault(folded(name), name)
        for key, own in uses.items():
            parts.setdefault(key, []).append(replace(source, uses=tuple(own)))
    groups = [_group(found, names[key], sorted(own, key=_by_date) if by is By.DATE else own) for key, own in parts.items()]
    return tuple(sorted(groups, key=lambda g: (_rank(g, by), folded(g.name))))


def cited(book: Book) -> tuple[CitedSource, ...]:
    """Every source of every statement, once, in order."""
    uses: dict[object, list[Use]] = {}
    for ident, statement in sorted(book.statements.items()):
        for citation in statement.sources:
            uses.setdefault(identity(citation), []).append(Use(ident, citation))
    return tuple(sorted((_source(own) for own in uses.values()), key=_order))


def identity(citation: Citation) -> tuple[str, ...]:
    """What makes two citations one source: the address, or publisher, title and date where there is none."""
    return (citation.url,) if citation.url else ("", citation.publisher, citation.title or "", str(citation.date))


def rests_on(book: Book, statement: str) -> tuple[Rule, ...]:
    """The rules that name a statement, by id."""
    return tuple(r for r in book.rules if statement in r.statements)


def raised_by(book: Book, statement: str) -> tuple[Reading, ...]:
    """The questions that a statement raises, by name."""
    return tuple(r for _, r in sorted(book.readings.items()) if statement in r.statements)


def _source(uses: list[Use]) -> CitedSource:
    """One source from all its citations, described by the fullest of them, and by the plainest name of its publisher."""
    full = sorted(
        (u.citation for u in uses), key=lambda c: (c.title is None, c.date is None, len(c.publisher), c.publisher, c.title or "", str(c.date))
    )
    first = full[0]
    return CitedSource(
        publisher=min((c.publisher for c in full), key=lambda p: (len(p), p)),
        title=first.title,
        date=next((c.date for c in full if c.date), None),
        url=first.url,
        no_url=tuple(sorted({c.no_url for c in full if c.no_url})),
        uses=tuple(uses),
    )


def _order(source: CitedSource) -> tuple[str, ...]:
    return (folded(source.outlet), source.date.earliest.isoformat() if source.date else "~", source.url or "", source.publisher, source.title or "")


def _by_date(source: CitedSource) -> str:
    return source.date.earliest.isoformat() if source.date else ""


def _supports(book: Book, everything: Iterable[CitedSource]) -> Iterator[Support]:
    citing = [(source, {use.statement for use in source.uses}) for source in everything]
    for rule in sorted(book.rules, key=lambda r: r.id):
        sources = tuple(source for source, statements in citing if not statements.isdisjoint(rule.statements))
        yield Support(rule.id, rule.statements, sources, tuple(_weaknesses(book, rule, sources)))


def _weaknesses(book: Book, rule: Rule, sources: Sequence[CitedSource]) -> Iterator[Weakness]:
    statements = [book.statements[i] for i in rule.statements]
    if len(sources) == 1:
        yield Weakness.ONE_SOURCE
    if all(s.best_reliability in WEAK for s in statements):
        yield Weakness.SECOND_HAND
    if all(s.grade in (Grade.CLAIM, Grade.OBSERVED_USE) for s in statements):
        yield Weakness.UNCONFIRMED


def _narrowed(sources: Iterable[CitedSource], is_chosen: Callable[[str], bool]) -> Iterator[CitedSource]:
    """The sources with those of their uses that are chosen; none without one."""
    for source in sources:
        uses = tuple(use for use in source.uses if is_chosen(use.statement))
        if uses:
            yield replace(source, uses=uses)


def _group_name(book: Book, source: CitedSource, use: Use, by: By) -> str:
    match by:
        case By.PUBLISHER:
            return source.outlet
        case By.GRADE:
            return book.statements[use.statement].grade.value
        case By.DATE:
            return source.date.earliest.isoformat()[:4] if source.date else UNKNOWN
        case By.ISSUER:
            return use.statement.partition("/")[0]
        case By.RELIABILITY:
            return use.citation.reliability.value


def _group(found: Register, name: str, sources: Iterable[CitedSource]) -> Group:
    pages = tuple(sources)
    cite = {use.statement for source in pages for use in source.uses}
    return Group(name, pages, tuple(sorted(cite)), tuple(s.rule for s in found.rules if not cite.isdisjoint(s.statements)))


def _rank(group: Group, by: By) -> int:
    if by is By.PUBLISHER:
        return -len(group.sources)
    words: list[str] = [g.value for g in Grade] if by is By.GRADE else [r.value for r in Reliability] if by is By.RELIABILITY else []
    return words.index(group.name) if words else 0


# -- names people give


def _named(book: Book, everything: Iterable[CitedSource], issuers: Iterable[str], publisher: str | None, statements: Iterable[str], rules: Iterable[str]) -> tuple[set[str], set[str] | None, set[str] | None]:  # fmt: skip
    """The issuers, statements and rules meant; None where neither a statement nor a rule is named."""
    problems: list[Diagnostic] = []
    known = {name: i.id for i in book.issuers.values() for name in (i.id, i.name)}
    of = {known[found] for name in issuers if (found := _found(name, list(known), "issuer", problems))}
    said = {i for name in statements if (i := _found(name, sorted(book.statements), "statement", problems))}
    ruled = {i for name in rules if (i := _found(name, sorted(book.rule), "rule", problems))}
    if publisher is not None and not any(folded(publisher) in folded(s.publisher) for s in everything):
        outlets = sorted({s.outlet for s in everything})
        problems.append(Diagnostic("unknown-publisher", f"no publisher has `{publisher}` in its name", None, did_you_mean(publisher, outlets)))
    if problems:
        raise ScenarioError(problems)
    if not said and not ruled:
        return of, None, None
    among = ruled | {r.id for i in said for r in rests_on(book, i)}
    return of, said | {i for r in ruled for i in book.rule[r].statements}, among


def _found(name: str, among: Collection[str], what: str, problems: list[Diagnostic]) -> str | None:
    """The one id that is meant, in any case, with or without its issuer; else a problem."""
    exact = [i for i in among if folded(i) == folded(name)]
    hits = exact or [i for i in among if folded(i.partition("/")[2]) == folded(name)]
    if len(hits) == 1:
        return hits[0]
    if hits:
        problems.append(Diagnostic("ambiguous-name", f"several {what}s are called `{name}`", None, "one of: " + ", ".join(hits)))
        return None
    problems.append(Diagnostic(f"unknown-{what}", f"no {what} `{name}`", None, _tip(name, among, what)))
    return None


def _tip(name: str, among: Collection[str], what: str) -> str:
    """The nearest name or, for part of a name, the first few that have it; else where they are listed."""
    near = did_you_mean(name, list(among)) or did_you_mean(name, sorted({i.partition("/")[2] for i in among} - {""}))
    having = [i for i in among if folded(name) in folded(i)][:MOST_NAMES]
    where = "`caveat vocabulary issuers` lists them" if what == "issuer" else "`caveat sources --format csv` lists them"
    return near or (f"one of: {', '.join(having)}?" if having else where)


__all__ = [
    "By",
    "CitedSource",
    "Group",
    "Register",
    "Support",
    "Use",
    "Weakness",
    "cited",
    "grouped",
    "identity",
    "outlet_of",
    "raised_by",
    "register",
    "rests_on",
]

"""A Book as plain data and back: sorted, complete, without places of files in what is digested.

Serves the digest (equal for equal meaning), goldens, and the cache that spares a process the reading of YAML.
Sets of values repeat a lot, so they stand once, in a table.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import TYPE_CHECKING, Any, assert_never

from caveat.core.book import Book, Constraint, Effect, Grade, Reading, Remark, Rule, Say, Statement
from caveat.core.citation import Check, Citation, Reliability
from caveat.core.dates import Dated
from caveat.core.derivation import Derivation, Join, OfFact, OfReport, Reporting, Sought
from caveat.core.formula import FALSE, TRUE, All, In, Not, Point, Some
from caveat.core.incident import Sureness
from caveat.core.issuer import Issuer, IssuerKind, Search
from caveat.core.vocabulary import Assumption, Fact, Term, ValueSet, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from caveat.core.formula import Formula

Data = dict[str, Any]  # a book spelled out, read back under the digest that it was written with


def text_of(data: Data) -> str:
    """The data as JSON that is the same bytes for the same data."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(data: Data) -> str:
    """`sha256:` and the digest of what the data means; places in files do not count."""
    bare = {**data, "places": None, "digest": None}
    return "sha256:" + hashlib.sha256(text_of(bare).encode()).hexdigest()


# -- to data


def to_data(book: Book) -> Data:
    """The whole book."""
    sets = _Sets()
    data = {
        "issuers": {
            i.id: [i.name, i.kind.value, _day(i.covered_until), i.about, i.article, [_search(s) for s in i.searched]] for i in book.issuers.values()
        },
        "statements": {s.id: _statement(s) for s in book.statements.values()},
        "rules": [_rule(r, sets) for r in sorted(book.rules, key=lambda r: r.id)],
        "says": [[s.issuer, s.role, _formula(s.when, sets), s.is_donor, s.of] for s in book.says],
        "constraints": [[c.name, _formula(c.holds, sets), c.because, c.is_catalogue] for c in book.constraints],
        "remarks": [[r.name, _formula(r.when, sets), r.says] for r in book.remarks],
        "readings": {r.name: [r.question, r.because, list(r.statements), r.settled_by] for r in book.readings.values()},
        "vocabulary": _vocabulary(book.vocabulary, sets),
        "reporting": _reporting(book.reporting, sets) if book.reporting else None,
        "replaced": list(book.replaced),
        "places": _places(book),
    }
    return {**data, "sets": sets.table, "digest": book.digest}


def _places(book: Book) -> dict[str, str]:
    derivations = book.reporting.derivations if book.reporting else ()
    return (
        {s.id: s.place for s in book.statements.values()} | {r.id: r.place for r in book.rules} | {f"derivation {d.id}": d.place for d in derivations}
    )


class _Sets:
    """Numbers each set of values the first time it is met."""

    def __init__(self) -> None:
        self.table: list[list[str]] = []
        self._number: dict[frozenset[str], int] = {}

    def number(self, values: frozenset[str]) -> int:
        if values not in self._number:
            self._number[values] = len(self.table)
            self.table.append(sorted(values))
        return self._number[values]


def _formula(formula: Formula, sets: _Sets) -> list[Any]:
    match formula:
        case In(fact, values):
            return ["in", fact, sets.number(values)]
        case Point(name):
            return ["point", name]
        case All(parts):
            return ["all", *_sorted_parts(parts, sets)]
        case Some(parts):
            return ["some", *_sorted_parts(parts, sets)]
        case Not(part):
            return ["not", _formula(part, sets)]
        case _:
            assert_never(formula)


def _sorted_parts(parts: tuple[Formula, ...], sets: _Sets) -> list[Any]:
    """Parts in an order of their own, so that the order in which keys were written never matters."""
    return [_formula(p, sets) for p in sorted(parts, key=_order)]


def _order(formula: Formula) -> str:
    match formula:
        case In(fact, values):
            return f"in {fact} {sorted(values)}"
        case Point(name):
            return f"point {name}"
        case All(parts) | Some(parts):
            return f"{type(formula).__name__} {sorted(map(_order, parts))}"
        case Not(part):
            return f"not {_order(part)}"
        case _:
            assert_never(formula)


def _day(day: Dated | None) -> str | None:
    return None if day is None else f"{day.earliest.isoformat()}/{day.latest.isoformat()}"


_STATEMENT_DAYS = ("decided", "in_effect", "reported", "confirmed", "denied", "retracted")


def _statement(s: Statement) -> list[Any]:
    days = [_day(getattr(s, name)) for name in _STATEMENT_DAYS]
    return [s.by, days, s.stated_grade.value, s.says, s.note, list(s.no_effect) if s.no_effect else None, [_citation(c) for c in s.sources]]


def _citation(c: Citation) -> list[Any]:
    return [c.publisher, c.title, _day(c.date), c.url, c.no_url, c.words, c.of, c.language, c.reliability.value, c.note, _check(c.checked)]


def _check(c: Check | None) -> list[Any] | None:
    return None if c is None else [_day(c.date), c.how, c.digest]


def _search(s: Search) -> list[Any]:
    return [s.what, _day(s.until), s.found, list(s.languages), s.looks, s.note]


def _rule(r: Rule, sets: _Sets) -> list[Any]:
    timing = [_day(r.begins), _day(r.until)]
    links = [list(r.statements), list(r.overrides), list(r.supersedes)]
    return [r.id, r.issuer, r.effect.value, timing, _formula(r.condition, sets), links, r.summary, r.is_default]


def _reporting(r: Reporting, sets: _Sets) -> Data:
    return {
        "values": dict(r.values),
        "otherwise": {fact: sets.number(values) for fact, values in r.otherwise.items()},
        "derivations": [_derivation(d, sets) for d in r.derivations],
    }


def _derivation(d: Derivation, sets: _Sets) -> list[Any]:
    gives = {f: [g.alias, g.key] if isinstance(g, OfReport) else sets.number(g) for f, g in d.gives.items()}
    patterns = [[_sought(s, sets) for s in part] for part in (d.reports, d.unless)]
    links = [list(d.overrides), list(d.statements), [_citation(c) for c in d.sources]]
    return [d.id, d.name, d.issuer, d.summary, gives, patterns, _formula(d.when, sets), d.point, links, d.basis]


def _sought(s: Sought, sets: _Sets) -> list[Any]:
    joins = [[j.key, [j.other.fact] if isinstance(j.other, OfFact) else [j.other.alias, j.other.key], j.beside] for j in s.joins]
    allowed = {key: sets.number(values) for key, values in s.allowed.items()}
    return [s.alias, sets.number(s.kinds), allowed, joins, s.sure.value, s.within, s.arguably_within, list(s.after)]


def _vocabulary(v: Vocabulary, sets: _Sets) -> Data:
    extra = {id(f.value_set): f.value_set for f in v.facts.values() if v.value_sets.get(f.value_set.name) is not f.value_set}
    numbered = {key: i for i, key in enumerate(extra)}
    return {
        "sets": {name: _value_set(s) for name, s in sorted(v.value_sets.items())},
        "extra": [_value_set(s) for s in extra.values()],
        "facts": [
            [f.name, f.title, f.question, numbered.get(id(f.value_set), f.value_set.name), _assumption(f.assume, sets), f.part_of, f.together]
            for f in v.facts.values()
        ],
        "several": {k: list(m) for k, m in v.several.items()},
        "roles": dict(v.roles),
    }


def _assumption(a: Assumption | None, sets: _Sets) -> list[Any] | None:
    return None if a is None else [list(a.terms), sorted(a.values), a.because, _formula(a.when, sets)]


def _value_set(s: ValueSet) -> list[Any]:
    terms = [
        [t.id, t.name, list(t.aliases), sorted(t.leaves), dict(t.arguable), sorted(t.borders), {k: list(n) for k, n in t.numbers.items()}, t.note, [_citation(c) for c in t.sources]]
        for t in s.terms.values()
    ]  # fmt: skip
    return [s.name, s.title, s.one, terms, list(s.leaves), dict(sorted(s.index.items()))]


# -- from data


def from_data(data: Data) -> Book:
    """The book that `to_data` wrote."""
    sets = [frozenset(values) for values in data["sets"]]
    places = data["places"]
    return Book(
        vocabulary=_read_vocabulary(data["vocabulary"], sets),
        issuers={i: _read_issuer(i, row) for i, row in data["issuers"].items()},
        statements={i: _read_statement(i, s, places[i]) for i, s in data["statements"].items()},
        rules=tuple(_read_rule(r, sets, places[r[0]]) for r in data["rules"]),
        says=tuple(Say(issuer, role, _read_formula(when, sets), donor, of) for issuer, role, when, donor, of in data["says"]),
        constraints=tuple(Constraint(name, _read_formula(holds, sets), because, known) for name, holds, because, known in data["constraints"]),
        readings={name: Reading(name, question, because, tuple(by), settled) for name, (question, because, by, settled) in data["readings"].items()},
        digest=data["digest"],
        remarks=tuple(Remark(name, _read_formula(when, sets), says) for name, when, says in data["remarks"]),
        reporting=_read_reporting(data["reporting"], sets, places) if data["reporting"] else None,
        replaced=tuple(data["replaced"]),
    )


def _read_issuer(ident: str, data: list[Any]) -> Issuer:
    name, kind, day, about, article, searched = data
    return Issuer(ident, name, IssuerKind(kind), _read_day(day), about, article, tuple(map(_read_search, searched)))


def _read_search(data: list[Any]) -> Search:
    what, until, found, languages, looks, note = data
    return Search(what, _must_day(until), found, tuple(languages), looks, note)


def _read_reporting(data: Data, sets: list[frozenset[str]], places: Mapping[str, str]) -> Reporting:
    derivations = tuple(_read_derivation(d, sets, places[f"derivation {d[0]}"]) for d in data["derivations"])
    return Reporting(data["values"], {fact: sets[n] for fact, n in data["otherwise"].items()}, derivations)


def _read_derivation(data: list[Any], sets: list[frozenset[str]], place: str) -> Derivation:
    ident, name, issuer, summary, gives, (reports, unless), when, point, (overrides, statements, sources), basis = data
    given = {fact: sets[g] if isinstance(g, int) else OfReport(*g) for fact, g in gives.items()}
    return Derivation(
        ident, name, issuer, summary, given, tuple(_read_sought(s, sets) for s in reports), tuple(_read_sought(s, sets) for s in unless),
        _read_formula(when, sets), point, tuple(overrides), tuple(statements), tuple(map(_read_citation, sources)), basis, place,
    )  # fmt: skip


def _read_sought(data: list[Any], sets: list[frozenset[str]]) -> Sought:
    alias, kinds, allowed, joins, sure, within, arguably_within, after = data
    read = tuple(Join(key, OfFact(*other) if len(other) == 1 else OfReport(*other), beside) for key, other, beside in joins)
    return Sought(alias, sets[kinds], {k: sets[n] for k, n in allowed.items()}, read, Sureness(sure), within, arguably_within, tuple(after))


def _read_day(text: str | None) -> Dated | None:
    if text is None:
        return None
    return Dated(date.fromisoformat(text[:10]), date.fromisoformat(text[11:]))


def _must_day(text: str | None) -> Dated:
    day = _read_day(text)
    if day is None:
        raise ValueError("a statement without the day of its first report")
    return day


def _read_formula(data: list[Any], sets: list[frozenset[str]]) -> Formula:
    match data:
        case ["in", fact, number]:
            return In(fact, sets[number])
        case ["point", name]:
            return Point(name)
        case ["not", part]:
            return Not(_read_formula(part, sets))
        case ["all", *parts]:
            return All(tuple(_read_formula(p, sets) for p in parts)) if parts else TRUE
        case ["some", *parts]:
            return Some(tuple(_read_formula(p, sets) for p in parts)) if parts else FALSE
        case _:
            raise ValueError("not a formula")


def _read_citation(data: list[Any]) -> Citation:
    publisher, title, day, url, no_url, words, of, language, reliability, note, checked = data
    check = Check(_must_day(checked[0]), checked[1], checked[2]) if checked else None
    return Citation(publisher, title, _read_day(day), url, no_url, words, of, language, Reliability(reliability), note, check)


def _read_statement(ident: str, data: list[Any], place: str) -> Statement:
    by, days, grade, says, note, no_effect, sources = data
    reported = _must_day(days[_STATEMENT_DAYS.index("reported")])
    decided, in_effect, _, confirmed, denied, retracted = map(_read_day, days)
    return Statement(
        ident, by, decided, in_effect, reported, confirmed, denied, retracted, Grade(grade), says, note,
        tuple(no_effect) if no_effect else None, tuple(map(_read_citation, sources)), place,
    )  # fmt: skip


def _read_rule(data: list[Any], sets: list[frozenset[str]], place: str) -> Rule:
    ident, issuer, effect, (begins, until), condition, (by, overrides, supersedes), summary, is_default = data
    return Rule(
        ident, issuer, Effect(effect), tuple(by), _read_day(begins), _read_day(until), _read_formula(condition, sets),
        tuple(overrides), tuple(supersedes), summary, is_default, place,
    )  # fmt: skip


def _read_vocabulary(data: Data, tables: list[frozenset[str]]) -> Vocabulary:
    sets = {name: _read_value_set(s) for name, s in data["sets"].items()}
    extra = [_read_value_set(s) for s in data["extra"]]
    facts = {}
    for name, title, question, of, assume, part_of, together in data["facts"]:
        values = extra[of] if isinstance(of, int) else sets[of]
        assumption = Assumption(tuple(assume[0]), frozenset(assume[1]), assume[2], _read_formula(assume[3], tables)) if assume else None
        facts[name] = Fact(name, title, question, values.leaves, values, assumption, part_of, together)
    return Vocabulary(facts, sets, {k: tuple(m) for k, m in data["several"].items()}, data["roles"])


def _read_value_set(data: list[Any]) -> ValueSet:
    name, title, one, rows, leaves, index = data
    terms: Mapping[str, Term] = {row[0]: _read_term(row) for row in rows}
    return ValueSet(name, title, one, terms, tuple(leaves), index)


def _read_term(row: list[Any]) -> Term:
    ident, name, aliases, leaves, arguable, borders, numbers, note, sources = row
    spans = {k: (low, high) for k, (low, high) in numbers.items()}
    return Term(ident, name, tuple(aliases), frozenset(leaves), arguable, frozenset(borders), spans, note, tuple(map(_read_citation, sources)))

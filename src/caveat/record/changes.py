"""What differs between two libraries, in pieces that can be taken over one by one: the ground on which causes are tried.

A piece is a rule, a statement, an issuer, a reading, who has a say for one issuer, a constraint, a derivation, what
reports may say, or the vocabulary. A statement that is new or gone is no piece by itself, since it acts through the rules that name it and comes
and goes with them. The vocabulary is one piece, together with the conditions that differ only in values whose classes changed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from caveat.core.dates import Dated
from caveat.core.derivation import Derivation, OfReport, Reporting
from caveat.core.formula import FALSE, All, In, Not, Point, Some
from caveat.core.vocabulary import ValueSet, Vocabulary
from caveat.record.entry import fingerprint
from caveat.store.canonical import from_data, to_data

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from caveat.core.book import Book, Constraint, Rule, Say
    from caveat.core.derivation import Sought
    from caveat.core.formula import Formula
    from caveat.core.vocabulary import Fact
    from caveat.record.data import How

VOCABULARY = "vocabulary"
SHORT = 60  # characters of a value that is shown
_UNSEEN = ("place",)
REPORTS = "reports"
MIXED = "mixed"  # the digest of a library that never was


@dataclass(frozen=True, slots=True)
class Part:
    """What differs within a piece: its name, and what it was and is, where that is a word, a number or a day."""

    name: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One piece that differs: its kind, its id, whether it was `added`, `removed` or `edited`, and in which parts.

    `along` are the ids of what changes with it, as the conditions that name a class do with the class.
    """

    kind: str
    id: str
    how: How
    parts: tuple[Part, ...] = ()
    along: tuple[str, ...] = ()


class Pair:
    """Two libraries, what differs, and every library between them."""

    def __init__(self, old: Book, new: Book) -> None:
        """Compare two libraries; the order in which they were written never matters."""
        self.old, self.new = from_data(to_data(old)), from_data(to_data(new))
        touched = _touched(self.old.vocabulary, self.new.vocabulary)
        self._along = _following(self.old, self.new, touched)
        self.changes = tuple(self._found(touched))

    def _found(self, touched: Mapping[str, frozenset[str]]) -> list[Change]:
        words = tuple(Part(w) for w in _vocabulary_words(self.old.vocabulary, self.new.vocabulary))
        found = [Change(VOCABULARY, VOCABULARY, "edited", words, tuple(sorted(self._along)))] if words or touched else []
        for kind, of in _KINDS.items():
            before, after = of(self.old), of(self.new)
            for ident in sorted({*before, *after}):
                change = _change(kind, ident, before.get(ident), after.get(ident))
                if change is not None and f"{kind}/{ident}" not in self._along:
                    found.append(change)
        return found

    def mixed(self, taken: Collection[Change]) -> Book:
        """The old library with these changes taken over; with all of them, it means what the new one does."""
        chosen = {(c.kind, c.id) for c in taken} | {tuple(key.split("/", 1)) for c in taken if c.kind == VOCABULARY for key in self._along}
        source = self.new if (VOCABULARY, VOCABULARY) in chosen else self.old
        pieces = {kind: _merged(kind, of(self.old), of(self.new), chosen) for kind, of in _KINDS.items()}
        rules: dict[str, Rule] = pieces["rule"]
        says: list[Say] = [say for group in pieces["say"].values() for say in group]
        statements = {**self.new.statements, **self.old.statements, **pieces["statement"]}
        issuers = {**self.new.issuers, **self.old.issuers, **pieces["issuer"]}
        domains = {name: frozenset(fact.domain) for name, fact in source.vocabulary.facts.items()}
        return replace(
            source,
            rules=tuple(_kept(rules[r], rules, domains) for r in sorted(rules)),
            says=tuple(replace(s, when=_within(s.when, domains)) for s in says),
            statements=statements,
            issuers=issuers,
            constraints=tuple(replace(c, holds=_within(c.holds, domains)) for c in pieces["constraint"].values()),
            readings={**self.new.readings, **self.old.readings, **pieces["reading"]},
            reporting=_reporting(pieces["reports"], pieces["derivation"]),
            digest=MIXED,
        )


def _merged(kind: str, old: Mapping[str, Any], new: Mapping[str, Any], chosen: Collection[tuple[str, ...]]) -> dict[str, Any]:
    """The pieces of a kind: of the new library where chosen, else of the old one."""
    found = {}
    for ident in [*old, *(i for i in new if i not in old)]:
        side = new if (kind, ident) in chosen else old
        if ident in side:
            found[ident] = side[ident]
    return found


def _says(book: Book) -> dict[str, tuple[Say, ...]]:
    found: dict[str, tuple[Say, ...]] = {}
    for say in book.says:
        found[say.issuer] = (*found.get(say.issuer, ()), say)
    return found


def _constraints(book: Book) -> dict[str, Constraint]:
    found: dict[str, Constraint] = {}
    for c in book.constraints:
        name = c.name
        while name in found:
            name += "'"
        found[name] = c
    return found


def _reports(book: Book) -> dict[str, Any]:
    return {REPORTS: (book.reporting.values, book.reporting.otherwise)} if book.reporting is not None else {}


def _derivations(book: Book) -> dict[str, Derivation]:
    return {d.id: d for d in (book.reporting.derivations if book.reporting is not None else ())}


def _reporting(reports: Mapping[str, Any], derivations: Mapping[str, Derivation]) -> Reporting | None:
    """What reports may say, and the derivations that give facts which are then known; none where nothing is said of reports."""
    if REPORTS not in reports:
        return None
    values, otherwise = reports[REPORTS]
    kept = {i: d for i, d in derivations.items() if set(d.gives) <= set(otherwise)}
    whole = (replace(d, overrides=tuple(o for o in d.overrides if o in kept)) for _, d in sorted(kept.items()))
    return Reporting(values, otherwise, tuple(whole))


# Of each kind the pieces by id: frozen things of another type for each kind, which only their own functions look into.
_KINDS: Mapping[str, Callable[[Book], Mapping[str, Any]]] = {
    "rule": lambda book: book.rule,
    "statement": lambda book: book.statements,
    "issuer": lambda book: book.issuers,
    "reading": lambda book: book.readings,
    "say": _says,
    "constraint": _constraints,
    "reports": _reports,
    "derivation": _derivations,
}


def _change(kind: str, ident: str, before: object, after: object) -> Change | None:
    """How one piece differs; None where it does not, or acts only through others."""
    if before is None or after is None:
        if kind in ("statement", "issuer", "reading"):
            return None  # comes and goes with the rules and says that name it
        return Change(kind, ident, "added" if before is None else "removed")
    if fingerprint(before) == fingerprint(after):
        return None
    return Change(kind, ident, "edited", tuple(_parts(before, after)) if kind not in ("say", "reports") else ())


def _parts(before: Any, after: Any) -> Iterator[Part]:  # noqa: ANN401  (two of the same kind of frozen thing)
    """The fields that differ; of a statement, not what follows from its others."""
    for field in fields(before):
        was, now = getattr(before, field.name), getattr(after, field.name)
        if field.init and field.name not in _UNSEEN and fingerprint(was) != fingerprint(now):
            yield Part(field.name, _word(was), _word(now))


def _word(value: object) -> str:
    """A value as a word; nothing for what is too long to be one, or is a formula."""
    if value is None or value == ():
        return "none"
    if isinstance(value, tuple) and all(isinstance(v, str) for v in value):
        return ", ".join(value) if sum(map(len, value)) <= SHORT else ""
    return str(value) if isinstance(value, str | int | date | Dated) and len(str(value)) <= SHORT else ""


# -- the vocabulary


def _touched(old: Vocabulary, new: Vocabulary) -> dict[str, frozenset[str]]:
    """For each fact, the values that are new, gone, or in other classes, next to other regions, or of other numbers."""
    found = {}
    for name in {*old.facts, *new.facts}:
        values = _moved(_set_of(old, name), _set_of(new, name))
        if values:
            found[name] = values
    return found


def _set_of(vocabulary: Vocabulary, fact: str) -> ValueSet | None:
    return vocabulary.facts[fact].value_set if fact in vocabulary.facts else None


def _moved(old: ValueSet | None, new: ValueSet | None) -> frozenset[str]:
    """The values of a set that are new, gone, or stand otherwise."""
    before, after = _standing(old, new), _standing(new, old)
    return frozenset(v for v in {*before, *after} if before.get(v) != after.get(v))


def _standing(values: ValueSet | None, other: ValueSet | None) -> dict[str, object]:
    """For each value, the classes it is in among those that both sets know, and its own measures."""
    if values is None:
        return {}
    shared = [t for t in values.terms.values() if other is not None and t.id in other.terms]
    found: dict[str, object] = {}
    for value in values.leaves:
        term = values.terms.get(value)
        within = frozenset(t.id for t in shared if value in t.leaves)
        perhaps = {t.id: fingerprint(dict(t.arguable[value])) for t in shared if value in t.arguable}
        found[value] = (within, perhaps, (term.borders, dict(term.numbers)) if term else None)
    return found


def _following(old: Book, new: Book, touched: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """`rule/ID`, `say/ISSUER` and `constraint/NAME` of what differs in nothing but values whose standing changed."""
    if not touched:
        return frozenset()
    found = set()
    for kind in ("rule", "say", "constraint", "derivation"):
        before, after = _KINDS[kind](old), _KINDS[kind](new)
        for ident in {*before, *after}:
            a, b = before.get(ident), after.get(ident)
            same = fingerprint(a) == fingerprint(b)
            if not same and (kind == "constraint" or fingerprint(_without(a, touched)) == fingerprint(_without(b, touched))):
                found.add(f"{kind}/{ident}")
    return frozenset(found)


def _without(item: Any, touched: Mapping[str, frozenset[str]]) -> Any:  # noqa: ANN401  (gives back what it got)
    """A piece with the touched values taken out of every test."""
    match item:
        case In(fact, values):
            return In(fact, values - touched.get(fact, frozenset()))
        case All(parts) | Some(parts):
            return type(item)(tuple(_without(p, touched) for p in parts))
        case Not(part):
            return Not(_without(part, touched))
        case tuple():
            return tuple(_without(i, touched) for i in item)
        case Derivation():
            return _without_any(item, frozenset().union(*touched.values()))
        case _ if hasattr(item, "condition"):
            return replace(item, condition=_without(item.condition, touched))
        case _ if hasattr(item, "when"):
            return replace(item, when=_without(item.when, touched))
        case _:
            return item


def _without_any(d: Derivation, values: frozenset[str]) -> Derivation:
    """A derivation with these values taken out of everything it names."""

    def bare(s: Sought) -> Sought:
        return replace(s, kinds=s.kinds - values, allowed={k: v - values for k, v in s.allowed.items()})

    gives = {f: g if isinstance(g, OfReport) else g - values for f, g in d.gives.items()}
    return replace(d, gives=gives, reports=tuple(map(bare, d.reports)), unless=tuple(map(bare, d.unless)))


def _vocabulary_words(old: Vocabulary, new: Vocabulary) -> list[str]:
    """What differs in the vocabulary, thing by thing: `weapons/taurus added`, `facts/purpose edited`."""
    found = []
    for name in sorted({*old.value_sets, *new.value_sets}):
        before, after = (v.value_sets[name].terms if name in v.value_sets else {} for v in (old, new))
        found += _named(name, before, after)
    bare = [{n: _bare(f) for n, f in v.facts.items()} for v in (old, new)]
    found += _named("facts", bare[0], bare[1])
    found += _named("several", old.several, new.several)
    found += _named("roles", old.roles, new.roles)
    return found


def _bare(fact: Fact) -> tuple[object, ...]:
    return (fact.name, fact.title, fact.question, fact.assume, fact.part_of, fact.value_set.name if isinstance(fact.value_set, ValueSet) else "")


def _named(group: str, before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    found = []
    for ident in sorted({*before, *after}):
        if ident not in before or ident not in after:
            found.append(f"{group}/{ident} {'added' if ident in after else 'removed'}")
        elif fingerprint(before[ident]) != fingerprint(after[ident]):
            found.append(f"{group}/{ident} edited")
    return found


# -- keeping a mixed library whole


def _kept(rule: Rule, rules: Mapping[str, Rule], domains: Mapping[str, frozenset[str]]) -> Rule:
    """The rule as it stands among these: it defeats and ends no rule that is not there, and tests no value that is not."""
    return replace(
        rule,
        overrides=tuple(r for r in rule.overrides if r in rules),
        supersedes=tuple(r for r in rule.supersedes if r in rules),
        condition=_within(rule.condition, domains),
    )


def _within(formula: Formula, domains: Mapping[str, frozenset[str]]) -> Formula:
    """The formula over these values: no fact ever has another."""
    match formula:
        case In(fact, values):
            held = values & domains.get(fact, frozenset())
            return In(fact, held) if held else FALSE
        case All(parts) | Some(parts):
            return type(formula)(tuple(_within(p, domains) for p in parts))
        case Not(part):
            return Not(_within(part, domains))
        case Point():
            return formula

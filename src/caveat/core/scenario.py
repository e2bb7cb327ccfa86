"""What is asked: the facts of one proposed or past use, each a set of possible values.

A Scenario is what a person said, with any names and in any shape. `asked` looks every name up in the vocabulary
and returns the sets the engines work on, with the assumptions that were made; it reports every problem at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from caveat.core.dates import Dated, dated
from caveat.core.errors import Diagnostic, ScenarioError, did_you_mean, printable
from caveat.core.formula import TRUE
from caveat.core.logic import is_possible, narrowed, propagated, still_open
from caveat.core.question import DATE, Said
from caveat.core.vocabulary import NO, YES, folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from caveat.core.book import Book
    from caveat.core.source import Span
    from caveat.core.vocabulary import Assumption, Fact, Term, Vocabulary

MAX_FACTS = 200
MAX_NAMES = 1_000  # of one fact
MAX_NAME = 200  # characters
MAX_NESTED = 4
NONE = "none"
NOT = "!"  # before a name: none of what it means
_TRUTH = {"true": YES, "false": NO}


@dataclass(frozen=True, init=False, eq=False)
class Scenario:
    """The facts of one use, as said. `Scenario(date="2024-06-02", weapon="himars", target={"region": "RU-BEL"})`.

    Keys may be nested or dotted (`"target.region"`); a list means one of these, `{"not": ...}` or a name after `!` none of
    these, `{"together": [...]}` two that hold together; a fact left out may be anything.
    ScenarioError where a fact is said both ways.
    """

    facts: Mapping[str, object]
    places: Mapping[str, Span] = field(repr=False)

    def __init__(self, facts: Mapping[str, object] | None = None, /, *, places: Mapping[str, Span] | None = None, **more: object) -> None:
        """Take facts as one mapping, as keywords, or both; `places` say where each stands in a file."""
        object.__setattr__(self, "facts", _gathered(_flat({**(facts or {}), **more}), places or {}))
        object.__setattr__(self, "places", places or {})

    def __eq__(self, other: object) -> bool:
        """Equal when the same was said."""
        return isinstance(other, Scenario) and self.facts == other.facts

    __hash__ = None  # type: ignore[assignment]


def _gathered(said: Iterator[tuple[str, object]], places: Mapping[str, Span]) -> dict[str, object]:
    facts: dict[str, object] = {}
    for key, value in said:
        if key in facts:
            raise ScenarioError(
                [Diagnostic("duplicate-key", f"the fact `{as_written(key)}` is said twice", places.get(key), "say it once, nested or dotted")]
            )
        facts[key] = value
    return facts


def _flat(data: Mapping[str, object], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, object]]:
    for key, value in data.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and depth < MAX_NESTED and not is_spelled_out(value):
            yield from _flat(value, f"{name}.", depth + 1)
        elif value is not None:
            yield name, value


def is_spelled_out(value: Mapping[str, object]) -> bool:
    """Whether a mapping is what is said of one fact, and no facts of its own."""
    return set(value) in ({"between"}, {"not"}, {"together"})


def as_written(value: object, width: int = 60) -> str:
    """A value as a message quotes it: in one line, cut where it is long, without a trace of the language it is held in."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, dict | list | tuple):
        return "{...}" if isinstance(value, dict) else "[...]"
    if isinstance(value, int) and value.bit_length() > MAX_NAME:
        return "a huge number"
    text = printable(str(value)[: width + 1])
    return text if len(text) <= width else text[: width - 3] + "..."


@dataclass(frozen=True, slots=True)
class Asked:
    """A scenario looked up: the set of every fact, what was said in the vocabulary's own ids, and what was assumed."""

    sets: Mapping[str, frozenset[str]]
    said: Mapping[str, Said]
    date: Dated | None
    assumed: Mapping[str, Assumption]
    told: tuple[str, ...] = ()  # what the catalogue has to say of it


def asked(book: Book, scenario: Scenario, *, assumptions: bool = True) -> Asked:
    """The scenario in the vocabulary's terms. ScenarioError with every unknown key, unknown name and contradiction."""
    lookup = _Lookup(book.vocabulary, scenario)
    lookup.run()
    if lookup.problems:
        raise ScenarioError(lookup.problems)
    sets = {name: lookup.sets.get(name, frozenset(fact.domain)) for name, fact in book.vocabulary.facts.items()}
    said, demands = sets, still_open([c.holds for c in book.constraints], sets, lookup.sets.keys())
    if not is_possible(demands, sets):
        raise ScenarioError([_contradiction(book, lookup, {})])
    assumed: dict[str, Assumption] = {}
    for name, fact in sorted(book.vocabulary.facts.items()) if assumptions else ():  # by name: the order of declaration never matters
        if fact.assume is not None and name not in lookup.sets and is_possible([fact.assume.when], said):
            narrower = {**sets, name: fact.assume.values}
            if is_possible(demands, narrower, (name,)):
                sets, assumed[name] = narrower, fact.assume
                demands = still_open(demands, sets, (name,))
            elif is_possible([c.holds for c in book.constraints if not c.is_catalogue], narrower):
                # the catalogue alone is in the way: that is about the weapon, and no reason to assume another kind of use
                raise ScenarioError([_contradiction(book, lookup, {**assumed, name: fact.assume})])
    order = [DATE, *book.vocabulary.facts, *book.vocabulary.several]
    words = {key: lookup.said[key] for key in sorted(lookup.said, key=order.index)}
    shown = {name: assumed[name] for name in book.vocabulary.facts if name in assumed}
    sets = propagated(demands, sets)
    return Asked(sets, words, lookup.date, shown, tuple(r.says for r in book.remarks if narrowed(r.when, sets) == TRUE))


def problems_of_names(book: Book, scenario: Scenario) -> list[Diagnostic]:
    """Every problem of the facts and names in a scenario by themselves; whether they can hold together is not asked."""
    lookup = _Lookup(book.vocabulary, scenario)
    lookup.run()
    return lookup.problems


class _Lookup:
    """Looks up every key and name of one scenario."""

    def __init__(self, vocabulary: Vocabulary, scenario: Scenario) -> None:
        self.vocabulary, self.scenario = vocabulary, scenario
        self.sets: dict[str, frozenset[str]] = {}
        self.said: dict[str, Said] = {}
        self.date: Dated | None = None
        self.problems: list[Diagnostic] = []

    def run(self) -> None:
        if len(self.scenario.facts) > MAX_FACTS:
            self.problem("too-many-facts", "scenario", f"more than {MAX_FACTS} facts", "a scenario is one use of one weapon")
            return
        for key, value in (pair for said in self.scenario.facts.items() for pair in self.apart(*said)):
            if key == DATE:
                self.read_date(value)
            elif key in self.vocabulary.several:
                self.read_several(key, value)
            elif key in self.vocabulary.facts:
                self.read_fact(self.vocabulary.facts[key], value)
            else:
                known = [DATE, *self.vocabulary.several, *self.vocabulary.facts]
                tip = did_you_mean(key[:MAX_NAME], known) or f"facts are: {', '.join(known)}"
                self.problem("unknown-fact", key, f"no fact `{as_written(key)}`", tip, ":")

    def apart(self, key: str, value: object) -> Iterator[tuple[str, object]]:
        """What is said of a fact, and of the fact that takes the second of two values that hold together."""
        fact = self.vocabulary.facts.get(key)
        both = _together(value)
        if fact is None or fact.together is None or both is None:
            yield key, value
        elif len(both) != 2 or both[0] == both[1]:  # noqa: PLR2004
            self.problem("wrong-value", key, f"`{key}` takes two different names together", f"write `{key}: {{together: [name, other name]}}`")
        else:
            terms = [fact.value_set.find(str(name)) for name in both]
            in_order = sorted(zip(both, terms, strict=True), key=lambda pair: pair[1].id if pair[1] else "")
            yield from zip((key, fact.together), (name for name, _ in in_order), strict=True)

    def problem(self, code: str, key: str, message: str, tip: str, part: str = "") -> None:
        """Note a problem with what is said of a fact; the part of it may be its key, `:`, or an item, `[0]`."""
        places = self.scenario.places
        self.problems.append(Diagnostic(code, message, places.get(f"{key}{part}") or places.get(key), tip))

    def read_date(self, value: object) -> None:
        try:
            self.date = value if isinstance(value, Dated) else dated(_date_text(value))
            self.said[DATE] = str(self.date)
        except ValueError as error:
            message = printable(str(error)) if "`" in str(error) else f"`{as_written(value)}` is not a date"
            self.problem("impossible-date", DATE, message, "write 2024-05-30, 2024-05, 2024, or 2024-05-30/2024-06-02")

    def names(self, fact: str, value: object) -> Sequence[str] | None:
        """What was said of a fact, as names; None, and a problem, where it is not names."""
        given = spelled(value)
        if len(given) > MAX_NAMES:
            self.problem("wrong-value", fact, f"`{fact}` lists more than {MAX_NAMES:,} things", "leave the fact out if it may be anything")
            return None
        for i, item in enumerate(given):
            if item == "":
                self.problem("wrong-value", fact, f"nothing is said of `{fact}`", "leave the fact out if it may be anything", f"[{i}]")
                return None
            if item is None or isinstance(item, dict | list | tuple):
                self.problem(
                    "wrong-value",
                    fact,
                    f"`{fact}` is a name or a list of names, not `{as_written(item)}`",
                    f"write `{fact}: name`, `{fact}: [name, name]` or `{fact}: {{not: name}}`",
                    f"[{i}]",
                )
                return None
        return [as_written(item, MAX_NAME) if not isinstance(item, str) else item for item in given]

    def settle(self, fact: str, values: frozenset[str]) -> None:
        """Note a fact's set; what is said of it twice must be the same."""
        if self.sets.setdefault(fact, values) != values:
            self.problem("contradiction", fact, f"two things are said of `{fact}`", "say it once")

    def read_several(self, whole: str, value: object) -> None:
        """A list of things that hold; `none` says that nothing of the kind does. What is not named stays open."""
        names = self.names(whole, value)
        if names is None:
            return
        members = self.vocabulary.several[whole]
        if [folded(n) for n in names] in ([], [NONE]):
            for each in members:
                self.settle(each, frozenset((NO,)))
            self.said[whole] = NONE
            return
        for i, (name, is_not) in enumerate(map(_unmarked, names)):
            member = next((m for m in members if self.names_member(name, whole, m)), None)
            if member is None:
                known = ", ".join(m.removeprefix(f"{whole}.") for m in members)
                tip = f"one of: {known}" + ("; `none` stands alone" if folded(name) == NONE else "; or `none`")
                self.problem("unknown-term", whole, f"no `{as_written(name)}` among {whole}", tip, f"[{i}]")
            else:
                truth = NO if is_not else YES
                self.said[member] = truth
                self.settle(member, frozenset((truth,)))

    def names_member(self, name: str, whole: str, member: str) -> bool:
        """Whether a name is the id, name or alias of one of the things a several-valued fact may hold."""
        ident = member.removeprefix(f"{whole}.")
        if folded(name) in (folded(ident), folded(self.vocabulary.facts[member].title)):
            return True
        of_this = (s for s in self.vocabulary.value_sets.values() if {f"{whole}.{leaf}" for leaf in s.leaves} == {*self.vocabulary.several[whole]})
        return any((term := s.find(name)) is not None and term.id == ident for s in of_this)

    def read_fact(self, fact: Fact, value: object) -> None:
        names = self.names(fact.name, value)
        if names is None:
            return
        if not names:
            self.problem("wrong-value", fact.name, f"`{fact.name}` lists nothing", "leave the fact out if nothing is known")
            return
        terms: list[Term] = []
        others: list[Term] = []
        for i, (name, is_not) in enumerate(map(_unmarked, names)):
            term = fact.value_set.find(_TRUTH.get(name.casefold(), name) if fact.part_of else name)
            if term is None:
                near = fact.value_set.near(name) if len(name) <= MAX_NAME else []
                known = " or ".join(f"`{t.id}` ({t.name})" for t in near)
                tip = f"did you mean {known}?" if near else f"`caveat vocabulary {fact.value_set.name}` lists them"
                self.problem("unknown-value", fact.name, f"no {fact.title} `{as_written(name)}`", tip, f"[{i}]")
            else:
                (others if is_not else terms).append(term)
        if len(terms) + len(others) == len(names):
            self.note(fact, terms, others)

    def note(self, fact: Fact, terms: Sequence[Term], others: Sequence[Term]) -> None:
        """What a fact may be: one of the terms, or anything where there are none, but certainly none of the others."""
        named = frozenset[str]().union(*(t.leaves | t.arguable.keys() for t in terms)) if terms else frozenset(fact.domain)
        left = named.difference(*(t.leaves for t in others))
        if not left:
            self.problem("wrong-value", fact.name, f"nothing is left that `{fact.name}` could be", "leave out one of the names after `!`")
            return
        self.settle(fact.name, left)
        ids = [*sorted({t.id for t in terms}), *sorted({f"{NOT}{t.id}" for t in others})]
        self.said[fact.name] = min(left) if fact.part_of else ids[0] if len(ids) == 1 else ids


def _together(value: object) -> list[object] | None:
    """Two values said to hold together, as a mapping or as `BE+NL`; None where nothing of the kind is said."""
    match value:
        case {"together": [*both]}:
            return both
        case {"together": other}:
            return [other]
        case str() if "+" in value:
            return [part.strip() for part in value.split("+")]
    return None


def spelled(value: object) -> list[object]:
    """What is said of a fact as a list of names as a flag takes them: `!RU-BEL` for what it is not, `BE+NL` for both."""
    match value:
        case {"not": others}:
            return [f"{NOT}{name}" if isinstance(name, str) else name for name in spelled(others)]
        case {"together": [*both]}:
            return ["+".join(map(str, both))]
        case list() | tuple():
            return list(value)
    return [value]


def _unmarked(name: str) -> tuple[str, bool]:
    """A name without its `!`, and whether it had one."""
    return (name.removeprefix(NOT).strip(), True) if name.startswith(NOT) else (name, False)


def _date_text(value: object) -> str:
    """A day, month, year or range as text; ValueError where it is none."""
    match value:
        case date():
            return value.isoformat()
        case {"between": [first, last]}:
            return f"{_date_text(first)}/{_date_text(last)}"
        case int() if not isinstance(value, bool):
            return as_written(value)
        case str() if len(value) <= MAX_NAME:
            return value
    raise ValueError("this is not a date")


def _contradiction(book: Book, lookup: _Lookup, assumed: Mapping[str, Assumption]) -> Diagnostic:
    """The fewest facts, given or assumed, that cannot hold together, and what in the vocabulary they break."""
    whole = {name: frozenset(fact.domain) for name, fact in book.vocabulary.facts.items()}
    demands = {c.name: c.holds for c in book.constraints}
    guilty = {**{name: a.values for name, a in assumed.items()}, **lookup.sets}
    for fact in list(guilty):
        fewer = {k: v for k, v in guilty.items() if k != fact}
        if not is_possible(demands.values(), {**whole, **fewer}):
            guilty = fewer
    broken = dict(demands)
    for name in list(broken):
        fewer_demands = {k: v for k, v in broken.items() if k != name}
        if not is_possible(fewer_demands.values(), {**whole, **guilty}):
            broken = fewer_demands
    why = "; ".join(c.because for c in book.constraints if c.name in broken)
    if any(c.is_catalogue for c in book.constraints if c.name in broken):
        why += " (if it came from someone else all the same, add that to `suppliers` in the vocabulary)"
    names = {**{n: f"{', '.join(a.terms)} (assumed)" for n, a in assumed.items()}, **{n: _shown(v) for n, v in lookup.said.items()}}
    facts = " and ".join(f"{k}: {names.get(k)}" for k in guilty)
    place = next((lookup.scenario.places[k] for k in guilty if k in lookup.scenario.places), None)
    return Diagnostic("contradiction", f"these facts cannot hold together: {facts}", place, why)


def _shown(value: object) -> str:
    return ", ".join(f"not {str(v)[1:]}" if str(v).startswith(NOT) else str(v) for v in (value if isinstance(value, list) else [value]))

"""What is asked: the facts of one proposed or past use, each a set of possible values.

A Scenario is what a person said, with any names and in any shape. `asked` looks every name up in the vocabulary
and returns the sets the engines work on, with the assumptions that were made; it reports every problem at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from caveat.core.dates import Dated, dated
from caveat.core.errors import Diagnostic, ScenarioError, did_you_mean
from caveat.core.logic import is_possible, propagated
from caveat.core.question import DATE
from caveat.core.vocabulary import NO, YES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from caveat.core.ir import Book
    from caveat.core.source import Span
    from caveat.core.vocabulary import Assumption, Fact, Vocabulary

MAX_FACTS = 200
_TRUTH = {True: YES, False: NO, "yes": YES, "no": NO, "true": YES, "false": NO}


@dataclass(frozen=True, init=False, eq=False)
class Scenario:
    """The facts of one use, as said. `Scenario(date="2024-06-02", weapon="himars", target={"region": "RU-BEL"})`.

    Keys may be nested or dotted (`"target.region"`); a list means one of these; a fact left out may be anything.
    """

    facts: Mapping[str, Any]
    places: Mapping[str, Span] = field(repr=False)

    def __init__(self, facts: Mapping[str, Any] | None = None, /, *, places: Mapping[str, Span] | None = None, **more: Any) -> None:  # noqa: ANN401
        """Take facts as one mapping, as keywords, or both; `places` say where each stands in a file."""
        object.__setattr__(self, "facts", dict(_flat({**(facts or {}), **more})))
        object.__setattr__(self, "places", places or {})

    def __eq__(self, other: object) -> bool:
        """Equal when the same was said."""
        return isinstance(other, Scenario) and self.facts == other.facts

    __hash__ = None  # type: ignore[assignment]


def _flat(data: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    for key, value in data.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and depth < 4 and set(value) != {"between"}:  # noqa: PLR2004
            yield from _flat(value, f"{name}.", depth + 1)
        elif value is not None:
            yield name, value


@dataclass(frozen=True, slots=True)
class Asked:
    """A scenario looked up: the set of every fact, what was said in the vocabulary's own ids, and what was assumed."""

    sets: Mapping[str, frozenset[str]]
    said: Mapping[str, Any]
    date: Dated | None
    assumed: Mapping[str, Assumption]


def asked(book: Book, scenario: Scenario, *, assumptions: bool = True) -> Asked:
    """The scenario in the vocabulary's terms. ScenarioError with every unknown key, unknown name and contradiction."""
    lookup = _Lookup(book.vocabulary, scenario)
    lookup.run()
    if lookup.problems:
        raise ScenarioError(lookup.problems)
    sets = {name: lookup.sets.get(name, frozenset(fact.domain)) for name, fact in book.vocabulary.facts.items()}
    demands = [c.holds for c in book.constraints]
    if not is_possible(demands, sets):
        raise ScenarioError([_contradiction(book, lookup)])
    assumed: dict[str, Assumption] = {}
    for name, fact in book.vocabulary.facts.items() if assumptions else ():
        if fact.assume is not None and name not in lookup.sets:
            narrower = {**sets, name: fact.assume.values}
            if is_possible(demands, narrower):
                sets, assumed[name] = narrower, fact.assume
    order = [DATE, *book.vocabulary.facts, *book.vocabulary.several]
    said = {key: lookup.said[key] for key in sorted(lookup.said, key=order.index)}
    return Asked(propagated(demands, sets), said, lookup.date, assumed)


class _Lookup:
    """Looks up every key and name of one scenario."""

    def __init__(self, vocabulary: Vocabulary, scenario: Scenario) -> None:
        self.vocabulary, self.scenario = vocabulary, scenario
        self.sets: dict[str, frozenset[str]] = {}
        self.said: dict[str, Any] = {}
        self.date: Dated | None = None
        self.problems: list[Diagnostic] = []

    def run(self) -> None:
        if len(self.scenario.facts) > MAX_FACTS:
            self.problem("too-many-facts", "scenario", f"more than {MAX_FACTS} facts", "a scenario is one use of one weapon")
            return
        for key, value in self.scenario.facts.items():
            if key == DATE:
                self.read_date(value)
            elif key in self.vocabulary.several:
                self.read_several(key, value)
            elif key in self.vocabulary.facts:
                self.read_fact(self.vocabulary.facts[key], value)
            else:
                known = [DATE, *self.vocabulary.several, *self.vocabulary.facts]
                self.problem("unknown-fact", key, f"no fact `{key}`", did_you_mean(key, known) or f"facts are: {', '.join(known)}")

    def problem(self, code: str, key: str, message: str, tip: str) -> None:
        self.problems.append(Diagnostic(code, message, self.scenario.places.get(key), tip))

    def read_date(self, value: object) -> None:
        try:
            if isinstance(value, dict):
                first, last = value["between"]
                value = f"{first}/{last}"
            self.date = value if isinstance(value, Dated) else dated(value.isoformat() if isinstance(value, date) else str(value))
            self.said[DATE] = str(self.date)
        except (ValueError, KeyError, TypeError) as error:
            message = str(error) if "`" in str(error) else f"`{value}` is not a date"
            self.problem("impossible-date", DATE, message, "write 2024-05-30, 2024-05, 2024, or 2024-05-30/2024-06-02")

    def read_several(self, whole: str, value: object) -> None:
        """A list of things that hold; `none` says that nothing of the kind does. What is not named stays open."""
        names = value if isinstance(value, list | tuple) else [value]
        members = self.vocabulary.several[whole]
        if names in ([], ["none"]):
            self.sets |= dict.fromkeys(members, frozenset((NO,)))
            self.said[whole] = "none"
            return
        for name in names:
            member = next((m for m in members if _same(self.vocabulary.facts[m], whole, str(name), self.vocabulary)), None)
            if member is None:
                known = ", ".join(m.removeprefix(f"{whole}.") for m in members)
                self.problem("unknown-term", whole, f"no `{name}` among {whole}", f"one of: {known}; or `none`")
            else:
                self.sets[member] = frozenset((YES,))
                self.said[member] = YES

    def read_fact(self, fact: Fact, value: object) -> None:
        names = value if isinstance(value, list | tuple) else [value]
        if not names:
            self.problem("wrong-value", fact.name, f"`{fact.name}` lists nothing", "leave the fact out if nothing is known")
            return
        terms = []
        for name in names:
            text = _TRUTH.get(name, str(name)) if fact.part_of and isinstance(name, str | bool) else str(name)
            term = fact.value_set.find(text)
            if term is None:
                near = fact.value_set.near(text)
                tip = (
                    "did you mean " + " or ".join(f"`{t.id}` ({t.name})" for t in near) + "?"
                    if near
                    else f"`caveat vocabulary {fact.value_set.name}` lists them"
                )
                self.problem("unknown-value", fact.name, f"no {fact.title} `{text}`", tip)
            else:
                terms.append(term)
        if terms:
            self.sets[fact.name] = frozenset().union(*(t.leaves | t.arguable.keys() for t in terms))
            ids = sorted({t.id for t in terms})
            self.said[fact.name] = ids[0] if len(ids) == 1 else ids


def _same(member: Fact, whole: str, name: str, vocabulary: Vocabulary) -> bool:
    ident = member.name.removeprefix(f"{whole}.")
    return name in (ident, member.title) or name.casefold() == ident.casefold() or name.casefold() == member.title.casefold()


def _contradiction(book: Book, lookup: _Lookup) -> Diagnostic:
    """The fewest given facts that cannot hold together, and the rule of the vocabulary they break."""
    whole = {name: frozenset(fact.domain) for name, fact in book.vocabulary.facts.items()}
    demands = {c.name: c.holds for c in book.constraints}
    guilty = dict(lookup.sets)
    for fact in list(guilty):
        fewer = {k: v for k, v in guilty.items() if k != fact}
        if not is_possible(list(demands.values()), {**whole, **fewer}):
            guilty = fewer
    broken = dict(demands)
    for name in list(broken):
        fewer_demands = {k: v for k, v in broken.items() if k != name}
        if not is_possible(list(fewer_demands.values()), {**whole, **guilty}):
            broken = fewer_demands
    why = "; ".join(c.because for c in book.constraints if c.name in broken)
    facts = " and ".join(f"{k}: {_shown(lookup.said.get(k))}" for k in guilty)
    place = next((lookup.scenario.places[k] for k in guilty if k in lookup.scenario.places), None)
    return Diagnostic("contradiction", f"these facts cannot hold together: {facts}", place, why)


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

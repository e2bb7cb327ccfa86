"""What a survey needs of a library, and how an issuer is asked by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from caveat.core.errors import Diagnostic, ScenarioError
from caveat.core.formula import All, In, Some
from caveat.core.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

    from caveat.core.book import Book
    from caveat.core.choices import Choices
    from caveat.core.decision import Answer
    from caveat.core.formula import Formula
    from caveat.core.question import Asking


class Asker(Protocol):
    """Whoever makes scenarios ready and answers them; `Library` does."""

    @property
    def book(self) -> Book:
        """The policies asked."""

    def ask(self, scenario: Scenario, choices: Choices, /) -> Asking:
        """The scenario made ready; ScenarioError for unknown names and contradictions."""

    def answer(self, ready: Asking) -> Answer:
        """The answer."""


def donor_fact(book: Book, issuer: str) -> str | None:
    """The fact that makes an issuer a donor when it is the value, such as `supplier`; None where there is none."""
    facts = {part.fact for say in book.says if say.issuer == issuer and say.is_donor for part in _parts(say.when) if part.values == {issuer}}
    return next((f for f in book.vocabulary.facts if f in facts), None)


def _parts(formula: Formula) -> list[In]:
    """The tests of a formula that stand under no negation."""
    match formula:
        case In():
            return [formula]
        case All(parts) | Some(parts):
            return [test for part in parts for test in _parts(part)]
        case _:
            return []


def as_donor(book: Book, scenario: Scenario, issuer: str) -> tuple[Scenario, Mapping[str, str]]:
    """The scenario as it is asked of one issuer: where it does not name a donor, the issuer is the donor.

    Also what was added to it, empty where the scenario says it, or the vocabulary knows no such fact.
    """
    fact = donor_fact(book, issuer)
    if fact is None or fact in scenario.facts:
        return scenario, {}
    added = {fact: issuer}
    return Scenario({**scenario.facts, **added}, places=scenario.places), added


Seen = dict[str, frozenset[str]]  # what is assumed about a scenario, by what it says


def ask_as_donor(library: Asker, scenario: Scenario, issuer: str, choices: Choices, seen: Seen | None = None) -> tuple[Asking, Mapping[str, str]]:
    """The scenario with this issuer as the donor where it names none, made ready for those asked; and what was added.

    ScenarioError where the issuer can be the donor of no such use: a contradiction, or one that only another kind of
    use than was assumed would avoid. `seen` remembers what is assumed about a scenario, from one issuer to the next.
    """
    said, added = as_donor(library.book, scenario, issuer)
    ready = library.ask(said, choices)
    if added:
        memory = {} if seen is None else seen
        key = repr(sorted(scenario.facts.items()))
        if key not in memory:
            memory[key] = frozenset(library.ask(scenario, choices.of()).assumed)
        lost = memory[key] - ready.assumed.keys()
        if lost:
            name = library.book.issuers[issuer].name
            tip = f"it would hold only if {' and '.join(sorted(lost))} were not as assumed"
            raise ScenarioError([Diagnostic("contradiction", f"{name} is not on record as {' and '.join(added)} of this", None, tip)])
    return ready, added

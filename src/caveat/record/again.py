"""One recorded decision, asked again: what came out then and now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from caveat.core.book import Grade
from caveat.core.choices import Choices
from caveat.core.errors import CaveatError
from caveat.core.incident import REPORTS
from caveat.record.entry import answer_data, basis_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from caveat.core.book import Book
    from caveat.core.decision import Decision
    from caveat.record.cause import Cause
    from caveat.record.data import Kind
    from caveat.record.entry import Entry


class Decider(Protocol):
    """Whoever answers questions again; `Library` does."""

    @property
    def book(self) -> Book:
        """The policies asked."""

    def decide(self, scenario: Mapping[str, object], choices: Choices, /, *, engine: str = "compiled") -> Decision:
        """The decision; ScenarioError where it cannot be asked."""


@dataclass(frozen=True, slots=True)
class Again:
    """What a recorded question comes to now: the answer and its basis; or no answer, and why it is refused."""

    answer: Mapping[str, Any] | None
    basis: Mapping[str, str]
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """One thing that moved: `issuer` is None where it is about the whole use."""

    issuer: str | None
    what: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Difference:
    """A decision that came out differently.

    `kind` is `verdict`, `answer` (the verdict stands, something behind it moved), `cited` (the answer stands, and what it
    rests on reads differently) or `refused` (it can no longer be asked; `now.refusal` says why). `causes` are the smallest
    sets of changes of the library that explain it; `note` says what stood in the way of finding them, where something did.
    """

    entry: Entry
    kind: Kind
    now: Again
    moved: tuple[Moved, ...]
    causes: tuple[Cause, ...] = ()
    note: str = ""


def ask_again(library: Decider, entry: Entry, engine: str | None = None) -> Again:
    """What a recorded question comes to in a library, by the engine it was answered with unless another is named."""
    asked = entry.asked
    choices = Choices(
        as_of=asked["as_of"],
        known_by=asked["known_by"],
        min_grade=Grade(asked["least_grade"]) if asked.get("least_grade") else None,
        issuers=tuple(asked["issuers"]),
        assumptions=asked["assumptions"],
    )
    try:
        facts = {**asked["scenario"], **_reports(library.book, asked)}
        decision = library.decide(facts, choices, engine=engine or asked["engine"])
    except (CaveatError, ValueError) as error:
        return Again(None, {}, str(error))
    return Again(answer_data(decision), basis_of(library.book, decision))


def _reports(book: Book, asked: Mapping[str, Any]) -> dict[str, object]:
    """The reports of a recorded question, each by itself: what one corrects need not be on record."""
    if "reports" not in asked:
        return {}
    from caveat.resolve.incidents import read_report

    return {REPORTS: [read_report(book, report) for report in asked["reports"]]}


def compared(entry: Entry, now: Again) -> Difference | None:
    """How the decision differs from the recorded one; None where it does not."""
    if now.answer is None:
        return Difference(entry, "refused", now, ())
    moved = tuple(_moves(entry.answer, now.answer))
    if moved:
        kind: Kind = "verdict" if (moved[0].issuer, moved[0].what) == (None, "verdict") else "answer"
        return Difference(entry, kind, now, moved)
    rewritten = tuple(Moved(None, key, then, now.basis.get(key)) for key, then in sorted(entry.basis.items()) if now.basis.get(key) != then)
    return Difference(entry, "cited", now, rewritten) if rewritten else None


def _moves(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Moved]:
    """What moved, the verdict first, then issuer by issuer; keys that a record of an older version lacks are passed over."""
    for key in _verdict_first(before):
        if key != "consents" and before[key] != after.get(key):
            yield Moved(None, key, before[key], after.get(key))
    then, now = ({c["issuer"]: c for c in side["consents"]} for side in (before, after))
    for issuer in sorted({*then, *now}):
        if issuer not in then or issuer not in now:
            yield Moved(issuer, "consent", *(side[issuer]["verdict"] if issuer in side else None for side in (then, now)))
            continue
        for key in _verdict_first(then[issuer]):
            if then[issuer][key] != now[issuer].get(key):
                yield Moved(issuer, key, then[issuer][key], now[issuer].get(key))


def _verdict_first(data: Iterable[str]) -> list[str]:
    return sorted(data, key=lambda key: (key != "verdict", key))

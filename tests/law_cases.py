"""What the tests of the laws share: generated cases, and books with a rule taken out."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

from fuzz import ENGINES, answered
from seeding import examples
from strategies import Ask, ask, book_of, world
from vocabularies import bounds, listed

from caveat import Library
from caveat.decide.to_json import decision_data
from caveat.report.canonical_json import to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vocabularies import World

    from caveat.core.book import Book
    from caveat.core.decision import Answer, Decision

laws = examples(20)
EACH = 5  # questions about one library
SETTLED = ("permitted", "prohibited", "unclear")


class Case:
    """One generated library, and questions about it, all from one seed."""

    def __init__(self, seed: int, *, large: bool = False) -> None:
        self.rng = Random(seed)
        self.files = world(self.rng, large=large)
        self.library = Library(book_of(self.files))

    def asks(self, **changed: Any) -> Iterator[Ask]:
        for _ in range(EACH):
            yield replace(ask(self.rng, self.files), **changed)

    def decided(self, **changed: Any) -> Iterator[tuple[Ask, Decision]]:
        """Questions that have an answer, with it."""
        for question in self.asks(**changed):
            decision = answered(self.library, question, self.rng.choice(ENGINES))
            if not isinstance(decision, str):
                yield question, decision


def json_of(library: Library, question: Ask) -> str:
    """The bytes of JSON, or the name of the error."""
    found = answered(library, question, "compiled")
    return found if isinstance(found, str) else to_json(decision_data(library.book, found))


def without(book: Book, *names: str) -> Book:
    """The book as if these rules had never been written."""

    def left(some: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(n for n in some if n not in names)

    kept = [r for r in book.rules if r.id not in names]
    return replace(book, rules=tuple(replace(r, overrides=left(r.overrides), supersedes=left(r.supersedes)) for r in kept))


def sliced(files: World, known_by: str) -> World:
    """The files without any statement that was not yet reported by a day, and without what rested on these alone."""
    found = deepcopy(files)
    for policy in (p for name, p in found.items() if not name.startswith("vocabulary/")):
        policy["statements"] = {n: s for n, s in policy["statements"].items() if bounds(s["reported"])[0].isoformat() <= known_by}
        silence = {"default": policy.pop("default")} if "default" in policy else {}
        for rule in (*policy["rules"].values(), *silence.values()):
            rule["by"] = [s for s in listed(rule["by"]) if s in policy["statements"]]
        policy |= {n: r for n, r in silence.items() if r["by"]}
        policy["rules"] = {n: r for n, r in policy["rules"].items() if r["by"]}
        left = {*policy["rules"], *(n for n in silence if n in policy)}
        for rule in policy["rules"].values():
            rule |= {key: [n for n in listed(rule[key]) if n in left] for key in ("overrides", "supersedes") if key in rule}
    return found


def answer_of(book: Book, question: Ask, engine: str) -> Answer | str:
    """What a book answers, whatever its digest."""
    found = answered(Library(book), question, engine)
    return found if isinstance(found, str) else found.answer


def unordered(answer: Answer | str) -> Any:
    """The answer with what is missing as sets: how telling a day is counted with the turns of rules nobody knows yet."""
    if isinstance(answer, str):
        return answer
    consents = tuple(replace(c, missing=_sorted(c.missing)) for c in answer.consents)
    return replace(answer, missing=_sorted(answer.missing), consents=consents)


def _sorted(missing: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted(tuple(sorted(facts)) for facts in missing))

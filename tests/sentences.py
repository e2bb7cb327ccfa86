"""Every sentence that the shipped cases and examples can produce, to be read by people, and what is odd about one.

    python -m tests.sentences [--every 1] [--explain 1]

prints them sorted, each once. Sources are left out: they are other people's words. `--every 7` takes one case in seven.
"""

from __future__ import annotations

import argparse
import re
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]

from caveat import CaveatError, Library, Scenario  # noqa: E402
from caveat.decide.story import decision_story  # noqa: E402
from caveat.explain.story import explanation_story  # noqa: E402
from caveat.load.cases import read_cases  # noqa: E402
from caveat.load.scenarios import read_scenarios  # noqa: E402
from caveat.matrix.told import matrix_document  # noqa: E402
from caveat.report.markdown import to_markdown  # noqa: E402
from caveat.report.text import to_text  # noqa: E402
from caveat.timeline.told import timeline_document  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from caveat.core.book import Book
    from caveat.load.cases import Check

WIDE = 100_000
KNOWN = "2026-05-31"
_REFERENCE = re.compile(r"\[[^\]]*\]|`[^`]*`")  # a rule, a statement or a fact that a reader may look up
_SIDES = re.compile(r"yes: (.*); no: (.*)\)")
_ODD = {
    "two blanks": re.compile(r"\S  +\S"),
    "a blank before a stop": re.compile(r" [.,;:)](?:\s|\Z)"),
    "two stops": re.compile(r"(?<!\.)\.\.(?!\.)|,,|;;|;\.|,\.|\?\."),
    "something empty": re.compile(r"\(\)|“”|\(\s|: ;|, or (?:or|and) |,\s*(?:and|or)\s*[.;:]"),
    "a word twice": re.compile(r"\b(the|of|a|and|or|is|to|be|in|by|with|no) \1\b"),
    "a trace of the language": re.compile(r"\bNone\b|\bTrue\b|\bFalse\b|frozenset|<[A-Z]|[{}]"),
    "a range with a stroke": re.compile(r"\d{4}-\d\d-\d\d/\d{4}"),
}
_PAIRS = (("(", ")"), ("“", "”"))


def of_text(text: str, *, tables: bool = False) -> Iterator[str]:
    """The sentences of a report, without marks of lists, without its sources; of one with tables, also the cells."""
    told = re.split(r"\n(?:### )?Sources\n", text, maxsplit=1)[0]
    for line in told.splitlines():
        bare = re.sub(r"^[-?#|>]+ ", "", line.strip())
        if bare and not bare.startswith(("caveat ", "http", "```")):
            yield from re.split("  +", bare) if tables else [bare]


def shipped(every: int = 1, explain: int = 1) -> set[str]:
    """The sentences of decisions, explanations, timelines and matrices; one case in `every`, of those one in `explain` explained."""
    library = Library.load(ROOT / "policies")
    checks = [c for file in read_cases(ROOT / "policies", library.book) for c in file.checks if not c.skip]
    asked = {repr((sorted(c.facts.items(), key=str), c.as_of, c.known_by, c.issuers)): c for c in checks}
    found: set[str] = set()
    for n, check in enumerate(list(asked.values())[::every]):
        found |= {s for text in _of_check(library, check, explained=n % explain == 0) for s in of_text(text)}
    for path in sorted((ROOT / "examples").glob("*.yaml"))[:: max(1, every // 8)]:
        explained, pictured = _of_example(library, path)
        found |= {s for text in explained for s in of_text(text)} | {s for text in pictured for s in of_text(text, tables=True)}
    return found


def _of_check(library: Library, check: Check, *, explained: bool) -> Iterator[str]:
    how = {"as_of": check.as_of, "known_by": check.known_by or KNOWN, "issuers": check.issuers}
    try:
        decision = library.decide(check.facts, **how)
    except CaveatError:
        return
    yield to_text(decision_story(library.book, decision, brief=True), WIDE)
    yield to_markdown(decision_story(library.book, decision))
    if explained:
        try:
            explanation = library.explain(check.facts, **how)
        except CaveatError:
            return
        yield to_text(explanation_story(library.book, explanation), WIDE)


def _of_example(library: Library, path: Path) -> tuple[list[str], list[str]]:
    """Explanations, and timelines and matrices, of an example."""
    explained, pictured = [], []
    for _, facts, _ in read_scenarios(path.read_bytes(), path.name):
        scenario = Scenario(facts)
        explanation = library.explain(scenario, known_by=KNOWN)
        told = explanation_story(library.book, explanation)
        explained += [to_text(told, WIDE), to_markdown(told)]
        table = library.matrix(scenario, rows="issuers", columns="kinds", known_by=KNOWN)
        pictured += [
            to_text(timeline_document(library.book, library.timeline(scenario, known_by=KNOWN)), WIDE),
            to_text(matrix_document(library.book, table, columns=WIDE), WIDE),
        ]
    return explained, pictured


@cache
def _ids(book: Book) -> frozenset[str]:
    """What nobody who does not know the files should have to read: names of facts, statements and rules."""
    facts = {f for f in (*book.vocabulary.facts, *book.vocabulary.several) if "." in f or "_" in f}
    bare = {ident.partition("/")[2] for ident in (*book.statements, *book.rule)}
    return frozenset(facts | {b for b in bare if b.count("-") > 1} | {*book.statements, *book.rule})


def oddities(book: Book, sentence: str) -> Iterator[str]:
    """What is odd about a sentence; nothing where a reader would not stumble."""
    bare = _REFERENCE.sub("", sentence)
    ids = sorted(_ids(book) & set(re.findall(r"[\w./-]+", bare)))
    if ids:
        yield f"raw ids: {', '.join(ids)}"
    yield from (name for name, pattern in _ODD.items() if pattern.search(_REFERENCE.sub("*", sentence)))
    yield from (f"{a} and {b} do not pair" for a, b in _PAIRS if bare.count(a) != bare.count(b))
    if any(yes == no for yes, no in _SIDES.findall(bare)):
        yield "both sides are the same"


def main(arguments: Iterable[str] | None = None) -> int:
    """Print every sentence, those that are odd last, each with why."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--explain", type=int, default=1)
    chosen = parser.parse_args(None if arguments is None else list(arguments))
    book = Library.load(ROOT / "policies").book
    found = sorted(shipped(chosen.every, chosen.explain))
    odd = [(sentence, why) for sentence in found for why in oddities(book, sentence)]
    sys.stdout.write("".join(f"{sentence}\n" for sentence in found))
    sys.stdout.write("".join(f"ODD ({why}): {sentence}\n" for sentence, why in odd))
    return 1 if odd else 0


if __name__ == "__main__":
    raise SystemExit(main())

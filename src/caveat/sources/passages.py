"""Quotations compared again, offline, with passages saved from the pages they were taken from.

A folder of text files goes in: each file is a passage, and so is each of its lines. A quotation is found again where
a passage has the digest that its source notes and the quoted words stand in it letter by letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from caveat.core.citation import passage_digest
from caveat.core.errors import Diagnostic, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from caveat.sources.register import Register, Use

ELLIPSES = ("...", "…")


class Compared(StrEnum):
    """How a quotation stands to its page."""

    AGAIN = "found-again"  # stands in a saved passage with the digest noted
    DIFFERENT = "different"  # a saved passage has the digest noted, and the words do not stand in it
    NOT_AT_HAND = "passage-not-at-hand"
    NOT_FOUND = "not-found"  # was looked for on the page once, in vain
    NEVER = "never-compared"


@dataclass(frozen=True, slots=True)
class Quotation:
    """A citation with words, as one statement cites it, and how it stands to its page."""

    use: Use
    compared: Compared


def quotations(found: Register, passages: Mapping[str, str] | None = None) -> tuple[Quotation, ...]:
    """Every quotation of a register; `passages` by digest, as `read_passages` gives them."""
    uses = (use for source in found.sources for use in source.uses if use.citation.words)
    return tuple(Quotation(use, _compared(use, passages or {})) for use in uses)


def _compared(use: Use, passages: Mapping[str, str]) -> Compared:
    check = use.citation.checked
    if check is None:
        return Compared.NEVER
    if check.digest is None:
        return Compared.NOT_FOUND
    passage = passages.get(check.digest)
    if passage is None:
        return Compared.NOT_AT_HAND
    return Compared.AGAIN if stands_in(use.citation.words or "", passage) else Compared.DIFFERENT


def stands_in(words: str, passage: str) -> bool:
    """Whether the words stand in the passage letter by letter; what an ellipsis leaves out may be anything, in order."""
    for mark in ELLIPSES:
        words = words.replace(mark, "\n")
    text, at = " ".join(passage.split()), 0
    for part in (" ".join(p.split()) for p in words.split("\n")):
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def read_passages(folder: Path) -> dict[str, str]:
    """The text of every passage in the `.txt` files below a folder, by its digest. ScenarioError where there are none."""
    files = sorted(folder.rglob("*.txt")) if folder.is_dir() else []
    if not files:
        tip = "save passages as text files that end in .txt, one a line or one a file"
        raise ScenarioError([Diagnostic("no-passages", f"no passages in `{folder}`", None, tip)])
    return {passage_digest(text): text for text in _texts(files)}


def _texts(files: Iterable[Path]) -> Iterator[str]:
    for file in files:
        try:
            whole = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            tip = "save it as UTF-8, and see that you may read it"
            raise ScenarioError([Diagnostic("unreadable-passages", f"`{file}` cannot be read as text", None, tip)]) from None
        yield whole
        yield from (line for line in whole.splitlines() if line.strip())


__all__ = ["Compared", "Quotation", "quotations", "read_passages", "stands_in"]

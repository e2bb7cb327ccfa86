"""What a verb has to say, whatever form it takes: headings, paragraphs, lists, tables, commands.

A room's story builds a `Document`; `text`, `markdown` and `html` beside this file write it. A story knows nothing of
forms, and the forms know nothing of verbs: what is told, is told in all three in the same words and the same order.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Tone(StrEnum):
    """How words are meant; a form that has colours shows it."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    DOUBT = "doubt"
    ASK = "ask"
    CAUTION = "caution"
    SOFT = "soft"


# -- spans: a word or a few inside a line


@dataclass(frozen=True, slots=True)
class Caps:
    """A verdict, that no reader may miss; text has nothing but capital letters for it."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """What files and commands call a thing: a rule, a statement, a fact."""

    text: str


@dataclass(frozen=True, slots=True)
class Em:
    """Words that stand out a little."""

    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands behind a line for those who look things up: `[US/in-crimea]`."""

    spans: tuple[Span, ...]


Span = str | Caps | Code | Em | Mark
Words = str | tuple[Span, ...]


def spans_of(words: Words | Span) -> tuple[Span, ...]:
    """The words as spans, also where they are but one."""
    return words if isinstance(words, tuple) else (words,)


def mark(*idents: str) -> Mark:
    """The mark of one thing or several: ` [US/a, US/b]` behind a line."""
    return Mark(joined([Code(i) for i in idents], ", "))


def joined(words: Sequence[Words | Span], last: str = " and ") -> tuple[Span, ...]:
    """Words as a sentence lists them."""
    between = ["", *[", "] * (len(words) - 2), last][: len(words)]
    return tuple(part for comma, one in zip(between, words, strict=True) for part in (comma, *spans_of(one)) if part)


# -- blocks


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; that of level 1 is the title, the others open sections."""

    level: int
    words: Words
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a section. A `labelled` one begins with what it is about, below which its later lines hang in text."""

    words: Words
    tone: Tone = Tone.PLAIN
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """A paragraph that belongs to no section but to the whole document."""

    words: Words
    tone: Tone = Tone.SOFT


@dataclass(frozen=True, slots=True)
class Address:
    """Where a source is found or, without a URL, why that cannot be said."""

    url: str | None
    no_url: str | None = None

    @property
    def text(self) -> str:
        """The address, or the reason for having none."""
        return self.url or f"no address: {self.no_url}"


@dataclass(frozen=True, slots=True)
class Command:
    """A command to be copied into a shell, in pieces that belong on one line each."""

    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a list, and what is below it.

    `bullet` is how it begins in text: `-`, `?` for a question, nothing for a line that continues what is above; with a
    `count`, that number, in a column. Of what is below, text shows the `first` few, and says how many more there are.
    """

    words: Words
    below: tuple[Item | Command, ...] = ()
    tone: Tone = Tone.PLAIN
    bullet: str = "-"
    count: int | None = None
    address: Address | None = None
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a heading for each column; the columns `numbers`, counted from 0, hold numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """Lines drawn with letters, no wider than the page is; each in parts, each part with its tone."""

    lines: tuple[tuple[tuple[str, Tone], ...], ...]


Block = Heading | Paragraph | Remark | Command | Bullets | Table | Drawing


@dataclass(frozen=True, slots=True)
class Document:
    """Blocks in order. `top` is how deep its title stands in what it is put into: 1 for a document of its own."""

    blocks: tuple[Block, ...]
    top: int = 2


def together(documents: Sequence[Document]) -> Document:
    """Several documents of the same kind as one."""
    return Document(tuple(block for document in documents for block in document.blocks), documents[0].top)

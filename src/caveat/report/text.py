"""A document for the terminal: wrapped to a width, a section's lines set in, coloured where that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.errors import printable
from caveat.report.command import folded
from caveat.report.document import Bullets, Caps, Command, Drawing, Heading, Item, Mark, Paragraph, Remark, Table, Tone, spans_of
from caveat.report.page_text import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from caveat.report.document import Block, Document, Span, Words

CODES = {
    Tone.PLAIN: "", Tone.GOOD: "1;34", Tone.BAD: "1;31", Tone.DOUBT: "1;33", Tone.ASK: "1;36", Tone.CAUTION: "33", Tone.SOFT: "2",
}  # fmt: skip  # blue and orange-ish red stay apart for the colour-blind
STEP = "  "
COLUMN = 11  # characters of a column of numbers


def to_text(document: Document, width: int = 80, *, colour: bool = False) -> str:
    """The document as text, ending in a newline."""
    page = Page(width, colour=colour)
    tell(page, document.blocks)
    return str(page)


def tell(page: Page, blocks: Iterable[Block]) -> None:
    """Put blocks on a page; what comes after a heading is set in."""
    indent = ""
    for block in blocks:
        _block(page, block, indent)
        if isinstance(block, Heading):
            indent = STEP


def in_text(words: Words) -> str:
    """Words as text shows them."""
    return "".join(map(_span, spans_of(words)))


def _span(span: Span) -> str:
    match span:
        case str():
            return span
        case Caps(text):
            return text.upper()
        case Mark(spans):
            return f"[{in_text(spans)}]"
    return span.text


def _block(page: Page, block: Block, indent: str) -> None:
    match block:
        case Heading():
            _heading(page, block)
        case Paragraph(words, tone, labelled):
            page.add(in_text(words), indent, indent + STEP * labelled, CODES[tone])
        case Remark(words, tone):
            page.gap()
            page.add(in_text(words), style=CODES[tone])
        case Bullets(items):
            for item in items:
                _item(page, item, indent)
        case Command(pieces):
            _command(page, pieces, indent)
        case Table():
            _table(page, block)
        case Drawing(lines):
            page.lines += [(indent + "".join(page.styled(part, CODES[tone]) for part, tone in line)).rstrip() for line in lines]


def _heading(page: Page, heading: Heading) -> None:
    """The title begins the page; a section begins after a gap, and one inside a section is set in."""
    page.gap()
    indent = STEP * (heading.level > 2)  # noqa: PLR2004
    page.add(in_text(heading.words), indent, STEP * (heading.level > 1), CODES[heading.tone] or "1")


def _item(page: Page, item: Item, indent: str) -> None:
    bullet = item.bullet if item.count is None else f"{item.count:>3}"
    page.add((f"{bullet} " if bullet else "") + in_text(item.words), indent, indent + _hang(item, bullet), CODES[item.tone])
    if item.address:
        page.add(item.address.text, indent + STEP, style=CODES[Tone.SOFT])
    shown = item.below[: item.first]
    for below in shown:
        if isinstance(below, Command):
            _command(page, below.pieces, indent + STEP * bool(bullet))
        else:
            _item(page, below, indent + STEP)
    if len(shown) < len(item.below):
        page.add(f"and {len(item.below) - len(shown)} more", indent + STEP)


def _hang(item: Item, bullet: str) -> str:
    """Later lines stand below the words; of a line without a bullet, a step in, and of a mark alone, below what is in it."""
    alone = isinstance(spans_of(item.words)[0], Mark)
    return " " * (len(bullet) + 1) if bullet else " " if alone else STEP


def _command(page: Page, pieces: Sequence[str], indent: str) -> None:
    page.lines += [f"{indent}{line.removeprefix(STEP)}" for line in folded(pieces, page.width - len(indent) + len(STEP))]


def _table(page: Page, table: Table) -> None:
    """The first column takes what the numbers after it leave; a name that is too long for it is cut."""
    room = page.width - (len(table.head) - 1) * COLUMN
    page.gap()
    page.lines.append(page.styled(_row(table.head, room), "1"))
    page.lines += [_row(row, room) for row in table.rows]


def _row(cells: Sequence[Words], room: int) -> str:
    name, *numbers = (printable(in_text(cell)) for cell in cells)
    short = name if len(name) < room else name[: room - 2] + "…"
    return f"{short:<{room}}" + "".join(f"{number:>{COLUMN}}" for number in numbers)

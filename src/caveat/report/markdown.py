"""A document as Markdown; no text of a policy can become markup of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from caveat.core.errors import printable
from caveat.report.document import Bullets, Caps, Code, Command, Drawing, Em, Heading, Item, Paragraph, Remark, spans_of
from caveat.report.wording import is_web_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caveat.core.citation import Citation
    from caveat.report.document import Address, Block, Document, Span, Table, Words

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#&~$])")
_BEGINNING = re.compile(r"\A(\s*)(?:([-+=])|([0-9]{1,9})([.)])(?=\s|\Z))")  # a list, a rule, or what makes a heading of the line before
_ENDS_ADDRESS = frozenset(' <>|\\`"')
_TICKS = re.compile("`+")
_PIPE = re.compile(r"(?<!\\)\|")  # in code, which knows no other escapes


def to_markdown(document: Document) -> str:
    """The document as Markdown, ending in a newline."""
    return "\n\n".join(_block(block, document.top) for block in document.blocks) + "\n"


def _block(block: Block, top: int) -> str:
    match block:
        case Heading(level, words):
            return f"{'#' * (top + level - 1)} {in_markdown(words)}"
        case Paragraph(words) | Remark(words):
            return in_markdown(words)
        case Command(pieces):
            return code(" ".join(pieces))
        case Bullets(items):
            return "\n".join(line for item in items for line in _item(item, ""))
        case Drawing(lines):
            return "\n".join(("```text", *("".join(part for part, _ in line).rstrip() for line in lines), "```"))
    return "\n".join(_table(block))


def in_markdown(words: Words) -> str:
    """Words as Markdown shows them."""
    return "".join(map(_span, spans_of(words))).strip()


def _span(span: Span) -> str:
    match span:
        case str():
            return escaped(span)
        case Caps(text):
            return escaped(text[:1].upper() + text[1:])
        case Code(text):
            return code(text)
        case Em(text):
            return f"*{escaped(text.strip())}*"
    return f"({in_markdown(span.spans)})"


def _item(item: Item, indent: str) -> Iterator[str]:
    count = "" if item.count is None else f"{item.count} "
    yield f"{indent}- {count}{in_markdown(item.words)}" + (f" {address_of(item.address)}" if item.address else "")
    for below in item.below:
        if isinstance(below, Command):
            yield f"{indent}  {code(' '.join(below.pieces))}"
        else:
            yield from _item(below, f"{indent}  ")


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(map(escaped, table.head))} |"
    yield "".join("|--:" if i in table.numbers else "|---" for i in range(len(table.head))) + "|"
    yield from (f"| {' | '.join(map(_cell, row))} |" for row in table.rows)


def _cell(words: Words) -> str:
    return _PIPE.sub(r"\|", in_markdown(words))


def code(text: str) -> str:
    """Text as code, between as many ticks as are not in it."""
    text = printable(text)
    ticks = "`" * (1 + max((len(found) for found in _TICKS.findall(text)), default=0))
    edge = " " if text[:1] in "` " or text[-1:] in "` " else ""
    return f"{ticks}{edge}{text}{edge}{ticks}"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, also at the beginning of a line and in the cell of a table."""
    text = _SPECIAL.sub(r"\\\1", printable(text))
    return _BEGINNING.sub(lambda found: f"{found[1]}{found[3] or ''}\\{found[2] or found[4]}", text)


def address(url: str) -> str:
    """An address as a link to itself; one that does not lead into the web is only text."""
    if not is_web_address(url):
        return escaped(url)
    return f"<{''.join(c if c.isprintable() and c not in _ENDS_ADDRESS else quote(c, safe='', errors='replace') for c in url)}>"


def address_of(source: Address | Citation) -> str:
    """Where a source is found, or why that cannot be said."""
    return address(source.url) if source.url else f"(no address: {escaped(source.no_url or '')})"

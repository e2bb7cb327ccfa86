"""A document as a page of HTML that stands by itself: no network, no script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.report.document import Bullets, Caps, Code, Command, Drawing, Em, Heading, Item, Paragraph, Remark, Table, Tone, spans_of
from caveat.report.kinds import Kind
from caveat.report.picture.markup import el, link
from caveat.report.picture.page import sheet, swatch
from caveat.report.text import in_text

if TYPE_CHECKING:
    from caveat.report.document import Block, Document, Span, Words
    from caveat.report.picture.markup import Child, Element

SWATCHES = {Tone.GOOD: Kind.PERMITTED, Tone.BAD: Kind.PROHIBITED, Tone.DOUBT: Kind.UNCLEAR, Tone.ASK: Kind.NEEDS_FACTS}
RULES = """
ul.told{padding-left:1.2rem}ul.told ul{padding-left:1.1rem}.told li{margin:.25rem 0}.told li.bare{list-style:none}
.caution{border-left:3px solid #c98a00;padding-left:.6rem}.at{display:block;font-size:.8rem;overflow-wrap:anywhere}.word{text-transform:uppercase}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--sheet);padding:.4rem .6rem;margin:.3rem 0}pre code{color:inherit}pre span{display:inline-block}pre .line{display:block;white-space:pre}
table.told{display:block;overflow-x:auto}.told td{padding:.2rem .5rem}.told .number{text-align:right}h3.inner{font-size:1rem}
"""


def to_html(document: Document, digest: str) -> str:
    """The document as a page; `digest` is that of the policies it tells of."""
    title = next((in_text(b.words) for b in document.blocks if isinstance(b, Heading)), "caveat")
    return sheet(title, *map(_block, document.blocks), digest=digest, rules=RULES)


def _inline(words: Words) -> list[Child]:
    return [_span(span) for span in spans_of(words)]


def _span(span: Span) -> Child:
    match span:
        case str():
            return span
        case Caps(text):
            return el("span", text, class_="word")
        case Code(text):
            return el("code", text)
        case Em(text):
            return el("i", text)
    return el("span", "(", _inline(span.spans), ")", class_="soft")


def _block(block: Block) -> Element:
    match block:
        case Heading(level, words, tone):
            return el(f"h{level}", swatch(SWATCHES[tone]) if tone in SWATCHES else None, _inline(words))
        case Paragraph(words, tone) | Remark(words, tone):
            return el("p", _inline(words), class_=_class(tone))
        case Command(pieces):
            return _command(pieces)
        case Bullets(items):
            return el("ul", *map(_item, items), class_="told")
        case Drawing(lines):
            return el("pre", *(el("span", "".join(part for part, _ in line), class_="line") for line in lines), tabindex="0")
    return _table(block)


def _class(tone: Tone) -> str | None:
    return None if tone is Tone.PLAIN else tone.value


def _item(item: Item) -> Element:
    count = "" if item.count is None else f"{item.count} "
    below = [_command(b.pieces) if isinstance(b, Command) else el("ul", _item(b)) for b in item.below]
    at = el("span", link(item.address.url, item.address.text), class_="at") if item.address else None
    return el("li", count, _inline(item.words), at, below, class_=" ".join(filter(None, ("bare" * (not item.bullet), _class(item.tone)))) or None)


def _command(pieces: tuple[str, ...]) -> Element:
    shown = [part for piece in pieces for part in (" ", el("span", piece))][1:]
    return el("pre", el("code", shown), tabindex="0")


def _table(table: Table) -> Element:
    sides = ["number" if i in table.numbers else None for i in range(len(table.head))]
    head = el("tr", *(el("th", cell, scope="col", class_=side) for cell, side in zip(table.head, sides, strict=True)))
    rows = [el("tr", *(el("td", _inline(cell), class_=side) for cell, side in zip(row, sides, strict=True))) for row in table.rows]
    return el("table", el("thead", head), el("tbody", *rows), class_="told")

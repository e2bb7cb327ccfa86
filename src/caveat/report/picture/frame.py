"""What every picture has around its chart: a title, a reading, the facts, a legend, a foot. A pen that moves down the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.report.kinds import LATE, LEGEND, Kind
from caveat.report.picture.lettering import width_of, wrapped
from caveat.report.picture.markup import Element, add, el, style
from caveat.report.picture.palette import hatching, picture_style, sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


MARGIN = 22.0
NARROW = 560
MEASURE = 780.0  # no line of running text is longer, however wide the sheet
SERIF = 1.12  # how much more of a serif fits into the same room


class Sheet:
    """A sheet of a given width on which things are drawn from the top down; its height is what was used."""

    def __init__(self, width: float, name: str) -> None:
        """Begin an empty sheet. `name` keeps the ids of two sheets on one page apart."""
        self.width, self.name, self.y = width, name, MARGIN
        self.body = el("g")
        self.hatch = f"{name}-late"

    @property
    def is_narrow(self) -> bool:
        """Whether labels have to stand above what they label."""
        return self.width < NARROW

    @property
    def right(self) -> float:
        """The right edge of what may be drawn on."""
        return self.width - MARGIN

    def draw(self, *elements: Element | None) -> None:
        """Put elements on the sheet."""
        add(self.body, *elements)

    def text(self, x: float, y: float, text: str, size: float, class_: str = "", anchor: str | None = None) -> None:
        """One line of text, its baseline at y."""
        self.draw(el("text", text, x=x, y=y, font_size=size, class_=class_ or None, text_anchor=anchor))

    def paragraph(self, text: str, size: float, class_: str = "", *, x: float = MARGIN, room: float | None = None, most: int = 99) -> None:
        """Text across the sheet, in as many lines as it takes; moves the pen below it."""
        room = room or min(self.right - x, MEASURE)
        room = room * SERIF if "title" in class_ else room
        for line in wrapped(text, room, size, bold="strong" in class_, most=most):
            self.y += size * 1.3
            self.text(x, self.y - size * 0.25, line, size, class_)

    def gap(self, height: float) -> None:
        """Leave some room."""
        self.y += height

    def finish(self, title: str, description: str) -> Element:
        """The whole picture, on paper of its own."""
        height = round(self.y + MARGIN)
        return el(
            "svg",
            el("title", title, id=f"{self.name}-title"),
            el("desc", description, id=f"{self.name}-desc"),
            style(picture_style()),
            el("defs", hatching(self.hatch)),
            el("rect", class_="paper", width=self.width, height=height),
            self.body,
            viewBox=f"0 0 {self.width:.0f} {height}", width=self.width, height=height, class_="pic", role="group",
            aria_labelledby=f"{self.name}-title {self.name}-desc",
        )  # fmt: skip


def head(sheet: Sheet, title: str, reading: str, facts: Iterable[tuple[str, str]]) -> None:
    """Title, reading, and what was given and assumed."""
    sheet.paragraph(title, 21 if sheet.is_narrow else 26, "title")
    sheet.gap(4)
    sheet.paragraph(reading, 15)
    sheet.gap(3)
    for name, line in facts:
        sheet.paragraph(f"{name}: {line}.", 12.5, "soft")
    sheet.gap(8)


def legend(sheet: Sheet, kinds: Sequence[Kind], *, late: bool) -> None:
    """What each kind looks like, and what hatching means; in as many rows as it takes."""
    items = [(kind, LEGEND[kind]) for kind in Kind if kind in kinds] + ([(None, LATE)] if late else [])
    x, size = MARGIN, 12.5
    sheet.y += 8
    for kind, text in items:
        room = 30 + width_of(text, size) + 18
        if x > MARGIN and x + room - 18 > sheet.right:
            x, sheet.y = MARGIN, sheet.y + 24
        swatch(sheet, kind, x, sheet.y)
        lines = wrapped(text, sheet.right - x - 30, size)
        for line in lines:
            sheet.text(x + 30, sheet.y + 13, line, size)
            sheet.y += 16 if line is not lines[-1] else 0
        x += room
    sheet.y += 22


def swatch(sheet: Sheet, kind: Kind | None, x: float, y: float) -> None:
    """A small box that shows a kind, or the hatching of days after the last one known."""
    if kind is None:
        sheet.draw(
            el("rect", x=x, y=y, width=24, height=18, class_=f"k-{Kind.NEEDS_FACTS}"),
            el("rect", x=x, y=y, width=24, height=18, fill=f"url(#{sheet.hatch})"),
        )
        sheet.draw(el("rect", x=x + 0.5, y=y + 0.5, width=23, height=17, class_="dash"))
        return
    sheet.draw(el("rect", x=x, y=y, width=24, height=18, class_=f"k-{kind}"), el("rect", x=x + 0.5, y=y + 0.5, width=23, height=17, class_="edge"))
    sheet.draw(sign(kind, x + 6, y + 3))


def foot(sheet: Sheet, *lines: str) -> None:
    """Where it comes from, in small letters."""
    sheet.gap(6)
    for line in lines:
        sheet.paragraph(line, 11.5, "soft")


def source_words(digest: str) -> str:
    """Where a picture comes from."""
    return f"Made from published statements by caveat, policies {digest[:19]}."

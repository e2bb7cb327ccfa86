"""A matrix as a picture: a square for each use, with its sign, its word where there is room, and what it needs to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.matrix.story import entry_name, given_of, kinds_of, left_out_words, needs_of, reading_of, title_of
from caveat.report.kinds import DISCLAIMER, WORDS, Kind, missing_words
from caveat.report.picture.frame import MARGIN, Sheet, foot, head, legend, source_words
from caveat.report.picture.lettering import width_of, wrapped
from caveat.report.picture.markup import Element, el, svg_file
from caveat.report.picture.palette import sign

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.matrix.run import Matrix, Square

WIDTH = 960
LABELS = 220.0
LEAST, MOST = 46.0, 150.0  # widths of a column
ROW, LINE, GAP = 32.0, 15.0, 2.0
TILTED = 84.0  # columns narrower than this have their names tilted


def matrix_to_svg(book: Book, matrix: Matrix, *, title: str = "", width: float = WIDTH) -> str:
    """The picture as a file of its own; wider than asked for where the columns need it."""
    room = LABELS + 2 * MARGIN + LEAST * (len(matrix.columns.entries) + 2)
    return svg_file(_Drawing(book, matrix, Sheet(max(width, room), "m")).draw(title or title_of(book, matrix)))


class _Drawing:
    """One matrix on one sheet."""

    def __init__(self, book: Book, matrix: Matrix, sheet: Sheet) -> None:
        self.book, self.matrix, self.sheet = book, matrix, sheet
        self.kinds, self.needs = kinds_of(matrix), needs_of(book, matrix)
        self.left = MARGIN + LABELS
        self.column = min(MOST, (sheet.right - self.left) / len(matrix.columns.entries))
        if self.column < TILTED:  # leave room for the last name to lean out
            self.column = (sheet.right - self.left - max(0.0, self.name_width() / 2 - LEAST / 2)) / len(matrix.columns.entries)

    def draw(self, title: str) -> Element:
        sheet, matrix = self.sheet, self.matrix
        reading = reading_of(matrix)
        head(sheet, title, reading, given_of(self.book, matrix))
        shown = [kind for line in self.kinds for kind in line]
        legend(sheet, shown, late=any(s.view.last_known for line in matrix.squares for s in line if s.view))
        sheet.gap(6)
        if self.column < TILTED:
            self.tilted_heads()
        else:
            self.level_heads()
        for i in range(len(matrix.rows.entries)):
            self.row(i)
        sheet.gap(8)
        for missing, letter in self.needs.items():
            sheet.paragraph(f"{letter}: depends on the {missing}.", 12.5, "soft")
        if matrix.left_out:
            sheet.paragraph(f"Left out, as no such use can be: {left_out_words(matrix.left_out)}.", 12.5, "soft")
        foot(sheet, source_words(matrix.digest), DISCLAIMER)
        return sheet.finish(title, reading)

    def level_heads(self) -> None:
        """The names of the columns above them, in as many lines as they take."""
        names = [wrapped(entry_name(e, 2), self.column - 8, 13, bold=True, most=6) for e in self.matrix.columns.entries]
        self.sheet.y += LINE * max(map(len, names))
        for j, lines in enumerate(names):
            for k, line in enumerate(reversed(lines)):
                self.sheet.text(self.left + j * self.column + 3, self.sheet.y - 6 - k * LINE, line, 13, "strong")

    def tilted_names(self) -> list[str]:
        """The names of the columns in one line each."""
        return [wrapped(entry_name(e, 1), 190, 12.5, bold=True, most=1)[0] for e in self.matrix.columns.entries]

    def name_width(self) -> float:
        """The width of the widest of them."""
        return max(width_of(n, 12.5, bold=True) for n in self.tilted_names())

    def tilted_heads(self) -> None:
        """The names of the columns, slanted upwards from them by sixty degrees."""
        self.sheet.y += 14 + self.name_width() * 0.87
        for j, name in enumerate(self.tilted_names()):
            x = self.left + (j + 0.5) * self.column
            self.sheet.draw(el("text", name, font_size=12.5, class_="strong", transform=f"translate({x:.1f} {self.sheet.y - 8:.1f}) rotate(-60)"))

    def row(self, i: int) -> None:
        """One row: its name, and its squares."""
        sheet, name = self.sheet, wrapped(entry_name(self.matrix.rows.entries[i], 2), LABELS - 14, 13.5, most=4)
        height = max(ROW, LINE * len(name) + 6)
        for k, line in enumerate(name):
            sheet.text(MARGIN, sheet.y + height / 2 + 4.5 + (k - (len(name) - 1) / 2) * LINE, line, 13.5)
        for j, square in enumerate(self.matrix.squares[i]):
            sheet.draw(self.square(square, self.kinds[i][j], i, j, height))
        sheet.y += height

    def square(self, square: Square, kind: Kind, i: int, j: int, height: float) -> Element:
        """One square; hatched where our sources have ended."""
        box = {"x": self.left + j * self.column + GAP / 2, "y": self.sheet.y + GAP / 2, "width": self.column - GAP, "height": height - GAP}
        late = bool(square.view and square.view.last_known)
        words = self.square_words(square, kind, i, j)
        parts = [el("title", words), el("rect", class_=f"k-{kind}", **box)]
        if late:
            parts.append(el("rect", fill=f"url(#{self.sheet.hatch})", **box))
        if kind in (Kind.NOT_SUPPLIED, Kind.NOT_ASKED):
            parts.append(el("rect", class_="edge", stroke_dasharray="2 3", **box))
        parts += self.marks(square, kind, box, late=late)
        return el("g", *parts, tabindex="0", role="img", aria_label=words)

    def marks(self, square: Square, kind: Kind, box: dict[str, float], *, late: bool) -> list[Element]:
        """The sign, the word where it fits, and the letter of what is missing."""
        letter = f" {self.needs[missing_words(self.book, square.view)]}" if square.view and square.view.missing else ""
        need = 30 + width_of(WORDS[kind] + letter, 12.5, bold=True)
        room, middle = box["width"], box["y"] + box["height"] / 2
        text = WORDS[kind] + letter if room >= need else letter.strip()
        start = box["x"] + 7 if room >= need else box["x"] + room / 2 - (11 if text else 6)
        width = (need - 10 if room >= need else 30 if text else 18) if late else 0
        patch = [el("rect", x=start - 3, y=middle - 9, width=width, height=18, rx=3, class_=f"k-{kind}")] if late else []
        word = [el("text", text, x=start + 17, y=middle + 4.5, font_size=12.5, class_=f"strong t-{kind}")] if text else []
        return [*patch, sign(kind, start, middle - 6), *word]

    def square_words(self, square: Square, kind: Kind, i: int, j: int) -> str:
        names = f"{entry_name(self.matrix.rows.entries[i], 2)}, {entry_name(self.matrix.columns.entries[j], 2)}"
        if square.view is None:
            return f"{names}: {WORDS[kind]}. {square.because}."
        needs = f", needs to know {missing_words(self.book, square.view)}" if square.view.missing else ""
        late = " (last known)" if square.view.last_known else ""
        rules = f" Rules: {', '.join(square.view.rules)}." if square.view.rules else ""
        return f"{names}: {WORDS[kind]}{late}{needs}.{rules}"

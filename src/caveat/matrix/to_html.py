"""A matrix as a page: a table whose squares lead to what they rest on, and the sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.matrix.story import columns_words, entry_name, given_of, kinds_of, left_out_words, needs_of, notes_of, reading_of, title_of
from caveat.report.kinds import WORDS, missing_words
from caveat.report.picture.markup import Element, el
from caveat.report.picture.page import Sources, legend_list, note, page, sign_of

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.matrix.run import Matrix, Square
    from caveat.matrix.story import Note
    from caveat.report.kinds import Kind


def matrix_to_html(book: Book, matrix: Matrix, *, title: str = "") -> str:
    """The whole page."""
    name, sources, needs = title or title_of(book, matrix), Sources(book), needs_of(book, matrix)
    shown = [kind for line in kinds_of(matrix) for kind in line]
    late = any(s.view.last_known for line in matrix.squares for s in line if s.view)
    notes = list(notes_of(matrix))
    told = [_note(book, matrix, sources, n, i) for i, n in enumerate(notes)]
    return page(
        name, reading_of(matrix), given_of(book, matrix),
        legend_list(shown, late=late),
        el("div", _table(book, matrix, notes, name), class_="scroll", tabindex="0", role="region", aria_label=name, id="chart"),
        [el("p", f"{letter}: depends on the {missing}.", class_="soft small") for missing, letter in needs.items()],
        el("p", f"Left out, as no such use can be: {left_out_words(matrix.left_out)}.", class_="soft") if matrix.left_out else None,
        el("section", el("h2", "Row by row"), *told),
        sources.section(),
        digest=matrix.digest,
    )  # fmt: skip


def _table(book: Book, matrix: Matrix, notes: list[Note], name: str) -> Element:
    """The table itself, with headings that screen readers understand."""
    needs, kinds = needs_of(book, matrix), kinds_of(matrix)
    number = {(n.row, j): i for i, n in enumerate(notes) for j in n.columns}
    heads = el("tr", el("td"), *(el("th", entry_name(e), scope="col") for e in matrix.columns.entries))
    rows = [
        el(
            "tr",
            el("th", entry_name(entry), scope="row"),
            *(_cell(book, s, kinds[i][j], needs, number[i, j], f"c-{i}-{j}") for j, s in enumerate(matrix.squares[i])),
        )
        for i, entry in enumerate(matrix.rows.entries)
    ]
    return el("table", el("caption", name, style="position:absolute;clip-path:inset(50%)"), el("thead", heads), el("tbody", *rows))


def _cell(book: Book, square: Square, kind: Kind, needs: dict[str, str], number: int, ident: str) -> Element:
    letter = f" {needs[missing_words(book, square.view)]}" if square.view and square.view.missing else ""
    late = " late" if square.view and square.view.last_known else ""
    word = el("span", f"{WORDS[kind]}{letter}", class_=f"k-{kind}" if late else None)
    return el("td", el("a", sign_of(kind), word, href=f"#n-{number}", title="last known" if late else None), class_=f"k-{kind}{late}", id=ident)


def _note(book: Book, matrix: Matrix, sources: Sources, n: Note, number: int) -> Element:
    row = entry_name(matrix.rows.entries[n.row], 2)
    heading = f"{row}, {columns_words(matrix.columns, n.columns)}"
    because = f"{n.square.because}." if n.square.view is None else ""
    return note(book, sources, f"n-{number}", heading, n.square.view, because, back=f"c-{n.row}-{n.columns[0]}")

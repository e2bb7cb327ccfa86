"""A matrix as a document: a table of words, or drawn in letters where there are many columns, then what each row rests on."""

from __future__ import annotations

import textwrap
from itertools import groupby
from typing import TYPE_CHECKING

from caveat.core.errors import printable
from caveat.core.outcome import Verdict
from caveat.matrix.story import (
    columns_words,
    entry_name,
    given_of,
    kinds_of,
    left_out_words,
    needs_of,
    notes_of,
    reading_of,
    statements_of,
    title_of,
)
from caveat.report.document import Bullets, Document, Drawing, Em, Heading, Item, Paragraph, Remark, Table, Tone
from caveat.report.kinds import DISCLAIMER, KIND_TONES, LATE, LEGEND, MARKS, WORDS, Kind, issuer_names, mark_of, missing_words
from caveat.report.sourced import sources_of
from caveat.report.views import reasons_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from caveat.core.book import Book
    from caveat.matrix.run import Matrix, Square
    from caveat.matrix.story import Note
    from caveat.report.document import Block

LABEL, WORD, LETTER = 26, 12, 4
Cell = tuple[str, Tone]


def matrix_document(book: Book, matrix: Matrix, *, title: str = "", brief: bool = False, columns: int | None = None) -> Document:
    """The whole of it. With `columns` the table is drawn, so many letters wide at most; `brief` leaves out the sources."""
    in_words = columns is None or LABEL + WORD * len(matrix.columns.entries) <= columns
    return Document((
        Heading(1, title or title_of(book, matrix)),
        Paragraph(reading_of(matrix)),
        *(Paragraph((Em(name), f": {line}."), Tone.SOFT) for name, line in given_of(book, matrix)),
        *([_table(book, matrix)] if columns is None else _drawn(book, matrix, columns, in_words=in_words)),
        *_legend(book, matrix, in_words=in_words),
        Heading(2, "Row by row"),
        Bullets(tuple(_rows(book, matrix, numbered=not in_words))),
        *(() if brief else sources_of(book, statements_of(book, matrix))),
        Remark(DISCLAIMER),
    ))  # fmt: skip


# -- the table


def _table(book: Book, matrix: Matrix) -> Table:
    heads = [entry_name(e) for e in matrix.columns.entries]
    rows = [(entry_name(e), *(word for word, _ in cells)) for e, cells in zip(matrix.rows.entries, _cells(book, matrix, in_words=True), strict=True)]
    return Table(("", *heads), tuple(rows))


def _cells(book: Book, matrix: Matrix, *, in_words: bool) -> Iterator[list[Cell]]:
    """Each row, square by square: a word or a letter, with a letter for what it depends on, and a mark where it is last known."""
    needs = needs_of(book, matrix)
    for squares, kinds in zip(matrix.squares, kinds_of(matrix), strict=True):
        yield [_cell(book, square, kind, needs, in_words=in_words) for square, kind in zip(squares, kinds, strict=True)]


def _cell(book: Book, square: Square, kind: Kind, needs: dict[str, str], *, in_words: bool) -> Cell:
    late = bool(square.view and square.view.last_known)
    note = needs[missing_words(book, square.view)] if square.view and square.view.missing else ""
    if not in_words:
        return mark_of(kind, late=late) + note, KIND_TONES[kind]
    return WORDS[kind] + (f" {note}" if note else "") + "*" * late, KIND_TONES[kind]


def _drawn(book: Book, matrix: Matrix, columns: int, *, in_words: bool) -> Iterator[Block]:
    """The table where each column has room for a word; else the columns by number, and a part of the table for as many as fit."""
    entries, rows = matrix.columns.entries, list(_cells(book, matrix, in_words=in_words))
    if not in_words:
        yield Heading(2, "Columns")
        yield Bullets(tuple(Item(entry_name(entry), bullet="", count=j + 1) for j, entry in enumerate(entries)))
    heads = [entry_name(e, 2) if in_words else str(j + 1) for j, e in enumerate(entries)]
    room = WORD if in_words else LETTER
    most = max(1, (columns - LABEL) // room)
    parts = [slice(start, start + most) for start in range(0, len(entries), most)]
    yield Drawing(tuple(line for part in parts for line in _part(matrix, heads[part], [row[part] for row in rows], room)))


def _part(matrix: Matrix, heads: Sequence[str], rows: Sequence[Sequence[Cell]], room: int) -> Iterator[tuple[Cell, ...]]:
    """Some columns of the table, under their headings, after an empty line."""
    columns = [columns_of(head, room - 1) for head in heads]
    yield (("", Tone.PLAIN),)
    for k in range(max(map(len, columns))):
        yield ((" " * LABEL + "".join((lines[k] if k < len(lines) else "").ljust(room) for lines in columns), Tone.PLAIN),)
    yield (("-" * (LABEL + room * len(heads)), Tone.PLAIN),)
    for entry, cells in zip(matrix.rows.entries, rows, strict=True):
        first, *more = columns_of(entry_name(entry, 2), LABEL - 2)
        yield ((first.ljust(LABEL), Tone.PLAIN), *((word.ljust(room), tone) for word, tone in cells))
        yield from (((f"  {line}", Tone.PLAIN),) for line in more)


def columns_of(text: str, room: int) -> list[str]:
    """The text in lines of at most so many characters; words too long are cut."""
    return textwrap.wrap(printable(text), room, break_on_hyphens=False) or [""]


def _legend(book: Book, matrix: Matrix, *, in_words: bool) -> Iterator[Block]:
    shown = {kind for line in kinds_of(matrix) for kind in line}
    late = any(s.view and s.view.last_known for line in matrix.squares for s in line)
    said = [_meaning(kind, in_words=in_words) for kind in Kind if kind in shown]
    said += [f"{letter}  needs to know: {missing}" for missing, letter in needs_of(book, matrix).items()]
    said += [f"{'*' if in_words else 'small letters'}  {LATE}"] if late else []
    yield Heading(2, "Legend")
    yield Bullets(tuple(Item(line, bullet="") for line in said))
    if matrix.left_out:
        yield Paragraph(f"Left out, as no such use can be: {left_out_words(matrix.left_out)}.")


def _meaning(kind: Kind, *, in_words: bool) -> str:
    if in_words and LEGEND[kind] == WORDS[kind]:
        return WORDS[kind]
    return f"{WORDS[kind] if in_words else MARKS[kind]}  {LEGEND[kind].removeprefix(WORDS[kind] + ': ')}"


# -- row by row


def _rows(book: Book, matrix: Matrix, *, numbered: bool) -> Iterator[Item]:
    """Each row with its different answers. Rules told before are only named."""
    told: set[str] = set()
    for row, notes in groupby(notes_of(matrix), key=lambda note: note.row):
        yield Item(entry_name(matrix.rows.entries[row]), tuple(_note(book, matrix, note, told, numbered=numbered) for note in notes), bullet="")


def _note(book: Book, matrix: Matrix, note: Note, told: set[str], *, numbered: bool) -> Item:
    """The columns of one row that get the same answer, and what it rests on."""
    where = columns_words(matrix.columns, note.columns, numbered=numbered)
    where = f"column{'s' * (len(note.columns) > 1)} {where}" if numbered and where != "every column" else where
    because = [Item(f"{note.square.because}.", tone=Tone.SOFT, bullet="")]
    below = because if note.square.view is None else reasons_of(book, note.square.view, told)
    return Item(f"{where}: {WORDS[note.kind]}{by_words(book, note)}", tuple(below), KIND_TONES[note.kind], bullet="")


def by_words(book: Book, note: Note) -> str:
    """` by France and Poland`, where several were asked and the answer is plain."""
    view = note.square.view
    if view is None or len(note.square.issuers) == 1 or view.verdict not in (Verdict.PERMITTED, Verdict.PROHIBITED):
        return ""
    return f" by {issuer_names(book, view.binding)}"

"""A matrix for the terminal and as Markdown."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from caveat.core.errors import printable
from caveat.core.outcome import Verdict
from caveat.matrix.story import asked_words, columns_words, entry_name, kinds_of, left_out_words, needs_of, notes_of, reading_of, title_of
from caveat.report.document import Document
from caveat.report.kinds import (
    CODES,
    DISCLAIMER,
    LATE,
    LEGEND,
    MARKS,
    WORDS,
    Kind,
    assumed_line,
    facts_line,
    issuer_names,
    mark_of,
    missing_words,
    why_words,
)
from caveat.report.markdown import escaped, to_markdown
from caveat.report.page_text import Page
from caveat.report.policies import TITLE, policies_words
from caveat.report.sourced import sources_of
from caveat.report.text import tell
from caveat.report.wording import rule_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from caveat.core.book import Book
    from caveat.matrix.run import Matrix, Square
    from caveat.matrix.story import Note

LABEL, WORD, LETTER = 26, 12, 4


def matrix_to_text(book: Book, matrix: Matrix, *, width: int = 80, colour: bool = False, title: str = "", brief: bool = False) -> str:
    """A table of words, or of letters where there are many columns; then what each row rests on."""
    page = Page(width, colour=colour)
    page.add(title or title_of(book, matrix), style="1")
    page.add(reading_of(matrix), indent="  ")
    for name, line in given_of(book, matrix):
        page.add(f"{name}: {line}.", indent="  ", style="2")
    page.gap()
    _table_lines(page, book, matrix)
    _legend(page, book, matrix)
    page.head("Row by row")
    told: set[str] = set()
    numbered = not _has_room(page, matrix)
    row = -1
    for note in notes_of(matrix):
        if note.row != row:
            row = note.row
            page.add(entry_name(matrix.rows.entries[row]), indent="  ", hang="    ", style="1")
        _note_lines(page, book, matrix, note, told, numbered=numbered)
    if not brief:
        tell(page, sources_of(book, statements_of(book, matrix)))
    page.gap()
    page.add(DISCLAIMER, style="2")
    return str(page)


def given_of(book: Book, matrix: Matrix) -> Iterator[tuple[str, str]]:
    """What was given and assumed, and whom the squares ask, each with its name."""
    axes = (matrix.rows.fact, matrix.columns.fact)
    rows = (
        ("Given", facts_line(book, matrix.scenario, axes)),
        ("Assumed", assumed_line(book, {k: v for k, v in matrix.assumptions.items() if k not in axes})),
        ("Note", "; ".join(matrix.told)),
    )
    yield from ((name, line) for name, line in rows if line)
    yield "Asked", asked_words(book, matrix)
    if words := policies_words(book):
        yield TITLE, words


def statements_of(book: Book, matrix: Matrix) -> list[str]:
    """The statements behind the rules of all squares."""
    rules = dict.fromkeys(r for line in matrix.squares for s in line if s.view for r in s.view.rules)
    by_id = {r.id: r for r in book.rules}
    return list(dict.fromkeys(s for rule in rules for s in by_id[rule].statements))


def _has_room(page: Page, matrix: Matrix) -> bool:
    """Whether every column has room for words."""
    return LABEL + WORD * len(matrix.columns.entries) <= page.width


def _table_lines(page: Page, book: Book, matrix: Matrix) -> None:
    if _has_room(page, matrix):
        _block(page, book, matrix, range(len(matrix.columns.entries)), [entry_name(e, 2) for e in matrix.columns.entries], WORD)
        return
    for j, entry in enumerate(matrix.columns.entries):
        page.add(f"{j + 1:>3}  {entry_name(entry)}", hang="     ")
    most = max(1, (page.width - LABEL) // LETTER)
    for start in range(0, len(matrix.columns.entries), most):
        page.gap()
        part = range(start, min(start + most, len(matrix.columns.entries)))
        _block(page, book, matrix, part, [str(j + 1) for j in part], LETTER)


def columns_of(text: str, room: int) -> list[str]:
    """The text in lines of at most so many characters; words too long are cut."""
    return textwrap.wrap(printable(text), room, break_on_hyphens=False) or [""]


def _block(page: Page, book: Book, matrix: Matrix, part: Sequence[int], heads: Sequence[str], room: int) -> None:
    """Some columns of the table, under their headings."""
    needs, kinds = needs_of(book, matrix), kinds_of(matrix)
    columns = [columns_of(head, room - 1) for head in heads]
    for k in range(max(map(len, columns))):
        page.lines.append((" " * LABEL + "".join((lines[k] if k < len(lines) else "").ljust(room) for lines in columns)).rstrip())
    page.lines.append("-" * min(page.width, LABEL + room * len(part)))
    for i, entry in enumerate(matrix.rows.entries):
        label = columns_of(entry_name(entry, 2), LABEL - 2)
        cells = [_cell(book, matrix.squares[i][j], kinds[i][j], needs, room) for j in part]
        body = "".join(page.styled(text.ljust(room), CODES[kind]) for text, kind in cells)
        page.lines.append(label[0].ljust(LABEL) + (body if page.colour else body.rstrip()))
        page.lines += [f"  {line}" for line in label[1:]]


def _cell(book: Book, square: Square, kind: Kind, needs: dict[str, str], room: int) -> tuple[str, Kind]:
    late = bool(square.view and square.view.last_known)
    note = f" {needs[missing_words(book, square.view)]}" if square.view and square.view.missing else ""
    if room == LETTER:
        return mark_of(kind, late=late) + note.strip(), kind
    return WORDS[kind] + note + ("*" if late else ""), kind


def _legend(page: Page, book: Book, matrix: Matrix) -> None:
    shown = {kind for line in kinds_of(matrix) for kind in line}
    words = _has_room(page, matrix)
    page.head("Legend")
    for kind in Kind:
        if kind in shown:
            page.add(
                f"{WORDS[kind] if words else MARKS[kind]}  {LEGEND[kind].removeprefix(WORDS[kind] + ': ')}"
                if LEGEND[kind] != WORDS[kind] or not words
                else WORDS[kind],
                indent="  ",
                hang="     ",
            )
    for missing, letter in needs_of(book, matrix).items():
        page.add(f"{letter}  needs to know: {missing}", indent="  ", hang="     ")
    if any(s.view and s.view.last_known for line in matrix.squares for s in line):
        page.add(f"{'*' if words else 'small letters'}  {LATE}", indent="  ", hang="     ")
    if matrix.left_out:
        page.add(f"Left out, as no such use can be: {left_out_words(matrix.left_out)}.", indent="  ", hang="  ")


def _note_lines(page: Page, book: Book, matrix: Matrix, note: Note, told: set[str], *, numbered: bool) -> None:
    """The columns of one row that get the same answer, and what it rests on. Rules told before are only named."""
    view = note.square.view
    where = columns_words(matrix.columns, note.columns, numbered=numbered)
    where = f"column{'s' * (len(note.columns) > 1)} {where}" if numbered and where != "every column" else where
    page.add(f"{where}: {WORDS[note.kind]}{by_words(book, note)}", indent="    ", hang="      ", style=CODES[note.kind])
    if view is None:
        page.add(f"{note.square.because}.", indent="      ", style="2")
        return
    if why_words(book, view) and not view.is_silent:
        page.add(why_words(book, view), indent="      ")
    for rule in view.rules:
        if rule not in told:
            page.add(f"- {rule_name(book, rule)} [{rule}]", indent="      ", hang="        ")
    again = [rule for rule in view.rules if rule in told]
    if again:
        page.add(f"- {', '.join(again)}", indent="      ", hang="        ")
    told.update(view.rules)


def by_words(book: Book, note: Note) -> str:
    """` by France and Poland`, where several were asked and the answer is plain."""
    view = note.square.view
    if view is None or len(note.square.issuers) == 1 or view.verdict not in (Verdict.PERMITTED, Verdict.PROHIBITED):
        return ""
    return f" by {issuer_names(book, view.binding)}"


# -- Markdown


def matrix_to_markdown(book: Book, matrix: Matrix, *, title: str = "") -> str:
    """A table of words, what each row rests on, and the sources."""
    needs, kinds = needs_of(book, matrix), kinds_of(matrix)
    lines = [f"## {escaped(title or title_of(book, matrix))}", "", escaped(reading_of(matrix)), ""]
    for name, line in given_of(book, matrix):
        lines += [f"*{name}*: {escaped(line)}.", ""]
    lines += [f"| | {' | '.join(escaped(entry_name(e)) for e in matrix.columns.entries)} |", "|---" * (len(matrix.columns.entries) + 1) + "|"]
    for i, entry in enumerate(matrix.rows.entries):
        cells = [_cell(book, s, kinds[i][j], needs, WORD)[0].replace("*", " (last known)") for j, s in enumerate(matrix.squares[i])]
        lines.append(f"| **{escaped(entry_name(entry))}** | {' | '.join(cells)} |")
    lines += ["", *(f"- {letter}: needs to know {escaped(missing)}" for missing, letter in needs.items()), ""]
    if matrix.left_out:
        lines += [f"Left out, as no such use can be: {escaped(left_out_words(matrix.left_out))}.", ""]
    lines += ["### Row by row", "", *(line for note in notes_of(matrix) for line in _markdown_note(book, matrix, note)), ""]
    lines += [to_markdown(Document(tuple(sources_of(book, statements_of(book, matrix))))), DISCLAIMER]
    return "\n".join(lines).rstrip() + "\n"


def _markdown_note(book: Book, matrix: Matrix, note: Note) -> Iterator[str]:
    view = note.square.view
    why = note.square.because + "." if view is None else why_words(book, view)
    yield f"- **{escaped(entry_name(matrix.rows.entries[note.row]))}**, {escaped(columns_words(matrix.columns, note.columns))}: {WORDS[note.kind]}{escaped(by_words(book, note))}. {escaped(why)}".rstrip()
    for rule in view.rules if view else ():
        yield f"  - {escaped(rule_name(book, rule))} (`{rule}`)"

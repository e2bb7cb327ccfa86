"""What there is to tell about a matrix, whatever form it takes: a title, a reading, and notes on what squares need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from caveat.matrix.run import Blank
from caveat.report.kinds import WORDS, Kind, assumed_line, day_words, facts_line, kind_of, missing_words, use_title
from caveat.report.policies import TITLE, policies_words
from caveat.report.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from caveat.core.book import Book
    from caveat.matrix.axes import Axis, Entry
    from caveat.matrix.run import Matrix, Square


FEW = 4


@dataclass(frozen=True, slots=True)
class Note:
    """Squares of one row with the same answer: their columns, by number from 0."""

    row: int
    columns: tuple[int, ...]
    square: Square
    kind: Kind


def kinds_of(matrix: Matrix) -> list[list[Kind]]:
    """What each square shows."""
    return [[kind_of_square(s) for s in line] for line in matrix.squares]


def title_of(book: Book, matrix: Matrix) -> str:
    """The headline of the chart."""
    day = f" on {_when(matrix)}" if matrix.as_of else ""
    use = use_title(book, {k: v for k, v in matrix.scenario.items() if k not in (matrix.rows.fact, matrix.columns.fact)})
    if "issuer" in (matrix.rows.fact, matrix.columns.fact):
        return f"{use}: who allowed what{day}"
    names = listed([book.issuers[i].name for i in matrix.asked_only if i in book.issuers])
    return f"{use}: what was allowed{day}" + (f" ({names})" if names else "")


def _when(matrix: Matrix) -> str:
    if matrix.as_of is None:
        return ""
    return day_words(matrix.as_of.earliest) if matrix.as_of.is_exact else str(matrix.as_of)


def asked_words(book: Book, matrix: Matrix) -> str:
    """Whom the squares ask."""
    names = [book.issuers[i].name for i in matrix.asked_only if i in book.issuers]
    by_issuer = "issuer" in (matrix.rows.fact, matrix.columns.fact)
    if matrix.chain:
        return "everyone whose say counts for the weapon each gave" if by_issuer else "everyone whose say counts"
    if by_issuer:
        return "each about the weapons it gave itself, and no one else"
    return f"only {listed(names)}" if names else "everyone whose say counts"


def reading_of(matrix: Matrix) -> str:
    """One sentence that reads the chart out: how each column falls, or each row, or all uses where there are many."""
    kinds = kinds_of(matrix)
    if len(matrix.columns.entries) <= FEW:
        lines = [(entry_name(e, 2), [line[j] for line in kinds]) for j, e in enumerate(matrix.columns.entries)]
    elif len(matrix.rows.entries) <= FEW:
        lines = [(entry_name(e, 2), line) for e, line in zip(matrix.rows.entries, kinds, strict=True)]
    else:
        lines = [(f"Of {sum(map(len, kinds))} uses", [kind for line in kinds for kind in line])]
    told = "; ".join(f"{name}{': ' if len(lines) > 1 else ', '}{_counts(found)}" for name, found in lines)
    return f"{told} (as known by {day_words(matrix.known_by)})."


def _counts(kinds: Sequence[Kind]) -> str:
    """`7 permitted, 2 prohibited and 14 neither`."""
    counts = {WORDS[kind]: list(kinds).count(kind) for kind in (Kind.PERMITTED, Kind.PROHIBITED)}
    blank = sum(kind in (Kind.NOT_SUPPLIED, Kind.NOT_ASKED) for kind in kinds)
    counts["neither"] = len(kinds) - blank - sum(counts.values())
    counts["not possible"] = blank
    return listed([f"{count} {word}" for word, count in counts.items() if count])


def notes_of(matrix: Matrix) -> Iterator[Note]:
    """Every different answer of every row, with the columns that have it."""
    for i, line in enumerate(matrix.squares):
        groups: dict[object, list[int]] = {}
        for j, square in enumerate(line):
            groups.setdefault((square.view, square.blank, square.because), []).append(j)
        for columns in groups.values():
            yield Note(i, tuple(columns), line[columns[0]], kind_of_square(line[columns[0]]))


def columns_words(axis: Axis, columns: Sequence[int], *, numbered: bool = False) -> str:
    """The columns of a note, or `every column`."""
    if len(columns) == len(axis.entries) > 1:
        return "every column"
    return listed([str(j + 1) if numbered else entry_name(axis.entries[j], 2) for j in columns])


def needs_of(book: Book, matrix: Matrix) -> dict[str, str]:
    """A letter for each different set of facts that squares depend on: `weapon` to `a`."""
    found: dict[str, str] = {}
    for line in matrix.squares:
        for square in line:
            if square.view and square.view.missing:
                words = missing_words(book, square.view)
                found.setdefault(words, _letter(len(found)))
    return found


def _letter(n: int) -> str:
    return chr(97 + n) if n < 26 else f"{chr(96 + n // 26)}{chr(97 + n % 26)}"  # noqa: PLR2004


def left_out_words(entries: Sequence[Entry]) -> str:
    """The rows and columns in which no use can be, by name."""
    return listed([entry_name(e, 2) for e in entries])


def kind_of_square(square: Square) -> Kind:
    """What a square shows."""
    if square.view is not None:
        return kind_of(square.view)
    return Kind.NOT_SUPPLIED if square.blank == Blank.CONTRADICTION else Kind.NOT_ASKED


def entry_name(entry: Entry, most: int = 3) -> str:
    """A row or column by its names, the first few and how many more."""
    if len(entry.names) <= most + 1:
        return listed(entry.names)
    return f"{', '.join(entry.names[:most])} and {len(entry.names) - most} more"


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

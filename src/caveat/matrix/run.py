"""Rows of uses by columns of uses: for each square what `decide` answers, or why there is nothing to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from caveat.core.choices import AS_USUAL
from caveat.core.errors import Diagnostic, ScenarioError, TooLargeError
from caveat.core.outcome import Verdict
from caveat.core.question import DATE
from caveat.core.scenario import Scenario
from caveat.engines.asker import ask_as_donor
from caveat.engines.view import view
from caveat.matrix.axes import SCENARIO, SHORT, Axis, Entry, axis, entry_of, leaves_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from caveat.core.book import Grade
    from caveat.core.choices import Choices
    from caveat.core.dates import Dated
    from caveat.core.question import Asking, Said
    from caveat.core.vocabulary import Assumption
    from caveat.engines.asker import Asker, Seen
    from caveat.engines.view import View

MAX_SQUARES = 10_000


class Blank(StrEnum):
    """Why a square has no verdict."""

    CONTRADICTION = "contradiction"  # the vocabulary rules this use out: the weapon was not supplied, ...
    NO_SAY = "no-say"  # the issuers asked have no say in this use


@dataclass(frozen=True, slots=True)
class Square:
    """One use: a view, or a blank and its reason. `scenario` is what `decide` accepts, `issuers` whom to ask."""

    scenario: Mapping[str, object]
    issuers: tuple[str, ...]
    view: View | None
    blank: Blank | None = None
    because: str = ""
    told: tuple[str, ...] = ()  # what the catalogue has to say of the use

    @property
    def key(self) -> object:
        """What two squares have in common that look the same."""
        return self.blank if self.view is None else (self.view.verdict, self.view.is_silent, self.view.missing, self.view.last_known)


@dataclass(frozen=True, slots=True)
class Matrix:
    """`squares[i][j]` is row i in column j. `left_out` names rows and columns in which no use can be, if not asked for by name."""

    rows: Axis
    columns: Axis
    squares: tuple[tuple[Square, ...], ...]
    left_out: tuple[Entry, ...]
    scenario: Mapping[str, Said]
    as_of: Dated | None
    known_by: date
    chain: bool
    assumptions: Mapping[str, Assumption]
    min_grade: Grade | None
    asked_only: tuple[str, ...]
    digest: str

    @property
    def told(self) -> tuple[str, ...]:
        """What the catalogue has to say of any of the uses, each once."""
        return tuple(dict.fromkeys(says for line in self.squares for square in line for says in square.told))


Wanted = tuple[str, Sequence[str]]  # the name of an axis, and its values, where any were named


def matrix(
    library: Asker,
    scenario: Scenario | Mapping[str, object] | Sequence[tuple[str, Scenario]],
    choices: Choices = AS_USUAL,
    *,
    axes: tuple[Wanted, Wanted] = (("issuers", ()), ("regions", ())),
    chain: bool = False,
) -> Matrix:
    """Every row in every column. Rows and columns are `issuers`, `weapons`, `regions`, `kinds`, any fact, `dates` or `scenarios`.

    Where an axis is of issuers, or one issuer is named, each is asked by itself (unless `chain`), as the donor where
    the scenario names none. Without values, issuers are all donors with rules, and values of a fact are all that the
    scenario allows, those together that get the same verdicts. ScenarioError for unknown names, and where no day is given.
    """
    asking = _Asking(library, _labelled(scenario), (SHORT.get(axes[0][0], axes[0][0]), SHORT.get(axes[1][0], axes[1][0])), choices, chain=chain)
    ready = asking.whole()
    down, across = (axis(library.book, name, values, asking.scenarios, ready) for name, values in axes)
    table = _tidied(asking, _table(asking, down, across))
    return Matrix(
        rows=table.rows, columns=table.columns, squares=tuple(map(tuple, table.squares)), left_out=table.left_out, scenario=ready.said, as_of=ready.as_of,
        known_by=ready.question.known_by, chain=chain, assumptions=ready.assumed, min_grade=choices.min_grade, asked_only=choices.issuers, digest=library.book.digest,
    )  # fmt: skip


def _labelled(scenario: Scenario | Mapping[str, object] | Sequence[tuple[str, Scenario]]) -> list[tuple[str, Scenario]]:
    if isinstance(scenario, Scenario):
        return [("scenario", scenario)]
    return [("scenario", Scenario(scenario))] if isinstance(scenario, dict) else list(scenario)  # type: ignore[arg-type]


class _Asking:
    """The use that all squares share, and how each is asked."""

    def __init__(self, library: Asker, scenarios: list[tuple[str, Scenario]], axes: tuple[str, str], choices: Choices, *, chain: bool) -> None:
        """Put aside what the axes say; ScenarioError where they cannot be asked together."""
        self.library, self.scenarios, self.issuers, self.chain = library, scenarios, choices.issuers, chain
        self.choices = choices.of()
        self.assumed: Seen = {}
        problem = None
        if axes[0] == axes[1]:
            problem = Diagnostic("wrong-value", f"rows and columns are both `{axes[0]}`", None, "choose two different ones")
        elif SCENARIO not in axes and len(scenarios) != 1:
            problem = Diagnostic(
                "wrong-value", f"{len(scenarios)} scenarios, and a matrix is made of one", None, "use the scenarios as --columns scenarios"
            )
        elif DATE in axes and choices.as_of is not None:
            problem = Diagnostic("wrong-value", "days are rows or columns, and --as-of names another", None, "leave --as-of out")
        facts = {} if SCENARIO in axes else {k: v for k, v in scenarios[0][1].facts.items() if k not in axes}
        dated = facts.get(DATE) or choices.as_of or DATE in axes or (SCENARIO in axes and all(DATE in s.facts for _, s in scenarios))
        if problem is None and not dated:
            problem = Diagnostic("no-day", "a matrix is of one day, and none is given", None, "add --date 2024-06-10")
        if problem:
            raise ScenarioError([problem])
        self.base = Scenario(facts, places=scenarios[0][1].places)

    def whole(self) -> Asking:
        """What all squares share; ScenarioError where that is wrong already."""
        only = self.issuers[0] if len(self.issuers) == 1 and not self.chain else None
        return ask_as_donor(self.library, self.base, only, self.choices.of(only))[0] if only else self.library.ask(self.base, self.choices)

    def square(self, row: Entry, column: Entry) -> Square:
        """One use. A contradiction with the vocabulary, or that nobody asked has a say, leaves the square blank."""
        said = Scenario({**self.base.facts, **row.facts, **column.facts}, places=self.base.places)
        one = row.issuer or column.issuer or (self.issuers[0] if len(self.issuers) == 1 else None)
        who = () if self.chain else (one,) if one else self.issuers
        try:
            choices = self.choices.of(*who)
            ready = ask_as_donor(self.library, said, one, choices, self.assumed)[0] if one else self.library.ask(said, choices)
            answer = self.library.answer(ready)
        except ScenarioError as error:
            if {d.code for d in error.diagnostics} != {Blank.CONTRADICTION}:
                raise
            return Square(said.facts, who, None, Blank.CONTRADICTION, error.diagnostics[0].message)
        if answer.verdict == Verdict.NO_SAY:
            names = " and ".join(self.library.book.issuers[i].name for i in who)
            return Square(said.facts, who, None, Blank.NO_SAY, f"no say in this use: {names}")
        return Square(ready.said, who, view(answer, one if who == (one,) else None, is_ahead=ready.question.is_ahead), told=ready.told)


@dataclass(frozen=True, slots=True)
class _Table:
    """A matrix being put in order."""

    rows: Axis
    columns: Axis
    squares: Sequence[Sequence[Square]]
    left_out: tuple[Entry, ...] = ()

    def turned(self) -> _Table:
        """Rows as columns, and columns as rows."""
        return _Table(self.columns, self.rows, tuple(zip(*self.squares, strict=True)), self.left_out)


def _table(asking: _Asking, down: Axis, across: Axis) -> _Table:
    count = len(down.entries) * len(across.entries)
    if count > MAX_SQUARES:
        raise TooLargeError(
            f"{len(down.entries):,} rows by {len(across.entries):,} columns are {count:,} questions, and at most {MAX_SQUARES:,} are asked; name the values that matter"
        )
    if not count:
        raise ScenarioError([Diagnostic("wrong-value", "there are no rows or no columns", None, "name the values that matter")])
    return _Table(down, across, [[asking.square(row, column) for column in across.entries] for row in down.entries])


def _tidied(asking: _Asking, table: _Table) -> _Table:
    """Unless they were named: rows and columns that look the same put together, those in which no use can be left out."""
    for _ in range(2):
        table = _without_blanks(_merged(asking, table)).turned()
    return table


def _merged(asking: _Asking, table: _Table) -> _Table:
    """Rows of values with the same verdicts put together, and asked again as one."""
    fact = asking.library.book.vocabulary.facts.get(table.rows.fact)
    if table.rows.chosen or fact is None:
        return table
    groups: dict[object, list[int]] = {}
    for i, line in enumerate(table.squares):
        groups.setdefault(tuple(s.key for s in line), []).append(i)
    entries, squares = [], []
    for members in groups.values():
        entry, line = table.rows.entries[members[0]], table.squares[members[0]]
        if len(members) > 1:
            entry = entry_of(fact, frozenset().union(*(leaves_of(fact, table.rows.entries[i]) for i in members)))
            if any(s.view for s in line):
                line = [asking.square(entry, column) for column in table.columns.entries]
        entries.append(entry)
        squares.append(line)
    order = sorted(range(len(entries)), key=lambda i: len(leaves_of(fact, entries[i])))  # what stands alone first, the rest last
    rows = replace(table.rows, entries=tuple(entries[i] for i in order))
    return _Table(rows, table.columns, [squares[i] for i in order], table.left_out)


def _without_blanks(table: _Table) -> _Table:
    if table.rows.chosen:
        return table
    kept = [i for i, line in enumerate(table.squares) if any(s.view for s in line)]
    if not kept or len(kept) == len(table.squares):
        return table
    gone = tuple(e for i, e in enumerate(table.rows.entries) if i not in kept)
    rows = replace(table.rows, entries=tuple(table.rows.entries[i] for i in kept))
    return _Table(rows, table.columns, [table.squares[i] for i in kept], (*table.left_out, *gone))

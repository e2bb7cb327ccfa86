"""The facade: a library of policies, and a method for each verb. Only this file knows the order of the rooms."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from caveat.core.dates import Dated, dated, day_after
from caveat.core.decision import Decision
from caveat.core.errors import PolicyError, ScenarioError, Severity
from caveat.core.question import Asking, Question, asking
from caveat.core.scenario import Scenario, asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from caveat.core.decision import Answer
    from caveat.core.errors import Diagnostic
    from caveat.core.ir import Book, Grade
    from caveat.engines.compiled import Program
    from caveat.explain import Explanation
    from caveat.sources import Register
    from caveat.survey.matrix import Matrix
    from caveat.survey.timeline import Timeline
    from caveat.trial import Trial

ENGINES = ("compiled", "reference")
FIRST_FEW = 12
KEPT_PROGRAMS = 1_000
Day = date | str | None


def shipped_policies() -> Path:
    """The folder of the policies that come with this package."""
    inside = Path(__file__).parent / "policies"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "policies"


class Library:
    """A library of policies, loaded whole or not at all."""

    def __init__(self, book: Book) -> None:
        """Wrap a resolved book; use `Library.load` to read one."""
        self.book = book
        self._programs: dict[object, Program] = {}
        self._asked: dict[object, int] = {}

    @classmethod
    def load(cls, path: str | Path | None = None) -> Library:
        """Read the policies below `path`, or the shipped ones. PolicyError with every problem where there is one."""
        from caveat.shelf import load_book

        return cls(load_book(Path(path) if path is not None else shipped_policies(), shipped_policies()))

    @property
    def digest(self) -> str:
        """The digest of what the library means: equal for equal meaning, whatever the order of files and rules."""
        return self.book.digest

    def ask(self, scenario: Scenario | Mapping[str, object], *, as_of: Day = None, known_by: Day = None, grade: Grade | None = None, issuers: Iterable[str] = (), assumptions: bool = True) -> Asking:  # fmt: skip
        """The scenario made ready to be decided, any number of times. ScenarioError for unknown names and contradictions."""
        said = scenario if isinstance(scenario, Scenario) else Scenario(scenario)
        found = asked(self.book, said, assumptions=assumptions)
        day = _day(as_of, "as-of") if as_of is not None else found.date
        known = _day(known_by, "known-by")
        chosen = frozenset(self._issuer(i) for i in issuers) or None
        first, last = (day.earliest, day.latest) if day else (None, None)
        question = Question(found.sets, first, last, known.latest if known else _today(), grade, chosen)
        return asking(found.said, found.assumed, day, question, self._turning)

    def decide(self, scenario: Scenario | Mapping[str, object] | Asking, *, as_of: Day = None, known_by: Day = None, grade: Grade | None = None, issuers: Iterable[str] = (), assumptions: bool = True, engine: str = "compiled") -> Decision:  # fmt: skip
        """Was this use permitted? `as_of` defaults to the scenario's date, `known_by` to today.

        Raises ScenarioError for unknown names or contradictory facts, TooLargeError past a bound.
        """
        ready = (
            scenario
            if isinstance(scenario, Asking)
            else self.ask(scenario, as_of=as_of, known_by=known_by, grade=grade, issuers=issuers, assumptions=assumptions)
        )
        return Decision(ready, self.answer(ready, engine), self.book.digest, engine)

    def answer(self, ready: Asking, engine: str = "compiled") -> Answer:
        """The answer by the engine named; ValueError where there is no such engine."""
        if engine == "compiled":
            return self.program(ready.question, whole=False).answer(ready)
        if engine == "reference":
            from caveat.decide import answer
            from caveat.engines import reference

            return answer(self.book, ready.question, reference.cells(self.book, ready.question))
        raise ValueError(f"no engine `{engine}`; engines are {', '.join(ENGINES)}")

    def explain(self, scenario: Scenario | Mapping[str, object], *, as_of: Day = None, known_by: Day = None, grade: Grade | None = None, issuers: Iterable[str] = (), assumptions: bool = True) -> Explanation:  # fmt: skip
        """The decision with why, why not, what is missing, and which smallest change of facts would turn it."""
        from caveat.explain import explain

        ready = self.ask(scenario, as_of=as_of, known_by=known_by, grade=grade, issuers=issuers, assumptions=assumptions)
        program = self.program(ready.question)
        return explain(self.book, program, ready.question, Decision(ready, program.answer(ready), self.book.digest, "compiled"))

    def test(self, path: str | Path | None = None, *, only: Iterable[str] = (), known_by: Day = None, engine: str = "compiled", with_coverage: bool = False, threshold: float | None = None, progress: Callable[[int, int], None] | None = None) -> Trial:  # fmt: skip
        """Run the cases below `path` (default: the shipped ones) against this library.

        PolicyError for broken case files; ScenarioError where no case matches.
        """
        from caveat.load.cases import read_cases
        from caveat.trial import run

        files = read_cases(Path(path) if path is not None else shipped_policies(), self.book)
        return run(
            self.book,
            files,
            self.decide,
            only=tuple(only),
            known_by=known_by,
            engine=engine,
            with_coverage=with_coverage,
            threshold=threshold,
            progress=progress,
        )

    def timeline(self, scenario: Scenario | Mapping[str, object], *, clocks: Sequence[str] = ("held", "known"), since: Day = None, until: Day = None, as_of: Day = None, known_by: Day = None, grade: Grade | None = None, issuers: Iterable[str] = (), assumptions: bool = True) -> Timeline:  # fmt: skip
        """The answer over time on each clock asked for, with what changed it; see `caveat.survey.timeline`."""
        from caveat.survey.timeline import timeline

        first, last = _day(since, "from"), _day(until, "to")
        return timeline(
            self, scenario, clocks=clocks, since=first.earliest if first else None, until=last.latest if last else None,
            as_of=as_of, known_by=known_by, grade=grade, issuers=[self._issuer(i) for i in issuers], assumptions=assumptions,
        )  # fmt: skip

    def matrix(self, scenario: Scenario | Mapping[str, object] | Sequence[tuple[str, Scenario]], *, rows: str = "issuers", columns: str = "regions", row_values: Sequence[str] = (), column_values: Sequence[str] = (), as_of: Day = None, known_by: Day = None, grade: Grade | None = None, issuers: Iterable[str] = (), chain: bool = False, assumptions: bool = True) -> Matrix:  # fmt: skip
        """Many answers at once: rows by columns; see `caveat.survey.matrix`."""
        from caveat.survey.matrix import matrix

        return matrix(
            self, scenario, rows=rows, columns=columns, row_values=row_values, column_values=column_values, as_of=as_of, known_by=known_by,
            grade=grade, issuers=[self._issuer(i) for i in issuers], chain=chain, assumptions=assumptions,
        )  # fmt: skip

    def sources(self, **choice: Any) -> Register:  # noqa: ANN401
        """Every source with the statements and rules that rest on it; the choice is that of `caveat.sources.register`."""
        from caveat.sources import register

        return register(self.book, **choice)

    @staticmethod
    def lint(path: str | Path | None = None) -> list[Diagnostic]:
        """Every finding about the policies below `path` that does not keep them from loading; PolicyError where one does."""
        from caveat.analyse.lint import lint
        from caveat.shelf import build, with_vocabulary

        files = with_vocabulary(Path(path) if path is not None else shipped_policies(), shipped_policies())
        book, findings = build(files)
        return [*findings, *lint(book, {f.name: f.data.decode() for f in files})]

    def program(self, question: Question, *, whole: bool = True) -> Program:
        """The compiled program for the question's state of knowledge; compiled once.

        Not `whole`: the first few times a state of knowledge is asked about, only what the question needs is compiled.
        """
        day = (question.known_by, question.least_grade, question.issuers)
        program = self._programs.get(day)
        if program is not None:
            return program
        from caveat.engines.compiled import Program

        key = (self._knowledge(question.known_by), question.least_grade, question.issuers)
        program = self._programs.get(key)
        if program is None:
            self._asked[key] = self._asked.get(key, 0) + 1
            if not whole and self._asked[key] <= FIRST_FEW:
                return Program(self.book, question.known_by, question.least_grade, question.issuers, within=question.sets)
            program = self._programs[key] = Program(self.book, question.known_by, question.least_grade, question.issuers)
        if len(self._programs) < KEPT_PROGRAMS:
            self._programs[day] = program
        return program

    def _knowledge(self, known_by: date) -> int:
        """Which stretch of days, in which nothing new became known, a day lies in."""
        return bisect_right(self._telling, known_by)

    @cached_property
    def _turning(self) -> list[date]:
        """The days on which a rule begins or has ended, and the days after the last that an issuer's sources reach."""
        from caveat.core.force import turning_days

        covered = {day_after(i.covered_until.latest) for i in self.book.issuers.values() if i.covered_until}
        return sorted({*turning_days(self.book.rules), *covered})

    @cached_property
    def _telling(self) -> list[date]:
        from caveat.core.force import telling_days

        return sorted(set(telling_days(self.book.statements.values())))

    def _issuer(self, name: str) -> str:
        from caveat.core.errors import Diagnostic, did_you_mean
        from caveat.core.vocabulary import folded

        for issuer in self.book.issuers.values():
            if folded(name) in (folded(issuer.id), folded(issuer.name)):
                return issuer.id
        raise ScenarioError(
            [
                Diagnostic(
                    "unknown-issuer",
                    f"no issuer `{name}`",
                    None,
                    did_you_mean(name, list(self.book.issuers)) or "`caveat vocabulary issuers` lists them",
                )
            ]
        )


def _today() -> date:
    return date.today()  # noqa: DTZ011  (the day where the reader is)


def _day(value: Day, name: str) -> Dated | None:
    from caveat.core.errors import Diagnostic

    if value is None:
        return None
    try:
        return dated(value if isinstance(value, str) else value.isoformat())
    except ValueError as error:
        raise ScenarioError([Diagnostic("impossible-date", f"--{name}: {error}", None, "write 2024-05-30")]) from None


__all__ = ["ENGINES", "Library", "PolicyError", "ScenarioError", "Severity", "shipped_policies"]

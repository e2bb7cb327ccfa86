"""The facade: a library of policies, and a method for each verb. Only this file knows the order of the rooms."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from caveat.core.choices import AS_USUAL, Choices, ChoiceWords
from caveat.core.dates import Dated, dated, day_after
from caveat.core.decision import Decision
from caveat.core.errors import PolicyError, ScenarioError, Severity
from caveat.core.question import Asking, Question, asking
from caveat.core.scenario import Scenario, asked
from caveat.incidents.reported import case_of, read, split
from caveat.version import __version__

if TYPE_CHECKING:
    from caveat.cases.run import Trial
    from caveat.core.book import Book
    from caveat.core.decision import Answer
    from caveat.diff.difference import Asked, Difference
    from caveat.diff.sides import Written
    from caveat.engines.compiled import Program
    from caveat.engines.rete import Program as ReteProgram
    from caveat.explain.run import Explanation
    from caveat.incidents.case import Deriving
    from caveat.lint import Finding
    from caveat.load.place import Location, Place
    from caveat.matrix.run import Matrix
    from caveat.prove import Proofs
    from caveat.readings import Openness
    from caveat.record.replay import Replay
    from caveat.record.writer import Appended
    from caveat.sources.coverage import Coverage
    from caveat.sources.register import Narrowing, Register
    from caveat.timeline.run import Timeline
    from caveat.watch.watch import Watch

ENGINES = ("compiled", "reference", "rete")
FIRST_FEW = 12
KEPT_PROGRAMS = 1_000
Day = date | str | None
Uses = Scenario | Mapping[str, object]  # a use, whole or in part
Progress = Callable[[int, int], None] | None  # told how many are done, of how many


def shipped_policies() -> Path:
    """The folder of the policies that come with this package."""
    inside = Path(__file__).parent / "policies"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "policies"


def issuers_in(path: Location | Iterable[Location] | None) -> list[tuple[str, str]]:
    """The id and name of every issuer of well-formed files in these places, also where they do not load together."""
    from caveat.core.errors import CaveatError
    from caveat.store.shelf import issuers_of, stacked_files

    try:
        return issuers_of(stacked_files(path, shipped_policies()))
    except CaveatError:
        return []


class Library:
    """A library of policies, loaded whole or not at all."""

    def __init__(self, book: Book, *, only: bool = False) -> None:
        """Wrap a resolved book; use `Library.load` to read one. `only`: policies that a comparison names stand alone, too."""
        self.book, self.only = book, only
        self._programs: dict[object, Program] = {}
        self._asked: dict[object, int] = {}

    @classmethod
    def load(cls, path: Location | Iterable[Location] | None = None, *, only: bool = False) -> Library:
        """The shipped policies, and on them those of each path in turn: a folder, a file, or `REVISION:path` of git.

        An issuer of the same id replaces the one below. A folder with a vocabulary of its own takes the place of the shipped
        library; with `only`, the paths stand alone. PolicyError with every problem where there is one.
        """
        from caveat.store.shelf import load_book

        return cls(load_book(path, shipped_policies(), only=only), only=only)

    @property
    def digest(self) -> str:
        """The digest of what the library means: equal for equal meaning, whatever the order of files and rules."""
        return self.book.digest

    def ask(self, scenario: Uses, choices: Choices = AS_USUAL, **how: Unpack[ChoiceWords]) -> Asking:
        """The scenario made ready to be decided, any number of times. ScenarioError for unknown names and contradictions.

        What follows from its `reports`, if it has any, is brought to bear; not so without `derivations`.
        """
        said, reports = split(scenario if isinstance(scenario, Scenario) else Scenario(scenario))
        choices = choices.but(how)
        known, day, case = self._known_by(choices), _day(choices.as_of, "as-of"), None
        if reports is not None:
            incidents = read(self.book, said, reports)
            if choices.derivations:
                case = case_of(self._deriving, said, incidents, day, known, choices)
        found = asked(case.book if case else self.book, said, assumptions=choices.assumptions)
        day = day or found.date
        chosen = frozenset(self._issuer(i) for i in choices.issuers) or None
        first, last = (day.earliest, day.latest) if day else (None, None)
        question = Question(found.sets, first, last, known, choices.min_grade, chosen)
        ready = asking(found.said, found.assumed, day, question, self._turning, found.told)
        return replace(ready, case=case) if case else ready

    def decide(self, scenario: Uses | Asking, choices: Choices = AS_USUAL, *, engine: str = "compiled", **how: Unpack[ChoiceWords]) -> Decision:
        """Was this use permitted? The choices are those of `caveat.Choices`, whole or by keyword: `known_by="2024-06-01"`.

        Raises ScenarioError for unknown names or contradictory facts, TooLargeError past a bound.
        """
        ready = scenario if isinstance(scenario, Asking) else self.ask(scenario, choices, **how)
        return Decision(ready, self.answer(ready, engine), self.book.digest, engine)

    def answer(self, ready: Asking, engine: str = "compiled") -> Answer:
        """The answer by the engine named; ValueError where there is no such engine."""
        if ready.case is not None:
            return Library(ready.case.book).answer(replace(ready, case=None), engine)
        if engine == "compiled":
            return self.program(ready.question, whole=False).answer(ready)
        if engine == "reference":
            from caveat.engines import reference
            from caveat.engines.answer import answer

            return answer(self.book, ready.question, reference.cells(self.book, ready.question))
        if engine == "rete":
            from caveat.engines.answer import answer

            return answer(self.book, ready.question, self._rete.cells(ready.question))
        raise ValueError(f"no engine `{engine}`; engines are {', '.join(ENGINES)}")

    def explain(self, scenario: Uses, choices: Choices = AS_USUAL, **how: Unpack[ChoiceWords]) -> Explanation:
        """The decision with why, why not, what is missing, and which smallest change of facts would turn it."""
        from caveat.explain.run import explain

        ready = self.ask(scenario, choices, **how)
        program = (Library(ready.case.book) if ready.case else self).program(ready.question)
        return explain(self.book, program, ready.question, Decision(ready, program.answer(ready), self.book.digest, "compiled"))

    def test(
        self,
        path: Location | Iterable[Location] | None = None,
        *,
        only: Iterable[str] = (),
        known_by: Day = None,
        engine: str = "compiled",
        with_coverage: bool = False,
        threshold: float | None = None,
        progress: Progress = None,
    ) -> Trial:
        """Run the cases below `path` (default: the shipped ones) against this library.

        PolicyError for broken case files; ScenarioError where no case matches.
        """
        from caveat.cases.run import run
        from caveat.load.cases import read_cases

        files = [f for place in _below(path) for f in read_cases(place, self.book)]
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

    def prove(self, *paths: Location, only: Sequence[str] = (), known_by: Day = None, listed: int = 6, progress: Progress = None) -> Proofs:
        """Prove the claims below each path (default: the shipped ones), or in the claims file that it is, of this library; see `caveat.prove`.

        Of a claim that does not hold, at most `listed` regions are told. PolicyError for broken claims files;
        ScenarioError where no claim matches.
        """
        from caveat.prove import prove
        from caveat.resolve.claims import read_claims

        claims = [c for place in _below(paths) for c in read_claims(place, self.book)]
        day = _day(known_by, "known-by")
        return prove(self.book, claims, only=only, known_by=day.latest if day else None, listed=listed, progress=progress)

    def timeline(
        self,
        scenario: Uses,
        choices: Choices = AS_USUAL,
        *,
        clocks: Sequence[str] = ("held", "known"),
        since: Day = None,
        until: Day = None,
        **how: Unpack[ChoiceWords],
    ) -> Timeline:
        """The answer over time on each clock asked for, with what changed it; see `caveat.timeline.run`."""
        from caveat.timeline.run import timeline

        first, last = _day(since, "from"), _day(until, "to")
        span = (first.earliest if first else None, last.latest if last else None)
        return timeline(self, scenario, self._named(choices.but(how)), clocks=clocks, span=span)

    def matrix(
        self,
        scenario: Uses | Sequence[tuple[str, Scenario]],
        choices: Choices = AS_USUAL,
        *,
        rows: str = "issuers",
        columns: str = "regions",
        row_values: Sequence[str] = (),
        column_values: Sequence[str] = (),
        chain: bool = False,
        **how: Unpack[ChoiceWords],
    ) -> Matrix:
        """Many answers at once: rows by columns; see `caveat.matrix.run`."""
        from caveat.matrix.run import matrix

        wanted = ((rows, row_values), (columns, column_values))
        return matrix(self, scenario, self._named(choices.but(how)), axes=wanted, chain=chain)

    def diff(
        self,
        before: str,
        after: str,
        choices: Choices = AS_USUAL,
        *,
        where: Uses | None = None,
        chain: bool = False,
        cases: Sequence[tuple[str, Scenario]] | None = None,
        progress: Callable[[int], None] | None = None,
        **how: Unpack[ChoiceWords],
    ) -> Difference:
        """What changed, completely: exactly the scenarios whose verdict differs, as disjoint regions, and what the records say.

        A side is `US@2024-05-29`, `@2024-05-29` for all consents together, a file, a folder, or `REVISION:path` of git; see
        `caveat.diff`. `where` is a partial scenario that restricts it; `cases` are scenarios to be decided on either
        side. ScenarioError for sides and facts that are none, PolicyError for policies that do not load, TooLargeError past
        a bound: nothing is ever sampled.
        """
        from caveat.diff.ask import Wanted, compare

        choices = self._named(choices.but(how))
        known = _day(choices.known_by, "known-by")
        wanted = Wanted(
            where=where if isinstance(where, Scenario) else Scenario(where or {}),
            issuers=choices.issuers,
            chain=chain,
            as_of=_day(choices.as_of, "as-of"),
            known_by=known.latest if known else None,
            min_grade=choices.min_grade,
            cases=cases,
        )
        return compare(_Shelves(self), (before, after), wanted, _today(), progress)

    def readings(
        self,
        where: Uses | None = None,
        choices: Choices = AS_USUAL,
        *,
        names: Sequence[str] = (),
        in_full: bool = True,
        progress: Progress = None,
        **how: Unpack[ChoiceWords],
    ) -> Openness:
        """What the record leaves open, and what turns on it; see `caveat.readings`. `where` is a partial scenario that restricts it.

        `names` chooses readings by name or issuer (`*` stands for anything). Without `in_full` the values, answers and
        witnesses are left out, which is several times quicker. ScenarioError for names that choose nothing
        and facts that are none, TooLargeError past a bound: nothing is ever sampled.
        """
        from caveat.readings import asked_about, chosen, names_it, open_points

        choices = self._named(choices.but(how))
        sets, days = asked_about(self.book, where if isinstance(where, Scenario) else Scenario(where or {}))
        found = open_points(
            self.book,
            self._known_by(choices),
            issuers=choices.issuers,
            where=sets,
            days=days,
            least=choices.min_grade,
            in_full=lambda name: in_full and (not names or any(names_it(n, name) for n in names)),
            progress=progress,
        )
        return chosen(found, names)

    def sources(self, **choice: Unpack[Narrowing]) -> Register:
        """Every source with the statements and rules that rest on it; the choice is that of `caveat.sources.register.register`."""
        from caveat.sources.register import register

        return register(self.book, **choice)

    def coverage(self, issuers: Iterable[str] = ()) -> tuple[Coverage, ...]:
        """How far the record of each issuer, or of those named, reaches, and what was looked for; ScenarioError for one that is unknown."""
        from caveat.sources.coverage import coverage

        return coverage(self.book, [self._issuer(i) for i in issuers])

    @staticmethod
    def lint(
        path: Location | Iterable[Location] | None = None, *, only: bool = False, notes: bool = True, progress: Progress = None
    ) -> list[Finding]:
        """Every finding about the policies that stand in these places (default: the shipped ones); PolicyError where one keeps them from loading.

        Of the shipped library on which they stand, nothing is told. What is wrong with the cases and claims beside them is among them, as errors; none is run. What the files accept is among them, with the reason in `Finding.accepted`. Without `notes`, only errors and warnings.
        """
        from caveat.lint import lint
        from caveat.load.accepted import acceptances
        from caveat.load.stack import given
        from caveat.resolve.conjuncts import conjuncts_of
        from caveat.store.beside import problems_beside
        from caveat.store.shelf import build, stacked_files

        files = stacked_files(path, shipped_policies(), only=only)
        book, found = build(files)
        own = given(files)
        names = {f.shown for f in own}
        findings = [f for f in found if f.span is None or f.span.source.name in names]
        findings += [p for place in _below(path) for p in problems_beside(place, book)]
        return lint(
            book, {f.shown: f.data.decode("utf-8-sig") for f in files}, findings, files=names, tests_of=lambda rule: conjuncts_of(book, files, rule),
            accepted=acceptances(own), notes=notes, progress=progress,
        )  # fmt: skip

    def record(self, path: str | Path, decisions: Sequence[Decision], *, labels: Sequence[str] = (), assumptions: bool = True) -> Appended:
        """Append decisions to a record, all or none; `assumptions` is whether any were allowed. RecordError where that fails."""
        from caveat.record.write import record

        return record(self.book, Path(path), decisions, version=__version__, labels=labels, assumptions=assumptions)

    def replay(self, path: str | Path, *, engine: str | None = None, progress: Callable[[int], None] | None = None) -> Replay:
        """Decide a record's decisions again, and say of each difference what changed and why; see `caveat.record.replay`.

        RecordError where the file cannot be read; what is wrong with single lines is in what comes back.
        """
        from caveat.record.replay import replay

        return replay(self, Path(path), wrap=Library, engine=engine, progress=progress)

    def watch(self, journal: str | Path | None = None, *, clock: str | None = None, engine: str = "compiled", record: bool = False) -> Watch:
        """Open questions over a stream of lines, kept in a journal (None: until the process ends); see `caveat.watch`.

        `clock` is the day it is in a new journal, by default today; with `record`, records are kept for `recorder`.
        JournalError where the journal cannot be used, or is in use.
        """
        from caveat.watch.journal import Journal
        from caveat.watch.records import recording
        from caveat.watch.watch import Watch

        kept = Journal(Path(journal) if journal is not None else None)
        try:
            recorder = recording(self.book, kept, __version__) if record else None
            return Watch(self, kept, clock=clock or _today().isoformat(), engine=engine, recorder=recorder)
        except BaseException:
            kept.close()
            raise

    def recorder(self, path: str | Path, watch: Watch) -> tuple[Callable[[list[tuple[int, bytes]], Callable[[], bool]], None], int]:
        """What appends a watch's records to a file, and the number of the last that it holds."""
        from caveat.watch.records import appending

        return appending(self.book, watch.journal, Path(path), __version__)

    def program(self, question: Question, *, whole: bool = True) -> Program:
        """The compiled program for the question's state of knowledge; compiled once.

        Not `whole`: the first few times a state of knowledge is asked about, only what the question needs is compiled.
        """
        day = (question.known_by, question.min_grade, question.issuers)
        program = self._programs.get(day)
        if program is not None:
            return program
        from caveat.engines.compiled import Program

        key = (self._knowledge(question.known_by), question.min_grade, question.issuers)
        program = self._programs.get(key)
        if program is None:
            self._asked[key] = self._asked.get(key, 0) + 1
            if not whole and self._asked[key] <= FIRST_FEW:
                return Program(self.book, question.known_by, question.min_grade, question.issuers, within=question.sets)
            program = self._programs[key] = Program(self.book, question.known_by, question.min_grade, question.issuers)
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
        return sorted({*turning_days(self.book.rules, self.book.statements), *covered})

    @cached_property
    def _rete(self) -> ReteProgram:
        from caveat.engines.rete import Program as ReteProgram

        return ReteProgram(self.book)

    @cached_property
    def _deriving(self) -> Deriving:
        from caveat.incidents.case import Deriving

        return Deriving(self.book)

    @cached_property
    def _telling(self) -> list[date]:
        from caveat.core.force import telling_days

        return sorted(set(telling_days(self.book.statements.values())))

    def _named(self, choices: Choices) -> Choices:
        """The choices with every issuer by its id; ScenarioError for one that is unknown."""
        return choices.of(*(self._issuer(i) for i in choices.issuers))

    @staticmethod
    def _known_by(choices: Choices) -> date:
        known = _day(choices.known_by, "known-by")
        return known.latest if known else _today()

    def _issuer(self, name: str) -> str:
        from caveat.core.errors import Diagnostic, did_you_mean
        from caveat.core.vocabulary import issuer_named

        found = issuer_named(name, self.book.issuers, self.book.vocabulary)
        if found:
            return found
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


class _Shelves:
    """The policies that the sides of a comparison name, each loaded once, and who decides by them."""

    def __init__(self, library: Library) -> None:
        self._own = library
        self._libraries: dict[object, Library] = {None: library}

    @property
    def book(self) -> Book:
        return self._own.book

    def book_of(self, side: Written) -> Book:
        key = side.place and side.place.text
        if key not in self._libraries:
            self._libraries[key] = Library.load([side.place.text] if side.place else None, only=self._own.only)
        return self._libraries[key].book

    def verdict_of(self, side: Asked, scenario: Scenario) -> tuple[str, Mapping[str, frozenset[str]]]:
        library = next(known for known in self._libraries.values() if known.book is side.book)
        facts = {f: v for f, v in {**scenario.facts, **side.given}.items() if not self._is_only_others(library, f)}
        issuers = [side.issuer] if side.issuer else []
        try:
            ready = library.ask(
                Scenario(facts, places=scenario.places), as_of=side.as_of, known_by=side.known_by, min_grade=side.min_grade, issuers=issuers
            )
        except ScenarioError as error:
            if error.diagnostics[0].code != "contradiction":
                raise
            return error.diagnostics[0].code, {}
        verdict = library.answer(ready).verdict.value
        return verdict, {} if verdict == "no-say" else ready.question.sets

    def _is_only_others(self, library: Library, fact: str) -> bool:
        """Whether a fact is known to the other side's vocabulary alone."""
        known = [fact in v.facts or fact in v.several for v in (library.book.vocabulary, *(o.book.vocabulary for o in self._libraries.values()))]
        return not known[0] and any(known)


def _below(path: Location | Iterable[Location] | None) -> tuple[Place, ...]:
    """Where the cases and claims beside policies stand: the places given, or the shipped library."""
    from caveat.load.place import all_placed

    return all_placed(path) or all_placed(shipped_policies())


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

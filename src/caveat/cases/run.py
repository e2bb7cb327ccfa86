"""Policies on trial: every check of the case files is decided, and what came is held against what was expected.

In come a book, case files and the function that decides; out comes a Trial: a Result for each check in the order
written, and on request the Coverage of rules and statements. A check passes only where the verdict, and whatever else
its case expects, is as written. What goes wrong while deciding is an error, never a verdict.

A check without a `known_by` asks on all that the library knows: the last day on which anything became known. So the
same library gives the same results on any day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

from caveat.core.dates import dated
from caveat.core.errors import CaveatError, Diagnostic, ScenarioError, did_you_mean
from caveat.core.force import in_force, newest_day
from caveat.core.formula import FALSE
from caveat.core.logic import narrowed
from caveat.core.outcome import Verdict
from caveat.core.question import DATE
from caveat.core.scenario import Scenario, asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from caveat.core.book import Book, Rule
    from caveat.core.decision import Consent, Decision
    from caveat.load.cases import CaseFile, Check

CONTRADICTION = "contradiction"  # what may come instead of a verdict


class Decide(Protocol):
    """What decides a check: `Library.decide`, or anything that is called like it."""

    def __call__(self, scenario: Mapping[str, object], /, *, as_of: str | None, known_by: str, issuers: Sequence[str], engine: str) -> Decision:
        """The decision. ScenarioError for facts that contradict each other."""
        ...


class State(StrEnum):
    """How a check went. `error`: no answer came, for a reason that is not in the policies."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Result:
    """One check and how it went.

    `got` is the verdict that came, or `contradiction`, and empty where none came; `problems` says in words what
    is not as expected; `rules` are those that decided the binding consents.
    """

    check: Check
    state: State
    got: str
    problems: tuple[str, ...]
    rules: tuple[str, ...]
    known_by: str
    decision: Decision | None = field(default=None, repr=False)
    seconds: float = field(default=0.0, compare=False)


class Reach(StrEnum):
    """How far the checks reach a rule, best first."""

    DECIDED = "decided"  # a consent that needed no more facts
    OPEN = "open"  # only among what was possible while facts were missing
    SET_ASIDE = "set-aside"  # applied, and was defeated each time
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """How far the checks reach one rule.

    `met`: its condition held in some check; `missed`: it was in force and its issuer was asked, and its condition did not
    hold. `excused`: why no case is expected to reach it; empty where none is given.
    """

    rule: str
    reach: Reach
    met: bool
    missed: bool
    excused: str

    @property
    def counts(self) -> bool:
        """Whether it is expected to be reached: an excuse counts only for as long as it is needed."""
        return not self.excused or self.reach == Reach.DECIDED


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the checks reach: every rule in the order of ids, and the statements no check touches.

    A statement is touched when a rule that rests on it decided or was set aside, or when its reading mattered.
    """

    rules: tuple[RuleCoverage, ...]
    untouched: tuple[str, ...]

    @property
    def counted(self) -> tuple[int, int]:
        """How many rules decided, of how many that are expected to."""
        expected = [r for r in self.rules if r.counts]
        return sum(r.reach == Reach.DECIDED for r in expected), len(expected)

    @property
    def percent(self) -> float:
        """Rules that decided, per hundred that are expected to; 100 where none is."""
        decided, expected = self.counted
        return 100 * decided / expected if expected else 100.0


@dataclass(frozen=True, slots=True)
class Trial:
    """The outcome of all checks. `known_by` is the day used where a check gives none, `threshold` the percentage wanted."""

    results: tuple[Result, ...]
    coverage: Coverage | None
    threshold: float | None
    known_by: str
    digest: str
    engine: str

    @property
    def passed(self) -> bool:
        """Whether nothing failed, nothing went wrong, and enough is covered."""
        return not self.is_short and all(r.state in (State.PASSED, State.SKIPPED) for r in self.results)

    @property
    def is_short(self) -> bool:
        """Whether fewer rules are covered than wanted."""
        if self.coverage is None or self.threshold is None:
            return False
        decided, expected = self.coverage.counted
        return 100 * decided < self.threshold * expected

    def count(self, state: State) -> int:
        """How many checks went this way."""
        return sum(r.state == state for r in self.results)


def run(
    book: Book,
    files: Sequence[CaseFile],
    decide: Decide,
    *,
    only: Sequence[str] = (),
    known_by: date | str | None = None,
    engine: str = "compiled",
    with_coverage: bool = False,
    threshold: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Trial:
    """Decide every check that a pattern of `only` chooses, or all.

    `threshold` is the percentage of rules that must be covered; `progress` is told how many checks are done, of how many.
    ScenarioError where there is no check, a pattern chooses none, or `known_by` is no day.
    """
    checks = chosen(files, only)
    day = _day(known_by) if known_by is not None else newest_day(book).isoformat()
    done: dict[int, Result] = {}
    by_knowledge = sorted(range(len(checks)), key=lambda i: (checks[i].known_by or day, checks[i].issuers))
    for number, i in enumerate(by_knowledge, 1):
        done[i] = tried(checks[i], decide, checks[i].known_by or day, engine)
        if progress is not None:
            progress(number, len(checks))
    results = tuple(done[i] for i in range(len(checks)))
    excuses = {rule: why for file in files for rule, why in file.uncovered.items()}
    found = coverage(book, results, excuses) if with_coverage or threshold is not None else None
    return Trial(results, found, threshold, day, book.digest, engine)


def _day(known_by: date | str) -> str:
    try:
        return str(dated(str(known_by)))
    except ValueError as error:
        raise ScenarioError([Diagnostic("impossible-date", f"--known-by: {error}", None, "write 2024-05-30")]) from None


# -- which checks


def chosen(files: Sequence[CaseFile], only: Sequence[str]) -> list[Check]:
    """The checks that some pattern chooses, in the order written; ScenarioError where there are none."""
    checks = [check for file in files for check in file.checks]
    if not checks:
        raise ScenarioError(
            [Diagnostic("no-cases", "there is no case below the policies", None, "write a `NAME.cases.yaml` beside a policy; `caveat test --help`")]
        )
    names = {id(check): _names(check) for check in checks}
    idle = [pattern for pattern in only if not any(_matches(pattern, names[id(c)]) for c in checks)]
    if idle:
        known = list(dict.fromkeys(c.case for c in checks))
        tip = "a pattern names a case, a `file:case`, or an issuer; `*` stands for anything"
        raise ScenarioError([Diagnostic("unknown-case", f"no case matches `{p}`", None, did_you_mean(p, known) or tip) for p in idle])
    return [c for c in checks if not only or any(_matches(pattern, names[id(c)]) for pattern in only)]


def _names(check: Check) -> set[str]:
    """The names a check goes by: case, check, file, file and either; its folder; every issuer its case names."""
    own = {check.case, check.name}
    folder = check.file.partition("/")[0] if "/" in check.file else ""
    issuers = {*check.issuers, *check.consents, *(rule.partition("/")[0] for rule in check.rules), folder} - {""}
    return own | {check.file, *(f"{check.file}:{name}" for name in own)} | issuers


def _matches(pattern: str, names: Iterable[str]) -> bool:
    return any(fnmatchcase(name.casefold(), pattern.casefold()) for name in names)


# -- one check


def tried(check: Check, decide: Decide, known_by: str, engine: str = "compiled") -> Result:
    """One check, decided and judged."""
    if check.skip:
        return Result(check, State.SKIPPED, "", (), (), known_by)
    began = perf_counter()
    decision = None
    try:
        decision = decide(check.facts, as_of=check.as_of, known_by=known_by, issuers=check.issuers, engine=engine)
    except ScenarioError as error:
        instead = next((d for d in error.diagnostics if d.code == CONTRADICTION), None)
        if instead is None:
            return Result(check, State.ERROR, "", tuple(d.message for d in error.diagnostics), (), known_by)
        got, problems = instead.code, _instead(check, instead)
    except CaveatError as error:
        return Result(check, State.ERROR, "", (str(error),), (), known_by, None, perf_counter() - began)
    else:
        got, problems = decision.verdict.value, [p for part in (_verdict, _rules, _missing, _consents) for p in part(check, decision)]
    rules = deciding(decision) if decision else ()
    return Result(check, State.FAILED if problems else State.PASSED, got, tuple(problems), rules, known_by, decision, perf_counter() - began)


def deciding(decision: Decision) -> tuple[str, ...]:
    """The rules that decided the binding consents, sorted."""
    return tuple(sorted({rule for c in decision.consents if c.issuer in decision.binding for rule in c.rules}))


def _instead(check: Check, found: Diagnostic) -> list[str]:
    return [] if check.expect == found.code else [f"expected {check.expect}, came {found.code}: {found.message}"]


def _verdict(check: Check, decision: Decision) -> Iterable[str]:
    if check.expect != decision.verdict.value:
        yield f"expected {check.expect}, came {decision.verdict.value}"


def _rules(check: Check, decision: Decision) -> Iterable[str]:
    found = deciding(decision)
    aside = {rule: by for c in decision.consents for rule, by in c.set_aside}
    for rule in check.rules:
        if rule not in found:
            why = f": it was set aside by {aside[rule]}" if rule in aside else ""
            yield f"expected {rule} to decide, and it did not{why}"


def _missing(check: Check, decision: Decision) -> Iterable[str]:
    if check.missing and set(check.missing) not in [set(facts) for facts in decision.missing]:
        settle = "; or ".join(" and ".join(facts) for facts in decision.missing)
        yield f"expected {' and '.join(check.missing)} to settle it, " + (f"what settles it is: {settle}" if settle else "nothing is missing")


def _consents(check: Check, decision: Decision) -> Iterable[str]:
    came = {c.issuer: c.verdict.value for c in decision.consents}
    for issuer, expected in check.consents.items():
        got = came.get(issuer, Verdict.NO_SAY.value)
        if got != expected:
            yield f"expected {expected} of {issuer}, came {got}"


# -- coverage


def coverage(book: Book, results: Iterable[Result], excuses: Mapping[str, str]) -> Coverage:
    """What the decisions of all results reach."""
    decisions = [(r, r.decision) for r in results if r.decision is not None]
    consents = [consent for _, decision in decisions for consent in decision.consents]
    settled = [c for c in consents if c.verdict != "needs-facts"]
    decided = {rule for c in settled for rule in c.rules}
    possible = {rule for c in consents for rule in c.rules}
    aside = {rule for c in consents for rule, _ in c.set_aside}
    met = decided | {rule for c in settled for rule, _ in c.set_aside}
    missed = _missed(book, decisions)
    rules = []
    for rule in book.rules:
        reach = next(
            (reach for reach, ids in ((Reach.DECIDED, decided), (Reach.OPEN, possible), (Reach.SET_ASIDE, aside)) if rule.id in ids), Reach.NEVER
        )
        rules.append(RuleCoverage(rule.id, reach, rule.id in met, rule.id in missed, excuses.get(rule.id, "")))
    return Coverage(tuple(rules), _untouched(book, possible | aside, consents))


def _missed(book: Book, decisions: Iterable[tuple[Result, Decision]]) -> set[str]:
    """The rules whose condition did not hold in some check on a day they were in force, while their issuer had a say."""
    left: dict[str, list[Rule]] = {}
    superseding: dict[str, list[Rule]] = {}
    for rule in book.rules:
        left.setdefault(rule.issuer, []).append(rule)
        for older in rule.supersedes:
            superseding.setdefault(older, []).append(rule)
    sets_of: dict[str, Mapping[str, frozenset[str]]] = {}
    missed: set[str] = set()
    for result, decision in decisions:
        day = decision.as_of
        if day is None or not day.is_exact or not any(left.get(c.issuer) for c in decision.consents):
            continue
        facts = {fact: value for fact, value in result.check.facts.items() if fact != DATE}
        key = repr(sorted(facts.items(), key=str))
        if key not in sets_of:
            sets_of[key] = asked(book, Scenario(facts)).sets
        for consent in decision.consents:
            own = left.get(consent.issuer, [])
            here = [r for r in own if narrowed(r.condition, sets_of[key]) == FALSE]
            now = {r.id for r in here if in_force(r, superseding.get(r.id, ()), book.statements, day.earliest, decision.known_by, None) != FALSE}
            missed |= now
            left[consent.issuer] = [r for r in own if r.id not in now]
    return missed


def _untouched(book: Book, rules: set[str], consents: Iterable[Consent]) -> tuple[str, ...]:
    """The statements with an effect on which no rule or reading of these rests."""
    resting = {s for rule in book.rules if rule.id in rules for s in rule.statements}
    resting |= {s for c in consents for a in c.readings for s in book.readings[a.point].statements}
    bearing = {s for rule in book.rules for s in rule.statements} | {s.id for s in book.statements.values() if s.no_effect is None}
    return tuple(sorted(bearing - resting))


__all__ = ["Coverage", "Decide", "Reach", "Result", "RuleCoverage", "State", "Trial", "chosen", "coverage", "run", "tried"]

"""The machine's form of a trial: `caveat/test/1`, the same for the same library and cases on any day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.cases.run import State
from caveat.report.to_data import library_data, said_data

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from caveat.cases.data import CheckData, CoverageData, RuleReachData, TrialData
    from caveat.cases.run import Coverage, Result, Trial
    from caveat.core.book import Book


def trial_data(book: Book, trial: Trial, command: Callable[[Result], Sequence[str]]) -> TrialData:
    """The trial as plain data, ready for JSON."""
    return {
        "schema": "caveat/test/1",
        "passed": trial.passed,
        "counts": {state: trial.count(state) for state in State},
        "known_by": trial.known_by,
        "checks": [_check(r, command(r)) for r in trial.results],
        "coverage": _coverage_data(trial.coverage) if trial.coverage else None,
        "threshold": trial.threshold,
        "library": library_data(book),
        "engine": trial.engine,
    }


def _check(result: Result, command: Sequence[str]) -> CheckData:
    check = result.check
    return {
        "file": check.file,
        "line": check.line,
        "case": check.case,
        "row": check.row or None,
        "column": check.column or None,
        "state": result.state,
        "expected": check.expect,
        "got": result.got or None,
        "problems": list(result.problems),
        "rules": list(result.rules),
        "scenario": {fact: said_data(value) for fact, value in check.facts.items()},
        "as_of": check.as_of,
        "known_by": result.known_by,
        "issuers": list(check.issuers),
        "note": check.note,
        "skip": check.skip,
        "command": " ".join(command),
    }


def _coverage_data(coverage: Coverage) -> CoverageData:
    decided, expected = coverage.counted
    rules: list[RuleReachData] = [
        {"rule": r.rule, "reach": r.reach, "met": r.met, "missed": r.missed, "excused": r.excused or None} for r in coverage.rules
    ]
    return {
        "percent": round(coverage.percent, 4),
        "decided": decided,
        "expected": expected,
        "rules": rules,
        "untouched_statements": list(coverage.untouched),
    }

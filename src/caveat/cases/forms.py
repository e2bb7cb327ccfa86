"""A trial as people read it, and as the JUnit XML that build servers show.

The text is the same for the same library and cases on any day; only JUnit holds how long a check took.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from caveat.cases.run import Reach, State
from caveat.core.errors import printable
from caveat.report.command import decide_command, folded
from caveat.report.page_text import Page
from caveat.report.policies import TITLE, policies_words
from caveat.report.wording import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from caveat.cases.run import Coverage, Result, RuleCoverage, Trial
    from caveat.core.book import Book
    from caveat.report.command import Options

STYLES = {State.FAILED: "1;31", State.ERROR: "1;33"}
BAD = (State.FAILED, State.ERROR)


def command_of(result: Result, engine: str = "compiled", flags: Mapping[str, str] | None = None, policies: Options = ()) -> list[str]:
    """The command that decides the check again, in pieces that belong on one line each: `caveat decide`, `--weapon f-16`.

    `flags` names the flag of a fact that has one of its own; all others go through `--fact`.
    """
    check = result.check
    options: list[tuple[str, str | bool | None]] = [("--as-of", check.as_of), ("--known-by", result.known_by)]
    options += [("--issuer", issuer) for issuer in check.issuers]
    options += [("--engine", engine if engine != "compiled" else None), *policies]
    return decide_command(check.facts, options, flags)


# -- text


def trial_text(book: Book, trial: Trial, command: Callable[[Result], Sequence[str]], *, width: int = 80, colour: bool = False, quiet: bool = False) -> str:  # fmt: skip
    """Each file with its counts, every failure with the command that repeats it, coverage, and the summary last.

    `quiet` leaves out the files, what was skipped, and the lists behind the coverage.
    """
    page = Page(width, colour=colour)
    if not quiet:
        _files(page, trial.results)
    for result in trial.results:
        if result.state in BAD:
            _failure(page, result, command(result))
    if trial.coverage is not None:
        _coverage(page, trial, trial.coverage, quiet=quiet)
    page.gap()
    _summary(page, book, trial)
    return str(page)


def _files(page: Page, results: Sequence[Result]) -> None:
    """One line a file, and below it what was skipped and why."""
    by_file: dict[str, list[Result]] = {}
    for result in results:
        by_file.setdefault(result.check.file, []).append(result)
    longest = max((len(name) for name in by_file), default=0)
    for name, own in by_file.items():
        page.add(f"{name.ljust(longest)}  {_counts(Counter(r.state for r in own))}", hang="  ")
        skipped = {r.check.case: r for r in own if r.state is State.SKIPPED}
        for case, result in skipped.items():
            page.add(f"skipped {case}: {result.check.skip}", indent="  ", hang="    ", style="2")


def _counts(counts: Mapping[State, int]) -> str:
    words = {State.PASSED: "passed", State.FAILED: "failed", State.ERROR: "not decided", State.SKIPPED: "skipped"}
    return ", ".join(f"{counts[s]} {words[s]}" for s in State if counts.get(s)) or "nothing asked"


def _failure(page: Page, result: Result, command: Sequence[str]) -> None:
    """What was expected, what came, which rules decided, and the command that repeats it."""
    page.gap()
    page.add(f"{result.state.upper()} {result.check.place} {result.check.name}", hang="  ", style=STYLES[result.state])
    for problem in result.problems:
        page.add(problem, indent="  ", hang="    ")
    if result.decision is not None:
        page.add(f"decided by {listed(result.rules)}" if result.rules else "no rule decided", indent="  ", hang="    ")
    if result.check.note:
        page.add(f"note: {result.check.note}", indent="  ", hang="    ", style="2")
    page.lines += folded(command, page.width)


def _summary(page: Page, book: Book, trial: Trial) -> None:
    bad = trial.count(State.FAILED) + trial.count(State.ERROR)
    cases = len({(r.check.file, r.check.case) for r in trial.results})
    checks, those = len(trial.results), f"{cases} case{'s' * (cases != 1)}"
    counts = _counts(Counter(r.state for r in trial.results))
    head = f"FAILED: {bad} of {checks} checks" if bad else f"PASSED: {checks} check{'s' * (checks != 1)}"
    page.add(f"{head} in {those} ({counts}), on what was publicly known by {trial.known_by}.", hang="  ", style="1;31" if bad else "1;34")
    if words := policies_words(book):
        page.add(f"{TITLE}: {words}.", hang="  ", style="33")
    if trial.is_short and trial.coverage is not None:
        page.add(f"FAILED: {_percent(trial.coverage)}% of the rules are covered, and {trial.threshold:g}% are wanted.", hang="  ", style="1;31")


def _coverage(page: Page, trial: Trial, coverage: Coverage, *, quiet: bool) -> None:
    decided, expected = coverage.counted
    excused = len(coverage.rules) - expected
    page.gap()
    wanted = f", {trial.threshold:g}% wanted" if trial.threshold is not None else ""
    share = f"{decided} of {expected} rules decided a check ({_percent(coverage)}%{wanted})"
    page.add(f"Coverage: {share}" + (f"; {excused} excused" if excused else ""), style="1;31" if trial.is_short else "1")
    if quiet:
        return
    left = [r for r in coverage.rules if r.counts]
    _rule_lines(page, "Rules that only ever decided among what was possible, while facts were missing", left, lambda r: r.reach == Reach.OPEN)
    _rule_lines(page, "Rules that were only ever set aside", left, lambda r: r.reach == Reach.SET_ASIDE)
    _rule_lines(page, "Rules that never applied", left, lambda r: r.reach == Reach.NEVER)
    _rule_lines(page, "Rules that were never seen not to apply", left, lambda r: r.met and not r.missed)
    for rule in coverage.rules:
        if not rule.counts:
            page.add(f"excused {rule.rule}: {rule.excused}", indent="  ", hang="    ", style="2")
    _rule_lines(page, "Excused, yet they decided: delete the excuse", coverage.rules, lambda r: bool(r.excused) and r.counts)
    _by_issuer(page, "Statements that no check touches", coverage.untouched)


def _rule_lines(page: Page, title: str, rules: Sequence[RuleCoverage], which: Callable[[RuleCoverage], bool]) -> None:
    _by_issuer(page, title, [r.rule for r in rules if which(r)])


def _by_issuer(page: Page, title: str, ids: Iterable[str]) -> None:
    """A title with its count, and a paragraph for each issuer; nothing where there is nothing to list."""
    groups: dict[str, list[str]] = {}
    for ident in ids:
        issuer, _, name = ident.partition("/")
        groups.setdefault(issuer, []).append(name)
    if groups:
        page.add(f"{title} ({sum(map(len, groups.values()))}):", indent="  ", hang="    ")
    for issuer, names in groups.items():
        page.add(f"{issuer}: {', '.join(names)}", indent="    ", hang="      ")


def _percent(coverage: Coverage) -> str:
    """Per cent to one decimal, cut and not rounded: 100 means all."""
    decided, expected = coverage.counted
    tenths = 1000 * decided // expected if expected else 1000
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)


# -- JUnit


def trial_junit(trial: Trial, command: Callable[[Result], Sequence[str]]) -> str:
    """The trial as JUnit XML: a suite for each file, a test case for each check."""
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    root = Element("testsuites", _totals("caveat", trial.results))
    by_file: dict[str, list[Result]] = {}
    for result in trial.results:
        by_file.setdefault(result.check.file, []).append(result)
    for name, own in by_file.items():
        suite = SubElement(root, "testsuite", _totals(name, own))
        for result in own:
            check = result.check
            case = SubElement(suite, "testcase", {"classname": printable(name), "name": printable(check.name), "file": printable(name), "line": str(check.line), "time": f"{result.seconds:.3f}"})  # fmt: skip
            if result.state is State.SKIPPED:
                SubElement(case, "skipped", message=printable(check.skip or ""))
            elif result.state in BAD:
                kind = "failure" if result.state is State.FAILED else "error"
                node = SubElement(case, kind, message=printable("; ".join(result.problems)), type=result.got or "error")
                node.text = printable(f"decided by {listed(result.rules) or 'no rule'}") + "\n" + " ".join(command(result))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _totals(name: str, results: Sequence[Result]) -> dict[str, str]:
    counts = Counter(r.state for r in results)
    numbers = {"tests": len(results), "failures": counts[State.FAILED], "errors": counts[State.ERROR], "skipped": counts[State.SKIPPED]}
    return {"name": printable(name), **{key: str(n) for key, n in numbers.items()}, "time": f"{sum(r.seconds for r in results):.3f}"}

"""A trial as a document: each file with its counts, what failed and how to repeat it, coverage, the summary last."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from caveat.cases.run import Reach, State
from caveat.report.command import decide_command
from caveat.report.document import Bullets, Caps, Command, Document, Heading, Item, Paragraph, Tone
from caveat.report.policies import policies_blocks
from caveat.report.wording import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from caveat.cases.run import Coverage, Result, Trial
    from caveat.core.book import Book
    from caveat.report.command import Options
    from caveat.report.document import Block

TONES = {State.FAILED: Tone.BAD, State.ERROR: Tone.DOUBT}
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


# -- the document


def trial_story(book: Book, trial: Trial, command: Callable[[Result], Sequence[str]], *, quiet: bool = False) -> Document:
    """Each file with its counts, every failure with the command that repeats it, coverage, and the summary last.

    `quiet` leaves out the files, what was skipped, and the lists behind the coverage.
    """
    files = () if quiet else _files(trial.results)
    failures = [block for r in trial.results if r.state in BAD for block in _failure(r, command(r))]
    coverage = _coverage(trial, trial.coverage, quiet=quiet) if trial.coverage is not None else ()
    return Document((*files, *failures, *coverage, *_summary(book, trial)))


def _files(results: Sequence[Result]) -> Iterator[Block]:
    """One line a file, and below it what was skipped and why."""
    files = by_file(results)
    longest = max(map(len, files), default=0)
    items = []
    for name, own in files.items():
        skipped = {r.check.case: r.check.skip for r in own if r.state is State.SKIPPED}
        below = tuple(Item(f"skipped {case}: {why}", tone=Tone.SOFT, bullet="") for case, why in skipped.items())
        items.append(Item(f"{name.ljust(longest)}  {_counts(Counter(r.state for r in own))}", below, bullet=""))
    if items:
        yield Bullets(tuple(items))


def by_file(results: Sequence[Result]) -> dict[str, list[Result]]:
    """What came of the checks of each file."""
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(result.check.file, []).append(result)
    return found


def _counts(counts: Mapping[State, int]) -> str:
    words = {State.PASSED: "passed", State.FAILED: "failed", State.ERROR: "not decided", State.SKIPPED: "skipped"}
    return ", ".join(f"{counts[s]} {words[s]}" for s in State if counts.get(s)) or "nothing asked"


def _failure(result: Result, command: Sequence[str]) -> Iterator[Block]:
    """What was expected, what came, which rules decided, and the command that repeats it."""
    yield Heading(2, (Caps(result.state.value), f" {result.check.place} {result.check.name}"), TONES[result.state])
    for problem in result.problems:
        yield Paragraph(problem, labelled=True)
    if result.decision is not None:
        yield Paragraph(f"decided by {listed(result.rules)}" if result.rules else "no rule decided", labelled=True)
    if result.check.note:
        yield Paragraph(f"note: {result.check.note}", Tone.SOFT, labelled=True)
    yield Command(tuple(command))


def _summary(book: Book, trial: Trial) -> Iterator[Block]:
    bad = trial.count(State.FAILED) + trial.count(State.ERROR)
    cases = len({(r.check.file, r.check.case) for r in trial.results})
    checks, those = len(trial.results), f"{cases} case{'s' * (cases != 1)}"
    counts = _counts(Counter(r.state for r in trial.results))
    head = f"{bad} of {checks} checks" if bad else f"{checks} check{'s' * (checks != 1)}"
    told = f": {head} in {those} ({counts}), on what was publicly known by {trial.known_by}."
    yield Heading(2, (Caps("failed" if bad else "passed"), told), Tone.BAD if bad else Tone.GOOD)
    yield from policies_blocks(book)
    if trial.is_short and trial.coverage is not None:
        yield Paragraph((Caps("failed"), f": {_percent(trial.coverage)}% of the rules are covered, and {trial.threshold:g}% are wanted."), Tone.BAD)


def _coverage(trial: Trial, coverage: Coverage, *, quiet: bool) -> Iterator[Block]:
    decided, expected = coverage.counted
    excused = len(coverage.rules) - expected
    wanted = f", {trial.threshold:g}% wanted" if trial.threshold is not None else ""
    share = f"{decided} of {expected} rules decided a check ({_percent(coverage)}%{wanted})"
    yield Heading(2, f"Coverage: {share}" + (f"; {excused} excused" if excused else ""), Tone.BAD if trial.is_short else Tone.PLAIN)
    items = [] if quiet else list(_uncovered(coverage))
    if items:
        yield Bullets(tuple(items))


def _uncovered(coverage: Coverage) -> Iterator[Item]:
    left = [r for r in coverage.rules if r.counts]
    lists: tuple[tuple[str, list[str]], ...] = (
        ("Rules that only ever decided among what was possible, while facts were missing", [r.rule for r in left if r.reach == Reach.OPEN]),
        ("Rules that were only ever set aside", [r.rule for r in left if r.reach == Reach.SET_ASIDE]),
        ("Rules that never applied", [r.rule for r in left if r.reach == Reach.NEVER]),
        ("Rules that were never seen not to apply", [r.rule for r in left if r.met and not r.missed]),
    )
    yield from (_by_issuer(title, ids) for title, ids in lists if ids)
    yield from (Item(f"excused {r.rule}: {r.excused}", tone=Tone.SOFT, bullet="") for r in coverage.rules if not r.counts)
    needless = [r.rule for r in coverage.rules if r.excused and r.counts]
    more = (("Excused, yet they decided: delete the excuse", needless), ("Statements that no check touches", coverage.untouched))
    yield from (_by_issuer(title, ids) for title, ids in more if ids)


def _by_issuer(title: str, ids: Sequence[str]) -> Item:
    """A title with its count, and below it a line for each issuer."""
    groups: dict[str, list[str]] = {}
    for ident in ids:
        issuer, _, name = ident.partition("/")
        groups.setdefault(issuer, []).append(name)
    below = tuple(Item(f"{issuer}: {', '.join(names)}", bullet="") for issuer, names in groups.items())
    return Item(f"{title} ({len(ids)}):", below, bullet="")


def _percent(coverage: Coverage) -> str:
    """Per cent to one decimal, cut and not rounded: 100 means all."""
    decided, expected = coverage.counted
    tenths = 1000 * decided // expected if expected else 1000
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)

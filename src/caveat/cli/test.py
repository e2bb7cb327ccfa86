"""`caveat test`."""

# ruff: noqa: PT028  (a verb of the command line, not a test of pytest)

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from caveat.cli import options as o
from caveat.cli.output import policy_files, refuse_one_file_twice
from caveat.cli.progress import progress

if TYPE_CHECKING:
    from caveat.cases.run import Result


class TrialFormat(str, Enum):  # noqa: UP042
    """How results are written."""

    text = "text"
    json = "json"


Globs = Annotated[o.Names, typer.Argument(metavar="[GLOB]...", help="Only these: a case, a `file:case` or an issuer; `*` stands for anything.")]
KnownBy = Annotated[
    o.Text, typer.Option("--known-by", metavar="DATE", help="For cases that give no day (default: the last on which anything became known).")
]
Junit = Annotated[Optional[Path], typer.Option("--junit", metavar="FILE", help="Write JUnit XML to this file as well.")]  # noqa: UP045
As = Annotated[TrialFormat, typer.Option("--format", "-f", help="How to write the result.")]
WithCoverage = Annotated[bool, typer.Option("--coverage", help="Say which rules and statements the cases reach.")]
Percent = Optional[float]  # noqa: UP045
Threshold = Annotated[Percent, typer.Option("--threshold", metavar="PERCENT", min=0, max=100, help="Fail below this coverage; implies --coverage.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Failures and the summary only.")]


@o.takes_policies
def test(
    only: Globs = None,
    policies: o.Policies = o.SHIPPED,
    engine: o.With = o.Engine.compiled,
    known_by: KnownBy = None,
    junit: Junit = None,
    format: As = TrialFormat.text,
    coverage: WithCoverage = False,
    threshold: Threshold = None,
    quiet: Quiet = False,
) -> None:
    """Run the cases that stand beside the policies (`*.cases.yaml`): does each use come out as expected?

    Exits with 1 if a check fails or coverage is below the threshold, with 3 if a case file is broken.
    """
    from caveat.cases.story import command_of, trial_story

    if junit is not None:
        refuse_one_file_twice([("--junit", junit), ("standard output", 1), *policy_files(policies.places)])
    library = o.load(policies)

    def command(result: Result) -> list[str]:
        return command_of(result, engine.value, o.FLAG_OF, policies.options)

    trial = library.test(
        policies.places, only=only or (), known_by=known_by, engine=engine.value, with_coverage=coverage, threshold=threshold,
        progress=progress("checks"),
    )  # fmt: skip
    if format is TrialFormat.json:
        from caveat.cases.to_json import trial_data
        from caveat.report.canonical_json import to_json

        o.write(to_json(trial_data(library.book, trial, command)), format.value)
    else:
        o.write(o.told(trial_story(library.book, trial, command, quiet=quiet), format.value))
    if junit is not None:
        from caveat.cases.to_junit import trial_junit

        o.save(trial_junit(trial, command), junit, "junit")
    if not trial.passed:
        raise typer.Exit(1)

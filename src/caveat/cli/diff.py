"""`caveat diff`."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from caveat.cli import options as o
from caveat.cli import survey as s
from caveat.cli.output import policy_files, refuse_one_file_twice
from caveat.cli.progress import counter
from caveat.core.choices import AS_USUAL, Choices

if TYPE_CHECKING:
    from caveat.diff.difference import Difference
    from caveat.library import Library
    from caveat.report.command import Options


class DiffFormat(str, Enum):  # noqa: UP042  (typer shows its values)
    """How a difference is written."""

    text = "text"
    markdown = "markdown"
    json = "json"
    html = "html"


SIDE = "`US@2024-05-29`, `@2024-05-29` for all consents, a file or folder, or `REVISION:path` of git; `,known-by=DATE` may follow."
Before = Annotated[str, typer.Argument(metavar="BEFORE", help=SIDE)]
After = Annotated[str, typer.Argument(metavar="AFTER", help="The same, of the later side.")]
Chain = Annotated[bool, typer.Option("--chain", help="Compare whole uses, with everyone whose say counts.")]
Cases = Annotated[Optional[Path], typer.Option("--cases", metavar="FILE", help="Scenarios (YAML, JSON, JSON lines): say which of them change.")]  # noqa: UP045
_WITNESS = "Write a scenario of each part of each change into this folder, named by their numbers in the report."
Witnesses = Annotated[Optional[str], typer.Option("--witness", metavar="DIR", help=_WITNESS)]  # noqa: UP045
As = Annotated[Optional[DiffFormat], typer.Option("--format", "-f", help="How to write it (default: by the name of --output, else text).")]  # noqa: UP045
Everything = Annotated[bool, typer.Option("--all", help="Tell in full also what lies beyond the usual assumptions.")]


@o.takes_facts
@o.takes_policies
@o.takes_choices("no_assumptions", "no_derivations")
def diff(
    where: Any,  # noqa: ANN401  (a Scenario: typer reads this before it is loaded)
    before: Before,
    after: After,
    choices: Choices = AS_USUAL,
    chain: Chain = False,
    policies: o.Policies = o.SHIPPED,
    cases: Cases = None,
    witness: Witnesses = None,
    format: As = None,
    output: s.Output = None,
    title: s.Title = "",
    everything: Everything = False,
    brief: Annotated[bool, typer.Option("--brief", help="Leave out the sources (text).")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 6 if anything differs.")] = False,
) -> None:
    """What changed between two policies, for whom, and is that all? Every use whose verdict differs, as a few regions.

    The flags of a scenario, and --where KEY=VALUE, restrict the comparison, for instance to one weapon.
    """
    form = _form(format, output)
    folder = _folder(witness)
    sides = [("BEFORE" if side == before else "AFTER", Path(side)) for side in (before, after) if Path(side).is_file()]
    if output is not None:
        refuse_one_file_twice([("--output", output), *sides, ("--cases", cases), *policy_files(policies.places)])
    library = o.load(policies)
    recorded = o.scenarios([str(cases)], None, None, {}) if cases is not None else None
    try:
        found = library.diff(before, after, choices, where=where, chain=chain, cases=recorded, progress=counter("parts compared"))
    finally:
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")
    chosen = policies.options
    text = _written(library, found, form, title, chosen, everything=everything, brief=brief)
    if folder is not None:
        _write_witnesses(found, folder, chosen)
    o.save(text, output, form.value)
    if output is not None:
        _say(f"wrote {output}")
    if exit_code and not found.is_empty:
        raise typer.Exit(6)


def _form(form: DiffFormat | None, output: Path | None) -> DiffFormat:
    """The format asked for, or the one the name of the file says."""
    if form is not None or output is None:
        return form or DiffFormat.text
    suffix = output.suffix.lower()
    if suffix in s.SUFFIXES and s.SUFFIXES[suffix] is not s.PictureFormat.svg:
        return DiffFormat(s.SUFFIXES[suffix].value)
    problem = "a difference has no form as svg" if suffix in s.SUFFIXES else f"`{output.name}` does not say which format is meant"
    raise _refused(problem, "end the name in .html, .md, .json or .txt, or say --format")


def _folder(witness: str | None) -> Path | None:
    """Where witnesses go, if anywhere."""
    if witness is not None and not witness.strip():
        raise _refused("--witness names no folder", "name one that is new or empty, such as --witness witnesses; `.` is this one")
    return Path(witness) if witness is not None else None


def _refused(problem: str, tip: str) -> Exception:
    from caveat.core.errors import Diagnostic, ScenarioError

    return ScenarioError([Diagnostic("wrong-value", problem, None, tip)])


def _written(library: Library, d: Difference, form: DiffFormat, title: str, policies: Options, *, everything: bool, brief: bool) -> str:
    match form:
        case DiffFormat.json:
            from caveat.diff.to_json import difference_data
            from caveat.report.canonical_json import to_json

            return to_json(difference_data(d))
        case DiffFormat.markdown:
            from caveat.diff.to_markdown import difference_to_markdown

            return difference_to_markdown(d, title=title, everything=everything, policies=policies)
        case DiffFormat.html:
            return _page(library, d, title, policies)
        case _:
            from caveat.diff.to_text import difference_to_text

            return difference_to_text(
                d, width=o.page_width(), colour=o.has_colour(), title=title, everything=everything, brief=brief, policies=policies
            )


def _page(library: Library, d: Difference, title: str, policies: Options) -> str:
    """The page, with the first witness over time."""
    from caveat.diff.story import Story
    from caveat.diff.strip import marked, strip
    from caveat.diff.to_html import difference_to_html
    from caveat.library import Library

    later = library if d.after.book is library.book else Library(d.after.book)
    changes = Story(d).changes
    found = strip(later, d, changes[0].region) if changes else None
    return difference_to_html(d, strip=found, marks=marked(d), title=title, policies=policies)


def _write_witnesses(d: Difference, folder: Path, policies: Options) -> None:
    """One scenario file for each region, named as the report numbers it; refused where others of another report would stay beside them."""
    from caveat.diff.story import Story
    from caveat.diff.witnesses import is_witness, witness_yaml

    story = Story(d)
    pieces = [piece for told in story.changes for piece in told.pieces]
    texts = {story.file_name(piece): witness_yaml(story, piece, policies) for piece in pieces}
    stale = sorted(p.name for p in folder.iterdir() if is_witness(p.name) and p.name not in texts) if folder.is_dir() else []
    if stale:
        count = f"{len(stale)} witness{'es' * (len(stale) != 1)}"
        raise _refused(f"{folder} holds {count} of another report, {stale[0]} first", "remove them, or name a folder that is new or empty")
    if texts:
        folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        o.save(text, folder / name, "yaml")
    names = list(texts)
    span = f": {names[0]}" + (f" to {names[-1]}" if len(names) > 1 else "") if names else ", since no verdict differs"
    _say(f"wrote {len(names) or 'no'} scenario{'s' * (len(names) != 1)} into {folder}{span}")


def _say(what: str) -> None:
    """One line on what was done, beside the report."""
    from caveat.core.errors import printable

    sys.stderr.write(f"{printable(what)}\n")

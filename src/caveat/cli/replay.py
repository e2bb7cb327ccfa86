"""`caveat replay`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from caveat.cli import options as o
from caveat.cli.output import refuse_one_file_twice
from caveat.cli.progress import counter

File = Annotated[Path, typer.Argument(metavar="FILE", help="A record, as `--record FILE` writes it.")]
Engine = Annotated[Optional[o.Engine], typer.Option("--engine", help="Which engine answers (default: the one that answered then).")]  # noqa: UP045
ExitCode = Annotated[bool, typer.Option("--exit-code", help="Exit with 6 if a decision differs or a line cannot be read.")]


@o.takes_policies
def replay(file: File, policies: o.Policies = o.SHIPPED, format: o.As = o.Format.text, engine: Engine = None, exit_code: ExitCode = False) -> None:
    """Decide what was recorded once more: does each decision come out the same, and if not, which change caused it?

    With the library of the record nothing differs. With a newer one, each difference is listed with its cause, found by
    trying the changes between the two libraries.
    """
    refuse_one_file_twice([("FILE", file), ("standard output", 1)])
    library = o.load(policies)
    found = library.replay(file, engine=engine.value if engine else None, progress=counter("decisions replayed"))
    if format is o.Format.json:
        from caveat.record.to_json import replay_data
        from caveat.report.canonical_json import to_json

        o.write(to_json(replay_data(library.book, found)), format.value)
    else:
        from caveat.record.story import replay_story

        o.write(o.told(replay_story(library.book, found), format.value), format.value)
    if exit_code and not found.is_confirmed:
        raise typer.Exit(6)

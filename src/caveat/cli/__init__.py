"""The command line: a verb reads its arguments, calls one Library method, prints, and returns an exit code.

0 answered; 1 the tool failed; 2 usage; 3 the policies are invalid; with --exit-code also 4 prohibited,
5 unclear or needs-facts.
"""

from __future__ import annotations

import contextlib
import os
import sys

import typer

from caveat.cli.decide import decide
from caveat.cli.diff import diff
from caveat.cli.explain import explain
from caveat.cli.lint import lint
from caveat.cli.matrix import matrix
from caveat.cli.output import prepare_streams
from caveat.cli.prove import prove
from caveat.cli.quick import QuickCommand, QuickGroup
from caveat.cli.readings import readings
from caveat.cli.replay import replay
from caveat.cli.schema import schema
from caveat.cli.sources import sources
from caveat.cli.test import test
from caveat.cli.timeline import timeline
from caveat.cli.vocabulary import vocabulary
from caveat.cli.watch import watch
from caveat.core.errors import CaveatError, PolicyError, ScenarioError, printable

app = typer.Typer(
    cls=QuickGroup,
    name="caveat",
    help="What public policy says about the use of donated weapons: permitted, prohibited, unclear, or which facts are missing.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for verb in (decide, explain, diff, timeline, matrix, lint, test, prove, watch, replay, readings, sources, schema, vocabulary):
    app.command(cls=QuickCommand)(verb)


def _show_version(value: bool) -> None:
    if value:
        from caveat import __version__

        typer.echo(f"caveat {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="Show the version."),
) -> None:
    """Report what public policy says. caveat authorises nothing, selects no targets, and holds no coordinates."""
    del version


def run() -> None:
    """Run the command line; every error a user can make ends in a message and an exit code, never in a traceback."""
    prepare_streams()
    try:
        app()
    except PolicyError as error:
        _fail(str(error), f"{len(error.diagnostics)} problem{'s' * (len(error.diagnostics) != 1)}; nothing was loaded", 3)
    except ScenarioError as error:
        _fail(str(error), "", 2)
    except CaveatError as error:
        place = getattr(error, "place", "")
        _fail(f"{place}{': ' * bool(place)}error: {error}", "", 1)
    except BrokenPipeError:
        _silence()
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except RecursionError:
        _fail("error: the question or the policies are nested too deeply", "", 1)
    except MemoryError:
        _fail("error: out of memory", "", 1)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        _fail(f"error: {error.strerror or error}{where}", "", 1)


def _silence() -> None:
    """Nobody reads what we write any more: let nothing be written at the end, where it could only fail."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(message: str, closing: str, code: int) -> None:
    """End with a message on standard error, in which no character can drive a terminal."""
    try:
        sys.stdout.flush()
    except OSError:
        _silence()
    with contextlib.suppress(OSError):
        for line in (*message.split("\n"), *([closing] if closing else [])):
            print(printable(line), file=sys.stderr)
    raise SystemExit(code)

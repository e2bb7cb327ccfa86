"""What `timeline` and `matrix` share: the forms a picture can take, and what chooses one."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, Optional

import typer

from caveat.cli import options as o
from caveat.core.errors import Diagnostic, ScenarioError


class PictureFormat(str, Enum):  # noqa: UP042  (typer shows its values)
    """How a survey is written."""

    text = "text"
    markdown = "markdown"
    json = "json"
    svg = "svg"
    html = "html"


SUFFIXES = {
    ".txt": PictureFormat.text, ".md": PictureFormat.markdown, ".json": PictureFormat.json, ".svg": PictureFormat.svg,
    ".html": PictureFormat.html, ".htm": PictureFormat.html,
}  # fmt: skip
As = Annotated[Optional[PictureFormat], typer.Option("--format", "-f", help="How to write it (default: by the name of --output, else text).")]  # noqa: UP045
Output = Annotated[Optional[Path], typer.Option("--output", "-o", metavar="FILE", help="Write to this file instead of standard output.")]  # noqa: UP045
Title = Annotated[str, typer.Option("--title", help="Your own headline.")]


def chosen(form: PictureFormat | None, output: Path | None) -> PictureFormat:
    """The format asked for, or the one the name of the file says."""
    if form is not None:
        return form
    if output is None:
        return PictureFormat.text
    if output.suffix.lower() not in SUFFIXES:
        tip = f"end the name in {', '.join(SUFFIXES)}, or say --format"
        raise ScenarioError([Diagnostic("wrong-value", f"`{output.name}` does not say which format is meant", None, tip)])
    return SUFFIXES[output.suffix.lower()]


def only_one(count: int, form: PictureFormat) -> None:
    """ScenarioError where several scenarios would have to go into one picture."""
    if count != 1 and form in (PictureFormat.svg, PictureFormat.html):
        raise ScenarioError(
            [Diagnostic("wrong-value", f"{count} scenarios, and a picture shows one", None, "give one scenario, or another --format")]
        )


def columns_of(form: PictureFormat) -> int | None:
    """How many letters wide a chart is that is drawn with them; only text, whose page has a width, says."""
    return o.page_width() - 2 if form is PictureFormat.text else None

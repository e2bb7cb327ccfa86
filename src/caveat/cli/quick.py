"""Reading options without the wait.

Typer checks every option with a pydantic adapter of its own; importing and building them takes longer than
answering. Our options are words, lists of words, paths and choices, so a command of this class reads them here.
Where typer keeps its adapters elsewhere, nothing is changed and its own checks run.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


class _Plain:
    """Stands where typer would put an adapter."""

    def __init__(self, annotation: Any) -> None:  # noqa: ANN401  (typer says no type)
        self.annotation = annotation

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ANN401  (typer says no type)
        """The value in the type of its option; an unknown choice is a usage error that lists the choices."""
        if param.multiple or param.nargs == -1:
            return list(value) if value else ()
        if value is None or not isinstance(self.annotation, type) or isinstance(value, self.annotation):
            return value
        if issubclass(self.annotation, Enum):
            try:
                return self.annotation(value)
            except ValueError:
                choices = ", ".join(f"'{choice.value}'" for choice in self.annotation)
                raise typer.BadParameter(f"'{value}' is not one of {choices}.", ctx=ctx, param=param) from None
        made: Any = self.annotation
        return made(value)


def _read_plainly(params: list[Any]) -> list[Any]:
    """The parameters, with a plain reader in place of the adapter of every option that needs no more."""
    for param in params:
        annotation = getattr(getattr(param, "type_descriptor", None), "annotation", None)
        if annotation in (str, bool, list[str]) or (isinstance(annotation, type) and issubclass(annotation, Path | Enum)):
            param._runtime_param = _Plain(annotation)  # noqa: SLF001
    return params


class QuickCommand(TyperCommand):
    """A command whose options are read as they are."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401  (typer says no type)
        """As typer does, with plain readers."""
        return _read_plainly(super().get_params(ctx))


class QuickGroup(TyperGroup):
    """The group of such commands."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401  (typer says no type)
        """As typer does, with plain readers."""
        return _read_plainly(super().get_params(ctx))

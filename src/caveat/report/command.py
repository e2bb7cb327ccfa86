"""The `caveat decide` command that repeats a question, in pieces that belong on one line each."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from caveat.core.errors import printable
from caveat.core.scenario import spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Options = tuple[tuple[str, str | bool | None], ...]  # each with its value; True stands for a flag without one
WIDEST_COMMAND = 96  # columns of a line of a command, however narrow the page


def decide_command(
    facts: Mapping[str, object], options: Iterable[tuple[str, str | bool | None]], flags: Mapping[str, str] | None = None
) -> list[str]:
    """`caveat decide`, `--weapon f-16`, `--known-by 2024-06-01`, quoted for a shell; options without a value are left out.

    `flags` names the flag of a fact that has one of its own; all others go through `--fact`.
    """
    pieces = [["caveat", "decide"]]
    for fact, value in facts.items():
        values = [value_text(v) for v in spelled(value)]
        flag = (flags or {}).get(fact)
        if flag is None:
            pieces.append(["--fact", f"{fact}={','.join(values)}"])
        else:
            pieces += [[flag, v] for v in values]
    pieces += [[flag] if value is True else [flag, str(value)] for flag, value in options if value]
    return [" ".join(shlex.quote(printable(word)) for word in piece) for piece in pieces]


def value_text(value: object) -> str:
    """What was said of a fact, as a flag takes it."""
    if isinstance(value, dict):
        return "/".join(map(str, next(iter(value.values()), ())))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def folded(pieces: Sequence[str], width: int) -> Iterator[str]:
    """A command over as few lines as fit, so that it can still be copied whole into a shell."""
    width = min(width, WIDEST_COMMAND)
    line = f"  {pieces[0]}"
    for piece in pieces[1:]:
        if len(line) + len(piece) + 3 > width:
            yield line + " \\"
            line = f"    {piece}"
        else:
            line += f" {piece}"
    yield line

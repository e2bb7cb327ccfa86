"""Long work shows how far it has come, on a terminal, and leaves nothing behind."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_SECONDS = 1.0  # before anything is shown
REDRAWN_SECONDS = 0.1
WIPED = "\x1b[K"  # the rest of the line


def progress(what: str) -> Callable[[int, int], None] | None:
    """Shows `3 of 24 claims` once it takes long, and wipes it at the end; None where there is no terminal."""
    line = _line()
    return None if line is None else lambda done, total: line(WIPED if done == total else f"{done} of {total} {what}", done == total)


def counter(what: str) -> Callable[[int], None] | None:
    """The same where the end is not known: `1,200 decisions replayed`; what is written next takes its place."""
    line = _line()
    return None if line is None else lambda done: line(f"{done:,} {what}{WIPED}\r", False)


def _line() -> Callable[[str, bool], None] | None:
    """Draws a line over the last one, not before it takes long nor too often, unless it `must`."""
    if not sys.stderr.isatty():
        return None
    began = drawn = monotonic()

    def show(text: str, must: bool) -> None:
        nonlocal drawn
        now = monotonic()
        if now - began > PATIENCE_SECONDS and (must or now - drawn > REDRAWN_SECONDS):
            drawn = now
            sys.stderr.write(f"\r{text}")
            sys.stderr.flush()

    return show

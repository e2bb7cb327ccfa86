"""Long work shows how far it has come, on a terminal, and leaves nothing behind."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE_SECONDS = 1.0  # before anything is shown
REDRAWN_SECONDS = 0.1


def progress(what: str) -> Callable[[int, int], None] | None:
    """Shows `3 of 24 claims` once it takes long, and wipes it at the end; None where there is no terminal."""
    if not sys.stderr.isatty():
        return None
    began = drawn = monotonic()

    def show(done: int, total: int) -> None:
        nonlocal drawn
        now = monotonic()
        if now - began > PATIENCE_SECONDS and (now - drawn > REDRAWN_SECONDS or done == total):
            drawn = now
            sys.stderr.write("\r\x1b[K" if done == total else f"\r{done} of {total} {what}")
            sys.stderr.flush()

    return show

"""Approved outputs: what is written today is what was approved, or, with --accept, becomes it."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

GOLDEN = Path(__file__).parent / "golden"


def differs(request: pytest.FixtureRequest, path: Path, text: str, bare: Callable[[str], str] = str) -> list[str]:
    """How a text differs from the approved one; nothing where both are the same, to the byte, once made bare of what may change."""
    if request.config.getoption("--accept"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    approved, today = bare(path.read_text("utf-8")), bare(text)
    if approved == today:
        return []
    return list(unified_diff(approved.splitlines(), today.splitlines(), "approved", "today", lineterm="", n=1)) or ["the line ends differ"]

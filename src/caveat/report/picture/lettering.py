"""How wide text is, near enough, and how it wraps: we draw without knowing the reader's font, so we allow for wide ones."""

from __future__ import annotations

import unicodedata

NARROW, WIDE = set("iljtfrI.,:;'|!()[] "), set("mwMW@%—")


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """The width in pixels of a line in a sans-serif font of this size, rather too much than too little."""
    ems = sum(_ems(c) for c in text)
    return ems * size * (1.1 if bold else 1.0)


def _ems(c: str) -> float:
    if c in NARROW:
        return 0.37
    if c in WIDE:
        return 0.95
    if unicodedata.east_asian_width(c) in "WF":
        return 1.05
    return 0.71 if c.isupper() else 0.61


def wrapped(text: str, room: float, size: float, *, bold: bool = False, most: int = 99) -> list[str]:
    """The text in lines that fit; words too long are cut; past `most` lines it ends in an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(joined, size, bold=bold) <= room:
            lines[-1] = joined
        else:
            lines += _pieces(word, room, size, bold=bold)
    if len(lines) > most:
        lines = [*lines[: most - 1], _ended(f"{lines[most - 1]} {lines[most]}", room, size, bold=bold)]
    return lines or [""]


def _pieces(word: str, room: float, size: float, *, bold: bool) -> list[str]:
    pieces = [""]
    for c in word:
        if pieces[-1] and width_of(pieces[-1] + c, size, bold=bold) > room:
            pieces.append("")
        pieces[-1] += c
    return pieces


def _ended(text: str, room: float, size: float, *, bold: bool) -> str:
    while text and width_of(text + "…", size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip(" ,;.") + "…"

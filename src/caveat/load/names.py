"""One name for two things: found whatever the case, the dashes, the form of accents or the alphabet of letters that look alike.

People type names in any of these ways, and each way must lead to one thing; an id typed exactly is that id.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from caveat.core.errors import Diagnostic
from caveat.core.vocabulary import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from caveat.core.source import Span

# Letters of Cyrillic and Greek that look like Latin ones, once case is folded; and the Latin ones.
_ALIKE = str.maketrans("авекмнорстухіјѕԁһԛԝαβεικνορτυχ", "abekmhopctyxijsdhqwabeiknoptux")
_WORD = re.compile(r"[^\W_]+")
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")


@dataclass(frozen=True, slots=True)
class Named:
    """A name as it was written, the thing that it names, and where."""

    name: str
    of: str
    span: Span


def ambiguous(named: Iterable[Named], tip: str = "a name belongs to one thing: rename one") -> list[Diagnostic]:
    """Each pair of things that share a name, once, with both places."""
    first: dict[str, Named] = {}
    found: dict[tuple[str, str], Diagnostic] = {}
    for each in named:
        before = first.setdefault(looks(each.name), each)
        if before.of != each.of:
            found.setdefault((before.of, each.of), Diagnostic("ambiguous-name", _both(each, before), each.span, tip))
    return list(found.values())


def _both(each: Named, before: Named) -> str:
    """`Xx` and `XX` are one name; or whose they are, where they are not ids."""
    here, there = (f"`{n.name}`" + (f" of `{n.of}`" if n.name != n.of else "") for n in (each, before))
    if each.name == before.name:
        return f"`{each.name}` names both `{before.of}` ({before.span.place}) and `{each.of}`"
    return f"{here} and {there} ({before.span.place}) read as one name"


def looks(name: str) -> str:
    """What a name looks like: two that look alike are one."""
    return folded(name).translate(_ALIKE)


def mixed(named: Iterable[Named]) -> Iterator[Diagnostic]:
    """Names in which one word is written in letters of two alphabets: nobody could type it from what they see."""
    for each in named:
        for word in _WORD.findall(each.name):
            scripts = {s for c in word if c.isalpha() for s in _SCRIPTS if unicodedata.name(c, "").startswith(s)}
            if len(scripts) > 1:
                odd = next(c for c in word if c.isalpha() and not unicodedata.name(c, "").startswith("LATIN"))
                message = f"`{word}` is written in letters of two alphabets: `{odd}` is {unicodedata.name(odd, 'another').lower()}"
                yield Diagnostic("mixed-alphabets", message, each.span, "write the word in one")

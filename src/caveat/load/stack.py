"""Policies that stand on one another: the shipped library below, then each folder given, the later on top.

A folder with a vocabulary of its own is a library of its own: it takes the place of the shipped one. Where an issuer
has files in several layers, those of the highest stand and the others are replaced; so are derivations for everyone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from caveat.core.errors import Diagnostic, PolicyError
from caveat.core.source import Source, Span
from caveat.load.folder import DERIVATIONS, VOCABULARY, read_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from caveat.load.folder import RawFile
    from caveat.load.place import Place

SHIPPED = "shipped/"  # stands before the names of the files of the shipped library where others stand on it


def stacked(places: Sequence[Place], shipped: Path, *, only: bool = False) -> list[RawFile]:
    """The files of all layers, each with the number of its layer. PolicyError where two bring a vocabulary.

    `only` those of the places themselves, under the shipped vocabulary where they have none. Without places, the
    shipped library.
    """
    if not places:
        return read_folder(shipped)
    layers = [place.files() for place in places]
    own = [files for files in layers if _has(files, VOCABULARY)]
    if len(own) > 1:
        raise PolicyError([_two_vocabularies(*(next(f for f in files if f.name.startswith(f"{VOCABULARY}/")) for files in own[:2]))])
    if not own:
        layers.insert(0, _ground(shipped, with_derivations=not any(_has(files, DERIVATIONS) for files in layers), only=only))
    return [replace(f, layer=n) for n, files in enumerate(layers) for f in files]


def given(files: Sequence[RawFile]) -> list[RawFile]:
    """Of a stack the files that do not come from the shipped library below."""
    return [f for f in files if f.label != SHIPPED]


def _ground(shipped: Path, *, with_derivations: bool, only: bool) -> list[RawFile]:
    """The shipped library as the lowest layer, or of it only what a folder without a vocabulary cannot do without."""
    needed = [VOCABULARY, DERIVATIONS] if with_derivations else [VOCABULARY]
    files = [replace(f, label=SHIPPED) for f in read_folder(shipped)]
    return [f for f in files if f.name.partition("/")[0] in needed] if only else files


def _has(files: Iterable[RawFile], part: str) -> bool:
    return any(f.name.startswith(f"{part}/") for f in files)


def _two_vocabularies(one: RawFile, other: RawFile) -> Diagnostic:
    message = f"a second vocabulary; the first is `{one.shown}`"
    tip = "give one folder with a vocabulary, and others that stand on it without one"
    return Diagnostic("two-vocabularies", message, Span(Source(other.shown, ""), 1, 1, 1, 1), tip)

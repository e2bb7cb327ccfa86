"""Where policies stand: a file, a folder, or `REVISION:path` of git; and what several of them are called in messages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from caveat.load.folder import read_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from caveat.load.folder import RawFile

Location = str | Path


@dataclass(frozen=True, slots=True)
class Place:
    """A folder or file, or else a git revision and a path in it. `label` stands before the names of its files in messages."""

    text: str
    folder: Path | None = None
    revision: tuple[str, str] | None = None
    label: str = ""

    def files(self) -> list[RawFile]:
        """Its policy and vocabulary files. PolicyError with everything that cannot be read."""
        if self.revision:
            from caveat.load.revision import read_revision

            found = read_revision(*self.revision)
        else:
            found = read_folder(self.folder or Path(self.text))
        return [replace(f, label=self.label) for f in found]


def placed(written: Location | Place) -> Place:
    """The place that was written; a file or folder of that name comes before a revision."""
    if isinstance(written, Place):
        return written
    text = str(written)
    revision, colon, path = text.partition(":")
    if not colon or not revision or exists(text):
        return Place(text, folder=Path(written))
    return Place(text, revision=(revision, path))


def all_placed(written: Location | Iterable[Location] | None) -> tuple[Place, ...]:
    """Every place that was written; where they are several, the files of each are called by it."""
    listed: Sequence[Location] = () if written is None else (written,) if isinstance(written, str | Path) else tuple(written)
    places = tuple(map(placed, listed))
    return places if len(places) < 2 else tuple(replace(p, label=_label(p)) for p in places)  # noqa: PLR2004


def _label(place: Place) -> str:
    """What stands before the name of a file to tell where it is; a file given by itself stands in its folder."""
    if place.folder is not None and place.folder.is_file():
        parent = place.folder.parent.as_posix()
        return "" if parent == "." else f"{parent}/"
    return f"{place.text.rstrip('/')}/"


def exists(path: str) -> bool:
    """Whether there is such a file or folder; there is none of a name that no file can have."""
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False

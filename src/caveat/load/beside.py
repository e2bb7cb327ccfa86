"""Files that stand beside policies and are about them, such as `NAME.cases.yaml`: found, bounded, read; nothing is parsed here."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from caveat.core.errors import Diagnostic, PolicyError
from caveat.core.source import Source, Span
from caveat.load.folder import MAX_BYTES, MAX_FILES, RawFile
from caveat.load.place import placed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caveat.load.place import Location, Place


def files_beside(where: Location | Place, suffix: str, problems: list[Diagnostic]) -> list[RawFile]:
    """Every file below a place whose name ends so, sorted by name; of a single policy file `NAME.yaml`, the one beside it.

    What cannot be read, and links that lead out of the folder, are added to `problems`.
    """
    place = placed(where)
    try:
        found = _at_revision(*place.revision, suffix) if place.revision else _below(place.folder or Path(place.text), suffix, problems)
        return [replace(f, label=place.label) for f in found]
    except PolicyError as error:
        problems += error.diagnostics
        return []


def _endings(suffix: str) -> tuple[str, str]:
    return suffix, suffix.removesuffix(".yaml") + ".yml"


def _at_revision(revision: str, path: str, suffix: str) -> list[RawFile]:
    """The same of a git revision, where the file that is asked for may itself be such a file."""
    from caveat.load.revision import is_file, read_revision

    endings = _endings(suffix)
    if not is_file(revision, path):
        return read_revision(revision, path, lambda name: name.casefold().endswith(endings))
    if path.casefold().endswith(endings):
        return read_revision(revision, path)
    folder, _, name = path.rpartition("/")
    beside = name.rpartition(".")[0] + suffix
    return [f for f in read_revision(revision, folder, lambda n: n == beside) if f.name == beside]


def _below(root: Path, suffix: str, problems: list[Diagnostic]) -> Iterator[RawFile]:
    """The same of a folder or file."""
    endings = _endings(suffix)
    if root.is_file():
        beside = root if root.name.casefold().endswith(endings) else root.with_name(root.name.removesuffix(root.suffix) + suffix)
        found, root = ([beside] if beside.is_file() else []), root.parent
    else:
        found = sorted(path for path in _walk(root) if path.name.casefold().endswith(endings) and not path.name.startswith("."))
    if len(found) > MAX_FILES:
        kind = suffix.split(".")[1].removesuffix("s")
        problems.append(_about(root, "too-many-files", f"more than {MAX_FILES:,} {kind} files", "is this the folder you meant?"))
        return
    for path in found:
        name = path.relative_to(root)
        try:
            if not path.resolve().is_relative_to(root.resolve()):
                problems.append(_about(name, "escapes", "this link leads out of the folder", "copy the file into the folder"))
            elif not path.is_file():
                problems.append(_about(name, "unreadable", "this is not a regular file", "delete it"))
            else:
                with path.open("rb") as file:
                    yield RawFile(os.fsencode(name.as_posix()).decode("utf-8", "backslashreplace"), file.read(MAX_BYTES + 1))
        except OSError as error:
            problems.append(_about(name, "unreadable", error.strerror or "it cannot be read", "check that it may be read"))


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = [f for f in folders if not f.startswith(".")]
        yield from (Path(folder, name) for name in names)


def _about(path: Path, code: str, message: str, tip: str) -> Diagnostic:
    return Diagnostic(code, message, Span(Source(path.as_posix(), ""), 1, 1, 1, 1), tip)

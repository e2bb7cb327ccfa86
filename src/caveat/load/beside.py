"""Files that stand beside policies and are about them, such as `NAME.cases.yaml`: found, bounded, read; nothing is parsed here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from caveat.core.errors import Diagnostic
from caveat.core.source import Source, Span
from caveat.load.folder import MAX_BYTES, MAX_FILES, RawFile

if TYPE_CHECKING:
    from collections.abc import Iterator


def files_beside(root: Path, suffix: str, problems: list[Diagnostic]) -> Iterator[RawFile]:
    """Every file below `root` whose name ends so, sorted by name; of a single policy file `NAME.yaml`, the one beside it.

    What cannot be read, and links that lead out of the folder, are added to `problems`.
    """
    endings = (suffix, suffix.removesuffix(".yaml") + ".yml")
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

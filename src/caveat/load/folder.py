"""A folder of policies as raw files: found, bounded, read; nothing is parsed here.

`vocabulary/` holds the vocabulary; every other `.yaml` file is a policy, except files ending in `.cases.yaml`
and `.claims.yaml`, which are for testing. Links that lead out of the folder are refused.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from caveat.core.errors import Diagnostic, PolicyError
from caveat.core.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_FILES = 5_000
MAX_BYTES = 16_000_000
VOCABULARY = "vocabulary"
SUFFIXES = (".yaml", ".yml")
ASIDE = (".cases.yaml", ".claims.yaml")


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file as it was read: its name below the folder, and its bytes."""

    name: str
    data: bytes


def read_folder(root: Path) -> list[RawFile]:
    """Every policy and vocabulary file below `root`, sorted by name. PolicyError where there is nothing to read."""
    if not root.exists():
        raise PolicyError([_about(root, "no-such-folder", "there is no such file or folder", "give the folder that holds the policies")])
    if root.is_file():
        return [RawFile(root.name, _bytes(root, root.name))]
    files: list[RawFile] = []
    problems: list[Diagnostic] = []
    for path in sorted(_walk(root)):
        name = path.relative_to(root).as_posix()
        if not path.resolve().is_relative_to(root.resolve()):
            problems.append(_about(Path(name), "escapes", "this link leads out of the folder", "copy the file into the folder"))
        elif len(files) >= MAX_FILES:
            problems.append(_about(root, "too-many-files", f"more than {MAX_FILES:,} files", "is this the folder you meant?"))
            break
        else:
            files.append(RawFile(name, _bytes(path, name)))
    if problems:
        raise PolicyError(problems)
    if not any(not f.name.startswith(f"{VOCABULARY}/") for f in files):
        raise PolicyError([_about(root, "no-policies", "no policy file in this folder", "a policy is a `.yaml` file that begins with `issuer:`")])
    return files


def _walk(root: Path) -> list[Path]:
    found = []
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        found += [Path(folder, n) for n in names if n.endswith(SUFFIXES) and not n.endswith(ASIDE) and not n.startswith(".")]
    return found


def _bytes(path: Path, name: str) -> bytes:
    try:
        if not path.is_file():
            raise PolicyError([_about(Path(name), "unreadable", "this is not a regular file", "")])
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PolicyError([_about(Path(name), "unreadable", error.strerror or "it cannot be read", "check that it exists and may be read")]) from None


def _about(path: Path, code: str, message: str, tip: str) -> Diagnostic:
    return Diagnostic(code, message, Span(Source(str(path), ""), 1, 1, 1, 1), tip)


def digest_of(files: Sequence[RawFile]) -> str:
    """A digest of names and bytes: equal only if nothing was touched. Not the library's digest, which is of meaning."""
    whole = hashlib.sha256()
    for file in sorted(files, key=lambda f: f.name):
        whole.update(f"{file.name}\0{len(file.data)}\0".encode())
        whole.update(file.data)
    return whole.hexdigest()

"""A folder of policies as raw files: found, bounded, read; nothing is parsed here.

`vocabulary/` holds the vocabulary; every other `.yaml` file is a policy, except files ending in `.cases.yaml`
and `.claims.yaml`, which are for testing. Links that lead out of the folder are refused.
"""

from __future__ import annotations

import errno
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
DERIVATIONS = "derivations"  # the folder of what follows from reports for everyone
SUFFIXES = (".yaml", ".yml")
ASIDE = tuple(f"{kind}{suffix}" for kind in (".cases", ".claims") for suffix in SUFFIXES)


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file as it was read: its name below the folder, and its bytes.

    `layer` is the number of the folder where several stand on one another; `label` tells them apart in messages.
    """

    name: str
    data: bytes
    layer: int = 0
    label: str = ""

    @property
    def shown(self) -> str:
        """What the file is called in messages."""
        return f"{self.label}{self.name}"


def read_folder(root: Path) -> list[RawFile]:
    """Every policy and vocabulary file below `root`, sorted by name. PolicyError with every file that cannot be read."""
    if root.exists() and not root.is_dir():
        return [RawFile(named(root.name), _bytes(root, str(root)))]
    if not root.is_dir():
        raise PolicyError([_about(root, "no-such-folder", "there is no such file or folder", "give the folder that holds the policies")])
    files: list[RawFile] = []
    problems: list[Diagnostic] = []
    found = sorted(_walk(root, problems))
    for path in found if not problems else ():  # what a link leads to is not opened
        name = named(path.relative_to(root).as_posix())
        try:
            files.append(RawFile(name, _bytes(path, name)))
        except PolicyError as error:
            problems += error.diagnostics
    if problems:
        raise PolicyError(problems)
    if not any(not f.name.startswith(f"{VOCABULARY}/") for f in files):
        raise PolicyError([_about(root, "no-policies", "no policy file in this folder", "a policy is a `.yaml` file that begins with `issuer:`")])
    return sorted(files, key=lambda f: f.name)


def _walk(root: Path, problems: list[Diagnostic]) -> list[Path]:
    """The policy files below a folder; a part of it that cannot be listed, or leads elsewhere, is a problem and not left out."""
    found: list[Path] = []
    inside = os.path.realpath(root)

    def unlisted(error: OSError) -> None:
        name = os.path.relpath(error.filename, root)
        problems.append(_about(Path(name), "unreadable", error.strerror or "it cannot be listed", "check that it may be read"))

    for folder, folders, names in os.walk(root, followlinks=False, onerror=unlisted):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        policies = [n for n in names if is_policy(n)]
        found += [Path(folder, n) for n in policies]
        for path in (Path(folder, n) for n in (*folders, *policies)):
            if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(inside):
                problems.append(
                    _about(path.relative_to(root), "escapes", "this link leads out of the folder", "copy what it leads to into the folder")
                )
            elif path.is_symlink() and path.is_dir():
                problems.append(
                    _about(path.relative_to(root), "linked-folder", "links to folders are not followed", "delete the link, or copy the folder")
                )
        if len(found) > MAX_FILES:
            raise PolicyError([_about(root, "too-many-files", f"more than {MAX_FILES:,} files", "is this the folder you meant?")])
    return found


def is_policy(name: str) -> bool:
    """Whether a file of this name is a policy, or part of the vocabulary."""
    folded = name.casefold()
    return folded.endswith(SUFFIXES) and not folded.endswith(ASIDE) and not name.rpartition("/")[2].startswith(".")


def named(name: str) -> str:
    """The name of a file as text that can be shown, also where its bytes are not UTF-8 or would drive a terminal."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return text if text.isprintable() else "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _bytes(path: Path, name: str) -> bytes:
    try:
        if path.is_symlink() and not path.exists():
            raise PolicyError([_about(Path(name), "broken-link", _where_it_ends(path), "delete it, or put back what it leads to")])
        if not path.is_file():
            raise PolicyError([_about(Path(name), "unreadable", "this is not a regular file", "delete it, or put a file in its place")])
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PolicyError([_about(Path(name), "unreadable", error.strerror or "it cannot be read", "check that it exists and may be read")]) from None


def _where_it_ends(link: Path) -> str:
    """What is wrong with a link that leads to no file."""
    try:
        link.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        if isinstance(error, RuntimeError) or error.errno == errno.ELOOP:
            return "this link leads in a circle"
    return "this link leads nowhere"


def _about(path: Path, code: str, message: str, tip: str) -> Diagnostic:
    return Diagnostic(code, message, Span(Source(named(str(path)), ""), 1, 1, 1, 1), tip)


def digest_of(files: Sequence[RawFile]) -> str:
    """A digest of names and bytes: equal only if nothing was touched. Not the library's digest, which is of meaning."""
    whole = hashlib.sha256()
    for file in sorted(files, key=lambda f: (f.layer, f.name)):
        whole.update(f"{file.layer}\0{file.shown}\0{len(file.data)}\0".encode())
        whole.update(file.data)
    return whole.hexdigest()

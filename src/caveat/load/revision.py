"""The policies of a git revision as raw files: listed and read as git keeps them, nothing is checked out and nothing runs.

Not through `git archive`, which leaves out or rewrites what a `.gitattributes` in the revision tells it to.
"""

from __future__ import annotations

import subprocess
from pathlib import PurePosixPath

from caveat.core.errors import Diagnostic, PolicyError
from caveat.load.folder import ASIDE, MAX_BYTES, MAX_FILES, SUFFIXES, RawFile

MAX_ALL = 256_000_000  # bytes of all files together
MAX_LISTING = 64_000_000
TIMEOUT = 60.0  # seconds
REGULAR = ("100644", "100755")


def read_revision(revision: str, path: str) -> list[RawFile]:
    """Every policy and vocabulary file of a folder or file at a revision, sorted by name. PolicyError where git has no such thing.

    `path` counts from the top of the repository, as in git's own `REVISION:path`, and is taken to the letter.
    """
    place = f"{revision}:{path}"
    if revision.startswith("-"):
        raise PolicyError([_about(place, "a revision does not begin with `-`")])
    base = PurePosixPath(path or ".")
    kind = _git(place, "cat-file", "-t", f"{revision}:{path.strip('/')}").decode().strip()
    if kind == "blob":
        return [RawFile(base.name, _git(place, "cat-file", "blob", f"{revision}:{path}")[: MAX_BYTES + 1])]
    found = dict(_listed(place, f"{revision}:{path.strip('/')}"))
    if not found:
        raise PolicyError([_about(place, "no policy file there")])
    if len(found) > MAX_FILES:
        raise PolicyError([_about(place, f"more than {MAX_FILES:,} files")])
    return sorted((RawFile(name, data) for name, data in _contents(place, found)), key=lambda f: f.name)


def _listed(place: str, tree: str) -> list[tuple[str, str]]:
    """The policy files below a tree, each with the id of its content."""
    listing = _git(place, "ls-tree", "-r", "-z", "--full-tree", tree)
    if len(listing) > MAX_LISTING:
        raise PolicyError([_about(place, f"more than {MAX_LISTING:,} bytes of file names")])
    found = []
    for entry in listing.split(b"\0"):
        head, _, name = entry.partition(b"\t")
        if entry and head.split()[0].decode() in REGULAR:
            shown = name.decode("utf-8", "backslashreplace")
            if _is_policy(shown):
                found.append((shown, head.split()[2].decode()))
    return found


def _contents(place: str, found: dict[str, str]) -> list[tuple[str, bytes]]:
    """The content of every file, as `git cat-file --batch` gives it: a line that says how long it is, then so many bytes."""
    data = _git(place, "cat-file", "--batch", told="".join(f"{ident}\n" for ident in found.values()).encode())
    if len(data) > MAX_ALL:
        raise PolicyError([_about(place, f"more than {MAX_ALL:,} bytes")])
    contents, at = [], 0
    for name in found:
        end = data.index(b"\n", at)
        size = int(data[at:end].split()[2])
        contents.append((name, data[end + 1 : end + 1 + min(size, MAX_BYTES + 1)]))
        at = end + 1 + size + 1
    return contents


def _git(place: str, *words: str, told: bytes = b"") -> bytes:
    """What git writes; PolicyError with its first line where it fails."""
    try:
        run = subprocess.run(["git", "--no-replace-objects", *words], input=told, capture_output=True, timeout=TIMEOUT, check=False)  # noqa: S603, S607
    except subprocess.TimeoutExpired:
        raise PolicyError([_about(place, f"git took more than {TIMEOUT:.0f} seconds")]) from None
    except (OSError, ValueError) as error:
        raise PolicyError([_about(place, f"git cannot be run: {getattr(error, 'strerror', None) or error}")]) from None
    if run.returncode != 0:
        lines = run.stderr.decode(errors="replace").strip().splitlines()
        raise PolicyError([_about(place, lines[0] if lines else "git knows no such revision")])
    return run.stdout


def _is_policy(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return name.casefold().endswith(SUFFIXES) and not name.casefold().endswith(ASIDE) and not any(p.startswith(".") for p in parts)


def _about(place: str, message: str) -> Diagnostic:
    return Diagnostic("no-revision", f"`{place}`: {message}", None, "write REVISION:path, for instance `HEAD~1:policies`, in a git checkout")

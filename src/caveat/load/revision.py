"""The policies of a git revision as raw files, read through `git archive`: nothing is checked out, nothing runs."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import PurePosixPath

from caveat.core.errors import Diagnostic, PolicyError
from caveat.load.folder import ASIDE, MAX_BYTES, MAX_FILES, SUFFIXES, RawFile

MAX_ARCHIVE = 256_000_000
TIMEOUT = 60.0  # seconds


def read_revision(revision: str, path: str) -> list[RawFile]:
    """Every policy and vocabulary file of a folder or file at a revision, sorted by name. PolicyError where git has no such thing."""
    place = f"{revision}:{path}"
    if revision.startswith("-"):
        raise PolicyError([_about(place, "a revision does not begin with `-`")])
    data = _archive(revision, path, place)
    files: list[RawFile] = []
    base = PurePosixPath(path or ".")
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for member in tar:
            name = _below(base, PurePosixPath(member.name))
            if member.isfile() and _is_policy(name):
                if len(files) == MAX_FILES:
                    raise PolicyError([_about(place, f"more than {MAX_FILES:,} files")])
                content = tar.extractfile(member)
                files.append(RawFile(name, content.read(MAX_BYTES + 1) if content else b""))
    if not files:
        raise PolicyError([_about(place, "no policy file there")])
    return sorted(files, key=lambda f: f.name)


def _archive(revision: str, path: str, place: str) -> bytes:
    command = ["git", "archive", "--format=tar", revision, "--", path or "."]
    try:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL) as run:  # noqa: S603  (no shell)
            try:
                out, err = run.communicate(timeout=TIMEOUT)
            except subprocess.TimeoutExpired:
                run.kill()
                raise PolicyError([_about(place, f"git took more than {TIMEOUT:.0f} seconds")]) from None
    except OSError as error:
        raise PolicyError([_about(place, f"git cannot be run: {error.strerror}")]) from None
    if run.returncode != 0:
        lines = err.decode(errors="replace").strip().splitlines()
        raise PolicyError([_about(place, lines[0] if lines else "git knows no such revision")])
    if len(out) > MAX_ARCHIVE:
        raise PolicyError([_about(place, f"more than {MAX_ARCHIVE:,} bytes")])
    return out


def _below(base: PurePosixPath, name: PurePosixPath) -> str:
    """The name below the folder asked for; of a single file, its own."""
    if name == base:
        return name.name
    return name.relative_to(base).as_posix() if name.is_relative_to(base) else name.as_posix()


def _is_policy(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return name.casefold().endswith(SUFFIXES) and not name.casefold().endswith(ASIDE) and not any(p.startswith(".") for p in parts)


def _about(place: str, message: str) -> Diagnostic:
    return Diagnostic("no-revision", f"`{place}`: {message}", None, "write REVISION:path, for instance `HEAD~1:policies`, in a git checkout")

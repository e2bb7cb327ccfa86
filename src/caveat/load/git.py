"""The one place that runs git: to read, of the repository around the current folder, and nothing else.

A repository may belong to someone else, and its own configuration names programs: hooks, filters, text conversion,
file-system monitors, pagers, ssh commands, credential helpers; a partial clone fetches what it lacks from an address of
its choosing. Only commands that read objects are run here, whatever of that kind can be switched off is, nothing goes to
a network, nothing is locked or written, and commits stand as they were made (no replacements, no grafts). Which
repository it is, is said by the current folder, never by `GIT_DIR` and its kin. The user's own configuration is read,
for `safe.directory`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from caveat.core.errors import Diagnostic, PolicyError

TIMEOUT = 60.0  # seconds
TRACES = "GIT_TRACE"  # the variables that only show what git does are the user's to set
_OFF = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    "core.sshCommand": "false",
    "core.gitProxy": "",
    "core.askPass": "",
    "core.pager": "cat",
    "core.editor": "false",
    "core.alternateRefsCommand": "",
    "credential.helper": "",
    "diff.external": "",
    "log.showSignature": "false",
    "protocol.allow": "never",
    "submodule.recurse": "false",
    "maintenance.auto": "false",
    "gc.auto": "0",
}
_SET = {
    "GIT_ALLOW_PROTOCOL": "none",  # no transport is called so
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PROTOCOL_FROM_USER": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
    "LANGUAGE": "C",
}
_NOT_OURS = "git config --global --add safe.directory"


def git(place: str, *words: str, told: bytes = b"") -> bytes:
    """What git writes; PolicyError about the place, with what git says, where it fails."""
    command = [_program(place), "--no-replace-objects", *(w for key, value in _OFF.items() for w in ("-c", f"{key}={value}")), *words]
    try:
        run = subprocess.run(command, input=told, capture_output=True, timeout=TIMEOUT, check=False, env=_environment())  # noqa: S603
    except subprocess.TimeoutExpired:
        raise PolicyError([about(place, f"git took more than {TIMEOUT:.0f} seconds")]) from None
    except (OSError, ValueError) as error:
        raise PolicyError([about(place, f"git cannot be run: {getattr(error, 'strerror', None) or error}")]) from None
    if run.returncode != 0:
        raise PolicyError([_failure(place, run.stderr.decode(errors="replace"))])
    return run.stdout


def about(place: str, message: str, tip: str = "write REVISION:path, for instance `HEAD~1:policies`, in a git checkout") -> Diagnostic:
    """A problem with a revision and a path in it."""
    return Diagnostic("no-revision", f"`{place}`: {message}", None, tip)


def not_here(place: str, what: str = "a part of it") -> Diagnostic:
    """A problem with content that git knows of and does not have."""
    tip = "nothing is fetched for you: `git fetch --refetch --no-filter`, or a clone without `--filter`, has it"
    return Diagnostic("not-in-this-clone", f"`{place}`: {what} is not in this clone", None, tip)


def _failure(place: str, said: str) -> Diagnostic:
    lines = [line for line in said.strip().splitlines() if line.startswith(("fatal:", "error:"))] or said.strip().splitlines()
    if "dubious ownership" in said:
        return about(place, lines[0], f"if the repository is to be trusted: `{_NOT_OURS} DIR`")
    if "lazy fetching disabled" in said or "transport" in said or "promisor" in said:
        return not_here(place)
    return about(place, lines[0] if lines else "git knows no such revision")


def _program(place: str) -> str:
    """Git on the user's path, but not one that lies in whatever folder this happens to be."""
    folders = [p for p in os.environ.get("PATH", os.defpath).split(os.pathsep) if Path(p).is_absolute()]
    found = shutil.which("git", path=os.pathsep.join(folders))
    if found is None:
        raise PolicyError([about(place, "git cannot be run: there is none on the path", "install git, or give a folder")])
    return found


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key.startswith(TRACES)}
    return kept | _SET

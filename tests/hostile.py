"""Small policies, and git repositories that were made to mislead or to run things."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """\
issuer: {issuer}
name: {name}
covered_until: 2025-12-31
scope: {{recipient: UA, role: supplier}}
statements:
  s: {{by: the defence minister, reported: 2024-01-01, grade: on-record, says: Made up., sources: [{{publisher: Example Gazette, date: 2024-01-01, no_url: made up}}]}}
rules:
  in-ukraine: {{effect: {effect}, by: s, summary: Made up., when: {{target.region: {region}}}}}
"""


def policy(issuer: str = "XX", name: str = "Ruritania", effect: str = "permit", region: str = "UA") -> str:
    """A whole policy with one rule."""
    return POLICY.format(issuer=issuer, name=name, effect=effect, region=region)


def written(folder: Path, **files: str) -> Path:
    """A folder with these policies; `__` in a name stands for `/`."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def git(folder: Path, *words: str, **env: str) -> str:
    """What git says; who commits, and when, is always the same."""
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "protocol.file.allow=always"]
    ran = subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True, text=True, env={**os.environ, **env})
    return ran.stdout.strip()


def committed(folder: Path, message: str = "one") -> Path:
    """The folder as a repository in which everything is committed."""
    if not (folder / ".git").exists():
        git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
    return folder


def booby_trapped(folder: Path, marker: Path) -> None:
    """Every setting of a repository that names a program names one that leaves a marker."""
    trap = folder.parent / "trap.sh"
    trap.write_text(f'#!/bin/sh\necho "$0 $*" >> {marker}\nexit 1\n')
    trap.chmod(0o755)
    settings = {
        "core.fsmonitor": trap, "core.sshCommand": trap, "core.pager": trap, "core.editor": trap, "core.askPass": trap, "core.gitProxy": trap,
        "core.alternateRefsCommand": trap, "credential.helper": f"!{trap}", "diff.external": trap, "diff.trap.textconv": trap, "diff.trap.command": trap,
        "filter.trap.smudge": trap, "filter.trap.clean": trap, "filter.trap.process": trap, "filter.trap.required": "true", "gpg.program": trap,
        "log.showSignature": "true", "interactive.diffFilter": trap, "pager.cat-file": trap, "pager.ls-tree": trap, "pager.rev-parse": trap,
        "alias.cat-file": f"!{trap}", "alias.ls-tree": f"!{trap}", "alias.rev-parse": f"!{trap}", "submodule.recurse": "true",
        "uploadpack.packObjectsHook": trap, "sequence.editor": trap, "remote.origin.url": f"ext::{trap} %S", "remote.origin.promisor": "true",
        "protocol.allow": "always", "protocol.ext.allow": "always", "extensions.partialClone": "origin", "core.repositoryFormatVersion": "1",
    }  # fmt: skip
    (folder / ".gitattributes").write_text("* filter=trap diff=trap merge=trap\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "attributes")
    hooks = folder / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman"):
        (hooks / hook).write_text(trap.read_text())
        (hooks / hook).chmod(0o755)
    for key, value in settings.items():
        subprocess.run(["git", "-C", str(folder), "config", key, str(value)], check=True)

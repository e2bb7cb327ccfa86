"""The pages that are read: README, CONTRIBUTING and docs; their blocks of code, their commands, links and headings."""

from __future__ import annotations

import functools
import os
import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from command import caveat, environment

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = [README, ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]

# What stands in a page for the reader's own hands: nothing here runs it.
BY_HAND = {"apt-get", "source", "git", "pip", "python", "python3"}
_FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_NAMED = re.compile(r"\A# ([\w./-]+\.(?:yaml|jsonl))(?:,.*)?$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of code: in which language, from which line on, and whether a block follows at once (its output)."""

    language: str
    line: int
    text: str

    @property
    def file(self) -> str | None:
        """The file that it is, where its first line names one."""
        named = _NAMED.search(self.text)
        return named[1] if named else None


def name(page: Path) -> str:
    """A page as it is called in the names of tests."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, *languages: str) -> list[Block]:
    """The blocks of a page, of these languages or of all, in their order."""
    text = page.read_text("utf-8")
    found = (Block(m[1], text.count("\n", 0, m.start()) + 1, m[2]) for m in _FENCE.finditer(text))
    return [b for b in found if not languages or b.language in languages]


def prose(page: Path) -> str:
    """A page without its blocks."""
    return _FENCE.sub("", page.read_text("utf-8"))


def links(page: Path) -> list[str]:
    """Where the links of a page lead, in their order."""
    return _LINK.findall(prose(page))


def anchors(page: Path) -> set[str]:
    """The anchors of its headings: small letters, dashes for blanks, no punctuation."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings}


def commands(block: Block) -> Iterator[tuple[str, str]]:
    """Each command of a block with the output that is shown below it; a command may go on after a backslash."""
    if block.language == "sh":
        lines = re.sub(r"\\\n\s*", "", block.text).splitlines()
        yield from ((line.partition("  #")[0].strip(), "") for line in lines if line and not line.startswith("#"))
    else:
        for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command = re.match(r"(?:.*\\\n)*.*\n", part)
            assert command
            yield re.sub(r"\s*\\\n\s*", " ", command[0]).strip(), part[command.end() :].rstrip("\n")


def inline_commands(page: Path) -> list[list[str]]:
    """The words of each `caveat VERB ...` in the sentences of a page."""
    spans = re.findall(r"`(caveat [^`]+)`", " ".join(prose(page).split()))
    return [shlex.split(span.replace("...", "")) for span in spans]


def as_shown(shown: str, came: str) -> bool:
    """Whether an output is the one shown: a line `...` stands for any lines, `...` within a line for any words."""
    lines = (r"(?:.*\n)*?" if line.strip() == "..." else ".*".join(map(re.escape, line.split("..."))) + r"\n" for line in shown.splitlines())
    return re.fullmatch("".join(lines), came.rstrip("\n") + "\n") is not None


def within(part: object, whole: object) -> bool:
    """Whether what a page quotes of a file is in the file."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(k in whole and within(v, whole[k]) for k, v in part.items())
    if isinstance(part, list):
        return isinstance(whole, list) and all(any(within(p, w) for w in whole) for p in part)
    return part == whole


def parsed(text: str) -> object:
    """A block of YAML; what a page leaves out is left out."""
    return yaml.safe_load(re.sub(r"^\s*\.\.\.$", "", text, flags=re.MULTILINE))


@functools.cache
def _empty_desk() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="caveat-pages-")


@functools.cache
def _ran_before(command: str) -> tuple[int, str]:
    return _run(command, lay_out(Path(_empty_desk().name)))


def lay_out(desk: Path) -> Path:
    """A folder to work in as the reader does: the examples and the policies lie there."""
    for folder in ("examples", "policies"):
        if not (desk / folder).exists():
            (desk / folder).symlink_to(ROOT / folder)
    return desk


def run(command: str, desk: Path | None) -> tuple[int, str]:
    """What comes of a command, on a desk of its own or, where it needs none, once for all pages."""
    return _run(command, desk) if desk else _ran_before(command)


def _run(command: str, desk: Path) -> tuple[int, str]:
    before = Path.cwd()
    if command.startswith("caveat watch") or re.search(r"[|<>&;]", re.sub(r"'[^']*'", "", command)):  # watch needs a real standard output
        shell = f'caveat() {{ {shlex.quote(sys.executable)} -m caveat "$@"; }}; set -o pipefail; {command}'
        done = subprocess.run(["bash", "-c", shell], cwd=desk, env=environment(), capture_output=True, text=True, timeout=120, check=False)
        return done.returncode, done.stdout + done.stderr
    os.chdir(desk)
    try:
        ran = caveat(*shlex.split(command)[1:])
    finally:
        os.chdir(before)
    return ran.code, ran.out + ran.err

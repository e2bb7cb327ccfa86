"""Runs the command line for tests: in this process, in one of its own, or on a terminal."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import mock

from caveat import cli

BASE = Path(__file__).parent / "bad" / "base"
_CACHE = tempfile.TemporaryDirectory(prefix="caveat-tests-")  # one for all tests that do not spoil it
WEAPON = ["--weapon", "rocket", "--supplier", "AA", "--date", "2024-02-01"]
AT_HOME, ABROAD, NEAR = ([*WEAPON, "--region", region] for region in ("AA-2", "BB-2", "BB-1"))


class Ran:
    """What came of a command: its exit code, and what it wrote."""

    def __init__(self, code: int, out: str, err: str) -> None:
        """Keep the three."""
        self.code, self.out, self.err = code, out, err

    @property
    def verdict(self) -> str:
        """The verdict of an answer in JSON."""
        return str(json.loads(self.out)["verdict"])


def caveat(*args: str, typed: bytes | None = b"", encoding: str = "utf-8") -> Ran:
    """The command line, in this process, with streams of its own in an encoding; `typed` stands on standard input."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True) for _ in range(2))
    typed_in = None if typed is None else io.TextIOWrapper(io.BytesIO(typed))
    code: object = None
    with (
        mock.patch.dict(os.environ, {"CAVEAT_CACHE": _CACHE.name}),
        mock.patch.multiple(sys, argv=["caveat", *args], stdin=typed_in, stdout=out, stderr=err),
    ):
        try:
            cli.run()
        except SystemExit as end:
            code = end.code
    written = [s.buffer.getvalue().decode(s.encoding) for s in (out, err)]  # type: ignore[attr-defined]
    return Ran(code if isinstance(code, int) else 0, *written)


def ask(*args: str, typed: bytes | None = b"") -> Ran:
    """`caveat decide`, of the small sound library."""
    return caveat("decide", "--policies", str(BASE), *args, typed=typed)


def environment(**more: str) -> dict[str, str]:
    """This process's own, with the cache of the tests, and free of what changes how text is shown."""
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "TERM")}
    return {**kept, "CAVEAT_CACHE": _CACHE.name, **more}


def process(*args: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """The command line in a process of its own."""
    return subprocess.run([sys.executable, "-m", "caveat", *args], env=environment(**env), capture_output=True, timeout=60, check=False)


def shell(tail: str, *args: str, typed: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The command line in a shell, with what comes after it."""
    command = " ".join([sys.executable, "-m", "caveat", *args, tail])
    return subprocess.run(["bash", "-c", command], input=typed, env=environment(), capture_output=True, timeout=60, check=False)


def on_a_terminal(*args: str, **env: str) -> str:
    """What a command writes to a terminal."""
    import pty

    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-m", "caveat", *args], stdout=theirs, env=environment(**{"TERM": "xterm", **env}), timeout=60, check=True)
    os.close(theirs)
    found = b""
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:
            break
        if not part:
            break
        found += part
    os.close(ours)
    return found.decode().replace("\r\n", "\n")

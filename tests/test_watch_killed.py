"""Killed at any moment, a watch loses nothing it accepted, tells nothing twice, and ends as if it had never been killed.

The kills come at random moments, dozens in an ordinary run. CAVEAT_KILLS sets how many, for a longer one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from random import Random
from typing import TYPE_CHECKING

import pytest
from command import caveat, environment
from conftest import ROOT
from incident_stream import report, retraction, scenario, stream, written

from caveat.watch.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from caveat import Library

KILLS = int(os.environ.get("CAVEAT_KILLS", "40"))
STREAMS = 4
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="a system with fork")


class Folder:
    """A folder with an input, and what a watch of it writes."""

    def __init__(self, path: Path, lines: list[bytes]) -> None:
        """Write the input."""
        path.mkdir()
        self.path, self.journal = path, path / "journal"
        (path / "in").write_bytes(b"\n".join([*lines, b""]))

    def args(self, form: str) -> list[str]:
        """The command."""
        files = [part for name in ("journal", "output", "rejects", "record") for part in (f"--{name}", str(self.path / name))]
        return ["watch", str(self.path / "in"), "--clock", "2024-06-01", "--policies", str(ROOT / "policies"), "--format", form, *files]

    def run(self, form: str) -> None:
        """Run to the end."""
        assert caveat(*self.args(form)).code == 0

    def outcome(self) -> tuple[bytes, list[str], dict[str, str], list[str]]:
        """What was told and set aside, the last states, and what is on record apart from its times."""
        journal = Journal(self.journal)
        states = journal.states()
        journal.close()
        records = [json.loads(line) for line in (self.path / "record").read_text("utf-8").splitlines()]
        told = [json.dumps({**r, "recorded": "", "watch": r["watch"]["seq"]}) for r in records if "watch" in r]
        return (self.path / "output").read_bytes(), (self.path / "rejects").read_text("utf-8").splitlines(), states, told


def killed(run: Callable[[], None], seconds: float) -> bool:
    """Run in a process of its own, and kill it after a while; whether it was killed before it was done."""
    child = os.fork()
    if not child:
        try:
            run()
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@needs_fork
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("seed", range(STREAMS))
def test_killed_at_random_moments(tmp_path, seed, library: Library):
    """Output, rejects, records and states are those of a run that nothing interrupted, byte for byte."""
    random, lines, form = Random(seed), stream(seed, 26), "json" if seed % 2 else "text"
    whole = Folder(tmp_path / "whole", lines)
    began = time.monotonic()
    whole.run(form)
    longest, kills, torn = (time.monotonic() - began) / 2, 0, Folder(tmp_path / "torn", lines)
    while kills < KILLS // STREAMS:
        if killed(partial(torn.run, form), random.uniform(0.02, longest)):
            kills += 1
        else:  # it came to its end between two kills
            check(torn, whole)
            torn = Folder(tmp_path / f"torn-{kills}-{time.monotonic_ns()}", lines)
    torn.run(form)
    check(torn, whole)
    ran = caveat("replay", str(torn.path / "record"), "--policies", str(ROOT / "policies"), "--exit-code")
    assert ran.code == 0


def check(torn: Folder, whole: Folder) -> None:
    """What one run left after its kills is what the other left that was never interrupted."""
    output, rejects, states, records = torn.outcome()
    expected = whole.outcome()
    assert (output.decode(), states, records) == (expected[0].decode(), expected[2], expected[3])
    assert [json.loads(r)["line"] for r in rejects] == [json.loads(r)["line"] for r in expected[1]]
    assert len(records) >= 3


def test_killed_as_a_process_with_a_pipe(tmp_path):
    """On a pipe every line arrives; one that may have arrived before says so, with the number that it had."""
    lines = written(scenario("a"), report("r1"), retraction("r2", "r1"), report("r3", "2024-06-03"), retraction("r4", "r3"), scenario("b"))
    (tmp_path / "in").write_bytes(b"\n".join([*lines, b""]))
    args = ["watch", str(tmp_path / "in"), "--journal", str(tmp_path / "j"), "--clock", "2024-06-05", "--format", "json"]
    random, heard = Random(7), []
    for turn in range(9):
        running = subprocess.Popen([sys.executable, "-m", "caveat", *args], env=environment(), stdout=subprocess.PIPE)
        if turn < 8:
            time.sleep(random.uniform(0.3, 0.9))
            running.kill()
        heard += [json.loads(line) for line in running.communicate(timeout=60)[0].splitlines(keepends=True) if line.endswith(b"\n")]
    journal = Journal(tmp_path / "j")
    told = {number: data for number, data, _ in journal.told_after(0)}
    journal.close()
    seen: set[int] = set()
    for line in heard:
        assert line.get("again") or line["seq"] not in seen
        assert {k: v for k, v in line.items() if k != "again"} == told[line["seq"]]
        seen.add(line["seq"])
    assert seen == set(told)


def test_a_torn_output_line_is_written_again(tmp_path):
    """What a kill left of a line in the output is cut away, and the line stands there once, whole."""
    folder = Folder(tmp_path / "x", written(scenario("a"), report("r1"), retraction("r2", "r1")))
    folder.run("text")
    whole = (folder.path / "output").read_bytes()
    for cut in range(0, len(whole), 37):
        (folder.path / "output").write_bytes(whole[:cut])
        journal = Journal(folder.journal)
        journal.note("told", "0")
        journal.close()
        folder.run("text")
        assert (folder.path / "output").read_bytes().replace(b"(again) ", b"") == whole

"""One file under two names is refused by every verb, before anything is read or written; and every wait ends with a signal."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import termios
import time
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command import AT_HOME, BASE, caveat, environment, shell
from incident_stream import report, scenario, written

from caveat.record.writer import RecordError, append
from caveat.watch.outlet import Outlet

if TYPE_CHECKING:
    from collections.abc import Callable

FULL = 50_000  # bytes in a pipe that holds 65,536
OPTIONS = ("--journal", "--output", "--rejects", "--record")
PAIRS = [("FILE", option) for option in OPTIONS] + list(combinations(OPTIONS, 2))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to work in, with a stream, a scenario and a policy."""
    monkeypatch.chdir(tmp_path)
    lines = written(scenario("battery"), report("r1"))
    Path("in").write_bytes(b"\n".join([*lines, b""]))
    Path("ask.yaml").write_text("weapon: rocket\nsupplier: AA\ndate: 2024-02-01\n", "utf-8")
    shutil.copytree(BASE, "pol")
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file with what stands in it."""
    return {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def refused(folder: Path, args: list[str]) -> None:
    """A command is refused with a message that names one file, and nothing has changed."""
    before = contents(folder)
    ran = caveat(*args)
    assert (ran.code, ran.out) == (2, "")
    assert "are one file" in ran.err
    assert contents(folder) == before


def named(pair: tuple[str, str], first: str, second: str) -> list[str]:
    """A watch in which two places are called so."""
    places = dict(zip(pair, (first, second), strict=True))
    file = places.pop("FILE", "in")
    return ["watch", file, *(part for option, name in places.items() for part in (option, name))]


@pytest.mark.parametrize("pair", PAIRS)
def test_a_watch_names_a_file_twice(folder, pair):
    """Each pair of what a watch reads and writes: by one name, through folders, by links and by hard links."""
    Path("soft").symlink_to("in")
    Path("hard").hardlink_to("in")
    Path("ahead").symlink_to("new")
    for second in ("in", "./in", "pol/../in", "soft", "hard", str(folder / "in")):
        refused(folder, named(pair, "in", second))
    if pair[0] != "FILE":
        for second in ("new", "./new", "ahead"):
            refused(folder, named(pair, "new", second))


def test_beside_a_journal(folder):
    """The files that SQLite keeps beside a journal are the journal's."""
    refused(folder, ["watch", "in", "--journal", "j", "--record", "j-wal"])


@pytest.mark.parametrize(
    "args",
    [
        ["decide", "ask.yaml", "--record", "ask.yaml"],
        ["decide", "ask.yaml", "--record", "pol/policy.yaml"],
        ["timeline", "ask.yaml", "--format", "json", "-o", "ask.yaml"],
        ["timeline", "ask.yaml", "--format", "json", "-o", "pol/policy.yaml"],
        ["matrix", "ask.yaml", "--format", "json", "-o", "pol/policy.yaml"],
        ["diff", "AA@2024-01-01", "AA@2024-03-01", "--format", "json", "-o", "pol/policy.yaml"],
        ["diff", "AA@2024-01-01", "AA@2024-03-01", "--cases", "ask.yaml", "--format", "json", "-o", "ask.yaml"],
        ["test", "--junit", "pol/policy.yaml"],
    ],
)
def test_a_result_over_what_it_is_made_from(folder, args):
    """No verb writes over the policies or scenarios that it reads."""
    refused(folder, [*args, "--policies", "pol"])


def test_standard_output_that_leads_into_a_file(folder):
    """A record that standard output was led into is refused, also as a descriptor, in a watch, in a decision and in a replay."""
    for tail, args in (
        (">> o", ["watch", "in", "--record", "o"]),
        (">> o", ["watch", "in", "--rejects", "/dev/fd/1"]),
        ("< in", ["watch", "--output", "in"]),
        ("5>> o >> o", ["decide", *AT_HOME, "--record", "/dev/fd/5", "--policies", "pol"]),
        (">> in", ["replay", "in"]),
    ):
        ran = shell(tail, *args)
        assert ran.returncode == 2, (tail, args, ran.stderr)
        assert b"are one file" in ran.stderr


def test_what_may_be_named_twice(folder):
    """Devices and pipes are no files: several outputs may go there; and files of one content are two."""
    shutil.copy("in", "copy")
    ran = shell("2>&1 | cat", "watch", "in", "--journal", "j", "--output", "o", "--record", "r", "--clock", "2024-06-05")
    assert (ran.returncode, ran.stdout) == (0, b"")
    assert shell("> /dev/null", "decide", *AT_HOME, "--policies", "pol").returncode == 0


def started(*args: str, **streams: int) -> subprocess.Popen[bytes]:
    """A watch in a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "caveat", "watch", *args], env=environment(), stderr=subprocess.PIPE, **streams)


def takes_signals(running: subprocess.Popen[bytes]) -> bool:
    """Whether a process has begun to take SIGTERM itself."""
    status = Path(f"/proc/{running.pid}/status").read_text("utf-8")
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def waiting_in(pipe: int) -> int:
    """How many bytes wait in a pipe."""
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4), sys.byteorder)


def until(condition: Callable[[], bool]) -> None:
    """Wait for something to hold; the bound is for a machine that is stuck."""
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="a system with /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_wait_for_a_record_ends(folder, number):
    """A record that another process holds is waited for until a signal comes; what was to be told stays in the journal."""
    with Path("r").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        running = started("in", "--journal", "j", "--record", "r", "--output", "o", "--clock", "2024-06-05")
        until(lambda: takes_signals(running))
        running.send_signal(number)
        err = running.communicate(timeout=60)[1]
    assert (running.returncode, b"another process holds it" in err, b"Traceback" in err) == (1, True, False)
    assert shell("", "watch", "in", "--journal", "j", "--record", "r", "--output", "o").returncode == 0
    assert Path("o").read_bytes().count(b"\n") == Path("r").read_bytes().count(b'"seq"') == 2


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="a system with /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_wait_for_a_reader_ends(folder, number):
    """A pipe that nobody reads is waited for until a signal comes; the rest is told by the next run, with the numbers it had."""
    Path("in").write_bytes(b"\n".join([*written(*[scenario(f"battery-{n}") for n in range(600)]), b""]))
    ours, theirs = os.pipe()
    running = started("in", "--journal", "j", stdout=theirs)
    os.close(theirs)
    until(lambda: takes_signals(running) and waiting_in(ours) > FULL)
    running.send_signal(number)
    assert running.communicate(timeout=60)[1] == b""
    assert running.returncode == 0
    with os.fdopen(ours, "rb") as pipe:
        told = pipe.read().split(b"\n")[:-1]
    ran = shell("", "watch", "in", "--journal", "j")
    numbers = {int(line[1:].split(b" ")[0]) for line in [*told, *ran.stdout.splitlines()]}
    assert numbers == set(range(1, 601))
    assert 0 < len(told) < 600


def test_a_lock_is_not_waited_for_for_ever(folder, monkeypatch):
    """Another process that never lets go of a record ends in an error that says so."""
    monkeypatch.setattr("caveat.record.writer.PATIENCE_SECONDS", 0.0)
    with Path("r").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(RecordError, match="another process holds it"):
            append(Path("r"), "x", [b"{}\n"], lambda: b"{}\n")


def test_lines_that_were_not_written_are_not_told():
    """Of lines for a full pipe those count as told that went into it whole."""
    ours, theirs = os.pipe()
    outlet = Outlet(lambda data, _: f"{data['text']}\n", lambda _: None, 0)
    outlet._file = theirs
    rows = [(n, {"text": f"{n:>999}"}) for n in range(1, 201)]
    assert outlet.send(rows, 0, stop=lambda: True) is False
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        got = pipe.read()
    assert outlet.told == got.count(b"\n") > 0


def test_two_runs_on_one_record(folder):
    """Two processes that append to one record at once lose no line of each other, and mix none."""
    command = [sys.executable, "-m", "caveat", "decide", *AT_HOME, "--policies", "pol", "--record", "r"]
    running = [subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL) for _ in range(4)]
    assert [one.wait(60) for one in running] == [0] * 4
    assert caveat("replay", "r", "--policies", "pol", "--exit-code").code == 0
    assert Path("r").read_bytes().count(b'"verdict"') >= 4


@pytest.mark.parametrize("name", ["pol", "no/r", "/dev/null"])
def test_a_record_that_cannot_be_is_refused_at_once(folder, name):
    """A watch whose record is a folder, lies in none, or is a device says so before it takes anything."""
    ran = caveat("watch", "in", "--output", "o", "--record", name)
    assert (ran.code, ran.out) == (1, "")
    assert f"cannot append to the record `{name}`" in ran.err
    assert not Path("o").exists()


def test_a_damaged_record_is_appended_to(folder):
    """Lines of a record that only look like this journal's do no harm: the records that are missing are appended."""
    assert caveat("watch", "in", "--journal", "j", "--output", "o", "--record", "r", "--clock", "2024-06-05").code == 0
    journal = json.loads(Path("r").read_bytes().splitlines()[-1])["watch"]["journal"]
    Path("r").write_bytes(b'{"x": "\\"journal\\":\\"%s\\""}\n{"journal":"%s"\n' % (journal.encode(), journal.encode()))
    Path("more").write_bytes(b"\n".join([*written(scenario("other")), b""]))
    assert caveat("watch", "more", "--journal", "j", "--output", "o", "--record", "r").code == 0
    assert Path("r").read_bytes().count(b'"seq":') == 1

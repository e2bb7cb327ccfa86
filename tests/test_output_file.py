"""Where `--output` leads: files, links, devices, pipes, descriptors, and what happens where it cannot be written."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from command import BASE, caveat, environment, shell

from caveat.cli.output import descriptor

DIFF = ["diff", "AA@2024-01-15", "AA@2024-03-01", "--policies", str(BASE), "--format", "json"]
TIMELINE = ["timeline", "--weapon", "rocket", "--supplier", "AA", "--region", "AA-2", "--policies", str(BASE), "--format", "svg"]
MATRIX = [
    "matrix",
    "--row-values",
    "AA",
    "--column-values",
    "AA-2",
    "--weapon",
    "rocket",
    "--date",
    "2024-02-01",
    "--policies",
    str(BASE),
    "--format",
    "html",
]
VERBS = pytest.mark.parametrize("args", [DIFF, TIMELINE, MATRIX], ids=["diff", "timeline", "matrix"])
needs_posix = pytest.mark.skipif(os.name != "posix", reason="pipes and descriptors of POSIX systems")


def printed(args: list[str]) -> bytes:
    """What a command prints."""
    return caveat(*args).out.encode()


@VERBS
def test_a_file_has_the_bytes_that_are_printed(tmp_path, args):
    """`--output` into a file, into a new one and over an old one, gives what standard output gives, and nothing beside it."""
    for _ in range(2):
        assert caveat(*args, "--output", str(tmp_path / "x")).code == 0
        assert (tmp_path / "x").read_bytes() == printed(args)
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


@needs_posix
@VERBS
def test_into_pipes(args):
    """`/dev/stdout`, `/dev/fd/N` and a process substitution take the whole."""
    wanted = printed(args)
    assert shell("-o /dev/stdout | cat", *args).stdout == wanted
    assert shell("-o /dev/fd/7 7>&1 | cat", *args).stdout == wanted
    assert shell("-o >(cat) | cat", *args).stdout == wanted


@needs_posix
def test_into_a_file_that_is_already_open(tmp_path):
    """A descriptor that leads into a file is written to where it stands: what was there before and what comes after stays."""
    command = " ".join([sys.executable, "-m", "caveat", *DIFF, "-o", "/dev/stdout"])
    subprocess.run(["bash", "-c", f"(echo before; {command}; echo after) >> x"], cwd=tmp_path, env=environment(), check=True)
    assert (tmp_path / "x").read_bytes() == b"before\n" + printed(DIFF) + b"after\n"


@needs_posix
def test_into_a_named_pipe(tmp_path):
    """A named pipe stays one, and whoever reads it gets the whole."""
    os.mkfifo(tmp_path / "p")
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append((tmp_path / "p").read_bytes()))
    reader.start()
    assert caveat(*TIMELINE, "-o", str(tmp_path / "p")).code == 0
    reader.join(20)
    assert found == [printed(TIMELINE)]
    assert (tmp_path / "p").is_fifo()


@needs_posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_waiting_for_a_reader_ends_with_a_signal(tmp_path, number):
    """Where nobody opens the named pipe, a signal ends the wait, without a traceback."""
    os.mkfifo(tmp_path / "p")
    program = (
        "import os; from caveat import cli; opened = os.open;"
        "os.open = lambda path, *rest: (print('begun', flush=True) if str(path).endswith('/p') else None, opened(path, *rest))[1];"
        "cli.run()"
    )
    command = [sys.executable, "-c", program, *TIMELINE, "-o", str(tmp_path / "p")]
    running = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stdout.readline() == b"begun\n"
    running.send_signal(number)
    assert running.communicate(timeout=20)[1] == b""
    assert running.returncode in (130, -signal.SIGTERM)


@needs_posix
def test_a_link_stays_a_link(tmp_path):
    """A link is followed: the file behind it is replaced, with the rights that it had."""
    (tmp_path / "folder").mkdir()
    behind = tmp_path / "folder" / "x"
    behind.write_text("old")
    behind.chmod(0o640)
    (tmp_path / "link").symlink_to(behind)
    assert caveat(*DIFF, "-o", str(tmp_path / "link")).code == 0
    assert (tmp_path / "link").is_symlink()
    assert behind.read_bytes() == printed(DIFF)
    assert behind.stat().st_mode & 0o777 == 0o640


@needs_posix
@pytest.mark.parametrize(
    ("name", "said"),
    [("/dev/full", "No space left on device"), (".", "Is a directory"), ("no/x.json", "there is no folder"), ("f/x", "Not a directory"), ("/dev/fd/99", "Bad file descriptor")],
)  # fmt: skip
@VERBS
def test_what_cannot_be_written(tmp_path, monkeypatch, args, name, said):
    """A full disk, a folder, a folder that is not there, a closed descriptor: an error that names it, exit 1, and nothing is left."""
    if name == "/dev/full" and not Path(name).exists():
        pytest.skip("no /dev/full here")
    monkeypatch.chdir(tmp_path)
    Path("f").touch()
    ran = caveat(*args, "-o", name)
    assert (ran.code, ran.out) == (1, "")
    assert f"error: cannot write `{name}`: " in ran.err
    assert said in ran.err
    assert [p.name for p in tmp_path.iterdir()] == ["f"]


@needs_posix
def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    """Where the disk is full in the middle, the old file is as it was, and no half file stands beside it."""
    (tmp_path / "x").write_text("old")

    def no_room(self: object, *args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", no_room)
    ran = caveat(*DIFF, "-o", str(tmp_path / "x"))
    assert (ran.code, (tmp_path / "x").read_text()) == (1, "old")
    assert "No space left on device" in ran.err
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


@needs_posix
def test_a_reader_that_has_gone_away():
    """Where nobody reads the pipe that was named, it ends without noise."""
    ran = shell("-o /dev/fd/7 7>&1 | true; exit ${PIPESTATUS[0]}", *DIFF)
    assert (ran.returncode, ran.stderr) in ((1, b""), (0, b"wrote /dev/fd/7\n"))


@needs_posix
def test_a_pipe_that_does_not_wait():
    """Into a pipe that someone set not to wait, and that is read slowly, the whole is written."""
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    command = [sys.executable, "-m", "caveat", "schema", "case", "--policies", str(BASE)]
    wanted = caveat(*command[3:]).out.encode()
    for args in (command, [*command[:3], "sources", "--full", "--format", "json"]):
        running = subprocess.Popen(args, env=environment(), stdout=theirs)
        found = b""
        while running.poll() is None:
            found += os.read(ours, 1_000) if _waiting(ours) else b""
        while _waiting(ours):
            found += os.read(ours, 65_536)
        assert running.returncode == 0
        assert found == (wanted if args is command else caveat(*args[3:]).out.encode())
    os.close(ours)
    os.close(theirs)


def _waiting(pipe: int) -> bool:
    return bool(select.select([pipe], [], [], 0.01)[0])


@needs_posix
def test_names_of_descriptors(tmp_path):
    """A name that stands for an open descriptor is known, also behind links; other names are names."""
    (tmp_path / "a").symlink_to("/dev/stdout")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "ring").symlink_to("ring")
    names = ["/dev/stdout", "/dev/fd/3", "/proc/self/fd/12", "/dev/../dev/stderr", str(tmp_path / "b"), str(tmp_path / "ring"), "x", "/dev/null"]
    assert [descriptor(Path(name)) for name in names] == [1, 3, 12, 2, 1, None, None, None]

"""Where the command line writes: closed streams, narrow encodings, terminals; and whatever may be typed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command import ABROAD, BASE, NEAR, ask, caveat, on_a_terminal, process, shell
from hypothesis import given
from hypothesis import strategies as st
from seeding import examples

needs_posix = pytest.mark.skipif(os.name != "posix", reason="pipes and terminals of POSIX systems")


@needs_posix
@pytest.mark.parametrize("tail", ["| head -1", "| true", ">&-", "2>&-", ">&- 2>&-", "<&-", "> /dev/full", "2> /dev/full"])
def test_closed_and_full_streams(tail: str) -> None:
    """A reader that went away, a stream that is closed, a disk that is full: no traceback, and no noise at the end."""
    if "full" in tail and not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    for args in (["vocabulary", "weapon"], ["decide", "-"]):
        ran = shell(tail, *args, "--policies", str(BASE))
        assert b"Traceback" not in ran.stderr
        assert b"Exception ignored" not in ran.stderr


@needs_posix
def test_much_output_into_a_closed_pipe() -> None:
    """More than a pipe holds, into one that nobody reads."""
    line = '{"weapon": "rocket", "supplier": "AA"}\n'
    ran = shell("| head -1", "decide", "-", "--policies", str(BASE), "--format", "json", typed=line.encode() * 200)
    assert (ran.stdout, ran.stderr) == (b"[\n", b"")


@pytest.mark.parametrize(
    "env", [{"LANG": "C", "LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONUTF8": "0", "LC_ALL": "POSIX"}, {"PYTHONIOENCODING": "cp1252"}]
)
def test_narrow_encodings(env: dict[str, str]) -> None:
    """Where the terminal has no letter for something, a mark stands for it, and nothing breaks."""
    ran = process("vocabulary", "target.region", "--search", "UA-63", **env)
    assert (ran.returncode, ran.stderr) == (0, b"")
    ran = process("decide", "--region", "Хaрьkiv", **env)
    assert ran.returncode == 2
    assert b"error[unknown-value]" in ran.stderr


@needs_posix
def test_colour() -> None:
    """Colour on a terminal; none where NO_COLOR is set, on a dumb terminal, or in a file."""
    args = ["decide", "--policies", str(BASE), *ABROAD]
    assert "\x1b[" in on_a_terminal(*args)
    assert "\x1b[" not in on_a_terminal(*args, NO_COLOR="1")
    assert "\x1b[" not in on_a_terminal(*args, TERM="dumb")
    assert b"\x1b[" not in process(*args, COLUMNS="200", TERM="xterm").stdout


@needs_posix
@pytest.mark.parametrize(("columns", "width"), [("60", 60), ("300", 100), ("10", 40), ("nonsense", 80), ("-5", 80), ("0", 80)])
def test_width(columns: str, width: int) -> None:
    """Text is wrapped to the terminal, but neither very wide nor very narrow."""
    lines = on_a_terminal("decide", "--policies", str(BASE), *ABROAD, NO_COLOR="1", COLUMNS=columns).split("\n")
    assert max(len(line) for line in lines if "http" not in line) <= width


def test_no_terminal_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Into a file, lines have 80 columns, whatever COLUMNS says."""
    monkeypatch.setenv("COLUMNS", "200")
    assert all(len(line) <= 80 or "http" in line for line in ask(*NEAR).out.split("\n"))


# -- anything at all


OPTIONS = [
    "--weapon",
    "--region",
    "--date",
    "--fact",
    "--supplier",
    "--as-of",
    "--known-by",
    "--issuer",
    "--approvals",
    "--format",
    "--engine",
    "--min-grade",
]
FLAGS = ["--brief", "--exit-code", "--no-assumptions", "--", "-f", "-h", "-"]
VALUES = [
    "rocket",
    "AA",
    "AA-2",
    "BB",
    "2024-02-01",
    "2024",
    "weapon=rocket",
    "a=b,c",
    "json",
    "press",
    "",
    " ",
    "none",
    "null",
    "[",
    "../..",
    "%s",
    "{}",
]
ODD = ["\x1b", "\u202e", "\ud800", "x" * 5_000, "9" * 5_000, "2024/" * 300]


@examples(150)
@given(
    words=st.lists(st.sampled_from([*OPTIONS, *FLAGS, *VALUES, *ODD]), max_size=8), verb=st.sampled_from(["decide", "explain", "vocabulary", "lint"])
)
def test_any_words(words: list[str], verb: str) -> None:
    """Whatever is typed ends in an answer or a message, and in a code that is listed."""
    ran = caveat(verb, "--policies", str(BASE), *words, typed=b"weapon: rocket\n")
    assert ran.code in (0, 1, 2, 3, 4, 5)
    assert ran.out or ran.err or verb == "vocabulary"
    assert "Traceback" not in ran.err

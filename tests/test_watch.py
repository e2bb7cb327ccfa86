"""A watch keeps questions open over a stream: it tells each change once, and where it ends depends only on what it accepted."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from command import caveat, environment, process
from conftest import ROOT
from incident_stream import BAD, correction, lines_of, report, retraction, scenario, stream, written
from jsonschema import Draft202012Validator
from seeding import SEED

from caveat import Library, Scenario
from caveat.resolve.incidents import read_report
from caveat.schemas import schema_of
from caveat.watch.journal import Journal, JournalError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from caveat.watch.watch import Watch


def fed(library: Library, lines: Iterable[bytes], **how: Any) -> tuple[Watch, list[dict[str, Any]]]:
    """A watch that took these lines, and what it told."""
    watch = library.watch(**{"clock": "2024-06-05", **how})
    for number, line in enumerate(lines, 1):
        watch.take(line, number)
    return watch, [data for _, data, _ in watch.journal.told_after(0)]


def verdicts(told: list[dict[str, Any]]) -> list[str | None]:
    """The verdicts in the order told."""
    return [line["verdict"] for line in told]


# -- what is told


def test_a_verdict_changes_with_reports(library):
    """Shelling makes it permitted, its retraction undoes that, and each line says what it was and why."""
    lines = [scenario("battery"), report("r1"), report("r2", **{"from": "RU-KRS"}), retraction("r3", "r1")]
    _, told = fed(library, written(*lines))
    assert verdicts(told) == ["needs-facts", "permitted", "needs-facts"]
    assert [line["before"] for line in told] == [None, "needs-facts", "permitted"]
    assert [(line["cause"]["op"], line["cause"]["id"], line["cause"]["line"]) for line in told] == [
        ("scenario", "battery", 1), ("report", "r1", 2), ("report", "r3", 4),
    ]  # fmt: skip
    (derived,) = (d for d in told[1]["derived"] if not d["set_aside"])
    assert (derived["fact"], derived["values"], derived["reports"], derived["certain"]) == ("target.activity", ["attacking"], ["r1"], True)


def test_told_lines_match_their_schema(library):
    """`caveat schema watch` describes what is told, `watch-line` what is taken."""
    lines = [
        scenario("a"),
        report("r1"),
        {"op": "clock", "day": "2024-06-09"},
        {"op": "close", "id": "a"},
        correction("r2", "r1"),
        retraction("r3", "r2"),
    ]
    _, told = fed(library, written(*lines))
    for kind, data in (("watch", told), ("watch-line", lines)):
        check = Draft202012Validator(schema_of(kind, library.book))
        for line in data:
            check.validate(line)


def test_nothing_is_told_where_nothing_changes(library):
    """A second report of the same, a duplicate, a new version that comes to the same, an older version: silence."""
    lines = [scenario("battery"), report("r1"), report("r1"), report("r2"), scenario("battery", version=2), scenario("battery", version=1)]
    assert verdicts(fed(library, written(*lines))[1]) == ["needs-facts", "permitted"]


def test_a_retraction_may_come_first(library):
    """What is retracted before it comes never counts; what corrects an earlier report counts in its place."""
    _, told = fed(library, written(scenario("battery"), retraction("r2", "r1"), report("r1")))
    assert verdicts(told) == ["needs-facts"]
    _, told = fed(library, written(scenario("battery"), correction("r2", "r1", **{"from": "RU-KRS"}), report("r1")))
    assert verdicts(told) == ["needs-facts"]
    _, told = fed(library, written(scenario("battery"), report("r1"), retraction("r2", "r1"), retraction("r3", "r2")))
    assert verdicts(told) == ["needs-facts", "permitted", "needs-facts", "permitted"]


def test_the_clock_brings_what_is_reported_later(library):
    """A report counts from the day on which it is public; the clock never goes back."""
    late = report("r1", "2024-06-02") | {"reported": "2024-06-07"}
    clock = [{"op": "clock", "day": day} for day in ("2024-06-06", "2024-06-08", "2024-06-01")]
    watch, told = fed(library, written(scenario("battery"), late, *clock))
    assert verdicts(told) == ["needs-facts", "permitted"]
    assert (told[1]["cause"]["op"], watch.clock) == ("clock", "2024-06-08")


def test_a_question_that_moves_with_the_clock(library):
    """`date: clock` asks about each day anew: yesterday's shelling counts, last month's does not."""
    lines = [scenario("today", "clock"), report("r1", "2024-06-04"), {"op": "clock", "day": "2024-06-06"}, {"op": "clock", "day": "2024-07-06"}]
    _, told = fed(library, written(*lines))
    assert verdicts(told) == ["needs-facts", "permitted", "unclear", "needs-facts"]


def test_known_by_holds_a_question_still(library):
    """A question with a day of its own by which things were known does not move with the clock."""
    fixed = {**scenario("then"), "known_by": "2024-06-02"}
    late = report("r1", "2024-06-02") | {"reported": "2024-06-03"}
    assert verdicts(fed(library, written(fixed, late, {"op": "clock", "day": "2024-06-09"}))[1]) == ["needs-facts"]


def test_closing_is_for_good(library):
    """A closed scenario is told once as closed, and stays so whatever comes, also if the close came first."""
    watch, told = fed(library, written(scenario("a"), {"op": "close", "id": "a"}, report("r1"), scenario("a", version=9), {"op": "close", "id": "a"}))
    assert ([line["closed"] for line in told], watch.states) == ([False, True], {})
    assert fed(library, written({"op": "close", "id": "a"}, scenario("a")))[1] == []


def test_what_cannot_be_decided_is_said_and_is_no_verdict(library, monkeypatch):
    """An error is told as a problem, with no verdict, and the stream goes on."""
    from caveat.core.errors import TooLargeError

    def refuse(*_: Any, **__: Any) -> Any:
        raise TooLargeError("too many readings")

    watch = library.watch(clock="2024-06-05")
    watch.take(written(scenario("a"))[0], 1)
    with monkeypatch.context() as patched:
        patched.setattr(type(library), "decide", refuse)
        watch.take(written(report("r1"))[0], 2)
    watch.take(written(report("r2", "2024-06-01"))[0], 3)
    told = [data for _, data, _ in watch.journal.told_after(0)]
    assert [(line["verdict"], line["problem"]) for line in told] == [("needs-facts", ""), (None, "too many readings"), ("permitted", "")]


# -- order, duplicates, and the bound on memory


def outcome(library: Library, lines: list[bytes]) -> dict[str, str]:
    """The states after these lines."""
    return fed(library, lines)[0].states


@pytest.mark.parametrize("seed", range(4))
def test_the_end_does_not_depend_on_the_order(library, seed):
    """Whatever the order of the lines, and however often each comes, the open questions end in the same states."""
    lines = lines_of(SEED + seed, 24)
    expected = outcome(library, lines)
    for turn in range(2):
        other = [*lines, *lines[::3]]
        Random(turn).shuffle(other)
        assert outcome(library, other) == expected


@pytest.mark.parametrize("seed", range(6))
def test_the_end_is_what_deciding_once_says(library, seed):
    """Every open question ends as `decide` answers it with all reports at once: no report is left out, none is held too long."""
    lines = lines_of(SEED + 100 + seed, 28)
    watch, _ = fed(library, lines)
    data = [json.loads(line) for line in lines]
    reports = [read_report(library.book, {k: v for k, v in d.items() if k != "op"}) for d in data if d["op"] in ("report", "correct", "retract")]
    opened = {}
    for d in sorted((d for d in data if d["op"] == "scenario"), key=lambda d: d["version"]):
        opened[d["id"]] = d
    closed = {d["id"] for d in data if d["op"] == "close"}
    assert set(watch.states) == set(opened) - closed
    for ident, state in watch.states.items():
        facts = {**opened[ident]["scenario"], "reports": reports}
        facts["date"] = watch.clock if facts["date"] == "clock" else facts["date"]
        assert library.decide(Scenario(facts), known_by=opened[ident].get("known_by", watch.clock)).verdict == state


def test_reports_that_can_matter_to_nothing_cost_no_memory(library):
    """Reports from elsewhere, or long ago, or a thousand of the same, are kept in the journal and not in memory."""
    lines = [scenario("battery"), *(report(f"a{n}", **{"from": "RU-KRS"}) for n in range(300)), *(report(f"b{n}", "2023-01-01") for n in range(300))]
    watch, _ = fed(library, written(*lines, *(report(f"c{n}") for n in range(300))))
    (question,) = watch._open.values()
    assert len(question.kept.all()) == watch._meaning.most("attack")
    assert len(watch._known) <= 10


# -- bad lines


CODES = {
    b"{": "not-json", b"[]": "not-json", b"\xff": "not-utf-8", b"{" * 100_000: "not-json", b'{"a": ' + b"[" * 50 + b"]" * 50 + b"}": "not-json", b'{"a": NaN}': "not-json", b"{}": "unknown-op",
    b'{"op": "report", "op": "report"}': "duplicate-key", b'{"op": "reprot"}': "unknown-op", b'{"op": ["report"]}': "unknown-op",
    b'{"op": "clock", "day": "2024-02-30"}': "impossible-date", b'{"op": "clock", "day": "2024-02-03", "id": "x"}': "unknown-key",
    b'{"op": "close"}': "missing-key", b'{"op": "close", "id": ""}': "wrong-id", b'{"op": "close", "id": "a\\u202e"}': "wrong-id",
    b'{"op": "scenario", "id": "a", "scenario": []}': "not-a-scenario", b'{"op": "scenario", "id": "a", "scenario": {"reports": []}}': "not-a-scenario",
    b'{"op": "scenario", "id": "a", "version": 0, "scenario": {}}': "wrong-version",
    b'{"op": "scenario", "id": "a", "version": 1e400, "scenario": {}}': "wrong-version",
    b'{"op": "scenario", "id": "a", "scenario": {"weapon": "hymars"}}': "unknown-value",
    b'{"op": "scenario", "id": "a", "as_of": "soon", "scenario": {}}': "impossible-date",
    b'{"op": "correct", "id": "a"}': "missing-key", b'{"op": "report", "id": "a"}': "missing-key",
    b"[" + b"1" * 1_000_001: "line-too-long",
}  # fmt: skip


@pytest.mark.parametrize(("line", "code"), CODES.items(), ids=list(CODES.values()))
def test_a_bad_line_is_set_aside_and_the_stream_goes_on(library, line, code):
    """Whatever a line holds, it is reported with its number and a code, kept aside, and nothing else changes."""
    watch = library.watch(clock="2024-06-05")
    watch.take(written(scenario("battery"))[0], 1)
    rejected = watch.take(line, 2)
    assert rejected is not None
    assert (rejected.line, rejected.code) == (2, code)
    assert watch.take(line, 2) is None  # known already
    ((_, kept),) = watch.journal.rejects()
    assert (kept["line"], kept["code"], len(kept["text"]) <= 4_000) == (2, code, True)
    watch.take(written(report("r1"))[0], 3)
    assert watch.states == {"battery": "permitted"}


def test_a_position_is_refused(library):
    """A report that gives a position is set aside: none is ever held."""
    watch = library.watch(clock="2024-06-05")
    rejected = watch.take(written(report("r1", **{"from": "50.4501, 30.5234"}))[0], 1)
    assert rejected is not None
    assert rejected.code == "coordinates"


def test_an_id_that_is_used_again_for_something_else(library):
    """A report or a version that says something else under the same id is a conflict; what came first stands."""
    watch = library.watch(clock="2024-06-05")
    lines = written(scenario("a"), report("r1"), report("r1", "2024-06-01"), scenario("a", "2024-06-02"))
    assert [r.code if (r := watch.take(line, n)) else None for n, line in enumerate(lines)] == [None, None, "conflict", "conflict"]


# -- the command


def watched(tmp_path: Path, lines: list[bytes], *args: str) -> Any:
    """`caveat watch` of a file with these lines."""
    (tmp_path / "in.jsonl").write_bytes(b"\n".join([*lines, b""]))
    return process("watch", str(tmp_path / "in.jsonl"), "--clock", "2024-06-05", *args)


def test_the_command_tells_in_text_and_json(tmp_path):
    """One line each; bad lines on standard error with their numbers; exit code 0."""
    lines = [*written(scenario("battery"), report("r1")), b"nonsense"]
    ran = watched(tmp_path, lines)
    assert ran.returncode == 0
    assert (
        ran.stdout.decode()
        .splitlines()[1]
        .startswith("#2 battery: PERMITTED, was NEEDS FACTS (report r1, line 2). United States by kharkiv-counter-fire")
    )
    assert ran.stderr.decode() == "line 3: error[not-json]: this is not JSON: expecting value at column 1; write one object a line\n"
    ran = watched(tmp_path, lines, "--format", "json")
    assert verdicts([json.loads(line) for line in ran.stdout.splitlines()]) == ["needs-facts", "permitted"]


def test_a_journal_goes_on_where_it_stopped(tmp_path):
    """A second run with the same journal reads only what is new, and repeats nothing."""
    args = ("--journal", str(tmp_path / "j.db"), "--output", str(tmp_path / "out"), "--rejects", str(tmp_path / "bad"))
    lines = [*written(scenario("battery")), b"nonsense"]
    watched(tmp_path, lines, *args)
    ran = watched(tmp_path, [*lines, *written(report("r1"))], *args)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert [line.split(b" ")[0] for line in (tmp_path / "out").read_bytes().splitlines()] == [b"#1", b"#2"]
    assert len((tmp_path / "bad").read_bytes().splitlines()) == 1


def test_the_same_lines_again_on_standard_input(tmp_path):
    """A feeder that sends everything again after a restart changes nothing."""
    lines = b"\n".join(stream(3, 20))
    args = [sys.executable, "-m", "caveat", "watch", "--journal", str(tmp_path / "j.db"), "--clock", "2024-06-05", "--output", str(tmp_path / "out")]
    first, second = (subprocess.run(args, input=lines, env=environment(), capture_output=True, check=True) for _ in range(2))
    assert (first.stderr != b"", second.stderr) == (True, b"")
    numbers = [int(line.split(b" ")[0][1:]) for line in (tmp_path / "out").read_bytes().splitlines()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_records_of_what_is_told(tmp_path):
    """With --record every told decision is on record, and a replay confirms it."""
    watched(tmp_path, written(scenario("battery"), report("r1"), retraction("r2", "r1")), "--record", str(tmp_path / "log"))
    ran = caveat("replay", str(tmp_path / "log"), "--policies", str(ROOT / "policies"), "--exit-code")
    assert (ran.code, ran.out) == (0, "3 decisions decided again: none differs.\n")


def test_another_library_is_told(tmp_path, library):
    """Where the policies changed since the last run, what is open is decided again, and each change is told with that cause."""
    journal = tmp_path / "j.db"
    watch, _ = fed(library, written(scenario("a", **{"target.activity": "attacking"})), journal=journal)
    watch.journal.commit()
    watch.journal.close()
    data = {i: s for i, s in library.book.statements.items() if i != "x"}
    from dataclasses import replace

    rules = tuple(replace(r, overrides=()) if r.id == "US/kharkiv-counter-fire" else r for r in library.book.rules)
    other = Library(replace(library.book, rules=rules, statements=data, digest="sha256:other"))
    again = other.watch(journal)
    told = [line for _, line, _ in again.journal.told_after(1)]
    assert [(line["before"], line["verdict"], line["cause"]["op"]) for line in told] == [("permitted", "unclear", "library")]
    again.journal.close()


def test_a_journal_is_used_by_one_watch(tmp_path, library):
    """A second watch of the same journal is refused; so is a file that is none, and a database of something else."""
    watch = library.watch(tmp_path / "j.db")
    with pytest.raises(JournalError, match="in use"):
        library.watch(tmp_path / "j.db")
    watch.journal.rollback()
    watch.journal.close()
    (tmp_path / "text").write_bytes(b"just text, and more of it than a header" * 50)
    with pytest.raises(JournalError, match="no journal"):
        Journal(tmp_path / "text")
    import sqlite3

    other = sqlite3.connect(tmp_path / "other")
    other.execute("create table t(x)")
    other.close()
    with pytest.raises(JournalError, match="not a journal"):
        Journal(tmp_path / "other")
    with pytest.raises(JournalError, match="cannot be used"):
        Journal(tmp_path / "none" / "j.db")


def test_an_output_that_belongs_to_something_else(tmp_path):
    """A file that this journal did not write is not written to."""
    (tmp_path / "out").write_text("notes of mine\n")
    ran = watched(tmp_path, written(scenario("a")), "--output", str(tmp_path / "out"))
    assert (ran.returncode, (tmp_path / "out").read_text()) == (1, "notes of mine\n")
    (tmp_path / "out").write_text("#7 told by another journal\n")
    assert watched(tmp_path, written(scenario("a")), "--output", str(tmp_path / "out")).returncode == 1


# -- how it ends


def started(*args: str, **pipes: Any) -> subprocess.Popen[bytes]:
    """`caveat watch`, running."""
    return subprocess.Popen([sys.executable, "-m", "caveat", "watch", "--clock", "2024-06-05", *args], env=environment(), **pipes)


def until(condition: Any, seconds: float = 20) -> None:
    """Wait for something to hold."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(tmp_path, number):
    """What was accepted is told and kept; the exit code is 0, without a traceback."""
    running = started("--journal", str(tmp_path / "j.db"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    running.stdin.write(b"\n".join([*written(scenario("battery"), report("r1")), b""]))
    running.stdin.flush()
    told = [running.stdout.readline() for _ in range(2)]
    running.send_signal(number)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out, err, [line[:3] for line in told]) == (0, b"", b"", [b"#1 ", b"#2 "])


def test_a_reader_that_goes_away_ends_it(tmp_path):
    """Where nobody reads any more it ends without noise, also while it waits for input; nothing accepted is lost."""
    running = started("--journal", str(tmp_path / "j.db"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    running.stdin.write(b"\n".join([*written(scenario("battery")), b""]))
    running.stdin.flush()
    running.stdout.readline()
    running.stdout.close()
    assert running.wait(20) == 1
    assert running.stderr.read() == b""
    running.stdin.close()
    running.stderr.close()
    assert list(Journal(tmp_path / "j.db").states().values()) == ["needs-facts"]


def test_a_file_that_grows(tmp_path):
    """With --follow what is appended is taken, a half-written line once it is whole, and a file that takes its place from its start."""
    source, out = tmp_path / "in.jsonl", tmp_path / "out"
    first, second, third = written(scenario("battery"), report("r1"), retraction("r2", "r1"))
    source.write_bytes(first + b"\n" + second[:30])
    running = started(str(source), "--follow", "--output", str(out), stderr=subprocess.PIPE)

    def told(count: int) -> bool:
        return out.exists() and out.read_bytes().count(b"\n") == count

    until(lambda: told(1))
    with source.open("ab") as file:
        file.write(second[30:] + b"\n")
    until(lambda: told(2))
    (tmp_path / "next").write_bytes(third + b"\n")
    (tmp_path / "next").replace(source)
    until(lambda: told(3))
    running.send_signal(signal.SIGTERM)
    assert b"is another file now" in running.communicate(timeout=20)[1]
    assert running.returncode == 0


def test_a_last_line_that_is_not_finished(tmp_path):
    """A file that ends in the middle of a line is read up to there, and the rest when it is whole."""
    path, args = tmp_path / "in.jsonl", ("--journal", str(tmp_path / "j.db"), "--clock", "2024-06-05")
    first, second = written(scenario("battery"), report("r1"))
    path.write_bytes(first + b"\n" + second[:40])
    ran = process("watch", str(path), *args)
    assert (ran.returncode, ran.stdout.count(b"\n"), b"is not finished" in ran.stderr) == (0, 1, True)
    path.write_bytes(first + b"\n" + second)
    assert process("watch", str(path), *args).stdout.startswith(b"#2 battery: PERMITTED")


def test_a_file_that_was_replaced_is_read_from_its_beginning(tmp_path):
    """A place in a file holds only for the file it was noted of."""
    args = ("--journal", str(tmp_path / "j.db"))
    watched(tmp_path, written(scenario("battery"), report("r1")), *args)
    ran = watched(tmp_path, [*BAD[1:2], *written(scenario("other"), report("r1"), report("r9"), retraction("r2", "r1"))], *args)
    assert b"is not the file it was" in ran.stderr
    assert [line.split(b" ")[1] for line in ran.stdout.splitlines()] == [b"other:"]


def test_the_example_stream(tmp_path):
    """The founding case as a stream: fire is reported, then that the guns left, then that they did not."""
    ran = caveat("watch", str(ROOT / "examples" / "founding-case.stream.jsonl"), "--clock", "2024-05-30", "--output", str(tmp_path / "out"))
    told = [line.split(" (")[0] for line in (tmp_path / "out").read_text("utf-8").splitlines()]
    assert (ran.code, ran.err) == (0, "")
    assert told == [
        "#1 battery: NEEDS FACTS", "#2 battery: PERMITTED, was NEEDS FACTS", "#3 battery: NEEDS FACTS, was PERMITTED",
        "#4 battery: PERMITTED, was NEEDS FACTS", "#5 battery: closed",
    ]  # fmt: skip

"""A record of decisions survives kills, full disks, two writers and hostile content; the replay of it says so by line."""

from __future__ import annotations

import json
import multiprocessing
import os
from typing import TYPE_CHECKING

import pytest
from command import ABROAD, AT_HOME, BASE, NEAR, ask, caveat
from jsonschema import Draft202012Validator

from caveat import Library
from caveat.record.reader import MAX_UNREADABLE, Record
from caveat.record.writer import RecordError, append
from caveat.schemas import schema_of

if TYPE_CHECKING:
    from pathlib import Path

NO_TREATY = "  Policies: no treaty is among them, so what treaties prohibit, whatever a donor\n  says, was not asked.\n"


def recorded(path: Path, *flags: str) -> Path:
    """The record, with one decision more."""
    assert ask(*flags, "--known-by", "2024-06-01", "--record", str(path)).code == 0
    return path


def replayed(path: Path, *args: str) -> tuple[int, dict]:
    """What a replay says, and its exit code."""
    ran = caveat("replay", str(path), "--policies", str(BASE), "--format", "json", *args)
    return ran.code, json.loads(ran.out)


def test_a_line_for_each_decision(tmp_path):
    """Every decision is one line; the library stands before them, once."""
    path = recorded(recorded(recorded(tmp_path / "r.jsonl", *ABROAD), *AT_HOME), *NEAR)
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [line["schema"] for line in lines] == ["caveat/record-library/1", *["caveat/record/1"] * 3]
    assert [line["answer"]["verdict"] for line in lines[1:]] == ["prohibited", "permitted", "unclear"]
    assert {line["library"]["digest"] for line in lines[1:]} == {lines[0]["digest"]}


def test_a_record_matches_its_schema(tmp_path, library):
    """`caveat schema record` describes both kinds of line."""
    check = Draft202012Validator(schema_of("record", library.book))
    for line in recorded(tmp_path / "r.jsonl", *NEAR).read_text("utf-8").splitlines():
        check.validate(json.loads(line))


def test_everything_asked_is_in_the_record(tmp_path):
    """Dates, grade, issuers, the assumptions switch and the engine are recorded, and asked again."""
    path = tmp_path / "r.jsonl"
    flags = ["--as-of", "2024-03", "--min-grade", "official-text", "--issuer", "AA", "--no-assumptions", "--engine", "reference"]
    recorded(path, *ABROAD, *flags)
    asked = json.loads(path.read_text("utf-8").splitlines()[-1])["asked"]
    assert (asked["as_of"], asked["known_by"], asked["least_grade"]) == ("2024-03", "2024-06-01", "official-text")
    assert (asked["issuers"], asked["assumptions"], asked["engine"]) == (["AA"], False, "reference")
    assert replayed(path, "--exit-code")[0] == 0


def test_the_same_library_gives_no_difference(tmp_path):
    """Decided again with the library of the record, nothing differs: one line, exit code 0."""
    path = recorded(recorded(tmp_path / "r.jsonl", *ABROAD), *NEAR)
    ran = caveat("replay", str(path), "--policies", str(BASE), "--exit-code")
    assert (ran.code, ran.out) == (0, f"2 decisions decided again: none differs.\n{NO_TREATY}")
    assert caveat("replay", str(path), "--policies", str(BASE), "--engine", "reference", "--exit-code").code == 0


@pytest.mark.parametrize("cut", [1, 20, 300, -2])
def test_a_torn_last_line_is_noticed_and_survived(tmp_path, cut):
    """What a killed writer left is reported with its number, is kept as it is, and costs no other line."""
    path = recorded(recorded(tmp_path / "r.jsonl", *ABROAD), *AT_HOME)
    whole = path.read_bytes()
    torn = whole[: whole.rstrip(b"\n").rfind(b"\n") + 1 + cut] if cut > 0 else whole[:cut]
    path.write_bytes(torn)
    code, found = replayed(path, "--exit-code")
    assert (code, found["decisions"], [u["line"] for u in found["unreadable"]]) == (6, 1, [3])
    assert "cut short" in found["unreadable"][0]["because"]
    ran = ask(*NEAR, "--known-by", "2024-06-01", "--record", str(path))
    assert "had been cut short" in ran.err
    assert path.read_bytes().startswith(torn + b"\n")
    code, found = replayed(path)
    assert (code, found["decisions"], [u["line"] for u in found["unreadable"]]) == (0, 2, [3])


def test_a_line_without_its_newline_is_still_whole(tmp_path):
    """A record whose last newline was lost loses no decision."""
    path = recorded(tmp_path / "r.jsonl", *ABROAD)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert replayed(path)[1]["decisions"] == 1
    recorded(path, *AT_HOME)
    assert replayed(path, "--exit-code") == (0, replayed(path)[1] | {"decisions": 2})


def _write_many(path: str, number: int) -> None:
    library = Library.load(BASE)
    decision = library.decide({"weapon": "rocket", "supplier": "AA", "target.region": "AA-2"}, as_of="2024-02-01", known_by="2024-06-01")
    for _ in range(25):
        library.record(path, [decision] * 2, labels=[str(number)] * 2)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_writers_at_the_same_time(tmp_path):
    """Four processes that append to one record leave every line of each whole, those of one call together."""
    path = tmp_path / "r.jsonl"
    writers = [multiprocessing.get_context("spawn").Process(target=_write_many, args=(str(path), n)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    entries = list(record := Record(path))
    assert (len(entries), record.unreadable) == (200, [])
    assert all(a.label == b.label for a, b in zip(entries[::2], entries[1::2], strict=True))
    assert len(path.read_text("utf-8").splitlines()) == 201


def test_a_full_disk_leaves_the_record_as_it_was(tmp_path, monkeypatch):
    """Where not all can be written, nothing is, and the failure is a message."""
    path = recorded(tmp_path / "r.jsonl", *ABROAD)
    before = path.read_bytes()
    written = []

    def full(file: int, data: bytes) -> int:
        if written:
            raise OSError(28, "No space left on device")
        written.append(data)
        return real(file, data[:10])

    real = os.write
    monkeypatch.setattr("caveat.record.writer.os.write", full)
    with pytest.raises(RecordError, match="No space left"):
        append(path, "x", [b"{}\n"], lambda: b"{}\n")
    monkeypatch.undo()
    assert path.read_bytes() == before


@pytest.mark.parametrize("where", ["missing/r.jsonl", ".", "pipe"])
def test_a_record_that_cannot_be_written(tmp_path, where):
    """A folder, a pipe, or a folder that is not there: a message, exit code 1, and no answer that is not on record."""
    if where == "pipe":
        os.mkfifo(tmp_path / "pipe")
    ran = ask(*ABROAD, "--record", str(tmp_path / where))
    assert (ran.code, ran.out) == (1, "")
    assert "cannot append to the record" in ran.err


BAD = {
    "nothing": b"null",
    "a list": b"[1, 2]",
    "deep": b"[" * 100_000,
    "deep and whole": b'{"schema": ' + b"[" * 100 + b"]" * 100 + b"}",
    "no JSON": b"{not json}",
    "not UTF-8": b'{"schema": "\xff"}',
    "twice": b'{"schema": "caveat/record/1", "schema": "caveat/record/1"}',
    "a number": b'{"schema": NaN}',
    "another schema": b'{"schema": "caveat/decision/1"}',
    "no parts": b'{"schema": "caveat/record/1"}',
    "a huge number": b'{"schema": ' + b"9" * 5_000 + b"}",
    "an empty library": b'{"schema": "caveat/record-library/1"}',
}


@pytest.mark.parametrize("line", BAD.values(), ids=BAD)
def test_bad_lines_are_reported_with_their_number(tmp_path, line):
    """Whatever stands in a line, the others are replayed, and the line is named."""
    path = recorded(tmp_path / "r.jsonl", *ABROAD)
    path.write_bytes(path.read_bytes() + line + b"\n")
    recorded(path, *AT_HOME)
    code, found = replayed(path)
    assert (code, found["decisions"], [u["line"] for u in found["unreadable"]]) == (0, 2, [3])
    assert caveat("replay", str(path), "--policies", str(BASE), "--exit-code").code == 6


WRONG = [
    ("asked", "known_by", "yesterday"),
    ("asked", "known_by", 7),
    ("asked", "scenario", []),
    ("asked", "scenario", {"weapon": {"is": "rocket"}}),
    ("asked", "issuers", "AA"),
    ("asked", "least_grade", "excellent"),
    ("asked", "engine", None),
    ("answer", "consents", [{"verdict": "permitted"}]),
    ("answer", "verdict", None),
    ("library", "digest", 3),
    ("basis", "rule/AA/not-abroad", 5),
]


@pytest.mark.parametrize(("part", "key", "value"), WRONG)
def test_spoiled_fields_are_reported(tmp_path, part, key, value):
    """A record line with a field of another kind is unreadable, not a traceback."""
    path = recorded(tmp_path / "r.jsonl", *ABROAD)
    first, line = path.read_text("utf-8").splitlines()
    data = json.loads(line)
    data[part][key] = value
    path.write_text(first + "\n" + json.dumps(data) + "\n", encoding="utf-8")
    assert [u["line"] for u in replayed(path)[1]["unreadable"]] == [2]


@pytest.mark.parametrize(
    ("part", "key"),
    [
        *(("asked", key) for key in ("scenario", "as_of", "known_by", "issuers", "assumptions", "engine")),
        ("answer", "verdict"),
        ("answer", "consents"),
        ("library", "digest"),
    ],
)
def test_missing_fields_are_reported(tmp_path, part, key):
    """A record line that lacks what is needed to ask again is unreadable, not a traceback."""
    path = recorded(tmp_path / "r.jsonl", *ABROAD)
    first, line = path.read_text("utf-8").splitlines()
    data = json.loads(line)
    del data[part][key]
    path.write_text(first + "\n" + json.dumps(data) + "\n", encoding="utf-8")
    assert [u["line"] for u in replayed(path)[1]["unreadable"]] == [2]


def test_an_altered_record_is_told_from_a_changed_library(tmp_path):
    """Where the library is the one of the record, a difference is not put down to any change of policy."""
    path = recorded(tmp_path / "r.jsonl", *ABROAD)
    path.write_text(path.read_text("utf-8").replace('"verdict":"prohibited"', '"verdict":"permitted"'), encoding="utf-8")
    code, found = replayed(path, "--exit-code")
    (difference,) = found["differences"]
    assert (code, difference["kind"], difference["causes"]) == (6, "verdict", [])
    assert "the record was altered, or caveat itself changed" in difference["note"]


def test_a_question_that_this_engine_or_library_does_not_know(tmp_path):
    """A question that can no longer be asked is a difference that says why."""
    path = recorded(tmp_path / "r.jsonl", *ABROAD)
    text = path.read_text("utf-8")
    for old, new, why in (
        ('"weapon":"rocket"', '"weapon":"bow"', "no weapon `bow`"),
        ('"engine":"compiled"', '"engine":"steam"', "no engine `steam`"),
    ):
        path.write_text(text.replace(old, new), encoding="utf-8")
        (difference,) = replayed(path)[1]["differences"]
        assert (difference["kind"], difference["after"]) == ("refused", None)
        assert why in difference["refusal"]


def test_no_record_at_all(tmp_path):
    """A file that is not there, or no record, ends in a message."""
    assert caveat("replay", str(tmp_path / "none"), "--policies", str(BASE)).code == 1
    (tmp_path / "log").write_bytes(b"GET / HTTP/1.1\n" * (MAX_UNREADABLE + 1))
    ran = caveat("replay", str(tmp_path / "log"), "--policies", str(BASE))
    assert (ran.code, "is it a record?" in ran.err) == (1, True)
    (tmp_path / "empty").write_bytes(b"")
    assert caveat("replay", str(tmp_path / "empty"), "--policies", str(BASE)).out == "The record holds no decision.\n"

"""Days at both ends of the calendar: in policies, questions, reports and streams, in every verb and form."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from command import caveat

from caveat import Library
from caveat.core.dates import Dated, dated, month, moved, year

if TYPE_CHECKING:
    from pathlib import Path

FIRST, LAST = "0001-01-01", "9999-12-31"
USE = ["--supplier", "XX", "--weapon", "caesar", "--region", "UA-32", "--kind", "artillery"]
POLICY = """\
issuer: XX
name: Ruritania
covered_until: {covered}
scope: {{recipient: UA, role: supplier}}
statements:
  s: {{by: the minister, reported: {reported}, grade: on-record, says: Made up., sources: [{{publisher: Gazette, date: {reported}, no_url: made up}}]}}
rules:
  at-home: {{effect: permit, by: s, summary: Made up., when: {{target.region: UA}}{more}}}
"""
SHAPES = {
    "covered": ("9999-12-31", "2024-01-01", ""),
    "from": ("2025-12-31", "2024-01-01", ", from: 0001-01-01"),
    "until": ("2025-12-31", "2024-01-01", ", until: 9999-12-31"),
    "until-month": ("2025-12-31", "2024-01-01", ", until: 9999-12"),
    "until-year": ("2025-12-31", "2024-01-01", ", until: 9999"),
    "between": ("2025-12-31", "2024-01-01", ", from: {between: [0001-01-01, 2024-02-01]}, until: {between: [2024-06-01, 9999-12-31]}"),
    "first-day": ("2025-12-31", "2024-01-01", ", from: 0001-01-01, until: 0001-01-01"),
    "both": ("9999-12-31", "0001-01-01", ", from: 0001-01-01, until: 9999-12-31"),
    "reported-last": ("9999-12-31", "9999-12-31", ""),
}
QUESTIONS = [
    *(["decide", *USE, "--date", d, "--known-by", k] for d in (FIRST, LAST, "0001", "9999-12", f"{FIRST}/{LAST}") for k in (FIRST, LAST)),
    ["explain", *USE, "--date", FIRST],
    ["explain", *USE, "--date", LAST, "--known-by", LAST],
    ["explain", *USE],
    *(["timeline", *USE, "--format", f] for f in ("text", "markdown", "json", "svg", "html")),
    *(["timeline", *USE, "--from", FIRST, "--to", LAST, "--format", f] for f in ("text", "svg")),
    ["timeline", *USE, "--clock", "learned", "--as-of", LAST, "--from", "9999-12-01"],
    ["timeline", *USE, "--from", LAST, "--format", "svg"],
    ["timeline", *USE, "--to", FIRST, "--format", "svg"],
    *(["matrix", "--rows", "dates", "--row-values", f"{FIRST},{LAST}", "--columns", "issuers", "--column-values", "XX", *USE, "--format", f] for f in ("text", "html")),
    *(["diff", f"XX@{FIRST}", f"XX@{LAST}", "--known-by", LAST, "--format", f] for f in ("text", "markdown", "json", "html")),
    ["diff", "XX@2023-12-31", "XX@2024-01-02", "--format", "html"],
    ["lint", "--format", "json"],
    ["sources", "--full"],
    ["schema", "policy"],
]  # fmt: skip


def written(folder: Path, shape: str) -> Path:
    """A policy of that shape."""
    covered, reported, more = SHAPES[shape]
    path = folder / f"{shape}.yaml"
    path.write_text(POLICY.format(covered=covered, reported=reported, more=more), "utf-8")
    return path


@pytest.mark.parametrize("shape", ["covered", "from", "until", "between", "both", "reported-last"])
def test_every_verb_answers(tmp_path, shape):
    """Whatever stands at the ends of the calendar, every verb answers, or says what is wrong, and never breaks off."""
    path = written(tmp_path, shape)
    for question in QUESTIONS:
        ran = caveat(*question, "--policies", str(path), "--only")
        assert "Traceback" not in ran.err
        assert ran.code in (0, 2, 3), (question, ran.err)
        assert ran.out if ran.code == 0 else "error" in ran.err + ran.out, (question, ran.err)


@pytest.mark.parametrize("shape", ["until", "until-month", "until-year"])
def test_the_last_day_means_no_end(tmp_path, shape):
    """A rule until the end of the calendar has no end: the same verdicts on every day, the same timeline, and no finding."""
    path = written(tmp_path, shape)
    rule = Library.load(path).book.rule["XX/at-home"]
    assert rule.until is None
    ran = caveat("lint", "--policies", str(path), "--only", "--quiet")
    assert ran.out == "no findings\n"
    told = json.loads(caveat("timeline", *USE, "--policies", str(path), "--only", "--known-by", "2026-01-01", "--format", "json").out)
    assert told["to"] <= "2026-01-01"
    assert caveat("decide", *USE, "--date", LAST, "--policies", str(path), "--only", "--brief").out.startswith("PERMITTED")


def test_what_always_was(tmp_path):
    """A rule from the first day on holds on every day, and no timeline goes back to it."""
    path = written(tmp_path, "from")
    assert caveat("decide", *USE, "--date", FIRST, "--policies", str(path), "--only", "--brief").out.startswith("PERMITTED")
    told = json.loads(caveat("timeline", *USE, "--policies", str(path), "--only", "--clock", "held", "--format", "json").out)
    assert told["from"] > "2023-01-01"
    assert "at any time" in caveat("sources", "--rule", "XX/at-home", "--policies", str(path), "--only").out


def test_a_rule_of_the_first_day_alone(tmp_path, engine):
    """It holds on that day, its last, and on the next it has ended."""
    library = Library.load(written(tmp_path, "first-day"), only=True)
    use = {"supplier": "XX", "weapon": "caesar", "target.region": "UA-32", "target.kind": "artillery"}
    found = [library.decide({**use, "date": day}, known_by="2024-06-01", engine=engine).verdict for day in (FIRST, "0001-01-02")]
    assert found == ["permitted", "unclear"]


def test_coverage_without_end(tmp_path):
    """Sources that are said to reach for ever never make an answer one that was last known."""
    path = written(tmp_path, "covered")
    asked = json.loads(caveat("decide", *USE, "--date", LAST, "--known-by", LAST, "--policies", str(path), "--only", "--format", "json").out)
    assert asked["consents"][0]["last_known"] is False


@pytest.mark.parametrize("text", ["0001", "0999-12", "0001-01-01", "9999", "9999-12", "0001-01-01/9999-12-31"])
def test_days_are_written_as_they_are_read(text):
    """Years below a thousand keep their four figures, and every date reads back as itself."""
    assert str(dated(text)) == text
    assert dated(str(dated(text))) == dated(text)


def test_days_move_within_the_calendar():
    """A day is moved to the end of the calendar at most, and the last month and year are whole."""
    assert moved(date.max, timedelta(1)) == date.max
    assert moved(date.min, -timedelta(1)) == date.min
    assert moved(date(2024, 2, 28), timedelta(2)) == date(2024, 3, 1)
    assert month(9999, 12).latest == year(9999).latest == date.max
    assert [Dated(date(9999, 1, 1), date.max).is_endless, Dated(date(2024, 1, 1), date.max).is_endless] == [True, False]


STREAM = [
    {"op": "scenario", "id": "q", "scenario": {"supplier": "US", "weapon": "himars", "target": {"region": "RU-BEL", "kind": "artillery"}, "date": LAST}},
    {"op": "report", "id": "a", "kind": "attack", "from": "RU-BEL", "against": "UA-63", "by": "RU", "force": "artillery", "when": LAST, "reported": LAST,
     "sure": "confirmed", "source": {"publisher": "Gazette", "date": LAST, "no_url": "made up"}},
    {"op": "report", "id": "b", "kind": "attack", "from": "RU-BEL", "against": "UA-63", "by": "RU", "force": "artillery", "when": FIRST, "reported": FIRST,
     "sure": "confirmed", "source": {"publisher": "Gazette", "date": FIRST, "no_url": "made up"}},
    {"op": "report", "id": "c", "kind": "attack", "from": "RU-BEL", "against": "UA-63", "by": "RU", "force": "artillery", "when": f"{FIRST}/{LAST}", "reported": LAST,
     "sure": "confirmed", "source": {"publisher": "Gazette", "date": LAST, "no_url": "made up"}},
    {"op": "clock", "day": LAST},
]  # fmt: skip


def test_a_stream_at_both_ends(tmp_path):
    """Questions and reports of the first and the last day, and a clock at the last, are taken, told and recorded, and replay the same."""
    (tmp_path / "in").write_text("".join(json.dumps(line) + "\n" for line in STREAM), "utf-8")
    ran = caveat("watch", str(tmp_path / "in"), "--clock", FIRST, "--record", str(tmp_path / "record"), "--output", str(tmp_path / "out"))
    assert (ran.code, ran.err) == (0, "")
    assert (tmp_path / "out").read_text("utf-8").startswith("#1 q:")
    assert caveat("replay", str(tmp_path / "record"), "--exit-code").code == 0


def test_a_record_at_both_ends(tmp_path):
    """Decisions about the first and the last day replay as they were."""
    for day in (FIRST, LAST):
        assert (
            caveat(
                "decide", *USE, "--date", day, "--known-by", day, "--policies", str(written(tmp_path, "both")), "--record", str(tmp_path / "r")
            ).code
            == 0
        )
    assert caveat("replay", str(tmp_path / "r"), "--policies", str(tmp_path / "both.yaml"), "--exit-code").code == 0

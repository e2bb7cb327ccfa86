"""How far the record reaches: what was searched, up to when, and what was not found."""

from __future__ import annotations

import json
from pathlib import Path

from approved import differs
from command import caveat

from caveat.report.markdown import to_markdown
from caveat.sources.coverage_story import coverage_story

ROOT = Path(__file__).parents[1]
POLICY = """
    issuer: XX
    name: Ruritania
    covered_until: 2024-03-31
    searched:
      - {for: words on *shells*, until: 2024-03, found: false, languages: [de, en], looks: 2, note: archive only}
      - {for: words on rockets, until: 2024-02, found: true, languages: [fr], looks: 1}
    statements:
      first: {by: its minister, reported: 2024-01-01, grade: on-record, says: Yes., no_effect: {kind: remark, because: vague}, sources: [{publisher: Daily, date: 2024-01-01, no_url: printed}]}
      later: {by: its minister, reported: 2024-02-03, grade: on-record, says: No., no_effect: {kind: remark, because: vague}, sources: [{publisher: Daily, date: 2024-02-03, no_url: printed}]}
    """


def test_what_was_looked_for_is_told_with_its_reach(tmp_path):
    """Each search is told as found or not, with what, up to when, in which languages, how often and with what remark."""
    (tmp_path / "xx.yaml").write_text(POLICY, encoding="utf-8")
    said = " ".join(caveat("sources", "--coverage", "--issuer", "XX", "--policies", str(tmp_path)).out.split())
    assert "Ruritania (XX): covered until 2024-03-31; 2 statements, the last of 3 February 2024" in said
    assert "not found: words on *shells* (up to 2024-03; de, en; 2 looks; archive only)" in said
    assert "- found: words on rockets (up to 2024-02; fr; 1 look)" in said


def test_coverage_for_machines_says_the_same(tmp_path):
    """The JSON form has every search, and the day of the last record."""
    (tmp_path / "xx.yaml").write_text(POLICY, encoding="utf-8")
    data = json.loads(caveat("sources", "--coverage", "--issuer", "XX", "--policies", str(tmp_path), "-f", "json").out)
    assert data["schema"] == "caveat/coverage/1"
    (issuer,) = data["issuers"]
    assert (issuer["last_reported"], issuer["statements"], issuer["rules"]) == ("2024-02-03", 2, 0)
    said = {(s["for"], s["found"], s["until"]) for s in issuer["searched"]}
    assert said == {("words on *shells*", False, "2024-03"), ("words on rockets", True, "2024-02")}


def test_an_unknown_issuer_is_an_error_that_names_it():
    """Coverage of an issuer that does not exist is refused."""
    ran = caveat("sources", "--coverage", "--issuer", "Rurland")
    assert ran.code == 2
    assert "Rurland" in ran.err


def test_the_page_of_coverage_is_that_of_the_library(request, library):
    """`docs/coverage.md` is what the shipped library says; `make accept` writes it anew."""
    assert differs(request, ROOT / "docs" / "coverage.md", to_markdown(coverage_story(library.coverage(), overview=True))) == []

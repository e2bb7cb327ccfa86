"""A record replayed with a newer library: each difference with the change that caused it, found by trying."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from command import BASE, WEAPON, ask, caveat
from conftest import ROOT

from caveat import Library
from caveat.record.changes import Pair

if TYPE_CHECKING:
    from pathlib import Path

PLACES = ("AA-1", "AA-2", "BB-1", "BB-2")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A record of a rocket used in each region, decided with the small library; line 2 is AA-1, line 5 is BB-2."""
    for place in PLACES:
        ask(*WEAPON, "--region", place, "--known-by", "2024-06-01", "--record", str(tmp_path / "log.jsonl"))
    return tmp_path / "log.jsonl"


def newer(folder: Path, *edits: tuple[str, str], file: str = "policy.yaml") -> Path:
    """The small library with a file edited."""
    if not folder.exists():
        shutil.copytree(BASE, folder)
    text = (folder / file).read_text("utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    (folder / file).write_text(text, encoding="utf-8")
    return folder


def differences(log: Path, policies: Path) -> dict[int, dict]:
    """The differences by line."""
    ran = caveat("replay", str(log), "--policies", str(policies), "--format", "json", "--exit-code")
    found = json.loads(ran.out)["differences"]
    assert ran.code == (6 if found else 0), ran.err
    return {d["line"]: d for d in found}


def causes(difference: dict) -> list[list[str]]:
    """The changes of each cause, as words."""
    return [[f"{c['kind']} {c['id']} {c['how']}" for c in cause["changes"]] for cause in difference["causes"]]


NEW_RULE = """
  near-after-all:
    effect: permit
    by: first-word
    overrides: not-abroad
    summary: In the near region it may be used.
    when: {target.region: BB-1}
"""


def test_a_new_rule_is_the_cause(log, tmp_path):
    """A rule that was added, and now decides, is named; other decisions do not differ."""
    policies = newer(tmp_path / "new", ("rules:\n", "rules:" + NEW_RULE))
    found = differences(log, policies)
    assert (found[4]["before"], found[4]["after"]) == ("unclear", "permitted")
    assert {line: causes(d) for line, d in found.items()} == {4: [["rule AA/near-after-all added"]]}
    assert found[4]["causes"][0] | {"changes": 0} == {"changes": 0, "alone": True, "needed": True}


def test_an_edited_rule_is_the_cause_with_its_part(log, tmp_path):
    """Of a rule that was edited it is said what: here its last day, from none to one."""
    policies = newer(tmp_path / "new", ("    summary: Not outside", "    until: 2024-01-31\n    summary: Not outside"))
    found = differences(log, policies)
    (change,) = found[5]["causes"][0]["changes"]
    assert change["parts"] == [{"part": "until", "before": "none", "after": "2024-01-31"}]
    ran = caveat("replay", str(log), "--policies", str(policies))
    text = " ".join(ran.out.split())
    assert "Line 5 (flags): UNCLEAR, was PROHIBITED" in text
    assert "Why: the rule AA/not-abroad was edited (its last day: none, now 2024-01-31)." in text
    assert "This change alone turns the old answer into the new one." in text


def test_a_statement_that_was_retracted_is_the_cause(log, tmp_path):
    """A date of a statement moves every rule that rests on it: the statement is named, and no rule is."""
    policies = newer(tmp_path / "new", ("    grade: on-record\n", "    grade: on-record\n    retracted: 2024-05-01\n"))
    found = differences(log, policies)
    assert {line: causes(d) for line, d in found.items()} == {key: [["statement AA/first-word edited"]] for key in (2, 3, 4, 5)}


def test_the_vocabulary_is_the_cause(log, tmp_path):
    """Where a class came to hold another value, the vocabulary is named, not the rules that name the class."""
    policies = newer(
        tmp_path / "new", ("  BB-2: {name: Distant region, within: BB}", "  BB-2: {name: Distant region, within: AA}"), file="vocabulary/regions.yaml"
    )
    found = differences(log, policies)
    assert {line: causes(d) for line, d in found.items()} == {5: [["vocabulary vocabulary edited"]]}
    (change,) = found[5]["causes"][0]["changes"]
    assert {"rule/AA/at-home", "rule/AA/not-abroad"} <= set(change["along"])
    assert "regions/AA edited" in [p["part"] for p in change["parts"]]


def test_changes_that_only_together_explain_it(log, tmp_path):
    """Where no single change explains a difference it is said so, with the fewest that do."""
    policies = newer(tmp_path / "new", ("rules:\n", "rules:" + NEW_RULE.replace("    overrides: not-abroad\n", "")))
    newer(
        policies,
        (
            "    when: {target.region: {not: AA}}\n    arguably:\n      - {reading: near-counts, unless: {target.region: BB-1}}\n",
            "    when: {target.region: BB-2}\n",
        ),
    )
    newer(policies, ('readings:\n  near-counts: {question: "Does the near region count?", because: The statement does not name it.}\n', ""))
    found = differences(log, policies)
    assert causes(found[4]) == [["rule AA/near-after-all added", "rule AA/not-abroad edited"]]
    text = " ".join(caveat("replay", str(log), "--policies", str(policies)).out.split())
    assert "no single change explains it; these 2 together do" in text


def test_two_changes_each_of_which_would_do(log, tmp_path):
    """Where a second change explains it as well, both are given, neither as needed."""
    both = NEW_RULE + NEW_RULE.replace("near-after-all", "near-again").replace("BB-1", "BB").replace("permit", "prohibit")
    policies = newer(tmp_path / "new", ("rules:\n", "rules:" + both))
    found = differences(log, policies)
    assert causes(found[4]) == [["rule AA/near-after-all added", "rule AA/near-again added"]]
    other = newer(tmp_path / "two", ("    effect: prohibit", "    until: 2024-01-20\n    effect: prohibit"))
    newer(other, ("    effect: permit", "    until: 2024-01-20\n    effect: permit"))
    assert causes(differences(log, other)[2]) == [["rule AA/at-home edited"]]


def test_what_no_decision_rests_on_makes_no_difference(log, tmp_path):
    """Rules that do not touch a recorded use, notes and names leave every decision as it was."""
    elsewhere = NEW_RULE.replace("{target.region: BB-1}", "{weapon: far}")
    assert differences(log, newer(tmp_path / "new", ("rules:\n", "rules:" + elsewhere), ("# A sound", "# A very sound"))) == {}


def test_words_that_are_cited_differ(log, tmp_path):
    """Where the answer stands but the statement behind it now reads differently, that is a difference of its own kind."""
    found = differences(log, newer(tmp_path / "new", ("says: Not abroad.", "says: Never abroad.")))
    assert {d["kind"] for d in found.values()} == {"cited"}
    assert causes(found[2]) == [["statement AA/first-word edited"]]


def test_a_value_that_is_gone(log, tmp_path):
    """A use that the newer vocabulary cannot express is refused, and the vocabulary is the cause."""
    policies = newer(
        tmp_path / "new", ("  BB-2: {name: Distant region, within: BB}", "  BB-3: {name: Distant region, within: BB}"), file="vocabulary/regions.yaml"
    )
    found = differences(log, policies)
    assert (found[5]["kind"], causes(found[5])) == ("refused", [["vocabulary vocabulary edited"]])


def test_a_record_without_its_library(log, tmp_path):
    """Where the library line was lost, differences are still found, and it is said that their cause cannot be."""
    lines = log.read_text("utf-8").splitlines(keepends=True)
    log.write_text("".join(lines[1:]), encoding="utf-8")
    found = differences(log, newer(tmp_path / "new", ("rules:\n", "rules:" + NEW_RULE)))
    assert (causes(found[3]), "does not hold the library" in found[3]["note"]) == ([], True)


@pytest.mark.parametrize("spoil", [lambda b: b[:40], lambda b: "A" * 80, lambda b: b[:-8] + "AAAAAAA=", lambda b: "#"])
def test_a_record_with_a_spoiled_library(log, tmp_path, spoil):
    """A library line that is damaged is said to be of no use, and nothing else fails."""
    first, *rest = log.read_text("utf-8").splitlines()
    data = json.loads(first)
    data["book"] = spoil(data["book"])
    log.write_text("\n".join([json.dumps(data), *rest]) + "\n", encoding="utf-8")
    found = differences(log, newer(tmp_path / "new", ("rules:\n", "rules:" + NEW_RULE)))
    assert (causes(found[4]), "is of no use" in found[4]["note"]) == ([], True)


def test_a_replay_in_every_form(log, tmp_path):
    """Text, Markdown and JSON tell the same differences."""
    policies = newer(tmp_path / "new", ("rules:\n", "rules:" + NEW_RULE))
    text, markdown = (caveat("replay", str(log), "--policies", str(policies), "--format", form).out for form in ("text", "markdown"))
    assert text.startswith("4 decisions decided again: 1 differs.\n")
    assert markdown.startswith("## 4 decisions decided again: 1 differs.\n")
    assert max(map(len, text.splitlines())) <= 80
    assert "### Line 4 (flags): PERMITTED, was UNCLEAR" in markdown


def test_every_library_between_two_is_whole(library):
    """Taking over all changes gives what the newer library says; taking over none, what the older one does."""
    old = Library.load(BASE)
    pair = Pair(old.book, Library.load(ROOT / "policies").book)
    question = {"weapon": "rocket", "supplier": "AA", "target.region": "BB-1"}
    assert Library(pair.mixed(())).decide(question, known_by="2024-06-01").answer == old.decide(question, known_by="2024-06-01").answer
    founding = {"supplier": "US", "weapon": "himars", "target.region": "RU-BEL", "date": "2024-05-31"}
    assert Library(pair.mixed(pair.changes)).decide(founding, known_by="2024-06-30").answer == library.decide(founding, known_by="2024-06-30").answer
    assert not Pair(library.book, library.book).changes

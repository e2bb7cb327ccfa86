"""Approved outputs: what a reader sees, held to the letter. Rewrite with `make accept`, review with git diff."""

from __future__ import annotations

import json
import re

import pytest
from approved import GOLDEN, differs

from caveat import Library, Scenario
from caveat.decide.story import decision_story
from caveat.decide.to_json import decision_data
from caveat.explain.story import explanation_story
from caveat.explain.to_json import explanation_data
from caveat.report.canonical_json import to_json
from caveat.report.markdown import to_markdown
from caveat.report.text import to_text

QUESTIONS = {
    "permitted": {"supplier": "XX", "weapon": "caesar", "target.region": "UA-63", "date": "2024-07-01"},
    "prohibited": {"supplier": "XX", "weapon": "caesar", "target.region": "RU-MOW", "date": "2026-02-01", "target.threatens": "none"},
    "unclear": {
        "supplier": "XX", "weapon": "caesar", "target.region": "RU-BEL", "target.kind": "airfield",
        "target.activity": "attacking", "target.threatens": "UA-63", "date": "2024-06-12",
    },
    "needs-facts": {"supplier": "XX", "weapon": "caesar", "target.region": "RU-BEL", "date": "2024-10-01/2024-10-03"},
}  # fmt: skip


@pytest.fixture(scope="module")
def ruritania() -> Library:
    return Library.load(GOLDEN / "ruritania.yaml", only=True)


def without_digest(data: dict) -> dict:
    return {**data, "library": {"digest": re.sub(r"[0-9a-f]{64}", "...", data["library"]["digest"])}}


@pytest.mark.parametrize("verdict", QUESTIONS)
def test_a_decision_reads_as_approved(request, ruritania, verdict):
    """Each verdict reads as approved in text, Markdown and JSON."""
    decision = ruritania.decide(Scenario(QUESTIONS[verdict]), known_by="2026-06-01")
    assert decision.verdict == verdict
    assert differs(request, GOLDEN / f"{verdict}.txt", to_text(decision_story(ruritania.book, decision))) == []
    assert differs(request, GOLDEN / f"{verdict}.md", to_markdown(decision_story(ruritania.book, decision))) == []
    assert differs(request, GOLDEN / f"{verdict}.json", to_json(without_digest(decision_data(ruritania.book, decision)))) == []


@pytest.mark.parametrize("verdict", QUESTIONS)
def test_an_explanation_reads_as_approved(request, ruritania, verdict):
    """Each explanation reads as approved, and its JSON is JSON."""
    found = ruritania.explain(Scenario(QUESTIONS[verdict]), known_by="2026-06-01")
    assert differs(request, GOLDEN / f"explain-{verdict}.txt", to_text(explanation_story(ruritania.book, found))) == []
    assert differs(request, GOLDEN / f"explain-{verdict}.md", to_markdown(explanation_story(ruritania.book, found))) == []
    assert json.loads(to_json(explanation_data(ruritania.book, found)))["schema"] == "caveat/explanation/1"


@pytest.mark.parametrize("verdict", QUESTIONS)
def test_text_fits_80_columns(ruritania, verdict):
    """No line but an address is wider than 80 columns, and nothing is coloured unless asked."""
    text = to_text(decision_story(ruritania.book, ruritania.decide(Scenario(QUESTIONS[verdict]), known_by="2026-06-01")))
    assert all(len(line) <= 80 or "http" in line for line in text.splitlines())
    assert "\x1b" not in text


def test_a_verdict_is_coloured_on_a_terminal(ruritania):
    """On a terminal the verdict stands out, and the words are the same."""
    decision = ruritania.decide(Scenario(QUESTIONS["permitted"]), known_by="2026-06-01")
    coloured = to_text(decision_story(ruritania.book, decision), colour=True)
    assert coloured.startswith("\x1b[")
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == to_text(decision_story(ruritania.book, decision))

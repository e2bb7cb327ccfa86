"""The examples are questions with their answers, and both engines give them."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT

from caveat import Scenario
from caveat.load.scenarios import read_scenarios

EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
PAGE = (ROOT / "docs" / "examples.md").read_text("utf-8")


def answer_of(path):
    return re.search(r"^# answer: (\S+)$", path.read_text("utf-8"), re.MULTILINE)[1]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_an_example_answers_as_it_says(library, engine, path):
    """The answer that stands in the file is the one that comes."""
    ((_, facts, places),) = read_scenarios(path.read_bytes(), path.name)
    decision = library.decide(Scenario(facts, places=places), known_by="2026-05-31", engine=engine)
    assert decision.verdict == answer_of(path)


def test_there_are_a_dozen():
    """There are at least a dozen real questions."""
    assert len(EXAMPLES) >= 12


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_the_page_tells_each(path):
    """The page of real questions names each example with its answer."""
    (row,) = [line for line in PAGE.splitlines() if line.startswith("|") and f"`{path.stem}`" in line]
    assert row.rstrip(" |").endswith(answer_of(path))

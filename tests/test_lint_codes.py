"""The page on the codes of lint: complete, true to the code, and at hand in the terminal and in an installed package."""

from __future__ import annotations

import re
import tomllib

import pytest
from command import caveat
from conftest import ROOT
from test_bad import VOCABULARY, codes_in_source, everything, findings

from caveat.core.errors import Severity
from caveat.lint.codes import page_file, section_of, section_text, sections
from caveat.load.acceptable import Acceptable
from caveat.load.folder import RawFile

KNOWN = sections()
PARTS = ("What it means.", "Why it matters.", "How to mend it.")
# Codes of what is asked, not of policies: `decide` reports them.
OF_SCENARIOS = {"contradiction", "not-a-scenario", "not-json", "too-many-facts", "unknown-value"}


def test_every_code_of_a_finding_has_a_section():
    """Whatever may be accepted, the note on idle acceptances, and whatever a bad policy reports is explained."""
    reported = {d.code for d in everything()} - OF_SCENARIOS
    assert sorted(c for c in {*Acceptable, "needless-acceptance", *reported} if section_of(c, KNOWN) is None) == []


def test_every_section_is_of_a_code():
    """No section is left of a code that is gone."""
    assert sorted(set(KNOWN) - {*Acceptable, "needless-acceptance"} - codes_in_source() - {d.code for d in everything()}) == []


def test_errors_and_others_stand_under_their_headings():
    """What may be accepted is not under a heading of errors, and nothing else is under another."""
    errors = {s.code for s in KNOWN.values() if s.heading.startswith("Errors")}
    assert {*KNOWN} - errors == {*Acceptable, "needless-acceptance"}
    assert {d.code for d in everything() if d.severity is not Severity.ERROR} & errors == set()


@pytest.mark.parametrize("code", KNOWN)
def test_a_section_says_what_why_and_how(code):
    """Each section says what it means, why it matters, and how to mend it, in that order; 80 columns hold all but examples."""
    places = [KNOWN[code].text.find(f"**{part}**") for part in PARTS]
    assert places[0] == 0
    assert places == sorted(places)
    shown = section_text(KNOWN[code])
    assert all(len(line) <= 80 or line.startswith("    ") for line in shown.splitlines())
    assert shown.startswith(f"{code}\n")


@pytest.mark.parametrize("code", [c for c in KNOWN if "```" in KNOWN[c].text])
def test_examples_are_yaml(code):
    """An example in a section is YAML."""
    import yaml

    for example in re.findall(r"```yaml\n(.*?)```", KNOWN[code].text, re.DOTALL):
        assert yaml.safe_load(example)


def test_explain_and_list():
    """`--explain` shows a section, of any kind of unknown value too; `--codes` lists every code; a near miss is corrected."""
    assert "What it means. Two rules of one issuer" in caveat("lint", "--explain", "conflict").out
    assert caveat("lint", "--explain", "unknown-weapon").out.startswith("unknown-region\n")
    listed = caveat("lint", "--codes").out
    assert [c for c in KNOWN if f"  {c} " not in listed] == []
    wrong = caveat("lint", "--explain", "shadwed")
    assert (wrong.code, "error[unknown-code]" in wrong.err, "did you mean `shadowed`?" in wrong.err) == (2, True, True)


def test_the_page_is_in_the_package():
    """The page is put into a wheel where it is looked for, and into the source distribution."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]
    assert build["wheel"]["force-include"]["docs/lint.md"] == "caveat/docs/lint.md"
    assert "docs" in build["sdist"]["include"]
    assert page_file().is_file()


def test_the_acceptance_in_the_page_is_valid():
    """What the page shows of `accepted` is taken by the loader."""
    accepted = re.findall(r"`accepted: (\{.*?\})`", page_file().read_text("utf-8"), re.DOTALL)
    assert accepted
    for text in accepted:
        head = f"issuer: AA\nname: Aland\naccepted: {text}\n"
        assert {d.code for d in findings([*VOCABULARY, RawFile("p.yaml", head.encode())])} <= {"needless-acceptance"}

"""`caveat test`: case files, the trial, coverage, and what is reported."""

import json
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import typer
from typer.testing import CliRunner

from caveat import Library, PolicyError, ScenarioError
from caveat.cases import story as report
from caveat.cases.run import Reach, State, run
from caveat.cli import options
from caveat.cli.test import test as verb
from caveat.core.force import newest_day
from caveat.load.cases import read_cases
from caveat.report.text import to_text

SHIPPED = Path(__file__).parent.parent / "policies"
VOCABULARY = {
    "facts": """
        facts:
          supplier: {title: supplier, question: Who gave it?, values: parties}
          weapon: {title: weapon, question: Which weapon?, values: weapons}
          region: {title: region, question: Where?, values: regions}
          approvals: {title: approvals, question: Was it approved?, values: approvals, several: true}
        roles: {supplier: supplier, treaty: treaty}
        consents: [{role: supplier, issuer_is: supplier, donor: true}, {role: treaty, every: treaty}]
        constraints:
          cannons-stay-home: {when: {weapon: cannon}, then: {region: home}, because: a cannon does not reach abroad}
        """,
    "parties": "{values: parties, title: parties, terms: {AA: {name: Aland}, BB: {name: Beland}, CC: {name: Celand}}}",
    "weapons": "{values: weapons, title: weapons, terms: {rocket: {name: rocket}, cannon: {name: cannon}}}",
    "regions": "{values: regions, title: regions, terms: {home: {name: home}, abroad: {name: abroad}}}",
    "approvals": "{values: approvals, title: approvals, terms: {asked: {name: asked first}}}",
}
POLICY = """
    issuer: AA
    name: Aland
    kind: state
    readings:
      is-border: {question: Is the border meant?, because: It was not said., by: remark}
    statements:
      first:
        by: its minister
        reported: 2024-01-01
        grade: on-record
        says: Only at home.
        sources: [{publisher: Paper, date: 2024-01-01, no_url: printed}]
      second:
        by: its minister
        reported: 2024-03-01
        grade: on-record
        says: Rockets may go abroad if we are asked.
        sources: [{publisher: Paper, date: 2024-03-01, no_url: printed}]
      remark:
        by: its minister
        reported: 2024-03-02
        grade: press
        says: Something about the border.
        sources: [{publisher: Paper, date: 2024-03-02, no_url: printed}]
    rules:
      at-home: {effect: permit, by: first, summary: At home., when: {region: home}}
      not-abroad: {effect: prohibit, by: first, summary: Not abroad., when: {region: {not: home}}}
      rockets-abroad:
        effect: permit
        by: second
        overrides: not-abroad
        summary: Rockets abroad if asked.
        when: {region: abroad, weapon: rocket, approvals: asked}
      never-at-home:
        effect: prohibit
        by: remark
        from: 2099-01-01
        overrides: at-home
        summary: No longer at home.
        when: {region: home}
        arguably: [{reading: is-border, unless: {weapon: rocket}}]
"""


def dedent(text):
    """The text without its common indentation."""
    return textwrap.dedent(text).lstrip("\n")


NO_TREATY = "  Policies: no treaty is among them, so what treaties prohibit, whatever a donor\n  says, was not asked.\n"


@pytest.fixture(scope="session")
def library_folder(tmp_path_factory):
    """A folder of policies with a vocabulary of its own, without cases."""
    root = tmp_path_factory.mktemp("policies")
    (root / "vocabulary").mkdir()
    (root / "AA").mkdir()
    for name, text in VOCABULARY.items():
        (root / "vocabulary" / f"{name}.yaml").write_text(dedent(text))
    (root / "AA" / "aland.yaml").write_text(dedent(POLICY))
    return root


@pytest.fixture(scope="session")
def library(library_folder):
    """The library in that folder."""
    return Library.load(library_folder)


@pytest.fixture
def write(library_folder):
    """Writes case files into the library's folder for one test."""
    written = []

    def one(text, name="AA/aland.cases.yaml"):
        path = library_folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(text))
        written.append(path)
        return library_folder

    yield one
    for path in written:
        path.unlink(missing_ok=True)


@pytest.fixture
def tried(library, write):
    """The trial of the cases in a text."""

    def trial(text, **options):
        root = write(text)
        return run(library.book, read_cases(root, library.book), library.decide, **options)

    return trial


@pytest.fixture
def problems(library, write):
    """The problems of a case file as (code, line, underlined text)."""

    def found(text):
        root = write(text)
        with pytest.raises(PolicyError) as error:
            read_cases(root, library.book)
        return [(d.code, d.span.line, d.span.text) for d in error.value.diagnostics]

    return found


ABROAD = "{supplier: AA, weapon: rocket, region: abroad, approvals: none}"


def one(expect, more="", given=ABROAD):
    """A case file with one case, with more lines below what it expects."""
    return f"cases:\n  it:\n    given: {given}\n    date: 2024-06-01\n    expect: {expect}\n" + "".join(f"    {line}\n" for line in more.splitlines())


# -- what passes, and what fails


def test_a_check_passes_when_the_verdict_is_as_expected(tried):
    """The expected verdict passes."""
    trial = tried(one("prohibited"))
    assert [r.state for r in trial.results] == [State.PASSED]
    assert trial.passed


def test_another_verdict_fails_and_says_what_came(tried):
    """A verdict that is not expected fails, in words."""
    (result,) = tried(one("permitted")).results
    assert (result.state, result.got) == (State.FAILED, "prohibited")
    assert result.problems == ("expected permitted, came prohibited",)
    assert result.rules == ("AA/not-abroad",)


def test_the_right_verdict_for_the_wrong_reason_fails(tried):
    """A rule that should have decided and did not is a failure, and what set it aside is named."""
    given = "{supplier: AA, weapon: rocket, region: abroad, approvals: asked}"
    (result,) = tried(one("permitted", "rules: AA/not-abroad", given)).results
    assert result.problems == ("expected AA/not-abroad to decide, and it did not: it was set aside by AA/rockets-abroad",)


def test_rules_can_be_expected_by_verdict(tried):
    """With rules for one verdict, checks that expect another are not held to them."""
    trial = tried("""
        cases:
          it:
            given: {supplier: AA, weapon: rocket, approvals: none}
            date: 2024-06-01
            rows: {region: [home, abroad]}
            expect: {home: permitted, abroad: prohibited}
            rules: {prohibited: AA/not-abroad}
        """)
    assert trial.passed


@pytest.mark.parametrize(("missing", "passes"), [("region", True), ("[weapon, region]", False), ("approvals.asked", False)])
def test_missing_is_one_of_the_smallest_sets(tried, missing, passes):
    """What is missing must be exactly one of the smallest sets of facts that settle it."""
    assert tried(one("needs-facts", f"missing: {missing}", "{supplier: AA, weapon: cannon}")).passed is False
    assert tried(one("needs-facts", f"missing: {missing}", "{supplier: AA, weapon: rocket, approvals: none}")).passed is passes


def test_single_consents_are_held_to_their_verdict(tried):
    """Of each issuer named the verdict must come; an issuer without a say is `no-say`."""
    assert tried(one("prohibited", "consents: {AA: prohibited}")).passed
    (result,) = tried(one("unclear", "consents: {AA: permitted}", "{supplier: BB, weapon: rocket}")).results
    assert result.problems == ("expected permitted of AA, came no-say",)


def test_no_say_and_contradiction_can_be_expected(tried):
    """What comes instead of a verdict can be expected, and fails where a verdict was."""
    assert tried(one("no-say", "issuers: AA", "{supplier: BB, weapon: rocket}")).passed
    impossible = "{supplier: AA, weapon: cannon, region: abroad}"
    assert tried(one("contradiction", given=impossible)).passed
    (result,) = tried(one("prohibited", given=impossible)).results
    assert result.got == "contradiction"
    assert "these facts cannot hold together" in result.problems[0]


def test_a_skipped_case_is_shown_and_not_run(library, tried):
    """A case with a reason to skip it neither passes nor fails."""
    trial = tried(one("permitted", "skip: not yet encoded"))
    assert [r.state for r in trial.results] == [State.SKIPPED]
    assert trial.passed
    assert "not yet encoded" in to_text(report.trial_story(library.book, trial, report.command_of))


def test_what_goes_wrong_is_an_error_and_never_a_verdict(library, write):
    """A question past a bound is an error of that check; the others are still run."""
    from caveat import TooLargeError

    def decide(*_, **__):
        raise TooLargeError("too many cases")

    root = write(one("unclear"))
    trial = run(library.book, read_cases(root, library.book), decide)
    assert [(r.state, r.got, r.problems) for r in trial.results] == [(State.ERROR, "", ("too many cases",))]
    assert not trial.passed


def test_both_engines_pass_the_same_cases(tried):
    """The reference engine gives the same results."""
    text = one("prohibited", "rules: AA/not-abroad")
    assert [r.state for r in tried(text, engine="reference").results] == [r.state for r in tried(text).results]


# -- the two clocks


def test_a_case_without_a_day_of_knowledge_asks_on_all_that_is_known(tried, library):
    """The default is the last day on which anything became known: a constant of the library, not today."""
    assert newest_day(library.book).isoformat() == "2024-03-02"
    assert tried(one("prohibited")).results[0].known_by == "2024-03-02"
    assert tried(one("unclear"), known_by="2023-12-31").passed


def test_a_day_of_knowledge_that_is_no_day_is_refused(tried):
    """--known-by is checked before anything runs."""
    with pytest.raises(ScenarioError, match="impossible-date"):
        tried(one("prohibited"), known_by="soon")


def test_a_cases_own_day_of_knowledge_wins(tried):
    """What a case says of `known_by` and `as_of` holds, whatever the default."""
    assert tried(one("unclear", "known_by: 2023-12-31"), known_by="2024-06-01").passed
    assert tried(one("unclear", "as_of: 2023-12-31")).passed


# -- the matrix


def test_a_matrix_is_one_check_a_cell(tried):
    """Rows and columns give a check for every word, named by row and column; `.` asks nothing."""
    trial = tried("""
        cases:
          grid:
            given: {supplier: AA, weapon: rocket, approvals: asked}
            rows: {region: [home, abroad]}
            columns: {date: [2023-12-31, 2024-01-01, 2024-03-01]}
            expect:
              home: .      permitted  permitted
              abroad: unclear prohibited permitted
        """)
    assert trial.passed
    assert [r.check.name for r in trial.results] == [
        "grid/home/2024-01-01",
        "grid/home/2024-03-01",
        "grid/abroad/2023-12-31",
        "grid/abroad/2024-01-01",
        "grid/abroad/2024-03-01",
    ]


def test_rows_and_columns_can_be_named_and_set_any_fact(tried):
    """Named rows stand for several facts, nested or dotted, and a column may set both clocks."""
    trial = tried("""
        cases:
          grid:
            given: {supplier: AA, weapon: rocket}
            rows:
              asked: {region: abroad, approvals: asked}
              nothing-more: {}
            columns:
              then: {date: 2024-06-01, known_by: 2024-02-01}
              later: {date: 2024-06-01, known_by: 2024-06-01}
            expect:
              asked: prohibited permitted
              nothing-more: needs-facts needs-facts
        """)
    assert trial.passed


def test_columns_alone_are_one_line_of_words(tried):
    """Without rows, `expect` is a line of words, one a column."""
    assert tried("""
        cases:
          line:
            given: {supplier: AA, weapon: rocket, region: abroad, approvals: asked, date: 2024-06-01}
            columns: {known_by: [2023-12-31, 2024-01-01, 2024-03-01]}
            expect: unclear prohibited permitted
        """).passed


def test_a_column_wins_over_a_row_and_a_row_over_what_is_given(tried):
    """What stands nearer wins, so that a case can give a default."""
    trial = tried("""
        cases:
          it:
            given: {supplier: AA, weapon: rocket, region: home, approvals: none}
            date: 2024-06-01
            rows: {as-given: {}, abroad: {region: abroad}}
            columns: {then: {}, before: {date: 2023-01-01}}
            expect: {as-given: permitted unclear, abroad: prohibited unclear}
        """)
    assert trial.passed


# -- broken case files


def test_every_problem_of_a_case_file_is_reported_at_once_in_its_place(problems):
    """Unknown keys, names, verdicts and wrong lengths are all found in one go, each underlined."""
    found = problems("""
        cases:
          one:
            given: {suplier: AA, weapon: rokket, region: abroad}
            expekt: permitted
            expect: permited
            rules: [AA/no-such-rule]
            issuers: ZZ
            consents: {AA: maybe}
          two:
            given: {supplier: AA}
            rows: {region: [home, abroad]}
            columns: {date: [2024-01-01, 2024-02-30]}
            expect:
              home: permitted permitted prohibited
              abraod: unclear unclear
        uncovered:
          AA/gone: it never was
        """)
    assert found == [
        ("unknown-fact", 3, "suplier"),
        ("unknown-value", 3, "rokket"),
        ("unknown-key", 4, "expekt"),
        ("unknown-word", 5, "permited"),
        ("unknown-rule", 6, "AA/no-such-rule"),
        ("unknown-issuer", 7, "ZZ"),
        ("unknown-word", 8, "maybe"),
        ("impossible-date", 12, "2024-02-30"),
        ("missing-key", 13, "expect"),
        ("wrong-length", 14, "permitted permitted prohibited"),
        ("unknown-row", 15, "abraod"),
        ("unknown-rule", 17, "AA/gone"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cases: [one]", ("wrong-value", 1, "[")),
        ("- one", ("not-a-mapping", 1, "")),
        ("", ("empty-file", 1, "")),
        (one("permitted permitted"), ("wrong-length", 5, "permitted permitted")),
        (one("- permitted"), ("not-yaml", 5, "-")),
        (one("[permitted]"), ("wrong-value", 5, "[")),
        (one("{home: permitted}"), ("wrong-value", 5, "{")),
        (one("permitted", "rows: {region: [home]}"), ("wrong-value", 5, "permitted")),
        (one("permitted permitted", "columns: {region: [home, home]}"), ("wrong-value", 6, "home")),
        (one("permitted", "columns: {region: home}"), ("wrong-value", 6, "columns")),
        (one("permitted", "columns: {region: [home], weapon: [rocket]}"), ("wrong-value", 6, "columns")),
        (one("{a: permitted}", "columns: {x: {region: home}}\nrows: {a: {region: home}}"), ("duplicate-key", 6, "region")),
        (one("permitted", "missing: region"), ("wrong-value", 6, "missing")),
        (one("permitted", "rules: {permited: AA/at-home}"), ("unknown-word", 6, "permited")),
        (one("needs-facts", "missing: reggion"), ("unknown-fact", 6, "reggion")),
        (one("permitted", "known_by: soon"), ("impossible-date", 6, "soon")),
        (one("permitted", "columns: {known_by: [soon]}"), ("impossible-date", 6, "soon")),
        (one("permitted", "columns: {region: [[home, abroad]]}"), ("wrong-value", 6, "[")),
        (one("permitted", given="{supplier: AA, date: 2024-01-01}"), ("duplicate-key", 3, "date")),
        (one("permitted", given="{supplier: , weapon: rocket}"), ("wrong-value", 3, "supplier")),
        (one("permitted", given="rocket"), ("wrong-value", 3, "rocket")),
        (one("permitted", 'skip: ""'), ("wrong-value", 6, '""')),
    ],
)
def test_each_mistake_is_underlined(problems, text, expected):
    """Every kind of mistake is a diagnostic at the words that are wrong."""
    assert expected in problems(text)


def test_a_dash_is_answered_with_what_to_write(library, write):
    """Who writes `-` for a cell that is not asked learns to write `.`."""
    root = write(one("permitted -", "columns: {region: [home, abroad]}"))
    with pytest.raises(PolicyError, match=r"write `\.` for a combination that is not asked"):
        read_cases(root, library.book)


def test_a_link_out_of_the_folder_is_refused(library, write, library_folder, tmp_path):
    """A case file is read only from within the policies."""
    write(one("prohibited"))
    (tmp_path / "x").write_text("cases: {}")
    link = library_folder / "away.cases.yaml"
    link.symlink_to(tmp_path / "x")
    try:
        with pytest.raises(PolicyError, match="escapes"):
            read_cases(library_folder, library.book)
    finally:
        link.unlink()


# -- which cases


@pytest.mark.parametrize(
    ("pattern", "count"),
    [("it", 1), ("AA", 2), ("aa", 2), ("AA/*", 2), ("AA/aland.cases.yaml:grid", 1), ("*:gr*", 1), ("grid/abroad", 1), ("BB", 1), ("*", 3)],
)
def test_patterns_choose_by_case_file_and_issuer(library, write, pattern, count):
    """A pattern matches a case, a check, a file with either, or an issuer the case speaks of, in any case."""
    write(one("prohibited") + f"  grid:\n    given: {ABROAD}\n    columns: {{region: [abroad]}}\n    expect: needs-facts\n")
    root = write(one("unclear", given="{supplier: BB}").replace("it:", "other:"), "BB/beland.cases.yaml")
    assert len(run(library.book, read_cases(root, library.book), library.decide, only=[pattern]).results) == count


def test_a_pattern_that_matches_nothing_is_refused(tried):
    """A mistyped pattern is never a silent pass."""
    with pytest.raises(ScenarioError, match="no case matches `itt`"):
        tried(one("prohibited"), only=["itt", "it"])


def test_no_cases_at_all_is_refused(library, library_folder):
    """Nothing to run is not a pass."""
    with pytest.raises(ScenarioError, match="no-cases"):
        run(library.book, read_cases(library_folder, library.book), library.decide)


# -- coverage


def test_coverage_tells_how_far_each_rule_was_reached(tried):
    """A rule decides, is only set aside, decides only where facts are missing, or never applies."""
    trial = tried(one("permitted", given="{supplier: AA, weapon: rocket, region: abroad, approvals: asked}"), with_coverage=True)
    reach = {r.rule.partition("/")[2]: r.reach for r in trial.coverage.rules}
    assert reach == {"at-home": Reach.NEVER, "not-abroad": Reach.SET_ASIDE, "rockets-abroad": Reach.DECIDED, "never-at-home": Reach.NEVER}
    assert trial.coverage.counted == (1, 4)
    assert trial.coverage.percent == 25
    open_only = tried(one("needs-facts", given="{supplier: AA, weapon: rocket, approvals: none}"), with_coverage=True).coverage
    assert {r.reach for r in open_only.rules if r.rule in ("AA/at-home", "AA/not-abroad")} == {Reach.OPEN}


def test_coverage_tells_conditions_that_were_never_missed(tried):
    """A condition is missed where its rule is in force, its issuer asked, and it does not hold."""
    text = one("prohibited")
    rules = {r.rule.partition("/")[2]: (r.met, r.missed) for r in tried(text, with_coverage=True).coverage.rules}
    assert rules == {"at-home": (False, True), "not-abroad": (True, False), "rockets-abroad": (False, True), "never-at-home": (False, False)}


def test_coverage_tells_statements_that_nothing_touches(tried):
    """A statement is touched by a rule that rests on it, applied or set aside, or by its reading."""
    assert tried(one("prohibited"), with_coverage=True).coverage.untouched == ("AA/remark", "AA/second")
    later = one("unclear", given="{supplier: AA, weapon: rocket, region: home, approvals: none}").replace("2024-06-01", "2099-06-01")
    trial = tried(later, with_coverage=True)
    assert trial.passed
    assert trial.coverage.untouched == ("AA/second",)


def test_an_excused_rule_does_not_count_until_it_decides(library, tried):
    """A rule listed under `uncovered` is left out of the percentage, and shown when the excuse is no longer needed."""
    excuse = "uncovered:\n  AA/never-at-home: it is for 2099\n  AA/not-abroad: nobody asks\n"
    trial = tried(one("prohibited") + excuse, with_coverage=True)
    assert trial.coverage.counted == (1, 3)
    text = to_text(report.trial_story(library.book, trial, report.command_of))
    assert "excused AA/never-at-home: it is for 2099" in text
    assert "Excused, yet they decided: delete the excuse (1):\n    AA: not-abroad" in text


def test_the_percentage_shown_is_never_rounded_up(library, tried):
    """100% is shown only where every rule that counts was reached."""
    trial = tried(one("prohibited") + "uncovered: {AA/never-at-home: later}\n", with_coverage=True)
    assert "1 of 3 rules decided a check (33.3%)" in to_text(report.trial_story(library.book, trial, report.command_of))


# -- reports


def app():
    """A command line with this one verb."""
    found = typer.Typer()
    found.callback()(lambda: None)
    found.command()(verb)
    return found


def caveat_test(*args):
    """What `caveat test` does with these arguments."""
    return CliRunner().invoke(app(), ["test", *map(str, args)])


def test_the_command_line_passes_in_one_line_and_exits_with_0(write):
    """All well is one line a file and a summary."""
    result = caveat_test("--policies", write(one("prohibited")))
    assert result.exit_code == 0
    assert (
        result.stdout
        == f"AA/aland.cases.yaml  1 passed\n\nPASSED: 1 check in 1 case (1 passed), on what was publicly known by 2024-03-02.\n{NO_TREATY}"
    )


def test_a_failure_shows_what_came_and_the_command_that_repeats_it(write):
    """A failing check names its place, what was expected, what came, the rules, and a command that can be copied."""
    root = write(one("permitted"))
    result = caveat_test("--policies", root, "--quiet")
    assert result.exit_code == 1
    head, *rest = result.stdout.splitlines()
    summary = " ".join(rest[rest.index("") :]).split()
    assert head == "FAILED AA/aland.cases.yaml:5 it"
    assert rest[:2] == ["  expected permitted, came prohibited", "  decided by AA/not-abroad"]
    assert " ".join(summary) == f"FAILED: 1 of 1 checks in 1 case (1 failed), on what was publicly known by 2024-03-02. {' '.join(NO_TREATY.split())}"
    assert all(len(line) <= 80 or str(root) in line for line in rest)


def test_the_command_that_is_shown_gives_the_verdict_that_came(write):
    """The command repeats the question exactly, both clocks included."""
    root = write(
        one("permitted", "known_by: 2024-02-01\nissuers: AA", "{supplier: AA, weapon: [rocket, cannon], region: abroad, approvals: [asked]}")
    )
    (check,) = json.loads(caveat_test("--policies", root, "--format", "json", "--engine", "reference").stdout)["checks"]
    command = shlex.split(check["command"])
    assert command[:2] == ["caveat", "decide"]
    again = subprocess.run([sys.executable, "-m", "caveat", *command[1:], "--format", "json"], capture_output=True, check=True, text=True)
    decision = json.loads(again.stdout)
    assert (decision["verdict"], decision["known_by"], decision["engine"]) == (check["got"], "2024-02-01", "reference")


def test_json_holds_every_check_and_is_the_same_on_any_day(write):
    """The machine's form: schema, counts, checks, coverage; nothing in it depends on the clock."""
    root = write(one("permitted"))
    first, again = (caveat_test("--policies", root, "--format", "json", "--coverage") for _ in range(2))
    data = json.loads(first.stdout)
    assert first.stdout == again.stdout
    assert data["schema"] == "caveat/test/1"
    assert data["counts"] == {"passed": 0, "failed": 1, "error": 0, "skipped": 0}
    assert data["checks"][0] | {"command": ""} == {
        "file": "AA/aland.cases.yaml", "line": 5, "case": "it", "row": None, "column": None, "state": "failed", "expected": "permitted",
        "got": "prohibited", "problems": ["expected permitted, came prohibited"], "rules": ["AA/not-abroad"],
        "scenario": {"date": "2024-06-01", "supplier": "AA", "weapon": "rocket", "region": "abroad", "approvals": "none"},
        "as_of": None, "known_by": "2024-03-02", "issuers": [], "note": None, "skip": None, "command": "",
    }  # fmt: skip
    assert data["coverage"]["rules"][1] == {"rule": "AA/never-at-home", "reach": "never", "met": False, "missed": False, "excused": None}


def test_junit_holds_failures_and_skips(write, tmp_path):
    """Build servers get a suite a file, written whole or not at all."""
    text = one("permitted") + one("permitted", 'skip: "this & <that>"').removeprefix("cases:\n").replace("it:", "later:")
    result = caveat_test("--policies", write(text), "--junit", tmp_path / "out.xml")
    assert result.exit_code == 1
    suite = ET.parse(tmp_path / "out.xml").getroot().find("testsuite")
    assert {k: suite.get(k) for k in ("name", "tests", "failures", "errors", "skipped")} == {
        "name": "AA/aland.cases.yaml", "tests": "2", "failures": "1", "errors": "0", "skipped": "1",
    }  # fmt: skip
    failing, skipped = suite.findall("testcase")
    assert failing.find("failure").get("message") == "expected permitted, came prohibited"
    assert "caveat decide" in failing.find("failure").text
    assert skipped.find("skipped").get("message") == "this & <that>"
    assert [p.name for p in tmp_path.iterdir()] == ["out.xml"]


@pytest.mark.parametrize(("threshold", "code"), [("25", 0), ("26", 1)])
def test_coverage_below_the_threshold_fails(write, threshold, code):
    """Every check may pass, and too little coverage still fails."""
    result = caveat_test("--policies", write(one("prohibited")), "--threshold", threshold)
    assert result.exit_code == code
    assert f"1 of 4 rules decided a check (25%, {threshold}% wanted)" in result.stdout
    assert ("FAILED: 25% of the rules are covered" in result.stdout) is bool(code)


def test_a_broken_case_file_is_an_invalid_policy(write):
    """A broken case file raises what the command line turns into exit code 3."""
    result = caveat_test("--policies", write(one("permited")))
    assert isinstance(result.exception, PolicyError)
    assert "AA/aland.cases.yaml:5:13: error[unknown-word]: `permited` is not a verdict" in str(result.exception)


def test_a_single_policy_file_is_tested_by_the_case_file_of_its_name(library, write):
    """Of `aland.yaml` only `aland.cases.yaml` is read."""
    root = write(one("prohibited"))
    write("cases: [broken]", "AA/other.cases.yaml")
    assert [f.name for f in read_cases(root / "AA" / "aland.yaml", library.book)] == ["aland.cases.yaml"]


def test_progress_counts_every_check(tried):
    """Progress is told after each check, in the end that all are done."""
    seen = []
    tried(one("prohibited"), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 1)]


def test_facts_with_a_flag_use_it(tried):
    """A command uses the flags people know, and `--fact` for the rest."""
    (result,) = tried(one("prohibited")).results
    flags = {fact: flag for flag, fact, _ in options.FLAGS}
    assert report.command_of(result, "compiled", flags) == [
        "caveat decide", "--fact date=2024-06-01", "--supplier AA", "--weapon rocket", "--fact region=abroad", "--approvals none", "--known-by 2024-03-02",
    ]  # fmt: skip


# -- the shipped cases


def test_the_shipped_cases_hold():
    """Every case beside the shipped policies passes."""
    library = Library.load(SHIPPED)
    trial = run(library.book, read_cases(SHIPPED, library.book), library.decide)
    assert [(r.check.place, r.check.name, r.problems) for r in trial.results if r.state not in (State.PASSED, State.SKIPPED)] == []

"""The command line: verbs, exit codes, facts, dates and files; no mistake of a user ends in a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import ABROAD, AT_HOME, BASE, NEAR, WEAPON, ask, caveat

from caveat import cli
from caveat.core.errors import TooLargeError
from caveat.schemas import KINDS

SCENARIOS = Path(__file__).parent / "bad" / "scenarios"
VERBS = [command.callback.__name__ for command in cli.app.registered_commands if command.callback]


# -- verbs and exit codes


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_every_verb(verb: str) -> None:
    """Every verb explains itself, on standard output."""
    ran = caveat(verb, "--help")
    assert ran.code == 0
    assert f"caveat {verb}" in ran.out
    assert ran.err == ""


@pytest.mark.parametrize("verb", VERBS)
def test_unknown_options(verb: str) -> None:
    """An option that no verb has is a usage error."""
    ran = caveat(verb, "--wepon", "x")
    assert ran.code == 2
    assert "--wepon" in ran.err
    assert ran.out == ""


def test_no_verb() -> None:
    """Without a verb, the verbs are listed; an unknown one is a usage error."""
    assert all(verb in caveat().out + caveat().err for verb in VERBS)
    assert caveat("deside").code == 2


def test_version() -> None:
    """`--version` prints one line."""
    ran = caveat("--version")
    assert (ran.code, ran.out.count("\n")) == (0, 1)


@pytest.mark.parametrize(
    ("facts", "verdict", "code"), [(AT_HOME, "permitted", 0), (ABROAD, "prohibited", 4), (NEAR, "unclear", 5), (WEAPON, "needs-facts", 5)]
)
def test_verdicts_as_exit_codes(facts: list[str], verdict: str, code: int) -> None:
    """Without `--exit-code` an answer is a success; with it, the code tells the verdict."""
    ran = ask(*facts, "--format", "json")
    assert (ran.code, ran.verdict, ran.err) == (0, verdict, "")
    assert ask(*facts, "--exit-code").code == code


def test_exit_code_of_several(tmp_path: Path) -> None:
    """Of several scenarios the gravest verdict counts."""
    file = tmp_path / "s.yaml"
    file.write_text("- {weapon: rocket, supplier: AA, target.region: AA-2}\n- {weapon: rocket, supplier: AA, target.region: BB-2}\n")
    assert ask(str(file), "--exit-code", "--date", "2024-02-01").code == 4


def test_the_tool_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound that was reached, a full disk, an interruption: a message and a code, no traceback."""
    for error, code in ((TooLargeError("too many cases"), 1), (OSError(28, "No space left on device"), 1), (MemoryError(), 1), (RecursionError(), 1), (KeyboardInterrupt(), 130)):  # fmt: skip
        monkeypatch.setattr("caveat.library.Library.decide", lambda *_, error=error, **__: (_ for _ in ()).throw(error))
        ran = ask(*AT_HOME)
        assert ran.code == code
        assert "Traceback" not in ran.err


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
@pytest.mark.parametrize("verb", ["decide", "explain"])
def test_forms(verb: str, form: str) -> None:
    """Every form answers on standard output, ends in one line end, and is free of control characters."""
    ran = caveat(verb, "--policies", str(BASE), *NEAR, "--format", form)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("\n")
    assert not ran.out.endswith("\n\n")
    assert all(c.isprintable() or c == "\n" for c in ran.out)


@pytest.mark.parametrize(
    "args", [["--engine", "magic"], ["--format", "xml"], ["--min-grade", "rumour"], ["--weapon"], ["--date"], ["--fact", "weapon"], ["--fact", "=x"]]
)
def test_usage(args: list[str]) -> None:
    """What an option does not take is a usage error."""
    ran = ask(*args)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


@pytest.mark.parametrize("engine", ["compiled", "reference", "rete"])
def test_engines(engine: str) -> None:
    """Each engine can be asked."""
    assert ask(*ABROAD, "--engine", engine, "--format", "json").verdict == "prohibited"


# -- facts


@pytest.mark.parametrize(
    ("args", "code", "text"),
    [
        (["--weapon", "roket"], "unknown-value", "did you mean `rocket` (rocket)"),
        (["--weapon", ""], "wrong-value", "leave the fact out"),
        (["--weapon", "x" * 100_000], "unknown-value", "`caveat vocabulary weapons` lists them"),
        (["--weapon", "\x1b[31mred"], "unknown-value", "\ufffd[31mred"),
        (["--fact", "wepon=rocket"], "unknown-fact", "did you mean `weapon`?"),
        (["--fact", "approvals=from-aland,none"], "unknown-term", "`none` stands alone"),
        (["--fact", "approvals.from-aland=yes", "--approvals", "none"], "contradiction", "approvals.from-aland"),
        (["--date", ""], "impossible-date", "write 2024-05-30"),
        (["--date", "2024-02-30"], "impossible-date", "there is no such day as `2024-02-30`"),
        (["--date", "30.05.2024"], "impossible-date", "`30.05.2024` is not a date"),
        (["--date", "2024-06-02/2024-05-30"], "impossible-date", "ends before it begins"),
        (["--date", "2024", "--fact", "date=2025"], "impossible-date", "is not a date"),
        (["--as-of", "yesterday"], "impossible-date", "--as-of: `yesterday` is not a date"),
        (["--known-by", "2024-13-01"], "impossible-date", "--known-by: there is no such day"),
        (["--issuer", "ZZ"], "unknown-issuer", "no issuer `ZZ`"),
        (["--weapon", "missile", "--region", "AA-1"], "contradiction", "weapon: missile and target.region: AA-1"),
        (["nowhere.yaml"], "unreadable", "nowhere.yaml"),
        ([str(BASE)], "unreadable", "directory"),
    ],
)
def test_mistakes(args: list[str], code: str, text: str) -> None:
    """A mistake is named with what to type instead, on standard error, in short; the exit code is 2."""
    ran = ask(*args)
    assert (ran.code, ran.out) == (2, "")
    assert f"error[{code}]" in ran.err
    assert text in ran.err
    assert len(ran.err) < 1_000
    assert all(c.isprintable() or c == "\n" for c in ran.err)


def test_all_mistakes_at_once() -> None:
    """Several mistakes are several messages."""
    ran = ask("--weapon", "roket", "--region", "Nowhere", "--date", "never")
    assert ran.err.count("error[") == 3


def test_contradictions_name_the_facts() -> None:
    """Of facts that cannot hold together, only the guilty ones are named, and the rule they break."""
    ran = ask(*AT_HOME, "--weapon", "missile", "--fact", "target.region=AA-1", "--approvals", "none")
    assert ran.code == 0  # any of rocket or missile, any of AA-1 or AA-2
    ran = ask("--weapon", "missile", "--region", "AA-1", "--supplier", "AA", "--approvals", "none")
    assert "weapon: missile and target.region: AA-1\n" in ran.err
    assert "missiles are not fired within the first region" in ran.err


@pytest.mark.parametrize(
    "facts",
    [
        ["--weapon", "ROCKET", "--supplier", "aland", "--region", "second REGION"],
        ["--weapon", "The Short One", "--supplier", "Aa", "--region", "aa-2"],
        ["--weapon", "the_short-one", "--supplier", " AA ", "--region", "Second  Region"],
        ["--fact", "weapon=rocket", "--fact", "supplier=AA", "--fact", "target.region = AA-2"],
    ],
)
def test_names_in_any_case(facts: list[str]) -> None:
    """Ids, names and aliases are found in any case, with blanks, dashes or underscores."""
    assert ask(*facts, "--date", "2024-02-01", "--format", "json").verdict == "permitted"


@pytest.mark.parametrize("name", ["from-aland", "From Aland", "leave given by Aland", "ALAND SAID YES"])
def test_approvals_by_any_name(name: str) -> None:
    """What a several-valued fact holds is found by id, name and alias alike; `none` in any case."""
    ran = ask(*AT_HOME, "--approvals", name, "--format", "json")
    assert json.loads(ran.out)["scenario"]["approvals.from-aland"] == "yes"
    assert json.loads(ask(*AT_HOME, "--approvals", "NONE", "--format", "json").out)["scenario"]["approvals"] == "none"


def test_any_of() -> None:
    """A fact that is given twice may be either: as flags, as `--fact`, and with commas."""
    for args in (
        ["--region", "AA-2", "--region", "BB-2"],
        ["--fact", "target.region=AA-2,BB-2"],
        ["--region", "AA-2", "--fact", "target.region=BB-2"],
    ):
        ran = ask(*WEAPON, *args, "--format", "json")
        assert ran.verdict == "needs-facts"
        assert json.loads(ran.out)["scenario"]["target.region"] == ["AA-2", "BB-2"]


# -- dates


@pytest.mark.parametrize("day", ["2024-02-01", "2024-02", "2024-02-01/2024-03-01"])
def test_days_and_ranges(day: str) -> None:
    """A day, a month and a range are dates; so is none at all, which a rule that may not have begun leaves open."""
    where = ["--weapon", "rocket", "--supplier", "AA", "--region", "AA-2"]
    assert ask(*where, "--date", day, "--format", "json").verdict == "permitted"
    assert ask(*where, "--format", "json").verdict != "prohibited"


def test_across_a_beginning() -> None:
    """A range that begins before the rule does is not permitted as a whole."""
    assert (
        ask("--weapon", "rocket", "--supplier", "AA", "--region", "AA-2", "--date", "2024-01-01/2024-02-01", "--format", "json").verdict
        != "permitted"
    )


@pytest.mark.parametrize("day", ["1900-01-01", "2024-01-10", "0001-01-01"])
def test_known_by_a_day_before_everything(day: str) -> None:
    """Before anything was public, nothing is permitted, and nothing is cited."""
    ran = ask(*AT_HOME, "--known-by", day, "--format", "json")
    assert (ran.code, ran.verdict) == (0, "unclear")
    assert json.loads(ran.out)["consents"][0]["rules"] == []


def test_as_of() -> None:
    """`--as-of` asks which rules held on another day than that of the use."""
    assert ask(*AT_HOME, "--as-of", "2020-01-01", "--format", "json").verdict == "unclear"


# -- files


def test_standard_input() -> None:
    """A scenario may come on standard input, as YAML or as JSON; nothing there is an error."""
    facts = {"weapon": "rocket", "supplier": "AA", "target": {"region": "AA-2"}, "date": "2024-02-01"}
    yaml = b"weapon: rocket\nsupplier: AA\ntarget:\n  region: AA-2\ndate: 2024-02-01\n"
    for typed in (yaml, json.dumps(facts).encode(), b"\xef\xbb\xbf" + yaml, json.dumps(facts, indent=2).encode(), yaml.replace(b"\n", b"\r\n")):
        assert ask("-", "--format", "json", typed=typed).verdict == "permitted"
    ran = ask("-", typed=b"")
    assert (ran.code, "standard input:1:1: error[empty-file]" in ran.err) == (2, True)
    assert ask("-", typed=None).code == 2


SEVERAL = {
    "list.yaml": "- {weapon: rocket, supplier: AA, target.region: AA-2}\n- weapon: rocket\n  supplier: AA\n  target: {region: BB-2}\n",
    "list.json": '[{"weapon": "rocket", "supplier": "AA", "target.region": "AA-2"},\n {"weapon": "rocket", "supplier": "AA", "target": {"region": "BB-2"}}]',
    "lines.json": '{"weapon": "rocket", "supplier": "AA", "target.region": "AA-2"}\n{"weapon": "rocket", "supplier": "AA", "target.region": "BB-2"}\n\n',
}


@pytest.mark.parametrize("name", SEVERAL)
def test_several_scenarios(tmp_path: Path, name: str) -> None:
    """A YAML list, a JSON list and JSON lines hold several scenarios; each is answered, in order, under its line."""
    file = tmp_path / name
    file.write_text(SEVERAL[name])
    answers = json.loads(ask(str(file), "--date", "2024-02-01", "--format", "json").out)
    assert [a["verdict"] for a in answers] == ["permitted", "prohibited"]
    text = ask(str(file), "--date", "2024-02-01").out
    assert f"== {file}:1 (1 of 2)" in text
    assert f"== {file}:2 (2 of 2)" in text


@pytest.mark.parametrize("levels", [50, 1_500, 100_000])
@pytest.mark.parametrize("text", ['{{"weapon": {}"rocket"{}}}', '{}{{"weapon": "rocket"}}{}', '{{"weapon": "rocket"}}\n{{"weapon": {}1{}}}'])
def test_deep_json(text: str, levels: int) -> None:
    """JSON that is nested too deeply is refused as that, at the bracket, on every Python; brackets in text do not count."""
    ran = ask("-", typed=text.format("[" * levels, "]" * levels).encode())
    assert (ran.code, "error[document-too-large]: the document is nested more than 40 deep" in ran.err) == (2, True)
    quoted = json.dumps({"weapon": "[{" * levels})
    assert "error[unknown-value]" in ask("-", typed=quoted.encode()).err


def test_several_files(tmp_path: Path) -> None:
    """Several files are answered in their order."""
    for name, text in SEVERAL.items():
        (tmp_path / name).write_text(text)
    answers = json.loads(ask(*(str(tmp_path / n) for n in SEVERAL), "--date", "2024-02-01", "--format", "json").out)
    assert len(answers) == 6


def test_flags_win_over_files(tmp_path: Path) -> None:
    """A flag takes the place of what the file says, nested or not; a mistake in it is not blamed on the file."""
    file = tmp_path / "s.yaml"
    file.write_text("weapon: rocket\nsupplier: AA\ntarget: {region: BB-2}\ndate: 2024-02-01\n")
    assert ask(str(file), "--format", "json").verdict == "prohibited"
    assert ask(str(file), "--region", "AA-2", "--format", "json").verdict == "permitted"
    ran = ask(str(file), "--region", "Nowhere")
    assert ran.err.startswith("error[unknown-value]: no region of the target `Nowhere`\n")


def test_nothing_is_said_by_null() -> None:
    """A fact that is null is a fact left out."""
    assert ask("-", "--format", "json", typed=b'{"weapon": "rocket", "supplier": "AA", "target": {"region": null}}').verdict == "needs-facts"


@pytest.mark.parametrize("case", sorted(p.name for p in SCENARIOS.glob("*.yaml") if p.name != "suppliers.yaml"))
def test_bad_scenarios(case: str) -> None:
    """A bad scenario file ends in code 2, with its own name before every message that has a place."""
    ran = ask(str(SCENARIOS / case))
    assert (ran.code, ran.out) == (2, "")
    assert "error[" in ran.err
    assert "Traceback" not in ran.err


def test_endless_input() -> None:
    """A file without end is not read to its end."""
    if not Path("/dev/zero").exists():
        pytest.skip("no /dev/zero here")
    assert "file-too-large" in ask("/dev/zero").err


# -- policies


@pytest.mark.parametrize("verb", ["decide", "explain", "lint", "schema", "vocabulary"])
def test_bad_policies(tmp_path: Path, verb: str) -> None:
    """Policies that do not load end in code 3, with every problem and the count of them."""
    (tmp_path / "AA.yaml").write_text("isuer: AA\nname: no\n")
    ran = caveat(verb, "--policies", str(tmp_path))
    assert ran.code == 3
    assert "AA.yaml:1:1: error[unknown-key]" in ran.out + ran.err
    assert "did you mean `issuer`?" in ran.out + ran.err
    assert "3 problems; nothing was loaded" in ran.err or "3 errors" in ran.out


def test_one_policy_file(tmp_path: Path) -> None:
    """`--policies` takes one file, read under the shipped vocabulary."""
    file = tmp_path / "BE.yaml"
    file.write_bytes((Path(__file__).parents[1] / "policies" / "BE" / "ukraine.yaml").read_bytes())
    facts = ["--weapon", "f-16", "--supplier", "BE", "--date", "2024-06-10", "--region", "RU-BEL"]
    ran = caveat("decide", "--policies", str(file), *facts, "--format", "json")
    assert ran.code == 0
    assert "BE" in [c["issuer"] for c in json.loads(ran.out)["consents"]]


def test_missing_and_empty_folders(tmp_path: Path) -> None:
    """A folder that is not there, and one that is empty, are errors that say so."""
    assert "error[no-such-folder]" in caveat("decide", "--policies", str(tmp_path / "x")).err
    assert "error[no-policies]" in caveat("decide", "--policies", str(tmp_path)).err
    assert caveat("decide", "--policies", str(tmp_path)).code == 3


def test_lint() -> None:
    """A sound library is sound; the findings of another can be had as JSON and as annotations."""
    assert caveat("lint", "--policies", str(BASE)).code == 0
    thin = str(BASE.parent / "policies" / "unknown-keys.yaml")
    found = json.loads(caveat("lint", "--policies", thin, "--format", "json").out)
    assert {"code", "severity", "message", "file", "line", "column", "text", "help"} <= found[0].keys()
    assert caveat("lint", "--policies", thin, "--format", "github").out.startswith("::error file=")


def test_vocabulary() -> None:
    """The facts, the values of one of them, and the issuers are listed; an unknown name is an error that suggests."""
    assert "target.region" in caveat("vocabulary", "--policies", str(BASE)).out
    assert "the short one" in caveat("vocabulary", "weapon", "--policies", str(BASE)).out
    assert "AA" in caveat("vocabulary", "issuers", "--policies", str(BASE)).out
    ran = caveat("vocabulary", "weapn", "--policies", str(BASE))
    assert (ran.code, "did you mean `weapon`?" in ran.err) == (2, True)


def test_schema() -> None:
    """The schema of every kind of file is JSON; of an unknown kind there is none."""
    for kind in KINDS:
        assert json.loads(caveat("schema", kind, "--policies", str(BASE)).out)["$schema"]
    assert caveat("schema", "polcy").code == 2

"""Marks at the beginning of inputs, errors of a batch, completion, schemas: what the shell and editors hand us and ask of us."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from command import BASE, caveat, environment
from hostile import policy, written

from caveat import Library
from caveat.load.files import check
from caveat.load.folder import RawFile
from caveat.load.models import PolicyModel
from caveat.schemas import schema_of

MARK = "\ufeff"
USE = {"supplier": "XX", "weapon": "caesar", "target.region": "UA-32", "target.kind": "artillery", "date": "2024-07-01"}


def test_a_mark_at_the_beginning_is_passed_over_everywhere(tmp_path):
    """A byte order mark means nothing: in policies, cases, claims, scenarios, streams and records, also where files were put together."""
    folder = written(tmp_path / "p", a=MARK + policy())
    entry = "  c: {given: {supplier: XX, weapon: caesar, target.region: UA-32}, date: 2024-07-01, expect: permitted}\n"
    (folder / "a.cases.yaml").write_text(f"{MARK}cases:\n{entry}", encoding="utf-8")
    claim = "  c: {claim: Made up., issuer: XX, where: {target.region: RU}, never: permitted}\n"
    (folder / "a.claims.yaml").write_text(f"{MARK}claims:\n{claim}", encoding="utf-8")
    line = json.dumps(USE)
    (tmp_path / "two.jsonl").write_text(f"{MARK}{line}\n{MARK}{line}\n", encoding="utf-8")
    (tmp_path / "one.yaml").write_text(f"{MARK}supplier: XX\nweapon: caesar\n", encoding="utf-8")
    at = ("--policies", str(folder))
    assert (caveat("test", *at).code, caveat("prove", *at).code, caveat("lint", *at, "--quiet").out) == (0, 0, "no findings\n")
    ran = caveat("decide", str(tmp_path / "two.jsonl"), *at, "--format", "json", "--record", str(tmp_path / "log"))
    assert [d["verdict"] for d in json.loads(ran.out)] == ["permitted", "permitted"]
    assert caveat("decide", str(tmp_path / "one.yaml"), *at).code == 0
    asked = json.dumps({"op": "scenario", "id": "a", "scenario": USE})
    other = asked.replace('"a"', '"b"')
    (tmp_path / "in").write_text(f"{MARK}{asked}\n{MARK}{other}\n", encoding="utf-8")
    ran = caveat("watch", str(tmp_path / "in"), *at, "--clock", "2024-07-01", "--output", str(tmp_path / "out"))
    assert [told[:16] for told in (tmp_path / "out").read_text().splitlines()] == ["#1 a: PERMITTED ", "#2 b: PERMITTED "], ran.err
    log = tmp_path / "log"
    log.write_bytes(MARK.encode() + log.read_bytes())
    assert caveat("replay", str(log), *at, "--exit-code").out.startswith("2 decisions decided again: none differs.")


@pytest.mark.parametrize("verb", ["decide", "explain"])
def test_an_error_of_a_batch_says_which_scenario(tmp_path, verb):
    """A question that is too large, or that contradicts itself, is told with the file and the line at which it stands."""
    small = {"date": "2024-05-31", "supplier": "US", "weapon": "himars", "target": {"region": "RU-BEL", "kind": "artillery"}}
    (tmp_path / "b.jsonl").write_text(f"{json.dumps(small)}\n\n{json.dumps({'supplier': 'US'})}\n")
    ran = caveat(verb, str(tmp_path / "b.jsonl"))
    assert (ran.code, f"{tmp_path}/b.jsonl:3: error: " in ran.err) == (1, True)
    (tmp_path / "c.yaml").write_text("- {supplier: US, weapon: himars, date: 2024-05-31}\n- {supplier: GB, weapon: himars, date: 2024-05-31}\n")
    ran = caveat(verb, str(tmp_path / "c.yaml"))
    assert (ran.code, f"{tmp_path}/c.yaml:2:" in ran.err) == (2, True)


def completed(*words: str) -> list[str]:
    """What the shell is told for the last word."""
    line = " ".join(["caveat", *words])
    env = environment(_CAVEAT_COMPLETE="complete_bash", COMP_WORDS=line, COMP_CWORD=str(len(words)))
    ran = subprocess.run([str(Path(sys.executable).with_name("caveat"))], env=env, capture_output=True, text=True, timeout=60, check=False)
    return ran.stdout.split()


def test_completion_follows_the_policies_on_the_line(tmp_path):
    """The names are those of the library the line asks for: stacked, alone, with a vocabulary of its own, or as far as files are sound."""
    folder = str(written(tmp_path / "p", a=policy()))
    assert completed("decide", "--policies", folder, "--supplier", "Rur") == ["Ruritania"]
    assert completed("decide", "--policies", folder, "--issuer", "Rur") == ["Ruritania"]
    assert completed("decide", "--supplier", "Rur") == []
    assert "Netherlands" in completed("decide", "--policies", folder, "--issuer", "Ne")
    assert completed("decide", "--policies", str(BASE), "--issuer", "Ne") == []
    broken = str(written(tmp_path / "q", a=policy(), b=policy("YY")))
    assert completed("decide", "--policies", broken, "--supplier", "Rur") == ["Ruritania"]


@pytest.mark.parametrize("value", ["off", "OFF", "0", "no", "False", " off "])
def test_a_cache_that_is_switched_off_makes_no_folder(tmp_path, monkeypatch, value):
    """Off is off in any case, and so are 0, no and false: no folder of that name appears."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CAVEAT_CACHE", value)
    Library.load(BASE)
    assert list(tmp_path.iterdir()) == []


DATES = ["2024-01-01", "2024-01", "'2024-01'", "2024", "'2024'", "{between: [2024-01, 2024-02]}", "{between: [2024, 2024-02-01]}", "{between: [2024-01-01, 2024-01-05]}",
         "'2024-1'", "yesterday", "{between: [2024-01]}", "{between: 2024}", "{from: 2024}", "[2024]", "true", "1.5", "unknown"]  # fmt: skip
KEYS = ("decided", "in_effect", "reported", "confirmed", "denied", "retracted", "covered_until", "from", "until", "date")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("text", DATES)
def test_the_schema_takes_what_the_loader_takes(library, key, text):
    """Wherever a date stands, in whatever form, an editor with the schema and the loader agree on whether it is one."""
    whole = policy()
    if key == "covered_until":
        whole = whole.replace("covered_until: 2025-12-31", f"covered_until: {text}")
    elif key == "date":
        whole = whole.replace(" date: 2024-01-01,", f" date: {text},")
    elif key in ("from", "until"):
        whole = whole.replace("effect: permit,", f"effect: permit, {key}: {text},")
    else:
        whole = (
            whole.replace("reported: 2024-01-01", f"reported: {text}")
            if key == "reported"
            else whole.replace("reported:", f"{key}: {text}, reported:")
        )
    node_ok, problems = check(RawFile("a.yaml", whole.encode()), PolicyModel)
    assert "unknown-key" not in {d.code for d in problems}
    data = _plain(whole)
    schema = schema_of("policy", library.book)
    assert jsonschema.Draft202012Validator(schema).is_valid(data) == (node_ok is not None and not problems), problems


def _plain(text: str) -> object:
    """The file as an editor sees it: dates are words."""
    from caveat.load.strict_yaml import read

    node, _ = read(text.encode(), "a.yaml")
    return json.loads(json.dumps(node.plain(), default=str))


def test_the_schema_takes_every_shipped_file(library):
    """Each shipped file passes the schema of its kind, as it passes the loader."""
    from conftest import ROOT

    for kind, paths in {
        "policy": [p for p in (ROOT / "policies").glob("*/*.yaml") if p.suffixes == [".yaml"] and p.parent.name not in ("vocabulary", "derivations")],
        "values": [p for p in (ROOT / "policies" / "vocabulary").glob("*.yaml") if p.stem != "facts"], "facts": [ROOT / "policies" / "vocabulary" / "facts.yaml"],
        "derivations": [*(ROOT / "policies" / "derivations").glob("*.yaml")],
        "claims": [*(ROOT / "policies").rglob("*.claims.yaml")],
        "cases": [*(ROOT / "policies").rglob("*.cases.yaml")],
    }.items():  # fmt: skip
        schema = jsonschema.Draft202012Validator(schema_of(kind, library.book))
        assert paths
        assert [(p.name, e.message[:200]) for p in paths for e in schema.iter_errors(_plain(p.read_text(encoding="utf-8-sig")))] == []

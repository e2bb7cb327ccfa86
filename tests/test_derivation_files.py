"""Files of derivations: what is wrong with them is found, every problem with its code and the guilty text."""

from __future__ import annotations

import json

import pytest
from conftest import ROOT

from caveat.core.errors import PolicyError
from caveat.load.folder import RawFile, read_folder
from caveat.store.shelf import build, stacked_files

BASE = read_folder(ROOT / "tests" / "bad" / "base")
WORDS = RawFile(
    "vocabulary/incidents.yaml",
    b"values: incidents\nterms: {attack: {name: attack}, left: {name: departure}, doubtful: {name: d, arguably: {left: x}}}\n",
)
MOVES = RawFile("vocabulary/doings.yaml", b"values: doings\nterms: {busy: {name: busy}, idle: {name: idle}}\n")
FACTS = """
  doing: {title: doing, question: What does it do?, values: doings}
  mood: {title: mood, question: How?, values: doings, assume: {value: idle, because: it is}}
"""
GENERAL = """reports: {kind: incidents, from: regions, against: regions, by: parties}
otherwise: {doing: idle, target.threatens: none}
derivations:
  fires:
    summary: It fires.
    gives: {doing: busy}
    reports:
      shot: {kind: attack, from: {fact: target.region}, against: {fact: target.threatens}, within: 2, arguably_within: 5}
    unless:
      gone: {kind: left, from: {report: shot.from}, after: shot}
    convention: made up
  threatens:
    summary: It threatens.
    gives: {target.threatens: {report: shot.against}}
    reports: {shot: {kind: attack, from: {fact: target.region}}}
    overrides: fires
    convention: made up
"""
OWN = """issuer: BB
name: Beland
statements:
  word:
    by: the minister
    reported: 2024-01-10
    grade: on-record
    says: Fire counts for a day.
    sources: [{publisher: The Daily, date: 2024-01-10, no_url: in print only}]
derivations:
  fires:
    summary: It fired today.
    gives: {doing: busy}
    reports: {shot: {kind: attack, from: {borders: {fact: target.threatens}}, within: 0}}
    by: word
"""


def files(general: str = GENERAL, own: str = OWN) -> list[RawFile]:
    """A small library with derivations."""
    facts = next(f for f in BASE if f.name == "vocabulary/facts.yaml")
    more = facts.data.replace(b"facts:", b"facts:" + FACTS.rstrip("\n").encode(), 1)
    kept = [f for f in BASE if f.name != facts.name]
    return [*kept, RawFile(facts.name, more), WORDS, MOVES, RawFile("derivations/a.yaml", general.encode()), RawFile("BB/b.yaml", own.encode())]


def found(these: list[RawFile]) -> list[tuple[str, str]]:
    """What is found wrong: code, and the text under the carets."""
    try:
        return [(d.code, d.span.text if d.span else "") for d in build(these)[1]]
    except PolicyError as error:
        return [(d.code, d.span.text if d.span else "") for d in error.diagnostics]


def test_the_base_is_sound():
    """What the following tests spoil has no problem, and gives the derivations that hold for each issuer."""
    assert found(files()) == []
    reporting = build(files())[0].reporting
    assert [d.id for d in reporting.derivations] == ["BB/fires", "fires", "threatens"]
    assert {d.id for d in reporting.of("BB")} == {"BB/fires", "threatens"}
    assert {d.id for d in reporting.of("AA")} == {"fires", "threatens"}


SPOILED = [
    ("kind: attack, from: {fact: target.region}, a", "kind: atack, from: {fact: target.region}, a", "unknown-incidents", "atack"),
    ("kind: left", "kind: doubtful", "arguable-class", "doubtful"),
    ("{fact: target.region}, against", "{fact: target.regoin}, against", "unknown-fact", "target.regoin"),
    ("{fact: target.region}, against", "{fact: doing}, against", "wrong-value", "doing"),
    ("{fact: target.region}, against", "{near: AA-1}, against", "unknown-test", "near"),
    ("{fact: target.region}, against", "{borders: {region: AA-1}}, against", "wrong-value", "{"),
    ("{report: shot.from}, after", "{report: sho.from}, after", "unknown-report", "sho.from"),
    ("{report: shot.from}, after", "{report: shot.form}, after", "unknown-key", "shot.form"),
    ("{report: shot.from}, after", "{report: shot.by}, after", "wrong-value", "shot.by"),
    ("{report: shot.from}, after", "{report: shot}, after", "wrong-value", "shot"),
    ("after: shot", "after: gone", "unknown-report", "gone"),
    ("after: shot", "within: -1", "wrong-value", "-1"),
    ("after: shot", "force: x", "unknown-key", "x"),
    ("arguably_within: 5", "arguably_within: 2", "wrong-value", "2"),
    ("gives: {doing: busy}\n    reports:\n", "gives: {doing: bussy}\n    reports:\n", "unknown-doings", "bussy"),
    ("gives: {doing: busy}\n    reports:\n", "gives: {mood: busy}\n    reports:\n", "assumed-fact", "mood"),
    ("gives: {doing: busy}\n    reports:\n", "gives: {donig: busy}\n    reports:\n", "unknown-fact", "donig"),
    ("gives: {doing: busy}\n    reports:\n", "gives: {doing: {report: shot.from}}\n    reports:\n", "wrong-value", "shot.from"),
    ("otherwise: {doing: idle, ", "otherwise: {", "no-otherwise", "doing"),
    ("    unless:\n      gone", "    unless:\n      shot", "duplicate-id", "shot"),
    ("overrides: fires", "overrides: fire", "unknown-derivation", "fire"),
    ("overrides: fires", "overrides: threatens", "cycle", "threatens"),
    ("    overrides: fires\n    convention: made up\n", "    overrides: fires\n", "no-basis", "threatens"),
    ("    overrides: fires\n    convention: made up\n", "    by: word\n    convention: made up\n", "wrong-value", "by"),
    ("    overrides: fires\n    convention: made up\n", "    sources: [{publisher: X, date: unknown}]\n", "no-address", "{"),
    ("reports: {shot: {kind: attack, from: {fact: target.region}}}", "reports: {shot: {kind: attack, from: {fact: target.threatens}}}", "cycle", "threatens"),
    ("    convention: made up\n  threatens", "    when: {weapon: {range_km: {over: 200}}}\n    convention: made up\n  threatens", "arguable-condition", "when"),
    ("from: regions, against", "from: reigons, against", "unknown-values", "reigons"),
    ("reports: {kind: incidents, from: regions, against: regions, by: parties}\n", "", "no-report-keys", "fires"),
    ("summary: It fires.", "sumary: It fires.", "unknown-key", "sumary"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "text"), SPOILED, ids=lambda v: str(v)[:30])
def test_a_spoiled_file_is_refused_in_its_place(old, new, code, text):
    """Each mistake is an error with its code, the guilty text underlined, and never a derivation less."""
    assert GENERAL.count(old) == 1
    assert (code, text) in found(files(GENERAL.replace(old, new)))


def test_an_own_reading_rests_on_statements_of_its_issuer():
    """An issuer's own reading names its statements; a general one belongs elsewhere."""
    assert ("no-basis", "fires") in found(files(own=OWN.replace("    by: word\n", "    convention: x\n")))
    assert ("unknown-statement", "wrd") in found(files(own=OWN.replace("by: word", "by: wrd")))


def test_what_stands_twice_is_refused():
    """A derivation, what reports may say, and what a fact is otherwise stand in one file only."""
    twice = [*files(), RawFile("derivations/b.yaml", GENERAL.encode())]
    assert {code for code, _ in found(twice)} == {"duplicate-id", "duplicate-key"}


def test_too_much_put_together_is_refused():
    """A derivation that puts more together than can be matched is an error of its file."""
    many = {f"r{n}": {"kind": "attack", "from": {"fact": "target.region"}, "against": {"fact": "target.threatens"}} for n in range(5)}
    data = {"derivations": {"much": {"summary": "Much.", "gives": {"doing": "busy"}, "reports": many, "convention": "made up"}}}
    assert [c for c, _ in found([*files(), RawFile("derivations/c.yaml", json.dumps(data).encode())])] == ["too-many-patterns"]


def test_the_order_of_files_and_keys_never_matters():
    """The same derivations in another order have the same digest; another window has another."""
    reordered = GENERAL.replace("{kind: attack, from: {fact: target.region}, against: {fact: target.threatens}, within: 2, arguably_within: 5}",
                                "{arguably_within: 5, within: 2, against: {fact: target.threatens}, from: {fact: target.region}, kind: attack}")  # fmt: skip
    head, _, rest = reordered.partition("derivations:\n")
    first, _, second = rest.partition("  threatens:\n")
    swapped = f"{head}derivations:\n  threatens:\n{second}{first}"
    assert build(files(swapped)[::-1])[0].digest == build(files())[0].digest
    assert build(files(GENERAL.replace("within: 2", "within: 3")))[0].digest != build(files())[0].digest


def test_derivations_come_with_the_vocabulary(tmp_path):
    """A folder without a vocabulary uses the shipped derivations, also where it stands alone, unless it has its own."""
    (tmp_path / "own.yaml").write_text("issuer: XX\nname: X\n")
    names = {f.name.partition("/")[0] for f in stacked_files(tmp_path, ROOT / "policies", only=True)}
    assert names == {"own.yaml", "vocabulary", "derivations"}
    (tmp_path / "derivations").mkdir()
    (tmp_path / "derivations" / "mine.yaml").write_text("derivations: {}\n")
    assert [f.name for f in stacked_files(tmp_path, ROOT / "policies", only=True) if f.name.startswith("derivations/")] == ["derivations/mine.yaml"]


def test_a_broken_file_of_derivations_is_reported_by_itself():
    """Where a file of derivations is not well formed, what refers to it is not reported as well."""
    assert [c for c, _ in found(files(GENERAL.replace("kind: attack, from: {fact: target.region}}", "knd: attack}")))] == [
        "missing-key",
        "unknown-key",
    ]

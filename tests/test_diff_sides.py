"""What may be compared, and how it is written: sides, restrictions, revisions, cases; and how wrong ones are refused."""

import json
import subprocess
from pathlib import Path
from random import Random

import pytest
from strategies import book_of, world

from caveat import Library, PolicyError, Scenario, ScenarioError, TooLargeError
from caveat.diagram import regions as regions_module
from caveat.diff.difference import Change, Edit
from caveat.diff.sides import read_side
from caveat.diff.story import Story
from caveat.diff.to_text import difference_to_text
from caveat.diff.witnesses import commands
from caveat.load.revision import read_revision

SHIPPED = Path(__file__).parents[1] / "policies"
KHARKIV = ("US@2024-05-29", "US@2024-05-31")


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load()


@pytest.mark.parametrize(
    ("text", "issuer", "whole_chain", "as_of", "known_by"),
    [
        ("US@2024-05-29", "US", False, "2024-05-29", None),
        ("united kingdom@2024-06-01", "GB", False, "2024-06-01", None),
        ("@2024-06-01", None, True, "2024-06-01", None),
        ("2024-06-01", None, True, "2024-06-01", None),
        ("chain@2024-06-01", None, True, "2024-06-01", None),
        ("US@2024-06-01,known-by=2024-05-30", "US", False, "2024-06-01", "2024-05-30"),
        ("US", "US", False, None, None),
    ],
)
def test_a_side_is_read_as_it_is_written(library, text, issuer, whole_chain, as_of, known_by):
    """An issuer by id or name, everyone, a day or none, and what was known."""
    side = read_side(text, library.book.issuers, library.book.vocabulary)
    days = [d and d.isoformat() for d in (side.as_of, side.known_by)]
    assert (side.issuer, side.whole_chain, *days) == (issuer, whole_chain, as_of, known_by)


@pytest.mark.parametrize(
    ("before", "after", "code", "help"),
    [
        ("Untied Kingdom@2024-05-29", "US@2024-05-29", "unknown-side", "did you mean"),
        ("nowhere", "US@2024-05-29", "unknown-side", "US@2024-05-29"),
        ("US@2024-13-01", "US@2024-05-29", "impossible-date", "2024-05-29"),
        ("US@2024-05", "US@2024-06", "impossible-date", "2024-05-30"),
        ("", "US@2024-05-29", "unknown-side", "US@2024-05-29"),
        (",known-by=2024-05-29", "US@2024-05-29", "unknown-side", "US@2024-05-29"),
        ("US@2024-05-29,known-by=", "US@2024-05-29", "impossible-date", "US@2024-05-29"),
        ("x" * 5000, "US@2024-05-29", "unknown-side", "US@2024-05-29"),
        ("US@2024-05-29", "US", "no-day", "both a day"),
        ("US@2024-05-29", "@2024-05-29", "wrong-value", "issuer"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_what_to_write(library, before, after, code, help):  # noqa: A002
    """A wrong side is an error that names it and says what to type instead."""
    with pytest.raises(ScenarioError) as error:
        library.diff(before, after)
    (problem,) = error.value.diagnostics
    assert problem.code == code
    assert help in problem.help


def test_a_date_that_would_restrict_nothing_is_refused(library):
    """Where the sides have days of their own, a date is not taken and then left aside."""
    with pytest.raises(ScenarioError, match="restricts nothing"):
        library.diff(*KHARKIV, where={"date": "2024-06"})


def test_a_side_against_itself_differs_in_nothing(library):
    """The difference of nothing is empty, in both layers."""
    assert library.diff("US@2024-05-29", "US@2024-05-29").is_empty


def test_what_was_merely_learned_is_told_from_what_changed(library):
    """With both clocks moved, the permission of May 2024 is learned on the 30th as seen on the 29th, and stands in the world."""
    learned = library.diff("US@2024-05-31,known-by=2024-05-29", "US@2024-05-31,known-by=2024-05-31", where={"supplier": "US", "weapon": "himars"})
    assert {r.change for r in learned.regions if r.is_usual} == {Change.LOOSENED}
    both = library.diff("US@2024-05-29,known-by=2024-05-29", "US@2024-05-31,known-by=2024-05-31", where={"supplier": "US", "weapon": "himars"})
    assert {r.cause and r.cause.value for r in both.regions if r.is_usual} == {"learned"}
    assert {e.edit for e in learned.rules if e.rule == "US/kharkiv-counter-fire"} == {Edit.BECAME_KNOWN}


def test_a_restriction_leaves_only_what_lies_in_it(library):
    """Every region of a restricted diff lies in a region of the whole, and names the restricted fact's values only."""
    narrow = library.diff(*KHARKIV, where={"weapon": "himars", "supplier": "US"})
    whole = library.diff(*KHARKIV)
    assert narrow.regions
    assert all((r.before, r.after) in {(w.before, w.after) for w in whole.regions} for r in narrow.regions)
    assert all(r.witness.scenario["weapon"] in ("himars", "himars-gmlrs") for r in narrow.regions)


def test_recorded_cases_are_decided_on_either_side(library):
    """A case says what it was and what it is, and in which region it lies; one that does not change lies in none."""
    fire = Scenario(supplier="US", weapon="himars", target={"region": "RU-BEL", "kind": "artillery", "activity": "attacking", "threatens": "UA-63"})
    inside = Scenario(supplier="US", weapon="himars", target={"region": "UA-63", "kind": "artillery"})
    found = library.diff(*KHARKIV, cases=[("fire", fire), ("inside Ukraine", inside)])
    assert [(c.label, c.before, c.after, c.region is not None) for c in found.cases] == [
        ("fire", "prohibited", "permitted", True),
        ("inside Ukraine", "permitted", "permitted", False),
    ]


def _written(folder: Path, files: dict) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data), encoding="utf-8")
    return folder


def _turned(files: dict) -> dict:
    """The same policies with the effect of one state's first rule turned."""
    found = json.loads(json.dumps(files))
    rule = found["AA/policy.yaml"]["rules"][min(found["AA/policy.yaml"]["rules"])]
    rule["effect"] = "permit" if rule["effect"] == "prohibit" else "prohibit"
    return found


@pytest.fixture
def files() -> dict:
    """A made-up library that loads."""
    return next(w for w in (world(Random(seed)) for seed in range(50)) if w["AA/policy.yaml"]["rules"] and book_of(_turned(w)))


def test_folders_and_revisions_of_git_are_compared_alike(library, files, tmp_path):
    """A folder, a second one, and the same two as revisions of one folder differ in the same rule and the same regions."""
    before, after = _written(tmp_path / "a", files), _written(tmp_path / "b", _turned(files))
    found = library.diff(str(before), str(after), issuers=[], as_of="2024-02-15")
    assert [(e.rule.partition("/")[0], e.edit, list(e.fields)) for e in found.rules] == [("AA", Edit.EDITED, ["effect"])]
    repository = _written(tmp_path / "r", {f"policies/{n}": d for n, d in files.items()})

    def git(*words: str) -> None:
        subprocess.run(["git", "-C", str(repository), "-c", "user.name=a", "-c", "user.email=a@b", *words], check=True, capture_output=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "before")
    _written(repository, {f"policies/{n}": d for n, d in _turned(files).items()})
    import os

    here = Path.cwd()
    os.chdir(repository)
    try:
        again = library.diff("HEAD:policies", "policies", as_of="2024-02-15")
    finally:
        os.chdir(here)
    assert [(r.where, r.before, r.after) for r in again.regions] == [(r.where, r.before, r.after) for r in found.regions]
    assert again.rules == found.rules


@pytest.mark.parametrize(
    ("revision", "path"), [("no-such-revision", "policies"), ("--output=x", "policies"), ("HEAD", "no/such/folder"), ("HEAD", "../..")]
)
def test_a_revision_that_is_none_is_a_designed_error(revision, path, tmp_path, monkeypatch):
    """A name git does not know, an option in its place, or a path that leads out: refused, and nothing is written."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PolicyError) as error:
        read_revision(revision, path)
    assert error.value.diagnostics[0].code == "no-revision"
    assert [p.name for p in tmp_path.iterdir()] == [".git"]


def test_past_the_bound_the_tool_says_what_to_restrict(library, monkeypatch):
    """Too many regions are an error that names --where; a sample is never given in their place."""
    monkeypatch.setattr(regions_module, "MAX_REGIONS", 3)
    with pytest.raises(TooLargeError, match="--where"):
        regions_module.regions(*_many(library), most=3)


def _many(library: Library) -> tuple:
    from datetime import date

    from caveat.diagram.frame import frame
    from caveat.diagram.norms import Position, Side

    fr = frame([Side(library.book, date(2026, 1, 1), date(2024, 7, 1), "US")])
    return fr.space, fr.norms[0].positions[Position.PERMITTED], fr.valid


def test_a_folder_with_a_colon_in_its_name_is_no_revision(library, files, tmp_path):
    """What exists is read as it stands; the commands of its witnesses name it as the policies to ask."""
    before, after = _written(tmp_path / "a:1", files), _written(tmp_path / "a:2", _turned(files))
    found = library.diff(str(before), str(after), as_of="2024-02-15")
    story = Story(found)
    for n, (words, verdict) in enumerate(commands(story, story.changes[0].pieces[0])):
        assert f"--policies {(before, after)[n]}" in words
        assert ":" not in verdict


def test_sides_without_policies_of_their_own_are_named(library):
    """Against a folder, what is at hand is called the library, and whose rules are told keeps its capitals."""
    assert Story(library.diff("US@2024-05-29", "policies")).headline.startswith("Nothing differs between the library and policies (United States")
    apart = Story(library.diff("GB@2024-06-01", "FR@2024-06-01", where={"weapon": "storm-shadow", "target.region": "RU-KRS"}))
    assert "Rules of the United Kingdom:" in difference_to_text(apart.difference)


def test_a_revision_is_read_as_git_keeps_it(tmp_path, monkeypatch):
    """What `.gitattributes` would hide from an archive, or rewrite in it, is read all the same, to the letter."""
    for command in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        if command == ["add", "-A"]:
            (tmp_path / "p" / "US").mkdir(parents=True)
            (tmp_path / "p" / ".gitattributes").write_text("US export-ignore\n*.yaml export-subst\n", encoding="utf-8")
            (tmp_path / "p" / "US" / "a.yaml").write_text("issuer: US # $Format:%H$\n", encoding="utf-8")
            (tmp_path / "p" / "US" / "a.claims.yaml").write_text("claims: {}\n", encoding="utf-8")
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True, capture_output=True)
    monkeypatch.chdir(tmp_path)
    assert [(f.name, f.data) for f in read_revision("HEAD", "p")] == [("US/a.yaml", b"issuer: US # $Format:%H$\n")]
    assert [(f.name, f.data) for f in read_revision("HEAD", "p/US/a.yaml")] == [("a.yaml", b"issuer: US # $Format:%H$\n")]


def test_a_donor_known_only_as_a_maker_is_asked_as_whoever_has_no_policy(library):
    """Where a side has no policy of an issuer, its witnesses are still decided: by whoever speaks for donors without one."""
    found = Library(library.book, only=True).diff(str(SHIPPED / "US"), "GB@2024-06-01", where={"weapon": "storm-shadow", "supplier": "GB"})
    alone = Library.load(SHIPPED / "US", only=True)
    for region in found.regions:
        asks = region.witness.before
        decision = alone.decide(region.witness.scenario, as_of=asks["as_of"], known_by=asks["known_by"], issuers=[asks["issuer"]])
        assert decision.consents[0].verdict == region.before


def test_progress_goes_forward(library):
    """While regions are found each is counted once, one more than before, over everything that is compared."""
    seen: list[int] = []
    found = library.diff("DE@2024-05-20", "DE@2024-06-03", known_by="2026-01-01", progress=seen.append)
    counted = [n for n in seen if n < 10_000]  # the nodes of the diagrams are told in thousands
    assert counted == list(range(1, len(counted) + 1))
    assert len(counted) >= len(found.regions) > 0

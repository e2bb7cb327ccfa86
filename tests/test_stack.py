"""Policies that stand on one another: what is below, what is replaced, and that every answer says so."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from command import BASE, caveat
from conftest import ROOT
from hostile import policy, written
from pages import DOCS, blocks

from caveat import Library
from caveat.core.errors import PolicyError
from caveat.lint.search import PASSES

if TYPE_CHECKING:
    from pathlib import Path

USE = ("--supplier", "XX", "--weapon", "caesar", "--region", "UA-32", "--date", "2024-07-01", "--known-by", "2026-01-01")
FACTS = {"supplier": "XX", "weapon": "caesar", "target.region": "UA-32", "target.kind": "artillery", "date": "2024-07-01"}
NO_TREATY = "no treaty is among them"
GIVEN = "were given in place of others"
SWEDEN = policy("SE", "Sweden", "prohibit")
ANSWERS = {
    "decide": USE,
    "explain": USE,
    "timeline": USE,
    "matrix": (*USE, "--columns", "regions", "--column-values", "UA-32"),
    "diff": ("XX@2023-12-31", "XX@2024-01-02"),
}


def load(*places: Path, only: bool = False) -> Library:
    """The library of these places, freshly read."""
    return Library.load(places, only=only)


def ruritania(folder: Path) -> Path:
    """The folder that the page on the format tells its reader to make."""
    (policy,) = (b.text for b in blocks(DOCS / "format.md", "yaml") if b.file == "my-policies/ruritania.yaml")
    return written(folder, ruritania=policy)


def test_the_donor_of_the_pages_permits_no_strike_on_a_hospital(tmp_path):
    """A folder without a vocabulary stands on the shipped treaties: what its donor says, a hospital is not struck."""
    folder = ruritania(tmp_path)
    decision = load(folder).decide({**FACTS, "target.kind": "hospital"}, known_by="2026-01-01")
    assert (decision.verdict, decision.binding) == ("prohibited", ("AP-I",))
    ran = caveat("decide", "--policies", str(folder), *USE, "--kind", "hospital", "--brief")
    assert ran.out.startswith("PROHIBITED: by Additional Protocol I")


def test_the_other_donors_and_the_catalogue_are_there(tmp_path):
    """A new donor stands beside the shipped ones, and nothing is said of policies, since none was replaced."""
    library = load(written(tmp_path, x=policy()))
    assert {"XX", "US", "GB", "AP-I"} <= library.book.issuers.keys()
    ran = caveat("decide", "--policies", str(tmp_path), *USE)
    assert (ran.out.startswith("PERMITTED: by Ruritania"), "Policies:" in ran.out) == (True, False)
    american = {**FACTS, "supplier": "US", "weapon": "himars"}
    answers = [of.decide(american, known_by="2026-01-01").answer for of in (library, Library.load())]
    assert answers[0] == answers[1]


def test_an_issuer_of_the_same_id_is_replaced_whole(tmp_path):
    """Of an issuer in the folder no shipped rule is left; all others are as they were."""
    library, shipped = load(written(tmp_path, se=SWEDEN)), Library.load()
    assert [r.id for r in library.book.rules if r.issuer == "SE"] == ["SE/in-ukraine"]
    assert [r.id for r in library.book.rules if r.issuer != "SE"] == [r.id for r in shipped.book.rules if r.issuer != "SE"]
    assert (library.book.replaced, shipped.book.replaced) == (("SE",), ())
    assert library.digest != shipped.digest


@pytest.mark.parametrize("verb", ANSWERS)
@pytest.mark.parametrize("form", ["text", "markdown", "html", "svg"])
def test_every_answer_says_what_was_replaced_and_that_no_treaty_was_asked(tmp_path, verb, form):
    """Text, Markdown and pictures of every verb that answers name the replaced issuer; without a treaty, they say that."""
    if (form in ("html", "svg") and verb in ("decide", "explain")) or (verb, form) == ("diff", "svg"):
        pytest.skip("there is no such picture")
    replacing, bare = written(tmp_path / "a", x=policy(), se=SWEDEN), written(tmp_path / "b", x=policy())
    ran = caveat(verb, "--policies", str(replacing), *ANSWERS[verb], "--format", form)
    said = " ".join(re.sub(r"<[^>]*>|[|\\*]", " ", ran.out).split())
    assert (ran.code, "those of Sweden (SE) were given in place of others" in said, NO_TREATY in said) == (0, True, False)
    ran = caveat(verb, "--policies", str(bare), "--only", *ANSWERS[verb], "--format", form)
    said = " ".join(re.sub(r"<[^>]*>|[|\\*]", " ", ran.out).split())
    assert (ran.code, GIVEN in said, NO_TREATY in said) == (0, False, True)


@pytest.mark.parametrize("verb", [*ANSWERS, "test", "prove", "sources"])
def test_every_answer_in_json_says_it_too(tmp_path, verb):
    """The library of an answer has its digest, whose policies were replaced, and the treaties asked."""
    folder = written(tmp_path, x=policy(), se=SWEDEN)
    (folder / "x.cases.yaml").write_text(
        "cases:\n  c: {given: {supplier: XX, weapon: caesar, target.region: UA-32}, date: 2024-07-01, expect: permitted}\n"
    )
    (folder / "x.claims.yaml").write_text("claims:\n  c: {claim: Made up., issuer: XX, where: {target.region: RU}, never: permitted}\n")
    for more, replaced, treaties in (((), ["SE"], True), (("--only",), [], False)):
        data = json.loads(caveat(verb, "--policies", str(folder), *more, *ANSWERS.get(verb, ()), "--format", "json").out)
        library = data["after"]["library"] if verb == "diff" else data["library"]
        assert (library["replaced"], "AP-I" in library["treaties"], bool(library["treaties"])) == (replaced, treaties, treaties)


def test_a_case_a_claim_a_replay_and_a_watch_say_it_in_words(tmp_path):
    """The verbs that answer in bulk say of their policies what a single answer does."""
    folder = written(tmp_path / "p", x=policy())
    (folder / "x.cases.yaml").write_text(
        "cases:\n  c: {given: {supplier: XX, weapon: caesar, target.region: UA-32}, date: 2024-07-01, expect: permitted}\n"
    )
    (folder / "x.claims.yaml").write_text("claims:\n  c: {claim: Made up., issuer: XX, where: {target.region: RU}, never: permitted}\n")
    at = ("--policies", str(folder), "--only")
    (tmp_path / "in").write_text(json.dumps({"op": "scenario", "id": "a", "scenario": FACTS}) + "\n")
    assert caveat("decide", *at, *USE, "--record", str(tmp_path / "log")).code == 0
    for verb, words in (
        ("test", ()),
        ("prove", ()),
        ("replay", (str(tmp_path / "log"),)),
        ("watch", (str(tmp_path / "in"), "--output", str(tmp_path / "out"), "--clock", "2024-07-01")),
    ):
        ran = caveat(verb, *at, *words)
        told = ran.out or (tmp_path / "out").read_text()
        assert (ran.code, NO_TREATY in " ".join(told.split())) == (0, True), (verb, told, ran.err)


def test_later_folders_stand_on_top(tmp_path):
    """`--policies` may be repeated: of one issuer the last folder counts, and the answer says that it was replaced."""
    first, second = written(tmp_path / "a", x=policy(), se=SWEDEN), written(tmp_path / "b", x=policy(effect="prohibit"))
    assert [load(*places).decide(FACTS, known_by="2026-01-01").verdict for places in ((first, second), (second, first))] == [
        "prohibited",
        "permitted",
    ]
    assert load(first, second).book.replaced == ("SE", "XX")
    ran = caveat("decide", "--policies", str(first), "--policies", str(second), *USE)
    assert (ran.out.startswith("PROHIBITED"), "those of Sweden (SE) and Ruritania (XX) were given" in " ".join(ran.out.split())) == (True, True)


def test_a_folder_with_a_vocabulary_stands_alone_and_others_on_it(tmp_path):
    """A vocabulary of its own takes the place of the shipped library, wherever in the line it stands; there is one at most."""
    assert Library.load(BASE).digest == Library.load(str(BASE), only=True).digest
    places = [BASE, written(tmp_path / "p", aa="issuer: AA\nname: Aland\n")]
    assert [load(*p).book.replaced for p in (places, places[::-1])] == [("AA",), ("AA",)]
    assert [any(r.issuer == "AA" for r in load(*p).book.rules) for p in (places, places[::-1])] == [False, True]
    assert "US" not in load(*places).book.issuers
    with pytest.raises(PolicyError) as raised:
        load(BASE, ROOT / "policies")
    (problem,) = raised.value.diagnostics
    assert (problem.code, str(BASE) in problem.message, str(ROOT / "policies") in problem.span.source.name) == ("two-vocabularies", True, True)


def test_only_takes_what_is_given_alone(tmp_path):
    """With `--only` no shipped policy is left, under the shipped vocabulary; without `--policies` it is a mistake."""
    library = load(written(tmp_path, x=policy()), only=True)
    assert ({r.issuer for r in library.book.rules}, library.book.treaties, library.book.replaced) == ({"XX"}, (), ())
    assert library.decide({**FACTS, "target.kind": "hospital"}, known_by="2026-01-01").verdict == "permitted"
    ran = caveat("decide", "--only", *USE)
    assert (ran.code, "add --policies DIR" in ran.err) == (2, True)


def test_sides_of_a_comparison_stand_as_policies_do(tmp_path):
    """A folder as a side stands on the shipped library, or with `--only` alone; its commands repeat the choice."""
    before, after = written(tmp_path / "a", x=policy()), written(tmp_path / "b", x=policy(effect="prohibit"))
    found = Library.load().diff(str(before), str(after))
    assert all("AP-I" in side.book.issuers for side in (found.before, found.after))
    ran = caveat("diff", str(before), str(after), "--only")
    assert (ran.code, NO_TREATY in " ".join(ran.out.split()), f"--policies {before} --only" in " ".join(ran.out.replace("\\", " ").split())) == (0, True, True)  # fmt: skip


def test_lint_tells_of_the_given_files_alone(tmp_path):
    """Findings of the shipped library are its own; those of a stacked folder name its files, also where several are given."""
    vague = policy().replace("grade: on-record", "grade: claim")
    one, two = written(tmp_path / "a", x=vague), written(tmp_path / "b", y=vague.replace("XX", "YY").replace("Ruritania", "Rurland"))
    found = Library.lint(one)
    assert {(f.code, f.span.source.name) for f in found} == {("weak-evidence", "x.yaml"), ("silent-area", "x.yaml")}
    both = Library.lint([one, two], notes=False)
    assert [f.span.source.name for f in both] == [f"{one}/x.yaml", f"{two}/y.yaml"]
    assert not any(f.span.source.name.startswith("shipped/") for f in Library.lint(written(tmp_path / "c", us=policy("US", "United States"))))


def test_lint_is_asked_about_the_given_issuers_alone(tmp_path):
    """What lint works through is as much as the folder has rules, however large the library below."""
    steps: list[tuple[int, int]] = []
    Library.lint(written(tmp_path, x=policy()), progress=lambda *step: steps.append(step))
    assert steps[-1][0] == steps[-1][1] == PASSES + 1  # one rule, one issuer


def test_an_error_says_in_which_of_several_folders(tmp_path):
    """The place of a problem is the file as it was given, so that files of one name are told apart."""
    one, two = written(tmp_path / "a", x=policy()), written(tmp_path / "b", x=policy().replace("effect: permit", "effect: permits"))
    with pytest.raises(PolicyError) as raised:
        load(one, two)
    assert [d.span.source.name for d in raised.value.diagnostics] == [f"{two}/x.yaml"]


def test_derivations_of_a_folder_replace_the_shared_ones_and_that_is_said(tmp_path):
    """What follows from reports for everyone is replaced as a whole, and every answer says so."""
    folder = written(tmp_path, x=policy())
    (folder / "derivations").mkdir()
    text = next((ROOT / "policies" / "derivations").glob("*.yaml")).read_text(encoding="utf-8")
    (folder / "derivations" / "mine.yaml").write_text(text, encoding="utf-8")
    assert load(folder).book.replaced == ("derivations/",)
    assert "everyone (what follows from reports)" in " ".join(caveat("decide", "--policies", str(folder), *USE).out.split())


def test_the_cache_knows_what_stands_on_what(tmp_path, monkeypatch):
    """The same files in another order, alone or stacked, are other libraries, from the cache as freshly read."""
    monkeypatch.setenv("CAVEAT_CACHE", str(tmp_path / "cache"))
    first, second = written(tmp_path / "a", x=policy()), written(tmp_path / "b", x=policy(effect="prohibit"))
    ways = ((first, second), (second, first), (first,))
    fresh = [(load(*p, only=o).digest, load(*p, only=o).book.replaced) for p in ways for o in (False, True)]
    again = [(load(*p, only=o).digest, load(*p, only=o).book.replaced) for p in ways for o in (False, True)]
    assert fresh == again
    assert len({digest for digest, _ in fresh}) == len(fresh)

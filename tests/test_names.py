"""Names: however people write one it leads to one thing, and two things that share one are an error that names both."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from command import BASE, caveat
from hostile import policy, written

from caveat import Library
from caveat.core.errors import PolicyError
from caveat.core.vocabulary import folded, issuer_named
from caveat.diff.sides import read_side
from caveat.matrix.axes import axis

if TYPE_CHECKING:
    from pathlib import Path

TREATY = (
    policy("T-1", "Hospital Pact", "prohibit")
    .replace("covered_until", "kind: treaty\ncovered_until")
    .replace("scope: {recipient: UA, role: supplier}\n", "")
)
USE = ("--weapon", "caesar", "--region", "UA-32", "--date", "2024-07-01")


def clashes(folder: Path, **options: bool) -> list[tuple[str, str]]:
    """The message of every ambiguous name, and the place it stands at."""
    with pytest.raises(PolicyError) as raised:
        Library.load(folder, **options)
    return [(d.message, d.span.place) for d in raised.value.diagnostics if d.code == "ambiguous-name"]


@pytest.mark.parametrize(
    "ways",
    [
        ("Ruritania", "RURITANIA", "ruritania", "\uff32\uff55\uff52\uff49\uff54\uff41\uff4e\uff49\uff41"),
        ("Cote d'Or", "cote d\u2019or", "Cote\u00a0d\u02bcor", "Cote-d\u2032Or", "Cote\u2013d`Or", "Cote  d\u2018Or", "Cote\u2212d\u00b4or"),
        ("T\u00fcrkiye", unicodedata.normalize("NFD", "T\u00fcrkiye"), "T\u00dcRK\u0130YE", "t\u00fcrk\u0131ye"),
        ("Stra\u00dfe", "STRASSE", "STRA\u1e9eE", "strasse"),
        ("Office", "O\ufb03ce", "Off\u00adice", "Off\u200bice", "\ufeffOffice"),
        ("M_1 a", "m-1\u3000A", "M\u20111\u2003a"),
    ],
)
def test_one_name_in_all_the_ways_it_is_written(ways):
    """Case, width, accents put together or apart, dashes, apostrophes, blanks, what cannot be seen, dotless i and sharp s make no other name."""
    assert {folded(way) for way in ways} == {folded(ways[0])}
    assert folded(folded(ways[0])) == folded(ways[0])


@pytest.mark.parametrize("files", [{"a": "Xx", "b": "XX"}, {"c": "Xx", "b": "XX"}])
def test_issuers_whose_ids_differ_by_case_are_an_error_whatever_the_files_are_called(tmp_path, files):
    """Two issuers that one word names are refused, with both places, and no verdict turns with the name of a file."""
    written(tmp_path, **{name: policy(ident, f"State {ident * 2}") for name, ident in files.items()})
    first, second = sorted((ident, name) for name, ident in files.items())
    ((message, place),) = clashes(tmp_path)
    assert (message, place) == (f"`{second[0]}` and `{first[0]}` ({first[1]}.yaml:1) read as one name", f"{second[1]}.yaml:1")


@pytest.mark.parametrize("name", ["Ruritania", "RURITANIA", "\uff32uritania", "Rurit\u0430nia"])
def test_two_issuers_of_one_name_are_an_error(tmp_path, name):
    """One name for two issuers is refused, also in letters of another alphabet that look alike."""
    written(tmp_path, a=policy("XX"), b=policy("YY", name))
    ((message, place),) = clashes(tmp_path)
    assert ("`XX`" in message, "`YY`" in message, "a.yaml:2" in message, place) == (True, True, True, "b.yaml:2")


def test_treaties_that_differ_by_case_are_an_error_and_so_is_the_id_of_a_state(tmp_path):
    """Issuers of every kind are told apart: treaties from one another, from states by name, and from what the vocabulary knows."""
    written(
        tmp_path,
        a=TREATY,
        b=TREATY.replace("T-1", "t_1").replace("Hospital", "Artillery"),
        c=policy("XX", "t 1"),
        d=TREATY.replace("T-1", "us").replace("Hospital", "Other"),
    )
    found = clashes(tmp_path)
    assert {place for _, place in found} == {"b.yaml:1", "c.yaml:2", "d.yaml:1"}


def test_a_given_issuer_that_differs_from_a_shipped_one_by_case_is_an_error(tmp_path):
    """A folder does not replace an issuer by an id that is nearly the same, nor by its name; the shipped place is named."""
    with pytest.raises(PolicyError) as raised:
        Library.load(written(tmp_path, a=TREATY.replace("T-1", "ap-i")))
    assert any("`AP-I` (shipped/AP-I/" in d.message for d in raised.value.diagnostics)


def test_an_id_typed_exactly_is_that_issuer():
    """An exact id comes first; else the id or the name as people write it."""
    library = Library.load(BASE)
    ident = next(iter(library.book.issuers))
    for typed in (ident, ident.lower(), library.book.issuers[ident].name.upper()):
        assert library._issuer(typed) == ident


OWN = {
    "statements": ("  s: {by", "  S: {by: the same minister, reported: 2024-01-01, grade: press, says: Made up., no_effect: {kind: remark, because: made up}, sources: [{publisher: G, date: 2024-01-01, no_url: made up}]}\n  s: {by"),
    "rules": ("  in-ukraine:", "  In_Ukraine: {effect: permit, by: s, summary: Made up., when: {target.region: UA}}\n  in-ukraine:"),
    "a statement and a rule": ("  in-ukraine:", "  S: {effect: permit, by: s, summary: Made up., when: {target.region: UA}}\n  in-ukraine:"),
    "readings": ("statements:", "readings:\n  a-b: {question: Really?, because: made up, by: s}\n  A-B: {question: Really?, because: made up, by: s}\nstatements:"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "ident"), [("USA", "US"), ("united states of america", "US"), ("UK", "GB"), ("Britain", "GB"), ("Holland", "NL")])
def test_an_issuer_is_known_by_every_name_of_the_state(name, ident):
    """Whoever is a value of a fact under a name is asked under it, too: by `--issuer`, in a table, and as a side of a comparison."""
    whole = Library.load()
    use = {"weapon": "caesar", "target.region": "UA-32", "date": "2024-07-01"}
    assert whole.decide({**use, "supplier": name}, issuers=[name]).answer == whole.decide({**use, "supplier": ident}, issuers=[ident]).answer
    assert [entry.id for entry in axis(whole.book, "issuers", [name], (), None).entries] == [ident]
    assert read_side(f"{name}@2024-05-29", whole.book.issuers, whole.book.vocabulary).issuer == ident
    assert caveat("decide", "--supplier", name, "--issuer", name, *USE).code in (0, 3, 4, 5)


def test_a_name_of_a_state_without_a_policy_is_no_issuer():
    """A name that the vocabulary knows is no issuer where nobody of that id has a policy, and a class is none."""
    whole = Library.load()
    for name in ("North Korea", "member of NATO", "Crimea"):
        assert issuer_named(name, whole.book.issuers, whole.book.vocabulary) is None


@pytest.mark.parametrize("kind", OWN)
def test_ids_of_one_issuer_are_told_apart(tmp_path, kind):
    """Statements, rules and readings of an issuer whose ids read as one are an error, in one file or in two."""
    old, new = OWN[kind]
    (found,) = clashes(written(tmp_path / "one", a=policy().replace(old, new)))
    assert "read as one name" in found[0]
    if kind == "rules":
        more = "issuer: XX\nname: Ruritania\nrules:\n  In-Ukraine: {effect: permit, by: s, summary: Made up., when: {target.region: UA}}\n"
        ((message, place),) = clashes(written(tmp_path / "two", a=policy(), b=more))
        assert (message, place) == ("`In-Ukraine` and `in-ukraine` (a.yaml:8) read as one name", "b.yaml:4")


@pytest.mark.parametrize("kind", ["cases", "claims"])
def test_ids_of_cases_and_claims_are_told_apart(tmp_path, kind):
    """A case and a claim are chosen by name: two that read as one are an error."""
    entry = {
        "cases": "{given: {supplier: XX}, expect: permitted}",
        "claims": "{claim: Made up., issuer: XX, where: {target.region: RU}, never: permitted}",
    }[kind]
    folder = written(tmp_path, a=policy())
    (folder / f"a.{kind}.yaml").write_text(f"{kind}:\n  one: {entry}\n  One: {entry}\n")
    ran = caveat({"cases": "test", "claims": "prove"}[kind], "--policies", str(folder))
    assert (ran.code, f"a.{kind}.yaml:3:3: error[ambiguous-name]: `One` and `one` (a.{kind}.yaml:2) read as one name" in ran.err) == (3, True)


def test_terms_and_facts_of_a_vocabulary_are_told_apart(tmp_path):
    """Terms, values that one fact has beyond its set, and facts: names that read as one are errors with both places."""
    import shutil

    shutil.copytree(BASE, tmp_path / "p")
    facts = tmp_path / "p" / "vocabulary" / "facts.yaml"
    text = facts.read_text()
    name = next(line.strip().rstrip(":") for line in text.split("\n") if line.startswith("  ") and line.rstrip().endswith(":"))
    facts.write_text(text.replace(f"  {name}:\n", f"  {name.upper()}: {{values: weapon, title: t, question: q?}}\n  {name}:\n", 1))
    assert any(f"`{name}`" in message and f"`{name.upper()}` (vocabulary/facts.yaml" in message for message, _ in clashes(tmp_path / "p"))


def test_a_letter_of_another_alphabet_in_an_id_is_named(tmp_path):
    """An id is ASCII: the letter that looks like one of its letters is said to be of another alphabet."""
    with pytest.raises(PolicyError) as raised:
        Library.load(written(tmp_path, a=policy("\u0425X")))
    (problem,) = [d for d in raised.value.diagnostics if d.span.line == 1]
    assert "its `\u0425` is cyrillic capital letter ha" in problem.message


def test_a_word_in_letters_of_two_alphabets_is_an_error(tmp_path):
    """Nobody could type it from what they see: the error says which letter it is; words each in one alphabet are fine."""
    with pytest.raises(PolicyError) as raised:
        Library.load(written(tmp_path / "a", a=policy(name="Rurit\u0430nia")))
    assert [(d.code, "cyrillic small letter a" in d.message) for d in raised.value.diagnostics] == [("mixed-alphabets", True)]
    assert Library.load(written(tmp_path / "b", a=policy(name="Ruritania \u0420\u0443\u0440"))).book.issuers["XX"]

"""Quotations compared with their pages: what a source says of it, and comparing again from saved passages."""

from __future__ import annotations

import json
import shutil
import textwrap
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from caveat import Library
from caveat.cli.quick import QuickCommand
from caveat.cli.sources import sources as verb
from caveat.core.citation import passage_digest
from caveat.core.errors import PolicyError
from caveat.sources.passages import stands_in
from caveat.sources.register import register

VOCABULARY = Path(__file__).parent / "bad" / "base" / "vocabulary"
PASSAGE = "The minister said that these weapons are not  to be used abroad."
POLICY = """
    issuer: AA
    name: Aland
    searched:
      - {for: what was said of ships, until: 2024-06, found: false, languages: [en, sv], looks: 2}
      - {for: what was said of guns, until: 2024-05, found: true, languages: en, looks: 1, note: see the remark}
    statements:
      assurance:
        by: the minister
        reported: 2024-01-11
        grade: on-record
        says: Not abroad.
        sources:
          - {publisher: Daily, date: 2024-01-11, url: https://daily.example/1, words: WORDS, checked: CHECKED}
          - {publisher: Mirror, date: unknown, url: https://mirror.example/2, words: never, checked: {date: 2024-02-01, how: stored page, found: false}}
          - {publisher: Voice, date: unknown, url: https://voice.example/3, words: at home}
    rules:
      not-abroad: {effect: prohibit, by: assurance, summary: Not outside Aland., when: {target.region: {not: AA}}}
    """
CHECKED = f'{{date: 2024-02-01, how: stored page, digest: "{passage_digest(PASSAGE)}"}}'


@pytest.fixture(autouse=True)
def _uncached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAVEAT_CACHE", "off")


def library(folder: Path, words: str = "not to be used abroad", checked: str = CHECKED) -> Library:
    """A library of one policy, with the words quoted and what is said of their comparison."""
    shutil.copytree(VOCABULARY, folder / "vocabulary", dirs_exist_ok=True)
    (folder / "AA").mkdir(exist_ok=True)
    text = textwrap.dedent(POLICY).replace("WORDS", words).replace("CHECKED", checked)
    (folder / "AA" / "policy.yaml").write_text(text)
    return Library.load(folder)


def asked(folder: Path, *args: str):
    """What the verb answers about that folder."""
    app = typer.Typer()
    app.command(cls=QuickCommand)(verb)
    return CliRunner().invoke(app, ["--policies", str(folder), *args])


def saved(folder: Path, text: str) -> str:
    """A folder with one saved passage."""
    folder.mkdir(exist_ok=True)
    (folder / "page.txt").write_text(text)
    return str(folder)


def test_searches_are_kept_in_order(tmp_path) -> None:
    """What was looked for is part of the issuer, by the month that was reached, whether found or not."""
    found = library(tmp_path).book.issuers["AA"].searched
    assert [(s.what, str(s.until), s.found, s.languages, s.looks) for s in found] == [
        ("what was said of guns", "2024-05", True, ("en",), 1),
        ("what was said of ships", "2024-06", False, ("en", "sv"), 2),
    ]


def test_register_counts_comparisons(tmp_path) -> None:
    """The counts say how many quotations were compared, found or not, and the chain says it of each."""
    library(tmp_path)
    text = asked(tmp_path, "--full").output
    assert "1 of 3 quotations was compared with the page letter by letter; 1 more was looked for and not found" in " ".join(text.split())
    chain = " ".join(asked(tmp_path, "--rule", "not-abroad").output.split())
    assert "[compared letter by letter on 2024-02-01: stored page]" in chain
    assert "[looked for and not found on 2024-02-01: stored page]" in chain
    counts = json.loads(asked(tmp_path, "--format", "json").output)["counts"]
    assert (counts["quotations"], counts["quotations_compared"], counts["quotations_not_found"]) == (3, 1, 1)


def test_machines_are_told_of_the_comparison(tmp_path) -> None:
    """JSON gives a comparison as it stands in the file; CSV has its day and whether the words were found."""
    library(tmp_path)
    data = json.loads(asked(tmp_path, "--format", "json").output)["sources"]
    checks = [use.get("checked") for source in data for use in source["cited_by"]]
    assert checks == [
        {"date": "2024-02-01", "how": "stored page", "digest": passage_digest(PASSAGE)},
        {"date": "2024-02-01", "how": "stored page", "found": False},
        None,
    ]
    rows = [line.split(",") for line in asked(tmp_path, "--format", "csv").output.splitlines()]
    column = rows[0].index("checked")
    assert [row[column : column + 2] for row in rows[1:]] == [["2024-02-01", "true"], ["2024-02-01", "false"], ["", ""]]


def test_found_again(tmp_path) -> None:
    """A quotation that stands in a saved passage with the digest noted is found again, whatever space stands between words."""
    library(tmp_path)
    answer = asked(tmp_path, "--passages", saved(tmp_path / "kept", f"Another page.\n{PASSAGE}\n"))
    assert answer.exit_code == 0
    assert "1 stand in a saved passage letter by letter" in " ".join(answer.output.split())


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_a_changed_quotation_is_noticed(tmp_path, form) -> None:
    """Words that differ by one letter from the passage noted are reported, in every form, with exit code 1."""
    library(tmp_path, words="not to be used aboard")
    answer = asked(tmp_path, "--passages", saved(tmp_path / "kept", PASSAGE), "--format", form)
    assert answer.exit_code == 1
    assert "aboard" in answer.output
    assert "different" in answer.output if form == "json" else "1 quotation of 3 differs" in answer.output


def test_a_passage_that_is_not_there(tmp_path) -> None:
    """Where the passage noted is not in the folder, that is said, and is no difference."""
    library(tmp_path)
    answer = asked(tmp_path, "--passages", saved(tmp_path / "kept", "not to be used abroad"))
    assert answer.exit_code == 0
    assert "1 were compared once; their passage is not in the folder" in " ".join(answer.output.split())


def test_no_passages(tmp_path) -> None:
    """A folder without passages is a usage error that says what to save."""
    library(tmp_path)
    answer = asked(tmp_path, "--passages", str(tmp_path / "nowhere"))
    assert answer.exit_code
    assert answer.exception.diagnostics[0].code == "no-passages"


def test_passages_that_are_no_text(tmp_path) -> None:
    """A passage that is not UTF-8 is a usage error that names the file."""
    library(tmp_path)
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "a.txt").write_bytes("Übung".encode("latin-1"))
    problem = asked(tmp_path, "--passages", str(tmp_path / "kept")).exception.diagnostics[0]
    assert problem.code == "unreadable-passages"
    assert str(tmp_path / "kept" / "a.txt") in problem.message


def test_what_an_ellipsis_leaves_out() -> None:
    """What an ellipsis leaves out may be anything, in the order of the passage."""
    assert stands_in("the weapons ... abroad", PASSAGE) is False
    assert stands_in("these weapons … abroad", PASSAGE)
    assert not stands_in("abroad … these weapons", PASSAGE)


@pytest.mark.parametrize(
    ("words", "checked", "code", "tip"),
    [
        ("abroad", "{date: 2024-02-01, how: stored page}", "no-digest", "found: false"),
        ("abroad", CHECKED.replace("{", "{found: false, "), "digest-of-nothing", "leave out"),
        ("null", CHECKED, "nothing-to-check", "words"),
        ("abroad", "{date: 2024-02-01, how: stored page, digest: sha1}", "wrong-value", "64 digits"),
    ],
)
def test_comparisons_that_say_nothing(tmp_path, words, checked, code, tip) -> None:
    """A comparison without a digest, with one of nothing, or of no words is refused in its place, with what to write."""
    with pytest.raises(PolicyError) as error:
        library(tmp_path, words, checked)
    (found,) = error.value.diagnostics
    assert (found.code, found.span.line) == (code, 14)
    assert tip in found.help


def test_register_is_the_same_with_comparisons(tmp_path) -> None:
    """Comparing changes no source: the register finds as many."""
    assert len(register(library(tmp_path).book).sources) == 3

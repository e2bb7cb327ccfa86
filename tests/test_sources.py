"""`caveat sources`: which source stands behind which statement and rule, how well, and in which form it is written."""

from __future__ import annotations

import csv
import io
import json
import shutil
import textwrap
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from caveat import Library, ScenarioError
from caveat.cli.quick import QuickCommand
from caveat.cli.sources import sources as verb
from caveat.core.book import Grade
from caveat.report.markdown import to_markdown
from caveat.report.text import to_text
from caveat.sources.register import By, Weakness, grouped, outlet_of, register
from caveat.sources.story import View, sources_story
from caveat.sources.to_json import inert, sources_data, sources_to_csv

VOCABULARY = Path(__file__).parent / "bad" / "base" / "vocabulary"
FIRST = """
    issuer: AA
    name: Aland
    statements:
      assurance:
        by: the prime minister of Aland
        decided: 2024-01-10
        reported: 2024-01-11
        confirmed: 2024-01-12
        grade: on-record
        says: Not abroad.
        sources:
          - {publisher: "Daily, citing the Globe", title: Not abroad, date: 2024-01-11, url: https://daily.example/1, words: not abroad, of: the minister}
          - {publisher: Daily, date: unknown, url: https://daily.example/1, words: nowhere else}
          - {publisher: Gazette, title: "=1+1", date: 2024-02, no_url: printed}
      rumour:
        by: a blogger
        reported: 2024-02-01
        grade: claim
        says: Perhaps near the border.
        sources: [{publisher: Mirror, date: unknown, url: https://mirror.example/2, reliability: relay}]
      remark:
        by: the speaker of parliament
        reported: 2024-02-02
        grade: press
        says: It is a good thing.
        no_effect: {kind: remark, because: the speaker decides nothing}
        sources: [{publisher: Daily, title: Not abroad, date: 2024-01-11, url: https://daily.example/1}]
    rules:
      not-abroad: {effect: prohibit, by: assurance, summary: Not outside Aland., when: {target.region: {not: AA}}}
      near: {effect: permit, by: rumour, summary: Near the border it may be used., when: {target.region: BB-1}, overrides: not-abroad}
    """
SECOND = """
    issuer: BB
    name: Beland
    statements:
      report:
        by: unnamed officials
        reported: 2023-05-01
        grade: press
        says: At home only.
        sources:
          - {publisher: Gazette, title: "=1+1", date: 2024-02, no_url: not online}
          - {publisher: Voice, date: 2023-05-01, url: https://voice.example/3, reliability: state-aligned}
    rules:
      near: {effect: prohibit, by: report, summary: Not near the border., when: {target.region: BB-1}}
    """


@pytest.fixture(autouse=True)
def _uncached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAVEAT_CACHE", "off")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two small policies that cite some of the same pages."""
    shutil.copytree(VOCABULARY, tmp_path / "vocabulary")
    for name, text in (("AA", FIRST), ("BB", SECOND)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "policy.yaml").write_text(textwrap.dedent(text))
    return tmp_path


@pytest.fixture
def book(folder):
    """The book of the two policies."""
    return Library.load(folder).book


def asked(folder: Path, *args: str):
    """What the verb answers about that folder."""
    app = typer.Typer()
    app.command(cls=QuickCommand)(verb)
    return CliRunner().invoke(app, ["--policies", str(folder), *args])


def titles(found) -> list[str]:
    """The publishers of the sources found."""
    return [s.publisher for s in found.sources]


# -- what is one source, and what rests on it


def test_one_address_is_one_source(book) -> None:
    """A page cited under several names, without a title or by several statements is one source, described best."""
    daily = register(book).sources[0]
    assert (daily.publisher, daily.title, str(daily.date), len(daily.uses)) == ("Daily", "Not abroad", "2024-01-11", 3)


def test_without_an_address_title_and_date_tell(book) -> None:
    """Without an address, the same publisher, title and date are one source, with every reason for having none."""
    gazette = register(book, no_address=True).sources
    assert [s.no_url for s in gazette] == [("not online", "printed")]
    assert [use.statement for use in gazette[0].uses] == ["AA/assurance", "BB/report"]


def test_counts(book) -> None:
    """Sources, statements and rules are each counted once."""
    found = register(book)
    assert (len(found.sources), found.outlets, len(found.statements), len(found.rules), found.without_address) == (4, 4, 4, 3, 1)


def test_weaknesses(book) -> None:
    """A rule is weak if it rests on one source, only on relays or state-aligned outlets, or only on claims."""
    weak = {s.rule: s.weaknesses for s in register(book).rules}
    assert weak == {"AA/not-abroad": (), "AA/near": tuple(Weakness), "BB/near": ()}


def test_strength_does_not_depend_on_the_filter(book) -> None:
    """A rule with two sources is not weak because a filter hides one of them."""
    assert not register(book, publisher="voice").rules[0].weaknesses
    assert len(register(book, publisher="voice").rules[0].sources) == 2


def test_outlets() -> None:
    """Whoever cites another is the publisher."""
    assert [outlet_of(p) for p in ("Daily, citing AP", "Daily (relaying the Globe)", "Daily (AP)")] == ["Daily", "Daily", "Daily (AP)"]


@pytest.mark.parametrize(
    ("filters", "sources", "rules"),
    [
        ({"issuers": ["Beland"]}, ["Gazette", "Voice"], ["BB/near"]),
        ({"publisher": "GAZ"}, ["Gazette"], ["AA/not-abroad", "BB/near"]),
        ({"grade": Grade.PRESS}, ["Daily", "Gazette", "Voice"], ["BB/near"]),
        ({"grade": Grade.CLAIM}, ["Mirror"], ["AA/near"]),
        ({"weak": True}, ["Mirror"], ["AA/near"]),
        ({"no_address": True}, ["Gazette"], ["AA/not-abroad", "BB/near"]),
        ({"statements": ["REPORT"]}, ["Gazette", "Voice"], ["BB/near"]),
        ({"rules": ["bb/near"]}, ["Gazette", "Voice"], ["BB/near"]),
        ({"rules": ["AA/near"], "statements": ["remark"]}, ["Daily", "Mirror"], ["AA/near"]),
        ({"issuers": ["AA"], "no_address": True}, ["Gazette"], ["AA/not-abroad"]),
        ({"issuers": ["BB"], "weak": True}, [], []),
    ],
)
def test_filters(book, filters, sources, rules) -> None:
    """Every filter leaves what it says, and filters together leave what passes all."""
    found = register(book, **filters)
    assert (titles(found), [s.rule for s in found.rules]) == (sources, rules)


def test_unknown_names(book) -> None:
    """Every name that is not known is reported at once, with what was probably meant."""
    with pytest.raises(ScenarioError) as error:
        register(book, issuers=["Alnd"], publisher="gazete", statements=["rumor", "zzz"], rules=["near", "AA/not-abrod"])
    assert [(d.code, d.help) for d in error.value.diagnostics] == [
        ("unknown-issuer", "did you mean `Aland`?"),
        ("unknown-statement", "did you mean `AA/rumour`?"),
        ("unknown-statement", "one of: AA/assurance, AA/remark, AA/rumour, BB/report"),
        ("ambiguous-name", "one of: AA/near, BB/near"),
        ("unknown-rule", "did you mean `AA/not-abroad`?"),
        ("unknown-publisher", "did you mean `Gazette`?"),
    ]


@pytest.mark.parametrize(
    ("by", "names"),
    [
        (By.PUBLISHER, ["Daily", "Gazette", "Mirror", "Voice"]),
        (By.GRADE, ["on-record", "press", "claim"]),
        (By.DATE, ["2023", "2024", "unknown"]),
        (By.ISSUER, ["AA", "BB"]),
        (By.RELIABILITY, ["mainstream", "relay", "state-aligned"]),
    ],
)
def test_groups(book, by, names) -> None:
    """Groups come best or first first, and together hold every citation once."""
    groups = grouped(book, register(book), by)
    assert [g.name for g in groups] == names
    assert sum(len(s.uses) for g in groups for s in g.sources) == sum(len(s.sources) for s in book.statements.values())


def test_order_of_statements_does_not_matter(book) -> None:
    """The register is the same whatever the order of statements and rules."""
    turned = replace(book, statements=dict(reversed(book.statements.items())), rules=tuple(reversed(book.rules)))
    assert register(turned) == register(book)


# -- how it is written


def test_text_begins_with_the_counts(folder) -> None:
    """Without a filter: the counts, then a line for each group."""
    lines = asked(folder).output.splitlines()
    assert lines[0] == "4 sources from 4 publishers, behind 4 statements and 3 rules."
    assert lines[1].strip() == "1 rule rests on a single source"
    assert "Daily                                                    1          2          1" in lines


@pytest.mark.parametrize(
    ("args", "parts"),
    [
        (["--full"], ["  2023-05-01  Voice [state-aligned outlet]", "    - AA/remark (press report): no rule"]),
        (["--publisher", "daily"], ["    - AA/assurance (on the record): not-abroad"]),
        (["--no-address"], ["    no address: not online; printed"]),
        (["--weak"], ["Rules that rest on a single source (1)", "  AA/near: Mirror, undated"]),
        (["--weak", "--by", "issuer"], ["Aland (AA) (1)"]),
        (["--weak", "--full"], ["  AA/near: Near the border it may be used.", "    - rumour: claim"]),
        (["--weak", "--issuer", "BB"], ["No rule rests on weak support."]),
        (["--grade", "official-text"], ["No source matches."]),
        (["--by", "date"], ["Date                                               sources statements      rules"]),
        (["--statement", "remark"], ["  no rule (remark): the speaker decides nothing"]),
        (["--rule", "AA/near"], ["AA/near: permits, from 2024-02-01", "  rests on AA/rumour", "AA/rumour (claim)"]),
        (["--rule", "not-abroad"], ["  decided 2024-01-10, reported 2024-01-11, confirmed 2024-01-12", "  - Daily, citing the Globe, “Not abroad”, 2024-01-11: “not abroad” (the", "    minister); “nowhere else”"]),
    ],
)  # fmt: skip
def test_text(folder, args, parts) -> None:
    """Each view shows what it promises, as whole lines."""
    answer = asked(folder, *args)
    assert answer.exit_code == 0
    assert set(parts) <= set(answer.output.splitlines())


def test_one_page_quoted_twice_is_shown_once(folder) -> None:
    """The chain of a rule names a page once, with all words quoted from it."""
    assert asked(folder, "--rule", "not-abroad").output.count("https://daily.example/1") == 1


def test_a_question_that_is_raised(folder) -> None:
    """A statement that only raises a question is shown with it."""
    path = folder / "BB" / "policy.yaml"
    readings = "readings:\n  border: {question: Is the border meant?, because: It was not said., by: doubt}\n"
    doubt = "  doubt:\n    by: an analyst\n    reported: 2023-06-01\n    grade: claim\n    says: Unclear.\n    sources: [{publisher: Voice, date: unknown, no_url: heard}]\n"
    text = path.read_text().replace("statements:\n", f"{readings}statements:\n{doubt}")
    path.write_text(text.replace("{target.region: BB-1}}", "{target.region: BB-1}, arguably: [{reading: border, unless: {target.region: BB-1}}]}"))
    assert "no rule; it raises a question: Is the border meant?" in asked(folder, "--statement", "doubt").output


def test_pages_fit(folder) -> None:
    """Text keeps to 80 columns, but for addresses, which nobody breaks."""
    for args in ([], ["--full"], ["--weak", "--full"], ["--rule", "not-abroad"]):
        assert all(len(line) <= 80 or "://" in line for line in asked(folder, *args).output.splitlines())


def test_many_publishers(book) -> None:
    """Of many publishers the first are shown, with how many are left out; `full` shows all."""
    statement = book.statements["AA/remark"]
    many = tuple(replace(statement.sources[0], publisher=f"P{i:02}", url=f"https://p{i}.example") for i in range(30))
    larger = replace(book, statements={**book.statements, statement.id: replace(statement, sources=many)})
    short, whole = (to_text(sources_story(larger, register(larger), None, View.GROUPS, full=full)) for full in (False, True))
    assert "and 14 more, with 1 or fewer each" in short
    assert "P29" in whole
    assert "and 14 more" in to_markdown(sources_story(larger, register(larger), None, View.GROUPS))


@pytest.mark.parametrize(
    ("args", "parts"),
    [
        ([], ["| Daily | 1 | 2 | 1 |"]),
        (["--no-address"], ["- 2024-02  Gazette, “=1+1” (no address: not online; printed)"]),
        (["--weak"], ["### Rules that rest on a single source (1)", "- `AA/near`: Near the border it may be used.", "  - Rests on a single source, only on relays of other outlets and only on claims.", "  - rumour: claim"]),
        (["--rule", "not-abroad"], ["rests on `AA/assurance`", "- Gazette, “=1+1”, 2024-02 (no address: printed)"]),
    ],
)  # fmt: skip
def test_markdown(folder, args, parts) -> None:
    """Markdown holds the same."""
    assert set(parts) <= set(asked(folder, "--format", "markdown", *args).output.splitlines())


def test_json(folder, book) -> None:
    """JSON names its schema, counts, and refers only to statements and rules that it holds."""
    data = json.loads(asked(folder, "--format", "json", "--issuer", "AA", "--by", "grade").output)
    assert data == sources_data(book, register(book, issuers=["AA"]), By.GRADE)
    assert data["schema"] == "caveat/sources/1"
    assert data["counts"]["rules_one_source"] == 1
    assert {c["statement"] for s in data["sources"] for c in s["cited_by"]} == {s["statement"] for s in data["statements"]}
    assert [(r["rule"], r["weak"]) for r in data["rules"]] == [("AA/near", [w.value for w in Weakness]), ("AA/not-abroad", [])]


def test_csv(folder, book) -> None:
    """CSV has a row for each citation, as UTF-8 that a spreadsheet recognises."""
    written = asked(folder, "--format", "csv").stdout_bytes
    assert written == sources_to_csv(book, register(book)).encode()
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))
    assert [(r["statement"], r["title"], r["rules"]) for r in rows if r["publisher"] == "Gazette"] == [
        ("AA/assurance", "'=1+1", "AA/not-abroad"),
        ("BB/report", "'=1+1", "BB/near"),
    ]
    assert len(rows) == 7


def test_cells_are_inert() -> None:
    """A spreadsheet runs no cell, and no cell drives a terminal."""
    cells = ["=1", "+1", "-1", "@x", " =1", "＝1", "a=1", "\t=1", "\x1b[2J", None, 5]
    assert inert(cells) == ["'=1", "'+1", "'-1", "'@x", "' =1", "'＝1", "a=1", "' =1", "�[2J", "", "5"]


def test_a_misspelt_name_is_a_usage_error(folder) -> None:
    """The verb raises what the command line turns into exit code 2."""
    assert isinstance(asked(folder, "--rule", "nowhere").exception, ScenarioError)

"""What a difference reads like: the headline, changes as an editor would group them, every form, the command line."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import jsonschema
import pytest
import yaml
from approved import GOLDEN, differs

from caveat import Library, Scenario
from caveat.diagram.frame import Part
from caveat.diff.story import Story
from caveat.diff.strip import marked, strip
from caveat.diff.to_html import difference_to_html
from caveat.diff.to_json import difference_data
from caveat.diff.to_markdown import difference_to_markdown
from caveat.diff.to_text import difference_to_text
from caveat.diff.witnesses import witness_yaml
from caveat.report.boxes import days_words, named_set, set_words
from caveat.report.canonical_json import to_json
from caveat.schemas import schema_of
from tests.command import caveat, process
from tests.test_pictures import HOSTILE, POLICY, Tags

ROOT = Path(__file__).parents[1]
REPORTS = ROOT / "examples" / "reports"
KNOWN = "2026-03-31"
CHANGES = {
    "2024-05-30-kharkiv": ("US@2024-05-29", "US@2024-05-31"),
    "2024-06-17-along-the-border": ("US@2024-06-16", "US@2024-06-21"),
    "2024-11-17-atacms-in-kursk": ("US@2024-11-13", "US@2024-11-18"),
}
RURITANIA = GOLDEN / "ruritania.yaml"
NOVEMBER = ["diff", *CHANGES["2024-11-17-atacms-in-kursk"], "--known-by", KNOWN]
SMALL = {
    "weapon": "caesar", "action": "strike", "platform": "none", "user": "armed-forces", "support": "none", "target.region": "RU-BEL",
    "target.threatens": "UA-63",
}  # fmt: skip


@pytest.fixture(scope="module")
def found(library):
    """The three changes of American policy in 2024."""
    return {name: library.diff(*sides, known_by=KNOWN) for name, sides in CHANGES.items()}


@pytest.fixture(scope="module")
def ruritania():
    """A small library, and what changed in it in June 2024."""
    library = Library.load(RURITANIA, only=True)
    return library, library.diff("XX@2024-06-01", "XX@2024-06-20", where=SMALL, known_by=KNOWN)


def _without_digest(text):
    return re.sub(r"[0-9a-f]{64}", "...", text)


def page_of(library, difference):
    """The page with its strip, as the command line makes it."""
    first = Story(difference).changes[0].region
    return difference_to_html(difference, strip=strip(library, difference, first), marks=marked(difference))


# -- what an editor would sign


@pytest.mark.parametrize("name", CHANGES)
def test_the_changes_of_2024_are_a_handful(found, name):
    """Each of the three is told in at most five changes, and the largest loosening or clarification stands first."""
    story = Story(found[name])
    assert 1 <= len(story.usual) <= 5
    assert story.usual[0].region.after == "permitted"


def test_the_headline_says_it_all(found):
    """Who permits what it prohibited, when, with what, where, against whom: in one sentence."""
    assert Story(found["2024-05-30-kharkiv"]).headline == (
        "On 31 May 2024 the United States permits what it prohibited on 29 May 2024: with any weapon except long-range weapon, cluster munition and "
        "non-persistent anti-personnel mine, against targets in Belgorod region that are attacking or preparing to attack and threaten Kharkiv region."
    )


def test_sectors_of_one_change_are_told_together(found):
    """Five sectors of the border with the same rules are one change, and as they are all neighbours there are, one phrase."""
    told = Story(found["2024-06-17-along-the-border"]).usual[0]
    story = Story(found["2024-06-17-along-the-border"])
    assert min(story.line(p) for p in told.pieces) == "in Belgorod region, threatening Luhansk region or Sumy region"
    assert len(told.pieces) == 5
    assert story.lines(told) == []
    assert story.common_words(told).endswith("and threaten a region that borders it, in Ukraine except Kharkiv region")


def test_what_is_unclear_says_why(found):
    """A verdict that became unclear names the question that is open."""
    story = Story(found["2024-05-30-kharkiv"])
    obscured = next(t for t in story.usual if t.region.after == "unclear" and len(t.pieces) == 5)
    assert [reading.name for reading in story.doubts(obscured)] == ["US/not-only-kharkiv"]


@pytest.mark.parametrize("name", CHANGES)
def test_no_region_is_lost_in_the_telling(found, name):
    """Every region is part of exactly one change, and its words name every fact in which it differs from the others."""
    story = Story(found[name])
    numbers = [p.number for t in story.changes for p in t.pieces]
    assert sorted(numbers) == list(range(1, len(found[name].regions) + 1))
    for told in story.changes:
        for piece in told.pieces:
            assert set(told.common) | set(piece.differs) == set(story.said(piece.region))


@pytest.mark.parametrize("name", CHANGES)
def test_names_mean_exactly_their_values(library, found, name):
    """Classes, exceptions and `any but` name all values of a region and none that it excludes."""
    for region in found[name].regions:
        for fact, part in region.parts.items():
            known = library.book.vocabulary.facts[fact]
            named = named_set(known.value_set, part)
            meant = frozenset(v for term, out in named.terms for v in _leaves(known, term) - {w for o in out for w in _leaves(known, o)})
            meant = frozenset(known.domain) - meant if named.any_but else meant
            assert meant & (part.values | part.others) == part.values


def _leaves(known, term):
    """What a term means to a reader and to `decide`: what arguably belongs to it, too."""
    return known.value_set.terms[term].leaves | known.value_set.terms[term].arguable.keys()


def test_exceptions_are_named_where_that_is_shorter(library):
    """A class but for one of its values is told so, and everything but one class by what is left out."""
    book = library.book
    ukraine = book.vocabulary.facts["target.region"].value_set.terms["UA"].leaves
    rest = frozenset(book.vocabulary.facts["target.region"].domain) - ukraine
    assert set_words(book, "target.region", Part(ukraine - {"UA-63"}, ukraine - {"UA-63"}, rest | {"UA-63"})) == "Ukraine except Kharkiv region"
    assert set_words(book, "target.region", Part(rest, rest, ukraine)) == "any region except Ukraine"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("2024-05-30", "on 30 May 2024"),
        ("2024-05-30/2024-06-16", "from 30 May 2024 to 16 June 2024"),
        ("2024-05-30/9999-12-31", "from 30 May 2024"),
        ("0001-01-01/2024-05-29", "until 29 May 2024"),
        ("0001-01-01/9999-12-31", "on any day"),
    ],
)
def test_days_read_as_people_say_them(days, words):
    """The ends of the calendar are never named."""
    assert days_words(days) == words


# -- every form


@pytest.mark.parametrize("name", CHANGES)
def test_reports_of_2024_read_as_approved(request, library, found, name):
    """The three reports in examples/reports are what comes today."""
    assert differs(request, REPORTS / f"{name}.txt", difference_to_text(found[name]), _without_digest) == []
    assert differs(request, REPORTS / f"{name}.md", difference_to_markdown(found[name]), _without_digest) == []
    assert differs(request, REPORTS / f"{name}.html", page_of(library, found[name]), _without_digest) == []


def test_a_small_difference_reads_as_approved(request, ruritania):
    """A small difference reads as approved in text, Markdown and JSON."""
    _, difference = ruritania
    assert differs(request, GOLDEN / "diff.txt", difference_to_text(difference, everything=True), _without_digest) == []
    assert differs(request, GOLDEN / "diff.md", difference_to_markdown(difference, everything=True), _without_digest) == []
    assert differs(request, GOLDEN / "diff.json", to_json(difference_data(difference)), _without_digest) == []


@pytest.mark.parametrize("name", CHANGES)
def test_json_keeps_its_promise(library, found, name):
    """The JSON satisfies its schema, and every witness is decided as the region says, on either side."""
    data = json.loads(to_json(difference_data(found[name])))
    jsonschema.Draft202012Validator(schema_of("diff", library.book)).validate(data)
    assert data["schema"] == "caveat/diff/1"
    for region in data["regions"][:40]:
        for side in ("before", "after"):
            asks = region["replay"][side]
            said = {**region["witness"], **asks["facts"]}
            decision = library.decide(Scenario(said), as_of=asks["as_of"], known_by=asks["known_by"], issuers=[asks["issuer"]])
            assert decision.consents[0].verdict == region[side]


def test_the_schema_is_a_schema(library):
    """`caveat schema diff` is a valid JSON Schema that lets nothing undeclared through."""
    schema = schema_of("diff", library.book)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False


def test_text_fits_the_page(found):
    """No line but an address is wider than 80 columns, and nothing is coloured unless asked."""
    for difference in found.values():
        text = difference_to_text(difference, everything=True)
        assert [line for line in text.splitlines() if len(line) > 80 and "http" not in line] == []
        assert "\x1b" not in text
    assert "\x1b[" in difference_to_text(found["2024-05-30-kharkiv"], colour=True)


def test_markdown_is_folded(found):
    """All but the headline and one short table is folded, and every fold is closed."""
    text = difference_to_markdown(found["2024-05-30-kharkiv"])
    assert text.count("<details>") == text.count("</details>") >= 5
    before_the_first = text.partition("<details>")[0]
    assert len(before_the_first.splitlines()) < 20
    rows = [line for line in before_the_first.splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}


def test_the_page_stands_by_itself(library, found):
    """No script, nothing fetched, no dead link, no id twice; links that leave the page are sources."""
    published = {c.url for s in library.book.statements.values() for c in s.sources}
    for difference in found.values():
        page = Tags(page_of(library, difference))
        assert not page.tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
        assert {value[1:] for _, _, value in page.refs if value.startswith("#")} <= set(page.ids)
        assert len(page.ids) == len(set(page.ids))
        assert {value for _, _, value in page.refs if not value.startswith("#")} <= published


def test_hostile_names_stay_text(tmp_path):
    """Markup in names, statements and sources is shown, never obeyed, in every form."""
    (tmp_path / "lu.yaml").write_text(POLICY.lstrip(), encoding="utf-8")
    library = Library.load(tmp_path)
    difference = library.diff("LU@2023-12-01", "LU@2024-02-01", known_by="2024-12-01")
    assert difference.regions
    page = Tags(page_of(library, difference))
    assert not page.tags & {"script", "img"}
    assert page.handlers == []
    markdown = difference_to_markdown(difference)
    assert "<script>" not in markdown.replace("\\<", "")
    assert HOSTILE[:8] not in re.sub(r"\\<", "", markdown)


def test_the_same_difference_gives_the_same_bytes(library, found):
    """Asked again, every form is the same to the byte."""
    again = library.diff(*CHANGES["2024-05-30-kharkiv"], known_by=KNOWN)
    first = found["2024-05-30-kharkiv"]
    assert difference_to_text(first) == difference_to_text(again)
    assert difference_to_markdown(first) == difference_to_markdown(again)
    assert to_json(difference_data(first)) == to_json(difference_data(again))
    assert page_of(library, first) == page_of(library, again)


def test_bytes_do_not_depend_on_the_run():
    """Whatever the seed of Python's hashes, the JSON is the same to the byte."""
    runs = {process(*NOVEMBER, "-f", "json", PYTHONHASHSEED=seed).stdout for seed in ("1", "2")}
    runs_of_june = {
        process("diff", *CHANGES["2024-06-17-along-the-border"], "--known-by", KNOWN, "-f", "json", PYTHONHASHSEED=seed).stdout for seed in ("1", "2")
    }
    assert len(runs) == len(runs_of_june) == 1


def test_witness_files_are_scenarios(found, library):
    """The file of a witness is YAML that decides as its head says."""
    story = Story(found["2024-11-17-atacms-in-kursk"])
    text = witness_yaml(story, story.changes[0].pieces[0])
    said = {k: v if isinstance(v, str) else str(v) for k, v in yaml.safe_load(text).items()}
    assert library.decide(Scenario(said), issuers=["US"], known_by=KNOWN).consents[0].verdict == "permitted"


# -- the command line


def test_nothing_differs_in_one_line():
    """Two sides that are the same say so in one line, with exit code 0 even where differences would have another."""
    done = caveat("diff", "US@2024-05-30", "US@2024-05-30", "--exit-code")
    assert (done.code, done.err, done.out.count("\n")) == (0, "", 1)
    assert done.out.startswith("Nothing differs")
    for form in ("markdown", "html", "json"):
        assert caveat("diff", "US@2024-05-30", "US@2024-05-30", "-f", form).code == 0


def test_exit_code_6_where_something_differs():
    """Differences exit with 6, and only where that is asked for."""
    assert caveat(*NOVEMBER, "--exit-code").code == 6
    assert caveat(*NOVEMBER).code == 0


@pytest.mark.parametrize(
    ("name", "start"), [("x.html", "<!DOCTYPE html>"), ("x.json", "{"), ("x.md", "## On 18 November"), ("x.txt", "On 18 November")]
)
def test_the_name_of_the_file_chooses_the_form(tmp_path, name, start):
    """`--output` writes the form its name says, whole, and leaves nothing beside it."""
    done = caveat(*NOVEMBER, "--output", str(tmp_path / name))
    assert (done.code, done.out) == (0, "")
    assert (tmp_path / name).read_text("utf-8").startswith(start)
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert done.err == f"wrote {tmp_path / name}\n"


def test_a_difference_has_no_svg(tmp_path):
    """A form that there is not, or a name that says none, is refused before any work, with what to type instead."""
    for name in ("x.svg", "x.pdf"):
        done = caveat(*NOVEMBER, "--output", str(tmp_path / name))
        assert done.code == 2
        assert ".html" in done.err
        assert ".svg" not in done.err.partition("help")[2]
    assert list(tmp_path.iterdir()) == []


def test_a_restriction_is_said(tmp_path):
    """Restricted to one weapon and one region, both stand in the headline, in every region, and in its witness."""
    done = caveat("diff", *CHANGES["2024-05-30-kharkiv"], "--known-by", KNOWN, "--weapon", "himars", "--where", "target.region=RU-BEL", "-f", "json")
    data = json.loads(done.out)
    assert "HIMARS" in data["headline"]
    assert data["where"] == {"weapon": "himars", "target.region": "RU-BEL"}
    assert all(r["where"]["target.region"] == "RU-BEL" and r["witness"]["weapon"] == "himars-gmlrs" for r in data["regions"])


def test_my_cases_are_named():
    """`--cases` says which recorded cases change, and in which change of the report they lie."""
    files = [str(ROOT / "examples" / f"{name}.yaml") for name in ("founding-case", "spanish-weapon-in-russia")]
    done = caveat("diff", *CHANGES["2024-05-30-kharkiv"], "--known-by", KNOWN, "--cases", files[0], "--brief")
    assert "Your cases: 1 of 1 change" in " ".join(done.out.split())
    assert "prohibited -> permitted (change 1)" in " ".join(done.out.split())
    done = caveat("diff", "@2024-05-29", "@2024-05-30", "--supplier", "ES", "--known-by", KNOWN, "--cases", files[1], "--brief")
    assert "Your cases: 0 of 1 change" in done.out


def test_witnesses_replay_from_their_files(tmp_path):
    """`--witness` writes a file a region; the commands in its head give the verdicts they promise."""
    done = caveat(*NOVEMBER, "--witness", str(tmp_path / "w"))
    assert done.code == 0
    names = sorted(p.name for p in (tmp_path / "w").iterdir())
    assert names[0] == "change-01.yaml"
    assert f"wrote {len(names)} scenarios into" in done.err
    for name in names:
        commands = [line.removeprefix("# ") for line in (tmp_path / "w" / name).read_text("utf-8").splitlines() if line.startswith("# caveat")]
        assert len(commands) == 2
        for command in commands:
            line, verdict = command.split("  # ")
            words = [str(tmp_path / "w" / name) if w == name else w for w in shlex.split(line)[1:]]
            decided = json.loads(caveat(*words, "--format", "json").out)
            assert decided["consents"][0]["verdict"] == verdict.strip().rpartition(": ")[2]


def test_witnesses_of_another_report_are_not_mixed_in(tmp_path):
    """The same report may be written again; a folder with witnesses that would go stale, or no name, is refused untouched."""
    again = [*NOVEMBER, "--weapon", "atacms-m48", "--witness", str(tmp_path)]
    assert [caveat(*again).code, caveat(*again).code] == [0, 0]
    (tmp_path / "change-99-part-3.yaml").write_text("mine", encoding="utf-8")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    done = caveat(*again, "-o", str(tmp_path / "x.html"))
    assert (done.code, done.out) == (2, "")
    assert "change-99-part-3.yaml" in done.err
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
    done = caveat(*NOVEMBER, "--witness", "")
    assert (done.code, done.out) == (2, "")
    assert "names no folder" in done.err


def test_two_issuers_on_one_day():
    """Two donors compared name both, and each is asked as the donor."""
    done = caveat("diff", "GB@2024-06-01", "FR@2024-06-01", "--weapon", "storm-shadow", "--known-by", KNOWN, "--brief")
    assert done.code == 0
    assert done.out.startswith("France permits what the United Kingdom prohibits")
    assert "--supplier GB --issuer GB" in " ".join(done.out.split())


def test_an_edited_policy_shows_both_layers(tmp_path):
    """A rule that was edited is named with what it said before and after, and with what that means for scenarios."""
    old = RURITANIA.read_text("utf-8")
    (tmp_path / "old.yaml").write_text(old, encoding="utf-8")
    (tmp_path / "new.yaml").write_text(
        old.replace("target.activity: attacking", "target.activity: [attacking, preparing-to-attack]"), encoding="utf-8"
    )
    done = caveat("diff", str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml"), "--region", "RU-BEL", "--threatens", "UA", "--known-by", KNOWN)
    assert done.code == 0
    assert "edited:" in done.out
    assert "when:" in done.out
    assert "preparing to attack" in done.out

"""The shipped library holds the whole record: every statement is sourced and used, and none of the notes is missing."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from caveat import Library

# The notes the library was written from are kept beside the repository, not in it.
NOTES = Path(__file__).parents[2] / "shared" / "facts"
MAX_QUOTED_WORDS = 15

# Records that only say where others are found, and the statements they point to.
POINTERS = {
    "cc-swiss": ("che-2022-04-26-gepard", "che-2022-11-03-gepard", "che-2023-06-28-leopard1"),
    "cc-israel-spike": ("isr-2022-02-baltic-spike", "isr-2022-05-25-spike-germany"),
    "cc-japan-patriot": ("jpn-2023-12-22-three-principles",),
    "cc-aus-abrams-itar": ("aus-2024-10-17-conroy",),
    "cc-russian-origin-claim": ("grc-2022-04-06-retransfer", "cze-2022-04-reexport"),
}
# Records whose name cannot be an id.
RENAMED = {"r-us-isr-1976/78-cluster": "r-us-isr-cluster"}


@cache
def library() -> Library:
    """The shipped library."""
    return Library.load()


def names_in(heading: str) -> list[str]:
    """The records a heading names: `a / b (remark)` names two."""
    parts = re.split(r" / | \| ", re.sub(r"\([^)]*\)", "", heading))
    return [part.split()[0].rstrip(",") for part in parts]


def headings(text: str) -> list[tuple[str, str]]:
    """Each record with the heading that names it."""
    return [(name, heading) for heading in re.findall(r"^### (.*)$", text, re.MULTILINE) for name in names_in(heading)]


def american() -> list[tuple[str, str]]:
    """The records on the United States: headings of part 1, and the table of part 2."""
    text = (NOTES / "us.md").read_text(encoding="utf-8")
    first, second, third = (text.index(f"# PART {n}.") for n in (1, 2, 3))
    return [*headings(text[first:second]), *((name, "table of part 2") for name in re.findall(r"^\| (us-\S+) \|", text[second:third], re.MULTILINE))]


def others() -> list[tuple[str, str]]:
    """The records on everyone else: donors, consents, treaties, other regimes."""
    return headings((NOTES / "donors.md").read_text(encoding="utf-8"))


def test_headings() -> None:
    """Compound headings are split, and remarks in brackets are not part of a name."""
    assert names_in("a-1 / a-2 (no change, twice)") == ["a-1", "a-2"]
    assert names_in("cc-a (x-1..2) | cc-b (y)") == ["cc-a", "cc-b"]
    assert names_in("t-one - Protocol I (1977)") == ["t-one"]
    assert names_in("r-1976/78-cluster, suspended 1982-07-19/27") == ["r-1976/78-cluster"]


@pytest.mark.skipif(not NOTES.is_dir(), reason="the notes are not beside the repository")
@pytest.mark.parametrize(("records", "least"), [(american, 50), (others, 100)])
def test_every_record_is_shipped(records, least) -> None:
    """Every record of the notes is a statement of some issuer; what only points elsewhere is excepted by name."""
    found = records()
    shipped = {ident.partition("/")[2] for ident in library().book.statements}
    missing = [f"{name} ({heading})" for name, heading in found if name not in POINTERS and RENAMED.get(name, name) not in shipped]
    assert len(found) >= least
    assert not missing


def test_every_id_on_the_list_is_shipped() -> None:
    """Each record on the project's own list of ids is a statement, wherever the notes are."""
    ids = (Path(__file__).parent / "record_ids.txt").read_text("utf-8").split()
    shipped = {ident.partition("/")[2] for ident in library().book.statements}
    assert len(ids) > 150
    assert [i for i in ids if i not in shipped] == []


@pytest.mark.skipif(not NOTES.is_dir(), reason="the notes are not beside the repository")
def test_the_list_of_ids_is_that_of_the_notes() -> None:
    """Where the notes are, the list of ids is theirs."""
    ids = (Path(__file__).parent / "record_ids.txt").read_text("utf-8").split()
    assert ids == sorted({RENAMED.get(name, name) for name, _ in [*american(), *others()] if name not in POINTERS})


@pytest.mark.parametrize("name", POINTERS)
def test_pointers_point_somewhere(name) -> None:
    """What an excepted record points to is shipped."""
    assert set(POINTERS[name]) <= {ident.partition("/")[2] for ident in library().book.statements}


@pytest.mark.skipif(not NOTES.is_dir(), reason="the notes are not beside the repository")
def test_exceptions_are_needed() -> None:
    """No exception outlives the record it was made for."""
    assert {*POINTERS, *RENAMED} <= {name for name, _ in (*american(), *others())}


def test_every_rule_names_statements() -> None:
    """Every rule rests on statements that the library holds."""
    book = library().book
    assert [rule.id for rule in book.rules if not rule.statements or not set(rule.statements) <= set(book.statements)] == []


def test_every_statement_is_used() -> None:
    """Every statement carries a rule, raises a question, or says why it has no effect."""
    book = library().book
    used = {s for rule in book.rules for s in rule.statements} | {s for reading in book.readings.values() for s in reading.statements}
    assert [ident for ident, s in book.statements.items() if ident not in used and s.no_effect is None] == []


def test_every_statement_has_a_source() -> None:
    """Every statement has a source with a publisher; its date is a day, a month, a year, or said to be unknown."""
    citations = [(ident, s.sources) for ident, s in library().book.statements.items()]
    assert [ident for ident, sources in citations if not sources or not all(c.publisher.strip() for c in sources)] == []
    assert [ident for ident, sources in citations for c in sources if c.date is not None and not re.match(r"\d{4}", str(c.date))] == []


def test_dates_of_sources_are_written() -> None:
    """No source may leave its date out: it is a date or the word `unknown`."""
    from caveat.load.models import SourceModel

    assert SourceModel.model_fields["date"].is_required()
    assert SourceModel(publisher="Daily", date="unknown", no_url="printed").date is None


def test_quotes_are_short() -> None:
    """Nobody is quoted with more than 15 words."""
    citations = [(ident, c) for ident, s in library().book.statements.items() for c in s.sources]
    assert [ident for ident, c in citations if c.words and len(c.words.split()) > MAX_QUOTED_WORDS] == []


def test_addresses_are_addresses() -> None:
    """Every address is one of the web; a source without one says why."""
    citations = [(ident, c) for ident, s in library().book.statements.items() for c in s.sources]
    assert [ident for ident, c in citations if not (c.url.startswith("http") if c.url else c.no_url)] == []

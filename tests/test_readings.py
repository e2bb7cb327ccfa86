"""`caveat readings`: what the record leaves open, what turns on it, and what would settle it."""

from __future__ import annotations

import json
import shlex
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import TYPE_CHECKING

import jsonschema
import pytest
from command import caveat
from hypothesis import assume, given
from seeding import examples
from strategies import book_of, seeds, world

from caveat import Library, ScenarioError
from caveat.core.force import turning_days
from caveat.core.question import DATE, Question
from caveat.engines import reference
from caveat.readings import open_points
from caveat.schemas import schema_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caveat.core.book import Book
    from caveat.core.outcome import Cell, Outcome

laws = examples(15)
KNOWN_BY = date(2025, 1, 1)
MOST = 3_000  # completions of a library that is tried one by one


def tried(book: Book) -> Iterator[tuple[date, Cell]]:
    """Every cell of every stretch of days by the reference engine."""
    sets = {f.name: frozenset(f.domain) for f in book.vocabulary.facts.values()}
    turns = sorted({date.min, *turning_days(book.rules, book.statements)})
    for day in turns:
        for cell in reference.cells(book, Question(sets, day, day, KNOWN_BY)):
            yield day, cell


def turned(cell: Cell, issuer: str) -> dict[str, set[tuple[Outcome, Outcome]]]:
    """The points on which an issuer's outcome turns in a cell, with what a yes and a no give: two readings that differ only there differ."""
    found: dict[str, set[tuple[Outcome, Outcome]]] = {}
    said = {way: ruling.outcome for way, ruling in cell.tables[issuer].rows}
    for way, outcome in said.items():
        for point in way:
            other = said[way - {point}]
            if other != outcome:
                found.setdefault(point, set()).add((outcome, other))
    return found


@laws
@given(seeds)
def test_what_turns_on_a_point_is_what_trying_every_use_finds(seed):
    """For each issuer and point: the number of uses, the days, the values and both answers are those found by trying every use with the reference engine."""
    book = book_of(world(Random(seed)))
    size = 1
    for fact in book.vocabulary.facts.values():
        size *= len(fact.domain)
    assume(size <= MOST)
    uses: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    days: dict[tuple[str, str], set[date]] = {}
    answers: dict[tuple[str, str], set[tuple[Outcome, Outcome]]] = {}
    for day, cell in tried(book):
        box = {f: sorted(v) for f, v in cell.box.items() if f != DATE}
        inside = set(product(*[box[f] for f in sorted(box)]))
        for issuer in cell.tables:
            for point, pairs in turned(cell, issuer).items():
                key = (issuer, point)
                uses.setdefault(key, set()).update(inside)
                days.setdefault(key, set()).add(day)
                answers.setdefault(key, set()).update(pairs)
    found = {(t.issuer, p.reading.name): t for p in open_points(book, KNOWN_BY).points for t in p.turns}
    assert found.keys() == uses.keys()
    for key, turn in found.items():
        assert turn.uses == len(uses[key])
        assert set(turn.answers) == answers[key]
        turns = sorted({date.min, *turning_days(book.rules, book.statements)})
        assert {d for d in turns if any((f or date.min) <= d and (last is None or d <= last) for f, last in turn.days)} == days[key]
        for n, fact in enumerate(sorted(f for f in book.vocabulary.facts)):
            if fact in turn.values:
                assert turn.values[fact] == {use[n] for use in uses[key]}


@laws
@given(seeds)
def test_the_use_shown_turns_on_the_point(seed):
    """The use that stands for a question is one whose consent, asked of `decide`, turns on it."""
    library = Library(book_of(world(Random(seed))))
    for point in open_points(library.book, KNOWN_BY).points:
        for turn in point.turns:
            decision = library.decide(turn.witness, known_by=KNOWN_BY, issuers=[turn.issuer])
            (consent,) = [c for c in decision.consents if c.issuer == turn.issuer]
            assert point.reading.name in {a.point for a in consent.readings}


@pytest.fixture(scope="module")
def found(library):
    return library.readings(known_by="2026-11-27", in_full=False)


def test_every_question_about_some_donors_has_a_use_that_turns_on_it(library):
    """Of some shipped donors, the first use shown for each question turns on it, and its two answers do not mean the same."""
    found = library.readings(known_by="2026-11-27", issuers=["NO", "FR", "GB", "DE"])
    assert len(found.points) > 20
    for point in found.points:
        turn = point.turns[0]
        decision = library.decide(turn.witness, known_by=found.known_by, issuers=[turn.issuer])
        assert point.reading.name in {a.point for c in decision.consents for a in c.readings}
        assert turn.answers
        assert all(yes != no for yes, no in turn.answers)


def test_what_is_open_today_comes_first(found):
    """Questions on which something turns today stand before those that time has settled."""
    current = [any(t.is_current for t in p.turns) for p in found.points]
    assert current == sorted(current, reverse=True)
    assert current[0]
    assert not current[-1]


def test_days_do_not_overlap_and_are_in_order(found):
    """The days of a question are disjoint stretches in their order."""
    for turn in (t for p in found.points for t in p.turns):
        for (_, last), (first, _) in zip(turn.days, turn.days[1:], strict=False):
            assert last is not None
            assert first is not None
            assert last + timedelta(days=1) < first


def test_restricted_to_one_weapon_it_tells_fewer(library, found):
    """The facts of a partial scenario restrict what is counted, and nothing turns up that was not there without them."""
    mine = library.readings({"weapon": "ap-mine-nonpersistent"}, known_by="2026-11-27", in_full=False)
    names = {p.reading.name for p in found.points}
    assert {p.reading.name for p in mine.points} < names
    assert "US/only-densely-populated" in {p.reading.name for p in mine.points}
    assert "US/only-densely-populated" not in {p.reading.name for p in library.readings({"weapon": "caesar"}, in_full=False).points}


def test_what_was_not_yet_known_is_not_yet_open(library):
    """Before a record was public nothing turns on what it left open."""
    assert "US/only-densely-populated" not in {p.reading.name for p in library.readings(known_by="2024-11-01", issuers=["US"], in_full=False).points}


def test_a_line_a_question_and_more_on_request():
    """Without a name each question takes a line, with one it is told in full: why, raised by whom, what turns on it, what would settle it, and a command."""
    short, full = caveat("readings", "--issuer", "NO").out, caveat("readings", "NO/undisclosed-system-terms", "--issuer", "NO").out
    assert "[NO/undisclosed-system-terms]" in short
    assert "caveat decide" not in short
    for words in ("Open, because:", "Raised by:", "if yes:", "if no:", "It would be settled by:", "caveat decide --date"):
        assert words in " ".join(full.split())
    assert max(map(len, full.splitlines())) <= 80


def test_a_policy_may_say_what_would_settle_it(tmp_path):
    """`settled_by` of a reading is what is told; without it, whom to ask follows from what is open."""
    policy = """
        issuer: XX
        name: Ruritania
        readings:
          vague: {question: Is it so?, because: It is vague., SETTLED by: said}
        statements:
          said: {by: its minister, reported: 2024-01-01, grade: on-record, says: Perhaps., sources: [{publisher: Daily, date: 2024-01-01, no_url: printed}]}
        rules:
          perhaps: {effect: permit, by: said, summary: Perhaps., when: never, arguably: [{reading: vague, when: {target.region: UA}}]}
        """
    (tmp_path / "xx.yaml").write_text(policy.replace("SETTLED", "settled_by: The letter of 3 May.,"), encoding="utf-8")
    assert "It would be settled by: The letter of 3 May." in caveat("readings", "XX", "--issuer", "XX", "--policies", str(tmp_path)).out
    (tmp_path / "xx.yaml").write_text(policy.replace("SETTLED ", ""), encoding="utf-8")
    assert "A public answer by Ruritania" in caveat("readings", "XX", "--issuer", "XX", "--policies", str(tmp_path)).out


def test_json_satisfies_its_schema_and_markdown_tells_the_same(library):
    """The JSON form is what its schema says, with the same questions as the Markdown."""
    data = json.loads(caveat("readings", "--issuer", "FR", "-f", "json").out)
    jsonschema.Draft202012Validator(schema_of("readings", library.book)).validate(data)
    page = caveat("readings", "--issuer", "FR", "-f", "markdown").out
    assert data["questions"]
    assert page.count("\n### ") == len(data["questions"])
    for question in data["questions"]:
        assert f"`{question['name']}`" in page


def test_it_says_on_which_policies_it_stands(tmp_path, library):
    """Every form says whose policies were replaced and that no treaty was asked, and its commands name the same policies, so that they can be run."""
    policy = """
        issuer: FR
        name: France
        readings:
          vague: {question: Is it so?, because: It is vague.}
        statements:
          said: {by: its minister, reported: 2024-01-01, grade: on-record, says: Perhaps., sources: [{publisher: Daily, date: 2024-01-01, no_url: printed}]}
        rules:
          perhaps: {effect: permit, by: said, summary: Perhaps., when: {target.region: UA}, arguably: [{reading: vague, unless: {target.region: UA}}]}
        """
    (tmp_path / "fr.yaml").write_text(policy, encoding="utf-8")
    on_top, alone = ("--policies", str(tmp_path)), ("--policies", str(tmp_path), "--only")
    schema = jsonschema.Draft202012Validator(schema_of("readings", library.book))
    for options, words, replaced, has_treaties in (
        (on_top, "those of France (FR) were given in place of others", ["FR"], True),
        (alone, "no treaty is among them", [], False),
    ):
        for form in ("text", "markdown", "html"):
            assert words in " ".join(caveat("readings", "FR/vague", "--issuer", "FR", *options, "-f", form).out.split())
        data = json.loads(caveat("readings", "FR/vague", "--issuer", "FR", *options, "-f", "json").out)
        schema.validate(data)
        assert (data["library"]["replaced"], bool(data["library"]["treaties"])) == (replaced, has_treaties)
        typed = shlex.split(data["questions"][0]["turns"][0]["command"])
        assert typed[-len(options) :] == list(options)
        assert "Is it so?" in caveat(*typed[1:]).out


def test_a_question_names_states_as_a_sentence_does():
    """States whose names take an article have it in the question."""
    assert "Does the United States have a say over" in " ".join(caveat("readings", "--issuer", "US").out.split())


def test_a_name_that_chooses_nothing_is_an_error_that_suggests(library):
    """A misspelt reading is corrected; one on which nothing turns is said to be such."""
    ran = caveat("readings", "NO/undisclosed-sistem-terms", "--issuer", "NO")
    assert ran.code == 2
    assert "undisclosed-system-terms" in ran.err
    with pytest.raises(ScenarioError, match="nothing turns"):
        library.readings(names=["no-such-reading-at-all"], issuers=["NO"])

"""What an answer says beside its verdict: who was asked and has a say, what every source carries, what was said later."""

from copy import deepcopy
from typing import Any

import jsonschema
import pytest
from strategies import book_of
from test_law_examples import DONOR, PERMIT, PROHIBIT, RECORD, tiny
from vocabularies import FACTS, World

from caveat import Library
from caveat.core.decision import Decision
from caveat.decide.story import decision_story
from caveat.decide.to_json import decision_data
from caveat.matrix.run import Blank
from caveat.report.markdown import to_markdown
from caveat.report.text import to_text
from caveat.schemas.printed import printed_schema

SAID = {"supplier": "AA", "weapon": "gun"}
TREATY = {"issuer": "TT", "name": "Treaty", "kind": "treaty", "statements": {"said": deepcopy(RECORD)}}
ON_ROCKETS = {"effect": "prohibit", "by": "said", "summary": "no rockets", "when": {"weapon": "rocket"}}


def world(**terms: dict[str, Any]) -> World:
    """AA permits everything it gives, BB prohibits, and a treaty prohibits rockets."""
    files = tiny(**(terms or {"gun": {}, "rocket": {}}))
    files[FACTS]["consents"].append({"role": "treaty", "every": "treaty"})
    files[FACTS]["roles"]["treaty"] = "treaty in force"
    own = {"issuer": "BB", "name": "Bland", "statements": {"said": deepcopy(RECORD)}, "rules": {"never": {**PROHIBIT, "overrides": []}}}
    return {**files, "BB/policy.yaml": own, "TT/policy.yaml": {**TREATY, "rules": {"rockets": ON_ROCKETS}}}


def decide(
    files: World, *issuers: str, engine: str = "compiled", as_of: str | None = "2024-06-01", known_by: str = "2024-06-01", **facts: Any
) -> Decision:
    return Library(book_of(files)).decide({**SAID, **facts}, as_of=as_of, known_by=known_by, issuers=issuers, engine=engine)


def forms(files: World, decision: Decision) -> tuple[dict[str, Any], str, str]:
    """The decision as data that fits its schema, as text and as Markdown, each in one line."""
    book = book_of(files)
    data = decision_data(book, decision)
    jsonschema.validate(data, printed_schema("decision"))
    told = decision_story(book, decision)
    return data, " ".join(to_text(told).split()), " ".join(to_markdown(told).split())


# -- issuers asked


def test_a_silent_treaty_asked_alone_does_not_object(engine):
    """Its answer is `no-objection` and turns on nobody; where it prohibits, `prohibited`."""
    files = world()
    decision = decide(files, "TT", engine=engine)
    assert (decision.verdict, decision.binding, decision.has_say) == ("no-objection", (), "certain")
    assert decide(files, "TT", engine=engine, weapon="rocket").verdict == "prohibited"
    data, text, markdown = forms(files, decision)
    assert (data["verdict"], data["has_say"]) == ("no-objection", "certain")
    assert "NO OBJECTION: Treaty does not object, and a treaty never permits" in text
    assert "No objection: Treaty does not object" in markdown


def test_whoever_has_no_say_answers_so(engine):
    """Under no reading asked: `no-say`, without consents, and no error."""
    files = world()
    decision = decide(files, "BB", engine=engine)
    assert (decision.verdict, decision.consents, decision.possible, decision.has_say) == ("no-say", (), ("no-say",), "none")
    data, text, markdown = forms(files, decision)
    assert (data["verdict"], data["consents"], data["has_say"], data["not_asked"]) == ("no-say", [], "none", ["AA", "TT"])
    assert "NO SAY: nobody needs to ask Bland about this use" in text
    assert "Others were not asked: Aland and Treaty may have a say in this use too." in text
    assert "*Others were not asked*: Aland and Treaty may have a say" in markdown


def test_one_issuer_answers_with_its_own_consent(engine):
    """An arguable say leaves the verdict of its consent as it is, and stands beside it."""
    files = world(gun={"say": [{"issuer": "BB", "role": "origin", "arguable": "nobody knows"}]}, rocket={})
    decision = decide(files, "BB", engine=engine)
    assert (decision.verdict, decision.has_say, decision.binding) == ("prohibited", "arguable", ("BB",))
    assert "whether it has a say is arguable" in forms(files, decision)[1]


def test_a_say_that_depends_on_facts_stands_beside_the_verdict(engine):
    """Where it has a say in some completions only, the verdict is that of those, and `has_say` is `depends`."""
    files = world()
    decision = decide(files, "AA", engine=engine, supplier=["AA", "BB"])
    assert (decision.verdict, decision.has_say, decision.missing) == ("permitted", "depends", ())


def test_several_issuers_are_put_together_as_a_whole_use_is(engine):
    """A prohibition wins; a donor's permission with a treaty's silence permits; without a donor nothing is permitted."""
    files = world(gun={"say": [{"issuer": "BB", "role": "origin"}]}, rocket={})
    assert decide(files, "AA", "TT", engine=engine).verdict == "permitted"
    assert decide(files, "AA", "BB", engine=engine).verdict == "prohibited"
    files["BB/policy.yaml"]["rules"] = {"always": dict(PERMIT)}
    assert decide(files, "BB", engine=engine).verdict == "permitted"
    assert decide(files, "BB", "TT", engine=engine).verdict == "unclear"


def test_whoever_was_not_asked_is_named_only_where_not_all_were(engine):
    """An answer to fewer than all says so in every form; one to all says nothing of the kind."""
    files = world()
    data, text, markdown = forms(files, decide(files, "AA", engine=engine))
    assert (data["asked_only"], data["not_asked"]) == (["AA"], ["TT"])
    assert "Others were not asked: Treaty may have a say in this use too." in text
    assert "*Others were not asked*: Treaty may have a say" in markdown
    for decision in (decide(files, engine=engine), decide(files, "AA", "TT", engine=engine)):
        assert forms(files, decision)[0]["not_asked"] == []
        assert "not asked" not in forms(files, decision)[1]


def test_without_a_say_a_square_stays_blank():
    """A table shows whoever has no say as that, not as an error."""
    library = Library(book_of(world()))
    found = library.matrix(
        {**SAID, "date": "2024-06-01"}, rows="issuers", columns="weapons", row_values=["AA", "BB", "TT"], column_values=["gun", "rocket"]
    )
    verdicts = [[s.view.verdict if s.view else s.blank for s in line] for line in found.squares]
    assert verdicts == [["permitted", "permitted"], [Blank.NO_SAY, Blank.NO_SAY], ["no-objection", "prohibited"]]


def test_without_a_say_a_timeline_has_a_lane_that_says_so():
    """Over time, whoever has no say is one stretch of `no-say`."""
    found = Library(book_of(world())).timeline(SAID, issuers=["BB"], since="2024-01-01", until="2024-12-31")
    (lane,) = found.lanes
    assert (lane.issuer, lane.has_say) == ("BB", "none")
    assert {s.view.verdict for strip in lane.strips for s in strip.segments} == {"no-say"}


# -- sources


def test_sources_of_what_was_set_aside_are_cited_with_what_they_carry(engine):
    """Every rule that decides and every rule set aside has a source, and each source names its rules."""
    files = world()
    own = files["AA/policy.yaml"]
    own["statements"]["later"] = {**RECORD, "reported": "2024-02-01", "says": "never again"}
    own["rules"]["new"] = {**PROHIBIT, "by": "later", "overrides": "general"}
    decision = decide(files, engine=engine)
    (consent,) = [c for c in decision.consents if c.issuer == "AA"]
    assert (consent.rules, consent.set_aside) == (("AA/new",), (("AA/general", "AA/new"),))
    assert dict(consent.cited) == {"AA/later": ("AA/new",), "AA/said": ("AA/general",)}
    data, text, markdown = forms(files, decision)
    assert {(s["statement"], *s["rules"]) for s in data["consents"][0]["sources"]} == {("AA/later", "AA/new"), ("AA/said", "AA/general")}
    assert "[for AA/new]" in text
    assert "[set aside: AA/general]" in text
    assert "(set aside: `AA/general`)" in markdown


# -- later knowledge


@pytest.mark.parametrize(("day", "how"), [("2023-12-31", "only"), ("2024-01-01", "")])
def test_what_was_said_after_the_use_is_named(day, how, engine):
    """A verdict that rests on a statement reported after the day of the use says so, with who and when."""
    files = world()
    files["AA/policy.yaml"]["rules"]["general"]["from"] = "2023-01-01"
    data, text, markdown = forms(files, decide(files, engine=engine, as_of=day))
    note = f"the verdict rests {how} on what was reported after that day: someone (2024-01-01)."
    assert data["said_after_use"] == (["AA/said"] if how else [])
    assert ("said_after_use" in data["consents"][0]["sources"][0]) == bool(how)
    assert (f"Said after the use: {note}" in text) == bool(how)
    assert (f"*Said after the use*: {note}" in markdown) == bool(how)


def test_what_was_said_after_the_use_in_part(engine):
    """Where only some of what a verdict rests on came later, it says `in part`."""
    files = world()
    own = files["AA/policy.yaml"]
    own["statements"]["later"] = {**RECORD, "by": "the minister; her spokesman", "reported": "2024-03-05"}
    own["rules"]["again"] = {**PERMIT, "by": "later", "from": "2024-01-01"}
    text = forms(files, decide(files, engine=engine, as_of="2024-02-01"))[1]
    assert "the verdict rests in part on what was reported after that day: the minister (2024-03-05)." in text


def test_a_day_after_what_is_known_is_last_known(engine):
    """A verdict asked for a day after `known_by` is marked, in every form, and one for that very day is not."""
    files = world()
    ahead, level = (decide(files, engine=engine, as_of=day, known_by="2024-06-01") for day in ("2024-06-02", "2024-06-01"))
    assert (ahead.last_known, level.last_known) == (True, False)
    data, text, markdown = forms(files, ahead)
    assert (data["last_known"], data["consents"][0]["last_known"]) == (True, True)
    assert "Last known: the day asked about lies after 2024-06-01, and what holds on it was not known by then." in text
    assert "*Last known*: the day asked about lies after 2024-06-01" in markdown
    assert "Last known" not in forms(files, level)[1]


def test_last_known_does_not_linger():
    """Two questions that share what is known otherwise, one for a day after it, are marked each by its own."""
    library = Library(book_of(world()))
    asked = [library.decide(SAID, as_of="2024-06-05", known_by=day).last_known for day in ("2024-06-01", "2024-06-10", "2024-06-01")]
    assert asked == [True, False, True]


def test_a_timeline_marks_the_days_after_what_is_known():
    """On the clock of what held, each day after `known_by` is last known, and none before."""
    found = Library(book_of(world())).timeline(SAID, clocks=["held"], since="2024-01-01", until="2024-12-31", known_by="2024-06-01")
    for lane in found.lanes:
        assert [(str(s.first), s.view.last_known) for s in lane.strips[0].segments][-1] == ("2024-06-02", True)
        assert not any(s.view.last_known for s in lane.strips[0].segments[:-1])


def test_donors_are_those_asked():
    """The note on what nobody gave: issuers without a donor among them leave it open, and the headline says why."""
    files = world(gun={"say": [{"issuer": "BB", "role": "origin"}]}, rocket={})
    files["BB/policy.yaml"]["rules"] = {"always": dict(PERMIT)}
    assert DONOR in files[FACTS]["consents"]
    assert "UNCLEAR: nobody asked gave the thing" in forms(files, decide(files, "BB", "TT"))[1]

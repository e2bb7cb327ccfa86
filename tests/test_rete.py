"""The engine that has durable-rules match and chain: the same answers as the others, whatever is open; or a reason why not."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import product
from random import Random

import pytest
from fuzz import answered
from law_cases import Case
from vocabularies import FIRST

from caveat import Library, ScenarioError, TooLargeError
from caveat.cases.run import chosen
from caveat.core.force import in_force, telling_days, turning_days
from caveat.core.logic import points_of, settled
from caveat.decide.to_json import decision_data
from caveat.durable import host
from caveat.durable.host import HostError
from caveat.engines import alternatives, chaining, clauses, rete
from caveat.library import shipped_policies
from caveat.load.cases import read_cases

DATES = {"known_by": "2026-05-31"}
FOUNDING = {
    "supplier": "US", "weapon": "himars-gmlrs", "date": "2024-06-02", "target.region": "RU-BEL", "target.kind": "artillery",
    "target.activity": "attacking", "target.threatens": "UA-63",
}  # fmt: skip


@cache
def shipped() -> Library:
    """The shipped library."""
    return Library.load(shipped_policies())


# -- the same answers


def outcome(library, check, engine):
    """The whole answer to a check, or the name of the error."""
    try:
        known_by = check.known_by or DATES["known_by"]
        return library.decide(check.facts, as_of=check.as_of, known_by=known_by, issuers=check.issuers, engine=engine).answer
    except ScenarioError as error:
        return error.diagnostics[0].code


@pytest.mark.parametrize("part", range(2))
def test_shipped_cases_have_the_same_answer(part):
    """For every fortieth check of the shipped cases the whole answer, reasons and all, is that of the compiled engine."""
    checks = chosen(read_cases(shipped_policies(), shipped().book), ())[part * 40 :: 80]
    assert len(checks) > 30
    for check in checks:
        assert outcome(shipped(), check, "rete") == outcome(shipped(), check, "compiled")


@pytest.mark.parametrize("missing", ["", "date", "target.activity", "target.threatens", "target.kind", "weapon", "supplier"])
def test_the_founding_case_with_any_fact_missing(missing):
    """Permitted with every fact; without one the answer is, word for word, that of the compiled engine."""
    said = {fact: value for fact, value in FOUNDING.items() if fact != missing}
    found = [decision_data(shipped().book, shipped().decide(said, **DATES, engine=e)) for e in ("rete", "compiled")]
    assert [data.pop("engine") for data in found] == ["rete", "compiled"]
    assert found[0] == found[1]
    assert missing or found[0]["verdict"] == "permitted"


@pytest.mark.parametrize("seed", range(12))
def test_answers_do_not_depend_on_what_was_asked_before(seed):
    """Asked in any order, from any state of knowledge, each question has the answer it has when asked alone."""
    case = Case(seed)
    questions = list(case.asks())
    alone = [answered(Library(case.library.book), q, "rete") for q in questions]
    for n in case.rng.sample(range(len(questions)), len(questions)):
        again = answered(case.library, questions[n], "rete")
        assert again == alone[n] if isinstance(again, str) else again.answer == alone[n].answer


def test_threads_share_a_program():
    """Questions put by eight threads at once are answered as when put one after another."""
    case = Case(5)
    questions = [*case.asks(), *case.asks(), *case.asks()]
    one_by_one = [answered(Library(case.library.book), q, "rete") for q in questions]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda q: answered(case.library, q, "rete"), questions))
    assert [t if isinstance(t, str) else t.answer for t in together] == [o if isinstance(o, str) else o.answer for o in one_by_one]


def test_a_book_is_laid_out_once(monkeypatch):
    """However many questions are asked, of whatever day and state of knowledge, rulesets are made for the first ones only."""
    library = Library(shipped().book)
    made = []
    called = host._called
    monkeypatch.setattr(host, "_called", lambda function, *rest: made.append((function, *rest)) or called(function, *rest))

    def rulesets() -> list[str]:
        return [text for function, _, text in (call for call in made if call[0] == "create_ruleset")]

    for days in range(0, 60, 7):
        day = (date(2024, 5, 1) + timedelta(days=days)).isoformat()
        library.decide({**FOUNDING, "date": day}, known_by=day, engine="rete")
        if not days:
            first = rulesets()
    assert rulesets() == first
    assert max(Counter(first).values()) == 2  # one for what surely holds, one for what may, and no more


# -- what is matched


@pytest.mark.parametrize("seed", range(20))
def test_what_surely_and_possibly_holds_of_a_box(seed):
    """Of one completion both are exactly what holds; of many, what surely holds is held by all, and what any holds is possible."""
    case = Case(seed)
    book, rng = case.library.book, case.rng
    domains = {name: fact.domain for name, fact in book.vocabulary.facts.items()}
    found = alternatives.Alternatives("conditions", alternatives.of_conditions(book), domains)
    for turn in range(30):
        box = {fact: frozenset(rng.sample(list(domain), 1 if turn % 3 == 0 else rng.randint(1, len(domain)))) for fact, domain in domains.items()}
        surely, possibly = (found.matched(box, FIRST, sure=sure) for sure in (True, False))
        every = {c for c in found.cases if all(box[fact] <= values for fact, values in c.clause.box.items())}
        some = {c for c in found.cases if all(not box[fact].isdisjoint(values) for fact, values in c.clause.box.items())}
        assert surely <= every <= some <= possibly
        if turn % 3 == 0:
            assert surely == possibly == every


@pytest.mark.parametrize("seed", range(10))
def test_when_rules_are_in_force(seed):
    """On every day that matters, for whoever knows what was public by any day that matters, a rule is in force as the clocks say."""
    book = Case(seed).library.book
    found = alternatives.Alternatives("force", alternatives.of_force(book, None), {})
    turns, tells = (
        sorted({d + timedelta(days=n) for d in days for n in (-1, 0)})
        for days in (turning_days(book.rules, book.statements), telling_days(book.statements.values()))
    )
    for held, known in Random(seed).sample(list(product(turns, tells)), 40):
        met = found.of_rules({"date": frozenset((held.isoformat(),))}, known, sure=True)
        for rule in book.rules:
            force = in_force(rule, [r for r in book.rules if rule.id in r.supersedes], book.statements, held, known, None)
            points = sorted(points_of([force]).union(*(c.points for c in met.get(rule.id, ()))))
            for way in (frozenset(p for p, on in zip(points, ons, strict=True) if on) for ons in product((0, 1), repeat=len(points))):
                holds = any(c.clause.yes <= way and c.clause.no.isdisjoint(way) for c in met.get(rule.id, ()))
                assert holds == settled(force, way)


def test_what_follows_is_chained():
    """An exception to an exception: each sets aside what it overrides, and only the first is left."""
    a, b, c = (replace(r, overrides=()) for r in [r for r in shipped().book.rules if r.issuer == "US"][:3])
    left, aside = chaining.left_of([replace(a, overrides=(b.id,)), replace(b, overrides=(c.id,)), c])
    assert left == {a.id}
    assert aside == {(b.id, a.id), (c.id, b.id)}


def test_readings_are_settled_in_the_match():
    """A case that needs one point settled yes and one no holds under the one reading of four that does so."""
    (clause,) = clauses.both(([clauses.Clause({}, frozenset("a"), frozenset("b"))], [clauses.ALWAYS]))
    say = shipped().book.says[0]
    holding = [bool(chaining.holding([(7, alternatives.Case(clause, say=say))], ("a", "b"), frozenset(w))[0]) for w in ("", "a", "b", "ab")]
    assert holding == [False, True, False, False]


# -- refusals


def test_a_question_that_falls_into_too_many_messages_is_refused(monkeypatch):
    """Past the bound the question is refused with the facts that it turns on most; nothing is guessed."""
    monkeypatch.setattr(rete, "MAX_MESSAGES", 20)
    with pytest.raises(TooLargeError, match=r"more than 20 messages .* turn most on .*use the compiled engine"):
        shipped().decide({"supplier": "US"}, **DATES, engine="rete")


def test_too_many_arguable_points_are_refused(monkeypatch):
    """Where more points meet than are tried together, the issuer and the points are named."""
    monkeypatch.setattr(rete, "MAX_POINTS", 0)
    library = Library(shipped().book)
    with pytest.raises(TooLargeError, match="arguable points of"):
        library.decide({**FOUNDING, "supplier": "DE", "weapon": "mars-ii"}, **DATES, engine="rete")


@pytest.mark.parametrize("bound", ["MOST_PATTERNS", "MOST_BYTES"])
def test_policies_past_a_bound_are_refused(monkeypatch, bound):
    """Policies that are more than durable-rules is asked to hold are refused, each time they are asked about."""
    library = Library(shipped().book)
    monkeypatch.setattr(host, bound, 5)
    for _ in range(2):
        with pytest.raises(TooLargeError):
            library.decide(FOUNDING, **DATES, engine="rete")
    monkeypatch.undo()
    assert library.decide(FOUNDING, **DATES, engine="rete").verdict == "permitted"


def test_a_fault_of_durable_rules_is_no_verdict(monkeypatch):
    """What goes wrong inside durable-rules ends in an error, and the next question is answered from a fresh start."""
    library = Library(shipped().book)
    library.decide(FOUNDING, **DATES, engine="rete")
    fetch = host.Session._fetch
    monkeypatch.setattr(host.Session, "_fetch", lambda *_: (_ for _ in ()).throw(RuntimeError("error code: 303")))
    with pytest.raises(HostError, match="303"):
        library.decide({**FOUNDING, "target.kind": "troops"}, **DATES, engine="rete")
    monkeypatch.setattr(host.Session, "_fetch", fetch)
    assert library.decide({**FOUNDING, "target.kind": "troops"}, **DATES, engine="rete").verdict == "permitted"


def test_other_engines_do_not_load_durable_rules():
    """The wrapper and this engine can be imported without it."""
    code = "import sys; import caveat.engines.rete; print('durable_rules_engine' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"

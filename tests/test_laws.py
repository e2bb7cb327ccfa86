"""DESIGN section 4, law by law, over generated vocabularies, policies and questions.

A Hypothesis example is one library and a few questions about it. `tests.fuzz` does the same for tens of thousands.
"""

from dataclasses import replace
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

from brute import brute, disagreements
from fuzz import ENGINES, answered
from hypothesis import given
from law_cases import SETTLED, Case, answer_of, json_of, laws, sliced, unordered, without
from oracle import Oracle
from oracle_words import TooManyError
from strategies import book_of, seeds
from vocabularies import FACTS, FIRST, World, some_day

from caveat import Library
from caveat.core.book import Book, Effect, Rule
from caveat.core.decision import Answer
from caveat.core.force import turning_days
from caveat.decide.to_json import decision_data
from caveat.diagram.frame import frame
from caveat.diagram.norms import Side

# -- 1. leaving out, adding


@laws
@given(seeds)
def test_law_1_leaving_a_fact_out_gives_the_same_verdict_or_needs_facts(seed):
    """Without one of the facts, the verdict is the same or needs facts, and what was possible still is."""
    case = Case(seed)
    for question, before in case.decided(assumptions=False):
        for fact in question.facts if before.verdict != "no-say" else ():
            fewer = replace(question, facts={f: v for f, v in question.facts.items() if f != fact})
            after = answered(case.library, fewer, before.engine)
            if after != "too-large":
                assert after.verdict in (before.verdict, "needs-facts")
                assert set(before.answer.possible) <= set(after.answer.possible)


@laws
@given(seeds)
def test_law_1_adding_a_fact_leaves_a_settled_verdict(seed):
    """Whatever value a missing fact turns out to have, a settled verdict stays, unless the value is impossible."""
    case = Case(seed)
    for question, before in case.decided(assumptions=False):
        facts = case.library.book.vocabulary.facts
        for fact in facts if before.verdict in SETTLED else ():
            said = facts[fact].part_of in question.facts
            for value in facts[fact].domain if fact not in question.facts and not said else ():
                after = answered(case.library, replace(question, facts={**question.facts, fact: value}), "compiled")
                assert after in ("contradiction", "too-large") or after.verdict in (before.verdict, *(["no-say"] if question.issuers else []))


# -- 2. needs-facts


@laws
@given(seeds)
def test_law_2_needs_facts_exactly_where_two_completions_differ(seed):
    """Verdicts, what is possible, and the smallest settling sets are what trying every completion gives."""
    case = Case(seed)
    oracle = Oracle(case.files)
    for question in case.asks():
        try:
            found = brute(oracle, question)
        except TooManyError:
            continue
        decision = answered(case.library, question, case.rng.choice(ENGINES))
        if not found.found:
            assert decision == found.refusal
        elif decision != "too-large":
            assert list(disagreements(oracle, found, decision)) == []


# -- 3. silence


@laws
@given(seeds)
def test_law_3_nobody_permits_without_a_rule_that_permits(seed):
    """Where no rule permits, nothing is permitted, by anybody, whatever else is said."""
    case = Case(seed)
    book = case.library.book
    library = Library(without(book, *(r.id for r in book.rules if r.effect == Effect.PERMIT)))
    for question in case.asks():
        decision = answered(library, question, case.rng.choice(ENGINES))
        if not isinstance(decision, str):
            assert "permitted" not in {*decision.answer.possible, *(v for c in decision.consents for v in c.says)}


@laws
@given(seeds)
def test_law_3_a_silenced_issuer_turns_a_permission(seed):
    """Take every rule away from one issuer whose say counts, and what was permitted no longer is."""
    case = Case(seed)
    book = case.library.book
    permitted = ((q, d) for _ in range(4) for q, d in case.decided() if d.verdict == "permitted")
    for question, decision in islice(permitted, 3):
        for consent in decision.consents:
            if book.issuers[consent.issuer].kind != "treaty" and consent.has_say == "certain":
                silenced = without(book, *(r.id for r in book.rules if r.issuer == consent.issuer))
                assert answer_of(silenced, question, decision.engine).verdict == "unclear"


# -- 4. order


def shuffled(data: Any, rng: Random) -> Any:
    """The same mappings in another order; lists as they are."""
    if isinstance(data, list):
        return [shuffled(item, rng) for item in data]
    if not isinstance(data, dict):
        return data
    keys = rng.sample(list(data), len(data))
    return {key: shuffled(data[key], rng) for key in keys}


def split(files: World, rng: Random) -> World:
    """Each policy in two files: statements and rules fall into either."""
    found = {}
    for name, data in files.items():
        if name.startswith("vocabulary/"):
            found[name] = data
            continue
        parts = [
            {**data, "statements": {}, "rules": {}},
            {k: data[k] for k in ("issuer", "name", "kind", "scope") if k in data} | {"statements": {}, "rules": {}},
        ]
        for key in ("statements", "rules"):
            for ident, entry in data[key].items():
                rng.choice(parts)[key][ident] = entry
        for i, part in enumerate(parts):
            found[name.replace("policy", rng.choice("axyz") + str(i))] = part
    return dict(rng.sample(list(found.items()), len(found)))


@laws
@given(seeds)
def test_law_4_the_order_of_files_and_rules_and_facts_never_matters(seed):
    """Files and mappings in another order, policies in other files, facts said in another order: the same bytes."""
    case = Case(seed)
    moved = split(shuffled(case.files, case.rng), case.rng)
    moved[FACTS]["facts"] = {name: moved[FACTS]["facts"][name] for name in case.files[FACTS]["facts"]}
    library = Library(book_of(moved))
    assert library.digest == case.library.digest
    for question in case.asks():
        turned = replace(question, facts=dict(reversed(question.facts.items())), issuers=question.issuers[::-1])
        assert json_of(library, turned) == json_of(case.library, question)


@laws
@given(seeds)
def test_law_4_the_order_in_which_facts_are_declared_changes_no_verdict(seed):
    """Facts declared in another order change how answers are listed, but not what is answered (assumptions dropped)."""
    case = Case(seed)
    library = Library(book_of(shuffled(case.files, case.rng)))
    for question, decision in case.decided(assumptions=False):
        assert answer_of(library.book, question, decision.engine) == decision.answer


# -- 5. two clocks


@laws
@given(seeds)
def test_law_5_before_its_first_report_a_rule_does_not_exist(seed):
    """For whoever knows only what was public before, the answer is as if the rule, and what it supersedes, had never been written."""
    case = Case(seed)
    book = case.library.book
    for rule in case.rng.sample(book.rules, min(3, len(book.rules))):
        eve = min(book.statements[s].reported.earliest for s in rule.statements) - timedelta(days=1)
        for question in case.asks(known_by=eve.isoformat()):
            absent = answer_of(without(book, rule.id), question, "compiled")
            assert unordered(answer_of(book, question, "compiled")) == unordered(absent)


@laws
@given(seeds)
def test_law_5_before_it_takes_effect_a_rule_does_not_exist(seed):
    """For the days before its first, the answer is as if the rule had never been written."""
    case = Case(seed)
    book = case.library.book
    for rule in case.rng.sample(book.rules, min(3, len(book.rules))):
        eve = min(turning_days([rule], book.statements)) - timedelta(days=1)
        for question in case.asks(as_of=eve.isoformat()):
            absent = answer_of(without(book, rule.id), question, "compiled")
            assert unordered(answer_of(book, question, "compiled")) == unordered(absent)


def resting_on(book: Book, rule: Rule, **days: str) -> Book:
    """The book where the rule rests on one sound statement of its own, reported early, with these further dates."""
    from caveat.core.dates import dated

    early = dated((FIRST - timedelta(days=30)).isoformat())
    plain = replace(book.statements[rule.statements[0]], id=f"{rule.issuer}/own", reported=early, confirmed=None, denied=None, retracted=None)
    own = replace(plain, **{name: dated(day) for name, day in days.items()})
    rules = tuple(replace(r, statements=(own.id,)) if r.id == rule.id else r for r in book.rules)
    return replace(book, rules=rules, statements={**book.statements, own.id: own})


def says_of(answer: Answer | str, issuer: str) -> set[str]:
    return set() if isinstance(answer, str) else {o.value for c in answer.consents if c.issuer == issuer for o in c.says}


@laws
@given(seeds)
def test_law_5_after_a_denial_a_rule_is_arguable(seed):
    """Once its only report is denied, an issuer says what it says with the rule, and what it says without: no more, no less."""
    case = Case(seed)
    book = case.library.book
    rule = case.rng.choice(book.rules)
    denied = some_day(case.rng)
    for question in case.asks(known_by=denied.isoformat(), grade=None):
        doubted = says_of(answer_of(resting_on(book, rule, denied=denied.isoformat()), question, "compiled"), rule.issuer)
        sound = says_of(answer_of(resting_on(book, rule), question, "compiled"), rule.issuer)
        absent = says_of(answer_of(without(book, rule.id), question, "compiled"), rule.issuer)
        assert doubted == sound | absent
        eve = replace(question, known_by=(denied - timedelta(days=1)).isoformat())
        before = answer_of(resting_on(book, rule, denied=denied.isoformat()), eve, "compiled")
        assert before == answer_of(resting_on(book, rule), eve, "compiled")


@laws
@given(seeds)
def test_law_5_after_a_retraction_a_rule_is_gone(seed):
    """Once its only report is retracted, the answer is as if the rule had never been written; the day before, as if nothing were wrong."""
    case = Case(seed)
    book = case.library.book
    rule = case.rng.choice(book.rules)
    retracted = some_day(case.rng)
    gone = resting_on(book, rule, retracted=retracted.isoformat())
    for question in case.asks(known_by=retracted.isoformat()):
        absent = answer_of(without(book, rule.id), question, "compiled")
        assert unordered(answer_of(gone, question, "compiled")) == unordered(absent)
        eve = replace(question, known_by=(retracted - timedelta(days=1)).isoformat())
        assert answer_of(gone, eve, "compiled") == answer_of(resting_on(book, rule), eve, "compiled")


# -- 7. engines


@laws
@given(seeds)
def test_law_7_all_engines_give_the_same_decision(seed):
    """Verdict, reasons, what is missing, or the error: all is the same but the name of the engine."""
    case = Case(seed, large=seed % 5 == 0)
    for question in case.asks():
        found = [f for f in (answered(case.library, question, e) for e in ENGINES) if f != "too-large"]
        if any(isinstance(f, str) for f in found):
            assert len(set(found)) == 1
            continue
        datas = [decision_data(case.library.book, d) for d in found]
        assert len({data.pop("engine") for data in datas}) == len(datas)
        assert all(data == datas[0] for data in datas)


# -- 8. reasons


@laws
@given(seeds)
def test_law_8_every_verdict_names_its_rules_and_a_source_for_each(seed):
    """Who permits or prohibits names rules of that effect, each with a source; what is set aside is defeated by what it names."""
    case = Case(seed)
    rules = {r.id: r for r in case.library.book.rules}
    defeats = Oracle(case.files).defeats
    for _, decision in case.decided():
        if decision.verdict in ("permitted", "prohibited"):
            assert any(c.rules for c in decision.consents if c.issuer in decision.binding)
        for consent, shown in zip(decision.consents, decision_data(case.library.book, decision)["consents"], strict=True):
            effects = {rules[r].effect.value for r in consent.rules}
            assert {"permitted": "permit", "prohibited": "prohibit"}.get(consent.verdict) in {*effects, None}
            cited = {s["statement"] for s in shown["sources"]}
            assert all(cited & set(rules[r].statements) for r in consent.rules)
            assert all(loser in defeats[winner] for loser, winner in consent.set_aside)


# -- 11. the knowledge slice


def told(answer: Answer | str) -> Any:
    """What is answered, and by which rules; not under which names the doubts go, nor what else would be telling."""
    if isinstance(answer, str):
        return answer
    consents = [(c.issuer, c.verdict, c.says, c.roles, c.has_say, c.rules, c.set_aside, c.statements, c.grade) for c in answer.consents]
    return answer.verdict, answer.possible, answer.binding, consents


@laws
@given(seeds)
def test_law_11_statements_not_yet_reported_change_no_answer(seed):
    """Taken out of the files, what was not yet reported leaves every answer on that knowledge as it was, in every engine."""
    case = Case(seed)
    for question in case.asks(known_by=some_day(case.rng).isoformat()):
        earlier = Library(book_of(sliced(case.files, question.known_by)))
        for engine in ENGINES:
            whole, part = (answered(library, question, engine) for library in (case.library, earlier))
            if "too-large" not in (whole, part):
                assert told(whole if isinstance(whole, str) else whole.answer) == told(part if isinstance(part, str) else part.answer)


@laws
@given(seeds)
def test_law_11_statements_not_yet_reported_change_no_verdict_of_any_use_on_any_day(seed):
    """On sets: with and without what was not yet reported, the very same uses and days have each verdict, of all together and of each issuer."""
    case = Case(seed)
    known_by = some_day(case.rng)
    books = [case.library.book, book_of(sliced(case.files, known_by.isoformat()))]
    fr = frame([Side(book, known_by) for book in books])
    whole, part = fr.norms
    assert whole.positions == part.positions
    for issuer in whole.issuers:
        assert whole.positions_of(issuer) == part.positions_of(issuer)

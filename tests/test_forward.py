"""The one door to durable-rules: what goes in is matched exactly, nothing is lost, nothing is made up, nothing is swallowed."""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from random import Random

import pytest
from conftest import ROOT
from naive_forward import naive, play
from seeding import SEED

from caveat.core.errors import TooLargeError
from caveat.durable import host
from caveat.durable.host import FactError, HostError, Match, Pattern, Ref, Rule, Ruleset, Test


def one(*tests: Test, name: str = "r") -> Rule:
    return Rule(name, (Pattern("f", tests),))


REPORTED = one(Test("report", "!=", "never"))
BUILD_UP = Rule(
    "attacking",
    (
        Pattern("shelling", (Test("kind", "==", "shelling"),)),
        Pattern("move", (Test("kind", "==", ("move", "build-up")), Test("region", "==", Ref("shelling", "region")), Test("day", "<=", Ref("shelling", "day", 3)))),
        Pattern("left", (Test("kind", "==", "left"), Test("day", ">=", Ref("move", "day"))), absent=True),
    ),
)  # fmt: skip


# -- matching


@pytest.mark.parametrize("seed", range(60))
def test_what_holds_is_what_trying_everything_finds(seed):
    """After every fact told and retracted, the matches are those found by trying every way to put facts to patterns."""
    assert play(Random(SEED + seed))[1] == []


def test_telling_facts_anew_changes_nothing(monkeypatch):
    """However often the facts that are left are told to durable-rules anew, the same holds."""
    monkeypatch.setattr(host, "SLACK", 0)
    monkeypatch.setattr(host, "WASTE", 0)
    played = [play(Random(SEED + seed)) for seed in range(100, 130)]
    assert [wrong for _, wrong in played if wrong] == []
    assert sum(seen for seen, _ in played) > 500


def test_a_fact_completes_a_match_and_another_undoes_it():
    """A match comes with its last fact, goes with a fact that must be absent, and comes back when that is retracted."""
    match = Match("attacking", {"shelling": "a", "move": "b"})
    with Ruleset([BUILD_UP]).open() as session:
        assert session.tell("b", {"kind": "build-up", "region": "RU-BEL", "day": 12}) == []
        assert session.tell("a", {"kind": "shelling", "region": "RU-BEL", "day": 10}) == [match]
        assert session.tell("c", {"kind": "left", "day": 12}) == []
        assert session.matches() == set()
        assert session.retract("c") == [match]
        assert session.matches() == {match}
        assert session.retract("a") == []
        assert session.matches() == set()


def test_one_fact_meets_one_pattern_of_a_match():
    """Two patterns are met by two facts, also where one fact would do for both."""
    rule = Rule("two", (Pattern("a", (Test("x", "==", 1),)), Pattern("b", (Test("x", "==", 1),))))
    with Ruleset([rule]).open() as session:
        assert session.tell("f", {"x": 1}) == []
        assert {tuple(m.facts.values()) for m in session.tell("g", {"x": 1})} == {("f", "g"), ("g", "f")}


def test_what_must_be_absent_is_absent_at_first():
    """A rule of absent facts alone holds in an empty session."""
    with Ruleset([Rule("quiet", (Pattern("f", (Test("kind", "==", "shelling"),), absent=True),))]).open() as session:
        assert session.matches() == {Match("quiet", {})}
        session.tell("a", {"kind": "shelling"})
        assert session.matches() == set()
        assert session.retract("a") == [Match("quiet", {})]


@pytest.mark.parametrize("operator", ["==", "!=", "<", "<=", ">", ">="])
def test_a_missing_attribute_meets_no_test(operator):
    """Whatever the operator, a comparison with what a fact does not have does not hold, and is no error."""
    against = Rule("r", (Pattern("a", (Test("x", "==", 1),)), Pattern("b", (Test("y", operator, Ref("a", "z")),))))
    with Ruleset([one(Test("y", operator, 1), name="alone"), against]).open() as session:
        session.tell("a", {"x": 1})
        session.tell("b", {"x": 1})
        session.tell("c", {"w": 1})
        assert session.matches() == set()


def test_texts_and_numbers_are_never_mixed_up():
    """The text 1 is not the number 1, neither is before the other, and no number is a yes."""
    rules = [one(Test("x", "==", 1), name="number"), one(Test("x", "==", "1"), name="text"), one(Test("x", "<=", 1), name="order")]
    with Ruleset(rules).open() as session:
        assert {m.rule for m in session.tell("n", {"x": 1})} == {"number", "order"}
        assert {m.rule for m in session.tell("t", {"x": "1"})} == {"text"}


# -- numbers and dates


NUMBERS = (0, 1, -1, 2**31 - 1, 2**31, -(2**31), 2**32, 2**53 + 1, 2**62, -(2**62), 2**63 - 1, 2**63, -(2**63) - 1, 2**64 + 1, 10**40, -(10**40))


@pytest.mark.parametrize("limit", NUMBERS)
def test_whole_numbers_of_any_size_keep_their_order(limit):
    """Numbers are compared exactly with what a rule names, far beyond what 64 bits hold."""
    rules = [one(Test("n", operator, limit), name=operator) for operator in ("<", "<=", "==", "!=", ">=", ">")]
    with Ruleset(rules).open() as session:
        for n in NUMBERS:
            for near in (n - 1, n, n + 1):
                met = {m.rule for m in session.tell(str(near), {"n": near})}
                assert met == {o for o, holds in zip(("<", "<=", "==", "!=", ">=", ">"), (near < limit, near <= limit, near == limit, near != limit, near >= limit, near > limit), strict=True) if holds}  # fmt: skip
                session.retract(str(near))


def test_days_are_compared_across_facts_to_the_ends_of_the_calendar():
    """The first and the last day there are, and windows that reach beyond them, are compared exactly."""
    window = Rule(
        "w", (Pattern("a", (Test("kind", "==", "a"),)), Pattern("b", (Test("day", ">", Ref("a", "day")), Test("day", "<=", Ref("a", "day", 7)))))
    )
    with Ruleset([window]).open() as session:
        session.tell("first", {"kind": "a", "day": date.min.toordinal()})
        session.tell("last", {"kind": "a", "day": date.max.toordinal()})
        assert session.tell("x", {"day": date.min.toordinal() + 7}) == [Match("w", {"a": "first", "b": "x"})]
        assert session.tell("y", {"day": date.min.toordinal() + 8}) == []
        assert session.tell("z", {"day": date.max.toordinal() + 7}) == [Match("w", {"a": "last", "b": "z"})]


def test_a_number_too_large_to_compare_with_other_facts_is_refused():
    """Where facts are compared by order, a number that durable-rules would cut is an error, and nothing is told."""
    rule = Rule("r", (Pattern("a", (Test("n", ">", 0),)), Pattern("b", (Test("n", ">", Ref("a", "n")),))))
    with Ruleset([rule]).open() as session:
        session.tell("a", {"n": 2**62 - 1})
        assert session.tell("b", {"n": 2**62}) == [Match("r", {"a": "a", "b": "b"})]
        with pytest.raises(FactError, match="too large"):
            session.tell("c", {"n": 2**62 + 1})
        assert len(session) == 2
    with pytest.raises(TooLargeError):
        Ruleset([Rule("r", (Pattern("a"), Pattern("b", (Test("n", ">", Ref("a", "n", 2**31)),))))])


@pytest.mark.parametrize("value", [True, 1.5, float("nan"), None, b"x", ("a",), [1]])
def test_what_has_no_exact_form_is_refused(value):
    """A fraction, a yes or no, nothing, a list: an error that names the attribute, and nothing is told."""
    with Ruleset([REPORTED]).open() as session:
        with pytest.raises(FactError, match="`other` is"):
            session.tell("f", {"report": 1, "other": value})
        assert len(session.tell("f", {"report": 1})) == 1
    with pytest.raises((ValueError, TypeError)):
        Ruleset([one(Test("x", "<", value))])


# -- texts

TEXTS = (
    "", " ", "\x00", "a\x00b", "a\x00c", "\ud800", "\udfff\ud800", "'", '"', '\\"', "\\", "\\\\", "A", "\\u0041", "é", "e\u0301", "ﷺ", "\u202egnp", "\u200b",
    "👩‍👩‍👧", "👩", "{}", '{"id":"1"}', "null", "true", "1", "1.0", "-0", "\n", "\r\n", "\t", "x" * 1_000_000, "x" * 999_999 + "y", "id", "sid", "$s", "$m", "m0", "%s%n",
    "ß", "SS", "ſ", "İ", "i̇", "\ufeff", "\uffff", "\U0010ffff",
)  # fmt: skip


def test_no_two_texts_are_taken_for_each_other():
    """Empty, endless, hostile or look-alike: as values compared with rules and across facts, each equals only itself."""
    rules = [one(Test("x", "==", text), name=str(n)) for n, text in enumerate(TEXTS)]
    same = Rule("same", (Pattern("a"), Pattern("b", (Test("x", "==", Ref("a", "x")),))))
    with Ruleset([*rules, same]).open() as session:
        for n, text in enumerate(TEXTS):
            assert session.tell(f"f{n}", {"x": text}) == [Match(str(n), {"f": f"f{n}"})]
        assert len(session.tell("again", {"x": TEXTS[3]})) == 3


def test_any_text_names_a_fact_a_rule_an_alias_and_an_attribute():
    """Names are never read by durable-rules: any text will do, its own words included."""
    texts = TEXTS[:-20] + TEXTS[-12:]
    rules = [Rule(text, (Pattern(text, (Test(text, "==", 1),)),)) for text in dict.fromkeys(texts)]
    with Ruleset(rules).open() as session:
        for text in dict.fromkeys(texts):
            assert session.tell(text, {text: 1}) == [Match(text, {text: text})]


# -- what durable-rules takes for the same


def plain(*facts: str) -> list[int]:
    """What durable-rules itself answers to facts: 0 taken, 2 seen before."""
    engine = host.engine()
    copy = engine.create_ruleset("plain", '{"any":{"all":[{"m":{"$ex":{"report":1}}}]}}')
    return [engine.assert_fact(copy, fact)[0] for fact in facts]


@pytest.mark.parametrize(("first", "second"), [(2780, 18078), (27303, 52208), (13634, 133522)])
def test_facts_that_durable_rules_takes_for_the_same_are_both_kept(first, second):
    """Two different reports with one 32-bit hash: durable-rules drops the second, here both are matched."""
    assert plain(f'{{"report":{first}}}', f'{{"report":{second}}}') == [0, 2]
    with Ruleset([REPORTED]).open() as session:
        assert len(session.tell("a", {"report": first})) == 1
        assert len(session.tell("b", {"report": second})) == 1
        assert len(session.matches()) == 2


def test_ids_that_durable_rules_takes_for_the_same_are_both_kept():
    """The words costarring and liquid have one hash; as ids of facts they stay two."""
    assert plain('{"id":"costarring","report":1}', '{"id":"liquid","report":2}') == [0, 2]
    with Ruleset([REPORTED]).open() as session:
        for name in ("costarring", "liquid", "declinate", "macallums"):
            assert session.tell(name, {"report": name}) == [Match("r", {"f": name})]
        session.retract("costarring")
        assert {m.facts["f"] for m in session.matches()} == {"liquid", "declinate", "macallums"}


def test_a_collision_among_the_ids_given_here_is_survived():
    """The numbers 40189 and 797186 have one hash: the fact that would be the second is given the next number."""
    assert plain('{"id":"40189","report":1}', '{"id":"797186","report":2}') == [0, 2]
    with Ruleset([REPORTED]).open() as session:
        session._next = 40_188
        session.tell("a", {"report": 1})
        session._next = 797_185
        assert session.tell("b", {"report": 2}) == [Match("r", {"f": "b"})]
        assert session._next == 797_187
        assert len(session.matches()) == 2


def test_of_twenty_thousand_facts_none_is_lost():
    """Every one of 20,000 facts held together is matched, those among them that collide included."""
    with Ruleset([REPORTED]).open() as session:
        assert all(session.tell(str(n), {"report": n}) for n in range(20_000))
        assert len(session.matches()) == 20_000


# -- sessions


def test_thousands_of_sessions_one_after_another():
    """States are given back: 5,000 sessions on end, five times what durable-rules holds."""
    ruleset = Ruleset([REPORTED])
    for n in range(5_000):
        with ruleset.open() as session:
            assert len(session.tell("f", {"report": n})) == 1


def test_more_sessions_open_at_once_than_durable_rules_holds():
    """1,500 open sessions each know their own facts, and only those."""
    ruleset = Ruleset([BUILD_UP])
    sessions = [ruleset.open() for _ in range(1_500)]
    for n, session in enumerate(sessions):
        session.tell("a", {"kind": "shelling", "region": f"R{n}", "day": 1})
    for n, session in enumerate(sessions):
        assert len(session.tell("b", {"kind": "move", "region": f"R{n % 1_400}", "day": 2})) == (n < 1_400)
    for session in sessions:
        session.close()


def test_more_sessions_than_memory_allows_is_an_error(monkeypatch):
    """Past the bound on memory opening fails by design, and works again once a session is closed."""
    ruleset = Ruleset([REPORTED])
    monkeypatch.setattr(host, "MOST_BYTES", 3 * ruleset._bytes)
    sessions = [ruleset.open() for _ in range(3)]
    with pytest.raises(TooLargeError, match="3 sessions"):
        ruleset.open()
    sessions.pop().close()
    assert ruleset.open().tell("f", {"report": 1})


def test_a_session_that_is_forgotten_gives_back_its_state():
    """Sessions that nobody closed are cleared away with the last reference to them."""
    ruleset = Ruleset([REPORTED])
    for _ in range(3_000):
        ruleset.open().tell("f", {"report": 1})
    gc.collect()
    assert len(ruleset._open) == 0
    assert len(ruleset.parts[0]._copies) == 1


def test_memory_stays_bounded_over_many_facts():
    """Thirty thousand facts that come and go leave no more behind than ten thousand."""
    with Ruleset([BUILD_UP]).open() as session:
        for n in range(30_000):
            session.tell(str(n), {"kind": ("shelling", "move", "left")[n % 3], "region": f"R{n % 97}", "day": -n})
            if n >= 60:
                session.retract(str(n - 60))
            if n == 10_000:
                before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000


def test_a_closed_session_is_of_no_use():
    """After closing every call is an error; closing again is not."""
    session = Ruleset([REPORTED]).open()
    session.close()
    session.close()
    for call in (session.matches, lambda: session.tell("f", {}), lambda: session.retract("f")):
        with pytest.raises(HostError, match="closed"):
            call()


def test_a_fact_is_told_once_and_retracted_once():
    """Telling a fact that is there, and retracting one that is not, are errors that change nothing."""
    with Ruleset([REPORTED]).open() as session:
        session.tell("f", {"report": 1})
        with pytest.raises(FactError, match="told before"):
            session.tell("f", {"report": 2})
        with pytest.raises(FactError, match="no fact `g`"):
            session.retract("g")
        with pytest.raises(FactError, match="a text"):
            session.tell(1, {"report": 2})
        assert session.matches() == {Match("r", {"f": "f"})}
        session.retract("f")
        assert session.tell("f", {"report": 3}) == [Match("r", {"f": "f"})]


def test_a_matched_fact_told_again_under_its_id_is_another():
    """After a retraction the same id may say something else; what was said before takes part in nothing."""
    with Ruleset([BUILD_UP]).open() as session:
        session.tell("a", {"kind": "shelling", "region": "R1", "day": 1})
        session.retract("a")
        session.tell("a", {"kind": "shelling", "region": "R2", "day": 1})
        assert session.tell("b", {"kind": "move", "region": "R1", "day": 1}) == []
        assert session.tell("c", {"kind": "move", "region": "R2", "day": 1}) == [Match("attacking", {"shelling": "a", "move": "c"})]


# -- faults


class Broken:
    """durable-rules where one function fails, each time or from the second."""

    def __init__(self, function: str, error: BaseException) -> None:
        self._function, self._error = function, error

    def __getattr__(self, name):
        if name == self._function:
            raise self._error
        return getattr(host.engine(), name)


@pytest.mark.parametrize("function", ["assert_fact", "start_action_for_state", "complete_and_start_action"])
@pytest.mark.parametrize("error", [RuntimeError("error code: 303"), MemoryError(), KeyboardInterrupt()])
def test_a_fault_of_durable_rules_is_raised_and_ends_the_session(function, error):
    """What goes wrong inside is an error, never an absent match; and half a change is never asked about again."""
    ruleset = Ruleset([REPORTED])
    session, other = ruleset.open(), ruleset.open()
    session.tell("e", {"report": 0})
    session._engine = Broken(function, error)
    with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else HostError):
        session.tell("f", {"report": 1})
    with pytest.raises(HostError, match="failed before"):
        session.matches()
    session.close()
    assert other.tell("f", {"report": 1})


def test_other_matches_when_told_anew_is_a_fault(monkeypatch):
    """When facts are told anew and durable-rules then finds something else, that is an error."""
    monkeypatch.setattr(host, "LONE_SLACK", 0)
    with Ruleset([REPORTED]).open() as session:
        for name in "abc":
            session.tell(name, {"report": 1})
        session._holding.drop("a")
        session.retract("b")
        with pytest.raises(HostError, match="other matches"):
            session.retract("c")


# -- threads


def test_threads_share_a_ruleset():
    """Eight threads with sessions of their own each find exactly their own matches."""
    ruleset = Ruleset([BUILD_UP])

    def work(n: int) -> int:
        found = 0
        for turn in range(60):
            with ruleset.open() as session:
                session.tell("a", {"kind": "shelling", "region": f"R{n}", "day": turn})
                found += len(session.tell("b", {"kind": "move", "region": f"R{n}", "day": turn + (turn % 2) * 9}))
        return found

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [30] * 8


def test_threads_share_a_session():
    """Facts told by eight threads at once are all held, and every match is handed to exactly one of them."""
    rule = Rule("pair", (Pattern("a", (Test("kind", "==", "a"),)), Pattern("b", (Test("kind", "==", "b"), Test("n", "==", Ref("a", "n"))))))
    with Ruleset([rule]).open() as session:

        def work(thread: int) -> list[Match]:
            return [m for n in range(100) for m in session.tell(f"{thread}/{n}", {"kind": "ab"[thread % 2], "n": n + 100 * (thread // 2)})]

        with ThreadPoolExecutor(8) as pool:
            found = [m for matches in pool.map(work, range(8)) for m in matches]
        assert len(found) == len(set(found)) == 400
        assert session.matches() == set(found)


# -- bounds


@pytest.mark.parametrize("count", [70, 700, 5_000])
def test_many_rules_that_one_fact_meets(count):
    """More rules than durable-rules takes, all met by one fact: every one is found, in no more than a moment."""
    rules = [one(Test("x", "!=", f"other {n}"), Test("y", ">", -n), name=str(n)) for n in range(count)]
    with Ruleset(rules).open() as session:
        assert {m.rule for m in session.tell("f", {"x": "this", "y": 1})} == {str(n) for n in range(count)}


def test_many_values_of_one_attribute():
    """3,000 rules that differ in one value, where durable-rules would search for ever: each fact meets its own."""
    with Ruleset([one(Test("x", "==", n), name=str(n)) for n in range(3_000)]).open() as session:
        for n in (0, 511, 512, 513, 2_999):
            assert [m.rule for m in session.tell(f"f{n}", {"x": n})] == [str(n)]
        assert session.tell("none", {"x": 3_000}) == []


def test_many_attributes():
    """600 attributes in one fact, more than durable-rules takes in a message."""
    with Ruleset([one(Test(f"a{n}", "==", n), Test(f"a{n + 1}", ">", n), name=str(n)) for n in range(600)]).open() as session:
        assert len(session.tell("f", {f"a{n}": n for n in range(700)})) == 600


def test_sets_of_values_that_are_no_interval():
    """Every other value of a hundred, and all but those: the sets are matched whole."""
    even = tuple(range(0, 100, 2))
    thirds = tuple(range(0, 100, 3))
    rules = [Rule(f"{o} {len(s)}", (Pattern("f", (Test("x", o, s),)),)) for o in ("==", "!=") for s in (even, thirds, even + thirds)]
    with Ruleset(rules).open() as session:
        for n in range(102):
            session.tell(str(n), {"x": n})
        assert session.matches() == naive(rules, {str(n): {"x": n} for n in range(102)})


def test_past_a_bound_nothing_is_made():
    """Too many patterns, comparisons or attributes in one rule, or patterns in all: a designed error before anything is made."""
    with pytest.raises(TooLargeError, match="15 patterns"):
        Ruleset([Rule("r", tuple(Pattern(str(n)) for n in range(15)))])
    with pytest.raises(TooLargeError, match="29 times"):
        Ruleset([Rule("r", (Pattern("a"), Pattern("b", tuple(Test(f"x{n}", "==", Ref("a", "x")) for n in range(29)))))])
    with pytest.raises(TooLargeError, match="201 attributes"):
        Ruleset([one(*(Test(f"x{n}", "==", 1) for n in range(201)))])
    with pytest.raises(TooLargeError, match="20,001 patterns"):
        Ruleset([one(Test("x", "==", 1), name=str(n)) for n in range(20_001)])


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([one(name="a"), one(name="a")], "two rules"),
        ([Rule("r", (Pattern("a"), Pattern("a")))], "one alias"),
        ([one(Test("x", "=", 1))], "no operator"),
        ([one(Test("x", "<", "a"))], "one whole number"),
        ([one(Test("x", "<", (1, 2)))], "one whole number"),
        ([one(Test("x", "==", Ref("b", "x")))], "no pattern before"),
        ([Rule("r", (Pattern("a", absent=True), Pattern("b", (Test("x", "==", Ref("a", "x")),))))], "no pattern before"),
    ],
)
def test_rules_are_checked_before_anything_is_made(rules, message):
    """What is no rule is an error that says why."""
    with pytest.raises(ValueError, match=message):
        Ruleset(rules)


# -- the house


def test_durable_rules_is_loaded_when_first_used():
    """Importing the wrapper loads nothing of durable-rules; the first ruleset does, and never its Python side, which starts threads."""
    code = """
import sys, threading
from caveat.durable.host import *
print([m for m in sys.modules if m.startswith("durable")])
Ruleset([Rule("r", (Pattern("a"),))])
print([m for m in sys.modules if m.startswith("durable")], threading.active_count())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "['durable_rules_engine'] 1"]


def test_no_other_file_imports_durable_rules():
    """The wrapper is the only file that names the library in code."""
    naming = [
        p.name for p in (ROOT / "src").rglob("*.py") if "durable_rules_engine" in p.read_text("utf-8") or "import durable" in p.read_text("utf-8")
    ]
    assert naming == ["host.py"]

"""The parts that all engines are made of, each against what it means, said plainly: every use and every reading is tried."""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from itertools import chain, combinations, product
from operator import and_
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from seeding import examples
from strategies import book_of, seeds
from test_clauses import DOMAINS, formula
from test_law_examples import PERMIT, RECORD, tiny
from vocabularies import FACTS

from caveat import Library, Scenario, ScenarioError, TooLargeError
from caveat.core.choices import Choices
from caveat.core.dates import Dated, dated
from caveat.core.formula import FALSE, TRUE, All, In, Not, Point, Some, atoms, every, negated, some
from caveat.core.logic import is_possible, narrowed, points_of, propagated, settled, still_open, told_apart
from caveat.core.missing import settling_sets
from caveat.core.outcome import Outcome, Ruling, Table, Verdict, of_rules, of_whole_use, over_all_completions, under_all_readings
from caveat.core.question import Question, days_to_try
from caveat.core.source import Source
from caveat.diff.strip import marked
from caveat.engines.alternatives import Case, joined
from caveat.engines.answer import _argued, _binding
from caveat.engines.asker import as_donor, ask_as_donor, donor_fact
from caveat.engines.chaining import holding, left_of
from caveat.engines.clauses import Clause
from caveat.engines.compiled import Program, _matcher, bits, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from caveat.core.formula import Formula

USES = [dict(zip("abc", values, strict=True)) for values in product("xyz", repeat=3)]
READINGS = [frozenset(way) for way in chain.from_iterable(combinations("pq", n) for n in range(3))]
SIDES = [Outcome.PERMITTED, Outcome.PROHIBITED, Outcome.SILENT, Outcome.CONFLICT, Outcome.NO_SAY]


def built(made: Formula) -> Formula:
    """The formula as the program builds it: folded on the way."""
    match made:
        case All(parts):
            return every(map(built, parts))
        case Some(parts):
            return some(map(built, parts))
        case Not(part):
            return negated(built(part))
    return made


def holds(made: Formula, use: dict[str, str], way: frozenset[str] = frozenset()) -> bool:
    """Whether a formula holds in one completion under one reading."""
    return settled(narrowed(made, {f: frozenset((v,)) for f, v in use.items()}), way)


def plainly(made: Formula, use: dict[str, str], way: frozenset[str]) -> bool:
    """The same by what the parts of a formula are, without any help of the program."""
    match made:
        case In(fact, values):
            return use[fact] in values
        case Point(name):
            return name in way
        case All(parts):
            return all(plainly(p, use, way) for p in parts)
        case Some(parts):
            return any(plainly(p, use, way) for p in parts)
    return not plainly(made.part, use, way)


def truth(made: Formula) -> list[bool]:
    """The same for every completion and reading."""
    return [holds(made, use, way) for use in USES for way in READINGS]


def subset(rng: Random, values: Iterable[str]) -> frozenset[str]:
    """At least one of the values."""
    values = sorted(values)
    return frozenset(rng.sample(values, rng.randint(1, len(values))))


# -- formulas


@examples(50)
@given(seeds)
def test_what_is_put_together_means_what_it_says(seed):
    """All hold, one holds, it does not hold: whatever is folded on the way, in every use under every reading."""
    rng = Random(seed)
    parts = [built(formula(rng, 2)) for _ in range(rng.randint(0, 4))]
    whole = [truth(p) for p in parts]
    assert truth(every(parts)) == [all(column) for column in zip(*whole, strict=True)] if parts else every(parts) == TRUE
    assert truth(some(parts)) == [any(column) for column in zip(*whole, strict=True)] if parts else some(parts) == FALSE
    raw = formula(rng, 2)
    assert truth(built(raw)) == [plainly(raw, use, way) for use in USES for way in READINGS]
    for part in parts:
        assert truth(negated(part)) == [not each for each in truth(part)]
        assert points_of([part]) == {a.name for a in atoms(part) if isinstance(a, Point)}


@examples(120)
@given(seeds)
def test_what_is_narrowed_means_the_same_within_the_sets(seed):
    """Narrowed to what is known of the facts, a formula holds where it held; what is settled there is TRUE or FALSE."""
    rng = Random(seed)
    made, sets = built(formula(rng)), {f: subset(rng, DOMAINS[f]) for f in "abc"}
    left = narrowed(made, sets)
    within = [use for use in USES if all(use[f] in sets[f] for f in sets)]
    assert [holds(left, u, w) for u in within for w in READINGS] == [holds(made, u, w) for u in within for w in READINGS]
    assert (still_open([made], sets) == []) == (left == TRUE)


@examples(120)
@given(seeds)
def test_whether_facts_can_be_together_is_exact(seed):
    """Some use meets all demands, or none does; and no value of a use that does is ever ruled out."""
    rng = Random(seed)
    demands = [of_facts(rng) for _ in range(rng.randint(1, 3))]
    sets = {f: subset(rng, DOMAINS[f]) for f in "abc"}
    meets = [use for use in USES if all(use[f] in sets[f] for f in sets) and all(holds(d, use) for d in demands)]
    assert is_possible(demands, sets) == bool(meets)
    found = propagated(demands, sets)
    assert all(found[f] <= sets[f] for f in sets)
    assert all(use[f] in found[f] for use in meets for f in sets)


def of_facts(rng: Random) -> Formula:
    """A formula of facts alone."""
    return next(built(made) for made in iter(lambda: formula(rng, 2), None) if not points_of([made]))


@examples(60)
@given(seeds)
def test_values_that_no_test_tells_apart_stand_together(seed):
    """Two values are in one group if and only if every test takes both or neither; each is in one."""
    rng = Random(seed)
    tests = [subset(rng, "uvwxyz") for _ in range(rng.randint(0, 3))]
    groups = told_apart(frozenset("uvwxyz"), tests)
    assert sorted(chain.from_iterable(groups)) == list("uvwxyz")
    for a, b in combinations("uvwxyz", 2):
        alike = all((a in t) == (b in t) for t in tests)
        assert any({a, b} <= group for group in groups) == alike


# -- from outcomes to a verdict


@pytest.mark.parametrize(
    ("permits", "prohibits", "is_treaty", "outcome"),
    [
        (True, True, False, "conflict"), (True, False, False, "permitted"), (False, True, False, "prohibited"), (False, False, False, "silent"),
        (False, True, True, "prohibited"), (False, False, True, "no-objection"),
    ],
)  # fmt: skip
def test_what_is_left_of_the_rules_of_one(permits, prohibits, is_treaty, outcome):
    """All permit, all prohibit, both, none; the silence of a treaty is no objection."""
    assert of_rules(permits, prohibits, is_treaty=is_treaty) == outcome


@pytest.mark.parametrize("said", [frozenset(c) for n in range(4) for c in combinations(Outcome, n)])
@pytest.mark.parametrize("donor", [True, False])
def test_the_outcome_of_a_whole_use(said, donor):
    """Prohibited if anyone prohibits; permitted if a donor has a say, someone permits and nobody is open; else open."""
    is_open = bool(said & {Outcome.SILENT, Outcome.CONFLICT}) or not donor or Outcome.PERMITTED not in said
    expected = Outcome.PROHIBITED if Outcome.PROHIBITED in said else Outcome.SILENT if is_open else Outcome.PERMITTED
    assert of_whole_use(said, donor_has_a_say=donor) == expected


@pytest.mark.parametrize("said", [frozenset(c) for n in range(4) for c in combinations(Outcome, n)])
def test_one_completion_under_all_readings(said):
    """One outcome that is not open, beside readings in which there is no say, is the verdict; all else is unclear."""
    spoken = said - {Outcome.NO_SAY}
    (only,) = spoken if len(spoken) == 1 else (Outcome.CONFLICT,)
    assert under_all_readings(said) == ("unclear" if only in (Outcome.SILENT, Outcome.CONFLICT) else only.value)


def test_all_completions():
    """The same for all is the verdict, whatever it is; two that differ need facts."""
    assert [over_all_completions([v, v]) for v in Verdict] == list(Verdict)
    assert {over_all_completions([a, b]) for a, b in combinations(Verdict, 2)} == {Verdict.NEEDS_FACTS}


def tables(rng: Random, points: str = "pqr") -> list[Table]:
    """What a few issuers say under each reading of a few points, some of which they share."""
    found = []
    for _ in range(rng.randint(1, 3)):
        own = sorted(rng.sample(points, rng.randint(0, 2)))
        ways = [frozenset(w) for n in range(len(own) + 1) for w in combinations(own, n)]
        found.append(Table(frozenset(own), tuple((w, Ruling(rng.choice(SIDES), speaks_as_donor=rng.random() < 0.6)) for w in ways)))
    return found


@examples(150)
@given(seeds)
def test_issuers_are_put_together_reading_by_reading(seed):
    """The outcomes of a use are those of all joint readings, in each of which a point is settled one way for everyone."""
    made = tables(Random(seed))
    found = set()
    for way in map(frozenset, chain.from_iterable(combinations("pqr", n) for n in range(4))):
        rulings = [dict(t.rows)[way & t.points] for t in made]
        found.add(of_whole_use([r.outcome for r in rulings], donor_has_a_say=any(r.speaks_as_donor for r in rulings)))
    assert together(made) == found


@examples(100)
@given(seeds)
def test_a_point_is_argued_where_an_outcome_turns_on_it(seed):
    """It is told if two readings that differ only there give two outcomes, with what is said on either side, in each such table."""
    made = tables(Random(seed))
    expected: dict[str, tuple[set[Outcome], set[Outcome]]] = {}
    for table in made:
        said = {way: r.outcome for way, r in table.rows}
        for point in table.points:
            yes, no = [s for w, s in said.items() if point in w], [said[w - {point}] for w in said if point in w]
            if yes != no:
                both = expected.setdefault(point, (set(), set()))
                both[0].update(yes)
                both[1].update(no)
    assert [(a.point, a.if_yes, a.if_no) for a in _argued(made)] == [
        (p, tuple(sorted(y)), tuple(sorted(n))) for p, (y, n) in sorted(expected.items())
    ]


def consent(issuer: str, verdict: str, says: str = "", has_say: str = "certain") -> SimpleNamespace:
    """As much of a consent as whoever binds is read from."""
    return SimpleNamespace(issuer=issuer, verdict=Verdict(verdict), says={Outcome(s) for s in (says or verdict).split()}, has_say=has_say)


@pytest.mark.parametrize(
    ("verdict", "consents", "binding"),
    [
        ("prohibited", [consent("A", "permitted"), consent("B", "prohibited"), consent("C", "no-objection")], "B"),
        ("prohibited", [consent("A", "unclear", "prohibited permitted"), consent("B", "unclear", "silent"), consent("C", "no-objection")], "A"),
        ("prohibited", [consent("A", "prohibited", has_say="arguable"), consent("B", "prohibited")], "B"),
        ("prohibited", [consent("A", "prohibited", has_say="arguable"), consent("B", "permitted")], "A"),
        ("permitted", [consent("A", "permitted"), consent("B", "permitted"), consent("C", "no-objection")], "AB"),
        ("permitted", [consent("A", "permitted"), consent("B", "permitted", has_say="arguable")], "A"),
        ("unclear", [consent("A", "permitted"), consent("B", "unclear", "silent"), consent("C", "no-objection"), consent("D", "prohibited")], "BD"),
        ("needs-facts", [consent("A", "permitted"), consent("B", "needs-facts", "permitted silent")], "B"),
    ],
)
def test_on_whom_a_verdict_turns(verdict, consents, binding):
    """On those who prohibit, or by turns; on those who permit; else on whoever neither permits nor has no objection. Who certainly has a say first."""
    assert _binding(Verdict(verdict), consents) == tuple(binding)


# -- what is missing


def parted(rng: Random, box: dict[str, frozenset[str]], depth: int) -> Iterator[dict[str, frozenset[str]]]:
    """Disjoint boxes that together are the box."""
    fact = rng.choice("abc")
    if depth == 0 or len(box[fact]) == 1:
        yield box
        return
    part = frozenset(rng.sample(sorted(box[fact]), rng.randint(1, len(box[fact]) - 1)))
    for half in (part, box[fact] - part):
        yield from parted(rng, {**box, fact: half}, depth - 1)


@examples(150)
@given(seeds)
def test_the_smallest_sets_that_settle_it(seed):
    """Facts settle it if no two uses that agree on them differ; all of the fewest are told, those that settle more uses first."""
    rng = Random(seed)
    boxes = [(box, rng.choice([Verdict.PERMITTED, Verdict.PROHIBITED])) for box in parted(rng, dict(DOMAINS), 4)]
    if len({v for _, v in boxes}) == 1:
        return
    verdict = {tuple(use.values()): next(v for box, v in boxes if all(use[f] in box[f] for f in use)) for use in USES}

    def settles(facts: tuple[str, ...]) -> bool:
        seen: dict[tuple[str, ...], Verdict] = {}
        return all(seen.setdefault(tuple(use[f] for f in facts), verdict[tuple(use.values())]) == verdict[tuple(use.values())] for use in USES)

    size = next(n for n in range(1, 4) if any(settles(c) for c in combinations("abc", n)))
    found = settling_sets(boxes)
    assert {frozenset(s) for s in found} == {frozenset(c) for c in combinations("abc", size) if settles(c)}
    assert len(found) == len({frozenset(s) for s in found})


# -- bits, days, intervals


@examples(100)
@given(seeds)
def test_rows_of_bits_are_put_together_each_once(seed):
    """Four at a time or not, the mask is met with the row of every value, however many there are."""
    rng = Random(seed)
    count = rng.randint(1, 9)
    rows = [{v: rng.getrandbits(60) | rng.getrandbits(60) | rng.getrandbits(60) for v in "xyz"} for _ in range(count)]
    one = tuple(rng.choice("xyz") for _ in range(count + 2))
    positions = sorted(rng.sample(range(count + 2), count))
    mask = rng.getrandbits(60)
    expected = reduce(and_, (row[one[i]] for row, i in zip(rows, positions, strict=True)), mask)
    assert _matcher(rows, positions)(one, mask) == expected
    assert sum(1 << n for n in bits(mask)) == mask


@examples(150)
@given(seeds)
def test_a_day_of_every_stretch_is_tried(seed):
    """Of the days asked about each lies in one stretch with exactly one of those tried, and none outside is tried but an end that is open."""
    rng = Random(seed)
    start = date(2024, 1, 1)
    turns = [start + timedelta(rng.randint(0, 20)) for _ in range(rng.randint(0, 4))]
    first = rng.choice([None, start + timedelta(rng.randint(-3, 23))])
    last = rng.choice([None, (first or start) + timedelta(rng.randint(0, 10))])
    tried = days_to_try(Question({}, first, last, start), turns)
    stretch = {day: sum(t <= day for t in set(turns)) for day in (start + timedelta(n) for n in range(-40, 60))}
    asked = [d for d in stretch if (first is None or d >= first) and (last is None or d <= last)]
    assert sorted(stretch[d] for d in tried) == sorted({stretch[d] for d in asked})
    assert all(d in asked for d in tried)


def test_intervals_that_touch_are_one():
    """What ends on the eve of the next goes on; a gap of one day stays a gap."""
    assert joined([(1, 2), (3, 4), (6, 6), (7, 9), (12, 13)]) == [(1, 4), (6, 9), (12, 13)]
    assert joined([]) == []


@examples(100)
@given(seeds)
def test_dates_read_back(seed):
    """Whatever two days bound it, a date that is written reads back as the same two days."""
    rng = Random(seed)
    first = date(2023, 1, 1) + timedelta(rng.randint(0, 800))
    when = Dated(first, first + timedelta(rng.choice([0, 0, 27, 28, 29, 30, 364, 365, rng.randint(0, 800)])))
    assert dated(str(when)) == when
    assert when.is_exact == (when.earliest == when.latest)
    assert ("/" in str(when)) == when.words.startswith("a day between")
    with pytest.raises(ValueError, match="ends before it begins"):
        dated(f"{when.latest + timedelta(1)}/{when.earliest}")


def test_what_is_remembered_is_bounded_and_right(monkeypatch):
    """Asked about more uses than it remembers, a program forgets, holds no more than it may, and answers as if asked for the first time."""
    monkeypatch.setattr("caveat.engines.compiled.KEPT_MEANINGS", 2)
    weapons = [f"w{n}" for n in range(6)]
    files = tiny(**{w: {} for w in weapons})
    effects = dict(zip(weapons, ["permit", "prohibit"] * 3, strict=True))
    files["AA/policy.yaml"]["rules"] = {w: {**PERMIT, "effect": effect, "when": {"weapon": w}} for w, effect in effects.items()}
    library = Library(book_of(files))
    asked = [(w, library.ask({"supplier": "AA", "weapon": w}, as_of="2024-06-01", known_by="2024-06-01")) for w in weapons * 2]
    program = Program(library.book, date(2024, 6, 1))
    for weapon, ready in asked:
        found = [program.answer(ready) for _ in range(2)]
        assert [a.verdict for a in found] == [{"permit": "permitted", "prohibit": "prohibited"}[effects[weapon]]] * 2
        assert max(len(program._asked), len(program._meanings), *(len(answers) for _, answers in program._days.values())) <= 2
    program.forget()
    assert (program._asked, program._meanings, [answers for _, answers in program._days.values()]) == ({}, {}, [{}])


def test_a_use_is_last_known_where_a_consent_is(engine):
    """Of a donor whose sources do not reach the day; a treaty that does not object makes nothing old."""
    files = tiny()
    files["AA/policy.yaml"]["covered_until"] = "2024-05-31"
    treaty = {
        "issuer": "TT",
        "kind": "treaty",
        "covered_until": "2024-01-01",
        "rules": {"never": {**PERMIT, "effect": "prohibit", "when": {"weapon": "rocket"}}},
    }
    files["TT/policy.yaml"] = {**files["AA/policy.yaml"], "name": "Treaty", **treaty}
    files[FACTS]["consents"].append({"role": "treaty", "every": "treaty"})
    files[FACTS]["roles"]["treaty"] = "treaty in force"
    library = Library(book_of(files))
    for day, is_old in (("2024-05-31", False), ("2024-06-01", True)):
        found = library.decide({"supplier": "AA", "weapon": "gun"}, as_of=day, known_by="2024-07-01", engine=engine)
        assert (found.verdict, found.last_known) == ("permitted", is_old)
        assert {c.issuer: c.last_known for c in found.consents} == {"AA": is_old, "TT": True}


def test_lines_of_a_source_are_counted_from_one():
    """The first line is 1; before it and after the last there is none."""
    source = Source("a.yaml", "one\r\ntwo")
    assert [source.line(n) for n in range(-1, 4)] == ["", "", "one", "two", ""]


@pytest.mark.parametrize(("points", "is_answered"), [(1, True), (2, True), (3, False), (4, False)])
@pytest.mark.parametrize("engine", ["reference", "compiled", "rete"])
def test_points_of_one_case_are_bounded(monkeypatch, engine, points, is_answered):
    """As many arguable points as the bound are tried together; with more, it is an error that says so, never a sample."""
    monkeypatch.setattr(f"caveat.engines.{engine}.MAX_POINTS", 2)
    files = tiny()
    policy = files["AA/policy.yaml"]
    policy["statements"] = {f"s{n}": {**RECORD, "denied": "2024-02-01"} for n in range(points)}
    policy["rules"] = {f"r{n}": {**PERMIT, "by": f"s{n}"} for n in range(points)}
    said: dict[str, Any] = {"as_of": "2024-06-01", "known_by": "2024-06-01", "engine": engine}
    if is_answered:
        assert Library(book_of(files)).decide({"supplier": "AA", "weapon": "gun"}, **said).verdict == "unclear"
    else:
        with pytest.raises(TooLargeError, match="arguable points"):
            Library(book_of(files)).decide({"supplier": "AA", "weapon": "gun"}, **said)


# -- who is asked


def test_whoever_is_asked_is_the_donor_where_none_is_named(library):
    """A state is asked as the supplier, a treaty as what it is; whoever names a donor is taken at their word."""
    book = library.book
    donors = {s.issuer for s in book.says if s.is_donor}.intersection(book.vocabulary.facts["supplier"].domain)
    for issuer in book.issuers:
        expected = "supplier" if issuer in donors else None
        assert donor_fact(book, issuer) == expected
        said, added = as_donor(book, Scenario({"weapon": "himars"}), issuer)
        assert added == ({expected: issuer} if expected else {})
        assert said.facts == {"weapon": "himars", **added}
    named = Scenario({"weapon": "himars", "supplier": "PL"})
    assert as_donor(book, named, "US") == (named, {})


def test_an_issuer_that_cannot_be_the_donor_is_an_error(library):
    """Asked as the donor of what only the United States gives, France is told so; what is assumed is remembered, and is no other's."""
    seen: dict[str, frozenset[str]] = {}
    use, how = Scenario({"weapon": "himars"}), Choices(as_of="2024-06-02", known_by="2026-01-01")
    ready, added = ask_as_donor(library, use, "US", how.of("US"), seen)
    assert (added, ready.question.issuers, len(seen)) == ({"supplier": "US"}, {"US"}, 1)
    assert ready.assumed.keys() >= next(iter(seen.values()))
    with pytest.raises(ScenarioError, match="supplier: FR"):
        ask_as_donor(library, use, "FR", how.of("FR"), seen)


def test_what_was_said_is_kept_in_ids(library):
    """One name as that, several as a list in order, what is not so with its mark, each thing that holds with yes or no."""
    members = list(library.book.vocabulary.several["approvals"])
    approvals = [members[0].partition(".")[2], f"!{members[1].partition('.')[2]}"]
    said = {"weapon": ["HIMARS", "caesar"], "supplier": "usa", "target.region": {"not": ["Belgorod region"]}, "approvals": approvals}
    found = library.ask({**said, "date": "2024-06"}, known_by="2026-01-01", assumptions=False)
    assert found.said == {
        "date": "2024-06", "supplier": "US", "weapon": ["caesar", "himars"], "target.region": "!RU-BEL", members[0]: "yes", members[1]: "no",
    }  # fmt: skip
    assert found.question.sets["weapon"] > {"caesar"}
    assert "RU-BEL" not in found.question.sets["target.region"]
    assert (found.question.sets[members[0]], found.question.sets[members[1]]) == ({"yes"}, {"no"})
    assert (found.question.first, found.question.last) == (date(2024, 6, 1), date(2024, 6, 30))


DAYS = (date(2024, 5, 29), date(2024, 5, 31))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((DAYS[0], DAYS[1]), (DAYS[1], DAYS[1]), [(DAYS[0], "before"), (DAYS[1], "after")]),
        ((DAYS[1], DAYS[1]), (DAYS[0], DAYS[1]), [(DAYS[1], "before"), (DAYS[0], "after")]),
        ((DAYS[0], DAYS[0]), (DAYS[0], DAYS[1]), [(DAYS[0], "before"), (DAYS[1], "after")]),
        ((None, DAYS[1]), (None, DAYS[0]), [(DAYS[1], "before"), (DAYS[0], "after")]),
        ((DAYS[0], DAYS[1]), (DAYS[0], DAYS[1]), [(DAYS[0], "compared")]),
        ((None, DAYS[1]), (None, DAYS[1]), []),
    ],
)
def test_the_days_that_a_strip_marks(before, after, expected):
    """The two days compared, in the order of the sides; else the two days of knowledge; else the one day, where there is one."""
    sides = [SimpleNamespace(as_of=as_of, known_by=known_by) for as_of, known_by in (before, after)]
    assert marked(SimpleNamespace(before=sides[0], after=sides[1])) == expected


# -- rete


@examples(25)
@given(seeds)
def test_what_holds_by_chaining_is_what_holds(seed):
    """A case that is met holds where a reading settles each of its points as it needs them."""
    rng = Random(seed)
    cases = []
    for n in range(rng.randint(1, 3)):
        yes = frozenset(rng.sample("pqr", rng.randint(0, 2)))
        cases.append((n, Case(Clause({}, yes, frozenset("pqr") - yes if rng.random() < 0.5 else frozenset()))))
    for way in map(frozenset, ("", "p", "qr", "pqr")):
        hold, _ = holding(cases, "pqr", way)
        assert hold == {n for n, c in cases if c.clause.yes <= way and c.clause.no.isdisjoint(way)}


class Norm:
    """As much of a rule as chaining asks of it."""

    def __init__(self, ident: str, overrides: Iterable[str], *, is_default: bool) -> None:
        """Named, with what it overrides."""
        self.id, self.overrides, self.is_default = ident, tuple(overrides), is_default


@examples(25)
@given(seeds)
def test_what_is_left_by_chaining_is_what_is_left(seed):
    """A rule is set aside by each that applies and overrides it; what silence means counts where nothing else applies."""
    rng = Random(seed)
    norms = [Norm(n, rng.sample("abcd".replace(n, ""), rng.randint(0, 2)), is_default=False) for n in rng.sample("abcd", rng.randint(0, 4))]
    silence = [Norm("z", (), is_default=True)] if rng.random() < 0.5 else []
    left, aside = left_of([*norms, *silence])
    names = {r.id for r in norms}
    assert aside == {(other, r.id) for r in norms for other in r.overrides if other in names}
    assert left == ((names - {o for o, _ in aside}) if names else {r.id for r in silence})

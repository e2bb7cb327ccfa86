"""For every answer a person or program waits for: the meaning of `reference`, on bitmaps.

Every condition is turned into clauses: boxes over the facts, with arguable points beside them. For each value of
each fact one integer has a bit for every clause that admits the value; the clauses a use meets are the AND of one
integer a fact. Where facts are open, the clauses that are met for all values and for some values tell where to
split, until every part is decided: the leaves are disjoint boxes that cover exactly the completions.

What a set of met clauses means does not depend on the use, so it is worked out once and kept.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import combinations, product
from operator import or_
from typing import TYPE_CHECKING

from caveat.core.book import Effect
from caveat.core.errors import TooLargeError
from caveat.core.force import in_force, turning_days
from caveat.core.formula import FALSE, negated
from caveat.core.issuer import IssuerKind
from caveat.core.logic import narrowed
from caveat.core.outcome import Cell, Outcome, Ruling, Table, of_rules, of_whole_use
from caveat.core.question import DATE, days_to_try
from caveat.engines.answer import Evidence, answer
from caveat.engines.clauses import NO_POINTS, Clause, both, clauses_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from caveat.core.book import Book, Grade, Rule
    from caveat.core.decision import Answer
    from caveat.core.formula import Formula
    from caveat.core.question import Asking, Question

MAX_POINTS = 14  # of one issuer in one cell
MAX_LEAVES = 30_000
KEPT_MEANINGS = 50_000


def bits(mask: int) -> Iterator[int]:
    """The numbers of the set bits, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


@dataclass(frozen=True, slots=True, eq=False)
class Meaning:
    """What one set of met clauses means: each issuer's table, and the outcomes of all together."""

    tables: dict[str, Table]
    outcomes: frozenset[Outcome]


def _matcher(rows: Sequence[Mapping[str, int]], positions: Sequence[int]) -> Callable[[tuple[str, ...], int], int]:
    """A function that ANDs, onto a mask, the row of the value at each position of a tuple.

    It takes four at a time, which takes little more than half of the time of one at a time; a row that is ANDed twice changes nothing.
    """
    pairs = list(zip(rows, positions, strict=True))
    pairs += pairs[-1:] * (-len(pairs) % 4)
    fours = tuple((*pairs[i], *pairs[i + 1], *pairs[i + 2], *pairs[i + 3]) for i in range(0, len(pairs), 4))

    def match(one: tuple[str, ...], mask: int) -> int:
        for a, i, b, j, c, k, d, m in fours:
            mask &= a[one[i]] & b[one[j]] & c[one[k]] & d[one[m]]
        return mask

    return match


class Program:
    """A Book compiled for one state of knowledge. Immutable but for what it remembers; safe to share between threads."""

    def __init__(self, book: Book, known_by: date, least: Grade | None = None, issuers: frozenset[str] | None = None, within: Mapping[str, frozenset[str]] | None = None, turns: Iterable[date] = ()) -> None:  # fmt: skip
        """Turn every rule, say and constraint into clauses, and the clauses into rows of bits.

        `within` compiles only what can matter where each fact has one of these values: quicker for a single question.
        `turns` are further days that begin a stretch, so that two programs can share their stretches.
        """
        self.book, self.issuers = book, issuers
        self.turns = sorted({*turning_days(book.rules, book.statements), *turns})
        self.domains = dict(within) if within else {name: frozenset(fact.domain) for name, fact in book.vocabulary.facts.items()}
        self._narrow = bool(within)
        self.rules = [r for r in book.rules if issuers is None or r.issuer in issuers]
        self.says = [s for s in book.says if issuers is None or s.issuer in issuers]
        self.clauses: list[Clause] = []
        self.owner: list[int] = []  # which rule or say a clause belongs to
        self._number_clauses(known_by, least)
        self._link_rules()
        self.rows = self._rows()
        self._meanings: dict[int, Meaning] = {}
        self._evidence = Evidence(book, known_by)
        self._asked: dict[tuple[str, ...], Answer] = {}
        spoken = [i for i, fact in enumerate(self.domains) if len(set(self.rows[fact].values())) > 1]
        facts = list(self.domains)
        self._match = _matcher([self.rows[facts[i]] for i in spoken], spoken)
        self._days: dict[str, tuple[int, dict[int, Answer]]] = {}

    # -- compiling

    def _number_clauses(self, known_by: date, least: Grade | None) -> None:
        """Clauses of broken constraints first, then of says, then of rules; issuer by issuer."""
        for constraint in self.book.constraints:
            self._add(self._clauses(negated(constraint.holds)), -1)
        self.broken = (1 << len(self.clauses)) - 1
        self.say_mask: dict[str, int] = {}
        for i, say in enumerate(self.says):
            self.say_mask[say.issuer] = self.say_mask.get(say.issuer, 0) | self._add(self._clauses(say.when), i)
        self._says = reduce(or_, self.say_mask.values(), 0)
        self._heard_of: dict[int, int] = {}
        self.rule_mask: dict[str, int] = dict.fromkeys(self.say_mask, 0)
        superseding: dict[str, list[Rule]] = {}
        for rule in self.book.rules:
            for older in rule.supersedes:
                superseding.setdefault(older, []).append(rule)
        for i, rule in enumerate(self.rules):
            if self.say_mask.get(rule.issuer):
                clauses = self._clauses_in_force(rule, superseding.get(rule.id, []), known_by, least)
                self.rule_mask[rule.issuer] |= self._add(clauses, i)

    def _clauses(self, formula: Formula) -> list[Clause]:
        return clauses_of(narrowed(formula, self.domains) if self._narrow else formula, self.domains)

    def _add(self, clauses: Sequence[Clause], owner: int) -> int:
        start = len(self.clauses)
        self.clauses += clauses
        self.owner += [owner] * len(clauses)
        return ((1 << len(clauses)) - 1) << start

    def _clauses_in_force(self, rule: Rule, superseding: Sequence[Rule], known_by: date, least: Grade | None) -> list[Clause]:
        """The rule's condition, once for each way it is in force, with the stretches of days on which it is so."""
        condition = self._clauses(rule.condition)
        if not condition:
            return []
        own_turns = sorted(set(turning_days([rule, *superseding], self.book.statements)))
        ways: dict[Formula, set[str]] = {}
        for begin, end in zip(own_turns, [*own_turns[1:], None], strict=True):
            force = in_force(rule, superseding, self.book.statements, begin, known_by, least)
            if force != FALSE:
                ways.setdefault(force, set()).update(self._stretches(begin, end))
        found: list[Clause] = []
        for force, stretches in ways.items():
            days = frozenset(stretches)
            met = both((condition, clauses_of(force, self.domains)))
            found += [Clause({**clause.box, DATE: days}, clause.yes, clause.no) for clause in met]
        return found

    def _stretches(self, begin: date, end: date | None) -> list[str]:
        """The names of the stretches of days from `begin` to before `end`: each named by its first day."""
        i = bisect_right(self.turns, begin) - 1
        j = len(self.turns) if end is None else bisect_right(self.turns, end) - 1
        return [day.isoformat() for day in self.turns[i:j]]

    def _link_rules(self) -> None:
        """For each rule the rules it overrides, as bits."""
        number = {rule.id: i for i, rule in enumerate(self.rules)}
        self.defeats = [sum(1 << number[name] for name in set(rule.overrides)) for rule in self.rules]
        self.ids = [rule.id for rule in self.rules]
        self.treaties = {i for i, issuer in self.book.issuers.items() if issuer.kind == IssuerKind.TREATY}
        self.permits = [rule.effect == Effect.PERMIT for rule in self.rules]

    def _rows(self) -> dict[str, dict[str, int]]:
        """For each fact and value, the clauses that admit it: those that name it, and those that do not speak of the fact."""
        width = (len(self.clauses) + 7) // 8
        domains = {**self.domains, DATE: frozenset(["", *(day.isoformat() for day in self.turns)])}
        spoken: dict[str, dict[str, bytearray]] = {fact: {} for fact in domains}
        speaks = {fact: bytearray(width) for fact in domains}
        for i, clause in enumerate(self.clauses):
            byte, bit = i >> 3, 1 << (i & 7)
            for fact, values in clause.box.items():
                speaks[fact][byte] |= bit
                rows = spoken[fact]
                for value in values:
                    if value not in rows:
                        rows[value] = bytearray(width)
                    rows[value][byte] |= bit
        everything = (1 << len(self.clauses)) - 1
        found = {}
        for fact, domain in domains.items():
            silent = everything ^ int.from_bytes(speaks[fact], "little")
            found[fact] = {v: silent | int.from_bytes(spoken[fact].get(v, b""), "little") for v in domain}
        return found

    # -- asking

    def answer(self, ready: Asking) -> Answer:
        """The answer to a question. One of a single completion is looked up: whole, or else by the clauses it meets."""
        one = ready.one
        if one is None or self._narrow:
            return answer(self.book, ready.question, self.cells(ready.question), self._evidence)
        found = self._asked.get(one)
        if found is None:
            if len(self._asked) >= KEPT_MEANINGS:
                self._asked.clear()
            found = self._asked[one] = self._by_clauses(ready, one)
        return found

    def _by_clauses(self, ready: Asking, one: tuple[str, ...]) -> Answer:
        known = self._days.get(one[-1])
        if known is None:
            known = self._days[one[-1]] = (self.rows[DATE][self.stretch(date.fromisoformat(one[-1]))], {})
        mask = self._match(one, known[0])
        found = known[1].get(mask)
        if found is None:
            if len(known[1]) >= KEPT_MEANINGS:
                known[1].clear()
            meaning = self.meaning(mask)
            found = known[1][mask] = answer(self.book, ready.question, [Cell({}, meaning.tables, meaning.outcomes)], self._evidence)
        return found

    def forget(self) -> None:
        """Drop every answer remembered; the next of each is worked out anew."""
        self._asked.clear()
        self._meanings.clear()
        for _, answers in self._days.values():
            answers.clear()

    def stretch(self, day: date) -> str:
        """The name of the stretch of days in which no rule begins or ends that a day lies in."""
        i = bisect_right(self.turns, day)
        return self.turns[i - 1].isoformat() if i else ""

    def cells(self, question: Question) -> Iterator[Cell]:
        """Every cell of the question; none where its facts contradict the vocabulary."""
        named = {self.stretch(day): day.isoformat() for day in days_to_try(question, self.turns)}
        sets = {**question.sets, DATE: frozenset(named)}
        for box, mask in list(self.leaves(sets)):  # all first: a question that is too large is refused before anything is worked out
            meaning = self.meaning(mask)
            yield Cell({**box, DATE: frozenset(named[s] for s in box[DATE])}, meaning.tables, meaning.outcomes)

    def leaves(self, sets: Mapping[str, frozenset[str]]) -> Iterator[tuple[dict[str, frozenset[str]], int]]:
        """Disjoint boxes that together are all completions within `sets`, each with the clauses met throughout it."""
        waiting = [(dict(sets), DATE, self._bounds(sets, but=DATE))]  # a box, the fact that was split last, and what the others leave
        count = 0
        splits: dict[str, int] = {}
        while waiting:
            box, fact, others = waiting.pop()
            certain, undecided = self._look(others, self._rows_of(fact, box[fact]))
            if certain & self.broken:
                continue
            if not undecided:
                count += 1
                if count > MAX_LEAVES:
                    most = sorted(splits, key=lambda f: (-splits[f], f))[:3]
                    raise TooLargeError(
                        f"the question falls into more than {MAX_LEAVES:,} cases; they turn most on {', '.join(most)}: give some of these"
                    )
                yield box, certain
                continue
            fact, groups = self._split(box, undecided)
            splits[fact] = splits.get(fact, 0) + 1
            others = self._bounds(box, but=fact)
            waiting += [({**box, fact: group}, fact, others) for group in reversed(groups)]

    def _bounds(self, box: Mapping[str, frozenset[str]], *, but: str) -> tuple[int, int]:
        """The clauses met by every completion of a box as far as all facts but one go, and those met by some."""
        certain = possible = -1
        for fact, values in box.items():
            if fact != but:
                every, some = self._rows_of(fact, values)
                certain &= every
                possible &= some
        return certain, possible

    def _rows_of(self, fact: str, values: frozenset[str]) -> tuple[int, int]:
        """The clauses that a fact leaves open with every one of these values, and with some."""
        every, some = -1, 0
        for row in map(self.rows[fact].__getitem__, values):
            every &= row
            some |= row
        return every, some

    def _look(self, others: tuple[int, int], last: tuple[int, int]) -> tuple[int, int]:
        """The clauses met by every completion, and those met by some but not all that still matter; from two parts of the facts."""
        certain, possible = others[0] & last[0], others[1] & last[1]
        possible &= self._heard(possible & self._says)
        return certain & possible, possible & ~certain

    def _heard(self, says: int) -> int:
        """All clauses but those of issuers of whom no clause says that they have a say."""
        found = self._heard_of.get(says)
        if found is None:
            found = ~reduce(or_, (self.rule_mask[i] for i, mine in self.say_mask.items() if not says & mine), 0)
            if len(self._heard_of) < MAX_LEAVES:
                self._heard_of[says] = found
        return found

    def _split(self, box: Mapping[str, frozenset[str]], undecided: int) -> tuple[str, list[frozenset[str]]]:
        """The fact that parts the box into the fewest groups while undecided clauses speak of it, and the groups."""
        best: tuple[str, list[frozenset[str]]] | None = None
        for fact, values in box.items():
            if len(values) > 1:
                rows = self.rows[fact]
                groups: dict[int, list[str]] = {}
                for value in values:
                    groups.setdefault(rows[value] & undecided, []).append(value)
                if len(groups) > 1 and (best is None or len(groups) < len(best[1])):
                    best = (fact, [frozenset(g) for g in groups.values()])
        if best is None:
            raise AssertionError("clauses are undecided, but no fact is open")
        return best

    # -- what met clauses mean

    def meaning(self, mask: int) -> Meaning:
        """What a set of met clauses means; worked out once."""
        found = self._meanings.get(mask)
        if found is None:
            if len(self._meanings) >= KEPT_MEANINGS:
                self._meanings.clear()
            found = self._meanings[mask] = self._work_out(mask)
        return found

    def _work_out(self, mask: int) -> Meaning:
        tables = {}
        for issuer in sorted(i for i, says in self.say_mask.items() if mask & says):
            tables[issuer] = self._table(issuer, mask & self.say_mask[issuer], mask & self.rule_mask[issuer])
        return Meaning(tables, frozenset(together(list(tables.values()))))

    def _table(self, issuer: str, says: int, rules: int) -> Table:
        met = [*bits(says), *bits(rules)]
        points = sorted({p for c in met for p in self.clauses[c].yes | self.clauses[c].no})
        if len(points) > MAX_POINTS:
            raise TooLargeError(
                f"{len(points)} arguable points of {issuer} meet in one case, and at most {MAX_POINTS} are tried together: {', '.join(points)}"
            )
        if not points:
            return Table(NO_POINTS, ((NO_POINTS, self._ruling(issuer, says, rules, NO_POINTS)),))
        ways = [frozenset(c) for n in range(len(points) + 1) for c in combinations(points, n)]
        return Table(frozenset(points), tuple((way, self._ruling(issuer, says, rules, way)) for way in ways))

    def _ruling(self, issuer: str, says: int, rules: int, way: frozenset[str]) -> Ruling:
        """One issuer's ruling under one reading: the same steps as the reference, on bits."""
        spoken = [c for c in bits(says) if self._holds(c, way)]
        if not spoken:
            return Ruling(Outcome.NO_SAY)
        own = sorted({self.owner[c] for c in bits(rules) if self._holds(c, way)})
        applying = [r for r in own if not self.rules[r].is_default]
        beaten = 0
        for r in applying:
            beaten |= self.defeats[r]
        left = [r for r in applying if not beaten >> r & 1] if applying else own
        pairs = [(self.ids[r], self.ids[by]) for by in applying if self.defeats[by] for r in applying if self.defeats[by] >> r & 1]
        permits = [self.permits[r] for r in left]
        outcome = of_rules(True in permits, False in permits, is_treaty=issuer in self.treaties)
        roles = frozenset([self.says[self.owner[c]].role for c in spoken])
        donor = any(self.says[self.owner[c]].is_donor for c in spoken)
        return Ruling(outcome, frozenset([self.ids[r] for r in left]), frozenset(pairs), roles, donor)

    def _holds(self, clause: int, way: frozenset[str]) -> bool:
        """Whether a met clause holds under a reading."""
        c = self.clauses[clause]
        return c.yes <= way and c.no.isdisjoint(way)


def together(tables: Sequence[Table]) -> set[Outcome]:
    """The outcomes of all who are asked, put together as a whole use, over all joint readings.

    Only points that two issuers share tie their readings together; for each way to settle those, the issuers vary freely.
    """
    shared = sorted({p for i, a in enumerate(tables) for b in tables[i + 1 :] for p in a.points & b.points})
    if len(shared) > MAX_POINTS:
        raise TooLargeError(f"{len(shared)} arguable points are shared by several issuers in one case: {', '.join(shared)}")
    found = set()
    for settled in product((False, True), repeat=len(shared)):
        yes = frozenset(p for p, on in zip(shared, settled, strict=True) if on)
        states: set[tuple[frozenset[Outcome], bool]] = {(frozenset(), False)}
        for table in tables:
            bound = table.points.intersection(shared)
            choice = {(r.outcome, r.speaks_as_donor) for way, r in table.rows if way & bound == yes & bound}
            states = {(said | {outcome}, donor or is_donor) for said, donor in states for outcome, is_donor in choice}
        found |= {of_whole_use(said, donor_has_a_say=donor) for said, donor in states}
    return found

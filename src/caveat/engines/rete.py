"""Whole policies as rulesets of durable-rules: it matches every condition, and it chains from what applies to what is left.

A use is told as one message that may stand for many completions (see `alternatives`). What surely holds of it and what
possibly does are both matched; where they differ the message is parted, until they agree: unknowns survive in the match.
Then, for each issuer and each reading, a few facts are told about what is met, and the rest follows (see `chaining`).
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING

from caveat.core.book import Effect
from caveat.core.errors import TooLargeError
from caveat.core.force import turning_days
from caveat.core.issuer import IssuerKind
from caveat.core.logic import told_apart
from caveat.core.outcome import Cell, Outcome, Ruling, Table, of_rules
from caveat.core.question import DATE, days_to_try
from caveat.engines.alternatives import Alternatives, of_conditions, of_force
from caveat.engines.chaining import holding, left_of
from caveat.engines.compiled import together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from caveat.core.book import Book, Grade
    from caveat.core.question import Question
    from caveat.engines.alternatives import Box, Case

MAX_MESSAGES = 20_000  # of one question
MAX_POINTS = 12  # of one issuer in one case
KEPT_TABLES = 20_000


def cells(book: Book, question: Question) -> Iterator[Cell]:
    """Every cell of the question; none where its facts contradict the vocabulary. Keep a Program to ask again."""
    return Program(book).cells(question)


class Program:
    """A Book as rulesets, for every state of knowledge. May be shared between threads."""

    def __init__(self, book: Book) -> None:
        """Take every condition apart; rulesets are made of them when first asked."""
        self.book = book
        self.turns = sorted(set(turning_days(book.rules, book.statements)))
        self._conditions = Alternatives("conditions", of_conditions(book), {name: fact.domain for name, fact in book.vocabulary.facts.items()})
        self._force: dict[Grade | None, Alternatives] = {}
        self._tables: dict[object, Table] = {}

    def force(self, least: Grade | None) -> Alternatives:
        """When rules are in force, for whoever asks for a grade of evidence."""
        found = self._force.get(least)
        if found is None:
            found = self._force[least] = Alternatives("force", of_force(self.book, least), {}, len(self._conditions.cases))
        return found

    def cells(self, question: Question) -> Iterator[Cell]:
        """Every cell of the question; none where its facts contradict the vocabulary.

        TooLargeError where the policies or the question go past what durable-rules is asked to hold.
        """
        days = frozenset(day.isoformat() for day in days_to_try(question, self.turns))
        asking = _Asking(self._conditions, self.force(question.min_grade), question)
        for box, met in asking.leaves({**question.sets, DATE: days}):
            tables = {issuer: self._table(issuer, question.min_grade, asking.numbered(own)) for issuer, own in _by_issuer(met)}
            yield Cell(box, tables, frozenset(together(list(tables.values()))))

    def _table(self, issuer: str, least: Grade | None, met: Sequence[tuple[int, Case]]) -> Table:
        """What an issuer says under each reading; worked out once."""
        key = (issuer, least, *(n for n, _ in met))
        found = self._tables.get(key)
        if found is None:
            if len(self._tables) >= KEPT_TABLES:
                self._tables.clear()
            found = self._tables[key] = self._worked_out(issuer, met)
        return found

    def _worked_out(self, issuer: str, met: Sequence[tuple[int, Case]]) -> Table:
        points = sorted(frozenset().union(*(case.points for _, case in met)))
        if len(points) > MAX_POINTS:
            raise TooLargeError(
                f"{len(points)} arguable points of {issuer} meet in one case, and at most {MAX_POINTS} are tried together: {', '.join(points)}"
            )
        cases, rulings, rows = dict(met), dict[object, Ruling](), []
        for way in (frozenset(c) for n in range(len(points) + 1) for c in combinations(points, n)):
            hold, applying = holding(met, points, way)
            says = frozenset(n for n in hold if cases[n].say)
            if (says, applying) not in rulings:
                rulings[says, applying] = self._ruling(issuer, [cases[n] for n in says], applying)
            rows.append((way, rulings[says, applying]))
        return Table(frozenset(points), tuple(rows))

    def _ruling(self, issuer: str, speaking: Iterable[Case], applying: Iterable[str]) -> Ruling:
        """What one issuer says where it speaks in these cases and these rules apply."""
        says = [case.say for case in speaking if case.say]
        if not says:
            return Ruling(Outcome.NO_SAY)
        left, set_aside = left_of(self.book.rule[name] for name in sorted(applying))
        effects = {self.book.rule[name].effect for name in left}
        is_treaty = self.book.issuers[issuer].kind == IssuerKind.TREATY
        outcome = of_rules(Effect.PERMIT in effects, Effect.PROHIBIT in effects, is_treaty=is_treaty)
        return Ruling(outcome, left, set_aside, frozenset(say.role for say in says), any(say.is_donor for say in says))


class _Asking:
    """One question, put to durable-rules in as many messages as it takes."""

    def __init__(self, conditions: Alternatives, force: Alternatives, question: Question) -> None:
        self._conditions, self._force = conditions, force
        self._known, self._issuers = question.known_by, question.issuers
        self._told = 0
        self._turns_on: Counter[str] = Counter()

    def numbered(self, met: Iterable[Case]) -> list[tuple[int, Case]]:
        """The cases with their numbers, in their order."""
        return sorted(((self._force if case.days else self._conditions).number[case], case) for case in met)

    def leaves(self, sets: Box) -> Iterator[tuple[Box, set[Case]]]:
        """Disjoint boxes that together are all completions within the sets, each with the cases met throughout it."""
        waiting = [sets]
        while waiting:
            box = waiting.pop()
            surely = self._met(box, sure=True)
            if _is_broken(surely):
                continue
            is_open = any(len(values) > 1 for values in box.values())
            undecided = self._met(box, sure=False) - surely if is_open else set()
            parted = _parted(box, undecided) if undecided else None
            if parted:
                fact, groups = parted
                self._turns_on[fact] += 1
                waiting += [{**box, fact: group} for group in reversed(groups)]
                continue
            if undecided:  # none of these tells the values of the box apart: any of them stands for all
                surely = self._met({fact: frozenset((min(values),)) for fact, values in box.items()}, sure=True)
            if not _is_broken(surely):
                yield box, surely

    def _met(self, box: Box, *, sure: bool) -> set[Case]:
        """The cases that surely, or possibly, hold of a box and matter: not of issuers who do not speak, nor of rules not in force."""
        self._told += 1
        if self._told > MAX_MESSAGES:
            raise TooLargeError(
                f"the question falls into more than {MAX_MESSAGES:,} messages to durable-rules; they turn most on "
                f"{', '.join(fact for fact, _ in self._turns_on.most_common(3))}: give some of these, or use the compiled engine"
            )
        met = self._conditions.matched(box, self._known, sure=sure)
        in_force = self._force.of_rules({DATE: box[DATE]}, self._known, sure=sure)
        speaking = {case.issuer for case in met if case.say and (self._issuers is None or case.issuer in self._issuers)}
        found = {case for case in met if case.rule is None and (not case.issuer or case.issuer in speaking)}
        for case in met:
            if case.rule and case.issuer in speaking and case.rule.id in in_force:
                found.add(case)
                found.update(in_force[case.rule.id])
        return found


def _is_broken(surely: Iterable[Case]) -> bool:
    return any(not case.issuer for case in surely)


def _parted(box: Box, undecided: Iterable[Case]) -> tuple[str, list[frozenset[str]]] | None:
    """The fact whose values the undecided cases tell apart in the fewest groups, but more than one, and the groups; None where none is."""
    best: tuple[str, list[frozenset[str]]] | None = None
    for fact, values in box.items():
        if len(values) > 1:
            tests = {admitted for case in undecided if (admitted := case.admitted(fact, values)) is not None}
            groups = told_apart(values, tests)
            if len(groups) > 1 and (best is None or len(groups) < len(best[1])):
                best = (fact, groups)
    return best


def _by_issuer(met: Iterable[Case]) -> Iterator[tuple[str, list[Case]]]:
    """The cases of each issuer who has a say in some of them."""
    found: dict[str, list[Case]] = {}
    for case in met:
        found.setdefault(case.issuer, []).append(case)
    return ((issuer, own) for issuer, own in sorted(found.items()) if any(case.say for case in own))

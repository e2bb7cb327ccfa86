"""Claims by brute force: every scenario of a small library, one by one, by the reference engine."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import TYPE_CHECKING

from caveat.core.dates import day_after, day_before
from caveat.core.force import turning_days
from caveat.core.formula import TRUE
from caveat.core.logic import narrowed, settled
from caveat.core.outcome import Outcome, Verdict, under_all_readings
from caveat.core.question import DATE, Question
from caveat.engines import reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from caveat.core.book import Book
    from caveat.core.claim import Claim, Finding
    from caveat.core.outcome import Cell, Ruling

Completion = tuple[tuple[str, str], ...]
OPEN = ("silent", "unclear", "conflict")


class Brute:
    """A book and what the reference engine says of every completion; worked out once a day and state of knowledge."""

    def __init__(self, book: Book, known_by: date) -> None:
        self.book, self.known_by = book, known_by
        self._cells: dict[object, dict[Completion, Cell]] = {}
        self.domains = {f.name: f.domain for f in book.vocabulary.facts.values()}

    def days(self, claim: Claim, edges: set[date]) -> list[date]:
        """One day for each stretch in which nothing begins or ends, of those a claim is about."""
        turns = sorted({date.min, *turning_days(self.book.rules, self.book.statements), *edges})
        return [d for d in turns if (claim.first is None or d >= claim.first) and (claim.last is None or d <= claim.last)]

    def cell(self, completion: Completion, day: date, known_by: date, claim: Claim) -> Cell | None:
        """What the engine says of one completion; None where it cannot be."""
        turns = sorted(set(turning_days(self.book.rules, self.book.statements)))
        begun = max((d for d in turns if d <= day), default=day_before(turns[0]))
        key = (begun, known_by, claim.least)
        if key not in self._cells:
            sets = {f: frozenset(d) for f, d in self.domains.items()}
            question = Question(sets, begun, begun, known_by, claim.least)
            self._cells[key] = {c: cell for cell in reference.cells(self.book, question) for c in self._within(cell)}
        return self._cells[key].get(completion)

    def _within(self, cell: Cell) -> Iterator[Completion]:
        box = {f: v for f, v in cell.box.items() if f != DATE}
        for choice in product(*box.values()):
            yield tuple(sorted(zip(box, choice, strict=True)))

    # -- one claim

    def claimed(self, claim: Claim, edges: set[date], donor: str | None) -> tuple[int, int]:
        """How many scenarios a claim is about, and how many are against it, over all its findings."""
        about = against = 0
        for finding in claim.findings:
            halves = [f for f in (claim.premise, finding) if f]
            days = self.days(claim, edges)[: 1 if all(h.as_of for h in halves) else None]
            if claim.as_donor and donor is None:
                continue
            for c in self._scenarios(claim, donor, halves):
                for day in days:
                    rows = [self._asked(h, c, day, claim, donor) for h in halves]
                    if all(r is not None for r in rows) and all(self._said(h, r) for h, r in zip(halves[:-1], rows, strict=False)):
                        about += 1
                        against += not self._holds(claim, halves[-1], rows[-1])
        return about, against

    def _scenarios(self, claim: Claim, donor: str | None, halves: Sequence[Finding]) -> Iterator[Completion]:
        free = {f: d for f, d in self.domains.items() if f != donor}
        for choice in product(*free.values()):
            c = dict(zip(free, choice, strict=True))
            if all(self._possibly(claim, {**c, **({donor: str(h.issuer)} if donor else {})}) for h in halves):
                yield tuple(sorted(c.items()))

    def _possibly(self, claim: Claim, c: Mapping[str, str]) -> bool:
        """Whether a scenario is in `where` under some reading."""
        formula = narrowed(claim.where, {f: frozenset((v,)) for f, v in c.items()})
        return formula == TRUE or any(settled(formula, way) for way in reference.readings([formula]))

    def _asked(self, half: Finding, c: Completion, day: date, claim: Claim, donor: str | None) -> Cell | None:
        """The cell of a scenario on one half; None where it cannot be, or whoever is asked has no say."""
        whole = tuple(sorted([*c, *([(donor, str(half.issuer))] if donor else [])]))
        known_by = half.known_by or claim.known_by or self.known_by
        cell = self.cell(whole, half.as_of or day, known_by, claim)
        issuer = (half.rule or "").partition("/")[0] or half.issuer
        if cell is None or issuer is None or "no-say" in half.words:
            return cell
        return cell if _rulings(cell, issuer) else None

    def _holds(self, claim: Claim, half: Finding, cell: Cell) -> bool:
        return not self._said(half, cell) if claim.is_never else self._said(half, cell, always=True)

    def _said(self, half: Finding, cell: Cell, *, always: bool = False) -> bool:
        if half.rule:
            name = half.rule
            default = self.book.rule[name].is_default
            rulings = _rulings(cell, name.partition("/")[0])
            found = [self._of_rule(r, name, half.words, default=default) for r in rulings]
            return all(found) if always else any(found)
        if half.issuer:
            return any(w in _words(cell, half.issuer, self.book) for w in half.words)
        return any(w in _whole(cell) for w in half.words)

    @staticmethod
    def _of_rule(ruling: Ruling, name: str, words: Sequence[str], *, default: bool) -> bool:
        applies = name in ruling.deciding or (not default and name in {r for r, _ in ruling.set_aside})
        return (name in ruling.deciding and "decides" in words) or (applies and "applies" in words)


def _rulings(cell: Cell, issuer: str) -> list[Ruling]:
    """What an issuer says under each reading under which it has a say."""
    table = cell.tables.get(issuer)
    return [r for _, r in table.rows if r.outcome != Outcome.NO_SAY] if table else []


def _words(cell: Cell, issuer: str, book: Book) -> set[str]:
    """Everything that can be said of an issuer in one scenario."""
    rulings = _rulings(cell, issuer)
    if not rulings:
        return {"no-say"}
    outcomes = {r.outcome for r in rulings}
    found = {under_all_readings(outcomes).value}
    found |= {f"arguably-{o}" for o in (Outcome.PERMITTED, Outcome.PROHIBITED) if o in outcomes}
    found |= {"conflict"} if Outcome.CONFLICT in outcomes else set()
    return found | ({"silent"} if outcomes == {Outcome.SILENT} else set())


def _whole(cell: Cell) -> set[str]:
    """Everything that can be said of the whole use in one scenario."""
    verdict = under_all_readings(cell.outcomes)
    found = {verdict.value if verdict in (Verdict.PERMITTED, Verdict.PROHIBITED) else "unclear"}
    found |= {f"arguably-{o}" for o in (Outcome.PERMITTED, Outcome.PROHIBITED) if o in cell.outcomes}
    rulings = [r for t in cell.tables.values() for _, r in t.rows if r.outcome != Outcome.NO_SAY]
    found |= {"conflict"} if any(r.outcome == Outcome.CONFLICT for r in rulings) else set()
    return found | ({"silent"} if not any(r.deciding for r in rulings) else set())


def edges_of(claims: Sequence[Claim]) -> set[date]:
    """The days on which a claim begins, and those after the last of one."""
    return {c.first for c in claims if c.first} | {day_after(c.last) for c in claims if c.last}

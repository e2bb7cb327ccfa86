"""The meaning, word for word (DESIGN section 3): slow, obvious, short. It judges the other engines.

For each day, each completion (one value a fact, consistent with the vocabulary) and each reading (each arguable
point settled one way), find the rules that apply, let them defeat what they override, and see what is left. The
only concession to time: values that no open test tells apart are tried once, not one by one.
"""

from __future__ import annotations

from itertools import chain, combinations, product
from typing import TYPE_CHECKING

from caveat.core.errors import TooLargeError
from caveat.core.force import in_force, turning_days
from caveat.core.formula import FALSE, TRUE, In, atoms, every
from caveat.core.issuer import IssuerKind
from caveat.core.logic import narrowed, points_of, settled, told_apart
from caveat.core.outcome import Cell, Outcome, Ruling, Table, of_rules, of_whole_use
from caveat.core.question import DATE, days_to_try

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from caveat.core.book import Book, Effect, Rule, Say
    from caveat.core.formula import Formula
    from caveat.core.question import Question

MAX_COMPLETIONS = 200_000
MAX_POINTS = 14

Norms = list[tuple["Rule", "Formula"]]
Says = list[tuple["Say", "Formula"]]


def cells(book: Book, question: Question) -> Iterator[Cell]:
    """Every cell of the question, in no particular order; none where its facts contradict the vocabulary."""
    for day in days_to_try(question, turning_days(book.rules, book.statements)):
        norms = [(rule, f) for rule, f in _norms(book, question, day) if f != FALSE]
        says = [(say, f) for say, f in _says(book, question) if f != FALSE]
        demands = [narrowed(c.holds, question.sets) for c in book.constraints]
        for box in boxes(question.sets, [f for _, f in norms] + [f for _, f in says] + demands):
            completion = {fact: frozenset((min(values),)) for fact, values in box.items()}
            if all(narrowed(demand, completion) == TRUE for demand in demands):
                here = [(rule, narrowed(f, completion)) for rule, f in norms]
                asked = [(say, narrowed(f, completion)) for say, f in says]
                yield _cell(book, {**box, DATE: frozenset((day.isoformat(),))}, here, asked)


def _norms(book: Book, question: Question, day: date) -> Iterator[tuple[Rule, Formula]]:
    """Each rule with the formula under which it is known, in force, and its conditions hold."""
    for rule in book.rules:
        if question.issuers is None or rule.issuer in question.issuers:
            superseding = [r for r in book.rules if rule.id in r.supersedes]
            force = in_force(rule, superseding, book.statements, day, question.known_by, question.min_grade)
            yield rule, narrowed(every((force, rule.condition)), question.sets)


def _says(book: Book, question: Question) -> Iterator[tuple[Say, Formula]]:
    for say in book.says:
        if question.issuers is None or say.issuer in question.issuers:
            yield say, narrowed(say.when, question.sets)


def boxes(sets: Mapping[str, frozenset[str]], formulas: Iterable[Formula]) -> Iterator[dict[str, frozenset[str]]]:
    """All completions, those that no open test of the formulas tells apart taken together."""
    tests: dict[str, set[frozenset[str]]] = {}
    for test in chain.from_iterable(atoms(f) for f in formulas):
        if isinstance(test, In):
            tests.setdefault(test.fact, set()).add(test.values)
    classes = {fact: told_apart(sets[fact], tests.get(fact, set())) for fact in sets}
    size = 1
    for parts in classes.values():
        size *= len(parts)
    if size > MAX_COMPLETIONS:
        raise TooLargeError(
            f"{size:,} cases are left open, and the reference engine tries at most {MAX_COMPLETIONS:,}; give more facts, or use the compiled engine"
        )
    for choice in product(*classes.values()):
        yield dict(zip(classes, choice, strict=True))


def readings(formulas: Iterable[Formula]) -> list[frozenset[str]]:
    """Every way to settle the arguable points of the formulas: the sets of points settled yes."""
    points = sorted(points_of(formulas))
    if len(points) > MAX_POINTS:
        raise TooLargeError(f"{len(points)} arguable points meet in one case, and at most {MAX_POINTS} are tried together: {', '.join(points)}")
    return [frozenset(c) for n in range(len(points) + 1) for c in combinations(points, n)]


def _cell(book: Book, box: dict[str, frozenset[str]], norms: Norms, says: Says) -> Cell:
    """What every issuer, and all together, say for one completion."""
    issuers = sorted({say.issuer for say, f in says if f != FALSE})
    tables = {}
    for issuer in issuers:
        own = [(r, f) for r, f in norms if r.issuer == issuer and f != FALSE]
        asked = [(s, f) for s, f in says if s.issuer == issuer and f != FALSE]
        ways = readings([f for _, f in own] + [f for _, f in asked])
        rows = tuple((way, ruling(book, issuer, own, asked, way)) for way in ways)
        tables[issuer] = Table(frozenset().union(*ways), rows)
    together = set()
    for way in readings([f for _, f in norms if f != FALSE] + [f for _, f in says if f != FALSE]):
        said = [ruling(book, i, [n for n in norms if n[0].issuer == i], [s for s in says if s[0].issuer == i], way).outcome for i in issuers]
        donor = any(say.is_donor and settled(f, way) for say, f in says)
        together.add(of_whole_use(said, donor_has_a_say=donor))
    return Cell(box, tables, frozenset(together))


def ruling(book: Book, issuer: str, norms: Norms, says: Says, reading: frozenset[str]) -> Ruling:
    """What one issuer says for one completion and one reading."""
    roles = frozenset(say.role for say, f in says if settled(f, reading))
    if not roles:
        return Ruling(Outcome.NO_SAY)
    applying = {rule.id: rule for rule, f in norms if not rule.is_default and settled(f, reading)}
    set_aside = frozenset((name, by.id) for by in applying.values() for name in by.overrides if name in applying)
    defeated = {name for name, _ in set_aside}
    left = [rule for rule in applying.values() if rule.id not in defeated]
    if not applying:
        left = [rule for rule, f in norms if rule.is_default and settled(f, reading)]
    effects: set[Effect] = {rule.effect for rule in left}
    outcome = of_rules("permit" in effects, "prohibit" in effects, is_treaty=book.issuers[issuer].kind == IssuerKind.TREATY)
    donor = any(say.is_donor and settled(f, reading) for say, f in says)
    return Ruling(outcome, frozenset(rule.id for rule in left), set_aside, roles, donor)

"""Cells to an Answer: what is the same in all of them is the verdict; where they differ, what would settle it."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING

from caveat.core.decision import Answer, Argued, Consent
from caveat.core.force import carries, grade_known
from caveat.core.formula import FALSE
from caveat.core.missing import settling_sets
from caveat.core.outcome import Outcome, Verdict, over_all_completions, under_all_readings

RANK = attrgetter("rank")

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from caveat.core.book import Book, Grade
    from caveat.core.outcome import Cell, Table
    from caveat.core.question import Question


class Evidence:
    """What each rule rests on for someone who knows what was public on a day; worked out once a rule."""

    def __init__(self, book: Book, known_by: date) -> None:
        """For the rules of a book, on a day."""
        self._book, self._known_by = book, known_by
        self._found: dict[str, tuple[tuple[str, ...], Grade]] = {}

    def of(self, rule: str) -> tuple[tuple[str, ...], Grade]:
        """The statements that carry the rule, not those reported later nor those retracted by then, and the best of their grades."""
        found = self._found.get(rule)
        if found is None:
            named = [self._book.statements[s] for s in self._book.rule[rule].statements]
            carrying = [s for s in named if carries(s, self._known_by, None) != FALSE]
            best = min([grade_known(s, self._known_by) for s in carrying], key=RANK)
            found = self._found[rule] = tuple([s.id for s in carrying]), best
        return found


def answer(book: Book, question: Question, cells: Iterable[Cell], evidence: Evidence | None = None) -> Answer:
    """Fold the cells an engine found, which together are every completion, into one answer.

    One issuer asked answers with its own consent, several are put together as a whole use is. Completions in which nobody
    asked has a say are left out; where that is all of them, the answer is `no-say`.
    """
    evidence = evidence or Evidence(book, question.known_by)
    found = list(cells)
    issuers = sorted({issuer for cell in found for issuer in cell.tables})
    consents = tuple(c for c in (_consent(book, issuer, found, question, evidence) for issuer in issuers) if c is not None)
    if question.issuers is None:
        return _of_whole_use(found, consents)
    if not consents:
        return Answer(Verdict.NO_SAY, (), (), (Verdict.NO_SAY,), ())
    if len(question.issuers) == 1:
        (own,) = consents
        return Answer(own.verdict, consents, own.missing, own.possible, _binding(own.verdict, consents))
    return _of_whole_use([cell for cell in found if any(_has_say(table) for table in cell.tables.values())], consents)


def _has_say(table: Table) -> bool:
    """Whether the issuer has a say under some reading."""
    return any(ruling.outcome != Outcome.NO_SAY for _, ruling in table.rows)


def _of_whole_use(cells: Iterable[Cell], consents: tuple[Consent, ...]) -> Answer:
    """All consents put together, completion by completion."""
    judged = [(cell, under_all_readings(cell.outcomes)) for cell in cells]
    verdict = over_all_completions(v for _, v in judged)
    return Answer(
        verdict=verdict,
        consents=consents,
        missing=settling_sets([(cell.box, v) for cell, v in judged]) if verdict == Verdict.NEEDS_FACTS else (),
        possible=tuple(sorted({v for _, v in judged})),
        binding=_binding(verdict, consents),
    )


def _consent(book: Book, issuer: str, cells: Sequence[Cell], question: Question, evidence: Evidence) -> Consent | None:
    """One issuer's consent over the completions in which it has a say under some reading; None where it never has."""
    own = [(cell, cell.tables[issuer]) for cell in cells if issuer in cell.tables and _has_say(cell.tables[issuer])]
    if not own:
        return None
    verdicts = [(cell, under_all_readings([r.outcome for _, r in table.rows])) for cell, table in own]
    verdict = over_all_completions([v for _, v in verdicts])
    rulings = [r for _, table in own for _, r in table.rows]
    says = {r.outcome for r in rulings}
    rules = sorted({rule for r in rulings for rule in r.deciding})
    certain = {rule for _, table in own for rule in frozenset.intersection(*[r.deciding for _, r in table.rows if r.outcome != Outcome.NO_SAY])}
    set_aside = tuple(sorted({pair for r in rulings for pair in r.set_aside}))
    covered = book.issuers[issuer].covered_until
    return Consent(
        issuer=issuer,
        verdict=verdict,
        says=tuple(sorted(says - {Outcome.NO_SAY})),
        roles=tuple(sorted({role for r in rulings for role in r.roles})),
        has_say="depends" if len(own) < len(cells) else "arguable" if Outcome.NO_SAY in says else "certain",
        rules=tuple(rules),
        arguable_rules=tuple([rule for rule in rules if rule not in certain]),
        set_aside=set_aside,
        readings=_argued([table for _, table in own if table.points]),
        missing=settling_sets([(cell.box, v) for cell, v in verdicts]) if verdict == Verdict.NEEDS_FACTS else (),
        possible=tuple(sorted({v for _, v in verdicts})),
        statements=tuple(dict.fromkeys([s for rule in rules for s in evidence.of(rule)[0]])),
        cited=_cited(dict.fromkeys([*rules, *(rule for rule, _ in set_aside)]), evidence),
        grade=max([evidence.of(rule)[1] for rule in rules], key=RANK, default=None),
        last_known=covered is not None and (question.last or date.max) > covered.latest,
    )


def _cited(rules: Iterable[str], evidence: Evidence) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each statement with the rules that it carries, in the order of the rules."""
    carried: dict[str, list[str]] = {}
    for rule in rules:
        for statement in evidence.of(rule)[0]:
            carried.setdefault(statement, []).append(rule)
    return tuple([(statement, tuple(named)) for statement, named in carried.items()])


def _argued(tables: Iterable[Table]) -> tuple[Argued, ...]:
    """The arguable points on which an outcome turns: two readings that differ only there give two outcomes."""
    seen: dict[int, Table] = {id(t): t for t in tables}
    sides: dict[str, tuple[set[Outcome], set[Outcome]]] = {}
    for table in seen.values():
        said = {way: r.outcome for way, r in table.rows}
        for point in table.points:
            pairs = [(said[way], said[way - {point}]) for way in said if point in way]
            if any(yes != no for yes, no in pairs):
                yes_side, no_side = sides.setdefault(point, (set(), set()))
                yes_side.update(yes for yes, _ in pairs)
                no_side.update(no for _, no in pairs)
    return tuple(Argued(p, tuple(sorted(yes)), tuple(sorted(no))) for p, (yes, no) in sorted(sides.items()))


def _binding(verdict: Verdict, consents: Sequence[Consent]) -> tuple[str, ...]:
    """The issuers on whom the verdict turns; where some certainly have a say, not those of whom that is open."""
    match verdict:
        case Verdict.PROHIBITED:
            chosen = [c for c in consents if c.verdict == Verdict.PROHIBITED] or [c for c in consents if Outcome.PROHIBITED in c.says]
        case Verdict.PERMITTED:
            chosen = [c for c in consents if c.verdict == Verdict.PERMITTED]
        case _:
            return tuple([c.issuer for c in consents if c.verdict not in (Verdict.PERMITTED, Verdict.NO_OBJECTION)])
    return tuple([c.issuer for c in ([c for c in chosen if c.has_say == "certain"] or chosen)])

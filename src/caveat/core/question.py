"""What engines are asked: for each fact the values it may have, and for the two clocks the days.

A Scenario (what a person says) becomes a Question (sets of values over a Vocabulary) in `scenario.py`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from caveat.core.dates import day_before

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from caveat.core.book import Grade
    from caveat.core.dates import Dated
    from caveat.core.derived import Case
    from caveat.core.vocabulary import Assumption

DATE = "date"  # the name of the fact that is the day asked about


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Every fact with its possible values; `first` and `last` bound the day asked about, None where it is not known."""

    sets: Mapping[str, frozenset[str]]
    first: date | None
    last: date | None
    known_by: date
    min_grade: Grade | None = None
    issuers: frozenset[str] | None = None

    @property
    def is_ahead(self) -> bool:
        """Whether it asks about a day after the one by which what is used was public: what holds then is not known yet."""
        return self.last is not None and self.last > self.known_by


Said = str | list[str]  # what is said of a fact, in the vocabulary's ids


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """A scenario made ready for the engines: looked up, completed with assumptions, dated.

    `one` is the single completion in the order of the vocabulary's facts, where every fact and the day are known; last
    stands the first day of the stretch in which that day lies and no rule begins or ends, nor any source falls behind.
    """

    said: Mapping[str, Said]
    assumed: Mapping[str, Assumption]
    as_of: Dated | None
    question: Question
    one: tuple[str, ...] | None
    told: tuple[str, ...] = ()  # what the catalogue has to say of such a use, whatever the verdict
    case: Case | None = None  # what followed from reports, where the scenario had any


def asking(
    said: Mapping[str, Said],
    assumed: Mapping[str, Assumption],
    as_of: Dated | None,
    question: Question,
    turns: Sequence[date],
    told: tuple[str, ...] = (),
) -> Asking:
    """The question made ready; whether it is of one completion is seen here, once. `turns` are the days that begin a stretch."""
    day = question.first
    if day is None or day != question.last or not all(len(v) == 1 for v in question.sets.values()):
        return Asking(said, assumed, as_of, question, None, told)
    begun = bisect_right(turns, day)
    stretch = turns[begun - 1] if begun else date.min
    return Asking(said, assumed, as_of, question, (*(next(iter(v)) for v in question.sets.values()), stretch.isoformat()), told)


def days_to_try(question: Question, turning: Iterable[date]) -> list[date]:
    """One day for each stretch of the asked days in which no rule begins or ends: its first day."""
    turns = sorted(set(turning))
    before = day_before(turns[0]) if turns else question.known_by
    first = question.first if question.first is not None else min(before, question.last or before)
    last = question.last if question.last is not None else max([*turns, first])
    return [first, *(day for day in turns if first < day <= last)]

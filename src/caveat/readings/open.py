"""The arguable points of a library, as the questions that its record leaves open, with what turns on each.

An issuer's answer to a use turns on a point where two readings that differ only there give two outcomes. That is read
off the diagrams of what its rules do: nothing is sampled. Days on which nothing changes are taken together.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from caveat.core.dates import day_before
from caveat.core.issuer import IssuerKind
from caveat.core.outcome import Outcome
from caveat.core.question import DATE
from caveat.diagram.fewest import as_said, fewest
from caveat.diagram.frame import frame, usual_day, witness
from caveat.diagram.norms import Side
from caveat.diagram.space import NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from caveat.core.book import Book, Grade, Reading
    from caveat.diagram.frame import Frame
    from caveat.diagram.norms import Norms


class Section(StrEnum):
    """What kind of thing is open."""

    MEANING = "meaning"  # what a policy means
    STANDING = "standing"  # who has a say
    CLASS = "class"  # what counts as what
    DAY = "day"  # from when to when
    DENIED = "denied"  # what was said and contradicted


Answers = tuple[Outcome, Outcome]  # what a yes gives, and what a no gives
Days = tuple[date | None, date | None]  # first and last, both included; None where there is no first or last


@dataclass(frozen=True, slots=True)
class Turn:
    """What turns on a point for one issuer.

    `uses` counts the uses (a value for each fact but the day) whose outcome turns on it on some day, out of the `of_uses`
    in which the issuer has a say. `days` are the stretches on which it turns; `values` holds, for each fact that is not
    quite open there, the values with which it does. `answers` are the pairs of outcomes that a yes and a no give. `witness` is a
    scenario that `decide` accepts, in as few facts as show it. The last three take longest, and are empty unless asked for.
    """

    issuer: str
    uses: int
    of_uses: int
    days: tuple[Days, ...]
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    answers: tuple[Answers, ...] = ()
    witness: Mapping[str, str] = field(default_factory=dict)

    @property
    def if_yes(self) -> tuple[Outcome, ...]:
        """The outcomes that a yes can give."""
        return tuple(sorted({yes for yes, _ in self.answers}))

    @property
    def if_no(self) -> tuple[Outcome, ...]:
        """The outcomes that a no can give."""
        return tuple(sorted({no for _, no in self.answers}))

    @property
    def share(self) -> float:
        """The part of the issuer's uses that turn on it, 0 to 1."""
        return self.uses / self.of_uses

    @property
    def is_current(self) -> bool:
        """Whether something still turns on it after the last change."""
        return self.days[-1][1] is None


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A question the record leaves open, and what turns on it for each issuer, most first."""

    reading: Reading
    turns: tuple[Turn, ...]

    @property
    def weight(self) -> tuple[bool, float]:
        """What is open today before what was open once; then by the largest share of an issuer's uses."""
        return any(t.is_current for t in self.turns), max(t.share for t in self.turns)


@dataclass(frozen=True, slots=True, eq=False)
class Openness:
    """The open points of a library, the heaviest first, and how many points it has on which nothing turns."""

    points: tuple[OpenPoint, ...]
    idle: tuple[str, ...]
    known_by: date
    digest: str


def open_points(
    book: Book,
    known_by: date,
    *,
    issuers: Sequence[str] = (),
    where: Mapping[str, frozenset[str]] | None = None,
    days: Days = (None, None),
    least: Grade | None = None,
    in_full: Callable[[str], bool] = lambda _name: True,
    progress: Callable[[int, int], None] | None = None,
) -> Openness:
    """Every arguable point on which some outcome turns, of the uses `where` (values a fact) and `days` allow, for the issuers named or all.

    Those whose name is to be told `in_full` have the values, the answers and a witness. TooLargeError past the bound of a diagram.
    """
    fr = frame([Side(book, known_by, least=least)], where, days=days)
    (norms,) = fr.norms
    asked = [i for i in norms.issuers if not issuers or i in issuers]
    found: dict[str, list[Turn]] = {}
    met: set[str] = set()
    for n, issuer in enumerate(asked):
        for point, turn in _turns(fr, norms, issuer, in_full):
            met.add(point)
            found.setdefault(point, []).extend([turn] if turn else [])
        if progress:
            progress(n + 1, len(asked))
    points = [OpenPoint(book.readings[p], tuple(sorted(t, key=lambda t: (-t.share, t.issuer)))) for p, t in found.items() if t]
    points.sort(key=lambda p: (*(-w for w in p.weight), p.reading.name))
    return Openness(tuple(points), tuple(sorted(met - {p.reading.name for p in points})), known_by, book.digest)


@dataclass(frozen=True, slots=True)
class _Spoken:
    """Where one issuer speaks, permits and prohibits: what its outcome is made of."""

    says: int
    permits: int
    prohibits: int

    @property
    def sets(self) -> tuple[int, int, int]:
        return self.says, self.permits, self.prohibits


def _turns(fr: Frame, norms: Norms, issuer: str, in_full: Callable[[str], bool]) -> Iterator[tuple[str, Turn | None]]:
    """Each point that an issuer's rules mention, with what turns on it for this issuer."""
    space, said = fr.space, norms.said(issuer)
    says = space.both(fr.valid, said.says)
    spoken = _Spoken(says, space.both(says, said.permits), space.both(says, said.prohibits))
    of_uses = _uses(fr, space.possibly(says))
    for point in sorted(frozenset().union(*map(space.points_in, spoken.sets))):
        turning = space.both(fr.valid, space.either(*[space.turning_on(s, point) for s in spoken.sets]))
        if turning == NONE:
            yield point, None
            continue
        dates = space.meeting(turning, tuple(space.full), space.level_of[DATE])
        days = tuple(_stretches(fr, space.names(space.level_of[DATE], dates)))
        turn = Turn(issuer, _uses(fr, turning), of_uses, days)
        yield point, _in_full(fr, turn, point, spoken, turning) if in_full(point) else turn


def _in_full(fr: Frame, turn: Turn, point: str, spoken: _Spoken, turning: int) -> Turn:
    """The turn with the values of its uses, what either answer gives, and a use that shows it."""
    space, book = fr.space, fr.book
    hull = space.hull(turning)
    possible = space.hull(space.possibly(spoken.says))
    values = {f: space.names(i, hull[i]) for i, f in enumerate(space.facts) if f != DATE and hull[i] != possible[i]}
    is_treaty = turn.issuer in book.issuers and book.issuers[turn.issuer].kind == IssuerKind.TREATY
    here = _Spoken(*(space.both(turning, s) for s in spoken.sets))
    return replace(turn, values=values, answers=_answers(fr, point, here, turning, is_treaty=is_treaty), witness=_witness(fr, turning))


def _uses(fr: Frame, within: int) -> int:
    """How many uses, on whichever day, lie in a set of scenarios."""
    space = fr.space
    return space.count(space.somewhere(within, DATE)) // space.full[space.level_of[DATE]].bit_count()


def _answers(fr: Frame, point: str, spoken: _Spoken, turning: int, *, is_treaty: bool) -> tuple[Answers, ...]:
    """The outcomes that a yes and a no give, where they are not the same."""
    yes, no = (_parted(fr, point, spoken, turning, yes=yes, is_treaty=is_treaty) for yes in (True, False))
    pairs = [(a, b) for a, there in yes.items() for b, here in no.items() if a != b and fr.space.both(there, here) != NONE]
    return tuple(sorted(pairs))


def _parted(fr: Frame, point: str, spoken: _Spoken, turning: int, *, yes: bool, is_treaty: bool) -> dict[Outcome, int]:
    """The uses and readings that turn on the point by their outcome, once it is settled one way."""
    space = fr.space
    says, permits, prohibits = (space.settled(s, point, yes=yes) for s in spoken.sets)
    return {
        Outcome.PERMITTED: space.both(permits, space.without(prohibits)),
        Outcome.PROHIBITED: space.both(prohibits, space.without(permits)),
        Outcome.CONFLICT: space.both(permits, prohibits),
        (Outcome.NO_OBJECTION if is_treaty else Outcome.SILENT): space.without(space.either(permits, prohibits), says),
        Outcome.NO_SAY: space.without(says, turning),
    }


def _stretches(fr: Frame, firsts: frozenset[str]) -> Iterator[Days]:
    """Runs of stretches of days, each by its first day and its last."""
    edges = [*fr.days, None]
    begun: str | None = None
    for day, after in zip(fr.days, edges[1:], strict=True):
        if day in firsts and begun is None:
            begun = day
        if begun is not None and (after is None or after not in firsts):
            first = None if begun == fr.days[0] else date.fromisoformat(begun)
            yield first, None if after is None else day_before(date.fromisoformat(after))
            begun = None


def _witness(fr: Frame, turning: int) -> dict[str, str]:
    """One ordinary use that turns on the point, in as few facts as keep every completion turning on it."""
    outside = fr.space.without(turning, fr.valid)
    kept = fewest(fr, witness(fr, turning), lambda _level, _wide: outside)
    return as_said(fr.book, {**kept, DATE: usual_day(fr, kept[DATE])})

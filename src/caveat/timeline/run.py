"""One use over time: strips of verdicts with the day each began and what changed it, on either clock.

A strip is exact, not sampled: between two days on which a rule may begin or end, or something may become known,
nothing changes. Each stretch is what `decide` answers on every one of its days.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from caveat.core.choices import AS_USUAL
from caveat.core.dates import ONE_DAY, day_after, is_a_bound, moved
from caveat.core.errors import Diagnostic, ScenarioError
from caveat.core.force import telling_days, turning_days
from caveat.core.formula import FALSE
from caveat.core.logic import narrowed
from caveat.core.outcome import Verdict
from caveat.core.scenario import Scenario
from caveat.engines.asker import ask_as_donor
from caveat.engines.view import view

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from caveat.core.book import Book, Grade, Rule, Statement
    from caveat.core.choices import Choices
    from caveat.core.dates import Dated
    from caveat.core.decision import Answer, HasSay
    from caveat.core.question import Asking, Question, Said
    from caveat.core.vocabulary import Assumption
    from caveat.engines.asker import Asker
    from caveat.engines.compiled import Program
    from caveat.engines.view import View

LEAD = timedelta(days=45)  # shown before the first change


class Clock(StrEnum):
    """Which of the two clocks moves from day to day."""

    HELD = "held"  # what held on each day, as known by one fixed day
    KNOWN = "known"  # what was publicly known on each day about that same day
    LEARNED = "learned"  # what was publicly known on each day about one fixed day


@dataclass(frozen=True, slots=True)
class Change:
    """What made a stretch begin: rules that newly decide, that no longer do, the statements behind it, and points newly in doubt."""

    began: tuple[str, ...]
    ended: tuple[str, ...]
    set_aside: tuple[tuple[str, str], ...]
    statements: tuple[str, ...]
    doubts: tuple[str, ...] = ()


NO_CHANGE = Change((), (), (), ())  # but that our sources end


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of days, both ends included, on which the answer is the same; its first view. The first of a strip has no change."""

    first: date
    last: date
    view: View
    change: Change | None


@dataclass(frozen=True, slots=True)
class Strip:
    """One lane on one clock: segments without gaps or overlaps."""

    clock: Clock
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """One issuer, or all together where `issuer` is None. `given` was added to the scenario to ask it as a donor.

    `has_say` is as in a decision, and `none` of an issuer that was asked and has no say in any of it.
    """

    issuer: str | None
    roles: tuple[str, ...]
    has_say: HasSay
    given: Mapping[str, str]
    strips: tuple[Strip, ...]

    @property
    def is_quiet(self) -> bool:
        """Whether it is a treaty that never objects."""
        return all(s.view.verdict == Verdict.NO_OBJECTION for strip in self.strips for s in strip.segments)


@dataclass(frozen=True, slots=True)
class Timeline:
    """One use over time. `as_of` is the fixed day of the clock `learned`, `known_by` that of the clock `held`."""

    lanes: tuple[Lane, ...]
    clocks: tuple[Clock, ...]
    first: date
    last: date
    as_of: Dated | None
    known_by: date
    scenario: Mapping[str, Said]
    assumptions: Mapping[str, Assumption]
    min_grade: Grade | None
    asked_only: tuple[str, ...]
    digest: str
    told: tuple[str, ...] = ()  # what the catalogue has to say of such a use


def timeline(
    library: Asker,
    scenario: Scenario | Mapping[str, object],
    choices: Choices = AS_USUAL,
    *,
    clocks: Sequence[Clock | str] = (Clock.HELD, Clock.KNOWN),
    span: tuple[date | None, date | None] = (None, None),
) -> Timeline:
    """The use over time: everyone whose say counts, and all together; or the issuers named, each by itself.

    The day of the scenario is put aside but for the clock `learned`. From the first to the last day of the `span`, or from a little before
    the first change to the latest date on record. ScenarioError as for `decide`, and where no day is given to `learned`.
    """
    said = scenario if isinstance(scenario, Scenario) else Scenario(scenario)
    ways = tuple(Clock(c) for c in dict.fromkeys(clocks))
    book = library.book
    since, until = span
    asked: list[tuple[Asking, Mapping[str, str]]] = [ask_as_donor(library, said, i, choices.of(i)) for i in dict.fromkeys(choices.issuers)]
    asked = asked or [(library.ask(said, choices), {})]
    first_asked = asked[0][0]
    _check(ways, first_asked, since, until)
    records = [Record(book, ready) for ready, _ in asked]
    first, last = _span(records, since, until)
    lanes = [lane for record, (_, given) in zip(records, asked, strict=True) for lane in _lanes(record, given, ways, first, last)]
    if since is None:
        first = max(first, moved(_first_change(lanes, last), -LEAD))
        lanes = [_from(lane, first) for lane in lanes]
    return Timeline(
        lanes=tuple(lanes), clocks=ways, first=first, last=last,
        as_of=first_asked.as_of if Clock.LEARNED in ways else None,
        known_by=first_asked.question.known_by,
        scenario={k: v for k, v in library.ask(said, replace(AS_USUAL, assumptions=choices.assumptions)).said.items() if k != "date"},
        assumptions={k: v for k, v in first_asked.assumed.items() if all(k in ready.assumed for ready, _ in asked)},
        min_grade=choices.min_grade, asked_only=tuple(lane.issuer for lane in lanes if lane.issuer) if choices.issuers else (), digest=book.digest, told=tuple(dict.fromkeys(says for ready, _ in asked for says in ready.told)),
    )  # fmt: skip


def _check(clocks: Sequence[Clock], ready: Asking, since: date | None, until: date | None) -> None:
    if Clock.LEARNED in clocks and ready.as_of is None:
        raise ScenarioError(
            [Diagnostic("no-day", "the clock `learned` follows what was known about one day, and no day is given", None, "add --as-of 2024-05-30")]
        )
    if since is not None and until is not None and since > until:
        raise ScenarioError([Diagnostic("impossible-date", f"--from {since} is after --to {until}", None, "put the earlier day first")])


# -- the days on which something may change


class Record:
    """One question moved over days: which days can matter, and the answer on any of them."""

    def __init__(self, book: Book, ready: Asking) -> None:
        """Find the rules that can matter, and with them the days."""
        self.book, self.ready = book, ready
        self.question: Question = ready.question
        rules = list(_relevant(book, self.question))
        self.turns = sorted(set(turning_days(rules, book.statements)))
        self.tells = sorted(set(telling_days(book.statements[s] for r in rules for s in r.statements)))
        asked = [i for i in book.issuers.values() if self.question.issuers is None or i.id in self.question.issuers]
        spoke = {say.issuer for say in book.says if narrowed(say.when, self.question.sets) != FALSE}
        self.covered = sorted({i.covered_until.latest for i in asked if i.covered_until and i.id in spoke})
        self._programs: dict[int, Program] = {}
        self._answers: dict[object, Answer] = {}

    def cuts(self, clock: Clock) -> list[date]:
        """The days on which an answer may be different from the day before."""
        ends = [day_after(day) for day in (*self.covered, self.question.known_by) if day != day.max]
        match clock:
            case Clock.HELD:
                return sorted({*self.turns, *ends})
            case Clock.KNOWN:
                return sorted({*self.turns, *self.tells, *ends})
            case Clock.LEARNED:
                return sorted({*self.tells, *([self.question.last] if self.question.last else [])})

    def question_on(self, day: date, clock: Clock) -> Question:
        """What is asked when the moving clock stands at this day. The past never knows more than `known_by`."""
        fixed = self.question.known_by
        match clock:
            case Clock.HELD:
                return replace(self.question, first=day, last=day)
            case Clock.KNOWN:
                return replace(self.question, first=day, last=day, known_by=min(day, fixed))
            case Clock.LEARNED:
                return replace(self.question, known_by=min(day, fixed))

    def view_on(self, day: date, clock: Clock, issuer: str | None) -> View:
        """What is seen of one issuer, or of all together, when the moving clock stands at this day."""
        question = self.question_on(day, clock)
        return view(self.answer(question), issuer, is_ahead=question.is_ahead)

    def answer(self, question: Question) -> Answer:
        """Cells that say the same get the same answer, which is worked out once."""
        from caveat.engines.answer import answer

        cells = list(self._program(question).cells(question))
        late = bisect_left(self.covered, question.last) if question.last else None
        dated = question.first != question.last
        key = (
            late,
            frozenset((frozenset((f, v) for f, v in c.box.items() if dated or f != "date"), tuple(c.tables.items()), c.outcomes) for c in cells),
        )
        if key not in self._answers:
            self._answers[key] = answer(self.book, question, cells)
        return self._answers[key]

    def _program(self, question: Question) -> Program:
        """The policies for one state of knowledge, compiled only as far as this question goes."""
        from caveat.engines.compiled import Program

        state = bisect_right(self.tells, question.known_by)
        if state not in self._programs:
            self._programs[state] = Program(self.book, question.known_by, question.min_grade, question.issuers, within=question.sets)
        return self._programs[state]


def _relevant(book: Book, question: Question) -> Iterable[Rule]:
    """The rules that can apply to the question, and those that supersede them."""
    able = {
        rule.id for rule in book.rules
        if (question.issuers is None or rule.issuer in question.issuers) and narrowed(rule.condition, question.sets) != FALSE
    }  # fmt: skip
    return (rule for rule in book.rules if rule.id in able or not able.isdisjoint(rule.supersedes))


def _span(records: Sequence[Record], since: date | None, until: date | None) -> tuple[date, date]:
    """The days to show, as wide as the record where they are not given; what has no end, or always was, makes it no wider."""
    days = [day for r in records for day in (*r.turns, *r.tells, *r.covered) if not is_a_bound(day)]
    days = days or [r.question.known_by for r in records]
    last = until or max([*days, since] if since else days)
    return since or min(moved(min(days), -LEAD), last), last


# -- strips


def _lanes(record: Record, given: Mapping[str, str], clocks: Sequence[Clock], first: date, last: date) -> list[Lane]:
    """All together and each consent; of issuers asked by name, each consent only."""
    days = {clock: [first, *(d for d in record.cuts(clock) if first < d <= last)] for clock in clocks}
    anyone = record.answer(record.question_on(first, clocks[0]))
    consents = {c.issuer: c for c in anyone.consents}
    lanes: list[Lane] = []
    for who in [None, *consents] if record.question.issuers is None else sorted(record.question.issuers):
        strips = tuple(Strip(clock, _segments(record, days[clock], clock, who, last)) for clock in clocks)
        own = consents.get(who) if who else None
        lanes.append(Lane(who, own.roles if own else (), own.has_say if own else "none" if who else "certain", given, strips))
    return lanes


def _segments(record: Record, days: Sequence[date], clock: Clock, issuer: str | None, last: date) -> tuple[Segment, ...]:
    """Neighbours with the same view put together, each with what made it begin."""
    starts: list[tuple[date, View]] = []
    for day in days:
        seen = record.view_on(day, clock, issuer)
        if not starts or starts[-1][1] != seen:
            starts.append((day, seen))
    found = []
    for i, (day, seen) in enumerate(starts):
        end = starts[i + 1][0] - ONE_DAY if i + 1 < len(starts) else last
        found.append(Segment(day, end, seen, change(record.book, starts[i - 1][1], seen, day) if i else None))
    return tuple(found)


def change(book: Book, before: View, after: View, day: date) -> Change:
    """What is different from the day before, and the statements that made it so, those nearest to the day first."""
    began = tuple(r for r in after.rules if r not in before.rules)
    ended = tuple(r for r in before.rules if r not in after.rules)
    aside = tuple(pair for pair in after.set_aside if pair not in before.set_aside)
    if replace(before, last_known=after.last_known) == after:
        return NO_CHANGE
    known = {a.point for a in before.readings}
    doubts = tuple(a.point for a in after.readings if a.point not in known and a.point in book.readings)
    return Change(began, ended, aside, tuple(_behind(book, after, began, ended, aside, day)), doubts)


def _behind(book: Book, after: View, began: Sequence[str], ended: Sequence[str], aside: Sequence[tuple[str, str]], day: date) -> list[str]:
    """The statements of the rules that moved: those dated that day; else of rules that turn that day; else of new rules.

    A rule that decided before and turns that day moved too: it was arguable, and is so no longer.
    """
    new = {*began, *(by for _, by in aside)}
    turned = {
        r.id for r in book.rules if (r.id in after.rules or not set(ended).isdisjoint(r.supersedes)) and day in turning_days([r], book.statements)
    }
    moved = [r for r in book.rules if r.id in (new | turned | set(ended) or set(after.rules))]
    all_of = list(dict.fromkeys(s for r in moved for s in r.statements))
    dated = [s for s in all_of if day in _own_days(book.statements[s])]
    turning = [s for r in moved if day in turning_days([r], book.statements) for s in r.statements]
    fresh = [s for r in moved if r.id in new for s in r.statements]
    found = dict.fromkeys(dated or turning or fresh or all_of)
    return sorted(found, key=lambda s: min(abs(d - day) for d in _own_days(book.statements[s])))


def is_of(s: Statement, day: date) -> bool:
    """Whether the statement was made, took effect, or was reported, confirmed or taken back on that day."""
    return day in _own_days(s)


def _own_days(s: Statement) -> list[date]:
    return [d for when in (s.decided, s.in_effect, s.reported, s.confirmed, s.denied, s.retracted) if when for d in (when.earliest, when.latest)]


def _first_change(lanes: Sequence[Lane], last: date) -> date:
    days = [s.first for lane in lanes for strip in lane.strips for s in strip.segments if s.change and s.change != NO_CHANGE]
    return min(days, default=last)


def _from(lane: Lane, first: date) -> Lane:
    """The lane without the days before `first`."""
    strips = []
    for strip in lane.strips:
        kept = [s for s in strip.segments if s.last >= first]
        head = replace(kept[0], first=first, change=kept[0].change if kept[0].first >= first else None)
        strips.append(replace(strip, segments=(head, *kept[1:])))
    return replace(lane, strips=tuple(strips))


__all__ = ["NO_CHANGE", "Change", "Clock", "Lane", "Segment", "Strip", "Timeline", "change", "is_of", "timeline"]

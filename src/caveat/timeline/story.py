"""What there is to tell about a timeline, whatever form it takes: lanes worth showing, runs, numbered turns, a reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from caveat.core.dates import ONE_DAY
from caveat.report.kinds import WORDS, Kind, assumed_line, day_words, facts_line, kind_of, use_title
from caveat.report.policies import TITLE, policies_words
from caveat.report.wording import listed
from caveat.timeline.run import Clock, is_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from caveat.core.book import Book
    from caveat.timeline.run import Lane, Segment, Strip, Timeline


FEW_RUNS, FEW_LANES = 5, 3
TOGETHER = "Everyone together"


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring segments that show the same kind."""

    first: date
    last: date
    kind: Kind
    segments: tuple[Segment, ...]

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Turn:
    """A day on which a kind changes in some lanes, for the same reason: `moves` are (lane, clocks, before, after)."""

    number: int
    day: date
    statements: tuple[str, ...]
    doubts: tuple[str, ...]
    moves: tuple[tuple[str | None, tuple[Clock, ...], Kind, Kind], ...]


def lane_name(book: Book, lane: Lane) -> str:
    """The issuer's name, or what all together are called."""
    return book.issuers[lane.issuer].name if lane.issuer else TOGETHER


def lane_role(book: Book, lane: Lane) -> str:
    """`as supplier`; with a doubt where whether it has a say is one."""
    roles = listed([book.vocabulary.roles.get(r, r) for r in lane.roles])
    doubt = {"certain": "", "arguable": "; whether it has a say is arguable", "depends": "; in some of the cases left open", "none": "without a say"}[
        lane.has_say
    ]
    return (f"as {roles}" if roles else "") + doubt


def runs(strip: Strip) -> list[Run]:
    """The strip as stretches of one kind."""
    found: list[Run] = []
    for segment in strip.segments:
        kind = kind_of(segment.view)
        if found and found[-1].kind == kind:
            found[-1] = Run(found[-1].first, segment.last, kind, (*found[-1].segments, segment))
        else:
            found.append(Run(segment.first, segment.last, kind, (segment,)))
    return found


def shown_lanes(timeline: Timeline) -> list[Lane]:
    """The lanes worth a strip: not treaties that never object, nor all together where that is one consent's own strip."""
    loud = [lane for lane in timeline.lanes if not lane.is_quiet]
    single = [lane for lane in loud if lane.issuer]
    if len(single) == 1 and len(loud) == 2 and _kinds(loud[0]) == _kinds(loud[1]):  # noqa: PLR2004
        return single
    return loud or list(timeline.lanes)


def _kinds(lane: Lane) -> list[list[tuple[date, Kind]]]:
    return [[(run.first, run.kind) for run in runs(strip)] for strip in lane.strips]


def quiet_names(book: Book, timeline: Timeline) -> list[str]:
    """The treaties that never object, by name."""
    return [lane_name(book, lane) for lane in timeline.lanes if lane.is_quiet]


def turns(timeline: Timeline) -> list[Turn]:
    """Every day on which some strip shown changes its kind, in order of time and numbered from 1."""
    found: dict[tuple[date, str], dict[tuple[str | None, Kind, Kind], list[Clock]]] = {}
    statements: dict[tuple[date, str], dict[str, None]] = {}
    doubts: dict[tuple[date, str], dict[str, None]] = {}
    for lane in shown_lanes(timeline):
        for strip in lane.strips:
            for before, run in zip(runs(strip), runs(strip)[1:], strict=False):
                change = run.segments[0].change
                behind = change.statements if change else ()
                key = (run.first, behind[0] if behind else "")
                found.setdefault(key, {}).setdefault((lane.issuer, before.kind, run.kind), []).append(strip.clock)
                statements.setdefault(key, {}).update(dict.fromkeys(behind))
                doubts.setdefault(key, {}).update(dict.fromkeys(change.doubts if change else ()))
    return [
        Turn(
            n,
            key[0],
            tuple(statements[key]),
            tuple(doubts[key]),
            tuple((issuer, tuple(clocks), a, b) for (issuer, a, b), clocks in found[key].items()),
        )
        for n, key in enumerate(sorted(found), 1)
    ]


def dated_words(book: Book, ident: str, day: date) -> str:
    """`Said on 7 August 2024: `, where a statement is not of the day of the turn it stands behind; else nothing."""
    s = book.statements[ident]
    if is_of(s, day):
        return ""
    when = s.reported
    return f"Said {'on ' + day_words(when.earliest) if when.is_exact else 'in ' + str(when)}: "


def number_of(found: Sequence[Turn], lane: Lane, clock: Clock, day: date) -> int | None:
    """The number of the turn that begins on this day in this strip."""
    return next(
        (t.number for t in found if t.day == day and any(issuer == lane.issuer and clock in clocks for issuer, clocks, _, _ in t.moves)), None
    )


def changed_by(timeline: Timeline) -> list[str]:
    """The statements that changed something in the lanes shown, in the order in which they did."""
    changes = [(s.first, s.change) for lane in shown_lanes(timeline) for strip in lane.strips for s in strip.segments if s.change]
    return list(dict.fromkeys(ident for _, change in sorted(changes, key=lambda c: c[0]) for ident in change.statements))


def moves_words(book: Book, turn: Turn, timeline: Timeline) -> str:
    """`United States: prohibited, then permitted`; the clock is named where not all strips turn."""
    parts = []
    for issuer, clocks, before, after in turn.moves:
        name = book.issuers[issuer].name if issuer else TOGETHER
        which = "" if len(clocks) == len(timeline.clocks) else f" ({listed([CLOCK_LABELS[c] for c in clocks])})"
        parts.append(f"{name}{which}: {WORDS[before]} → {WORDS[after]}")
    return "; ".join(parts)


def title_of(book: Book, timeline: Timeline) -> str:
    """The headline of the chart."""
    return f"{use_title(book, timeline.scenario)}: who allowed it, and when"


def reading_of(book: Book, timeline: Timeline) -> str:
    """One sentence that reads the chart out, and one on how far the public record lagged behind."""
    lanes = shown_lanes(timeline)
    if len(lanes) <= FEW_LANES:
        told = "; ".join(f"{lane_name(book, lane)}: {_told(lane.strips[0])}" for lane in lanes)
    else:
        by_kind: dict[Kind, list[str]] = {}
        for lane in lanes:
            by_kind.setdefault(runs(lane.strips[0])[-1].kind, []).append(lane_name(book, lane))
        told = f"On {day_words(timeline.last)}: " + "; ".join(f"{WORDS[kind]}: {listed(names)}" for kind, names in by_kind.items())
    return " ".join([f"{told}.", *_lags(book, lanes)])


def _told(strip: Strip) -> str:
    """`prohibited from 1 June 2022, permitted from 30 May 2024`."""
    all_runs = runs(strip)
    told = all_runs[1:] if len(all_runs) > 1 and all_runs[0].kind == Kind.SILENT else all_runs
    if len(told) == 1 and told[0] is all_runs[0]:
        return f"{WORDS[told[0].kind]} throughout"
    if len(told) > FEW_RUNS:
        return f"changed {len(all_runs) - 1} times; {WORDS[told[-1].kind]} since {day_words(told[-1].first)}"
    return ", ".join(
        f"{WORDS[run.kind]} until {day_words(run.last)}" if run is all_runs[0] else f"{WORDS[run.kind]} from {day_words(run.first)}" for run in told
    )


def _lags(book: Book, lanes: Sequence[Lane]) -> Iterator[str]:
    gaps = [(lane_name(book, lane), _days_apart(lane)) for lane in lanes]
    told = [f"{name} {days:,} days" for name, days in gaps if days]
    if told:
        yield f"What was known at the time differed from what is known now: {listed(told)}."


def _days_apart(lane: Lane) -> int:
    """On how many days the strip `known` shows another kind than the strip `held`."""
    by_clock = {strip.clock: runs(strip) for strip in lane.strips}
    held, known = by_clock.get(Clock.HELD, []), by_clock.get(Clock.KNOWN, [])
    overlap = ((min(a.last, b.last) - max(a.first, b.first) + ONE_DAY).days for a in held for b in known if a.kind != b.kind)
    return sum(days for days in overlap if days > 0)


def clock_words(clock: Clock, known_by: date, as_of: object) -> str:
    """What a strip shows."""
    match clock:
        case Clock.HELD:
            return f"What held on each day, as known by {day_words(known_by)}"
        case Clock.KNOWN:
            return "What was publicly known on each day about that day"
        case Clock.LEARNED:
            return f"What was publicly known, day by day, about {as_of}"


CLOCK_LABELS = {Clock.HELD: "what held", Clock.KNOWN: "publicly known then", Clock.LEARNED: "publicly known then"}


def given_of(book: Book, timeline: Timeline) -> Iterator[tuple[str, str]]:
    """What was given and assumed, each with its name."""
    given, taken = facts_line(book, timeline.scenario), assumed_line(book, timeline.assumptions)
    for name, line in (("Given", given), ("Assumed", taken), ("Note", "; ".join(timeline.told))):
        if line:
            yield name, line
    if any(lane.given for lane in timeline.lanes):
        yield "Asked", "each of what it gave itself"
    if words := policies_words(book):
        yield TITLE, words

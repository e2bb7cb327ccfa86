"""Claims in, proofs out. Every scenario is looked at, as sets of scenarios: nothing is sampled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from caveat.core.dates import day_after
from caveat.core.errors import Diagnostic, ScenarioError, TooLargeError, did_you_mean
from caveat.core.force import newest_day
from caveat.core.formula import In, atoms
from caveat.core.question import DATE
from caveat.diagram.fewest import as_said, fewest
from caveat.diagram.frame import as_scenario, frame, in_runs, parts, usual_day, witness
from caveat.diagram.largest import largest_first
from caveat.diagram.norms import Norms, Side
from caveat.diagram.space import ALL, NONE
from caveat.engines.asker import donor_fact
from caveat.prove.halves import Half
from caveat.prove.proof import Asked, Proof, Proofs, Region, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from caveat.core.book import Book
    from caveat.core.claim import Claim, Finding
    from caveat.diagram.frame import Frame
    from caveat.diagram.space import Box

LISTED = 6  # regions shown of a claim that does not hold
ENOUGH = 800_000  # parts of a space that is shared by claims, after which a new one is begun
TOO_LARGE = "it does not fit into memory; restrict it with `where`, or ask a single issuer"


def prove(book: Book, claims: Sequence[Claim], *, only: Sequence[str] = (), known_by: date | None = None, listed: int = LISTED, progress: Callable[[int, int], None] | None = None) -> Proofs:  # fmt: skip
    """Each claim that a pattern of `only` chooses, or all, proven or refuted, with at most `listed` regions against it.

    A claim without a `known_by` of its own is about what was known by the day given, by default all that the library
    knows. `progress` hears how many claims are done, of how many, each time something happens. ScenarioError where there
    is no claim, or a pattern chooses none.
    """
    wanted = chosen(claims, only)
    day = known_by or newest_day(book)
    done: list[Proof] = []
    worlds = _Worlds(book, day, wanted, lambda _: progress(len(done), len(wanted)) if progress else None)
    for claim in wanted:
        done.append(_proof(worlds, claim, listed))
        if progress:
            progress(len(done), len(wanted))
    return Proofs(tuple(done), day, book.digest)


# -- which claims


def chosen(claims: Sequence[Claim], only: Sequence[str]) -> list[Claim]:
    """The claims that some pattern chooses, in the order written; ScenarioError where there are none."""
    if not claims:
        tip = "write a `NAME.claims.yaml` beside a policy; `caveat prove --help`"
        raise ScenarioError([Diagnostic("no-claims", "there is no claim below the policies", None, tip)])
    idle = [pattern for pattern in only if not any(_matches(pattern, c) for c in claims)]
    if idle:
        tip = "name a claim, a `file:claim`, an issuer (`*` stands for anything), or a file that ends in `.claims.yaml`"
        known = list(dict.fromkeys(c.id for c in claims))
        raise ScenarioError([Diagnostic("unknown-claim", f"no claim matches `{p}`", None, did_you_mean(p, known) or tip) for p in idle])
    return [c for c in claims if not only or any(_matches(pattern, c) for pattern in only)]


def _matches(pattern: str, claim: Claim) -> bool:
    folder = claim.file.partition("/")[0] if "/" in claim.file else ""
    names = {claim.id, claim.file, f"{claim.file}:{claim.id}", *claim.issuers, folder} - {""}
    return any(fnmatchcase(name.casefold(), pattern.casefold()) for name in names)


# -- the spaces that claims share


class _World:
    """All scenarios of a book on one space; every side is put on it once."""

    def __init__(self, frame: Frame) -> None:
        self.frame, self._norms = frame, dict[object, Norms]()

    def norms(self, side: Side) -> Norms:
        """A side on the space."""
        key = (side.as_of, side.known_by, side.issuer, side.least, *sorted(side.given.items()))
        if key not in self._norms:
            first = self.frame.norms[0]
            self._norms[key] = Norms(side, self.frame.space, {f: v for f, v in first.sets.items() if f not in first.side.given}, first.turns)
        return self._norms[key]


class _Worlds:
    """The spaces, by the fact that each side settles for itself; a new one where the old has become large."""

    def __init__(self, book: Book, known_by: date, claims: Iterable[Claim], progress: Callable[[int], None]) -> None:
        self.book, self.known_by, self._progress = book, known_by, progress
        edges = [(c.first, day_after(c.last) if c.last else None) for c in claims]
        self._turns = {d for pair in edges for d in pair if d}
        self._worlds: dict[str | None, _World] = {}

    def world(self, given: tuple[str, str] | None) -> _World:
        """The space without the fact given."""
        name = given[0] if given else None
        found = self._worlds.get(name)
        if found is None or len(found.frame.space) > ENOUGH:
            side = Side(self.book, self.known_by, given=dict([given]) if given else {})
            found = self._worlds[name] = _World(frame([side], progress=self._progress, turns=self._turns))
        return found


# -- one claim


def _proof(worlds: _Worlds, claim: Claim, listed: int) -> Proof:
    """One claim, settled; a bound that is reached is an error of this claim alone."""
    try:
        trials = [_trial(worlds, claim, finding) for finding in claim.findings]
        scenarios, against = sum(t.scenarios for t in trials), sum(t.against for t in trials)
        empty = tuple(t.of for t in trials if not t.scenarios)
        if against:
            regions = tuple(_regions(trials, listed))
            return Proof(claim, State.REFUTED, scenarios, against, regions, against - sum(r.scenarios for r in regions), empty)
    except TooLargeError:
        return Proof(claim, State.ERROR, problem=TOO_LARGE)
    is_empty = (not scenarios or (claim.is_named and empty)) and not claim.may_be_empty
    return Proof(claim, State.EMPTY if is_empty else State.HOLDS, scenarios, empty=empty if claim.is_named or not scenarios else ())


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    """One finding of a claim on a space: the halves, the scenarios it is about, and those against it."""

    of: str
    frame: Frame  # `valid` are the scenarios it is about
    halves: tuple[Half, ...]
    valid: int
    bad: int

    @property
    def scenarios(self) -> int:
        return self.frame.space.count(self.frame.valid)

    @property
    def against(self) -> int:
        return self.frame.space.count(self.bad)


def _trial(worlds: _Worlds, claim: Claim, finding: Finding) -> _Trial:
    findings = [f for f in (claim.premise, finding) if f]
    donor = _donor(worlds.book, claim, findings)
    world = worlds.world((donor, str(finding.issuer)) if donor else None)
    norms = [world.norms(_side(worlds, claim, f, donor)) for f in findings]
    space = world.frame.space
    possible = space.both(*[n.valid for n in norms])
    where = [space.possibly(n.set_of(claim.where)) for n in norms]
    within = space.both(possible, *where, _days(world.frame, claim, norms))
    halves: list[Half] = []
    about = NONE if claim.as_donor and donor is None else within
    for number, (f, n) in enumerate(zip(findings, norms, strict=True), 1):
        halves.append(Half(f, n, about))
        about = halves[-1].asked() if number == len(findings) else halves[-1].some()
    bad = space.both(about, halves[-1].some()) if claim.is_never else space.without(halves[-1].every(), about)
    return _Trial(finding.of, replace(world.frame, valid=about), tuple(halves), possible, bad)


def _donor(book: Book, claim: Claim, findings: Sequence[Finding]) -> str | None:
    """The fact that makes each issuer the donor, where the claim asks them so: two that are compared, unless it names a donor."""
    if claim.as_donor is False or any(f.issuer is None for f in findings):
        return None
    facts = {donor_fact(book, str(f.issuer)) for f in findings}
    if len(facts) > 1 or None in facts:
        return None
    fact = facts.pop()
    if claim.as_donor is None and (len({f.issuer for f in findings}) == 1 or fact in {a.fact for a in atoms(claim.where) if isinstance(a, In)}):
        return None
    return fact


def _side(worlds: _Worlds, claim: Claim, finding: Finding, donor: str | None) -> Side:
    known_by = finding.known_by or claim.known_by or worlds.known_by
    given = {donor: str(finding.issuer)} if donor else {}
    return Side(worlds.book, known_by, finding.as_of, None, claim.least, given)


def _days(fr: Frame, claim: Claim, norms: Sequence[Norms]) -> int:
    """The days the claim is about; any one of them where every half has a day of its own."""
    first, last = (d.isoformat() if d else None for d in (claim.first, claim.last))
    days = [d for d in fr.days if (first is None or d >= first) and (last is None or d <= last)]
    if all(n.side.as_of for n in norms):
        days = days[:1]
    return ALL if len(days) == len(fr.days) else fr.space.of(In(DATE, frozenset(days)))


# -- what is against it


def _regions(trials: Sequence[_Trial], listed: int) -> Iterator[Region]:
    """The largest regions against a claim, one of each kind before a second of any."""
    waiting = [(t, verdicts, part, largest_first(t.frame.space, part, t.frame.valid)) for t in trials for verdicts, part in _kinds(t)]
    waiting.sort(key=lambda w: -w[0].frame.space.count(w[2]))
    left = listed
    while waiting and left > 0:
        again = []
        for entry in waiting[:left]:
            trial, verdicts, part, boxes = entry
            box = next(boxes, None)
            if box is not None:
                runs = in_runs(trial.frame, _clipped(trial.frame, box))[:left]
                yield from (_region(trial, verdicts, part, run) for run in runs)
                left -= len(runs)
                again.append(entry)
        waiting = again


def _kinds(trial: _Trial) -> Iterator[tuple[tuple[str, ...], int]]:
    """The scenarios against it by the verdicts of the halves."""
    space = trial.frame.space
    kinds: list[tuple[tuple[str, ...], int]] = [((), trial.bad)]
    for half in trial.halves:
        found = half.verdicts()
        kinds = [((*said, verdict), both) for said, part in kinds for verdict, s in found.items() if (both := space.both(part, s)) != NONE]
    yield from kinds


def _clipped(fr: Frame, box: Box) -> Box:
    """The box without days on which the claim is about nothing, so that its days are runs that can be named."""
    level = fr.space.level_of[DATE]
    possible = fr.space.meeting(fr.valid, tuple(fr.space.full[i] if i == level else m for i, m in enumerate(box)), level)
    return (*box[:level], box[level] & possible, *box[level + 1 :])


def _region(trial: _Trial, verdicts: tuple[str, ...], part: int, box: Box) -> Region:
    fr, space = trial.frame, trial.frame.space
    inside = space.both(part, space.box(box))
    said = parts(fr, box)
    full = witness(fr, inside, box)
    one = space.box(tuple(space.mask(level, (full[fact],)) for level, fact in enumerate(space.facts)))
    outside = _outside(trial, verdicts, part)
    kept = fewest(fr, full, lambda _level, _wide: outside, given=[h.side.given for h in trial.halves])
    day = kept.pop(DATE)
    if any(h.side.as_of is None for h in trial.halves):
        kept = {DATE: usual_day(fr, day), **kept}
    asked = tuple(_asked(half, verdict, one) for half, verdict in zip(trial.halves, verdicts, strict=True))
    return Region(trial.of, as_scenario(fr, said), said, space.count(inside), as_said(fr.book, kept), asked)


def _outside(trial: _Trial, verdicts: tuple[str, ...], part: int) -> int:
    """What a shortened scenario must not be: anything but against the claim, and on no side anything with another verdict."""
    space = trial.frame.space
    wrong = [space.without(part, trial.valid)]
    for half, verdict in zip(trial.halves, verdicts, strict=True):
        if half.side.given:
            wrong.append(space.without(half.verdicts()[verdict], half.norms.valid))
    return space.either(*wrong)


def _asked(half: Half, verdict: str, one: int) -> Asked:
    side = half.side
    return Asked(
        half.issuer, side.as_of, side.known_by, side.least, dict(side.given), verdict, half.deciding(one)
    )  # fmt: skip


__all__ = ["LISTED", "chosen", "prove"]

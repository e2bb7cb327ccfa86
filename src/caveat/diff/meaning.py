"""The difference in meaning: exactly the scenarios whose verdict differs, as few regions as can be.

Both sides are put on one space of scenarios; what differs is a set there, and regions are boxes that cover it. A
region's class, rules and witness are read off the same sets, so nothing is sampled and nothing decided twice.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from caveat.core.errors import TooLargeError
from caveat.core.formula import In
from caveat.core.issuer import IssuerKind
from caveat.core.question import DATE
from caveat.core.remembered import remembered
from caveat.diagram.fewest import fewest
from caveat.diagram.frame import as_scenario, frame, in_runs, parts, witness
from caveat.diagram.norms import Position, Side
from caveat.diagram.regions import MAX_REGIONS, regions
from caveat.diagram.space import ALL, NONE
from caveat.diff.difference import Cause, NotCompared, Region, Witness, change_of
from caveat.engines.answer import Evidence
from caveat.engines.compiled import bits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from caveat.core.book import Book, Rule
    from caveat.diagram.frame import Frame
    from caveat.diagram.norms import Norms
    from caveat.diagram.space import Box, Space
    from caveat.diff.difference import Asked

Label = tuple[str, str, bool, Cause | None]  # before, after, whether nothing is said any more, which clock did it


NO_POLICY = "no-policy"  # who speaks for a donor without a policy file


def side_of(asked: Asked) -> Side:
    """The side as the space needs it."""
    return Side(asked.book, asked.known_by, asked.as_of, asked.issuer, asked.min_grade, asked.given)


class Meaning:
    """Two sides on one space. `where` narrows the facts of both."""

    def __init__(self, before: Asked, after: Asked, where: Mapping[str, frozenset[str]], progress: Callable[[int], None] | None = None, *, days: tuple[date | None, date | None] = (None, None)) -> None:  # fmt: skip
        """Put the sides on a space, a free day within `days`; nothing is worked out yet."""
        self.before, self.after, self.where = before, after, where
        sides = [side_of(before), side_of(after)]
        if _both_clocks(before, after):
            sides.append(Side(before.book, before.known_by, after.as_of, before.issuer, before.min_grade, before.given))
        self.frame: Frame = frame(sides, where, progress, days=days)
        self.space = self.frame.space
        area = touched(*self.frame.norms[:2])
        self.sides: tuple[Norms, ...] = tuple(n.within(area) for n in self.frame.norms)
        self._valid_there = self.space.both(area, self.frame.valid)
        self._evidence = (Evidence(before.book, before.known_by), Evidence(after.book, after.known_by))
        self._deciding: dict[int, _Deciding] = {}
        self._unsaid: dict[int, tuple[list[frozenset[str]], int]] = {}
        self._outside: dict[int, int] = {}
        self._regions_made = 0

    # -- what differs

    @cached_property
    def labels(self) -> dict[Label, int]:
        """The scenarios of every kind of difference: disjoint sets, none of them empty."""
        space, valid = self.space, self._valid_there
        befores, afters = self._positions(0), self._positions(1)
        found: dict[Label, int] = {}
        for old, a in befores.items():
            for new, b in afters.items():
                if old.verdict != new.verdict:
                    differing = space.both(valid, a, b)
                    for cause, part in self._causes(old.verdict, new.verdict, differing):
                        if part != NONE:
                            label = (old.verdict, new.verdict, new is Position.SILENT, cause)
                            found[label] = space.either(found.get(label, NONE), part)
        return found

    def _positions(self, n: int) -> dict[Position, int]:
        """The positions of a side. An issuer without a policy there says nothing wherever it has a say on either side."""
        norms, other = self.sides[n], self.sides[1 - n]
        issuer = norms.side.issuer
        if issuer is None or _has_policy(norms.side.book, issuer) or not _has_policy(other.side.book, issuer):
            return norms.positions
        quiet = Position.NO_OBJECTION if other.side.book.issuers[issuer].kind == IssuerKind.TREATY else Position.SILENT
        asked = self.space.possibly(self.space.either(norms.says(issuer), other.says(issuer)))
        return {p: s for p, s in ((quiet, asked), (Position.NO_SAY, self.space.without(asked))) if s != NONE}

    def _causes(self, old: str, new: str, differing: int) -> Iterator[tuple[Cause | None, int]]:
        """Where both clocks moved: what the later day alone, on what was known before, would have said."""
        if len(self.sides) < 3:  # noqa: PLR2004
            yield None, differing
            return
        between = self.sides[2].positions
        world = self.space.either(*[s for p, s in between.items() if p.verdict == new])
        learned = self.space.either(*[s for p, s in between.items() if p.verdict == old])
        yield Cause.WORLD, self.space.both(differing, world)
        yield Cause.LEARNED, self.space.both(differing, learned)
        yield Cause.BOTH, self.space.without(self.space.either(world, learned), differing)

    @cached_property
    def compared(self) -> int:
        """How many scenarios there are to compare."""
        return self.space.count(self.frame.valid)

    @cached_property
    def not_compared(self) -> list[NotCompared]:
        """The values that, as is usual, can occur on one side alone: the vocabularies, or what each side's given facts allow, differ."""
        whole = tuple(self.space.full)
        usual = self._usual_set
        found = []
        for level, fact in enumerate(self.space.facts):
            both = self.space.meeting(self.space.both(usual, self.frame.valid), whole, level)
            alone = [self.space.meeting(self.space.both(usual, n.valid), whole, level) & ~both for n in self.sides[:2]]
            names = [[v for i, v in enumerate(self.space.values[level]) if mask >> i & 1] for mask in alone]
            for n, (own, other) in enumerate(((self.before, self.after), (self.after, self.before))):
                theirs = other.book.vocabulary.facts.get(fact)
                mine = own.book.vocabulary.facts.get(fact)
                if mine and theirs:
                    names[n] += [v for v in mine.domain if v not in theirs.domain and (fact not in self.where or v in self.where[fact])]
            if any(names):
                found.append(NotCompared(fact, tuple(names[0]), tuple(names[1])))
        return found

    # -- what is usual

    @cached_property
    def usual(self) -> dict[str, frozenset[str]]:
        """What is taken for granted where nothing else is said: the vocabulary's assumptions, and an issuer as the donor."""
        book = self.after.book
        wanted = {name: fact.assume.values for name, fact in sorted(book.vocabulary.facts.items()) if fact.assume}
        donor = _donor(self.after) if self.before.issuer == self.after.issuer else None
        if donor:
            wanted[donor] = frozenset((str(self.after.issuer),))
        found: dict[str, frozenset[str]] = {}
        left = self.frame.valid
        for fact, values in wanted.items():
            if fact in self.space.level_of and fact not in self.where:
                narrower = self.space.both(left, self.space.of(In(fact, values)))
                if narrower != NONE:
                    found[fact], left = values, narrower
        return found

    @cached_property
    def _usual_set(self) -> int:
        return self.space.both(*[self.space.of(In(f, v)) for f, v in self.usual.items()])

    # -- as regions

    def regions(self, progress: Callable[[int], None] | None = None) -> list[Region]:
        """Disjoint regions that hold every scenario that differs, and none other; usual ones first, large before small."""
        boxes = [
            (label, part, is_usual, run)
            for label, wanted in sorted(self.labels.items(), key=lambda item: str(item[0]))
            for is_usual, part in ((True, self.space.both(wanted, self._usual_set)), (False, self.space.without(self._usual_set, wanted)))
            for box in self._boxes(part, progress)
            for run in in_runs(self.frame, box)
        ]
        found = [self._region(label, part, run, is_usual=is_usual) for label, part, is_usual, run in boxes]
        return sorted(found, key=lambda r: (not r.is_usual, -r.scenarios, r.before, r.after, str(r.where)))

    def _boxes(self, wanted: int, progress: Callable[[int], None] | None) -> list[Box]:
        """The boxes of one kind of difference; TooLargeError once there are too many of all kinds."""
        base = self._regions_made
        found = regions(self.space, wanted, self.frame.valid, (lambda number: progress(base + number)) if progress else None)
        self._regions_made += len(found)
        if self._regions_made > MAX_REGIONS:
            raise TooLargeError(f"more than {MAX_REGIONS:,} separate regions differ; restrict the question with --where, for instance to one weapon")
        return found

    def _region(self, label: Label, wanted: int, box: Box, *, is_usual: bool) -> Region:
        before, after, now_silent, cause = label
        inside = self.space.both(wanted, self.space.box(box))
        said = parts(self.frame, box)
        issuers = self._changed(inside) if self.after.issuer is None else tuple(dict.fromkeys((str(self.before.issuer), self.after.issuer)))
        rules = tuple(self._rules(n, inside, box, issuers) for n in (0, 1))
        statements = dict.fromkeys(s for n in (1, 0) for r in rules[n] for s in self._evidence[n].of(r)[0])
        return Region(
            where=as_scenario(self.frame, said),
            parts=said,
            before=before,
            after=after,
            change=change_of(before, after, now_silent=now_silent),
            cause=cause,
            rules_before=rules[0],
            rules_after=rules[1],
            statements=tuple(statements),
            issuers=issuers,
            is_usual=is_usual,
            scenarios=self.space.count(inside),
            witness=self._witness(wanted, inside, box, frozenset(said)),
        )

    def _rules(self, n: int, inside: int, box: Box, issuers: tuple[str, ...]) -> tuple[str, ...]:
        """The rules of the issuers that decide somewhere inside, under some reading."""
        if n not in self._deciding:
            self._deciding[n] = _Deciding(self.sides[n])
        return tuple(r for r in self._deciding[n].within(inside, box) if r.partition("/")[0] in issuers)

    def _changed(self, inside: int) -> tuple[str, ...]:
        """The issuers whose own consent differs somewhere inside."""
        return tuple(i for i, differing in self._consents.items() if self.space.both(inside, differing) != NONE)

    @cached_property
    def _consents(self) -> dict[str, int]:
        """For each issuer of the chain where its own consent differs; those whose rules do the same are skipped."""
        found = {}
        old, new = self.sides[0], self.sides[1]
        for issuer in sorted({*old.issuers, *new.issuers}):
            if old.said(issuer) != new.said(issuer):
                alike = [
                    self.space.both(a, b)
                    for p, a in old.positions_of(issuer).items()
                    for q, b in new.positions_of(issuer).items()
                    if p.verdict == q.verdict
                ]
                differing = self.space.without(self.space.either(*alike), self._valid_there)
                if differing != NONE:
                    found[issuer] = differing
        return found

    # -- a witness

    def _witness(self, wanted: int, inside: int, box: Box, named: frozenset[str]) -> Witness:
        """One scenario of a region, without the facts that go without saying: left out, they lead nowhere else."""
        space = self.space
        full = witness(self.frame, inside)
        masks = [space.mask(level, (full[fact],)) for level, fact in enumerate(space.facts)]
        speakers = [self._speaker(n, tuple(masks)) for n in (0, 1)]

        def left_out(level: int) -> int:
            meant, wide = self._left_out(level)
            fact = space.facts[level]
            if not self._is_taken_for_granted(fact, full):
                return 0
            is_free = fact not in named or any(len(m) < len(space.values[level]) for m in meant)
            return wide if is_free and all(full[fact] in m for m in meant) else 0

        kept = fewest(self.frame, full, lambda level, wide: self._elsewhere(inside if wide & ~box[level] else wanted), left_out)
        return self._told_to_decide(kept, speakers)

    def _is_taken_for_granted(self, fact: str, use: Mapping[str, str]) -> bool:
        """Whether both sides would assume of the use what they assume of the fact, where they do at all."""
        sides = [a for a in (self.before, self.after) if fact in a.book.vocabulary.facts]
        known = [(a.book.vocabulary.facts[fact].assume, {**use, **a.given}) for a in sides]
        return all(assume.usual_of(whole) for assume, whole in known if assume)

    def _left_out(self, level: int) -> tuple[list[frozenset[str]], int]:
        """What each side takes a fact to be that is left out, and the bits of all that; none of the day, or of what is not compared."""
        if level not in self._unsaid:
            fact = self.space.facts[level]
            known = [a.book.vocabulary.facts[fact] for a in (self.before, self.after) if fact in a.book.vocabulary.facts]
            meant = [f.assume.values if f.assume else frozenset(f.domain) for f in known]
            whole = frozenset[str]().union(*meant)
            is_compared = whole <= self.space.names(level, self.space.full[level])
            self._unsaid[level] = meant, self.space.mask(level, whole) if is_compared else 0
        return self._unsaid[level]

    def _elsewhere(self, part: int) -> int:
        """The scenarios that some side can be asked about and that are not in a part."""
        if part not in self._outside:
            self._outside[part] = self.space.without(part, self._askable)
        return self._outside[part]

    def _speaker(self, n: int, masks: Box) -> str | None:
        """Who answers for the issuer on a side: itself where it has a say there, else whoever speaks for donors without a policy."""
        norms, issuer = self.sides[n], self.sides[n].side.issuer
        if issuer is None or _has_policy(norms.side.book, issuer) or self.space.meets(self.space.possibly(norms.says(issuer)), masks):
            return issuer
        return NO_POLICY if self.space.meets(self.space.possibly(norms.says(NO_POLICY)), masks) else issuer

    @cached_property
    def _askable(self) -> int:
        """The scenarios that some side can be asked about, not only those that both can."""
        return self.space.either(*[n.valid for n in self.sides])

    def _told_to_decide(self, kept: Mapping[str, str], speakers: Sequence[str | None]) -> Witness:
        sides = (self.before, self.after)
        asks = [_asks(a, b, kept, who) for a, b, who in zip(sides, sides[::-1], speakers, strict=True)]
        said: dict[str, object] = {f: v for f, v in kept.items() if all(f in a.book.vocabulary.facts for a in sides)}
        if asks[1].get("as_of"):
            said = {DATE: asks[1]["as_of"], **said}
        return Witness({**said, **self.after.given}, asks[0], asks[1])


class _Deciding:
    """Where each rule of a side decides under some reading, found quickly for a box: a bit a rule for every value of every fact."""

    def __init__(self, norms: Norms) -> None:
        self.space, self.rules = norms.space, []
        self._ored: dict[tuple[int, int], int] = {}
        hulls: list[Box] = []
        for rule in norms.side.book.rules:
            if norms.side.issuer in (None, rule.issuer) and norms.applies(rule) != NONE:
                where = self.space.possibly(self.space.both(norms.decides(rule), norms.said(rule.issuer).says))
                if where != NONE:
                    self.rules.append((rule.id, where))
                    hulls.append(self.space.hull(where))
        self._rows = [[sum(1 << n for n, h in enumerate(hulls) if h[level] >> i & 1) for i in range(len(values))] for level, values in enumerate(self.space.values)]  # fmt: skip

    def within(self, inside: int, box: Box) -> list[str]:
        """The rules that decide somewhere in a set that lies within a box."""
        left = (1 << len(self.rules)) - 1
        for level, mask in enumerate(box):
            if mask != self.space.full[level]:
                left &= self._any(level, mask)
        near = [self.rules[n] for n in bits(left)]
        return [rule for rule, where in near if self.space.both(inside, where) != NONE]

    def _any(self, level: int, mask: int) -> int:
        found = self._ored.get((level, mask))
        if found is None:
            found = 0
            for i, row in enumerate(self._rows[level]):
                if mask >> i & 1:
                    found |= row
            self._ored[level, mask] = found
        return found


@remembered
def _has_policy(book: Book, issuer: str) -> bool:
    """Whether there is a policy of the issuer; a `say` list may name one that has none."""
    return any(r.issuer == issuer for r in book.rules) or any(s.partition("/")[0] == issuer for s in book.statements)


def touched(a: Norms, b: Norms) -> int:
    """The scenarios in which the two sides can differ at all: where a rule or a say of theirs is not the same on both."""
    space, old, new = a.space, a.side.book, b.side.book
    if a.side.issuer != b.side.issuer or {i: x.kind for i, x in old.issuers.items()} != {i: x.kind for i, x in new.issuers.items()}:
        return ALL
    found = [_apart(space, a.says(i), b.says(i)) for i in {*a.issuers, *b.issuers}] + [_apart(space, a.donors, b.donors)]
    asked = {*a.issuers, *b.issuers}
    for ident in sorted({*old.rule, *new.rule}):
        pair = [(n, n.side.book.rule[ident]) for n in (a, b) if ident in n.side.book.rule]
        if pair[0][1].issuer in asked:
            sets = [n.applies(r) for n, r in pair]
            if len(pair) == 1 or _is_other(pair[0][1], pair[1][1]):
                found += sets
            elif sets[0] != sets[1]:
                found.append(_apart(space, *sets))
    return space.possibly(space.either(*found))


def _apart(space: Space, a: int, b: int) -> int:
    """What lies in one of two sets."""
    return NONE if a == b else space.either(space.without(a, b), space.without(b, a))


def _is_other(old: Rule, new: Rule) -> bool:
    """Whether a rule does something else where it applies."""
    return any(getattr(old, part) != getattr(new, part) for part in ("effect", "overrides", "is_default", "issuer"))


def _asks(asked: Asked, other: Asked, kept: Mapping[str, str], issuer: str | None) -> dict[str, object]:
    """How a side is asked about a witness, beside what both sides are told: its clocks, its issuer, and facts only it has or knows."""
    found: dict[str, object] = {"as_of": asked.as_of.isoformat() if asked.as_of else kept.get(DATE), "known_by": asked.known_by.isoformat()}
    if issuer is not None:
        found["issuer"] = issuer
    if asked.min_grade is not None:
        found["grade"] = asked.min_grade.value
    own_facts = asked.book.vocabulary.facts.keys() - other.book.vocabulary.facts.keys()
    own = {**{f: v for f, v in kept.items() if f in own_facts}, **asked.given}
    return {**found, **({"facts": own} if own else {})}


def _both_clocks(before: Asked, after: Asked) -> bool:
    """Whether the same policies are asked on two days, as known on two days."""
    same = before.book is after.book and before.issuer == after.issuer
    return same and before.as_of is not None and after.as_of is not None and before.as_of != after.as_of and before.known_by != after.known_by


def _donor(asked: Asked) -> str | None:
    from caveat.engines.asker import donor_fact

    return donor_fact(asked.book, asked.issuer) if asked.issuer is not None else None

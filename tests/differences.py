"""The difference of two sides by trying every scenario with the reference engine, and where the analysis says otherwise."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise, product
from math import prod
from random import Random
from typing import TYPE_CHECKING, Any

from pairs import Data, Pair, made, planned, values_named

from caveat import Library
from caveat.core.book import Grade
from caveat.core.dates import day_after, day_before
from caveat.core.errors import ScenarioError, TooLargeError
from caveat.core.force import turning_days
from caveat.core.formula import TRUE
from caveat.core.issuer import IssuerKind
from caveat.core.logic import narrowed
from caveat.core.question import DATE, Question
from caveat.core.scenario import Scenario, asked
from caveat.diff.difference import Change
from caveat.engines import reference
from caveat.engines.answer import answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from caveat.core.book import Book
    from caveat.diff.difference import Asked, Difference, Region

MOST = 240  # scenarios tried for one pair of sides
HUNTED = 30  # scenarios looked at for one that differs, so that most pairs do
Full = dict[str, str]  # a value for every fact, and where the day is free the day


def pair(seed: int) -> Pair:
    """A pair of sides whose scenarios can all be tried."""
    return made(plan_of(seed))


def plan_of(seed: int) -> Data:
    """The plan of a pair: narrowed around a scenario that differs, where trying some at random finds one."""
    rng = Random(seed)
    for _ in range(4):
        plan = planned(rng)
        whole = made(plan)
        found, differs = _hunted(rng, whole)
        if differs or rng.random() < 0.1:
            break
    facts = {n: v for n, v in values_of(whole).items() if n in whole.after.book.vocabulary.facts}
    stretches = len(stretches_of(whole)) if whole.after.as_of is None else 1
    left = [n for n in sorted(facts) if len(facts[n]) > 1]
    sizes = {n: len(v) for n, v in facts.items()}
    while left and (prod(sizes.values()) * stretches > MOST or rng.random() < 0.2):
        fact = left.pop(rng.randrange(len(left)))
        plan["where"][fact] = _names(rng, whole, fact, found.get(fact), sizes[fact])
        sizes[fact] = len(values_named(whole.after.book, fact, plan["where"][fact]) & set(facts[fact]))
        if rng.random() < 0.3 and len(plan["where"][fact]) > 1:
            left.append(fact)
    return plan


def _hunted(rng: Random, p: Pair) -> tuple[Full, bool]:
    """A scenario with different verdicts; else one that can be, else nothing. And whether it has."""
    values = values_of(p)
    found: Full = {}
    for _ in range(HUNTED):
        full = {f: rng.choice(v) for f, v in values.items()}
        here = told(p, full)
        if here is not None:
            found = full
            if here[0].verdict != here[1].verdict:
                return found, True
    return found, False


def _names(rng: Random, p: Pair, fact: str, needed: str | None, most: int) -> list[str]:
    """Names that narrow a fact: values or a class, with the needed value among them."""
    known = p.after.book.vocabulary.facts.get(fact)
    values = values_of(p)[fact]
    needed = needed or rng.choice(values)
    if known is None:
        return [needed]
    classes = sorted(t.id for t in known.value_set.terms.values() if t.is_class and needed in t.leaves | t.arguable.keys() and len(t.leaves) < most)
    if classes and rng.random() < 0.35:
        return [rng.choice(classes)]
    return sorted({needed, rng.choice(values)} if rng.random() < 0.5 else {needed})


# -- every scenario


def values_of(p: Pair) -> dict[str, list[str]]:
    """The values that each fact may have on both sides: those that both vocabularies know, and one day for each stretch."""
    facts: dict[str, list[str]] = {}
    books = (p.before.book, p.after.book)
    for name in dict.fromkeys(n for b in books for n in b.vocabulary.facts if n not in p.given):
        known = [set(b.vocabulary.facts[name].domain) for b in books if name in b.vocabulary.facts]
        facts[name] = sorted(set.intersection(*known) & p.where.get(name, known[0]))
    if p.after.as_of is None:
        facts[DATE] = [day.isoformat() for day in stretches_of(p)]
    return facts


def stretches_of(p: Pair) -> list[date]:
    """A day of each stretch in which nothing begins or ends, within the bounds: its first or its last, in turn."""
    bounds = {d for d in (p.days[0], p.days[1] and day_after(p.days[1])) if d}
    turns = sorted({date.min, *bounds, *(d for s in (p.before, p.after) for d in turning_days(s.book.rules, s.book.statements))})
    runs = [(a, day_before(b)) for a, b in pairwise(turns)] + [(turns[-1], date.max)]
    inside = [r for r in runs if (p.days[0] is None or r[0] >= p.days[0]) and (p.days[1] is None or r[1] <= p.days[1])]
    return [r[n % 2] for n, r in enumerate(inside)]


def scenarios(p: Pair) -> Iterator[Full]:
    """Every choice of a value for each fact, the day among them where it is free."""
    facts = values_of(p)
    for choice in product(*facts.values()):
        yield dict(zip(facts, choice, strict=True))


@dataclass(frozen=True)
class Told:
    """What one side says of one scenario: the verdict, whether nobody says anything, and each consent with its rules."""

    verdict: str
    is_silent: bool = False
    consents: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)


def told(p: Pair, full: Full) -> tuple[Told, Told] | None:
    """What either side says; None where one of the vocabularies rules it out. An issuer without a policy says nothing where it would be asked."""
    before, after = told_by(p.before, full), told_by(p.after, full)
    if before is None or after is None:
        return None
    known = [has_policy(s.book, s.issuer) for s in (p.before, p.after)]
    if p.before.issuer and p.after.issuer and known == [False, True]:
        before = quiet(p.after, before, after)
    if p.before.issuer and p.after.issuer and known == [True, False]:
        after = quiet(p.before, before, after)
    return before, after


def has_policy(book: Book, issuer: str | None) -> bool:
    """Whether anything in the book is the issuer's."""
    return any(r.issuer == issuer for r in book.rules) or any(s.startswith(f"{issuer}/") for s in book.statements)


def quiet(known: Asked, *sides: Told) -> Told:
    """What an issuer says without a policy: nothing, where it has a say by either side; of a treaty that is no objection."""
    if {s.verdict for s in sides} == {"no-say"}:
        return Told("no-say")
    is_treaty = known.book.issuers[known.issuer].kind == IssuerKind.TREATY
    return Told("no-objection" if is_treaty else "unclear", is_silent=not is_treaty)


def told_by(side: Asked, full: Full) -> Told | None:
    """What one side says by the reference engine; None where its vocabulary rules the scenario out."""
    sets = {n: frozenset((v,)) for n, v in {**full, **side.given}.items() if n in side.book.vocabulary.facts}
    if any(narrowed(c.holds, sets) != TRUE for c in side.book.constraints):
        return None
    day = side.as_of or date.fromisoformat(full[DATE])
    question = Question(sets, day, day, side.known_by, side.min_grade, frozenset((side.issuer,)) if side.issuer else None)
    found = answer(side.book, question, reference.cells(side.book, question))
    if found.verdict == "no-say":
        return Told("no-say")
    consents = {c.issuer: (c.verdict.value, frozenset(c.rules)) for c in found.consents}
    quiet = {"silent"} if side.issuer else {"silent", "no-objection"}
    verdict = consents[side.issuer][0] if side.issuer else found.verdict.value
    return Told(verdict, all(set(c.says) <= quiet for c in found.consents), consents)


# -- where the analysis says otherwise

CLASSES = {
    ("prohibited", "permitted"): Change.LOOSENED,
    ("prohibited", "no-objection"): Change.LOOSENED,
    ("prohibited", "no-say"): Change.LOOSENED,
    ("no-objection", "permitted"): Change.LOOSENED,
    ("no-objection", "no-say"): Change.LOOSENED,
    ("no-say", "permitted"): Change.LOOSENED,
}


def class_of(before: Told, after: Told) -> Change:
    """What became of the verdict."""
    if after.is_silent and after.verdict == "unclear":
        return Change.NOW_SILENT
    if "unclear" in (before.verdict, after.verdict):
        return Change.CLARIFIED if before.verdict == "unclear" else Change.OBSCURED
    return CLASSES.get((before.verdict, after.verdict), Change.TIGHTENED)


def cause_of(p: Pair, full: Full, before: Told, after: Told) -> str | None:
    """Where both clocks moved: whether the later day on what was known before says the new, the old, or a third thing."""
    a, b = p.before, p.after
    if a.book is not b.book or a.issuer != b.issuer or None in (a.as_of, b.as_of) or a.as_of == b.as_of or a.known_by == b.known_by:
        return None
    between = told_by(a.__class__("", a.book, a.issuer, b.as_of, a.known_by, a.min_grade, a.given, ""), full)
    assert between is not None
    return {after.verdict: "world", before.verdict: "learned"}.get(between.verdict, "both")


def read_where(p: Pair, where: Mapping[str, object]) -> tuple[dict[str, frozenset[str]], date, date]:
    """The sets of a region, and its first and last day, read as `decide` reads `where`: by the later words, if they know the fact."""
    words = p.after.book.vocabulary
    later = asked(p.after.book, Scenario({f: v for f, v in where.items() if f == DATE or f in words.facts}), assumptions=False)
    earlier = asked(p.before.book, Scenario({f: v for f, v in where.items() if f != DATE and f not in words.facts}), assumptions=False)
    sets = {f: (later if f in words.facts else earlier).sets[f] for f in where if f != DATE}
    return sets, later.date.earliest if later.date else date.min, later.date.latest if later.date else date.max


def holds(box: tuple[dict[str, frozenset[str]], date, date], full: Full) -> bool:
    """Whether a scenario lies in a region as it was read."""
    sets, first, last = box
    return all(full[f] in values for f, values in sets.items()) and (DATE not in full or first <= date.fromisoformat(full[DATE]) <= last)


class Trial:
    """A pair, what the analysis says of it, and what trying every scenario gives."""

    def __init__(self, p: Pair, found: Difference | None = None) -> None:
        self.pair, self.found = p, found or p.difference()
        self.is_complete = True  # no scenario was too large for the reference engine
        self.tried = 0
        self._boxes = [read_where(p, r.where) for r in self.found.regions]
        self.inside: dict[int, list[tuple[Full, Told, Told]]] = defaultdict(list)

    @cached_property
    def wrong(self) -> list[str]:
        """Every way in which the analysis differs, each beginning with the word of its law."""
        found = [line for full in scenarios(self.pair) for line in self._of_one(full)]
        for n, region in enumerate(self.found.regions):
            if not self.inside[n]:
                found += [f"cover: no scenario is in region {n}: {region.where}"] if self.is_complete else []
            else:
                found += self._of_region(n, region)
        return [*found, *self._apart()]

    def _apart(self) -> Iterator[str]:
        """What only one of the vocabularies knows has to be named: it was not compared."""
        said = {n.fact: (n.only_before, n.only_after) for n in self.found.not_compared}
        sides = (self.pair.before.book.vocabulary.facts, self.pair.after.book.vocabulary.facts)
        for name in sorted({*sides[0]} & {*sides[1]} - self.pair.given):
            within = self.pair.where.get(name)
            for n, (own, other) in enumerate((sides, sides[::-1])):
                alone = [v for v in own[name].domain if v not in other[name].domain and (within is None or v in within)]
                if not {*alone} <= {*said.get(name, ((), ()))[n]}:
                    yield f"apart: {name} may be {alone} on one side only, and {said.get(name)} is said not to be compared"

    def _of_one(self, full: Full) -> Iterator[str]:
        try:
            here = told(self.pair, full)
        except TooLargeError:
            self.is_complete = False
            return
        if here is None:
            return
        before, after = here
        self.tried += 1
        regions = [n for n, box in enumerate(self._boxes) if holds(box, full)]
        for n in regions:
            self.inside[n].append((full, before, after))
        if len(regions) != (before.verdict != after.verdict):
            yield f"cover: {full}: {before.verdict} before, {after.verdict} after, in regions {regions}"
        for region in (self.found.regions[n] for n in regions):
            said, expected = (region.before, region.after), (before.verdict, after.verdict)
            if said != expected:
                yield f"verdicts: {full}: {expected}, the region says {said}"
            if region.change != class_of(before, after):
                yield f"class: {full}: {class_of(before, after)}, the region says {region.change}"
            if region.cause != cause_of(self.pair, full, before, after):
                yield f"cause: {full}: {cause_of(self.pair, full, before, after)}, the region says {region.cause}"
            if region.is_usual != all(full[f] in v for f, v in self.found.usual.items()):
                yield f"usual: {full}: the region says {region.is_usual}"

    def _of_region(self, n: int, region: Region) -> Iterator[str]:
        """What a region says as a whole, against all scenarios in it."""
        if not self.is_complete:
            return
        here = self.inside[n]
        if region.scenarios != len(here):
            yield f"count: region {n} counts {region.scenarios} scenarios, there are {len(here)}"
        issuers = {i for i in (self.pair.before.issuer, self.pair.after.issuer) if i} or _changed(here)
        if issuers != set(region.issuers):
            yield f"issuers: region {n} names {region.issuers}, by trial {sorted(issuers)}"
        for when, said in (("before", region.rules_before), ("after", region.rules_after)):
            sides = [b if when == "before" else a for _, b, a in here]
            rules = {r for s in sides for i, c in s.consents.items() if i in issuers for r in c[1]}
            if set(said) != rules:
                yield f"rules: region {n} says that {sorted(said)} decide {when}, by trial {sorted(rules)}"


def _changed(here: list[tuple[Full, Told, Told]]) -> set[str]:
    """The issuers whose own consent differs in some of the scenarios."""
    none = ("no-say", frozenset[str]())
    return {i for _, b, a in here for i in {*b.consents, *a.consents} if b.consents.get(i, none)[0] != a.consents.get(i, none)[0]}


def wrong(p: Pair) -> list[str]:
    """Every way in which the analysis differs from trying all scenarios, and every witness that does not replay."""
    trial = Trial(p)
    return [*trial.wrong, *unreplayed(p, trial.found)]


# -- witnesses


def unreplayed(p: Pair, found: Difference) -> Iterator[str]:
    """Every witness that either engine does not decide as its region says, or that lies outside of it."""
    libraries = {id(s.book): Library(s.book) for s in (p.before, p.after)}
    for n, region in enumerate(found.regions):
        yield from (f"witness: of region {n}, {line}" for line in _astray(p, region))
        for engine in ("reference", "compiled"):
            sides = ((p.before, region.witness.before, region.before), (p.after, region.witness.after, region.after))
            for side, asks, expected in sides:
                said = replayed(libraries[id(side.book)], region.witness.scenario, asks, engine)
                if side.issuer and said in ("no-say", "unknown-issuer") and not has_policy(side.book, side.issuer):
                    continue  # nobody is there to be asked
                if said not in (expected, "too-large"):
                    yield f"witness: {dict(region.witness.scenario)} asked {dict(asks)} is {said} by {engine}, region {n} says {expected}"


def replayed(library: Library, scenario: Mapping[str, object], asks: Mapping[str, Any], engine: str) -> str:
    """The verdict on a witness as `decide` gives it, of the issuer where one is asked; or the code of the error."""
    facts = facts_for(scenario, asks)
    issuers = [asks["issuer"]] if "issuer" in asks else []
    grade = Grade(asks["grade"]) if "grade" in asks else None
    try:
        found = library.decide(facts, as_of=asks["as_of"], known_by=asks["known_by"], min_grade=grade, issuers=issuers, engine=engine)
    except ScenarioError as error:
        return error.diagnostics[0].code
    except TooLargeError:
        return "too-large"
    return found.verdict.value


def facts_for(scenario: Mapping[str, object], asks: Mapping[str, Any]) -> dict[str, object]:
    """The facts of a witness with those that one side alone has or knows."""
    return {**scenario, **asks.get("facts", {})}


def _astray(p: Pair, region: Region) -> Iterator[str]:
    """Where a witness, as the later side is asked about it, is not one of the scenarios of its region."""
    try:
        one = asked(p.after.book, Scenario(facts_for(region.witness.scenario, region.witness.after)))
    except ScenarioError as error:
        yield f"{error.diagnostics[0].code}: {error.diagnostics[0].message}"
        return
    sets, first, last = read_where(p, region.where)
    yield from (f"{f} is {sorted(one.sets[f])}, not in {sorted(v)}" for f, v in sets.items() if f in one.sets and not one.sets[f] <= v)
    if not first <= date.fromisoformat(region.witness.after["as_of"]) <= last:
        yield f"its day {region.witness.after['as_of']} is not from {first} to {last}"

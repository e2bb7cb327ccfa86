"""Derivations by forward chaining in durable-rules: the same findings as `reference`, on the main path.

Each derivation becomes rules at two strengths: one that reports meet for sure, one that they meet perhaps. Days, values
of the target, reports, and how what they name relates (is among, is the same, borders) are told as facts. A report that
stands in the way of a match is itself a finding, and told in turn; the last rules ask that there is none.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from caveat.core.derivation import OfFact
from caveat.durable.host import Pattern, Ref, Rule, Ruleset, Test
from caveat.incidents.scene import NO, PERHAPS, SURE, Finding, among, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from caveat.core.derivation import Derivation, Reporting, Sought
    from caveat.durable.host import Match, Session
    from caveat.incidents.scene import Place, Scene

Key = tuple[str, tuple[str, ...]]  # a derivation, and the facts that meet its patterns: day, target, reports
DAY = "day"
RELATIONS = ("among", "same", "beside", "same as fact", "beside fact")
MET, CERTAIN, POSSIBLE, BLOCKED = "met", "certain", "possible", "blocked"


class Chaining:
    """The derivations of a library, ready to be asked of any number of scenes. May be shared between threads."""

    def __init__(self, reporting: Reporting) -> None:
        """Number the sets of values that patterns ask for."""
        self._reporting = reporting
        allowed = {s.allowed[key] for d in reporting.derivations for s in (*d.reports, *d.unless) for key in s.allowed}
        self._sets = {values: f"set {n}" for n, values in enumerate(sorted(allowed, key=sorted))}
        self._derivations = {d.id: d for d in reporting.derivations}

    @cached_property
    def _ruleset(self) -> Ruleset:
        return Ruleset([rule for d in self._reporting.derivations for rule in self._rules_of(d)], name="derivations")

    @cached_property
    def _copies(self) -> dict[str, int]:
        """How often each relation has to be told: different patterns of a rule are met by different facts."""
        slots = [(what, n) for rule in self._ruleset.rules for p in rule.patterns for what, n in [_slot(p)] if what]
        return {what: 1 + max(n for w, n in slots if w == what) for what, _ in slots}

    def findings(self, scene: Scene) -> frozenset[Finding]:
        """Every finding of the scene."""
        if not scene.reports or not scene.days:
            return frozenset()
        with self._ruleset.open() as session:
            self._tell(session, scene)
            against = self._tell_what_blocks(session)
            return self._findings(session.matches(), against)

    # -- the rules

    def _rules_of(self, d: Derivation) -> Iterator[Rule]:
        yield Rule(f"{MET} {d.id}", _numbered(self._patterns(d, PERHAPS)))
        clear = {strength: (_nothing_against(d, strength),) if d.unless else () for strength in (PERHAPS, SURE)}
        yield Rule(f"{CERTAIN} {d.id}", _numbered([*self._patterns(d, SURE), *clear[PERHAPS]]))
        yield Rule(f"{POSSIBLE} {d.id}", _numbered([*self._patterns(d, PERHAPS), *clear[SURE]]))
        for sought in d.unless:
            for strength in (PERHAPS, SURE):
                blocking = self._sought(sought, strength, [s.alias for s in d.reports], _bound(d))
                yield Rule(f"{BLOCKED} {d.id} {sought.alias} {strength}", _numbered([*self._patterns(d, PERHAPS), *blocking]))

    def _patterns(self, d: Derivation, strength: int) -> Iterator[Pattern]:
        """The day, the facts of the target, and each report with how it relates to what stands before it."""
        bound = _bound(d)
        yield Pattern(DAY, (Test("what", "==", DAY),))
        for fact, alias in bound.items():
            if alias == f"fact {fact}":
                yield Pattern(alias, (Test("what", "==", "fact"), Test("fact", "==", fact)))
        known: list[Sought] = []
        for sought in d.reports:
            before = [s.alias for s in known if sought.alias in s.after]
            yield from self._sought(sought, strength, [s.alias for s in known], bound, before)
            for earlier in known:
                yield from _joins(earlier, strength, [sought.alias], {})
            known.append(sought)

    def _sought(self, s: Sought, strength: int, known: Iterable[str], bound: Mapping[str, str], before: Iterable[str] = ()) -> Iterator[Pattern]:
        """The pattern of a report, which must be `before` some that are known, and how it relates to what is known."""
        tests = [Test("what", "==", "report"), Test("kind", "==", tuple(sorted(s.kinds))), Test("stands", ">=", strength)]
        tests += [Test("sure", ">=", s.sure.rank)] if strength == SURE else []
        tests += _window(s, strength)
        tests += [_later(strength, alias) for alias in s.after if alias in known]
        tests += [_earlier(strength, alias) for alias in before]
        yield Pattern(f"report {s.alias}", tuple(tests))
        for key, allowed in s.allowed.items():
            told = (Test("what", "==", "among"), Test("one", "==", Ref(f"report {s.alias}", key)), Test("set", "==", self._sets[allowed]))
            yield Pattern(f"among {s.alias} {key}", (*told, Test("how", ">=", strength)))
        yield from _joins(s, strength, known, bound)

    # -- the facts

    def _tell(self, session: Session, scene: Scene) -> None:
        places = _Places()
        for day in scene.days:
            _told(session, f"{DAY} {day}", what=DAY, day=day.toordinal())
        for fact, value in ((f, v) for f, values in scene.targets.items() for v in values):
            _told(session, f"fact {fact} {value}", what="fact", fact=fact, value=value)
        for report in scene.reports:
            if report.when is None:
                continue
            said = {key: places.of(scene.place(report, key)) for key in scene.reporting.values if key != "kind"}
            _told(
                session, f"report {report.id}", what="report", kind=report.kind, stands=scene.stands[report.id], sure=report.sure.rank,
                earliest=report.when.earliest.toordinal(), latest=report.when.latest.toordinal(), **said,
            )  # fmt: skip
        self._tell_relations(session, scene, places.names)

    def _tell_relations(self, session: Session, scene: Scene, places: Mapping[Place, str]) -> None:
        """How the things that reports and the target name relate: for sure or perhaps; what does not is not told."""
        asked = {
            (scene.values_of(key).name, s.allowed[key]) for d in self._derivations.values() for s in (*d.reports, *d.unless) for key in s.allowed
        }
        for place, name in places.items():
            for of, allowed in asked:
                if of == place[0]:
                    self._relation(session, "among", name, "set", self._sets[allowed], among(place, allowed))
        for (one, a), (other, b) in product(places.items(), repeat=2):
            if one[0] == other[0]:
                self._relation(session, "same", a, "other", b, same(one, other))
                self._relation(session, "beside", a, "other", b, scene.beside(one, other))
        for one, a in places.items():
            for fact, value in ((f, v) for f, values in scene.targets.items() for v in values):
                other = scene.target(fact, value)
                if one[0] == other[0]:
                    self._relation(session, "same as fact", a, "value", value, same(one, other), fact=fact)
                    self._relation(session, "beside fact", a, "value", value, scene.beside(one, other), fact=fact)

    def _relation(self, session: Session, what: str, one: str, second: str, other: str, how: int, **more: str) -> None:
        for slot in range(self._copies.get(what, 0) if how != NO else 0):
            name = " ".join([what, str(slot), one, *more.values(), other])
            session.tell(name, {"id": name, "what": what, "slot": slot, "one": one, second: other, "how": how, **more})

    def _tell_what_blocks(self, session: Session) -> dict[Key, dict[str, int]]:
        """What stands in the way of each match: found, then told."""
        against: dict[Key, dict[str, int]] = {}
        for match in session.matches():
            kind, _, rest = match.rule.partition(" ")
            if kind == BLOCKED:
                ident, alias, strength = rest.split(" ")
                found = against.setdefault(self._key(ident, match), {})
                report = match.facts[f"report {alias}"].removeprefix("report ")
                found[report] = max(int(strength), found.get(report, NO))
        for n, (key, reports) in enumerate(sorted(against.items())):
            met = {f"met{i}": name for i, name in enumerate(key[1])}
            _told(session, f"{BLOCKED} {n}", what=BLOCKED, derivation=key[0], how=max(reports.values()), **met)
        return against

    # -- what is found

    def _key(self, ident: str, match: Match) -> Key:
        return ident, tuple(match.facts[alias] for alias in _aliases(self._derivations[ident]))

    def _findings(self, matches: Iterable[Match], against: Mapping[Key, Mapping[str, int]]) -> frozenset[Finding]:
        levels: dict[Key, int] = {}
        for match in matches:
            kind, _, ident = match.rule.partition(" ")
            if kind != BLOCKED:
                key = self._key(ident, match)
                levels[key] = max({MET: NO, POSSIBLE: PERHAPS, CERTAIN: SURE}[kind], levels.get(key, NO))
        return frozenset(self._finding(key, level, against.get(key, {})) for key, level in levels.items())

    def _finding(self, key: Key, level: int, against: Mapping[str, int]) -> Finding:
        d = self._derivations[key[0]]
        day, *names = key[1]
        target = tuple((fact, name.rpartition(" ")[2]) for fact, name in zip(d.facts, names, strict=False))
        reports = tuple((s.alias, name.removeprefix("report ")) for s, name in zip(d.reports, names[len(d.facts) :], strict=True))
        return Finding(d.id, date.fromisoformat(day.removeprefix(f"{DAY} ")), target, reports, level, tuple(sorted(against.items())))


class _Places:
    """A short name for each thing that a report or the target may name."""

    def __init__(self) -> None:
        self.names: dict[Place, str] = {}

    def of(self, place: Place) -> str:
        return self.names.setdefault(place, f"place {len(self.names)}")


def _told(session: Session, name: str, **attributes: str | int) -> None:
    session.tell(name, {"id": name, **attributes})


def _slot(pattern: Pattern) -> tuple[str, int]:
    """The relation a pattern asks for, and which of its copies; empty where it asks for none."""
    asked = {t.attribute: t.value for t in pattern.tests}
    return (str(asked["what"]), int(str(asked["slot"]))) if "slot" in asked else ("", 0)


def _numbered(patterns: Iterable[Pattern]) -> tuple[Pattern, ...]:
    """The patterns of a rule, each that asks for a relation asking for a copy of its own."""
    asked: dict[object, int] = {}
    found = []
    for p in patterns:
        what = next(t.value for t in p.tests if t.attribute == "what")
        if what in RELATIONS:
            asked[what] = asked.get(what, -1) + 1
            p = Pattern(p.alias, (p.tests[0], Test("slot", "==", asked[what]), *p.tests[1:]))  # noqa: PLW2901
        found.append(p)
    return tuple(found)


def _aliases(d: Derivation) -> list[str]:
    """The patterns that make a match what it is, in order."""
    return [DAY, *_bound(d).values(), *(f"report {s.alias}" for s in d.reports)]


def _bound(d: Derivation) -> dict[str, str]:
    """For each fact of the target, sorted, the pattern that gives its value: that of the first report joined with it, or its own."""
    first: dict[str, str] = {}
    for s in d.reports:
        for n, join in enumerate(s.joins):
            if isinstance(join.other, OfFact):
                first.setdefault(join.other.fact, f"join {s.alias} {n}")
    return {fact: first.get(fact, f"fact {fact}") for fact in d.facts}


def _nothing_against(d: Derivation, strength: int) -> Pattern:
    """Nothing of this strength was found to stand in the way of the match."""
    same_match = (Test(f"met{i}", "==", Ref(alias, "id")) for i, alias in enumerate(_aliases(d)))
    return Pattern(BLOCKED, (Test("what", "==", BLOCKED), Test("derivation", "==", d.id), Test("how", ">=", strength), *same_match), absent=True)


def _joins(s: Sought, strength: int, known: Iterable[str], bound: Mapping[str, str]) -> Iterator[Pattern]:
    """How a report relates to facts of the target, where these are `bound`, and to reports that are known."""
    for n, join in enumerate(s.joins):
        alias, one = f"join {s.alias} {n}", Test("one", "==", Ref(f"report {s.alias}", join.key))
        how = Test("how", ">=", strength)
        if isinstance(join.other, OfFact) and join.other.fact in bound:
            by = bound[join.other.fact]
            what = Test("what", "==", "beside fact" if join.beside else "same as fact")
            value = () if by == alias else (Test("value", "==", Ref(by, "value")),)
            yield Pattern(alias, (what, Test("fact", "==", join.other.fact), one, *value, how))
        elif not isinstance(join.other, OfFact) and join.other.alias in known:
            what = Test("what", "==", "beside" if join.beside else "same")
            yield Pattern(alias, (what, one, Test("other", "==", Ref(f"report {join.other.alias}", join.other.key)), how))


def _window(s: Sought, strength: int) -> list[Test]:
    """It had happened by the day asked about, and not too long before."""
    if strength == SURE:
        found = [Test("latest", "<=", Ref(DAY, "day"))]
        return found if s.within is None else [*found, Test("earliest", ">=", Ref(DAY, "day", -s.within))]
    found = [Test("earliest", "<=", Ref(DAY, "day"))]
    return found if s.furthest is None else [*found, Test("latest", ">=", Ref(DAY, "day", -s.furthest))]


def _later(strength: int, alias: str) -> Test:
    """It is later than a report that is known."""
    return Test("earliest", ">", Ref(f"report {alias}", "latest")) if strength == SURE else Test("latest", ">=", Ref(f"report {alias}", "earliest"))


def _earlier(strength: int, alias: str) -> Test:
    """It is earlier than a report that is known."""
    return Test("latest", "<", Ref(f"report {alias}", "earliest")) if strength == SURE else Test("earliest", "<=", Ref(f"report {alias}", "latest"))

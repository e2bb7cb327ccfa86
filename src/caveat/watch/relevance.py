"""Which reports can matter to which open question: never too few, and few enough that a stream of others costs nothing.

A report can matter if some pattern of some derivation could take it: its kind is sought, each place it names is one the
pattern admits for this question, and its day lies within the pattern's window. A place that it leaves out may be any.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from caveat.core.derivation import OfFact, OfReport
from caveat.core.incident import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from caveat.core.derivation import Derivation, Reporting, Sought
    from caveat.core.incident import Incident
    from caveat.core.question import Asking
    from caveat.core.vocabulary import Vocabulary

ANY = "*"  # stands for a place that a report leaves out, or that may be many
FEW = 8  # values of a place under each of which a report is kept


@dataclass(frozen=True, slots=True)
class Filter:
    """What a pattern admits for one question: kinds, values by place (no entry: any), and the days, as ordinals."""

    kinds: frozenset[str]
    admits: tuple[tuple[str, frozenset[str]], ...]
    since: int
    until: int

    def takes(self, incident: Incident) -> bool:
        """Whether the pattern could take a report."""
        when = incident.when
        if incident.kind not in self.kinds or when is None or when.latest.toordinal() < self.since or when.earliest.toordinal() > self.until:
            return False
        return all(not incident.said.get(key) or incident.said[key] & values for key, values in self.admits)

    def keys(self, kept_by: Mapping[str, str]) -> Iterator[str]:
        """The keys under which a report that it takes may be kept; `kind|` stands for every key of a kind."""
        values = dict(self.admits)
        for kind in sorted(self.kinds):
            admitted = values.get(kept_by[kind])
            if admitted is None:
                yield f"{kind}|"
            else:
                yield from (f"{kind}|{value}" for value in (ANY, *sorted(admitted)))


def filters_of(reporting: Reporting, vocabulary: Vocabulary, asking: Asking, span: int) -> tuple[Filter, ...]:
    """What every pattern admits for a question, of every derivation that gives it a fact it does not state itself.

    Nothing where there is no day: then nothing follows from any report. No report's date is rougher than `span` days.
    """
    sets, first, last = asking.question.sets, asking.question.first, asking.question.last
    found: dict[Filter, None] = {}
    if first is None or last is None:
        return ()
    for derivation in reporting.derivations:
        if derivation.gives.keys() <= asking.said.keys():
            continue
        patterns = {s.alias: s for s in derivation.reports}
        for sought in (*derivation.reports, *derivation.unless):
            admits = tuple((key, values) for key in PLACES if (values := _admitted(reporting, vocabulary, sought, patterns, key, sets)) is not None)
            found[Filter(sought.kinds, admits, _since(sought, patterns, first.toordinal(), span), last.toordinal())] = None
    return tuple(found)


def _since(sought: Sought, patterns: Mapping[str, Sought], first: int, span: int) -> int:
    """The first day of a pattern's window, as an ordinal; what must come after another report is not before its window either."""
    own = 1 if sought.furthest is None else first - sought.furthest
    others = [patterns[a].furthest for a in sought.after if a in patterns]
    return max(1, own, *(first - days - span for days in others if days is not None))


def _admitted(reporting: Reporting, vocabulary: Vocabulary, sought: Sought, patterns: Mapping[str, Sought], key: str, sets: Mapping[str, frozenset[str]], above: tuple[str, ...] = ()) -> frozenset[str] | None:  # fmt: skip
    """The values that a pattern admits under a key, also through the patterns it is joined with; None where any."""
    found = sought.allowed.get(key)
    here = f"{sought.alias}.{key}"
    for join in sought.joins:
        if join.key != key or here in above:
            continue
        if isinstance(join.other, OfFact):
            values: frozenset[str] | None = sets.get(join.other.fact)
        elif join.other.alias in patterns:
            values = _admitted(reporting, vocabulary, patterns[join.other.alias], patterns, join.other.key, sets, (*above, here))
        else:
            values = None
        if values is None:
            continue
        if join.beside:
            terms = vocabulary.value_sets[reporting.values[key]].terms
            values = frozenset(n for v in values if v in terms for n in terms[v].borders)
        found = values if found is None else found & values
    return found


def kept_by(reporting: Reporting | None) -> dict[str, str]:
    """For each kind that is sought, the place by whose values reports of it are kept: the one that most patterns restrict."""
    patterns = [s for d in (reporting.derivations if reporting else ()) for s in (*d.reports, *d.unless)]
    counts: dict[str, dict[str, int]] = {}
    for s in patterns:
        for kind in s.kinds:
            own = counts.setdefault(kind, dict.fromkeys(PLACES, 0))
            for place in {*s.allowed, *(j.key for j in s.joins)}:
                own[place] += 1
    return {kind: max(PLACES, key=lambda place: own[place]) for kind, own in sorted(counts.items())}


def kept_under(incident: Incident, places: Mapping[str, str]) -> list[tuple[str, int]]:
    """The keys under which a report is kept, each with its last day as an ordinal; none for a kind that nothing seeks."""
    if incident.kind not in places or incident.when is None:
        return []
    values = incident.said.get(places[incident.kind]) or ()
    last = incident.when.latest.toordinal()
    return [(f"{incident.kind}|{value}", last) for value in (sorted(values) if 0 < len(values) <= FEW else [ANY])]


@dataclass(frozen=True, slots=True)
class _Tests:
    """What patterns test in reports of one kind.

    `compared` are the places compared with others, or taken over; `asked` the sets of values asked for in the rest;
    `sure` the grades of sureness asked for; `most` how many patterns of one derivation seek the kind.
    """

    compared: tuple[str, ...]
    asked: tuple[tuple[str, frozenset[str]], ...]
    sure: tuple[int, ...]
    most: int


class Meaning:
    """What a report means to the derivations of a library: reports of one meaning can stand for one another.

    A derivation takes different reports, so of one meaning as many can matter together as it has patterns for the kind.
    """

    def __init__(self, reporting: Reporting | None) -> None:
        """Note what patterns test in reports of each kind."""
        derivations = reporting.derivations if reporting else ()
        kinds = {k for d in derivations for s in (*d.reports, *d.unless) for k in s.kinds}
        self._tests = {kind: _tests(derivations, kind) for kind in sorted(kinds)}

    def of(self, incident: Incident) -> tuple[Any, ...]:
        """What a report of a kind that is sought means, once it stands."""
        tests = self._tests[incident.kind]
        compared = tuple(incident.said.get(p) for p in tests.compared)
        asked = tuple(_level(incident.said.get(p), allowed) for p, allowed in tests.asked)
        sure = bisect_right(tests.sure, incident.sure.rank)
        return incident.kind, incident.when, sure, compared, asked

    def most(self, kind: str) -> int:
        """How many reports of a kind and of one meaning can matter together."""
        return self._tests[kind].most


def _tests(derivations: Iterable[Derivation], kind: str) -> _Tests:
    compared, asked, sure, most = set[str](), dict[tuple[str, frozenset[str]], None](), set[int](), 1
    for d in derivations:
        patterns = [s for s in (*d.reports, *d.unless) if kind in s.kinds]
        taken = [g for g in d.gives.values() if isinstance(g, OfReport)]
        taken += [j.other for s in (*d.reports, *d.unless) for j in s.joins if isinstance(j.other, OfReport)]
        compared |= {o.key for o in taken if o.alias in {s.alias for s in patterns}} | {j.key for s in patterns for j in s.joins}
        asked |= dict.fromkeys((place, allowed) for s in patterns for place, allowed in s.allowed.items())
        sure |= {s.sure.rank for s in patterns}
        most = max(most, len(patterns))
    rest = tuple((place, allowed) for place, allowed in asked if place not in compared)
    return _Tests(tuple(p for p in PLACES if p in compared), rest, tuple(sorted(sure)), most)


def _level(said: frozenset[str] | None, allowed: frozenset[str]) -> int | None:
    """How far a place is among the values asked for; None where it is left out."""
    return None if not said else 2 if said <= allowed else 1 if said & allowed else 0


class Interest:
    """Finds the open questions that a report can matter to, by what their patterns admit."""

    def __init__(self, places: Mapping[str, str]) -> None:
        """Of no question; `places` say by which place reports of a kind are kept."""
        self.places = places
        self._by_key: dict[str, dict[str, None]] = {}
        self._filters: dict[str, tuple[Filter, ...]] = {}

    def add(self, ident: str, filters: tuple[Filter, ...]) -> None:
        """Take up a question, in place of what was known of it."""
        self.remove(ident)
        self._filters[ident] = filters
        for each in filters:
            for key in each.keys(self.places):
                self._by_key.setdefault(key, {})[ident] = None

    def remove(self, ident: str) -> None:
        """Drop a question."""
        for each in self._filters.pop(ident, ()):
            for key in each.keys(self.places):
                left = self._by_key.get(key, {})
                left.pop(ident, None)
                if not left:
                    self._by_key.pop(key, None)

    def of(self, incident: Incident, keys: Iterable[tuple[str, int]]) -> set[str]:
        """The questions that a report, kept under these keys, can matter to."""
        near = {ident for key in (f"{incident.kind}|", *(k for k, _ in keys)) for ident in self._by_key.get(key, ())}
        return {ident for ident in near if any(f.takes(incident) for f in self._filters[ident])}

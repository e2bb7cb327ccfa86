"""Which reports can matter to which open question: never too few, and few enough that a stream of others costs nothing.

A report can matter if some pattern of some derivation could take it: its kind is sought, each place it names is one the
pattern admits for this question, and its day lies within the pattern's window. A place that it leaves out may be any.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from caveat.core.derivation import OfFact, OfReport
from caveat.core.incident import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from caveat.core.derivation import Reporting, Sought
    from caveat.core.incident import Incident
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

    def keys(self, narrow: str) -> Iterator[str]:
        """The keys under which a report that it takes may be kept: by kind and by the values of its narrowest place."""
        values = dict(self.admits).get(narrow)
        for kind in sorted(self.kinds):
            if values is None:
                yield kind
            else:
                yield f"{kind}|{narrow}|{ANY}"
                yield from (f"{kind}|{narrow}|{value}" for value in sorted(values))

    @property
    def narrowest(self) -> str:
        """The place that admits the fewest values, of several the first of PLACES; nothing where none admits fewer than any."""
        return min(self.admits, key=lambda entry: len(entry[1]))[0] if self.admits else ""


def filters_of(reporting: Reporting, vocabulary: Vocabulary, sets: Mapping[str, frozenset[str]], first: date | None, last: date | None) -> tuple[Filter, ...]:  # fmt: skip
    """What every pattern of every derivation admits for a question whose facts have these values, asked about these days.

    Nothing where there is no day: then nothing follows from any report.
    """
    found: dict[Filter, None] = {}
    if first is None or last is None:
        return ()
    for derivation in reporting.derivations:
        patterns = {s.alias: s for s in derivation.reports}
        for sought in (*derivation.reports, *derivation.unless):
            admits = tuple((key, values) for key in PLACES if (values := _admitted(reporting, vocabulary, sought, patterns, key, sets)) is not None)
            since = date.min if sought.furthest is None else _back(first, sought.furthest)
            found[Filter(sought.kinds, admits, since.toordinal(), last.toordinal())] = None
    return tuple(found)


def _back(day: date, days: int) -> date:
    return date.fromordinal(max(day.toordinal() - days, 1))


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


def kept_under(incident: Incident) -> list[tuple[str, int]]:
    """The keys under which a report is kept, each with its last day as an ordinal: by kind, and by each place it may be of."""
    last = incident.when.latest.toordinal() if incident.when is not None else date.max.toordinal()
    keys = [incident.kind]
    for place in PLACES:
        values = incident.said.get(place) or ()
        keys += [f"{incident.kind}|{place}|{value}" for value in (sorted(values) if 0 < len(values) <= FEW else [ANY])]
    return [(key, last) for key in keys]


class Meaning:
    """What a report means to the derivations of a library: reports of one meaning can stand for one another.

    `most` is how many of them can matter together: a derivation takes different reports, as many as it has patterns.
    """

    def __init__(self, reporting: Reporting | None) -> None:
        """Note what patterns test: for each place the sets of values asked for, and whether it is compared with others."""
        derivations = reporting.derivations if reporting else ()
        patterns = [s for d in derivations for s in (*d.reports, *d.unless)]
        self.kinds = frozenset(k for s in patterns for k in s.kinds)
        self.most = max((len(d.reports) + len(d.unless) for d in derivations), default=1)
        given = {g.key for d in derivations for g in d.gives.values() if isinstance(g, OfReport)}
        others = {j.other.key for s in patterns for j in s.joins if isinstance(j.other, OfReport)}
        self._compared = tuple(p for p in PLACES if p in given | others or any(j.key == p for s in patterns for j in s.joins))
        self._asked = tuple((p, s.allowed[p]) for p in PLACES if p not in self._compared for s in patterns if p in s.allowed)
        self._sure = sorted({s.sure.rank for s in patterns})

    def of(self, incident: Incident, known_by: date) -> tuple[Any, ...]:
        """What it means; when it was reported counts only until it is public."""
        compared = tuple(incident.said.get(p) for p in self._compared)
        asked = tuple(_level(incident.said.get(p), allowed) for p, allowed in self._asked)
        sure = bisect_right(self._sure, incident.sure.rank)
        return incident.kind, incident.when, sure, compared, asked, None if incident.reported.latest <= known_by else incident.reported


def _level(said: frozenset[str] | None, allowed: frozenset[str]) -> int | None:
    """How far a place is among the values asked for; None where it is left out."""
    return None if not said else 2 if said <= allowed else 1 if said & allowed else 0


class Interest:
    """Finds the open questions that a report can matter to, by what their patterns admit."""

    def __init__(self) -> None:
        """Of no question."""
        self._by_key: dict[str, dict[str, None]] = {}
        self._filters: dict[str, tuple[Filter, ...]] = {}

    def add(self, ident: str, filters: tuple[Filter, ...]) -> None:
        """Take up a question, in place of what was known of it."""
        self.remove(ident)
        self._filters[ident] = filters
        for each in filters:
            for key in each.keys(each.narrowest):
                self._by_key.setdefault(key, {})[ident] = None

    def remove(self, ident: str) -> None:
        """Drop a question."""
        for each in self._filters.pop(ident, ()):
            for key in each.keys(each.narrowest):
                left = self._by_key.get(key, {})
                left.pop(ident, None)
                if not left:
                    self._by_key.pop(key, None)

    def of(self, incident: Incident, keys: Iterable[tuple[str, int]]) -> list[str]:
        """The questions that a report, kept under these keys, can matter to, in order of id."""
        near = {ident for key, _ in keys for ident in self._by_key.get(key, ())}
        return sorted(ident for ident in near if any(f.takes(incident) for f in self._filters[ident]))

"""Where an issuer is asked and none of its rules speaks, under any reading, on the last day its sources reach: for information.

The regions are listed role by role, each as if the issuer were asked in that role: who supplied what is then not said.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from caveat.core.errors import Severity, TooLargeError
from caveat.core.formula import negated
from caveat.diagram.frame import Part, as_scenario, frame, parts, terms_for, witness
from caveat.diagram.norms import Position, Side
from caveat.diagram.regions import regions
from caveat.diagram.space import NONE
from caveat.lint.finding import Finding, Region
from caveat.lint.goals import UnderEveryReading
from caveat.lint.search import Moment
from caveat.lint.witness import witness_within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from caveat.core.vocabulary import ValueSet
    from caveat.diagram.frame import Frame
    from caveat.diagram.space import Box
    from caveat.lint.finding import Places, Witness
    from caveat.lint.search import Search

ROLE = "role"
MAX_NODES = 200_000  # of one issuer's diagram: what is for information must not take minutes
MAX_REGIONS = 60  # of one role


def silent_areas(search: Search, places: Places) -> Iterator[Finding]:
    """One finding an issuer that has rules; none for a treaty, whose silence is no objection."""
    book = search.book
    spoken = {r.issuer for r in book.rules}
    for issuer in book.issuers.values():
        if issuer.id in spoken and search.last is not None:
            day = issuer.covered_until.latest if issuer.covered_until else search.last
            found = _of(search, places, issuer.id, Moment(day, search.last))
            if found:
                yield found
        search.done(1)


def _of(search: Search, places: Places, issuer: str, moment: Moment) -> Finding | None:
    """The finding about one issuer; None where some rule of it speaks to every use."""
    book = search.book
    name = book.issuers[issuer].name
    span = places.top(next(r.place for r in book.rules if r.issuer == issuer).rpartition(":")[0], "issuer")
    tip = "silence is never permission; where a source says what it means, write a `default`"
    known, day = moment.known_by, moment.as_of
    try:
        fr = frame([Side(book, known, day, issuer)], progress=_bounded)
        silent = fr.space.both(fr.valid, fr.norms[0].positions.get(Position.SILENT, NONE))
        areas = tuple(_areas(fr, issuer, silent)) if silent != NONE else ()
    except TooLargeError:
        message = f"where {name} says nothing on {day} falls into too many parts to be listed"
        return Finding("silent-area", message, span, tip, Severity.NOTE, issuer)
    if silent == NONE:
        return None
    message = f"{name} is asked, and says nothing, in {len(areas)} part{'s' * (len(areas) != 1)} of all uses on {day}"
    shown_by = _witness(search, fr, issuer, moment, silent)
    return Finding("silent-area", message, span, tip, Severity.NOTE, issuer, regions=areas, witness=shown_by)


def _bounded(nodes: int) -> None:
    if nodes > MAX_NODES:
        raise TooLargeError(f"more than {MAX_NODES:,} nodes")


def _areas(fr: Frame, issuer: str, silent: int) -> list[Region]:
    """The regions of each role, the largest first; what two roles have in common, once."""
    space, norms = fr.space, fr.norms[0]
    found: dict[str, tuple[list[str], Mapping[str, tuple[str, ...]]]] = {}
    for role in sorted({s.role for s in fr.book.says if s.issuer == issuer}, key=list(fr.book.vocabulary.roles).index):
        asked = space.possibly(space.either(*[norms.set_of(s.when) for s in fr.book.says if s.issuer == issuer and s.role == role]))
        valid = space.both(fr.valid, asked)
        of_role = replace(fr, valid=valid)
        for box in regions(space, silent, valid, most=MAX_REGIONS):
            where, words = _region(of_role, box)
            found.setdefault(words, ([], where))[0].append(role)
    return [
        Region({ROLE: tuple(roles), **where}, "; ".join([f"asked as {_joined(map(fr.book.vocabulary.roles.__getitem__, roles))}", *filter(None, [words])]))
        for words, (roles, where) in found.items()
    ]  # fmt: skip


def _region(fr: Frame, box: Box) -> tuple[Mapping[str, tuple[str, ...]], str]:
    """A region as a scenario would say it, and in words: what it leaves out, where that is shorter."""
    said = parts(fr, box)
    where = {fact: (terms,) if isinstance(terms, str) else tuple(terms) for fact, terms in as_scenario(fr, said).items()}
    return where, "; ".join(_words(fr, fact, said[fact], names) for fact, names in where.items())


def _words(fr: Frame, fact: str, part: Part, names: tuple[str, ...]) -> str:
    known = fr.book.vocabulary.facts[fact]
    whole = frozenset(known.domain)
    others = terms_for(known.value_set, Part(part.others, whole - part.values, part.values))
    if known.part_of is None and 0 < len(others) < len(names):
        return f"{fact} not {_listed(known.value_set, others)}"
    return f"{fact} {_listed(known.value_set, names)}"


def _listed(values: ValueSet, names: Iterable[str]) -> str:
    return _joined(values.terms[n].name for n in names)


def _joined(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def _witness(search: Search, fr: Frame, issuer: str, moment: Moment, silent: int) -> Witness | None:
    """An ordinary use of which nothing is said."""
    use = {fact: frozenset((value,)) for fact, value in witness(fr, silent).items()}
    rules = [search.applies(r, moment) for r in search.book.rules if r.issuer == issuer]
    goal = UnderEveryReading(search, search.says[issuer], tuple(negated(r) for r in rules))
    return witness_within(search, issuer, moment, goal, f"{search.book.issuers[issuer].name} says nothing", use)

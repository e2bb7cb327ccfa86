"""Several sides on one space: the facts they share, the days on which they can differ, what can be, and a witness."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import TYPE_CHECKING

from caveat.core.dates import day_after, day_before
from caveat.core.force import turning_days
from caveat.core.formula import In, atoms
from caveat.core.question import DATE
from caveat.core.remembered import remembered
from caveat.diagram.norms import Norms
from caveat.diagram.space import NONE, Space

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from caveat.core.book import Book
    from caveat.core.vocabulary import Fact, Term, ValueSet
    from caveat.diagram.norms import Side
    from caveat.diagram.space import Box

FIRST_DAY = date.min.isoformat()  # names the stretch of days before anything begins


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The sides as `norms` on one `space`; `valid` are the scenarios that every side's vocabulary allows.

    `days` are the first days of all stretches of days, empty where every side has a day of its own. `book`
    is the last side's; `facts` are those of all vocabularies, where two know one in the words of the later.
    """

    space: Space
    norms: tuple[Norms, ...]
    valid: int
    days: tuple[str, ...]
    book: Book
    facts: Mapping[str, Fact]
    telling: Mapping[tuple[str, str], float]  # for each fact and value how pointedly rules speak of it


def frame(
    sides: Sequence[Side],
    where: Mapping[str, frozenset[str]] | None = None,
    progress: Callable[[int], None] | None = None,
    *,
    days: tuple[date | None, date | None] = (None, None),
    turns: Iterable[date] = (),
) -> Frame:
    """The sides on one space, of the uses within `where` (values a fact) and, where the day is free, within `days` (both included).

    A stretch of days begins also on each of `turns`. Values that only some of the vocabularies know are left out, as are facts that a side settles by itself.
    """
    where = where or {}
    books = list({id(s.book): s.book for s in sides}.values())
    firsts = _turns(sides, days, turns)
    facts: dict[str, tuple[str, ...]] = {DATE: tuple(_within(firsts, days))} if firsts else {}
    given = {fact for side in sides for fact in side.given}
    for book in books:
        for name, fact in book.vocabulary.facts.items():
            if name not in facts and name not in given:
                known = [frozenset(b.vocabulary.facts[name].domain) for b in books if name in b.vocabulary.facts]
                facts[name] = tuple(v for v in fact.domain if all(v in k for k in known) and (name not in where or v in where[name]))
    space = Space(facts, progress)
    words = {n: f for b in books for n, f in b.vocabulary.facts.items()}
    sets = {f: frozenset(v) for f, v in facts.items()}
    whole = [{**{n: frozenset(f.domain) for n, f in s.book.vocabulary.facts.items()}, **sets} for s in sides]
    norms = tuple(Norms(s, space, w, [date.fromisoformat(d) for d in firsts]) for s, w in zip(sides, whole, strict=True))
    return Frame(space, norms, space.both(*[n.valid for n in norms]), tuple(firsts), books[-1], words, _telling(sides))


def _turns(sides: Sequence[Side], days: tuple[date | None, date | None], more: Iterable[date]) -> list[str]:
    """The first days of the stretches in which nothing begins or ends; none where no side has a free day."""
    free = [s for s in sides if s.as_of is None]
    bounds = {d for d in (days[0], day_after(days[1]) if days[1] else None) if d}
    return (
        sorted({FIRST_DAY, *(d.isoformat() for d in {d for s in free for d in turning_days(s.book.rules, s.book.statements)} | bounds | set(more))})
        if free
        else []
    )


def _within(turns: Sequence[str], days: tuple[date | None, date | None]) -> list[str]:
    first, last = (d.isoformat() if d else None for d in days)
    return [t for t in turns if (first is None or t >= first) and (last is None or t <= last)]


# -- boxes as people write them


@dataclass(frozen=True, slots=True)
class Part:
    """What a box says of one fact: the values that can occur in it, and those that may be named without saying more.

    `others` are the values that could occur beside the rest of the box and are not in it, for `any but`.
    """

    values: frozenset[str]
    nameable: frozenset[str]
    others: frozenset[str]


def parts(fr: Frame, box: Box) -> dict[str, Part]:
    """A box as the facts that need saying: those that follow from the others are left out, the last of the vocabulary first.

    At every step the scenarios in the box stay the same ones: a fact is freed, or given values that cannot occur, only
    where that lets nothing in, given what was done to the facts before it.
    """
    space = fr.space
    shown = [space.meeting(fr.valid, box, level) & mask for level, mask in enumerate(box)]
    masks = list(shown)
    needed = []
    for level in range(len(masks) - 1, -1, -1):
        if _possible(fr, masks, level) & ~masks[level]:
            needed.append(level)
        else:
            masks[level] = space.full[level]
    found: dict[str, Part] = {}
    for level in needed:  # the last first here, too: what was used may be named freely, given who supplied it
        possible = _possible(fr, masks, level)
        masks[level] |= space.full[level] & ~possible
        found[space.facts[level]] = Part(*[space.names(level, m) for m in (shown[level], masks[level], possible & ~shown[level])])
    return dict(reversed(found.items()))


def _possible(fr: Frame, masks: Sequence[int], level: int) -> int:
    """The values of a fact that can occur, the others as given."""
    return fr.space.meeting(fr.valid, (*masks[:level], fr.space.full[level], *masks[level + 1 :]), level)


def terms_for(value_set: ValueSet, part: Part) -> list[str]:
    """Few ids that together mean the values of a part, as a scenario reads them: classes with all that arguably belongs to them."""
    left, names = set(part.values), []
    fitting = [(len(leaves & part.values), t) for t, leaves in _classes(value_set) if leaves <= part.nameable]
    for _, term in sorted(fitting, key=lambda item: (-item[0], len(item[1].leaves), item[1].id)):
        inside = (term.leaves | term.arguable.keys()) & left
        if len(inside) > 1:
            names.append(term.id)
            left -= inside
    return names + sorted(left)


@remembered
def _classes(value_set: ValueSet) -> list[tuple[Term, frozenset[str]]]:
    """The classes of a set of values, each with all that certainly or arguably belongs to it."""
    return [(t, t.leaves | t.arguable.keys()) for t in value_set.terms.values() if t.is_class]


def as_scenario(fr: Frame, said: Mapping[str, Part]) -> dict[str, str | list[str]]:
    """A box as a scenario that `decide` accepts; the days as one range, so give boxes whose days are one run."""
    found: dict[str, str | list[str]] = {}
    for fact, part in said.items():
        if fact == DATE:
            found[fact] = days_text(fr, part.values)
        else:
            terms = terms_for(fr.facts[fact].value_set, part)
            found[fact] = terms[0] if len(terms) == 1 else terms
    return found


def days_text(fr: Frame, firsts: frozenset[str]) -> str:
    """The days of a run of stretches, `first/last`."""
    last = max(firsts)
    after = [d for d in fr.days if d > last]
    end = day_before(date.fromisoformat(after[0])) if after else date.max
    return min(firsts) if end.isoformat() == min(firsts) else f"{min(firsts)}/{end.isoformat()}"


def usual_day(fr: Frame, first: str) -> str:
    """A day of a stretch: its first, but of all the days before anything began, the last."""
    if first == fr.days[0] and len(fr.days) > 1:
        return day_before(date.fromisoformat(fr.days[1])).isoformat()
    return first


def in_runs(fr: Frame, box: Box) -> list[Box]:
    """The box parted so that the days of each part are one run of stretches."""
    if DATE not in fr.space.level_of:
        return [box]
    level = fr.space.level_of[DATE]
    runs: list[int] = []
    for i in range(len(fr.space.values[level])):
        if box[level] >> i & 1:
            if i and box[level] >> (i - 1) & 1:
                runs[-1] |= 1 << i
            else:
                runs.append(1 << i)
    return [(*box[:level], run, *box[level + 1 :]) for run in runs]


# -- one scenario of many


def witness(fr: Frame, wanted: int, box: Box | None = None) -> dict[str, str]:
    """One ordinary scenario of a set, within a box, with a value for every fact.

    A fact has the value that is assumed where it is left out, or else the one of which rules speak most pointedly.
    ValueError where the set is empty.
    """
    space = fr.space
    inside = space.both(wanted, fr.valid, space.box(box) if box is not None else 1)
    if inside == NONE:
        raise ValueError("no scenario is in this set")
    masks = list(space.full)
    found = {}
    for level in _telling_last(fr):
        can = space.meeting(inside, tuple(masks), level)
        value = _ordinary(fr, space.facts[level], fr.space.names(level, can))
        masks[level] = space.mask(level, (value,))
        found[space.facts[level]] = value
    return {fact: found[fact] for fact in space.facts}


def _telling_last(fr: Frame) -> list[int]:
    """The facts that are assumed when left out first: they are settled as they usually are; then in the vocabulary's order."""
    names = fr.space.facts
    return sorted(range(len(names)), key=lambda i: (names[i] not in fr.facts or not fr.facts[names[i]].assume, i))


def _ordinary(fr: Frame, name: str, values: frozenset[str]) -> str:
    if name == DATE:
        return max(values)
    assume = fr.facts[name].assume
    usual = assume.values if assume else frozenset()
    order = fr.space.values[fr.space.level_of[name]].index
    doubtful = {v for term in fr.facts[name].value_set.terms.values() for v in term.arguable}
    return min(values, key=lambda v: (v not in usual, v in doubtful, -fr.telling.get((name, v), 0), order(v)))


def _telling(sides: Sequence[Side]) -> dict[tuple[str, str], float]:
    """How pointedly the rules of those asked speak of a value: the more, the fewer others a test takes together with it."""
    rules = {r for side in sides for r in side.book.rules if side.issuer in (None, r.issuer)}
    roles = {a for side in sides for s in side.book.says for a in atoms(s.when)}  # a rule's role is tested by the same tests
    found: dict[tuple[str, str], list[float]] = {}
    for _, test in {(r.id, a) for r in rules for a in atoms(r.condition) if isinstance(a, In) and a not in roles}:
        for value in test.values:
            found.setdefault((test.fact, value), []).append(1 / len(test.values))
    return {key: fsum(shares) for key, shares in found.items()}  # the same in whatever order they come

"""Conditions as people write them, to formulas.

A mapping of facts to tests, all of which must hold, with `all`, `any` and `not` beside them. A test is a term, a
list of terms (any of them), or a mapping of `within`, `borders`, `not`, or a number such as `range_km`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeGuard

from caveat.core.book import Reading
from caveat.core.errors import Diagnostic, did_you_mean
from caveat.core.formula import FALSE, TRUE, In, Point, every, negated, some
from caveat.core.vocabulary import YES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from caveat.core.formula import Formula
    from caveat.core.source import Span
    from caveat.core.vocabulary import Fact, Term, ValueSet, Vocabulary

MAX_DEPTH = 12
COMPARISONS = ("over", "at_least", "under", "at_most")
COMBINATORS = ("all", "any", "not")
Path = tuple[str | int, ...]


@dataclass(slots=True)
class Conditions:
    """Resolves the conditions of one file; gathers problems and the arguable points of the vocabulary as it goes."""

    vocabulary: Vocabulary
    span: Callable[..., Span]
    cuts: Mapping[str, tuple[tuple[float, bool], ...]]
    roles: Mapping[str, Formula] | None = None
    problems: list[Diagnostic] = field(default_factory=list)
    readings: dict[str, Reading] = field(default_factory=dict)

    def formula(self, data: object, path: Path) -> Formula:
        """The meaning of a condition; FALSE for `never`; TRUE for an empty one."""
        if data == "never":
            return FALSE
        if len(path) > MAX_DEPTH * 2:
            return self._problem("too-deep", f"the condition is nested more than {MAX_DEPTH} deep", path, "split it into several rules")
        if not isinstance(data, dict):
            return self._problem("wrong-value", "a condition is a mapping of facts to values", path, "write `target.region: RU`")
        return every(self._part(key, value, (*path, key)) for key, value in data.items())

    def _part(self, key: str, value: object, path: Path) -> Formula:
        if key == "not":
            return negated(self.formula(value, path))
        if key in ("all", "any"):
            if not isinstance(value, list):
                return self._problem("wrong-value", f"`{key}` needs a list of conditions", path, "write `- fact: value` lines below it")
            parts = [self.formula(item, (*path, i)) for i, item in enumerate(value)]
            return every(parts) if key == "all" else some(parts)
        if key == "role":
            return self._role(value, path)
        if isinstance(value, dict) and key not in self.vocabulary.facts and any(f"{key}.{k}" in self.vocabulary.facts for k in value):
            return every(self._part(f"{key}.{k}", v, (*path, k)) for k, v in value.items())
        if key in self.vocabulary.several:
            return self._several(key, value, path)
        fact = self.vocabulary.facts.get(key)
        if fact is None:
            known = [*self.vocabulary.facts, *self.vocabulary.several, "role", *COMBINATORS]
            return self._problem("unknown-fact", f"no fact `{key}`", path, did_you_mean(key, known) or "`caveat vocabulary` lists them", key=True)
        return self._test(fact, value, path)

    def _problem(self, code: str, message: str, path: Path, tip: str, *, key: bool = False) -> Formula:
        self.problems.append(Diagnostic(code, message, self.span(*path, key=key), tip))
        return FALSE

    def _role(self, value: object, path: Path) -> Formula:
        if self.roles is None:
            return self._problem("wrong-value", "a role can be tested in policies only", path, "here the roles are still being made up", key=True)
        parts = []
        for i, name in self._names(value):
            if name not in self.vocabulary.roles:
                self._problem("unknown-role", f"no role `{name}`", (*path, *i), did_you_mean(name, list(self.vocabulary.roles)))
            parts.append(self.roles.get(name, FALSE))
        return some(parts)

    def _several(self, whole: str, value: object, path: Path) -> Formula:
        """A fact that holds several things: it contains the thing named, or any of a list."""
        if isinstance(value, dict) and set(value) == {"not"}:
            return negated(self._several(whole, value["not"], (*path, "not")))
        parts = []
        for i, name in self._names(value):
            member = f"{whole}.{name}"
            if member not in self.vocabulary.facts:
                known = [m.removeprefix(f"{whole}.") for m in self.vocabulary.several[whole]]
                self._problem("unknown-term", f"no `{name}` among `{whole}`", (*path, *i), did_you_mean(name, known))
            parts.append(In(member, frozenset((YES,))))
        return some(parts)

    def _names(self, value: object) -> Iterator[tuple[Path, str]]:
        """The names written, one or a list, each with its path."""
        if isinstance(value, list):
            yield from (((i,), str(item)) for i, item in enumerate(value))
        else:
            yield (), str(value)

    def _test(self, fact: Fact, value: object, path: Path) -> Formula:
        if not _is_test(value):
            tip = f"write `{fact.name}: a-value`, a list of values, or {{not: a-value}}; leave the fact out if it may be anything"
            return self._problem("wrong-value", f"`{fact.name}` needs a value, or several", path, tip)
        if not isinstance(value, dict):
            return some(self._member(fact, name, (*path, *i)) for i, name in self._names(value))
        return every(self._operator(fact, op, operand, (*path, op)) for op, operand in value.items())

    def _operator(self, fact: Fact, op: str, operand: object, path: Path) -> Formula:
        if op == "not":
            return negated(self._test(fact, operand, path))
        if op == "within":
            return self._test(fact, operand, path)
        if op == "borders":
            if isinstance(operand, dict):
                return self._borders_fact(fact, operand, path)
            return some(self._beside_class(fact, t) for t in self._terms(fact, operand, path))
        if any(op in fact.value_set.terms[v].numbers for v in fact.domain if v in fact.value_set.terms):
            return self._number(fact, op, operand, path)
        known = ["within", "borders", "not", "range_km"]
        return self._problem("unknown-test", f"no test `{op}`", path, did_you_mean(op, known), key=True)

    def _beside_class(self, fact: Fact, term: Term) -> Formula:
        """The fact borders the class and is not in it: what is arguable about the class is arguable about both."""
        values = fact.value_set
        inside = dict(self._arguable(values, term))
        touching: dict[str, list[Formula]] = {leaf: [TRUE] for leaf in _beside(values, term)}
        for member, point in inside.items():
            for leaf in values.terms[member].borders - term.leaves:
                touching.setdefault(leaf, []).append(point)
        grouped: dict[Formula, set[str]] = {}
        for leaf, points in touching.items():
            when = every((some(points), negated(inside.get(leaf, FALSE))))
            grouped.setdefault(when, set()).add(leaf)
        return some(every((In(fact.name, frozenset(leaves)), when)) for when, leaves in grouped.items())

    def _terms(self, fact: Fact, operand: object, path: Path) -> Iterator[Term]:
        for i, name in self._names(operand):
            term = fact.value_set.terms.get(name)
            if term is None:
                self._unknown(fact, name, (*path, *i))
            else:
                yield term

    def _member(self, fact: Fact, name: str, path: Path) -> Formula:
        """The fact lies in the class: certainly for its leaves, under a reading for its arguable members."""
        term = fact.value_set.terms.get(name)
        if term is None:
            return self._unknown(fact, name, path)
        parts: list[Formula] = [In(fact.name, term.leaves)] if term.leaves else []
        parts += [every((In(fact.name, frozenset((leaf,))), point)) for leaf, point in self._arguable(fact.value_set, term)]
        return some(parts)

    def _arguable(self, values: ValueSet, term: Term) -> Iterator[tuple[str, Formula]]:
        """Each value that arguably belongs to the class, with the points under which it does: one for each class that names it."""
        for leaf, by in term.arguable.items():
            for named_by, why in by.items():
                point = f"{values.name}/{named_by}/{leaf}"
                self.readings[point] = Reading(point, f"Does {values.terms[leaf].name} count as {values.terms[named_by].name}?", why)
            yield leaf, some(Point(f"{values.name}/{named_by}/{leaf}") for named_by in by)

    def _unknown(self, fact: Fact, name: str, path: Path) -> Formula:
        values = fact.value_set
        found = values.find(name)
        near = [found] if found else values.near(name)
        tip = f"did you mean `{near[0].id}` ({near[0].name})?" if near else f"`caveat vocabulary {values.name}` lists them"
        return self._problem(f"unknown-{values.one.replace(' ', '-')}", f"no {values.one} `{name}`", path, tip)

    def _borders_fact(self, fact: Fact, operand: Mapping[str, object], path: Path) -> Formula:
        other = self.vocabulary.facts.get(str(operand.get("fact")))
        if other is None or set(operand) != {"fact"} or other.value_set.name != fact.value_set.name:
            return self._problem(
                "wrong-value",
                "`borders` takes places, or `{fact: ...}` of another fact with the same values",
                path,
                "write `borders: {fact: target.threatens}`",
            )
        by_neighbours: dict[frozenset[str], set[str]] = {}
        for leaf in other.domain:
            beside = _beside(fact.value_set, other.value_set.terms[leaf])
            if beside:
                by_neighbours.setdefault(beside, set()).add(leaf)
        return some(every((In(other.name, frozenset(leaves)), In(fact.name, beside))) for beside, leaves in by_neighbours.items())

    def _number(self, fact: Fact, attribute: str, operand: object, path: Path) -> Formula:
        if not isinstance(operand, dict) or not operand or not all(k in COMPARISONS and _is_number(v) for k, v in operand.items()):
            return self._problem(
                "wrong-value", f"`{attribute}` takes {', '.join(COMPARISONS)} and a number", path, f"write `{attribute}: {{over: 100}}`"
            )
        return every(self._compared(fact, attribute, *cut_of(op, number)) for op, number in operand.items())

    def _compared(self, fact: Fact, attribute: str, cut: tuple[float, bool], above: bool) -> Formula:
        """The number lies beyond a cut. Where a value's own number is only roughly known, that is arguable, cut by cut."""
        parts: list[Formula] = []
        sure: set[str] = set()
        for leaf in fact.domain:
            low, high = fact.value_set.terms[leaf].numbers.get(attribute, (float("-inf"), float("inf")))
            if _beyond(low, cut):
                sure.add(leaf)
            elif _beyond(high, cut):
                between = [c for c in self.cuts.get(attribute, ()) if c <= cut and not _beyond(low, c)]
                parts.append(every((In(fact.name, frozenset((leaf,))), *(self._cut_point(fact, leaf, attribute, c) for c in between))))
        parts.append(In(fact.name, frozenset(sure)) if sure else FALSE)
        return some(parts) if above else negated(some(parts))

    def _cut_point(self, fact: Fact, leaf: str, attribute: str, cut: tuple[float, bool]) -> Point:
        number, strictly = cut
        point = f"{fact.value_set.name}/{leaf}/{attribute}/{'over' if strictly else 'at-least'}-{number:g}"
        term = fact.value_set.terms[leaf]
        known = (
            f"it is given as {term.numbers[attribute][0]:g} to {term.numbers[attribute][1]:g}" if attribute in term.numbers else "it is not public"
        )
        question = f"Is the {attribute} of {term.name} {'over' if strictly else 'at least'} {number:g}?"
        self.readings[point] = Reading(point, question, known)
        return Point(point)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_test(value: object) -> bool:
    """Whether a value can be a test: a word, words, or a mapping that says something."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(item, str) for item in value)
    return isinstance(value, str) or (isinstance(value, dict) and bool(value))


def cut_of(op: str, number: float) -> tuple[tuple[float, bool], bool]:
    """A comparison as a cut of the line (number, strictly beyond it) and whether it asks for what lies beyond."""
    return (float(number), op in ("over", "at_most")), op in ("over", "at_least")


def cuts_in(data: object) -> Iterator[tuple[str, tuple[float, bool]]]:
    """Every numeric cut anywhere in raw condition data: attribute and cut."""
    if isinstance(data, list):
        for item in data:
            yield from cuts_in(item)
    elif isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, dict):
                yield from ((key, cut_of(op, n)[0]) for op, n in value.items() if op in COMPARISONS and _is_number(n))
            yield from cuts_in(value)


def _beyond(number: float, cut: tuple[float, bool]) -> bool:
    at, strictly = cut
    return number > at if strictly else number >= at


def _beside(values: ValueSet, term: Term) -> frozenset[str]:
    """The leaves outside a term that border one of its leaves."""
    return frozenset(n for leaf in term.leaves if leaf in values.terms for n in values.terms[leaf].borders) - term.leaves


__all__ = ["TRUE", "Conditions", "cut_of", "cuts_in"]

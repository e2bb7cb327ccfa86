"""The finite space every scenario lives in: facts, their values, and the classes that group values.

A value is a leaf of a taxonomy; a class is the set of its leaves. Names are found by id, name or alias in any case.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from caveat.core.formula import TRUE
from caveat.core.logic import narrowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from caveat.core.citation import Citation
    from caveat.core.formula import Formula
    from caveat.core.issuer import Issuer

YES, NO = "yes", "no"


# What people write for a dash or a blank, for an apostrophe, and for an i; a dot above stays of a dotted capital i.
_SAME = str.maketrans(
    {**dict.fromkeys("-_\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u02d7\u2043", " "), **dict.fromkeys("\u2018\u2019\u201b\u02bc\u02bb\u02b9\u2032\u0060\u00b4", "'"), "\u0131": "i"}
)  # fmt: skip


def folded(name: str) -> str:
    """The form under which names are compared: case, width, accents, dashes, apostrophes and blanks alike, what cannot be seen left out."""
    if name.isascii():
        return " ".join(name.casefold().translate(_SAME).split())
    seen = "".join(c for c in name.translate(_SAME) if unicodedata.category(c) != "Cf")
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold()).replace("i\u0307", "i")
    return " ".join(text.translate(_SAME).split())


def issuer_named(name: str, issuers: Mapping[str, Issuer], vocabulary: Vocabulary) -> str | None:
    """The id of the issuer with this id, or else with this id or name as people write it; None where there is none.

    A state is an issuer under each name that the vocabulary knows it by, as it is a value of a fact.
    """
    if name in issuers:
        return name
    own = next((i.id for i in issuers.values() if folded(name) in (folded(i.id), folded(i.name))), None)
    terms = (value_set.find(name) for value_set in vocabulary.value_sets.values())
    meant = {term.id for term in terms if term and term.id in issuers}
    return own or (meant.pop() if len(meant) == 1 else None)


@dataclass(frozen=True, slots=True)
class Term:
    """A value or a class of values. `leaves` of a value is itself; `arguable` members belong only under a reading."""

    id: str
    name: str
    aliases: tuple[str, ...]
    leaves: frozenset[str]
    arguable: Mapping[str, Mapping[str, str]]  # leaf: the class that names it, and why it is arguable
    borders: frozenset[str]
    numbers: Mapping[str, tuple[float, float]]
    note: str | None = None
    sources: tuple[Citation, ...] = ()

    @property
    def is_class(self) -> bool:
        """Whether it stands for other values."""
        return self.leaves != frozenset((self.id,))


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class ValueSet:
    """One taxonomy: its terms by id and by every folded name."""

    name: str
    title: str
    one: str  # what a single one of its values is called
    terms: Mapping[str, Term]
    leaves: tuple[str, ...]
    index: Mapping[str, str] = field(repr=False)

    def find(self, name: str) -> Term | None:
        """The term with this id, name or alias; None where there is none."""
        found = self.terms.get(name)
        if found is None:
            ident = self.index.get(folded(name))
            found = self.terms[ident] if ident is not None else None
        return found

    def near(self, name: str) -> list[Term]:
        """Up to three terms whose names look like this one, nearest first."""
        hits = get_close_matches(folded(name), self.index, n=6, cutoff=0.6)
        return [self.terms[i] for i in dict.fromkeys(self.index[h] for h in hits)][:3]

    def smallest_names(self, leaves: frozenset[str]) -> list[str]:
        """Few ids that together mean exactly these leaves, classes first: how a set is shown to people."""
        left, names = set(leaves), []
        classes = sorted((t for t in self.terms.values() if t.is_class), key=lambda t: (-len(t.leaves), t.id))
        for term in classes:
            if len(term.leaves) > 1 and term.leaves <= leaves and len(term.leaves & left) > 1:
                names.append(term.id)
                left -= term.leaves
        return names + sorted(left)


@dataclass(frozen=True, slots=True)
class Assumption:
    """What is taken for granted where a fact is left out, and nothing that is said rules out `when` (of facts alone)."""

    terms: tuple[str, ...]
    values: frozenset[str]
    because: str
    when: Formula = TRUE

    def usual_of(self, use: Mapping[str, str]) -> frozenset[str]:
        """The values it stands for in a use with one value for each fact; none where the use does not meet `when`.

        Left out of such a use it is assumed, whatever else is left out, too: then even less is ruled out.
        """
        met = narrowed(self.when, {fact: frozenset((value,)) for fact, value in use.items()})
        return self.values if met == TRUE else frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """One fact a scenario may have. `part_of` names the several-valued fact it is one member of (then yes/no)."""

    name: str
    title: str
    question: str
    domain: tuple[str, ...]
    value_set: ValueSet
    assume: Assumption | None
    part_of: str | None = None
    together: str | None = None  # the fact that takes the second of two values that hold together


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """All facts in order, and the value sets behind them. `several` maps a several-valued fact to its members."""

    facts: Mapping[str, Fact]
    value_sets: Mapping[str, ValueSet]
    several: Mapping[str, tuple[str, ...]]
    roles: Mapping[str, str]

    def shown(self, fact: str, value: str) -> str:
        """The name people know a value by."""
        term = self.facts[fact].value_set.terms.get(value)
        return term.name if term else value

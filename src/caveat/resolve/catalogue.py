"""What the catalogue says of single values: who supplied them, what they can be used for, and what is worth telling of them.

All of it is constraints and remarks over facts like any other, so engines, analysis and proofs need to know nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from caveat.core.book import Constraint, Remark
from caveat.core.errors import Diagnostic, did_you_mean
from caveat.core.formula import FALSE, In, every, negated, some
from caveat.core.logic import points_of
from caveat.resolve.vocabulary import NEWCOMER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from caveat.core.formula import Formula
    from caveat.core.vocabulary import Fact, ValueSet, Vocabulary
    from caveat.load.files import Checked
    from caveat.load.models import FactsModel, SuppliersModel, TermModel, ValuesModel
    from caveat.resolve.conditions import Conditions

CERTAIN_ONLY = "name the values themselves instead of a class with arguable members or a number only roughly known"


def with_conditions(vocabulary: Vocabulary, file: Checked[FactsModel], conditions: Conditions) -> Vocabulary:
    """The vocabulary with what each assumption depends on, which can be read only once all facts are known."""
    facts = dict(vocabulary.facts)
    for name, model in file.model.facts.items():
        if model.assume is None or not model.assume.when:
            continue
        path = ("facts", name, "assume", "when")
        when = conditions.formula(model.assume.when, path)
        if points_of([when]):
            conditions.problems.append(
                Diagnostic("arguable-constraint", "an assumption may not turn on something arguable", file.span(*path, key=True), CERTAIN_ONLY)
            )
        for fact in vocabulary.several.get(name, (name,)):
            assume = facts[fact].assume
            facts[fact] = replace(facts[fact], assume=replace(assume, when=when) if assume else None)
    return replace(vocabulary, facts=facts)


@dataclass(slots=True)
class Catalogue:
    """Reads what the files of values say of their terms; gathers problems as it goes."""

    vocabulary: Vocabulary
    facts: Checked[FactsModel]
    values: Sequence[Checked[ValuesModel]]
    conditions: Conditions
    problems: list[Diagnostic]

    def constraints(self) -> Iterator[Constraint]:
        """What the catalogue demands of every completion."""
        for entry in self.facts.model.suppliers:
            bound = self._bound(entry)
            if not entry.optional:
                yield bound.has_a_supplier()
            for ident, term in bound.terms.items():
                yield from bound.constraints(ident, term)
        for file in self.values:
            for ident, term in file.model.terms.items():
                for fact, names in term.can.items():
                    yield from self._abilities(file, ident, fact, names)

    def remarks(self) -> Iterator[Remark]:
        """What is told of a use whatever its verdict."""
        for entry in self.facts.model.suppliers:
            bound = self._bound(entry)
            for ident, term in bound.terms.items():
                yield from bound.remarks(ident, term)

    def _bound(self, entry: SuppliersModel) -> _Suppliers:
        values = self.vocabulary.facts[entry.of].value_set
        terms = {i: t for f in self.values if f.model.values == values.name for i, t in f.model.terms.items()}
        unless = self.conditions.formula(entry.unless, ("suppliers",))
        bound = self.vocabulary.facts[entry.bound]
        return _Suppliers(entry, values, bound.value_set, bound.title, terms, unless)

    def _abilities(self, file: Checked[ValuesModel], ident: str, name: str, names: Sequence[str]) -> Iterator[Constraint]:
        """What a value can be used for at most; of a class, that holds for all that is in it."""
        fact = self.vocabulary.facts.get(name)
        path = ("terms", ident, "can", name)
        if fact is None:
            tip = did_you_mean(name, list(self.vocabulary.facts)) or "`caveat vocabulary` lists them"
            self.problems.append(Diagnostic("unknown-fact", f"no fact `{name}`", file.span(*path, key=True), tip))
            return
        allowed = self._leaves(file, fact, names, path)
        term = self.vocabulary.value_sets[file.model.values].terms[ident]
        for user in (f for f in self.vocabulary.facts.values() if f.part_of is None and f.value_set.name == file.model.values and f.name != name):
            known = fact.value_set.terms
            because = f"the catalogue knows {term.name} only with the {fact.title} {' or '.join(known[n].name for n in names if n in known)}"
            holds = some((negated(In(user.name, term.leaves)), In(name, allowed)))
            yield Constraint(f"{user.name}-{ident}-{name}", holds, because)

    def _leaves(self, file: Checked[ValuesModel], fact: Fact, names: Sequence[str], path: tuple[str | int, ...]) -> frozenset[str]:
        found: set[str] = set()
        for i, name in enumerate(names):
            term = fact.value_set.terms.get(name)
            if term is None:
                tip = did_you_mean(name, list(fact.value_set.terms))
                self.problems.append(Diagnostic("unknown-term", f"no term `{name}` in `{fact.value_set.name}`", file.span(*path, i), tip))
            else:
                found |= term.leaves
        return frozenset(found)

    def unknown_suppliers(self) -> Iterator[Diagnostic]:
        """Every supplier that is named and is none."""
        for entry in self.facts.model.suppliers:
            known = self.vocabulary.facts[entry.bound].value_set
            if entry.nobody not in self.vocabulary.facts[entry.bound].domain:
                span = self.facts.span("suppliers", self.facts.model.suppliers.index(entry), "nobody")
                yield Diagnostic("unknown-term", f"no value `{entry.nobody}` of `{entry.bound}`", span, did_you_mean(entry.nobody, list(known.terms)))
            of = self.vocabulary.facts[entry.of].value_set.name
            for file in (f for f in self.values if f.model.values == of):
                for ident, term in file.model.terms.items():
                    for i, name in enumerate(term.suppliers or ()):
                        if name not in known.terms:
                            tip = did_you_mean(name, list(known.terms))
                            yield Diagnostic("unknown-term", f"no term `{name}` in `{known.name}`", file.span("terms", ident, "suppliers", i), tip)


@dataclass(frozen=True, slots=True)
class _Suppliers:
    """The suppliers that the values of one fact list, as bounds of another."""

    entry: SuppliersModel
    values: ValueSet
    parties: ValueSet
    title: str  # of the fact that is bound
    terms: Mapping[str, TermModel]
    unless: Formula

    def has_a_supplier(self) -> Constraint:
        """Whatever was ever given comes from someone; what was not has no supplier."""
        never = frozenset(leaf for i, t in self.terms.items() if t.suppliers == () for leaf in self.values.terms[i].leaves)
        nobody = In(self.entry.bound, frozenset((self.entry.nobody,)))
        never_given = every((In(self.entry.of, never), negated(self.unless))) if never else FALSE
        because = f"a {self.values.one} comes from someone, if only from the recipient itself"
        return Constraint(f"{self.entry.of}-has-a-supplier", some((negated(nobody), never_given)), because)

    def constraints(self, ident: str, term: TermModel) -> Iterator[Constraint]:
        """A list that is complete bounds the supplier; an empty one leaves none."""
        if term.suppliers == ():
            holds = some((self.unless, negated(self._is(ident)), In(self.entry.bound, frozenset((self.entry.nobody,)))))
            yield Constraint(f"{self.entry.bound}-of-{ident}", holds, self._never(term), is_catalogue=True)
        elif term.suppliers and term.suppliers_complete:
            holds = some((self.unless, negated(self._is(ident)), In(self.entry.bound, self._listed(term))))
            because = f"the catalogue names as the only suppliers of {term.name}: {self._names(term)}"
            yield Constraint(f"{self.entry.bound}-of-{ident}", holds, because, is_catalogue=True)

    def remarks(self, ident: str, term: TermModel) -> Iterator[Remark]:
        """That a thing was never given; that a supplier is not among those listed, where the list is not known to be complete."""
        used = every((self._is(ident), negated(self.unless)))
        if term.suppliers == () and not self.entry.optional:
            yield Remark(f"never-given-{ident}", used, self._never(term))
        elif term.suppliers and not term.suppliers_complete:
            says = f"the catalogue does not name the {self.title} given among those of {term.name} ({self._names(term)}); its list is not known to be complete"
            yield Remark(f"{self.entry.bound}-not-listed-{ident}", every((used, negated(In(self.entry.bound, self._listed(term))))), says)

    def _is(self, ident: str) -> Formula:
        return In(self.entry.of, self.values.terms[ident].leaves)

    def _listed(self, term: TermModel) -> frozenset[str]:
        """Those listed, and donors that only a policy brings in: the catalogue does not know them, and so does not bound them."""
        newcomers = {t.id for t in self.parties.terms.values() if t.note == NEWCOMER}
        if self.entry.optional:
            newcomers.add(self.entry.nobody)
        return frozenset(newcomers.union(*(self.parties.terms[s].leaves for s in term.suppliers or () if s in self.parties.terms)))

    def _names(self, term: TermModel) -> str:
        return ", ".join(self.parties.terms[s].name for s in term.suppliers or () if s in self.parties.terms)

    def _never(self, term: TermModel) -> str:
        return f"{term.name} was never supplied by anyone, as far as the catalogue knows: it has no supplier"

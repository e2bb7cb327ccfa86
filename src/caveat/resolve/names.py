"""The names of a whole library: issuers, what belongs to them, facts, roles; each must be told apart from all others of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.load.names import Named, ambiguous, mixed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from caveat.core.errors import Diagnostic
    from caveat.load.files import Checked
    from caveat.load.models import DerivationsModel, FactsModel, PolicyModel, ValuesModel

# What belongs to an issuer; of what stands together here an id is one thing.
OWN = (("statements", "rules"), ("readings",), ("derivations",))


def names_in(
    values: Sequence[Checked[ValuesModel]], facts: Checked[FactsModel], policies: Sequence[Checked[PolicyModel]], derivations: Sequence[Checked[DerivationsModel]]
) -> list[Diagnostic]:  # fmt: skip
    """Every name that stands for two things, and names in letters of two alphabets."""
    issuers = list(_issuers(policies))
    groups = [
        issuers,
        _parties(values, facts, policies),
        *_owned(policies),
        *_declared(facts),
        [Named(v.model.values, v.model.values, v.span("values")) for v in values],
    ]
    groups.append([Named(n, n, d.span("derivations", n, key=True)) for d in derivations for n in d.model.derivations])
    groups += _also(values, facts)
    return [problem for group in groups for problem in ambiguous(group)] + list(mixed(issuers))


def _issuers(policies: Sequence[Checked[PolicyModel]]) -> Iterator[Named]:
    """The id and name of every issuer, by id; each where it stands first."""
    seen: set[tuple[str, str]] = set()
    for file in sorted(policies, key=lambda p: p.model.issuer):
        for key, name in (("issuer", file.model.issuer), ("name", file.model.name)):
            if (file.model.issuer, name) not in seen:
                seen.add((file.model.issuer, name))
                yield Named(name, file.model.issuer, file.span(key))


def _parties(values: Sequence[Checked[ValuesModel]], facts: Checked[FactsModel], policies: Sequence[Checked[PolicyModel]]) -> list[Named]:
    """Those the vocabulary knows, then issuers that are no states: a state of another id was looked for among them already."""
    sets = {facts.model.facts[c.issuer_is].values for c in facts.model.consents if c.issuer_is in facts.model.facts}
    known = [
        Named(name, ident, file.span("terms", ident, key=True))
        for file in values
        if file.model.values in sets
        for ident, term in file.model.terms.items()
        for name in (ident, term.name, *term.aliases)
    ]
    states = {p.model.issuer for p in policies if p.model.kind.value == "state"}
    return known + [n for n in _issuers(policies) if n.of not in states]


def _owned(policies: Sequence[Checked[PolicyModel]]) -> Iterator[list[Named]]:
    """What belongs to each issuer, over all its files."""
    for issuer in sorted({p.model.issuer for p in policies}):
        files = [p for p in policies if p.model.issuer == issuer]
        for keys in OWN:
            yield [Named(n, n, f.span(key, n, key=True)) for f in files for key in keys for n in getattr(f.model, key)]


def _declared(facts: Checked[FactsModel]) -> Iterator[list[Named]]:
    """Facts, roles and constraints."""
    for key in ("facts", "roles", "constraints"):
        yield [Named(n, n, facts.span(key, n, key=True)) for n in getattr(facts.model, key)]


def _also(values: Sequence[Checked[ValuesModel]], facts: Checked[FactsModel]) -> Iterator[list[Named]]:
    """The values of each set, with those that one fact has beyond them."""
    for name, fact in facts.model.facts.items():
        more = [Named(n, i, facts.span("facts", name, "also", i, key=True)) for i, a in fact.also.items() for n in (i, a.name, *a.aliases)]
        if more:
            terms = [(file, i, t) for file in values if file.model.values == fact.values for i, t in file.model.terms.items()]
            yield [Named(n, i, file.span("terms", i, key=True)) for file, i, t in terms for n in (i, t.name, *t.aliases)] + more

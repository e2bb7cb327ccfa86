"""Vocabulary files to a Vocabulary: taxonomies closed, names indexed, facts declared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from caveat.core.citation import Check, Citation
from caveat.core.errors import Diagnostic, did_you_mean
from caveat.core.issuer import IssuerKind
from caveat.core.vocabulary import NO, YES, Assumption, Fact, Term, ValueSet, Vocabulary, folded
from caveat.load.names import Named, ambiguous, mixed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from caveat.load.files import Checked
    from caveat.load.models import FactModel, FactsModel, PolicyModel, SourceModel, TermModel, ValuesModel

SEVERAL = ValueSet(
    "yes-no", "yes or no", "answer", {n: Term(n, n, (), frozenset((n,)), {}, frozenset(), {}) for n in (YES, NO)}, (YES, NO), {YES: YES, NO: NO}
)


def citation(model: SourceModel) -> Citation:
    """The source as the book holds it."""
    done = model.checked
    return Citation(
        publisher=model.publisher, title=model.title, date=model.date, url=model.url, no_url=model.no_url, words=model.words,
        of=model.of, language=model.language, reliability=model.reliability, note=model.note,
        checked=Check(done.date, done.how, done.digest) if done else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Terms:
    """The terms of one value set while it is being resolved."""

    file: Checked[ValuesModel]
    models: Mapping[str, TermModel]
    children: Mapping[str, tuple[str, ...]]


def resolve_values(files: Sequence[Checked[ValuesModel]]) -> tuple[dict[str, ValueSet], list[Diagnostic]]:
    """Each file's value set, by name."""
    sets: dict[str, ValueSet] = {}
    problems: list[Diagnostic] = []
    for file in files:
        name = file.model.values
        if name in sets:
            problems.append(Diagnostic("duplicate-values", f"the value set `{name}` is declared twice", file.span("values"), "merge the two files"))
            continue
        sets[name], found = _value_set(file)
        problems += found
    return sets, problems


def _value_set(file: Checked[ValuesModel]) -> tuple[ValueSet, list[Diagnostic]]:
    models, problems = file.model.terms, []
    children: dict[str, list[str]] = {}
    for ident, model in models.items():
        for key, parents in (("is", model.is_), ("within", model.within)):
            for parent in parents:
                if parent in models:
                    children.setdefault(parent, []).append(ident)
                else:
                    problems.append(_unknown(file, ("terms", ident, key), parent, list(models)))
        for key, names in (("borders", model.borders), ("arguably", model.arguably)):
            problems += [_unknown(file, ("terms", ident, key), n, list(models)) for n in names if n not in models]
    terms = _Terms(file, models, {p: tuple(sorted(c)) for p, c in children.items()})
    leaves: dict[str, frozenset[str]] = {}
    for ident in models:
        problems += _close(terms, ident, leaves, ())
    resolved = {ident: _term(ident, terms, leaves) for ident in sorted(models)}
    index, clashes = _index(file, resolved)
    domain = tuple(i for i, term in resolved.items() if term.leaves == frozenset((i,)))
    title = file.model.title or file.model.values
    problems += _no_values_or_class_borders(file, resolved)
    value_set = ValueSet(file.model.values, title, file.model.one or title, resolved, domain, index)
    return value_set, problems + clashes + _one_way_borders(file, resolved)


def _no_values_or_class_borders(file: Checked[ValuesModel], terms: Mapping[str, Term]) -> Iterator[Diagnostic]:
    """A set without a value, and borders of classes: both would never be met."""
    if all(t.is_class for t in terms.values()):
        yield Diagnostic("no-values", f"`{file.model.values}` has no value", file.span("terms"), "add a term that is no class")
    for term in terms.values():
        for other in sorted({term.id, *term.borders} if term.borders else ()):
            if other in terms and terms[other].is_class:
                span = file.span("terms", term.id, "borders")
                yield Diagnostic("border-of-class", f"`{other}` is a class, and borders lie between values", span, "name the values that touch")


def _close(terms: _Terms, ident: str, leaves: dict[str, frozenset[str]], path: tuple[str, ...]) -> list[Diagnostic]:
    """Fill in the leaves of a term and of all below it; a cycle is reported once and cut."""
    if ident in leaves:
        return []
    if ident in path:
        chain = " > ".join((*path[path.index(ident) :], ident))
        leaves[ident] = frozenset()
        return [Diagnostic("cycle", f"`{ident}` is within itself: {chain}", terms.file.span("terms", ident, key=True), "remove one `is` or `within`")]
    below = terms.children.get(ident, ())
    problems = [p for child in below for p in _close(terms, child, leaves, (*path, ident))]
    itself = frozenset() if terms.models[ident].arguably else frozenset((ident,))
    leaves.setdefault(ident, itself if not below else frozenset().union(*(leaves[c] for c in below)))
    return problems


def _term(ident: str, terms: _Terms, leaves: Mapping[str, frozenset[str]]) -> Term:
    model = terms.models[ident]
    arguable: dict[str, dict[str, str]] = {}
    for by in _below(terms, ident):
        for member, why in terms.models[by].arguably.items():
            for leaf in leaves.get(member, frozenset()) - leaves[ident]:
                arguable.setdefault(leaf, {})[by] = why
    return Term(
        id=ident,
        name=model.name,
        aliases=model.aliases,
        leaves=leaves[ident],
        arguable={leaf: dict(sorted(by.items())) for leaf, by in sorted(arguable.items())},
        borders=frozenset(model.borders),
        numbers={"range_km": model.range_km} if model.range_km is not None else {},
        note=model.note,
        sources=tuple(citation(s) for s in model.sources),
    )


def _below(terms: _Terms, ident: str) -> list[str]:
    """The term and every class below it: what is arguably in one of them is arguably in the term."""
    found, waiting = [], [ident]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.append(name)
            waiting += terms.children.get(name, ())
    return found


def _index(file: Checked[ValuesModel], terms: Mapping[str, Term]) -> tuple[dict[str, str], list[Diagnostic]]:
    named = names_of(file)
    index: dict[str, str] = {}
    for each in named:
        index.setdefault(folded(each.name), each.of)
    return {name: ident for name, ident in index.items() if ident in terms}, [*ambiguous(named, "a name or alias belongs to one term"), *mixed(named)]


def names_of(file: Checked[ValuesModel]) -> list[Named]:
    """Every id, name and alias of the terms of a file, by id."""
    return [
        Named(name, ident, file.span("terms", ident, key=True))
        for ident, term in sorted(file.model.terms.items())
        for name in dict.fromkeys((ident, term.name, *term.aliases))
    ]


def _one_way_borders(file: Checked[ValuesModel], terms: Mapping[str, Term]) -> list[Diagnostic]:
    return [
        Diagnostic("one-way-border", f"`{t.id}` borders `{other}`, but not the other way round", file.span("terms", t.id, "borders"), f"add `{t.id}` to the borders of `{other}`")
        for t in terms.values()
        for other in sorted(t.borders)
        if other in terms and t.id not in terms[other].borders
    ]  # fmt: skip


def _unknown(file: Checked[ValuesModel], path: tuple[str | int, ...], name: str, known: list[str]) -> Diagnostic:
    return Diagnostic("unknown-term", f"no term `{name}` in `{file.model.values}`", file.span(*path), did_you_mean(name, known))


def resolve_facts(file: Checked[FactsModel], sets: Mapping[str, ValueSet]) -> tuple[Vocabulary, list[Diagnostic]]:
    """The facts in the order of the file, each with its domain and its assumption."""
    facts: dict[str, Fact] = {}
    several: dict[str, tuple[str, ...]] = {}
    problems: list[Diagnostic] = []
    for name, model in file.model.facts.items():
        if model.values not in sets:
            problems.append(
                Diagnostic(
                    "unknown-values", f"no value set `{model.values}`", file.span("facts", name, "values"), did_you_mean(model.values, list(sets))
                )
            )
            continue
        values = _with_more(sets[model.values], model)
        if model.several:
            members = {f"{name}.{leaf}": leaf for leaf in values.leaves}
            several[name] = tuple(members)
            facts |= {m: _member(m, name, values.terms[leaf], model) for m, leaf in members.items()}
        else:
            assume, found = _assumption(file, name, model, values)
            problems += found
            facts[name] = Fact(name, model.title, model.question, values.leaves, values, assume, together=model.together)
    return Vocabulary(facts, sets, several, file.model.roles), problems


def _with_more(values: ValueSet, model: FactModel) -> ValueSet:
    """The value set with the values this fact has beyond it, such as `none`."""
    more = {i: Term(i, m.name, m.aliases, frozenset((i,)), {}, frozenset(), {}, m.note) for i, m in model.also.items()}
    if not more:
        return values
    index = {folded(n): t.id for t in more.values() for n in (t.id, t.name, *t.aliases)}
    return ValueSet(
        values.name,
        values.title,
        values.one,
        {**values.terms, **more},
        (*values.leaves, *(i for i in more if i not in values.terms)),
        {**index, **values.index},
    )


def _member(name: str, whole: str, term: Term, model: FactModel) -> Fact:
    assume = Assumption((NO,), frozenset((NO,)), model.assume.because) if model.assume else None
    return Fact(name, term.name, f"{model.question.rstrip('?')}: {term.name}?", (YES, NO), SEVERAL, assume, whole)


def _assumption(file: Checked[FactsModel], name: str, model: FactModel, values: ValueSet) -> tuple[Assumption | None, list[Diagnostic]]:
    if model.assume is None:
        return None, []
    terms = [values.terms.get(v) for v in model.assume.value]
    if None in terms:
        bad = model.assume.value[terms.index(None)]
        span = file.span("facts", name, "assume", "value")
        return None, [Diagnostic("unknown-term", f"no term `{bad}` in `{model.values}`", span, did_you_mean(bad, list(values.terms)))]
    leaves = frozenset().union(*(t.leaves for t in terms if t))
    return Assumption(tuple(model.assume.value), leaves, model.assume.because), []


NEWCOMER = "It has a policy and is not in the vocabulary."
RESERVED = ("date", "role", "all", "any", "not", "reports")


def unknown_facts(file: Checked[FactsModel], vocabulary: Vocabulary) -> list[Diagnostic]:
    """Facts that consents and supplier bounds name and nobody declares, roles likewise, and names that mean something else."""
    known = [*vocabulary.facts, *vocabulary.several]
    problems = [
        Diagnostic("unknown-fact", f"no fact `{model.together}`", file.span("facts", name, "together"), did_you_mean(model.together, known))
        for name, model in file.model.facts.items()
        if model.together is not None and model.together not in vocabulary.facts
    ]
    problems += [
        Diagnostic("wrong-value", f"`{name}` cannot be the name of a fact", file.span("facts", name, key=True), "it already means something in scenarios or conditions")
        for name in file.model.facts
        if name in RESERVED
    ]  # fmt: skip
    for section, entries in (("consents", file.model.consents), ("suppliers", file.model.suppliers)):
        for i, entry in enumerate(entries):
            for key in ("issuer_is", "but_not", "listed_by", "of", "bound"):
                name = getattr(entry, key, None)
                if name is not None and name not in known:
                    problems.append(Diagnostic("unknown-fact", f"no fact `{name}`", file.span(section, i, key), did_you_mean(name, known)))
                elif name in vocabulary.several and key != "listed_by":
                    tip = f"`{key}` takes a fact that has one value"
                    problems.append(Diagnostic("wrong-value", f"`{name}` may hold several things at once", file.span(section, i, key), tip))
            role = getattr(entry, "role", None)
            if role is not None and role not in vocabulary.roles:
                problems.append(
                    Diagnostic("unknown-role", f"no role `{role}`", file.span(section, i, "role"), did_you_mean(role, list(vocabulary.roles)))
                )
    for i, consent in enumerate(file.model.consents):
        ways = [consent.issuer_is and consent.role, consent.every and consent.role, consent.listed_by]
        if sum(map(bool, ways)) != 1:
            tip = "write {role, issuer_is: FACT}, {role, every: KIND}, or {listed_by: FACT}"
            problems.append(Diagnostic("wrong-value", "a consent comes about in exactly one way", file.span("consents", i), tip))
    return problems


def with_issuers(
    sets: Mapping[str, ValueSet], file: Checked[FactsModel], policies: Sequence[Checked[PolicyModel]]
) -> tuple[dict[str, ValueSet], list[Diagnostic]]:
    """The value sets with every state that has a policy among the values of the facts that name issuers.

    So a policy for a donor the vocabulary does not know needs no other file. An id that only differs in case is a mistake.
    """
    found, problems = dict(sets), []
    facts = [file.model.facts[c.issuer_is] for c in file.model.consents if c.issuer_is in file.model.facts]
    for name in sorted({f.values for f in facts if f.values in sets}):
        values = found[name]
        new: dict[str, Term] = {}
        for policy in (p for p in policies if p.model.kind == IssuerKind.STATE and p.model.issuer not in values.terms):
            issuer = policy.model.issuer
            owner = values.index.get(folded(issuer)) or values.index.get(folded(policy.model.name))
            if owner:
                tip = f"did you mean `{owner}` ({values.terms[owner].name})?"
                problems.append(Diagnostic("unknown-issuer", f"no {values.one} `{issuer}`", policy.span("issuer"), tip))
            else:
                new[issuer] = Term(issuer, policy.model.name, (), frozenset((issuer,)), {}, frozenset(), {}, NEWCOMER)
        if new:
            index = {**values.index, **{folded(n): t.id for t in new.values() for n in (t.id, t.name)}}
            found[name] = ValueSet(values.name, values.title, values.one, {**values.terms, **new}, tuple(sorted((*values.leaves, *new))), index)
    return found, problems

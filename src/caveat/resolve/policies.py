"""Checked files to a Book: issuers, statements, rules and who has a say, with every problem found on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from caveat.core.book import Book, Constraint, Effect, Reading, Remark, Rule, Say, Statement
from caveat.core.errors import Diagnostic, Severity, did_you_mean
from caveat.core.formula import FALSE, TRUE, In, Point, every, negated, some
from caveat.core.issuer import Issuer, IssuerKind, Search
from caveat.core.logic import points_of
from caveat.core.vocabulary import YES
from caveat.resolve.catalogue import CERTAIN_ONLY, Catalogue, with_conditions
from caveat.resolve.conditions import Conditions, cuts_in
from caveat.resolve.derivations import Derivations
from caveat.resolve.names import names_in
from caveat.resolve.vocabulary import citation, resolve_facts, resolve_values, unknown_facts, with_issuers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from caveat.core.dates import Dated
    from caveat.core.formula import Formula
    from caveat.core.vocabulary import ValueSet, Vocabulary
    from caveat.load.files import Checked
    from caveat.load.models import (
        ConsentModel,
        DefaultModel,
        DerivationsModel,
        FactsModel,
        PolicyModel,
        RuleModel,
        SayModel,
        StatementModel,
        ValuesModel,
    )
    from caveat.load.strict_yaml import Node

T = TypeVar("T")
DEFAULT = "default"
NO_POLICY = "no-policy"  # stands for every donor without a policy: silent, so that nothing is permitted for it


@dataclass(slots=True)
class _Names:
    """All names of all issuers, gathered before any rule is resolved."""

    statements: dict[str, tuple[Checked[PolicyModel], StatementModel]] = field(default_factory=dict)
    rules: dict[str, tuple[Checked[PolicyModel], RuleModel | DefaultModel]] = field(default_factory=dict)
    readings: dict[str, tuple[Checked[PolicyModel], Reading]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    used_readings: set[str] = field(default_factory=set)


def resolve(
    values: Sequence[Checked[ValuesModel]], facts: Checked[FactsModel], policies: Sequence[Checked[PolicyModel]], derivations: Sequence[Checked[DerivationsModel]] = ()
) -> tuple[Book | None, list[Diagnostic]]:  # fmt: skip
    """The whole library; no Book where the vocabulary itself is broken."""
    sets, problems = resolve_values(values)
    sets, found = with_issuers(sets, facts, policies)
    problems += found
    problems += names_in(values, facts, policies, derivations)
    vocabulary, found = resolve_facts(facts, sets)
    problems += found
    problems += unknown_facts(facts, vocabulary)
    if any(p.severity is Severity.ERROR for p in problems):
        return None, problems
    cuts = _cuts([facts.node, *(v.node for v in values), *(p.node for p in policies), *(d.node for d in derivations)])
    vocabulary = with_conditions(vocabulary, facts, Conditions(vocabulary, facts.span, cuts, None, problems))
    issuers, found = _issuers(policies)
    problems += found
    several_of = {name: model.values for name, model in facts.model.facts.items() if model.several}
    rooms = _Rooms(vocabulary, cuts, issuers, {}, problems, several_of)
    says = rooms.says(facts, values)
    issuers |= _without_policy(says, issuers, sets)
    problems += rooms.catalogue(facts, values).unknown_suppliers()
    constraints, remarks = rooms.constraints(facts, values), rooms.remarks(facts, values)
    names = _gathered(policies, problems)
    rules = rooms.rules(names, says)
    reporting = Derivations(vocabulary, rooms.conditions, problems, rooms.readings).resolve(derivations, policies)
    statements = {i: _statement(i, *entry) for i, entry in sorted(names.statements.items())}
    problems += _after(names, rules)
    own = {name: reading for name, (_, reading) in names.readings.items()}
    readings = dict(sorted((rooms.readings | own | _date_readings(rules, statements)).items()))
    return Book(vocabulary, dict(sorted(issuers.items())), statements, rules, says, constraints, readings, "", remarks, reporting), problems


def _cuts(nodes: Iterable[Node]) -> dict[str, tuple[tuple[float, bool], ...]]:
    """Every cut that any test anywhere makes, by attribute."""
    found: dict[str, set[tuple[float, bool]]] = {}
    for node in nodes:
        for attribute, cut in cuts_in(node.plain()):
            found.setdefault(attribute, set()).add(cut)
    return {attribute: tuple(sorted(cuts)) for attribute, cuts in found.items()}


def _issuers(policies: Sequence[Checked[PolicyModel]]) -> tuple[dict[str, Issuer], list[Diagnostic]]:
    """One Issuer from all its files; they must agree on its name and kind."""
    problems: list[Diagnostic] = []
    issuers: dict[str, Issuer] = {}
    abouts: dict[str, set[str]] = {}
    for file in policies:
        m = file.model
        searched = tuple(Search(s.for_, s.until, s.found, s.languages, s.looks, s.note) for s in m.searched)
        new = Issuer(m.issuer, m.name, m.kind, m.covered_until, m.about or "", m.article or "")
        old = issuers.get(m.issuer, new)
        for key, a, b in (("name", old.name, new.name), ("kind", old.kind, new.kind)):
            if a != b:
                problems.append(
                    Diagnostic(
                        "issuer-mismatch", f"another file of `{m.issuer}` gives its {key} as `{a}`", file.span(key), "all files of an issuer agree"
                    )
                )
        covered = max((d for d in (old.covered_until, new.covered_until) if d), key=lambda d: d.latest, default=None)
        abouts.setdefault(m.issuer, set()).add(new.about)
        about = " ".join(sorted(a for a in abouts[m.issuer] if a))  # not in the order of the files
        issuers[m.issuer] = Issuer(
            m.issuer, old.name, old.kind, covered, about, old.article or new.article, _sorted_searches((*old.searched, *searched))
        )
    return dict(sorted(issuers.items())), problems


def _sorted_searches(searches: Iterable[Search]) -> tuple[Search, ...]:
    """By the day they reach and what was looked for, whatever the files are called."""
    return tuple(sorted(searches, key=lambda s: (s.until.latest, s.until.earliest, s.what, str(s))))


def _without_policy(says: Sequence[Say], issuers: Mapping[str, Issuer], sets: Mapping[str, ValueSet]) -> dict[str, Issuer]:
    """Whoever has a say by a `say` list but no policy on file: an issuer that is silent, so nothing is permitted for it."""
    names = {ident: term.name for values in sets.values() for ident, term in values.terms.items()}
    names[NO_POLICY] = "a donor without a policy on file"
    missing = sorted({s.issuer for s in says} - set(issuers))
    return {i: Issuer(i, names.get(i, i), IssuerKind.STATE, None, "No policy on file.") for i in missing}


def _gathered(policies: Sequence[Checked[PolicyModel]], problems: list[Diagnostic]) -> _Names:
    names = _Names()
    for file in policies:
        issuer = file.model.issuer
        for name, statement in file.model.statements.items():
            _claim(names.statements, f"{issuer}/{name}", (file, statement), file, ("statements", name), problems)
        rules: list[tuple[str, RuleModel | DefaultModel]] = list(file.model.rules.items())
        if file.model.default:
            rules.append((DEFAULT, file.model.default))
        for name, rule in rules:
            path = ("rules", name) if name in file.model.rules else (DEFAULT,)
            _claim(names.rules, f"{issuer}/{name}", (file, rule), file, path, problems)
        for name, reading in file.model.readings.items():
            by = tuple(f"{issuer}/{s}" for s in reading.by)
            names.used.update(by)
            entry = (file, Reading(f"{issuer}/{name}", reading.question, reading.because, by, reading.settled_by or ""))
            _claim(names.readings, f"{issuer}/{name}", entry, file, ("readings", name), problems)
        names.used.update(f"{issuer}/{s}" for derivation in file.model.derivations.values() for s in derivation.by)
    for ident in names.rules.keys() & names.statements.keys():
        file, rule_model = names.rules[ident]
        name = ident.partition("/")[2]
        path = (DEFAULT,) if rule_model is file.model.default else ("rules", name)
        problems.append(Diagnostic("duplicate-id", f"`{name}` is the id of a statement and of a rule", file.span(*path, key=True), "rename one"))
    for file in policies:
        for name, reading in file.model.readings.items():
            problems += _unknown_statements(file, reading.by, names, ("readings", name, "by"))
        for name, derivation in file.model.derivations.items():
            problems += _unknown_statements(file, derivation.by, names, ("derivations", name, "by"))
    return names


def _claim(table: dict[str, T], ident: str, entry: T, file: Checked[PolicyModel], path: tuple[str, ...], problems: list[Diagnostic]) -> None:
    if ident in table:
        problems.append(
            Diagnostic("duplicate-id", f"`{ident}` is declared twice", file.span(*path, key=True), "an id stands in one file of an issuer only")
        )
    table.setdefault(ident, entry)


def _of_issuer(issuer: str, ids: Iterable[str]) -> list[str]:
    """The bare names among ids of one issuer, for a did-you-mean."""
    return [i.removeprefix(f"{issuer}/") for i in ids if i.startswith(f"{issuer}/")]


def _unknown_statements(file: Checked[PolicyModel], by: Sequence[str], names: _Names, path: tuple[str | int, ...]) -> list[Diagnostic]:
    issuer = file.model.issuer
    found = []
    for i, name in enumerate(by):
        if f"{issuer}/{name}" not in names.statements:
            tip = did_you_mean(name, _of_issuer(issuer, names.statements)) or "declare it under `statements`"
            found.append(Diagnostic("unknown-statement", f"no statement `{name}` of `{issuer}`", file.span(*path, i), tip))
    return found


@dataclass(slots=True)
class _Rooms:
    """What resolving says, constraints and rules has in common."""

    vocabulary: Vocabulary
    cuts: Mapping[str, tuple[tuple[float, bool], ...]]
    issuers: Mapping[str, Issuer]
    readings: dict[str, Reading]
    problems: list[Diagnostic]
    several_of: Mapping[str, str]  # the value set behind each fact that holds several things

    def conditions(self, file: Checked[Any], roles: Mapping[str, Formula] | None = None) -> Conditions:
        return Conditions(self.vocabulary, file.span, self.cuts, roles, self.problems, self.readings)

    def says(self, facts: Checked[FactsModel], values: Sequence[Checked[ValuesModel]]) -> tuple[Say, ...]:
        """When each issuer has a say, in which role: by being a fact's value, by a `say` list, or by being of a kind."""
        says: list[Say] = []
        for entry in facts.model.consents:
            if entry.issuer_is and entry.role:
                says += self._by_value(entry)
            elif entry.every and entry.role:
                says += [Say(i, entry.role, TRUE, entry.donor) for i, issuer in self.issuers.items() if issuer.kind == entry.every]
            elif entry.listed_by:
                says += self._listed(entry.listed_by, values)
        return tuple(sorted(_merged(says), key=lambda s: (s.issuer, s.role, s.of or "")))

    def _by_value(self, entry: ConsentModel) -> list[Say]:
        """A say for each issuer that the fact may name; whoever else it names has no policy on file, and is silent."""
        fact, role = str(entry.issuer_is), str(entry.role)
        parties = [p for p in self.vocabulary.facts[fact].domain if p not in entry.nobody]
        found = [Say(i, role, self._is_the(i, fact, entry.but_not), entry.donor, entry.of) for i in self.issuers if i in parties]
        others = some(self._is_the(p, fact, entry.but_not) for p in parties if p not in self.issuers)
        return [*found, Say(NO_POLICY, role, others, entry.donor, entry.of)] if others != FALSE else found

    def _is_the(self, issuer: str, fact: str, but_not: str | None) -> Formula:
        """The issuer is the fact's value, and is not that of another fact: nobody asks leave of himself."""
        itself = [negated(In(but_not, frozenset((issuer,))))] if but_not and issuer in self.vocabulary.facts[but_not].domain else []
        return every((In(fact, frozenset((issuer,))), *itself))

    def _listed(self, name: str, values: Sequence[Checked[ValuesModel]]) -> list[Say]:
        members = self.vocabulary.several.get(name)
        set_name = self.several_of[name] if members else self.vocabulary.facts[name].value_set.name
        found = []
        for file in (v for v in values if v.model.values == set_name):
            terms = self.vocabulary.value_sets[set_name].terms
            for ident, term in file.model.terms.items():
                leaves = terms[ident].leaves
                has = some(In(f"{name}.{leaf}", frozenset((YES,))) for leaf in sorted(leaves)) if members else In(name, leaves)
                found += [self._say(file, name, ident, i, say, has) for i, say in enumerate(term.say)]
        return found

    def _say(self, file: Checked[ValuesModel], name: str, ident: str, index: int, say: SayModel, has: Formula) -> Say:
        path = ("terms", ident, "say", index)
        if say.role not in self.vocabulary.roles:
            self.problems.append(
                Diagnostic("unknown-role", f"no role `{say.role}`", file.span(*path, "role"), did_you_mean(say.role, list(self.vocabulary.roles)))
            )
        parts = [has, self.conditions(file).formula(say.when, (*path, "when"))]
        if say.arguable:
            point = f"say/{say.issuer}/{say.role}/{ident}"
            thing = file.model.terms[ident].name
            who = self.issuers[say.issuer].name if say.issuer in self.issuers else say.issuer
            role = self.vocabulary.roles.get(say.role, say.role)
            self.readings[point] = Reading(point, f"Does {who} have a say over {thing} as {role}?", say.arguable)
            parts.append(Point(point))
        return Say(say.issuer, say.role, every(parts), False, name if name in self.vocabulary.facts else None)

    def constraints(self, facts: Checked[FactsModel], values: Sequence[Checked[ValuesModel]]) -> tuple[Constraint, ...]:
        """What the vocabulary demands of every completion, the catalogue's suppliers included."""
        found = []
        conditions = self.conditions(facts)
        for name, c in facts.model.constraints.items():
            when = conditions.formula(c.when, ("constraints", name, "when"))
            then = conditions.formula(c.then, ("constraints", name, "then"))
            holds = some((negated(when), then))
            if points_of([holds]):
                self.problems.append(
                    Diagnostic(
                        "arguable-constraint",
                        "a constraint may not turn on something arguable",
                        facts.span("constraints", name, key=True),
                        CERTAIN_ONLY,
                    )
                )
            found.append(Constraint(name, holds, c.because))
        return tuple(sorted((*found, *self.catalogue(facts, values).constraints()), key=lambda c: c.name))

    def remarks(self, facts: Checked[FactsModel], values: Sequence[Checked[ValuesModel]]) -> tuple[Remark, ...]:
        """What the catalogue tells of a use, whatever its verdict."""
        return tuple(sorted(self.catalogue(facts, values).remarks(), key=lambda r: r.name))

    def catalogue(self, facts: Checked[FactsModel], values: Sequence[Checked[ValuesModel]]) -> Catalogue:
        """What the files of values say of single values."""
        return Catalogue(self.vocabulary, facts, values, self.conditions(facts), self.problems)

    def rules(self, names: _Names, says: Sequence[Say]) -> tuple[Rule, ...]:
        """Every rule, with the scope of its file folded in."""
        roles: dict[str, dict[str, list[Formula]]] = {}
        for say in says:
            roles.setdefault(say.issuer, {}).setdefault(say.role, []).append(say.when)
        found = []
        for ident, (file, model) in sorted(names.rules.items()):
            of_issuer = {role: some(parts) for role, parts in roles.get(file.model.issuer, {}).items()}
            found.append(self._rule(ident, file, model, names, self.conditions(file, of_issuer)))
        return tuple(found)

    def _rule(self, ident: str, file: Checked[PolicyModel], model: RuleModel | DefaultModel, names: _Names, conditions: Conditions) -> Rule:
        issuer = file.model.issuer
        path: tuple[str | int, ...] = (DEFAULT,) if model is file.model.default else ("rules", ident.removeprefix(f"{issuer}/"))
        self.problems += _unknown_statements(file, model.by, names, (*path, "by"))
        by = tuple(f"{issuer}/{s}" for s in model.by)
        names.used.update(by)
        if file.model.kind == IssuerKind.TREATY and model.effect == Effect.PERMIT:
            self.problems.append(
                Diagnostic(
                    "treaty-permits",
                    "a treaty never permits",
                    file.span(*path, "effect"),
                    "its silence is no objection; write only what it prohibits",
                )
            )
        scope = conditions.formula(file.model.scope, ("scope",))
        condition = every((scope, self._condition(file, model, path, conditions, names)))
        targets = {key: self._targets(file, getattr(model, key, ()), names, (*path, key)) for key in ("overrides", "supersedes")}
        return Rule(
            id=ident, issuer=issuer, effect=model.effect, statements=by, begins=model.from_,
            until=None if model.until is None or model.until.is_endless else model.until,
            condition=condition, overrides=targets["overrides"], supersedes=targets["supersedes"], summary=model.summary,
            is_default=model is file.model.default, place=file.span(*path, key=True).place,
        )  # fmt: skip

    def _targets(self, file: Checked[PolicyModel], ids: Sequence[str], names: _Names, path: tuple[str | int, ...]) -> tuple[str, ...]:
        issuer = file.model.issuer
        for i, name in enumerate(ids):
            if f"{issuer}/{name}" not in names.rules:
                tip = did_you_mean(name, _of_issuer(issuer, names.rules)) or "a rule overrides rules of its own issuer"
                self.problems.append(Diagnostic("unknown-rule", f"no rule `{name}` of `{issuer}`", file.span(*path, i), tip))
        return tuple(sorted(f"{issuer}/{n}" for n in ids))

    def _condition(
        self, file: Checked[PolicyModel], model: RuleModel | DefaultModel, path: tuple[str | int, ...], conditions: Conditions, names: _Names
    ) -> Formula:
        """`when`, or an arguable `when` under its reading; and not `unless`, nor an arguable `unless` under its reading."""
        applies = [conditions.formula(model.when, (*path, "when"))]
        unless = getattr(model, "unless", None)
        excluded = [conditions.formula(unless, (*path, "unless"))] if unless else []
        for i, entry in enumerate(getattr(model, "arguably", ())):
            here = (*path, "arguably", i)
            name = f"{file.model.issuer}/{entry.reading}"
            names.used_readings.add(name)
            if name not in names.readings:
                known = [r.removeprefix(f"{file.model.issuer}/") for r in names.readings]
                self.problems.append(
                    Diagnostic(
                        "unknown-reading",
                        f"no reading `{entry.reading}` of `{file.model.issuer}`",
                        file.span(*here, "reading"),
                        did_you_mean(entry.reading, known) or "declare it under `readings`",
                    )
                )
            if (entry.when is None) == (entry.unless is None):
                self.problems.append(
                    Diagnostic("wrong-value", "an arguable point has either `when` or `unless`", file.span(*here), "keep one of them")
                )
            if entry.when is not None:
                applies.append(every((Point(name), conditions.formula(entry.when, (*here, "when")))))
            if entry.unless is not None:
                excluded.append(every((Point(name), conditions.formula(entry.unless, (*here, "unless")))))
        return every((some(applies), *(negated(e) for e in excluded)))


def _merged(says: Sequence[Say]) -> list[Say]:
    """Says of one issuer in one role over one fact, as one."""
    groups: dict[tuple[str, str, bool, str | None], list[Formula]] = {}
    for say in says:
        groups.setdefault((say.issuer, say.role, say.is_donor, say.of), []).append(say.when)
    return [Say(issuer, role, some(parts), donor, of) for (issuer, role, donor, of), parts in groups.items()]


def _statement(ident: str, file: Checked[PolicyModel], model: StatementModel) -> Statement:
    return Statement(
        id=ident, by=model.by, decided=model.decided, in_effect=model.in_effect, reported=model.reported, confirmed=model.confirmed,
        denied=model.denied, retracted=model.retracted, stated_grade=model.grade, says=model.says, note=model.note,
        no_effect=(model.no_effect.kind, model.no_effect.because) if model.no_effect else None,
        sources=tuple(citation(s) for s in model.sources),
        place=file.span("statements", ident.partition("/")[2], key=True).place,
    )  # fmt: skip


def _after(names: _Names, rules: Sequence[Rule]) -> list[Diagnostic]:
    """What can only be seen once everything is resolved: idle statements and readings, cycles, dates out of order."""
    problems = [p for ident, (file, model) in names.statements.items() for p in _about_statement(names, ident, file, model)]
    for rule in rules:
        if rule.until and rule.begins and rule.until.latest < rule.begins.earliest:  # days that statements give move with what is known
            span = names.rules[rule.id][0].span("rules", rule.id.partition("/")[2], "until")
            problems.append(Diagnostic("dates-out-of-order", "`until` lies before the rule begins", span, f"it begins on {rule.begins}"))
    for ident, (file, _) in names.readings.items():
        if ident not in names.used_readings:
            name = ident.partition("/")[2]
            tip = "use it under `arguably` of a rule, or delete it"
            problems.append(
                Diagnostic("idle-reading", f"no rule uses the reading `{name}`", file.span("readings", name, key=True), tip, Severity.WARNING)
            )
    return problems + _cycles(names, rules, "overrides") + _cycles(names, rules, "supersedes")


def _about_statement(names: _Names, ident: str, file: Checked[PolicyModel], model: StatementModel) -> Iterator[Diagnostic]:
    """A statement without effect or reason, with dates out of order, or with a source that hides its lack of an address."""
    path = ("statements", ident.partition("/")[2])
    if ident not in names.used and model.no_effect is None:
        tip = "name it under `by` of a rule, or add `no_effect: {kind: ..., because: ...}`"
        yield Diagnostic("idle-statement", f"statement `{path[1]}` has neither a rule nor a reason for having none", file.span(*path, key=True), tip)
    for early, late in (("decided", "reported"), ("reported", "confirmed"), ("reported", "denied"), ("reported", "retracted")):
        a, b = getattr(model, early), getattr(model, late)
        if a and b and a.earliest > b.latest:
            yield Diagnostic("dates-out-of-order", f"`{late}` lies before `{early}`", file.span(*path, late), f"`{early}` is {a}")
    for i, source in enumerate(model.sources):
        if source.url is None and source.no_url is None:
            tip = 'add `url:` or `no_url: "why"`'
            yield Diagnostic("no-address", "the source has no address and does not say why", file.span(*path, "sources", i), tip)


def _cycles(names: _Names, rules: Sequence[Rule], key: str) -> list[Diagnostic]:
    """Each ring of rules that override (or supersede) one another, once."""
    arrows = {r.id: getattr(r, key) for r in rules}
    done: set[str] = set()
    problems = []
    for start, first in arrows.items():
        stack = [(start, iter(first))] if start not in done else []
        path = [start] if stack else []
        while stack:
            node, targets = stack[-1]
            nxt = next(targets, None)
            if nxt is None:
                done.add(node)
                stack.pop()
                path.pop()
            elif nxt in path:
                ring = [*path[path.index(nxt) :], nxt]
                file = names.rules[node][0]
                span = file.span("rules", node.partition("/")[2], key)
                problems.append(
                    Diagnostic(
                        "cycle",
                        f"rules {key.removesuffix('s')} each other in a ring: {' > '.join(r.partition('/')[2] for r in ring)}",
                        span,
                        "remove one of them",
                    )
                )
            elif nxt in arrows and nxt not in done:
                path.append(nxt)
                stack.append((nxt, iter(arrows[nxt])))
    return problems


def _date_readings(rules: Sequence[Rule], statements: Mapping[str, Statement]) -> dict[str, Reading]:
    """The arguable points that come from dates and denials, as questions."""
    found = {}
    for rule in rules:
        from_statements = [(s, statements[s].begins, (s,)) for s in rule.statements if s in statements]
        for ident, begins, behind in [(rule.id, rule.begins, rule.statements)] if rule.begins else from_statements:
            if not begins.is_exact:
                question = f"Had {_bare(ident)} begun by the day asked about?"
                because = f"It is only known to have begun {_span_of(begins)}."
                found[f"begun/{ident}"] = Reading(f"begun/{ident}", question, because, behind)
        if rule.until and not rule.until.is_exact:
            question = f"Had {_bare(rule.id)} ended by the day asked about?"
            found[f"ended/{rule.id}"] = Reading(
                f"ended/{rule.id}", question, f"It is only known to have ended {_span_of(rule.until)}.", rule.statements
            )
    for s in statements.values():
        found[f"stands/{s.id}"] = Reading(f"stands/{s.id}", f"Does {_bare(s.id)} hold?", _why_doubted(s), (s.id,))
        for name in ("reported", "retracted", "denied", "confirmed"):
            day = getattr(s, name)
            if day and not day.is_exact:
                question = f"Was {_bare(s.id)} {name} by the day it is asked to be known by?"
                found[f"{name}/{s.id}"] = Reading(f"{name}/{s.id}", question, f"It was {name} {_span_of(day)}.", (s.id,))
    return found


def _bare(ident: str) -> str:
    return f"“{ident.rpartition('/')[2]}”"


def _span_of(day: Dated) -> str:
    text = str(day)
    return f"between {day.earliest} and {day.latest}" if "/" in text else f"in {text}"


def _why_doubted(s: Statement) -> str:
    return f"It was denied on {s.denied}." if s.denied else f"Its evidence ({s.grade}) is below the grade asked for."

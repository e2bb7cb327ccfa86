"""The meaning of DESIGN section 3 again, by brute force, from the files as people write them.

Nothing of the engines or of the resolver is used: conditions are read from plain data, every completion is one value
a fact, every day is tried, and a reading is settled point by point as the evaluation asks for it. Slow on purpose.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from oracle_words import Conditions, Words, all_of, any_of, listed, negation, under_every_reading
from strategies import GRADES
from vocabularies import FACTS, bounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from oracle_words import Completion, Settle, Test
    from vocabularies import World

ONE_DAY = timedelta(days=1)
DAYS = ("reported", "confirmed", "denied", "retracted")
NO_POLICY = "no-policy"  # every party without a policy file, together
RELIABILITIES = ("primary", "mainstream", "relay", "state-aligned")


@dataclass(frozen=True)
class Ruling:
    """What one issuer says for one completion and one reading."""

    outcome: str
    rules: frozenset[str] = frozenset()
    set_aside: frozenset[tuple[str, str]] = frozenset()
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Found:
    """What all readings give for one completion: outcomes of the whole use, and each issuer's rulings."""

    outcomes: frozenset[str]
    rulings: Mapping[str, frozenset[Ruling]]


def verdict_of(outcomes: frozenset[str]) -> str:
    """The verdict for one completion."""
    return next(iter(outcomes)) if len(outcomes) == 1 and not outcomes & {"open", "silent", "conflict"} else "unclear"


# -- policies, and what they say of one completion


@dataclass(frozen=True)
class Say:
    """When an issuer has a say, and in which role."""

    issuer: str
    role: str
    holds: Test
    donor: bool


@dataclass(frozen=True)
class Beginning:
    """A day from which a rule may be in force, the point that settles it, and the statement that has to be public for it to count."""

    when: tuple[date, date]
    point: tuple[str, str]
    statement: str | None = None


@dataclass(frozen=True)
class Rule:
    """A rule as written, its names made whole."""

    id: str
    issuer: str
    effect: str
    by: tuple[str, ...]
    begins: tuple[Beginning, ...]
    until: tuple[date, date] | None
    holds: Test
    overrides: tuple[str, ...]
    supersedes: tuple[str, ...]
    is_default: bool


class Oracle:
    """A world, ready to be asked."""

    def __init__(self, world: World) -> None:
        """Read every file."""
        self.words = Words(world)
        self.spec = world[FACTS]
        self.policies = [d for name, d in sorted(world.items()) if not name.startswith("vocabulary/")]
        self.kinds = {p["issuer"]: p["kind"] for p in self.policies}
        self.covered = {p["issuer"]: bounds(p["covered_until"])[1] for p in self.policies if p.get("covered_until")}
        self.statements = {f"{p['issuer']}/{n}": s for p in self.policies for n, s in p["statements"].items()}
        self.days = {i: {n: bounds(s[n]) for n in DAYS if n in s} for i, s in self.statements.items()}
        self.says = list(self.read_says())
        self.rules = {r.id: r for p in self.policies for r in self.read_rules(p)}
        self.defeats = {r.id: frozenset(r.overrides) for r in self.rules.values()}
        self.superseding = {r: [s for s in self.rules.values() if r in s.supersedes] for r in self.rules}
        self.demands = list(self.read_demands())
        self.catalogue = list(self.read_catalogue())
        self.cache: dict[object, Found] = {}

    def read_says(self) -> Iterator[Say]:
        """Whoever has a say: by being a value, by being of a kind, by being listed."""
        for entry in self.spec["consents"]:
            donor = entry.get("donor", False)
            if "issuer_is" in entry:
                for party in self.words.domains[entry["issuer_is"]]:
                    if party not in listed(entry.get("nobody")):
                        who = party if party in self.kinds else NO_POLICY
                        yield Say(who, entry["role"], _is_the(party, entry["issuer_is"], entry.get("but_not")), donor)
            elif "every" in entry:
                yield from (Say(i, entry["role"], lambda _c, _s: True, donor) for i, kind in self.kinds.items() if kind == entry["every"])
            else:
                fact = entry["listed_by"]
                for term, model in self.words.terms[self.spec["facts"][fact]["values"]].items():
                    for say in model.get("say", []):
                        yield Say(say["issuer"], say["role"], self.listed_say(fact, term, say), donor=False)

    def listed_say(self, fact: str, term: str, say: Mapping[str, Any]) -> Test:
        """A say that a value brings with it; of a class, each value that certainly belongs to it."""
        several, point = fact in self.words.several, ("say", say["issuer"], say["role"], term)
        leaves = self.words.leaves(self.spec["facts"][fact]["values"], term)
        when = Conditions(self.words).test(say.get("when", {}))

        def holds(c: Completion, s: Settle) -> bool:
            has = any(c[f"{fact}.{leaf}"] == "yes" for leaf in leaves) if several else c[fact] in leaves
            return has and when(c, s) and (not say.get("arguable") or bool(s(point)))

        return holds

    def read_demands(self) -> Iterator[Test]:
        """What every completion must meet, the catalogue aside."""
        conditions = Conditions(self.words)
        for entry in self.spec["constraints"].values():
            when, then = conditions.test(entry["when"]), conditions.test(entry["then"])
            yield any_of([negation(when), then])
        for entry in (e for e in self.spec["suppliers"] if not e["optional"]):
            never = {
                leaf for term, model in self.catalogued(entry["of"]) if model.get("suppliers") == [] for leaf in self.leaves_of(entry["of"], term)
            }
            yield _has_a_supplier(entry["of"], never, entry["bound"], entry["nobody"])
        for name, terms in self.words.terms.items():
            for term, model in terms.items():
                for fact, able in model.get("can", {}).items():
                    allowed = {leaf for a in able for leaf in self.leaves_of(fact, a)}
                    users = [f for f, values in self.words.values.items() if values == name and f != fact]
                    yield from (_supplied(f, self.words.leaves(name, term), fact, allowed) for f in users)

    def catalogued(self, fact: str) -> list[tuple[str, Mapping[str, Any]]]:
        """The terms of the values of a fact."""
        return list(self.words.terms[self.words.values[fact]].items())

    def leaves_of(self, fact: str, term: str) -> set[str]:
        """The values of a fact that a term certainly means."""
        return self.words.leaves(self.words.values[fact], term)

    def read_catalogue(self) -> Iterator[Test]:
        """Who can have supplied what, as far as the catalogue knows."""
        for entry in self.spec["suppliers"]:
            of, bound = entry["of"], entry["bound"]
            for term, model in self.catalogued(of):
                if model.get("suppliers") == []:
                    yield _supplied(of, self.leaves_of(of, term), bound, {entry["nobody"]})
                elif model.get("suppliers") and model.get("suppliers_complete"):
                    yield _supplied(
                        of,
                        self.leaves_of(of, term),
                        bound,
                        {*model["suppliers"], *self.words.newcomers, *listed(entry["nobody"] if entry["optional"] else None)},
                    )

    def read_rules(self, policy: Mapping[str, Any]) -> Iterator[Rule]:
        """The rules of one file, its default among them."""
        issuer = policy["issuer"]
        roles: dict[str, list[Test]] = defaultdict(list)
        for say in self.says:
            if say.issuer == issuer:
                roles[say.role].append(say.holds)
        conditions = Conditions(self.words, roles)
        scope = conditions.test(policy.get("scope", {}))
        default = {"default": policy["default"]} if policy.get("default") else {}
        for name, model in (*policy["rules"].items(), *default.items()):
            by = tuple(f"{issuer}/{s}" for s in listed(model["by"]))
            yield Rule(
                f"{issuer}/{name}", issuer, model["effect"], by, tuple(self.beginnings(f"{issuer}/{name}", model, by)),
                bounds(model["until"]) if model.get("until") else None, all_of([scope, _applies(conditions, model, issuer)]),
                tuple(f"{issuer}/{r}" for r in listed(model.get("overrides"))), tuple(f"{issuer}/{r}" for r in listed(model.get("supersedes"))),
                name == "default",
            )  # fmt: skip

    def beginnings(self, rule: str, model: Mapping[str, Any], by: tuple[str, ...]) -> Iterator[Beginning]:
        """Its first day as written, or those that its statements give."""
        if model.get("from"):
            yield Beginning(bounds(model["from"]), ("begun", rule))
            return
        for ident in by:
            record = self.statements[ident]
            yield Beginning(bounds(record.get("in_effect") or record.get("decided") or record["reported"]), ("begun", ident), ident)

    # -- the two clocks

    def carries(self, ident: str, known_by: date, least: str | None, settle: Settle) -> bool:
        """Whether a statement can carry a rule on what was public."""
        days = self.days[ident]

        def come(name: str) -> bool:
            return name in days and reached(days[name], known_by, (name, ident), settle)

        if not self.public(ident, known_by, settle):
            return False
        later = "denied" in days and "confirmed" in days and days["confirmed"][0] > days["denied"][1]
        doubted = come("denied") and not (later and come("confirmed"))
        weak = least is not None and self.rank(ident, confirmed=come("confirmed")) > GRADES.index(least)
        return not (doubted or weak) or bool(settle(("stands", ident)))

    def public(self, ident: str, known_by: date, settle: Settle) -> bool:
        """Whether a statement was reported by then, and not taken back."""
        days = self.days[ident]
        back = "retracted" in days and reached(days["retracted"], known_by, ("retracted", ident), settle)
        return not back and reached(days["reported"], known_by, ("reported", ident), settle)

    def rank(self, ident: str, *, confirmed: bool) -> int:
        """The rank of a statement's grade. What is yet to be confirmed is the word of unnamed officials, unless it is an official text."""
        record = self.statements[ident]
        leaked = "confirmed" in record and not confirmed and record["grade"] != "official-text"
        return max(grade_of(record), GRADES.index("anonymous-officials") if leaked else 0)

    def grade(self, ident: str, known_by: date) -> int:
        """The rank of what a statement is certainly worth by then."""
        confirmed = self.days[ident].get("confirmed")
        return self.rank(ident, confirmed=confirmed is not None and confirmed[1] <= known_by)

    def carrying(self, rule: str, known_by: date) -> list[str]:
        """The statements of a rule that carry it, arguably at least, on what was public."""
        days = {s: self.days[s] for s in self.rules[rule].by}
        return [s for s, d in days.items() if d["reported"][0] <= known_by and not ("retracted" in d and d["retracted"][1] <= known_by)]

    def exists(self, rule: Rule, known_by: date, least: str | None, settle: Settle) -> bool:
        """Whether the rule is known."""
        return any(self.carries(s, known_by, least, settle) for s in rule.by)

    def in_force(self, rule: Rule, day: date, known_by: date, least: str | None, settle: Settle) -> bool:
        """Whether the rule is known and in force: begun, not ended, not superseded by one that is known and has begun."""
        if not self.has_come(rule, day, known_by, least, settle):
            return False
        if rule.until and reached(rule.until, day - ONE_DAY, ("ended", rule.id), settle):
            return False
        return not any(self.has_come(newer, day, known_by, least, settle) for newer in self.superseding[rule.id])

    def has_come(self, rule: Rule, day: date, known_by: date, least: str | None, settle: Settle) -> bool:
        """Whether the rule is known, and has begun: by what it says itself, or by what a statement says that is public."""
        begun = (b for b in rule.begins if b.statement is None or self.public(b.statement, known_by, settle))
        return self.exists(rule, known_by, least, settle) and any(reached(b.when, day, b.point, settle) for b in begun)

    # -- one completion

    def ruling(self, issuer: str, c: Completion, when: tuple[date, date, str | None], settle: Settle) -> Ruling:
        """What one issuer says for one completion and one reading."""
        roles = frozenset(s.role for s in self.says if s.issuer == issuer and s.holds(c, settle))
        if not roles:
            return Ruling("no-say")
        met = [r for r in self.rules.values() if r.issuer == issuer and self.in_force(r, *when, settle) and r.holds(c, settle)]
        applying = [r for r in met if not r.is_default]
        set_aside = frozenset((r.id, by.id) for by in applying for r in applying if r.id in self.defeats[by.id])
        beaten = {r for r, _ in set_aside}
        left = [r for r in applying if r.id not in beaten] if applying else met
        effects = {r.effect for r in left}
        silent = "no-objection" if self.kinds.get(issuer) == "treaty" else "silent"
        outcome = "conflict" if len(effects) > 1 else {"permit": "permitted", "prohibit": "prohibited"}[effects.pop()] if effects else silent
        return Ruling(outcome, frozenset(r.id for r in left), set_aside, roles)

    def found(self, c: Completion, when: tuple[date, date, str | None], only: tuple[str, ...]) -> Found:
        """All readings of one completion."""
        issuers = sorted({s.issuer for s in self.says if not only or s.issuer in only})
        outcomes, rulings = set(), defaultdict(set)

        def whole(settle: Settle) -> tuple[str, dict[str, Ruling]]:
            said = {i: self.ruling(i, c, when, settle) for i in issuers}
            donor = any((not only or s.issuer in only) and s.donor and s.holds(c, settle) for s in self.says)
            return together({r.outcome for r in said.values()}, donor=donor), said

        for outcome, said in under_every_reading(whole):
            outcomes.add(outcome)
            for issuer, ruling in said.items():
                rulings[issuer].add(ruling)
        return Found(frozenset(outcomes), {i: frozenset(r) for i, r in rulings.items()})


def together(said: set[str], *, donor: bool) -> str:
    """The outcome of the whole use; no objection alone permits nothing."""
    if "prohibited" in said:
        return "prohibited"
    return "permitted" if donor and "permitted" in said and not said & {"silent", "conflict"} else "open"


def reached(when: tuple[date, date], day: date, point: tuple[str, str], settle: Settle) -> bool:
    """Whether a day had come; between its earliest and latest, that is arguable."""
    return when[0] <= day and (when[1] <= day or bool(settle(point)))


def grade_of(record: Mapping[str, Any]) -> int:
    """The rank of a statement's grade; relays are worth a press report at most, state-aligned outlets a claim."""
    best = min(RELIABILITIES.index(s["reliability"]) for s in record["sources"])
    floor = {"relay": GRADES.index("press"), "state-aligned": GRADES.index("claim")}.get(RELIABILITIES[best], 0)
    return max(GRADES.index(record["grade"]), floor)


def _is_the(issuer: str, fact: str, but_not: str | None) -> Test:
    return lambda c, _s: c[fact] == issuer and (but_not is None or c[but_not] != issuer)


def _has_a_supplier(of: str, never: set[str], bound: str, nobody: str) -> Test:
    return lambda c, _s: c[bound] != nobody or c[of] in never


def _supplied(of: str, own: set[str], bound: str, suppliers: set[str]) -> Test:
    return lambda c, _s: c[of] not in own or c[bound] in suppliers


def _applies(conditions: Conditions, model: Mapping[str, Any], issuer: str) -> Test:
    """`when`, or an arguable `when`; and neither `unless` nor an arguable one."""
    points = [(("reading", issuer, e["reading"]), e) for e in model.get("arguably", [])]
    also = [(p, conditions.test(e["when"])) for p, e in points if "when" in e]
    but = [(p, conditions.test(e["unless"])) for p, e in points if "unless" in e]
    when = conditions.test(model.get("when", {}))
    unless = conditions.test(model["unless"]) if "unless" in model else any_of([])
    return lambda c, s: (
        (when(c, s) or any(test(c, s) and s(p) for p, test in also)) and not unless(c, s) and not any(test(c, s) and s(p) for p, test in but)
    )

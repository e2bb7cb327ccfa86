"""The whole answer by brute force, and where an engine's decision differs from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import combinations, product
from math import prod
from typing import TYPE_CHECKING, Any

from oracle import ONE_DAY, Found, Oracle, verdict_of
from oracle_words import Conditions, TooManyError, listed
from vocabularies import bounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from oracle_words import Test, Words
    from strategies import Ask

    from caveat.core.decision import Consent, Decision


class ImpossibleError(Exception):
    """What is said and what is assumed cannot hold together; its text is the code that such a question is refused with."""


Key = tuple[str, ...]  # one value a fact, in the order of the facts, and the day last


@dataclass(frozen=True)
class Brute:
    """What brute force found: every completion, with what is said of it. Empty where the facts contradict each other."""

    facts: tuple[str, ...]
    found: Mapping[Key, Found]
    last: date | None
    asked: tuple[str, ...] = ()
    refusal: str = "contradiction"  # where nothing was found

    def verdicts(self) -> dict[Key, str]:
        """The verdict for each completion: of all together, or of the one asked; of some asked, where one of them has a say."""
        if len(self.asked) == 1:
            return {key: verdict_of(outcomes) for key, outcomes in self.of_issuer(self.asked[0]).items()}
        return {key: verdict_of(f.outcomes) for key, f in self.found.items() if not self.asked or _someone_has_a_say(f)}

    def of_issuer(self, issuer: str) -> dict[Key, frozenset[str]]:
        """The outcomes of one issuer, for each completion in which it has a say under some reading."""
        said = {key: frozenset(r.outcome for r in f.rulings[issuer]) for key, f in self.found.items() if issuer in f.rulings}
        return {key: outcomes - {"no-say"} for key, outcomes in said.items() if outcomes != {"no-say"}}


def brute(oracle: Oracle, ask: Ask, most: int = 400) -> Brute:
    """Ask by brute force. TooManyError past `most` completions."""
    try:
        sets = _sets(oracle, ask)
    except ImpossibleError as error:
        return Brute((), {}, None, refusal=str(error))
    if prod(map(len, sets.values())) > most * 20:
        raise TooManyError
    completions = [dict(zip(sets, choice, strict=True)) for choice in product(*sets.values())]
    completions = [c for c in completions if _consistent(oracle, c)]
    days, last = _days(oracle, ask)
    if len(completions) * len(days) > most:
        raise TooManyError
    found: dict[Key, Found] = {}
    for c in completions:
        for day, signature in days:
            key = (*c.values(), signature, ask.known_by, ask.grade, ask.issuers)
            if key not in oracle.cache:
                oracle.cache[key] = oracle.found(c, (day, date.fromisoformat(ask.known_by), ask.grade), ask.issuers)
            found[*c.values(), day.isoformat()] = oracle.cache[key]
    return Brute((*sets, "date"), found, last, ask.issuers) if completions else Brute((), {}, None)


def _someone_has_a_say(found: Found) -> bool:
    return any(r.outcome != "no-say" for rulings in found.rulings.values() for r in rulings)


def _consistent(oracle: Oracle, c: Mapping[str, str]) -> bool:
    return all(holds(c, _nothing_arguable) for holds in (*oracle.demands, *oracle.catalogue))


def _nothing_arguable(point: object, ways: object = None) -> bool:
    raise AssertionError(f"a constraint turns on {point}")


def _sets(oracle: Oracle, ask: Ask) -> dict[str, tuple[str, ...]]:
    """The values each fact may have: as said, else as assumed where that is possible, else all.

    ImpossibleError where two different things are said of a fact, and where only the catalogue is against an assumption:
    it is no reason to take another use for granted.
    """
    words = oracle.words
    given: dict[str, tuple[str, ...]] = {}
    for fact, value in (pair for said in ask.facts.items() for pair in _apart(oracle, *said)):
        if fact in words.several:
            members = [f"{fact}.{m}" for m in words.several[fact]]
            given |= dict.fromkeys(members, ("no",)) if value == "none" else {f"{fact}.{m}": ("yes",) for m in listed(value)}
        elif fact in words.domains and fact not in words.values:
            given[fact] = (value,)
        elif fact != "date":
            left = _left(words, fact, value)
            if not left:
                raise ImpossibleError("wrong-value")
            if given.setdefault(fact, left) != left:
                raise ImpossibleError("contradiction")
    sets = {fact: given.get(fact, domain) for fact, domain in words.domains.items()}
    said = dict(sets)
    for fact, (assumed, when) in sorted(_assumptions(oracle).items()) if ask.assumptions else ():
        if fact in given or not _is_met(when, said):
            continue
        if _possible(oracle, {**sets, fact: assumed}):
            sets[fact] = assumed
        elif _possible(oracle, {**sets, fact: assumed}, but_for_catalogue=True):
            raise ImpossibleError("contradiction")
    return sets


def _apart(oracle: Oracle, fact: str, value: Any) -> list[tuple[str, Any]]:
    """What is said of a fact, and of the fact that takes the second of two values that hold together."""
    if isinstance(value, dict) and "together" in value:
        return list(zip((fact, oracle.spec["facts"][fact]["together"]), sorted(value["together"]), strict=True))
    return [(fact, value)]


def _left(words: Words, fact: str, value: Any) -> tuple[str, ...]:
    """The values that a fact may have: those named, or all, without those that it certainly is not."""
    said = [f"!{t}" for t in listed(value["not"])] if isinstance(value, dict) else listed(value)
    values = words.values[fact]
    named = {leaf for t in said if t[0] != "!" for leaf in words.perhaps(values, t)}
    gone = {leaf for t in said if t[0] == "!" for leaf in words.leaves(values, t[1:])}
    whole = named if any(t[0] != "!" for t in said) else set(words.domains[fact])
    return tuple(sorted(whole - gone))


def _assumptions(oracle: Oracle) -> dict[str, tuple[tuple[str, ...], Test]]:
    """What is assumed of each fact, and of what uses."""
    found: dict[str, tuple[tuple[str, ...], Test]] = {}
    for fact, spec in oracle.spec["facts"].items():
        when = Conditions(oracle.words).test(spec.get("assume", {}).get("when", {}))
        if spec.get("assume") and fact in oracle.words.several:
            found |= {f"{fact}.{m}": (("no",), when) for m in oracle.words.several[fact]}
        elif spec.get("assume"):
            found[fact] = (spec["assume"]["value"],), when
    return found


def _is_met(when: Test, sets: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether what is said leaves a use of which the condition holds."""
    completions = (dict(zip(sets, choice, strict=True)) for choice in product(*sets.values()))
    return any(when(c, _nothing_arguable) for c in completions)


def _possible(oracle: Oracle, sets: Mapping[str, tuple[str, ...]], *, but_for_catalogue: bool = False) -> bool:
    demands = oracle.demands if but_for_catalogue else [*oracle.demands, *oracle.catalogue]
    completions = (dict(zip(sets, choice, strict=True)) for choice in product(*sets.values()))
    return any(all(holds(c, _nothing_arguable) for holds in demands) for c in completions)


def _days(oracle: Oracle, ask: Ask) -> tuple[list[tuple[date, object]], date | None]:
    """Every day asked about, but of days on which the same rules have begun and ended only the first."""
    begins = [b.when for r in oracle.rules.values() for b in r.begins]
    turns = [*begins, *(r.until for r in oracle.rules.values() if r.until)]
    text = ask.as_of or ask.facts.get("date")
    if text is None:
        first, last = min(a for a, _ in turns) - ONE_DAY, max(b for _, b in turns) + ONE_DAY
    else:
        first, last = bounds({"between": text.split("/")} if "/" in text else text)
    found: dict[object, date] = {}
    for n in range((last - first).days + 1):
        day = first + n * ONE_DAY
        signature = tuple((a <= day, b <= day) for a, b in begins)
        ended = tuple((r.until[0] < day, r.until[1] < day) for r in oracle.rules.values() if r.until)
        found.setdefault((signature, ended), day)
    return [(day, signature) for signature, day in found.items()], last if text is not None else None


# -- comparing


def settling(verdicts: Mapping[Key, str], facts: Sequence[str]) -> set[frozenset[str]]:
    """The smallest sets of facts that settle the verdict, by trying all."""
    varying = [i for i in range(len(facts)) if len({key[i] for key in verdicts}) > 1]
    for size in range(len(varying) + 1):
        found = {frozenset(facts[i] for i in some) for some in combinations(varying, size) if _settles(verdicts, some)}
        if found:
            return found
    return set()


def _settles(verdicts: Mapping[Key, str], some: tuple[int, ...]) -> bool:
    seen: dict[Key, str] = {}
    return all(seen.setdefault(tuple(key[i] for i in some), verdict) == verdict for key, verdict in verdicts.items())


def telling(verdicts: Mapping[Key, str], facts: Sequence[str], some: Sequence[str]) -> int:
    """How many completions are settled by one of these facts alone, summed over them."""
    total = 0
    for fact in some:
        by_value: dict[str, list[str]] = {}
        for key, verdict in verdicts.items():
            by_value.setdefault(key[facts.index(fact)], []).append(verdict)
        total += sum(len(v) for v in by_value.values() if len(set(v)) == 1)
    return total


def disagreements(oracle: Oracle, result: Brute, decision: Decision) -> Iterator[str]:
    """Where a decision is not what brute force found, in words."""
    verdicts = result.verdicts()
    yield from _compared("", verdicts, result.facts, decision)
    having = {i for f in result.found.values() for i, rulings in f.rulings.items() if any(r.outcome != "no-say" for r in rulings)}
    if having != {c.issuer for c in decision.consents}:
        yield f"consents: {sorted(having)}, not {[c.issuer for c in decision.consents]}"
    for consent in decision.consents:
        yield from _consent(result, consent)
        yield from _evidence(oracle, consent, decision.known_by)


def _compared(who: str, verdicts: Mapping[Key, str], facts: Sequence[str], claim: Decision | Consent) -> Iterator[str]:
    said = set(verdicts.values())
    verdict = "no-say" if not said else said.pop() if len(said) == 1 else "needs-facts"
    if verdict != claim.verdict:
        yield f"{who} verdict: {verdict}, not {claim.verdict}"
        return
    if {v.value for v in claim.possible} != (set(verdicts.values()) or {"no-say"}):
        yield f"{who} possible: {sorted(set(verdicts.values()))}, not {claim.possible}"
    missing = settling(verdicts, facts) if verdict == "needs-facts" else set()
    if missing != {frozenset(m) for m in claim.missing} or len(missing) != len(claim.missing):
        yield f"{who} missing: {sorted(map(sorted, missing))}, not {claim.missing}"
    scores = [telling(verdicts, facts, m) for m in claim.missing]
    if scores != sorted(scores, reverse=True):
        yield f"{who} missing: {claim.missing} has scores {scores}"


def _consent(result: Brute, consent: Consent) -> Iterator[str]:
    outcomes = result.of_issuer(consent.issuer)
    if not outcomes:
        return
    yield from _compared(consent.issuer, {k: verdict_of(o) for k, o in outcomes.items()}, result.facts, consent)
    rulings = {r for key in outcomes for r in result.found[key].rulings[consent.issuer]}
    never = any(r.outcome == "no-say" for r in rulings)
    expected = {
        "says": {r.outcome for r in rulings} - {"no-say"},
        "rules": {rule for r in rulings for rule in r.rules},
        "arguable_rules": {rule for r in rulings for rule in r.rules} - {rule for key in outcomes for rule in _certain(result, key, consent.issuer)},
        "set_aside": {pair for r in rulings for pair in r.set_aside},
        "roles": {role for r in rulings for role in r.roles},
        "has_say": {"depends" if len(outcomes) < len(result.found) else "arguable" if never else "certain"},
    }
    for name, value in expected.items():
        said = getattr(consent, name)
        if value != ({said} if isinstance(said, str) else set(said)):
            yield f"{consent.issuer} {name}: {value}, not {said}"
    turning = any(len({r.outcome for r in result.found[key].rulings[consent.issuer]}) > 1 for key in outcomes)
    if turning != bool(consent.readings):
        yield f"{consent.issuer} readings: {consent.readings}"


def _certain(result: Brute, key: Key, issuer: str) -> frozenset[str]:
    """The rules that decide under every reading in which the issuer has a say."""
    return frozenset.intersection(*(r.rules for r in result.found[key].rulings[issuer] if r.outcome != "no-say"))


def _evidence(oracle: Oracle, consent: Consent, known_by: date) -> Iterator[str]:
    """What is cited is what carried a rule then, and the grade is that of the weakest rule's best statement."""
    cited = {statement: {*rules} for statement, rules in consent.cited}
    aside = {rule: oracle.carrying(rule, known_by) for rule in {rule for rule, _ in consent.set_aside}}
    carrying = {rule: oracle.carrying(rule, known_by) for rule in consent.rules}
    named: dict[str, set[str]] = {}
    for rule, statements in {**aside, **carrying}.items():
        for statement in statements:
            named.setdefault(statement, set()).add(rule)
    if cited != named:
        yield f"{consent.issuer} cited: {named}, not {cited}"
    if set(consent.statements) != {s for some in carrying.values() for s in some}:
        yield f"{consent.issuer} statements: {carrying}, not {consent.statements}"
    worst = max((min(oracle.grade(s, known_by) for s in some) for some in carrying.values()), default=None)
    if worst != (consent.grade.rank if consent.grade else None):
        yield f"{consent.issuer} grade: {worst}, not {consent.grade}"

"""One adapter for each engine compared, all with the same three methods.

`prepare` loads a policy, `ask` puts a scenario into the engine's own input form, and `decide` gives the `Answer`; only
`decide` is timed. What an engine is for, finding the rules that match, is left to it, in the form measured to be the
fastest for it; what none of them offers, setting rules aside and citing sources, is done for all by one `Explainer`.

Wherever the order of conditions is ours to choose, the condition that fewest values satisfy comes first.
"""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol, cast

from benchmarks.generated import Answer, Condition, Policy, Rule, Scenario, defeated, outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Engine(Protocol):
    """What the comparison needs of an engine; constructing it imports the engine's library and nothing else."""

    def prepare(self, policy: Policy) -> None:
        """Load the policy; timed as loading."""

    def ask(self, scenario: Scenario) -> Any:
        """The scenario in the engine's own input form; not timed."""

    def decide(self, asked: Any) -> Any:
        """The decision with its explanation; timed."""

    def read(self, given: Any) -> Answer:
        """The decision in the oracle's form, for the comparison; not timed."""
        return cast("Answer", given)


class Explainer:
    """Turns the ids of the rules that match into an `Answer`, from tables made beforehand."""

    def __init__(self, policy: Policy) -> None:
        self._effects = {rule.id: rule.effect for rule in policy.rules}
        self._sources = {rule.id: rule.source for rule in policy.rules}
        self._defeats = {rule.id: tuple(defeated(policy, rule.id)) for rule in policy.rules if rule.overrides}

    def answer(self, matched: Iterable[str]) -> Answer:
        """The answer when exactly these rules apply."""
        applying = sorted(matched)
        defeats = self._defeats
        set_aside = [(loser, by) for by in applying for loser in defeats.get(by, ()) if loser in applying]
        losers = {loser for loser, _ in set_aside}
        deciding = tuple(rule for rule in applying if rule not in losers)
        return Answer(
            outcome({self._effects[rule] for rule in deciding}),
            deciding,
            tuple(sorted(set_aside)),
            tuple((rule, self._sources[rule]) for rule in applying),
        )


class PlainPython(Engine):
    """No engine at all: a loop over frozen sets. The yardstick an engine has to beat."""

    def prepare(self, policy: Policy) -> None:
        self._explain = Explainer(policy).answer
        self._rules = [(rule.id, tuple((condition.fact, condition.allowed) for condition in narrowest_first(policy, rule))) for rule in policy.rules]

    def ask(self, scenario: Scenario) -> Scenario:
        return dict(scenario)

    def decide(self, asked: Scenario) -> Answer:
        matched = []
        for rule, tests in self._rules:
            for fact, allowed in tests:
                if asked[fact] not in allowed:
                    break
            else:
                matched.append(rule)
        return self._explain(matched)


class RuleEngine(Engine):
    """rule-engine: one compiled rule for each rule.

    A set of values is a regular expression, which this engine tests about three times faster than membership in a list
    or a set. Generated values hold no character that a regular expression treats specially.
    """

    def __init__(self) -> None:
        import rule_engine

        self._rule = rule_engine.Rule

    def prepare(self, policy: Policy) -> None:
        self._explain = Explainer(policy).answer
        self._rules = [(rule.id, self._rule(" and ".join(map(self._test, narrowest_first(policy, rule))))) for rule in policy.rules]

    def ask(self, scenario: Scenario) -> Scenario:
        return dict(scenario)

    def decide(self, asked: Scenario) -> Answer:
        return self._explain([rule for rule, compiled in self._rules if compiled.matches(asked)])

    @staticmethod
    def _test(condition: Condition) -> str:
        values = sorted(condition.allowed)
        if len(values) == 1:
            return f'{condition.fact} == "{values[0]}"'
        return f'{condition.fact} =~ "({"|".join(values)})$"'


class Zen(Engine):
    """zen-engine: the whole policy as one compiled expression, a list with an id or null for each rule.

    A decision table that collects every hit says the same and takes about ten times as long; a compiled expression
    for each rule crosses the language border once a rule and takes longer still.
    """

    def __init__(self) -> None:
        import zen

        self._compile = zen.compile_expression

    def prepare(self, policy: Policy) -> None:
        self._explain = Explainer(policy).answer
        entries = (f'{" and ".join(map(self._test, narrowest_first(policy, rule)))} ? "{rule.id}" : null' for rule in policy.rules)
        self._expression = self._compile(f"[{', '.join(entries)}]")

    def ask(self, scenario: Scenario) -> Scenario:
        return dict(scenario)

    def decide(self, asked: Scenario) -> Answer:
        return self._explain([rule for rule in self._expression.evaluate(asked) if rule])

    @staticmethod
    def _test(condition: Condition) -> str:
        values = [f'"{value}"' for value in sorted(condition.allowed)]
        if len(values) == 1:
            return f"{condition.fact} == {values[0]}"
        return f"{condition.fact} in [{', '.join(values)}]"


class Cedar(Engine):
    """cedarpy: one policy for each rule, policies and entities parsed once.

    Cedar's reasons name only the policies that determine its decision, and a `forbid` silences every `permit`; so that
    all matching rules are named, every rule is written as a `permit` and its effect is applied afterwards. Two facts
    are principal and resource, the rest is context. A set of values is a group that the values belong to, the form in
    which Cedar finds members by hash.
    """

    PRINCIPAL, RESOURCE = "weapon", "region"

    def __init__(self) -> None:
        import cedarpy

        self._cedar = cedarpy

    def prepare(self, policy: Policy) -> None:
        self._explain = Explainer(policy).answer
        self._groups: dict[Condition, str] = {}
        text = "\n".join(self._written(policy, rule) for rule in policy.rules)
        self._policies = self._cedar.PolicySet.from_str(text)
        self._entities = self._cedar.Entities.from_json_str(json.dumps(self._members()))

    def ask(self, scenario: Scenario) -> dict[str, Any]:
        context = {
            fact: {"__entity": {"type": "Value", "id": value}} for fact, value in scenario.items() if fact not in (self.PRINCIPAL, self.RESOURCE)
        }
        return {
            "principal": {"type": "Value", "id": scenario[self.PRINCIPAL]},
            "action": 'Action::"use"',
            "resource": {"type": "Value", "id": scenario[self.RESOURCE]},
            "context": json.dumps(context),
        }

    def decide(self, asked: dict[str, Any]) -> Answer:
        result = self._cedar.is_authorized(asked, self._policies, self._entities)
        return self._explain(result.diagnostics.id_annotations_by_reason.values())

    def _written(self, policy: Policy, rule: Rule) -> str:
        scope = {self.PRINCIPAL: "principal", self.RESOURCE: "resource"}
        tests = []
        for condition in narrowest_first(policy, rule):
            if condition.fact in scope:
                scope[condition.fact] += self._test(condition)
            else:
                tests.append(f"context.{condition.fact}{self._test(condition)}")
        when = f" when {{ {' && '.join(tests)} }}" if tests else ""
        return f'@id("{rule.id}") permit({scope[self.PRINCIPAL]}, action, {scope[self.RESOURCE]}){when};'

    def _test(self, condition: Condition) -> str:
        if len(condition.allowed) == 1:
            return f' == Value::"{min(condition.allowed)}"'
        return f' in Group::"{self._groups.setdefault(condition, f"g{len(self._groups)}")}"'

    def _members(self) -> list[dict[str, Any]]:
        """The values as entities, each with the groups it belongs to."""
        parents: dict[str, list[dict[str, str]]] = {}
        for condition, group in self._groups.items():
            for value in sorted(condition.allowed):
                parents.setdefault(value, []).append({"type": "Group", "id": group})
        return [{"uid": {"type": "Value", "id": value}, "attrs": {}, "parents": groups} for value, groups in parents.items()]


class Clips(Engine):
    """clipspy: one rule for each rule over one fact with twelve slots.

    A rule that fires appends its id to a global variable, which is read once; the fact is then retracted, which takes
    less time than a reset of the environment.
    """

    def __init__(self) -> None:
        import clips

        self._clips = clips

    def prepare(self, policy: Policy) -> None:
        self._explain = Explainer(policy).answer
        self._environment = self._clips.Environment()
        slots = " ".join(f"(slot {fact.name} (type SYMBOL))" for fact in policy.facts)
        self._environment.build(f"(deftemplate scenario {slots})")
        self._environment.build("(defglobal ?*matched* = (create$))")
        for rule in policy.rules:
            self._environment.build(self._written(rule))
        self._template = self._environment.find_template("scenario")
        self._matched = self._environment.find_global("matched")

    def ask(self, scenario: Scenario) -> dict[str, Any]:
        return {fact: self._clips.Symbol(value) for fact, value in scenario.items()}

    def decide(self, asked: dict[str, Any]) -> Answer:
        fact = self._template.assert_fact(**asked)
        self._environment.run()
        matched = self._matched.value
        fact.retract()
        self._matched.value = ()
        return self._explain(matched)

    @staticmethod
    def _written(rule: Rule) -> str:
        slots = " ".join(f"({condition.fact} {'|'.join(sorted(condition.allowed))})" for condition in rule.conditions)
        return f"(defrule {rule.id} (scenario {slots}) => (bind ?*matched* ?*matched* {rule.id}))"


class DurableRules(Engine):
    """durable-rules: one rule for each rule over one fact, which every matching rule sees.

    An event would be consumed by the first rule that takes it, so the scenario is a fact. It is retracted afterwards:
    that leaves the ruleset's one state in place, while deleting a state and making the next one costs time for every
    rule. Each fact has an id of its own, since equal facts are refused as already observed. A ruleset holds 4,096
    rules at most, and no more than 64 branches of its network may be open at once; rulesets of 2,000 rules keep within
    both. The host's timer threads, which would run actions on a second thread, are left off.
    """

    MOST_RULES = 2000

    def __init__(self) -> None:
        from durable import engine

        class QuietHost(engine.Host):  # type: ignore[misc]
            def _run(self) -> None:
                """Start no timers."""

        self._host = QuietHost()
        self._not_handled = engine.MessageNotHandledException

    def prepare(self, policy: Policy) -> None:
        self._explain = Explainer(policy).answer
        self._matched: list[str] = []
        self._ids = count(1)
        self._rulesets = [f"rules_{start}" for start in range(0, len(policy.rules), self.MOST_RULES)]
        for number, name in enumerate(self._rulesets):
            rules = policy.rules[number * self.MOST_RULES :][: self.MOST_RULES]
            self._host.register_rulesets({name: {rule.id: self._written(policy, rule) for rule in rules}})

    def ask(self, scenario: Scenario) -> Scenario:
        return dict(scenario)

    def decide(self, asked: Scenario) -> Answer:
        self._matched.clear()
        fact = {**asked, "id": next(self._ids)}
        for name in self._rulesets:
            try:
                self._host.assert_fact(name, fact)
                self._host.retract_fact(name, fact)
            except self._not_handled:  # no rule of this ruleset matches, and nothing was stored
                continue
        return self._explain(self._matched)

    def _written(self, policy: Policy, rule: Rule) -> dict[str, Any]:
        tests = [self._test(condition) for condition in narrowest_first(policy, rule)]
        return {"all": [{"m": {"$and": tests}}], "run": lambda _: self._matched.append(rule.id)}

    @staticmethod
    def _test(condition: Condition) -> dict[str, Any]:
        tests = [{condition.fact: value} for value in sorted(condition.allowed)]
        return tests[0] if len(tests) == 1 else {"$or": tests}


def narrowest_first(policy: Policy, rule: Rule) -> Sequence[Condition]:
    """The rule's conditions, the one that the smallest part of its fact's values satisfies first."""
    sizes = {fact.name: len(fact.values) for fact in policy.facts}
    return sorted(rule.conditions, key=lambda condition: len(condition.allowed) / sizes[condition.fact])


PEERS: dict[str, type[Engine]] = {
    "plain-python": PlainPython,
    "clipspy": Clips,
    "durable-rules": DurableRules,
    "zen-engine": Zen,
    "cedarpy": Cedar,
    "rule-engine": RuleEngine,
}

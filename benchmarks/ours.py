"""The adapter for `caveat` itself, with the same three methods as every peer.

It differs from the peers in one thing: `caveat` sets rules aside and cites sources by itself, so its own explanation is
read and no shared `Explainer` is used. The policy is written as files and loaded like any other; what is loaded is not
kept for the next time, so that loading is measured, and compiling the rules belongs to loading too.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from benchmarks.generated import Answer, Fact, Outcome, Policy, Rule, Scenario

ISSUER = "XX"
BEGIN, DAY = "2022-06-01", "2024-06-02"


class Caveat:
    """caveat: one issuer whose rules are the policy's, asked for complete scenarios on one day."""

    def __init__(self) -> None:
        os.environ["CAVEAT_CACHE"] = "off"
        import caveat

        self._load = caveat.Library.load

    def prepare(self, policy: Policy) -> None:
        with TemporaryDirectory() as folder:
            for name, content in files(policy).items():
                path = Path(folder, name)
                path.parent.mkdir(exist_ok=True)
                path.write_text(json.dumps(content), encoding="utf-8")
            self._library = self._load(folder)
        self._sources = {rule.id: _short(rule.statements[0]) for rule in self._library.book.rules}
        self._program = self._library.program(self.ask({fact.name: fact.values[0] for fact in policy.facts}).question)

    def ask(self, scenario: Scenario) -> Any:
        return self._library.ask(scenario, as_of=DAY, known_by=DAY)

    def decide(self, asked: Any) -> Any:
        return self._program.answer(asked)

    def read(self, given: Any) -> Answer:
        """What a decision says, in the oracle's form: only for the comparison, it was all there before."""
        (consent,) = given.consents
        (says,) = consent.says
        applying = {*consent.rules, *(loser for loser, _ in consent.set_aside)}
        return Answer(
            cast("Outcome", says.value),
            tuple(sorted(map(_short, consent.rules))),
            tuple(sorted((_short(loser), _short(by)) for loser, by in consent.set_aside)),
            tuple(sorted((_short(rule), self._sources[rule]) for rule in applying)),
        )


class Forgetful(Caveat):
    """The same, made to forget what it remembers before each decision."""

    def decide(self, asked: Any) -> Any:
        self._program.forget()
        return self._program.answer(asked)


class Rete(Caveat):
    """The engine that has durable-rules match and chain. It remembers what the alternatives met by a use mean, and no answers."""

    def prepare(self, policy: Policy) -> None:
        super().prepare(policy)
        self.decide(self.ask({fact.name: fact.values[0] for fact in policy.facts}))

    def decide(self, asked: Any) -> Any:
        return self._library.answer(asked, "rete")


def files(policy: Policy) -> dict[str, dict[str, Any]]:
    """The policy as the files of a library, by name: one for the facts, one for the values of each, one for the rules."""
    facts = {fact.name: {"values": fact.name, "title": fact.name, "question": f"Which {fact.name}?"} for fact in policy.facts}
    consents = [{"role": "speaker", "every": "state", "donor": True}]
    return {
        "vocabulary/facts.yaml": {"facts": facts, "roles": {"speaker": "speaker"}, "consents": consents},
        **{f"vocabulary/{fact.name}.yaml": _values(fact) for fact in policy.facts},
        f"{ISSUER}.yaml": {
            "issuer": ISSUER,
            "name": "generated",
            "covered_until": DAY,
            "statements": {source: _statement(source) for source in sorted({rule.source for rule in policy.rules})},
            "rules": {rule.id: _rule(rule) for rule in policy.rules},
        },
    }


def _values(fact: Fact) -> dict[str, Any]:
    return {"values": fact.name, "terms": {value: {"name": value} for value in fact.values}}


def _statement(source: str) -> dict[str, Any]:
    cited = {"publisher": "generated", "title": source, "date": BEGIN, "no_url": "generated"}
    return {"by": "generated", "decided": BEGIN, "reported": BEGIN, "grade": "official-text", "says": source, "sources": [cited]}


def _rule(rule: Rule) -> dict[str, Any]:
    when = {condition.fact: sorted(condition.allowed) for condition in rule.conditions}
    overrides = {"overrides": list(rule.overrides)} if rule.overrides else {}
    return {"effect": rule.effect, "by": rule.source, "from": BEGIN, "summary": rule.id, "when": when, **overrides}


def _short(ident: str) -> str:
    return ident.removeprefix(f"{ISSUER}/")

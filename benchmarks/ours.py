"""The adapter for `caveat` itself, with the same three methods as every peer.

It differs from the peers in one thing: `caveat` sets rules aside and cites sources by itself, so its own explanation is
read and no shared `Explainer` is used.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from generated import Answer, Outcome, Policy, Rule, Scenario

ISSUER = "XX"
DAY = date(2024, 6, 2)


class Caveat:
    """caveat: one issuer whose rules are the policy's, asked for complete scenarios on one day."""

    def __init__(self) -> None:
        import caveat

        self._caveat = caveat

    def prepare(self, policy: Policy) -> None:
        self._sources = {rule.id: rule.source for rule in policy.rules}
        with TemporaryDirectory() as folder:
            path = Path(folder)
            (path / f"{ISSUER}.yaml").write_text(json.dumps(written(policy)))
            self._library = self._caveat.Library.load(path)

    def ask(self, scenario: Scenario) -> Any:
        return self._caveat.Scenario(dict(scenario))

    def decide(self, asked: Any) -> Answer:
        consent = self._library.decide(asked, as_of=DAY, known_by=DAY).consents[0]
        deciding = tuple(sorted(map(_short, consent.rules)))
        set_aside = tuple(sorted((_short(pair.rule), _short(pair.by)) for pair in consent.set_aside))
        applying = sorted({*deciding, *(loser for loser, _ in set_aside)})
        sources = tuple((rule, self._sources[rule]) for rule in applying)
        return Answer(_outcome(consent.verdict, deciding), deciding, set_aside, sources)


def written(policy: Policy) -> dict[str, Any]:
    """The policy as one issuer's file: a statement for each source, and the rules that encode it."""
    return {
        "issuer": ISSUER,
        "covered_until": DAY.isoformat(),
        "statements": {source: _statement(source) for source in sorted({rule.source for rule in policy.rules})},
        "rules": {rule.id: _rule(rule) for rule in policy.rules},
    }


def _statement(source: str) -> dict[str, Any]:
    day = "2022-06-01"
    cited = {"publisher": "Generated", "title": source, "date": day, "words": "as generated"}
    return {
        "by": "a generator",
        "decided": day,
        "reported": day,
        "confirmed": day,
        "grade": "official-text",
        "says": source,
        "sources": [cited],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    when = {condition.fact: sorted(condition.allowed) for condition in rule.conditions}
    overrides = {"overrides": list(rule.overrides)} if rule.overrides else {}
    return {"effect": rule.effect, "by": rule.source, "from": "2022-06-01", "when": when, **overrides}


def _short(rule: str) -> str:
    return rule.removeprefix(f"{ISSUER}/")


def _outcome(verdict: str, deciding: tuple[str, ...]) -> Outcome:
    """An unclear verdict on a complete scenario without vague terms is silence or conflict."""
    if verdict == "unclear":
        return "conflict" if deciding else "silent"
    return "permitted" if verdict == "permitted" else "prohibited"

"""DESIGN section 4, laws 9 and 10: the same bytes, and errors that are never verdicts."""

import hashlib
import json
import os
import subprocess
import sys
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fuzz import ENGINES
from hypothesis import given
from law_cases import Case, json_of, laws
from seeding import examples
from strategies import book_of, decide, seeds

from caveat import Library, PolicyError, ScenarioError
from caveat.store.canonical import from_data, text_of, to_data

# -- 9. the same bytes

SCRIPT = """
import sys
from test_laws_of_bytes_and_errors import digest_of_seed
print(digest_of_seed(int(sys.argv[1])))
"""


def digest_of_seed(seed: int) -> str:
    """A digest of everything a few libraries answer, and of their data."""
    whole = hashlib.sha256()
    for number in range(seed, seed + 8):
        case = Case(number)
        whole.update(text_of(to_data(case.library.book)).encode())
        for question in case.asks():
            whole.update(json_of(case.library, question).encode())
    return whole.hexdigest()


def test_law_9_the_same_bytes_in_every_process():
    """Whatever the seed of Python's hashes, the same library, scenario and dates give the same bytes of JSON."""
    here = Path(__file__).parent
    path = os.pathsep.join([str(here), *filter(None, [os.environ.get("PYTHONPATH")])])
    seen = {digest_of_seed(7)}
    for hash_seed in ("0", "1", "42"):
        env = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": path}
        done = subprocess.run([sys.executable, "-c", SCRIPT, "7"], env=env, cwd=here, capture_output=True, text=True, check=True)
        seen.add(done.stdout.strip())
    assert len(seen) == 1


@laws
@given(seeds)
def test_law_9_a_book_kept_as_data_decides_the_same(seed):
    """A book written as JSON and read again has the same digest and data, and gives the same bytes."""
    case = Case(seed)
    book = case.library.book
    again = from_data(json.loads(text_of(to_data(book))))
    assert again.digest == book.digest
    assert text_of(to_data(again)) == text_of(to_data(book))
    for question in case.asks():
        assert json_of(Library(again), question) == json_of(case.library, question)


# -- 10. errors

BREAKAGES = {
    "unknown-fact": lambda rule: rule.update(when={"wepon": "w0"}),
    "unknown-weapon": lambda rule: rule.update(when={"weapon": "w99"}),
    "unknown-statement": lambda rule: rule.update(by=["nobody-said"]),
    "unknown-rule": lambda rule: rule.update(overrides="no-such-rule"),
    "unknown-reading": lambda rule: rule.update(arguably=[{"reading": "no-such-reading", "when": {"weapon": "w0"}}]),
    "unknown-key": lambda rule: rule.update(wehn={}),
    "unknown-word": lambda rule: rule.update(effect="tolerate"),
    "missing-key": lambda rule: rule.pop("effect"),
    "impossible-date": lambda rule: rule.update({"from": "2024-02-31"}),
    "unknown-test": lambda rule: rule.update(when={"weapon": {"heavier": "w0"}}),
    "wrong-value": lambda rule: rule.update(when=[]),
}


@pytest.mark.parametrize("code", BREAKAGES)
@examples(4)
@given(seeds)
def test_law_10_a_bad_rule_is_an_error_and_never_an_absent_rule(code, seed):
    """Break one rule of a library in one way, and nothing loads; the problem is named."""
    case = Case(seed)
    broken = deepcopy(case.files)
    name = case.rng.choice([n for n in broken if not n.startswith("vocabulary/")])
    BREAKAGES[code](case.rng.choice(list(broken[name]["rules"].values())))
    with pytest.raises(PolicyError) as caught:
        book_of(broken)
    assert any(d.code.startswith(code) for d in caught.value.diagnostics if d.span and d.span.source.name == name)


@laws
@given(seeds)
def test_law_10_rules_that_override_in_a_ring_are_an_error(seed):
    """Let a rule override one that already overrides it, by itself or through others, and nothing loads."""
    case = Case(seed)
    broken = deepcopy(case.files)
    rules = case.rng.choice([data["rules"] for data in broken.values() if data.get("rules")])
    ring = case.rng.sample(list(rules), case.rng.randint(1, len(rules)))
    for name, after in zip(ring, (*ring[1:], ring[0]), strict=True):
        rules[name]["overrides"] = [after]
    with pytest.raises(PolicyError) as caught:
        book_of(broken)
    assert "cycle" in {d.code for d in caught.value.diagnostics}


@pytest.mark.parametrize("engine", ENGINES)
def test_law_10_an_engine_fault_is_never_a_verdict(engine, monkeypatch):
    """When finding out whether a rule is in force fails, the failure comes out, and no answer."""

    def fault(*_args: Any, **_more: Any) -> Any:
        raise ArithmeticError("a fault")

    case = Case(3)
    asked = [q for q, d in case.decided() if any(c.rules for c in d.consents)]
    monkeypatch.setattr("caveat.core.force.carries", fault)
    assert asked
    for question in asked:
        with pytest.raises(ArithmeticError):
            decide(Library(case.library.book), replace(question, issuers=()), engine)


@laws
@given(seeds)
def test_law_10_an_unknown_name_in_a_question_is_an_error(seed):
    """A question that names an unknown fact, value, day or issuer has no verdict."""
    case = Case(seed)
    for question in case.asks():
        for wrong in ({"wepon": "w0"}, {"weapon": "w99"}, {"date": "2024-02-31"}, {"supplier": []}):
            with pytest.raises(ScenarioError):
                decide(case.library, replace(question, facts={**question.facts, **wrong}))
        with pytest.raises(ScenarioError):
            decide(case.library, replace(question, issuers=("QQ",)))

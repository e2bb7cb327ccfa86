"""Proofs against brute force: over generated libraries and claims, what is proven holds in every scenario, and what is refuted fails."""

from __future__ import annotations

import json
from datetime import date
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from brute_claims import Brute, edges_of
from hypothesis import given
from seeding import examples
from strategies import GRADES, book_of, seeds, world
from vocabularies import FACTS, STATES, Data, Words, condition, some_day

from caveat import Library
from caveat.core.claim import OF_A_RULE, OF_A_USE, OF_AN_ISSUER
from caveat.core.errors import TooLargeError
from caveat.prove import State
from caveat.prove.run import _donor
from caveat.resolve.claims import read_claims

if TYPE_CHECKING:
    from pathlib import Path

    from caveat.core.book import Book
    from caveat.core.claim import Claim
    from caveat.prove import Proof, Region

laws = examples(12)
KNOWN_BY = "2025-01-01"
MOST = 200  # completions of a library that is tried one by one
ENGINES = ("compiled", "reference")


def words_of(rng: Random, files: dict[str, Data]) -> Words:
    """The words for conditions over a made-up vocabulary."""
    facts = files[FACTS]["facts"]
    words = Words(rng, {n: d["terms"] for f, d in files.items() if f.startswith("vocabulary/") and f != FACTS for n in [d["values"]]})
    words.facts = {name: f["values"] for name, f in facts.items() if not f.get("several")}
    words.several = {name: words.leaves(f["values"]) for name, f in facts.items() if f.get("several")}
    return words


def made_up(rng: Random, book: Book, words: Words, earlier: str) -> Data:
    """One claim of any kind; `earlier` is the day by which less was known."""
    found: Data = {"claim": "a claim"}
    if rng.random() < 0.6:
        found["where"] = condition(words, 1)
    kind = rng.random()
    if kind < 0.25:
        found[rng.choice(["from", "until", "date"])] = some_day(rng).isoformat()
    elif kind < 0.35:
        found["date"] = {"between": sorted([some_day(rng).isoformat(), some_day(rng).isoformat()])}
    if rng.random() < 0.2:
        found["known_by"] = earlier
    if rng.random() < 0.15:
        found["min_grade"] = rng.choice(GRADES)
    kinds = [_of_issuers, _of_issuers, _of_rules, _of_use]
    return found | (_implied(rng, book, earlier) if rng.random() < 0.25 else rng.choice(kinds)(rng, book))


def _some(rng: Random, words: tuple[str, ...]) -> list[str]:
    return rng.sample(words, rng.choice([1, 1, 2]))


def _of_issuers(rng: Random, book: Book) -> Data:
    who: Any = rng.choice(
        [rng.choice(STATES), rng.sample(list(book.issuers), min(2, len(book.issuers))), {"every": rng.choice(["issuer", "state", "treaty"])}]
    )
    return {"issuer": who, rng.choice(["always", "never"]): _some(rng, OF_AN_ISSUER)} | rng.choice([{}, {}, {"as": "donor"}])


def _of_rules(rng: Random, book: Book) -> Data:
    return {"rule": rng.choice(book.rules).id, rng.choice(["always", "never"]): _some(rng, OF_A_RULE)}


def _of_use(rng: Random, book: Book) -> Data:
    return {rng.choice(["always", "never"]): _some(rng, OF_A_USE)}


def _implied(rng: Random, book: Book, earlier: str) -> Data:
    return {"if": _half(rng, book, earlier), "then": _half(rng, book, earlier)} | rng.choice([{}, {}, {"as": "anyone"}])


def _half(rng: Random, book: Book, earlier: str) -> Data:
    found: Data = rng.choice([{"issuer": rng.choice(STATES)}, {"issuer": rng.choice(STATES)}, {"rule": rng.choice(book.rules).id}, {}])
    allowed = OF_A_RULE if "rule" in found else OF_AN_ISSUER if "issuer" in found else OF_A_USE
    days = {key: day for key, day in (("date", some_day(rng).isoformat()), ("known_by", earlier)) if rng.random() < 0.2}
    return {**found, "verdict": _some(rng, allowed), **days}


def claims_of(data: Data, book: Book, folder: Path) -> list[Claim]:
    path = folder / "made-up.claims.yaml"
    path.write_text(json.dumps({"claims": data}), encoding="utf-8")
    return read_claims(path, book)


def donor_of(book: Book, claim: Claim) -> list[str | None]:
    return [_donor(book, claim, [f for f in (claim.premise, finding) if f]) for finding in claim.findings]


def replayed(library: Library, claim: Claim, region: Region, engine: str) -> None:
    """The witness of a region gives on every half the verdict it is said to give."""
    for asked in region.asked:
        options: Data = {"as_of": asked.as_of.isoformat() if asked.as_of else None, "known_by": asked.known_by.isoformat(), "min_grade": claim.least}
        issuers = [asked.issuer] if asked.issuer else []
        facts = {**region.scenario, **asked.given}
        if asked.verdict == "no-say":
            found = library.decide(facts, engine=engine, **options)
            assert asked.issuer not in {c.issuer for c in found.consents}
            continue
        decision = library.decide(facts, engine=engine, issuers=issuers, **options)
        verdict = next(c.verdict for c in decision.consents if c.issuer == asked.issuer) if asked.issuer else decision.verdict
        assert verdict.value == asked.verdict
        assert set(asked.rules) <= {r for c in decision.consents for r in c.rules}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("claims")


@laws
@given(seeds)
def test_a_proof_agrees_with_every_scenario_tried_one_by_one(folder, seed):
    """For each kind of claim, as many scenarios are counted, and as many against it, as the reference engine finds by trying all of them."""
    rng = Random(seed)
    files = world(rng)
    book = book_of(files)
    size = 1
    for fact in book.vocabulary.facts.values():
        size *= len(fact.domain)
    if size > MOST:
        return
    words = words_of(rng, files)
    earlier = some_day(rng).isoformat()
    claims = claims_of({f"c{i}": made_up(rng, book, words, earlier) for i in range(6)}, book, folder)
    library = Library(book)
    proofs = library.prove(folder / "made-up.claims.yaml", known_by=KNOWN_BY, listed=1000)
    brute, edges = Brute(book, date.fromisoformat(KNOWN_BY)), edges_of(claims)
    for proof in proofs.proofs:
        try:
            counted = expected(brute, proof.claim, edges)
        except TooLargeError:  # more points meet than the reference engine tries together
            continue
        assert (proof.scenarios, proof.against) == counted, proof.claim
        assert proof.more == 0
        assert sum(r.scenarios for r in proof.regions) == proof.against
        state(proof)
        for region in proof.regions[:4]:
            for engine in ENGINES:
                replayed(library, proof.claim, region, engine)


def expected(brute: Brute, claim: Claim, edges: set[date]) -> tuple[int, int]:
    from dataclasses import replace

    found = [brute.claimed(replace(claim, findings=(f,)), edges, d) for f, d in zip(claim.findings, donor_of(brute.book, claim), strict=True)]
    return sum(a for a, _ in found), sum(b for _, b in found)


def state(proof: Proof) -> None:
    """What is said of a claim is what the counts say."""
    if proof.against:
        assert proof.state is State.REFUTED
    elif not proof.scenarios:
        assert proof.state is State.EMPTY
    else:
        assert proof.state is State.HOLDS or (proof.state is State.EMPTY and proof.empty)

"""The machine's form of proofs: `caveat/prove/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.prove.proof import State
from caveat.prove.story import command
from caveat.report.to_data import library_data

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.prove.data import AskedData, ProofData, ProofsData, RegionData
    from caveat.prove.proof import Asked, Proof, Proofs, Region
    from caveat.prove.story import Manner


def proofs_data(book: Book, proofs: Proofs, manner: Manner) -> ProofsData:
    """The proofs as plain data, ready for JSON."""
    return {
        "schema": "caveat/prove/1",
        "all_hold": proofs.all_hold,
        "counts": {state: proofs.count(state) for state in State},
        "known_by": proofs.known_by.isoformat(),
        "claims": [_proof(p, manner) for p in proofs.proofs],
        "library": library_data(book),
    }


def _proof(proof: Proof, manner: Manner) -> ProofData:
    claim = proof.claim
    return {
        "file": claim.file,
        "line": claim.line,
        "id": claim.id,
        "claim": claim.sentence,
        "state": proof.state,
        "scenarios": proof.scenarios,
        "against": proof.against,
        "regions": [_region(r, manner) for r in proof.regions],
        "more": proof.more,
        "empty": list(proof.empty),
        "may_be_empty": claim.may_be_empty,
        "problem": proof.problem or None,
        "note": claim.note,
    }


def _region(region: Region, manner: Manner) -> RegionData:
    return {
        "of": region.of or None,
        "where": dict(region.where),
        "scenarios": region.scenarios,
        "witness": dict(region.scenario),
        "asked": [_asked(region, asked, manner) for asked in region.asked],
    }


def _asked(region: Region, asked: Asked, manner: Manner) -> AskedData:
    return {
        "issuer": asked.issuer,
        "as_of": asked.as_of.isoformat() if asked.as_of else None,
        "known_by": asked.known_by.isoformat(),
        "min_grade": asked.min_grade,
        "facts": dict(asked.given),
        "verdict": asked.verdict,
        "rules": list(asked.rules),
        "command": " ".join(command(region, asked, manner)),
    }

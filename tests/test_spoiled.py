"""Sound files that are spoiled in one place: each is refused, in our words."""

from __future__ import annotations

import pytest
from test_bad import BASE, LEAKS, findings

from caveat.load.folder import RawFile

# file, what stands there, what is written instead, the code that is to come of it
SPOILED = [
    ("policy.yaml", "words: not abroad", "words: [not, abroad]", "wrong-value"),
    ("policy.yaml", "decided: 2024-01-10", 'decided: "' + "2024/" * 3_000 + '2024"', "impossible-date"),
    ("policy.yaml", "decided: 2024-01-10", 'decided: "2024/2025/2026"', "impossible-date"),
    ("policy.yaml", "when: {target.region: AA}", "when: {weapon: }", "wrong-value"),
    ("policy.yaml", "when: {target.region: AA}", "when: {weapon: true}", "wrong-value"),
    ("policy.yaml", "when: {target.region: AA}", "when: {weapon: [[rocket]]}", "wrong-value"),
    ("policy.yaml", "when: {target.region: AA}", "when: {weapon: {}}", "wrong-value"),
    ("policy.yaml", "when: {target.region: AA}", "when: {weapon: []}", "wrong-value"),
    ("policy.yaml", "when: {target.region: AA}", "when: {weapon: {range_km: {over: true}}}", "wrong-value"),
    ("policy.yaml", "when: {target.region: AA}", "when: {supplier: ZZ}", "unknown-party"),
    ("policy.yaml", "when: {target.region: AA}", "unless:", "wrong-value"),
    ("policy.yaml", "issuer: AA", "issuer: aa", "unknown-issuer"),
    ("vocabulary/weapons.yaml", "range_km: 80", "range_km: {between: [300, 150]}", "wrong-value"),
    ("vocabulary/weapons.yaml", "range_km: 80", "range_km: -1", "wrong-value"),
    ("vocabulary/weapons.yaml", "range_km: 80", "range_km: true", "wrong-value"),
    ("vocabulary/weapons.yaml", "range_km: 80", "range_km: nan", "wrong-value"),
    ("vocabulary/facts.yaml", "several: true", 'several: "yes"', "wrong-value"),
    ("vocabulary/facts.yaml", "issuer_is: supplier", "issuer_is: suplier", "unknown-fact"),
    ("vocabulary/facts.yaml", "of: weapon, donor", "of: weapn, donor", "unknown-fact"),
    ("vocabulary/facts.yaml", "of: weapon, donor", "but_not: weapn, donor", "unknown-fact"),
    ("vocabulary/facts.yaml", "listed_by: weapon", "listed_by: weapn", "unknown-fact"),
    ("vocabulary/facts.yaml", "role: treaty, every", "role: treety, every", "unknown-role"),
    ("vocabulary/facts.yaml", "roles:", "suppliers:\n  - {of: weapn, bound: supplier, nobody: none}\nroles:", "unknown-fact"),
    ("vocabulary/facts.yaml", "  weapon:", "  date:", "wrong-value"),
]


@pytest.mark.parametrize(("name", "old", "new", "code"), SPOILED, ids=[new[:40] for _, _, new, _ in SPOILED])
def test_spoiled_in_one_place(name: str, old: str, new: str, code: str) -> None:
    """A file that is spoiled in one place reports that, in our words."""
    files = [RawFile(f.name, f.data.replace(old.encode(), new.encode(), 1)) if f.name == name else f for f in BASE]
    found = findings(files)
    assert code in [d.code for d in found]
    assert not any(LEAKS.search(d.message) for d in found)
    assert len(str(found[0])) < 1_000


def test_an_id_of_a_rule_and_of_a_later_statement() -> None:
    """An id that a rule has in one file and a statement in a later one is refused, whichever comes first."""
    policy = next(f for f in BASE if f.name == "policy.yaml").data
    other = policy.replace(b"first-word", b"at-home").partition(b"rules:")[0].replace(b"near-counts", b"far-counts")
    for name in ("a.yaml", "z.yaml"):
        assert "duplicate-id" in [d.code for d in findings([*BASE, RawFile(name, other)])]

"""Law 4 over a shipped policy of several files: what they are called, and what stands where, is in no digest and in no verdict."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
import yaml
from conftest import ROOT

from caveat import Library
from caveat.load.strict_yaml import read

if TYPE_CHECKING:
    from pathlib import Path

PARTS = ("statements", "rules", "readings", "derivations")
USES = [
    {"supplier": "US", "weapon": weapon, "target.region": region, "target.kind": "artillery", "date": day}
    for weapon in ("himars", "atacms")
    for region in ("RU-BEL", "UA-63")
    for day in ("2024-05-31", "2024-11-20")
]


class _Dumper(yaml.SafeDumper):
    """Writes no anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def rearranged(folder: Path, seed: int) -> Path:
    """The American policies over files of other names: each statement, rule and reading in a file by chance, keys in another order, with comments."""
    draw = random.Random(seed)
    paths = [p for p in sorted((ROOT / "policies" / "US").glob("*.yaml")) if p.suffixes == [".yaml"]]
    found: list[dict] = [read(p.read_bytes(), p.name)[0].plain() for p in paths]
    heads = [{k: v for k, v in d.items() if k not in PARTS} for d in found]
    scopes = [str(h.get("scope")) for h in heads]
    files = [dict(h) for h in heads]
    for d, scope in zip(found, scopes, strict=True):
        able = [f for f, s in zip(files, scopes, strict=True) if s == scope]  # a scope is part of what its rules mean
        for part in PARTS:
            for name, item in d.get(part, {}).items():
                draw.choice(able if part == "rules" else files).setdefault(part, {})[name] = item
    folder.mkdir()
    names = draw.sample([f"{a}{b}" for a in "zyxabc" for b in range(9)], len(files))
    for name, file in zip(names, files, strict=True):
        shuffled = {
            part: dict(draw.sample(list(v.items()), len(v))) if part in PARTS else v for part, v in draw.sample(list(file.items()), len(file))
        }
        text = yaml.dump(shuffled, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_style=None, width=10_000)
        (folder / f"{name}.yaml").write_text(f"# moved by {seed}\n{text}", encoding="utf-8")
    return folder


@pytest.mark.parametrize("seed", range(4))
def test_moving_rules_between_files_changes_no_digest_and_no_verdict(tmp_path, seed):
    """Files renamed, rules and statements moved between them, keys in another order, comments: the same digest, the same answers."""
    one = Library.load(rearranged(tmp_path / "one", seed), only=True)
    other = Library.load(rearranged(tmp_path / "other", seed + 100), only=True)
    assert one.digest == other.digest
    for use in USES:
        answers = [library.decide(use, known_by="2026-01-01").answer for library in (one, other)]
        assert answers[0] == answers[1]


def test_what_an_issuer_is_about_is_put_together_in_no_order_of_files(tmp_path):
    """The `about` of an issuer in two files is the same whatever they are called, and a different text is another digest."""

    def library(**abouts: str) -> Library:
        folder = tmp_path / "-".join(abouts)
        folder.mkdir()
        for name, about in abouts.items():
            (folder / f"{name}.yaml").write_text(f"issuer: XX\nname: Ruritania\nabout: {about}\n")
        return Library.load(folder, only=True)

    first, second, other = library(a="One.", b="Two."), library(d="One.", c="Two."), library(e="One.", f="Three.")
    assert first.digest == second.digest != other.digest
    assert first.book.issuers["XX"].about == "One. Two."

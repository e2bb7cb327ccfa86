"""Witnesses: a scenario as a file that `decide` accepts, in words, and the two commands that ask either side about it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from caveat.diagram.frame import Part
from caveat.engines.asker import donor_fact
from caveat.report.boxes import phrase
from caveat.report.command import decide_command
from caveat.report.wording import named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from caveat.core.book import Book
    from caveat.diff.difference import Asked, Region, Witness
    from caveat.diff.story import Piece, Story
    from caveat.report.command import Options

# Flags of `decide` that have a name of their own; any other fact goes through --fact.
FLAGS = {
    "date": "--date", "recipient": "--recipient", "action": "--action", "supplier": "--supplier", "weapon": "--weapon", "platform": "--platform",
    "platform_supplier": "--platform-supplier", "target.region": "--region", "target.kind": "--kind", "target.activity": "--activity",
    "target.threatens": "--threatens", "purpose": "--purpose", "user": "--user",
}  # fmt: skip
_WITNESS = re.compile(r"change-[0-9]+(-part-[0-9]+)?\.yaml")
_SAFE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*\Z")
_WORDS = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}


def is_witness(name: str) -> bool:
    """Whether a file is called as witnesses are."""
    return _WITNESS.fullmatch(name) is not None


def witness_yaml(story: Story, piece: Piece, policies: Options = ()) -> str:
    """The witness of one region as a scenario file, with the two commands that replay it in its head."""
    lines = [f"# {line}" for pieces, verdict in file_commands(story, piece, policies) for line in (f"{' '.join(pieces)}   # {verdict}",)]
    where = ", part ".join(str(int(n)) for n in re.findall("[0-9]+", story.file_name(piece)))
    return "\n".join([f"# A use whose verdict differs: change {where}.", *lines, *scenario_yaml(piece.region.witness.scenario)]) + "\n"


def scenario_yaml(scenario: Mapping[str, object]) -> list[str]:
    """A scenario as lines of YAML, facts dotted."""
    return [f"{fact}: {_scalar(value)}" for fact, value in scenario.items()]


def _scalar(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(_scalar(v) for v in value)}]"
    text = str(value)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) or (_SAFE.match(text) and text.lower() not in _WORDS):
        return text
    return json.dumps(text, ensure_ascii=False)


def example_words(book: Book, witness: Witness) -> str:
    """The witness in names: `supplied by United States, with HIMARS, in Belgorod region, threatening Kharkiv region`."""
    pieces = []
    for fact, value in witness.scenario.items():
        known = book.vocabulary.facts.get(fact)
        if known is not None:
            one = frozenset((str(value),))
            pieces.append(phrase(book, {}, fact, Part(one, one, frozenset(known.domain) - one)))
    return ", ".join(pieces) or "any use"


def commands(story: Story, piece: Piece, policies: Options = ()) -> list[tuple[list[str], str]]:
    """The two commands that ask either side, facts as flags, each in pieces for a line; and the verdict it gives."""
    return [(_command(story, piece.region, n, policies, as_file=None), verdict) for n, verdict in enumerate(_told(story, piece.region))]


def file_commands(story: Story, piece: Piece, policies: Options = ()) -> list[tuple[list[str], str]]:
    """The same, of the witness as a file."""
    name = story.file_name(piece)
    return [(_command(story, piece.region, n, policies, as_file=name), verdict) for n, verdict in enumerate(_told(story, piece.region))]


def _told(story: Story, region: Region) -> list[str]:
    """The verdict on either side: whose, where `decide` says another first; by which policies, where a revision has to be fetched first."""
    sides = ((story.difference.before, region.before), (story.difference.after, region.after))
    told = []
    for n, (asked, verdict) in enumerate(sides):
        own = verdict if _is_donor(story, region, n) else f"{named(asked.book, asked.issuer).removeprefix('the ')}: {verdict}"
        told.append(own)
    return told


def _is_donor(story: Story, region: Region, side: int) -> bool:
    """Whether the verdict of a side is the first thing `decide` says: asked of a party that is not the donor, it says that one's own below."""
    d, witness = story.difference, region.witness
    issuer = witness_issuer(region, side)
    donor = donor_fact((d.before, d.after)[side].book, issuer) if issuer is not None else None
    if donor is None:
        return True
    own = (witness.before, witness.after)[side].get("facts")
    facts = {**witness.scenario, **(own if isinstance(own, dict) else {})}
    return facts.get(donor) == issuer or (donor not in facts and region.is_usual and d.usual.get(donor) == (issuer,))


def witness_issuer(region: Region, side: int) -> str | None:
    """Whom a side is asked about; None for everyone."""
    return _text((region.witness.before, region.witness.after)[side].get("issuer"))


def _command(story: Story, region: Region, side: int, policies: Options, as_file: str | None) -> list[str]:
    """`caveat decide` as one side is to be asked: its days, issuer, policies, and facts of its own over those of the witness."""
    asked: Asked = (story.difference.before, story.difference.after)[side]
    asks = (region.witness.before, region.witness.after)[side]
    scenario = dict(region.witness.scenario)
    own = asks.get("facts")
    if isinstance(own, dict):
        scenario.update(own)
    facts = scenario if as_file is None else {f: v for f, v in scenario.items() if region.witness.scenario.get(f) != v}
    options = [
        ("--issuer", _text(asks.get("issuer"))),
        ("--as-of", _text(asks.get("as_of"))),
        ("--known-by", _text(asks.get("known_by"))),
        ("--min-grade", _text(asks.get("grade"))),
        *_policies_of(asked, policies),
    ]
    pieces = decide_command(facts, options, FLAGS)
    return [f"{pieces[0]} {as_file}", *pieces[1:]] if as_file else pieces


def _policies_of(asked: Asked, chosen: Options) -> Options:
    """The options that name a side's own policies, which stand as those chosen do; else those chosen."""
    return (("--policies", asked.policies), *(o for o in chosen if o[0] != "--policies")) if asked.policies else chosen


def _text(value: object) -> str | None:
    return None if value is None else str(value)

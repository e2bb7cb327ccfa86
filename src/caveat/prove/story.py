"""Proofs as a document: the count first, then what does not hold, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from caveat.prove.proof import State
from caveat.report.boxes import set_words, use_words
from caveat.report.command import decide_command
from caveat.report.document import Bullets, Caps, Command, Document, Heading, Item, Paragraph, Tone, mark
from caveat.report.policies import policies_blocks
from caveat.report.wording import listed, many

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from caveat.core.book import Book
    from caveat.prove.proof import Asked, Proof, Proofs, Region
    from caveat.report.command import Options
    from caveat.report.document import Block

TONES = {State.REFUTED: Tone.BAD, State.EMPTY: Tone.DOUBT, State.ERROR: Tone.DOUBT}
HEADS = {State.REFUTED: "refuted", State.EMPTY: "about nothing", State.ERROR: "not settled"}
MANY_RULES = 6
LONG = 100  # characters of a list of values, from which on only its length is told


@dataclass(frozen=True, slots=True)
class Manner:
    """How proofs are told: with the claims that hold or without.

    `flags` names the flag of each fact that has one; `policies` is the option that chose the library, for commands to repeat.
    """

    quiet: bool = False
    flags: Mapping[str, str] = field(default_factory=dict)
    policies: Options = ()


def headline(proofs: Proofs) -> str:
    """`7 of 7 claims hold`, and what the others do."""
    all_of_them = len(proofs.proofs)
    said = f"{proofs.count(State.HOLDS)} of {all_of_them} claim{'s' * (all_of_them != 1)} hold{'s' * (all_of_them == 1)}"
    rest = [f"{proofs.count(state)} {word}" for state, word in HEADS.items() if proofs.count(state)]
    return f"{said}; {listed(rest)}" if rest else said


# -- the document


def proofs_story(book: Book, proofs: Proofs, manner: Manner) -> Document:
    """The count first; then each claim that does not hold, where, with a use that shows it; then, unless quiet, those that do."""
    title = f"{headline(proofs)}, on what was publicly known by {proofs.known_by}."
    wrong = [block for proof in proofs.proofs if proof.state is not State.HOLDS for block in _failure(book, proof, manner)]
    held = () if manner.quiet else _holding(book, proofs)
    return Document((Heading(1, title, Tone.GOOD if proofs.all_hold else Tone.BAD), *policies_blocks(book), *wrong, *held))


def _failure(book: Book, proof: Proof, manner: Manner) -> Iterator[Block]:
    yield Heading(2, (Caps(HEADS[proof.state]), f" {proof.claim.place} {proof.claim.id}"), TONES[proof.state])
    yield Paragraph(proof.claim.sentence)
    if proof.claim.note:
        yield Paragraph(f"note: {proof.claim.note}", Tone.SOFT, labelled=True)
    yield Paragraph(_how(proof), labelled=True)
    more = [Item(f"and {many(proof.more)} more scenarios, in smaller parts")] if proof.more else []
    if proof.regions or more:
        yield Bullets((*(_region_item(book, region, manner) for region in proof.regions), *more))


def _region_item(book: Book, region: Region, manner: Manner) -> Item:
    """Where it does not hold, what comes there, and the commands that show it."""
    shown = [Item(comes_words(book, asked), (Command(tuple(command(region, asked, manner))),), bullet="") for asked in region.asked]
    return Item(region_words(book, region), tuple(shown))


def _how(proof: Proof) -> str:
    """Why a claim does not hold, in one line."""
    match proof.state:
        case State.REFUTED:
            return f"It does not hold in {many(proof.against)} of the {many(proof.scenarios)} scenarios it is about ({share(proof)}):"
        case State.EMPTY if proof.scenarios:
            return f"No scenario is as it says of {listed(proof.empty)}; correct it, or say why with `may_be_empty`."
        case State.EMPTY:
            return "No scenario is as it says, so it claims nothing; correct it, or say why with `may_be_empty`."
    return f"It could not be settled: {proof.problem}."


def _holding(book: Book, proofs: Proofs) -> Iterator[Block]:
    """The claims that hold, file by file."""
    by_file: dict[str, list[Proof]] = {}
    for proof in proofs.proofs:
        if proof.state is State.HOLDS:
            by_file.setdefault(proof.claim.file, []).append(proof)
    for name, own in by_file.items():
        yield Heading(2, name)
        yield Bullets(tuple(_held_item(book, proof) for proof in own))


def _held_item(book: Book, proof: Proof) -> Item:
    about = Item(_about(book, proof), tone=Tone.SOFT, bullet="")
    return Item((f"holds: {proof.claim.sentence} ", mark(proof.claim.id)), (about,), bullet="")


def _about(book: Book, proof: Proof) -> str:
    """How much a claim that holds is about."""
    if not proof.scenarios:
        return f"about no scenario: {proof.claim.may_be_empty}"
    named = dict.fromkeys(f.of for f in proof.claim.findings if f.of and f.of not in proof.empty)
    whom = f", {len(named)} {'rules' if named.keys() <= book.rule.keys() else 'issuers'}" if len(named) > 1 else ""
    return f"in all {many(proof.scenarios)} scenarios{whom}"


def region_words(book: Book, region: Region) -> str:
    """Where one part of the scenarios against a claim lies, among those the claim is about; long lists as their length."""
    if not region.parts:
        return "everywhere"
    long = [f for f, part in region.parts.items() if f in book.vocabulary.facts and len(set_words(book, f, part)) > LONG]
    words = use_words(book, region.where, {f: part for f, part in region.parts.items() if f not in long})
    counts = listed([_counted(book, f, len(region.parts[f].values)) for f in long])
    return f"{words}, for {counts}" if counts and len(long) < len(region.parts) else counts or words


def _counted(book: Book, fact: str, number: int) -> str:
    known = book.vocabulary.facts[fact]
    return (
        f"{number} of the {len(known.domain)} {known.value_set.title} as {known.title}"
        if known.value_set.one != known.title
        else f"{number} of the {len(known.domain)} {known.value_set.title}"
    )


def comes_words(book: Book, asked: Asked) -> str:
    """What comes there of one half of a claim, and by which rules."""
    who = f"{book.issuers[asked.issuer].name if asked.issuer in book.issuers else asked.issuer}: " if asked.issuer else ""
    shown = [*asked.rules[:MANY_RULES], *([f"{len(asked.rules) - MANY_RULES} more"] if len(asked.rules) > MANY_RULES else [])]
    by = f"by {listed(shown)}" if shown else "no rule decides"
    day = f" on {asked.as_of}" if asked.as_of else ""
    return f"{who}{_WORDS.get(asked.verdict, asked.verdict)}{day}, {by}"


_WORDS = {"no-objection": "does not object", "no-say": "has no say"}


def command(region: Region, asked: Asked, manner: Manner) -> list[str]:
    """The `caveat decide` that shows it, in pieces that belong on one line each."""
    options = (
        ("--as-of", asked.as_of.isoformat() if asked.as_of else None),
        ("--known-by", asked.known_by.isoformat()),
        ("--issuer", asked.issuer),
        ("--min-grade", asked.min_grade),
        *manner.policies,
    )
    return decide_command({**region.scenario, **asked.given}, options, manner.flags)


def share(proof: Proof) -> str:
    """How much of what a claim is about is against it."""
    percent = 100 * proof.against / proof.scenarios
    if proof.against == proof.scenarios:
        return "all of them"
    return "less than 0.1%" if percent < 0.1 else f"{min(percent, 99.9):.1f}%"  # noqa: PLR2004

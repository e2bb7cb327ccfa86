"""What the record leaves open, as a document: how many questions, then each in a line, or with what turns on it.

It is meant as a list of questions that can be put to whoever can answer them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from caveat.core.question import DATE
from caveat.readings.open import Section
from caveat.report.command import decide_command
from caveat.report.document import Bullets, Command, Document, Em, Heading, Item, Paragraph, Remark, Tone, mark
from caveat.report.kinds import day_words
from caveat.report.points import worded
from caveat.report.policies import policies_blocks
from caveat.report.values import set_words
from caveat.report.wording import OUTCOMES, evidence, listed, many, named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from caveat.core.book import Book, Reading
    from caveat.readings import Openness, OpenPoint, Turn
    from caveat.readings.open import Days
    from caveat.report.command import Options
    from caveat.report.document import Block

WEAPON = "weapon"
FEW = 3  # issuers told in full for one question
SHORT = 5  # questions of a section on the first screen


HEADS = {
    Section.MEANING: "What a policy means",
    Section.STANDING: "Who has a say",
    Section.CLASS: "What counts as what",
    Section.DAY: "From when to when",
    Section.DENIED: "What was said and contradicted",
}
_DAYS = ("begun", "ended", "reported", "confirmed", "retracted")
_BY_FIRST = {"say": Section.STANDING, "stands": Section.DENIED, "denied": Section.DENIED, **dict.fromkeys(_DAYS, Section.DAY)}


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is told: each question in full or a line each; and what commands repeat."""

    full: bool = False
    flags: Mapping[str, str] = field(default_factory=dict)
    options: Options = ()  # of `caveat decide`, beside the use


def section_of(book: Book, reading: Reading) -> Section:
    """What kind of thing a point leaves open."""
    first = reading.name.partition("/")[0]
    if first in book.issuers:
        return Section.MEANING
    return _BY_FIRST.get(first, Section.CLASS)


def sections(book: Book, found: Openness) -> list[tuple[Section, list[OpenPoint]]]:
    """The open points by kind, in the order in which kinds are told."""
    return [(s, own) for s in Section if (own := [p for p in found.points if section_of(book, p.reading) is s])]


def headline(book: Book, found: Openness) -> str:
    """How many questions are open, of how many issuers, and how many still matter today."""
    number, issuers = len(found.points), {t.issuer for p in found.points for t in p.turns}
    if not number:
        return "The record leaves nothing open here."
    current = sum(any(t.is_current for t in p.turns) for p in found.points)
    whose = f"{len(issuers)} issuers" if len(issuers) > 1 else named(book, next(iter(issuers)))
    still = {0: "settled since", number: "still open today"}.get(current, f"{current} of them still open today")
    return f"{number} question{'s' * (number != 1)} on which the policy of {whose} turns; {still}."


# -- the words of one question


def question(book: Book, point: OpenPoint) -> Reading:
    """The point as a question that can be answered."""
    return worded(book, point.reading)


def share_words(book: Book, turn: Turn) -> str:
    """`1 in 12 of the uses over which Norway has a say`."""
    one_in = max(1, round(1 / turn.share))
    part = "all" if turn.share > 0.95 else "most" if one_in == 1 else f"1 in {many(one_in)}"  # noqa: PLR2004
    return f"{part} of the uses over which {named(book, turn.issuer)} has a say"


def days_words(days: Sequence[Days], most: int = 3) -> str:
    """The days on which something turns: `from 30 May 2024 on`."""
    said = [_stretch(*d) for d in days]
    return listed([*said[:most], f"{len(said) - most} more stretches"] if len(said) > most + 1 else said)


def _stretch(first: date | None, last: date | None) -> str:
    begin, end = (day_words(d) if d else "" for d in (first, last))
    if begin and end:
        return f"on {begin}" if begin == end else f"from {begin} to {end}"
    return f"from {begin} on" if begin else f"until {end}" if end else "on any day"


def where_words(book: Book, turn: Turn) -> str:
    """The uses that turn on it, by the facts that matter: `weapon: HIMARS; region of the target: Russia`."""
    known = book.vocabulary.facts
    said = [f"{known[f].title}: {set_words(book, f, values)}" for f, values in turn.values.items() if f in known]
    return "; ".join(said if WEAPON in turn.values or WEAPON not in known else ["any weapon", *said])


def answers_words(turn: Turn) -> str:
    """What either answer would mean; where both can give the same, what a yes makes of what a no gives."""
    if set(turn.if_yes) & set(turn.if_no):
        return f"a yes makes it {listed([f'{OUTCOMES[yes]} instead of {OUTCOMES[no]}' for yes, no in turn.answers], 'or')}"
    yes, no = (listed([OUTCOMES[o] for o in said], "or") for said in (turn.if_yes, turn.if_no))
    return f"if yes: {yes}; if no: {no}"


def raised_items(book: Book, reading: Reading) -> Iterator[Item]:
    """What raised it: who said what, when, and how good that is as evidence."""
    for s in (book.statements[i] for i in reading.statements if i in book.statements):
        yield Item((f"Raised by: {s.by}, {day_words(s.reported.earliest)}: {s.says} ({evidence(s)}) ", mark(s.id)), bullet="")


def settled_words(book: Book, point: OpenPoint) -> str:
    """What would settle it: as the policy says, or by the kind of thing that is open."""
    reading = point.reading
    if reading.settled_by:
        return reading.settled_by
    whom = listed([named(book, i) for i in dict.fromkeys(t.issuer for t in point.turns)][:FEW], "or")
    section = section_of(book, reading)
    if section is Section.MEANING and any(s in book.statements for s in reading.statements):
        speaker = book.statements[next(s for s in reading.statements if s in book.statements)].by
        return f"A public answer by {whom} to this very question, or the full text of what was said ({speaker})."
    return {
        Section.MEANING: f"A public answer by {whom} to this very question.",
        Section.STANDING: f"A licence, contract or agreement made public, or a statement of {whom}, that shows whether leave is needed.",
        Section.CLASS: f"A word of {whom} on whether it is meant, or a publication of what exactly was given or hit.",
        Section.DAY: f"The exact day, in an official text, a record of a meeting, or a dated first report ({whom}).",
        Section.DENIED: f"A confirmation or a withdrawal, by name, from {whom}.",
    }[section]


def command(turn: Turn, manner: Manner) -> list[str]:
    """The `caveat decide` that shows a use that turns on it, in pieces that belong on one line each."""
    return decide_command({DATE: turn.witness[DATE], **turn.witness}, (("--issuer", turn.issuer), *manner.options), manner.flags)


# -- the document


def readings_story(book: Book, found: Openness, manner: Manner) -> Document:
    """How many first; then, kind by kind, the questions: a line each, or in full where that was asked for."""
    known = Paragraph(f"As publicly known by {day_words(found.known_by)}.")
    return Document((Heading(1, headline(book, found)), known, *policies_blocks(book), *_questions(book, found, manner)), top=1)


def _questions(book: Book, found: Openness, manner: Manner) -> Iterator[Block]:
    for section, own in sections(book, found):
        yield Heading(2, f"{HEADS[section]} ({len(own)})")
        if manner.full:
            yield from (block for point in own for block in _in_full(book, point, manner))
            continue
        yield Bullets(tuple(_in_a_line(book, point) for point in own[:SHORT]))
        if len(own) > SHORT:
            yield Paragraph(f"and {len(own) - SHORT} more", Tone.SOFT)
    if found.points and not manner.full:
        yield Remark("A name after the verb, or --full, tells what raised a question, what turns on it, and what would settle it.")


def _in_a_line(book: Book, point: OpenPoint) -> Item:
    whom = [named(book, t.issuer) for t in point.turns]
    shown = listed([*whom[:FEW], f"{len(whom) - FEW} more"] if len(whom) > FEW + 1 else whom)
    past = "" if any(t.is_current for t in point.turns) else "; settled since"
    return Item((f"{question(book, point).question} ({shown}{past}) ", mark(point.reading.name)))


def _in_full(book: Book, point: OpenPoint, manner: Manner) -> Iterator[Block]:
    reading = question(book, point)
    yield Heading(3, reading.question)
    yield Paragraph((mark(reading.name),), Tone.SOFT)
    yield Paragraph(f"Open, because: {reading.because}", labelled=True)
    rest = [named(book, t.issuer) for t in point.turns[FEW:]]
    likewise = [Item(f"likewise {listed(rest)}")] if rest else []
    settled = Item((Em("It would be settled by:"), f" {settled_words(book, point)}"), bullet="")
    yield Bullets((*raised_items(book, reading), *(_turn_item(book, turn, manner) for turn in point.turns[:FEW]), *likewise, settled))


def _turn_item(book: Book, turn: Turn, manner: Manner) -> Item:
    """What turns on it for one issuer, for which uses, and a command that shows one."""
    where, shown = where_words(book, turn), Command(tuple(command(turn, manner)))
    below = (Item(where, (shown,), bullet=""),) if where else (shown,)
    return Item(f"{share_words(book, turn)}, {days_words(turn.days)}; {answers_words(turn)}.", below)

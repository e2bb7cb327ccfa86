"""The machine's form of what the record leaves open: `caveat/readings/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.readings.story import command, question, section_of, sections, settled_words
from caveat.report.to_data import library_data

if TYPE_CHECKING:
    from datetime import date

    from caveat.core.book import Book
    from caveat.readings import Openness, OpenPoint, Turn
    from caveat.readings.data import QuestionData, ReadingsData, TurnData
    from caveat.readings.story import Manner


def readings_data(book: Book, found: Openness, manner: Manner) -> ReadingsData:
    """The open points as plain data, ready for JSON."""
    return {
        "schema": "caveat/readings/1",
        "known_by": found.known_by.isoformat(),
        "questions": [_question(book, point, manner) for _, own in sections(book, found) for point in own],
        "nothing_turns_on": list(found.idle),
        "library": library_data(book),
    }


def _question(book: Book, point: OpenPoint, manner: Manner) -> QuestionData:
    reading = question(book, point)
    return {
        "name": reading.name,
        "kind": section_of(book, reading),
        "question": reading.question,
        "because": reading.because,
        "raised_by": list(reading.statements),
        "settled_by": settled_words(book, point),
        "turns": [_turn(turn, manner) for turn in point.turns],
    }


def _turn(turn: Turn, manner: Manner) -> TurnData:
    return {
        "issuer": turn.issuer,
        "uses": turn.uses,
        "of_uses": turn.of_uses,
        "days": [{"first": _day(first), "last": _day(last)} for first, last in turn.days],
        "values": {fact: sorted(values) for fact, values in turn.values.items()},
        "answers": [{"yes": yes, "no": no} for yes, no in turn.answers],
        "witness": dict(turn.witness),
        "command": " ".join(command(turn, manner)),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None

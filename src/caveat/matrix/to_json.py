"""The machine's form of a matrix: `caveat/matrix/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.report.to_data import assumptions_data, library_data, said_data, view_data

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.matrix.axes import Axis, Entry
    from caveat.matrix.data import AnsweredData, AskedData, AxisData, BlankData, EntryData, MatrixData, Said
    from caveat.matrix.run import Matrix, Square


def matrix_data(book: Book, matrix: Matrix) -> MatrixData:
    """The matrix as plain data, ready for JSON: `cells[i][j]` is row i in column j."""
    return {
        "schema": "caveat/matrix/1",
        "scenario": dict(matrix.scenario),
        "as_of": str(matrix.as_of) if matrix.as_of else None,
        "known_by": matrix.known_by.isoformat(),
        "rows": _axis(matrix.rows),
        "columns": _axis(matrix.columns),
        "cells": [[_square(s) for s in line] for line in matrix.squares],
        "left_out": [_entry(e) for e in matrix.left_out],
        "chain": matrix.chain,
        "assumptions": assumptions_data(matrix.assumptions),
        "least_grade": matrix.min_grade,
        "asked_only": list(matrix.asked_only),
        "library": library_data(book),
    }


def _axis(axis: Axis) -> AxisData:
    return {"fact": axis.fact, "title": axis.title, "entries": [_entry(e) for e in axis.entries]}


def _entry(entry: Entry) -> EntryData:
    return {"id": entry.id, "names": list(entry.names), "facts": {k: _plain(v) for k, v in entry.facts.items()}, "issuer": entry.issuer}


def _plain(value: object) -> Said:
    """What was said of a fact: as it was, or as a flag takes it where it was spelled out, as with `not`."""
    return list(value) if isinstance(value, tuple) else value if isinstance(value, list | str | bool | int) else said_data(value)


def _square(square: Square) -> AnsweredData | BlankData:
    """A square with a verdict, or with the reason why it has none; either way with the scenario it asks."""
    asks: AskedData = {"scenario": {k: _plain(v) for k, v in square.scenario.items()}, "issuers": list(square.issuers)}
    if square.view is None:
        return {"verdict": None, "blank": square.blank, "because": square.because, **asks}
    return {**view_data(square.view), "blank": None, "told": list(square.told), **asks}

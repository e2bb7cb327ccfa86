"""The corrections and additions of the second look at the record are in the library, each under the name it was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from caveat import Library

LIST = (Path(__file__).parent / "second_look.txt").read_text("utf-8").splitlines()


@pytest.fixture(scope="module")
def names() -> set[str]:
    """Every statement, rule and reading of the shipped library."""
    book = Library.load().book
    return {*book.statements, *book.rule, *book.readings}


@pytest.mark.parametrize("line", LIST)
def test_it_is_in_the_library(line, names) -> None:
    """What carries the correction or the addition is a statement, a rule or a reading of the library."""
    _, where = line.split()
    assert where in names


def test_the_list_names_each_once() -> None:
    """The list is sorted and names each correction and addition once."""
    found = [line.split()[0] for line in LIST]
    assert found == sorted(set(found))
    assert len(found) > 40

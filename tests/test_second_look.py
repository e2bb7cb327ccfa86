"""The corrections and additions of the second look at the record are in the library, each under the name it was given."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from caveat import Library

LIST = (Path(__file__).parent / "second_look.txt").read_text("utf-8").splitlines()
FOUND = {line.split()[0]: line.split()[1:] for line in LIST}
# The notes of the second look are kept beside the repository, not in it.
NOTES = Path(__file__).parents[2] / "shared" / "facts" / "additions-2.md"


@pytest.fixture(scope="module")
def names() -> set[str]:
    """Every statement, rule and reading of the shipped library."""
    book = Library.load().book
    return {*book.statements, *book.rule, *book.readings}


@pytest.mark.parametrize("name", FOUND)
def test_it_is_in_the_library(name, names) -> None:
    """What carries the correction or the addition is a statement, a rule or a reading of the library, or several of them."""
    assert FOUND[name]
    assert set(FOUND[name]) <= names


def test_the_list_names_each_once() -> None:
    """The list is sorted, names each correction and addition once, and has lost none."""
    listed = [line.split()[0] for line in LIST]
    assert listed == sorted(set(listed))
    assert len(listed) == 98


def ids(notes: str) -> set[str]:
    """The corrections and additions that the notes give a name: the headings, and what a heading names beside the first."""
    headings = re.findall(r"^### (C-\d\d|\*.*)", notes, re.MULTILINE)
    return {name.lstrip("*") for heading in headings for name in re.findall(r"C-\d\d|\*[a-z0-9-]+", heading)}


def test_names_in_headings() -> None:
    """A heading may name several additions."""
    assert ids("### C-01 x (y)\n### *a-1, *b-2 (other *c)\ntext *d\n") == {"C-01", "a-1", "b-2", "c"}


@pytest.mark.skipif(not NOTES.is_file(), reason="the notes are not beside the repository")
def test_the_list_has_every_name_of_the_notes() -> None:
    """No correction and no addition of the notes is missing from the list."""
    found = ids(NOTES.read_text("utf-8"))
    assert len(found) > 50
    assert found - set(FOUND) == set()

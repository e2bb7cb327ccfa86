"""The sections of docs/lint.md, which every code of lint has one of: for the terminal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from caveat.report.page_text import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ONE_OF_MANY = "unknown-region"  # stands for `unknown-weapon` and so on, one for each set of values


@dataclass(frozen=True, slots=True)
class Section:
    """What the page says of one code: under which heading, in Markdown."""

    code: str
    heading: str
    text: str


def page_file() -> Path:
    """The page, as it lies in an installed package or beside the source."""
    inside = Path(__file__).parents[1] / "docs" / "lint.md"
    return inside if inside.is_file() else Path(__file__).parents[3] / "docs" / "lint.md"


def sections() -> dict[str, Section]:
    """Every section by its code, in the order of the page."""
    return {s.code: s for s in _sections(page_file().read_text("utf-8"))}


def section_of(code: str, known: Mapping[str, Section]) -> Section | None:
    """The section of a code; what is unknown of any set of values shares one."""
    return known.get(code) or (known.get(ONE_OF_MANY) if code.startswith("unknown-") else None)


def _sections(page: str) -> Iterator[Section]:
    for part in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        heading, *items = re.split(r"^### ", part, flags=re.MULTILINE)
        for item in items:
            code, _, text = item.partition("\n")
            yield Section(code.strip(), heading.partition("\n")[0].strip(), text.strip())


def list_of_codes(known: Mapping[str, Section], width: int = 80, *, colour: bool = False) -> str:
    """Every code with the first words of what it means, by heading."""
    page = Page(width, colour=colour)
    heading = ""
    longest = max(map(len, known))
    for section in known.values():
        if section.heading != heading:
            heading = section.heading
            page.head(heading)
        page.add(f"{section.code.ljust(longest)}  {_first(section)}", indent="  ", hang=" " * (longest + 4))
    return str(page)


def _first(section: Section) -> str:
    """The first sentence of what it means."""
    text = " ".join(section.text.partition("\n\n")[0].split()).removeprefix("**What it means.** ").partition(" **Why")[0]
    return re.split(r"(?<=[.:])\s", text, maxsplit=1)[0].rstrip(":.") + "."


def section_text(section: Section, width: int = 80, *, colour: bool = False) -> str:
    """One section, its paragraphs wrapped and its examples as they are."""
    page = Page(width, colour=colour)
    page.add(section.code, style="1")
    is_example = False
    for block in re.split(r"\n\n(?=\S)", section.text.replace(" **", "\n\n**")):
        page.gap()
        if block.startswith("```"):
            is_example = True
        if is_example:
            page.lines += [f"    {line}" for line in block.split("\n") if not line.startswith("```")]
            is_example = not block.rstrip().endswith("```")
        else:
            page.add(" ".join(block.replace("**", "").split()))
    return str(page)

"""What lint finds: a diagnostic that also knows the rules at fault, their places, and one use that shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from caveat.core.errors import Diagnostic
from caveat.core.source import Source, Span
from caveat.load import strict_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from caveat.core.book import Rule, Statement
    from caveat.load.strict_yaml import Node


@dataclass(frozen=True, slots=True)
class Witness:
    """One use that shows a finding, as `decide` takes it: facts with the day among them, asked of one issuer."""

    facts: Mapping[str, str | list[str]] = field(hash=False)
    known_by: date
    issuer: str
    shows: str  # what to look for in the answer, in a few words


@dataclass(frozen=True, slots=True)
class Involved:
    """A further rule, statement or test at fault, and where it stands."""

    id: str
    role: str  # what it has to do with it: `is prohibited by`, `sets it aside`
    span: Span


@dataclass(frozen=True, slots=True)
class Region:
    """A part of all uses: for each fact that matters what it may be, as a scenario or a condition would say it; and in words."""

    where: Mapping[str, tuple[str, ...]] = field(hash=False)
    words: str


@dataclass(frozen=True, slots=True)
class Finding(Diagnostic):
    """A diagnostic about meaning. `rules` are all rules at fault, the one it stands at first.

    `regions` are the parts of all uses that it is about. `accepted` is the reason given
    in the file for leaving it as it is; empty where nobody did.
    """

    about: str = ""  # the rule, statement or issuer it stands at
    rules: tuple[str, ...] = ()
    also: tuple[Involved, ...] = ()
    regions: tuple[Region, ...] = ()
    witness: Witness | None = None
    accepted: str = ""


class Places:
    """Where rules and statements stand, as spans that can be quoted; a file is only read into a tree when it is needed."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Take the text of every file, by name."""
        self.texts = texts
        self._sources: dict[str, Source] = {}
        self._trees: dict[str, Node | None] = {}

    def of(self, item: Rule | Statement) -> Span:
        """The line on which the rule or statement begins: its name."""
        file, _, number = item.place.rpartition(":")
        source = self.source(file)
        text = source.line(int(number))
        start = len(text) - len(text.lstrip()) + 1
        return Span(source, int(number), start, int(number), start + max(1, len(text.strip().partition(":")[0])))

    def source(self, file: str) -> Source:
        """The text of a file."""
        if file not in self._sources:
            self._sources[file] = Source(file, self.texts.get(file, ""))
        return self._sources[file]

    def within(self, item: Rule | Statement, *path: str | int) -> Span:
        """The value at a path below the rule or statement; its name, where there is no such value."""
        file = item.place.rpartition(":")[0]
        name = item.id.partition("/")[2]
        for above in (("rules", name), ("statements", name), ("default",)):
            node = self.tree(file)
            here = node.at(above, key=True) if node else None
            if node and here and here.place == item.place:
                found = node.at((*above, *path))
                return found if found != node.at(above) else self.of(item)
        return self.of(item)

    def named(self, item: Rule | Statement, key: str, name: str) -> Span:
        """Where a name stands under a key that takes one or several."""
        found = self.within(item, key)
        i = 0
        while (entry := self.within(item, key, i)) != found and entry.place:
            if entry.text.strip("\"'") == name:
                return entry
            i += 1
        return found

    def top(self, file: str, *names: str) -> Span:
        """The value of the first of these keys that stands at the top of a file."""
        node = self.tree(file)
        there = [name for name in names if node and isinstance(node.value, dict) and name in node.value]
        return node.at(there[:1]) if node and there else Span(self.source(file), 1, 1, 1, 1)

    def tree(self, file: str) -> Node | None:
        """The file as a tree; None where it is none."""
        if file not in self._trees:
            self._trees[file] = strict_yaml.read(self.texts.get(file, "").encode(), file)[0]
        return self._trees[file]

"""Scenario files: YAML or JSON, one scenario or a list of them, with the place of every fact."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from caveat.core.errors import Diagnostic, ScenarioError
from caveat.core.incident import REPORTS
from caveat.core.scenario import as_written
from caveat.core.source import Source, Span
from caveat.load.json_depth import MAX_DEPTH, too_deep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caveat.load.strict_yaml import Node

MAX_SCENARIOS = 100_000
MAX_BYTES = 64_000_000
Found = tuple[str, dict[str, object], Mapping[str, Span]]
_BLANKS = re.compile("[ \t\r\n\ufeff]*")  # of files that were put together, each may begin with a mark


def read_scenarios(data: bytes, name: str) -> list[Found]:
    """Each scenario of a file: a label, its facts, and where each stands. ScenarioError with every problem.

    JSON (an object, a list of objects, or an object a line) is read as such; anything else as strict YAML.
    """
    if len(data) > MAX_BYTES:
        raise _refused("file-too-large", f"the file has more than {MAX_BYTES:,} bytes", Span(Source(name, ""), 1, 1, 1, 1), "split it")
    return _from_json(data, name) or _from_yaml(data, name)


def _refused(code: str, message: str, span: Span, tip: str) -> ScenarioError:
    return ScenarioError([Diagnostic(code, message, span, tip)])


def _label(name: str, line: int, number: int, count: int) -> str:
    return name if count == 1 else f"{name}:{line} ({number} of {count})"


# -- YAML


def _from_yaml(data: bytes, name: str) -> list[Found]:
    from caveat.load import strict_yaml

    node, problems = strict_yaml.read(data, name, empty="a scenario is lines such as `weapon: himars`")
    if problems or node is None:
        raise ScenarioError(problems)
    nodes = node.value if isinstance(node.value, list) else [node]
    bad = [n for n in nodes if not isinstance(n.value, dict)]
    if bad or not nodes:
        span = bad[0].span if bad else node.span
        raise _refused("not-a-scenario", "a scenario is a mapping of facts to values", span, "write `weapon: himars`, or a list of such mappings")
    return [(_label(name, n.span.line, i, len(nodes)), n.plain(), dict(_places(n))) for i, n in enumerate(nodes, 1)]


def _places(node: Node, prefix: str = "") -> Iterator[tuple[str, Span]]:
    if isinstance(node.value, dict):
        for key, (key_span, value) in node.value.items():
            yield f"{prefix}{key}", value.span
            yield f"{prefix}{key}:", key_span
            yield from _places_of_items(value, f"{prefix}{key}")
            yield from _places(value, f"{prefix}{key}.")


def _places_of_items(node: Node, name: str) -> Iterator[tuple[str, Span]]:
    for i, item in enumerate(node.value if isinstance(node.value, list) else ()):
        yield f"{name}[{i}]", item.span
        yield from _places_of_items(item, f"{name}[{i}]")
        yield from _places(item, f"{name}[{i}].")


# -- JSON


def _from_json(data: bytes, name: str) -> list[Found] | None:
    """The objects of a JSON text; None where it does not begin as one."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    first = _after_blanks(text, 0)
    if text[first : first + 1] not in ("{", "["):
        return None
    source = Source(name, text)
    found: list[tuple[dict[str, object], _Places]] = []
    begin = first
    try:
        for begin, end, value in _objects(text, first):
            found.append(_checked(source, begin, end, value, found))
    except _TwiceError as error:
        raise _refused(
            "duplicate-key", f"the key `{as_written(str(error))}` stands twice", _at(source, error.place(text, begin)), "keep one"
        ) from None
    except RecursionError:
        raise _nested(source, too_deep(text, begin) or begin) from None
    except ValueError as error:
        if not found:
            return None
        place = getattr(error, "pos", begin)
        raise _refused(
            "not-json", "what stands before this is JSON, but this is not", _at(source, place), "write an object a line, or a list of objects"
        ) from None
    if not found:
        raise _refused("not-a-scenario", "the list holds no scenario", _at(source, first), 'write {"weapon": "himars"}')
    return [(_label(name, places.line, i, len(found)), facts, places) for i, (facts, places) in enumerate(found, 1)]


def _nested(source: Source, place: int) -> ScenarioError:
    return _refused("document-too-large", f"the document is nested more than {MAX_DEPTH} deep", _at(source, place), "write facts and values only")


def _checked(
    source: Source, begin: int, end: int, value: object, before: list[tuple[dict[str, object], _Places]]
) -> tuple[dict[str, object], _Places]:
    deep = too_deep(source.text, begin, end)
    if deep is not None:
        raise _nested(source, deep)
    if not isinstance(value, dict):
        raise _refused("not-a-scenario", "a scenario is an object of facts", _at(source, begin), 'write {"weapon": "himars"}')
    if len(before) == MAX_SCENARIOS:
        raise _refused("not-a-scenario", f"more than {MAX_SCENARIOS:,} scenarios", _at(source, begin), "split the file")
    last = before[-1][1] if before else _Places(source, 0, 0, 1)
    return value, _Places(source, begin, end, last.line + source.text.count("\n", last.begin, begin))


def _objects(text: str, begin: int) -> Iterator[tuple[int, int, Any]]:
    """What a JSON text holds, with its beginning and end: the items of a list, or one value after another."""
    listed = text[begin] == "["
    begin = _after_blanks(text, begin + listed)
    while begin < len(text) and not (listed and text[begin] == "]"):
        value, end = _DECODER.raw_decode(text, begin)
        yield begin, end, value
        begin = _after_blanks(text, end)
        if listed and text[begin : begin + 1] == ",":
            begin = _after_blanks(text, begin + 1)
        elif listed and text[begin : begin + 1] != "]":
            raise json.JSONDecodeError("the list goes on or ends here", text, begin)
    rest = _after_blanks(text, begin + 1)
    if listed and rest < len(text):
        raise json.JSONDecodeError("the list has ended", text, rest)


def _after_blanks(text: str, begin: int) -> int:
    found = _BLANKS.match(text, begin)
    return found.end() if found else begin


class _TwiceError(Exception):
    """A key stands twice in one object."""

    def place(self, text: str, begin: int) -> int:
        """Where the key stands for the second time from `begin` on."""
        hits = list(_key(str(self)).finditer(text, begin))
        return hits[1].start() if len(hits) > 1 else begin


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _TwiceError(next(key for key in keys if keys.count(key) > 1))
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=str)  # NaN is a word like any other


def _parts(text: str, begin: int) -> Iterator[tuple[str, int, int]]:
    """The parts of the JSON object or list that begins here: a key or a number, where the key and where the value stands."""
    is_object, number = text[begin] == "{", 0
    place = _after_blanks(text, begin + 1) if text[begin] in "{[" else len(text)
    while place < len(text) and text[place] not in "}]":
        key_at, key = place, str(number)
        if is_object:
            key, end = _DECODER.raw_decode(text, place)
            place = _after_blanks(text, _after_blanks(text, end) + 1)
        yield key, key_at, place
        place = _after_blanks(text, _DECODER.raw_decode(text, place)[1])
        if text[place : place + 1] == ",":
            place = _after_blanks(text, place + 1)
        number += 1


def _key(name: str) -> re.Pattern[str]:
    return re.compile(re.escape(json.dumps(name, ensure_ascii=False)) + r"\s*:\s*")


def _at(source: Source, begin: int, end: int | None = None) -> Span:
    line = source.text.count("\n", 0, begin) + 1
    column = begin - source.text.rfind("\n", 0, begin)
    length = 1 if end is None else len(source.text[begin:end].partition("\n")[0])
    return Span(source, line, column, line, column + length)


@dataclass(frozen=True, slots=True)
class _Places(Mapping[str, Span]):
    """Where the facts of one JSON object stand, looked up only when a message needs it."""

    source: Source
    begin: int
    end: int
    line: int

    def __getitem__(self, fact: str) -> Span:
        """The value of a fact, by its dotted name or by one key within another; else where the object begins.

        What stands in a list, such as `reports[0].from`, is found step by step; `reports[0].from:` is the key itself.
        KeyError for another key, or another item of a list, which are not looked for.
        """
        if fact.startswith(f"{REPORTS}["):
            return self._within(fact)
        if fact.endswith((":", "]")):
            raise KeyError(fact)
        for keys in ([fact], fact.split(".")):
            place: int | None = self.begin
            for key in keys:
                found = _key(key).search(self.source.text, place, self.end) if place is not None else None
                place = found.end() if found else None
            if place is not None:
                return _at(self.source, place, _DECODER.raw_decode(self.source.text, place)[1])
        return _at(self.source, self.begin)

    def _within(self, name: str) -> Span:
        """Where the part of the object with this name stands. KeyError where there is none."""
        text, begin, key_at = self.source.text, self.begin, None
        for step in re.findall(r"[^.\[\]:]+", name):
            parts = {k: (at, value) for k, at, value in _parts(text, begin)}
            if step not in parts:
                raise KeyError(name)
            key_at, begin = parts[step]
        if name.endswith(":") and key_at is not None:
            begin = key_at
        return _at(self.source, begin, _DECODER.raw_decode(text, begin)[1])

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1

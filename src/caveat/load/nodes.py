"""Ways through a tree that strict YAML was read into: children, scalars, facts by dotted name, words with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from caveat.core.scenario import is_spelled_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caveat.core.source import Span
    from caveat.load.strict_yaml import Node


@dataclass(frozen=True, slots=True)
class Said:
    """A fact as written, and where its name and its value stand."""

    value: Any
    key: Span
    span: Span


def part(node: Node, key: str) -> Node | None:
    """The value under a key; None where there is none, or where this is no mapping."""
    return node.value[key][1] if isinstance(node.value, dict) and key in node.value else None


def entries(node: Node, key: str) -> list[tuple[str, Span, Node]]:
    """The entries of the mapping under a key: key, its place, value; none where there is no mapping."""
    inner = part(node, key)
    found = inner.value if inner is not None and isinstance(inner.value, dict) else {}
    return [(name, span, value) for name, (span, value) in found.items()]


def scalars_in(node: Node | None) -> Iterator[Node]:
    """The scalars of a scalar, of a list, or of the values of a mapping."""
    if node is None or node.value is None:
        return
    if isinstance(node.value, list):
        yield from (item for item in node.value if not isinstance(item.value, dict | list))
    elif isinstance(node.value, dict):
        for _, value in node.value.values():
            yield from scalars_in(value)
    else:
        yield node


def facts_in(node: Node, prefix: str = "") -> Iterator[tuple[str, Said]]:
    """Every fact of a mapping by its dotted name, as often as it is written."""
    for key, (key_span, value) in node.value.items() if isinstance(node.value, dict) else ():
        if isinstance(value.value, dict) and not is_spelled_out(value.value):
            yield from facts_in(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", Said(value.plain(), key_span, value.span)


def one_text(value: object) -> str:
    """A scalar, or {between: [a, b]}, as text; ValueError for anything else."""
    if isinstance(value, dict) and set(value) == {"between"} and isinstance(value["between"], list):
        return "/".join(one_text(item) for item in value["between"])
    if isinstance(value, dict | list) or value is None:
        raise ValueError("this is not one value")
    return str(value)


def words_in(node: Node) -> list[tuple[str, Span]]:
    """The words of a scalar, each with its own place; with that of the whole where it is not written in one line."""
    found, span = str(node.value).split(), node.span
    matches = list(re.finditer(r"[^\s\"']+", span.text))
    if [m.group() for m in matches] != found or span.end_line != span.line:
        return [(word, span) for word in found]
    return [(m.group(), replace(span, column=span.column + m.start(), end_column=span.column + m.end())) for m in matches]

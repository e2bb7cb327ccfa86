"""Scenario files: YAML or JSON, one scenario or a list of them, with the place of every fact."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from caveat.core.errors import Diagnostic, ScenarioError
from caveat.core.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from caveat.load.strict_yaml import Node

MAX_SCENARIOS = 100_000
Found = tuple[str, dict[str, Any], dict[str, Span]]


def read_scenarios(data: bytes, name: str) -> list[Found]:
    """Each scenario of a file: a label, its facts, and where each stands. ScenarioError with every problem.

    JSON and JSON lines are read as such; anything else as strict YAML.
    """
    lines = _json_lines(data)
    if lines is not None:
        return [(f"{name}:{i}", facts, {}) for i, facts in lines]
    from caveat.load import strict_yaml

    node, problems = strict_yaml.read(data, name)
    if problems or node is None:
        raise ScenarioError(problems)
    nodes = node.value if isinstance(node.value, list) else [node]
    bad = [n for n in nodes if not isinstance(n.value, dict)]
    if bad or not nodes:
        span = bad[0].span if bad else node.span
        raise ScenarioError(
            [Diagnostic("not-a-scenario", "a scenario is a mapping of facts to values", span, "write `weapon: himars`, or a list of such mappings")]
        )
    return [(_label(name, n, i, len(nodes)), n.plain(), dict(_places(n))) for i, n in enumerate(nodes, 1)]


def _label(name: str, node: Node, number: int, count: int) -> str:
    return name if count == 1 else f"{name}:{node.span.line} ({number} of {count})"


def _places(node: Node, prefix: str = "") -> Iterator[tuple[str, Span]]:
    if isinstance(node.value, dict):
        for key, (_, value) in node.value.items():
            yield f"{prefix}{key}", value.span
            yield from _places(value, f"{prefix}{key}.")


def _json_lines(data: bytes) -> list[tuple[int, dict[str, Any]]] | None:
    """The objects of a JSON file (one, a list, or one a line); None where it is not JSON."""
    if data.lstrip()[:1] not in (b"{", b"["):
        return None
    try:
        whole = json.loads(data)
        items = whole if isinstance(whole, list) else [whole]
    except (ValueError, RecursionError):
        try:
            items = [json.loads(line) for line in data.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            return None
    if not items or len(items) > MAX_SCENARIOS or not all(isinstance(item, dict) for item in items):
        message = f"{len(items):,} scenarios" if items else "no scenario"
        span = Span(Source("JSON", ""), 1, 1, 1, 1)
        raise ScenarioError(
            [Diagnostic("not-a-scenario", f"{message}: a scenario is an object of facts", span, f"give 1 to {MAX_SCENARIOS:,} objects")]
        )
    return list(enumerate(items, 1))

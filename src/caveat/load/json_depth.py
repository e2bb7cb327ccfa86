"""How deep a JSON text is nested, told from the text: where a parser gives up by itself turns with its version."""

from __future__ import annotations

import re

MAX_DEPTH = 40
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)


def too_deep(text: str, begin: int = 0, end: int | None = None) -> int | None:
    """Where the JSON text between two places is first nested deeper than the bound; None where it nowhere is."""
    end = len(text) if end is None else end
    if text.count("[", begin, end) + text.count("{", begin, end) <= MAX_DEPTH:
        return None
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text, begin, end):
        depth += (found[0] in "[{") - (found[0] in "]}")
        if depth > MAX_DEPTH:
            return found.start()
    return None

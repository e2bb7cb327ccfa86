"""JSON as every verb writes it: the same bytes for the same data."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def to_json(data: Mapping[str, object] | Sequence[object], indent: int | None = 2) -> str:
    """The data as JSON, in the order given, ending in a newline; without `indent` on one line.

    Characters that drive a terminal, turn directions or end lines are escapes, as is half a character: the data are the same.
    """
    return _DANGEROUS.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(data, ensure_ascii=False, indent=indent)) + "\n"


_DANGEROUS = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

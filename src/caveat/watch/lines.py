"""The protocol: one JSON object a line, to an Event; or a LineError that says what is wrong with it.

    {"op": "scenario", "id": "battery-7", "scenario": {"supplier": "US", ...}, "version": 1, "known_by": ..., "as_of": ...}
    {"op": "close", "id": "battery-7"}
    {"op": "report", "id": "r-12", "kind": "attack", "from": "RU-BEL", ...}           as in the `reports` of a case file
    {"op": "correct", "id": "r-15", "corrects": "r-12", "kind": "attack", ...}        a report that replaces another
    {"op": "retract", "id": "r-16", "retracts": "r-12", "reported": ..., "source": ...}
    {"op": "clock", "day": "2024-06-02"}

No line says anything about the order in which it comes: a report is what its id says for good, of a scenario the
highest version counts, a close is for good, and the clock is the latest day it was ever set to.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from caveat.core.dates import dated
from caveat.core.errors import did_you_mean, printable
from caveat.load.json_depth import too_deep

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_LINE = 1_000_000  # bytes
MAX_ID = 120  # characters
MAX_VERSION = 1 << 53
Op = Literal["scenario", "report", "clock", "close", "library"]  # what moves a verdict
OPS = ("scenario", "close", "report", "correct", "retract", "clock")
_KEYS = {
    "scenario": ({"id", "scenario"}, {"version", "known_by", "as_of"}),
    "close": ({"id"}, set()),
    "clock": ({"day"}, set()),
}


class LineError(Exception):
    """A line that is not taken: a code, what is wrong, and what to write instead."""

    def __init__(self, code: str, message: str, tip: str = "") -> None:
        """Keep the three."""
        super().__init__(message)
        self.code, self.message, self.tip = code, message, tip


@dataclass(frozen=True, slots=True)
class Event:
    """What one line says. `id` is empty for a clock line; `body` is what was said besides, ready to be kept as text.

    Only its keys are checked here: what a scenario or a report says is for the vocabulary to know.
    """

    op: str
    id: str
    version: int = 1
    body: Mapping[str, Any] = field(default_factory=dict)


def read_line(line: bytes) -> Event:
    """The event of a line. LineError where it is none."""
    if len(line) > MAX_LINE:
        raise LineError("line-too-long", f"the line is longer than {MAX_LINE:,} bytes", "a line holds one report or one scenario")
    data = _parsed(line)
    op = data.pop("op", None)
    if op not in OPS:
        known = did_you_mean(str(op)[:MAX_ID], OPS) if isinstance(op, str) else f"one of: {', '.join(OPS)}"
        raise LineError("unknown-op", f"no operation `{_short(op)}`" if op is not None else "the line has no `op`", known)
    if op in _KEYS:
        _check_keys(op, data)
    if op == "clock":
        return Event(op, "", body={"day": _day(data["day"], "day")})
    ident = _ident(data.get("id"))
    if op == "close":
        return Event(op, ident)
    return _scenario(ident, data) if op == "scenario" else _report(op, ident, data)


def _parsed(line: bytes) -> dict[str, object]:
    try:
        data = _loaded(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise LineError("not-utf-8", "the line is not UTF-8 text", "write JSON as UTF-8") from None
    except json.JSONDecodeError as error:
        raise LineError("not-json", f"this is not JSON: {error.msg.lower()} at column {error.colno}", "write one object a line") from None
    except ValueError as error:
        raise LineError("not-json", printable(str(error))[:MAX_ID], "write one object a line") from None
    if not isinstance(data, dict):
        raise LineError("not-json", "the line is JSON, but no object", 'write {"op": ...}')
    return data


def _loaded(text: str) -> object:
    if too_deep(text) is not None:
        raise LineError("not-json", "the line is nested too deeply", "a line holds one report or one scenario")
    return json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise LineError("duplicate-key", f"the key `{_short(next(k for k in keys if keys.count(k) > 1))}` stands twice", "keep one")
    return found


def _no_number(word: str) -> float:
    raise ValueError(f"`{word}` is not JSON")


def _short(value: object) -> str:
    return printable(str(value))[:60]


def _check_keys(op: str, data: Mapping[str, object]) -> None:
    needed, allowed = _KEYS[op]
    missing, unknown = sorted(needed - data.keys()), sorted(data.keys() - needed - allowed)
    if missing:
        raise LineError("missing-key", f"a `{op}` line needs `{missing[0]}`", f"it has {', '.join(sorted(needed | allowed))}")
    if unknown:
        raise LineError("unknown-key", f"a `{op}` line has no `{_short(unknown[0])}`", f"it has {', '.join(sorted(needed | allowed))}")


def _ident(value: object) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not text or len(text) > MAX_ID or not text.isprintable():
        raise LineError("wrong-id", "the line needs an `id`, a short word of its own", 'write "id": "battery-7"')
    return text


def _day(value: object, key: str) -> str:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "").isoformat()
    except ValueError:
        raise LineError("impossible-date", f"`{key}` is not a day: `{_short(value)}`", "write 2024-05-30") from None


def _scenario(ident: str, data: Mapping[str, object]) -> Event:
    facts, version = data["scenario"], data.get("version", 1)
    if not isinstance(facts, dict):
        raise LineError("not-a-scenario", "`scenario` is not an object of facts", 'write "scenario": {"weapon": "himars"}')
    if "reports" in facts:
        raise LineError("not-a-scenario", "a scenario line holds no reports", "send each report as a line of its own")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= MAX_VERSION:
        raise LineError("wrong-version", f"`version` is a whole number from 1: `{_short(version)}`", "a higher version replaces a lower one")
    body: dict[str, object] = {"scenario": facts}
    if "known_by" in data:
        body["known_by"] = _day(data["known_by"], "known_by")
    if "as_of" in data:
        try:
            body["as_of"] = str(dated(data["as_of"] if isinstance(data["as_of"], str) else ""))
        except ValueError as error:
            raise LineError("impossible-date", printable(str(error))[:MAX_ID], "write 2024-05-30") from None
    return Event("scenario", ident, version, body)


def _report(op: str, ident: str, data: Mapping[str, object]) -> Event:
    """A report as it would stand in a case file; what it says is checked where the vocabulary is known."""
    wanted = {"correct": "corrects", "retract": "retracts"}.get(op)
    if wanted is not None and data.get(wanted) in (None, ""):
        raise LineError("missing-key", f"a `{op}` line needs `{wanted}`", f'write "{wanted}": with the id of the report that is meant')
    return Event("report", ident, body={**data, "id": ident})

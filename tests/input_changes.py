"""Changes to input files: those that mean nothing, those that keep to the grammar, and those that spoil the text.

A document is plain data (as JSON, with dates); `written` puts it down as YAML in a style of chance. Everything comes
from the Random handed in, so the same seed makes the same bytes.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from random import Random

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*\Z")
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
_EDGES = (
    None, "", " ", "no", "NO", "~", True, False, 0, -1, 1, 40, 1.5, 10**17, 2**64, -(2**63), "2024-05", "2024-13-01", "2024-02-30", "0001-01-01", "9999-12-31",
    date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29), "2024-05-30/2024-06-02", "2024-06-02/2024-05-30", "clock", "never", "unknown", "*", "a" * 5_000,
    "\u202eabc", "\u2028", "e\u0301", "\U0001f680", "\u0130", "\u00df", "x\u0000y", "<script>", "`a`", "[a](b)", "|", "%s {} {0}", "../x", "AA/at-home", [], {}, [[]], [{}],
    {"not": {}}, {"all": []}, {"any": [{}]}, {"between": ["2024-01-01", "2023-01-01"]}, {"between": [5, 5]}, {"is": "rocket"}, {"within": "AA"}, {"over": 80},
)  # fmt: skip
_SNIPPETS = (
    b": ", b"- ", b"[", b"]", b"{", b"}", b"\t", b"'", b'"', b"#", b"&a ", b"*a", b"!!x ", b"|\n", b">\n", b"%", b"@", b"`", b"\\", b"\x00", b"\xff", b"\xc3",
    b"\xef\xbb\xbf", b"\r", b"\r\n", b"\n\n", b"---\n", b"...\n", b"? ", b"<<: ", b"\xe2\x80\xa8", b"\x1b[2J", b"[" * 60, b"{a: " * 45, b"[" * 20_000, b"- " * 3_000,
    b"9" * 6_000, b"1e999", b"0x1F", b"12:30", b"a" * 100_000, b",", b"null", b"NaN", b"\\u0000", b"\\ud800",
)  # fmt: skip


# -- writing


def written(rng: Random, data: Any, *, ordered: Sequence[str] = ()) -> bytes:
    """The document as YAML in a style of chance; keys in an order of chance but within the mappings named."""
    text = "\n".join(_lines(rng, shuffled(rng, data, ordered), 0)) + "\n"
    text = text.replace("\n", rng.choice(["\n", "\n", "\n", "\r\n"]))
    return rng.choice([b"", b"", b"\xef\xbb\xbf"]) + text.encode()


def shuffled(rng: Random, data: Any, ordered: Sequence[str] = ()) -> Any:
    """The same data with the keys of each mapping in another order, but for the mappings named."""
    if isinstance(data, list):
        return [shuffled(rng, item, ordered) for item in data]
    if not isinstance(data, dict):
        return data
    items = [(key, _kept(data[key]) if key in ordered else shuffled(rng, data[key], ordered)) for key in data]
    rng.shuffle(items)
    return dict(items)


class _Kept(dict[str, Any]):
    """A mapping whose order counts."""


def _kept(data: Any) -> Any:
    return _Kept(data) if isinstance(data, dict) else data


def _lines(rng: Random, data: Any, depth: int) -> Iterator[str]:
    if not isinstance(data, dict | list) or not data or rng.random() < 0.1 * depth:
        yield _flow(rng, data)
    elif isinstance(data, dict):
        yield from _block(rng, ((f"{_scalar(rng, str(key))}:", value) for key, value in data.items()), depth)
    else:
        yield from _block(rng, (("-", value) for value in data), depth)


def _block(rng: Random, entries: Iterator[tuple[str, Any]], depth: int) -> Iterator[str]:
    indent = " " * rng.choice([2, 2, 2, 4])
    for head, value in entries:
        if rng.random() < 0.05:
            yield rng.choice(["", "# a remark: with [brackets", "   # another"])
        inner = list(_lines(rng, value, depth + 1))
        if len(inner) == 1 and (not isinstance(value, dict | list) or inner[0].startswith(("[", "{"))):
            yield f"{head} {inner[0]}" + rng.choice(["", "", "", "  # said so"])
        else:
            yield head
            yield from (f"{indent}{line}" if line else line for line in inner)


def _flow(rng: Random, data: Any) -> str:
    if isinstance(data, dict):
        return "{" + ", ".join(f"{_scalar(rng, str(key))}: {_flow(rng, value)}" for key, value in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(_flow(rng, item) for item in data) + "]"
    return _scalar(rng, data)


def _scalar(rng: Random, value: Any) -> str:
    if value is None:
        return rng.choice(["null", "~"])
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return value.isoformat() if isinstance(value, date) else repr(value)
    ways = [json.dumps(value, ensure_ascii=False)]
    if value.isprintable() and value:
        ways.append("'" + value.replace("'", "''") + "'")
    if _PLAIN.match(value) and value.casefold() not in _WORDS:
        ways += [value] * 3
    return rng.choice(ways)


# -- changing within the grammar


Path = tuple[Any, ...]


def paths(data: Any, above: Path = ()) -> Iterator[Path]:
    """Where there is a value: the keys and numbers that lead to it."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*above, key)
        yield from paths(value, (*above, key))


def value_at(data: Any, path: Path) -> Any:
    """What a path leads to."""
    for step in path:
        data = data[step]
    return data


def changed(rng: Random, data: Any, others: Sequence[Any], *, mild: bool = False) -> Any:
    """A copy with one change that a person, or a program that knows the format, could make. `others` lend their parts.

    A mild one often leaves a sound file: a leaf becomes what stands under the same key elsewhere, or a little other.
    """
    data = deepcopy(data)
    known = list(paths(data))
    if not known:
        return rng.choice(_EDGES)
    leaves = [path for path in known if not isinstance(value_at(data, path), dict | list)]
    path = rng.choice(leaves if mild and leaves else known)
    box, key = value_at(data, path[:-1]), path[-1]
    rng.choice(_MILD if mild else _CHANGES)(rng, box, key, others)
    return data


def _drop(rng: Random, box: Any, key: Any, others: Sequence[Any]) -> None:
    del box[key]


def _edge(rng: Random, box: Any, key: Any, others: Sequence[Any]) -> None:
    box[key] = deepcopy(rng.choice(_EDGES))


def _lent(rng: Random, box: Any, key: Any, others: Sequence[Any]) -> None:
    """A part of another document, from below the same key where there is one."""
    other = rng.choice(others)
    known = list(paths(other))
    same = [path for path in known if path[-1] == key]
    if known:
        box[key] = deepcopy(value_at(other, rng.choice(same or known)))


def _renamed(rng: Random, box: Any, key: Any, others: Sequence[Any]) -> None:
    if isinstance(box, dict):
        keys = [path[-1] for path in paths(rng.choice(others)) if isinstance(path[-1], str)] or ["x"]
        box[rng.choice([rng.choice(keys), str(key).upper(), f"{key}s", str(key)[:-1], "", "\u00e9"])] = box.pop(key)


def _twice(rng: Random, box: Any, key: Any, others: Sequence[Any]) -> None:
    if isinstance(box, list):
        box.extend(deepcopy(box[key]) for _ in range(rng.choice([1, 1, 40])))
    else:
        box[f"{key}-2"] = deepcopy(box[key])


def _wrapped(rng: Random, box: Any, key: Any, others: Sequence[Any]) -> None:
    for _ in range(rng.choice([1, 1, 3, 14, 30])):
        box[key] = rng.choice(
            [
                [box[key]],
                {"not": box[key]},
                {"all": [box[key]]},
                {"any": [box[key], box[key]][: rng.choice([1, 1, 2])]},
                {"between": [box[key], box[key]]},
            ]
        )
        if len(repr(box[key])) > 20_000:
            break


def _swapped(rng: Random, box: Any, key: Any, others: Sequence[Any]) -> None:
    other = rng.choice(list(box) if isinstance(box, dict) else range(len(box)))
    box[key], box[other] = box[other], box[key]


def _nudged(rng: Random, box: Any, key: Any, others: Sequence[Any]) -> None:
    """A number a little more, a date a day or a century off, a word in another case."""
    value = box[key]
    if isinstance(value, bool):
        box[key] = not value
    elif isinstance(value, int | float):
        box[key] = value + rng.choice([-1, 1, -value, 0.5, 1e6])
    elif isinstance(value, date):
        box[key] = date.fromordinal(max(1, min(date.max.toordinal(), value.toordinal() + rng.choice([-1, 1, -36_500, 36_500, 3_000_000]))))
    elif isinstance(value, str):
        box[key] = rng.choice(
            [value.upper(), value.swapcase(), f" {value}", value[:-1], value + value, value.replace("-", " "), value.replace("a", "\u0430")]
        )


_CHANGES = (_drop, _drop, _edge, _edge, _lent, _lent, _lent, _renamed, _twice, _wrapped, _swapped, _nudged, _nudged)


_MILD = (_lent, _lent, _lent, _lent, _drop, _nudged, _swapped)


# -- spoiling the text


def spoiled(rng: Random, text: bytes) -> bytes:
    """The bytes with one change that knows nothing of the format."""
    at, other = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    lines = text.splitlines(keepends=True) or [b""]
    line = rng.randrange(len(lines))
    return rng.choice([
        lambda: text[:at] + rng.choice(_SNIPPETS) + text[at:],
        lambda: text[:at] + rng.choice(_SNIPPETS) + text[at:],
        lambda: text[:at] + text[min(other, at + 40):],
        lambda: text[:at] + bytes([rng.randrange(256)]) + text[at + 1:],
        lambda: text[:at],
        lambda: b"".join([*lines[:line], lines[line], *lines[line:]]),
        lambda: b"".join(lines[:line] + lines[line + 1:]),
        lambda: b"".join([*lines[:line], b"  " + lines[line], *lines[line + 1:]]),
        lambda: text.replace(b" ", b"", 1) if rng.random() < 0.5 else text.replace(b"\n", b" ", 1),
    ])()  # fmt: skip


def renamed(rng: Random, files: Mapping[str, Any]) -> dict[str, Any]:
    """The same files in another order, each policy under another name."""
    items = [
        (name if name.startswith("vocabulary/") else f"{rng.choice('abz')}{rng.randrange(1_000)}/{name.replace('/', '-')}", data)
        for name, data in files.items()
    ]
    rng.shuffle(items)
    return dict(items)

"""Streams of lines for `caveat watch`: scenarios, reports with corrections and retractions, clock lines, bad lines; by a seed."""

from __future__ import annotations

import json
from random import Random
from typing import Any

SOURCE = {"publisher": "Example", "date": "unknown", "no_url": "made up"}
BAD = [
    b"",
    b"{",
    b'{"op": "fly"}',
    b"\xff",
    b"[]",
    b'{"op": "clock", "day": "soon"}',
    b'{"op": "scenario", "id": "x", "scenario": {"weapon": "bow"}}',
]


def scenario(ident: str, day: str = "2024-06-03", version: int = 1, **facts: Any) -> dict[str, Any]:
    """A scenario line: a rocket from HIMARS at artillery in Belgorod region, unless it is said otherwise."""
    said = {"date": day, "supplier": "US", "weapon": "himars", "target.region": "RU-BEL", "target.kind": "artillery", "target.threatens": "UA-63"}
    return {"op": "scenario", "id": ident, "version": version, "scenario": {**said, **facts}}


def report(ident: str, when: str = "2024-06-02", **more: Any) -> dict[str, Any]:
    """A report line: artillery fire from Belgorod region against Kharkiv region, unless it is said otherwise."""
    said = {"kind": "attack", "from": "RU-BEL", "against": "UA-63", "force": "artillery", "sure": "confirmed", "reported": when, "when": when}
    return {"op": "report", "id": ident, **said, **more, "source": SOURCE}


def retraction(ident: str, of: str, reported: str = "2024-06-03") -> dict[str, Any]:
    """A line that retracts a report."""
    return {"op": "retract", "id": ident, "retracts": of, "reported": reported, "source": SOURCE}


def correction(ident: str, of: str, when: str = "2024-06-02", **more: Any) -> dict[str, Any]:
    """A line that replaces a report."""
    return {**report(ident, when, **more), "op": "correct", "corrects": of}


def written(*lines: dict[str, Any]) -> list[bytes]:
    """Lines as they are sent."""
    return [json.dumps(line).encode() for line in lines]


def lines_of(seed: int, size: int) -> list[bytes]:
    """So many good lines of every kind, none of which contradicts another, in an order of chance."""
    random = Random(seed)
    lines = [scenario("clocked", "clock"), {**scenario("known"), "known_by": "2024-06-02"}, scenario("elsewhere", **{"target.region": "RU-BRY"})]
    lines += [_any(random, n) for n in range(size - len(lines))]
    random.shuffle(lines)
    return written(*lines)


def stream(seed: int, size: int) -> list[bytes]:
    """The same, with lines that come twice, and bad ones."""
    random = Random(seed)
    found = lines_of(seed, size)
    for _ in range(size // 6):
        found.insert(random.randrange(len(found)), random.choice(found))
        found.insert(random.randrange(len(found)), random.choice([*BAD, found[0][:-9]]))
    return found


def _any(random: Random, number: int) -> dict[str, Any]:
    day, roll = f"2024-06-0{random.randint(1, 6)}", random.random()
    rough = {"when": {"between": [f"2024-05-2{random.randint(0, 9)}", day]}} if random.random() < 0.3 else {}
    said: dict[str, Any] = {
        "from": random.choice(["RU-BEL", "RU-BEL", "RU-KRS"]),
        "sure": random.choice(["confirmed", "likely", "unsure"]),
    }
    if roll < 0.5:
        return report(f"r{number}", day, **said, kind=random.choice(["attack", "attack", "movement", "build-up"])) | rough
    if roll < 0.7:
        return retraction(f"r{number}", f"r{random.randrange(number + 3)}", day)
    if roll < 0.8:
        return correction(f"r{number}", f"r{random.randrange(number + 3)}", day, **said) | rough
    if roll < 0.88:
        return {"op": "clock", "day": day}
    if roll < 0.97:
        return scenario(f"s{random.randrange(4)}", day, 1_000 * random.randint(1, 3) + number)
    return {"op": "close", "id": f"s{random.randrange(4)}"}

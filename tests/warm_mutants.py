"""Mutants tried in a process that is warm: everything is imported, collected and loaded once, and each mutant is a fork of it.

    python -m tests.warm_mutants --rooms core engines diff --seed 1 --sample 150 --minutes 60 --state FILE [--part 0/2]

In a fork the code of the changed functions is put into the functions as they are, wherever they are known by name, and
the quick tests of its room run until one fails. That takes a tenth of what a fresh process takes. What is made when a module
is imported may stay as it was, so that a mutant that survives here is tried again by `tests.mutants`, which goes on from
the same state file; one that is noticed here is noticed.
"""

from __future__ import annotations

import argparse
import functools
import gc
import json
import os
import resource
import signal
import sys
import time
import types
from importlib import import_module
from inspect import unwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.runner import runtestprotocol

from tests.mutants import KNOWN as ROOMS
from tests.mutants import MEMORY, Mutant, drawn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FEW = 0.03  # of the made-up cases of a property test
CPU = 18  # seconds of processor time of one mutant; what is not noticed by then is left to `tests.mutants`
KNOWN = {
    "core": ["parts", "edits", "small_changes", "settled_points", "law_examples", "clauses", "spoiled", "answers", "founding_case", "incidents", "derive", "bad"],
    "engines": ["parts", "small_changes", "settled_points", "law_examples", "clauses", "founding_case", "answers", "diff_sides", "laws"],
    "diff": ["edits", "parts", "small_changes", "diff_sides", "diff_wording", "replay", "diff_laws"],
}  # fmt: skip


# -- putting a change in place


def put_in_place(mutant: Mutant) -> None:
    """Give the functions of the changed module the code of the mutant, and its constants their values."""
    name = "caveat." + mutant.path.removesuffix(".py").replace("/", ".")
    module = import_module(name)
    fresh = types.ModuleType(name)
    vars(fresh).update({k: v for k, v in vars(module).items() if k.startswith("__")})
    exec(compile(mutant.code(), str(module.__file__), "exec"), vars(fresh))  # the mutant
    for key, old in list(vars(module).items()):
        new = vars(fresh).get(key)
        if getattr(old, "__module__", name) == name and new is not None and not key.startswith("__"):
            _replaced(module, key, old, new)


def _replaced(module: types.ModuleType, key: str, old: Any, new: Any) -> None:
    if isinstance(old, type):
        for part, was in list(vars(old).items()):
            _recoded(was, vars(new).get(part))
    elif not _recoded(old, new) and isinstance(old, int | float | str | tuple | frozenset) and repr(old) != repr(new):
        for other in list(sys.modules.values()):
            if getattr(other, key, None) is old:
                setattr(other, key, new)
    elif isinstance(old, dict) and repr(old) != repr(new):
        setattr(module, key, new)


def _recoded(old: Any, new: Any) -> bool:
    """Whether it is a function, or stands for one, and has the new code now."""
    pairs = [(getattr(old, part, None), getattr(new, part, None)) for part in ("fget", "func", "__func__")]
    was, now = next(
        ((a, b) for a, b in pairs if isinstance(a, types.FunctionType)), (unwrap(old), unwrap(new)) if callable(old) and new else (old, new)
    )
    if not (isinstance(was, types.FunctionType) and isinstance(now, types.FunctionType)):
        return False
    if len(was.__code__.co_freevars) == len(now.__code__.co_freevars):
        was.__code__, was.__defaults__, was.__kwdefaults__ = now.__code__, now.__defaults__, now.__kwdefaults__
    if isinstance(old, functools._lru_cache_wrapper):
        old.cache_clear()
    return True


def forgotten() -> None:
    """Every library forgets what it worked out before the change."""
    from caveat import Library

    for library in [item for item in gc.get_objects() if type(item) is Library]:
        book = library.book
        vars(library).clear()
        library.__init__(book)


# -- trying


class Warm:
    """A plugin that runs the collected tests once a mutant, each time in a fork."""

    def __init__(self, mutants: Iterable[Mutant], state: Path, *, is_first: bool) -> None:
        """Try these; note what came of each. The first of several processes sees to it that all tests pass without a change."""
        self.mutants, self.state, self.is_first = mutants, state, is_first

    def pytest_configure(self) -> None:
        """Few made-up cases."""
        seeding = import_module("seeding")
        whole = seeding.examples
        seeding.examples = lambda number: whole(max(3, int(number * FEW)))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of running the tests."""
        by_file: dict[str, list[pytest.Item]] = {}
        for item in session.items:
            by_file.setdefault(item.path.stem.removeprefix("test_"), []).append(item)
        rooms = {room: [item for name in names for item in by_file.get(name, [])] for room, names in KNOWN.items()}
        first = next(item for item in by_file["founding_case"] if "library" in getattr(item, "fixturenames", ()))
        runtestprotocol(first, nextitem=session.items[0], log=False)  # loads the library
        for room, items in rooms.items():
            if self.is_first and items and (failed := _forked(items, None)):
                print(f"without a change, {room} fails: {failed}", file=sys.__stderr__)
                return True
        for mutant in self.mutants:
            self.note(mutant, _forked(rooms[mutant.room], mutant))
        return True

    def note(self, mutant: Mutant, by: str) -> None:
        """What came of one."""
        with self.state.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"mutant": str(mutant), "by": by, "steps": 0}) + "\n")


def _forked(items: list[pytest.Item], mutant: Mutant | None) -> str:
    """The first test that fails in a fork with the change in place; empty where none does."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            found = _tried(items, mutant)
        except BaseException as error:  # noqa: BLE001  (whatever it is, it is noticed)
            found = type(error).__name__
        os.write(write, found.encode() or b"-")
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as told:
        said = told.read().decode()
    os.waitpid(child, 0)
    return "" if said == "-" else said


def _tried(items: list[pytest.Item], mutant: Mutant | None) -> str:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU * (1 if mutant else 20),) * 2)
    if mutant:
        put_in_place(mutant)
        forgotten()
    for item, after in zip(items, [*items[1:], items[0]], strict=True):
        if any(report.failed for report in runtestprotocol(item, nextitem=after, log=False)):
            return item.nodeid
    return ""


def mutants_left(args: argparse.Namespace) -> Iterator[Mutant]:
    """Those of the sample that fall to this part and are not done."""
    lines = args.state.read_text("utf-8").splitlines() if args.state.exists() else []
    done = {json.loads(line)["mutant"] for line in lines}
    until = time.monotonic() + 60 * args.minutes
    part, parts = map(int, args.part.split("/"))
    for n, mutant in enumerate(drawn(args.rooms, args.sample, args.seed)):
        if time.monotonic() > until:
            return
        if n % parts == part and mutant.room in KNOWN and str(mutant) not in done:
            yield mutant


def main() -> int:
    """All tests of the rooms collected, then the mutants."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--part", default="0/1", help="one of several processes that share a sample: 0/2, 1/2")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--state", type=Path, default=Path("mutants.jsonl"))
    parser.add_argument("--rooms", nargs="+", default=list(ROOMS), choices=list(ROOMS), help="of which the sample is; not all of them are tried here")
    args = parser.parse_args()
    files = [f"tests/test_{name}.py" for name in dict.fromkeys(n for room in args.rooms for n in KNOWN.get(room, ()))]
    return int(
        pytest.main(["-q", "-p", "no:cacheprovider", *files], plugins=[Warm(mutants_left(args), args.state, is_first=args.part.startswith("0/"))])
    )


if __name__ == "__main__":
    sys.exit(main())

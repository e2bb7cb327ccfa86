"""Small changes of the code, made by cosmic-ray: does a test notice each?

    python -m tests.mutants --sample 200 [--seed 0] [--jobs 2] [--minutes 60] [--state FILE] [--rooms core engines] [--steps 2]
    python -m tests.mutants --show core/dates.py:core/AddNot:3           the change, and whether a test notices

A sample of all mutants of the rooms is drawn with a printed seed. Each is written into a copy of the project; there the
quick tests that know its room run until one fails, then those that take minutes, then the generated cases of the nightly
fuzz, then all other tests; `--steps` goes through many first with the quick ones, and is taken up later with those that are
left. What was done stands in the state file and is not done again. `tests/equivalent_mutants.txt` lists those that
change nothing that can be seen, each with its reason; they are not tried.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from random import Random
from typing import TYPE_CHECKING

from cosmic_ray.ast import Visitor, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[1]
SOURCE = Path("src/caveat")
LISTED = Path(__file__).parent / "equivalent_mutants.txt"
# What is changed: comparisons, conditions, numbers, loops, exceptions; of arithmetic only what is used on numbers and sets.
CHANGES = ("Comparison", "AddNot", "True", "False", "And", "Or", "Number", "Break", "Continue", "ZeroIteration", "Unary", "Exception")
PAIRS = ("Add_Sub", "Sub_Add", "Mul_Add", "BitOr_BitAnd", "BitAnd_BitOr", "Sub_BitOr", "LShift_RShift", "RShift_LShift")
IDENTITY = re.compile(r"ReplaceComparisonOperator_(?!Is)\w+?_Is(Not)?\Z")
# The tests that know a room, those first that take seconds; then, as a second step, those that take minutes.
FIRST = ["test_parts", "test_small_changes", "test_law_examples", "test_settled_points", "test_founding_case"]
KNOWN = {
    "core": [
        "test_edits",
        "test_spoiled",
        "test_bad",
        *FIRST,
        "test_clauses",
        "test_incidents",
        "test_derive",
        "test_names",
        "test_ends_of_the_calendar",
    ],
    "resolve": ["test_spoiled", "test_bad", *FIRST, "test_names", "test_incidents", "test_derivation_files", "test_order_of_files"],
    "engines": [*FIRST, "test_clauses", "test_diff_sides"],
    "diff": ["test_edits", "test_parts", "test_diff_sides", "test_diff_wording", "test_small_changes", "test_replay", "test_diff_laws"],
    "watch": ["test_watch", "test_followed_file", "test_incidents", "test_one_file_twice"],
}
MEANING = ["test_trial", "test_cli", "test_golden", "test_answers", "test_survey", "test_prove", "test_rete", "test_laws"]
SLOW = {
    "core": [*MEANING, "test_derive_cases", "test_laws_of_bytes_and_errors", "test_diff_laws", "test_watch"],
    "resolve": [*MEANING, "test_derive_cases", "test_laws_of_bytes_and_errors", "test_vocabulary", "test_theatres"],
    "engines": [*MEANING, "test_diff_laws", "test_prove_laws", "test_second_opinion"],
    "diff": ["test_second_opinion", "test_diff_reports", "test_prove", "test_prove_laws", "test_revisions", "test_readings", "test_diff_pages"],
    "watch": ["test_watch_killed", "test_streams", "test_record", "test_record_files"],
}
# Of a room that holds its forms too, what works out the answer.
WORKS_OUT = {"diff": ("ask", "difference", "doubts", "meaning", "records", "run", "sides", "strip")}
FUZZ = {
    "core": [["tests.fuzz", "--pairs", "400"]], "resolve": [["tests.fuzz", "--pairs", "400"]], "engines": [["tests.fuzz", "--pairs", "600"]],
    "diff": [["tests.fuzz_diff", "--pairs", "200"]], "watch": [],
}  # fmt: skip
STEPS = 4
NEAR = 12  # lines from the first that differs, in which a change lies
# What one command of the first step, and of each other, may take before a mutant counts as noticed, since it hangs or grows.
SECONDS = (240, 1800)  # of processor time: how busy the machine is says nothing about a mutant
MEMORY = 4 << 30  # bytes
ASLEEP = 3600.0  # seconds by the clock, for what waits and does nothing


@dataclass(frozen=True, order=True)
class Mutant:
    """One change: a file below the package, what makes it, and which of the places where that can be made."""

    path: str
    operator: str
    occurrence: int

    def __str__(self) -> str:
        return f"{self.path}:{self.operator}:{self.occurrence}"

    @classmethod
    def named(cls, text: str) -> Mutant:
        """The mutant with this name."""
        path, operator, occurrence = text.split(":")
        return cls(path, operator, int(occurrence))

    @property
    def room(self) -> str:
        """The folder that it changes."""
        return self.path.partition("/")[0]

    def code(self) -> str:
        """The file as changed."""
        return _changed(self)


@cache
def _changed(mutant: Mutant) -> str:
    return str(mutate_code(text_of(mutant.path), get_operator(mutant.operator)(), mutant.occurrence))


@cache
def text_of(path: str) -> str:
    """A file of the package."""
    return (ROOT / SOURCE / path).read_text("utf-8")


# -- which there are


class _Counting(Visitor):
    """Counts the places of each operator in one walk."""

    def __init__(self, operators: Iterable[str]) -> None:
        self.operators = {name: get_operator(name)() for name in operators}
        self.counts: Counter[str] = Counter()

    def visit(self, node: object) -> object:
        """Count, and change nothing."""
        for name, operator in self.operators.items():
            self.counts[name] += sum(1 for _ in operator.mutation_positions(node))
        return node


def used() -> list[str]:
    """The operators whose changes a programmer could have made."""
    names = [name for name in operator_names() if name.startswith("core/")]
    wanted = [n for n in names if any(c in n.partition("/")[2].partition("Binary")[0] for c in CHANGES) and "BinaryOperator" not in n]
    return sorted({*wanted, *(n for n in names if "BinaryOperator" in n and n.endswith(PAIRS))})


def mutants(rooms: Iterable[str]) -> list[Mutant]:
    """Every mutant of some rooms, in order."""
    found = []
    for file in sorted(path for room in rooms for path in (ROOT / SOURCE / room).rglob("*.py") if path.stem in WORKS_OUT.get(room, (path.stem,))):
        path = str(file.relative_to(ROOT / SOURCE))
        counting = _Counting(used())
        counting.walk(get_ast(text_of(path)))
        found += [Mutant(path, name, n) for name, count in sorted(counting.counts.items()) for n in range(count)]
    return found


class _Bare(ast.NodeTransformer):
    """Takes away what does nothing when the program runs: annotations, docstrings, what only a type checker reads."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING" else self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """What is raised where the program itself is wrong can be told by no input."""
        return ast.Pass() if "AssertionError" in ast.dump(node) else self.generic_visit(node)


def bare(code: str) -> str | None:
    """What a module does, as text; None where it is no Python."""
    try:
        return ast.dump(_Bare().visit(ast.parse(code)))
    except SyntaxError:
        return None


def is_real(mutant: Mutant) -> bool:
    """Whether the change is one of the program as it runs, and no mere `is` for a comparison: of numbers and words that is chance."""
    if IDENTITY.search(mutant.operator):
        return False
    changed = bare(mutant.code())
    return changed is not None and changed != _bare_text_of(mutant.path)


@cache
def _bare_text_of(path: str) -> str | None:
    return bare(text_of(path))


def equivalent() -> dict[str, str]:
    """The mutants that are listed as changing nothing, by a fingerprint of the change, with the reason."""
    lines = LISTED.read_text("utf-8").splitlines() if LISTED.exists() else []
    return dict(line.split(" | ", 1) for line in lines if line.strip() and not line.startswith("#"))  # type: ignore[misc]


def change_of(mutant: Mutant) -> str:
    """The file and the line as it was and as it is changed: what stays the same when lines move."""
    before, after = text_of(mutant.path).splitlines(), mutant.code().splitlines()
    same = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    lines = [line for line in difflib.ndiff(before[same : same + NEAR], after[same : same + NEAR]) if line[:2] in ("- ", "+ ")]
    return f"{mutant.path}: " + " => ".join(line[2:].strip() for line in lines)


# -- whether a test notices


class Copy:
    """A copy of the project in which one mutant at a time stands."""

    def __init__(self, folder: Path) -> None:
        """Copy what git knows."""
        self.folder = folder
        names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
        for name in filter(None, names):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
        subprocess.run("git init -q . && git add -A && git -c user.name=x -c user.email=x@x commit -qm x", shell=True, cwd=folder, check=True)

    def noticed_by(self, mutant: Mutant, steps: range) -> str:
        """The first test of these steps that notices; empty where none does."""
        file = self.folder / SOURCE / mutant.path
        file.write_text(mutant.code(), "utf-8")
        try:
            return next(filter(None, (self._fails(command, step) for step in steps for command in commands(mutant.room, step))), "")
        finally:
            file.write_text(text_of(mutant.path), "utf-8")

    def _fails(self, command: list[str], step: int) -> str:
        env = {**os.environ, "PYTHONPATH": str(self.folder / "src"), "PYTHONDONTWRITEBYTECODE": "1", "CAVEAT_CACHE": "off"}
        with subprocess.Popen(
            [sys.executable, "-m", *command], cwd=self.folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            start_new_session=True,
        ) as ran:  # fmt: skip
            resource.prlimit(ran.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.prlimit(ran.pid, resource.RLIMIT_CPU, (SECONDS[step > 0],) * 2)
            try:
                out, _ = ran.communicate(timeout=ASLEEP)
            except subprocess.TimeoutExpired:
                os.killpg(ran.pid, signal.SIGKILL)  # what the tests started, too
                return "time"
        if ran.returncode < 0:
            return "time"
        told = [line for line in out.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return "" if ran.returncode in (0, 5) else (told[0].split(" - ")[0] if told else command[0])


def commands(room: str, step: int) -> list[list[str]]:
    """What is run for a mutant, step by step: what knows its room and is quick, what takes minutes, the nightly fuzz, everything else."""
    pytest = ["pytest", "-x", "-q", "-p", "no:cacheprovider"]
    known, slow = ([f"tests/{name}.py" for name in names[room]] for names in (KNOWN, SLOW))
    return ([[*pytest, *known]], [[*pytest, *slow]], FUZZ[room], [[*pytest, *(f"--ignore={path}" for path in known + slow)]])[step]


# -- many


@dataclass
class Run:
    """A sample, what was found of it so far, and where that stands."""

    drawn: Iterable[Mutant]
    state: Path
    until: float
    steps: int
    sample: list[Mutant] = field(default_factory=list)  # what was drawn so far

    def found(self) -> dict[str, tuple[str, int]]:
        """What the state file says: mutant to what noticed it, and after how many steps."""
        lines = self.state.read_text("utf-8").splitlines() if self.state.exists() else []
        return {data["mutant"]: (data["by"], data["steps"]) for data in map(json.loads, lines)}

    def go(self, jobs: int) -> None:
        """Try all of the sample that is not done, with so many copies."""
        done, copies = self.found(), SimpleQueue[Copy]()
        with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(jobs) as pool:
            for n in range(jobs):
                copies.put(Copy(Path(name) / str(n)))
            for mutant in self.drawn:
                self.sample.append(mutant)
                by, steps = done.get(str(mutant), ("", 0))
                if not by and steps < self.steps:
                    pool.submit(self._try, mutant, range(steps, self.steps), copies)

    def _try(self, mutant: Mutant, steps: range, copies: SimpleQueue[Copy]) -> None:
        if time.monotonic() > self.until:
            return
        copy, begin = copies.get(), time.monotonic()
        try:
            by = copy.noticed_by(mutant, steps)
        finally:
            copies.put(copy)
        print(f"{'noticed ' if by else 'SURVIVED'} {mutant} {by} ({time.monotonic() - begin:.0f} s)", flush=True)
        with self.state.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"mutant": str(mutant), "by": by, "steps": steps.stop}) + "\n")


def drawn(rooms: list[str], size: int, seed: int) -> Iterator[Mutant]:
    """A sample, drawn at random, of the mutants that are changes and are not listed as equivalent."""
    everything, known = mutants(rooms), equivalent()
    print(f"seed {seed}: {size} of {len(everything)} mutants", flush=True)
    Random(seed).shuffle(everything)
    return islice((m for m in everything if is_real(m) and change_of(m) not in known), size)


def show(name: str) -> int:
    """One mutant: the change, and what notices it."""
    mutant = Mutant.named(name)
    print(change_of(mutant))
    with tempfile.TemporaryDirectory() as folder:
        by = Copy(Path(folder)).noticed_by(mutant, range(STEPS))
    print(f"noticed by {by}" if by else "SURVIVED")
    return 0 if by else 1


def main() -> int:
    """Draw, try, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--state", type=Path, default=Path("mutants.jsonl"))
    parser.add_argument("--rooms", nargs="+", default=list(KNOWN), choices=list(KNOWN))
    parser.add_argument("--steps", type=int, default=STEPS, choices=range(1, STEPS + 1), help="go no further than this step with a mutant")
    parser.add_argument("--show", metavar="MUTANT")
    args = parser.parse_args()
    gone = [name for names in (*KNOWN.values(), *SLOW.values()) for name in names if not (ROOT / "tests" / f"{name}.py").exists()]
    if gone:
        parser.error(f"no such tests: {', '.join(gone)}")
    if args.show:
        return show(args.show)
    run = Run(drawn(args.rooms, args.sample, args.seed), args.state, time.monotonic() + 60 * args.minutes, args.steps)
    run.go(args.jobs)
    report(run)
    return 0


def report(run: Run) -> None:
    """How many were tried and noticed, room by room, and which were not."""
    found = run.found()
    tried = [m for m in run.sample if str(m) in found]
    for room in KNOWN:
        here = [m for m in tried if m.room == room]
        noticed = sum(bool(found[str(m)][0]) for m in here)
        if here:
            print(f"{room:8} {len(here):5} tried, {noticed:5} noticed: {100 * noticed / len(here):.0f} of 100")
    for mutant in tried:
        by, steps = found[str(mutant)]
        if not by:
            print(f"survived {steps} of {STEPS} steps: {mutant}\n  {change_of(mutant)}")


if __name__ == "__main__":
    sys.exit(main())

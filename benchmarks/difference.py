"""How the whole difference between two policies grows with their size, and what is said where it is too large.

    python -m benchmarks difference [--sizes 100 300 1000 3000 10000]

Two shapes of policy over the same twelve facts. `donors` is made the way donors make policies (see donors.py), against
itself with one rule in fifty changed, and against an independent one of the same size. `scattered` is that of the
decision benchmark, whose rules overlap at random, with one rule in fifty turned: nothing about it is like a policy, and
it shows where the analysis ends. Each pair is compared in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from benchmarks import donors, generated
from benchmarks.ours import DAY, ISSUER, files

SIZES = (100, 300, 1_000, 3_000, 10_000)
SCATTERED = (30, 100, 300)
PATIENCE = 600  # seconds for one pair
ROOT = Path(__file__).parents[1]
DATES = (
    ("US@2024-05-29", "US@2024-05-31"),
    ("US@2024-06-16", "US@2024-06-20"),
    ("US@2024-11-16", "US@2024-11-18"),
    ("GB@2024-06-01", "FR@2024-06-01"),
)


def main(arguments: list[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks difference")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--pair", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.pair:
        print(json.dumps(measured(options.pair[0], int(options.pair[1]))))
        return 0
    print(f"{'two policies':34}  {'rules':>6}  {'load s':>7}  {'diff s':>7}  {'MiB':>5}  regions")
    for kind in ("donors, edited", "donors, independent", "scattered, edited"):
        for size in options.sizes if kind.startswith("donors") else SCATTERED:
            run = [sys.executable, "-m", "benchmarks", "difference", "--pair", kind, str(size)]
            try:
                done = subprocess.run(run, capture_output=True, text=True, timeout=PATIENCE, cwd=ROOT, check=True)
                m = json.loads(done.stdout)
                print(f"{kind:34}  {size:6,}  {m['load']:7.1f}  {m['diff']:7.2f}  {m['mib']:5.0f}  {m['found']}", flush=True)
            except subprocess.TimeoutExpired:
                print(f"{kind:34}  {size:6,}  not within {PATIENCE} seconds", flush=True)
    whole_processes()
    return 0


def measured(kind: str, size: int) -> dict[str, Any]:
    """One pair: loaded, compared, and how many regions, or why not."""
    os.environ["CAVEAT_CACHE"] = "off"
    from caveat import Library, TooLargeError

    with TemporaryDirectory() as folder:
        paths = [_written(Path(folder, str(n)), policy) for n, policy in enumerate(pair(kind, size))]
        started = perf_counter()
        library = Library.load(paths[0])
        Library.load(paths[1])
        loaded = perf_counter() - started
        try:
            found = f"{len(library.diff(str(paths[0]), str(paths[1]), issuers=[ISSUER], as_of=DAY, known_by=DAY).regions):,}"
        except TooLargeError as error:
            found = f"refused: {error}"
        whole = perf_counter() - started - loaded
    # the comparison loads both once more
    return {"load": loaded, "diff": max(whole - loaded, 0), "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "found": found}


def pair(kind: str, size: int) -> tuple[generated.Policy, generated.Policy]:
    """The two policies of one kind."""
    if kind == "donors, edited":
        first = donors.generate(size)
        return first, donors.edited(first)
    if kind == "donors, independent":
        return donors.generate(size), donors.generate(size, seed=2)
    first = generated.generate(size)
    return first, donors.edited(first)


def _written(folder: Path, policy: generated.Policy) -> Path:
    for name, content in files(policy).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    return folder


def whole_processes(runs: int = 7) -> None:
    """How long a reader waits for the difference of two sides of the shipped library."""
    print(f"\n{'whole process':44}  {'median s':>8}  {'min s':>6}")
    for sides in DATES:
        command = [sys.executable, "-m", "caveat", "diff", *sides]
        seconds = []
        for _ in range(runs):
            started = perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            seconds.append(perf_counter() - started)
        print(f"caveat diff {' '.join(sides):32}  {median(seconds):8.2f}  {min(seconds):6.2f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

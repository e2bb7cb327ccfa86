"""How long a reader waits: the whole process of `caveat decide`, in turn with one that only imports typer and pydantic."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

RUNS = 21
FLAGS = "--date 2024-05-31 --supplier US --weapon himars --region RU-BEL --kind artillery --activity attacking --threatens UA-63"
COMMANDS = {
    "import typer, pydantic": [sys.executable, "-c", "import typer, pydantic"],
    "caveat decide FLAGS": [sys.executable, "-m", "caveat", "decide", *FLAGS.split()],
    "caveat decide FILE.yaml": [sys.executable, "-m", "caveat", "decide", str(Path(__file__).parents[1] / "examples" / "founding-case.yaml")],
    "caveat decide FLAGS --format json": [sys.executable, "-m", "caveat", "decide", *FLAGS.split(), "--format", "json"],
}
COLD = "caveat decide FLAGS, nothing cached"


def main() -> None:
    """Print the median wall time of each command, and its ratio to importing typer and pydantic."""
    times: dict[str, list[float]] = {name: [] for name in (*COMMANDS, COLD)}
    for command in COMMANDS.values():
        _seconds(command)  # the first run fills the cache of compiled policies and of byte code
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            times[name].append(_seconds(command))
        times[COLD].append(_seconds(COMMANDS["caveat decide FLAGS"], CAVEAT_CACHE="off"))
    base = median(times["import typer, pydantic"])
    print(f"{'whole process':38}  {'median ms':>9}  {'min ms':>7}  ratio")
    for name, seconds in times.items():
        print(f"{name:38}  {median(seconds) * 1e3:9.0f}  {min(seconds) * 1e3:7.0f}  {median(seconds) / base:5.2f}")


def _seconds(command: list[str], **settings: str) -> float:
    started = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **settings})
    return perf_counter() - started


if __name__ == "__main__":
    main()

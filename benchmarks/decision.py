"""Compares engines on one decision with its explanation, over generated policies of several sizes.

    python -m benchmarks --sizes 10 100 1000 10000 --json decision.json

Each engine runs in a process of its own, one at a time, so that its memory is its own. It loads the policy and answers
a first round of scenarios, untimed, as a test and to warm up. Then it is timed, decision by decision, over rounds of
scenarios that it has not been asked before ("new"), and over the same ones asked again ("again").

Mind what `caveat` remembers: whole questions, and the answer for each combination of rules that a use meets. With few
rules most new questions meet a combination met before; with many, most do not. So `caveat-forgetful` stands beside it: the same
engine, made to forget before every decision, which therefore works out each answer from the rules up. `caveat-rete` is the engine
that has durable-rules match whole policies and chain what follows; beside it stands durable-rules matching the same rules alone.

Every answer, timed or not, must equal the oracle's. An engine that gives a wrong one, or does not load the policy within five minutes and four
gibibytes, is listed with the reason instead of figures. Requires the packages in requirements.txt, and an operating
system with `resource` limits.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import resource
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, perf_counter_ns
from typing import TYPE_CHECKING, Any

from benchmarks.generated import Policy, Scenario, expected, generate, scenarios
from benchmarks.peers import PEERS, Engine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

OURS, FORGETFUL, RETE = "caveat", "caveat-forgetful", "caveat-rete"
ROOT = Path(__file__).parents[1]
STAGE_SECONDS = 300
MEMORY_BYTES = 4 << 30
TIMING_SECONDS = 60
STAGES = {
    "generating": "no policy generated",
    "importing": "not imported",
    "loading": "not loaded",
    "checking": "not answered",
    "timing": "not timed",
}


@dataclass(frozen=True)
class Measurement:
    """What one engine did with one policy; `failed` says why there are no figures."""

    engine: str
    version: str
    size: int
    median_us: float | None = None
    p95_us: float | None = None
    again_us: float | None = None
    decisions: int = 0
    prepare_ms: float | None = None
    peak_mib: float | None = None
    baseline_mib: float | None = None
    failed: str | None = None


class WrongAnswerError(Exception):
    """An engine's answer differs from the oracle's."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison, print the table, and write the figures if asked to."""
    options = _options(arguments)
    if options.measure:
        name, size = options.measure
        return _measure_here(name, int(size), options.rounds, options.seed)
    measurements = list(_compare(options))
    print(table(measurements))
    if options.json:
        options.json.write_text(json.dumps(_report(options, measurements), indent=2) + "\n")
    return 0


def table(measurements: Iterable[Measurement]) -> str:
    """The measurements as aligned text; the last columns are the medians over those of `caveat` at the same size."""
    measured = list(measurements)
    ours = {row.size: row for row in measured if row.engine == OURS}
    heads = ("rules", "engine", "new us", "p95", "again us", "prepare ms", "MiB", f"new x {OURS}", "again x")
    rows = [heads, *(_cells(row, ours.get(row.size)) for row in measured if not row.failed)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = [_line(row, widths) for row in rows]
    failures = [f"{row.size} rules, {row.engine}: {row.failed}" for row in measured if row.failed]
    return "\n".join([*lines, *([""] if failures else []), *failures])


def _cells(row: Measurement, ours: Measurement | None) -> tuple[str, ...]:
    figures = (figure or 0.0 for figure in (row.median_us, row.p95_us, row.again_us, row.prepare_ms, row.peak_mib))
    ratios = (_ratio(row.median_us, ours and ours.median_us), _ratio(row.again_us, ours and ours.again_us))
    return (f"{row.size:,}", f"{row.engine} {row.version}".strip(), *(f"{figure:,.1f}" for figure in figures), *ratios)


def _ratio(theirs: float | None, ours: float | None) -> str:
    return f"{theirs / ours:,.1f}" if theirs and ours else "-"


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    aligned = (cell.ljust(width) if column == 1 else cell.rjust(width) for column, (cell, width) in enumerate(zip(cells, widths, strict=True)))
    return "  ".join(aligned).rstrip()


def _compare(options: argparse.Namespace) -> Iterator[Measurement]:
    for size in options.sizes:
        for name in options.engines:
            measurement = _measure_apart(name, size, options)
            print(f"{size} {name}: {measurement.failed or 'measured'}", file=sys.stderr)
            yield measurement


def _measure_apart(name: str, size: int, options: argparse.Namespace) -> Measurement:
    """Measure in a fresh process, and read what became of it."""
    command = [sys.executable, "-m", "benchmarks", "--measure", name, str(size)]
    command += ["--rounds", str(options.rounds), "--seed", str(options.seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    if events and "engine" in events[-1]:
        return Measurement(**events[-1])
    stage = events[-1]["stage"] if events else "importing"
    return Measurement(name, _version(name), size, failed=f"{STAGES[stage]}: {_death(done)}")


def _death(done: subprocess.CompletedProcess[str]) -> str:
    """Why a process ended without a measurement."""
    if done.returncode == -signal.SIGALRM:
        return f"no end after {STAGE_SECONDS} s"
    last = (done.stderr.strip().splitlines() or ["no message"])[-1]
    if done.returncode < 0:
        return f"ended by {signal.Signals(-done.returncode).name} (limit {MEMORY_BYTES >> 30} GiB): {last}"
    return last


def _measure_here(name: str, size: int, rounds: int, seed: int) -> int:
    """Measure in this process; a stage that takes too long ends it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    _tell({"stage": "generating"})
    policy = generate(size, seed)
    asked = [scenarios(policy, seed=seed + number) for number in range(rounds + 1)]
    _enter("importing")
    engine = _engine(name)
    baseline_mib = _peak_mib()
    _enter("loading")
    started = perf_counter()
    engine.prepare(policy)
    prepare_ms = (perf_counter() - started) * 1e3
    _enter("checking")
    _times_us(engine, policy, asked[0])
    _enter("timing", seconds=0)
    new_us, again_us = _rounds_us(engine, policy, asked[1:])
    measurement = Measurement(
        engine=name,
        version=_version(name),
        size=size,
        median_us=median(new_us),
        p95_us=quantiles(new_us, n=20)[-1],
        again_us=median(again_us),
        decisions=len(new_us),
        prepare_ms=prepare_ms,
        peak_mib=_peak_mib(),
        baseline_mib=baseline_mib,
    )
    _tell(asdict(measurement))
    return 0


def _enter(stage: str, seconds: int = STAGE_SECONDS) -> None:
    """Announce a stage, and have the system end the process if the stage outlasts `seconds` (none for 0)."""
    _tell({"stage": stage})
    signal.alarm(seconds)


def _tell(event: dict[str, Any]) -> None:
    print(json.dumps(event), flush=True)


def _engine(name: str) -> Engine:
    if name in (OURS, FORGETFUL, RETE):
        from benchmarks.ours import Caveat, Forgetful, Rete

        return {OURS: Caveat, FORGETFUL: Forgetful, RETE: Rete}[name]()
    return PEERS[name]()


def _rounds_us(engine: Engine, policy: Policy, rounds: Iterable[Sequence[Scenario]]) -> tuple[list[float], list[float]]:
    """The time of each decision, for all rounds, or for fewer if they take too long.

    What was made before is kept out of the garbage collector's sight, so that its pauses are those of deciding.
    """
    gc.collect()
    gc.freeze()
    new_us: list[float] = []
    again_us: list[float] = []
    ends = perf_counter() + TIMING_SECONDS
    for asked in rounds:
        new, again = _times_us(engine, policy, asked)
        new_us += new
        again_us += again
        if perf_counter() > ends:
            break
    return new_us, again_us


def _times_us(engine: Engine, policy: Policy, asked: Sequence[Scenario]) -> tuple[list[float], list[float]]:
    """The times of one round, asked for the first time and asked again; each answer is compared with the oracle's."""
    prepared = [engine.ask(scenario) for scenario in asked]
    decide = engine.decide
    times_us: tuple[list[float], list[float]] = ([], [])
    for times in times_us:
        answers = []
        for question in prepared:
            started = perf_counter_ns()
            answer = decide(question)
            times.append((perf_counter_ns() - started) / 1e3)
            answers.append(answer)
        for scenario, given in zip(asked, answers, strict=True):
            wanted, said = expected(policy, scenario), engine.read(given)
            if said != wanted:
                raise WrongAnswerError(f"{scenario}: {said} instead of {wanted}")
    return times_us


def _peak_mib() -> float:
    """The most memory this process has held, in mebibytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / (1 << 10)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _report(options: argparse.Namespace, measurements: list[Measurement]) -> dict[str, Any]:
    machine = {"python": platform.python_version(), "system": platform.system(), "machine": platform.machine()}
    return {
        **machine,
        "processors": os.cpu_count(),
        "seed": options.seed,
        "rounds": options.rounds,
        "measurements": [asdict(measurement) for measurement in measurements],
    }


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    names = [OURS, FORGETFUL, RETE, *PEERS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1000, 10000], help="numbers of rules")
    parser.add_argument("--engines", nargs="+", choices=names, default=names, help="all of them, if not given")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of new scenarios to time")
    parser.add_argument("--seed", type=int, default=1, help="of the generated policies and scenarios")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the figures")
    parser.add_argument("--measure", nargs=2, metavar=("ENGINE", "SIZE"), help=argparse.SUPPRESS)
    return parser.parse_args(arguments)

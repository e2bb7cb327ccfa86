"""The analysis of differences against trying every scenario, and every witness in both engines, on thousands of made-up pairs of sides.

    python -m tests.fuzz_diff --pairs 5000 [--seed 0] [--jobs 2] [--z3] [--keep DIR]
    python -m tests.fuzz_diff --replay FILE

Exits 1 on anything that is wrong. Each failure is made as small as possible and printed as a file that `--replay` takes.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

HERE = str(Path(__file__).parent)
if HERE not in sys.path:  # as `python -m tests.fuzz_diff`, which makes the tests a package that they are not
    sys.path.insert(0, HERE)

from differences import Trial, plan_of, unreplayed  # noqa: E402
from pairs import Data, made  # noqa: E402

from caveat import PolicyError  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 60.0  # seconds spent on making one failure smaller
MOST_SHOWN = 5


@dataclass
class Tally:
    """What was counted, and what went wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[Data] = field(default_factory=list)


def judged(plan: Data, *, second: bool = False) -> tuple[list[str], Counter[str]]:
    """What is wrong with the analysis of a pair, and what was tried; also by z3 where a second opinion is asked for."""
    p = made(plan)
    trial = Trial(p)
    wrong = [*trial.wrong, *unreplayed(p, trial.found)]
    if second:
        from solver import SecondOpinion

        wrong += [f"z3: {line}" for line in SecondOpinion(p.before, p.after, p.where, p.days).objections(trial.found.regions)]
    regions = trial.found.regions
    counts = Counter(str(r.change) for r in regions) + Counter(f"by {r.cause}" for r in regions if r.cause)
    counts += Counter({"differ": bool(regions), "regions": len(regions), "scenarios": trial.tried, "too large": not trial.is_complete})
    return wrong, counts


def of_seed(seed: int, *, second: bool = False) -> Tally:
    """One pair."""
    tally = Tally(Counter({"pairs": 1}))
    plan: Data = {"seed": seed}
    try:
        plan = plan_of(seed)
        wrong, counts = judged(plan, second=second)
        tally.counts += counts
        kind = wrong[0].partition(":")[0] if wrong else ""
    except Exception as error:  # noqa: BLE001  (whatever it is, it is what we are looking for)
        wrong, kind = [traceback.format_exc()], repr(error)[:200]
    if wrong:
        tally.failures.append({"seed": seed, "kind": kind, "why": wrong[:3], "plan": plan})
    return tally


# -- making a failure small


def fails(plan: Data, kind: str) -> list[str]:
    """What is wrong, where it is still wrong in the same way; else nothing."""
    try:
        wrong, _ = judged(plan, second=kind == "z3")
    except PolicyError:
        return []  # no longer a library
    except Exception as error:  # noqa: BLE001
        return [traceback.format_exc()] if repr(error)[:200] == kind else []
    return [line for line in wrong if line.partition(":")[0] == kind]


def smaller(failure: Data) -> Data:
    """The same failure with as little around it as greedy deletion finds; what is deleted on one side is deleted on the other."""
    until = time.monotonic() + PATIENCE
    plan = failure["plan"]
    again = "worlds" in plan
    while again and time.monotonic() < until:
        again = False
        for path in sorted(_paths(plan["worlds"][0], ("worlds", 0)), key=len):
            shorter = _without(plan, path)
            if shorter is not None and fails(shorter, failure["kind"]):
                plan, again = shorter, True
            if time.monotonic() > until:
                break
    return {**failure, "why": fails(plan, failure["kind"])[:3] or failure["why"], "plan": plan}


def _paths(data: Any, above: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*above, key)
        yield from _paths(value, (*above, key))


def _without(plan: Data, path: tuple[Any, ...]) -> Data | None:
    """The plan without what stands at the path in any of its worlds; None where nothing stands there any more."""
    copy = deepcopy(plan)
    cut = 0
    for n in range(len(copy["worlds"])):
        here: Any = copy["worlds"][n]
        try:
            for step in path[2:-1]:
                here = here[step]
            del here[path[-1]]
            cut += 1
        except (KeyError, IndexError, TypeError):
            continue
    return copy if cut else None


# -- the command


def main() -> int:
    """Run, print the figures, and every failure as a file."""
    parser = argparse.ArgumentParser(description="the analysis of differences against trying every scenario")
    parser.add_argument("--pairs", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--z3", action="store_true", help="ask z3 for a second opinion on each pair")
    parser.add_argument("--keep", type=Path, help="a folder for the failures; without it they are only printed")
    parser.add_argument("--replay", type=Path, help="a failure to run again")
    options = parser.parse_args()
    if options.replay:
        wrong, _ = judged(json.loads(options.replay.read_text(encoding="utf-8"))["plan"], second=options.z3)
        print("\n".join(wrong) or "nothing is wrong")
        return 1 if wrong else 0
    whole, started = Tally(), time.monotonic()
    with ProcessPoolExecutor(options.jobs) as pool:
        for tally in pool.map(partial(of_seed, second=options.z3), range(options.seed, options.seed + options.pairs), chunksize=8):
            whole.counts += tally.counts
            whole.failures += tally.failures
    _report(whole, time.monotonic() - started, options.keep)
    return 1 if whole.failures else 0


def _report(tally: Tally, seconds: float, keep: Path | None) -> None:
    counts = tally.counts
    print(f"{counts['pairs']:,} pairs of sides in {seconds:,.0f} s: {counts['differ']:,} differ, in {counts['regions']:,} regions")
    print(f"  {counts['scenarios']:,} scenarios tried on both sides; too large for the reference engine: {counts['too large']:,}")
    rest = sorted((k, n) for k, n in counts.items() if k not in ("pairs", "differ", "regions", "scenarios", "too large"))
    print(f"  {', '.join(f'{n:,} {k}' for k, n in rest)}")
    kinds = Counter(f["kind"] for f in tally.failures)
    print(f"  wrong: {len(tally.failures)}")
    for kind, number in sorted(kinds.items()):
        print(f"    {number:,} {kind[:100]}: seeds {', '.join(str(f['seed']) for f in tally.failures if f['kind'] == kind)[:200]}")
    first = {f["kind"]: f for f in reversed(tally.failures)}
    for number, failure in enumerate(list(first.values())[:MOST_SHOWN]):
        small = smaller(failure)
        text = json.dumps(small, indent=1)
        print(f"--- seed {small['seed']}: " + "\n".join(small["why"]))
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"failure-{number}.json").write_text(text + "\n", encoding="utf-8")
        else:
            print(text)


if __name__ == "__main__":
    sys.exit(main())

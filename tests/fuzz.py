"""Engine against engine, and against brute force, on tens of thousands of made-up policies and questions.

    python -m tests.fuzz --pairs 30000 [--seed 0] [--engines compiled rete] [--jobs 2] [--keep DIR]
                         [--minutes 60] [--resume FILE]
    python -m tests.fuzz --replay FILE

Exits 1 on any disagreement, and on any exception that is not a designed one (those are counted). Each disagreement is
made as small as possible and printed as a file that `--replay` takes.
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
from dataclasses import asdict, dataclass, field, fields
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

HERE = str(Path(__file__).parent)
if HERE not in sys.path:  # as `python -m tests.fuzz`, which makes the tests a package that they are not
    sys.path.insert(0, HERE)

from brute import brute, disagreements  # noqa: E402
from oracle import Oracle  # noqa: E402
from oracle_words import TooManyError  # noqa: E402
from strategies import Ask, ask, book_of, decide, world  # noqa: E402

from caveat import Library, PolicyError, ScenarioError, TooLargeError  # noqa: E402
from caveat.diagram.frame import frame  # noqa: E402
from caveat.diagram.norms import Side  # noqa: E402
from caveat.diagram.space import NONE  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from caveat.core.decision import Decision

EACH = 25  # questions about one library
BATCH = 40  # libraries between two looks at the clock
LARGE = 10  # one library in so many is large
ENGINES = ("compiled", "reference", "rete")
RIGHT, WRONG = ("same", "brute-forced"), ("engines", "errors", "sets", "brute", "crash")
MOST = 300  # completions brute force tries; fewer where there are more than FEW rules
FEW = 16
PATIENCE = 60.0  # seconds spent on making one disagreement smaller


@dataclass
class Tally:
    """What was counted, and what went wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[dict[str, Any]] = field(default_factory=list)


def answered(library: Library, question: Ask, engine: str) -> Decision | str:
    """The decision, or the designed error by name: the code of the first problem, or `too-large`."""
    try:
        return decide(library, question, engine)
    except ScenarioError as error:
        return error.diagnostics[0].code
    except TooLargeError:
        return "too-large"


@dataclass(frozen=True)
class Judged:
    """How one pair went: `same`, an error's code, or `engines`, `errors`, `brute`, `crash` with what is wrong; and who refused to answer."""

    how: str
    why: str = ""
    refused: tuple[str, ...] = ()


def judged(library: Library, oracle: Oracle, question: Ask, engines: Sequence[str] = ENGINES) -> Judged:
    """Whether every engine that answers gives the same answer, and the one that brute force gives."""
    try:
        found = {engine: answered(library, question, engine) for engine in engines}
        refused = tuple(engine for engine, answer in found.items() if answer == "too-large")
        kinds = {e: a if isinstance(a, str) else "decided" for e, a in found.items() if e not in refused}
        if len(set(kinds.values())) > 1:
            return Judged("errors", ", ".join(f"{engine}: {kind}" for engine, kind in kinds.items()), refused)
        decided = {e: a for e, a in found.items() if not isinstance(a, str)}
        if not decided:
            return on_refusal(oracle, question, next(iter(kinds.values()), "too-large"), refused)
        first, *others = decided.values()
        wrong = [line for other in others if other.answer != first.answer for line in _differences(first, other)]
        if wrong:
            return Judged("engines", "\n".join(wrong), refused)
        wrong = list(on_sets(library, question, first))
        if wrong:
            return Judged("sets", "\n".join(wrong), refused)
        wrong = list(disagreements(oracle, brute(oracle, question, MOST if len(library.book.rules) <= FEW else MOST // 8), first))
    except TooManyError:
        return Judged("same", "", refused)
    except Exception:  # noqa: BLE001  (whatever it is, it is what we are looking for)
        return Judged("crash", traceback.format_exc())
    return Judged("brute", "\n".join(wrong), refused) if wrong else Judged("brute-forced", "", refused)


def on_refusal(oracle: Oracle, question: Ask, kind: str, refused: tuple[str, ...]) -> Judged:
    """Whether what all engines refuse is by brute force nothing that can be asked, for the same reason."""
    try:
        found = brute(oracle, question, MOST)
    except TooManyError:
        return Judged(kind, "", refused)
    if kind == "too-large" or (not found.found and found.refusal == kind):
        return Judged(kind, "", refused)
    return Judged("brute", f"{kind} by the engines, {'answered' if found.found else found.refusal} by brute force", refused)


def on_sets(library: Library, question: Ask, decision: Decision) -> Iterator[str]:
    """Where the diagrams of all uses at once hold other verdicts, within what was asked, than the engines found possible."""
    if question.issuers:
        return
    q = library.ask(question.facts, **question.options()).question
    day = q.first if q.first == q.last else None
    fr = frame([Side(library.book, q.known_by, day, None, q.min_grade)], q.sets, days=(None, None) if day else (q.first, q.last))
    found = {p.verdict for p, s in fr.norms[0].positions.items() if fr.space.both(fr.valid, s) != NONE}
    if found != {v.value for v in decision.possible}:
        yield f"possible: {sorted(found)} on sets, not {decision.possible}"


def _differences(one: Decision, other: Decision) -> Iterator[str]:
    for part in fields(one.answer):
        a, b = getattr(one.answer, part.name), getattr(other.answer, part.name)
        if a != b:
            yield f"{part.name}: {one.engine} {a}, {other.engine} {b}"


def of_seed(seed: int, each: int = EACH, engines: Sequence[str] = ENGINES) -> Tally:
    """One library and its questions."""
    rng, tally = Random(seed), Tally()
    files = world(rng, large=seed % LARGE == LARGE - 1)
    try:
        library, oracle = Library(book_of(files)), Oracle(files)
    except Exception:  # noqa: BLE001
        tally.failures.append({"kind": "load", "why": traceback.format_exc(), "world": files, "ask": None})
        return tally
    for _ in range(each):
        question = ask(rng, files)
        found = judged(library, oracle, question, engines)
        tally.counts["pairs"] += 1
        tally.counts[found.how] += 1
        tally.counts.update(f"{engine} refused" for engine in found.refused)
        if found.why:
            tally.failures.append({"kind": found.how, "why": found.why, "world": files, "ask": asdict(question)})
    return tally


# -- making a failure small


def fails(case: dict[str, Any], kind: str) -> str:
    """What is wrong, where it is still wrong in the same way; else nothing."""
    try:
        found = judged(Library(book_of(case["world"])), Oracle(case["world"]), asked(case["ask"]))
    except (PolicyError, KeyError, IndexError, ValueError, TypeError, AttributeError):
        return ""  # no longer a library, or a question
    return found.why if found.how == kind else ""


def smaller(failure: dict[str, Any]) -> dict[str, Any]:
    """The same failure with as little around it as greedy deletion finds."""
    if failure["ask"] is None:
        return failure
    until = time.monotonic() + PATIENCE
    case = {"world": failure["world"], "ask": failure["ask"]}
    again = True
    while again and time.monotonic() < until:
        again = False
        for path in sorted(_paths(case), key=len):
            shorter = _without(case, path)
            if shorter is not None and fails(shorter, failure["kind"]):
                case, again = shorter, True
            if time.monotonic() > until:
                break
    return {"kind": failure["kind"], "why": fails(case, failure["kind"]) or failure["why"], **case}


def asked(data: dict[str, Any]) -> Ask:
    """The question that was kept."""
    return Ask(**{**data, "issuers": tuple(data.get("issuers", ()))})


def _paths(data: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        if above:
            yield (*above, key)
        yield from _paths(value, (*above, key))


def _without(case: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any] | None:
    """The case without what stands at the path; None where nothing stands there any more."""
    copy = deepcopy(case)
    here: Any = copy
    try:
        for step in path[:-1]:
            here = here[step]
        del here[path[-1]]
    except (KeyError, IndexError, TypeError):
        return None
    return copy


# -- the command


def replay(path: Path) -> int:
    """Run one kept failure again; 1 while it fails."""
    data = json.loads(path.read_text(encoding="utf-8"))
    files = data["world"]
    if data["ask"] is None:
        Library(book_of(files))
        return 0
    found = judged(Library(book_of(files)), Oracle(files), asked(data["ask"]))
    print(f"{found.how}\n{found.why}")
    return 1 if found.why else 0


def main() -> int:
    """Run, print the figures, and every failure as a file."""
    parser = argparse.ArgumentParser(description="engine against engine, and against brute force")
    parser.add_argument("--pairs", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--engines", nargs="+", choices=ENGINES, default=ENGINES, help="all of them, if not given; the reference takes most of the time"
    )
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="a folder for the failures; without it they are only printed")
    parser.add_argument("--minutes", type=float, help="stop after so long, between two batches of libraries")
    parser.add_argument("--resume", type=Path, help="a file in which progress is kept: run again, it goes on where it stopped")
    parser.add_argument("--replay", type=Path, help="a failure to run again")
    options = parser.parse_args()
    if options.replay:
        return replay(options.replay)
    started = time.monotonic()
    seeds = range(options.seed, options.seed + -(-options.pairs // EACH))
    whole, done = resumed(options.resume, seeds)
    print(f"seeds {seeds.start} to {seeds.stop - 1}" + (f", from {seeds.start + done}" if done else ""), flush=True)
    until = started + options.minutes * 60 if options.minutes else None
    with ProcessPoolExecutor(options.jobs) as pool:
        while done < len(seeds) and (until is None or time.monotonic() < until):
            some = seeds[done : done + BATCH]
            for tally in pool.map(partial(of_seed, each=EACH, engines=options.engines), some, chunksize=4):
                whole.counts += tally.counts
                whole.failures += tally.failures
            done += len(some)
            if options.resume:
                kept = {"seeds": [seeds.start, seeds.stop], "done": done, "counts": whole.counts, "failures": whole.failures}
                options.resume.write_text(json.dumps(kept), encoding="utf-8")
    _report(whole, done, time.monotonic() - started, options.keep)
    if done < len(seeds):
        print(f"  out of time: the next seed is {seeds.start + done}")
    return 1 if whole.failures else 0


def resumed(path: Path | None, seeds: range) -> tuple[Tally, int]:
    """What an earlier run of the same seeds counted, and how many of them it did; nothing where there is none."""
    if path is None or not path.exists():
        return Tally(), 0
    kept = json.loads(path.read_text(encoding="utf-8"))
    if kept["seeds"] != [seeds.start, seeds.stop]:
        raise SystemExit(f"{path} is of the seeds {kept['seeds'][0]} to {kept['seeds'][1] - 1}: give the same, or another file")
    return Tally(Counter(kept["counts"]), kept["failures"]), kept["done"]


def _report(tally: Tally, libraries: int, seconds: float, keep: Path | None) -> None:
    counts = tally.counts
    agreed = counts["same"] + counts["brute-forced"]
    print(f"{counts['pairs']:,} pairs of {libraries:,} libraries in {seconds:,.0f} s")
    print(f"  {agreed:,} decided alike by every engine that answers and by the sets, {counts['brute-forced']:,} of them checked by brute force")
    alike = {k: n for k, n in counts.items() if k not in ("pairs", *RIGHT, *WRONG) and not k.endswith(" refused")}
    print(f"  refused alike: {', '.join(f'{n:,} {k}' for k, n in sorted(alike.items())) or 'none'}")
    too_large = {engine: counts[f"{engine} refused"] for engine in ENGINES}
    print(f"  too large: {', '.join(f'{n:,} for {engine}' for engine, n in too_large.items())}")
    print(f"  disagreements: {len(tally.failures)}")
    for number, failure in enumerate(tally.failures[:5]):
        small = smaller(failure)
        text = json.dumps(small, indent=1)
        print(f"--- {small['kind']}: {small['why']}\n{text}")
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"failure-{number}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

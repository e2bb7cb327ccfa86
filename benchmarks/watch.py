"""How fast a watch takes lines, how soon it tells, and how much memory it needs; and plain durable-rules on the same facts.

    python -m benchmarks watch [--facts 1000000] [--plain 100000]

The stream is a year of made-up reports, a line each in an order of chance, from every region of Russia against every region of
Ukraine, of which some thousands are of the region, the force and the days that the twenty open questions are about. `caveat watch` reads
it from a file, in a process of its own, with its journal on disk and every line validated; then reports come down
a pipe one by one, and the time is taken from writing a line to reading the changed verdict.

Plain durable-rules is given the derivations by hand as rules, one for each open question and each derivation, that a fact
meets by itself (`attack-within-window` and its like as certain, no `unless`), the questions written into them as
constants: the least that it could be asked to do. It keeps no journal, checks no line, and decides nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from itertools import product
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

from caveat import Library

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

QUESTIONS = 20
KINDS = ["attack", "attack", "attack", "launch", "build-up", "movement"]
SOURCE = {"publisher": "Example", "date": "unknown", "no_url": "made up"}
SECONDS = 120  # after which plain durable-rules is stopped


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks watch", description="Measure `caveat watch`.")
    parser.add_argument("--facts", type=int, default=1_000_000, help="lines of the stream")
    parser.add_argument("--plain", type=int, default=100_000, help="facts given to plain durable-rules")
    parser.add_argument("--measure-plain", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.measure_plain:
        print(json.dumps(_plain_here(options.measure_plain)))
        return 0
    with TemporaryDirectory() as folder:
        for size in sorted({options.facts // 10, options.facts}):
            print(_stream(Path(folder), size), flush=True)
    print(_latency(), flush=True)
    print(_plain_apart(options.plain))
    return 0


def questions() -> list[dict[str, Any]]:
    """The open questions: artillery in Belgorod region that threatens Kharkiv region, on days of a fortnight."""
    found = []
    for n in range(QUESTIONS):
        facts = {"supplier": "US", "weapon": "himars", "target.region": "RU-BEL", "target.kind": "artillery", "target.threatens": "UA-63"}
        found.append({"op": "scenario", "id": f"q{n}", "scenario": {"date": f"2024-06-{1 + n % 14:02}", **facts}})
    return found


def reports(size: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """So many reports."""
    random, terms = Random(seed), Library.load().book.vocabulary.value_sets
    sources = sorted(terms["regions"].terms["RU"].leaves)
    aims = sorted(terms["regions"].terms["UA"].leaves)
    forces = sorted(terms["target-kinds"].terms["military-objective"].leaves)
    for n in range(size):
        day = f"2024-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        yield {
            "op": "report", "id": f"r{n}", "kind": random.choice(KINDS), "from": random.choice(sources), "against": random.choice(aims),
            "force": random.choice(forces), "sure": "confirmed", "when": day, "reported": day, "source": SOURCE,
        }  # fmt: skip


def _stream(folder: Path, size: int) -> str:
    """One whole run over a file: its rate, its largest memory, and the size of its journal."""
    source, journal = folder / f"{size}.jsonl", folder / f"{size}.journal"
    with source.open("w", encoding="utf-8") as file:
        for line in (*questions(), {"op": "clock", "day": "2024-12-31"}):
            file.write(json.dumps(line) + "\n")
        for line in reports(size):
            file.write(json.dumps(line) + "\n")
    command = [*_COMMAND, str(source), "--journal", str(journal), "--clock", "2024-06-01", "--output", str(folder / f"{size}.out")]
    began = perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ)
    _, status, used = os.wait4(pid, 0)
    seconds = perf_counter() - began
    assert status == 0
    told = sum(1 for _ in (folder / f"{size}.out").open(encoding="utf-8"))
    disk = sum(p.stat().st_size for p in folder.glob(f"{size}.journal*")) / 2**20
    return f"caveat watch: {size:>9,} facts in {seconds:6.1f} s, {size / seconds:7,.0f} a second, {used.ru_maxrss / 1024:5.0f} MiB at most, {told} changes told, journal {disk:,.0f} MiB"


def _latency() -> str:
    """From writing a line that changes a verdict, or may, to reading what is told: on a pipe, with a journal."""
    with TemporaryDirectory() as folder:
        command = [*_COMMAND, "--journal", f"{folder}/journal", "--clock", "2024-12-31", "--format", "json"]
        running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        assert running.stdin is not None
        assert running.stdout is not None
        times = []
        for month, (region, threatened) in product(range(7, 13), (("RU-BEL", "UA-63"), ("RU-KRS", "UA-59"), ("RU-BRY", "UA-74"))):
            day, ident = f"2024-{month:02}-10", f"{region}-{month}"
            facts = {**questions()[0]["scenario"], "date": day, "target.region": region, "target.threatens": threatened}
            running.stdin.write(json.dumps({"op": "scenario", "id": ident, "scenario": facts}) + "\n")
            running.stdout.readline()
            line = next(reports(1)) | {"id": f"r-{ident}", "kind": "attack", "from": region, "against": threatened, "force": "artillery"}
            began = perf_counter()
            running.stdin.write(json.dumps(line | {"when": day, "reported": day}) + "\n")
            assert json.loads(running.stdout.readline())["cause"]["op"] == "report"
            times.append((perf_counter() - began) * 1e3)
        running.communicate()
    return f"caveat watch: from a report to the changed verdict {median(times):.0f} ms (median), {max(times):.0f} ms (longest of {len(times)}), on disk in between"


# -- plain durable-rules


def _plain_apart(size: int) -> str:
    """In a process of its own, so that its memory is its own."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.watch", "--measure-plain", str(size)], capture_output=True, text=True, check=False)
    if done.returncode:
        return f"durable-rules: failed ({(done.stderr.strip().splitlines() or ['no message'])[-1]})"
    m = json.loads(done.stdout.splitlines()[-1])
    lost = f", {m['refused']} refused as already observed (equal 32-bit hashes)" if m["refused"] else ", none refused"
    return f"durable-rules: {m['facts']:>9,} facts in {m['seconds']:6.1f} s, {m['facts'] / m['seconds']:7,.0f} a second, {m['mib']:5.0f} MiB at most, {m['matches']} matches{lost}"


def _plain_here(size: int) -> dict[str, Any]:
    if hasattr(sys, "setdlopenflags"):
        sys.setdlopenflags(os.RTLD_LAZY)
    from durable import engine

    class QuietHost(engine.Host):  # type: ignore[misc]
        def _run(self) -> None:
            """Start no timers."""

    host, matched, refused = QuietHost(), [0], 0
    host.register_rulesets({"watch": dict(_plain_rules(matched))})
    began, done = perf_counter(), 0
    for done, line in enumerate(reports(size), 1):  # noqa: B007  (counted)
        day = int(line["when"].replace("-", ""))
        fact = {"id": line["id"], "kind": line["kind"], "region": line["from"], "against": line["against"], "force": line["force"], "day": day}
        try:
            host.assert_fact("watch", fact)
        except engine.MessageNotHandledException:
            continue
        except engine.MessageObservedException:
            refused += 1
        if perf_counter() - began > SECONDS:
            break
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"facts": done, "seconds": perf_counter() - began, "mib": mib, "matches": matched[0], "refused": refused}


def _plain_rules(matched: list[int]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The derivations for each question, as durable-rules takes them."""

    def note(_: Any) -> None:
        matched[0] += 1

    for question in questions():
        day = int(question["scenario"]["date"].replace("-", ""))
        for name, kinds, days in (("attack", ("attack", "launch"), 1), ("build-up", ("build-up",), 7), ("left", ("movement",), 7)):
            tests = [
                {"$or": [{"kind": kind} for kind in kinds]} if len(kinds) > 1 else {"kind": kinds[0]},
                {"region": "RU-BEL"}, {"force": "artillery"}, {"$gte": {"day": day - days}}, {"$lte": {"day": day}},
            ]  # fmt: skip
            tests += [{"against": "UA-63"}] if name != "left" else []
            yield f"{question['id']}-{name}", {"all": [{"m": {"$and": tests}}], "run": note}


_COMMAND = [sys.executable, "-m", "caveat", "watch"]

if __name__ == "__main__":
    sys.exit(main())

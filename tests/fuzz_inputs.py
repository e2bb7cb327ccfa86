"""Input files of every kind, changed by chance: each ends in an answer or a designed error, within two seconds and one GiB.

    python -m tests.fuzz_inputs --inputs 100000 [--seed 0] [--jobs 2] [--state FILE]     goes on where FILE stops
    python -m tests.fuzz_inputs --seed 0 --only 4711                                     one input again, shown whole

What no input may end in: an exception, `out of memory`, a message of the language this is written in, control
characters in what is told, or no end. And what means nothing changes nothing: the order of keys, rules and files,
comments, quotation marks, block or flow, line ends; of such changes the digest and the answers are compared.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from multiprocessing.connection import Connection, wait
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from unittest import mock

HERE = Path(__file__).parent
if str(HERE) not in sys.path:  # as `python -m tests.fuzz_inputs`, which makes the tests a package that they are not
    sys.path.insert(0, str(HERE))

from incident_stream import stream  # noqa: E402
from input_changes import changed, renamed, spoiled, written  # noqa: E402
from strategies import Ask, ask, world  # noqa: E402
from typer.main import get_command  # noqa: E402

from caveat import Library, Scenario, cli  # noqa: E402
from caveat.load import strict_yaml  # noqa: E402
from caveat.load.folder import RawFile  # noqa: E402
from caveat.store.shelf import build  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = HERE.parent
BASE, PROVE = HERE / "bad" / "base", HERE / "prove"
SECONDS, BYTES = 2.0, 1 << 30  # of processor time, and beyond what was held before, for one input
STUCK = 60.0  # seconds without a sign of life after which a worker is ended
BLOCK = 100
WORLDS = 60
FLAGS = ["--supplier", "AA", "--weapon", "rocket", "--region", "BB-1", "--date", "2024-02-01"]
CONTENT = ("facts", "values", "terms")  # of the vocabulary: their order is content
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_LEAK = re.compile(r"Traceback|NoneType|object at 0x|pydantic|AssertionError|KeyError|out of memory|the question or the policies are nested")
Case = tuple[list[str], dict[str, bytes], bytes]  # what is typed, the files, and what stands on standard input


# -- what the changes begin from


@cache
def plain(path: Path) -> Any:
    """A sound YAML file as data."""
    node, problems = strict_yaml.read(path.read_bytes(), path.name)
    if node is None or problems:
        raise AssertionError(f"{path} is not sound")
    return node.plain()


@cache
def base() -> dict[str, Any]:
    """The small sound library, file by file."""
    return {str(path.relative_to(BASE)): plain(path) for path in sorted(BASE.rglob("*.yaml"))}


@cache
def made(number: int) -> tuple[dict[str, Any], list[Ask]]:
    """A library made up from a number, with questions about it."""
    rng = Random(number)
    files = world(rng)
    return files, [ask(rng, files) for _ in range(4)]


def some_library(rng: Random) -> tuple[dict[str, Any], list[str]]:
    """A sound library and what to ask of it."""
    if rng.random() < 0.4:
        return base(), FLAGS
    files, asks = made(rng.randrange(WORLDS))
    return files, asked_by_flags(rng.choice(asks))


def asked_by_flags(question: Ask) -> list[str]:
    """A question as it is typed."""
    facts = [f"{name}={','.join(v) if isinstance(v, list) else v}" for name, v in question.facts.items() if name != "date"]
    return [
        *(part for fact in facts for part in ("--fact", fact)),
        *(["--date", question.facts["date"]] if "date" in question.facts else []),
        *("--known-by", question.known_by),
        *([] if question.assumptions else ["--no-assumptions"]),
    ]


@cache
def below(pattern: str) -> list[Any]:
    """The shipped files of a pattern as data."""
    return [plain(path) for path in sorted(ROOT.glob(pattern))]


@cache
def record() -> list[bytes]:
    """The lines of a record of a few decisions by the small library."""
    library = Library(build(raw(base()))[0])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.jsonl"
        for region in ("AA-1", "BB-1", "BB-2"):
            said = {"weapon": "rocket", "supplier": "AA", "target.region": region, "date": "2024-02-01"}
            library.record(path, [library.decide(Scenario(said), known_by="2024-06-01")])
        return path.read_bytes().splitlines(keepends=True)


def raw(files: dict[str, Any]) -> list[RawFile]:
    """The files as bytes."""
    return [RawFile(name, json.dumps(data, default=str).encode()) for name, data in files.items()]


# -- the kinds of input


def changed_some(rng: Random, data: Any, others: list[Any]) -> bytes:
    """A document after a few changes: half of them mild, the others within the grammar or of the bare text."""
    mild = rng.random() < 0.5
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        data = changed(rng, data, others, mild=mild)
    text = written(rng, data)
    for _ in range(0 if mild else rng.choice([0, 0, 1, 2])):
        text = spoiled(rng, text)
    return text


def policies(rng: Random, part: str = "policy") -> Case:
    """A library with one file changed, and a verb."""
    files, flags = some_library(rng)
    chosen = rng.choice([name for name in files if name.startswith("vocabulary/") == (part == "vocabulary")])
    found = {name: json.dumps(data, default=str).encode() for name, data in files.items()}
    found[chosen] = changed_some(rng, files[chosen], list(files.values()))
    verb = rng.choice([["decide", *flags], ["decide", *flags], ["explain", *flags], ["lint"], ["sources"], ["timeline", *flags], ["vocabulary"]])
    if verb[0] == "timeline" and "--no-assumptions" in verb:
        verb.remove("--no-assumptions")
    return [*verb, "--policies", "{}/p"], {f"p/{name}": data for name, data in found.items()}, b""


def vocabulary(rng: Random) -> Case:
    """The same with a file of the vocabulary."""
    return policies(rng, "vocabulary")


def scenario(rng: Random) -> Case:
    """A question of the examples, with reports or without, to the shipped library."""
    data = changed_some(rng, rng.choice(below("examples/*.yaml")), below("examples/*.yaml"))
    if rng.random() < 0.3:
        data = rng.choice([lambda: b"[" + data + b"]", lambda: b"- " + data.replace(b"\n", b"\n  "), lambda: data + data])()
    verb = rng.choice(["decide", "decide", "explain"])
    return [verb, "-", "--format", rng.choice(["text", "json", "markdown"]), "--engine", "compiled"][: 4 if verb == "explain" else 6], {}, data


def json_scenario(rng: Random) -> Case:
    """A question as JSON, or as lines of JSON."""
    lines = [
        json.dumps(changed(rng, rng.choice(below("examples/*.yaml")), below("examples/*.yaml")), default=str).encode()
        for _ in range(rng.choice([1, 1, 3]))
    ]
    text = b"\n".join(lines)
    return ["decide", "-", "--brief"], {}, spoiled(rng, text) if rng.random() < 0.5 else text


def cases(rng: Random) -> Case:
    """A case file beside the shipped policies' own vocabulary."""
    whole = rng.choice(below("policies/*/*.cases.yaml"))
    few = {"cases": dict(rng.sample(sorted(whole["cases"].items()), min(3, len(whole["cases"]))))}
    return ["test", "--policies", "{}/shipped", "--coverage"], {"shipped/x.cases.yaml": changed_some(rng, few, below("policies/*/*.cases.yaml"))}, b""


def claims(rng: Random) -> Case:
    """A claims file about the small library of the proofs."""
    whole = plain(PROVE / "world.claims.yaml")
    few = {"claims": dict(rng.sample(sorted(whole["claims"].items()), 2))}
    found = {f"p/{name}": json.dumps(data, default=str).encode() for name, data in base().items() if name.startswith("vocabulary/")}
    found |= {f"p/{path.name}": path.read_bytes() for path in PROVE.glob("*land.yaml")}
    return ["prove", "{}/x.claims.yaml", "--policies", "{}/p"], {**found, "x.claims.yaml": changed_some(rng, few, [whole])}, b""


def lines_changed(rng: Random, lines: list[bytes]) -> bytes:
    """Lines of JSON, a few of them changed, lost, told twice, or out of order."""
    known = [json.loads(line) for line in rng.sample(lines, min(3, len(lines))) if line.strip().startswith(b"{") and line.strip().endswith(b"}")]
    for _ in range(rng.choice([1, 2, 3])):
        at = rng.randrange(len(lines))
        try:
            data = json.dumps(changed(rng, json.loads(lines[at]), known or [{}]), default=str).encode()
        except ValueError:
            data = lines[at]
        lines = [
            *lines[:at],
            rng.choice([data, data, data, spoiled(rng, data), data + b"\n" + data]).rstrip(b"\n"),
            *lines[at + rng.choice([0, 1, 1]) :],
        ]
    return b"\n".join(line.rstrip(b"\n") for line in lines) + rng.choice([b"\n", b""])


def watched(rng: Random) -> Case:
    """A stream of reports to a watch of the shipped library."""
    lines = [line for line in stream(rng.randrange(30), 10) if line.startswith(b"{") and line.endswith(b"}")]
    return ["watch", "{}/s.jsonl", "--clock", "2024-06-05", "--format", rng.choice(["text", "json"])], {"s.jsonl": lines_changed(rng, lines)}, b""


def replayed(rng: Random) -> Case:
    """A record to be replayed."""
    return ["replay", "{}/r.jsonl", "--policies", "{}/p"], {
        "r.jsonl": lines_changed(rng, record()),
        **{f"p/{name}": json.dumps(data, default=str).encode() for name, data in base().items()},
    }, b""  # fmt: skip


KINDS: dict[str, tuple[int, Callable[[Random], Case]]] = {
    "policies": (26, policies), "vocabulary": (22, vocabulary), "scenarios": (14, scenario), "JSON scenarios": (6, json_scenario), "cases": (8, cases),
    "claims": (6, claims), "streams": (6, watched), "records": (6, replayed),
}  # fmt: skip
SAME = 6  # the weight of changes that mean nothing


# -- one input


@dataclass
class Ended:
    """How an input ended: a word for the count, and what is wrong, if anything is."""

    how: str
    wrong: str = ""


class _SlowError(BaseException):
    """The time of an input is over."""


def _too_slow(*_: object) -> None:
    raise _SlowError


def run_one(seed: int, index: int, folder: Path) -> Ended:
    """Make the input with this number, and see how it ends."""
    one = _tried(seed, index, folder)
    return _tried(seed, index, folder) if one.how.endswith(": slow") else one  # once more: the machine may have been at something else


def _tried(seed: int, index: int, folder: Path) -> Ended:
    rng = Random(f"{seed}:{index}")
    names = [*KINDS, "same"]
    kind = rng.choices(names, [weight for weight, _ in KINDS.values()] + [SAME])[0]
    signal.signal(signal.SIGPROF, _too_slow)
    try:
        case = None if kind == "same" else KINDS[kind][1](rng)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        how = same(rng) if case is None else ended(case, folder)
    except _SlowError:
        how = Ended("slow", f"more than {SECONDS:g} s")
    except Exception:  # noqa: BLE001  (what no input may end in)
        how = Ended("crash", traceback.format_exc(limit=-6))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return Ended(f"{kind}: {how.how}", how.wrong)


def ended(case: Case, folder: Path) -> Ended:
    """How the command line ends on an input."""
    args, files, typed = case
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    try:
        code, out, err = command([arg.replace("{}", str(folder)) for arg in args], typed)
    finally:
        for name in {name.partition("/")[0] for name in files if not name.startswith("shipped/")}:
            shutil.rmtree(folder / name, ignore_errors=True)
            (folder / name).unlink(missing_ok=True)
        (folder / "shipped" / "x.cases.yaml").unlink(missing_ok=True)
    return judged(args[0], code, out, err)


def judged(verb: str, code: int, out: str, err: str) -> Ended:
    """Whether what came is an answer or a designed error."""
    if leak := _LEAK.search(out + err):
        return Ended("leak", f"`{leak[0]}` in what is told")
    if control := _CONTROL.search((out + err).replace("\r\n", "\n")):
        return Ended(
            "control character", f"U+{ord(control[0]):04X} in what is told: {(out + err)[max(0, control.start() - 60) : control.start() + 20]!r}"
        )
    if code == 0:
        return Ended("answered")
    if code == 1 and verb in ("test", "prove") and out:
        return Ended("answered")
    told = ("error", "no-cases", "problem")
    if code in (1, 2, 3) and any(word in (err + out)[:400_000] for word in told):
        return Ended({1: "refused", 2: "wrong scenario", 3: "wrong policies"}[code])
    return Ended("odd", f"exit code {code} with {(err or out)[:200]!r}")


def command(args: list[str], typed: bytes) -> tuple[int, str, str]:
    """The command line in this process: its exit code, and what it wrote."""
    code: object = 0
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:  # files, since a watch waits on them
        streams = [io.TextIOWrapper(file, encoding="utf-8", write_through=True) for file in (out, err)]
        typed_in = io.TextIOWrapper(io.BytesIO(typed))
        with mock.patch.multiple(sys, argv=["caveat", *args], stdin=typed_in, stdout=streams[0], stderr=streams[1]):
            try:
                cli.run()
            except SystemExit as end:
                code = end.code
        found = [_whole(stream) for stream in streams]
    return code if isinstance(code, int) else 0, found[0], found[1]


def _whole(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.buffer.read().decode("utf-8", "replace")


def same(rng: Random) -> Ended:
    """A sound library, and a question to it, written down otherwise: the digest and the answer are as before."""
    files, asks = made(rng.randrange(WORLDS))
    question = rng.choice(asks)
    other = [
        RawFile(name, written(rng, data, ordered=CONTENT if name.startswith("vocabulary/") else ())) for name, data in renamed(rng, files).items()
    ]
    found = [Library(build(texts)[0]) for texts in (raw(files), other)]
    if found[0].digest != found[1].digest:
        return Ended("differs", "another digest")
    if rng.random() < 0.5:
        text = written(rng, question.facts)
        answers = [told(found[0], question, question.facts), told(found[0], question, read_back(text))]
    else:
        answers = [told(library, question, question.facts) for library in found]
    return Ended("same") if answers[0] == answers[1] else Ended("differs", f"{answers[0][:300]} | {answers[1][:300]}")


def read_back(text: bytes) -> dict[str, Any]:
    """The facts of a scenario as a file holds them."""
    from caveat.load.scenarios import read_scenarios

    ((_, facts, _),) = read_scenarios(text, "x.yaml")
    return facts


def told(library: Library, question: Ask, facts: dict[str, Any]) -> str:
    """The answer as JSON, or the codes of what is wrong, in whatever order it was written."""
    from caveat import ScenarioError, TooLargeError
    from caveat.decide.to_json import decision_data
    from caveat.report.canonical_json import to_json

    try:
        return to_json(decision_data(library.book, library.decide(Scenario(facts), **question.options())))
    except ScenarioError as error:
        return " ".join(sorted(d.code for d in error.diagnostics))
    except TooLargeError:
        return "too-large"


# -- many inputs


@cache
def _shipped() -> Library:
    return Library.load(ROOT / "policies")


def _load_kept(load: Callable[..., Library]) -> Callable[..., Library]:
    """Load as ever, but the shipped library once; a folder called `shipped` stands for it."""

    def kept(path: Any = None, **how: Any) -> Library:
        places = [path] if isinstance(path, str | Path) else list(path or ())
        return _shipped() if all(Path(str(place)).name == "shipped" for place in places) else load(path, **how)

    return kept


def prepared(folder: Path) -> None:
    """Load what is needed once, before workers are forked; no worker touches the cache."""
    os.environ.update(CAVEAT_CACHE="off", COLUMNS="80")
    _shipped().explain(below("examples/founding-case.yaml")[0])
    record()
    below("examples/*.yaml"), below("policies/*/*.cases.yaml")
    cli.app = get_command(cli.app)  # type: ignore[assignment, arg-type]  (made once, not for each input)
    Library.load = _load_kept(Library.load)  # type: ignore[method-assign, assignment]
    (folder / "shipped").mkdir(exist_ok=True)


def bounded() -> None:
    """Hold this process to a GiB more than it has."""
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() if Path("/proc/self/statm").exists() else 1 << 30
    resource.setrlimit(resource.RLIMIT_AS, (held + BYTES, held + BYTES))


def received(jobs: Connection, parent: int) -> tuple[int, int] | None:
    """The next block; None where there is none, or nobody is left to hand one out."""
    while not jobs.poll(5):
        if os.getppid() != parent:
            return None
    return jobs.recv()  # type: ignore[no-any-return]


def work(seed: int, jobs: Connection, at: Any) -> None:
    """Take blocks of numbers, and tell how each block ended; in a process of its own."""
    bounded()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = os.getppid()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
        (Path(name) / "shipped").mkdir()
        while (block := received(jobs, parent)) is not None:
            counts: Counter[str] = Counter()
            wrong = []
            for index in range(*block):
                at.value = index
                one = run_one(seed, index, Path(name))
                counts[one.how] += 1
                if one.wrong:
                    wrong.append([index, one.how, one.wrong])
            jobs.send((block, counts, wrong))


@dataclass
class Worker:
    """A process and what it is at."""

    process: multiprocessing.Process
    jobs: Connection
    at: Any
    block: tuple[int, int]
    seen: tuple[int, float] = (-1, 0.0)


@dataclass
class Run:
    """All inputs of one seed: what is still to do, and what came so far, kept in a file."""

    seed: int
    todo: list[tuple[int, int]]
    state: Path | None = None
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[list[Any]] = field(default_factory=list)

    def note(self, block: tuple[int, int], counts: dict[str, int], wrong: list[list[Any]]) -> None:
        """Count a block, and write it down."""
        self.counts.update(counts)
        self.wrong += wrong
        for index, how, why in wrong:
            print(f"WRONG {how}: {why.strip().splitlines()[-1][:200]}\n  python -m tests.fuzz_inputs --seed {self.seed} --only {index}", flush=True)
        if self.state:
            with self.state.open("a") as file:
                file.write(json.dumps({"seed": self.seed, "block": block, "counts": counts, "wrong": wrong}) + "\n")

    def workers(self, jobs: int) -> None:
        """Do all that is to do with so many processes; one that dies or is stuck is replaced."""
        running = [self._started(self.todo.pop(0)) for _ in range(min(jobs, len(self.todo)))]
        while running:
            ready = wait([w.jobs for w in running], timeout=5)
            for worker in list(running):
                if worker.jobs in ready or self._is_stuck(worker):
                    running.remove(worker)
                    running += self._next(worker)

    def _started(self, block: tuple[int, int]) -> Worker:
        ours, theirs = multiprocessing.Pipe()
        at = multiprocessing.Value("q", block[0])
        process = multiprocessing.get_context("fork").Process(target=work, args=(self.seed, theirs, at), daemon=True)
        process.start()
        theirs.close()
        ours.send(block)
        return Worker(process, ours, at, block, (block[0], time.monotonic()))

    @staticmethod
    def _is_stuck(worker: Worker) -> bool:
        if worker.at.value != worker.seen[0]:
            worker.seen = (worker.at.value, time.monotonic())
        if time.monotonic() - worker.seen[1] > STUCK:
            worker.process.kill()
            return True
        return False

    def _next(self, worker: Worker) -> list[Worker]:
        """What becomes of a worker that is done with its block, or is no more."""
        try:
            self.note(*worker.jobs.recv())
        except (EOFError, OSError):
            index, (first, end) = worker.at.value, worker.block
            worker.process.join()
            self.note((index, index + 1), {"died": 1}, [[index, "died", f"the process ended with {worker.process.exitcode}, or was stuck"]])
            self.todo += [part for part in ((first, index), (index + 1, end)) if part[0] < part[1]]
            return [self._started(self.todo.pop(0))] if self.todo else []
        if not self.todo:
            worker.jobs.send(None)
            return []
        worker.block = self.todo.pop(0)
        worker.jobs.send(worker.block)
        return [worker]


def resumed(seed: int, inputs: int, state: Path | None) -> Run:
    """The run of a seed, without what a state file says was done."""
    run = Run(seed, [], state)
    done: set[int] = set()
    for line in state.read_text().splitlines() if state and state.exists() else ():
        data = json.loads(line)
        if data["seed"] == seed:
            done.update(range(*data["block"]))
            run.counts.update(data["counts"])
            run.wrong += data["wrong"]
    run.todo = list(_blocks(inputs, done))
    return run


def _blocks(inputs: int, done: set[int]) -> Iterator[tuple[int, int]]:
    first = 0
    while first < inputs:
        if first in done:
            first += 1
            continue
        end = first
        while end < inputs and end - first < BLOCK and end not in done:
            end += 1
        yield first, end
        first = end


def show(seed: int, index: int) -> int:
    """One input again: its files, what was typed, and what came."""
    rng = Random(f"{seed}:{index}")
    kind = rng.choices([*KINDS, "same"], [weight for weight, _ in KINDS.values()] + [SAME])[0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepared(folder)
        if kind != "same":
            args, files, typed = KINDS[kind][1](rng)
            for file, data in [*files.items(), ("standard input", typed)]:
                print(f"-- {file}\n{data.decode('utf-8', 'backslashreplace')[:20_000]}")
            print("-- caveat", *args)
        one = run_one(seed, index, folder)
    print(f"-- {one.how}\n{one.wrong}")
    return 1 if one.wrong else 0


def main() -> int:
    """Run, and say what came."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=None, help="by default another one each day")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--state", type=Path, help="what was done stands here, and is not done again")
    parser.add_argument("--only", type=int, help="one input, shown whole")
    args = parser.parse_args()
    seed = int(time.time() // 86_400) if args.seed is None else args.seed
    if args.only is not None:
        return show(seed, args.only)
    print(f"seed {seed}", flush=True)
    begin = time.monotonic()
    run = resumed(seed, args.inputs, args.state)
    with tempfile.TemporaryDirectory() as name:
        prepared(Path(name))
        run.workers(args.jobs)
    report(run, time.monotonic() - begin)
    return 1 if run.wrong else 0


def report(run: Run, seconds: float) -> None:
    """How many inputs of each kind ended how."""
    for how, count in sorted(run.counts.items()):
        print(f"{count:8,}  {how}")
    print(f"{run.counts.total():8,}  inputs of seed {run.seed}, {len(run.wrong)} of them ended wrong; {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())

"""A trial as the JUnit XML that build servers show. It alone holds how long a check took."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from caveat.cases.run import State
from caveat.cases.story import BAD, by_file
from caveat.core.errors import printable
from caveat.report.wording import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from caveat.cases.run import Result, Trial


def trial_junit(trial: Trial, command: Callable[[Result], Sequence[str]]) -> str:
    """The trial as JUnit XML: a suite for each file, a test case for each check."""
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    root = Element("testsuites", _totals("caveat", trial.results))
    for name, own in by_file(trial.results).items():
        suite = SubElement(root, "testsuite", _totals(name, own))
        for result in own:
            check = result.check
            case = SubElement(suite, "testcase", {"classname": printable(name), "name": printable(check.name), "file": printable(name), "line": str(check.line), "time": f"{result.seconds:.3f}"})  # fmt: skip
            if result.state is State.SKIPPED:
                SubElement(case, "skipped", message=printable(check.skip or ""))
            elif result.state in BAD:
                kind = "failure" if result.state is State.FAILED else "error"
                node = SubElement(case, kind, message=printable("; ".join(result.problems)), type=result.got or "error")
                node.text = printable(f"decided by {listed(result.rules) or 'no rule'}") + "\n" + " ".join(command(result))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _totals(name: str, results: Sequence[Result]) -> dict[str, str]:
    counts = Counter(r.state for r in results)
    numbers = {"tests": len(results), "failures": counts[State.FAILED], "errors": counts[State.ERROR], "skipped": counts[State.SKIPPED]}
    return {"name": printable(name), **{key: str(n) for key, n in numbers.items()}, "time": f"{sum(r.seconds for r in results):.3f}"}

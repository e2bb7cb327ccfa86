"""A told line as one line of text, or as one line of `caveat/watch/1` JSON; and a line that was set aside."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from caveat.core.errors import printable
from caveat.core.outcome import Verdict
from caveat.report.canonical_json import to_json
from caveat.report.policies import TITLE, policies_words
from caveat.report.wording import VERDICTS, listed

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.watch.data import AsideData, RejectData, ToldData, WatchData

FEW = 6  # reports named in a line of text
_NUMBER = re.compile(r"#(\d{1,18}) ")
_CAUSES = {
    "scenario": "line {line}", "report": "report {id}, line {line}", "clock": "the clock moved to {id}, line {line}",
    "library": "another library", "close": "line {line}",
}  # fmt: skip


def told_json(data: ToldData, again: bool) -> str:
    """The line as JSON; `again` where it may have been told before."""
    line: ToldData | WatchData = data
    if again:
        line = {**data, "again": True}
    return to_json(line, indent=None)


def number_in_json(line: str) -> int | None:
    """The number of a line of JSON; None where it is none of ours."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None
    found = data.get("seq") if isinstance(data, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def number_in_text(line: str) -> int | None:
    """The number of a line of text; None where it is none of ours."""
    found = _NUMBER.match(line)
    return int(found[1]) if found else None


def told_text(book: Book, data: ToldData, again: bool) -> str:
    """The line as text: number, scenario, verdict, what it was, why; `again` where it may have been told before."""
    mark = "(again) " if again else ""
    why = _CAUSES[data["cause"]["op"]].format(**data["cause"])
    if data["closed"]:
        what = "closed"
    elif data["verdict"] is None:
        what = f"CANNOT BE DECIDED: {data['problem']}"
    else:
        before = f", was {VERDICTS[Verdict(data['before'])]}" if data["before"] else ""
        what = f"{VERDICTS[Verdict(data['verdict'])]}{before}"
    reasons = "; ".join([*_reasons(book, data), *_policies(book)])
    return printable(f"#{data['seq']} {mark}{data['scenario']}: {what} ({why})" + (f". {reasons}" if reasons else "")) + "\n"


def _reasons(book: Book, data: ToldData) -> list[str]:
    """Who decided by which rules, what reports gave, and what is missing."""
    found = []
    for c in data.get("consents", ()):
        if c["issuer"] in data["binding"] and c["rules"]:
            name = book.issuers[c["issuer"]].name if c["issuer"] in book.issuers else c["issuer"]
            found.append(f"{name} by {listed([r.partition('/')[2] for r in c['rules']])}")
    for d in data.get("derived", ()):
        sure = "" if d["certain"] else "arguably "
        by = f" ({_some(d['by'])})" if d["by"] else ""
        aside = f", set aside since {d['set_aside']}{by}" if d["set_aside"] else ""
        found.append(f"{d['fact']} {sure}{listed(d['values'], 'or')}, because of {_some(d['reports'])}, by {d['derivation']}{aside}")
    if data.get("missing"):
        found.append(f"it depends on {listed([' and '.join(m) for m in data['missing']], 'or on')}")
    return found


def _policies(book: Book) -> list[str]:
    words = policies_words(book)
    return [f"{TITLE}: {words}"] if words else []


def _some(names: list[str]) -> str:
    return listed(names if len(names) <= FEW else [*names[:FEW], f"{len(names) - FEW} more"])


def reject_json(data: AsideData) -> str:
    """A line that was set aside, as JSON."""
    line: RejectData = {"schema": "caveat/watch-reject/1", **data}
    return to_json(line, indent=None)

"""What became of verdicts, in words: what each class of change is called, and the sentence a report begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.diff.difference import Cause, Change
from caveat.report.kinds import Kind
from caveat.report.wording import listed, named

if TYPE_CHECKING:
    from caveat.diff.difference import Difference, Region
    from caveat.diff.side_words import Sides

WORDS = {
    Change.LOOSENED: "loosened",
    Change.TIGHTENED: "tightened",
    Change.CLARIFIED: "clarified",
    Change.OBSCURED: "obscured",
    Change.NOW_SILENT: "now silent",
}
LEGEND = {
    Change.LOOSENED: "permitted (or not objected to) where it was prohibited",
    Change.TIGHTENED: "prohibited where it was permitted (or not objected to)",
    Change.CLARIFIED: "settled where it was unclear",
    Change.OBSCURED: "unclear where it was settled",
    Change.NOW_SILENT: "nothing is said any more where something was",
}
CAUSES = {
    Cause.WORLD: "The policy changed between the two days; what was known of it played no part.",
    Cause.LEARNED: "The policy had been so already; it only became known between the two days.",
    Cause.BOTH: "The policy changed, and more became known; neither alone made the difference.",
}
_NOW = {
    "permitted": "permits",
    "prohibited": "prohibits",
    "unclear": "leaves unclear",
    "no-objection": "does not object to",
    "no-say": "has no say in",
}
_THEN = {
    "permitted": "what it permitted",
    "prohibited": "what it prohibited",
    "unclear": "what was unclear",
    "no-objection": "what it did not object to",
    "no-say": "what it had no say in",
}
CASE_FILES = "Case files with incident reports may come out otherwise"


def verdict_words(d: Difference, sides: Sides, region: Region) -> str:
    """`On 31 May 2024 the United States permits what it prohibited on 29 May 2024`; the day asked about also where it is the same."""
    silent = region.change is Change.NOW_SILENT
    day = f"{sides.common_day}, " if sides.common_day else ""
    comma = "," if day else ""
    if not d.asked:
        now = "is for nobody to settle" if silent else f"is {_plain(region.after)}"
        return _sentence(f"what was {_plain(region.before)} {day}{sides.at_before}{comma} {now} {sides.at_after}")
    now, then = "is silent on" if silent else _NOW[region.after], _THEN[region.before]
    issuer, other = d.after.issuer or region.issuers[0], d.before.issuer
    if other is not None and other != issuer:
        then = f"what {named(d.before.book, other)} {_NOW[region.before]}"
    return _sentence(f"{day}{sides.at_after}{comma} {named(d.after.book, issuer)} {now} {then} {sides.at_before}")


def records_only(d: Difference) -> str:
    """The sentence on a difference without a changed verdict: what differs, and what cannot come of it."""
    words = [line for line in d.vocabulary if line not in derivations(d)]
    kinds = [
        (d.rules, "rules"),
        (d.statements, "statements"),
        (words, "vocabulary"),
        (derivations(d), "derivations"),
        (d.not_compared, "what can be asked"),
    ]
    differing = [word for edits, word in kinds if edits]
    differ = "differ" if len(differing) > 1 or differing[0].endswith("s") else "differs"
    subject = f"{capital(listed(differing))} {differ}"
    if derivations(d):
        return f"{subject}, but no verdict on given facts does. {CASE_FILES}."
    return f"{subject}, but no verdict does: every use is judged as before."


def derivations(d: Difference) -> list[str]:
    """The lines on what follows from the reports of a case file: no scenario shows what they change."""
    return [line for line in d.vocabulary if " derivation `" in line]


def kinds_of(region: Region) -> tuple[Kind, Kind]:
    """The verdicts before and after, as they are drawn."""
    before = Kind.NOT_ASKED if region.before == "no-say" else Kind(region.before)
    after = Kind.SILENT if region.change is Change.NOW_SILENT else Kind.NOT_ASKED if region.after == "no-say" else Kind(region.after)
    return before, after


def _plain(verdict: str) -> str:
    return {"no-objection": "not objected to", "no-say": "for nobody to say"}.get(verdict, verdict)


def _sentence(text: str) -> str:
    return capital(" ".join(text.split()))


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]

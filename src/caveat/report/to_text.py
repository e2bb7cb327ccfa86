"""The terminal's form: verdict first, then who decided it and why, what is assumed and missing, then the sources."""

from __future__ import annotations

import textwrap
from datetime import date
from typing import TYPE_CHECKING

from caveat.core.errors import printable
from caveat.core.outcome import Verdict
from caveat.core.question import DATE
from caveat.report.derived import derived_lines
from caveat.report.policies_words import TITLE, policies_words
from caveat.report.values import set_words
from caveat.report.wording import (
    HEADLINES,
    OUTCOMES,
    VERDICTS,
    assumed,
    because,
    evidence,
    is_later,
    listed,
    questions,
    reading_of,
    rule_name,
    said_names,
    source_line,
    told,
    why_open,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from caveat.core.decision import Consent, Decision
    from caveat.core.ir import Book
    from caveat.explain import Branch, Explanation, NearMiss

COLOURS = {
    Verdict.PERMITTED: "1;34",  # blue and orange-ish red stay apart for the colour-blind
    Verdict.PROHIBITED: "1;31",
    Verdict.UNCLEAR: "1;33",
    Verdict.NEEDS_FACTS: "1;36",
    Verdict.NO_OBJECTION: "2",
}
MAX_SOURCES = 3
MAX_NEAR_MISSES = 6
FEW = 3  # consents that depend on open facts and are still shown in full


class Page:
    """Lines of text, wrapped to a width, coloured where the terminal can show it."""

    def __init__(self, width: int = 80, *, colour: bool = False) -> None:
        """Begin an empty page."""
        self.width, self.colour = max(width, 40), colour
        self.lines: list[str] = []

    def styled(self, text: str, code: str) -> str:
        """The text in a style, or as it is on a page without colour."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code else text

    def add(self, text: str, indent: str = "", hang: str | None = None, style: str = "") -> None:
        """A paragraph, wrapped; `hang` indents its later lines."""
        later = indent if hang is None else hang
        for line in textwrap.wrap(
            printable(text), self.width, initial_indent=indent, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
        ) or [""]:
            body = line.lstrip(" ")
            self.lines.append(line[: len(line) - len(body)] + self.styled(body, style))

    def gap(self) -> None:
        """One empty line."""
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def head(self, text: str) -> None:
        """A heading."""
        self.gap()
        self.add(text, style="1")

    def __str__(self) -> str:
        """The page, ending in a newline."""
        return "\n".join(self.lines).rstrip() + "\n"


def to_text(book: Book, decision: Decision, *, width: int = 80, colour: bool = False, brief: bool = False) -> str:
    """The decision as a reader who is busy wants it; `brief` leaves out the sources."""
    page = Page(width, colour=colour)
    verdict_lines(page, book, decision)
    full, brief_ones = in_order(decision)
    for consent in full:
        consent_lines(page, book, decision, consent)
    if brief_ones:
        page.gap()
        names = [f"{book.issuers[c.issuer].name} ({VERDICTS[c.verdict].lower()})" for c in brief_ones]
        page.add(f"Also asked, in some of the cases left open: {listed(names)}.", style="2")
    quiet = [book.issuers[c.issuer].name for c in decision.consents if c.verdict == Verdict.NO_OBJECTION]
    if quiet:
        page.gap()
        page.add(f"No objection from treaties: {listed(quiet)}.", style="2")
    derived_lines(page, book, decision)
    missing_lines(page, book, decision)
    assumption_lines(page, book, decision)
    if not brief:
        source_lines(page, book, [s for c in full for s in c.statements], decision.known_by)
    return str(page)


def in_order(decision: Decision) -> tuple[list[Consent], list[Consent]]:
    """Consents to show in full, those that bind first, and those that only matter in some cases left open, where many."""
    parties = [c for c in decision.consents if c.verdict != Verdict.NO_OBJECTION]
    parties.sort(key=lambda c: (c.issuer not in decision.binding, c.has_say == "depends", c.issuer))
    depending = [c for c in parties if c.has_say == "depends"]
    if len(depending) <= FEW:
        return parties, []
    return [c for c in parties if c.has_say != "depends"], depending


def verdict_lines(page: Page, book: Book, decision: Decision) -> None:
    """The verdict, what was asked, and on which day as known on which."""
    page.add(f"{VERDICTS[decision.verdict]}: {headline(book, decision)}", style=COLOURS[decision.verdict])
    page.add(use_in_words(book, decision), indent="  ")
    day = f"On {decision.as_of}" if decision.as_of else "On a day that was not given"
    page.add(f"{day}, as publicly known by {decision.known_by}.", indent="  ")
    for note in told(decision):
        page.add(f"Note: {note}", indent="  ", style="33")
    late = late_sources(book, decision)
    if late:
        page.add(f"Last known: our sources end earlier ({listed(late)}).", indent="  ", style="33")
    if words := policies_words(book):
        page.add(f"{TITLE}: {words}.", indent="  ", style="33")


def late_sources(book: Book, decision: Decision) -> list[str]:
    """The issuers shown in full whose sources end before the day asked about, each with where they end."""
    full, _ = in_order(decision)
    return [f"{book.issuers[c.issuer].name} {book.issuers[c.issuer].covered_until}" for c in full if c.last_known]


def headline(book: Book, decision: Decision) -> str:
    """The verdict in one clause, naming whoever decided it."""
    names = [book.issuers[i].name for i in decision.binding]
    few = listed(names) if len(names) < 4 else f"{listed(names[:3], '')} and {len(names) - 3} more"  # noqa: PLR2004
    if decision.verdict == Verdict.PERMITTED and names:
        return f"by {few}, as far as was publicly known"
    if decision.verdict == Verdict.PROHIBITED and names:
        return f"by {few}, as far as was publicly known"
    if decision.verdict == Verdict.UNCLEAR and decision.asked_only and all(c.verdict == Verdict.NO_OBJECTION for c in decision.consents):
        return f"{listed([book.issuers[i].name for i in decision.asked_only])} does not object, and a treaty never permits"
    if decision.verdict == Verdict.UNCLEAR:
        return f"the public record of {few} does not settle it" if names else "no donor with a policy on file has a say in this use"
    if decision.verdict == Verdict.NEEDS_FACTS:
        return f"{HEADLINES[decision.verdict]} (possible: {listed([v.value for v in decision.possible], 'or')})"
    return HEADLINES[decision.verdict]


def use_in_words(book: Book, decision: Decision) -> str:
    """The scenario as one line of names."""
    facts = [f for f in decision.scenario if f != "date"]
    return "; ".join(f"{f} {said_names(book, decision, f)}" for f in facts) or "nothing was said about the use"


def consent_lines(page: Page, book: Book, decision: Decision, c: Consent) -> None:
    """One issuer: its verdict, why it is asked, the rules in words, what they set aside, what is arguable."""
    page.gap()
    say = {"certain": "", "arguable": " (whether it has a say is arguable)", "depends": " (in some of the cases left open)"}[c.has_say]
    page.add(
        f"{book.issuers[c.issuer].name} ({c.issuer}): {VERDICTS[c.verdict].lower()}, as {because(book, decision, c)}{say}",
        hang="  ",
        style=COLOURS[c.verdict],
    )
    for rule in sorted(c.rules, key=lambda r: r in c.arguable_rules):
        under = "under one reading: " if rule in c.arguable_rules else ""
        page.add(f"- {under}{rule_name(book, rule)} [{rule}]", indent="  ", hang="    ")
    aside: dict[str, list[str]] = {}
    for rule, by in c.set_aside:
        if rule in c.rules:  # in other cases it decides: with facts open both are so, and `explain` tells the cases apart
            continue
        aside.setdefault(rule, []).append(by)
    for rule, by_rules in aside.items():
        page.add(
            f"- set aside: {rule_name(book, rule)} [{rule}], by {listed([b.partition('/')[2] for b in by_rules])}",
            indent="  ",
            hang="    ",
            style="2",
        )
    if c.verdict == Verdict.UNCLEAR:
        page.add(f"Why it is unclear: {why_open(c)}.", indent="  ")
    for a in c.readings:
        reading = reading_of(book, decision, a.point)
        sides = f"yes: {listed([OUTCOMES[o] for o in a.if_yes], 'or')}; no: {listed([OUTCOMES[o] for o in a.if_no], 'or')}"
        page.add(f"? {reading.question} {reading.because.rstrip('.')}. ({sides})", indent="  ", hang="    ")
    if c.missing and c.missing != decision.missing:
        page.add(f"It depends on {listed([' and '.join(m) for m in c.missing], 'or on')}.", indent="  ", hang="    ")
    if c.grade:
        page.add(f"Evidence: {_grades(book, c.statements, decision.known_by)}.", indent="  ", style="2")


def _grades(book: Book, statements: Iterable[str], known_by: date) -> str:
    return "; ".join(dict.fromkeys(evidence(book.statements[s], known_by) for s in statements))


def missing_lines(page: Page, book: Book, decision: Decision) -> None:
    """What to find out, the most telling first."""
    if not decision.missing:
        return
    page.head("What would settle it")
    for i, facts in enumerate(decision.missing):
        if i:
            page.add("or", indent="  ")
        for question in questions(book, facts):
            page.add(f"- {question}", indent="  ", hang="    ")


def assumption_lines(page: Page, book: Book, decision: Decision) -> None:
    """What was taken for granted."""
    if not decision.assumptions:
        return
    page.head("Assumed, since it was not said")
    for fact, values, why in assumed(book, decision):
        page.add(f"- {fact}: {values} ({why})", indent="  ", hang="    ")


def source_lines(page: Page, book: Book, statements: Sequence[str], known_by: date = date.max) -> None:
    """The statements the rules rest on, each with its sources, those first that were public by then."""
    if not statements:
        return
    page.head("Sources")
    for ident in dict.fromkeys(statements):
        s = book.statements[ident]
        page.add(f"{ident}: {s.by}. {s.says} ({evidence(s, known_by)}, reported {s.reported})", indent="  ", hang="    ")
        for source in sorted(s.sources, key=lambda c: is_later(c, known_by))[:MAX_SOURCES]:
            words = f": “{source.words}”" + (f" ({source.of})" if source.of else "") if source.words else ""
            later = " (published later)" if is_later(source, known_by) else ""
            page.add(f"- {source_line(source)}{later}{words}", indent="    ", hang="      ")
            page.add(source.url or f"no address: {source.no_url}", indent="      ", style="2")
        if len(s.sources) > MAX_SOURCES:
            page.add(f"and {len(s.sources) - MAX_SOURCES} more", indent="    ")


# -- explanations


def explanation_to_text(book: Book, e: Explanation, *, width: int = 80, colour: bool = False) -> str:
    """The decision, then what each missing fact leads to, why not otherwise, and what would turn it."""
    page = Page(width, colour=colour)
    page.lines = to_text(book, e.decision, width=width, colour=colour, brief=True).rstrip("\n").split("\n")
    if e.branches:
        page.head("What each answer leads to")
        for branch in e.branches:
            page.add(f"- {where_words(book, branch)}: {VERDICTS[branch.verdict].lower()}", indent="  ", hang="    ")
    if e.turns:
        page.head("The smallest change that would turn it")
        for branch in e.turns:
            page.add(f"- {where_words(book, branch)}: {VERDICTS[branch.verdict].lower()}", indent="  ", hang="    ")
    if e.near_misses:
        page.head("Rules that do not apply, and why")
        for near in e.near_misses[:MAX_NEAR_MISSES]:
            page.add(f"- {near.rule.summary} [{near.rule.id}]: {turn_words(book, near)}", indent="  ", hang="    ")
    full, _ = in_order(e.decision)
    source_lines(page, book, [s for c in full for s in c.statements], e.decision.known_by)
    return str(page)


def where_words(book: Book, branch: Branch) -> str:
    """`target.activity attacking or preparing to attack; weapon HIMARS`; a fact that may be anything is left out."""
    parts = [f"{fact} {set_words(book, fact, values)}" for fact, values in branch.where.items() if not _is_anything(book, fact, values)]
    return "; ".join(parts) or "whatever they are"


def _is_anything(book: Book, fact: str, values: frozenset[str]) -> bool:
    return fact != DATE and values >= frozenset(book.vocabulary.facts[fact].domain)


def turn_words(book: Book, near: NearMiss) -> str:
    """Why a rule does not apply: its dates, or the facts that would have to be different."""
    wants = [f"{test.fact} {set_words(book, test.fact, test.values)}" for test in near.fails]
    parts = [near.timing] if near.timing else []
    if wants:
        parts.append(f"it would need {listed(wants)}")
    return "; ".join(parts)

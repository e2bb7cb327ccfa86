"""The terminal's form: verdict first, then who decided it and why, what is assumed and missing, then the sources."""

from __future__ import annotations

import textwrap
from datetime import date
from typing import TYPE_CHECKING

from caveat.core.errors import printable
from caveat.core.outcome import Verdict
from caveat.report import answer_words as words
from caveat.report.derived import derived_lines
from caveat.report.explain_words import branch_words, more_words, near_lines
from caveat.report.wording import VERDICTS, assumed, evidence, fact_title, is_later, listed, question_of, rule_name, source_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from caveat.core.decision import Consent, Decision
    from caveat.core.ir import Book
    from caveat.explain import Branch, Explanation

COLOURS = {
    Verdict.PERMITTED: "1;34",  # blue and orange-ish red stay apart for the colour-blind
    Verdict.PROHIBITED: "1;31",
    Verdict.UNCLEAR: "1;33",
    Verdict.NEEDS_FACTS: "1;36",
    Verdict.NO_OBJECTION: "2",
    Verdict.NO_SAY: "2",
}
MAX_SOURCES = 3


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
    full, brief_ones = words.in_order(decision)
    for consent in full:
        consent_lines(page, book, decision, consent)
    if brief_ones:
        page.gap()
        names = [f"{book.issuers[c.issuer].name} ({VERDICTS[c.verdict].lower()})" for c in brief_ones]
        page.add(f"Also asked, in some of the cases left open: {listed(names)}.", style="2")
    quiet = [book.issuers[c.issuer].name for c in decision.consents if c.verdict == Verdict.NO_OBJECTION]
    if quiet and decision.verdict != Verdict.NO_OBJECTION:
        page.gap()
        page.add(f"No objection from treaties: {listed(quiet)}.", style="2")
    derived_lines(page, book, decision)
    missing_lines(page, book, decision)
    assumption_lines(page, book, decision)
    if not brief:
        decision_sources(page, book, decision)
    return str(page)


def verdict_lines(page: Page, book: Book, decision: Decision) -> None:
    """The verdict, what was asked, on which day as known on which, and what to bear in mind about it."""
    page.add(f"{VERDICTS[decision.verdict]}: {words.headline(book, decision)}", style=COLOURS[decision.verdict])
    page.add(words.use_in_words(book, decision), indent="  ")
    page.add(words.when_words(decision), indent="  ")
    for label, sentence in words.notes(book, decision):
        page.add(f"{label}: {sentence}", indent="  ", style="33")


def consent_lines(page: Page, book: Book, decision: Decision, c: Consent) -> None:
    """One issuer: its verdict, why it is asked, the rules in words, what they set aside, what is arguable."""
    page.gap()
    page.add(f"{book.issuers[c.issuer].name} ({c.issuer}): {words.consent_words(book, decision, c)}", hang="  ", style=COLOURS[c.verdict])
    for under, rule in words.deciding_rules(c):
        page.add(f"- {under}{rule_name(book, rule)} [{rule}]", indent="  ", hang="    ")
    for rule, by in words.set_aside_rules(c):
        page.add(f"- set aside: {rule_name(book, rule)} [{rule}, by {listed(by)}]", indent="  ", hang="    ", style="2")
    if c.verdict == Verdict.UNCLEAR:
        page.add(words.why_unclear(c), indent="  ")
    for a in c.readings:
        question, why, sides = words.reading_words(book, decision, c, a)
        page.add(f"? {question} {why}. ({sides})", indent="  ", hang="    ")
    if c.missing and c.missing != decision.missing:
        page.add(words.depends_words(book, c), indent="  ", hang="    ")
    if c.grade:
        page.add(f"Evidence: {words.evidence_words(book, decision, c)}.", indent="  ", style="2")


def missing_lines(page: Page, book: Book, decision: Decision) -> None:
    """What to find out, the most telling first, and the fact under which to say it."""
    if not decision.missing:
        return
    page.head("What would settle it")
    for i, facts in enumerate(decision.missing):
        if i:
            page.add("or", indent="  ")
        for fact in facts:
            page.add(f"- {question_of(book, fact)} [{fact}]", indent="  ", hang="    ")


def assumption_lines(page: Page, book: Book, decision: Decision) -> None:
    """What was taken for granted."""
    if not decision.assumptions:
        return
    page.head("Assumed, since it was not said")
    for fact, values, why in assumed(book, decision):
        page.add(f"- {fact_title(book, fact)}: {values} ({why})", indent="  ", hang="    ")


def decision_sources(page: Page, book: Book, decision: Decision) -> None:
    """The statements behind the rules that decide and those set aside, each with the rules that it carries."""
    full, _ = words.in_order(decision)
    carried = words.cited(full)
    marks = {s: words.carried_words(rules) for s, rules in carried.items()}
    late = {s: ", after the use" for s in carried if words.is_after_use(book.statements[s], decision)}
    source_lines(page, book, list(carried), decision.known_by, marks, late)


def source_lines(page: Page, book: Book, statements: Sequence[str], known_by: date = date.max, carried: Mapping[str, str] | None = None, late: Mapping[str, str] | None = None) -> None:  # fmt: skip
    """The statements the rules rest on, each with its sources, those first that were public by then.

    `carried` says of a statement which rules it carries, `late` that it came after the use.
    """
    if not statements:
        return
    page.head("Sources")
    for ident in dict.fromkeys(statements):
        s = book.statements[ident]
        page.add(
            f"{s.by}: {s.says} ({evidence(s, known_by)}, reported {s.reported.words}{(late or {}).get(ident, '')}) [{ident}]",
            indent="  ",
            hang="    ",
        )
        if carried and carried.get(ident):
            page.add(f"[{carried[ident]}]", indent="    ", hang="     ", style="2")
        for source in sorted(s.sources, key=lambda c: is_later(c, known_by))[:MAX_SOURCES]:
            quoted = f": “{source.words}”" + (f" ({source.of})" if source.of else "") if source.words else ""
            later = " (published later)" if is_later(source, known_by) else ""
            page.add(f"- {source_line(source)}{later}{quoted}", indent="    ", hang="      ")
            page.add(source.url or f"no address: {source.no_url}", indent="      ", style="2")
        if len(s.sources) > MAX_SOURCES:
            page.add(f"and {len(s.sources) - MAX_SOURCES} more", indent="    ")


# -- explanations


def explanation_to_text(book: Book, e: Explanation, *, width: int = 80, colour: bool = False) -> str:
    """The decision, then what each missing fact leads to, why not otherwise, and what would turn it."""
    page = Page(width, colour=colour)
    page.lines = to_text(book, e.decision, width=width, colour=colour, brief=True).rstrip("\n").split("\n")
    _branches(page, book, "What each answer leads to", e.branches)
    _branches(page, book, "The smallest changes that would turn it", e.turns)
    if e.near_misses:
        page.head("Rules that do not apply, and why")
        for rule, ident, why in near_lines(book, e):
            page.add(f"- {rule} [{ident}]: {why}", indent="  ", hang="    ")
        if e.more_near_misses:
            page.add(more_words(e), indent="  ")
    decision_sources(page, book, e.decision)
    return str(page)


def _branches(page: Page, book: Book, title: str, branches: Iterable[Branch]) -> None:
    rows = [branch_words(book, b) for b in branches]
    if rows:
        page.head(title)
    for row in rows:
        page.add(f"- {row}", indent="  ", hang="    ")

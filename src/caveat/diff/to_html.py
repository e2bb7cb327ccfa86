"""A difference as a page: the verdict, what changes in a few cards, a strip of the days around it, both layers, the sources."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from caveat.diff.difference import Change
from caveat.diff.story import Story
from caveat.diff.style import RULES
from caveat.diff.verdicts import CAUSES, LEGEND, WORDS, capital, kinds_of
from caveat.diff.witnesses import example_words, file_commands, scenario_yaml
from caveat.report.kinds import WORDS as KIND_WORDS
from caveat.report.kinds import lower_first
from caveat.report.picture.markup import Element, el
from caveat.report.picture.page import Sources, page, swatch
from caveat.report.points import worded
from caveat.timeline.story import CLOCK_LABELS, clock_words, turns
from caveat.timeline.to_html import PHONE, turn_item
from caveat.timeline.to_svg import WIDTH, timeline_picture

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from caveat.diff.difference import Difference, RuleEdit, StatementEdit
    from caveat.diff.story import Told
    from caveat.report.command import Options
    from caveat.report.kinds import Kind
    from caveat.report.picture.markup import Child
    from caveat.timeline.run import Timeline


def difference_to_html(d: Difference, *, strip: Timeline | None = None, marks: Sequence[tuple[date, str]] = (), title: str = "", policies: Options = ()) -> str:  # fmt: skip
    """The whole page. `strip` is the first witness over time, with the days compared as `marks`; None leaves it out."""
    return _Page(d, policies).html(strip, marks, title)


class _Page:
    """One difference on one page."""

    def __init__(self, d: Difference, policies: Options) -> None:
        self.story, self.policies, self.d = Story(d), policies, d
        statements = {**d.before.book.statements, **d.after.book.statements}
        self.sources = Sources(replace(d.after.book, statements=statements))
        for ident in self.story.cited:
            self.sources.mention(ident)

    def html(self, strip: Timeline | None, marks: Sequence[tuple[date, str]], title: str) -> str:
        story = self.story
        first = story.changes[0] if story.changes else None
        use = story.use(first) if first else ""
        reading = f"{capital(use)}." if first else ""
        parts: list[tuple[str, str, Element | None]] = [
            ("cases", "Your cases", self.cases()),
            ("changes", "What changes", self.cards(story.usual, "changes") if story.usual else None),
            ("strip", "The days around it", self.days(strip, marks) if strip and first else None),
            ("beyond", "Beyond the usual assumptions", self.beyond() if story.unusual else None),
            ("records", "What the records say", self.records()),
            ("details", "Rules and witnesses", self.details() if story.changes else None),
        ]
        shown = [(ident, name, part) for ident, name, part in parts if part is not None]
        source_list = self.sources.section() if story.cited else None
        links = [(ident, name) for ident, name, _ in shown] + ([("sources", "Sources")] if source_list is not None else [])
        return page(
            title or (story.verdict(first) if first else story.headline), reading, self.facts(),
            self.summary() if story.changes else None,
            el("nav", el("ul", *(el("li", el("a", name, href=f"#{ident}")) for ident, name in links)), aria_label="Contents") if len(links) > 1 else None,
            [part for _, _, part in shown],
            el("p", " ".join(story.closing), class_="soft") if story.closing else None,
            source_list,
            digest=self.digests(), rules=RULES,
        )  # fmt: skip

    def facts(self) -> list[tuple[str, str]]:
        rows = [line.partition(": ") for line in self.story.asked_lines]
        return [(name, rest.rstrip(".")) for name, _, rest in rows]

    def digests(self) -> str:
        digests = dict.fromkeys((self.d.before.book.digest, self.d.after.book.digest))
        return " and ".join(digests)

    def summary(self) -> Element:
        """How many changes of each class, within what is usual and beyond: the whole in a glance."""
        chips = []
        for change in Change:
            usual = sum(t.region.change is change for t in self.story.usual)
            other = sum(t.region.change is change for t in self.story.unusual)
            if usual or other:
                count = el("b", str(usual), class_="count") if usual else None
                beyond = el("span", f"{'and ' if usual else ''}{other} beyond the usual", class_="soft") if other else None
                chips.append(el("li", count, el("span", el("b", WORDS[change]), " ", beyond, el("br"), el("span", LEGEND[change], class_="soft"))))
        return el("ul", *chips, class_="chips", id="summary", aria_label="Changes by class")

    # -- the strip

    def days(self, strip: Timeline, marks: Sequence[tuple[date, str]]) -> Element:
        """The first witness over time, wide or for a phone, with the days compared."""
        book, told = self.story.book, self.story.changes[0]
        about = f"The use that shows change {told.number} best: {example_words(book, told.region.witness)}."
        pictures = [
            el("div", timeline_picture(book, strip, title=about, whole=False, name=name, marks=marks, width=width), class_=name)
            for name, width in (("desk", WIDTH), ("phone", PHONE))
        ]
        clocks = [
            el("p", f"“{CLOCK_LABELS[c]}”: {lower_first(clock_words(c, strip.known_by, strip.as_of))}.", class_="soft small") for c in strip.clocks
        ]
        spoken = replace(book, readings={name: worded(book, reading) for name, reading in book.readings.items()})
        happened = [turn_item(spoken, strip, self.sources, t) for t in turns(strip)]
        return el(
            "section", el("h2", "The days around it"), el("p", about), el("div", *pictures, class_="chart", id="chart"), clocks,
            el("ol", *happened, class_="turns") if happened else None, id="strip",
        )  # fmt: skip

    # -- changes

    def cards(self, changes: Sequence[Told], ident: str) -> Element:
        return el("section", el("h2", "What changes"), el("ol", *(self.card(t) for t in changes), class_="cards"), id=ident)

    def card(self, told: Told) -> Element:
        """One change: class, verdicts, the use, its parts, and where its rules are."""
        text, whose = self.story.common_words(told), self.story.whose(told, None)
        lines = [el("li", line) for line in self.story.lines(told)]
        return el(
            "li",
            el("h3", f"{told.number}. {WORDS[told.region.change].capitalize()}", f": {whose}" if whose else ""),
            el("p", *self.verdicts(told), class_="verdicts"),
            el("p", f"{capital(text)}{':' if lines else '.'}"),
            el("ul", *lines) if lines else None,
            el("p", CAUSES[told.region.cause], class_="soft") if told.region.cause else None,
            el("p", el("a", "Rules, sources and a witness", href=f"#n-{told.number}", aria_label=f"Rules, sources and a witness of change {told.number}")),
            id=f"c-{told.number}", class_="card",
        )  # fmt: skip

    def verdicts(self, told: Told) -> list[Child]:
        before, after = kinds_of(told.region)
        return [_verdict(before), el("span", "→", class_="arrow", aria_label="then"), _verdict(after)]

    def beyond(self) -> Element:
        """What lies beyond the usual assumptions, a line each."""
        items = [
            el(
                "li",
                *self.verdicts(t),
                el("a", f"{t.number}. {WORDS[t.region.change]}", href=f"#n-{t.number}"),
                f" {self.story.common_words(t)}",
                f" ({len(t.pieces)} parts)" if t.has_lines else "",
                id=f"c-{t.number}",
            )
            for t in self.story.unusual
        ]
        about = "These differ only where something is not as usual: another carrier, target, user or supplier, support that was used."
        return el("section", el("h2", "Beyond the usual assumptions"), el("p", about, class_="soft"), el("ul", *items, class_="beyond"), id="beyond")

    def details(self) -> Element:
        """For each change its rules on either side, the statements they rest on, and a witness."""
        return el("section", el("h2", "Rules and witnesses"), *(self.note(t) for t in self.story.changes), id="details")

    def note(self, told: Told) -> Element:
        story, piece = self.story, told.pieces[0]
        before, after = kinds_of(told.region)
        rules = [
            part
            for name, idents in story.rules_of(told)
            for part in (el("p", el("b", f"{capital(name)}:"), class_="small"), el("ul", *(self.rule(r) for r in idents)))
        ]
        commands = [f"{' '.join(pieces)}  # {verdict}" for pieces, verdict in file_commands(story, piece, self.policies)]
        return el(
            "section",
            el("h3", f"{told.number}. {WORDS[told.region.change].capitalize()}: {KIND_WORDS[before]} → {KIND_WORDS[after]}"),
            el("p", f"{capital(story.common_words(told))}{':' if len(told.pieces) > 1 else '.'}"),
            el("ul", *(el("li", story.line(p)) for p in told.pieces)) if len(told.pieces) > 1 else None,
            rules,
            el("p", el("b", "For example"), f" {example_words(story.book, piece.region.witness)}. As a file, ", el("code", story.file_name(piece)), ":"),
            [el("p", el("i", r.question), f" {r.because}") for r in story.doubts(told)],
            _listing(scenario_yaml(piece.region.witness.scenario)),
            _listing(commands),
            el("a", "Back to the change", href=f"#c-{told.number}", class_="back"),
            id=f"n-{told.number}", class_="note", tabindex="-1",
        )  # fmt: skip

    def rule(self, ident: str) -> Element:
        rule = self.story.rule(ident)
        said = [piece for i, s in enumerate(rule.statements[:3]) for piece in (("; ", self.sources.mention(s)) if i else (self.sources.mention(s),))]
        return el("li", f"{rule.summary} ", el("code", ident), el("span", " by ", said, class_="soft"))

    # -- the records

    def records(self) -> Element | None:
        """What became of rules, statements and words; None where nothing did."""
        d = self.d
        parts: list[Element] = []
        if d.rules:
            parts += [el("h3", "Rules"), el("ul", *(self.rule_edit(e) for e in d.rules), class_="edits")]
        if d.statements:
            parts += [el("h3", "Statements"), el("ul", *(self.statement_edit(e) for e in d.statements), class_="edits")]
        for name, lines in (("Vocabulary", d.vocabulary), ("Not compared, since only one side knows of it", self.story.not_compared_lines)):
            if lines:
                parts += [el("h3", name), el("ul", *(el("li", line) for line in lines))]
        return el("section", el("h2", "What the records say"), *parts, id="records") if parts else None

    def rule_edit(self, e: RuleEdit) -> Element:
        rule = self.story.rule(e.rule)
        return _edit(e.edit.value, [rule.summary, " ", el("code", e.rule), " ", el("span", rule.place, class_="soft")], e.fields)

    def statement_edit(self, e: StatementEdit) -> Element:
        s = self.story.statement(e.statement)
        return _edit(
            e.edit.value, [f"{s.says} (", self.sources.mention(e.statement), f", {s.reported}) ", el("span", s.place, class_="soft")], e.fields
        )

    def cases(self) -> Element | None:
        """Recorded cases, and which of them change; None where none were given."""
        cases = self.d.cases
        if cases is None:
            return None
        changed = [c for c in cases if c.before != c.after]
        items = []
        for c in changed:
            number = self.story.number_of_region(c.region)
            link = el("a", f"change {number}", href=f"#c-{number}") if number else None
            items.append(el("li", el("b", c.label), f": {c.before} → {c.after} ", link))
        heading = el("h2", f"Your cases: {len(changed)} of {len(cases)} change")
        return el("section", heading, el("ul", *items) if items else None, id="cases")


def _verdict(kind: Kind) -> Element:
    return el("span", swatch(kind), KIND_WORDS[kind], class_="verdict")


def _listing(lines: Sequence[str]) -> Element:
    """Lines to be copied; each an element of its own, as text holds no line breaks here."""
    return el("pre", *(el("span", line) for line in lines), tabindex="0")


def _edit(what: str, told: list[Child], fields: Mapping[str, tuple[str, str]]) -> Element:
    lines: Iterator[Element] = (el("li", f"{name}: ", el("del", a or "nothing"), " → ", el("ins", b or "nothing")) for name, (a, b) in fields.items())
    return el("li", el("b", what), ": ", told, el("ul", *lines) if fields else None)

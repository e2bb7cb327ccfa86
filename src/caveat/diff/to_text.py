"""A difference for the terminal: verdict first, then each change with its rules and a witness, the records, the sources."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from caveat.core.citation import Reliability
from caveat.core.errors import printable
from caveat.diff.story import Story
from caveat.diff.verdicts import CAUSES, WORDS, capital, kinds_of
from caveat.diff.witnesses import commands, example_words
from caveat.report.command import folded
from caveat.report.kinds import CODES, DISCLAIMER
from caveat.report.kinds import WORDS as KIND_WORDS
from caveat.report.page_text import Page
from caveat.report.sourced import MAX_SOURCES
from caveat.report.wording import evidence, source_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from caveat.core.citation import Citation
    from caveat.diff.difference import Difference
    from caveat.diff.story import Told
    from caveat.report.command import Options

FEW_UNUSUAL = 6  # changes beyond the usual assumptions that are told where not all are asked for
FEW_EDITS = 12
FEW_DOUBTS = 3
SHORT = 150  # letters of a change that is told in one line


def difference_to_text(d: Difference, *, width: int = 80, colour: bool = False, title: str = "", everything: bool = False, brief: bool = False, policies: Options = ()) -> str:  # fmt: skip
    """The difference as a page of text; `everything` tells in full also what lies beyond the usual assumptions.

    `brief` leaves out the sources; `policies` is the folder of policies where it is not the shipped one.
    """
    story, page = Story(d), Page(width, colour=colour)
    if title:
        page.add(title, style="1")
        page.gap()
    page.add(story.headline, style="1")
    if d.is_empty:
        for line in story.policies_lines:
            page.add(line, indent="  ", style="2")
        if d.cases is not None:
            _cases(page, story)
        return str(page)
    _summary(page, story)
    for told in story.usual:
        _change(page, story, told, policies, everything=everything)
    _unusual(page, story, policies, everything=everything)
    if d.cases is not None:
        _cases(page, story)
    _records(page, story, everything=everything)
    if not brief:
        _sources(page, story, everything=everything)
    page.gap()
    for line in story.closing:
        page.add(line, style="2")
    page.add(DISCLAIMER, style="2")
    return str(page)


def _summary(page: Page, story: Story) -> None:
    if story.counts:
        page.add(f"{capital(story.counts)}.", indent="  ")
    for line in story.asked_lines:
        page.add(line, indent="  ", style="2")


def _change(page: Page, story: Story, told: Told, policies: Options, *, everything: bool) -> None:
    """One change in full."""
    region = told.region
    before, after = kinds_of(region)
    page.gap()
    page.add(f"{told.number}. {WORDS[region.change].upper()}: {KIND_WORDS[before]} -> {KIND_WORDS[after]}{_whose(story, told)}", style=CODES[after])
    _where(page, story, told, everything=everything)
    if region.cause:
        page.add(CAUSES[region.cause], indent="   ")
    for name, rules in story.rules_of(told):
        page.add(f"{capital(name)}:", indent="   ")
        for rule in rules:
            page.add(f"- {story.rule(rule).summary} [{rule}]{numbers(story.citing(rule))}", indent="   ", hang="     ")
    _witness(page, story, told, policies)


def _whose(story: Story, told: Told) -> str:
    names = story.whose(told)
    return f" ({names})" if names else ""


def _where(page: Page, story: Story, told: Told, *, everything: bool) -> None:
    page.add(f"{capital(story.common_words(told))}{':' if told.has_lines else '.'}", indent="   ")
    for line in story.lines(told, everything=everything):
        page.add(f"- {line}", indent="   ", hang="     ")


def _witness(page: Page, story: Story, told: Told, policies: Options) -> None:
    """One scenario that shows it, and the two commands that ask either side."""
    page.add(f"For example {example_words(story.book, told.region.witness)}:", indent="   ", hang="     ")
    for reading in story.doubts(told)[:FEW_DOUBTS]:
        page.add(f"? {reading.question} {reading.because}", indent="     ", hang="       ")
    for pieces, verdict in commands(story, told.pieces[0], policies):
        page.lines.append(page.styled(f"     # {verdict}", "2"))
        page.lines += [page.styled(f"   {printable(line)}", "2") for line in folded(pieces, page.width - 5)]


def numbers(found: Sequence[int]) -> str:
    """` (1, 3)`: where a rule's statements stand among the sources."""
    return f" ({', '.join(map(str, found))})" if found else ""


def _unusual(page: Page, story: Story, policies: Options, *, everything: bool) -> None:
    """What lies beyond the usual assumptions: in full where asked for, else a line each, the first few."""
    changes = story.unusual
    if not changes:
        return
    page.head("Beyond the usual assumptions")
    if everything:
        for told in changes:
            _change(page, story, told, policies, everything=True)
        return
    alike = [list(some) for _, some in groupby(changes, lambda told: _in_short(story, told))][:FEW_UNUSUAL]
    for some in alike:
        numbered = f"{some[0].number}." if len(some) == 1 else f"{some[0].number} to {some[-1].number}."
        page.add(f"{numbered} {_in_short(story, some[0])}", indent="  ", hang="     ")
    left = len(changes) - sum(map(len, alike))
    page.add((f"and {left} more; " if left > 0 else "") + "--all tells them in full.", indent="  ", style="2")


def _in_short(story: Story, told: Told) -> str:
    """A change as a line, without its number."""
    before, after = (KIND_WORDS[k] for k in kinds_of(told.region))
    parts = f" ({len(told.pieces)} parts)" if told.has_lines else ""
    return f"{before} -> {after}: {shortened(story.common_words(told), SHORT)}{parts}"


def shortened(text: str, most: int) -> str:
    """The text, cut at a word where it is longer."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0].rstrip(",;:") + " ..."


def _cases(page: Page, story: Story) -> None:
    """Recorded cases: which of them change."""
    cases = story.difference.cases or ()
    changed = [c for c in cases if c.before != c.after]
    page.head(f"Your cases: {len(changed)} of {len(cases)} change")
    for case in changed:
        where = story.number_of_region(case.region)
        page.add(f"- {case.label}: {case.before} -> {case.after}" + (f" (change {where})" if where else ""), indent="  ", hang="    ")


def _records(page: Page, story: Story, *, everything: bool) -> None:
    """What changed in the records: rules, statements, the vocabulary, and what could not be compared."""
    d = story.difference
    most = None if everything else FEW_EDITS
    if d.rules:
        page.head("Rules")
    for name, edits in story.rule_edits:
        for e in edits[:most]:
            rule = story.rule(e.rule)
            _edit(page, f"{name}: {rule.summary} [{e.rule}]{numbers(story.citing(e.rule))}", rule.place, e.fields)
        _more(page, edits[:most], edits)
    if d.statements:
        page.head("Statements")
    for edit in d.statements[:most]:
        s = story.statement(edit.statement)
        _edit(page, f"{edit.edit.value}, {s.reported}: {s.by} [{s.id}]{numbers([story.cited[s.id]])}", s.place, edit.fields)
    _more(page, d.statements[:most], d.statements)
    for title, lines in (("Vocabulary", d.vocabulary), ("Not compared, since only one side knows of it", story.not_compared_lines)):
        if lines:
            page.head(title)
        for line in lines[:most]:
            page.add(f"- {line}", indent="  ", hang="    ")
        _more(page, lines[:most], lines)


def _edit(page: Page, text: str, place: str, fields: Mapping[str, tuple[str, str]]) -> None:
    """What became of a rule or a statement, where it stands, and the parts that differ."""
    page.add(f"- {text}", indent="  ", hang="    ")
    if place:
        page.add(place, indent="    ", style="2")
    for name, (a, b) in fields.items():
        page.add(f"{name}: {a or 'nothing'} -> {b or 'nothing'}", indent="    ", hang="      ", style="2")


def _more(page: Page, shown: Sequence[object], whole: Sequence[object]) -> None:
    if len(shown) < len(whole):
        page.add(f"and {len(whole) - len(shown)} more; --all lists them.", indent="  ", style="2")


def _sources(page: Page, story: Story, *, everything: bool) -> None:
    """The statements spoken of, each once, under its number."""
    shown = story.cited if everything else story.cited_in_full
    if not shown:
        return
    page.head("Sources")
    most = MAX_SOURCES if everything else 1
    for ident, number in shown.items():
        s = story.statement(ident)
        page.add(
            f"{number}. {s.by}. {s.says} ({evidence(s, story.difference.after.known_by)}, reported {s.reported}) [{ident}]", indent="  ", hang="     "
        )
        for source in best_sources(s.sources, most):
            words = f": “{source.words}”" + (f" ({source.of})" if source.of else "") if source.words else ""
            page.add(f"- {source_line(source)}{words}", indent="     ", hang="       ")
            page.add(source.url or f"no address: {source.no_url}", indent="       ", style="2")
        if len(s.sources) > most:
            page.add(f"and {len(s.sources) - most} more", indent="       ", style="2")
    left = len(story.cited) - len(shown)
    if left:
        page.add(
            f"and {left} more statement{'s' * (left != 1)} behind what lies beyond the usual assumptions; --all lists them.", indent="  ", style="2"
        )


def best_sources(sources: Sequence[Citation], most: int) -> list[Citation]:
    """The first few sources, those nearest to what was said and with its words before the others."""
    order = list(Reliability)
    return sorted(sources, key=lambda c: (order.index(c.reliability), not c.words, not c.url))[:most]


__all__ = ["best_sources", "difference_to_text", "numbers", "shortened"]

"""A difference as Markdown, fit for a pull request: a headline, a short table, everything else folded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.diff.story import Story
from caveat.diff.to_text import FEW_DOUBTS, best_sources, numbers, shortened
from caveat.diff.verdicts import CAUSES, WORDS, capital, kinds_of
from caveat.diff.witnesses import example_words, file_commands, scenario_yaml
from caveat.report.kinds import DISCLAIMER
from caveat.report.kinds import WORDS as KIND_WORDS
from caveat.report.markdown import address_of, escaped
from caveat.report.wording import evidence, source_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from caveat.diff.difference import Difference
    from caveat.diff.story import Told
    from caveat.report.command import Options

CELL = 420  # letters of a use in the table
FEW_UNUSUAL = 50  # changes beyond the usual assumptions that are told where not all are asked for
MAX_SOURCES = 3


def difference_to_markdown(d: Difference, *, title: str = "", everything: bool = False, policies: Options = ()) -> str:
    """The difference as a Markdown section; `everything` tells in full also what lies beyond the usual assumptions."""
    story = Story(d)
    lines = [f"## {escaped(title)}", "", escaped(story.headline), ""] if title else [f"## {escaped(story.headline)}", ""]
    if d.is_empty:
        lines += [part for line in story.policies_lines for part in (escaped(line), "")]
    if d.is_empty and d.cases is None:
        return "\n".join(lines)
    if not d.is_empty:
        lines += _head(story, everything=everything)
    lines += _cases(story)
    for told in story.usual:
        lines += _folded(f"{told.number}. {_verdicts(told)}: rules and a witness", _change(story, told, policies, everything=everything))
    if story.unusual:
        title = f"Beyond the usual assumptions: {len(story.unusual)} more change{'s' * (len(story.unusual) != 1)}"
        lines += _folded(title, _unusual(story, policies, everything=everything))
    lines += _records(story)
    lines += _folded(f"Sources: {len(story.cited)} statements", _sources(story)) if story.cited else []
    for line in story.closing:
        lines += [line, ""]
    return "\n".join([*lines, f"*{DISCLAIMER}*"]).rstrip() + "\n"


def _head(story: Story, *, everything: bool) -> Iterator[str]:
    if story.counts:
        yield f"**{escaped(capital(story.counts))}.**"
        yield ""
    if story.usual:
        yield "| | | verdict | use |"
        yield "|---|---|---|---|"
        for told in story.usual:
            yield f"| {told.number} | {WORDS[told.region.change]} | {_verdicts(told)} | {_cell(story, told, everything=everything)} |"
        yield ""
    for line in story.asked_lines:
        yield escaped(line)
        yield ""


def _verdicts(told: Told) -> str:
    before, after = (KIND_WORDS[k] for k in kinds_of(told.region))
    return f"{before} → {after}"


def _cell(story: Story, told: Told, *, everything: bool) -> str:
    whose = story.whose(told)
    text = escaped(shortened(story.common_words(told), CELL))
    places = "".join(f"<br>• {escaped(line)}" for line in story.lines(told, everything=everything))
    return (f"{escaped(whose)}: " if whose else "") + text + places


def _folded(title: str, lines: Iterable[str]) -> list[str]:
    return ["<details>", f"<summary>{_plain(title)}</summary>", "", *lines, "", "</details>", ""]


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _change(story: Story, told: Told, policies: Options, *, everything: bool) -> Iterator[str]:
    text = story.common_words(told)
    yield escaped(f"{capital(text)}{':' if told.has_lines else '.'}")
    if told.has_lines:
        yield ""
        yield from (f"- {escaped(line)}" for line in story.lines(told, everything=everything))
    yield ""
    if told.region.cause:
        yield CAUSES[told.region.cause]
        yield ""
    for name, rules in story.rules_of(told):
        yield f"{escaped(capital(name))}:"
        yield ""
        yield from (f"- {escaped(story.rule(r).summary)} (`{r}`){numbers(story.citing(r))}" for r in rules)
        yield ""
    piece = told.pieces[0]
    yield f"For example {escaped(example_words(story.book, piece.region.witness))}:"
    yield ""
    for reading in story.doubts(told)[:FEW_DOUBTS]:
        yield f"*{escaped(reading.question)}* {escaped(reading.because)}"
        yield ""
    yield from ("```yaml", *scenario_yaml(piece.region.witness.scenario), "```", "", "```sh")
    for pieces, verdict in file_commands(story, piece, policies):
        yield f"{' '.join(pieces)}  # {verdict}"
    yield "```"


def _unusual(story: Story, policies: Options, *, everything: bool) -> Iterator[str]:
    shown = story.unusual if everything else story.unusual[:FEW_UNUSUAL]
    for told in shown:
        whose = story.whose(told)
        title = f"**{told.number}.** {WORDS[told.region.change]}, {_verdicts(told)}" + (f" ({escaped(whose)})" if whose else "")
        if everything:
            yield from (title, "", *_change(story, told, policies, everything=True), "")
        else:
            parts = f" ({len(told.pieces)} parts)" if told.has_lines else ""
            yield f"- {title}: {escaped(shortened(story.common_words(told), CELL))}{parts}"
    if len(shown) < len(story.unusual):
        yield f"- and {len(story.unusual) - len(shown)} more; `--all` tells them in full"


def _cases(story: Story) -> Iterator[str]:
    cases = story.difference.cases
    if cases is None:
        return
    changed = [c for c in cases if c.before != c.after]
    yield f"### Your cases: {len(changed)} of {len(cases)} change"
    yield ""
    if changed:
        yield "| case | before | after | change |"
        yield "|---|---|---|---|"
        yield from (f"| {escaped(c.label)} | {c.before} | {c.after} | {story.number_of_region(c.region) or ''} |" for c in changed)
        yield ""


def _records(story: Story) -> Iterator[str]:
    d = story.difference
    if d.rules:
        lines = []
        for e in d.rules:
            rule = story.rule(e.rule)
            lines += [
                f"- {e.edit.value}: {escaped(rule.summary)} (`{e.rule}`, {escaped(rule.place)}){numbers(story.citing(e.rule))}",
                *_fields(e.fields),
            ]
        yield from _folded(f"Rules: {len(d.rules)}", lines)
    if d.statements:
        lines = []
        for edit in d.statements:
            s = story.statement(edit.statement)
            lines += [
                f"- {edit.edit.value}, {s.reported}: {escaped(s.by)} (`{s.id}`, {escaped(s.place)}) ({story.cited[s.id]})",
                *_fields(edit.fields),
            ]
        yield from _folded(f"Statements: {len(d.statements)}", lines)
    if d.vocabulary:
        yield from _folded(f"Vocabulary: {len(d.vocabulary)}", [f"- {escaped(line)}" for line in d.vocabulary])
    if d.not_compared:
        yield from _folded("Not compared, since only one side knows of it", [f"- {escaped(line)}" for line in story.not_compared_lines])


def _fields(fields: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    for name, (a, b) in fields.items():
        yield f"  - {name}: {escaped(a) or 'nothing'} → {escaped(b) or 'nothing'}"


def _sources(story: Story) -> Iterator[str]:
    """A numbered list; each statement once."""
    for ident, number in story.cited.items():
        s = story.statement(ident)
        yield f"{number}. {escaped(s.by)}. {escaped(s.says)} ({escaped(evidence(s, story.difference.after.known_by))}, reported {s.reported}) `{ident}`"
        for c in best_sources(s.sources, MAX_SOURCES):
            words = f": “{escaped(c.words)}”" if c.words else ""
            yield f"{' ' * len(f'{number}. ')}- {escaped(source_line(c))}{words} {address_of(c)}"

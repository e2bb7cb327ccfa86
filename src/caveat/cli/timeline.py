"""`caveat timeline`."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from caveat.cli import options as o
from caveat.cli import survey as s
from caveat.cli.output import policy_files, refuse_one_file_twice
from caveat.core.choices import AS_USUAL, Choices

if TYPE_CHECKING:
    from caveat.core.book import Book
    from caveat.timeline.run import Timeline


class Clocks(str, Enum):  # noqa: UP042  (typer shows its values)
    """Which clock moves."""

    both = "both"
    held = "held"
    known = "known"
    learned = "learned"


Way = Annotated[Clocks, typer.Option("--clock", help="held: what held on each day, as known today. known: what was publicly known on each day. both. learned: what was known, day by day, about --as-of.")]  # fmt: skip
From = Annotated[o.Text, typer.Option("--from", metavar="DATE", help="First day (default: a little before the first change).")]
To = Annotated[o.Text, typer.Option("--to", metavar="DATE", help="Last day (default: the latest date on record).")]


@o.takes_scenario
@o.takes_policies
@o.takes_choices("no_derivations")
def timeline(
    asked: o.Asked,
    clock: Way = Clocks.both,
    since: From = None,
    until: To = None,
    choices: Choices = AS_USUAL,
    policies: o.Policies = o.SHIPPED,
    format: s.As = None,
    output: s.Output = None,
    title: s.Title = "",
    brief: Annotated[bool, typer.Option("--brief", help="Leave out the sources (text).")] = False,
) -> None:
    """When did the answer change, and what changed it? One use over time, on both clocks.

    Without --issuer, everyone whose say counts; with it, each issuer by itself, about what it supplied where no supplier is given.
    """
    if output is not None:
        refuse_one_file_twice([("--output", output), *asked.files, *policy_files(policies.places)])
    library = o.load(policies)
    form = s.chosen(format, output)
    s.only_one(len(asked.scenarios), form)
    clocks = ("held", "known") if clock is Clocks.both else (clock.value,)
    found = asked.each(lambda scenario: library.timeline(scenario, choices, clocks=clocks, since=since, until=until))
    o.save(_written(library.book, found, form, title, brief=brief), output, form.value)


def _written(book: Book, found: list[Timeline], form: s.PictureFormat, title: str, *, brief: bool) -> str:
    match form:
        case s.PictureFormat.svg:
            from caveat.timeline.to_svg import timeline_to_svg

            return timeline_to_svg(book, found[0], title=title)
        case s.PictureFormat.html:
            from caveat.timeline.to_html import timeline_to_html

            return timeline_to_html(book, found[0], title=title)
        case s.PictureFormat.json:
            from caveat.report.canonical_json import to_json
            from caveat.timeline.to_json import timeline_data

            data = [timeline_data(book, t) for t in found]
            return to_json(data[0] if len(data) == 1 else data)
        case _:
            from caveat.report.document import together
            from caveat.timeline.told import timeline_document

            columns = s.columns_of(form)
            return o.told(together([timeline_document(book, t, title=title, brief=brief, columns=columns) for t in found]), form.value)

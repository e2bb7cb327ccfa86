"""`caveat readings`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from caveat.cli import options as o
from caveat.core.choices import AS_USUAL, Choices

Wanted = Annotated[
    o.Names, typer.Argument(metavar="[NAME|GLOB]...", help="Only these, in full: the name of a reading, or an issuer; `*` stands for anything.")
]
Full = Annotated[bool, typer.Option("--full", help="Every question with what raised it, what turns on it, and what would settle it.")]


@o.takes_facts
@o.takes_policies
@o.takes_choices("as_of", "no_assumptions", "no_derivations")
def readings(
    where: Any,  # noqa: ANN401  (a Scenario: typer reads this before it is loaded)
    wanted: Wanted = None,
    choices: Choices = AS_USUAL,
    policies: o.Policies = o.SHIPPED,
    full: Full = False,
    format: o.AsPage = o.PageFormat.text,
) -> None:
    """What does the record leave open, what turns on it, and what would settle it? A list of questions to be put to those who know.

    The flags of a scenario, and --where KEY=VALUE, restrict it, for instance to one weapon.
    """
    from caveat.cli.progress import progress
    from caveat.readings.story import Manner, readings_story

    library = o.load(policies)
    told_in_full = full or bool(wanted) or format is not o.PageFormat.text
    found = library.readings(
        where,
        choices,
        names=wanted or (),
        in_full=told_in_full,
        progress=progress("issuers looked at"),
    )
    options = (
        ("--known-by", str(choices.known_by) if choices.known_by else None),
        ("--min-grade", choices.min_grade.value if choices.min_grade else None),
        *policies.options,
    )
    manner = Manner(told_in_full, o.FLAG_OF, options)
    if format is o.PageFormat.json:
        from caveat.readings.to_json import readings_data
        from caveat.report.canonical_json import to_json

        o.write(to_json(readings_data(library.book, found, manner)), format.value)
    else:
        o.write(o.told(readings_story(library.book, found, manner), format.value, library.digest), format.value)

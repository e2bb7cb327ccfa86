"""`caveat decide`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from caveat.cli import options as o
from caveat.cli.output import policy_files, refuse_one_file_twice
from caveat.core.choices import AS_USUAL, Choices
from caveat.core.outcome import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from caveat.core.book import Book
    from caveat.core.decision import Decision


@o.takes_scenario
@o.takes_policies
@o.takes_choices()
def decide(
    asked: o.Asked,
    choices: Choices = AS_USUAL,
    policies: o.Policies = o.SHIPPED,
    format: o.AsPage = o.PageFormat.text,
    engine: o.With = o.Engine.compiled,
    brief: Annotated[bool, typer.Option("--brief", help="Leave out the sources.")] = False,
    record: o.Record = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 4 if prohibited, 5 if anything else but permitted.")] = False,
) -> None:
    """Was this use permitted, under whose policy, on that date, as far as was then known?

    Give the scenario as flags, as files, or on standard input (`-`); flags win over files.
    """
    if record is not None:
        refuse_one_file_twice([("--record", record), ("standard output", 1), *asked.files, *policy_files(policies.places)])
    library = o.load(policies)
    decisions = asked.each(lambda scenario: library.decide(scenario, choices, engine=engine.value))
    labels = [label for label, _ in asked.scenarios]
    if record is not None:
        o.note_record(record, library.record(record, decisions, labels=labels, assumptions=choices.assumptions))
    o.write(_written(library.book, labels, decisions, format, brief=brief), format.value)
    if exit_code:
        verdicts = {d.verdict for d in decisions}
        raise typer.Exit(4 if Verdict.PROHIBITED in verdicts else 0 if verdicts == {Verdict.PERMITTED} else 5)


def _written(book: Book, labels: Sequence[str], decisions: Sequence[Decision], form: o.PageFormat, *, brief: bool) -> str:
    if form is o.PageFormat.json:
        from caveat.decide.to_json import decision_data
        from caveat.report.canonical_json import to_json

        data = [decision_data(book, d) for d in decisions]
        return to_json(data[0] if len(data) == 1 else data)
    from caveat.decide.story import decision_story
    from caveat.report.document import together

    documents = [decision_story(book, d, brief=brief) for d in decisions]
    if form is o.PageFormat.text and len(documents) > 1:
        return "\n".join(f"== {label}\n{o.told(d, form.value)}" for label, d in zip(labels, documents, strict=True))
    return o.told(together(documents), form.value, book.digest)

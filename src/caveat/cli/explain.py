"""`caveat explain`."""

from __future__ import annotations

from caveat.cli import options as o
from caveat.core.choices import AS_USUAL, Choices


@o.takes_scenario
@o.takes_policies
@o.takes_choices()
def explain(
    asked: o.Asked,
    choices: Choices = AS_USUAL,
    policies: o.Policies = o.SHIPPED,
    format: o.As = o.Format.text,
) -> None:
    """Why, why not, what is missing, and which smallest change of facts would turn the verdict."""
    library = o.load(policies)
    found = asked.each(lambda scenario: library.explain(scenario, choices))
    if format is o.Format.json:
        from caveat.explain.to_json import explanation_data
        from caveat.report.canonical_json import to_json

        data = [explanation_data(library.book, e) for e in found]
        o.write(to_json(data[0] if len(data) == 1 else data), format.value)
    elif format is o.Format.markdown:
        from caveat.explain.to_markdown import explanation_to_markdown

        o.write("\n".join(explanation_to_markdown(library.book, e) for e in found), format.value)
    else:
        from caveat.explain.to_text import explanation_to_text

        o.write("\n".join(explanation_to_text(library.book, e, width=o.page_width(), colour=o.has_colour()) for e in found), format.value)

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
    format: o.AsPage = o.PageFormat.text,
) -> None:
    """Why, why not, what is missing, and which smallest change of facts would turn the verdict."""
    library = o.load(policies)
    found = asked.each(lambda scenario: library.explain(scenario, choices))
    if format is o.PageFormat.json:
        from caveat.explain.to_json import explanation_data
        from caveat.report.canonical_json import to_json

        data = [explanation_data(library.book, e) for e in found]
        o.write(to_json(data[0] if len(data) == 1 else data), format.value)
        return
    from caveat.explain.story import explanation_story
    from caveat.report.document import together

    o.write(o.told(together([explanation_story(library.book, e) for e in found]), format.value, library.digest), format.value)

"""From a scenario with reports to a case: the reports are read and looked up, and what follows from them is derived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.errors import ScenarioError
from caveat.core.incident import REPORTS
from caveat.core.scenario import Scenario, asked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from caveat.core.book import Book
    from caveat.core.choices import Choices
    from caveat.core.dates import Dated
    from caveat.core.derived import Case
    from caveat.core.errors import Diagnostic
    from caveat.core.incident import Incident
    from caveat.incidents.case import Deriving


def split(scenario: Scenario) -> tuple[Scenario, object | None]:
    """The scenario without its reports, and the reports as written; None where it says nothing of reports."""
    if REPORTS not in scenario.facts:
        return scenario, None
    bare = {key: value for key, value in scenario.facts.items() if key != REPORTS}
    return Scenario(bare, places=scenario.places), scenario.facts[REPORTS]


def read(book: Book, scenario: Scenario, raw: object) -> list[Incident]:
    """The reports of a scenario. ScenarioError with every problem of the reports and of the facts beside them."""
    from caveat.resolve.incidents import read_reports

    incidents, problems = read_reports(book, raw, scenario.places)
    found: list[Diagnostic] = list(problems)
    try:
        asked(book, scenario)
    except ScenarioError as error:
        found += error.diagnostics
    if found:
        raise ScenarioError(sorted(found, key=lambda d: d.order))
    return incidents


def case_of(deriving: Deriving, scenario: Scenario, reports: Sequence[Incident], as_of: Dated | None, known_by: date, choices: Choices) -> Case:
    """What follows from the reports for this scenario, asked about a day (by default its own) as known by another."""
    from caveat.incidents.case import Known

    bare = asked(deriving.book, scenario, assumptions=False)
    narrow = asked(deriving.book, scenario).sets if choices.assumptions else bare.sets
    return deriving.case(Known(scenario.facts.keys(), bare.sets, narrow, as_of or bare.date, known_by, choices.min_grade), reports)

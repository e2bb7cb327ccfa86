"""`caveat schema`."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from caveat.cli import options as o


class Kind(str, Enum):  # noqa: UP042
    """Which kind of file or output; the kinds of `caveat.schemas`, which is too slow to load for their names alone."""

    policy = "policy"
    values = "values"
    facts = "facts"
    scenario = "scenario"
    case = "case"
    cases = "cases"
    derivations = "derivations"
    claims = "claims"
    decision = "decision"
    explanation = "explanation"
    timeline = "timeline"
    matrix = "matrix"
    diff = "diff"
    lint = "lint"
    test = "test"
    prove = "prove"
    readings = "readings"
    sources = "sources"
    passages = "passages"
    coverage = "coverage"
    record = "record"
    replay = "replay"
    watch = "watch"
    watch_line = "watch-line"
    watch_reject = "watch-reject"


@o.takes_policies
def schema(
    kind: Annotated[Kind, typer.Argument(help="Which file or output the schema is of.")] = Kind.policy,
    policies: o.Policies = o.SHIPPED,
) -> None:
    """Print the JSON Schema of a kind of file, with this vocabulary's facts and values for editors to complete, or of what a verb prints as JSON.

    In an editor with a YAML language server, begin a policy with: # yaml-language-server: $schema=policy.schema.json
    """
    from caveat.report.canonical_json import to_json
    from caveat.schemas import schema_of

    o.write(to_json(schema_of(kind.value, o.load(policies).book)), "json")

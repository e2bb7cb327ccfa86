"""Claims files: what must hold for all scenarios, as data beside the policies.

A claims file is any `NAME.claims.yaml` below the policies folder. It is strict YAML like a policy:

    claims:
      only-in-ukraine:
        claim: What Belgium gave to Ukraine may never be used outside Ukraine.
        issuer: BE
        where: {recipient: UA, target.region: {not: UA}}
        from: 2024-05-28
        always: prohibited
      what-london-permits:
        claim: What the United Kingdom permits, the Netherlands permit.
        if: {issuer: GB, verdict: permitted}
        then: {issuer: NL, verdict: permitted}

`claim` is the sentence that is claimed. It is about every scenario in `where`, a condition as policies have them (what
arguably lies in it counts), on every day, or from `from` to `until`, or on the `date`; on all that the library knows, or
what was known by `known_by`; weighed as it is, or with evidence below `min_grade` made arguable.

Whom it asks: all consents together; or, with `issuer`, one issuer, each of a list, or {every: state, but_not: [US]},
wherever it has a say (with `as: donor`, as the supplier of what is used); or, with `rule`, one rule or each of a list.

What it says: `always` or `never` one of some words, or wherever `if` comes, `then` comes, too; each half has a `verdict`,
and may have an `issuer` or `rule`, a `date` and a `known_by` of its own. Two issuers are compared as donors of the same
thing. The words are verdicts: permitted, prohibited, unclear, and of one issuer no-objection and no-say; silent (unclear,
as no rule speaks) and conflict (under some reading rules do both); arguably-permitted and arguably-prohibited (under some
reading); of a rule, applies and decides (`never`: under no reading, `always`: under every one).

A claim about no scenario is not true but mistaken, unless `may_be_empty` says why it may be.

Here a file becomes a tree and a model, claim by claim, so that one broken claim hides nothing about the others.
`resolve.claims` knows the names in it, and says what a claim means.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from caveat.load import strict_yaml
from caveat.load.beside import files_beside
from caveat.load.claim_models import ClaimModel, ClaimsModel
from caveat.load.files import check_node
from caveat.load.names import Named, ambiguous
from caveat.load.nodes import entries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from caveat.core.errors import Diagnostic
    from caveat.load.folder import RawFile
    from caveat.load.place import Location, Place
    from caveat.load.strict_yaml import Node

SUFFIX = ".claims.yaml"


@dataclass(frozen=True, slots=True)
class ClaimsFile:
    """One claims file: its tree, and those of its claims that are well formed."""

    name: str
    node: Node
    claims: Mapping[str, ClaimModel]


def read_files(where: Location | Place) -> tuple[list[ClaimsFile], list[Diagnostic]]:
    """Every claims file below a place, sorted by name, and every problem about its form; or the one file that a place is.

    Of a single policy file `NAME.yaml`, its `NAME.claims.yaml`.
    """
    problems: list[Diagnostic] = []
    files = [_file(raw, problems) for raw in files_beside(where, SUFFIX, problems)]
    return [file for file in files if file is not None], problems


def _file(raw: RawFile, problems: list[Diagnostic]) -> ClaimsFile | None:
    node, found = strict_yaml.read(raw.data, raw.shown, empty="a claims file begins with `claims:`")
    if node is None:
        problems += found
        return None
    problems += ambiguous(Named(name, name, span) for name, span, _ in entries(node, "claims"))
    checked, found = check_node(node, raw.shown, ClaimsModel, found)
    problems += [replace(d, help="begin with `claims:`") if d.code == "not-a-mapping" else d for d in found]
    if checked:
        return ClaimsFile(raw.shown, node, checked.model.claims)
    return ClaimsFile(raw.shown, node, {name: model for name, _, claim in entries(node, "claims") if (model := _alone(claim)) is not None})


def _alone(node: Node) -> ClaimModel | None:
    """One claim by itself; None where it is not well formed."""
    from pydantic import ValidationError

    try:
        return ClaimModel.model_validate(node.plain())
    except ValidationError:
        return None

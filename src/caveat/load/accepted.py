"""Findings of lint that a file accepts, each with the reason: `accepted: {conflict: "the minister left it open"}`.

It may stand in a rule, a statement, the default, or at the top of a policy file, where it is about the whole file. It
means nothing for any verdict, and is no part of a library's digest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from caveat.core.source import Span
    from caveat.load.acceptable import Acceptable
    from caveat.load.files import Checked
    from caveat.load.folder import RawFile
    from caveat.load.models import PolicyModel


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One code accepted at one place. `owner` is the id of a rule or statement, or empty for the whole file.

    `other` is the id of the other rule where only the finding about the two of them is accepted; else empty.
    """

    code: str
    reason: str
    issuer: str
    owner: str
    other: str
    span: Span


def acceptances(files: Sequence[RawFile]) -> list[Acceptance]:
    """What the policy files accept, in order. Files that are not well formed accept nothing."""
    from caveat.load.files import check
    from caveat.load.models import PolicyModel

    found: list[Acceptance] = []
    for file in files:
        if b"accepted" in file.data and not file.name.startswith("vocabulary/"):
            checked, _ = check(file, PolicyModel)
            found += _in_file(checked) if checked else ()
    return found


def _in_file(file: Checked[PolicyModel]) -> Iterator[Acceptance]:
    """Those at the top, then those of statements, rules and the default."""
    model = file.model
    yield from _at(file, "", (), model.accepted)
    for name, statement in model.statements.items():
        yield from _at(file, name, ("statements", name), statement.accepted)
    for name, rule in model.rules.items():
        yield from _at(file, name, ("rules", name), rule.accepted)
    if model.default:
        yield from _at(file, "default", ("default",), model.default.accepted)


def _at(file: Checked[PolicyModel], name: str, path: tuple[str, ...], accepted: Mapping[Acceptable, str | Mapping[str, str]]) -> Iterator[Acceptance]:
    """Those of one place: a reason for the whole code, or one for each other rule."""
    issuer = file.model.issuer
    owner = f"{issuer}/{name}" if name else ""
    for code, reasons in accepted.items():
        here = (*path, "accepted", code.value)
        if isinstance(reasons, str):
            yield Acceptance(code.value, reasons, issuer, owner, "", file.span(*here, key=True))
        else:
            for other, reason in reasons.items():
                yield Acceptance(code.value, reason, issuer, owner, f"{issuer}/{other}", file.span(*here, other, key=True))

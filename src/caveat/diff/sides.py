"""A side as people write it: `US@2024-05-29`, `GB@2024-06-01`, `@2024-05-30`, a file, a folder, or `REVISION:path` of git."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from caveat.core.dates import dated
from caveat.core.errors import Diagnostic, ScenarioError, did_you_mean
from caveat.core.vocabulary import folded, issuer_named
from caveat.load.place import exists, placed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from caveat.core.issuer import Issuer
    from caveat.core.vocabulary import Vocabulary
    from caveat.load.place import Place

CHAIN = ("", "chain", "everyone")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}\Z")
HELP = "write an issuer and a day (US@2024-05-29), a day alone for all consents (@2024-05-29), a file or folder, or REVISION:path of git"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written of a side; None where nothing was. `whole_chain` where all consents were asked for by name."""

    text: str
    issuer: str | None = None
    whole_chain: bool = False
    as_of: date | None = None
    known_by: date | None = None
    place: Place | None = None

    @property
    def is_policies(self) -> bool:
        """Whether it names policies rather than somebody's."""
        return self.place is not None


def read_side(text: str, issuers: Mapping[str, Issuer], vocabulary: Vocabulary) -> Written:
    """A side as written; ScenarioError where it is none."""
    bare, comma, known = text.partition(",known-by=")
    known_by = _day(known, text) if comma else None
    who, at, day = bare.rpartition("@") if "@" in bare else (bare, "", "")
    if not at and _DATE.match(who):
        who, at, day = "", "@", who
    is_file = not at and bare != "" and who not in issuers and exists(bare)  # an id is an issuer, any other name first a file
    issuer = None if is_file else issuer_named(who, issuers, vocabulary)
    if issuer or (at and folded(who) in CHAIN) or folded(who) == "chain":
        return Written(text, issuer, issuer is None, _day(day, text) if at else None, known_by)
    place = placed(bare)
    if bare and (place.revision or exists(bare)):
        return Written(text, place=place, known_by=known_by)
    near = did_you_mean(who, [n for i in issuers.values() for n in (i.id, i.name)])
    raise ScenarioError([Diagnostic("unknown-side", f"`{text}` is no side to compare: no such issuer, file or folder", None, near or HELP)])


def _day(text: str, whole: str) -> date:
    try:
        day = dated(text)
    except ValueError as error:
        raise ScenarioError([Diagnostic("impossible-date", f"`{whole}`: {error}", None, HELP)]) from None
    if not day.is_exact:
        raise ScenarioError([Diagnostic("impossible-date", f"`{whole}`: a side is on one day, and `{text}` is not one", None, "write 2024-05-30")])
    return day.earliest

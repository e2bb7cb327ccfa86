"""Who speaks: states, treaties, alliances, and what was searched for each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from caveat.core.dates import Dated


class IssuerKind(StrEnum):
    """What kind of party speaks; a treaty's silence is no objection."""

    STATE = "state"
    TREATY = "treaty"
    ALLIANCE = "alliance"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked for, reaching up to which day, in which languages and in how many looks, and whether it was found."""

    what: str
    until: Dated
    found: bool
    languages: tuple[str, ...]
    looks: int
    note: str | None


@dataclass(frozen=True, slots=True)
class Issuer:
    """A party whose say counts, the last date its sources reach, and what was searched for it."""

    id: str
    name: str
    kind: IssuerKind
    covered_until: Dated | None
    about: str
    article: str = ""  # before its name in a sentence: `the` United States
    searched: tuple[Search, ...] = ()

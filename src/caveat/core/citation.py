"""A published source, and how far it stands from what it reports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from caveat.core.dates import Dated


class Reliability(StrEnum):
    """How far a source is from what it reports, nearest first."""

    PRIMARY = "primary"
    MAINSTREAM = "mainstream"
    RELAY = "relay"
    STATE_ALIGNED = "state-aligned"


@dataclass(frozen=True, slots=True)
class Citation:
    """One published source of a statement. `url` may be missing; then `no_url` says why."""

    publisher: str
    title: str | None
    date: Dated | None
    url: str | None
    no_url: str | None
    words: str | None
    of: str | None
    language: str | None
    reliability: Reliability
    note: str | None

"""A published source, and how far it stands from what it reports."""

from __future__ import annotations

import hashlib
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
class Check:
    """A comparison of quoted words, letter by letter, with the text of the page.

    `digest` is that of the passage in which they were found; None where the page, or the words on it, were not found.
    """

    date: Dated
    how: str
    digest: str | None

    @property
    def found(self) -> bool:
        """Whether the words stood there as quoted."""
        return self.digest is not None


def passage_digest(text: str) -> str:
    """The digest of a passage: of its words as they stand, with one blank between them whatever space was there."""
    return "sha256:" + hashlib.sha256(" ".join(text.split()).encode()).hexdigest()


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
    checked: Check | None = None

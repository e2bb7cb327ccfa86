"""The six choices of every question: about which day, on what knowledge and evidence, of whom, and what may be added to what is said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from caveat.core.book import Grade


class ChoiceWords(TypedDict, total=False):
    """The same choices as keywords of a call; what is left out is as the call's `Choices` have it."""

    as_of: date | str | None
    known_by: date | str | None
    min_grade: Grade | None
    issuers: Iterable[str]
    assumptions: bool
    derivations: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How a question is asked.

    `as_of` is the day asked about (None: the scenario's own), `known_by` the last day whose knowledge counts (None: today).
    Evidence below `min_grade` makes a rule arguable. Only `issuers` are asked (none: everyone whose say counts). `assumptions`
    and `derivations` say whether what is left out may be assumed, and whether reports are brought to bear.
    """

    as_of: date | str | None = None
    known_by: date | str | None = None
    min_grade: Grade | None = None
    issuers: tuple[str, ...] = ()
    assumptions: bool = True
    derivations: bool = True

    def but(self, words: ChoiceWords) -> Choices:
        """The same choices, but for those that the words make anew."""
        made = {**words, "issuers": tuple(words.get("issuers", self.issuers))}
        return replace(self, **made)  # type: ignore[arg-type]  # the keys are those of the words

    def of(self, *issuers: str) -> Choices:
        """The same choices, asked of these issuers only."""
        return replace(self, issuers=issuers)


AS_USUAL = Choices()

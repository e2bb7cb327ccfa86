"""What one answer says of one issuer, or of all together: the part of it that a survey shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from caveat.core.outcome import Outcome, Verdict

if TYPE_CHECKING:
    from caveat.core.decision import Answer, Argued


@dataclass(frozen=True, slots=True)
class View:
    """The verdict, on whom it turns, and what it rests on. `set_aside` and `readings` take no part in whether two views are the same."""

    verdict: Verdict
    possible: tuple[Verdict, ...]
    binding: tuple[str, ...]
    says: tuple[Outcome, ...]
    rules: tuple[str, ...]
    set_aside: tuple[tuple[str, str], ...] = field(compare=False)
    readings: tuple[Argued, ...] = field(compare=False)
    missing: tuple[tuple[str, ...], ...]
    last_known: bool

    @property
    def is_silent(self) -> bool:
        """Whether it is unclear only because nothing on record covers the use."""
        return self.verdict == Verdict.UNCLEAR and set(self.says) <= {Outcome.SILENT}


def view(answer: Answer, issuer: str | None, *, is_ahead: bool = False) -> View:
    """The view of one issuer's consent, or of all together: then with the rules of those on whom the verdict turns.

    `is_ahead`: whether the day asked about lies after what is known, so that the answer is the last known in any case.
    """
    if issuer is not None:
        c = next((c for c in answer.consents if c.issuer == issuer), None)
        if c is None:
            return View(Verdict.NO_SAY, (Verdict.NO_SAY,), (), (), (), (), (), (), last_known=False)
        return View(c.verdict, c.possible, (issuer,), c.says, c.rules, c.set_aside, c.readings, c.missing, c.last_known or is_ahead)
    deciding = [c for c in answer.consents if c.issuer in answer.binding]
    return View(
        verdict=answer.verdict,
        possible=answer.possible,
        binding=answer.binding,
        says=tuple(sorted({o for c in deciding for o in c.says})),
        rules=tuple(r for c in deciding for r in c.rules),
        set_aside=tuple(pair for c in deciding for pair in c.set_aside),
        readings=tuple(a for c in deciding for a in c.readings),
        missing=answer.missing,
        last_known=is_ahead or any(c.last_known for c in answer.consents if c.verdict != Verdict.NO_OBJECTION),
    )

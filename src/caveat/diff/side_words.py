"""The two sides of a difference in words: what they share, and in what they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.report.kinds import day_words
from caveat.report.wording import GRADES, listed, named, value_name

if TYPE_CHECKING:
    from caveat.diff.difference import Asked


def _own(asked: Asked) -> dict[str, str]:
    """The facts of this side alone, but for who supplied it where that is the issuer itself."""
    return {fact: value for fact, value in asked.given.items() if value != asked.issuer}


class Sides:
    """Two sides: each as `at_before` and `at_after` say where it stands in a sentence, and as a label of its own."""

    def __init__(self, before: Asked, after: Asked) -> None:
        """See in what they differ."""
        self.before, self.after = before, after
        self.differs = [name for name, a, b in self._compared() if a != b]

    def _compared(self) -> list[tuple[str, object, object]]:
        a, b = self.before, self.after
        return [
            ("issuer", a.issuer, b.issuer),
            ("as_of", a.as_of, b.as_of),
            ("known_by", a.known_by, b.known_by),
            ("least_grade", a.min_grade, b.min_grade),
            ("given", _own(a), _own(b)),
            ("policies", (a.policies, a.book.digest), (b.policies, b.book.digest)),
        ]

    @property
    def at_before(self) -> str:
        """`on 29 May 2024`: the earlier side within a sentence; empty where only the issuers differ."""
        return self._at(self.before)

    @property
    def at_after(self) -> str:
        """`on 31 May 2024`: the later side."""
        return self._at(self.after)

    def _at(self, asked: Asked) -> str:
        words = {
            "policies": f"in {asked.policies or 'the library'}",
            "as_of": f"on {day_words(asked.as_of)}" if asked.as_of else "on every day",
            "known_by": f"as known by {day_words(asked.known_by)}",
            "least_grade": f"on evidence of at least {GRADES[asked.min_grade]}" if asked.min_grade else "on any evidence",
            "given": f"for {self._given(asked)}" if _own(asked) else "",
        }
        return ", ".join(words[name] for name in words if name in self.differs and words[name])

    @property
    def common_day(self) -> str:
        """`on 30 May 2024`: the one day both are asked about, where they differ in what was known; else empty."""
        day = self.after.as_of
        return f"on {day_words(day)}" if day and "known_by" in self.differs and "as_of" not in self.differs else ""

    def _given(self, asked: Asked) -> str:
        facts = asked.book.vocabulary.facts
        return listed([f"{facts[f].title if f in facts else f} {value_name(asked.book, f, v)}" for f, v in _own(asked).items()])

    def label(self, asked: Asked) -> str:
        """A side as a heading: whom, when; `29 May 2024`."""
        words = [named(asked.book, asked.issuer).removeprefix("the ")] if "issuer" in self.differs else []
        at = self._at(asked)
        words += [at.removeprefix("on ") if self.differs == ["as_of"] else at.removeprefix("in ")] if at else []
        return ", ".join(words) or asked.name

    @property
    def common(self) -> str:
        """What both sides share: `United States, as publicly known by 23 November 2026`."""
        asked = self.after
        words = [named(asked.book, asked.issuer).removeprefix("the ")] if "issuer" not in self.differs else []
        if "as_of" not in self.differs:
            words.append(f"on {day_words(asked.as_of)}" if asked.as_of else "on any day")
        if "known_by" not in self.differs:
            words.append(f"as publicly known by {day_words(asked.known_by)}")
        if "least_grade" not in self.differs and asked.min_grade:
            words.append(f"on evidence of at least {GRADES[asked.min_grade]}")
        if "given" not in self.differs and _own(asked):
            words.append(self._given(asked))
        return ", ".join(words)

    @property
    def between(self) -> str:
        """Both, for the one line of a difference that is empty."""
        if not self.differs:
            return f"{self.before.name} and {self.after.name}"
        return f"{self.label(self.before)} and {self.label(self.after)}" + (f" ({self.common})" if self.common else "")

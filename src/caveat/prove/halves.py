"""One half of a claim on the space of all scenarios: where it is asked, and where each word comes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from caveat.diagram.norms import Norms, Position, Side, Whole
from caveat.diagram.space import NONE

if TYPE_CHECKING:
    from caveat.core.book import Rule
    from caveat.core.claim import Finding

NO_SAY = "no-say"


@dataclass(frozen=True, eq=False)
class Half:
    """A finding on a side, of the scenarios within a set (without points)."""

    finding: Finding
    norms: Norms
    within: int

    @property
    def side(self) -> Side:
        """Whom it asks, and when."""
        return self.norms.side

    @property
    def rule(self) -> Rule | None:
        """The rule it is about."""
        return self.side.book.rule[self.finding.rule] if self.finding.rule else None

    @property
    def issuer(self) -> str | None:
        """The issuer it asks: that of the rule, where it is about one."""
        return self.rule.issuer if self.rule else self.finding.issuer

    def asked(self) -> int:
        """The scenarios that count: those in which whoever is asked has a say, unless having none is what is asked about."""
        space = self.norms.space
        if self.issuer is None or NO_SAY in self.finding.words:
            return self.within
        return space.both(self.within, space.possibly(self.norms.said(self.issuer).says))

    def some(self) -> int:
        """Where one of the words comes; of a rule, under some reading."""
        space = self.norms.space
        return space.both(self.asked(), space.either(*[self._word(w) for w in self.finding.words]))

    def every(self) -> int:
        """Where one of the words comes; of a rule, under every reading under which its issuer has a say."""
        rule, space = self.rule, self.norms.space
        if rule is None:
            return self.some()
        ways = [space.without(self.norms.said(rule.issuer).says), *(self._of_rule(rule, w) for w in self.finding.words)]
        return space.both(self.asked(), space.certainly(space.either(*ways)))

    def verdicts(self) -> dict[str, int]:
        """The scenarios by what `decide` answers: of the issuer by itself, or of the whole use."""
        space = self.norms.space
        if self.issuer is None:
            found = {"permitted": self._whole.permitted, "prohibited": self._whole.prohibited}
            return {**found, "unclear": space.without(space.either(*found.values()), self.within)}
        found = {}
        for position, part in self.norms.positions_of(self.issuer).items():
            found[position.verdict] = space.either(found.get(position.verdict, NONE), part)
        return found

    def deciding(self, inside: int) -> tuple[str, ...]:
        """The rules that decide somewhere inside, under some reading."""
        space, norms = self.norms.space, self.norms
        rules = [r for r in self.side.book.rules if self.issuer in (None, r.issuer)]
        return tuple(r.id for r in rules if space.both(inside, norms.decides(r), norms.said(r.issuer).says) != NONE)

    # -- words

    @cached_property
    def _whole(self) -> Whole:
        return Whole(self.norms, self.within)

    def _word(self, word: str) -> int:
        if self.rule is not None:
            return self.norms.space.possibly(self._of_rule(self.rule, word))
        return self._of_whole(word) if self.issuer is None else self._of_issuer(self.issuer, word)

    def _of_rule(self, rule: Rule, word: str) -> int:
        """Where and under which readings a rule applies or decides, and its issuer has a say; what silence means never yields to other rules."""
        norms = self.norms
        found = norms.decides(rule) if word == "decides" or rule.is_default else norms.applies(rule)
        return norms.space.both(norms.said(rule.issuer).says, found)

    def _of_whole(self, word: str) -> int:
        whole = self._whole
        match word:
            case "permitted":
                return whole.permitted
            case "prohibited":
                return whole.prohibited
            case "unclear":
                return self.norms.space.without(self._any(whole.permitted, whole.prohibited), self.within)
            case "silent":
                return whole.silent
            case "conflict":
                return whole.conflict
            case "arguably-permitted":
                return whole.arguably_permitted
            case "arguably-prohibited":
                return whole.arguably_prohibited
        raise AssertionError(f"`{word}` cannot be said of a whole use")

    def _of_issuer(self, issuer: str, word: str) -> int:
        space, said = self.norms.space, self.norms.said(issuer)
        match word:
            case "conflict":
                return space.possibly(said.conflict(space))
            case "arguably-permitted":
                return space.possibly(said.permitted(space))
            case "arguably-prohibited":
                return space.possibly(said.prohibited(space))
            case "unclear":
                return self.verdicts().get(word, NONE)
        return self.norms.positions_of(issuer).get(Position(word), NONE)

    def _any(self, *sets: int) -> int:
        return self.norms.space.either(*sets)

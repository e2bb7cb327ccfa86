"""What all consents come to together, as sets: the table of a whole use, settled issuer by issuer as far as that goes.

What holds of several things under every reading holds of each of them under every reading; so most scenarios are
settled on sets without arguable points, and only those that turn on several issuers' points are put together.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from caveat.analyse.space import ALL, NONE
from caveat.core.ir import IssuerKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from caveat.analyse.norms import Norms
    from caveat.analyse.space import Space


class Whole:
    """The whole use on one side, of the scenarios within a set (without points). Every set is worked out when first asked for."""

    def __init__(self, norms: Norms, within: int = ALL) -> None:
        """Nothing is worked out yet."""
        self.norms, self.within, self.space = norms, within, norms.space

    @cached_property
    def _prohibits(self) -> list[int]:
        """Issuer by issuer, where (within the set) and under which readings it prohibits."""
        return [self.space.both(self.within, p.prohibited(self.space)) for p in map(self.norms.said, self.norms.issuers)]

    @cached_property
    def _permits(self) -> list[int]:
        return [self.space.both(self.within, p.permitted(self.space)) for p in map(self.norms.said, self.norms.issuers)]

    @cached_property
    def _clear(self) -> list[int]:
        """Issuer by issuer, where and under which readings it neither prohibits nor leaves it open; last, where a donor has a say."""
        space, norms = self.space, self.norms
        found = []
        for issuer, prohibited in zip(norms.issuers, self._prohibits, strict=True):
            said = norms.said(issuer)
            known = norms.side.book.issuers.get(issuer)
            silent = NONE if known and known.kind == IssuerKind.TREATY else said.silent(space)
            found.append(space.without(space.either(prohibited, said.conflict(space), silent)))
        return [*found, space.either(*[norms.set_of(s.when) for s in norms.side.book.says if s.is_donor])]

    @cached_property
    def prohibited(self) -> int:
        """Prohibited under every reading."""
        return certain_of_any(self.space, self._prohibits, self.within)

    @cached_property
    def permitted(self) -> int:
        """Permitted under every reading."""
        clear = self.within
        for part in self._clear:
            clear = self.space.both(clear, self.space.certainly(part))
        return certain_of_any(self.space, self._permits, clear)

    @cached_property
    def arguably_prohibited(self) -> int:
        """Prohibited under some reading."""
        return self.space.both(self.within, self.space.either(*map(self.space.possibly, self._prohibits)))

    @cached_property
    def arguably_permitted(self) -> int:
        """Permitted under some reading."""
        space = self.space
        left = space.both(self.within, space.either(*map(space.possibly, self._permits)))
        for part in self._clear:
            left = space.both(left, space.possibly(part))
        left = space.without(self.permitted, left)
        somebody = space.either(*[space.both(left, p) for p in self._permits])
        for part in self._clear:
            somebody = space.both(somebody, space.both(left, part))
        return space.either(self.permitted, space.possibly(somebody))

    @cached_property
    def silent(self) -> int:
        """Under no reading does anyone who has a say speak."""
        left = self.within
        for said in map(self.norms.said, self.norms.issuers):
            spoken = self.space.both(said.says, self.space.either(said.permits, said.prohibits))
            left = self.space.without(self.space.possibly(spoken), left)
        return left

    @cached_property
    def conflict(self) -> int:
        """Under some reading someone's rules both permit and prohibit."""
        parts = [self.norms.said(i).conflict(self.space) for i in self.norms.issuers]
        return self.space.both(self.within, self.space.either(*map(self.space.possibly, parts)))


def certain_of_any(space: Space, parts: Sequence[int], within: int) -> int:
    """Where, within a set, at least one of the parts holds under every reading: one of them by itself, or several by turns."""
    sure = space.both(within, space.either(*map(space.certainly, parts)))
    left = space.without(sure, within)
    possible = [space.both(left, space.possibly(p)) for p in parts]
    several = _in_two(space, possible)
    if several == NONE:
        return sure
    together = space.either(*[space.both(several, part) for part, here in zip(parts, possible, strict=True) if here != NONE])
    return space.either(sure, space.both(several, space.certainly(together)))


def _in_two(space: Space, parts: Iterable[int]) -> int:
    """What lies in at least two of the parts."""
    one = two = NONE
    for part in parts:
        two = space.either(two, space.both(one, part))
        one = space.either(one, part)
    return two

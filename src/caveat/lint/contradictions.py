"""Rules whose conditions no use can meet, and the few tests that exclude each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from caveat.core.errors import Severity
from caveat.core.formula import FALSE
from caveat.lint.finding import Finding, Involved
from caveat.lint.search import as_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from caveat.core.book import Rule
    from caveat.core.formula import Formula
    from caveat.core.source import Span
    from caveat.lint.finding import Places
    from caveat.lint.search import Search


class Test(Protocol):
    """One of the tests that must all hold for a rule to apply: as written, where, and what it means."""

    @property
    def text(self) -> str:
        """As it is written."""

    @property
    def span(self) -> Span:
        """Where it stands."""

    @property
    def formula(self) -> Formula:
        """What it means."""

    @property
    def is_exception(self) -> bool:
        """Whether it is an `unless`."""


@dataclass(frozen=True, slots=True)
class _Demand:
    """What must hold for a rule to apply besides its own tests: that its issuer has a say, or what the vocabulary says."""

    text: str
    formula: Formula


def never_applies(search: Search, places: Places, tests_of: Callable[[Rule], Sequence[Test]]) -> Iterator[Finding]:
    """Rules that no use can meet under any reading, or whose issuer then has no say."""
    for rule in search.rules():
        is_end_of_another = rule.condition == FALSE and rule.supersedes
        if not is_end_of_another and not search.find([search.says[rule.issuer], search.conditions[rule.id]]):
            yield _finding(search, places, rule, list(tests_of(rule)))


def _finding(search: Search, places: Places, rule: Rule, tests: list[Test]) -> Finding:
    """The fewest tests that cannot all hold, with what else it takes for them to exclude each other."""
    say = _Demand("", search.says[rule.issuer])
    demands = [_Demand(c.because, c.holds) for c in search.book.constraints]
    whole = _Demand("its conditions", search.conditions[rule.id])
    own_parts: list[Test | _Demand] = [*tests] or [whole]
    guilty = _needed(search, [*demands, say, *own_parts])
    own = [t for t in tests if t in guilty]
    texts = [f"`{t.text}`" for t in own] or (["its conditions"] if whole in guilty else [])
    issuer = search.book.issuers[rule.issuer].name
    if texts:
        verb = "exclude each other" if len(texts) > 1 else "cannot hold" if own else "cannot all hold"
        cause = f"{' and '.join(texts)} {verb}" + (f" while {issuer} has a say" if say in guilty else "")
    else:
        cause = f"{issuer} never has a say" if say in guilty else "the vocabulary allows no use at all"
    because = "; ".join(dict.fromkeys(d.text for d in demands if d in guilty))
    message = f"`{rule.id}` can never apply: {cause}" + (f" ({because})" if because else "")
    also = tuple(Involved(t.text, "is one of the tests", t.span) for t in own)
    tip = "mend one of the tests; to apply in either case, write `any: [...]`, or two rules"
    return Finding("never-applies", message, places.of(rule), tip, Severity.WARNING, rule.id, (rule.id,), also)


def _needed(search: Search, parts: Sequence[Test | _Demand]) -> list[Test | _Demand]:
    """Of parts that cannot all hold, as few as cannot; the first are left out first."""
    kept = list(parts)
    for part in parts:
        fewer = [p for p in kept if p is not part]
        if search.find([as_facts(p.formula) for p in fewer], vocabulary=False) is None:
            kept = fewer
    return kept

"""What there is to tell about a difference, whatever form it takes: a headline, changes with their parts, edits, sources.

Regions that are one change (the same verdicts, cause and rules) are told together: what they share once, and where
they differ as a line each.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from caveat.analyse.frame import Part
from caveat.compare.difference import Cause, Change
from caveat.compare.doubts import doubts
from caveat.core.ir import FALSE, In, atoms
from caveat.core.logic import narrowed
from caveat.core.question import DATE
from caveat.report.diff_sides import Sides, named
from caveat.report.diff_words import line_words, use_words
from caveat.report.survey_words import Kind, facts_line
from caveat.report.wording import listed, value_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from caveat.compare.difference import Difference, Region, RuleEdit
    from caveat.core.ir import Book, Formula, Reading, Rule, Statement

WORTH_SPLITTING = 60  # letters saved by telling a fact once
WORDS = {
    Change.LOOSENED: "loosened",
    Change.TIGHTENED: "tightened",
    Change.CLARIFIED: "clarified",
    Change.OBSCURED: "obscured",
    Change.NOW_SILENT: "now silent",
}
LEGEND = {
    Change.LOOSENED: "permitted (or not objected to) where it was prohibited",
    Change.TIGHTENED: "prohibited where it was permitted (or not objected to)",
    Change.CLARIFIED: "settled where it was unclear",
    Change.OBSCURED: "unclear where it was settled",
    Change.NOW_SILENT: "nothing is said any more where something was",
}
CAUSES = {
    Cause.WORLD: "The policy changed between the two days; what was known of it played no part.",
    Cause.LEARNED: "The policy had been so already; it only became known between the two days.",
    Cause.BOTH: "The policy changed, and more became known; neither alone made the difference.",
}
_NOW = {
    "permitted": "permits",
    "prohibited": "prohibits",
    "unclear": "leaves unclear",
    "no-objection": "does not object to",
    "no-say": "has no say in",
}
_THEN = {
    "permitted": "what it permitted",
    "prohibited": "what it prohibited",
    "unclear": "what was unclear",
    "no-objection": "what it did not object to",
    "no-say": "what it had no say in",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """One region of a change: its number (from 1, in the order of the difference), and the facts in which it differs from the others."""

    number: int
    region: Region
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One change: regions with the same verdicts, cause and rules. `common` is what they share; `number` counts the usual ones."""

    number: int
    pieces: tuple[Piece, ...]
    common: Mapping[str, Part]

    @property
    def region(self) -> Region:
        """The first region, for what all have in common."""
        return self.pieces[0].region


class Story:
    """A difference made ready to be told."""

    def __init__(self, difference: Difference) -> None:
        """Group its regions, and number what it speaks of."""
        self.difference = difference
        self.book: Book = difference.after.book
        self.sides = Sides(difference.before, difference.after)

    @cached_property
    def changes(self) -> tuple[Told, ...]:
        """The usual changes first; settled verdicts that turned before those that became clear or unclear, large before small."""
        groups: dict[object, list[Piece]] = {}
        for number, region in enumerate(self.difference.regions, 1):
            groups.setdefault(region.kind, []).append(Piece(number, region, ()))
        split = [told for pieces in groups.values() for told in self._split(pieces)]
        split.sort(key=lambda t: (not t.region.is_usual, list(Change).index(t.region.change), -sum(p.region.scenarios for p in t.pieces)))
        return tuple(Told(n, t.pieces, t.common) for n, t in enumerate(split, 1))

    @property
    def usual(self) -> list[Told]:
        """The changes within what is usually assumed."""
        return [t for t in self.changes if t.region.is_usual]

    @property
    def unusual(self) -> list[Told]:
        """The changes beyond what is usually assumed."""
        return [t for t in self.changes if not t.region.is_usual]

    def _split(self, pieces: Sequence[Piece]) -> Iterator[Told]:
        """One change, or several where a long fact has few values: it is then told once for each."""
        said = [self.said(p.region) for p in pieces]
        facts = list(dict.fromkeys(f for parts in said for f in parts))
        differs = [f for f in facts if any(parts.get(f) != said[0].get(f) for parts in said)]
        saved = {f: self._saved(pieces, f) for f in differs}
        best = max(saved, key=lambda f: saved[f], default=None)
        if best is None or saved[best] < WORTH_SPLITTING:
            common = {f: said[0][f] for f in facts if f not in differs}
            yield Told(0, tuple(Piece(p.number, p.region, tuple(f for f in differs if f in s)) for p, s in zip(pieces, said, strict=True)), common)
            return
        apart: dict[Part | None, list[Piece]] = {}
        for piece, parts in zip(pieces, said, strict=True):
            apart.setdefault(parts.get(best), []).append(piece)
        for some in apart.values():
            yield from self._split(some)

    def _saved(self, pieces: Sequence[Piece], fact: str) -> int:
        lengths = [(self.said(p.region).get(fact), p.region) for p in pieces]
        long = {part: len(line_words(self.book, region.where, {fact: part}, [fact])) if part else 0 for part, region in lengths}
        return sum(long[part] for part, _ in lengths) - sum(long.values())

    def said(self, region: Region) -> dict[str, Part]:
        """The facts of a region that need saying: not those that are as usual."""
        parts = {**self._restricted, **region.parts}
        order = [DATE, *self.book.vocabulary.facts]
        parts = {f: parts[f] for f in sorted(parts, key=lambda f: order.index(f) if f in order else len(order))}
        if not region.is_usual:
            return parts
        usual = {**{f: self._usual_of(region, v) for f, v in self.difference.usual.items()}, **self._implied}
        return {f: p for f, p in parts.items() if not (f in usual and p.values <= usual[f] and not p.others & usual[f])}

    @cached_property
    def _implied(self) -> dict[str, frozenset[str]]:
        """What facts can be only, where all is as usual: without a carrier nobody supplied one, a strike hits nothing in the air."""
        facts = self.book.vocabulary.facts
        sets = {f: frozenset(fact.domain) for f, fact in facts.items()} | {f: frozenset(v) for f, v in self.difference.usual.items()}
        about: dict[str, list[Formula]] = {}
        for c in self.book.constraints:
            for name in {a.fact for a in atoms(c.holds) if isinstance(a, In)}:
                about.setdefault(name, []).append(c.holds)
        found = {}
        for name, holds in about.items():
            can = frozenset(v for v in sets[name] if all(narrowed(h, {**sets, name: frozenset((v,))}) != FALSE for h in holds))
            if can < sets[name]:
                found[name] = can
        return found

    @cached_property
    def _restricted(self) -> dict[str, Part]:
        """What the comparison was restricted to, as parts of every region."""
        found = {}
        for fact, said in self.difference.where.items():
            known = self.book.vocabulary.facts.get(fact)
            if known is not None:
                terms = [known.value_set.terms[t] for t in ([said] if isinstance(said, str) else said) if t in known.value_set.terms]
                values = frozenset(v for t in terms for v in t.leaves | t.arguable.keys()) & frozenset(known.domain)
                found[fact] = Part(values, values, frozenset(known.domain) - values)
        return found

    def _usual_of(self, region: Region, values: Sequence[str]) -> frozenset[str]:
        """What is usual for one issuer among several: it speaks as the donor."""
        if len(values) == 1 and values[0] in self.difference.asked:
            return frozenset(region.issuers[:1])
        return frozenset(values)

    # -- sentences

    @property
    def headline(self) -> str:
        """The verdict on the whole, in a sentence: the change that matters most."""
        if self.difference.is_empty:
            return f"Nothing differs between {self.sides.between}."
        if not self.changes:
            return f"{self._records_only()}, but no verdict does: every use is judged as before."
        told = self.changes[0]
        return f"{self.verdict(told)}: {self.use(told)}."

    def _records_only(self) -> str:
        d = self.difference
        kinds = [(d.rules, "rules"), (d.statements, "statements"), (d.vocabulary, "vocabulary"), (d.not_compared, "what can be asked")]
        differing = [word for edits, word in kinds if edits]
        return f"{listed(differing).capitalize()} {'differ' if len(differing) > 1 or differing[0].endswith('s') else 'differs'}"

    def verdict(self, told: Told) -> str:
        """`On 31 May 2024 the United States permits what it prohibited on 29 May 2024`."""
        region, sides = told.region, self.sides
        silent = region.change is Change.NOW_SILENT
        if self.is_chain:
            now = "is for nobody to settle" if silent else f"is {_plain(region.after)}"
            return capital(" ".join(f"what was {_plain(region.before)} {sides.at_before} {now} {sides.at_after}".split()))
        now, then = "is silent on" if silent else _NOW[region.after], _THEN[region.before]
        issuer, other = self.difference.after.issuer or region.issuers[0], self.difference.before.issuer
        if other is not None and other != issuer:
            then = f"what {named(self.difference.before.book, other)} {_NOW[region.before]}"
        return capital(" ".join(f"{sides.at_after} {named(self.book, issuer)} {now} {then} {sides.at_before}".split()))

    @property
    def is_chain(self) -> bool:
        """Whether whole uses are compared, with everyone whose say counts, rather than what single issuers say."""
        return not self.difference.asked

    def use(self, told: Told) -> str:
        """The use a change is about, whole where it has one region, else what its regions share and where they lie."""
        if len(told.pieces) == 1:
            return self.region_words(told.region)
        fact = told.pieces[0].differs[0]
        pieces = [self.said(p.region)[fact] for p in told.pieces if fact in p.differs]
        values = frozenset(v for part in pieces for v in part.values)
        whole = Part(values, frozenset(v for part in pieces for v in part.nameable), pieces[0].others - values)
        joined = {**told.common, fact: whole} if fact in self._alike(told) else told.common
        return f"{use_words(self.book, told.region.where, joined)} ({len(told.pieces)} parts, listed below)"

    def _alike(self, told: Told) -> set[str]:
        """The facts in which the regions of a change differ and which all of them name."""
        return {f for f in told.pieces[0].differs if f != DATE and all(f in p.differs for p in told.pieces)}

    def common_words(self, told: Told) -> str:
        """What all regions of a change share."""
        return use_words(self.book, told.region.where, told.common) if told.common else "these uses"

    def region_words(self, region: Region) -> str:
        """One region whole, as one phrase."""
        return use_words(self.book, region.where, self.said(region))

    def line(self, piece: Piece) -> str:
        """Where one region lies within its change."""
        return line_words(self.book, piece.region.where, self.said(piece.region), piece.differs)

    @property
    def counts(self) -> str:
        """`1 loosened and 6 obscured, in 3 changes`; what lies beyond the usual assumptions apart."""
        parts = [_counted(self.usual)] if self.usual else []
        if self.unusual:
            parts.append(f"beyond the usual assumptions {_counted(self.unusual)}")
        return "; ".join(parts)

    @property
    def assumed(self) -> str:
        """What is usually assumed, in words: `recipient Ukraine, action strike, no support`; members of a fact that are all no as one."""
        rows = []
        several = {m: whole for whole, members in self.book.vocabulary.several.items() for m in members}
        for fact, values in self.difference.usual.items():
            known = self.book.vocabulary.facts[fact]
            names = self._usual_words(fact, values)
            row = f"no {several[fact]}" if fact in several else names if names.startswith("no ") else f"{known.title} {names}"
            if row not in rows:
                rows.append(row)
        return ", ".join(rows)

    def _usual_words(self, fact: str, values: Sequence[str]) -> str:
        known = self.book.vocabulary.facts[fact]
        terms = known.assume.terms if known.assume and known.assume.values == frozenset(values) else known.value_set.smallest_names(frozenset(values))
        return listed([value_name(self.book, fact, t) for t in terms], "or")

    @property
    def asked_lines(self) -> list[str]:
        """What was compared, what it was restricted to, and what is usually assumed, a sentence each."""
        d = self.difference
        lines = [
            f"Compared: {self.sides.label(d.before)}, with {self.sides.label(d.after)}" + (f" ({self.sides.common})." if self.sides.common else ".")
        ]
        if d.where:
            lines.append(f"Only: {facts_line(self.book, d.where)}" + (f"; day: {d.where[DATE]}." if DATE in d.where else "."))
        if self.changes and self.assumed:
            lines.append(f"Assumed where nothing else is said: {self.assumed}.")
        return lines

    def whose(self, told: Told) -> str:
        """Whose own consent changes, where that is not said: of a whole chain, or where several issuers are compared."""
        if self.difference.after.issuer is None:
            return listed([named(self.book, i) for i in told.region.issuers])
        return ""

    def number_of_region(self, index: int | None) -> int | None:
        """The number of the change that a region, by its index, is part of."""
        return next((t.number for t in self.changes for p in t.pieces if index is not None and p.number == index + 1), None)

    @property
    def not_compared_lines(self) -> list[str]:
        """What only one side knows of, fact by fact."""
        lines = []
        for apart in self.difference.not_compared:
            facts = [a.book.vocabulary.facts.get(apart.fact) for a in (self.difference.before, self.difference.after)]
            title = next((f.title for f in facts if f), apart.fact)
            sides = [(apart.only_before, "before"), (apart.only_after, "after")]
            lines.append(f"{title}: " + "; ".join(f"only {when}: {shown(values)}" for values, when in sides if values))
        return lines

    # -- rules and statements

    def rule(self, ident: str) -> Rule:
        """A rule of the later side, or of the earlier where it is gone."""
        after, before = self.difference.after.book.rule, self.difference.before.book.rule
        return after[ident] if ident in after else before[ident]

    def statement(self, ident: str) -> Statement:
        """A statement of the later side, or of the earlier where it is gone."""
        after, before = self.difference.after.book.statements, self.difference.before.book.statements
        return after[ident] if ident in after else before[ident]

    @cached_property
    def cited(self) -> dict[str, int]:
        """Every statement spoken of, with its number: those behind the usual changes first, then those edited, then the rest."""
        told = [s for t in self.usual for s in t.region.statements]
        edited = [e.statement for e in self.difference.statements]
        rest = [s for t in self.unusual for s in t.region.statements]
        edited_rules = [s for e in self.difference.rules for s in self.rule(e.rule).statements]
        return {ident: n for n, ident in enumerate(dict.fromkeys([*told, *edited, *edited_rules, *rest]), 1)}

    @property
    def cited_in_full(self) -> dict[str, int]:
        """Those of them that stand behind the usual changes, or were edited."""
        wanted = {s for t in self.usual for s in t.region.statements} | {e.statement for e in self.difference.statements}
        wanted |= {s for e in self.difference.rules for s in self.rule(e.rule).statements}
        return {ident: n for ident, n in self.cited.items() if ident in wanted}

    def citing(self, rule: str) -> list[int]:
        """The numbers of the statements of a rule."""
        return sorted(self.cited[s] for s in self.rule(rule).statements if s in self.cited)

    def rules_of(self, told: Told) -> list[tuple[str, list[str]]]:
        """The rules of a change in three lists, empty ones left out: no longer deciding, newly deciding, still deciding."""
        before, after = told.region.rules_before, told.region.rules_after
        was, now = self.difference.before, self.difference.after
        apart = [named(a.book, a.issuer) for a in (was, now)] if was.issuer != now.issuer else []
        lists = [
            (f"rules of {apart[0]}" if apart else "decided before", [r for r in before if r not in after]),
            (f"rules of {apart[1]}" if apart else "decides now", [r for r in after if r not in before]),
            ("in both", [r for r in before if r in after]),
        ]
        return [(name, rules) for name, rules in lists if rules]

    def doubts(self, told: Told) -> list[Reading]:
        """What makes the unclear side of a change so, by the witness of its first region; none where both sides are settled."""
        return doubts(self.difference, told.region)

    @cached_property
    def rule_edits(self) -> list[tuple[str, list[RuleEdit]]]:
        """The edits of rules by what became of them."""
        found: dict[str, list[RuleEdit]] = {}
        for edit in self.difference.rules:
            found.setdefault(edit.edit.value, []).append(edit)
        return list(found.items())


def kinds_of(region: Region) -> tuple[Kind, Kind]:
    """The verdicts before and after, as they are drawn."""
    before = Kind.NOT_ASKED if region.before == "no-say" else Kind(region.before)
    after = Kind.SILENT if region.change is Change.NOW_SILENT else Kind.NOT_ASKED if region.after == "no-say" else Kind(region.after)
    return before, after


def shown(values: Sequence[str], most: int = 8) -> str:
    """Values by id, the first few and how many more."""
    return ", ".join(values) if len(values) <= most else f"{', '.join(values[:most])} and {len(values) - most} more"


def _plain(verdict: str) -> str:
    return {"no-objection": "not objected to", "no-say": "for nobody to say"}.get(verdict, verdict)


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def _counted(changes: Sequence[Told]) -> str:
    by_class: dict[Change, int] = {}
    for told in changes:
        by_class[told.region.change] = by_class.get(told.region.change, 0) + 1
    regions = sum(len(t.pieces) for t in changes)
    words = listed([f"{by_class[c]} {WORDS[c]}" for c in Change if c in by_class])
    return f"{words} ({regions} region{'s' * (regions != 1)})"

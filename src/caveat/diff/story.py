"""What there is to tell about a difference, whatever form it takes: a headline, changes with their parts, edits, sources.

Regions that are one change (the same verdicts, cause and rules) are told together: what they share once, and where
they differ as a line each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from caveat.core.formula import FALSE, In, atoms
from caveat.core.logic import narrowed
from caveat.core.question import DATE
from caveat.diagram.frame import Part
from caveat.diff.difference import Change
from caveat.diff.doubts import doubts
from caveat.diff.relation import Relation, relation, relation_words
from caveat.diff.side_words import Sides
from caveat.diff.verdicts import CASE_FILES, WORDS, derivations, records_only, verdict_words
from caveat.report.boxes import few, line_words, use_words
from caveat.report.kinds import facts_line
from caveat.report.points import worded
from caveat.report.policies import TITLE, policies_words
from caveat.report.wording import listed, named, value_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from caveat.core.book import Book, Reading, Rule, Statement
    from caveat.core.formula import Formula
    from caveat.diff.difference import Difference, Region, RuleEdit

WORTH_SPLITTING = 60  # letters saved by telling a fact once
FEW_PARTS = 12  # of a change that are told where not all are asked for
FEW_NAMES = 6  # in one list of a headline


@dataclass(frozen=True, slots=True)
class Piece:
    """One region of a change: its number (from 1, in the order of the difference), and the facts in which it differs from the others."""

    number: int
    region: Region
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One change: regions with the same verdicts, cause and rules. `common` is what they share; `number` counts the usual ones.

    `relation` is what they are together in the two facts in which they differ, where that can be said in one phrase.
    """

    number: int
    pieces: tuple[Piece, ...]
    common: Mapping[str, Part]
    relation: Relation | None = None

    @property
    def has_lines(self) -> bool:
        """Whether its parts need a line each."""
        return len(self.pieces) > 1 and self.relation is None

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
        return tuple(replace(t, number=n) for n, t in enumerate(split, 1))

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
        together = relation(self.book, said)
        if together or best is None or saved[best] < WORTH_SPLITTING:
            common = {f: said[0][f] for f in facts if f not in differs}
            apart_in = [tuple(f for f in differs if f in s) for s in said]
            yield Told(0, tuple(Piece(p.number, p.region, fs) for p, fs in zip(pieces, apart_in, strict=True)), common, together)
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
            return records_only(self.difference)
        told = self.changes[0]
        return f"{self.verdict(told)}: {self.use(told)}."

    def verdict(self, told: Told) -> str:
        """`On 31 May 2024 the United States permits what it prohibited on 29 May 2024`."""
        return verdict_words(self.difference, self.sides, told.region)

    @property
    def closing(self) -> list[str]:
        """What can be relied on beyond what is listed; nothing where no verdict differs."""
        if not self.changes:
            return []
        lines = ["Nothing else differs: every possible use was compared, none was sampled."]
        return [*lines, f"{CASE_FILES}: derivations differ."] if derivations(self.difference) else lines

    def use(self, told: Told) -> str:
        """The use a change is about, for a headline: long lists cut; where it has several regions, what they share and where they lie."""
        if not told.has_lines:
            return self.common_words(told, FEW_NAMES)
        fact = told.pieces[0].differs[0]
        pieces = [self.said(p.region)[fact] for p in told.pieces if fact in p.differs]
        values = frozenset(v for part in pieces for v in part.values)
        whole = Part(values, frozenset(v for part in pieces for v in part.nameable), pieces[0].others - values)
        joined = {**told.common, fact: whole} if fact in self._alike(told) else told.common
        return f"{use_words(self.book, told.region.where, joined, most=FEW_NAMES)} ({len(told.pieces)} parts, listed below)"

    def _alike(self, told: Told) -> set[str]:
        """The facts in which the regions of a change differ and which all of them name."""
        return {f for f in told.pieces[0].differs if f != DATE and all(f in p.differs for p in told.pieces)}

    def common_words(self, told: Told, most: int | None = None) -> str:
        """What all regions of a change share, and the relation they are, if one; of long lists the first names, if `most` is given."""
        if len(told.pieces) == 1:
            return use_words(self.book, told.region.where, self.said(told.region), most=most)
        own = relation_words(self.book, told.relation) if told.relation else {}
        parts = {f: p for f, p in self.said(told.region).items() if f in told.common or f in own}
        return use_words(self.book, told.region.where, parts, own, most=most) if parts else "these uses"

    def lines(self, told: Told, *, everything: bool = True) -> list[str]:
        """Where the regions of a change lie, a line each; the first few and how many more, unless `everything`."""
        if not told.has_lines:
            return []
        shown = told.pieces if everything or len(told.pieces) <= FEW_PARTS + 1 else told.pieces[:FEW_PARTS]
        left = len(told.pieces) - len(shown)
        return [*map(self.line, shown), *([f"... and {left} more parts; --all lists them"] if left else [])]

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
        return [*lines, *self.policies_lines]

    @property
    def policies_lines(self) -> list[str]:
        """What is to be said of the policies of either side; once, where it is the same of both."""
        d = self.difference
        before, after = (policies_words(a.book) for a in (d.before, d.after))
        if before == after:
            return [f"{TITLE}: {after}."] if after else []
        sides = ((d.before, before), (d.after, after))
        return [f"{TITLE} of {asked.policies or asked.name}: {words}." for asked, words in sides if words]

    def whose(self, told: Told, most: int | None = FEW_NAMES) -> str:
        """Whose own consent changes, where that is not said: of a whole chain, or where several issuers are compared; of many, `most`."""
        if self.difference.after.issuer is None:
            return listed(few([named(self.book, i) for i in told.region.issuers], most))
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

    def file_name(self, piece: Piece) -> str:
        """The name of the witness of a region, as `--witness DIR` writes it: `change-02-part-3.yaml`, as the report numbers it."""
        told, part = self._places[piece.number]
        many = len(told.pieces)
        change = f"change-{told.number:0{max(2, len(str(len(self.changes))))}d}"
        return f"{change}-part-{part:0{len(str(many))}d}.yaml" if many > 1 else f"{change}.yaml"

    @cached_property
    def _places(self) -> dict[int, tuple[Told, int]]:
        return {piece.number: (told, n) for told in self.changes for n, piece in enumerate(told.pieces, 1)}

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
        later = self.difference.after if told.region.after == "unclear" else self.difference.before
        return [worded(later.book, reading) for reading in doubts(self.difference, told.region)]

    @cached_property
    def rule_edits(self) -> list[tuple[str, list[RuleEdit]]]:
        """The edits of rules by what became of them."""
        found: dict[str, list[RuleEdit]] = {}
        for edit in self.difference.rules:
            found.setdefault(edit.edit.value, []).append(edit)
        return list(found.items())


def shown(values: Sequence[str], most: int = 8) -> str:
    """Values by id, the first few and how many more."""
    return ", ".join(values) if len(values) <= most else f"{', '.join(values[:most])} and {len(values) - most} more"


def _counted(changes: Sequence[Told]) -> str:
    by_class: dict[Change, int] = {}
    for told in changes:
        by_class[told.region.change] = by_class.get(told.region.change, 0) + 1
    regions = sum(len(t.pieces) for t in changes)
    words = listed([f"{by_class[c]} {WORDS[c]}" for c in Change if c in by_class])
    return f"{words} ({regions} region{'s' * (regions != 1)})"

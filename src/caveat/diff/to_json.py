"""The machine's form of a difference: `caveat/diff/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.force import grade_known
from caveat.diff.story import Story
from caveat.report.to_data import citation_data, library_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from caveat.diff.data import (
        AsksData,
        CaseData,
        DifferenceData,
        FieldData,
        RegionData,
        RuleEditData,
        SideData,
        StatementData,
        StatementEditData,
    )
    from caveat.diff.difference import Asked, CaseChange, Difference, Region, RuleEdit, StatementEdit


def difference_data(d: Difference) -> DifferenceData:
    """The difference as plain data, ready for JSON: every region, every edit, every statement spoken of with its sources."""
    story = Story(d)
    return {
        "schema": "caveat/diff/1",
        "before": _side(d.before),
        "after": _side(d.after),
        "asked": list(d.asked),
        "headline": story.headline,
        "differs": not d.is_empty,
        "where": dict(d.where),
        "usual": {fact: list(values) for fact, values in d.usual.items()},
        "changes": [
            {
                "number": t.number,
                "class": t.region.change,
                "before": t.region.before,
                "after": t.region.after,
                "usual": t.region.is_usual,
                "text": story.common_words(t),
                "regions": [p.number for p in t.pieces],
                "readings": [r.name for r in story.doubts(t)],
            }
            for t in story.changes
        ],
        "regions": [_region(story, r, n) for n, r in enumerate(d.regions, 1)],
        "rules": [_rule_edit(story, e) for e in d.rules],
        "statements": [_statement_edit(story, e) for e in d.statements],
        "vocabulary": list(d.vocabulary),
        "not_compared": [{"fact": n.fact, "only_before": list(n.only_before), "only_after": list(n.only_after)} for n in d.not_compared],
        "cases": None if d.cases is None else [_case(story, c) for c in d.cases],
        "compared": d.compared,
        "sources": [_source(story, ident) for ident in story.cited],
    }


def _side(asked: Asked) -> SideData:
    return {
        "name": asked.name,
        "issuer": asked.issuer,
        "as_of": asked.as_of.isoformat() if asked.as_of else None,
        "known_by": asked.known_by.isoformat(),
        "least_grade": asked.min_grade,
        "given": dict(asked.given),
        "policies": asked.policies or None,
        "library": library_data(asked.book),
    }


def _region(story: Story, region: Region, number: int) -> RegionData:
    return {
        "number": number,
        "where": {**story.difference.where, **region.where},
        "text": story.region_words(region),
        "before": region.before,
        "after": region.after,
        "class": region.change,
        "cause": region.cause,
        "issuers": list(region.issuers),
        "usual": region.is_usual,
        "rules": {"before": list(region.rules_before), "after": list(region.rules_after)},
        "statements": list(region.statements),
        "witness": dict(region.witness.scenario),
        "replay": {"before": _asks(region.witness.before), "after": _asks(region.witness.after)},
        "scenarios": region.scenarios,
    }


def _asks(asks: Mapping[str, object]) -> AsksData:
    """How a side is to be asked about the witness: `--issuer`, `--as-of`, `--known-by`, `--min-grade`, and facts of its own."""
    facts = asks.get("facts")
    issuer, as_of, known_by, grade = (str(said) if (said := asks.get(key)) is not None else None for key in ("issuer", "as_of", "known_by", "grade"))
    return {"issuer": issuer, "as_of": as_of, "known_by": known_by, "grade": grade, "facts": dict(facts) if isinstance(facts, dict) else {}}


def _rule_edit(story: Story, e: RuleEdit) -> RuleEditData:
    rule = story.rule(e.rule)
    return {
        "rule": e.rule,
        "edit": e.edit,
        "summary": rule.summary,
        "place": rule.place or None,
        "statements": list(rule.statements),
        "fields": _fields(e.fields),
    }


def _statement_edit(story: Story, e: StatementEdit) -> StatementEditData:
    s = story.statement(e.statement)
    return {"statement": e.statement, "edit": e.edit, "says": s.says, "place": s.place or None, "fields": _fields(e.fields)}


def _fields(fields: Mapping[str, tuple[str, str]]) -> dict[str, FieldData]:
    return {name: {"before": a, "after": b} for name, (a, b) in fields.items()}


def _case(story: Story, c: CaseChange) -> CaseData:
    return {
        "case": c.label,
        "before": c.before,
        "after": c.after,
        "changes": c.before != c.after,
        "region": None if c.region is None else c.region + 1,
        "change": story.number_of_region(c.region),
    }


def _source(story: Story, ident: str) -> StatementData:
    s = story.statement(ident)
    return {
        "statement": ident,
        "by": s.by,
        "says": s.says,
        "reported": str(s.reported),
        "grade": grade_known(s, story.difference.after.known_by),
        "sources": [citation_data(c) for c in s.sources],
    }

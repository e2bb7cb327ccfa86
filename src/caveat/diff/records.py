"""The difference in the records: rules, statements and words that were added, removed, edited, re-cited, or whose time came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.force import carries, in_force, is_known
from caveat.core.formula import FALSE, TRUE, All, In, Not, Point, Some
from caveat.diff.difference import Edit, RuleEdit, StatementEdit

LONG = 300  # characters of a condition that are shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from caveat.core.book import Book, Rule, Statement
    from caveat.core.formula import Formula
    from caveat.core.vocabulary import Vocabulary
    from caveat.diff.difference import Asked


def rule_edits(before: Asked, after: Asked, issuers: frozenset[str] | None) -> list[RuleEdit]:
    """Every rule of the issuers (None: of all) that differs as it is written, or whose time has come or gone."""
    old, new = ({r.id: r for r in a.book.rules if issuers is None or r.issuer in issuers} for a in (before, after))
    found = []
    for ident in sorted({*old, *new}):
        a, b = old.get(ident), new.get(ident)
        if a is None or b is None:
            found.append(RuleEdit(ident, Edit.ADDED if a is None else Edit.REMOVED, {}))
            continue
        fields = {} if a is b else _differing(_rule_fields(before.book, a), _rule_fields(after.book, b))
        if "when" in fields:
            fields["when"] = _apart(before.book, a.condition, after.book, b.condition)
        if fields:
            found.append(RuleEdit(ident, Edit.EDITED, fields))
        else:
            found += [RuleEdit(ident, edit, {}) for edit in _timing(before, after, a, b)]
    return found


def _rule_fields(book: Book, rule: Rule) -> dict[str, str]:
    return {
        "effect": rule.effect.value,
        "by": ", ".join(rule.statements),
        "from": str(rule.begins or ""),
        "until": str(rule.until or ""),
        "when": written(book.vocabulary, rule.condition),
        "overrides": ", ".join(rule.overrides),
        "supersedes": ", ".join(rule.supersedes),
        "summary": rule.summary,
    }


def _apart(before: Book, a: Formula, after: Book, b: Formula) -> tuple[str, str]:
    """Two conditions without the parts they share; of parts that are alternatives, without the alternatives they share."""
    if isinstance(a, Not) and isinstance(b, Not):
        old, new = _apart(before, a.part, after, b.part)
        return f"not ({old})", f"not ({new})"
    for kind, between, neutral in ((All, "; ", "always"), (Some, " or ", "never")):
        ours, theirs = (f.parts if isinstance(f, kind) else (f,) for f in (a, b))
        left, right = ({written(book.vocabulary, p): p for p in parts} for book, parts in ((before, ours), (after, theirs)))
        only = [left[w] for w in left if w not in right], [right[w] for w in right if w not in left]
        if len(only[0]) == len(only[1]) == 1 and (len(left) > 1 or len(right) > 1):
            return _apart(before, only[0][0], after, only[1][0])
        if len(only[0]) < len(left) or len(only[1]) < len(right):
            texts = [between.join(sorted(written(book.vocabulary, p) for p in parts)) for book, parts in ((before, only[0]), (after, only[1]))]
            return _cut(texts[0] or f"({neutral})"), _cut(texts[1] or f"({neutral})")
    return _cut(written(before.vocabulary, a)), _cut(written(after.vocabulary, b))


def _cut(text: str) -> str:
    """A long condition, cut: the rule's place says where the whole of it stands."""
    return text if len(text) <= LONG else f"{text[: LONG - 4]} ..."


def _timing(before: Asked, after: Asked, a: Rule, b: Rule) -> Iterator[Edit]:
    """What became of a rule that is written alike, for two sides that each have a day."""
    if before.as_of is None or after.as_of is None:
        yield from _turned(is_known(a, before.book.statements, before.known_by, before.min_grade),
                           is_known(b, after.book.statements, after.known_by, after.min_grade), Edit.BECAME_KNOWN, Edit.WITHDRAWN)  # fmt: skip
        return
    was, now = _force(before, a), _force(after, b)
    unknown = is_known(a, before.book.statements, before.known_by, before.min_grade) == FALSE
    gone = is_known(b, after.book.statements, after.known_by, after.min_grade) == FALSE
    yield from _turned(was, now, Edit.BECAME_KNOWN if unknown else Edit.BEGAN, Edit.WITHDRAWN if gone else Edit.ENDED)


def _turned(was: Formula, now: Formula, come: Edit, gone: Edit) -> Iterator[Edit]:
    if was == FALSE and now != FALSE:
        yield come
    elif was != FALSE and now == FALSE:
        yield gone
    elif was == TRUE and now != TRUE:
        yield Edit.DOUBTED
    elif was not in (TRUE, FALSE) and now == TRUE:
        yield Edit.SETTLED


def _force(asked: Asked, rule: Rule) -> Formula:
    assert asked.as_of is not None
    newer = [r for r in asked.book.rules if rule.id in r.supersedes]
    return in_force(rule, newer, asked.book.statements, asked.as_of, asked.known_by, asked.min_grade)


def statement_edits(before: Asked, after: Asked, issuers: frozenset[str] | None) -> list[StatementEdit]:
    """Every statement of the issuers that differs as it is written, in its sources, or in whether it is known."""
    old, new = ({s.id: s for s in a.book.statements.values() if issuers is None or s.id.partition("/")[0] in issuers} for a in (before, after))
    found = []
    for ident in sorted({*old, *new}):
        a, b = old.get(ident), new.get(ident)
        if a is None or b is None:
            found.append(StatementEdit(ident, Edit.ADDED if a is None else Edit.REMOVED, {}))
            continue
        fields = {} if a is b else _differing(_statement_fields(a), _statement_fields(b))
        cited = {} if a is b else _differing(_sources(a), _sources(b))
        if fields or cited:
            found.append(StatementEdit(ident, Edit.EDITED if fields else Edit.RECITED, {**fields, **cited}))
        else:
            was, now = carries(a, before.known_by, before.min_grade), carries(b, after.known_by, after.min_grade)
            edits = list(_turned(was, now, Edit.BECAME_KNOWN, Edit.WITHDRAWN)) or _said_between(before, after, b)
            found += [StatementEdit(ident, edit, {}) for edit in edits]
    return found


def _said_between(before: Asked, after: Asked, statement: Statement) -> list[Edit]:
    """Where both are asked on what is known later: a statement first reported after the one day and by the other."""
    if before.as_of is None or after.as_of is None:
        return []
    first, last = sorted((before.as_of, after.as_of))
    return [Edit.REPORTED] if first < statement.reported.earliest <= last else []


def _statement_fields(s: Statement) -> dict[str, str]:
    days = {name: str(getattr(s, name) or "") for name in ("decided", "in_effect", "reported", "confirmed", "denied", "retracted")}
    effect = ": ".join(s.no_effect) if s.no_effect else ""
    return {"by": s.by, **days, "grade": s.stated_grade.value, "says": s.says, "note": s.note or "", "no_effect": effect}


def _sources(s: Statement) -> dict[str, str]:
    return {"sources": "; ".join(sorted(" ".join(filter(None, (c.publisher, c.title, str(c.date or ""), c.url, c.words, c.reliability.value))) for c in s.sources))}  # fmt: skip


def _differing(a: Mapping[str, str], b: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return {name: (a[name], b[name]) for name in a if a[name] != b[name]}


def vocabulary_edits(before: Book, after: Book) -> list[str]:
    """What differs in the words: a line each for facts, values, classes, assumptions, constraints and issuers."""
    if before is after:
        return []
    lines = [f"{kind} {what}" for what, a, b in _words(before, after) for kind, what in _changed_words(what, a, b)]
    old, new = before.vocabulary.value_sets, after.vocabulary.value_sets
    for name in sorted(set(old) & set(new)):
        a, b = ({i: (t.leaves, dict(t.arguable), t.borders, dict(t.numbers)) for i, t in v[name].terms.items()} for v in (old, new))
        lines += [f"edited {name} `{i}`: what belongs to it, borders it or measures it" for i in sorted(set(a) & set(b)) if a[i] != b[i]]
    return lines


def _words(before: Book, after: Book) -> Iterator[tuple[str, Mapping[str, object], Mapping[str, object]]]:
    old, new = before.vocabulary, after.vocabulary
    yield "fact", {n: (f.domain, f.assume) for n, f in old.facts.items()}, {n: (f.domain, f.assume) for n, f in new.facts.items()}
    for name in sorted({*old.value_sets, *new.value_sets}):
        a, b = (v.value_sets[name].terms if name in v.value_sets else {} for v in (old, new))
        yield name, dict.fromkeys(a), dict.fromkeys(b)
    yield "constraint", {c.name: c.holds for c in before.constraints}, {c.name: c.holds for c in after.constraints}
    yield "issuer", {i: x.kind for i, x in before.issuers.items()}, {i: x.kind for i, x in after.issuers.items()}
    derived = [{d.id: d for d in b.reporting.derivations} if b.reporting else {} for b in (before, after)]
    yield "derivation", derived[0], derived[1]
    says = [{f"{s.issuer} as {s.role}": None for s in b.says} for b in (before, after)]
    yield "say of", says[0], says[1]


def _changed_words(what: str, a: Mapping[str, object], b: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for ident in sorted({*a, *b}):
        if ident not in a or ident not in b:
            yield ("added" if ident not in a else "removed"), f"{what} `{ident}`"
        elif a[ident] != b[ident]:
            yield "edited", f"{what} `{ident}`"


def written(vocabulary: Vocabulary, formula: Formula) -> str:
    """A condition in one line, in the words of policy files."""
    match formula:
        case In(fact, values):
            known = vocabulary.facts.get(fact)
            names = known.value_set.smallest_names(values) if known else sorted(values)
            return f"{fact}: {names[0] if len(names) == 1 else '[' + ', '.join(names) + ']'}"
        case Point(name):
            return f"arguably {name}"
        case Not(part):
            return f"not ({written(vocabulary, part)})"
        case All(parts):
            return _joined(vocabulary, parts, "; ") or "always"
        case Some(parts):
            return _joined(vocabulary, parts, " or ") or "never"


def _joined(vocabulary: Vocabulary, parts: tuple[Formula, ...], between: str) -> str:
    shown = [f"({written(vocabulary, p)})" if isinstance(p, All | Some) and len(parts) > 1 else written(vocabulary, p) for p in parts]
    return between.join(sorted(shown))


__all__ = ["rule_edits", "statement_edits", "vocabulary_edits", "written"]

"""A replayed record as a document: the outcome, then each difference with what moved and why, then what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.outcome import Verdict
from caveat.core.scenario import as_written
from caveat.report.document import Bullets, Document, Heading, Item, Paragraph, Tone
from caveat.report.policies import policies_blocks
from caveat.report.wording import TONES, VERDICTS, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from caveat.core.book import Book
    from caveat.record.again import Difference, Moved
    from caveat.record.cause import Cause
    from caveat.record.changes import Change, Part
    from caveat.record.entry import Entry
    from caveat.record.replay import Replay
    from caveat.report.document import Block

LABEL = 120  # characters
MOST_FACTS = 40  # of a question that are shown
FEW = 6  # names shown of a long list
FOLLOWS = ("arguable_rules", "says", "possible", "statements")  # what moves with something else, and is told only where it moves alone
PARTS = {
    "condition": "when it applies", "begins": "its first day", "until": "its last day", "statements": "the statements it rests on",
    "overrides": "what it overrides", "supersedes": "what it supersedes", "summary": "its summary", "effect": "its effect",
    "says": "what it says", "sources": "its sources", "stated_grade": "its grade", "covered_until": "how far its sources reach",
    "gives": "what it gives", "unless": "what stands against it", "reports": "the reports it looks for", "when": "when it applies",
    "reported": "when it was reported", "confirmed": "when it was confirmed", "denied": "when it was denied",
    "retracted": "when it was retracted", "decided": "when it was decided", "in_effect": "when it took effect", "holds": "what it demands",
}  # fmt: skip
KINDS = {"say": "who has a say for", "constraint": "what the vocabulary demands of", "issuer": "the issuer", "reports": "what may be said in"}
WHAT = {
    "verdict": "", "consent": "", "rules": "the rules that decide", "set_aside": "the rules set aside", "readings": "the arguable points",
    "missing": "what is missing", "has_say": "whether it has a say", "roles": "the roles it is asked in", "grade": "the grade of the evidence",
    "last_known": "whether its sources reach so far", "derived": "what follows from the reports", "assumed": "what is assumed", "binding": "on whom it turns",
    "arguable_rules": "the rules that decide under some readings only", "says": "what it may say", "possible": "what is possible",
    "statements": "the statements behind it",
}  # fmt: skip


def headline(r: Replay) -> str:
    """The outcome in one sentence."""
    if not r.decisions and not r.unreadable:
        return "The record holds no decision."
    count = f"{r.decisions:,} decision{'s' * (r.decisions != 1)} decided again"
    broken = f"; {len(r.unreadable):,} line{'s' * (len(r.unreadable) != 1)} could not be read" if r.unreadable else ""
    n = len(r.differences)
    differing = "none differs" if not n else f"{n:,} differ{'s' * (n == 1)}"
    return f"{count}: {differing}{broken}."


def _library_words(r: Replay) -> str:
    others = [d for d in r.recorded_with if d != r.digest]
    now = f"Library {_short(r.digest)}"
    return f"{now}, the one the record was made with." if not others else f"{now}; recorded with {listed(map(_short, others))}."


def _short(digest: str) -> str:
    return digest.removeprefix("sha256:")[:12]


def _difference_head(d: Difference) -> str:
    was = _verdict(d.entry.answer["verdict"])
    place = f"Line {d.entry.line}" + (f" ({as_written(d.entry.label, LABEL)})" if d.entry.label else "")
    match d.kind:
        case "verdict":
            return f"{place}: {_verdict(d.now.answer['verdict'] if d.now.answer else '')}, was {was}"
        case "refused":
            return f"{place}: can no longer be decided, was {was}"
        case "cited":
            return f"{place}: {was} as before, but what it rests on reads differently"
        case _:
            return f"{place}: {was} as before, but on other grounds"


def _verdict(word: object) -> str:
    try:
        return VERDICTS[Verdict(str(word))]
    except ValueError:
        return str(word)


def _asked_words(entry: Entry) -> str:
    """The question in one line, in the vocabulary's ids."""
    said = [(fact, v) for fact, v in entry.asked["scenario"].items() if fact != "date"][:MOST_FACTS]
    facts = [f"{as_written(fact)} {as_written(', '.join(map(str, v[:FEW])) if isinstance(v, list) else v)}" for fact, v in said]
    day = entry.asked["as_of"] or "a day that was not given"
    return f"{'; '.join(facts) or 'nothing was said about the use'}. On {day}, as publicly known by {entry.asked['known_by']}."


def _moved_words(book: Book, moved: Iterable[Moved]) -> Iterator[str]:
    """Who now says what, and what else moved for each, in one sentence an issuer."""
    by_issuer: dict[str | None, list[Moved]] = {}
    for m in moved:
        by_issuer.setdefault(m.issuer, []).append(m)
    for issuer, own in by_issuer.items():
        if issuer is not None:
            name = book.issuers[issuer].name if issuer in book.issuers else issuer
            yield f"{name}: {'; '.join(_one_move(m) for m in _telling(own))}."
    whole = [_one_move(m) for m in by_issuer.get(None, []) if m.what != "verdict" and "/" not in m.what]
    if whole and len(by_issuer) == 1:
        yield f"The whole use: {'; '.join(whole)}."


def _telling(moved: list[Moved]) -> list[Moved]:
    """What is worth saying, the weightiest first."""
    order = list(WHAT)
    ranked = sorted(moved, key=lambda m: order.index(m.what) if m.what in order else len(order))
    return [m for m in ranked if m.what not in FOLLOWS] or ranked


def _one_move(m: Moved) -> str:
    if m.what == "verdict":
        return f"{_verdict(m.after).lower()}, was {_verdict(m.before).lower()}"
    if m.what == "consent":
        return f"has a say now ({_verdict(m.after).lower()})" if m.before is None else f"has no say any more (was {_verdict(m.before).lower()})"
    if isinstance(m.before, list) and isinstance(m.after, list):
        before, after = ([_item(v) for v in side] for side in (m.before, m.after))
        fresh, gone = [v for v in after if v not in before], [v for v in before if v not in after]
        sides = [f"now {_some(fresh)}"] * bool(fresh) + [f"no longer {_some(gone)}"] * bool(gone)
        return f"{WHAT.get(m.what, m.what)}: {', '.join(sides) or 'in another way'}"
    return f"{WHAT.get(m.what, m.what)} moved"


def _item(value: object) -> str:
    """One thing of a list: a word, a rule with the one that defeats it, an arguable point, a set of facts."""
    if isinstance(value, dict):
        sure = "" if value.get("certain", True) else "arguably "
        return str(value.get("point") or f"{value.get('fact', '')} {sure}{', '.join(map(str, value.get('values', ())))}")
    return " with ".join(map(str, value)) if isinstance(value, list) else str(value)


def _some(names: list[str]) -> str:
    return listed(names if len(names) <= FEW else [*names[:FEW], f"{len(names) - FEW} more"])


def _why(d: Difference) -> Iterator[str]:
    """The cause of a difference, or why it is not known, in sentences."""
    if d.now.refusal:
        yield f"It is refused: {d.now.refusal.splitlines()[0]}."
    if d.kind == "cited":
        for cause in d.causes:
            yield f"What changed: {change_words(cause.changes[0])}."
    elif d.causes:
        yield _cause_words(d.causes[0], "Why: ")
        for cause in d.causes[1:]:
            yield _cause_words(cause, "It would have come out the same through this as well: ")
    if d.note:
        yield f"Why: {d.note}."


def _cause_words(cause: Cause, begin: str) -> str:
    if cause.alone:
        return f"{begin}{change_words(cause.changes[0])}. This change alone turns the old answer into the new one."
    first = cause.changes[:FEW]
    more = f"; and {len(cause.changes) - FEW} more" if len(cause.changes) > FEW else ""
    changes = "; ".join(change_words(c) for c in first)
    return f"{begin}no single change explains it; these {len(cause.changes)} together do: {changes}{more}."


def change_words(c: Change) -> str:
    """One change of a library: `the rule US/x was edited (its last day: none, now 2025-01-01)`."""
    if c.kind == "vocabulary":
        parts = _some([p.name for p in c.parts])
        rides = [a for a in c.along if not a.startswith("constraint/")]
        along = f", with {len(rides)} condition{'s' * (len(rides) != 1)} that name{'s' * (len(rides) == 1)} it" if rides else ""
        return f"the vocabulary was edited ({parts}{along})"
    inside = [_part_words(p) for p in c.parts]
    return f"{KINDS.get(c.kind, f'the {c.kind}')} {c.id} was {c.how}" + (f" ({'; '.join(inside)})" if inside else "")


def _part_words(p: Part) -> str:
    name = PARTS.get(p.name, p.name.replace("_", " "))
    return f"{name}: {p.before}, now {p.after}" if p.before and p.after else name


def in_short(r: Replay) -> list[str]:
    """Each cause once, with how many decisions came out differently through it, the one behind the most first."""
    counts: dict[str, int] = {}
    for d in r.differences:
        words = "; ".join(change_words(c) for c in d.causes[0].changes[:FEW]) if d.causes else "the cause is not known"
        counts[words] = counts.get(words, 0) + 1
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    return [f"{n:,} decision{'s' * (n != 1)}: {words}" for words, n in ranked]


# -- the document


def replay_story(book: Book, r: Replay) -> Document:
    """The outcome first; then each difference with what moved and why; then the lines that could not be read."""
    differences = (block for d in r.differences for block in _difference(book, d))
    return Document((Heading(1, headline(r), Tone.GOOD if r.is_confirmed else Tone.BAD), *_in_general(book, r), *differences, *_unreadable(r)))


def _in_general(book: Book, r: Replay) -> Iterator[Block]:
    if r.differences:
        yield Paragraph(_library_words(r))
    if r.decisions:
        yield from policies_blocks(book)
    if len(r.differences) > 1:
        yield Bullets(tuple(Item(line) for line in in_short(r)))


def _difference(book: Book, d: Difference) -> Iterator[Block]:
    yield Heading(2, _difference_head(d), TONES[Verdict(d.now.answer["verdict"])] if d.now.answer else Tone.BAD)
    yield Paragraph(_asked_words(d.entry))
    moved = [Item(line) for line in _moved_words(book, d.moved)]
    why = [Item(line, bullet="") for line in _why(d)]
    if moved or why:
        yield Bullets((*moved, *why))


def _unreadable(r: Replay) -> Iterator[Block]:
    if r.unreadable:
        yield Heading(2, "Lines that could not be read")
        yield Bullets(tuple(Item(f"line {u.line}: {u.why}", bullet="") for u in r.unreadable))

"""The sentences of a decision, the same in text and in Markdown: the headline, what was asked, what to bear in mind, each consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.formula import FALSE
from caveat.core.issuer import IssuerKind
from caveat.core.logic import narrowed
from caveat.core.outcome import Verdict
from caveat.report.document import Code, joined
from caveat.report.points import worded
from caveat.report.policies import TITLE, policies_words
from caveat.report.wording import OUTCOMES, VERDICTS, because, evidence, fact_title, listed, reading_of, said_names, told, why_open

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from caveat.core.book import Book, Statement
    from caveat.core.decision import Argued, Consent, Decision
    from caveat.report.document import Span

FEW = 3  # names in a headline
FEW_DEPENDING = 3  # consents that depend on open facts and are still shown in full
FEW_LATER = 3  # statements made after the use that are named
KNOWN = "as far as was publicly known"
SAY = {"certain": "", "arguable": " (whether it has a say is arguable)", "depends": " (in some of the cases left open)"}


def cut(names: Sequence[str], most: int = FEW) -> str:
    """Names as a sentence lists them, the first few and how many more."""
    return listed(names if len(names) <= most + 1 else [*names[:most], f"{len(names) - most} more"])


def headline(book: Book, decision: Decision) -> str:
    """The verdict in one clause, naming whoever decided it."""
    few = cut([book.issuers[i].name for i in decision.binding])
    asked = cut([book.issuers[i].name for i in decision.asked_only])
    match decision.verdict:
        case Verdict.PERMITTED:
            return f"by {few}, {KNOWN}" if few else f"everyone whose say counts permitted it, {KNOWN}"
        case Verdict.PROHIBITED:
            return f"by {few}, {KNOWN}" if few else f"by one or another whose say counts, {KNOWN}"
        case Verdict.NO_OBJECTION:
            return f"{asked} does not object, and a treaty never permits"
        case Verdict.NO_SAY:
            return f"nobody needs to ask {asked} about this use"
        case Verdict.NEEDS_FACTS:
            return f"the answer depends on facts that were not given (possible: {listed([VERDICTS[v].lower() for v in decision.possible], 'or')})"
        case _:
            return _open(decision, few, asked)


def _open(decision: Decision, few: str, asked: str) -> str:
    if decision.asked_only and all(c.verdict == Verdict.NO_OBJECTION for c in decision.consents):
        return f"{asked} do not object, and treaties never permit"
    if few:
        return f"the public record of {few} does not settle it"
    return "nobody asked gave the thing" if decision.asked_only else "no donor with a policy on file has a say in this use"


def use_in_words(book: Book, decision: Decision) -> str:
    """The scenario as one line: each fact that was said, and its values by name."""
    rows = [f"{fact_title(book, f)}: {said_names(book, decision, f)}" for f in decision.scenario if f != "date"]
    text = "; ".join(rows) or "nothing was said about the use"
    return text[:1].upper() + text[1:]


def when_words(decision: Decision) -> str:
    """The day asked about, and the day of knowledge."""
    day = f"On {decision.as_of.words}" if decision.as_of else "On a day that was not given"
    return f"{day}, as publicly known by {decision.known_by}."


def notes(book: Book, decision: Decision) -> Iterator[tuple[str, str]]:
    """What to bear in mind about the verdict as a whole: a few words, and a sentence."""
    for note in told(decision):
        yield "Note", note
    if decision.is_ahead:
        yield "Last known", f"the day asked about lies after {decision.known_by}, and what holds on it was not known by then."
    late = late_sources(book, decision)
    if late:
        yield "Last known", f"our sources end earlier ({listed(late)})."
    said_later = later_statements(book, decision)
    if said_later:
        named = cut([f"{short_name(s.by)} ({s.reported.words})" for s in said_later], FEW_LATER)
        how = "only" if is_all_later(book, decision) else "in part"
        yield "Said after the use", f"the verdict rests {how} on what was reported after that day: {named}."
    if policies := policies_words(book):
        yield TITLE, f"{policies}."
    others = not_asked(book, decision)
    if others:
        yield "Others were not asked", f"{cut([book.issuers[i].name for i in others], FEW_LATER)} may have a say in this use too."


def short_name(by: str) -> str:
    """Who said it, without what is told beside that: `President Biden` of `President Biden, relayed by unnamed officials; ...`."""
    return by.partition(";")[0].partition(", ")[0]


def in_order(decision: Decision) -> tuple[list[Consent], list[Consent]]:
    """Consents to show in full, those that bind first, and those that only matter in some cases left open, where many."""
    parties = [c for c in decision.consents if c.verdict != Verdict.NO_OBJECTION]
    parties.sort(key=lambda c: (c.issuer not in decision.binding, c.has_say == "depends", c.issuer))
    depending = [c for c in parties if c.has_say == "depends"]
    if len(depending) <= FEW_DEPENDING:
        return parties, []
    return [c for c in parties if c.has_say != "depends"], depending


def late_sources(book: Book, decision: Decision) -> list[str]:
    """The issuers shown in full whose sources end before the day asked about, each with where they end."""
    full, _ = in_order(decision)
    return [f"{book.issuers[c.issuer].name} {book.issuers[c.issuer].covered_until}" for c in full if c.last_known]


# -- what was said after the use


def is_after_use(statement: Statement, decision: Decision) -> bool:
    """Whether a statement was certainly reported after the day of the use."""
    return decision.as_of is not None and statement.reported.earliest > decision.as_of.latest


def later_statements(book: Book, decision: Decision) -> list[Statement]:
    """The statements behind the binding consents that were reported only after the day of the use."""
    return [s for s in _behind(book, decision) if is_after_use(s, decision)]


def is_all_later(book: Book, decision: Decision) -> bool:
    """Whether everything behind the binding consents was reported only after the day of the use."""
    return all(is_after_use(s, decision) for s in _behind(book, decision))


def _behind(book: Book, decision: Decision) -> list[Statement]:
    deciding = (s for c in decision.consents if c.issuer in decision.binding for s in c.statements)
    return [book.statements[s] for s in dict.fromkeys(deciding)]


def not_asked(book: Book, decision: Decision) -> list[str]:
    """Those who have, or may have, a say in the use and were not asked, where not all were; treaties last."""
    if not decision.asked_only:
        return []
    sets = decision.asking.question.sets
    having = {say.issuer for say in book.says if narrowed(say.when, sets) != FALSE} - {*decision.asked_only}
    return sorted(having, key=lambda i: (book.issuers[i].kind == IssuerKind.TREATY, i))


# -- one consent


def consent_words(book: Book, decision: Decision, c: Consent) -> str:
    """`permitted, as supplier of HIMARS`."""
    return f"{VERDICTS[c.verdict].lower()}, as {because(book, decision, c)}{SAY[c.has_say]}"


def deciding_rules(c: Consent) -> list[tuple[str, str]]:
    """The rules that decide, those that always do first, each after the words that say when."""
    return [("under one reading:" if r in c.arguable_rules else "", r) for r in sorted(c.rules, key=lambda r: r in c.arguable_rules)]


def set_aside_rules(c: Consent) -> list[tuple[str, list[str]]]:
    """The rules that are always set aside, each with those that do it; what decides in other cases is told by `explain`."""
    aside: dict[str, list[str]] = {}
    for rule, by in c.set_aside:
        if rule not in c.rules:
            aside.setdefault(rule, []).append(by)
    return list(aside.items())


def reading_words(book: Book, decision: Decision, c: Consent, a: Argued) -> tuple[str, str, str]:
    """An arguable point: the question, why it is open, and what each answer leads to."""
    reading = worded(book, reading_of(book, decision, a.point))
    because = reading.because.rstrip(".")
    return reading.question, because[:1].upper() + because[1:], _sides(c, a)


def _sides(c: Consent, a: Argued) -> str:
    """What follows if the point is settled yes, and if no."""
    if a.if_yes != a.if_no:
        yes, no = (listed([OUTCOMES[o] for o in side], "or") for side in (a.if_yes, a.if_no))
        return f"yes: {yes}; no: {no}"
    what = "the facts that are missing" if c.missing else "how the other questions are settled"
    return f"which way it turns the answer depends on {what}"


def depends_words(book: Book, c: Consent) -> str:
    """`It depends on the weapon and the day, or on the supplier.`."""
    return f"It depends on {listed([' and '.join(f'the {fact_title(book, f)}' for f in facts) for facts in c.missing], 'or on')}."


def evidence_words(book: Book, decision: Decision, c: Consent) -> str:
    """How good the statements behind the deciding rules are."""
    return "; ".join(dict.fromkeys(evidence(book.statements[s], decision.known_by) for s in c.statements))


def why_unclear(c: Consent) -> str:
    """`Why it is unclear: nothing on record covers this use.`."""
    return f"Why it is unclear: {why_open(c)}."


# -- sources


def cited(consents: Sequence[Consent]) -> dict[str, tuple[list[str], list[str]]]:
    """Each statement with the rules that it carries: those that decide, and those that are only set aside."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for c in consents:
        for statement, rules in c.cited:
            deciding, aside = found.setdefault(statement, ([], []))
            deciding += [r for r in rules if r in c.rules]
            aside += [r for r in rules if r not in c.rules]
    return found


def carried_words(carried: tuple[Sequence[str], Sequence[str]]) -> tuple[Span, ...]:
    """`for US/a and US/b; set aside: US/c`."""
    parts = [(before, *joined([Code(r) for r in rules])) for before, rules in zip(("for ", "set aside: "), carried, strict=True) if rules]
    return tuple(span for i, part in enumerate(parts) for span in (("; ", *part) if i else part))

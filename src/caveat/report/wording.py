"""The words every report shares: what verdicts, roles, dates, sources and facts are called."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from caveat.core.book import Grade
from caveat.core.citation import Reliability
from caveat.core.force import grade_known
from caveat.core.formula import FALSE
from caveat.core.logic import narrowed
from caveat.core.outcome import Outcome, Verdict
from caveat.core.question import DATE
from caveat.core.scenario import NOT
from caveat.report.document import Tone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from caveat.core.book import Book, Reading, Statement
    from caveat.core.citation import Citation
    from caveat.core.decision import Consent, Decision


VERDICTS = {
    Verdict.PERMITTED: "PERMITTED",
    Verdict.PROHIBITED: "PROHIBITED",
    Verdict.UNCLEAR: "UNCLEAR",
    Verdict.NEEDS_FACTS: "NEEDS FACTS",
    Verdict.NO_OBJECTION: "NO OBJECTION",
    Verdict.NO_SAY: "NO SAY",
}
TONES = {
    Verdict.PERMITTED: Tone.GOOD,
    Verdict.PROHIBITED: Tone.BAD,
    Verdict.UNCLEAR: Tone.DOUBT,
    Verdict.NEEDS_FACTS: Tone.ASK,
    Verdict.NO_OBJECTION: Tone.SOFT,
    Verdict.NO_SAY: Tone.SOFT,
}
OUTCOMES = {
    Outcome.PERMITTED: "permitted",
    Outcome.PROHIBITED: "prohibited",
    Outcome.SILENT: "open (silent)",
    Outcome.CONFLICT: "open (rules in conflict)",
    Outcome.NO_OBJECTION: "no objection",
    Outcome.NO_SAY: "no say",
}
GRADES = {
    Grade.OFFICIAL_TEXT: "official text",
    Grade.ON_RECORD: "on the record",
    Grade.ANONYMOUS: "anonymous officials",
    Grade.PRESS: "press report",
    Grade.OBSERVED_USE: "observed use",
    Grade.CLAIM: "claim",
}
RELIABILITIES = {
    Reliability.PRIMARY: "",
    Reliability.MAINSTREAM: "",
    Reliability.RELAY: "a relay of another outlet",
    Reliability.STATE_ALIGNED: "a state-aligned outlet",
}


def listed(names: Iterable[str], joint: str = "and") -> str:
    """Names as a sentence lists them: `a`, `a and b`, `a, b and c`."""
    items = list(names)
    if len(items) < 2:  # noqa: PLR2004
        return "".join(items)
    return f"{', '.join(items[:-1])} {joint} {items[-1]}"


def value_name(book: Book, fact: str, ident: str) -> str:
    """The name people know a value or a class by."""
    known = book.vocabulary.facts.get(fact)
    term = known.value_set.terms.get(ident) if known else None
    return term.name if term else ident


def said_names(book: Book, decision: Decision, fact: str) -> str:
    """What the scenario said of a fact, in names; empty where it said nothing."""
    return said_words(book, fact, decision.scenario.get(fact))


def said_words(book: Book, fact: str, said: object) -> str:
    """What is said of a fact, in names: `Belgorod region or Kursk region`, `Russia but not Moscow`; empty where nothing is."""
    values = [str(v) for v in said] if isinstance(said, list | tuple) else [] if said is None else [str(said)]
    names = listed([value_name(book, fact, v) for v in values if not v.startswith(NOT)], "or")
    others = listed([value_name(book, fact, v.removeprefix(NOT)) for v in values if v.startswith(NOT)], "or")
    return " but ".join(part for part in (names, f"not {others}" if others else "") if part)


def assumed(book: Book, decision: Decision) -> list[tuple[str, str, str]]:
    """What was taken for granted: fact, value and reason; the members of a several-valued fact as one."""
    rows = []
    several = {whole: set(members) for whole, members in book.vocabulary.several.items()}
    for fact, a in decision.assumptions.items():
        whole = next((w for w, members in several.items() if fact in members), None)
        if whole is None or not several[whole] <= set(decision.assumptions):
            rows.append((fact, listed([value_name(book, fact, t) for t in a.terms], "or"), a.because))
        elif (whole, "none", a.because) not in rows:
            rows.append((whole, "none", a.because))
    return rows


def told(decision: Decision) -> list[str]:
    """What the catalogue has to say of such a use, as sentences."""
    return [f"{says[:1].upper()}{says[1:]}." for says in decision.told]


def fact_title(book: Book, fact: str) -> str:
    """What people call a fact."""
    known = book.vocabulary.facts.get(fact)
    return known.title if known else "day" if fact == DATE else fact.replace("_", " ")


def because(book: Book, decision: Decision, consent: Consent, *, ids: bool = False) -> str:
    """Why an issuer has a say: `supplier of HIMARS`; with `ids`, `supplier of himars`."""
    over: dict[tuple[str, str], list[str]] = {}
    for say in book.says:
        if say.issuer == consent.issuer and say.role in consent.roles and narrowed(say.when, decision.asking.question.sets) != FALSE:
            role = book.vocabulary.roles.get(say.role, say.role)
            names_it = say.of is not None and fact_title(book, say.of) in role  # such as `supplier of the carrier`
            over.setdefault((_thing(book, decision, say.of, ids=ids), role if names_it else ""), []).append(role)
    parts = []
    for (thing, of_itself), roles in over.items():
        all_roles = listed(dict.fromkeys(roles))
        parts.append(all_roles if not thing else f"{all_roles} ({thing})" if of_itself else f"{all_roles} of {thing}")
    return "; ".join(parts)


def _thing(book: Book, decision: Decision, fact: str | None, *, ids: bool) -> str:
    if fact is None:
        return ""
    said = decision.scenario.get(fact)
    names = said if isinstance(said, list) else [said] if said else []
    if not names or any(str(n).startswith(NOT) for n in names):
        return f"the {fact_title(book, fact)}"
    return listed([str(n) if ids else value_name(book, fact, n) for n in names], "or")


def reading_of(book: Book, decision: Decision, point: str) -> Reading:
    """An arguable point of the library, or of the case where reports raise it."""
    case = decision.asking.case
    return book.readings[point] if case is None or point in book.readings else case.points[point]


def rule_name(book: Book, rule_id: str) -> str:
    """The rule in words."""
    return book.rule[rule_id].summary


def why_open(consent: Consent) -> str:
    """What leaves a consent unclear, in a few words."""
    reasons = []
    if Outcome.CONFLICT in consent.says:
        reasons.append("its rules conflict and neither overrides the other")
    if Outcome.SILENT in consent.says:
        reasons.append("nothing on record covers this use" if len(consent.says) == 1 else "under one reading nothing on record covers it")
    if consent.readings:
        reasons.append("the record can be read more than one way")
    return "; ".join(reasons)


def is_later(source: Citation, known_by: date) -> bool:
    """Whether a source was published after the day by which what is used was known."""
    return source.date is not None and source.date.earliest > known_by


def evidence(statement: Statement, known_by: date = date.max) -> str:
    """How good a statement is as known on a day, and how far its best source stands from it."""
    text = GRADES[grade_known(statement, known_by)]
    if statement.grade != statement.stated_grade:
        text += f" (reported as {GRADES[statement.stated_grade]}, but known only through {RELIABILITIES[statement.best_reliability]})"
    return text


def source_line(source: Citation) -> str:
    """Publisher, title, date: the source as a reference."""
    title = f", “{source.title}”" if source.title else ""
    day = f", {source.date}" if source.date else ", undated"
    weak = RELIABILITIES[source.reliability]
    return f"{source.publisher}{title}{day}" + (f" [{weak}]" if weak else "")


def is_web_address(url: str) -> bool:
    """Whether an address leads into the web, so that it can be a link: no script, no file."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def question_of(book: Book, fact: str) -> str:
    """What to find out about a fact."""
    return book.vocabulary.facts[fact].question if fact in book.vocabulary.facts else "On which day?"


def named(book: Book, issuer: str | None) -> str:
    """An issuer as a sentence names it: `the United States`, `France`; `everyone whose say counts` for the whole chain."""
    if issuer is None:
        return "everyone whose say counts"
    known = book.issuers.get(issuer)
    return f"{known.article} {known.name}".lstrip() if known else issuer


EXACT = 1_000_000  # numbers up to which are written out


def many(number: int) -> str:
    """A number of scenarios: exact while it can be read, else to two digits."""
    if number < EXACT:
        return f"{number:,}"
    digits, power = f"{number:.1e}".split("e")
    return f"{digits} × 10^{int(power)}"

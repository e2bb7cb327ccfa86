"""The register of sources as a document.

Counts come first, then one of: groups (a line each), sources (in groups), weak rules, or the whole chain from rules
to the words they rest on.
"""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

from caveat.core.book import Grade
from caveat.core.citation import Reliability
from caveat.core.force import first_day
from caveat.report.document import Address, Bullets, Code, Document, Heading, Item, Paragraph, Remark, Table, Tone, joined
from caveat.report.wording import GRADES, evidence, listed, source_line
from caveat.sources.passages import Compared, quotations
from caveat.sources.register import By, Weakness, grouped, identity, raised_by, rests_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from caveat.core.book import Book, Rule, Statement
    from caveat.core.citation import Citation
    from caveat.report.document import Block
    from caveat.sources.passages import Quotation
    from caveat.sources.register import CitedSource, Group, Register, Support

FIRST_GROUPS = 20
DISTANCES = {
    Reliability.PRIMARY: "primary source",
    Reliability.MAINSTREAM: "mainstream outlet",
    Reliability.RELAY: "relay of another outlet",
    Reliability.STATE_ALIGNED: "state-aligned outlet",
}
WEAKNESSES = {
    Weakness.ONE_SOURCE: "on a single source",
    Weakness.SECOND_HAND: "only on relays or state-aligned outlets",
    Weakness.UNCONFIRMED: "only on claims or observed use",
}
ONLY = {
    frozenset({Reliability.RELAY}): "only on relays of other outlets",
    frozenset({Reliability.STATE_ALIGNED}): "only on state-aligned outlets",
    frozenset({Grade.CLAIM}): "only on claims",
    frozenset({Grade.OBSERVED_USE}): "only on observed use",
}
MOST_NAMES = 4


class View(Enum):
    """What is listed below the counts."""

    GROUPS = "groups"
    SOURCES = "sources"
    WEAK = "weak"
    CHAIN = "chain"


# -- words


def headline(found: Register, view: View) -> str:
    """What the register holds, in one sentence."""
    if not found.sources:
        return "No rule rests on weak support." if view is View.WEAK else "No source matches."
    return (
        f"{_many(len(found.sources), 'source')} from {_many(found.outlets, 'publisher')}, behind "
        f"{_many(len(found.statements), 'statement')} and {_many(len(found.rules), 'rule')}."
    )


def findings(found: Register) -> list[tuple[int, str]]:
    """How many rules are weak in which way, how many statements carry no rule, how many sources have no address."""
    if not found.sources:
        return []
    ruled = {i for support in found.rules for i in support.statements}
    idle = sum(i not in ruled for i in found.statements)
    weak = [(found.weak(w), f"{'rule rests' if found.weak(w) == 1 else 'rules rest'} {WEAKNESSES[w]}") for w in Weakness]
    carry = "statement carries" if idle == 1 else "statements carry"
    have = "source has" if found.without_address == 1 else "sources have"
    return [*weak, *_compared(found), (idle, f"{carry} no rule (a remark, an event, a proposal...)"), (found.without_address, f"{have} no address")]


def _compared(found: Register) -> list[tuple[int, str]]:
    """How many quotations were compared with their page, and how many in vain; nothing where there are no quotations."""
    kinds = [q.compared for q in quotations(found)]
    if not kinds:
        return []
    lost = kinds.count(Compared.NOT_FOUND)
    done = len(kinds) - lost - kinds.count(Compared.NEVER)
    words = f"of {_many(len(kinds), 'quotation')} {'was' if done == 1 else 'were'} compared with the page letter by letter"
    return [(done, words + (f"; {lost} more {'was' if lost == 1 else 'were'} looked for and not found" if lost else ""))]


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"


def weakness_words(book: Book, support: Support) -> list[str]:
    """What is weak about the support of a rule: `on a single source`, `only on relays of other outlets`."""
    statements = [book.statements[i] for i in support.statements]
    words = {
        Weakness.SECOND_HAND: ONLY.get(frozenset(c.reliability for s in statements for c in s.sources)),
        Weakness.UNCONFIRMED: ONLY.get(frozenset(s.grade for s in statements)),
    }
    return [words.get(w) or WEAKNESSES[w] for w in support.weaknesses]


def sections_of(book: Book, found: Register, by: By | None) -> list[tuple[str, list[Support]]]:
    """Weak rules under the headings they are listed by: each kind of weakness or, if asked, each group."""
    if by is None:
        parts = [(f"Rules that rest {WEAKNESSES[w]}", [s for s in found.rules if w in s.weaknesses]) for w in Weakness]
    else:
        parts = [(group_words(book, g, by), [s for s in found.rules if s.rule in g.rules]) for g in grouped(book, found, by)]
    return [(title, rules) for title, rules in parts if rules]


def _few_sources(support: Support) -> str:
    """Publishers and dates, the first few and how many more."""
    names = [f"{s.publisher}, {s.date or 'undated'}" for s in support.sources]
    return "; ".join(names[:MOST_NAMES]) + (f"; and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else "")


def group_words(book: Book, group: Group, by: By) -> str:
    """What a group is called."""
    match by:
        case By.GRADE:
            return GRADES[Grade(group.name)]
        case By.RELIABILITY:
            return DISTANCES[Reliability(group.name)]
        case By.ISSUER:
            return f"{book.issuers[group.name].name} ({group.name})"
        case By.DATE:
            return group.name if group.name.isdecimal() else "date unknown"
        case By.PUBLISHER:
            return group.name


def _dates(statement: Statement) -> str:
    """`decided 2024-05-30, reported 2024-05-30, confirmed 2024-05-31`."""
    names = ("decided", "in_effect", "reported", "confirmed", "denied", "retracted")
    said = [(name.replace("_", " "), getattr(statement, name)) for name in names]
    return ", ".join(f"{name} {day}" for name, day in said if day)


def _rule_line(book: Book, rule: Rule) -> str:
    until = f" until {rule.until}" if rule.until else ""
    begins = first_day(rule, book.statements)
    since = "at any time" if begins.latest == date.min else f"from {begins}"
    return f"{rule.id}: {rule.effect.value}s, {since}{until}"


def _effect_words(book: Book, statement: Statement) -> str:
    """Which rules rest on a statement or, where none does, why."""
    rules = rests_on(book, statement.id)
    if rules:
        return f"rules: {listed(r.id for r in rules)}"
    if statement.no_effect:
        return f"no rule ({statement.no_effect[0]}): {statement.no_effect[1]}"
    return f"no rule; it raises a question: {' '.join(reading.question for reading in raised_by(book, statement.id))}"


def _title_line(source: CitedSource) -> str:
    """Date, publisher and title, then how far it stands from what it reports, where that is far."""
    far = sorted({u.citation.reliability for u in source.uses} & {Reliability.RELAY, Reliability.STATE_ALIGNED}, key=list(Reliability).index)
    title = f", “{source.title}”" if source.title else ""
    weak = f" [{listed((DISTANCES[f] for f in far), 'or')}]" if far else ""
    return f"{source.date or 'undated'}  {source.publisher}{title}{weak}"


def _quote(citation: Citation) -> str:
    said_by = f" ({citation.of})" if citation.of else ""
    return f"“{citation.words}”{said_by}{_check_words(citation)}" if citation.words else ""


def _check_words(citation: Citation) -> str:
    """Whether the words were compared with the page: `[compared letter by letter on 2026-11-27: stored page]`."""
    check = citation.checked
    if check is None:
        return ""
    return f" [{'compared letter by letter' if check.found else 'looked for and not found'} on {check.date}: {check.how}]"


# -- the document


def sources_story(book: Book, found: Register, by: By | None, view: View, *, full: bool = False) -> Document:
    """The counts, then what the view asks for; `full` shortens nothing. Weak rules are listed by weakness unless `by` is given."""
    counts = tuple(Item(words, bullet="", count=count) for count, words in findings(found)) if view is not View.CHAIN else ()
    head: list[Block] = [Heading(1, headline(found, view)), *([Bullets(counts)] if counts else [])]
    match view:
        case View.GROUPS:
            return Document((*head, *_groups(book, found, by or By.PUBLISHER, full=full)))
        case View.SOURCES:
            return Document((*head, *_sources(book, found, by or By.PUBLISHER)))
        case View.WEAK:
            return Document((*head, *_weak(book, found, by, full=full)))
    return Document((*head, *_chain(book, found)))


def _groups(book: Book, found: Register, by: By, *, full: bool) -> Iterator[Block]:
    """A line a group, with the number of its sources, statements and rules; of publishers, which are many, the first."""
    groups = grouped(book, found, by)
    shown = groups if full or by is not By.PUBLISHER else groups[:FIRST_GROUPS]
    rows = tuple((group_words(book, g, by), *(str(len(n)) for n in (g.sources, g.statements, g.rules))) for g in shown)
    yield Table((by.value.capitalize(), "sources", "statements", "rules"), rows, numbers=(1, 2, 3))
    if rest := groups[len(shown) :]:
        yield Paragraph(f"and {len(rest)} more, with {max(len(g.sources) for g in rest)} or fewer each")
    yield Remark("--full lists every source, --weak the rules on weak support; --rule ID and --statement ID show what is behind them.")


def _sources(book: Book, found: Register, by: By) -> Iterator[Block]:
    for group in grouped(book, found, by):
        yield Heading(2, group_words(book, group, by))
        yield Bullets(tuple(_source_item(book, source) for source in group.sources))


def _source_item(book: Book, source: CitedSource) -> Item:
    address = Address(source.url, "; ".join(source.no_url))
    return Item(_title_line(source), tuple(_cited_items(book, source)), bullet="", address=address)


def _cited_items(book: Book, source: CitedSource) -> Iterator[Item]:
    """A line for each statement that cites a source: id, grade, rules."""
    for ident in dict.fromkeys(use.statement for use in source.uses):
        rules = [r.id.partition("/")[2] for r in rests_on(book, ident)]
        yield Item((Code(ident), f" ({GRADES[book.statements[ident].grade]}): {', '.join(rules) or 'no rule'}"))


def _weak(book: Book, found: Register, by: By | None, *, full: bool) -> Iterator[Block]:
    for title, rules in sections_of(book, found, by):
        yield Heading(2, f"{title} ({len(rules)})")
        yield Bullets(tuple(_weak_item(book, support, full=full) for support in rules))
    if found.rules and not full:
        yield Remark("--full adds the rules in words and how good each statement is.")


def _weak_item(book: Book, support: Support, *, full: bool) -> Item:
    if not full:
        return Item((Code(support.rule), f": {_few_sources(support)}"), bullet="")
    below = [Item(f"Rests {listed(weakness_words(book, support))}.", bullet="")]
    for statement in (book.statements[i] for i in support.statements):
        pages = tuple(Item(source_line(first), bullet="", tone=Tone.SOFT) for first, *_ in _pages(statement.sources))
        below.append(Item(f"{statement.id.partition('/')[2]}: {evidence(statement)}", pages))
    return Item((Code(support.rule), f": {book.rule[support.rule].summary}"), tuple(below), bullet="")


def _chain(book: Book, found: Register) -> Iterator[Block]:
    for support in found.rules:
        rule = book.rule[support.rule]
        yield Heading(2, _rule_line(book, rule))
        yield Paragraph(rule.summary)
        yield Paragraph(("rests on ", *joined([Code(i) for i in rule.statements])), labelled=True)
        if support.weaknesses:
            yield Paragraph(f"weak support: {listed(weakness_words(book, support))}", Tone.CAUTION, labelled=True)
    for statement in (book.statements[i] for i in found.statements):
        yield Heading(2, (Code(statement.id), f" ({evidence(statement)})"))
        yield Paragraph(f"{statement.by}: {statement.says}")
        yield Paragraph(_dates(statement))
        yield Paragraph(_effect_words(book, statement), labelled=True)
        yield Bullets(tuple(_page_item(citations) for citations in _pages(_citations(found, statement))))


def _page_item(citations: Sequence[Citation]) -> Item:
    """A page, the words quoted from it, and where it is."""
    quotes = "; ".join(_quote(c) for c in citations if c.words)
    return Item(source_line(citations[0]) + (f": {quotes}" if quotes else ""), address=Address(citations[0].url, citations[0].no_url))


def _citations(found: Register, statement: Statement) -> list[Citation]:
    """What a statement cites, as far as it was selected, in the order in which it stands there."""
    chosen = {identity(use.citation) for source in found.sources for use in source.uses if use.statement == statement.id}
    return [c for c in statement.sources if identity(c) in chosen]


def _pages(citations: Iterable[Citation]) -> list[list[Citation]]:
    """Citations of the same page together, in the order of the first of them."""
    pages: dict[object, list[Citation]] = {}
    for citation in citations:
        pages.setdefault(identity(citation), []).append(citation)
    return list(pages.values())


# -- quotations compared again

COMPARED = {
    Compared.AGAIN: "stand in a saved passage letter by letter",
    Compared.DIFFERENT: "differ from the saved passage",
    Compared.NOT_AT_HAND: "were compared once; their passage is not in the folder",
    Compared.NOT_FOUND: "were looked for once and not found",
    Compared.NEVER: "were never compared",
}


def passages_story(compared: Sequence[Quotation]) -> Document:
    """How many quotations stand how to their pages, then each that differs."""
    counts = [Item(words, bullet="", count=sum(q.compared is kind for q in compared)) for kind, words in COMPARED.items()]
    cited = [(q.use.statement, q.use.citation) for q in _different(compared)]
    different = [Item((Code(ident), f", {source_line(c)}: {_quote(c)}")) for ident, c in cited]
    return Document((Heading(1, _passages_headline(compared)), Bullets((*counts, *different))))


def _passages_headline(compared: Sequence[Quotation]) -> str:
    wrong = len(_different(compared))
    if not wrong:
        return f"No quotation differs from its passage, of {len(compared)}."
    return f"{_many(wrong, 'quotation')} of {len(compared)} {'differs' if wrong == 1 else 'differ'} from the passage saved for it."


def _different(compared: Sequence[Quotation]) -> list[Quotation]:
    return [q for q in compared if q.compared is Compared.DIFFERENT]

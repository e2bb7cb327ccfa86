"""The register of sources as text and as Markdown.

Counts come first, then one of: groups (a line each), sources (in groups), weak rules, or the whole chain from rules
to the words they rest on. The forms for machines are in `sources_data`.
"""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

from caveat.core.book import Grade
from caveat.core.citation import Reliability
from caveat.core.errors import printable
from caveat.core.force import first_day
from caveat.report.markdown import address as address_link
from caveat.report.markdown import escaped
from caveat.report.page_text import Page
from caveat.report.wording import GRADES, evidence, listed, source_line
from caveat.sources.passages import Compared, quotations
from caveat.sources.register import By, Weakness, grouped, identity, raised_by, rests_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from caveat.core.book import Book, Rule, Statement
    from caveat.core.citation import Citation
    from caveat.sources.passages import Quotation
    from caveat.sources.register import CitedSource, Group, Register, Support

FIRST_GROUPS = 20
COUNT_WIDTH = 11  # of a column of numbers
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


def _cited_words(book: Book, source: CitedSource) -> list[str]:
    """A line for each statement that cites a source: id, grade, rules."""
    lines = []
    for ident in dict.fromkeys(use.statement for use in source.uses):
        statement = book.statements[ident]
        rules = [r.id.partition("/")[2] for r in rests_on(book, ident)]
        lines.append(f"{ident} ({GRADES[statement.grade]})" + (f": {', '.join(rules)}" if rules else ": no rule"))
    return lines


def _title_line(source: CitedSource) -> str:
    """Date, publisher and title, then how far it stands from what it reports, where that is far."""
    far = sorted({u.citation.reliability for u in source.uses} & {Reliability.RELAY, Reliability.STATE_ALIGNED}, key=list(Reliability).index)
    title = f", “{source.title}”" if source.title else ""
    weak = f" [{listed((DISTANCES[f] for f in far), 'or')}]" if far else ""
    return f"{source.date or 'undated'}  {source.publisher}{title}{weak}"


def _addresses(source: CitedSource) -> list[str]:
    """The address, or every reason given for having none."""
    return [source.url] if source.url else [f"no address: {reason}" for reason in source.no_url]


def _address(citation: Citation) -> str:
    return citation.url or f"no address: {citation.no_url}"


def _quote(citation: Citation) -> str:
    said_by = f" ({citation.of})" if citation.of else ""
    return f"“{citation.words}”{said_by}{_check_words(citation)}" if citation.words else ""


def _check_words(citation: Citation) -> str:
    """Whether the words were compared with the page: `[compared letter by letter on 2026-11-27: stored page]`."""
    check = citation.checked
    if check is None:
        return ""
    return f" [{'compared letter by letter' if check.found else 'looked for and not found'} on {check.date}: {check.how}]"


# -- text


def sources_to_text(book: Book, found: Register, by: By | None, view: View, *, width: int = 80, colour: bool = False, full: bool = False) -> str:
    """The counts, then what the view asks for; `full` shortens nothing. Weak rules are listed by weakness unless `by` is given."""
    page = Page(width, colour=colour)
    page.add(headline(found, view), hang="  ", style="1")
    for count, words in findings(found) if view is not View.CHAIN else ():
        page.add(f"{count:>5} {words}", indent="", hang="      ")
    match view:
        case View.GROUPS:
            _group_table(page, book, grouped(book, found, by or By.PUBLISHER), by or By.PUBLISHER, full=full)
        case View.SOURCES:
            for group in grouped(book, found, by or By.PUBLISHER):
                page.head(group_words(book, group, by or By.PUBLISHER))
                for source in group.sources:
                    _source_lines(page, book, source)
        case View.WEAK:
            _weak_lines(page, book, found, by, full=full)
        case View.CHAIN:
            _chain_lines(page, book, found)
    return str(page)


def _group_table(page: Page, book: Book, groups: Sequence[Group], by: By, *, full: bool) -> None:
    """A line a group, with the number of its sources, statements and rules."""
    shown = _first_groups(groups, by, full=full)
    name_width = page.width - 3 * COUNT_WIDTH
    page.gap()
    page.lines.append(page.styled(_row((by.value.capitalize(), "sources", "statements", "rules"), name_width), "1"))
    for group in shown:
        name = printable(group_words(book, group, by))
        short = name if len(name) < name_width else name[: name_width - 2] + "…"
        page.lines.append(_row((short, len(group.sources), len(group.statements), len(group.rules)), name_width))
    if len(shown) < len(groups):
        rest = groups[len(shown) :]
        page.add(f"and {len(rest)} more, with {max(len(g.sources) for g in rest)} or fewer each")
    page.gap()
    page.add("--full lists every source, --weak the rules on weak support; --rule ID and --statement ID show what is behind them.", style="2")


def _first_groups(groups: Sequence[Group], by: By, *, full: bool) -> Sequence[Group]:
    """All groups; of publishers, which are many, the first."""
    return groups if full or by is not By.PUBLISHER else groups[:FIRST_GROUPS]


def _row(cells: Sequence[object], name_width: int) -> str:
    return f"{cells[0]!s:<{name_width}}" + "".join(f"{cell!s:>{COUNT_WIDTH}}" for cell in cells[1:])


def _source_lines(page: Page, book: Book, source: CitedSource) -> None:
    page.add(_title_line(source), indent="  ", hang="    ")
    for line in _addresses(source):
        page.add(line, indent="    ", hang="      ", style="2")
    for line in _cited_words(book, source):
        page.add(f"- {line}", indent="    ", hang="      ")


def _weak_lines(page: Page, book: Book, found: Register, by: By | None, *, full: bool) -> None:
    for title, rules in sections_of(book, found, by):
        page.head(f"{title} ({len(rules)})")
        for support in rules:
            if full:
                _weak_rule(page, book, support)
            else:
                page.add(f"{support.rule}: {_few_sources(support)}", indent="  ", hang="    ")
    if found.rules and not full:
        page.gap()
        page.add("--full adds the rules in words and how good each statement is.", style="2")


def _weak_rule(page: Page, book: Book, support: Support) -> None:
    page.add(f"{support.rule}: {book.rule[support.rule].summary}", indent="  ", hang="    ")
    page.add(f"Rests {listed(weakness_words(book, support))}.", indent="    ", hang="      ")
    for ident in support.statements:
        statement = book.statements[ident]
        page.add(f"- {ident.partition('/')[2]}: {evidence(statement)}", indent="    ", hang="      ")
        for lines in _pages(statement.sources):
            page.add(source_line(lines[0]), indent="      ", hang="        ", style="2")


def _chain_lines(page: Page, book: Book, found: Register) -> None:
    for support in found.rules:
        rule = book.rule[support.rule]
        page.head(_rule_line(book, rule))
        page.add(rule.summary, indent="  ")
        page.add(f"rests on {listed(rule.statements)}", indent="  ", hang="    ")
        if support.weaknesses:
            page.add(f"weak support: {listed(weakness_words(book, support))}", indent="  ", hang="    ", style="33")
    for ident in found.statements:
        statement = book.statements[ident]
        page.head(f"{ident} ({evidence(statement)})")
        page.add(f"{statement.by}: {statement.says}", indent="  ")
        page.add(_dates(statement), indent="  ")
        page.add(_effect_words(book, statement), indent="  ", hang="    ")
        for first, *more in _pages(_citations(found, statement)):
            page.add(f"- {source_line(first)}", indent="  ", hang="    ")
            for citation in (first, *more):
                if citation.words:
                    page.add(_quote(citation), indent="    ")
            page.add(_address(first), indent="    ", hang="      ", style="2")


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


def passages_to_text(compared: Sequence[Quotation], *, width: int = 80, colour: bool = False) -> str:
    """How many quotations stand how to their pages, then each that differs."""
    page = Page(width, colour=colour)
    page.add(_passages_headline(compared), hang="  ", style="1")
    for kind, words in COMPARED.items():
        page.add(f"{sum(q.compared is kind for q in compared):>5} {words}", indent="", hang="      ")
    for quotation in _different(compared):
        page.add(f"- {quotation.use.statement}, {source_line(quotation.use.citation)}: {_quote(quotation.use.citation)}", hang="  ")
    return str(page)


def passages_to_markdown(compared: Sequence[Quotation]) -> str:
    """The same as a Markdown section."""
    lines = ["## Quotations", "", f"**{escaped(_passages_headline(compared))}**", ""]
    lines += [f"- {sum(q.compared is kind for q in compared)} {words}" for kind, words in COMPARED.items()]
    lines += [f"- `{q.use.statement}`: {escaped(source_line(q.use.citation))}: {escaped(_quote(q.use.citation))}" for q in _different(compared)]
    return "\n".join(lines) + "\n"


def _passages_headline(compared: Sequence[Quotation]) -> str:
    wrong = len(_different(compared))
    if not wrong:
        return f"No quotation differs from its passage, of {len(compared)}."
    return f"{_many(wrong, 'quotation')} of {len(compared)} {'differs' if wrong == 1 else 'differ'} from the passage saved for it."


def _different(compared: Sequence[Quotation]) -> list[Quotation]:
    return [q for q in compared if q.compared is Compared.DIFFERENT]


# -- Markdown


def sources_to_markdown(book: Book, found: Register, by: By | None, view: View, *, full: bool = False) -> str:
    """The same as a Markdown section."""
    lines = ["## Sources", "", f"**{escaped(headline(found, view))}**", ""]
    lines += [f"- {count} {escaped(words)}" for count, words in findings(found)] if view is not View.CHAIN else []
    match view:
        case View.GROUPS:
            lines += _markdown_table(book, grouped(book, found, by or By.PUBLISHER), by or By.PUBLISHER, full=full)
        case View.SOURCES:
            for group in grouped(book, found, by or By.PUBLISHER):
                lines += ["", f"### {escaped(group_words(book, group, by or By.PUBLISHER))}", ""]
                lines += [line for source in group.sources for line in _markdown_source(book, source)]
        case View.WEAK:
            lines += _markdown_weak(book, found, by)
        case View.CHAIN:
            lines += _markdown_chain(book, found)
    return "\n".join(lines).rstrip() + "\n"


def _markdown_table(book: Book, groups: Sequence[Group], by: By, *, full: bool) -> Iterator[str]:
    yield from ("", f"| {by.value} | sources | statements | rules |", "|---|--:|--:|--:|")
    shown = _first_groups(groups, by, full=full)
    for g in shown:
        yield f"| {escaped(group_words(book, g, by))} | {len(g.sources)} | {len(g.statements)} | {len(g.rules)} |"
    if len(shown) < len(groups):
        yield from ("", f"and {len(groups) - len(shown)} more")


def _markdown_source(book: Book, source: CitedSource) -> Iterator[str]:
    address = address_link(source.url) if source.url else f"({escaped('; '.join(_addresses(source)))})"
    yield f"- {escaped(_title_line(source))} {address}"
    yield from (f"  - {escaped(line)}" for line in _cited_words(book, source))


def _markdown_weak(book: Book, found: Register, by: By | None) -> Iterator[str]:
    for title, rules in sections_of(book, found, by):
        yield from ("", f"### {escaped(title)}", "", "| rule | in words | rests | evidence |", "|---|---|---|---|")
        for s in rules:
            on = "<br>".join(f"`{i}`: {escaped(evidence(book.statements[i]))}" for i in s.statements)
            yield f"| `{s.rule}` | {escaped(book.rule[s.rule].summary)} | {escaped(listed(weakness_words(book, s)))} | {on} |"


def _markdown_chain(book: Book, found: Register) -> Iterator[str]:
    for support in found.rules:
        rule = book.rule[support.rule]
        weak = f" Weak support: {escaped(listed(weakness_words(book, support)))}." if support.weaknesses else ""
        yield from (f"### {escaped(_rule_line(book, rule))}", "", f"{escaped(rule.summary)}{weak}", "")
        yield from ("Rests on " + listed(f"`{i}`" for i in rule.statements) + ".", "")
    for ident in found.statements:
        s = book.statements[ident]
        yield from (f"### `{ident}`", "", f"{escaped(s.by)}: {escaped(s.says)} ({escaped(evidence(s))}; {_dates(s)})", "")
        yield from (f"{escaped(_effect_words(book, s))}", "")
        for first, *more in _pages(_citations(found, s)):
            quotes = "; ".join(escaped(_quote(c)) for c in (first, *more) if c.words)
            address = address_link(first.url) if first.url else f"({escaped(_address(first))})"
            yield f"- {escaped(source_line(first))}{': ' if quotes else ''}{quotes} {address}"
        yield ""


__all__ = ["View", "passages_to_markdown", "passages_to_text", "sources_to_markdown", "sources_to_text"]

"""Case files: what must come out, as data beside the policies.

A case file is any `NAME.cases.yaml` below the policies folder. It is strict YAML like a policy, and is checked whole
against the library it stands in: every problem is a Diagnostic with its place, all at once.

    cases:
      rifles-in-belgorod:
        given: {supplier: BE, weapon: small-arms-rifle, target.region: RU-BEL}
        date: 2023-06-10
        expect: prohibited
        rules: BE/only-in-ukraine
      f-16-by-region-and-day:
        given: {supplier: BE, weapon: f-16, target.kind: airfield}
        rows: {target.region: [RU-BEL, UA-63]}
        columns: {date: [2023-06-01, 2024-05-28]}
        expect:
          RU-BEL: prohibited prohibited
          UA-63:  permitted  permitted
    uncovered:
      BE/only-ukraines-forces: needs a user that no report names

`given` holds the facts of a scenario, nested or dotted; `date`, `as_of` and `known_by` mean what they mean to
`caveat decide`. `expect` has one word for each check: permitted, prohibited, unclear, needs-facts; no-objection (the one
treaty asked is silent); no-say (none of the issuers asked has a say); contradiction (the facts cannot hold together); or `.` for a combination that is not asked.

`rows` and `columns` make many checks of one case. Each is either one fact with a list of values (`known_by` and `as_of`
count as facts here), or names, each with the facts it stands for. A column wins over a row, a row over `given`. With
columns, `expect` is a line of words, one a column; with rows, a mapping from row to such a line.

Optional, and held by every check of a case: `rules` that must be among those that decided the binding consents (a list,
or a mapping from verdict to list), `missing` (where needs-facts is expected: facts that together settle it, as one of
the smallest such sets), `consents` (the verdict of single issuers), `issuers` (ask only these), `note`, and `skip`, the
reason why the case is not run. `uncovered` names rules no case is expected to reach, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from caveat.core.dates import dated
from caveat.core.errors import Diagnostic, PolicyError, ScenarioError, did_you_mean
from caveat.core.question import DATE
from caveat.core.scenario import Scenario, problems_of_names
from caveat.load import strict_yaml
from caveat.load.beside import files_beside
from caveat.load.case_models import NOT_ASKED, WORDS, CasesModel
from caveat.load.files import check_node
from caveat.load.names import Named, ambiguous
from caveat.load.nodes import Said, entries, facts_in, one_text, part, scalars_in, words_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from caveat.core.book import Book
    from caveat.core.source import Span
    from caveat.load.case_models import CaseModel
    from caveat.load.folder import RawFile
    from caveat.load.place import Location, Place
    from caveat.load.strict_yaml import Node

SUFFIX = ".cases.yaml"
AS_OF, KNOWN_BY = "as_of", "known_by"


@dataclass(frozen=True, slots=True)
class Check:
    """One question of a case file, and what must come out. `row` and `column` are empty where the case has none.

    `rules` must be among the rules that decided; `missing`, where not empty, is one of the smallest sets that settle it.
    """

    file: str
    case: str
    row: str
    column: str
    facts: Mapping[str, object]
    as_of: str | None
    known_by: str | None
    expect: str
    rules: tuple[str, ...]
    missing: tuple[str, ...]
    consents: Mapping[str, str]
    issuers: tuple[str, ...]
    note: str | None
    skip: str | None
    line: int = field(compare=False)  # where the expected word stands

    @property
    def place(self) -> str:
        """`file:line`."""
        return f"{self.file}:{self.line}"

    @property
    def name(self) -> str:
        """`case`, `case/row`, `case/column` or `case/row/column`."""
        return "/".join(part for part in (self.case, self.row, self.column) if part)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case file: its checks in the order written, and the rules it excuses from coverage, each with the reason."""

    name: str
    checks: tuple[Check, ...]
    uncovered: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Setting:
    """One row or column: its name, and what it sets."""

    name: str
    facts: Mapping[str, Said]


_NO_AXIS = (_Setting("", {}),)


def read_cases(where: Location | Place, book: Book) -> list[CaseFile]:
    """Every case file below a place, sorted by name, each name in it known to the book. PolicyError with every problem.

    Of a single policy file `NAME.yaml`, its `NAME.cases.yaml`.
    """
    reader = _Reader(book)
    files = [reader.file(raw) for raw in files_beside(where, SUFFIX, reader.problems)]
    if reader.problems:
        raise PolicyError(reader.problems)
    return [file for file in files if file is not None]


class _Reader:
    """Reads case files one after the other, and gathers every problem of all of them."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.problems: list[Diagnostic] = []
        self.rules = [rule.id for rule in book.rules]
        self.fine: set[tuple[str, str]] = set()  # facts with values already looked up

    def problem(self, code: str, message: str, span: Span, tip: str) -> None:
        self.problems.append(Diagnostic(code, message, span, tip))

    def file(self, raw: RawFile) -> CaseFile | None:
        """One file; None where it is not a mapping or not well formed, with the problems gathered."""
        node, found = strict_yaml.read(raw.data, raw.shown)
        self.problems += [replace(d, help="a case file begins with `cases:`") if d.code == "empty-file" else d for d in found]
        if node is None:
            return None
        if not isinstance(node.value, dict):
            self.problem("not-a-mapping", "the file must be a mapping of keys to values", node.span, "begin with `cases:`")
            return None
        misread = {(d.span.line, d.span.column) for d in found if d.span}  # whatever else is wrong there follows from that
        before = len(self.problems)
        read = self.content(node, raw.shown)
        self.problems[before:] = [d for d in self.problems[before:] if d.span is None or (d.span.line, d.span.column) not in misread]
        return read

    def content(self, node: Node, file: str) -> CaseFile | None:
        """What stands in a file that is a mapping."""
        checked, found = check_node(node, file, CasesModel, [])
        self.problems += found
        for rule, key, _ in entries(node, "uncovered"):
            self.known("rule", rule, self.rules, key)
        checks = []
        self.problems += ambiguous(Named(name, name, span) for name, span, _ in entries(node, "cases"))
        for name, _, case in entries(node, "cases"):
            if isinstance(case.value, dict):
                checks += self.case(file, name, case, checked.model.cases[name] if checked else None)
        return CaseFile(file, tuple(checks), checked.model.uncovered) if checked else None

    def case(self, file: str, name: str, node: Node, model: CaseModel | None) -> list[Check]:
        """The checks of one case; without a model only its problems are looked for."""
        self.names(node)
        given = self.facts(part(node, "given"))
        rows, columns = self.axis(node, "rows"), self.axis(node, "columns")
        self.no_clashes(node, given, rows, columns)
        lines = list(self.lines(node, rows, columns))
        self.missing(node, [word for _, _, word, _ in lines])
        if model is None:
            return []
        days = {key: str(day) for key, day in ((DATE, model.date), (AS_OF, model.as_of), (KNOWN_BY, model.known_by)) if day}
        return [_check(file, name, model, days, (given, row, column), word, span) for row, column, word, span in lines]

    # -- names

    def known(self, what: str, name: str, among: Sequence[str], span: Span) -> None:
        if name not in among:
            self.problem(f"unknown-{what}", f"no {what} `{name}`", span, did_you_mean(name, among) or _where_listed(what))

    def names(self, node: Node) -> None:
        """Every rule, issuer and fact a case names outside its facts."""
        facts = [DATE, *self.book.vocabulary.facts]
        for what, key, among in (("rule", "rules", self.rules), ("issuer", "issuers", list(self.book.issuers)), ("fact", "missing", facts)):
            for item in scalars_in(part(node, key)):
                self.known(what, str(item.value), among, item.span)
        for issuer, key_span, _ in entries(node, "consents"):
            self.known("issuer", issuer, list(self.book.issuers), key_span)
        for word, key_span, _ in entries(node, "rules"):
            self.word(word, key_span)

    def word(self, word: str, span: Span) -> None:
        if word not in WORDS:
            tip = f"write `{NOT_ASKED}` for a combination that is not asked" if word == "-" else did_you_mean(word, WORDS)
            self.problem("unknown-word", f"`{word}` is not a verdict", span, tip)

    def missing(self, node: Node, words: Sequence[str]) -> None:
        """`missing` has no meaning where no check expects needs-facts."""
        if part(node, "missing") is not None and words and "needs-facts" not in words:
            span = node.at(["missing"], key=True)
            self.problem("wrong-value", "nothing is missing where needs-facts is not expected", span, "delete it, or expect needs-facts")

    # -- facts

    def facts(self, node: Node | None) -> dict[str, Said]:
        """The facts of a mapping by their dotted names, each looked up; what is no mapping is a problem."""
        if node is None:
            return {}
        if not isinstance(node.value, dict):
            self.problem("wrong-value", "facts are a mapping of names to values", node.span, "write `{weapon: himars, target.region: RU-BEL}`")
            return {}
        found: dict[str, Said] = {}
        for name, said in facts_in(node):
            if name in found:
                self.problem("duplicate-key", f"the fact `{name}` is said twice", said.key, "say it once, nested or dotted")
            found[name] = said
            self.look_up(name, said)
        return {name: _as_text(said) if name in (AS_OF, KNOWN_BY) else said for name, said in found.items()}

    def look_up(self, name: str, said: Said) -> None:
        """A fact and its value must be known. Whether facts can hold together is for the check itself to find."""
        if said.value is None:
            self.problem("wrong-value", f"`{name}` has no value", said.key, "leave the fact out if nothing is known")
            return
        try:
            if name in (AS_OF, KNOWN_BY):
                dated(one_text(said.value))
            elif (name, repr(said.value)) not in self.fine:
                found = problems_of_names(self.book, Scenario({name: said.value}, places={name: said.span}))
                at_key = [replace(d, span=said.key) if d.code == "unknown-fact" else d for d in found]
                self.problems += [d for d in at_key if d.code != "contradiction"]
                self.fine |= set() if found else {(name, repr(said.value))}
        except ValueError as error:
            self.problem("impossible-date", str(error), said.span, "write 2024-05-30")
        except ScenarioError as error:
            self.problems += error.diagnostics

    def no_clashes(self, node: Node, given: Mapping[str, Said], rows: Sequence[_Setting], columns: Sequence[_Setting]) -> None:
        """A fact set by a row and by a column, or a day set beside `given` and in it, is set twice."""
        by_row = {fact for row in rows for fact in row.facts}
        twice = {said.key: fact for column in columns for fact, said in column.facts.items() if fact in by_row}
        twice |= {said.key: fact for fact, said in given.items() if fact in (DATE, AS_OF, KNOWN_BY) and part(node, fact)}
        for span, fact in twice.items():
            self.problem("duplicate-key", f"the fact `{fact}` is said twice", span, "keep one of them")

    # -- the matrix

    def axis(self, node: Node, key: str) -> tuple[_Setting, ...]:
        """The rows or columns: one fact with a list of values, or names with facts; a nameless one where there are none."""
        axis = part(node, key)
        if axis is None:
            return _NO_AXIS
        boxes = axis.value if isinstance(axis.value, dict) else {}
        kinds = {type(value.value) for _, value in boxes.values()}
        if kinds == {dict}:
            return tuple(_Setting(name, self.facts(value)) for name, (_, value) in boxes.items())
        if kinds == {list} and len(boxes) == 1:
            return tuple(self.listed(*next(iter(boxes.items()))))
        tip = f"write `{key}: {{target.region: [RU-BEL, UA-63]}}`, or give each of the {key} a name and its facts in a mapping"
        self.problem("wrong-value", f"`{key}` is one fact with a list of values, or names with facts", node.at([key], key=True), tip)
        return _NO_AXIS

    def listed(self, fact: str, entry: tuple[Span, Node]) -> Iterator[_Setting]:
        """One row or column for each value of a fact."""
        key_span, values = entry
        seen: set[str] = set()
        for item in values.value if isinstance(values.value, list) else ():
            name = _value_name(item)
            said = Said(item.plain(), key_span, item.span)
            if name is None:
                self.problem(
                    "wrong-value", "a value is one word, number or date here", item.span, "name each of them and give its facts in a mapping"
                )
            elif name in seen:
                self.problem("wrong-value", f"`{name}` stands twice", item.span, "keep one")
            else:
                seen.add(name)
                self.look_up(fact, said)
            yield _Setting(name or "", {fact: _as_text(said) if fact in (AS_OF, KNOWN_BY) else said})

    def lines(self, node: Node, rows: Sequence[_Setting], columns: Sequence[_Setting]) -> Iterator[tuple[_Setting, _Setting, str, Span]]:
        """Row, column, expected word and its place, for every check of the case."""
        expect = part(node, "expect")
        if expect is None:
            return
        if rows is _NO_AXIS:
            yield from self.line(rows[0], expect, columns)
            return
        if not isinstance(expect.value, dict):
            tip = f"write `{rows[0].name if rows else 'row'}: permitted` lines below `expect:`"
            self.problem("wrong-value", "a case with rows expects something of each row", expect.span, tip)
            return
        for row in rows:
            if row.name in expect.value:
                yield from self.line(row, expect.value[row.name][1], columns)
            else:
                self.problem("missing-key", f"nothing is expected of the row `{row.name}`", node.at(["expect"], key=True), f"add `{row.name}: ...`")
        names = [row.name for row in rows]
        for name, (key_span, _) in expect.value.items():
            if name not in names:
                self.problem("unknown-row", f"no row `{name}`", key_span, did_you_mean(name, names))

    def line(self, row: _Setting, node: Node, columns: Sequence[_Setting]) -> Iterator[tuple[_Setting, _Setting, str, Span]]:
        """One line of words, one a column."""
        if isinstance(node.value, dict | list) or node.value is None:
            tip = (
                f"write `{' '.join(['permitted'] * min(3, len(columns)))}`"
                if node.value is None
                else "`expect` has lines for rows only where there are `rows`"
            )
            self.problem("wrong-value", "what is expected is a line of words", node.span, tip)
            return
        words = words_in(node)
        if len(words) != len(columns):
            named = ", ".join(c.name for c in columns if c.name)
            tip = f"one word for each of the {len(columns)} columns: {named}" if named else "write one word, or add `columns`"
            self.problem(
                "wrong-length", f"{len(words)} word{'s' * (len(words) != 1)} for {len(columns)} column{'s' * (len(columns) != 1)}", node.span, tip
            )
        for word, span in words:
            if word != NOT_ASKED:
                self.word(word, span)
        for column, (word, span) in zip(columns, words, strict=False):
            if word != NOT_ASKED:
                yield row, column, word, span


def _check(file: str, case: str, model: CaseModel, days: Mapping[str, str], said: tuple[Mapping[str, Said], _Setting, _Setting], word: str, span: Span) -> Check:  # fmt: skip
    """One check: a column wins over a row, a row over what the case gives."""
    given, row, column = said
    facts: dict[str, Any] = {
        **days,
        **{key: s.value for key, s in {**given, **row.facts, **column.facts}.items()},
    }  # days are texts, facts whatever a file says
    return Check(
        file=file, case=case, row=row.name, column=column.name, as_of=facts.pop(AS_OF, None), known_by=facts.pop(KNOWN_BY, None), facts=facts,
        expect=word, rules=model.rules.get(word, ()), missing=model.missing if word == "needs-facts" else (), consents=model.consents,
        issuers=model.issuers, note=model.note, skip=model.skip, line=span.line,
    )  # fmt: skip


def _value_name(node: Node) -> str | None:
    """A value as the name of a row or column; None where it is not one value."""
    try:
        return one_text(node.plain()) if node.value is not None else None
    except ValueError:
        return None


def _as_text(said: Said) -> Said:
    try:
        return replace(said, value=one_text(said.value))
    except ValueError:
        return said


def _where_listed(what: str) -> str:
    return {"issuer": "`caveat vocabulary issuers` lists them", "fact": "`caveat vocabulary` lists them"}.get(what, "rules are named `ISSUER/name`")


__all__ = ["SUFFIX", "CaseFile", "Check", "read_cases"]

"""Reports as written to Incidents: every name looked up in the vocabulary, every link followed, every problem reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caveat.core.errors import Diagnostic, ScenarioError, did_you_mean
from caveat.core.incident import PLACES, REPORTS, Incident
from caveat.core.scenario import MAX_NAME, as_written
from caveat.load.incidents import MAX_REPORTS, Within, placed
from caveat.load.incidents import read_report as read_one
from caveat.load.incidents import read_reports as read_all
from caveat.resolve.vocabulary import citation

MAX_ID = 60

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from caveat.core.book import Book
    from caveat.core.derivation import Reporting
    from caveat.core.source import Span
    from caveat.core.vocabulary import ValueSet
    from caveat.load.incidents import Read, ReportModel


def read_reports(book: Book, raw: object, places: Mapping[str, Span] | None = None) -> tuple[list[Incident], list[Diagnostic]]:
    """The reports of a case, and every problem; with a problem in any of them, what is returned is not to be used.

    Reports that are Incidents already are taken as they are, and then what they correct or retract may come later.
    """
    if isinstance(raw, list | tuple) and raw and all(isinstance(item, Incident) for item in raw):
        return _ready(raw)
    reporting = book.reporting
    if reporting is None:
        tip = "add a `derivations/` folder that says what reports may say, or leave the reports out"
        return [], [placed(Diagnostic("no-derivations", "this library knows no reports", (places or {}).get(REPORTS), tip))]
    read, problems = read_all(raw, places or {})
    found = []
    for one in read:
        said, own = _said(book, reporting, one)
        problems += own
        found += [_incident(one.model, said)] if one.model is not None else []
    return found, problems + _links(read)


def read_report(book: Book, data: object, places: Mapping[str, Span] | None = None) -> Incident:
    """One report by itself, as in a stream. ScenarioError with every problem found."""
    if book.reporting is None:
        raise ScenarioError([Diagnostic("no-derivations", "this library knows no reports", None, "add a `derivations/` folder")])
    read, problems = read_one(data, Within(places or {}, 0))
    said, own = _said(book, book.reporting, read)
    if problems or own or read.model is None:
        raise ScenarioError([*problems, *own])
    return _incident(read.model, said)


def _ready(incidents: Sequence[Any]) -> tuple[list[Incident], list[Diagnostic]]:
    ids = [i.id for i in incidents]
    if len(ids) > MAX_REPORTS:
        return [], [Diagnostic("too-many-reports", f"{len(ids):,} reports, and a case may have {MAX_REPORTS}", None, "keep those that bear on it")]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    return list(incidents), [Diagnostic("duplicate-id", f"two reports are called `{i}`", None, "each report has an id of its own") for i in twice]


Said = dict[str, tuple[tuple[str, ...], frozenset[str]]]  # by key, the ids of what was named, and the values these stand for


def _said(book: Book, reporting: Reporting, read: Read) -> tuple[Said, list[Diagnostic]]:
    """What a report says, in the vocabulary's terms, as far as its words are known."""
    problems: list[Diagnostic] = []
    found: Said = {}
    for key in ("kind", *PLACES):
        words = read.words.get(key, ())
        if words and key not in reporting.values:
            tip = f"a report of this library says {', '.join(reporting.values)}"
            problems.append(read.here.problem("unknown-key", f"this library's reports have no `{key}`", tip, key, key=True))
        elif words:
            values = book.vocabulary.value_sets[reporting.values[key]]
            terms = [_term(values, name, read.here, (key, i), problems) for i, name in enumerate(words)]
            found[key] = tuple(sorted({ident for ident, _ in terms})), frozenset().union(*(leaves for _, leaves in terms))
    kinds = found.get("kind", ((), frozenset()))[1]
    if len(kinds) > 1:
        tip = f"say which: {', '.join(sorted(kinds))}"
        problems.append(read.here.problem("wrong-value", f"`{as_written(read.words['kind'][0])}` is a class of several kinds", tip, "kind"))
    return found, problems


def _incident(model: ReportModel, said: Said) -> Incident:
    return Incident(
        id=model.id, reported=model.reported, kind=next(iter(said["kind"][1])) if "kind" in said else "", when=model.when,
        said={key: said[key][1] for key in PLACES if key in said}, names={key: said[key][0] for key in PLACES if key in said},
        sure=model.sure, says=model.says, sources=tuple(citation(s) for s in model.source),
        corrects=model.corrects or "", retracts=model.retracts or "",
    )  # fmt: skip


def _term(values: ValueSet, name: str, here: Within, path: tuple[str | int, ...], problems: list[Diagnostic]) -> tuple[str, frozenset[str]]:
    term = values.find(name)
    if term is not None and (term.leaves or term.arguable):
        return term.id, term.leaves | term.arguable.keys()
    near = values.near(name) if len(name) <= MAX_NAME else []
    known = " or ".join(f"`{t.id}` ({t.name})" for t in near)
    tip = f"did you mean {known}?" if near else f"`caveat vocabulary {values.name}` lists them"
    problems.append(here.problem(f"unknown-{values.one.replace(' ', '-')}", f"no {values.one} `{as_written(name)}`", tip, *path))
    return name, frozenset((name,))


def _links(reports: Sequence[Read]) -> list[Diagnostic]:
    """Ids that stand twice, corrections and retractions of reports that are not there, and rings of them."""
    problems: list[Diagnostic] = []
    targets: dict[str, tuple[str, ...]] = {}
    for r in reports:
        for ident in r.words.get("id", ()):
            if ident in targets:
                problems.append(
                    r.here.problem("duplicate-id", f"another report is called `{as_written(ident)}`", "each report has an id of its own", "id")
                )
            targets.setdefault(ident, (*r.words["corrects"], *r.words["retracts"]))
    for r in reports:
        for key in ("corrects", "retracts"):
            for target in r.words.get(key, ()):
                if target not in targets:
                    tip = did_you_mean(target[:MAX_ID], sorted(targets)) or "give the id of a report of this file"
                    problems.append(r.here.problem("unknown-report", f"no report `{as_written(target)}`", tip, key))
                elif _leads(target, r.words["id"], targets):
                    message = f"`{as_written(r.words['id'][0])}` corrects or retracts itself in a ring"
                    problems.append(r.here.problem("cycle", message, "a later report points to an earlier one", key))
    return problems


def _leads(start: str, goal: tuple[str, ...], targets: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether what a report points to leads to another."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        ident = waiting.pop()
        if ident in goal:
            return True
        if ident not in seen:
            seen.add(ident)
            waiting += targets.get(ident, ())
    return False

"""What the documents of several verbs have in common, as plain data; its types are those of `data.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from caveat.core.incident import PLACES
from caveat.core.scenario import spelled
from caveat.report.command import value_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from caveat.core.book import Book
    from caveat.core.citation import Check, Citation
    from caveat.core.dates import Dated
    from caveat.core.incident import Incident
    from caveat.core.vocabulary import Assumption
    from caveat.engines.view import View
    from caveat.report.data import (
        AssumptionData,
        BetweenData,
        CheckData,
        CitationData,
        LibraryData,
        ReportData,
        ReportSourceData,
        SetAsideData,
        ViewData,
    )


def library_data(book: Book) -> LibraryData:
    """The digest of the library, whose policies were replaced in it, and its treaties."""
    return {"digest": book.digest, "replaced": list(book.replaced), "treaties": list(book.treaties)}


def assumptions_data(assumptions: Mapping[str, Assumption]) -> list[AssumptionData]:
    """Each assumption with its reason."""
    return [{"fact": f, "value": list(a.terms) if len(a.terms) > 1 else a.terms[0], "because": a.because} for f, a in assumptions.items()]


def set_aside_data(pairs: Iterable[tuple[str, str]]) -> list[SetAsideData]:
    """Rules, each with the one that defeats it."""
    return [{"rule": rule, "by": by} for rule, by in pairs]


def said_data(value: object) -> str | list[str]:
    """What was said of a fact as flags take it: one text or several."""
    texts = [value_text(v) for v in spelled(value)]
    return texts if isinstance(value, list) or len(texts) > 1 else texts[0]


def view_data(view: View) -> ViewData:
    """An answer in short."""
    return {
        "verdict": view.verdict,
        "says": list(view.says),
        "possible": list(view.possible),
        "binding": list(view.binding),
        "rules": list(view.rules),
        "set_aside": set_aside_data(view.set_aside),
        "readings": [a.point for a in view.readings],
        "missing": [list(facts) for facts in view.missing],
        "last_known": view.last_known,
    }


# -- sources and reports. Their keys stand in the order in which a file would have them, and those that say nothing are
# left out of the whole: that what is left has the type is for the tests to show.


def citation_data(source: Citation) -> CitationData:
    """A source."""
    whole = {"publisher": source.publisher, "title": source.title, "date": str(source.date) if source.date else None, **_published(source)}
    return cast("CitationData", {key: value for key, value in whole.items() if value is not None})


def report_data(report: Incident, day: Callable[[Dated], str | BetweenData] = str) -> ReportData:
    """A report as it could be written in a case file, in the vocabulary's ids; `day` writes its days."""
    whole = {
        "id": report.id,
        "kind": report.kind,
        **{key: list(report.names[key]) for key in PLACES if key in report.names},
        "when": day(report.when) if report.when else None,
        "reported": day(report.reported),
        "sure": None if report.retracts else report.sure,
        "says": report.says,
        "corrects": report.corrects,
        "retracts": report.retracts,
        "source": [_report_source(c, day) for c in report.sources],
    }
    return cast("ReportData", {key: value for key, value in whole.items() if value})


def _report_source(c: Citation, day: Callable[[Dated], str | BetweenData]) -> ReportSourceData:
    *published, checked = _published(c).items()
    whole = {"publisher": c.publisher, "title": c.title, "date": day(c.date) if c.date else "unknown", **dict(published), "note": c.note}
    return cast("ReportSourceData", {key: value for key, value in [*whole.items(), checked] if value is not None})


def _published(c: Citation) -> dict[str, object]:
    """What citations and sources of reports say alike, after the date."""
    return {
        "url": c.url, "no_url": c.no_url, "words": c.words, "of": c.of, "language": c.language, "reliability": c.reliability,
        "checked": _check_data(c.checked) if c.checked else None,
    }  # fmt: skip


def _check_data(check: Check) -> CheckData:
    """As a source in a file says it."""
    if check.digest is None:
        return {"date": str(check.date), "how": check.how, "found": False}
    return {"date": str(check.date), "how": check.how, "digest": check.digest}

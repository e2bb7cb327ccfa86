"""One decision as a line of a record: what was asked, what was answered, and fingerprints of what the answer rests on.

A record holds a second kind of line: the whole library, once for each digest, so that whoever reads the record in ten
years has what was known then, and can say which change of the library an answer changed with.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from caveat.core.book import Grade
from caveat.core.formula import TRUE
from caveat.report.to_data import report_data
from caveat.store.canonical import digest_of, from_data, text_of, to_data

if TYPE_CHECKING:
    from collections.abc import Mapping

    from caveat.core.book import Book
    from caveat.core.dates import Dated
    from caveat.core.decision import Decision
    from caveat.core.derived import DerivedFact
    from caveat.record.data import AnswerData, AskedData, DerivedFactData, LibraryLineData, RecordData, WatchedData
    from caveat.report.data import BetweenData

RECORD: Literal["caveat/record/1"] = "caveat/record/1"
LIBRARY: Literal["caveat/record-library/1"] = "caveat/record-library/1"
MAX_BOOK = 256_000_000  # bytes of a library unpacked
MAX_LISTED = 1_000  # issuers, or reports, of one question
Data = dict[str, Any]  # what a line of a record was found to hold, maybe by an older version


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded decision: `asked` is what to ask again, `answer` and `basis` what came of it then.

    Read from a file that another version may have written: what is needed of them is checked, the rest is as it stands there.
    """

    line: int
    recorded: str
    version: str
    label: str
    digest: str
    asked: Mapping[str, Any]
    answer: Mapping[str, Any]
    basis: Mapping[str, str]


# -- writing


def record_line(book: Book, decision: Decision, *, recorded: str, version: str, label: str = "", assumptions: bool = True, watch: WatchedData | None = None) -> bytes:  # fmt: skip
    """The decision as one line: `recorded` is the time of writing, `label` where the question came from.

    `assumptions` is whether any were allowed when it was asked.
    """
    data: RecordData = {
        "schema": RECORD,
        "recorded": recorded,
        "caveat": version,
        "label": label,
        "library": {"digest": decision.digest},
        "asked": asked_data(decision, assumptions=assumptions),
        "answer": answer_data(decision),
        "basis": basis_of(book, decision),
    }
    if watch is not None:
        data["watch"] = watch
    return _line(data)


def library_line(book: Book, *, version: str) -> bytes:
    """The library as one line: its canonical data, packed."""
    packed = base64.b64encode(zlib.compress(text_of(to_data(book)).encode(), 9)).decode("ascii")
    data: LibraryLineData = {"schema": LIBRARY, "digest": book.digest, "caveat": version, "book": packed}
    return _line(data)


def _line(data: RecordData | LibraryLineData) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def asked_data(decision: Decision, *, assumptions: bool = True) -> AskedData:
    """Everything it takes to ask again: facts and reports in the vocabulary's ids, the two days, and how it was asked."""
    case = decision.asking.case
    data: AskedData = {
        "scenario": dict(decision.scenario),
        "as_of": str(decision.as_of) if decision.as_of else None,
        "known_by": decision.known_by.isoformat(),
        "least_grade": decision.min_grade,
        "issuers": list(decision.asked_only),
        "assumptions": assumptions,
        "engine": decision.engine,
    }
    if case:
        data["reports"] = [report_data(r, _day) for r in sorted(case.given, key=lambda r: r.id)]
    return data


def _day(day: Dated) -> str | BetweenData:
    return str(day) if day.is_exact else {"between": [day.earliest.isoformat(), day.latest.isoformat()]}


def answer_data(decision: Decision) -> AnswerData:
    """The whole answer as plain data, with what was assumed and what followed from reports; sources are named by their statements."""
    assumed = {fact: list(a.terms) for fact, a in decision.assumptions.items()}
    answer: AnswerData = json.loads(json.dumps({**asdict(decision.answer), "assumed": assumed}))
    if decision.asking.case:
        answer["derived"] = [derived_data(d) for d in decision.derived]
    return answer


def derived_data(d: DerivedFact) -> DerivedFactData:
    """A fact that reports give, or would have given, as plain data."""
    return {
        "fact": d.fact, "values": list(d.values), "issuer": d.issuer, "derivation": d.derivation, "reports": list(d.reports),
        "certain": d.is_certain, "doubts": list(d.doubts), "where": {f: sorted(v) for f, v in sorted(d.where.items())},
        "set_aside": d.set_aside, "by": list(d.by),
    }  # fmt: skip


def basis_of(book: Book, decision: Decision) -> dict[str, str]:
    """A fingerprint of everything that the answer names: rules that decide or are set aside, statements, readings, derivations.

    Of a rule, not of when it applies: that it applied here is in the answer, and where else it does is no matter.
    """
    consents = decision.consents
    rules = {r for c in consents for r in c.rules} | {r for c in consents for pair in c.set_aside for r in pair}
    statements = {s for c in consents for s in c.statements} | {s for r in rules for s in book.rule[r].statements}
    points = {a.point for c in consents for a in c.readings}
    derivations = {d.id: d for d in (book.reporting.derivations if book.reporting else ())}
    named = [
        *(("rule", r, replace(book.rule[r], condition=TRUE)) for r in sorted(rules)),
        *(("statement", s, book.statements[s]) for s in sorted(statements)),
        *(("reading", p, book.readings[p]) for p in sorted(points) if p in book.readings),
        *(("derivation", d, derivations[d].summary) for d in sorted({d.derivation for d in decision.derived})),
    ]
    return {f"{kind}/{ident}": fingerprint(item) for kind, ident, item in named}


def fingerprint(item: object) -> str:
    """A short digest of what a frozen piece of a library says; where it stands in a file does not count."""
    return hashlib.sha256(text_of(plain(item)).encode()).hexdigest()[:16]


def plain(item: object) -> Any:  # noqa: ANN401  (whatever JSON can hold)
    """A frozen piece of a library as data that is equal for equal meaning: sets and parts sorted, places left out."""
    if isinstance(item, date):
        return item.isoformat()
    if hasattr(item, "__dataclass_fields__"):
        fields = {name: plain(getattr(item, name)) for name in item.__dataclass_fields__ if name != "place"}
        if set(fields) == {"parts"}:  # a conjunction or a disjunction: the order of its parts means nothing
            fields["parts"] = sorted(fields["parts"], key=text_of)
        return {"": type(item).__name__, **fields}
    if isinstance(item, frozenset | set):
        return sorted(plain(v) for v in item)
    if isinstance(item, list | tuple):
        return [plain(v) for v in item]
    if hasattr(item, "items"):
        return {str(k): plain(v) for k, v in item.items()}
    return item


# -- reading


def read_entry(data: object, line: int) -> Entry:
    """The entry that a line holds; ValueError with what is wrong where it holds none."""
    if not isinstance(data, dict) or data.get("schema") != RECORD:
        raise ValueError("this is not a decision record")
    asked, answer, basis, library = (data.get(key) for key in ("asked", "answer", "basis", "library"))
    if not (isinstance(asked, dict) and isinstance(answer, dict) and isinstance(basis, dict) and isinstance(library, dict)):
        raise ValueError("`asked`, `answer`, `basis` and `library` must each be an object")  # noqa: TRY004  (of a file, not of a program)
    _check_asked(asked)
    if not isinstance(answer.get("verdict"), str) or not _are_consents(answer.get("consents")):
        raise ValueError("`answer` has no verdict, or its consents name no issuer")
    names = [data.get(key, "") for key in ("recorded", "caveat", "label")]
    if not all(isinstance(v, str) for v in (*names, library.get("digest"), *basis.values())):
        raise ValueError("`recorded`, `caveat`, `label`, `library.digest` and the fingerprints must be text")
    recorded, version, label = names
    return Entry(line, recorded, version, label, library["digest"], asked, answer, basis)


def _check_asked(asked: Data) -> None:
    if not isinstance(asked.get("scenario"), dict) or any(isinstance(v, dict) for v in asked["scenario"].values()):
        raise ValueError("`asked.scenario` must be an object of facts")
    date.fromisoformat(asked["known_by"] if isinstance(asked.get("known_by"), str) else "")
    if (
        not isinstance(asked.get("as_of", 0), str | None)
        or not isinstance(asked.get("engine"), str)
        or not isinstance(asked.get("assumptions"), bool)
    ):
        raise ValueError("`asked` needs `as_of`, `engine` and `assumptions`")  # noqa: TRY004  (of a file, not of a program)
    if not isinstance(asked.get("reports", []), list) or len(asked.get("reports", [])) > MAX_LISTED:
        raise ValueError(f"`asked.reports` must be a list of reports, {MAX_LISTED} at most")
    issuers = asked.get("issuers")
    if not isinstance(issuers, list) or not all(isinstance(i, str) for i in issuers[:MAX_LISTED]) or len(issuers) > MAX_LISTED:
        raise ValueError(f"`asked.issuers` must be a list of issuers, {MAX_LISTED} at most")
    if asked.get("least_grade") is not None:
        Grade(asked["least_grade"])


def _are_consents(consents: object) -> bool:
    return isinstance(consents, list) and all(isinstance(c, dict) and isinstance(c.get("issuer"), str) for c in consents)


def unpacked(packed: str, digest: str) -> Book:
    """The library of a library line; ValueError where it is damaged, too large, or of a form this version does not know."""
    inflate = zlib.decompressobj()
    try:
        text = inflate.decompress(base64.b64decode(packed, validate=True), MAX_BOOK)
        if inflate.unconsumed_tail or not inflate.eof:
            raise ValueError("it is cut short or too large")
        data = json.loads(text)
        if digest_of(data) != digest:
            raise ValueError("its content is not what its digest says")
        book = from_data(data)
        if digest_of(to_data(book)) != digest:
            raise ValueError("it was written by a version of caveat that keeps libraries in another form")
    except (zlib.error, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise ValueError(f"it cannot be read ({type(error).__name__})") from None
    return book

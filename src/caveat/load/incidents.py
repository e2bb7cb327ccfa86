"""Incident reports as people write them, in the `reports` of a case file: checked, bounded, each part in its place.

What looks like a position is refused: this program holds regions and towns, and nothing finer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, WithJsonSchema

from caveat.core.errors import Diagnostic
from caveat.core.incident import PLACES, REPORTS, Sureness
from caveat.core.source import Source, Span
from caveat.load.files import findings
from caveat.load.models import DatedField, SourceModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MAX_REPORTS = 300  # of one case
MAX_NAMES = 40  # under one key
MAX_SOURCES = 12  # of one report
MAX_SAYS = 600  # characters


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() < 64 else value  # noqa: PLR2004


def _listed(value: object) -> object:
    return [value] if isinstance(value, str | dict) else value


_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
_ID_SCHEMA = {"anyOf": [{"type": "string", "pattern": _ID, "maxLength": 60}, {"type": "integer", "minimum": 0, "exclusiveMaximum": 1 << 64}]}
_NAMES_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "maxItems": MAX_NAMES}]}
Ident = Annotated[str, BeforeValidator(_as_text), StringConstraints(pattern=_ID, max_length=60), WithJsonSchema(_ID_SCHEMA)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_listed), Field(min_length=1, max_length=MAX_NAMES), WithJsonSchema(_NAMES_SCHEMA)]
Sources = Annotated[tuple[SourceModel, ...], BeforeValidator(_listed), Field(min_length=1, max_length=MAX_SOURCES)]


class ReportModel(BaseModel):
    """One report. What is left out (from where, against what, by whom, with what force) may be anything."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, title="report")

    id: Ident
    kind: Name | None = Field(None, description="What happened: attack, build-up, movement, cease-fire, ...")
    from_: Names | None = Field(None, alias="from", description="The region it came from, or happened in. Never a position.")
    against: Names | None = Field(None, description="The region it was directed against.")
    by: Names | None = Field(None, description="The party.")
    force: Names | None = Field(None, description="What kind of force: a kind of target.")
    when: DatedField | None = Field(None, description="The day it happened, or roughly.")
    reported: DatedField = Field(description="When it became public: before, it is not known.")
    sure: Sureness = Field(Sureness.LIKELY, description="confirmed, likely, or unsure: an unsure report makes what follows arguable.")
    says: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_SAYS)] = Field("", description="In your own words.")
    source: Sources = Field(description="One source, or a list of them.")
    corrects: Ident | None = Field(None, description="The report that this one replaces.")
    retracts: Ident | None = Field(None, description="The report that is withdrawn; a retraction says nothing else.")


class ReportsModel(BaseModel):
    """The `reports` of a case, for its JSON Schema."""

    reports: tuple[ReportModel, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """The places of one report among those of its file; of a report that stands in no file, made-up ones."""

    places: Mapping[str, Span]
    number: int
    made_up: dict[str, int] = field(default_factory=dict)

    def at(self, path: Sequence[str | int], *, key: bool = False) -> Span:
        """The span of what the path leads to, or of what is nearest to it."""
        name = f"{REPORTS}[{self.number}]"
        names = [name]
        for step in path:
            name += f"[{step}]" if isinstance(step, int) else f".{step}"
            names.append(name)
        for candidate in reversed(names):
            span = _found(self.places, f"{candidate}:") if key else None
            span = span or _found(self.places, candidate)
            if span is not None:
                return span
        column = self.made_up.setdefault(names[-1], len(self.made_up) + 1)
        return Span(Source(names[-1], ""), self.number + 1, column, self.number + 1, column + 1)

    def problem(self, code: str, message: str, tip: str, *path: str | int, key: bool = False) -> Diagnostic:
        """A problem of this report, in its place or with its place in words."""
        return placed(Diagnostic(code, message, self.at(path, key=key), tip))


def _found(places: Mapping[str, Span], name: str) -> Span | None:
    try:
        return places[name]
    except KeyError:
        return None


def placed(problem: Diagnostic) -> Diagnostic:
    """The problem as it is shown: what stands in no file is named in the message."""
    span = problem.span
    if span is None or span.source.text or not span.source.name.startswith(REPORTS):
        return problem
    return replace(problem, span=None, message=f"{span.source.name}: {problem.message}")


@dataclass(frozen=True, slots=True)
class Read:
    """One report as it was read: its places, and its model if it is well formed. `words`: what can be read of it in any case, by key."""

    here: Within
    model: ReportModel | None
    words: Mapping[str, tuple[str, ...]]


def read_reports(raw: object, places: Mapping[str, Span]) -> tuple[list[Read], list[Diagnostic]]:
    """Each report of a list, and every problem found in how they are written."""
    whole = Within(places, 0)
    span = _found(places, REPORTS) or whole.at(())
    if not isinstance(raw, list | tuple):
        tip = "write `reports:`, and each report below it after a dash"
        return [], [placed(Diagnostic("wrong-value", f"`{REPORTS}` is a list of reports", span, tip))]
    if len(raw) > MAX_REPORTS:
        return [], [
            placed(Diagnostic("too-many-reports", f"{len(raw):,} reports, and a case may have {MAX_REPORTS}", span, "keep those that bear on it"))
        ]
    read = [read_report(data, Within(places, i)) for i, data in enumerate(raw)]
    return [one for one, _ in read], [p for _, problems in read for p in problems]


def read_report(data: object, here: Within) -> tuple[Read, list[Diagnostic]]:
    """One report, and every problem found in how it is written."""
    if not isinstance(data, dict):
        tip = "write `id:`, `kind:`, `from:`, `when:`, `reported:` and `source:`"
        return Read(here, None, {}), [here.problem("wrong-value", "a report is a mapping", tip)]
    places = {key: list(_positions({key: value}, here, ())) for key, value in data.items()}
    problems = [p for found in places.values() for p in found]
    sound = {str(key): value for key, value in data.items() if not places[key]}
    model = None
    try:
        model = ReportModel.model_validate(sound)
    except ValidationError as error:
        missing = [f"`{key}` is missing" for key, found in places.items() if found]
        problems += [p for p in findings(error, here, ReportModel, problems) if p.message not in missing]
    if model is not None:
        problems += _incomplete(model, here)
    return Read(here, None if problems else model, _words(sound)), [placed(p) for p in problems]


def _words(data: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """The names and ids in a report, as far as they are names and ids."""
    found = {}
    for key in ("id", "kind", *PLACES, "corrects", "retracts"):
        values = data.get(key)
        listed = values if isinstance(values, list | tuple) else [values]
        words = [str(v) for v in listed if isinstance(v, str | int) and not isinstance(v, bool)]
        found[key] = tuple(words) if len(words) == len(listed) <= MAX_NAMES else ()
    return found


def _incomplete(model: ReportModel, here: Within) -> Iterator[Diagnostic]:
    """What a report lacks or has too much of."""
    if model.retracts is not None:
        for key in ("kind", "from", "against", "by", "force", "when", "corrects"):
            if getattr(model, "from_" if key == "from" else key) is not None:
                yield here.problem(
                    "wrong-value", f"a retraction says no `{key}`", "leave it out, or write `corrects:` for a new account", key, key=True
                )
    else:
        for key in ("kind", "when"):
            if getattr(model, key) is None:
                yield here.problem("missing-key", f"`{key}` is missing", f"add `{key}: ...` here")
    if model.when and model.when.earliest > model.reported.latest:
        yield here.problem("dates-out-of-order", "it is reported before it happened", f"it happened {model.when}", "reported")
    for i, source in enumerate(model.source):
        if source.url is None and source.no_url is None:
            yield here.problem("no-address", "the source has no address and does not say why", 'add `url:` or `no_url: "why"`', "source", i)


# -- positions


_KEYS = frozenset(
    [
        "lat",
        "lon",
        "lng",
        "long",
        "latitude",
        "longitude",
        "coord",
        "coords",
        "coordinate",
        "coordinates",
        "geo",
        "geometry",
        "geojson",
        "point",
        "position",
        "mgrs",
        "utm",
        "grid",
        "gps",
        "wgs84",
        "easting",
        "northing",
    ]
)
_NUMBER = r"[-+]?\d{1,3}\.\d{2,}°?"
_POSITION = re.compile(
    rf"{_NUMBER}\s*[NSns]?\s*[,;/\s@]\s*{_NUMBER}"  # 50.4501, 30.5234
    r"|\d{1,3}\s*°\s*\d{1,2}"  # 50°27'
    r"|\b\d{1,2}[C-HJ-NP-X]\s?[A-HJ-NP-Z]{2}\s?\d{2,5}\s?\d{2,5}\b"  # a grid reference
)
_TWO_NUMBERS = re.compile(r"\s*[-+]?\d{1,3}(\.\d+)?\s*°?\s*[NS]?\s*[,;/\s]\s*[-+]?\d{1,3}(\.\d+)?\s*°?\s*[EW]?\s*", re.IGNORECASE)


def _positions(value: object, here: Within, path: tuple[str | int, ...]) -> Iterator[Diagnostic]:
    """Everything in a report that gives a position, or looks as if it did."""
    message, tip = "this gives a position, and no positions are held here", "name the region; of a town, the region it lies in"
    if isinstance(value, dict):
        for key, inner in value.items():
            if str(key).strip().casefold() in _KEYS:
                yield Diagnostic("coordinates", message, here.at((*path, key), key=True), tip)
            else:
                yield from _positions(inner, here, (*path, key))
    elif isinstance(value, list | tuple):
        if path[-1:] != ("between",) and len(value) > 1 and all(isinstance(n, int | float) and not isinstance(n, bool) for n in value):
            yield Diagnostic("coordinates", message, here.at(path), tip)
        else:
            for i, item in enumerate(value):
                yield from _positions(item, here, (*path, i))
    elif isinstance(value, float) or (isinstance(value, str) and _POSITION.search(value[:10_000])) or _is_pair_for_place(value, path):
        yield Diagnostic("coordinates", message, here.at(path), tip)


def _is_pair_for_place(value: object, path: tuple[str | int, ...]) -> bool:
    """Whether two numbers, however rough, stand where a region should."""
    return path[:1] in (("from",), ("against",)) and isinstance(value, str) and bool(_TWO_NUMBERS.fullmatch(value[:100]))


__all__ = ["MAX_REPORTS", "Read", "ReportModel", "ReportsModel", "Within", "placed", "read_report", "read_reports"]

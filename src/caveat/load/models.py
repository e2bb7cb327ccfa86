"""What people write: pydantic models of policy and vocabulary files. Frozen; unknown keys are refused.

Conditions are kept as they stand (mappings); `resolve/` gives them meaning once the vocabulary is known.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StringConstraints, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from caveat.core.book import Effect, Grade  # noqa: TC001  (pydantic reads annotations)
from caveat.core.citation import Reliability
from caveat.core.dates import Dated, dated
from caveat.core.incident import Sureness
from caveat.core.issuer import IssuerKind
from caveat.load.acceptable import Acceptable

MAX_QUOTED_WORDS = 15
MAX_WINDOW = 3_650  # days


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _read_dated(value: object) -> Dated:
    """A day, month or year as written, or {between: [a, b]}."""
    if isinstance(value, Dated):
        return value
    try:
        if isinstance(value, dict) and set(value) == {"between"} and isinstance(value["between"], list):
            first, last = value["between"]
            return dated(f"{_dated_text(first)}/{_dated_text(last)}")
        return dated(_dated_text(value))
    except (ValueError, TypeError) as error:
        text = str(error) if isinstance(error, ValueError) and "`" in str(error) else "this is not a date"
        raise PydanticCustomError("date", "{text}", {"text": text}) from None


def _dated_text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | str) and not isinstance(value, bool):
        return str(value)
    raise TypeError


_DATES = [{"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}, {"type": "integer", "minimum": 1000, "maximum": 9999}]
_DATED_SCHEMA = {
    "description": "A day (2024-05-30), a month (2024-05), a year (2024), or {between: [first, last]} when only roughly known.",
    "anyOf": [
        *_DATES,
        {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?/\d{4}(-\d{2}(-\d{2})?)?$"},
        {
            "type": "object",
            "properties": {"between": {"type": "array", "items": {"anyOf": _DATES}, "minItems": 2, "maxItems": 2}},
            "required": ["between"],
            "additionalProperties": False,
        },
    ],
}
DatedField = Annotated[Dated, BeforeValidator(_read_dated), WithJsonSchema(_DATED_SCHEMA)]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _read_unknown(value: object) -> object:
    return None if value == "unknown" else value


def _said(value: object) -> object:
    if value is None or value == {}:
        raise PydanticCustomError("nothing", "no condition stands here", {})
    return value


def _short_words(value: str) -> str:
    if isinstance(value, str) and len(value.split()) > MAX_QUOTED_WORDS:
        raise PydanticCustomError(
            "too-many-words", "the quotation has {n} words, at most {m} are quoted", {"n": len(value.split()), "m": MAX_QUOTED_WORDS}
        )
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), Field(json_schema_extra={"pattern": r"\S"})]
_IDENT, _LONGEST = r"^[A-Za-z0-9][A-Za-z0-9._-]*$", 120
Ident = Annotated[str, StringConstraints(pattern=_IDENT, max_length=_LONGEST)]
_ONE_IDENT = {"type": "string", "pattern": _IDENT, "maxLength": _LONGEST}
_IDENT_SCHEMA = {"anyOf": [_ONE_IDENT, {"type": "array", "items": _ONE_IDENT}]}
_SOME_SCHEMA = {"anyOf": [_ONE_IDENT, {"type": "array", "items": _ONE_IDENT, "minItems": 1}]}
Idents = Annotated[tuple[Ident, ...], BeforeValidator(_listed), WithJsonSchema(_IDENT_SCHEMA)]
SomeIdents = Annotated[tuple[Ident, ...], BeforeValidator(_listed), Field(min_length=1), WithJsonSchema(_SOME_SCHEMA)]
# What a condition holds is for the vocabulary to know: it is read where that is at hand, in resolve/conditions.py.
ConditionData = Annotated[dict[str, Any], WithJsonSchema({"format": "caveat-condition"})]
Said = Annotated[dict[str, Any] | None, BeforeValidator(_said), WithJsonSchema({"format": "caveat-condition", "minProperties": 1})]
MaybeCondition = Annotated[dict[str, Any] | Literal["never"], WithJsonSchema({"anyOf": [{"format": "caveat-condition"}, {"const": "never"}]})]
SourceDate = Annotated[DatedField | None, BeforeValidator(_read_unknown), WithJsonSchema({"anyOf": [_DATED_SCHEMA, {"const": "unknown"}]})]

Accepted = Annotated[
    dict[Acceptable, Text | dict[Ident, Text]],
    Field(default_factory=dict, description="Findings of lint that are accepted, each with the reason, or a reason for each other rule."),
]


class CheckModel(_Model):
    """The quoted words were compared with the page letter by letter: on which day, with what, and the digest of the passage."""

    date: DatedField
    how: Text = Field(description="With what: `stored page`, `printed record`.")
    found: StrictBool = Field(True, description="false: the page, or these words on it, were not found.")
    digest: Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")] | None = Field(
        None, description="Of the passage in which the words stand, one blank between words."
    )

    @model_validator(mode="after")
    def _digest_where_found(self) -> Self:
        if self.found and self.digest is None:
            raise PydanticCustomError("no-digest", "words that were found have the digest of their passage", {})
        if not self.found and self.digest is not None:
            raise PydanticCustomError("digest-of-nothing", "words that were not found have no passage to digest", {})
        return self


class SearchModel(_Model):
    """What was looked for, up to which day pages reach, and whether it was found: not finding is no proof."""

    for_: Text = Field(alias="for", description="What was looked for.")
    until: DatedField = Field(description="The last day or month to which the pages reach that were searched.")
    found: StrictBool
    languages: SomeIdents = Field(description="Of the words that were looked for: en, uk.")
    looks: Annotated[StrictInt, Field(ge=1)] = Field(description="How often it was looked for.")
    note: Text | None = None


class SourceModel(_Model):
    """One published source."""

    publisher: Text
    title: Text | None = None
    date: SourceDate
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=2000)] | None = None
    no_url: Text | None = Field(None, description="Why there is no address.")
    words: Annotated[Text, BeforeValidator(_short_words)] | None = Field(None, description="Operative words, quoted: at most 15.")
    of: Text | None = Field(None, description="Who is quoted.")
    language: Text | None = None
    reliability: Reliability = Reliability.MAINSTREAM
    note: Text | None = None
    checked: CheckModel | None = Field(None, description="Whether the words were compared with the page.")

    @model_validator(mode="after")
    def _words_to_check(self) -> Self:
        if self.checked and self.words is None:
            raise PydanticCustomError("nothing-to-check", "a source without `words` has nothing that can be compared", {})
        return self


class NoEffect(_Model):
    """Why no rule follows from a statement."""

    kind: Literal["remark", "withdrawn", "capability", "event", "proposal", "clarification", "supply", "background"]
    because: Text


class StatementModel(_Model):
    """One dated public record: who said or decided what, when, and how good it is as evidence."""

    by: Text = Field(description="Who said or decided it, in words.")
    decided: DatedField | None = None
    in_effect: DatedField | None = None
    reported: DatedField = Field(description="First public report: before it, the statement is not known.")
    confirmed: DatedField | None = None
    denied: DatedField | None = Field(None, description="From then on what rests on it is arguable.")
    retracted: DatedField | None = Field(None, description="From then on what rests on it is gone.")
    grade: Grade
    says: Text = Field(description="What it says, in your own words.")
    note: Text | None = None
    no_effect: NoEffect | None = None
    sources: tuple[SourceModel, ...] = Field(min_length=1)
    accepted: Accepted


class ArguablyModel(_Model):
    """An arguable point of a rule: settled yes, the rule also applies (`when`) or does not (`unless`)."""

    reading: Ident
    when: Said = None
    unless: Said = None


class RuleModel(_Model):
    """A norm read out of statements."""

    effect: Effect
    by: SomeIdents = Field(description="The statements it rests on.")
    from_: DatedField | None = Field(None, alias="from", description="First day in force; by default that of the first statement in `by`.")
    until: DatedField | None = Field(None, description="Last day in force.")
    overrides: Idents = ()
    supersedes: Idents = ()
    summary: Text = Field(description="One plain sentence.")
    when: MaybeCondition = Field(default_factory=dict)
    unless: Said = None
    arguably: tuple[ArguablyModel, ...] = ()
    accepted: Accepted


class DefaultModel(_Model):
    """What an issuer's silence means, where a source says so."""

    effect: Effect
    by: SomeIdents
    from_: DatedField | None = Field(None, alias="from")
    until: DatedField | None = None
    summary: Text
    when: ConditionData = Field(default_factory=dict)
    accepted: Accepted


class ReadingModel(_Model):
    """A vague or disputed point, as a yes/no question."""

    question: Text
    because: Text
    by: Idents = ()
    settled_by: Text | None = Field(None, description="What would settle it, for whoever asks: a document, an answer, a date.")


_DAYS = Field(ge=0, le=MAX_WINDOW)
_ANYTHING = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "object"}]}
Named = Annotated[Any, WithJsonSchema({"description": "A value, a list, or {within, not, borders, fact, report}.", **_ANYTHING})]
Given = Annotated[Any, WithJsonSchema({"description": "A value, a list, or {report: alias.key}.", **_ANYTHING})]


class SoughtModel(_Model):
    """One report that is looked for. What is not said may be anything; days are counted back from the day asked about."""

    kind: SomeIdents
    from_: Named = Field(None, alias="from")
    against: Named = None
    by: Named = None
    force: Named = None
    sure: Sureness = Field(Sureness.LIKELY, description="A report less sure than this makes what follows arguable.")
    within: Annotated[StrictInt, _DAYS] | None = Field(None, description="At most so many days before the day asked about; 0 is that day.")
    arguably_within: Annotated[StrictInt, _DAYS] | None = Field(None, description="Up to so many days it is arguable.")
    after: Idents = Field((), description="Reports of the pattern than which it is later.")


class DoubtModel(_Model):
    """What makes a derivation arguable whatever is reported, as a yes/no question."""

    question: Text
    because: Text


class DerivationModel(_Model):
    """Which pattern over several reports gives which facts."""

    summary: Text = Field(description="One plain sentence.")
    gives: dict[Ident, Given] = Field(min_length=1)
    reports: dict[Ident, SoughtModel] = Field(min_length=1, description="The reports it needs, each under a name.")
    unless: dict[Ident, SoughtModel] = Field(default_factory=dict, description="Reports any of which stand in its way.")
    when: ConditionData = Field(default_factory=dict, description="What must hold of the scenario.")
    arguable: DoubtModel | None = None
    overrides: Idents = Field((), description="Derivations that it sets aside where both hold.")
    by: Idents = Field((), description="The statements it rests on: an issuer's own reading.")
    convention: Text | None = Field(None, description="Where no source draws the line: what is taken for granted, and why.")
    sources: tuple[SourceModel, ...] = ()


class ReportKeysModel(_Model):
    """The value sets from which the words of a report come."""

    kind: Ident
    from_: Ident = Field(alias="from")
    against: Ident | None = None
    by: Ident | None = None
    force: Ident | None = None


class DerivationsModel(_Model):
    """A file of derivations that hold for everyone without a reading of their own."""

    reports: ReportKeysModel | None = Field(None, description="From which value sets the words of reports come. In one file only.")
    otherwise: dict[Ident, Idents] = Field(default_factory=dict, description="What a fact is where the reports in doubt turn out wrong.")
    derivations: dict[Ident, DerivationModel] = Field(default_factory=dict)


class PolicyModel(_Model):
    """A policy file: what one issuer publicly said, and the rules read out of it."""

    issuer: Ident
    name: Text
    article: Literal["the"] | None = Field(None, description="Stands before the name in a sentence: the United States. In one file is enough.")
    kind: IssuerKind = IssuerKind.STATE
    covered_until: DatedField | None = None
    about: Text | None = None
    searched: tuple[SearchModel, ...] = Field((), description="What was looked for in public pages, found or not.")
    scope: ConditionData = Field(default_factory=dict, description="Holds for every rule of this file.")
    default: DefaultModel | None = None
    readings: dict[Ident, ReadingModel] = Field(default_factory=dict)
    statements: dict[Ident, StatementModel] = Field(default_factory=dict)
    rules: dict[Ident, RuleModel] = Field(default_factory=dict)
    accepted: Accepted
    derivations: dict[Ident, DerivationModel] = Field(default_factory=dict, description="Its own reading of reports.")


class SayModel(_Model):
    """A state that has a say over a thing besides whoever supplied it."""

    issuer: Ident
    role: Ident
    arguable: Text | None = None
    when: ConditionData = Field(default_factory=dict)


def _read_range(value: object) -> tuple[float, float]:
    """A number of kilometres, or {between: [a, b]} where it is only roughly known."""
    low, high = value["between"] if isinstance(value, dict) and set(value) == {"between"} and _is_pair(value["between"]) else (value, value)
    numbers = [n for n in (low, high) if isinstance(n, int | float) and not isinstance(n, bool)]
    if len(numbers) != 2 or not 0 <= numbers[0] <= numbers[1] < MAX_KM:  # noqa: PLR2004
        raise PydanticCustomError("range", "this is not a range in kilometres", {})
    return float(numbers[0]), float(numbers[1])


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2  # noqa: PLR2004


MAX_KM = 50_000
_KM = {"type": "number", "minimum": 0, "exclusiveMaximum": MAX_KM}
_ABOUT_KM = {"type": "array", "items": _KM, "minItems": 2, "maxItems": 2}
_BETWEEN_KM = {"type": "object", "properties": {"between": _ABOUT_KM}, "required": ["between"], "additionalProperties": False}
RangeKm = Annotated[
    tuple[float, float],
    BeforeValidator(_read_range),
    WithJsonSchema({"anyOf": [_KM, _BETWEEN_KM]}),
]


class TermModel(_Model):
    """A value of a taxonomy, or a class of values."""

    name: Text
    is_: Idents = Field((), alias="is")
    within: Idents = ()
    borders: Idents = ()
    aliases: tuple[Text, ...] = ()
    arguably: dict[Ident, Text] = Field(default_factory=dict)
    range_km: RangeKm | None = None
    suppliers: Idents | None = Field(None, description="Who is reported to have supplied it; an empty list: nobody ever did.")
    suppliers_complete: StrictBool = Field(False, description="Nobody else can have supplied it: the list bounds the supplier.")
    can: dict[Ident, Idents] = Field(default_factory=dict, description="Facts, each with what it can be at most where this is used.")
    say: tuple[SayModel, ...] = ()
    note: Text | None = None
    sources: tuple[SourceModel, ...] = ()


class ValuesModel(_Model):
    """A vocabulary file that lists one set of values."""

    values: Ident
    title: Text | None = None
    one: Text | None = Field(None, description="What a single one of the values is called.")
    about: Text | None = None
    terms: dict[Ident, TermModel] = Field(min_length=1)


class AlsoModel(_Model):
    """A value that one fact has beyond those of its set."""

    name: Text
    aliases: tuple[Text, ...] = ()
    note: Text | None = None


class AssumeModel(_Model):
    """What is assumed where a fact is left out."""

    value: Idents
    because: Text
    when: ConditionData = Field(default_factory=dict, description="Assumed only where what is said does not rule this out.")


class FactModel(_Model):
    """One fact a scenario may have."""

    values: Ident
    title: Text
    question: Text
    also: dict[Ident, AlsoModel] = Field(default_factory=dict, description="Values beyond those of the set, such as `none`.")
    several: StrictBool = False
    together: Ident | None = Field(None, description="The fact that takes the second of two values that hold together.")
    assume: AssumeModel | None = None


class ConsentModel(_Model):
    """How issuers come to have a say: the value of a fact, the `say` lists of its values, or a kind of issuer."""

    role: Ident | None = None
    issuer_is: Ident | None = None
    but_not: Ident | None = Field(None, description="A fact whose value has no say of its own here, such as the recipient.")
    listed_by: Ident | None = None
    nobody: Idents = Field((), description="Values of the fact that name no one.")
    every: IssuerKind | None = None
    of: Ident | None = None
    donor: StrictBool = False


class ConstraintModel(_Model):
    """Whatever meets `when` must meet `then`."""

    when: ConditionData
    then: ConditionData
    because: Text


class SuppliersModel(_Model):
    """The `suppliers` of one fact's values bound the value of another; `nobody` is its value where there is no supplier."""

    of: Ident
    bound: Ident
    nobody: Ident
    optional: StrictBool = Field(False, description="There may be nobody although there is a supplier: a second one.")
    unless: ConditionData = Field(default_factory=lambda: {"any": []})


class FactsModel(_Model):
    """The vocabulary file that declares facts, constraints and consents."""

    facts: dict[Ident, FactModel]
    roles: dict[Ident, Text]
    consents: tuple[ConsentModel, ...]
    suppliers: tuple[SuppliersModel, ...] = ()
    constraints: dict[Ident, ConstraintModel] = Field(default_factory=dict)

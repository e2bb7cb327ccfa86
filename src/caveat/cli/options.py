"""The options verbs share: scenario facts as flags, scenario files, formats, dates, and what the terminal can show."""

from __future__ import annotations

import functools
import inspect
import os
import shutil
import sys
from collections.abc import Iterable, Iterator  # noqa: TC003  (typer reads annotations)
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional, TypeVar

import typer

from caveat.cli.output import save as save  # noqa: PLC0414  (verbs write through here)
from caveat.cli.output import write as write  # noqa: PLC0414
from caveat.core.book import Grade
from caveat.core.choices import Choices
from caveat.core.errors import CaveatError, Diagnostic, ScenarioError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from caveat.core.scenario import Scenario
    from caveat.library import Library
    from caveat.record.writer import Appended
    from caveat.report.command import Options
    from caveat.report.document import Document

MAX_WIDTH = 100
OF_A_WHOLE = ("contradiction", "no-say", "no-day")  # problems of a scenario, and not of one fact, which a flag may have given
SUPPLIER = "supplier"  # how the facts that name a donor end
Answer = TypeVar("Answer")
Given = dict[str, Any]  # options by the name of their parameter: what typer read, or the annotations that it reads them by


class Format(str, Enum):  # noqa: UP042  (typer shows its values)
    """How a result is written."""

    text = "text"
    json = "json"
    markdown = "markdown"


class PageFormat(str, Enum):  # noqa: UP042
    """How a result is written, by verbs that make a page as well."""

    text = "text"
    json = "json"
    markdown = "markdown"
    html = "html"


class Engine(str, Enum):  # noqa: UP042
    """Which engine answers; all give the same answer."""

    compiled = "compiled"
    reference = "reference"
    rete = "rete"


def _completed(incomplete: str, name: str) -> str:
    """What was typed, with the rest of a name that begins so in any case; blanks as dashes, which names take as well."""
    marked = "!" if incomplete.startswith("!") else ""
    one_word = marked + name.replace(" ", "-")
    return incomplete + one_word[len(incomplete) :] if one_word.casefold().startswith(incomplete.casefold()) else ""


def _complete(fact: str) -> Callable[[typer.Context, str], Iterator[tuple[str, str]]]:
    """A completer over the ids of a fact's terms, with their names as help."""

    def complete(ctx: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
        library, own = _library_of(ctx)
        vocabulary = library.book.vocabulary
        values = vocabulary.facts[fact].value_set if fact in vocabulary.facts else vocabulary.value_sets.get(fact)
        terms = [(t.id, t.name, *t.aliases) for t in values.terms.values()] if values else []
        yield from _that_begin(incomplete, [*(own if fact.endswith(SUPPLIER) else []), *terms])

    return complete


def _complete_issuer(ctx: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    library, own = _library_of(ctx)
    yield from _that_begin(incomplete, [*own, *((i.id, i.name) for i in library.book.issuers.values())])


def _that_begin(incomplete: str, named: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Of each thing the first of its names that begins so, with its proper name; each word once."""
    found: dict[str, str] = {}
    for ident, name, *aliases in named:
        typed = next(filter(None, (_completed(incomplete, n) for n in (ident, name, *aliases))), "")
        found.setdefault(typed, name) if typed else None
    yield from found.items()


def _library_of(ctx: typer.Context) -> tuple[Library, list[tuple[str, str]]]:
    """The library that the line so far asks for; where it does not load, the shipped one, and the issuers of its sound files."""
    from caveat.library import Library, issuers_in

    places, only = ctx.params.get("policies") or (), bool(ctx.params.get("policies_only"))
    try:
        return Library.load(places, only=only), []
    except CaveatError:
        return Library.load(), issuers_in(places)


Names = Optional[list[str]]  # noqa: UP045  (typer reads these at run time, also on Python 3.11)
Text = Optional[str]  # noqa: UP045
AsOf = Annotated[Text, typer.Option("--as-of", metavar="DATE", help="Ask which rules held on this day (default: the day of the use).")]
KnownBy = Annotated[Text, typer.Option("--known-by", metavar="DATE", help="Use only what was publicly known by this day (default: today).")]
Issuers = Annotated[Names, typer.Option("--issuer", metavar="ISSUER", help="Ask only this issuer. Repeatable.", autocompletion=_complete_issuer)]
MinGrade = Annotated[Optional[Grade], typer.Option("--min-grade", help="Evidence below this grade makes a rule arguable.")]  # noqa: UP045
NoAssumptions = Annotated[bool, typer.Option("--no-assumptions", help="Assume nothing about facts that are left out.")]
NoDerivations = Annotated[bool, typer.Option("--no-derivations", help="Leave aside what follows from the reports of a case file.")]
As = Annotated[Format, typer.Option("--format", "-f", help="How to write the result.")]
AsPage = Annotated[PageFormat, typer.Option("--format", "-f", help="How to write the result; html is a page of its own.")]
Record = Annotated[Optional[Path], typer.Option("--record", metavar="FILE", help="Append each decision to this file, for `caveat replay`.")]  # noqa: UP045
With = Annotated[Engine, typer.Option("--engine", help="Which engine answers.")]

# Flag, fact, help. `--fact KEY=VALUE` reaches any fact that a vocabulary adds.
FLAGS = (
    ("--recipient", "recipient", "Whose forces used it."),
    ("--action", "action", "strike, ground-operation or air-defence."),
    ("--supplier", "supplier", "State that supplied the weapon (ISO 3166 code or name)."),
    ("--weapon", "weapon", "Weapon: id, name or alias; a class means one of its members."),
    ("--platform", "platform", "Aircraft or launcher that carried it."),
    ("--platform-supplier", "platform_supplier", "State that supplied the carrier."),
    ("--region", "target.region", "Region of the target: id, name or alias; of a town, its region."),
    ("--kind", "target.kind", "Kind of target."),
    ("--activity", "target.activity", "attacking, preparing-to-attack or not-attacking."),
    ("--threatens", "target.threatens", "Region the target attacks or threatens."),
    ("--purpose", "purpose", "counter-fire, interdiction, deep-strike, ..."),
    ("--user", "user", "Regular forces or another group."),
    ("--approvals", "approvals", "An approval that was obtained; `none` for none."),
    ("--support", "support", "Outside support that was used; `none` for none."),
)
FLAG_OF = {"date": "--date"} | {fact: flag for flag, fact, _ in FLAGS}  # for commands to repeat a scenario


@dataclass(frozen=True)
class Policies:
    """The policies a command was given, and whether they stand alone; without any, the shipped library."""

    places: tuple[str, ...] = ()
    only: bool = False

    @property
    def options(self) -> Options:
        """The options that choose them, for commands to repeat."""
        return (*(("--policies", place) for place in self.places), *([("--only", True)] if self.only else []))


SHIPPED = Policies()
_PLACES = "A folder or file of policies, or REVISION:path of git, on top of the shipped library, where an issuer of the same id is replaced. Repeatable, later ones on top; one with a vocabulary of its own stands alone."  # fmt: skip
_POLICIES = {
    "policies": Annotated[Names, typer.Option("--policies", metavar="PLACE", help=_PLACES)],
    "policies_only": Annotated[bool, typer.Option("--only", help="Without the shipped policies: what --policies names stands alone.")],
}


def takes_policies(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb the options `--policies` and `--only` in place of its parameter `policies`."""

    def chosen(given: Given, others: Given) -> Policies:
        made = Policies(tuple(given["policies"] or ()), given["policies_only"])
        if made.only and not made.places and "before" not in others:  # a side of a comparison may be policies, too
            raise ScenarioError([Diagnostic("wrong-value", "--only says that policies stand alone, and none are given", None, "add --policies DIR")])
        return made

    return _instead(verb, "policies", _POLICIES, chosen)


_CHOICES = {
    "as_of": AsOf, "known_by": KnownBy, "issuer": Issuers, "min_grade": MinGrade,
    "no_assumptions": NoAssumptions, "no_derivations": NoDerivations,
}  # fmt: skip


def takes_choices(*left_out: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a verb the options of the six choices of a question, but for those left out, in place of its parameter `choices`."""

    def chosen(given: Given, _: Given) -> Choices:
        return Choices(
            as_of=given.get("as_of"),
            known_by=given.get("known_by"),
            issuers=tuple(given.get("issuer") or ()),
            min_grade=given.get("min_grade"),
            assumptions=not given.get("no_assumptions"),
            derivations=not given.get("no_derivations"),
        )

    return lambda verb: _instead(verb, "choices", {n: a for n, a in _CHOICES.items() if n not in left_out}, chosen)


def _instead(verb: Callable[..., None], name: str, options: Given, make: Callable[[Given, Given], Any]) -> Callable[..., None]:
    """The verb with these options in place of one parameter, which is made of what they were given."""
    own = inspect.signature(verb, eval_str=True).parameters
    kind = own[name].kind
    added = [inspect.Parameter(n, kind, default=False if a in _SWITCHES else None, annotation=a) for n, a in options.items()]
    parameters = [made for p in own.values() for made in ([p] if p.name != name else added)]

    @functools.wraps(verb)
    def command(*first: Any, **given: Any) -> None:  # noqa: ANN401  (whatever the verb takes)
        taken = {n: given.pop(n) for n in options}
        verb(*first, **given, **{name: make(taken, given)})

    return _signed(command, parameters)


_SWITCHES = (_POLICIES["policies_only"], NoAssumptions, NoDerivations)


def _signed(command: Callable[..., None], parameters: list[inspect.Parameter]) -> Callable[..., None]:
    """The command with a signature that typer reads."""
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    del command.__wrapped__  # type: ignore[attr-defined]
    return command


@dataclass(frozen=True)
class Asked:
    """The scenarios a command was given, each with a label that says where it stands."""

    scenarios: list[tuple[str, Scenario]]
    files: list[tuple[str, Path | int | None]] = field(default_factory=list)

    def each(self, verb: Callable[[Scenario], Answer]) -> list[Answer]:
        """What comes of each scenario; an error that does not say where it is, is said to be where its scenario begins."""
        return [_at_its_place(verb, scenario) for _, scenario in self.scenarios]


def _at_its_place(verb: Callable[[Scenario], Answer], scenario: Scenario) -> Answer:
    place = scenario.places.get("") or next(iter(scenario.places.values()), None)
    try:
        return verb(scenario)
    except ScenarioError as error:
        raise ScenarioError([replace(d, span=place) if d.span is None and d.code in OF_A_WHOLE else d for d in error.diagnostics]) from None
    except TooLargeError as error:
        error.place = place.place if place else ""
        raise


def takes_scenario(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb, whose first parameter is `asked`, the scenario's files and flags as parameters of its command line."""
    files = Annotated[Names, typer.Argument(metavar="[SCENARIO]...", help="Scenario files (YAML or JSON); `-` reads standard input.")]

    def asked(given: Given) -> Asked:
        files = given.pop("files") or []
        return Asked(scenarios(files, *_facts_given(given)), [("SCENARIO", 0 if name == "-" else Path(name)) for name in files])

    return _with(verb, {"files": files, **_facts_taken("--fact")}, asked)


def takes_facts(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb, whose first parameter is a partial scenario, the flags of a scenario, and `--where KEY=VALUE`."""

    def where(given: Given) -> Scenario:
        return scenarios(None, *_facts_given(given))[0][1]

    return _with(verb, _facts_taken("--where", "--fact"), where)


def _facts_taken(*names: str) -> Given:
    """The flags of a scenario; `names` are those that reach any fact."""
    date = Annotated[Text, typer.Option("--date", metavar="DATE", help="Day of the use: 2024-05-30, 2024-05, or 2024-05-30/2024-06-02.")]
    more = Annotated[Names, typer.Option(*names, metavar="KEY=VALUE", help="Any other fact. Repeatable.")]
    return {"date": date, **{_parameter(flag): _fact(flag, fact, text) for flag, fact, text in FLAGS}, "fact": more}


def _facts_given(given: Given) -> tuple[str | None, list[str] | None, dict[str, list[str] | None]]:
    """What was given with these flags, taken out of everything given."""
    date, more = given.pop("date"), given.pop("fact")
    return date, more, {fact: given.pop(_parameter(flag)) for flag, fact, _ in FLAGS}


def _with(verb: Callable[..., None], added: Given, first: Callable[[Given], Any]) -> Callable[..., None]:
    """The verb with more parameters, from which its own first one is made."""
    own = list(inspect.signature(verb, eval_str=True).parameters.values())[1:]
    keyword = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter(n, keyword, default=None, annotation=a) for n, a in added.items()]
    positional = [p for p in own if p.default is inspect.Parameter.empty]
    parameters = [p.replace(kind=keyword) for p in positional] + parameters + [p.replace(kind=keyword) for p in own if p not in positional]

    @functools.wraps(verb)
    def command(**given: Any) -> None:  # noqa: ANN401  (whatever the verb takes)
        made = first(given)
        verb(made, **given)

    return _signed(command, parameters)


def _parameter(flag: str) -> str:
    return flag.removeprefix("--").replace("-", "_")


def _fact(flag: str, fact: str, text: str) -> Any:  # noqa: ANN401  (an annotation)
    return Annotated[Names, typer.Option(flag, help=text, autocompletion=_complete(fact), metavar="NAME")]


def load(policies: Policies) -> Library:
    """The library asked for."""
    from caveat.library import Library

    return Library.load(policies.places, only=policies.only)


def scenarios(files: list[str] | None, date: str | None, more: list[str] | None, flags: dict[str, list[str] | None]) -> list[tuple[str, Scenario]]:
    """The scenarios from files and standard input, each overlaid with the flags; from the flags alone without files."""
    from caveat.core.scenario import Scenario

    over = _from_flags(date, more, flags)
    if not files:
        return [("flags", Scenario(over))]
    from caveat.load.scenarios import read_scenarios

    found = []
    for name in files:
        shown = "standard input" if name == "-" else name
        for label, facts, places in read_scenarios(_read(name), shown):
            said = Scenario(facts, places=places).facts
            kept = {key: places[key] for key in said if key in places and key not in over} if over else places
            found.append((label, Scenario({**said, **over}, places=kept)))
    return found


def _read(name: str) -> bytes:
    """The bytes of a scenario file, or of standard input; of a very large one, as many as show that it is."""
    from caveat.load.scenarios import MAX_BYTES

    try:
        if name == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1) if sys.stdin is not None else b""
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ScenarioError(
            [Diagnostic("unreadable", f"cannot read `{name}`: {reason}", None, "give a scenario file, or `-` for standard input")]
        ) from None


def _from_flags(date: str | None, more: list[str] | None, flags: dict[str, list[str] | None]) -> dict[str, object]:
    """What the flags say of each fact; a fact that is given more than once may be any of what was given."""
    given: dict[str, list[str]] = {fact: list(values) for fact, values in flags.items() if values}
    if date is not None:
        given["date"] = [date]
    for item in more or []:
        key, equals, value = (part.strip() for part in item.partition("="))
        if not equals or not key:
            raise ScenarioError([Diagnostic("wrong-value", f"`{item}` is not KEY=VALUE", None, "write --fact setting=urban")])
        given.setdefault(key, []).extend(part.strip() for part in value.split(","))
    return {fact: values if len(values) > 1 else values[0] for fact, values in given.items()}


def note_record(path: Path, appended: Appended) -> None:
    """Say on standard error what was odd about the record that was appended to."""
    if appended.mended:
        sys.stderr.write(f"note: the last line of {path} had been cut short; it is left as it is, and what is new stands below it\n")


def told(document: Document, form: str, digest: str = "") -> str:
    """A document in the form asked for; `digest` is that of the policies a page names at its foot."""
    match form:
        case "markdown":
            from caveat.report.markdown import to_markdown

            return to_markdown(document)
        case "html":
            from caveat.report.html import to_html

            return to_html(document, digest)
    from caveat.report.text import to_text

    return to_text(document, page_width(), colour=has_colour())


def page_width() -> int:
    """The width to wrap at: the terminal's up to 100 columns, or 80 where there is none."""
    return min(shutil.get_terminal_size((80, 24)).columns, MAX_WIDTH) if sys.stdout.isatty() else 80


def has_colour() -> bool:
    """Whether to colour: on a terminal, unless NO_COLOR is set."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

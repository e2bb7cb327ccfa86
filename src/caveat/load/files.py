"""One raw file to a tree and a checked model, with every problem in our own words and in its place."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, get_args, get_origin

from caveat.core.errors import Diagnostic, did_you_mean
from caveat.core.scenario import as_written
from caveat.core.source import Span
from caveat.load import strict_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

    from caveat.load.folder import RawFile
    from caveat.load.strict_yaml import Node

Model = TypeVar("Model", bound="BaseModel")
MAX_WORD = 200
CHECKS = {
    "no-digest": 'add `digest: "sha256:..."`, the digest of the passage, or say `found: false`',
    "digest-of-nothing": "leave out `digest`, or leave out `found: false`",
    "nothing-to-check": "add the `words` that were compared, or leave out `checked`",
}


@dataclass(frozen=True, slots=True)
class Checked(Generic[Model]):
    """One file that is well formed: its tree, for places, and its model."""

    name: str
    node: Node
    model: Model

    def span(self, *path: str | int, key: bool = False) -> Span:
        """Where the value (or the key) at this path stands."""
        return self.node.at(path, key=key)


def check(file: RawFile, model: type[Model]) -> tuple[Checked[Model] | None, list[Diagnostic]]:
    """The file against its model: the checked file if it is one, and every problem."""
    node, problems = strict_yaml.read(file.data, file.shown)
    if node is None:
        return None, problems
    return check_node(node, file.shown, model, problems)


def check_node(node: Node, name: str, model: type[Model], problems: list[Diagnostic]) -> tuple[Checked[Model] | None, list[Diagnostic]]:
    """A tree that was already read, against its model; `problems` are those found so far."""
    from pydantic import ValidationError

    if not isinstance(node.value, dict):
        first = _keys(model)[0]
        return None, [*problems, Diagnostic("not-a-mapping", "the file must be a mapping of keys to values", node.span, f"begin with `{first}: ...`")]
    try:
        checked = Checked(name, node, model.model_validate(node.plain()))
    except ValidationError as error:
        return None, [*problems, *findings(error, node, model, problems)]
    return checked, problems


class Placed(Protocol):
    """Data whose parts know their places."""

    def at(self, path: Sequence[str | int], *, key: bool = False) -> Span:
        """The span of the value (or of the key) the path leads to; steps that lead nowhere are passed over."""


def findings(error: ValidationError, node: Placed, model: type[BaseModel], before: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Pydantic's findings in our words, one a place, and none where something was found before.

    Its `loc` holds union tags, so it is walked down the tree and not trusted.
    """
    taken = {(d.span.line, d.span.column, "") for d in before if d.span}
    found: dict[tuple[int, int, str], Diagnostic] = {}
    for item in error.errors(include_url=False):
        if item["type"] == "too_short" and item["input"]:
            continue  # only because what stands there is wrong, which has its own finding
        loc = list(item["loc"])
        is_key = item["type"] == "extra_forbidden" or loc[-1:] == ["[key]"]
        span = node.at(loc[:-1] if loc[-1:] == ["[key]"] else loc, key=is_key)
        code, message, tip = _worded(item, model)
        missing = code == "missing-key"
        if missing:
            span = Span(span.source, span.line, span.column, span.line, span.column + 1)
        place = (span.line, span.column, message if missing else "")
        if place not in taken:
            found.setdefault(place, Diagnostic(code, message, span, tip))
        if len(found) > strict_yaml.MAX_PROBLEMS:
            found[place] = strict_yaml.too_many(span)
            break
    return list(found.values())


def _worded(item: ErrorDetails, model: type[BaseModel]) -> tuple[str, str, str]:
    """Code, message and help of one finding, free of the names of Python's types."""
    kind, loc, value, context = item["type"], item["loc"], item["input"], item.get("ctx", {})
    name = as_written(loc[-1]) if loc else ""
    match kind:
        case "missing" if isinstance(loc[-1], str):
            return "missing-key", f"`{name}` is missing", f"add `{name}: ...` here"
        case "extra_forbidden":
            return "unknown-key", f"`{name}` is not a key of this part", did_you_mean(name, _keys(model, loc[:-1]))
        case "date":
            return "impossible-date", as_written(item["msg"], 100), "write 2024-05-30, 2024-05, 2024, or {between: [2024-05-30, 2024-06-02]}"
        case "too-many-words":
            return kind, item["msg"], "quote only the operative words, and put the rest in your own words under `says`"
        case "no-digest" | "digest-of-nothing" | "nothing-to-check":
            return kind, item["msg"], CHECKS[kind]
        case "enum" | "literal_error" if isinstance(value, str) and value:
            words = str(context["expected"]).replace("'", "").replace(" or ", ", ")
            tip = did_you_mean(value[:MAX_WORD], words.split(", "))
            return "unknown-word", f"`{as_written(value)}` is not one of the words known here", tip or f"one of: {words}"
        case "enum" | "literal_error":
            return "wrong-value", f"{_what(value)} where a word is needed", f"one of: {context['expected']}".replace("'", "")
    return "wrong-value", *_plain(kind, value, context, item["msg"])


def _plain(kind: str, value: object, context: dict[str, Any], message: str) -> tuple[str, str]:  # noqa: C901  (a table)
    """Message and help for values of the wrong kind; `context` is what pydantic says of the bound that was passed."""
    match kind:
        case "string_too_short" | "too_short":
            return "nothing stands here", "write at least one"
        case "string_too_long":
            return f"this text is longer than {context['max_length']:,} characters", "shorten it"
        case "missing" | "too_long":
            return "two numbers are needed here", "write {between: [70, 90]}"
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"{_what(value)} where a mapping is needed", "write `key: value` lines, indented"
        case "tuple_type" | "list_type":
            return f"{_what(value)} where a list is needed", "write `- item` lines, or [a, b]; in quotes if it looks like a number or a date"
        case "string_type":
            return f"{_what(value)} where text is needed", 'put it in quotes if it is meant as text: "2024"'
        case "float_type" | "float_parsing" | "finite_number" | "int_type" | "int_parsing":
            return f"{_what(value)} where a number is needed", "write a number such as 84, or {between: [70, 90]} where that fits"
        case "greater_than_equal" | "less_than_equal":
            return (
                f"{_what(value)}, out of bounds",
                f"write a number that is at {'least' if 'ge' in context else 'most'} {context.get('ge', context.get('le')):,}",
            )
        case "bool_type" | "bool_parsing":
            return f"{_what(value)} where true or false is needed", "write true or false, without quotes"
        case "string_pattern_mismatch" if "http" in str(context["pattern"]):
            return f"`{as_written(value)}` is not an address", "begin it with http:// or https://, and leave no blank in it"
        case "string_pattern_mismatch" if "sha256" in str(context["pattern"]):
            return f"`{as_written(value)}` is not a digest", "write `sha256:` and 64 digits from 0 to 9 and a to f"
        case "string_pattern_mismatch":
            return f"`{as_written(value)}` is not an id" + _odd_letter(
                str(value)
            ), "an id begins with a letter or digit, then has letters, digits, `.`, `_` and `-`"
    return message[:1].lower() + message[1:], ""


def _odd_letter(ident: str) -> str:
    """Which letter of a would-be id is of another alphabet, since it may look like one that is not."""
    odd = next((c for c in ident if c.isalpha() and not c.isascii()), None)
    return f": its `{odd}` is {unicodedata.name(odd, 'of another alphabet').lower()}" if odd else ""


def _what(value: object) -> str:
    """A value as the subject of a message."""
    if value is None or value == "":
        return "nothing stands here"
    if isinstance(value, dict | list):
        return "a mapping stands here" if isinstance(value, dict) else "a list stands here"
    return f"`{as_written(value)}` stands here"


def _keys(model: type[BaseModel], path: Sequence[str | int] = ()) -> list[str]:
    """The keys allowed at this path of the model, for a did-you-mean; none where they are free."""
    here: list[object] = [model]
    for step in path:
        here = [part for annotation in here for part in _below(annotation, step)]
    fields = [(name, field) for part in here for kind in _models(part) for name, field in kind.model_fields.items()]
    return [field.alias or name for name, field in fields]


def _below(annotation: object, step: str | int) -> list[object]:
    """The annotations one step down: of a model's field, a mapping's values, or a list's items."""
    arguments = get_args(annotation)
    models = _models(annotation)
    if models:
        return [f.annotation for kind in models for n, f in kind.model_fields.items() if step in (n, f.alias)]
    origin = get_origin(annotation)
    if origin is dict or (origin is tuple and isinstance(step, int)):
        return [arguments[1] if origin is dict else arguments[0]]
    return [part for argument in arguments for part in _below(argument, step)]


def _models(annotation: object) -> list[type[BaseModel]]:
    """The model that is meant, seen through unions and annotations; not through mappings and lists."""
    from pydantic import BaseModel

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (dict, list, tuple):
        return []
    return [kind for argument in get_args(annotation) for kind in _models(argument)]

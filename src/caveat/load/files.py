"""One raw file to a tree and a checked model, with every problem in our own words and in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from caveat.core.errors import Diagnostic, did_you_mean
from caveat.core.source import Span
from caveat.load import strict_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel, ValidationError

    from caveat.load.folder import RawFile
    from caveat.load.strict_yaml import Node

Model = TypeVar("Model", bound="BaseModel")


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
    node, problems = strict_yaml.read(file.data, file.name)
    if node is None:
        return None, problems
    return check_node(node, file.name, model, problems)


def check_node(node: Node, name: str, model: type[Model], problems: list[Diagnostic]) -> tuple[Checked[Model] | None, list[Diagnostic]]:
    """A tree that was already read, against its model."""
    from pydantic import ValidationError

    if not isinstance(node.value, dict):
        return None, [*problems, Diagnostic("not-a-mapping", "the file must be a mapping of keys to values", node.span, "begin with `issuer: XX`")]
    try:
        checked = Checked(name, node, model.model_validate(node.plain()))
    except ValidationError as error:
        return None, [*problems, *_from_pydantic(error, node, model)]
    return checked, problems


_WHAT = {
    "missing": "missing-key",
    "extra_forbidden": "unknown-key",
    "date": "impossible-date",
    "too-many-words": "too-many-words",
    "enum": "unknown-word",
    "literal_error": "unknown-word",
}


def _from_pydantic(error: ValidationError, node: Node, model: type[BaseModel]) -> list[Diagnostic]:
    """Pydantic's findings in our words. Its `loc` holds union tags, so it is walked down the tree and not trusted."""
    found: dict[tuple[int, int, str], Diagnostic] = {}
    for item in error.errors(include_url=False):
        kind, loc = item["type"], list(item["loc"])
        span = node.at(loc, key=kind == "extra_forbidden")
        name = str(loc[-1]) if loc else ""
        if kind == "missing":
            message, tip = f"`{name}` is missing", f"add `{name}: ...` here"
            span = Span(span.source, span.line, span.column, span.line, span.column + 1)
        elif kind == "extra_forbidden":
            message, tip = f"`{name}` is not a key of this part", did_you_mean(name, _keys(model, loc[:-1]))
        elif kind in ("enum", "literal_error"):
            expected = str(item["ctx"]["expected"]).replace("'", "`")
            words = expected.replace("`", "").replace(" or ", ", ").split(", ")
            message, tip = f"`{item['input']}` is not one of the words known here", did_you_mean(str(item["input"]), words) or f"one of: {expected}"
        else:
            message, tip = _plain(kind, item["msg"])
        found.setdefault((span.line, span.column, kind), Diagnostic(_WHAT.get(kind, "wrong-value"), message, span, tip))
    return list(found.values())


def _plain(kind: str, message: str) -> tuple[str, str]:
    """Message and help for the remaining kinds of pydantic error, free of Python's type names."""
    if kind == "date":
        return message, "write 2024-05-30, 2024-05, 2024, or {between: [2024-05-30, 2024-06-02]}"
    if kind == "too-many-words":
        return message, "quote only the operative words, and put the rest in your own words under `says`"
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return "a mapping of keys to values is needed here", "write `key: value` lines, indented"
    if kind in ("tuple_type", "list_type"):
        return "a list is needed here", "write `- item` lines, or [a, b]"
    if kind == "string_type":
        return "text is needed here", 'put it in quotes if it looks like a number or a date: "2024"'
    if kind in ("string_too_short", "too_short"):
        return "nothing stands here", "write at least one"
    if kind == "string_pattern_mismatch":
        return (
            "this does not have the form that is needed here",
            "ids have letters, digits, `.`, `_` and `-`; addresses begin with http:// or https://",
        )
    return message[:1].lower() + message[1:], ""


def _keys(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """The keys allowed at this path of the model, for a did-you-mean."""
    from pydantic import BaseModel

    here: object = model
    for step in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            field = next((f for n, f in here.model_fields.items() if str(step) in (n, f.alias)), None)
            here = field.annotation if field else None
        inner = _inner_model(here)
        here = inner if inner is not None else here
    if isinstance(here, type) and issubclass(here, BaseModel):
        return [f.alias or n for n, f in here.model_fields.items()]
    return []


def _inner_model(annotation: object) -> type[BaseModel] | None:
    from typing import get_args

    from pydantic import BaseModel

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _inner_model(part)
        if found is not None:
            return found
    return None

"""A folder of policy files, read whole: every file as a tree and a checked model, and every problem found.

`vocabulary/` holds the vocabulary; every other `.yaml` file is a policy, except files ending in `.cases.yaml`
and `.claims.yaml`, which are for testing. Links that lead out of the folder are refused.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from caveat.core.errors import Diagnostic, PolicyError, did_you_mean
from caveat.core.source import Source, Span
from caveat.load import strict_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel, ValidationError

    from caveat.load.strict_yaml import Node

Model = TypeVar("Model", bound="BaseModel")

MAX_FILES = 5_000
VOCABULARY = "vocabulary"
SUFFIXES = (".yaml", ".yml")
ASIDE = (".cases.yaml", ".claims.yaml")


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file as it was read: its name below the folder, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Checked(Generic[Model]):
    """One file that is well formed: its tree, for places, and its model."""

    name: str
    node: Node
    model: Model

    def span(self, *path: str | int, key: bool = False) -> Span:
        """Where the value (or the key) at this path stands."""
        return self.node.at(path, key=key)


def read_folder(root: Path) -> list[RawFile]:
    """Every policy and vocabulary file below `root`, sorted by name. PolicyError where there is nothing to read."""
    if not root.exists():
        raise PolicyError([_about(root, "no-such-folder", "there is no such file or folder", "give the folder that holds the policies")])
    if root.is_file():
        return [RawFile(root.name, _bytes(root, root.name))]
    files, problems = [], []
    for path in sorted(_walk(root)):
        name = path.relative_to(root).as_posix()
        if not path.resolve().is_relative_to(root.resolve()):
            problems.append(_about(Path(name), "escapes", "this link leads out of the folder", "copy the file into the folder"))
        elif len(files) >= MAX_FILES:
            problems.append(_about(root, "too-many-files", f"more than {MAX_FILES:,} files", "is this the folder you meant?"))
            break
        else:
            files.append(RawFile(name, _bytes(path, name)))
    if problems:
        raise PolicyError(problems)
    if not any(not f.name.startswith(f"{VOCABULARY}/") for f in files):
        raise PolicyError([_about(root, "no-policies", "no policy file in this folder", "a policy is a `.yaml` file that begins with `issuer:`")])
    return files


def _walk(root: Path) -> list[Path]:
    found = []
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        found += [Path(folder, n) for n in names if n.endswith(SUFFIXES) and not n.endswith(ASIDE) and not n.startswith(".")]
    return found


def _bytes(path: Path, name: str) -> bytes:
    try:
        if not path.is_file():
            raise PolicyError([_about(Path(name), "unreadable", "this is not a regular file", "")])
        with path.open("rb") as file:
            return file.read(strict_yaml.MAX_BYTES + 1)
    except OSError as error:
        raise PolicyError([_about(Path(name), "unreadable", error.strerror or "it cannot be read", "check that it exists and may be read")]) from None


def _about(path: Path, code: str, message: str, tip: str) -> Diagnostic:
    return Diagnostic(code, message, Span(Source(str(path), ""), 1, 1, 1, 1), tip)


def digest_of(files: Sequence[RawFile]) -> str:
    """A digest of names and bytes: equal only if nothing was touched. Not the library's digest, which is of meaning."""
    whole = hashlib.sha256()
    for file in sorted(files, key=lambda f: f.name):
        whole.update(f"{file.name}\0{len(file.data)}\0".encode())
        whole.update(file.data)
    return whole.hexdigest()


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
    found = {}
    for item in error.errors(include_url=False):
        kind, loc = item["type"], list(item["loc"])
        span = node.at(loc, key=kind in ("extra_forbidden",))
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
        return "this does not have the form that is needed here", "ids have letters, digits, `.`, `_` and `-`; addresses begin with http:// or https://"
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

"""Strict YAML: what comes in is bytes, what goes out is a tree in which everything knows its place.

Only mappings with plain keys, lists, and scalars that read as what they look like. No anchors, aliases, tags,
merges or duplicate keys; no `no` that becomes false and no `12:30` that becomes a number. Size and depth are
bounded while reading, so a hostile document costs little.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import yaml

from caveat.core.errors import Diagnostic, printable
from caveat.core.source import Source, Span
from caveat.load.folder import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_DEPTH = 40
MAX_NODES = 1_000_000
MAX_PROBLEMS = 100

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_LOOSE_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?\Z")
_CLOCK = re.compile(r"[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?\Z")
_ODD_NUMBER = re.compile(
    r"[-+]?(0[xXoObB][0-9a-fA-F_]+|[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|\.[0-9]+([eE][-+]?[0-9]+)?|\.(inf|nan))\Z", re.IGNORECASE
)
_WORD_BOOLEANS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false"])
# Control characters, and all that some readers take for a line break and others do not.
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)")

Scalar = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the tree: a scalar, a list of nodes, or a mapping of key to (key span, node)."""

    value: Scalar | list[Node] | dict[str, tuple[Span, Node]]
    span: Span

    def plain(self) -> Any:  # noqa: ANN401  (a YAML value is any of several types)
        """The same as ordinary Python data, without places."""
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {key: node.plain() for key, (_, node) in self.value.items()}
        return self.value

    def at(self, path: Sequence[str | int], *, key: bool = False) -> Span:
        """The span of the value (or of the key) the path leads to; steps that lead nowhere are passed over."""
        node, span = self, self.span
        for step in path:
            if isinstance(node.value, dict) and step in node.value:
                key_span, node = node.value[str(step)]
                span = key_span if key else node.span
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                span = node.span
        return span


class _Stopped(Exception):
    """Reading of this document is over; the reason is already among the diagnostics."""


def read(data: bytes, name: str) -> tuple[Node | None, list[Diagnostic]]:
    """The document in `data` as a tree, and every problem found; no tree where it is not YAML at all."""
    text, problems = _decoded(data, name)
    if text is None:
        return None, problems
    reader = _Reader(Source(name, text))
    node = None
    with contextlib.suppress(_Stopped):
        reader.characters()
        try:
            node = reader.document()
        except yaml.YAMLError as error:
            reader.problems.append(_syntax(error, reader.source))
    return node, reader.problems


def _decoded(data: bytes, name: str) -> tuple[str | None, list[Diagnostic]]:
    if len(data) > MAX_BYTES:
        nothing = Span(Source(name, ""), 1, 1, 1, 1)
        message = f"the file has {len(data):,} bytes; at most {MAX_BYTES:,} are read"
        return None, [Diagnostic("file-too-large", message, nothing, "split it into several files of the same issuer")]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        column = len(before) - before.rfind("\n")
        source = Source(name, data.decode("utf-8", "replace"))
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        return None, [Diagnostic("not-utf-8", message, Span(source, line, column, line, column + 1), "save the file as UTF-8")]


def _syntax(error: yaml.YAMLError, source: Source) -> Diagnostic:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "this is not YAML"
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    tip = "use blanks, not tabs, to indent" if "\\t" in str(problem) or "tab" in str(problem) else ""
    tip = tip or "look at the indentation and the colons of this line and the one before; quote text that holds `: ` or ` #`"
    return Diagnostic("not-yaml", printable(str(problem)), Span(source, line, column, line, column + 1), tip)


class _Reader:
    """Turns the event stream into nodes with an explicit stack, so depth is a number and not a crash."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Diagnostic] = []
        self.nodes = 0

    def span(self, event: yaml.Event) -> Span:
        a, b = event.start_mark, event.end_mark
        return Span(self.source, a.line + 1, a.column + 1, b.line + 1, b.column + 1)

    def report(self, code: str, message: str, span: Span, tip: str) -> None:
        if len(self.problems) == MAX_PROBLEMS:
            self.problems.append(
                Diagnostic(
                    "too-many-problems",
                    f"more than {MAX_PROBLEMS} problems; those from here on are not listed",
                    span,
                    "mend the first ones and check again",
                )
            )
            raise _Stopped
        self.problems.append(Diagnostic(code, message, span, tip))

    def characters(self) -> None:
        """Report characters that no file of ours holds; stops the reading where there is one."""
        line, begin = 1, 0
        for found in _UNREADABLE.finditer(self.source.text):
            line += self.source.text.count("\n", begin, found.start())
            begin = found.start()
            column = begin - self.source.text.rfind("\n", 0, begin)
            span = Span(self.source, line, column, line, column + 1)
            if found[0] == "\r":
                self.report("bad-character", "a carriage return stands here without a line feed", span, "save the file with ordinary line ends")
            else:
                self.report("bad-character", f"the character U+{ord(found[0]):04X} stands here", span, "delete it; is this a text file?")
        if self.problems:
            raise _Stopped

    def document(self) -> Node | None:
        events: Iterator[yaml.Event] = yaml.parse(self.source.text, Loader=_LOADER)
        root: Node | None = None
        open_nodes: list[tuple[Node, str | None, Span | None]] = []  # container, key that waits for its value
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                self.report("several-documents", "a second document begins here", self.span(event), "one document a file: remove `---`")
                raise _Stopped
            if isinstance(event, yaml.CollectionEndEvent):
                done, _, _ = open_nodes.pop()
                root = root if open_nodes else done
            elif isinstance(event, yaml.NodeEvent):
                node = self.node(event, len(open_nodes))
                if open_nodes:
                    open_nodes[-1] = self.placed(open_nodes[-1], node, event)
                if isinstance(event, yaml.CollectionStartEvent):
                    open_nodes.append((node, None, None))
                elif not open_nodes:
                    root = node
        if root is None or root.value is None:
            self.report(
                "empty-file", "the file is empty", Span(self.source, 1, 1, 1, 1), "a policy begins with `issuer:`, a vocabulary file with `values:`"
            )
            return None
        return root

    def node(self, event: yaml.NodeEvent, depth: int) -> Node:
        self.nodes += 1
        span = self.span(event)
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            what = f"nested more than {MAX_DEPTH} deep" if depth > MAX_DEPTH else f"more than {MAX_NODES:,} values"
            self.report("document-too-large", f"the document is {what}", span, "split the file, or flatten this part")
            raise _Stopped
        if isinstance(event, yaml.AliasEvent):
            self.report("alias", f"the alias `*{printable(event.anchor)}` is not read", span, "write the value out")
            return Node(None, span)
        if event.anchor is not None:
            self.report("anchor", f"the anchor `&{printable(event.anchor)}` is not read", span, "delete it and write the value out where it is used")
        if isinstance(event, yaml.ScalarEvent):
            if event.tag is not None:
                self.report("tag", f"the tag `{printable(event.tag)}` is not read", span, "delete it")
            return Node(self.scalar(event, span), span)
        if getattr(event, "tag", None) is not None:
            self.report("tag", f"the tag `{printable(event.tag)}` is not read", span, "delete it")
        return Node({} if isinstance(event, yaml.MappingStartEvent) else [], span)

    def placed(self, slot: tuple[Node, str | None, Span | None], node: Node, event: yaml.NodeEvent) -> tuple[Node, str | None, Span | None]:
        """Put a node into the open container: as an item, as a key, or as the value of the waiting key."""
        box, key, key_span = slot
        if isinstance(box.value, list):
            box.value.append(node)
        elif isinstance(box.value, dict):
            if key_span is None:
                return (box, self.key(event, node), node.span)
            if key is not None:
                if key in box.value:
                    first = box.value[key][0]
                    self.report("duplicate-key", f"the key `{printable(key)}` stands twice", key_span, f"first at line {first.line}; keep one")
                box.value.setdefault(key, (key_span, node))
            return (box, None, None)
        return slot

    def key(self, event: yaml.NodeEvent, node: Node) -> str | None:
        if not isinstance(event, yaml.ScalarEvent):
            self.report("bad-key", "a key must be plain text", node.span, "write `key: value`")
            return None
        if event.value == "<<":
            self.report("merge", "the merge key `<<` is not read", node.span, "write the values out")
            return None
        return str(event.value)

    def scalar(self, event: yaml.ScalarEvent, span: Span) -> Scalar:
        text = str(event.value)
        if event.style:  # quoted or a block; libyaml gives "" for plain text, the Python parser None
            escaped = _UNREADABLE.search(text)
            if escaped:
                self.report("bad-character", f"the character U+{ord(escaped[0]):04X} is written here as an escape", span, "delete it")
            return text
        if text in ("", "~", "null"):
            return None
        if text in ("true", "false"):
            return text == "true"
        if text.casefold() in _WORD_BOOLEANS:
            meaning = f'"{text}" for the word (Norway is "NO"), or true / false'
            self.report("bare-boolean-word", f"`{text}` could be a word or a truth value", span, f"write {meaning}")
            return text
        if _INT.match(text):
            return int(text)
        if _FLOAT.match(text):
            return float(text)
        return self.date_or_text(text, span)

    def date_or_text(self, text: str, span: Span) -> Scalar:
        if _DATE.match(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                self.report("impossible-date", f"there is no such day as `{text}`", span, "write a day that exists, as YYYY-MM-DD")
        elif _LOOSE_DATE.match(text):
            self.report(
                "impossible-date", f"`{shortened(text)}` is not a date of the form YYYY-MM-DD", span, "write it like 2024-05-30, without a time"
            )
        elif _CLOCK.match(text) or _ODD_NUMBER.match(text):
            self.report(
                "ambiguous-number",
                f"`{shortened(text)}` could be a time, a number or text",
                span,
                f'put it in quotes, "{shortened(text)}", or write the number out',
            )
        return text

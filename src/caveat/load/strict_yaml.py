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
from caveat.core.scenario import as_written
from caveat.core.source import Source, Span
from caveat.load.folder import MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_DEPTH = 40
MAX_NODES = 1_000_000
MAX_PROBLEMS = 100
EMPTY = "a policy begins with `issuer:`, a vocabulary file with `values:`"

_SMALLER = "split the file, or flatten this part"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_LOOSE_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?\Z")
_CLOCK = re.compile(r"[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?\Z")
_ODD_NUMBER = re.compile(
    r"[-+]?(0[xXoObB][0-9a-fA-F_]+|[0-9][0-9_]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|\.[0-9]+([eE][-+]?[0-9]+)?|\.(inf|nan))\Z", re.IGNORECASE
)
_STANDARD = "tag:yaml.org,2002:"  # what `!!` stands for
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


class _StoppedError(Exception):
    """Reading of this document is over; the reason is already among the diagnostics."""


def read(data: bytes, name: str, *, empty: str = EMPTY) -> tuple[Node | None, list[Diagnostic]]:
    """The document in `data` as a tree, and every problem found; no tree where it is not YAML at all.

    `empty` is the help where there is nothing in it.
    """
    text, problems = _decoded(data, name)
    if text is None:
        return None, problems
    reader = _Reader(Source(name, text), empty)
    node = None
    with contextlib.suppress(_StoppedError):
        reader.characters()
        try:
            node = reader.document()
        except yaml.YAMLError as error:
            reader.problems.append(_syntax(error, reader.source))
    return node, reader.problems


def too_many(span: Span) -> Diagnostic:
    """The last problem that is listed of a file with very many."""
    message = f"more than {MAX_PROBLEMS} problems; those from here on are not listed"
    return Diagnostic("too-many-problems", message, span, "mend the first ones and check again")


def _decoded(data: bytes, name: str) -> tuple[str | None, list[Diagnostic]]:
    if len(data) > MAX_BYTES:
        nothing = Span(Source(name, ""), 1, 1, 1, 1)
        message = f"the file has more than {MAX_BYTES:,} bytes"
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


# What libyaml says, as a person would: the problem, and what to do about it.
_SYNTAX = {
    "mapping values are not allowed in this context": ("there is a `:` too many here, or the line is indented too far", "quote text that holds `: `"),
    "did not find expected key": ("the indentation or a quotation mark is wrong here", "begin the line below the keys it belongs to"),
    "could not find expected ':'": ("a key without `:`", "write `key: value`, and indent the later lines of a text"),
    "did not find expected ',' or ']'": ("a list in brackets is not closed, or lacks a comma", "write [a, b]"),
    "did not find expected ',' or '}'": ("a mapping in braces is not closed, or lacks a comma", "write {a: 1, b: 2}"),
    "did not find expected '-' indicator": (
        "this line is neither a new item of the list above it, nor a key of its last item",
        "a key begins exactly below the first key of its item, which may mean more blanks; a new item begins with `- `",
    ),
    "block sequence entries are not allowed in this context": ("a list cannot begin here", "put `- ` on a line of its own, below its key"),
    "found unexpected end of stream": ("a quotation mark is not closed", "close it, or quote with the other kind of mark"),
    "found unknown escape character": ("a backslash stands before a letter that it does not go with", "write two, or quote with ' instead"),
    "found character that cannot start any token": ("no text can begin with this character", "put the text in quotes"),
    "did not find expected alphabetic or numeric character": ("text that begins with `*`, `&` or `!` means something else", "put it in quotes"),
    "did not find expected node content": ("something is missing before this", "write it, or delete the comma or the bracket"),
    "did not find expected <document start>": ("the document ends before this line", "indent the line, or delete what stands above the first key"),
}


_BEGAN_EARLIER = ("could not find expected ':'", "found unexpected end of stream")


_PARSERS_DEPTH = "exceeded maximum nesting depth"  # libyaml stops by itself, from 0.2.6 on, before it tells the first event of a deep list


def too_deep(span: Span) -> Diagnostic:
    """The problem of a document that is nested deeper than anything of ours."""
    return Diagnostic("document-too-large", f"the document is nested more than {MAX_DEPTH} deep", span, _SMALLER)


def _syntax(error: yaml.YAMLError, source: Source) -> Diagnostic:
    problem = str(getattr(error, "problem", None) or "this is not YAML")
    marks = [getattr(error, name, None) for name in ("problem_mark", "context_mark")]
    mark = next((m for m in (reversed(marks) if problem in _BEGAN_EARLIER else marks) if m), None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    last = source.text.rstrip().count("\n") + 1
    if line > last:
        line, column = last, len(source.line(last).rstrip()) + 1
    span = Span(source, line, column, line, column + 1)
    if span.text == "\t":
        return Diagnostic("not-yaml", "a tab stands here", span, "use blanks, not tabs, to indent")
    if problem == _PARSERS_DEPTH:
        return too_deep(span)
    message, tip = _SYNTAX.get(problem, (printable(problem), "look at the indentation and the colons of this line and the one before"))
    return Diagnostic("not-yaml", message, span, tip)


class _Reader:
    """Turns the event stream into nodes with an explicit stack, so depth is a number and not a crash."""

    def __init__(self, source: Source, empty: str) -> None:
        self.source, self.empty = source, empty
        self.problems: list[Diagnostic] = []
        self.nodes = 0

    def span(self, event: yaml.Event) -> Span:
        a, b = event.start_mark, event.end_mark
        if a is None or b is None:
            raise AssertionError("every event has its marks")
        return Span(self.source, a.line + 1, a.column + 1, b.line + 1, b.column + 1)

    def report(self, code: str, message: str, span: Span, tip: str) -> None:
        if len(self.problems) == MAX_PROBLEMS:
            self.problems.append(too_many(span))
            raise _StoppedError
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
            raise _StoppedError

    def document(self) -> Node | None:
        events: Iterator[yaml.Event] = yaml.parse(self.source.text, Loader=_LOADER)
        root: Node | None = None
        open_nodes: list[tuple[Node, str | None, Span | None]] = []  # container, key that waits for its value
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                self.report("several-documents", "a second document begins here", self.span(event), "one document a file: remove `---`")
                raise _StoppedError
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
            self.report("empty-file", "the file is empty", Span(self.source, 1, 1, 1, 1), self.empty)
            return None
        return root

    def node(self, event: yaml.NodeEvent, depth: int) -> Node:
        self.nodes += 1
        span = self.span(event)
        if depth > MAX_DEPTH:
            self.problems.append(too_deep(span))
            raise _StoppedError
        if self.nodes > MAX_NODES:
            self.report("document-too-large", f"the document holds more than {MAX_NODES:,} values", span, _SMALLER)
            raise _StoppedError
        if isinstance(event, yaml.AliasEvent):
            self.report("alias", f"the alias `*{printable(str(event.anchor))}` is not read", span, "write the value out")
            return Node(None, span)
        if event.anchor is not None:
            self.report("anchor", f"the anchor `&{printable(event.anchor)}` is not read", span, "delete it and write the value out where it is used")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.report("tag", f"the tag `{as_written(tag.replace(_STANDARD, '!!'))}` is not read", span, "delete it")
        if isinstance(event, yaml.ScalarEvent):
            return Node(self.scalar(event, span), span)
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
            self.report("bad-key", "a key must be plain text", node.span, "write `key: value`, and quote text that begins with `{` or `[`")
            raise _StoppedError
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
                "impossible-date", f"`{as_written(text)}` is not a date of the form YYYY-MM-DD", span, "write it like 2024-05-30, without a time"
            )
        elif _CLOCK.match(text) or _ODD_NUMBER.match(text):
            self.report(
                "ambiguous-number",
                f"`{as_written(text)}` could be a time, a number or text",
                span,
                f'put it in quotes, "{as_written(text)}", or write the number out',
            )
        return text

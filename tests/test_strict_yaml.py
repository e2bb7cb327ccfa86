"""Strict YAML: what reads as what it looks like, what is refused, where, and at what cost."""

from __future__ import annotations

import time
from datetime import date
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from seeding import examples

from caveat.load import strict_yaml
from caveat.load.strict_yaml import MAX_DEPTH, MAX_PROBLEMS, Node, read

if TYPE_CHECKING:
    from caveat.core.errors import Diagnostic


def plain(text: str | bytes) -> object:
    """The document as ordinary data; it has to be free of problems."""
    node, problems = read(text.encode() if isinstance(text, str) else text, "x.yaml")
    assert problems == []
    assert node is not None
    return node.plain()


def problems(text: str | bytes) -> list[Diagnostic]:
    """What is wrong with the document."""
    return read(text.encode() if isinstance(text, str) else text, "x.yaml")[1]


def codes(text: str | bytes) -> list[tuple[int, int, str]]:
    """Line, column and code of each problem."""
    return [(d.span.line, d.span.column, d.code) for d in problems(text) if d.span]


def codes_only(text: str | bytes) -> list[str]:
    """The code of each problem."""
    return [d.code for d in problems(text)]


@pytest.fixture(params=["libyaml", "python"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each of the two parsers: libyaml, and the one in Python where libyaml is missing."""
    if request.param == "python":
        monkeypatch.setattr(strict_yaml, "_LOADER", yaml.SafeLoader)
    return str(request.param)


# -- what reads as what it looks like


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("word", "word"),
        ("two words", "two words"),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        ("84", 84),
        ("1.5", 1.5),
        ("-0.25", -0.25),
        ("2024-05-30", date(2024, 5, 30)),
        ("2024-02-29", date(2024, 2, 29)),
        ("2024-05", "2024-05"),
        ("2024", 2024),
        ("RU-BEL", "RU-BEL"),
        ("UA-63", "UA-63"),
        ("155 mm", "155 mm"),
        ("2.0.1", "2.0.1"),
        ("v1e3", "v1e3"),
        ('"no"', "no"),
        ("'12:30'", "12:30"),
        ('"010"', "010"),
        ('"2024-02-30"', "2024-02-30"),
        ('"true"', "true"),
        ('"5"', "5"),
        ("NOR", "NOR"),
        ("None", "None"),
        ("nope", "nope"),
        ("yes and no", "yes and no"),
        ("https://daily.example/1:2", "https://daily.example/1:2"),
    ],
)
def test_scalars(text: str, value: object) -> None:
    """A scalar is what it looks like; quoted, it is text."""
    found = plain(f"key: {text}\n")
    assert found == {"key": value}
    assert type(found["key"]) is type(value)  # type: ignore[index]


@pytest.mark.usefixtures("loader")
def test_blocks() -> None:
    """Folded and literal blocks are text, whatever stands in them."""
    assert plain("a: >-\n  no\n  yes\nb: |\n  12:30\n") == {"a": "no yes", "b": "12:30\n"}


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("word", ["no", "No", "NO", "yes", "YES", "on", "On", "OFF", "off", "y", "Y", "n", "N", "True", "TRUE", "FALSE", "False"])
def test_words_that_others_read_as_truth(word: str) -> None:
    """Norway is not false: what could be a word or a truth value has to be quoted."""
    (found,) = problems(f"supplier: {word}\n")
    assert found.code == "bare-boolean-word"
    assert found.span is not None
    assert found.span.text == word
    assert f'"{word}"' in found.help
    assert codes(f"[x, {word}]\n") == [(1, 5, "bare-boolean-word")]
    assert codes(f"{word}: x\n") == [(1, 1, "bare-boolean-word")]


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    "text",
    [
        "12:30",
        "1:2:3",
        "-1:30",
        "20:30:40.5",
        "010",
        "00",
        "-07",
        "0x1F",
        "0o17",
        "0b101",
        "1_000",
        "1e3",
        "1E-3",
        "1.5e3",
        "1.",
        ".5",
        ".inf",
        "-.inf",
        ".NaN",
        "1" * 19,
        "1" * 1000,
        "0.1_5",
        "1e999",
    ],
)
def test_numbers_that_others_read_otherwise(text: str) -> None:
    """A number has one form; a clock, an octal, a power or an infinity is not guessed at."""
    assert codes(f"a: {text}\n") == [(1, 4, "ambiguous-number")]
    assert plain(f"a: '{text}'\n") == {"a": text}


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    "text",
    ["2024-02-30", "2023-02-29", "2024-13-01", "0000-01-01", "2024-00-10", "2024-5-1", "2024-05-1", "2024-05-30T10:00", "2024-05-30 10:00:00Z"],
)
def test_impossible_dates(text: str) -> None:
    """A day that does not exist, or that is written otherwise, is refused where it stands."""
    (found,) = problems(f"a:\n  - {text}\n")
    assert found.code == "impossible-date"
    assert found.span is not None
    assert (found.span.line, found.span.column, found.span.text) == (2, 5, text)


@pytest.mark.usefixtures("loader")
def test_other_digits() -> None:
    """Digits of other scripts are text, not numbers."""
    assert plain("a: ٢٠٢٤\nb: ２０２４-05-30\nc: 5٥\n") == {"a": "٢٠٢٤", "b": "２０２４-05-30", "c": "5٥"}


# -- keys


@pytest.mark.usefixtures("loader")
def test_keys_are_text() -> None:
    """Numbers, dates and nothing are keys as they are written."""
    assert plain("1: a\n2024-05-30: b\n~: c\nnull: d\n1.50: e\ntrue: f\n'': g\n") == {
        "1": "a", "2024-05-30": "b", "~": "c", "null": "d", "1.50": "e", "true": "f", "": "g"
    }  # fmt: skip


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: 1\nb: 2\na: 3\n", (3, 1)),
        ("{a: 1, a: 1}\n", (1, 8)),
        ("a: 1\n'a': 2\n", (2, 1)),
        ("x:\n  - a: 1\n    a: 2\n", (3, 5)),
        ("1: a\n'1': b\n", (2, 1)),
    ],
)
def test_duplicate_keys(text: str, place: tuple[int, int]) -> None:
    """A key that stands twice is an error at its second place, and the first is named."""
    (found,) = problems(text)
    assert found.code == "duplicate-key"
    assert (found.span.line, found.span.column) == place  # type: ignore[union-attr]
    assert found.help.startswith("first at line ")


def test_every_duplicate_is_reported() -> None:
    """Three equal keys are two problems; the first value stays."""
    node, found = read(b"a: 1\na: 2\na: 3\n", "x")
    assert [d.code for d in found] == ["duplicate-key", "duplicate-key"]
    assert node is not None
    assert node.plain() == {"a": 1}


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("text", ["? [a, b]\n: c\n", "? {a: b}\n: c\n", "{{ name }}: x\n", "[a]: b\n", "a: {{ b }}\n"])
def test_keys_that_are_not_text(text: str) -> None:
    """A list or a mapping is no key; one message is enough."""
    assert codes_only(text) == ["bad-key"]


# -- what is refused


@pytest.mark.usefixtures("loader")
def test_anchors_aliases_merges_and_tags() -> None:
    """Nothing is read from elsewhere: every value is written where it counts."""
    assert codes("a: &x {b: 1}\n") == [(1, 4, "anchor")]
    assert codes("a: &x 1\nb: *x\n") == [(1, 4, "anchor"), (2, 4, "alias")]
    assert codes("<<: {a: 1}\n") == [(1, 1, "merge")]
    assert codes("a: !!int '5'\nb: !x word\nc: !!python/object:os.system z\nd: !!set {a}\n") == [(n, 4, "tag") for n in (1, 2, 3, 4)]
    assert codes("! a: 1\n") == [(1, 1, "tag")]


def test_tags_do_nothing() -> None:
    """A tag is shown as it was written, and nothing is made of it."""
    node, found = read(b"a: !!binary aGk=\nb: !!python/name:os.system\n", "x")
    assert [d.message for d in found] == ["the tag `!!binary` is not read", "the tag `!!python/name:os.system` is not read"]
    assert node is not None
    assert node.plain()["a"] == "aGk="


@pytest.mark.usefixtures("loader")
def test_several_documents() -> None:
    """One document a file, with or without marks around it."""
    assert plain("---\na: 1\n...\n") == {"a": 1}
    assert codes("a: 1\n---\nb: 2\n") == [(2, 1, "several-documents")]
    assert codes_only("---\n---\n") == ["several-documents"]


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("text", ["", " ", "\n\n", "# only a comment\n", "---\n", "null", "~\n", "\ufeff"])
def test_empty_files(text: str) -> None:
    """An empty file is an error, and says how a file begins."""
    (found,) = problems(text)
    assert found.code == "empty-file"
    assert "issuer:" in found.help


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("text", ["\ta: 1\n", "a:\n\t- b\n", "a:\n\tb: 1\n"])
def test_tabs(text: str) -> None:
    """A tab that indents is named as such."""
    assert [(d.code, d.help) for d in problems(text)] == [("not-yaml", "use blanks, not tabs, to indent")]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: b: c\n", 1, "there is a `:` too many here, or the line is indented too far"),
        ("a: 1\n  b: 2\n", 2, "there is a `:` too many here, or the line is indented too far"),
        ("a:\n  b: 1\n c: 2\n", 3, "the indentation or a quotation mark is wrong here"),
        ("a: [1, 2\nb: 3\n", 2, "a list in brackets is not closed, or lacks a comma"),
        ("a: {b: 1\nc: 2\n", 2, "a mapping in braces is not closed, or lacks a comma"),
        ("- a\nb: 1\n", 2, "this line is neither a new item of the list above it, nor a key of its last item"),
        ("- a: 1\n b: 2\n", 2, "this line is neither a new item of the list above it, nor a key of its last item"),
        ("a: - b\n", 1, "a list cannot begin here"),
        ('a: "x\nb: 1\n', 1, "a quotation mark is not closed"),
        ("a: 'it's'\n", 1, "the indentation or a quotation mark is wrong here"),
        ('a: "c:\\dir"\n', 1, "a backslash stands before a letter that it does not go with"),
        ("a: @x\n", 1, "no text can begin with this character"),
        ("a: `x`\n", 1, "no text can begin with this character"),
        ("a: * b\n", 1, "text that begins with `*`, `&` or `!` means something else"),
        ("{a: 1}\nb: 2\n", 2, "the document ends before this line"),
        ("a: [,]\n", 1, "something is missing before this"),
        ("key: value\nkey2\n", 2, "a key without `:`"),
        ("a: [1, 2", 1, "a list in brackets is not closed, or lacks a comma"),
    ],
)
def test_what_is_not_yaml(text: str, line: int, message: str) -> None:
    """What the parser says is said in plain words, in its line, with what to do about it."""
    (found,) = problems(text)
    assert (found.code, found.span.line, found.message) == ("not-yaml", line, message)  # type: ignore[union-attr]
    assert found.help


# -- characters


@pytest.mark.usefixtures("loader")
def test_line_ends_and_marks() -> None:
    """A byte-order mark and Windows line ends make no difference, not even to places."""
    assert plain(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  x\r\n  y\r\n") == {"a": 1, "b": "x\ny\n"}
    assert codes(b"\xef\xbb\xbfa: 1\r\nb: no\r\n") == [(2, 4, "bare-boolean-word")]


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("char", ["\x00", "\x07", "\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\x9b", "\u2028", "\u2029", "\ufeff", "\uffff"])
def test_control_characters(char: str) -> None:
    """A control character, or a line break that only some programs know, is refused in its place."""
    (found,) = problems(f"ä: b\nc: d{char}e\n")
    assert (found.code, found.span.line, found.span.column) == ("bad-character", 2, 5)  # type: ignore[union-attr]
    assert f"U+{ord(char):04X}" in found.message
    assert str(found).replace("\n", "").isprintable()


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("escape", ["\\0", "\\x1b[2J", "\\e", "\\u2028", "\\x7f", "\\N"])
def test_escaped_control_characters(escape: str) -> None:
    """They cannot be written as escapes either, in values or in keys."""
    assert codes(f'a: "x{escape}"\n') == [(1, 4, "bad-character")]
    assert codes(f'"{escape}": x\n') == [(1, 1, "bad-character")]


@pytest.mark.usefixtures("loader")
def test_lone_carriage_returns() -> None:
    """Lines that end as on an old Macintosh are named once a line, not run together."""
    assert codes(b"a: 1\rb: 2\r") == [(1, 5, "bad-character"), (1, 10, "bad-character")]


@pytest.mark.parametrize(
    ("data", "place"),
    [(b"a: \xff\n", (1, 4)), (b"a: 1\nb: \xc3\xa4\xe4\n", (2, 5)), ("a: 1\n".encode("utf-16"), (1, 1)), (b"a: \xed\xa0\x80", (1, 4))],
)
def test_what_is_not_utf_8(data: bytes, place: tuple[int, int]) -> None:
    """Bytes that are not UTF-8 are refused where they stand."""
    assert codes(data) == [(*place, "not-utf-8")]


@pytest.mark.usefixtures("loader")
def test_letters_of_all_kinds_are_read() -> None:
    """Combining letters, other scripts, emoji and direction marks are text like any other."""
    text = "Харків e\u0301 \u202eabc\u202c 🚀 \u200d"
    assert plain(f"a: '{text}'\n") == {"a": text}


def test_direction_marks_are_shown() -> None:
    """What could turn a line round is shown as a visible mark, under carets of the right length."""
    (found,) = problems("a: 'x\u202ey'\nb\u202e: no\n")
    assert found.code == "bare-boolean-word"
    assert "\u202e" not in str(found)
    assert "b\ufffd: no" in str(found)


def test_places_after_wide_letters() -> None:
    """Columns count characters, not bytes."""
    assert codes("Україна: [Харків, no]\n") == [(1, 19, "bare-boolean-word")]


# -- bounds


def took(data: bytes) -> tuple[list[str], float]:
    """The codes, and the seconds it took."""
    begin = time.perf_counter()
    found = [d.code for d in read(data, "x.yaml")[1]]
    return found, time.perf_counter() - begin


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"[" * 100_000, "document-too-large"),
        (b"- " * 100_000, "document-too-large"),
        (b"{a: " * 100_000, "document-too-large"),
        (b"? " * 100_000, "bad-key"),
        (b"\n".join(b" " * n + b"a:" for n in range(2_000)), "document-too-large"),
        (b"a: " * 100_000, "not-yaml"),
        (b"]" * 100_000, "not-yaml"),
        (b"&a " * 100_000, "not-yaml"),
    ],
    ids=["lists", "items", "mappings", "question marks", "steps", "colons", "closed", "anchors"],
)
def test_deep_nesting_costs_little(data: bytes, code: str) -> None:
    """A document nested a hundred thousand deep is refused at once, and does not overflow anything."""
    found, seconds = took(data)
    assert found[-1] == code
    assert seconds < 2


@pytest.mark.parametrize("levels", [MAX_DEPTH + 2, 900, 5_000, 100_000])
@pytest.mark.parametrize("opening", ["[", "- ", "{a: "])
def test_deep_nesting_is_called_so(opening: str, levels: int) -> None:
    """However deep, and whether the parser gives up first or not, the answer is one problem: what is wrong, and what to do."""
    (found,) = problems(opening * levels)
    assert (found.code, found.message) == ("document-too-large", f"the document is nested more than {MAX_DEPTH} deep")
    assert found.help == "split the file, or flatten this part"


def test_braces_in_braces() -> None:
    """A mapping as a key is refused as that, or as too deep where the parser gives up before the first key is known."""
    assert codes_only("{" * 50) == ["bad-key"]
    (found,) = codes_only("{" * 100_000)
    assert found in ("bad-key", "document-too-large")


def test_nesting_up_to_the_bound() -> None:
    """What is nested no deeper than the bound is read."""
    assert plain("[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH) is not None
    assert codes_only("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2)) == ["document-too-large"]


def test_billion_laughs() -> None:
    """Aliases of aliases are never expanded."""
    lines = ["a0: &a0 [lol, lol]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30)]
    found, seconds = took("\n".join(lines).encode())
    assert set(found) == {"anchor", "alias"}
    assert seconds < 1


def test_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document with more values than the bound is refused when the bound is reached."""
    monkeypatch.setattr(strict_yaml, "MAX_NODES", 1_000)
    assert codes_only("- a\n" * 2_000) == ["document-too-large"]


def test_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document with more bytes than the bound is not even decoded."""
    monkeypatch.setattr(strict_yaml, "MAX_BYTES", 100)
    assert codes_only(b"\xff" * 101) == ["file-too-large"]


def test_long_scalars_and_lines() -> None:
    """A megabyte in one line is read, and quoted in a message in one short line."""
    assert plain("a: " + "x" * 1_000_000) is not None
    (found,) = problems("a: [" + "x, " * 100_000 + "no]")
    assert len(str(found)) < 400
    (found,) = problems("a: " + "1" * 1_000_000)
    assert len(found.message) < 200
    (found,) = problems('a: "' + "\\0" * 100_000 + '"')
    assert found.code == "bad-character"


def test_very_many_problems() -> None:
    """After a hundred problems of one file, one message stands for the rest."""
    found, seconds = took(b"- no\n" * 100_000)
    assert found == [*["bare-boolean-word"] * MAX_PROBLEMS, "too-many-problems"]
    assert seconds < 2


# -- any text at all


@examples(300)
@given(st.text(st.sampled_from(list("ab: -[]{}#'\"\n\t,?|>&*!%@`~<0123456789\\.\r\u202e\x00é")), max_size=40))
def test_any_text(text: str) -> None:
    """Whatever the text, the answer is a tree or problems in their places; never an exception."""
    node, found = read(text.encode(), "x.yaml")
    assert node is not None or found
    lines = text.split("\n")
    for d in found:
        assert d.span is not None
        assert 1 <= d.span.line <= len(lines) + 1
        assert str(d).replace("\n", "").isprintable()


@examples(200)
@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    """The same for bytes that are no text."""
    node, found = read(data, "x.yaml")
    assert node is not None or found


_SIMPLE = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.dates() | st.text(st.characters(exclude_categories=["C"], exclude_characters="\x85\u2028\u2029\ufeff"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcdefgh", min_size=1, max_size=4), inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


@examples(200)
@given(st.dictionaries(st.text("abcdefgh", min_size=2, max_size=4), _SIMPLE, min_size=1, max_size=4))
def test_what_is_written_is_read(data: dict[str, object]) -> None:
    """What a YAML writer writes, with words in quotes, reads back as it was."""

    class Quoting(yaml.SafeDumper):
        pass

    Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))
    Quoting.ignore_aliases = lambda _self, _data: True  # type: ignore[method-assign]
    assert plain(yaml.dump(data, Dumper=Quoting, allow_unicode=True)) == data


@examples(100)
@given(st.dictionaries(st.text("abcdefgh", min_size=2, max_size=4), _SIMPLE, min_size=1, max_size=4))
def test_every_value_knows_its_place(data: dict[str, object]) -> None:
    """The span of every scalar of a tree holds the text it was read from."""
    import json

    text = json.dumps(data, ensure_ascii=False, default=str, indent=1)
    node, found = read(text.encode(), "x.yaml")
    assert found == []
    assert node is not None
    lines = text.split("\n")

    def check(node: Node) -> None:
        if isinstance(node.value, dict):
            for key, (span, value) in node.value.items():
                assert span.text == json.dumps(key)
                check(value)
        elif isinstance(node.value, list):
            for item in node.value:
                check(item)
        else:
            assert lines[node.span.line - 1][node.span.column - 1 : node.span.end_column - 1] == node.span.text

    check(node)

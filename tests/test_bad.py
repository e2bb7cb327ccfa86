"""Bad files: each reports exactly the problems that stand as comments on its guilty lines, and nothing else.

`tests/bad/base` is sound. A file of `policies` is read under its vocabulary; a file of `vocabulary` takes the place
of the file of the base whose name it begins with; a folder of `folders` is read with it; a file of `scenarios` is
asked of it.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from caveat.core.errors import Diagnostic, PolicyError, ScenarioError
from caveat.library import Library
from caveat.lint import lint
from caveat.load.folder import MAX_BYTES, RawFile, read_folder
from caveat.load.scenarios import read_scenarios
from caveat.load.strict_yaml import MAX_PROBLEMS
from caveat.store.shelf import build

BAD = Path(__file__).parent / "bad"
SOURCE = Path(__file__).parents[1] / "src" / "caveat"
EXPECTED = re.compile(r"#\s*E:\s*([a-z, -]+?)\s*$")
BASE = tuple(read_folder(BAD / "base"))
VOCABULARY = tuple(f for f in BASE if f.name.startswith("vocabulary/"))
Place = tuple[str, int, str]  # file, line, code

# What cannot be said in a comment: the file, as bytes, and the lines and codes it reports.
BYTES = {
    "empty": (b"", [(1, "empty-file")]),
    "only blanks": (b"  \n\n", [(1, "empty-file")]),
    "only a comment": (b"# nothing\n", [(1, "empty-file")]),
    "null": (b"null\n", [(1, "empty-file")]),
    "a control character": (b"issuer: AA\nname: A\x00\x1bland\n", [(2, "bad-character"), (2, "bad-character")]),
    "a line break of Unicode": ("issuer: AA\nname: A\u2028land\n".encode(), [(2, "bad-character")]),
    "a mark inside": ("issuer: AA\nname: A\ufeffland\n".encode(), [(2, "bad-character")]),
    "old Mac lines": (b"issuer: AA\rname: Aland\r", [(1, "bad-character"), (1, "bad-character")]),
    "Latin-1": ("issuer: AA\nname: Åland\n".encode("latin-1"), [(2, "not-utf-8")]),
    "UTF-16": ("issuer: AA\n".encode("utf-16"), [(1, "not-utf-8")]),
    "too large": (b"#" * (MAX_BYTES + 1), [(1, "file-too-large")]),
    "a hundred problems and more": (b"- no\n" * 500, [*((n, "bare-boolean-word") for n in range(1, MAX_PROBLEMS + 1)), (MAX_PROBLEMS + 1, "too-many-problems")]),
}  # fmt: skip

# The same of scenarios. JSON has no comments.
SCENARIO_BYTES = {
    "duplicate key": (b'{"weapon": "rocket",\n "weapon": "far"}', [(2, "duplicate-key")]),
    "duplicate key within": (b'{"target": {"region": "AA-1",\n "region": "AA-2"}}', [(2, "duplicate-key")]),
    "duplicate key in the second of two": (b'{"weapon": "far"}\n{"weapon": "rocket", "weapon": "far"}', [(2, "duplicate-key")]),
    "not a number": (b'{"weapon": NaN,\n "supplier": Infinity}', [(1, "unknown-value"), (2, "unknown-value")]),
    "a huge number": (b'{"weapon": ' + b"9" * 5_000 + b"}", [(1, "ambiguous-number")]),
    "a large number": (b'{"weapon": ' + b"9" * 500 + b"}", [(1, "unknown-value")]),
    "deep objects": (b'{"a":' * 100_000, [(1, "document-too-large")]),
    "deep lists": (b"[" * 100_000, [(1, "document-too-large")]),
    "an empty list": (b"\n[]", [(2, "not-a-scenario")]),
    "a list of words": (b'[{"weapon": "far"},\n "rocket"]', [(2, "not-a-scenario")]),
    "broken third line": (b'{"weapon": "far"}\n{"weapon": "rocket"}\n{"weapon": rocket}\n', [(3, "not-json")]),
    "text after the list": (b'[{"weapon": "far"}]\nend', [(2, "not-json")]),
    "unfinished": (b'{"weapon": "far"\n', [(1, "not-yaml")]),
    "Latin-1": ('{"weapon": "é"}'.encode("latin-1"), [(1, "not-utf-8")]),
    "half of a pair": (b'{"weapon": "\\ud800"}', [(1, "unknown-value")]),
    "unknown, far below": (b'[\n {"weapon": "far"},\n {"target":\n  {"region": "Nowhere"}}]', [(4, "unknown-value")]),
    "empty": (b"", [(1, "empty-file")]),
    "a list of very many": (b"weapon: [" + b"rocket, " * 1_001 + b"]", [(1, "wrong-value")]),
}


def raw(path: Path, name: str) -> RawFile:
    """A file of the case, under a name."""
    return RawFile(name, path.read_bytes())


def expected(files: list[RawFile]) -> Counter[Place]:
    """What the comments say."""
    return Counter(
        (file.name, number, code.strip())
        for file in files
        for number, line in enumerate(file.data.decode().split("\n"), 1)
        for found in EXPECTED.finditer(line)
        for code in found[1].split(",")
    )


def reported(diagnostics: list[Diagnostic]) -> Counter[Place]:
    """The same of what was found."""
    return Counter((d.span.source.name, d.span.line, d.code) if d.span else ("", 0, d.code) for d in diagnostics)


def findings(files: list[RawFile] | tuple[RawFile, ...]) -> list[Diagnostic]:
    """Everything that is said about some files: why they do not load, or what lint finds once they do."""
    try:
        book, warnings = build(files)
    except PolicyError as error:
        return list(error.diagnostics)
    return [*warnings, *lint(book, {f.name: f.data.decode() for f in files})]


@cache
def library() -> Library:
    """The sound library that scenarios are asked of."""
    return Library(build(BASE)[0])


def asked(data: bytes, name: str, **more: object) -> list[Diagnostic]:
    """Everything that is said about the scenarios of a file."""
    from caveat.core.scenario import Scenario

    try:
        for _, facts, places in read_scenarios(data, name):
            library().decide(Scenario(facts, places=places), **more)
    except ScenarioError as error:
        return list(error.diagnostics)
    return []


def cases(kind: str) -> list[object]:
    """The bad files, or folders, of a kind."""
    return [pytest.param(path, id=path.name) for path in sorted((BAD / kind).iterdir())]


def folder_of(case: Path) -> list[RawFile]:
    """The files of a case: one policy, one file of the vocabulary, or a folder; with what else they need."""
    if case.parent.name == "policies":
        return [*VOCABULARY, raw(case, case.name)]
    if case.parent.name == "vocabulary":
        name = f"vocabulary/{case.stem.partition('-')[0]}.yaml"
        others = [f for f in BASE if f.name != name]
        return [*(f for f in others if case.stem != "weapons-say" or f.name != "policy.yaml"), raw(case, name)]
    own = [raw(p, p.relative_to(case).as_posix()) for p in sorted(case.rglob("*.yaml"))]
    return [*VOCABULARY, *own]


def test_the_base_is_sound() -> None:
    """What the bad files stand on has no problem of its own."""
    assert findings(BASE) == []


@pytest.mark.parametrize("case", [*cases("policies"), *cases("vocabulary"), *cases("folders")])
def test_bad_files(case: Path) -> None:
    """A bad file reports what its comments say, on their lines, and nothing else."""
    files = folder_of(case)
    assert reported(findings(files)) == expected(files)


@pytest.mark.parametrize(("data", "codes"), BYTES.values(), ids=BYTES)
def test_bad_bytes(data: bytes, codes: list[tuple[int, str]]) -> None:
    """What no comment can say is reported in its line all the same."""
    assert reported(findings([*VOCABULARY, RawFile("AA/p.yaml", data)])) == Counter(("AA/p.yaml", *c) for c in codes)


@pytest.mark.parametrize("case", cases("scenarios"))
def test_bad_scenarios(case: Path) -> None:
    """A bad scenario reports what its comments say, on their lines, and nothing else."""
    extra = {"many.yaml": ("", 0, "too-many-facts")}.get(case.name)
    file = raw(case, case.name)
    assert reported(asked(file.data, file.name)) == expected([file]) + Counter([extra] if extra else [])


@pytest.mark.parametrize(("data", "codes"), SCENARIO_BYTES.values(), ids=SCENARIO_BYTES)
def test_bad_scenario_bytes(data: bytes, codes: list[tuple[int, str]]) -> None:
    """JSON is checked as strictly as YAML, and the line is found in it too."""
    assert reported(asked(data, "s.json")) == Counter(("s.json", *c) for c in codes)


# The text under the carets, by the file, the line and the code of what is reported.
CARETS = [
    ("policies/unknown-keys.yaml", 1, "unknown-key", "isuer", "did you mean `issuer`?"),
    ("policies/unknown-keys.yaml", 9, "unknown-key", "sayz", "did you mean `says`?"),
    ("policies/unknown-keys.yaml", 18, "unknown-key", "wen", "did you mean `when`?"),
    ("policies/duplicate-keys.yaml", 16, "duplicate-key", "weapon", "first at line 16; keep one"),
    ("policies/bare-words.yaml", 15, "bare-boolean-word", "NO", 'write "NO" for the word (Norway is "NO"), or true / false'),
    ("policies/odd-numbers.yaml", 10, "ambiguous-number", "12:30", 'put it in quotes, "12:30", or write the number out'),
    ("policies/impossible-dates.yaml", 3, "impossible-date", "2024-02-30", "write a day that exists, as YYYY-MM-DD"),
    ("policies/impossible-dates.yaml", 7, "impossible-date", "2024-5-1", "write it like 2024-05-30, without a time"),
    ("policies/anchors.yaml", 2, "alias", "*i", "write the value out"),
    ("policies/anchors.yaml", 6, "tag", "!!str 5", "delete it"),
    ("policies/wrong-kinds.yaml", 1, "wrong-value", "../x", "an id begins with a letter or digit, then has letters, digits, `.`, `_` and `-`"),
    ("policies/wrong-kinds.yaml", 2, "wrong-value", "5", 'put it in quotes if it is meant as text: "2024"'),
    ("policies/wrong-kinds.yaml", 3, "unknown-word", "kingdom", "one of: state, treaty, alliance, organisation"),
    ("policies/wrong-kinds.yaml", 8, "wrong-value", "a/b", "an id begins with a letter or digit, then has letters, digits, `.`, `_` and `-`"),
    ("policies/wrong-kinds.yaml", 27, "too-many-words", "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
     "quote only the operative words, and put the rest in your own words under `says`"),
    ("policies/conditions.yaml", 18, "unknown-fact", "wepon", "did you mean `weapon`?"),
    ("policies/conditions.yaml", 19, "unknown-weapon", "roket", "did you mean `rocket` (rocket)?"),
    ("policies/conditions.yaml", 23, "unknown-role", "suplier", "did you mean `supplier`?"),
    ("policies/references.yaml", 23, "unknown-statement", "wrd", "did you mean `word`?"),
    ("policies/references.yaml", 25, "unknown-rule", "tow", "did you mean `two`?"),
    ("policies/syntax-tab.yaml", 3, "not-yaml", "\t", "use blanks, not tabs, to indent"),
    ("policies/syntax-quote.yaml", 2, "not-yaml", '"', "close it, or quote with the other kind of mark"),
    ("policies/escapes.yaml", 2, "bad-character", '"\\e[2JAland"', "delete it"),
    ("scenarios/unknown.yaml", 2, "unknown-fact", "wepon", "did you mean `weapon`?"),
    ("scenarios/unknown.yaml", 3, "unknown-value", "roket", "did you mean `rocket` (rocket) or `far` (far rocket)?"),
    ("scenarios/contradiction.yaml", 1, "contradiction", "missile", "missiles are not fired within the first region"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "line", "code", "text", "tip"), CARETS, ids=lambda x: x if isinstance(x, str) and "/" in x else "")
def test_carets(path: str, line: int, code: str, text: str, tip: str) -> None:
    """The carets stand under the guilty text, and the help says what to type instead."""
    case = BAD / path
    found = asked(case.read_bytes(), case.name) if path.startswith("scenarios/") else findings(folder_of(case))
    here = [d for d in found if d.span and d.span.line == line and d.code == code]
    assert (text, tip) in [(d.span.text, d.help) for d in here if d.span]
    for d in here:
        quoted, carets = str(d).split("\n")[1:3]
        assert set(carets.partition("|")[2].strip()) == {"^"}
        assert quoted.index("|") == carets.index("|")


def everything() -> list[Diagnostic]:
    """All that all bad files report."""
    files = [*cases("policies"), *cases("vocabulary"), *cases("folders")]
    found = [d for case in files for d in findings(folder_of(case.values[0]))]
    found += [d for data, _ in BYTES.values() for d in findings([*VOCABULARY, RawFile("AA/p.yaml", data)])]
    found += [d for case in cases("scenarios") for d in asked(case.values[0].read_bytes(), "s.yaml")]
    found += [d for data, _ in SCENARIO_BYTES.values() for d in asked(data, "s.json")]
    return found


LEAKS = re.compile(
    r"\b(None|True|False|NoneType|dict|tuple|(?<!!)str|bool|float|Errno|object at|pydantic|input should|valid string)\b|<class|\{'|\['"
)


def test_no_language_leaks() -> None:
    """No message speaks of the types and values of the language this is written in."""
    assert [f"{d.message} / {d.help}" for d in everything() if LEAKS.search(d.message) or LEAKS.search(d.help)] == []


def test_messages_have_one_form() -> None:
    """A message is one line of printable text without a full stop, and not very long; so is its help."""
    for d in everything():
        assert d.message.isprintable(), d
        assert d.help.isprintable(), d
        assert not d.message.endswith("."), d
        assert len(d.message) < 250, d


# -- folders


def codes_of(path: Path) -> list[str]:
    """The codes under which a library refuses to load; none where it loads."""
    try:
        Library.load(path)
    except PolicyError as error:
        return [d.code for d in error.diagnostics]
    return []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound folder of policies, with its vocabulary, and no cache."""
    monkeypatch.setenv("CAVEAT_CACHE", "off")
    for file in BASE:
        path = tmp_path / "policies" / (file.name if "/" in file.name else f"AA/{file.name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    return tmp_path / "policies"


def test_a_sound_folder_loads(folder: Path) -> None:
    """The folder that the following tests spoil has no problem."""
    assert codes_of(folder) == []


def test_no_such_folder(tmp_path: Path) -> None:
    """A folder that is not there is an error."""
    assert codes_of(tmp_path / "nowhere") == ["no-such-folder"]


def test_empty_folder(tmp_path: Path) -> None:
    """A folder without policies is an error, not a library that permits nothing."""
    assert codes_of(tmp_path) == ["no-policies"]


def test_only_vocabulary(folder: Path) -> None:
    """A vocabulary alone is no library."""
    (folder / "AA" / "policy.yaml").unlink()
    assert codes_of(folder) == ["no-policies"]


def test_vocabulary_without_facts(folder: Path) -> None:
    """A vocabulary has to declare its facts."""
    (folder / "vocabulary" / "facts.yaml").unlink()
    assert codes_of(folder) == ["no-facts"]


def test_one_file(folder: Path) -> None:
    """One policy file can stand for a folder; then the shipped vocabulary counts, which knows no `AA-1`."""
    assert set(codes_of(folder / "AA" / "policy.yaml")) <= {"unknown-region", "unknown-regions"}


def test_a_device(tmp_path: Path) -> None:
    """What is neither a file nor a folder is refused, not waited for."""
    assert codes_of(Path("/dev/zero")) == ["unreadable"]


def test_links_out_of_the_folder(folder: Path, tmp_path: Path) -> None:
    """Links that lead out of the folder are refused, whether to files or to folders."""
    (tmp_path / "secret.yaml").write_text("issuer: BB\n")
    (tmp_path / "other").mkdir()
    (folder / "AA" / "linked.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "BB").symlink_to(tmp_path / "other")
    assert codes_of(folder) == ["escapes", "escapes"]


def test_links_within_the_folder(folder: Path) -> None:
    """A linked folder would be left out in silence, so it is refused; a link round in a ring is no file."""
    (folder / "BB").symlink_to(folder / "AA")
    assert codes_of(folder) == ["linked-folder"]
    (folder / "BB").unlink()
    (folder / "ring.yaml").symlink_to(folder / "ring.yaml")
    assert codes_of(folder) == ["broken-link"]


def test_folders_that_cannot_be_listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be listed is an error, never a state without rules."""
    import os

    listed = os.scandir

    def refuse(path: object) -> object:
        if str(path).endswith("AA"):
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(PolicyError, match=r"AA:1:1: error\[unreadable\]: Permission denied"):
        Library.load(folder)


def test_files_that_cannot_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file that cannot be read is named: links to nothing and in circles, pipes, devices; none is waited for."""
    import os

    (folder / "AA" / "b.yaml").mkdir()
    (folder / "AA" / "gone.yaml").symlink_to(folder / "nowhere.yaml")
    (folder / "AA" / "c.yml").write_text("")
    (folder / "AA" / "c.yml").chmod(0)
    os.mkfifo(folder / "AA" / "pipe.yaml")
    (folder / "AA" / "zero.yaml").symlink_to("/dev/zero")
    (folder / "AA" / "round.yaml").symlink_to("round.yaml")
    with pytest.raises(PolicyError) as refused:
        Library.load(folder)
    found = {d.span.source.name: d.code for d in refused.value.diagnostics if d.span}
    assert found == {"AA/zero.yaml": "escapes"}  # what a link leads to is not opened
    (folder / "AA" / "zero.yaml").unlink()
    with pytest.raises(PolicyError) as refused:
        Library.load(folder)
    found = {d.span.source.name: d.code for d in refused.value.diagnostics if d.span and d.code != "empty-file"}
    assert {"AA/gone.yaml": "broken-link", "AA/round.yaml": "broken-link", "AA/pipe.yaml": "unreadable"}.items() <= found.items()


def test_too_many_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with very many files is most likely not the one that was meant."""
    monkeypatch.setattr("caveat.load.folder.MAX_FILES", 3)
    assert codes_of(folder) == ["too-many-files"]


@pytest.mark.parametrize("name", ["B.YAML", "b.yml", "b.Yaml"])
def test_suffixes_in_any_case(folder: Path, name: str) -> None:
    """A policy is not left out because of how its suffix is spelled."""
    (folder / "AA" / name).write_text("issuer: AA\nname: Oland\n")
    assert codes_of(folder) == ["issuer-mismatch"]


@pytest.mark.parametrize("name", ["b.cases.yml", "b.claims.yaml", ".b.yaml", "b.yaml~", "b.json"])
def test_what_is_no_policy(folder: Path, name: str) -> None:
    """Cases, hidden files, backups and other kinds of file are no policies."""
    (folder / "AA" / name).write_text("nothing: [")
    assert codes_of(folder) == []


def test_file_names_that_are_not_text(folder: Path) -> None:
    """A file whose name is not UTF-8 is read, and its problems are shown."""
    import os

    Path(os.fsdecode(os.fsencode(folder) + b"/AA/caf\xe9.yaml")).write_text("issuer: AA\nname: Oland\n")
    assert codes_of(folder) == ["issuer-mismatch"]


def test_file_names_that_drive_a_terminal(folder: Path) -> None:
    """A control character in the name of a file is shown, not sent."""
    (folder / "AA" / "a\x1b[31m\nb\u202e.yaml").write_text("issuer: AA\nname: Aland\nnam: x\n")
    with pytest.raises(PolicyError) as refused:
        Library.load(folder)
    assert str(refused.value).startswith(r"AA/a\x1b[31m\nb\u202e.yaml:3:1: error[unknown-key]")


# -- every code


VERBS = ("matrix", "timeline", "sources", "cases")  # rooms of other verbs, whose codes are tried in their own tests


def codes_in_source() -> set[str]:
    """Every code that a Diagnostic of ours may have: the texts given first to whatever makes one."""
    makers = {"Diagnostic", "_refused", "_about", "report", "problem", "_problem"}
    found = set()
    for path in (p for p in SOURCE.rglob("*.py") if p.name not in VERBS and p.parent.name not in VERBS):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in makers:
                found |= {a.value for a in node.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)}
            elif (
                isinstance(node, ast.Return)
                and isinstance(node.value, ast.Tuple)
                and node.value.elts
                and isinstance(node.value.elts[0], ast.Constant)
            ):
                found.add(node.value.elts[0].value)
    return {code for code in found if isinstance(code, str) and re.fullmatch(r"[a-z]+(-[a-z0-9]+)+|[a-z]{3,}", code)}


def test_every_code_has_a_bad_file() -> None:
    """No diagnostic is left untried: its code is reported by a bad file, or stands in another test."""
    here = {d.code for d in everything()} | set(re.findall(r'"([a-z-]+)"', Path(__file__).read_text()))
    others = "".join(p.read_text() for p in Path(__file__).parent.rglob("test_*.py"))
    assert sorted(code for code in codes_in_source() - here if f'"{code}"' not in others and f"[{code}" not in others) == []

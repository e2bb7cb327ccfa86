"""The README and the pages of docs are true: what they show is what comes, and what they point to is there."""

from __future__ import annotations

import contextlib
import io
import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import typer
import yaml
from conftest import ROOT
from pages import (
    BY_HAND,
    DOCS,
    PAGES,
    README,
    Block,
    anchors,
    as_shown,
    blocks,
    commands,
    inline_commands,
    lay_out,
    links,
    name,
    parsed,
    prose,
    run,
    within,
)

from caveat import Library
from caveat.cli import app

if TYPE_CHECKING:
    from pathlib import Path

VERBS = {c.name: c for c in typer.main.get_command(app).commands.values()}  # type: ignore[attr-defined]
RUNNING = [p for p in PAGES if blocks(p, "console", "sh", "python", "yaml", "json")]


class Desk:
    """Where the commands of one page run, one after the other, beside the files that the page has its reader write."""

    def __init__(self, page: Path, folder: Path) -> None:
        """Lay it out."""
        files = [b.file for b in blocks(page, "yaml", "text") if b.file and not (ROOT / b.file).exists()]
        self.folder = lay_out(folder)
        self.own = (
            self.folder
            if files or any(re.search(r"--record|--journal|--output|-o |>", c) for b in blocks(page, "console", "sh") for c, _ in commands(b))
            else None
        )
        self.wrong: list[str] = []

    def note(self, block: Block, *what: str) -> None:
        """Keep what is wrong."""
        self.wrong.append("\n".join((f"line {block.line}:", *what)))

    def write(self, block: Block) -> None:
        """A block that is a file: of ours, and then it is quoted, or the reader's."""
        assert block.file
        if (ROOT / block.file).exists():
            if not within(parsed(block.text), yaml.safe_load((ROOT / block.file).read_text("utf-8"))):
                self.note(block, f"this is not what stands in {block.file}")
            return
        (self.folder / block.file).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / block.file).write_text(block.text, encoding="utf-8")

    def try_commands(self, block: Block) -> None:
        """Run each; compare what comes with what is shown, or, where nothing is shown, require that it succeeds."""
        for command, shown in commands(block):
            if command.partition(" ")[0] in BY_HAND or command.startswith("make "):
                continue
            code, came = run(command, self.own)
            if "Traceback" in came or (shown and not as_shown(shown, came)) or (not shown and code):
                self.note(block, f"$ {command}  [{code}]", came)

    def try_python(self, block: Block, after: Block | None) -> None:
        """Run it; a block of text right after it is what it prints."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.chdir(self.folder):
            exec(compile(block.text, "page.py", "exec"), {})
        if after and after.language == "text" and not as_shown(after.text, out.getvalue()):
            self.note(block, out.getvalue())


@pytest.mark.parametrize("page", RUNNING, ids=name)
def test_what_a_page_shows_is_what_comes(page, tmp_path):
    """Every command, program and file of a page is tried, and gives what the page shows of it."""
    desk = Desk(page, tmp_path)
    for block, after in pairwise([*blocks(page), None]):
        match block.language:
            case "yaml" | "text" if block.file:
                desk.write(block)
            case "yaml":
                assert parsed(block.text), block.line
            case "json":
                assert [json.loads(line) for line in block.text.splitlines()] if block.text.startswith('{"') else json.loads(block.text)
            case "console" | "sh":
                desk.try_commands(block)
            case "python":
                desk.try_python(block, after)
    assert not desk.wrong, "\n\n".join(desk.wrong)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_are_ours_or_for_the_hand(page):
    """A page shows commands of caveat, targets of the Makefile, and a few for the reader's own hands; programs and files in them exist."""
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    shown = [c for b in blocks(page, "console", "sh") for c, _ in commands(b)]
    assert [c for c in shown if c.partition(" ")[0] not in {"caveat", "make", *BY_HAND} and "| caveat" not in c] == []
    assert {c.split()[1] for c in shown if c.startswith("make ")} <= targets
    assert [m for c in shown for m in re.findall(r"\btests/\S+\.py", c) if not (ROOT / m).exists()] == []
    assert set(re.findall(r"`make ([a-z-]+)", prose(page))) <= targets


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_verbs_and_flags_in_sentences_exist(page):
    """Each `caveat VERB --flag` in a sentence is a verb with that flag."""
    wrong = []
    for _, verb, *words in (w for w in inline_commands(page) if len(w) > 1 and not w[1].startswith("-")):
        flags = {o for p in VERBS[verb].params for o in p.opts} if verb in VERBS else set()
        wrong += [verb] if verb not in VERBS else [w for w in words if re.match(r"--?[a-zA-Z]", w) and w.partition("=")[0] not in flags]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_what_a_page_points_to_is_there(page):
    """Each link leads to a file and, in a page, to a heading; each file of ours in a sentence exists."""
    wrong = []
    for link in (x for x in links(page) if not re.match(r"https?:", x)):
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(link)
    wrong += [p for p in re.findall(r"`((?:src|tests|tools|benchmarks|policies|examples|docs)/[\w./-]+)`", prose(page)) if not (ROOT / p).exists()]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_has_no_gaps(page):
    """No line of a page is a placeholder, no section is empty, and no block of code is left open or without its language."""
    text = page.read_text("utf-8")
    gaps = r"^[A-Z_]{3,}$|\b(?:TODO|TBD|FIXME|XXX)\b|lorem ipsum|<[a-z]+ here>"
    assert not re.findall(gaps, prose(page), re.MULTILINE | re.IGNORECASE)
    assert not re.findall(r"^(#+ .*)\n+(?=#{1,2} |\Z)", re.sub(r"^```.*?^```$", "text", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    assert text.count("```") == 2 * len(blocks(page))
    assert [b.line for b in blocks(page) if not b.language] == []


def test_the_readme_is_a_door():
    """The README stays a door: what needs more room has a page."""
    assert len(README.read_text("utf-8").splitlines()) <= 180


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_its_page(verb):
    """Each verb has a page of its own that opens with what one gets, shows the verb at work, and is linked from the README."""
    page = DOCS / "verbs" / f"{verb}.md"
    text = page.read_text("utf-8")
    assert text.startswith(f"# {verb}\n")
    assert any(c.startswith(f"caveat {verb}") for b in blocks(page, "console", "sh") for c, _ in commands(b))
    assert f"docs/verbs/{verb}.md" in links(README)


@pytest.mark.parametrize("verb", VERBS)
def test_every_flag_is_on_a_page(verb):
    """Each flag of a verb stands on its page or, if several verbs have it, on the page of questions."""
    text = (
        (DOCS / "verbs" / f"{verb}.md").read_text("utf-8")
        + (DOCS / "verbs" / "decide.md").read_text("utf-8")
        + (DOCS / "own-policies.md").read_text("utf-8")
    )
    assert [o for p in VERBS[verb].params for o in p.opts if o.startswith("--") and o != "--help" and not re.search(rf"`?{o}\b", text)] == []


def test_no_page_of_a_verb_that_is_gone():
    """Each page of a verb is of a verb there is."""
    assert {p.stem for p in (DOCS / "verbs").glob("*.md")} == set(VERBS)


@pytest.mark.parametrize("door", [README, DOCS / "index.md"], ids=name)
def test_every_page_is_reached(door):
    """From the README, and from the first page of the site, every page is reached by links."""
    seen, todo = set(), [door]
    while todo:
        page = todo.pop()
        if page not in seen:
            seen.add(page)
            todo += [t for link in links(page) if (t := (page.parent / link.partition("#")[0]).resolve()) in PAGES]
    assert {p for p in PAGES if p.is_relative_to(DOCS)} - seen - {DOCS / "index.md"} == set()


def test_the_site_has_every_page():
    """Each page of ours stands in the contents of the site's first page, once."""
    lines = "\n".join(b.text for b in blocks(DOCS / "index.md", "{toctree}")).splitlines()
    listed = [re.sub(r"^.* <(.*)>$", r"\1", line) for line in lines if line and not line.startswith(":")]
    whole = [line.removeprefix("/") if line.startswith("/") else f"docs/{line}" for line in listed]
    assert sorted(p for p in whole if not p.startswith(("examples/", "CHANGELOG"))) == sorted(
        {name(p).removesuffix(".md") for p in PAGES} - {"docs/index"}
    )


def test_the_policy_in_the_pages_is_valid(tmp_path):
    """The whole policy of the page on the format loads, and lint finds nothing wrong with it."""
    written(tmp_path, yaml.safe_load(ruritania()))
    assert [f for f in Library.lint(tmp_path) if f.severity != "note"] == []


def test_the_claim_that_fails_holds_once_mended(tmp_path):
    """The claim that is refuted on its page holds once it is mended as the page says."""
    page = DOCS / "verbs" / "prove.md"
    (text,) = (b.text for b in blocks(page, "yaml") if b.file == "strict.claims.yaml")
    mended = re.search(r"With `(target.kind: .*?)` it holds", prose(page))
    assert mended
    (tmp_path / "strict.claims.yaml").write_text(re.sub(r"target.kind: .*", mended[1], text), encoding="utf-8")
    assert run("caveat prove strict.claims.yaml", tmp_path)[0] == 0


CONDITIONS = (DOCS / "format.md").read_text("utf-8").partition("## Conditions")[2].partition("## How rules meet")[0]


@pytest.mark.parametrize(
    "row", [r for r in CONDITIONS.splitlines() if r.startswith("| `") and "`all:" not in r and "`when: never`" not in r and r.count("|") == 3]
)
def test_every_condition_is_valid(tmp_path, row):
    """Each condition in the table of the page on the format is one the loader takes."""
    data = yaml.safe_load(ruritania())
    data["rules"]["in-ukraine"]["when"] = yaml.safe_load(row.split("`")[1])
    written(tmp_path, data)
    assert Library.load(tmp_path).book.rules


def ruritania() -> str:
    """The policy that the page on the format has its reader write."""
    (policy,) = (b.text for b in blocks(DOCS / "format.md", "yaml") if b.file == "my-policies/ruritania.yaml")
    return policy


def written(folder: Path, data: object) -> None:
    """A policy file in a folder."""
    (folder / "ruritania.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")

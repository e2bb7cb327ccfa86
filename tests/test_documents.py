"""Documents and their three forms: the same words in the same order, whatever a policy's text is made of."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from command import caveat
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from seeding import examples

from caveat.report.document import Address, Bullets, Caps, Code, Command, Document, Drawing, Em, Heading, Item, Mark, Paragraph, Remark, Table, Tone
from caveat.report.html import to_html
from caveat.report.markdown import to_markdown
from caveat.report.text import to_text

laws = examples(150)
HOSTILE = [
    "*a*", "_b_", "`", "``", "<script>alert(1)</script>", "</main>", "<!--", "&amp;", "|", "[x](javascript:y)", "![z](w)", "#", "##", "~~", "$m$", "\\", "---",
    "===", "1.", "2)", "-", "+", ">", "\u202eright", "\x1b[31m", "tab\tbed", "line\nend", "“quoted”", "'", '"', "://", "^", "{", "}", "!", "?", ":", "é",
]  # fmt: skip
PLAIN = ["weapons", "may", "be", "used", "there", "Kharkiv", "2024-05-30", "no"]
words = st.tuples(st.sampled_from(["", "     "]), st.lists(st.sampled_from(HOSTILE + PLAIN), min_size=1, max_size=14).map(" ".join)).map("".join)
idents = st.lists(st.sampled_from(["US/in-crimea", "a_b", "x.y", "`", "<b>", "c|d"]), min_size=1, max_size=3).map(" ".join)
marks = st.one_of(words, idents.map(Code)).map(lambda span: Mark((span,)))
spans = st.one_of(words, words.map(Caps), idents.map(Code), words.map(lambda w: Em(f"so {w} so")), marks)
lines = st.one_of(words, st.lists(spans, min_size=1, max_size=4).map(lambda found: tuple(part for span in found for part in (span, " "))))
tones = st.sampled_from(Tone)
commands = st.lists(st.sampled_from(["--weapon himars", "--fact 'a`b'", "--date 2024-05-30"]), max_size=5).map(
    lambda p: Command(("caveat decide", *p))
)
addresses = st.one_of(st.just(Address("https://example.org/a_b*c?d=<e>&f#g")), words.map(lambda w: Address(None, w)))


def item(below: st.SearchStrategy[Item | Command]) -> st.SearchStrategy[Item]:
    return st.builds(
        Item, lines, st.lists(below, max_size=3).map(tuple), tones, st.sampled_from(["-", "?", ""]),
        st.none() | st.integers(0, 9999), st.none() | addresses,
    )  # fmt: skip


items = item(item(commands))
tables = st.integers(0, 2).flatmap(
    lambda numbers: st.lists(st.tuples(lines, *[st.integers(0, 99_999).map(str)] * numbers), max_size=4).map(
        lambda rows: Table(("what", *["number"] * numbers), tuple(rows), tuple(range(1, numbers + 1)))
    )
)
lists = st.lists(items, min_size=1, max_size=4).map(lambda found: Bullets(tuple(found)))
drawings = st.lists(st.tuples(st.sampled_from(["SSUUXX", "|2024", "   pp", "`x"]), tones), min_size=1, max_size=4).map(
    lambda parts: Drawing((tuple(parts),))
)
sections = st.tuples(
    st.builds(Heading, st.integers(2, 3), lines, tones),
    st.builds(Paragraph, lines, tones, st.booleans()),
    lists,
    st.one_of(st.builds(Remark, lines), commands, drawings),
)
documents = st.builds(
    lambda title, parts, top: Document((Heading(1, title, Tone.GOOD), *(block for part in parts for block in part)), top),
    lines, st.lists(sections, max_size=3), st.integers(1, 2),
)  # fmt: skip


class Page(HTMLParser):
    """What a browser makes of a page: its tags, and the words of its main part."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open, self.tags, self.said, self.faults = [], [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "path"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag != "path" and (not self.open or self.open.pop() != tag):
            self.faults.append(tag)

    def handle_data(self, data):
        if "main" in self.open:
            self.said.append(data)


def rendered(markdown: str) -> list[tuple[str, str]]:
    """What a Markdown parser makes of it: blocks with their words."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    found, depth, kind = [], 0, ""
    for token in tokens:
        depth += {"bullet_list_open": 1, "bullet_list_close": -1}.get(token.type, 0)
        if token.type.endswith("_open"):
            kind = token.tag
        elif token.type == "fence":
            found.append(("pre", token.content))
        elif token.type == "inline":
            assert {c.type for c in token.children} <= {"text", "code_inline", "em_open", "em_close", "link_open", "link_close", "softbreak"}
            found.append((f"li{depth}" if depth else kind, "".join(" " if c.type == "softbreak" else c.content for c in token.children)))
        else:
            assert token.type.endswith("_close"), token.type
    return found


def expected(document: Document) -> list[str]:
    """The kinds of blocks that the document is made of."""

    def of(item: Item | Command, depth: int) -> list[str]:
        return [] if isinstance(item, Command) else [f"li{depth}", *(kind for below in item.below for kind in of(below, depth + 1))]

    found = []
    for block in document.blocks:
        if isinstance(block, Heading):
            found.append(f"h{document.top + block.level - 1}")
        elif isinstance(block, Bullets):
            found += [kind for i in block.items for kind in of(i, 1)]
        elif isinstance(block, Drawing):
            found.append("pre")
        else:
            found.append("p")
    return found


def letters(text: str) -> list[str]:
    """Letters and figures alone, in their order: what is said, without marks and whatever the case."""
    return re.findall(r"[^\W_]", text.casefold())


@laws
@given(documents, st.integers(40, 100))
def test_text_is_never_wider_than_its_page_but_for_an_address(document, width):
    """No line of text is wider than the page, unless one word of it is; commands are folded."""
    for line in to_text(document, width).splitlines():
        assert len(line) <= width or "https://" in line


@laws
@given(documents)
def test_markdown_reads_back_as_what_it_was_made_from(document):
    """A parser of Markdown finds the headings, paragraphs and lists of the document, and no markup of a policy's making."""
    markdown = to_markdown(document)
    assert [kind for kind, _ in rendered(markdown)] == expected(document)
    marks = [c.type for token in MarkdownIt("commonmark").parse(markdown) for c in token.children or ()]
    assert marks.count("em_open") == repr(document).count("Em(text=")
    assert marks.count("link_open") == repr(document).count("Address(url='https")


@laws
@given(tables)
def test_a_table_of_markdown_has_the_cells_of_the_document(table):
    """Whatever stands in a cell, a row of Markdown has as many cells as there are columns."""
    markdown = to_markdown(Document((Heading(1, "Table"), table)))
    cells = [kind for kind, _ in rendered(markdown) if kind in ("th", "td")]
    assert len(cells) == len(table.head) * (1 + len(table.rows))


@laws
@given(documents)
def test_a_page_of_html_is_well_formed_and_runs_nothing(document):
    """Tags close in the order in which they opened, none is a script, and links lead into the web alone."""
    page = Page(to_html(document, "sha256:0"))
    assert (page.open, page.faults) == ([], [])
    assert not [tag for tag, _ in page.tags if tag in ("script", "img", "iframe", "link", "b")]
    assert all(attrs["href"].startswith("https://") for tag, attrs in page.tags if tag == "a")
    assert not [a for _, attrs in page.tags for a in attrs if a.startswith("on")]


@laws
@given(documents)
def test_the_three_forms_say_the_same_words_in_the_same_order(document):
    """Text, Markdown and HTML hold the same letters in the same order; only marks, cases and lines differ."""
    text = letters(to_text(document, 100))
    assert letters(" ".join(said for _, said in rendered(to_markdown(document)))) == text
    assert letters("".join(Page(to_html(document, "")).said)) == text


@laws
@given(documents)
def test_colour_changes_no_word(document):
    """In colour the words are those without."""
    plain = to_text(document, 80)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", to_text(document, 80, colour=True)) == plain


def test_text_shows_the_first_few_of_what_is_below_and_counts_the_rest():
    """Of five sources text shows three and says that there are two more; Markdown has all five."""
    below = tuple(Item(f"source {n}") for n in range(5))
    document = Document((Heading(1, "T"), Bullets((Item("said", below, first=3),))))
    assert to_text(document).splitlines()[1:] == ["  - said", "    - source 0", "    - source 1", "    - source 2", "    and 2 more"]
    assert to_markdown(document).count("  - source") == 5


def test_a_command_can_be_copied_from_every_form():
    """A command stands whole in text, over several lines, in Markdown as code, and in HTML."""
    pieces = ("caveat decide", *(f"--fact {'x' * 20}={n}" for n in range(5)))
    document = Document((Heading(1, "T"), Bullets((Item("shown by", (Command(pieces),)),))))
    assert " ".join(to_text(document).split("shown by")[1].replace("\\\n", " ").split()) == " ".join(pieces)
    assert f"`{' '.join(pieces)}`" in to_markdown(document)
    assert " ".join(pieces) in "".join(Page(to_html(document, "")).said)


@pytest.mark.parametrize("verb", ["decide", "explain"])
def test_a_decision_is_a_page_of_its_own(verb):
    """`--format html` of a decision is a whole page with the words of its Markdown in their order, and its sources as links."""
    asked = [verb, "examples/founding-case.yaml", "--known-by", "2026-05-31"]
    page = Page(caveat(*asked, "--format", "html").out)
    text = caveat(*asked, "--format", "markdown").out
    assert (page.open, page.faults) == ([], [])
    assert letters("".join(page.said)) == letters(" ".join(said for _, said in rendered(text)))
    assert any(tag == "a" and attrs["href"].startswith("https://") for tag, attrs in page.tags)

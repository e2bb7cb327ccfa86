"""Pictures: well-formed, self-contained, safe against hostile names, readable without colour."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest
import typer
from typer.testing import CliRunner

from caveat import Library
from caveat.cli.matrix import matrix as matrix_verb
from caveat.cli.output import OutputError
from caveat.cli.timeline import timeline as timeline_verb
from caveat.matrix.to_html import matrix_to_html
from caveat.matrix.to_svg import matrix_to_svg
from caveat.report.kinds import LEGEND, MARKS, WORDS, Kind
from caveat.report.picture.lettering import width_of, wrapped
from caveat.report.picture.markup import el, html_file, link
from caveat.report.picture.palette import PAINTS, SIGNS
from caveat.timeline.to_html import timeline_to_html
from caveat.timeline.to_svg import timeline_to_svg

KNOWN = "2026-03-31"
SVG = "{http://www.w3.org/2000/svg}"
KURSK = {"weapon": "storm-shadow", "target.region": "RU-KRS"}
BATTERY = {"target": {"kind": "artillery", "activity": "attacking", "threatens": "UA-63"}}
HOSTILE = "<script>alert('x')</script>]]>&amp;\"quoted\" <img src=x onerror=alert(1)>"
POLICY = f"""
issuer: LU
name: {json.dumps(HOSTILE)}
kind: state
covered_until: 2024-12-31
statements:
  first:
    by: {json.dumps(HOSTILE)}
    reported: 2024-01-10
    grade: on-record
    says: {json.dumps(HOSTILE)}
    sources:
      - {{publisher: {json.dumps(HOSTILE)}, title: {json.dumps(HOSTILE)}, date: 2024-01-10, url: "https://example.invalid/?a=1&b=<2>", words: {json.dumps(HOSTILE)}}}
rules:
  not-there:
    effect: prohibit
    by: first
    summary: {json.dumps(HOSTILE)}
    when: {{target.region: RU}}
"""


@pytest.fixture(scope="module")
def strips(library):
    """Three donors of one weapon, on both clocks."""
    return library.timeline(KURSK, issuers=["GB", "FR", "IT"], known_by=KNOWN)


@pytest.fixture(scope="module")
def squares(library):
    """Some donors by three regions."""
    return library.matrix(
        BATTERY,
        rows="issuers",
        columns="regions",
        row_values=["US", "GB", "ES", "PL", "IL"],
        column_values=["RU-BEL", "Moscow", "crimea"],
        as_of="2024-06-10",
        known_by=KNOWN,
    )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A library whose every text is an attack."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "lu.yaml").write_text(POLICY.lstrip(), encoding="utf-8")
    return Library.load(folder)


class Tags(HTMLParser):
    """The tags of a page, and the links and sources in it."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.refs, self.ids, self.handlers = set(), [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.refs += [(tag, name, value) for name, value in attrs if name in ("href", "src", "xlink:href", "action", "data")]
        self.ids += [value for name, value in attrs if name == "id"]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def test_svg_is_xml(library, strips, squares):
    """Every SVG parses, has a title and a description, and refers to nothing outside itself."""
    for text in (timeline_to_svg(library.book, strips), timeline_to_svg(library.book, strips, width=380), matrix_to_svg(library.book, squares)):
        root = ET.fromstring(text)
        assert root.tag == f"{SVG}svg"
        assert root.find(f"{SVG}title").text
        assert root.find(f"{SVG}desc").text
        assert re.findall(r"https?://[^\"' ]+", text) == ["http://www.w3.org/2000/svg"]
        assert not re.search(r"@import|@font-face|<script|<image", text)


def test_every_stretch_and_square_can_be_reached(library, strips, squares):
    """Each stretch and each square takes the keyboard's focus and says what it is in words."""
    for text, count in (
        (timeline_to_svg(library.book, strips), sum(len(strip.segments) for lane in strips.lanes for strip in lane.strips)),
        (matrix_to_svg(library.book, squares), sum(map(len, squares.squares))),
    ):
        reached = [e for e in ET.fromstring(text).iter() if e.get("tabindex") == "0"]
        assert len(reached) == count
        assert all(e.get("aria-label") and e.find(f"{SVG}title").text == e.get("aria-label") for e in reached)


def test_stretches_fill_the_strip(library, strips):
    """The rectangles of a strip lie side by side, and the whole picture is within its sheet."""
    root = ET.fromstring(timeline_to_svg(library.book, strips))
    width = float(root.get("width"))
    boxes = {}
    for group in root.iter(f"{SVG}g"):
        rect = group.find(f"{SVG}rect") if group.get("tabindex") else None
        if rect is not None:
            boxes.setdefault(rect.get("y"), []).append((float(rect.get("x")), float(rect.get("width"))))
    assert len(boxes) == 6
    for strip in boxes.values():
        ordered = sorted(strip)
        assert all(abs(x + w - following) <= 3.1 for (x, w), (following, _) in pairwise(ordered))
        assert all(x >= 0 and x + w <= width for x, w in ordered)


def test_page_fetches_nothing(library, strips, squares):
    """A page has no script and refers to nothing but its own parts and, as links, its sources."""
    published = {c.url for s in library.book.statements.values() for c in s.sources}
    for text in (timeline_to_html(library.book, strips), matrix_to_html(library.book, squares)):
        found = Tags(text)
        assert not found.tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base"}
        outside = {(tag, name) for tag, name, value in found.refs if not value.startswith("#")}
        assert outside <= {("a", "href")}
        assert {value for _, _, value in found.refs if not value.startswith("#")} <= published
        assert not re.search(r"url\((?!#)", text)


def test_links_lead_somewhere(library, strips, squares):
    """Every link within a page has its target, and no id is used twice."""
    for text in (timeline_to_html(library.book, strips), matrix_to_html(library.book, squares)):
        found = Tags(text)
        assert {value[1:] for _, _, value in found.refs if value.startswith("#")} <= set(found.ids)
        assert len(found.ids) == len(set(found.ids))


def test_hostile_names_stay_text(hostile):
    """Markup in names, statements, sources and titles is shown, never obeyed."""
    strips = hostile.timeline({"target.region": "RU-BEL"}, issuers=["LU"], known_by=KNOWN)
    squares = hostile.matrix(
        {"target.region": "RU-BEL"},
        rows="issuers",
        columns="weapons",
        column_values=["himars", "m777"],
        as_of="2024-06-10",
        known_by=KNOWN,
        chain=True,
    )
    for text in (timeline_to_svg(hostile.book, strips, title=HOSTILE), matrix_to_svg(hostile.book, squares, title=HOSTILE)):
        assert {e.tag.removeprefix(SVG) for e in ET.fromstring(text).iter()} <= {
            "svg",
            "title",
            "desc",
            "style",
            "defs",
            "pattern",
            "path",
            "rect",
            "g",
            "text",
            "line",
            "circle",
        }
    for text in (timeline_to_html(hostile.book, strips, title=HOSTILE), matrix_to_html(hostile.book, squares, title=HOSTILE)):
        found = Tags(text)
        assert not found.tags & {"script", "img"}
        assert found.handlers == []


def test_only_web_addresses_become_links():
    """A source address that is no web address is shown as text."""
    for url in ("javascript:alert(1)", "data:text/html,x", "//example.invalid", "https://", "http://[", None):
        assert link(url, "text") == "text"
    assert link("https://example.invalid/a", "text").get("href") == "https://example.invalid/a"


def test_control_characters_cannot_break_a_file():
    """Characters that XML forbids, or that turn text around, are replaced."""
    text = html_file(el("html", el("p", "a\x00b\x1b\u202ec\ud800", title="\x07")))
    assert "\x00" not in text
    assert "\u202e" not in text
    text.encode("utf-8")


def luminance(colour):
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a, b):
    """The contrast ratio of two colours, as WCAG 2.2 defines it."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("kind", list(Kind))
def test_lettering_can_be_read(kind):
    """Words on a colour have a contrast of at least 4.5 to 1 (WCAG 2.2, success criterion 1.4.3), light and dark."""
    paint = PAINTS[kind]
    assert contrast(paint.light, paint.light_text) >= 4.5
    assert contrast(paint.dark, paint.dark_text) >= 4.5


def test_kinds_differ_without_colour():
    """Printed in black, each verdict has its own sign, word, letter and legend, and permitted and prohibited differ in lightness."""
    for table in (SIGNS, WORDS, MARKS, LEGEND):
        assert len(set(table.values())) == len(Kind)
    settled = [PAINTS[k].light for k in (Kind.PERMITTED, Kind.PROHIBITED, Kind.UNCLEAR)]
    assert all(contrast(a, b) >= 1.4 for a, b in combinations(settled, 2))


def test_lettering_wraps():
    """Wrapped lines fit their room, lose no word, and end in an ellipsis when cut short."""
    text = "Russia except Belgorod region, Bryansk region and Anticonstitutionellement"
    lines = wrapped(text, 120, 13)
    assert " ".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(width_of(line, 13) <= 120 for line in lines)
    assert wrapped(text, 120, 13, most=2)[-1].endswith("…")


@pytest.fixture(scope="module")
def app():
    """The two verbs by themselves."""
    found = typer.Typer()
    found.command()(timeline_verb)
    found.command()(matrix_verb)
    return found


TIMELINE = ["timeline", "--weapon", "storm-shadow", "--region", "RU-KRS", "--issuer", "GB", "--known-by", KNOWN]
MATRIX = ["matrix", "--kind", "artillery", "--date", "2024-06-10", "--known-by", KNOWN, "--row-values", "US,PL", "--column-values", "RU-BEL,crimea"]


@pytest.mark.parametrize("arguments", [TIMELINE, MATRIX])
@pytest.mark.parametrize(("name", "start"), [("x.svg", "<?xml"), ("x.html", "<!DOCTYPE html>"), ("x.json", "{"), ("x.md", "## "), ("x.txt", "")])
def test_the_name_of_the_file_chooses_the_form(app, tmp_path, arguments, name, start):
    """`--output` writes the form its name says, whole, and leaves nothing beside it."""
    done = CliRunner().invoke(app, [*arguments, "--output", str(tmp_path / name)])
    assert (done.exit_code, done.output) == (0, "")
    assert (tmp_path / name).read_text("utf-8").startswith(start)
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_a_failed_write_leaves_nothing(app, tmp_path):
    """Where the file cannot be written, the error names it, and nothing is left beside it."""
    (tmp_path / "x.svg").mkdir()
    done = CliRunner().invoke(app, [*MATRIX, "--output", str(tmp_path / "x.svg")])
    assert isinstance(done.exception, OutputError)
    assert str(done.exception) == f"cannot write `{tmp_path / 'x.svg'}`: Is a directory"
    assert [p.name for p in tmp_path.iterdir()] == ["x.svg"]


def test_a_picture_is_the_same_every_time(library, strips, squares):
    """The same survey gives the same bytes."""
    book = library.book
    assert timeline_to_svg(book, strips) == timeline_to_svg(book, strips)
    assert matrix_to_html(book, squares) == matrix_to_html(book, squares)

"""What stands in a policy, in every form in which it is shown: blanks of all scripts, and nothing that does harm."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from command import caveat
from hypothesis import given
from hypothesis import strategies as st

from caveat.core.errors import printable
from caveat.report.canonical_json import to_json
from caveat.report.markdown import address, escaped
from caveat.sources.to_json import inert

if TYPE_CHECKING:
    from pathlib import Path

USE = ["--supplier", "XX", "--weapon", "caesar", "--region", "UA-32", "--kind", "artillery"]
ON = ["--date", "2024-06-01"]
POLICY = """\
issuer: XX
name: {name}
covered_until: 2025-12-31
scope: {{recipient: UA, role: supplier}}
statements:
  s: {{by: {text}, reported: 2024-01-01, grade: on-record, says: {text},
    sources: [{{publisher: {text}, title: {text}, date: 2024-01-01, url: {url}, words: {words}}}]}}
  t: {{by: {text}, reported: 2024-02-01, grade: on-record, says: {text},
    sources: [{{publisher: {text}, title: {text}, date: 2024-02-01, no_url: {text}}}]}}
  u: {{by: {text}, reported: 2024-03-01, grade: on-record, says: {text}, no_effect: {{kind: remark, because: {text}}},
    sources: [{{publisher: {text}, date: 2024-02-01, no_url: {text}}}]}}
rules:
  in-ukraine: {{effect: permit, by: s, summary: {text}, when: {{target.region: UA}}, until: 2024-06-30}}
  not-hospitals: {{effect: prohibit, by: t, summary: {text}, when: {{target.region: RU}}}}
"""
VERBS = {
    "decide": ([*USE, *ON], "text markdown json html"),
    "explain": ([*USE, *ON], "text markdown json html"),
    "timeline": (USE, "text markdown json svg html"),
    "matrix": (["--row-values", "XX", "--column-values", "UA-32,RU-BEL", "--weapon", "caesar", *ON], "text markdown json svg html"),
    "diff": (["XX@2024-01-15", "XX@2024-07-02"], "text markdown json html"),
    "sources": (["--full"], "text markdown json csv"),
    "lint": ([], "text json github"),
    "vocabulary": (["issuers"], ""),
}
WAYS = [(verb, form) for verb, (_, forms) in VERBS.items() for form in forms.split() or [""]]


def policy(folder: Path, text: str, url: str = "https://example.org/a", name: str | None = None) -> Path:
    """A policy with one text wherever a policy takes words."""
    path = folder / "p.yaml"
    said = json.dumps(text)
    path.write_text(POLICY.format(text=said, url=json.dumps(url), words=said, name=json.dumps(name or text)), "utf-8")
    return path


def shown(verb: str, form: str, path: Path, **how: str) -> str:
    """What a verb writes about a policy, in a form."""
    ran = caveat(verb, "--policies", str(path), *VERBS[verb][0], *(["--format", form] if form else []), **how)
    assert ran.code in (0, 3), ran.err
    assert ran.out, ran.err
    return ran.out


BLANKS = "«\N{NO-BREAK SPACE}un\N{NARROW NO-BREAK SPACE}deux\N{IDEOGRAPHIC SPACE}می\N{ZERO WIDTH NON-JOINER}خو\N{ZERO WIDTH JOINER}اهیم»"


@pytest.mark.parametrize(("verb", "form"), WAYS)
def test_blanks_and_line_ends_are_blanks(tmp_path, verb, form):
    """Texts of several lines, with tabs, and with blanks and joiners of other scripts, are shown without a mark of damage."""
    path = policy(tmp_path, f"one\n\ntwo\tthree {BLANKS}\n", name="Land")
    text = shown(verb, form, path)
    assert "\N{REPLACEMENT CHARACTER}" not in text
    if form not in ("json", "svg", "html", "github", "") and verb != "lint":
        assert "one two" in " ".join(text.split())


MARKUP = "<script>alert(1)</script>![x](javascript:alert(1))`a`|**b**&lt;$x$~~y~~'\"]]>"


@pytest.mark.parametrize(("verb", "form"), WAYS)
def test_nothing_in_a_policy_drives_what_shows_it(tmp_path, verb, form):
    """No markup of a policy comes through into any form, and no character that a terminal obeys."""
    path = policy(tmp_path, f"x\N{RIGHT-TO-LEFT OVERRIDE}y\N{LEFT-TO-RIGHT ISOLATE}{MARKUP}", url="https://example.org/a><script>alert(1)</script>")
    text = shown(verb, form, path)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", text)
    if form in ("markdown", "html", "svg"):
        assert "<script>" not in text.replace("\\<script", "")
        assert 'href="javascript' not in text
    if form == "markdown":
        assert "](javascript" not in text.replace("\\]", "")
    if form == "svg":
        ET.fromstring(text)
    if form == "json":
        json.loads(text)


@pytest.mark.parametrize(("verb", "form"), [(v, f) for v, f in WAYS if f not in ("", "text")])
@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_the_same_bytes_in_every_encoding(tmp_path, verb, form, encoding):
    """Every form but text is UTF-8, whatever the encoding of standard output."""
    path = policy(tmp_path, "Фраза “é” → Ω")
    assert shown(verb, form, path, encoding=encoding) == shown(verb, form, path)


def test_text_has_the_nearest_letters(tmp_path):
    """Where the terminal has no letter for something, text has the nearest one, and no letter is lost that it has."""
    path = policy(tmp_path, "“naïve” – Ω → Łódź", name="Land")
    assert '"naive" - ? -> Lodz' in " ".join(shown("decide", "text", path, encoding="ascii").split())
    assert "“naïve” – ? -> Lódz" in " ".join(shown("decide", "text", path, encoding="cp1252").split())


@given(st.text(max_size=40))
def test_printable_is_one_line_that_does_nothing(text):
    """Whatever a text holds, it is shown on one line without controls and directions, and once is enough."""
    found = printable(text)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", found)
    assert len(found.splitlines()) <= 1
    assert printable(found) == found
    assert text.isascii() is False or [w for w in text.split() if w.isprintable()] == [
        w for w in found.split() if "\N{REPLACEMENT CHARACTER}" not in w
    ]


@given(st.text(max_size=40))
def test_json_gives_back_what_went_in(text):
    """What is escaped in JSON is the same data, also half a character, and as bytes it is UTF-8."""
    written = to_json({text: [text]})
    written.encode("utf-8")
    assert json.loads(written) == {text: [text]}


@given(st.text(max_size=12), st.sampled_from(["=1+1", "@x", "+1", "-1", "＝1"]), st.text(alphabet="\t\r\n \u00a0\u200b\u202e\u3000\x00", max_size=4))
def test_no_cell_is_a_formula(text, formula, before):
    """A cell that would be run begins with an apostrophe, whatever stands before it that cannot be seen; and stays one cell."""
    for cell in (text, before + formula):
        row = inert([cell])
        out = io.StringIO()
        csv.writer(out).writerow(row)
        assert list(csv.reader(io.StringIO(out.getvalue()))) == [row]
        assert row[0].lstrip(" \u00a0\u200b\u3000\u200e\u200f")[:1] not in tuple("=+-@＝＋－＠")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1. a", "1\\. a"),
        ("- a", "\\- a"),
        ("=== a", "\\=== a"),
        ("1.5 km", "1.5 km"),
        ("a - b", "a - b"),
        ("$5 & <b>", "\\$5 \\& \\<b\\>"),
        ("", ""),
    ],
)
def test_markdown_shows_text_as_it_is(text, wanted):
    """What would be a list, a heading, mathematics or an entity in Markdown is text."""
    assert escaped(text) == wanted


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://", "//example.org", "http://[", "<b>"])
def test_only_web_addresses_are_links_in_markdown(url):
    """An address that does not lead into the web is text."""
    assert not address(url).startswith("<")


@given(st.text(max_size=30))
def test_an_address_never_ends_early(text):
    """Whatever an address holds, it is one link, on one line, of one cell."""
    found = address(f"https://example.org/{text}")
    if found.startswith("<"):
        assert not re.search(r"[<>\s|`\\]", found[1:-1])

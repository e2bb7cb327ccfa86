"""A page of HTML that stands by itself: no network, no script.

Details open as a sheet at the foot of the screen, by the address of what was chosen, so that they can be reached by
keyboard and by touch; on paper they follow the chart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.report.kinds import DISCLAIMER, LATE, LEGEND, WORDS, Kind, kind_of, why_words
from caveat.report.picture.markup import Child, Element, add, el, html_file, link, style
from caveat.report.picture.palette import FONTS, PAINTS, SERIFS, sign
from caveat.report.wording import evidence, rule_name, source_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from caveat.core.book import Book
    from caveat.engines.view import View

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
MAX_SOURCES = 6


def page(title: str, reading: str, facts: Iterable[tuple[str, str]], *parts: Child | Iterable[Child], digest: str, rules: str = "") -> str:
    """The whole page; `rules` are more rules of style, of our own making."""
    given = [el("p", el("b", f"{name}: "), f"{line}.") for name, line in facts]
    return sheet(title, el("h1", title), el("p", reading, class_="reading"), el("div", *given, class_="facts"), *parts, digest=digest, rules=rules)


def sheet(title: str, *parts: Child | Iterable[Child], digest: str, rules: str = "") -> str:
    """A page of these parts, in our style, with what it was made from at its foot."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", http_equiv="Content-Security-Policy", content=POLICY),
        el("meta", name="color-scheme", content="light dark"),
        el("title", title),
        style(_style() + rules),
    )
    foot = el("footer", el("p", f"Made from published statements by caveat; policies {digest}."), el("p", DISCLAIMER))
    return html_file(el("html", head, el("body", el("main", *parts), foot), lang="en"))


def legend_list(kinds: Iterable[Kind], *, late: bool) -> Element:
    """What each kind looks like, and what hatching means."""
    shown = set(kinds)
    items = [el("li", swatch(kind), el("span", LEGEND[kind])) for kind in Kind if kind in shown]
    if late:
        items.append(el("li", el("span", class_="box late k-needs-facts"), el("span", LATE)))
    return el("ul", *items, class_="legend")


def swatch(kind: Kind) -> Element:
    """A small box with the colour and the sign of a kind."""
    return el("span", sign_of(kind), class_=f"box k-{kind}")


def sign_of(kind: Kind) -> Element:
    """The sign of a kind, alone."""
    return el("svg", sign(kind, 0, 0), viewBox="0 0 12 12", width=12, height=12, aria_hidden="true")


class Sources:
    """The statements a page speaks of, each told once, under a number of its own."""

    def __init__(self, book: Book) -> None:
        """Begin with none."""
        self.book = book
        self.numbers: dict[str, int] = {}

    def mention(self, ident: str) -> Element:
        """A link to where the statement is told."""
        number = self.numbers.setdefault(ident, len(self.numbers) + 1)
        s = self.book.statements[ident]
        return el("a", s.by, href=f"#st-{number}")

    def section(self) -> Element:
        """All that were mentioned, with their sources."""
        items = [self._statement(ident, number) for ident, number in self.numbers.items()]
        return el("section", el("h2", "Sources"), el("ol", *items, class_="sources"), id="sources")

    def _statement(self, ident: str, number: int) -> Element:
        s = self.book.statements[ident]
        cited = [
            el("li", link(c.url, source_line(c)), el("q", c.words) if c.words else None, "" if c.url else f" (no address: {c.no_url})")
            for c in s.sources[:MAX_SOURCES]
        ]
        more = el("li", f"and {len(s.sources) - MAX_SOURCES} more") if len(s.sources) > MAX_SOURCES else None
        about = f" ({evidence(s)}, reported {s.reported}) "
        return el("li", el("b", s.by), f". {s.says}{about}", el("code", ident), el("ul", *cited, more), id=f"st-{number}")


def note(
    book: Book, sources: Sources, ident: str, heading: str, view: View | None, because: str = "", changed: Sequence[str] = (), back: str = "chart"
) -> Element:
    """One answer in full: the verdict, why, the rules in words, the statements they rest on."""
    found = el("section", id=ident, class_="note", tabindex="-1")
    kind = kind_of(view) if view else None
    late = ", last known" if view and view.last_known else ""
    add(found, el("h3", swatch(kind) if kind else None, f"{heading}: {WORDS[kind] if kind else 'n/a'}{late}"))
    add(found, el("p", because) if because else None, el("p", why_words(book, view)) if view and why_words(book, view) else None)
    if view:
        by_id = {r.id: r for r in book.rules}
        rules = [
            el(
                "li",
                f"{rule_name(book, r)} ",
                el("code", r),
                el("span", " by ", _joined([sources.mention(s) for s in by_id[r].statements[:3]]), class_="soft"),
            )
            for r in view.rules
        ]
        add(found, el("ul", *rules) if rules else None)
        points = [a for a in view.readings if a.point in book.readings]
        add(found, [el("p", el("i", book.readings[a.point].question), f" {book.readings[a.point].because}") for a in points])
    add(found, el("p", "Changed by ", _joined([sources.mention(s) for s in changed]), ".") if changed else None)
    add(found, el("a", "Back to the chart", href=f"#{back}", class_="back"))
    return found


def _joined(parts: Sequence[Element]) -> list[Child]:
    return [piece for i, part in enumerate(parts) for piece in (("; ", part) if i else (part,))]


def _style() -> str:
    light = "".join(f".k-{k}{{background-color:{p.light};color:{p.light_text}}}.s-{k}{{stroke:{p.light_text}}}" for k, p in PAINTS.items())
    dark = "".join(f".k-{k}{{background-color:{p.dark};color:{p.dark_text}}}.s-{k}{{stroke:{p.dark_text}}}" for k, p in PAINTS.items())
    return f"""
:root{{--ink:#1b1f24;--soft:#565f6a;--paper:#ffffff;--line:#d5d9df;--sheet:#f6f7f9;--link:#0b57a4;--hatch:rgba(255,255,255,.75)}}
body{{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 {FONTS}}}
main,footer{{max-width:62rem;margin:0 auto;padding:1rem 1.25rem;overflow-wrap:break-word}}
h1{{font:700 1.75rem/1.2 {SERIFS};margin:.6rem 0 .5rem;text-wrap:balance}}
h2{{font:700 1.25rem/1.3 {SERIFS};margin:2.2rem 0 .6rem}}
h3{{font-size:1rem;margin:.2rem 0 .4rem}}h4{{font-size:.95rem;margin:1.2rem 0 .3rem}}
p,li{{max-width:48rem}}.reading{{font-size:1.08rem}}.facts p{{margin:.15rem 0}}.facts,.soft,footer{{color:var(--soft);font-size:.875rem}}
a{{color:var(--link)}}a:focus-visible,[tabindex]:focus-visible{{outline:3px solid var(--ink);outline-offset:2px}}
code{{font-size:.8em;color:var(--soft);overflow-wrap:anywhere}}q{{display:block;font-style:italic}}
.legend{{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.35rem 1.2rem;font-size:.875rem}}.small{{margin:.15rem 0}}.legend li{{display:flex;align-items:center;gap:.45rem}}
.box{{display:inline-flex;align-items:center;justify-content:center;flex:none;width:24px;height:18px;border:1px solid #8a93a0;margin-right:.3rem;vertical-align:-3px}}
.late{{background-image:repeating-linear-gradient(135deg,transparent 0 4px,var(--hatch) 4px 6px)}}.box.late{{border-style:dashed}}
.chart{{margin:0 -1.25rem}}.chart svg.pic{{display:block;width:100%;height:auto}}.chart .phone{{display:none}}
.scroll{{overflow-x:auto}}table{{border-collapse:separate;border-spacing:2px;font-size:.9rem}}
th{{text-align:left;font-weight:600;padding:.3rem .4rem;vertical-align:bottom}}thead th{{min-width:5.2rem;max-width:11rem}}
tbody th{{font-weight:400;vertical-align:middle;position:sticky;left:0;background:var(--paper);min-width:7rem;max-width:15rem;z-index:1}}
td{{padding:0}}td a{{display:flex;align-items:center;gap:.4rem;padding:.4rem .5rem;min-height:1.4rem;text-decoration:none;font-weight:600;color:inherit}}td a:hover{{text-decoration:underline}}
td.late a>span{{padding:0 .25rem;border-radius:3px}}td.late{{outline:1px dashed var(--ink);outline-offset:-1px}}td.k-not-supplied,td.k-not-asked{{outline:1px dashed #8a93a0;outline-offset:-2px}}td a>svg{{flex:none}}
.turns{{list-style:none;padding:0}}.turns li{{display:grid;grid-template-columns:1.6rem 1fr;gap:.2rem .6rem;margin:.7rem 0}}.turns .dot{{background:var(--ink);color:var(--paper);border-radius:50%;width:1.45rem;height:1.45rem;font:700 .75rem/1.45rem {FONTS};text-align:center}}
.note{{border-top:1px solid var(--line);padding:.6rem 0}}.note .back{{font-size:.875rem}}.sources>li{{margin:.8rem 0}}.sources>li:target{{background:var(--sheet)}}
{light}
@media screen{{.note:target{{position:fixed;left:0;right:0;bottom:0;z-index:5;max-height:58vh;overflow:auto;background:var(--sheet);border-top:3px solid var(--ink);padding:1rem 1.25rem 1.25rem;box-shadow:0 -4px 18px rgba(0,0,0,.25)}}}}
@media screen and (max-width:640px){{main,footer{{padding:.6rem .8rem}}h1{{font-size:1.4rem}}.chart{{margin:0 -.8rem}}.chart .desk{{display:none}}.chart .phone{{display:block}}tbody th{{min-width:5.5rem;max-width:8rem;overflow-wrap:anywhere}}table{{font-size:.82rem}}thead th{{min-width:4.6rem}}}}
@media screen and (prefers-color-scheme:dark){{:root{{--ink:#e8ebef;--soft:#a9b2bd;--paper:#14181d;--line:#333b45;--sheet:#1e242b;--link:#86bdf0;--hatch:rgba(20,24,29,.75)}}{dark}}}
@media print{{body{{font-size:10.5pt}}.back{{display:none}}.note,.turns li,.sources>li,tr{{break-inside:avoid}}a{{color:inherit}}*{{print-color-adjust:exact;-webkit-print-color-adjust:exact}}.sources a[href]::after{{content:" <" attr(href) ">";font-size:.8em;overflow-wrap:anywhere}}}}
"""

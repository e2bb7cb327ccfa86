"""Colours, patterns and signs of the verdicts.

They differ in lightness as well as in hue (blue, dark orange, amber, greys: the ones the colour-blind tell apart), and
each has a sign of its own, so that nothing rests on colour: not on a screen, not in a newspaper printed in black.
"""

from __future__ import annotations

from dataclasses import dataclass

from caveat.report.kinds import Kind
from caveat.report.picture.markup import Element, el


@dataclass(frozen=True, slots=True)
class Paint:
    """Fill and lettering, on white and on black."""

    light: str
    light_text: str
    dark: str
    dark_text: str


PAINTS = {
    Kind.PERMITTED: Paint("#6db3e8", "#06263d", "#5aa7e0", "#04192a"),
    Kind.PROHIBITED: Paint("#9c3500", "#ffffff", "#c2561a", "#ffffff"),
    Kind.UNCLEAR: Paint("#f3cf6b", "#3b2a00", "#dcb44a", "#2a1d00"),
    Kind.SILENT: Paint("#faeecb", "#3b2a00", "#5a4c25", "#fbf1d2"),
    Kind.NEEDS_FACTS: Paint("#d9dde3", "#22272e", "#4d5661", "#f2f4f7"),
    Kind.NO_OBJECTION: Paint("#e8f1f8", "#1d3342", "#27394a", "#dfeaf3"),
    Kind.NOT_SUPPLIED: Paint("#ffffff", "#6b7280", "#14181d", "#98a2ae"),
    Kind.NOT_ASKED: Paint("#ffffff", "#6b7280", "#14181d", "#98a2ae"),
}
FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
SERIFS = "Georgia, 'Times New Roman', 'DejaVu Serif', serif"


def picture_style() -> str:
    """The style sheet of an SVG: light, and dark where the reader's screen asks for it; paper is always light."""
    light = "".join(_paint(kind, p.light, p.light_text) for kind, p in PAINTS.items())
    dark = "".join(_paint(kind, p.dark, p.dark_text) for kind, p in PAINTS.items())
    return (
        f".pic text{{font-family:{FONTS};fill:#1b1f24}}.pic .title{{font-family:{SERIFS};font-weight:700}}"
        ".pic .soft{fill:#565f6a}.pic .strong{font-weight:700}.pic .paper{fill:#ffffff}"
        ".pic .grid{stroke:#c9ced6;stroke-width:1}.pic .faint{stroke:#e4e7ec;stroke-width:1}.pic .lead{stroke:#565f6a;stroke-width:1;fill:none}"
        ".pic .dot{fill:#1b1f24}.pic .dot-text{fill:#ffffff;font-weight:700}.pic .edge{fill:none;stroke:#8a93a0;stroke-width:1}"
        ".pic .late{stroke:#ffffff;stroke-width:2.2;stroke-opacity:.75}.pic .cut{stroke:#ffffff;stroke-width:1.2}.pic .dash{fill:none;stroke:#1b1f24;stroke-width:1.2;stroke-dasharray:4 3}.pic .mark{stroke:#1b1f24;stroke-width:2;stroke-dasharray:6 3}"
        ".pic [tabindex]:focus,.pic a:focus{outline:3px solid #1b1f24;outline-offset:1px}"
        f"{light}"
        "@media screen and (prefers-color-scheme:dark){"
        ".pic text{fill:#e8ebef}.pic .soft{fill:#a9b2bd}.pic .paper{fill:#14181d}.pic .grid{stroke:#46505b}.pic .faint{stroke:#2b323a}.pic .lead{stroke:#a9b2bd}"
        ".pic .dot{fill:#e8ebef}.pic .dot-text{fill:#14181d}.pic .edge{stroke:#6b7683}.pic .late{stroke:#14181d}.pic .cut{stroke:#14181d}.pic .dash{stroke:#e8ebef}.pic .mark{stroke:#e8ebef}"
        ".pic [tabindex]:focus,.pic a:focus{outline-color:#e8ebef}"
        f"{dark}}}"
    )


def _paint(kind: Kind, fill: str, text: str) -> str:
    return f".pic .k-{kind}{{fill:{fill}}}.pic .t-{kind}{{fill:{text}}}.pic .s-{kind}{{stroke:{text}}}"


def hatching(name: str) -> Element:
    """The pattern laid over days after the last one our sources reach."""
    lines = el("path", d="M-2 2 L2 -2 M0 8 L8 0 M6 10 L10 6", class_="late")
    return el("pattern", lines, id=name, width=8, height=8, patternUnits="userSpaceOnUse")


# Each sign is drawn in a square of 12 by 12, as strokes, so that no font is needed.
SIGNS = {
    Kind.PERMITTED: "M2 6.5 L5 9.5 L10.5 2.5",
    Kind.PROHIBITED: "M2.5 2.5 L9.5 9.5 M9.5 2.5 L2.5 9.5",
    Kind.UNCLEAR: "M3.2 3.8 C3.2 0.6 8.8 0.6 8.8 3.8 C8.8 6 6 5.9 6 8 M6 10.4 L6 10.9",
    Kind.SILENT: "M6 1.5 A4.5 4.5 0 1 1 5.99 1.5",
    Kind.NEEDS_FACTS: "M1.8 6 L2.2 6 M5.8 6 L6.2 6 M9.8 6 L10.2 6",
    Kind.NO_OBJECTION: "M2 4.5 L10 4.5 M2 7.5 L10 7.5",
    Kind.NOT_SUPPLIED: "M2.5 6 L9.5 6",
    Kind.NOT_ASKED: "M5.8 6 L6.2 6",
}


def sign(kind: Kind, x: float, y: float, size: float = 12) -> Element:
    """The sign of a verdict, its upper left corner at x, y."""
    place = f"translate({x:.1f} {y:.1f}) scale({size / 12:.3f})"
    weight = 2.6 if kind is Kind.NEEDS_FACTS else 2
    return el(
        "path", d=SIGNS[kind], class_=f"s-{kind}", fill="none", stroke_width=weight, stroke_linecap="round", stroke_linejoin="round", transform=place
    )

"""Elements of SVG and HTML. All text passes through here, so none of it can become markup."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from caveat.core.errors import printable
from caveat.report.wording import is_web_address

if TYPE_CHECKING:
    from collections.abc import Iterable

Element = ET.Element
Child = ET.Element | str | None
SVG_NAMESPACE = "http://www.w3.org/2000/svg"


def el(tag: str, *children: Child | Iterable[Child], **attributes: object) -> Element:
    """An element. `class_` and `stroke_width` become `class` and `stroke-width`; None and False are left out, True is empty."""
    found = ET.Element(tag, {k.rstrip("_").replace("_", "-"): _value(v) for k, v in attributes.items() if v is not None and v is not False})
    for child in children:
        add(found, child)
    return found


def _value(value: object) -> str:
    if value is True:
        return ""
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return printable(str(value))


def add(parent: Element, *children: Child | Iterable[Child]) -> None:
    """Put elements or text at the end of an element; None is nothing."""
    for child in children:
        if isinstance(child, str):
            text = printable(child)
            if len(parent):
                parent[-1].tail = (parent[-1].tail or "") + text
            else:
                parent.text = (parent.text or "") + text
        elif isinstance(child, ET.Element):
            parent.append(child)
        elif child is not None:
            add(parent, *child)


def style(rules: str) -> Element:
    """A style sheet of our own making."""
    found = ET.Element("style")
    found.text = rules
    return found


def svg_file(root: Element) -> str:
    """An SVG element as a file of its own."""
    root.set("xmlns", SVG_NAMESPACE)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def html_file(root: Element) -> str:
    """An HTML element as a file of its own."""
    return "<!DOCTYPE html>\n" + ET.tostring(root, encoding="unicode", method="html") + "\n"


def link(url: str | None, text: str) -> Child:
    """A link to a web address; anything else is only text."""
    if url and is_web_address(url):
        return el("a", text, href=url, rel="noopener noreferrer")
    return text

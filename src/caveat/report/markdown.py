"""Text and addresses in Markdown: no text of a policy can become markup of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from caveat.core.errors import printable
from caveat.report.wording import is_web_address

if TYPE_CHECKING:
    from caveat.core.citation import Citation

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#&~$])")
_BEGINNING = re.compile(r"\A(\s*)(?:([-+=])|([0-9]{1,9})([.)])(?=\s|\Z))")  # a list, a rule, or what makes a heading of the line before
_ENDS_ADDRESS = frozenset(' <>|\\`"')


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, also at the beginning of a line and in the cell of a table."""
    text = _SPECIAL.sub(r"\\\1", printable(text))
    return _BEGINNING.sub(lambda found: f"{found[1]}{found[3] or ''}\\{found[2] or found[4]}", text)


def address(url: str) -> str:
    """An address as a link to itself; one that does not lead into the web is only text."""
    if not is_web_address(url):
        return escaped(url)
    return f"<{''.join(c if c.isprintable() and c not in _ENDS_ADDRESS else quote(c, safe='', errors='replace') for c in url)}>"


def address_of(source: Citation) -> str:
    """Where a source is found, or why that cannot be said."""
    return address(source.url) if source.url else f"(no address: {escaped(source.no_url or '')})"

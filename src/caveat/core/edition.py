"""Which library an answer rests on, as every answer says it: as data, and the schema of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from caveat.core.book import Book

_TEXTS = {"type": "array", "items": {"type": "string"}}
LIBRARY: dict[str, Any] = {
    "type": "object",
    "properties": {
        "digest": {"type": "string"},
        "replaced": {**_TEXTS, "description": "Issuers whose policies, or `derivations/` that, were given in place of those they stand on."},
        "treaties": {**_TEXTS, "description": "The treaties that were asked; without any, what they prohibit was not."},
    },
    "required": ["digest", "replaced", "treaties"],
    "additionalProperties": False,
}


def library_data(book: Book) -> dict[str, Any]:
    """The digest of the library, whose policies were replaced in it, and its treaties."""
    return {"digest": book.digest, "replaced": list(book.replaced), "treaties": list(book.treaties)}

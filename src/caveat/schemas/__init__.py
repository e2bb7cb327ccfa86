"""JSON Schemas (draft 2020-12) of the files people write and of what is printed, with the vocabulary's words in them.

Takes a kind and a book, gives a schema. Schemas of files come from the pydantic models that read them, with the facts and
values that the book knows, so that an editor can complete `target.region: RU-B...`; those of what is printed from its types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.load.case_models import CasesModel
from caveat.load.claim_models import ClaimsModel
from caveat.load.models import DerivationsModel, FactsModel, PolicyModel, ValuesModel
from caveat.schemas.conditions import condition_defs, with_conditions
from caveat.schemas.printed import PRINTED, printed_schema
from caveat.schemas.scenarios import case_schema, line_schema, scenario_schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

    from caveat.core.book import Book
    from caveat.schemas.conditions import Schema

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FILES: dict[str, type[BaseModel]] = {
    "policy": PolicyModel,
    "values": ValuesModel,
    "facts": FactsModel,
    "derivations": DerivationsModel,
    "cases": CasesModel,
    "claims": ClaimsModel,
}
ASKED: dict[str, Callable[[Book], Schema]] = {
    "scenario": lambda book: scenario_schema(book.vocabulary),
    "case": case_schema,
    "watch-line": line_schema,
}
KINDS = (*FILES, *ASKED, *PRINTED)


def schema_of(kind: str, book: Book) -> Schema:
    """The schema of one kind of file or output; see KINDS."""
    of_file = " file" if kind in FILES else ""
    made = _file_schema(FILES[kind], book) if kind in FILES else printed_schema(kind) if kind in PRINTED else ASKED[kind](book)
    return {"$schema": DRAFT, "title": f"caveat {kind}{of_file}", **{key: value for key, value in made.items() if key != "title"}}


def _file_schema(model: type[BaseModel], book: Book) -> Schema:
    schema: Schema = with_conditions(model.model_json_schema(by_alias=True, ref_template="#/$defs/{model}"))
    schema.setdefault("$defs", {}).update(condition_defs(book.vocabulary))
    return schema


__all__ = ["KINDS", "schema_of"]

"""The schemas of what is printed: from the types that its builders fill, in the `data.py` of each room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from caveat.cases.data import TrialData
from caveat.decide.data import DecisionData
from caveat.diff.data import DifferenceData
from caveat.explain.data import ExplanationData
from caveat.lint.data import FindingData
from caveat.matrix.data import MatrixData
from caveat.prove.data import ProofsData
from caveat.readings.data import ReadingsData
from caveat.record.data import LibraryLineData, RecordData, ReplayData
from caveat.sources.data import CoverageData, PassagesData, SourcesData
from caveat.timeline.data import TimelineData
from caveat.watch.data import RejectData, WatchData

if TYPE_CHECKING:
    from pydantic_core.core_schema import CoreSchema, TypedDictSchema

    from caveat.schemas.conditions import Schema

PRINTED: dict[str, Any] = {  # types, and unions of types
    "decision": DecisionData,
    "explanation": ExplanationData,
    "timeline": TimelineData,
    "matrix": MatrixData,
    "diff": DifferenceData,
    "lint": list[FindingData],
    "test": TrialData,
    "prove": ProofsData,
    "readings": ReadingsData,
    "sources": SourcesData,
    "passages": PassagesData,
    "coverage": CoverageData,
    "record": RecordData | LibraryLineData,
    "replay": ReplayData,
    "watch": WatchData,
    "watch-reject": RejectData,
}


class _Closed(GenerateJsonSchema):
    """Objects with no keys but those named; no titles that repeat the names of keys."""

    def typed_dict_schema(self, schema: TypedDictSchema) -> Schema:
        """The schema of one type."""
        return {**super().typed_dict_schema(schema), "additionalProperties": False}

    def field_title_should_be_set(self, schema: CoreSchema) -> bool:
        """Never."""
        del schema
        return False


def printed_schema(kind: str) -> Schema:
    """The schema of what is printed, or of a line of it."""
    made: Schema = TypeAdapter(PRINTED[kind]).json_schema(mode="serialization", schema_generator=_Closed)
    return made

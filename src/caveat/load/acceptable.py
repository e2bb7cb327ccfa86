"""Which findings a policy file may accept, with a reason."""

from __future__ import annotations

from enum import StrEnum


class Acceptable(StrEnum):
    """The codes of findings that may be accepted. An error may not."""

    ARGUABLE_CONFLICT = "arguable-conflict"
    CONFIRMED_AFTER_RETRACTION = "confirmed-after-retraction"
    CONFLICT = "conflict"
    COVERAGE_TOO_SHORT = "coverage-too-short"
    EFFECT_BEFORE_DECISION = "effect-before-decision"
    ENDS_IN_SILENCE = "ends-in-silence"
    IDLE_READING = "idle-reading"
    NEVER_APPLIES = "never-applies"
    NEVER_IN_FORCE = "never-in-force"
    NO_RULE = "no-rule"
    NOT_INHERITED = "not-inherited"
    OVERRIDES_NOTHING = "overrides-nothing"
    PERMITS_ANYTHING = "permits-anything"
    PERMITS_PROTECTED = "permits-protected"
    REPORT_WITHOUT_SOURCE = "report-without-source"
    ROLES_APART = "roles-apart"
    RULE_BEFORE_DECISION = "rule-before-decision"
    SHADOWED = "shadowed"
    SILENT_AREA = "silent-area"
    SOURCE_BEFORE_REPORT = "source-before-report"
    UNLESS_NOTHING = "unless-nothing"
    WEAK_EVIDENCE = "weak-evidence"
    WEAK_SOURCE = "weak-source"
    WITHOUT_EFFECT = "without-effect"

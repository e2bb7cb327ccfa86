"""caveat: what public policy says about the use of donated weapons, as code.

     policies/**.yaml                                      a scenario
          |                                                    |
          v                                                    v
       load/  ---->  resolve/  ---->  Book  ---->  engines/ (cells)  ---->  decide  ---->  Decision
     strict YAML     names to IR      |            reference, compiled                        |
     to models                        '----->  analyse/ (lint, ...)                           v
                                                                               explain, report/ (text, json, ...)

The nouns live in core/; only library.py knows the order of the rooms.
"""

from caveat.core.decision import Consent, Decision
from caveat.core.errors import CaveatError, Diagnostic, PolicyError, ScenarioError, Severity, TooLargeError
from caveat.core.outcome import Outcome, Verdict
from caveat.core.scenario import Scenario
from caveat.library import Library

__version__ = "0.1.0"

__all__ = [
    "CaveatError",
    "Consent",
    "Decision",
    "Diagnostic",
    "Library",
    "Outcome",
    "PolicyError",
    "Scenario",
    "ScenarioError",
    "Severity",
    "TooLargeError",
    "Verdict",
    "__version__",
]

"""caveat: what public policy says about the use of donated weapons, as code.

     policies/**.yaml                                     a scenario
          |                                                   |
          v                                                   v
       load/  ---->  resolve/  ---->  store/  ---->  engines/ (cells, an answer)  ---->  a room a verb:
     strict YAML     names to a       a book,        reference, compiled, rete           decide/ explain/ diff/ timeline/
     to models       book             kept               |                               matrix/ lint/ cases/ prove/ ...
                                                     diagram/ (every scenario at once)   and report/, what their forms share

The nouns live in core/; only library.py knows the order of the rooms.
"""

from caveat.core.book import Grade
from caveat.core.choices import Choices
from caveat.core.decision import Consent, Decision
from caveat.core.errors import CaveatError, Diagnostic, PolicyError, ScenarioError, Severity, TooLargeError
from caveat.core.outcome import Outcome, Verdict
from caveat.core.scenario import Scenario
from caveat.library import Library
from caveat.version import __version__

__all__ = [
    "CaveatError",
    "Choices",
    "Consent",
    "Decision",
    "Diagnostic",
    "Grade",
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

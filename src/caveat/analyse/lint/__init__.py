"""What is worth a second look in a library that loads; see docs/lint.md for every code."""

from caveat.analyse.lint.finding import Finding, Involved, Witness
from caveat.analyse.lint.run import lint

__all__ = ["Finding", "Involved", "Witness", "lint"]

"""What is worth a second look in a library that loads; see docs/lint.md for every code."""

from caveat.lint.finding import Finding, Involved, Witness
from caveat.lint.run import lint

__all__ = ["Finding", "Involved", "Witness", "lint"]

"""What is worth a second look in a library that loads.

Takes the book and its files; gives findings, each with a witness where there is one, and its forms. docs/lint.md has every code.
"""

from caveat.lint.finding import Finding, Involved, Witness
from caveat.lint.run import lint

__all__ = ["Finding", "Involved", "Witness", "lint"]

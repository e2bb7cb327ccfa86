"""The version of the tool, as records and pages say it."""

__version__ = "0.1.0"

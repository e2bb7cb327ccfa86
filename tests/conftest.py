"""Fixtures that several test files share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from seeding import SEED, repeats

from caveat import Library

ROOT = Path(__file__).parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--accept` rewrites approved outputs; review them with git diff."""
    parser.addoption("--accept", action="store_true", help="rewrite the approved outputs in tests/golden")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which made-up cases were tried, and how to repeat each failure."""
    terminalreporter.write_line(f"made-up cases: seed {SEED}")
    for report in terminalreporter.stats.get("failed", []):
        terminalreporter.write_line(f"again: {repeats(report.nodeid)}")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests keep compiled libraries in a folder of their own."""
    os.environ["CAVEAT_CACHE"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def library() -> Library:
    """The shipped library."""
    return Library.load(ROOT / "policies")


@pytest.fixture(params=["reference", "compiled", "rete"])
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    return str(request.param)

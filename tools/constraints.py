"""Keeps constraints.txt, the exact versions that `make demo` and `make test` install with.

    python tools/constraints.py write VERSION=BIN ...   from environments in which the tests were green (`make constraints`)
    python tools/constraints.py oldest                  prints the lower bounds of pyproject.toml as exact versions (`make oldest`)

Only names and versions: nothing here says where packages come from.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAD = """\
# The exact versions of everything, direct and transitive, with which the tests were last green; `make constraints` rewrites it.
# `make newest` and `make oldest` try other versions; pyproject.toml says what is allowed.
"""
_BOUND = re.compile(r"([A-Za-z0-9._-]+)\s*>=\s*([0-9.]+)")


def normal(name: str) -> str:
    """The name of a package in its normal form."""
    return re.sub(r"[-_.]+", "-", name).lower()


def installed(python: str) -> dict[str, str]:
    """Name to version of all packages of an environment but our own and the installer."""
    ran = subprocess.run([python, "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"], capture_output=True, text=True, check=True)  # noqa: S603
    pairs = (line.partition("==")[::2] for line in ran.stdout.split())
    return {normal(name): version for name, version in pairs if normal(name) not in ("caveat", "pip")}


def merged(found: dict[str, dict[str, str]]) -> list[str]:
    """The lines of the file: one a package, with a marker for each Python where they differ."""
    versions: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for python, packages in found.items():
        for name, version in packages.items():
            versions[name][version].append(python)
    lines = []
    for name, by_version in sorted(versions.items()):
        for version, pythons in sorted(by_version.items()):
            marker = " or ".join(f'python_version == "{p}"' for p in sorted(pythons))
            lines.append(f"{name}=={version}" + (f" ; {marker}" if len(by_version) > 1 else ""))
    return lines


def oldest(project: dict[str, object]) -> list[str]:
    """Every lower bound of the project, as the version itself."""
    tables = project["project"], project["build-system"]
    wanted = [*tables[0]["dependencies"], *tables[0]["optional-dependencies"]["dev"], *tables[1]["requires"]]  # type: ignore[index]
    return [f"{found[1]}=={found[2]}" for text in wanted if (found := _BOUND.match(text))]


def main(args: list[str]) -> int:
    """Write or print."""
    if args == ["oldest"]:
        print("\n".join(oldest(tomllib.loads((ROOT / "pyproject.toml").read_text()))))
        return 0
    if args[:1] != ["write"] or not all("=" in arg for arg in args[1:]) or len(args) == 1:
        sys.exit(__doc__)
    found = {version: installed(f"{folder}/python") for version, _, folder in (arg.partition("=") for arg in args[1:])}
    (ROOT / "constraints.txt").write_text(HEAD + "\n".join(merged(found)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Finds the interpreters of a machine: on the path, and where version managers keep them.

    python tools/pythons.py 3.12       prints the newest Python 3.12 that can build durable-rules, or exits with 1
    python tools/pythons.py            a line for each supported version: the version, and where it is or why not

It needs nothing but the standard library, of any Python since 3.8.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
# Where pyenv, uv, asdf, mise, conda, and those who unpack by hand keep interpreters; {v} is the version.
KEPT = (
    "$PYENV_ROOT/versions/{v}*/bin",
    "~/.pyenv/versions/{v}*/bin",
    "$UV_PYTHON_INSTALL_DIR/*{v}*/bin",
    "~/.local/share/uv/python/*{v}*/bin",
    "$ASDF_DATA_DIR/installs/python/{v}*/bin",
    "~/.asdf/installs/python/{v}*/bin",
    "$MISE_DATA_DIR/installs/python/{v}*/bin",
    "~/.local/share/mise/installs/python/{v}*/bin",
    "~/miniconda3/envs/*/bin",
    "/usr/local/bin",
    "/usr/bin",
    "/opt/python*/bin",
    "/opt/python/*{v}*/bin",
)
# What an interpreter must have: environments of its own, pip, and the headers that durable-rules is compiled with.
_PROBE = """
import ensurepip, pathlib, sys, sysconfig, venv
assert pathlib.Path(sysconfig.get_path("include"), "Python.h").is_file()
print(*sys.version_info[:3], sys.executable)
"""


def candidates(version: str) -> list[Path]:
    """Every file that may be an interpreter of this version, each once, the path's first."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    for pattern in KEPT:
        base = os.path.expandvars(os.path.expanduser(pattern.format(v=version)))  # noqa: PTH111  (a pattern, with variables)
        if base.startswith("/") and "$" not in base:
            folders += sorted(Path("/").glob(base[1:]))
    names = dict.fromkeys(folder / f"python{version}" for folder in folders)
    return [path for path in names if os.access(path, os.X_OK)]


def probed(path: Path, version: str) -> tuple[int, str] | None:
    """The last part of its version and where it really is; None where it is not of the version, or lacks something."""
    try:
        ran = subprocess.run([str(path), "-c", _PROBE], capture_output=True, text=True, check=True, timeout=30)  # noqa: S603  (found above)
    except (OSError, subprocess.SubprocessError):
        return None
    major, minor, micro, executable = ran.stdout.split(maxsplit=3)
    return (int(micro), executable.strip()) if f"{major}.{minor}" == version else None


def found(version: str) -> str | None:
    """The newest interpreter of a version."""
    good = [one for path in candidates(version) if (one := probed(path, version))]
    return max(good)[1] if good else None


def main(versions: list[str]) -> int:
    """Print what was asked for."""
    if len(versions) == 1:
        path = found(versions[0])
        print(path or "")
        return 0 if path else 1
    for version in versions or SUPPORTED:
        lacking = "there, but without venv, pip or headers" if candidates(version) else "not found"
        print(version, found(version) or lacking)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

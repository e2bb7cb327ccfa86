"""The house keeps itself: the public face, lean imports, schemas, nothing made of text."""

from __future__ import annotations

import ast
import gc
import re
import subprocess
import sys
import weakref
from dataclasses import is_dataclass
from graphlib import TopologicalSorter
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING

import pytest
import yaml
from command import BASE
from conftest import ROOT

import caveat
from caveat import Library
from caveat.diff.to_text import difference_to_text

if TYPE_CHECKING:
    from pathlib import Path


def test_public_names_are_real_and_sorted():
    """`__all__` is sorted, and every name in it exists and says what it is."""
    assert caveat.__all__ == sorted(caveat.__all__, key=lambda n: (n.islower() or n.startswith("_"), n)) or caveat.__all__ == sorted(caveat.__all__)
    assert all(getattr(caveat, name).__doc__ for name in caveat.__all__ if name != "__version__")
    here = {name for name, item in vars(caveat).items() if not name.startswith("_") and not isinstance(item, ModuleType)}
    assert here == {*caveat.__all__} - {"__version__"}


def test_public_names_are_the_documented_ones():
    """The page on Python has each name that the package exports in its table, and no other, each with what it is."""
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", (ROOT / "docs" / "python.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted({*caveat.__all__} - {"__version__"})


@pytest.mark.parametrize(
    "command", ["import caveat", "import caveat; caveat.Library.load().decide({'supplier': 'US', 'weapon': 'himars', 'target.region': 'UA-63'})"]
)
def test_deciding_loads_only_what_it_needs(library, command):
    """Neither `import caveat` nor a decision from the cache loads pydantic, a YAML reader, or the command line."""
    code = f"{command}\nimport sys; print([m for m in ('pydantic', 'yaml', 'typer', 'durable_rules_engine', 'rich') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def imported(path: Path, modules: dict[str, Path]) -> set[str]:
    """The modules of ours that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {full if (full := f"{node.module}.{a.name}") in modules else node.module for a in node.names}
    return found & {*modules}


def test_no_two_files_need_each_other():
    """No file imports another that imports it, however far around, not for types either: each can be read after those it needs."""
    files = {".".join(p.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__"): p for p in (ROOT / "src").rglob("*.py")}
    graph = {name: imported(path, files) for name, path in files.items()}
    assert list(TopologicalSorter(graph).static_order())


def test_nothing_names_a_package_index():
    """No file that is kept names the host of a package index."""
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".com")
    guilty = [n for n in kept if (ROOT / n).is_file() and any(h in (ROOT / n).read_text("utf-8", "replace") for h in hosts)]
    assert guilty == []


@pytest.mark.parametrize("kind", ["policy", "values", "facts", "derivations", "scenario", "decision"])
def test_schemas_are_schemas(library, kind):
    """Each JSON Schema is valid, and the shipped files and an answer satisfy theirs."""
    import jsonschema

    from caveat.decide.to_json import decision_data
    from caveat.schemas import schema_of

    schema = schema_of(kind, library.book)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    if kind == "decision":
        validator.validate(decision_data(library.book, library.decide({"supplier": "US", "weapon": "himars", "target.region": "RU-BEL"})))
    if kind == "scenario":
        validator.validate(plain(yaml.safe_load((ROOT / "examples/founding-case.yaml").read_text("utf-8"))))
    if kind == "derivations":
        for path in sorted((ROOT / "policies" / "derivations").glob("*.yaml")):
            validator.validate(plain(yaml.safe_load(path.read_text("utf-8"))))
    if kind == "policy":
        for path in sorted((ROOT / "policies").glob("*/*.yaml")):
            if path.parent.name not in ("vocabulary", "derivations") and not path.name.endswith((".cases.yaml", ".claims.yaml")):
                validator.validate(plain(yaml.safe_load(path.read_text("utf-8"))))


def plain(value):
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def test_no_code_is_made_of_text():
    """Nothing that a policy, a vocabulary or a question says can become code: no module turns text into code."""
    makers = {"eval", "exec", "compile", "__import__"}
    calls = [
        f"{path.name}:{node.lineno}"
        for path in sorted((ROOT / "src").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makers
    ]
    assert calls == []


def test_a_library_is_let_go():
    """What words and comparisons remember of a library does not keep it: once nobody holds it, it is gone."""
    library = Library.load(BASE)
    difference = library.diff("@2024-01-01", "@2024-06-01")
    difference_to_text(difference)
    seen = weakref.ref(library.book), *(weakref.ref(s) for s in library.book.vocabulary.value_sets.values())
    del library, difference
    gc.collect()
    assert [there for there in (ref() for ref in seen) if there is not None] == []


@pytest.mark.parametrize("room", ["core", "engines", "diff", "diagram", "matrix", "timeline", "lint", "sources"])
def test_data_is_frozen(room):
    """What was worked out is not changed by whoever reads it: every record of data of these rooms is frozen."""
    package = import_module(f"caveat.{room}")
    modules = [import_module(f"caveat.{room}.{m.name}") for m in iter_modules(package.__path__)]
    data = [item for m in modules for item in vars(m).values() if isinstance(item, type) and item.__module__ == m.__name__ and is_dataclass(item)]
    assert data
    assert [item.__name__ for item in data if not item.__dataclass_params__.frozen] == []

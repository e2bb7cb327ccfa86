"""A folder of policies to a Book: read, check, resolve, digest; or, where nothing was touched since, from the cache.

The cache is one file a library in the user's cache folder, named by a digest of every byte that was read and of
this package's own code. It holds a digest of its name and content, then plain JSON. Anything odd about it (cut
short, changed, moved, or another user's to write) and it is made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sys
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from caveat import version
from caveat.core.book import REPLACED_DERIVATIONS
from caveat.core.errors import Diagnostic, PolicyError, Severity
from caveat.core.source import Source, Span
from caveat.load.folder import DERIVATIONS, VOCABULARY, RawFile
from caveat.load.folder import digest_of as digest_of_bytes
from caveat.load.place import all_placed
from caveat.load.stack import stacked
from caveat.store.canonical import digest_of, from_data, text_of, to_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic import BaseModel

    from caveat.core.book import Book
    from caveat.load.files import Checked
    from caveat.load.models import DerivationsModel, FactsModel, PolicyModel, ValuesModel
    from caveat.load.place import Location

Model = TypeVar("Model", bound="BaseModel")
FORMAT = 6  # raised whenever the cached data changes its form or its meaning
KEPT = 12  # cached libraries
FACTS_FILE = f"{VOCABULARY}/facts.yaml"
OFF = ("off", "0", "no", "false")  # what CAVEAT_CACHE is where nothing is to be kept
_OWN_NAME = re.compile(r"[0-9a-f]{40}-\d+-\d+-[0-9a-f]{16}\.book\Z")


def load_book(written: Location | Iterable[Location] | None, shipped: Path, *, only: bool = False) -> Book:
    """The policies that stand in these places, on the shipped ones; see `load.stack`. PolicyError with every problem."""
    return _from_cache_or_built(stacked_files(written, shipped, only=only))


def stacked_files(written: Location | Iterable[Location] | None, shipped: Path, *, only: bool = False) -> list[RawFile]:
    """The raw files of the policies in these places, and of those they stand on."""
    return stacked(all_placed(written), shipped, only=only)


def _from_cache_or_built(files: Sequence[RawFile]) -> Book:
    cache = cache_file(files)
    data = _cached(cache)
    if data is not None:
        with contextlib.suppress(ValueError, KeyError, TypeError, IndexError, AttributeError):
            return from_data(data)
    body = text_of(to_data(build(files)[0]))
    _store(cache, body)
    return from_data(json.loads(body))  # as it will be from the cache, to the order of the parts of a condition


@dataclass(slots=True)
class _Read:
    """What the files of a library are, once each was checked by itself, and every problem found so far."""

    values: list[Checked[ValuesModel]] = field(default_factory=list)
    facts: Checked[FactsModel] | None = None
    derivations: list[tuple[RawFile, Checked[DerivationsModel]]] = field(default_factory=list)
    policies: list[tuple[RawFile, Checked[PolicyModel]]] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)  # where a file is not well formed: what refers to it would be called unknown

    def file(self, file: RawFile) -> None:
        """Check one file, as what its name says it is."""
        from caveat.load.models import DerivationsModel, FactsModel, PolicyModel, ValuesModel

        if file.name == FACTS_FILE:
            self.facts = self.checked(file, FactsModel)
        elif file.name.startswith(f"{VOCABULARY}/"):
            values = self.checked(file, ValuesModel)
            self.values += [values] if values else []
        elif file.name.startswith(f"{DERIVATIONS}/"):
            derived = self.checked(file, DerivationsModel)
            self.derivations += [(file, derived)] if derived else []
        else:
            policy = self.checked(file, PolicyModel)
            self.policies += [(file, policy)] if policy else []

    def checked(self, file: RawFile, model: type[Model]) -> Checked[Model] | None:
        """One file against its model; None where it is not well formed."""
        from caveat.load.files import check

        checked, found = check(file, model)
        self.problems += found
        self.broken |= {_together(file)} if checked is None else set()
        return checked


def build(files: Sequence[RawFile]) -> tuple[Book, list[Diagnostic]]:
    """Check and resolve raw files; PolicyError with every problem found in any of them."""
    from caveat.resolve.policies import resolve

    read = _Read()
    for file in sorted(files, key=lambda f: (f.layer, f.name)):
        read.file(file)
    problems, broken = read.problems, read.broken
    if read.facts is None and VOCABULARY not in broken:
        problems.append(_no_facts(files))
    if read.facts is None or VOCABULARY in broken:
        raise PolicyError(problems)
    policies, replaced = _highest([(f, p) for f, p in read.policies if _together(f) not in broken])
    derivations, set_aside = _highest_derivations(read.derivations)
    book, found = resolve(read.values, read.facts, policies, derivations)
    if any(b.endswith(f" {DERIVATIONS}") for b in broken):  # what an issuer's own readings refer to may stand in the broken file
        found = [d for d in found if d.code not in ("no-report-keys", "no-otherwise", "unknown-derivation")]
    places = {d.order[:3] for d in problems}
    problems += [d for d in found if d.order[:3] not in places]
    errors = [p for p in problems if p.severity == Severity.ERROR]
    if errors or book is None:
        raise PolicyError(problems)
    book = replace(book, replaced=(*replaced, *set_aside))
    return replace(book, digest=digest_of(to_data(book))), problems


def issuers_of(files: Sequence[RawFile]) -> list[tuple[str, str]]:
    """The id and name of every issuer of files that are well formed by themselves."""
    read = _Read()
    for file in files:
        read.file(file)
    return sorted({(policy.model.issuer, policy.model.name) for _, policy in read.policies})


def _highest(policies: Sequence[tuple[RawFile, Checked[PolicyModel]]]) -> tuple[list[Checked[PolicyModel]], list[str]]:
    """Of each issuer the policies of the highest layer that has any, and the issuers whose policies elsewhere they replace."""
    top: dict[str, int] = {}
    for file, policy in policies:
        top[policy.model.issuer] = max(file.layer, top.get(policy.model.issuer, 0))
    replaced = {policy.model.issuer for file, policy in policies if file.layer < top[policy.model.issuer]}
    return [policy for file, policy in policies if file.layer == top[policy.model.issuer]], sorted(replaced)


def _highest_derivations(derivations: Sequence[tuple[RawFile, Checked[DerivationsModel]]]) -> tuple[list[Checked[DerivationsModel]], list[str]]:
    """The derivations for everyone of the highest layer that has any, and whether others were replaced."""
    top = max((file.layer for file, _ in derivations), default=0)
    kept = [derived for file, derived in derivations if file.layer == top]
    return kept, [REPLACED_DERIVATIONS] if len(kept) < len(derivations) else []


def _no_facts(files: Sequence[RawFile]) -> Diagnostic:
    label = next((f.label for f in files if f.name.startswith(f"{VOCABULARY}/")), "")
    tip = f"add {FACTS_FILE}, or leave the vocabulary folder out to use the shipped one"
    return Diagnostic("no-facts", "the vocabulary declares no facts", Span(Source(f"{label}{FACTS_FILE}", ""), 1, 1, 1, 1), tip)


def _together(file: RawFile) -> str:
    """The files that refer to one another: those of the vocabulary, of one folder, or a file by itself."""
    folder = file.name.rpartition("/")[0]
    return VOCABULARY if f"{folder}/".startswith(f"{VOCABULARY}/") else f"{file.layer} {folder or file.name}"


# -- the cache


def cache_file(files: Sequence[RawFile]) -> Path | None:
    """Where the library made of these bytes is kept; None where caching is switched off (CAVEAT_CACHE=off)."""
    setting = os.environ.get("CAVEAT_CACHE", "")
    if setting.strip().casefold() in OFF:
        return None
    try:
        home = Path(setting) if setting else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "caveat"
    except RuntimeError:  # nobody's home
        return None
    version = f"{FORMAT}-{sys.version_info[0]}{sys.version_info[1]}-{_own_code()}"
    return home / f"{digest_of_bytes(files)[:40]}-{version}.book"


def _own_code() -> str:
    """Changes whenever the code that builds a book, or keeps it, does."""
    rooms = Path(__file__).parents[1]
    code = [p for room in ("load", "resolve", "core", "store") for p in (rooms / room).glob("*.py")]
    whole = hashlib.sha256(version.__version__.encode())
    for path in sorted(code):
        whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:16]


def _sealed(cache: Path, body: bytes) -> bytes:
    """The line that stands before the body: of another file, or of a body that was changed, it is another."""
    return hashlib.sha256(cache.name.encode() + b"\0" + body).hexdigest().encode() + b"\n"


def _cached(cache: Path | None) -> dict[str, object] | None:
    if cache is None:
        return None
    try:
        with cache.open("rb") as file:
            if not _is_ours(os.fstat(file.fileno())):
                return None
            seal, body = file.readline(), file.read()
        if seal != _sealed(cache, body):
            return None
        data = json.loads(body)
    except (OSError, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _is_ours(known: os.stat_result) -> bool:
    """Whether nobody else may have written the file."""
    return not hasattr(os, "geteuid") or (known.st_uid == os.geteuid() and not known.st_mode & 0o022)


def _store(cache: Path | None, text: str) -> None:
    """Write beside, then rename; a disk that cannot be written to costs time, never an answer."""
    if cache is None:
        return
    body = text.encode()
    with contextlib.suppress(OSError):
        cache.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("wb", dir=cache.parent, delete=False, suffix=".tmp") as file:
            beside = Path(file.name)
        try:
            beside.write_bytes(_sealed(cache, body) + body)
            beside.replace(cache)
        finally:
            beside.unlink(missing_ok=True)
        kept = sorted((p for p in cache.parent.glob("*.book") if _OWN_NAME.match(p.name)), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in kept[KEPT:]:
            old.unlink()

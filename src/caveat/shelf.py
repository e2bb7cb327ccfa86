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
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from caveat.canonical import digest_of, from_data, text_of, to_data
from caveat.core.errors import Diagnostic, PolicyError, Severity
from caveat.core.source import Source, Span
from caveat.load.folder import VOCABULARY, RawFile, read_folder
from caveat.load.folder import digest_of as digest_of_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from caveat.core.ir import Book

FORMAT = 4  # raised whenever the cached data changes its form or its meaning
KEPT = 12  # cached libraries
FACTS_FILE = f"{VOCABULARY}/facts.yaml"
DERIVATIONS = "derivations"  # the folder of what follows from reports for everyone
_OWN_NAME = re.compile(r"[0-9a-f]{40}-\d+-\d+-[0-9a-f]{16}\.book\Z")


def load_book(path: Path, shipped: Path) -> Book:
    """The policies below `path`; a folder without a vocabulary uses the shipped one. PolicyError with every problem."""
    return _from_cache_or_built(with_vocabulary(path, shipped))


def load_revision(revision: str, path: str, shipped: Path) -> Book:
    """The policies of a git revision, as `load_book` reads a folder."""
    from caveat.load.revision import read_revision

    return _from_cache_or_built(_completed(read_revision(revision, path), shipped))


def _from_cache_or_built(files: Sequence[RawFile]) -> Book:
    cache = cache_file(files)
    data = _cached(cache)
    if data is not None:
        with contextlib.suppress(ValueError, KeyError, TypeError, IndexError, AttributeError):
            return from_data(data)
    book, _ = build(files)
    _store(cache, to_data(book))
    return book


def build(files: Sequence[RawFile]) -> tuple[Book, list[Diagnostic]]:
    """Check and resolve raw files; PolicyError with every problem found in any of them."""
    from caveat.load.files import check
    from caveat.load.models import DerivationsModel, FactsModel, PolicyModel, ValuesModel
    from caveat.resolve.policies import resolve

    problems: list[Diagnostic] = []
    values, policies, derivations, facts = [], [], [], None
    broken: set[str] = set()  # where a file is not well formed: what refers to it would be called unknown
    for file in sorted(files, key=lambda f: f.name):
        if file.name == FACTS_FILE:
            facts, found = check(file, FactsModel)
            is_read = facts is not None
        elif file.name.startswith(f"{VOCABULARY}/"):
            checked, found = check(file, ValuesModel)
            values += [checked] if checked else []
            is_read = checked is not None
        elif file.name.startswith(f"{DERIVATIONS}/"):
            derived, found = check(file, DerivationsModel)
            derivations += [derived] if derived else []
            is_read = derived is not None
        else:
            policy, found = check(file, PolicyModel)
            policies += [policy] if policy else []
            is_read = policy is not None
        problems += found
        broken |= set() if is_read else {_together(file.name)}
    if facts is None and VOCABULARY not in broken:
        span = Span(Source(FACTS_FILE, ""), 1, 1, 1, 1)
        tip = f"add {FACTS_FILE}, or leave the vocabulary folder out to use the shipped one"
        problems.append(Diagnostic("no-facts", "the vocabulary declares no facts", span, tip))
    if facts is None or VOCABULARY in broken:
        raise PolicyError(problems)
    sound = [p for p in policies if _together(p.name) not in broken]
    book, found = resolve(values, facts, sound, derivations)
    if DERIVATIONS in broken:  # what an issuer's own readings refer to may stand in the broken file
        found = [d for d in found if d.code not in ("no-report-keys", "no-otherwise", "unknown-derivation")]
    places = {d.order[:3] for d in problems}
    problems += [d for d in found if d.order[:3] not in places]
    errors = [p for p in problems if p.severity == Severity.ERROR]
    if errors or book is None:
        raise PolicyError(problems)
    book = replace(book, digest=digest_of(to_data(book)))
    return book, problems


def _together(name: str) -> str:
    """The files that refer to one another: those of the vocabulary, of one folder, or a file by itself."""
    folder = name.rpartition("/")[0]
    return VOCABULARY if f"{folder}/".startswith(f"{VOCABULARY}/") else folder or name


def with_vocabulary(path: Path, shipped: Path) -> list[RawFile]:
    """The raw files below `path`, and where there is no vocabulary among them the shipped one, with its derivations."""
    return _completed(read_folder(path), shipped)


def _completed(files: list[RawFile], shipped: Path) -> list[RawFile]:
    if any(f.name.startswith(f"{VOCABULARY}/") for f in files):
        return files
    needed = [VOCABULARY] if any(f.name.startswith(f"{DERIVATIONS}/") for f in files) else [VOCABULARY, DERIVATIONS]
    return [*(f for f in read_folder(shipped) if f.name.partition("/")[0] in needed), *files]


# -- the cache


def cache_file(files: Sequence[RawFile]) -> Path | None:
    """Where the library made of these bytes is kept; None where caching is switched off (CAVEAT_CACHE=off)."""
    setting = os.environ.get("CAVEAT_CACHE", "")
    if setting == "off":
        return None
    try:
        home = Path(setting) if setting else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "caveat"
    except RuntimeError:  # nobody's home
        return None
    version = f"{FORMAT}-{sys.version_info[0]}{sys.version_info[1]}-{_own_code()}"
    return home / f"{digest_of_bytes(files)[:40]}-{version}.book"


def _own_code() -> str:
    """Changes whenever the code that builds a book, or keeps it, does."""
    version = getattr(sys.modules[__package__ or "caveat"], "__version__", "")
    here = Path(__file__).parent
    code = [*(p for folder in ("load", "resolve", "core") for p in (here / folder).glob("*.py")), here / "canonical.py", here / "shelf.py"]
    whole = hashlib.sha256(version.encode())
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


def _store(cache: Path | None, data: dict[str, object]) -> None:
    """Write beside, then rename; a disk that cannot be written to costs time, never an answer."""
    if cache is None:
        return
    body = text_of(data).encode()
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

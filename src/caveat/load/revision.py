"""The policies of a git revision as raw files: listed and read as git keeps them, nothing is checked out and nothing runs.

Not through `git archive`, which leaves out or rewrites what a `.gitattributes` in the revision tells it to. A link to a
file below the folder is followed, as in a folder; nothing is left out in silence: links that lead elsewhere, links to
folders, submodules, and content that this clone does not have are errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from caveat.core.errors import Diagnostic, PolicyError
from caveat.load.folder import MAX_BYTES, MAX_FILES, RawFile, is_policy, named
from caveat.load.git import about, git, not_here

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_ALL = 256_000_000  # bytes of all files together
MAX_LISTING = 64_000_000
LINK, SUBMODULE, TREE = "120000", "160000", "040000"
Wanted = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of a listing."""

    name: str  # as git keeps it
    mode: str
    ident: str

    @property
    def shown(self) -> str:
        """The name as text that can be shown."""
        return named(self.name)


@dataclass(frozen=True, slots=True)
class _Object:
    """What a name leads to: a `blob` or a `tree` with its id and size, or where it ends instead: `missing`, `symlink` (elsewhere), `loop`, ..."""

    kind: str
    ident: str = ""
    size: int = 0


def read_revision(revision: str, path: str, wanted: Wanted = is_policy) -> list[RawFile]:
    """Every wanted file of a folder or file at a revision, sorted by name. PolicyError where git has no such thing.

    `path` counts from the top of the repository, as in git's own `REVISION:path`, and is taken to the letter.
    """
    place = f"{revision}:{path}"
    if revision.startswith("-"):
        raise PolicyError([about(place, "a revision does not begin with `-`")])
    top = git(place, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{tree}}").decode().split()[-1]
    base = PurePosixPath(path.strip("/") or ".")
    at = _base(place, top, path.strip("/"))
    if at.kind == "blob":
        return _contents(place, [(named(base.name), at)])
    found = _below(place, top, path.strip("/"), at.ident, wanted)
    if not found and wanted is is_policy:
        raise PolicyError([about(place, "no policy file there")])
    if len(found) > MAX_FILES:
        raise PolicyError([about(place, f"more than {MAX_FILES:,} files")])
    return sorted(_contents(place, found), key=lambda f: f.name)


def is_file(revision: str, path: str) -> bool:
    """Whether a path at a revision is a file. PolicyError where there is no such thing."""
    place = f"{revision}:{path}"
    top = git(place, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{tree}}").decode().split()[-1]
    return _base(place, top, path.strip("/")).kind == "blob"


def _base(place: str, top: str, path: str) -> _Object:
    """The folder or file that is asked for, through links."""
    (found,) = _led_to(place, top, [path])
    if found.kind in ("blob", "tree"):
        return found
    if found.kind == "commit" or _is_in_submodule(place, top, path):
        tip = "name it in a checkout of the submodule itself"
        raise PolicyError([Diagnostic("submodule", f"`{place}` lies in a submodule, whose files are not in this revision", None, tip)])
    why = {"symlink": "a link there leads out of the repository", "loop": "a link there leads in a circle", "dangling": "a link there leads nowhere"}
    raise PolicyError([about(place, why.get(found.kind, "there is no such path in this revision"))])


def _is_in_submodule(place: str, top: str, path: str) -> bool:
    parts = PurePosixPath(path).parts
    above = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    return any(e.mode == SUBMODULE for e in _entries(place, git(place, "ls-tree", "-z", "--full-tree", top, "--", *above))) if above else False


def _below(place: str, top: str, path: str, tree: str, wanted: Wanted) -> list[tuple[str, _Object]]:
    """The wanted files below a tree, each with what it leads to. PolicyError with everything else that may hold one."""
    listing = git(place, "ls-tree", "-r", "-z", "--full-tree", tree)
    if len(listing) > MAX_LISTING:
        raise PolicyError([about(place, f"more than {MAX_LISTING:,} bytes of file names")])
    entries = [e for e in _entries(place, listing) if not any(p.startswith(".") for p in PurePosixPath(e.name).parts)]
    found = [(e.shown, _Object("blob", e.ident)) for e in entries if e.mode not in (LINK, SUBMODULE) and wanted(e.name)]
    links = [e for e in entries if e.mode == LINK]
    problems = [_submodule(place, e) for e in entries if e.mode == SUBMODULE]
    for entry, leads in zip(links, _led_to(place, tree, [e.name for e in links]), strict=True):
        if leads.kind == "blob":
            found += [(entry.shown, leads)] if wanted(entry.name) else []
        elif wanted(entry.name) or _may_be_a_folder(place, top, path, entry, leads):
            problems.append(_bad_link(place, entry, leads))
    if problems:
        raise PolicyError(problems)
    return found


def _entries(place: str, listing: bytes) -> list[_Entry]:
    found = []
    for line in listing.split(b"\0"):
        head, _, name = line.partition(b"\t")
        if line:
            mode, _, ident = head.decode().split()[:3]
            found.append(_Entry(name.decode("utf-8", "surrogateescape"), mode, ident))
    if any("\n" in e.name for e in found if e.mode == LINK):
        raise PolicyError([about(place, "the name of a link has a line end in it")])
    return found


def _may_be_a_folder(place: str, top: str, path: str, entry: _Entry, leads: _Object) -> bool:
    """Whether files may lie behind a link that is not named as one of them: not where it leads to a file, or nowhere."""
    if leads.kind != "symlink":
        return leads.kind == "tree"
    (found,) = _led_to(place, top, ["/".join(filter(None, (path, entry.name)))])
    return found.kind in ("tree", "symlink")


def _led_to(place: str, tree: str, paths: Sequence[str]) -> list[_Object]:
    """What each path below a tree leads to, once links within the tree are followed."""
    told = "".join(f"{tree}:{path}\n" for path in paths).encode("utf-8", "surrogateescape")
    if any("\n" in path for path in paths):
        raise PolicyError([about(place, "there is a line end in the path")])
    return _objects(git(place, "cat-file", "--batch-check", "--follow-symlinks", told=told), len(paths)) if paths else []


def _objects(said: bytes, count: int) -> list[_Object]:
    """The answers of `git cat-file --batch-check`: one a line, but for where a link ends, whose target follows, so long."""
    found: list[_Object] = []
    at = 0
    while len(found) < count:
        end = said.index(b"\n", at)
        words, at = said[at:end].split(), end + 1
        if words[-1] in (b"missing", b"ambiguous"):
            found.append(_Object("missing"))
        elif words[0] in (b"symlink", b"dangling", b"loop", b"notdir"):
            found.append(_Object(words[0].decode()))
            at += int(words[1]) + 1
        else:
            found.append(_Object(words[1].decode(), words[0].decode(), int(words[2])))
    return found


def _submodule(place: str, entry: _Entry) -> Diagnostic:
    tip = "name a folder without it, or give the submodule's own folder with another --policies"
    return Diagnostic("submodule", f"`{place}`: `{entry.shown}` is a submodule, whose files are not in this revision", None, tip)


_BAD_LINKS = {
    "tree": ("linked-folder", "links to folders are not followed", "delete the link, or copy the folder"),
    "symlink": ("escapes", "this link leads out of the folder", "copy what it leads to into the folder"),
    "loop": ("broken-link", "this link leads in a circle", "delete it"),
}
_NOWHERE = ("broken-link", "this link leads nowhere", "delete it, or put back what it leads to")


def _bad_link(place: str, entry: _Entry, leads: _Object) -> Diagnostic:
    code, message, tip = _BAD_LINKS.get(leads.kind, _NOWHERE)
    return Diagnostic(code, f"`{place}`: `{entry.shown}`: {message}", None, tip)


def _contents(place: str, found: Sequence[tuple[str, _Object]]) -> list[RawFile]:
    """The content of every file, first asked for its length: a line that says how long it is, then so many bytes."""
    told = "".join(f"{leads.ident}\n" for _, leads in found).encode()
    sizes = _objects(git(place, "cat-file", "--batch-check", told=told), len(found)) if found else []
    lacking = [f"`{name}`" for (name, _), o in zip(found, sizes, strict=True) if o.kind != "blob"]
    if lacking:
        raise PolicyError([not_here(place, lacking[0] + (f" and {len(lacking) - 1} more files" if len(lacking) > 1 else ""))])
    if sum(o.size for o in sizes) > MAX_ALL:
        raise PolicyError([about(place, f"more than {MAX_ALL:,} bytes")])
    data, at, contents = git(place, "cat-file", "--batch", told=told) if found else b"", 0, []
    for name, _ in found:
        end = data.index(b"\n", at)
        size = int(data[at:end].split()[2])
        contents.append(RawFile(name, data[end + 1 : end + 1 + min(size, MAX_BYTES + 1)]))
        at = end + 1 + size + 1
    return contents

"""The cache of loaded libraries: it saves time, and never changes an answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from caveat.library import Library
from caveat.store import shelf

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = Path(__file__).parent / "bad" / "base"
AT_HOME = {"weapon": "rocket", "supplier": "AA", "target.region": "AA-2", "date": "2024-02-01"}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test's own."""
    monkeypatch.setenv("CAVEAT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """A copy of the sound library."""
    for path in BASE.rglob("*.yaml"):
        copy = tmp_path / "policies" / path.relative_to(BASE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    return tmp_path / "policies"


def verdict(policies: Path = BASE) -> str:
    """What the library below a folder says of a use that the sound one permits."""
    return str(Library.load(policies).decide(AT_HOME).verdict)


def kept(cache: Path) -> list[Path]:
    """The files of the cache."""
    return sorted(cache.iterdir()) if cache.is_dir() else []


def built(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts, from now on, how often a library is built from its files."""
    times: list[int] = []
    build = shelf.build
    monkeypatch.setattr(shelf, "build", lambda files: (times.append(1), build(files))[1])
    return times


def test_the_second_time(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library is built once; what comes from the cache is the same book, by digest and by answer."""
    times = built(monkeypatch)
    first, second = Library.load(BASE), Library.load(BASE)
    assert len(times) == 1
    assert first.digest == second.digest
    assert first.decide(AT_HOME).verdict == second.decide(AT_HOME).verdict == "permitted"
    assert len(kept(cache)) == 1


def test_never_stale(cache: Path, policies: Path) -> None:
    """A changed policy has another answer at once, also where size and time of its file stayed the same."""
    assert verdict(policies) == "permitted"
    file = policies / "policy.yaml"
    known = file.stat()
    text = file.read_text()
    file.write_text(text.replace("effect: permit\n", "effect: prohibit\n").replace("Within Aland it may be used.", "Nothing is allowed there."))
    os.utime(file, ns=(known.st_atime_ns, known.st_mtime_ns))
    assert verdict(policies) == "prohibited"
    file.write_text(text)
    assert verdict(policies) == "permitted"


def test_renamed_files(cache: Path, policies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of a file counts: a policy that is moved or hidden is not found in the cache."""
    verdict(policies)
    times = built(monkeypatch)
    (policies / "policy.yaml").rename(policies / "other.yaml")
    assert verdict(policies) == "permitted"
    assert times == [1]


def test_code_counts(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of the package does not read what this one kept."""
    verdict()
    times = built(monkeypatch)
    monkeypatch.setattr("caveat.version.__version__", "99.0.0")
    verdict()
    assert times == [1]


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "garbage": lambda _: b"\x00\xff" * 1_000,
    "cut short": lambda data: data[: len(data) // 2],
    "one byte less": lambda data: data[:-1],
    "one byte more": lambda data: data + b" ",
    "one bit": lambda data: data[:-100] + bytes((data[-100] ^ 1,)) + data[-99:],
    "another effect": lambda data: data.replace(b'"permit"', b'"prohibit"'),
    "no seal": lambda data: data.partition(b"\n")[2],
    "another seal": lambda data: b"0" * 64 + b"\n" + data.partition(b"\n")[2],
    "deep": lambda _: b"[" * 1_000_000,
    "other JSON": lambda _: b'{"format": 2, "book": {}}',
    "a list": lambda _: b"[]",
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_spoiled(cache: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[bytes], bytes]) -> None:
    """Whatever became of a file in the cache, the answer is right, and the file is made anew."""
    verdict()
    (file,) = kept(cache)
    sound = file.read_bytes()
    spoiled = spoil(sound)
    assert spoiled != sound
    file.write_bytes(spoiled)
    times = built(monkeypatch)
    assert verdict() == "permitted"
    assert times == [1]
    assert file.read_bytes() == sound


@pytest.mark.parametrize(
    "body", ["{}", "[]", "null", '{"issuers": []}', '{"sets": 5}', "[" * 100_000, '{"sets": [], "places": {}, "vocabulary": {}}']
)
def test_sealed_nonsense(cache: Path, body: str) -> None:
    """Even a sealed file that holds no book is passed over."""
    verdict()
    (file,) = kept(cache)
    file.write_bytes(shelf._sealed(file, body.encode()) + body.encode())
    assert verdict() == "permitted"


def test_of_another_library(cache: Path, policies: Path) -> None:
    """The file of one library under the name of another is not taken for it."""
    verdict(policies)
    (one,) = kept(cache)
    text = (policies / "policy.yaml").read_text()
    (policies / "policy.yaml").write_text(text.replace("effect: permit", "effect: prohibit"))
    verdict(policies)
    (other,) = (p for p in kept(cache) if p != one)
    other.write_bytes(one.read_bytes())
    assert verdict(policies) == "prohibited"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="owners and modes of POSIX systems")
def test_written_by_others(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that others may write, or that belongs to another, is not read."""
    verdict()
    (file,) = kept(cache)
    assert file.stat().st_mode & 0o077 == 0
    file.chmod(0o666)
    times = built(monkeypatch)
    assert verdict() == "permitted"
    assert times == [1]
    monkeypatch.setattr(os, "geteuid", lambda: 12_345)
    assert verdict() == "permitted"
    assert times == [1, 1]


def test_a_folder_in_its_place(cache: Path) -> None:
    """A folder where the file should be costs time, not the answer, and nothing is left lying about."""
    verdict()
    (file,) = kept(cache)
    file.unlink()
    file.mkdir()
    assert verdict() == "permitted"
    assert kept(cache) == [file]


@pytest.mark.parametrize("place", ["file/cache", "file", "/proc/nowhere", "/dev/null/x"])
def test_where_nothing_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """A cache that cannot be written costs time, not the answer."""
    (tmp_path / "file").write_text("x")
    monkeypatch.setattr(os, "environ", {**os.environ, "CAVEAT_CACHE": str(tmp_path / place)})
    assert verdict() == "permitted"
    assert (tmp_path / "file").read_text() == "x"


def test_full_disk(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full while the file is written leaves no half of it."""
    import errno

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert verdict() == "permitted"
    assert kept(cache) == []


def test_switched_off(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`CAVEAT_CACHE=off` writes and reads nothing."""
    monkeypatch.setenv("CAVEAT_CACHE", "off")
    assert verdict() == "permitted"
    assert kept(cache) == []
    assert not Path("off").exists()


def test_nobody_is_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a home folder there is no cache, and still an answer."""

    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("CAVEAT_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", nobody)
    assert verdict() == "permitted"


def test_others_files_are_left_alone(cache: Path, policies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of old libraries only a few are kept; what else lies in the folder is never deleted."""
    monkeypatch.setattr(shelf, "KEPT", 2)
    cache.mkdir()
    theirs = [cache / name for name in ("thesis.json", "notes.book", "a.tmp", "0123.book")]
    for file in theirs:
        file.write_text("mine")
    for n in range(5):
        (policies / f"more-{n}.yaml").write_text(f"issuer: A{n}\nname: Land {n}\n")
        verdict(policies)
    assert len(kept(cache)) == 2 + len(theirs)
    assert all(file.read_text() == "mine" for file in theirs)


def test_bad_policies_are_not_kept(cache: Path, policies: Path) -> None:
    """A library that does not load leaves nothing behind, and does not load the second time either."""
    (policies / "bad.yaml").write_text("isuer: AA\n")
    for _ in range(2):
        with pytest.raises(Exception, match="unknown-key"):
            Library.load(policies)
    assert kept(cache) == []


def test_several_threads(cache: Path) -> None:
    """Threads that load one library at once all get the right one."""
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(verdict())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["permitted"] * 6
    assert len(kept(cache)) == 1


def test_several_processes(cache: Path) -> None:
    """Processes that begin at once with an empty cache, and one whose cache is spoiled meanwhile, all answer alike."""
    command = [sys.executable, "-m", "caveat", "decide", "--policies", str(BASE), "--format", "json", "--known-by", "2025-01-01"]
    command += [f"--fact={key}={value}" for key, value in AT_HOME.items()]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
    written = [process.communicate(timeout=60) for process in running]
    for file in kept(cache):
        file.write_bytes(b"spoiled")
    again = subprocess.run(command, capture_output=True, check=True, timeout=60)
    written.append((again.stdout, again.stderr))
    assert len({out for out, _ in written}) == 1
    assert {err for _, err in written} == {b""}
    assert json.loads(written[0][0])["verdict"] == "permitted"
    assert [p.suffix for p in kept(cache)] == [".book"]

"""A file that is followed, and all that can happen to it: nothing that stands in it is missed, nothing is made up."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from caveat.core.errors import ScenarioError
from caveat.watch import feed as feeds
from caveat.watch.feed import NEAR, Feed
from caveat.watch.journal import Place

if TYPE_CHECKING:
    from pathlib import Path

LONG = b"x" * NEAR  # longer than the bytes by which a file is known again


class Followed:
    """A feed on a file, which is looked at as often as it is told to; what it read, and what it noted."""

    def __init__(self, path: Path, place: Place | None = None) -> None:
        """Follow a file, from a place."""
        self.notes: list[str] = []
        self.lines: list[bytes] = []
        self.at = place or Place()
        self.feed = Feed(path, lambda _: self.at, follow=True, note=self.notes.append)

    def look(self, times: int = 6) -> list[bytes]:
        """The lines that some looks give."""
        left = iter(range(times))
        found: list[bytes] = []
        while lines := self.feed.read(lambda: next(left, None) is None):
            found += [line.text for line in lines]
            self.at = self.feed.place(lines[-1]) or self.at
        self.lines += found
        return found


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A file with two lines; looks do not wait."""
    monkeypatch.setattr(feeds, "PATIENCE_SECONDS", 0)
    (tmp_path / "in").write_bytes(b"a\nb\n")
    return tmp_path / "in"


def test_it_grows(path):
    """What is appended is read, a line once it has ended."""
    followed = Followed(path)
    assert followed.look() == [b"a", b"b"]
    for piece, wanted in ((b"c", []), (b"d\ne\n", [b"cd", b"e"]), (b"", [])):
        with path.open("ab") as file:
            file.write(piece)
        assert followed.look() == wanted
    assert followed.notes == []


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        (b"x\ny\nz\n", [b"x", b"y", b"z"]),  # cut and at once written longer
        (b"x\ny\n", [b"x", b"y"]),  # and just as long
        (b"x\n", [b"x"]),  # and shorter
        (b"a\n", [b"a"]),  # only its tail was cut
        (b"a\nc\nd\n", [b"a", b"c", b"d"]),  # its tail was cut and written anew
        (b"x\nb\nc\n", [b"x", b"b", b"c"]),  # only its head is another
        (b"a\nb\n", []),  # written with the same again
        (b"a\nb\nc\n", [b"c"]),  # and more
        (b"", []),
    ],
)
def test_it_is_cut_and_written_anew(path, now, wanted):
    """Copied away and cut, whatever is written then is read, whether it is noticed at once or after a restart."""
    followed = Followed(path)
    followed.look()
    path.write_bytes(now)
    assert followed.look() == wanted
    path.write_bytes(b"a\nb\n")
    other = Followed(path)
    other.look()
    path.write_bytes(now)
    assert Followed(path, other.at).look() == wanted


def test_half_a_line_that_was_cut(path):
    """Half a line that was read and is gone is never put together with what came in its place."""
    with path.open("ab") as file:
        file.write(b"half")
    followed = Followed(path)
    followed.look()
    path.write_bytes(b"a\nb\nHALF and more\n")
    assert followed.look() == [b"a", b"b", b"HALF and more"]


def test_a_place_is_of_what_was_read(path):
    """The place that is noted is that of the bytes that were read, also where the file was written anew before it was noted."""
    followed = Followed(path)
    lines = followed.feed.read(lambda: False)
    path.write_bytes(b"x\ny\nz\n")
    place = followed.feed.place(lines[-1])
    assert Followed(path, place).look() == [b"x", b"y", b"z"]


def test_it_is_renamed(path):
    """Another file with its name is read from its beginning, after what was still written to the old one."""
    followed = Followed(path)
    followed.look()
    old = path.open("ab")
    path.rename(path.with_name("in.1"))
    path.write_bytes(b"new\n")
    followed.look(1)
    with old:
        old.write(b"late\nend")
    assert followed.look() == [b"late", b"end", b"new"]
    assert followed.notes == [f"{path} is another file now; it is read from its beginning"]


def test_it_is_gone_and_back(path):
    """While its name is gone what comes in the old file is read; back again, it is read on, and another from its beginning."""
    followed = Followed(path)
    followed.look()
    path.rename(path.with_name("away"))
    with path.with_name("away").open("ab") as file:
        file.write(b"c\n")
    assert followed.look() == [b"c"]
    path.with_name("away").rename(path)
    assert followed.look() == []
    path.unlink()
    followed.look()
    path.write_bytes(b"d\n")
    assert followed.look() == [b"d"]
    assert len(followed.notes) == 3


@pytest.mark.parametrize("kind", ["folder", "pipe", "ring", "nowhere"])
def test_its_name_is_something_else(path, kind):
    """Where its name is that of a folder, a pipe or a link that leads nowhere, it is waited for, which is said once."""
    followed = Followed(path)
    followed.look()
    path.unlink()
    make = {"folder": path.mkdir, "pipe": lambda: os.mkfifo(path), "ring": lambda: path.symlink_to(path), "nowhere": lambda: path.symlink_to("x")}
    make[kind]()
    assert followed.look() == []
    assert len(followed.notes) == 1
    assert followed.notes[0].endswith("it is waited for")
    path.rmdir() if kind == "folder" else path.unlink()
    path.write_bytes(b"c\n")
    assert followed.look() == [b"c"]


def test_it_cannot_be_read_for_a_moment(path, monkeypatch):
    """A new file that cannot be opened yet is opened when it can be."""
    followed = Followed(path)
    followed.look()
    path.with_name("new").write_bytes(b"c\n")
    path.with_name("new").rename(path)

    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(feeds.os, "open", refused)
        assert followed.look() == []
    assert followed.look() == [b"c"]
    assert "Permission denied" in followed.notes[0]


def test_a_link_is_turned(path):
    """A link that leads to another file is another file."""
    link = path.with_name("link")
    link.symlink_to(path)
    followed = Followed(link)
    followed.look()
    path.with_name("two").write_bytes(b"c\n")
    link.unlink()
    link.symlink_to(path.with_name("two"))
    assert followed.look() == [b"c"]


def test_a_mark_at_the_beginning(path):
    """A byte order mark at the beginning of a file is passed over, also of one that takes its place."""
    path.write_bytes(b"\xef\xbb\xbfa\n")
    followed = Followed(path)
    assert followed.look() == [b"a"]
    path.with_name("new").write_bytes(b"\xef\xbb\xbfb\n")
    path.with_name("new").rename(path)
    assert followed.look() == [b"b"]


def test_a_line_longer_than_what_it_is_known_by(path):
    """Files that differ only within what they are known by are told apart, however long their lines are."""
    path.write_bytes(LONG + b"1\n" + LONG + b"\n")
    followed = Followed(path)
    followed.look()
    path.write_bytes(LONG + b"1\n" + LONG[:-1] + b"y\n")
    assert followed.look() == [LONG + b"1", LONG[:-1] + b"y"]


def test_a_folder_is_no_input(tmp_path):
    """A folder in place of a file is an error that says so."""
    with pytest.raises(ScenarioError, match="Is a directory"):
        Feed(tmp_path, lambda _: Place())


class Logs(RuleBasedStateMachine):
    """A program writes lines, rotates and spoils its file in every way, and restarts come in between; each line has its own text."""

    def __init__(self) -> None:
        """Begin with an empty file."""
        super().__init__()
        import tempfile
        from pathlib import Path

        feeds.PATIENCE_SECONDS = 0
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "in"
        self.path.touch()
        self.count, self.half = 0, b""
        self.written: set[bytes] = set()
        self.read: list[bytes] = []
        self.followed = Followed(self.path)

    def teardown(self) -> None:
        """Remove the folder."""
        self.followed.feed.close()
        self.folder.cleanup()

    def new(self, size: int) -> bytes:
        """A line that was never there."""
        self.count += 1
        line = b"%06d " % self.count + b"x" * size
        self.written.add(line)
        return line + b"\n"

    def present(self) -> bool:
        """Whether the file stands there."""
        return self.path.exists()

    @precondition(present)
    @rule(sizes=st.lists(st.integers(0, 5_000), max_size=4), split=st.booleans())
    def grow(self, sizes: list[int], split: bool) -> None:
        """Append lines, perhaps looked at in the middle of one."""
        data = b"".join(self.new(size) for size in sizes)
        with self.path.open("ab") as file:
            if split and data:
                file.write(data[: len(data) // 2])
                file.flush()
                self.look()
                file.write(data[len(data) // 2 :])
            else:
                file.write(data)

    @precondition(present)
    @rule(sizes=st.lists(st.integers(0, 5_000), max_size=4), keep=st.integers(0, 2))
    def cut(self, sizes: list[int], keep: int) -> None:
        """Cut it, keeping some lines, and write others at once."""
        kept = b"".join(self.path.read_bytes().splitlines(keepends=True)[:keep])
        self.path.write_bytes(kept + b"".join(self.new(size) for size in sizes))

    @precondition(present)
    @rule(sizes=st.lists(st.integers(0, 5_000), max_size=3))
    def rotate(self, sizes: list[int]) -> None:
        """Put another in its place, once all that stood in it was read."""
        self.look()
        self.path.with_name("new").write_bytes(b"".join(self.new(size) for size in sizes))
        self.path.with_name("new").replace(self.path)

    @precondition(present)
    @rule()
    def remove(self) -> None:
        """Take it away."""
        self.path.unlink()

    @precondition(lambda self: not self.present())
    @rule(sizes=st.lists(st.integers(0, 500), max_size=3))
    def bring(self, sizes: list[int]) -> None:
        """Put a new one where it was."""
        self.path.write_bytes(b"".join(self.new(size) for size in sizes))

    @precondition(present)
    @rule()
    def restart(self) -> None:
        """End, and begin again from the place that was noted."""
        place = self.followed.at
        self.followed.feed.close()
        self.followed = Followed(self.path, place)

    @rule()
    def look(self) -> None:
        """Look until nothing is new."""
        self.read += self.followed.look(8)

    @invariant()
    def nothing_is_missed_or_made_up(self) -> None:
        """Once looked at, every whole line of the file was read, and no line that nobody wrote."""
        self.look()
        present = set(self.path.read_bytes().split(b"\n")[:-1]) if self.present() else set()
        assert present <= set(self.read)
        assert set(self.read) <= self.written


TestLogs = Logs.TestCase

"""Everything a watch has accepted, told and set aside, in one SQLite file that a kill at any moment leaves whole.

One transaction takes lines in, notes how far the input was read, and holds what is to be told of them: after a kill
either all of that happened or none of it. What is told is written out only once its transaction is on the disk.
"""

from __future__ import annotations

import json
import sqlite3
import weakref
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from caveat.core.errors import CaveatError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from caveat.watch.data import AsideData, ToldData

FORMAT = 1
APPLICATION = 0x43565754  # how SQLite files of ours are marked
CACHE_KIB = 16_384
_TABLES = """
create table meta(key text primary key, value text not null) without rowid;
create table reports(n integer primary key, id text not null unique, target text not null, body text not null);
create index aimed on reports(target) where target <> '';
create table near(place text, last integer, n integer, primary key(place, last, n)) without rowid;
create table scenarios(id text, version integer, body text not null, primary key(id, version)) without rowid;
create table closed(id text primary key) without rowid;
create table states(id text primary key, verdict text not null) without rowid;
create table told(seq integer primary key, line text not null, record blob);
create table rejects(n integer primary key, source text, line integer, digest text, code text, message text, text text, unique(source, line, digest));
create table inputs(source text primary key, offset integer, line integer, head text, tail text) without rowid;
"""


class JournalError(CaveatError):
    """The journal cannot be used; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far an input was read: bytes, lines, and digests of what stood at its head and before this place."""

    offset: int = 0
    line: int = 0
    head: str = ""
    tail: str = ""


class Journal:
    """The store of one watch. Without a path it lasts as long as the process, on disk where it grows."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the journal, or begin one; it is ours alone until `close`. JournalError where that cannot be."""
        self.path = path
        with self._errors():
            self._db = sqlite3.connect(str(path) if path is not None else "", isolation_level=None, timeout=0.2)
            weakref.finalize(self, self._db.close)  # one that is given up is closed
            self._prepare()

    def _prepare(self) -> None:
        db = self._db
        db.execute("pragma locking_mode=exclusive")
        db.execute(f"pragma cache_size=-{CACHE_KIB}")
        db.execute("pragma trusted_schema=off")
        if self.path is not None:
            db.execute("pragma journal_mode=wal")
            db.execute("pragma synchronous=full")
        else:
            db.execute("pragma synchronous=off")
        db.execute("begin immediate")
        mark, form = db.execute("pragma application_id").fetchone()[0], db.execute("pragma user_version").fetchone()[0]
        if (mark, form) == (0, 0) and not db.execute("select 1 from sqlite_master").fetchone():
            for statement in _TABLES.strip().split(";\n"):
                db.execute(statement)
            db.execute("insert into meta values ('id', ?)", (uuid4().hex,))
            db.execute(f"pragma application_id={APPLICATION}")
            db.execute(f"pragma user_version={FORMAT}")
        elif mark != APPLICATION:
            raise JournalError(f"`{self.path}` is an SQLite file, but not a journal of `caveat watch`; name another file")
        elif form != FORMAT:
            raise JournalError(f"`{self.path}` was written by another version of caveat (format {form}, this one knows {FORMAT})")
        db.execute("commit")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """What SQLite says, as an error of ours."""
        try:
            yield
        except sqlite3.Error as error:
            where = f"the journal `{self.path}`" if self.path is not None else "the journal"
            if "locked" in str(error):
                raise JournalError(f"{where} is in use by another watch") from None
            if "not a database" in str(error) or "malformed" in str(error):
                raise JournalError(f"{where} is damaged, or no journal ({error})") from None
            raise JournalError(f"{where} cannot be used: {error}") from None

    def close(self) -> None:
        """Close it, and let others have it."""
        with self._errors():
            self._db.close()

    # -- transactions

    def begin(self) -> None:
        """Begin a transaction, unless one has begun."""
        if not self._db.in_transaction:
            self._run("begin immediate")

    def commit(self) -> None:
        """Put what was done since `begin` on the disk."""
        if self._db.in_transaction:
            self._run("commit")

    def rollback(self) -> None:
        """Forget what was done since `begin`."""
        if self._db.in_transaction:
            self._run("rollback")

    def _run(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        with self._errors():
            return self._db.execute(sql, values)

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._errors():
            return self._db.execute(sql, values).fetchall()

    # -- what is known of the whole

    def note(self, key: str, value: str) -> None:
        """Note something about the whole, in place of what was noted before."""
        self._run("insert or replace into meta values (?, ?)", (key, value))

    def noted(self, key: str) -> str | None:
        """What was noted; None where nothing was."""
        row = self._run("select value from meta where key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    # -- reports

    def add_report(self, ident: str, target: str, body: str, places: Iterable[tuple[str, int]]) -> str | None:
        """Keep a report, with the places and days under which it is looked for; what its id already stands for, if anything.

        None where it is new.
        """
        with self._errors():
            cursor = self._db.execute("insert or ignore into reports(id, target, body) values (?, ?, ?)", (ident, target, body))
            if cursor.rowcount == 0:
                return str(self._db.execute("select body from reports where id = ?", (ident,)).fetchone()[0])
            n = cursor.lastrowid
            self._db.executemany("insert or ignore into near values (?, ?, ?)", [(place, last, n) for place, last in places])
        return None

    def reports_at(self, places: Sequence[str], since: int) -> Iterator[tuple[str, str, bool]]:
        """Every report kept under one of these places that may be of this day or later, in order of id.

        A place that ends in `|` stands for all that begin so. Comes as id, body, and whether it corrects or retracts
        another, or another does it.
        """
        whole, begun = [p for p in places if not p.endswith("|")], [p for p in places if p.endswith("|")]
        asked = [f"place in ({','.join('?' * len(whole))})", *["(place >= ? and place < ?)"] * len(begun)]
        sql = (
            "select id, body, target <> '' or exists (select 1 from reports a where a.target = r.id and a.target <> '') from reports r "  # noqa: S608
            f"where n in (select n from near where ({' or '.join(asked)}) and last >= ?) order by id"
        )
        with self._errors():
            for ident, body, tied in self._db.execute(sql, [*whole, *(end for p in begun for end in (p, p[:-1] + "}")), since]):
                yield str(ident), str(body), bool(tied)

    def keep_again(self, places: Callable[[str], Iterable[tuple[str, int]]]) -> None:
        """Work out anew under which places each report is kept, by its body: after the vocabulary has changed."""
        with self._errors():
            self._db.execute("delete from near")
            last = 0
            while rows := self._db.execute("select n, body from reports where n > ? order by n limit 1000", (last,)).fetchall():
                found = [(place, day, n) for n, body in rows for place, day in places(body)]
                self._db.executemany("insert or ignore into near values (?, ?, ?)", found)
                last = rows[-1][0]

    def reports_on(self, target: str) -> list[tuple[str, str]]:
        """Id and body of every correction and retraction of a report."""
        return [(str(i), str(b)) for i, b in self._rows("select id, body from reports where target = ? and target <> ''", (target,))]

    def report(self, ident: str) -> str | None:
        """The body of a report; None where it has not come."""
        row = self._run("select body from reports where id = ?", (ident,)).fetchone()
        return str(row[0]) if row else None

    # -- scenarios

    def add_scenario(self, ident: str, version: int, body: str) -> str | None:
        """Keep a version of a scenario; the body that this version already has, None where it is new."""
        cursor = self._run("insert or ignore into scenarios values (?, ?, ?)", (ident, version, body))
        if cursor.rowcount:
            return None
        return str(self._run("select body from scenarios where id = ? and version = ?", (ident, version)).fetchone()[0])

    def close_scenario(self, ident: str) -> bool:
        """Close a scenario for good; False where it was closed already."""
        return bool(self._run("insert or ignore into closed values (?)", (ident,)).rowcount)

    def is_closed(self, ident: str) -> bool:
        """Whether a scenario is closed."""
        return self._run("select 1 from closed where id = ?", (ident,)).fetchone() is not None

    def open_scenarios(self) -> list[tuple[str, int, str]]:
        """Id, version and body of every open scenario in its highest version, in order of id."""
        sql = "select id, max(version), body from scenarios where id not in (select id from closed) group by id order by id"
        return [(str(i), int(v), str(b)) for i, v, b in self._rows(sql)]

    def set_state(self, ident: str, verdict: str | None) -> None:
        """Note the verdict that was last told of a scenario; None forgets it."""
        if verdict is None:
            self._run("delete from states where id = ?", (ident,))
        else:
            self._run("insert or replace into states values (?, ?)", (ident, verdict))

    def states(self) -> dict[str, str]:
        """The verdict last told of each open scenario."""
        return {str(i): str(v) for i, v in self._rows("select id, verdict from states order by id")}

    # -- what is told

    def last_told(self) -> int:
        """The number of the last line that is told, or is about to be; 0 where there is none."""
        return int(self._run("select coalesce(max(seq), 0) from told").fetchone()[0])

    def tell(self, seq: int, data: ToldData, record: bytes | None) -> None:
        """Keep a line that is to be told, and its record."""
        self._run("insert into told values (?, ?, ?)", (seq, json.dumps(data, ensure_ascii=False), record))

    def told_after(self, seq: int) -> Iterator[tuple[int, ToldData, bytes | None]]:
        """Every line after a number: its own number, what it says, its record."""
        while rows := self._rows("select seq, line, record from told where seq > ? order by seq limit 500", (seq,)):
            for number, line, record in rows:
                yield int(number), json.loads(line), record
            seq = int(rows[-1][0])

    # -- what is set aside, and how far inputs were read

    def reject(self, source: str, line: int, digest: str, code: str, message: str, text: str) -> bool:
        """Set a bad line aside; False where it was set aside before."""
        row = (source, line, digest, code, message, text)
        return bool(self._run("insert or ignore into rejects(source, line, digest, code, message, text) values (?, ?, ?, ?, ?, ?)", row).rowcount)

    def last_reject(self) -> int:
        """The number of the last line that was set aside; 0 where there is none."""
        return int(self._run("select coalesce(max(n), 0) from rejects").fetchone()[0])

    def rejects(self, after: int = 0) -> Iterator[tuple[int, AsideData]]:
        """Every line that was set aside after a number, with its own."""
        sql = "select n, source, line, code, message, text from rejects where n > ? order by n limit 500"
        while rows := self._rows(sql, (after,)):
            for n, source, line, code, message, text in rows:
                yield int(n), {"seq": int(n), "source": source, "line": line, "code": code, "message": message, "text": text}
            after = int(rows[-1][0])

    def place(self, source: str) -> Place:
        """How far an input was read."""
        row = self._run("select offset, line, head, tail from inputs where source = ?", (source,)).fetchone()
        return Place(*row) if row else Place()

    def set_place(self, source: str, place: Place) -> None:
        """Note how far an input was read."""
        self._run("insert or replace into inputs values (?, ?, ?, ?, ?)", (source, place.offset, place.line, place.head, place.tail))

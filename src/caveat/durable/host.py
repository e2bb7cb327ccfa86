"""The one door to durable-rules: rules as data in, exact matches out. No other file imports it.

What durable-rules does by itself, and what is done about it here:

- A fact is known by a 32-bit hash of its id, so another fact may be taken for it and dropped. Ids are given here, and
  one that is taken for another is given the next id.
- Retracting reads and writes past the end of what it holds, once both facts of a match are retracted. It is never asked
  to: what is found with a fact that is gone is dropped here, and now and then the facts that are left are told anew.
- It holds 1,024 states at a time. States are deleted when a session closes, and past the limit another copy of the
  ruleset is opened. Deleting a state frees what was never written unless an action was started there; so one is.
- It loses what actions raise, runs them on timer threads, and forgets a match once it was handed over. There are no
  actions and no timers here: matches are fetched and kept.
- A message that meets more than 64 branches fails halfway, a node with 512 children never ends, `or` inside a pattern
  skips comparisons between facts, what "not" leaves behind is not taken back, and where the last comparison fails it
  reads on. None of these is met: rules are laid out as a narrow tree, sets of values are intervals, what must be absent
  is matched and subtracted, and the last comparison always holds.
- A test that compares a missing attribute stops everything with an error. What is compared is required first.
- Texts are compared as they were escaped, numbers cut to 64 bits. No text gets there, and numbers keep their order.

A Ruleset may be shared between threads; each call of a Session is done whole before another begins.
"""

from __future__ import annotations

import os
import re
import sys
import weakref
from collections import deque
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from threading import RLock
from typing import TYPE_CHECKING, Any, Self

from caveat.core.errors import CaveatError, TooLargeError
from caveat.durable.encoding import Codes, Encoding, Form, Value, as_json
from caveat.durable.holding import Found, Holding, Key
from caveat.durable.patterns import OPERATORS, Match, Pattern, Ref, Rule, Test, check_rules, check_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import ModuleType, TracebackType

__all__ = ["OPERATORS", "FactError", "HostError", "Match", "Pattern", "Ref", "Rule", "Ruleset", "Session", "Test"]

STATES = 1_024  # that one copy of a ruleset holds
MOST_FORMS = 2_000  # in one copy of one part; durable-rules takes 4,096 rules
MOST_PROPERTIES = 200  # of a fact; durable-rules takes 255
MOST_PATTERNS = 20_000  # of a whole ruleset
MOST_FACTS = 100_000  # told to one session and not retracted: each takes about 9 kB
MOST_BYTES = 768 << 20  # of all open sessions of a ruleset: any question is to stay within 1 GiB, and the rest takes a quarter
BYTES_A_PATTERN, BYTES_A_FORM, BYTES_A_STATE = 12_000, 2_000, 150_000
LEAF, FAN = 24, 8  # patterns side by side, and branches above them: never more than 64 are open at once
SLACK = 8  # facts that are gone, beyond as many as are left, before those that are left are told anew
LONE_SLACK = 500  # the same where no rule has two patterns, so that what is gone can meet nothing
WASTE = 64  # matches found with facts that are gone, beyond as many as it costs to find the others again, before the same
STORED, UNMATCHED, OBSERVED = 0, 1, 2
FACT = re.compile(r'"m([0-9]+)":\{"id":"([0-9]+)"')  # in a match as durable-rules writes it: the alias, and the fact as it was told


class HostError(CaveatError):
    """durable-rules failed, or a session was used after it failed or was closed. Never an answer, never an absent match."""


class FactError(CaveatError, ValueError):
    """A fact cannot be told: its id is in use, or a value is neither a text nor a whole number, or is too large to compare."""


def engine() -> ModuleType:
    """The C part of durable-rules, loaded when first needed."""
    flags = sys.getdlopenflags() if hasattr(sys, "getdlopenflags") else None
    if flags is not None:
        sys.setdlopenflags(os.RTLD_LAZY)  # on Python 3.13 it names a function that is gone, and never calls it
    try:
        return import_module("durable_rules_engine")
    except ImportError as error:
        raise HostError(f"durable-rules cannot be loaded: {error}") from error
    finally:
        if flags is not None:
            sys.setdlopenflags(flags)


class _Part:
    """One ruleset of durable-rules: some of the forms, in as many copies as sessions need."""

    def __init__(self, name: str, forms: Sequence[tuple[int, Form]]) -> None:
        self._name = name
        self.properties = frozenset().union(*(form.properties for _, form in forms))
        self._text = as_json({"birth": {"all": [{"m": {"birth": 1}}]}} | _layout(forms))
        self._free: list[tuple[int, str]] = []
        self._gone: deque[tuple[int, str]] = deque()
        self._copies: list[int] = []
        self._add_copy()
        weakref.finalize(self, _delete, self._gone, self._copies).atexit = False

    def _add_copy(self) -> None:
        copy = _called("create_ruleset", f"{self._name}-{len(self._copies)}", self._text)
        self._copies.append(copy)
        self._free += [(copy, str(n)) for n in reversed(range(STATES))]

    def born(self) -> tuple[int, str, int]:
        """A new empty state: the copy it lies in, its name, and its number there."""
        self.sweep()
        if not self._free:
            self._add_copy()
        copy, sid = self._free.pop()
        # Until its first action durable-rules has not written all of a state that it will read; so there is one.
        result, state = _called("assert_event", copy, f'{{"id":"birth","sid":"{sid}","birth":1}}')
        if (
            result != STORED
            or _called("start_action_for_state", copy, state) is None
            or _called("complete_and_start_action", copy, state) is not None
        ):
            raise HostError("durable-rules did not begin a state as it should")
        return copy, sid, state

    def bury(self, copy: int, sid: str) -> None:
        """Let a state be deleted at the next sweep. May be called at any moment, from anywhere."""
        self._gone.append((copy, sid))

    def sweep(self) -> None:
        """Delete the states that are gone."""
        while self._gone:
            copy, sid = self._gone.popleft()
            _called("delete_state", copy, sid)
            self._free.append((copy, sid))


def _delete(gone: Iterable[tuple[int, str]], copies: Iterable[int]) -> None:
    for copy, sid in gone:
        _called("delete_state", copy, sid)
    for copy in copies:
        _called("delete_ruleset", copy)


def _called(function: str, *arguments: object) -> Any:  # noqa: ANN401  (durable-rules has no types)
    """One call of durable-rules; what goes wrong there is a HostError."""
    try:
        return getattr(sys.modules.get("durable_rules_engine") or engine(), function)(*arguments)
    except CaveatError:
        raise
    except MemoryError as error:
        raise HostError(f"durable-rules is out of memory or of states ({function})") from error
    except Exception as error:
        raise HostError(f"durable-rules failed ({function}): {error}") from error


def _layout(forms: Sequence[tuple[int, Form]]) -> dict[str, object]:
    """The forms as a ruleset: the patterns are the leaves of a tree that is nowhere wider than durable-rules can walk."""
    leaves = sorted((as_json(tests), number, p) for number, form in forms for p, tests in enumerate(form.patterns))
    place = {(number, p): i // LEAF for i, (_, number, p) in enumerate(leaves)}
    depth = 0
    while LEAF * FAN**depth < len(leaves):
        depth += 1
    found: dict[str, object] = {}
    for number, form in forms:
        patterns = []
        for p, tests in enumerate(form.patterns):
            way = [{"$gte": {"z": -1 - place[number, p] // FAN**d % FAN}} for d in reversed(range(depth))]
            patterns.append({f"m{form.positions[p]}": {"$and": [*way, *tests] or [{"$gte": {"z": 0}}]}})
        found[str(number)] = {"all": patterns}
    return found


def _parts(name: str, forms: Sequence[Form]) -> list[_Part]:
    """The forms in as few parts as the bounds allow."""
    parts: list[list[tuple[int, Form]]] = []
    properties: set[str] = set()
    for number, form in enumerate(forms):
        if not parts or len(parts[-1]) == MOST_FORMS or len(properties | form.properties) > MOST_PROPERTIES:
            parts.append([])
            properties = set()
        if len(form.properties) > MOST_PROPERTIES:
            raise TooLargeError(f"one rule tests {len(form.properties)} attributes, and at most {MOST_PROPERTIES} can be")
        parts[-1].append((number, form))
        properties |= form.properties
    return [_Part(f"{name}-{i}", part) for i, part in enumerate(parts)]


class Ruleset:
    """Rules made ready. May be shared between threads."""

    def __init__(self, rules: Iterable[Rule], name: str = "rules") -> None:
        """Check and lay out the rules. ValueError where one is wrong, TooLargeError past a bound; never half made."""
        self.rules = tuple(rules)
        check_rules(self.rules)
        self.name = name
        self.encoding = Encoding(self.rules)
        patterns = sum(len(form.patterns) for form in self.encoding.forms)
        if patterns > MOST_PATTERNS:
            raise TooLargeError(f"`{name}` asks for {patterns:,} patterns, and at most {MOST_PATTERNS:,} are matched together")
        self.aliases = tuple(tuple(p.alias for p in rule.patterns if not p.absent) for rule in self.rules)
        self.always = tuple((i, ()) for i, rule in enumerate(self.rules) if all(p.absent for p in rule.patterns))
        self.slack = SLACK if any(len(form.patterns) > 1 for form in self.encoding.forms) else LONE_SLACK
        self.lock = RLock()
        self.parts = _parts("caveat", self.encoding.forms)
        named = frozenset().union(*(part.properties for part in self.parts))
        self.places = {name: [i for i, part in enumerate(self.parts) if name in part.properties] for name in named}
        self._bytes = len(self.parts) * BYTES_A_STATE + patterns * BYTES_A_PATTERN + len(self.encoding.forms) * BYTES_A_FORM
        self._open: set[int] = set()
        self._numbers = count()

    def open(self) -> Session:
        """A session with no facts. TooLargeError where the open sessions of this ruleset would take more than MOST_BYTES."""
        with self.lock:
            if (len(self._open) + 1) * self._bytes > MOST_BYTES:
                raise TooLargeError(f"{len(self._open):,} sessions of `{self.name}` are open, and one more would take more memory than is allowed")
            session, number = Session(self), next(self._numbers)
            self._open.add(number)
            session.closing = weakref.finalize(session, self._closed, session.states, number)
            session.closing.atexit = False
            return session

    def _closed(self, states: list[tuple[_Part, int, str, int]], number: int) -> None:
        """Give back the states of a session that was closed or forgotten."""
        self._open.discard(number)
        for part, copy, sid, _ in states:
            part.bury(copy, sid)


class Session:
    """Facts, and what holds of them. Use it in a `with` statement, or close it."""

    closing: weakref.finalize[[list[tuple[_Part, int, str, int]], int], Session]

    def __init__(self, ruleset: Ruleset) -> None:
        """Begin; only `Ruleset.open` does."""
        self._ruleset, self._encoding, self._engine = ruleset, ruleset.encoding, engine()
        self._facts: dict[str, dict[str, Value]] = {}
        self._fault = ""
        self.states: list[tuple[_Part, int, str, int]] = []
        self._holding = Holding(ruleset.always)
        self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give back what the session holds. Closing twice does nothing."""
        with self._ruleset.lock:
            self._fault = self._fault or "the session is closed"
            self.closing()
            for part in self._ruleset.parts:
                part.sweep()

    def tell(self, id: str, attributes: Mapping[str, Value]) -> list[Match]:  # noqa: A002
        """A new fact; the matches that hold now and did not before, by rule. FactError where it cannot be told; then nothing is."""
        with self._ruleset.lock:
            self._check(id, attributes)
            with self._whole():
                self._facts[id] = dict(attributes)
                found = self._holding.add(self._store(id))
                if self._wasted > WASTE + len(self._facts) + self._found_anew:
                    self._renew()
                return self._shown(found)

    def retract(self, id: str) -> list[Match]:  # noqa: A002
        """A fact is no more; the matches that hold now and did not before. FactError where it was not told."""
        with self._ruleset.lock:
            self._check_open()
            if id not in self._facts:
                raise FactError(f"no fact `{id}` was told, or it was retracted")
            with self._whole():
                del self._facts[id]
                for known in self._ids.pop(id):
                    del self._names[known]
                self._gone += 1
                freed = self._holding.drop(id)
                if self._gone > self._ruleset.slack + len(self._facts):
                    self._renew()
                return self._shown(freed)

    def matches(self) -> set[Match]:
        """Every match that holds now."""
        with self._ruleset.lock:
            self._check_open()
            return set(self._shown(self._holding.all()))

    def __len__(self) -> int:
        """How many facts there are."""
        return len(self._facts)

    # -- checks

    def _check_open(self) -> None:
        if self._fault:
            raise HostError(self._fault)

    def _check(self, name: object, attributes: Mapping[str, Value]) -> None:
        self._check_open()
        if not isinstance(name, str):
            raise FactError(f"the id of a fact is a text, not {name!r}")
        if name in self._facts:
            raise FactError(f"fact `{name}` was told before; retract it first")
        if len(self._facts) >= MOST_FACTS:
            raise TooLargeError(f"{MOST_FACTS:,} facts are told, and no more are held at a time; retract some")
        try:
            for attribute, value in attributes.items():
                check_value(value, attribute)
            self._encoding.check(attributes)
        except ValueError as error:
            raise FactError(f"fact `{name}`: {error}") from None

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """What is begun is ended, or the session is of no further use: half a change is never taken for the whole."""
        try:
            yield
        except BaseException as error:
            self._fault = f"the session failed before and cannot be used: {error}"
            if isinstance(error, CaveatError) or not isinstance(error, Exception):
                raise
            raise HostError(f"durable-rules failed: {error or type(error).__name__}") from error

    # -- what durable-rules is told, and finds

    def _begin(self) -> None:
        self._codes = Codes(self._encoding)
        self._next = self._gone = self._wasted = self._found_anew = 0
        self._names: dict[str, str] = {}  # of each id that durable-rules knows, the fact, unless it is gone
        self._ids: dict[str, list[str]] = {}
        for part in self._ruleset.parts:
            self.states.append((part, *part.born()))

    def _store(self, name: str) -> list[Found]:
        """Tell every part of a fact, and fetch what it makes hold."""
        texts = [""] * len(self.states)
        for of, value in self._codes.fact(self._facts[name]):
            for place in self._ruleset.places.get(of, ()):
                texts[place] += f',"{of}":{value}'
        found: list[Found] = []
        ids: list[str] = []
        self._ids[name] = ids
        for (_, copy, sid, state), text in zip(self.states, texts, strict=True):
            result = OBSERVED
            while result == OBSERVED:  # another fact's id has the same hash: this one takes the next
                self._next += 1
                result, _ = self._engine.assert_fact(copy, f'{{"id":"{self._next}","sid":"{sid}","z":0{text}}}')
            if result == STORED:
                ids.append(str(self._next))
                self._names[ids[-1]] = name
                found += self._fetch(copy, state)
            elif result != UNMATCHED:
                raise HostError(f"durable-rules answered {result} to a fact")
        return found

    def _fetch(self, copy: int, state: int) -> Iterator[Found]:
        """The matches durable-rules holds ready; handed over once, then forgotten there."""
        ready = self._engine.start_action_for_state(copy, state)
        text = ready and ready[1]
        while text is not None:
            form = self._encoding.forms[int(text[2 : text.index('"', 2)])]
            facts = {int(p): self._names[known] for p, known in FACT.findall(text) if known in self._names}
            if len(facts) == len(form.positions):
                key = (form.rule, tuple([facts[p] for p in form.positions if p != form.blocks]))
                yield key, None if form.blocks is None else (form.blocks, facts[form.blocks])
            else:
                self._wasted += 1
            text = self._engine.complete_and_start_action(copy, state)

    def _renew(self) -> None:
        """Tell the facts that are left anew in fresh states, and see that the same holds."""
        for part, copy, sid, _ in self.states:
            part.bury(copy, sid)
        self.states.clear()
        self._begin()
        found = {one for name in self._facts for one in self._store(name)}
        self._found_anew = len(found)
        if found | {(key, None) for key in self._ruleset.always} != self._holding.everything():
            raise HostError("durable-rules found other matches when told the same facts again")

    def _shown(self, keys: Iterable[Key]) -> list[Match]:
        """Matches as their users know them, by rule and facts."""
        rules = self._ruleset.rules
        aliases = self._ruleset.aliases
        return [Match(rules[i].name, dict(zip(aliases[i], facts, strict=True))) for i, facts in sorted(keys)]

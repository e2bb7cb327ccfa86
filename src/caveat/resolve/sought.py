"""One pattern of a derivation, as written, to what it means: values resolved, references checked, every problem reported."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from caveat.core.derivation import Join, OfFact, OfReport, Sought
from caveat.core.errors import Diagnostic, did_you_mean
from caveat.core.incident import PLACES
from caveat.core.scenario import as_written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from caveat.core.derivation import Other
    from caveat.core.vocabulary import ValueSet, Vocabulary
    from caveat.load.files import Checked
    from caveat.load.models import SoughtModel

Path = tuple[str | int, ...]
TESTS = ("within", "not", "borders", "fact", "report")


@dataclass(slots=True)
class Patterns:
    """Resolves the patterns of one derivation; gathers problems as it goes. `values`: the value set of each key of a report."""

    vocabulary: Vocabulary
    values: Mapping[str, str]
    file: Checked[Any]
    aliases: Sequence[str]
    problems: list[Diagnostic] = field(default_factory=list)

    def sought(self, alias: str, model: SoughtModel, path: Path, *, blocks: bool = False) -> Sought:
        """The pattern; one that `blocks` may refer to all reports of the derivation, and none to it."""
        kinds = self.leaves(self._set("kind"), model.kind, (*path, "kind"))
        allowed: dict[str, frozenset[str]] = {}
        joins: list[Join] = []
        for key in PLACES:
            written = model.from_ if key == "from" else getattr(model, key)
            if written is not None and self._has(key, (*path, key)):
                within, own = self._place(alias, key, written, (*path, key))
                allowed |= {key: within} if within is not None else {}
                joins += own
        self._check_days(model, path)
        for i, name in enumerate(model.after):
            self._is_report(alias, name, (*path, "after", i), blocks=blocks)
        return Sought(
            alias=alias, kinds=kinds, allowed=allowed, joins=tuple(sorted(joins, key=repr)), sure=model.sure,
            within=model.within, arguably_within=model.arguably_within, after=tuple(sorted(model.after)),
        )  # fmt: skip

    def problem(self, code: str, message: str, path: Path, tip: str, *, key: bool = False) -> None:
        """Note a problem."""
        self.problems.append(Diagnostic(code, message, self.file.span(*path, key=key), tip))

    def leaves(self, values: ValueSet | None, written: object, path: Path) -> frozenset[str]:
        """The values that names stand for."""
        found: frozenset[str] = frozenset()
        for i, name in self._names(written, path):
            term = values.terms.get(name) if values else None
            if term is None or values is None:
                near = ([values.find(name)] if values.find(name) else values.near(name)) if values else []
                tip = f"did you mean {' or '.join(f'`{t.id}` ({t.name})' for t in near if t)}?" if near else "the vocabulary lists them"
                self.problem(
                    f"unknown-{values.one.replace(' ', '-') if values else 'term'}",
                    f"no {values.one if values else 'term'} `{name}`",
                    (*path, *i),
                    tip,
                )
            elif term.arguable:
                self.problem("arguable-class", f"what belongs to `{name}` is arguable", (*path, *i), "name the values that are meant")
            else:
                found |= term.leaves
        return found

    def report_key(self, written: object, path: Path, alias: str = "", *, blocks: bool = False) -> OfReport | None:
        """What `attack.from` refers to."""
        name, dot, key = str(written).partition(".")
        if not isinstance(written, str) or not dot:
            self.problem("wrong-value", f"`{as_written(written)}` names no report and key", path, "write `{report: attack.from}`")
            return None
        if not self._is_report(alias, name, path, blocks=blocks) or not self._has(key, path):
            return None
        return OfReport(name, key)

    # -- inside

    def _set(self, key: str) -> ValueSet | None:
        return self.vocabulary.value_sets.get(self.values.get(key, ""))

    def _has(self, key: str, path: Path) -> bool:
        if key in PLACES and key in self.values:
            return True
        known = [k for k in self.values if k != "kind"]
        self.problem("unknown-key", f"reports have no `{key}`", path, did_you_mean(key, known) or f"one of: {', '.join(known)}")
        return False

    def _is_report(self, alias: str, name: str, path: Path, *, blocks: bool) -> bool:
        known = [a for a in self.aliases if a != alias or blocks]
        if name in known:
            return True
        self.problem("unknown-report", f"no other report `{name}` in this derivation", path, did_you_mean(name, known) or "name one under `reports`")
        return False

    def _names(self, written: object, path: Path) -> Iterator[tuple[Path, str]]:
        items = list(written) if isinstance(written, list | tuple) else [written]
        if not items or not all(isinstance(item, str) for item in items):
            self.problem("wrong-value", "a value, or a list of values, is needed here", path, "in quotes if it looks like a number or a date")
            return
        listed = isinstance(written, list | tuple)
        for i, item in enumerate(items):
            yield (i,) if listed else (), str(item)

    def _place(self, alias: str, key: str, written: object, path: Path) -> tuple[frozenset[str] | None, list[Join]]:
        """The values allowed under a key, None where any, and what they are joined with."""
        values = self._set(key)
        if not isinstance(written, dict):
            return self.leaves(values, written, path), []
        allowed: frozenset[str] | None = None
        joins: list[Join] = []
        for test, operand in written.items():
            here = (*path, test)
            if test in ("fact", "report"):
                joins += self._join(alias, key, {test: operand}, path, beside=False)
            elif test == "borders" and isinstance(operand, dict):
                joins += self._join(alias, key, operand, here, beside=True)
            elif test in ("within", "not", "borders") and values is not None:
                one = self._allowed(values, test, operand, here)
                allowed = one if allowed is None else allowed & one
            else:
                self.problem("unknown-test", f"no test `{test}`", here, did_you_mean(test, TESTS) or f"one of: {', '.join(TESTS)}", key=True)
        if not written:
            self.problem("wrong-value", "nothing stands here", path, "leave it out if it may be anything")
        return allowed, joins

    def _allowed(self, values: ValueSet, test: str, operand: object, path: Path) -> frozenset[str]:
        named = self.leaves(values, operand, path)
        if test == "within":
            return named
        if test == "not":
            return frozenset(values.leaves) - named
        return frozenset(n for leaf in named for n in values.terms[leaf].borders) - named

    def _join(self, alias: str, key: str, operand: Mapping[str, object], path: Path, *, beside: bool) -> list[Join]:
        other: Other | None = None
        if set(operand) == {"fact"}:
            other = self._fact(key, operand["fact"], (*path, "fact"))
        elif set(operand) == {"report"}:
            other = self.report_key(operand["report"], (*path, "report"), alias)
            if isinstance(other, OfReport) and self.values[other.key] != self.values[key]:
                self.problem("wrong-value", f"`{key}` and `{other.key}` take different values", (*path, "report"), "compare like with like")
                other = None
        else:
            self.problem("wrong-value", "this is no reference", path, "write `{fact: target.region}` or `{report: attack.from}`")
        return [Join(key, other, beside)] if other is not None else []

    def _fact(self, key: str, name: object, path: Path) -> OfFact | None:
        fact = self.vocabulary.facts.get(str(name))
        if fact is None:
            self.problem(
                "unknown-fact",
                f"no fact `{as_written(name)}`",
                path,
                did_you_mean(str(name), list(self.vocabulary.facts)) or "`caveat vocabulary` lists them",
            )
        elif fact.value_set.name != self.values[key]:
            self.problem("wrong-value", f"`{fact.name}` and `{key}` take different values", path, "compare like with like")
        else:
            return OfFact(fact.name)
        return None

    def _check_days(self, model: SoughtModel, path: Path) -> None:
        if model.arguably_within is not None and (model.within is None or model.arguably_within <= model.within):
            self.problem("wrong-value", "`arguably_within` reaches no further than `within`", (*path, "arguably_within"), "give `within` fewer days")

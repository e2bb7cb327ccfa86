"""The tests of one rule one by one, as they are written and as formulas: to say which of them exclude each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from caveat.core.formula import Point, every, negated, some
from caveat.load.files import check
from caveat.load.models import PolicyModel, RuleModel
from caveat.resolve.conditions import Conditions, cuts_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from caveat.core.book import Book, Rule
    from caveat.core.formula import Formula
    from caveat.core.source import Span
    from caveat.load.files import Checked
    from caveat.load.folder import RawFile
    from caveat.load.models import DefaultModel

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Conjunct:
    """One of the tests that must all hold for a rule to apply; an exception is one, as that it does not hold."""

    text: str
    span: Span
    formula: Formula
    is_exception: bool = False


def conjuncts_of(book: Book, files: Sequence[RawFile], rule: Rule) -> list[Conjunct]:
    """The tests of a rule of the book, its file's scope first; together they are its condition."""
    name = rule.place.rpartition(":")[0]
    file = next((_checked(f) for f in files if f.shown == name), None)
    if file is None:
        return []
    return list(_Parts(book, file, rule).parts())


@lru_cache(maxsize=16)
def _checked(file: RawFile) -> Checked[PolicyModel] | None:
    """The file against its model, which is asked for once a rule."""
    return check(file, PolicyModel)[0]


class _Parts:
    """Takes one rule of one file apart."""

    def __init__(self, book: Book, file: Checked[PolicyModel], rule: Rule) -> None:
        self.file, self.issuer = file, rule.issuer
        says: dict[str, list[Formula]] = {}
        for say in book.says:
            if say.issuer == rule.issuer:
                says.setdefault(say.role, []).append(say.when)
        cuts: dict[str, set[tuple[float, bool]]] = {}
        for attribute, cut in cuts_in(file.node.plain()):
            cuts.setdefault(attribute, set()).add(cut)
        own = {attribute: tuple(sorted(found)) for attribute, found in cuts.items()}
        self.conditions = Conditions(book.vocabulary, file.span, own, {role: some(parts) for role, parts in says.items()})
        self.path: Path = ("default",) if rule.is_default else ("rules", rule.id.partition("/")[2])
        self.model = self._model(rule)

    def _model(self, rule: Rule) -> RuleModel | DefaultModel | None:
        return self.file.model.default if rule.is_default else self.file.model.rules.get(rule.id.partition("/")[2])

    def parts(self) -> Iterator[Conjunct]:
        """Scope, `when`, `unless`, and what is arguable about the two."""
        if self.model is None:
            return
        yield from self._each(self.file.model.scope, ("scope",))
        arguably = self.model.arguably if isinstance(self.model, RuleModel) else ()
        if any(entry.when is not None for entry in arguably):
            yield self._applies(arguably)
        elif self.model.when == "never":
            yield self._part("when: never", "never", (*self.path, "when"))
        else:
            yield from self._each(self.model.when, (*self.path, "when"))
        if isinstance(self.model, RuleModel) and self.model.unless:
            yield self._without(f"unless: {_shown(self.model.unless)}", self.model.unless, (*self.path, "unless"))
        for i, entry in enumerate(arguably):
            if entry.unless is not None:
                text = f"{{reading: {entry.reading}, unless: {_shown(entry.unless)}}}"
                yield self._without(text, entry.unless, (*self.path, "arguably", i, "unless"), entry.reading)

    def _each(self, data: Mapping[str, object], path: Path) -> Iterator[Conjunct]:
        """The keys of a condition; those of `all`, one level down."""
        for key, value in data.items():
            if key == "all" and isinstance(value, list):
                for i, item in enumerate(value):
                    yield self._part(_shown(item).strip("{}"), item, (*path, key, i))
            else:
                yield self._part(f"{key}: {_shown(value)}", {key: value}, (*path, key), key=True)

    def _part(self, text: str, data: object, path: Path, *, key: bool = False) -> Conjunct:
        above = path[:-1] if key else path
        return Conjunct(text, self.file.span(*path, key=key), self.conditions.formula(data, above))

    def _without(self, text: str, data: object, path: Path, reading: str = "") -> Conjunct:
        excepted = self.conditions.formula(data, path)
        if reading:
            excepted = every((Point(f"{self.issuer}/{reading}"), excepted))
        return Conjunct(text, self.file.span(*path, key=True), negated(excepted), is_exception=True)

    def _applies(self, arguably: Sequence[Any]) -> Conjunct:
        """`when`, or what is arguable beside it: one test, since either will do."""
        model = self.model
        assert model is not None
        ways = [self.conditions.formula(model.when, (*self.path, "when"))]
        for i, entry in enumerate(arguably):
            if entry.when is not None:
                condition = self.conditions.formula(entry.when, (*self.path, "arguably", i, "when"))
                ways.append(every((Point(f"{self.issuer}/{entry.reading}"), condition)))
        return Conjunct("`when` and `arguably`", self.file.span(*self.path, "when", key=True), some(ways))


def _shown(value: object, width: int = 60) -> str:
    """A condition as it could be written on one line, cut where it is long."""
    if isinstance(value, dict):
        text = "{" + ", ".join(f"{k}: {_shown(v)}" for k, v in value.items()) + "}"
    elif isinstance(value, list):
        text = "[" + ", ".join(_shown(v) for v in value) + "]"
    else:
        text = str(value)
    return text if len(text) <= width else text[: width - 3] + "..."

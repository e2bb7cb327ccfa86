"""Files of derivations, and issuers' own readings, to Reporting: names resolved, references checked, every problem found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from caveat.core.book import Reading
from caveat.core.derivation import Derivation, OfReport, Reporting
from caveat.core.errors import Diagnostic, did_you_mean
from caveat.core.formula import In, atoms
from caveat.core.logic import points_of
from caveat.core.scenario import as_written
from caveat.resolve.sought import Path, Patterns
from caveat.resolve.vocabulary import citation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from caveat.core.vocabulary import Vocabulary
    from caveat.load.files import Checked
    from caveat.load.models import DerivationModel, DerivationsModel, PolicyModel, ReportKeysModel
    from caveat.resolve.conditions import Conditions

MAX_PATTERNS = 14  # facts that one derivation puts together: the day, facts of the target, reports, and how they relate
KEYS = ("kind", "from", "against", "by", "force")


@dataclass(frozen=True, slots=True)
class Entry:
    """One derivation as it stands in a file."""

    file: Checked[Any]
    issuer: str
    name: str
    model: DerivationModel

    @property
    def id(self) -> str:
        """Its id in the library."""
        return f"{self.issuer}/{self.name}" if self.issuer else self.name

    @property
    def path(self) -> Path:
        """Where it stands."""
        return ("derivations", self.name)


@dataclass(slots=True)
class Derivations:
    """What resolving derivations has in common."""

    vocabulary: Vocabulary
    conditions: Callable[[Checked[Any]], Conditions]
    problems: list[Diagnostic]
    readings: dict[str, Reading]

    def resolve(self, files: Sequence[Checked[DerivationsModel]], policies: Sequence[Checked[PolicyModel]]) -> Reporting | None:
        """All of them; None where the library has no file that says what reports may say."""
        entries = self._entries(files, policies)
        values = self._keys(files)
        if values is None:
            for e in entries[:1]:
                tip = "add `reports: {kind: ..., from: ...}` to a file in `derivations/`"
                self._problem(e.file, "no-report-keys", "nothing says from which values the words of reports come", e.path, tip, key=True)
            return None
        otherwise = self._otherwise(files, values)
        found = [self._derivation(e, values, otherwise) for e in entries]
        self._overrides(entries)
        self._cycles(entries, found)
        return Reporting(values, dict(sorted(otherwise.items())), tuple(sorted(found, key=lambda d: d.id)))

    def _problem(self, file: Checked[Any], code: str, message: str, path: Path, tip: str, *, key: bool = False) -> None:
        self.problems.append(Diagnostic(code, message, file.span(*path, key=key), tip))

    def _entries(self, files: Sequence[Checked[DerivationsModel]], policies: Sequence[Checked[PolicyModel]]) -> list[Entry]:
        found: dict[str, Entry] = {}
        everything = [(file, "", file.model.derivations) for file in files] + [(p, p.model.issuer, p.model.derivations) for p in policies]
        for file, issuer, models in everything:
            for name, model in models.items():
                entry = Entry(file, issuer, name, model)
                if entry.id in found:
                    self._problem(
                        file, "duplicate-id", f"the derivation `{entry.id}` is declared twice", entry.path, "an id stands in one file only", key=True
                    )
                found.setdefault(entry.id, entry)
        return [found[i] for i in sorted(found)]

    def _keys(self, files: Sequence[Checked[DerivationsModel]]) -> dict[str, str] | None:
        """The value set of each key of a report."""
        given = [file for file in files if file.model.reports is not None]
        for file in given[1:]:
            self._problem(file, "duplicate-key", "another file says what reports may say", ("reports",), "keep one", key=True)
        if not given:
            return None
        model: ReportKeysModel | None = given[0].model.reports
        found = {key: name for key in KEYS if (name := getattr(model, "from_" if key == "from" else key)) is not None}
        for key, name in found.items():
            if name not in self.vocabulary.value_sets:
                tip = did_you_mean(name, list(self.vocabulary.value_sets))
                self._problem(given[0], "unknown-values", f"no value set `{name}`", ("reports", key), tip)
        return found

    def _otherwise(self, files: Sequence[Checked[DerivationsModel]], values: Mapping[str, str]) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for file in files:
            patterns = Patterns(self.vocabulary, values, file, (), self.problems)
            for name, terms in file.model.otherwise.items():
                path = ("otherwise", name)
                if name in found:
                    self._problem(file, "duplicate-key", f"`otherwise` of `{name}` stands in another file too", path, "keep one", key=True)
                elif self._may_be_given(file, name, path):
                    found[name] = patterns.leaves(self.vocabulary.facts[name].value_set, terms, path)
        return found

    def _may_be_given(self, file: Checked[Any], name: str, path: Path) -> bool:
        """Whether reports may give the fact: it is one, has one value, and none is taken for granted."""
        fact = self.vocabulary.facts.get(name)
        if fact is None or fact.part_of is not None:
            tip = did_you_mean(name, [f.name for f in self.vocabulary.facts.values() if f.part_of is None]) or "`caveat vocabulary` lists them"
            self._problem(file, "unknown-fact", f"no fact `{as_written(name)}` that has one value", path, tip, key=True)
        elif fact.assume is not None:
            self._problem(
                file,
                "assumed-fact",
                f"`{name}` has an assumption, so it cannot follow from reports",
                path,
                "take the assumption out of the vocabulary",
                key=True,
            )
        else:
            return True
        return False

    def _derivation(self, e: Entry, values: Mapping[str, str], otherwise: Mapping[str, frozenset[str]]) -> Derivation:
        patterns = Patterns(self.vocabulary, values, e.file, sorted(e.model.reports), self.problems)
        reports = [patterns.sought(a, m, (*e.path, "reports", a)) for a, m in sorted(e.model.reports.items())]
        unless = [patterns.sought(a, m, (*e.path, "unless", a), blocks=True) for a, m in sorted(e.model.unless.items())]
        for alias in sorted(e.model.unless.keys() & e.model.reports.keys()):
            self._problem(e.file, "duplicate-id", f"`{alias}` stands under `reports` too", (*e.path, "unless", alias), "rename one", key=True)
        when = self.conditions(e.file).formula(e.model.when, (*e.path, "when"))
        if points_of([when]):
            tip = "name the values themselves instead of a class with arguable members or a number only roughly known"
            self._problem(e.file, "arguable-condition", "`when` of a derivation may not turn on something arguable", (*e.path, "when"), tip, key=True)
        self._basis(e)
        found = Derivation(
            id=e.id, name=e.name, issuer=e.issuer, summary=e.model.summary, gives=dict(sorted(self._gives(e, patterns, otherwise).items())),
            reports=tuple(reports), unless=tuple(unless), when=when, point=self._point(e), overrides=tuple(sorted(e.model.overrides)),
            statements=tuple(f"{e.issuer}/{s}" for s in e.model.by) if e.issuer else (), sources=tuple(citation(s) for s in e.model.sources),
            basis=e.model.convention or "", place=e.file.span(*e.path, key=True).place,
        )  # fmt: skip
        for sought in (None, *unless):
            if found.size(sought) > MAX_PATTERNS:
                path = (*e.path, "unless", sought.alias) if sought else e.path
                tip = f"split it: at most {MAX_PATTERNS} things (the day, facts of the target, reports, and how they relate) are put together"
                self._problem(e.file, "too-many-patterns", "this derivation puts too much together", path, tip, key=True)
        return found

    def _gives(self, e: Entry, patterns: Patterns, otherwise: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str] | OfReport]:
        found: dict[str, frozenset[str] | OfReport] = {}
        for name, written in e.model.gives.items():
            path = (*e.path, "gives", name)
            if not self._may_be_given(e.file, name, path):
                continue
            if name not in otherwise:
                tip = f"add `{name}` to `otherwise` in a file of `derivations/`"
                self._problem(e.file, "no-otherwise", f"nothing says what `{name}` is where the reports in doubt are wrong", path, tip, key=True)
            values = self.vocabulary.facts[name].value_set
            if not isinstance(written, dict):
                found[name] = patterns.leaves(values, written, path)
            elif set(written) == {"report"}:
                of = patterns.report_key(written["report"], (*path, "report"))
                if of is not None and patterns.values[of.key] != values.name:
                    self._problem(
                        e.file, "wrong-value", f"`{of.key}` and `{name}` take different values", (*path, "report"), "give what has the same values"
                    )
                elif of is not None:
                    found[name] = of
            else:
                self._problem(e.file, "wrong-value", f"`{name}` is given a value, or what a report says", path, "write `{report: attack.against}`")
        return found

    def _point(self, e: Entry) -> str:
        if e.model.arguable is None:
            return ""
        point = f"derived/{e.id}"
        by = tuple(f"{e.issuer}/{s}" for s in e.model.by) if e.issuer else ()
        self.readings[point] = Reading(point, e.model.arguable.question, e.model.arguable.because, by)
        return point

    def _basis(self, e: Entry) -> None:
        """It says where it comes from."""
        if e.issuer and not e.model.by:
            tip = "add `by:` with statements of this issuer; a general reading belongs into `derivations/`"
            self._problem(e.file, "no-basis", f"`{e.name}` rests on no statement of `{e.issuer}`", e.path, tip, key=True)
        if not e.issuer and e.model.by:
            self._problem(
                e.file,
                "wrong-value",
                "what holds for everyone rests on no one's statements",
                (*e.path, "by"),
                "use `sources:` or `convention:`",
                key=True,
            )
        if not (e.model.by or e.model.sources or e.model.convention):
            self._problem(
                e.file, "no-basis", f"`{e.name}` does not say where it comes from", e.path, "add `sources:`, or `convention:` with a reason", key=True
            )
        for i, source in enumerate(e.model.sources):
            if source.url is None and source.no_url is None:
                path = (*e.path, "sources", i)
                self._problem(e.file, "no-address", "the source has no address and does not say why", path, 'add `url:` or `no_url: "why"`')

    def _overrides(self, entries: Sequence[Entry]) -> None:
        """Overrides name derivations that hold for the same issuer, and lead into no ring."""
        general = {e.name for e in entries if not e.issuer}
        for issuer in sorted({e.issuer for e in entries}):
            scope = {e.name: e for e in entries if not e.issuer} | {e.name: e for e in entries if e.issuer == issuer}
            for e in scope.values():
                known = general | (scope.keys() if e.issuer else set())
                for i, name in enumerate(e.model.overrides if e.issuer == issuer else ()):
                    if name not in known:
                        tip = did_you_mean(name, sorted(known)) or "name another derivation"
                        self._problem(e.file, "unknown-derivation", f"no derivation `{name}`", (*e.path, "overrides", i), tip)
            ring = _ring({n: scope[n].model.overrides for n in sorted(scope)})
            if ring and any(scope[n].issuer == issuer for n in ring):
                e = next(scope[n] for n in ring if scope[n].issuer == issuer)
                message = f"derivations override each other in a ring: {' > '.join(ring)}"
                self._problem(e.file, "cycle", message, (*e.path, "overrides"), "remove one of them")

    def _cycles(self, entries: Sequence[Entry], found: Sequence[Derivation]) -> None:
        """No fact may follow, by way of others, from itself."""
        needs: dict[str, list[str]] = {}
        for d in found:
            for fact in d.gives:
                needs.setdefault(fact, []).extend(needed(d))
        ring = _ring({fact: sorted(set(others)) for fact, others in sorted(needs.items())})
        if ring:
            e = next(e for e, d in zip(entries, found, strict=True) if ring[0] in d.gives and ring[1] in needed(d))
            message = f"`{ring[0]}` would follow from itself: {' > '.join(ring)}"
            self._problem(e.file, "cycle", message, e.path, "let it look at facts that do not follow from this one", key=True)


def needed(d: Derivation) -> tuple[str, ...]:
    """The facts of the scenario that a derivation looks at."""
    return tuple(sorted({*d.facts, *(a.fact for a in atoms(d.when) if isinstance(a, In))}))


def _ring(arrows: Mapping[str, Iterable[str]]) -> list[str]:
    """The first ring in a graph, its first name repeated at the end; empty where there is none."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done or name not in arrows:
            return []
        for other in arrows[name]:
            found = walk(other, [*path, name])
            if found:
                return found
        done.add(name)
        return []

    for name in arrows:
        found = walk(name, [])
        if found:
            return found
    return []

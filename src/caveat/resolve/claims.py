"""Claims as people write them, to claims about the scenarios of one library: every name looked up, every problem with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caveat.core.claim import OF_A_RULE, OF_A_USE, OF_AN_ISSUER, Claim, Finding
from caveat.core.errors import Diagnostic, PolicyError, did_you_mean
from caveat.core.formula import FALSE
from caveat.core.question import DATE
from caveat.load.claim_models import EveryModel
from caveat.load.claims import read_files
from caveat.resolve.conditions import Conditions, cuts_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from caveat.core.book import Book
    from caveat.core.dates import Dated
    from caveat.core.formula import Formula
    from caveat.load.claim_models import ClaimModel, FindingModel
    from caveat.load.claims import ClaimsFile
    from caveat.load.place import Location, Place

LISTED = {"issuer": "`caveat vocabulary issuers` lists them", "rule": "rules are named `ISSUER/name`"}


def read_claims(where: Location | Place, book: Book) -> list[Claim]:
    """Every claim below a place in the order written, each name in it known to the book. PolicyError with every problem."""
    files, problems = read_files(where)
    claims = []
    for file in files:
        reader = _Reader(book, file)
        claims += [reader.claim(name, model) for name, model in file.claims.items()]
        problems += reader.problems
    if problems:
        raise PolicyError(problems)
    return claims


class _Reader:
    """Reads the claims of one file, and gathers every problem."""

    def __init__(self, book: Book, file: ClaimsFile) -> None:
        self.book, self.file = book, file
        cuts: dict[str, set[tuple[float, bool]]] = {}
        for attribute, cut in cuts_in(file.node.plain()):
            cuts.setdefault(attribute, set()).add(cut)
        ordered = {attribute: tuple(sorted(found)) for attribute, found in cuts.items()}
        self.conditions = Conditions(book.vocabulary, lambda *path, key=False: file.node.at(path, key=key), ordered)
        self.names = {"issuer": list(book.issuers), "rule": [r.id for r in book.rules]}

    @property
    def problems(self) -> list[Diagnostic]:
        """Everything found so far."""
        return self.conditions.problems

    def problem(self, code: str, message: str, path: Sequence[str | int], tip: str, *, key: bool = False) -> None:
        """Note a problem with what stands at a path of the file."""
        self.problems.append(Diagnostic(code, message, self.file.node.at(path, key=key), tip))

    def claim(self, name: str, model: ClaimModel) -> Claim:
        """One claim; where anything is wrong with it, that is among the problems."""
        path = ("claims", name)
        self.form(model, path)
        premise = self.half(model.if_, (*path, "if")) if model.if_ else None
        findings = (self.half(model.then, (*path, "then")),) if model.then else self.findings(model, path)
        first, last = self.days(model, path)
        return Claim(
            file=self.file.name,
            id=name,
            line=self.file.node.at(path, key=True).line,
            sentence=model.claim,
            note=model.note,
            where=self.where(model, path),
            first=first,
            last=last,
            known_by=model.known_by.latest if model.known_by else None,
            least=model.min_grade,
            as_donor=self.as_donor(model, path),
            premise=premise,
            findings=findings,
            is_never=model.never is not None,
            is_named=not isinstance(model.issuer, EveryModel),
            may_be_empty=model.may_be_empty,
        )

    def form(self, model: ClaimModel, path: tuple[str, ...]) -> None:
        """A claim says one thing: `always`, `never`, or `if` and `then`; about issuers or about rules."""
        said = [k for k, v in (("always", model.always), ("never", model.never), ("if", model.if_)) if v is not None]
        if not said and model.then is None:
            self.problem("missing-key", "this claims nothing", path, "add `always: prohibited`, `never: permitted`, or `if` and `then`", key=True)
        for extra in said[1:]:
            self.problem("wrong-value", f"`{said[0]}` stands here already", (*path, extra), "make it a claim of its own", key=True)
        if (model.if_ is None) != (model.then is None):
            there, lacks = ("if", "then") if model.if_ else ("then", "if")
            self.problem(
                "missing-key", f"`{there}` without `{lacks}`", (*path, there), f"add `{lacks}: {{issuer: GB, verdict: permitted}}`", key=True
            )
        if model.rule and model.issuer:
            self.problem("wrong-value", "a claim is about issuers or about rules", (*path, "rule"), "delete one of the two", key=True)
        for word in ("issuer", "rule") if model.if_ or model.then else ():
            if getattr(model, word) is not None:
                self.problem("wrong-value", f"`{word}` belongs into `if` and `then`", (*path, word), "move it there", key=True)

    # -- who is asked, and what comes

    def findings(self, model: ClaimModel, path: tuple[str, ...]) -> tuple[Finding, ...]:
        """One finding for each issuer or rule that is asked about."""
        word = "never" if model.never is not None else "always"
        words = model.never or model.always or ()
        if model.rule:
            self.words(words, OF_A_RULE, (*path, word))
            return tuple(Finding(None, self.known("rule", r, (*path, "rule", i)), words) for i, r in _once(model.rule))
        self.words(words, OF_AN_ISSUER if model.issuer else OF_A_USE, (*path, word))
        if model.issuer is None:
            return (Finding(None, None, words),)
        return tuple(Finding(issuer, None, words) for issuer in self.issuers(model.issuer, (*path, "issuer")))

    def issuers(self, asked: EveryModel | tuple[str, ...], path: tuple[str, ...]) -> list[str]:
        """The issuers named, or all of a kind but for some."""
        if not isinstance(asked, EveryModel):
            if not asked:
                self.problem("wrong-value", "nobody is named here", path, "name an issuer, or leave `issuer` out")
            return [self.known("issuer", name, (*path, i)) for i, name in _once(asked)]
        out = {self.known("issuer", name, (*path, "but_not", i)) for i, name in enumerate(asked.but_not)}
        return [i.id for i in self.book.issuers.values() if asked.every in ("issuer", i.kind.value) and i.id not in out]

    def half(self, model: FindingModel, path: tuple[str, ...]) -> Finding:
        """One half of an implication."""
        if model.rule and model.issuer:
            self.problem("wrong-value", "this is about an issuer or about a rule", (*path, "rule"), "delete one of the two", key=True)
        self.words(model.verdict, OF_A_RULE if model.rule else OF_AN_ISSUER if model.issuer else OF_A_USE, (*path, "verdict"))
        for key in ("issuer", "rule"):
            if name := getattr(model, key):
                self.known(key, name, (*path, key))
        return Finding(model.issuer, model.rule, model.verdict, self.day(model.date, (*path, "date")), self.day(model.known_by, (*path, "known_by")))

    def day(self, given: Dated | None, path: tuple[str, ...]) -> date | None:
        """One day of one half of an implication."""
        if given and not given.is_exact:
            self.problem("impossible-date", f"one half of a claim is about one day, and `{given}` is not one", path, "write 2024-05-30")
        return given.latest if given else None

    def words(self, words: Sequence[str], allowed: Sequence[str], path: tuple[str, ...]) -> None:
        """What comes must be something that can be said of whoever is asked."""
        about = {OF_A_RULE: "a rule", OF_AN_ISSUER: "one issuer"}.get(tuple(allowed), "all consents together")
        for i, word in enumerate(words):
            if word not in allowed:
                self.problem("unknown-word", f"`{word}` cannot be said of {about}", (*path, i), f"one of: {', '.join(allowed)}")

    def known(self, what: str, name: str, path: Sequence[str | int]) -> str:
        """The name, which must be one of the library's."""
        if name not in self.names[what]:
            self.problem(f"unknown-{what}", f"no {what} `{name}`", path, did_you_mean(name, self.names[what]) or LISTED[what])
        return name

    def as_donor(self, model: ClaimModel, path: tuple[str, ...]) -> bool | None:
        """Whether every issuer is asked as the donor; None where the claim does not say."""
        if model.as_ == "donor" and (model.rule or (model.issuer is None and model.if_ is None)):
            self.problem("wrong-value", "only an issuer can be asked as the donor", (*path, "as"), "name one with `issuer`")
        return None if model.as_ is None else model.as_ == "donor"

    # -- which scenarios

    def where(self, model: ClaimModel, path: tuple[str, ...]) -> Formula:
        """The condition, in the grammar of policies; a day stands beside it."""
        if DATE in model.where:
            self.problem(
                "unknown-fact", "the day stands beside `where`", (*path, "where", DATE), "write `date`, `from` or `until` beside it", key=True
            )
            return FALSE
        return self.conditions.formula(model.where, (*path, "where"))

    def days(self, model: ClaimModel, path: tuple[str, ...]) -> tuple[date | None, date | None]:
        """The first and the last day."""
        if model.date:
            for key, given in (("from", model.from_), ("until", model.until)):
                if given:
                    self.problem("wrong-value", f"`date` and `{key}` stand together", (*path, key), "keep `date`, or `from` and `until`", key=True)
            return model.date.earliest, model.date.latest
        first, last = model.from_.earliest if model.from_ else None, model.until.latest if model.until else None
        if first and last and first > last:
            self.problem("impossible-date", "this ends before it begins", (*path, "until"), "write a later day")
        return first, last


def _once(names: Sequence[str]) -> list[tuple[int, str]]:
    """The names, each once, with the place where it stands first."""
    first: dict[str, int] = {}
    for i, name in enumerate(names):
        first.setdefault(name, i)
    return [(i, name) for name, i in first.items()]

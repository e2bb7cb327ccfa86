"""All findings about a library that loads, in the order of their places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from caveat.core.errors import Severity
from caveat.lint import days, evidence, floor, links, never
from caveat.lint.acceptance import with_acceptances
from caveat.lint.conflicts import conflicts
from caveat.lint.contradictions import never_applies
from caveat.lint.finding import Finding, Places
from caveat.lint.search import Progress, Search
from caveat.lint.silence import silent_areas

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from caveat.core.book import Book, Rule
    from caveat.core.errors import Diagnostic
    from caveat.lint.contradictions import Test
    from caveat.load.accepted import Acceptance


def lint(
    book: Book,
    texts: Mapping[str, str],
    before: Iterable[Diagnostic] = (),
    *,
    files: Collection[str] | None = None,
    tests_of: Callable[[Rule], Sequence[Test]] = lambda _: (),
    accepted: Sequence[Acceptance] = (),
    notes: bool = True,
    progress: Progress | None = None,
) -> list[Finding]:
    """Everything worth a second look, in the order of its place; without `notes` only what is worse than a note.

    `texts` are the library's files by name; only what stands in `files` is looked at, where they are named; `tests_of` takes a rule's conditions apart; `before` are warnings that came
    of loading. What the files accept is kept too, with the reason in `Finding.accepted`. `progress` hears how many of
    how many steps are done.
    """
    found = [Finding(f.code, f.message, f.span, f.help, f.severity) for f in before]
    looked_at = book if files is None else _standing_in(files, book)
    found += _findings(Places(texts), Search(looked_at, progress), tests_of, notes=notes)
    found = with_acceptances(found, accepted)
    return sorted((f for f in found if notes or f.severity is not Severity.NOTE), key=lambda f: f.order)


def _standing_in(files: Collection[str], book: Book) -> Book:
    """The book without the issuers none of whose rules and statements stands in these files."""
    places = {**{r.id: r.place for r in book.rules}, **{s.id: s.place for s in book.statements.values()}}
    own = {ident.partition("/")[0] for ident, place in places.items() if place.rpartition(":")[0] in files}
    return replace(
        book,
        issuers={i: issuer for i, issuer in book.issuers.items() if i in own},
        statements={i: s for i, s in book.statements.items() if i.partition("/")[0] in own},
        rules=tuple(r for r in book.rules if r.issuer in own),
    )


def _findings(places: Places, search: Search, tests_of: Callable[[Rule], Sequence[Test]], *, notes: bool) -> Iterator[Finding]:
    """The checks in turn, since some leave out what others have found."""
    book = search.book
    yield from (*evidence.weak_sources(book, places), *evidence.weak_evidence(book, places), *evidence.without_rules(book, places))
    yield from days.dates_at_odds(book, places)
    dead = [*never_applies(search, places, tests_of), *never.never_in_force(search, places)]
    idle = frozenset(f.about for f in dead)
    over = [*never.shadowed(search, places, idle)]
    yield from (*dead, *over)
    yield from never.overrides_nothing(search, places, idle)
    yield from never.unless_nothing(search, places, idle, tests_of)
    yield from never.without_effect(search, places, idle | {f.about for f in over})
    chained = [*links.not_inherited(search, places)]
    yield from (*chained, *links.ends_in_silence(search, places))
    yield from conflicts(search, places, frozenset(frozenset((f.rules[0], f.rules[-1])) for f in chained), notes=notes)
    yield from (*floor.unconditional(search, places), *floor.protected(search, places))
    if notes:
        yield from silent_areas(search, places)
    else:
        search.done(len(book.issuers))

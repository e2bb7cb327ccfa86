"""`caveat vocabulary`."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from caveat.cli import options as o
from caveat.core.errors import Diagnostic, ScenarioError, did_you_mean, printable


@o.takes_policies
def vocabulary(
    name: Annotated[Optional[str], typer.Argument(help="A fact or a set of values; `issuers` for the issuers. Without it, all facts.")] = None,  # noqa: UP045
    search: Annotated[Optional[str], typer.Option("--search", "-s", help="Only entries with this text in their id, name or aliases.")] = None,  # noqa: UP045
    policies: o.Policies = o.SHIPPED,
) -> None:
    """List the facts a scenario may have, the values of one of them, or the issuers."""
    book = o.load(policies).book
    v = book.vocabulary
    wanted = (search or "").casefold()
    if name is None:
        rows = [(f.name, f"{f.title} ({f.value_set.name})") for f in v.facts.values()]
    elif name in ("issuer", "issuers"):
        rows = [(i.id, f"{i.name} ({i.kind})") for i in book.issuers.values()]
    else:
        values = v.facts[name].value_set if name in v.facts else v.value_sets.get(name)
        if name in v.several:
            rows = [(m.removeprefix(f"{name}."), v.facts[m].title) for m in v.several[name]]
        elif values is None:
            known = [*v.facts, *v.several, *v.value_sets, "issuers"]
            raise ScenarioError([Diagnostic("unknown-fact", f"no fact or set of values `{name}`", None, did_you_mean(name, known))])
        else:
            rows = [(t.id, t.name + (f"; also {', '.join(t.aliases)}" if t.aliases else "")) for t in values.terms.values()]
    rows = [row for row in rows if wanted in " ".join(row).casefold()]
    width = max((len(row[0]) for row in rows), default=0)
    o.write("".join(f"{ident.ljust(width)}  {printable(text)}\n" for ident, text in rows))

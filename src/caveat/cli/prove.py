"""`caveat prove`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from caveat.cli import options as o

Wanted = Annotated[
    o.Names,
    typer.Argument(
        metavar="[FILE|GLOB]...",
        help="Claims files instead of those beside the policies; or only these: a claim, a `file:claim` or an issuer; `*` stands for anything.",
    ),
]
KnownBy = Annotated[
    o.Text, typer.Option("--known-by", metavar="DATE", help="For claims that give no day (default: the last on which anything became known).")
]
Regions = Annotated[int, typer.Option("--regions", metavar="N", min=1, max=1000, help="Of a claim that does not hold, tell at most so many parts.")]
SUFFIXES = (".claims.yaml", ".claims.yml")
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="What does not hold, and the summary, only.")]


@o.takes_policies
def prove(
    wanted: Wanted = None,
    policies: o.Policies = o.SHIPPED,
    known_by: KnownBy = None,
    format: o.As = o.Format.text,
    regions: Regions = 4,
    quiet: Quiet = False,
) -> None:
    """Prove the claims that stand beside the policies (`*.claims.yaml`): does each hold in every scenario there can be?

    Exits with 1 if a claim does not hold, is about nothing, or could not be settled, with 3 if a claims file is broken.
    """
    from caveat.cli.progress import progress
    from caveat.prove.story import Manner, proofs_story

    library = o.load(policies)
    files = [name for name in wanted or [] if name.endswith(SUFFIXES) and Path(name).is_file()]
    patterns = [name for name in wanted or [] if name not in files]
    proofs = library.prove(*(files or policies.places), only=patterns, known_by=known_by, listed=regions, progress=progress("claims"))
    manner = Manner(quiet, o.FLAG_OF, policies.options)
    if format is o.Format.json:
        from caveat.prove.to_json import proofs_data
        from caveat.report.canonical_json import to_json

        o.write(to_json(proofs_data(library.book, proofs, manner)), format.value)
    else:
        o.write(o.told(proofs_story(library.book, proofs, manner), format.value), format.value)
    if not proofs.all_hold:
        raise typer.Exit(1)

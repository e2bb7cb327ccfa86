"""How many made-up cases a property test tries, and which: others every day, and the same again where the seed is given.

`CAVEAT_SEED=739000` in the environment repeats a run; every run says its seed, and each failure the command that repeats it.
"""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, seed, settings

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "CAVEAT_SEED"
SEED = int(os.environ.get(NAME) or date.today().toordinal())  # noqa: DTZ011  (any number that moves on will do)


def examples(number: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """So many made-up cases of this run's seed. Goes above `given`."""
    bounds = settings(max_examples=number, deadline=None, database=None, print_blob=False, suppress_health_check=list(HealthCheck))

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        return seed(SEED)(bounds(test))

    return decorate


def repeats(test: str) -> str:
    """The command that runs one test again on the same cases."""
    return f"{NAME}={SEED} python -m pytest '{test}'"

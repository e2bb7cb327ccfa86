"""What was worked out of an object once, remembered for as long as the object lives and no longer.

A cache of `functools` would hold on to its keys: a library, once asked, would never be let go.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable

Owner = TypeVar("Owner")
Rest = ParamSpec("Rest")
Found = TypeVar("Found")
MOST = 4_096  # answers of one object


def remembered(function: Callable[Concatenate[Owner, Rest], Found]) -> Callable[Concatenate[Owner, Rest], Found]:
    """The function, whose answers are remembered with its first argument; they must not refer to it."""
    kept: WeakKeyDictionary[Any, dict[object, Found]] = WeakKeyDictionary()

    @wraps(function)
    def asked(owner: Owner, /, *rest: Rest.args, **named: Rest.kwargs) -> Found:
        own = kept.setdefault(owner, {})
        key = (rest, *named.items())
        if key not in own:
            if len(own) >= MOST:
                own.clear()
            own[key] = function(owner, *rest, **named)
        return own[key]

    return asked

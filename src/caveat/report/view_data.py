"""An answer in short, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from caveat.engines.view import View


def assumptions_data(assumptions: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Each assumption with its reason."""
    return [{"fact": f, "value": list(a.terms) if len(a.terms) > 1 else a.terms[0], "because": a.because} for f, a in assumptions.items()]


def view_data(view: View) -> dict[str, Any]:
    """A view as plain data."""
    return {
        "verdict": view.verdict.value,
        "says": [o.value for o in view.says],
        "possible": [v.value for v in view.possible],
        "binding": list(view.binding),
        "rules": list(view.rules),
        "set_aside": [{"rule": rule, "by": by} for rule, by in view.set_aside],
        "readings": [a.point for a in view.readings],
        "missing": [list(facts) for facts in view.missing],
        "last_known": view.last_known,
    }

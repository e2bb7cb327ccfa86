"""What the record leaves open: each arguable point of a library, and exactly which uses, days and issuers turn on it.

In comes a resolved book and a day of knowledge; out come `OpenPoint`s, those on which most turns first.
"""

from caveat.readings.choice import asked_about, chosen, names_it
from caveat.readings.open import Openness, OpenPoint, Turn, open_points

__all__ = ["OpenPoint", "Openness", "Turn", "asked_about", "chosen", "names_it", "open_points"]

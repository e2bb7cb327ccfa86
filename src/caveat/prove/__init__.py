"""Claims proven for every scenario at once, or refuted with one that anyone can decide again.

Takes the book and claims; gives for each what holds, and the regions of scenarios in which it does not, with its forms.
"""

from caveat.prove.proof import Asked, Proof, Proofs, Region, State
from caveat.prove.run import chosen, prove

__all__ = ["Asked", "Proof", "Proofs", "Region", "State", "chosen", "prove"]

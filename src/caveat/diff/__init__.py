"""What changed between two policies, for whom, and is that all.

Takes two sides; gives the whole difference as disjoint regions with rules and witnesses, and its forms.
"""

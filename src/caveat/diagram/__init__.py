"""Rules as decision diagrams.

Takes the book and a day; gives each issuer's say on every scenario at once, and walks it: boxes, frames, fewest facts.
"""

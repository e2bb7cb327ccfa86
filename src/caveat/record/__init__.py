"""Decisions written down, and decided again.

Takes decisions; gives one JSON object a line. Takes such a record; gives every difference, and the smallest changes that explain it.
"""

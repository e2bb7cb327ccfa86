"""Rows of uses by columns of uses, on one day.

Takes what all squares share and two axes; gives a square for each pair. Nothing is decided here: every square is one answer.
"""

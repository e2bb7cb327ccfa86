"""Checked models to the book.

Takes models of policies, vocabulary, cases and claims; gives what they mean: names looked up, classes as sets, every problem told.
"""

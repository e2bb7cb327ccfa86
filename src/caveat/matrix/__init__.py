"""Many questions at once: one use over time (timeline), and rows of uses by columns of uses on one day (matrix).

Nothing here decides anything: every stretch and every square is an answer of `decide` to one question.
"""

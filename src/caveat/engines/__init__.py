"""What a book says of a question.

Takes a book and a question; gives its cells, and the answer they make. `reference` is the meaning; the others must agree with it.
"""

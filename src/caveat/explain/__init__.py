"""What else would change an answer.

Takes a decision; gives what would turn it, what is nearest, and from when to when it held, with its forms.
"""

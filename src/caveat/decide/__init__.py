"""An answer in its forms.

Takes the book and a decision; gives text, Markdown and data.
"""

"""Cases beside policies.

Takes the book and case files; gives what passed, what did not, and which rules no case decides.
"""

"""What the policies rest on.

Takes the book; gives every source with what it carries, quotations compared with passages, and how well each donor is covered.
"""

"""What the forms of all verbs share.

Takes words, views and marks; gives pages of text, Markdown, canonical JSON, and the parts of pictures. Knows no verb.
"""

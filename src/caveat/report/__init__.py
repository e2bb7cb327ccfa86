"""What the forms of all verbs share.

Takes a document that a verb's story built, and gives text, Markdown or a page; canonical JSON, and the parts of pictures. Knows no verb.
"""

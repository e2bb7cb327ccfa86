"""Text to checked models.

Takes folders, files and revisions of git; gives pydantic models in which every word knows its place, and every problem there is.
"""

"""Decisions written down, one JSON object a line, so that they can be decided again and any difference explained."""

"""The nouns: what every room takes and gives. Pure; no input or output."""

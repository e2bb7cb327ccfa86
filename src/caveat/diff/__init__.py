"""What changed between two policies, for whom, and is that all: two sides in, the whole difference out."""

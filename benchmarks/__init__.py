"""Measures `caveat` beside other engines: `python -m benchmarks`."""

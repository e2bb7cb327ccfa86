"""Text in, checked models out: strict YAML with a span for every path, then pydantic."""

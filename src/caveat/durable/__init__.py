"""The one door to durable-rules: forward chaining over facts.

Takes patterns and facts; gives which facts together meet which pattern, and what chains from it.
"""

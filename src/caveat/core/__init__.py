"""The nouns, pure and frozen: no input, no output, no engine.

Book, Rule, Statement and Formula; Scenario, Choices and Question; Decision. Every room takes and gives these.
"""

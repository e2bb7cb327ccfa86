"""Decisions as people and programs read them: pure functions from a Decision (or an Explanation) to text."""

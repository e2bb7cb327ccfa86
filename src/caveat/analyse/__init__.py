"""Questions about a library as a whole, not about one use."""

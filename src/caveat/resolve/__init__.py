"""Models to meaning: names resolved, classes turned into sets, every problem reported. The only builder of a book."""

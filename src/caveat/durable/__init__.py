"""Forward chaining over facts: what follows from several of them together, by durable-rules behind one wrapper."""

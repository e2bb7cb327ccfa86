"""A Book and a Question in, the cells of the question out. `reference` is the meaning; the others must agree with it."""

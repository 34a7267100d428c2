"""Applications, their history, and moving them."""

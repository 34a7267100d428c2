"""A folder per metric: what its numbers mean, which rows it keeps, and how they are counted."""

"""Finding people: an index in memory for each organisation, and what keeps it up to date."""

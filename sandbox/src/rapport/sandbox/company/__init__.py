"""A made-up company: people, applications and everything around them, in published proportions."""

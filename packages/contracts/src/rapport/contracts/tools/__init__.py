"""Generators of the committed documents; not installed in the image."""

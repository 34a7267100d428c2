"""Importing people from files."""

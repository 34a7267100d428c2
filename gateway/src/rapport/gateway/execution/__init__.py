"""Validating, pricing and executing operations."""

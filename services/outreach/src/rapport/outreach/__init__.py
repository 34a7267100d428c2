"""Sequences, messages, replies and suppression."""

"""Receives spans over OTLP/HTTP, keeps the newest, and shows where the time of a request went."""

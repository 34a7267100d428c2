"""Funnels, forecasts and reports from the events."""

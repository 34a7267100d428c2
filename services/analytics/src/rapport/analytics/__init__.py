"""Funnels, forecasts and reports from the facts."""

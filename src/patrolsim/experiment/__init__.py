"""Strategies x replications: runner and results."""

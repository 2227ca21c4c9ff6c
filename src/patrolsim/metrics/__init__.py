"""Event logs to numbers."""

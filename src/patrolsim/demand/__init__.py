"""Incident tables: the future of a replication, drawn before any policy decides."""

"""Scenario files: models, strict reader, JSON Schema. The only YAML."""

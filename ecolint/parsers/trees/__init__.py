"""Structured texts (YAML, JSON, TOML) as trees whose every part knows the bytes that it came from."""

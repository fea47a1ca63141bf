"""Reporters: each module that defines a `Reporter` is an output format. Adding a module adds the format."""

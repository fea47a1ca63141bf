"""Readers of file formats: each finds calls, command lines and mappings, and knows no rule and no framework.

A format is one module with `FORMAT`, a `Format`. Adding a module here adds the format.
"""

"""The kinds of documents that deployments are written in: one module a kind.

A module is found by its `KIND`; nothing else names it.
"""

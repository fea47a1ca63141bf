"""Vocabularies: what the words of each framework mean, whatever format they are written in.

A framework is one module with `FRAMEWORK`, a `Framework`. Adding a module here adds the framework.
"""

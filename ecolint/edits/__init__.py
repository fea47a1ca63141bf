"""Edits of settings: what rules ask for, and the bytes that it comes to in each file format."""

from ecolint.edits.changes import Change, Kind, Written, add_beside, remove, replace_by, set_value

__all__ = ["Change", "Kind", "Written", "add_beside", "remove", "replace_by", "set_value"]

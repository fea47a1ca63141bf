"""The language server: findings as diagnostics, evidence as hovers, remedies as code actions.

It needs the extra `lsp`. Nothing here writes a file, opens a connection or runs what a workspace holds.
"""

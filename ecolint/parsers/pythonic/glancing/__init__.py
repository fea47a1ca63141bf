"""Whether a module is worth parsing, told from its bytes."""

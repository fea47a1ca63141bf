"""From bytes to trees of Python code, and from their nodes back to bytes."""

"""What a user can set, where it is written, and what holds for a file."""

"""What expressions hold, as far as the text says."""

"""What earlier runs found out, kept in the user's cache folder. docs/cache.md says what is kept, and when it holds."""

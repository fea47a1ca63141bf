"""Reading Python without running it: grammar, scopes, values, conditions and the flow of objects."""

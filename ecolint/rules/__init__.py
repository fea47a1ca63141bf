"""Rules: each module here is one rule with its documentation. Adding a module adds the rule."""

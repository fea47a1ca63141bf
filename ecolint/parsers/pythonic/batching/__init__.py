"""How many prompts a generating call is given, and whether it is called for one after the other."""

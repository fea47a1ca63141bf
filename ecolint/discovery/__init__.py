"""Which files there are below the paths of a run, and which of them any format reads."""

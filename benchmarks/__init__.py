"""Speed and memory of a scan beside other tools. `python -m benchmarks.run --help` says how to run it."""

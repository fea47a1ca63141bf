"""Entry point of `ecolint` and `python -m ecolint`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and end the process with its exit status."""
    from ecolint.cli.entry import end, run

    end(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

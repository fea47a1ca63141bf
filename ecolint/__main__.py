"""Entry point of `ecolint` and `python -m ecolint`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and end the process with its exit status."""
    from ecolint.cli.entry import end, heed_termination, run

    if sys.argv[1:2] != ["server"]:
        heed_termination()
    end(run(sys.argv[1:]))


if __name__ == "__main__":
    # `python -m` looks for modules in the working directory first, which is usually the scanned tree.
    if sys.path and sys.path[0] in ("", os.getcwd()):
        del sys.path[0]
    main()

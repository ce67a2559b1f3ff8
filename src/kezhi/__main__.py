"""`python -m kezhi` is the `kezhi` command, for where its script is not on the path."""

import sys

from kezhi.cli import main

if __name__ == "__main__":
    sys.exit(main())

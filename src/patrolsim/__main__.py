"""``python -m patrolsim``: the command line."""

from __future__ import annotations

import sys

from patrolsim.cli import main

if __name__ == "__main__":
    sys.exit(main())

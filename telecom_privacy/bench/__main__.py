"""`python -m telecom_privacy.bench`."""

import sys

from telecom_privacy.bench.command_line import main

if __name__ == "__main__":
    sys.exit(main())

"""The option `--accept-clock`: a human has looked at the clock, and it is right."""

import argparse
import os

from telecom_privacy.commands.parsing import ACTOR
from telecom_privacy.retention.clock_guard import ClockGuard


def add_accept_clock(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--accept-clock",
        action="store_true",
        help="trust the clock as it is now; do this after looking at it",
    )


def accept_clock(guard: ClockGuard) -> None:
    """Trust the clock. The log keeps the number of the user that gave the order, not a name."""
    guard.accept(ACTOR, f"uid {os.getuid()}")

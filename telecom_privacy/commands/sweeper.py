"""`sweeper`."""

import argparse
import signal
from threading import Event

from telecom_privacy.bootstrap import build_services
from telecom_privacy.commands.clock import accept_clock, add_accept_clock
from telecom_privacy.commands.connection import with_database
from telecom_privacy.commands.parsing import Commands, add_command
from telecom_privacy.retention.model import SweeperState, SweeperStatus
from telecom_privacy.settings import Settings


def register(commands: Commands) -> None:
    text = "erase all day long what falls due, within moments (several may run: one works)"
    add_accept_clock(add_command(commands, "sweeper", _sweeper, text))


def _sweeper(options: argparse.Namespace, settings: Settings) -> int:
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    services = build_services(with_database(settings))
    services.start()
    try:
        if options.accept_clock:
            accept_clock(services.guard)
        services.sweeper.run(stopping, _show)
    finally:
        services.close()
    print("stopped", flush=True)
    return 0


def _show(status: SweeperStatus) -> None:
    words = {
        SweeperState.STANDBY: "standing by: another sweeper works",
        SweeperState.IDLE: "nothing is due",
        SweeperState.BUSY: f"erasing; {status.waiting} places to look at",
        SweeperState.PAUSED: f"PAUSED: {status.reason}",
        SweeperState.WAITING: f"waiting: {status.reason}",
    }
    print(f"{words[status.state]}; erased {status.erased} since the start", flush=True)

"""`sweep`."""

import argparse

from telecom_privacy.commands.clock import accept_clock, add_accept_clock
from telecom_privacy.commands.connection import connected
from telecom_privacy.commands.parsing import ACTOR, Commands, add_command
from telecom_privacy.retention.model import Sweep
from telecom_privacy.settings import Settings

_TEXT = "erase what is due, certify it, and do once what the sweeper does all day long"


def register(commands: Commands) -> None:
    add_accept_clock(add_command(commands, "sweep", _sweep, _TEXT))


def _sweep(options: argparse.Namespace, settings: Settings) -> int:
    with connected(settings) as services:
        if options.accept_clock:
            accept_clock(services.guard)
        sweep = services.sweeps.run(ACTOR, _show_progress)
        if sweep is None:
            print("another sweep is working; nothing to do")
            return 0
        services.maintenance.keep_up()
        undone = services.chores.do_once()
    erased = ", ".join(f"{count} x {name}" for name, count in sweep.erased.items() if count)
    print(f"\nerased: {erased or 'nothing was due'}")
    for certificate in sweep.certificates:
        print(f"certificate {certificate}")
    if sweep.failed_clients:
        print(f"clients that could not be swept: {sweep.failed_clients}; see the log")
    if undone:
        print(f"could not be done: {', '.join(undone)}; see the log")
    return 1 if sweep.failed_clients or undone else 0


def _show_progress(sweep: Sweep) -> None:
    total = sum(sweep.erased.values())
    line = f"\rclients {sweep.clients_done}/{sweep.clients}, erased {total}"
    print(line, end="", flush=True)

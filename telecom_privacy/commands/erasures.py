"""`erasures replay`, `erasures finalise` and `keys rotate`."""

import argparse
from datetime import datetime

from telecom_privacy.clock import to_text
from telecom_privacy.commands.connection import connected
from telecom_privacy.commands.parsing import ACTOR, Commands, add_command, add_group
from telecom_privacy.retention.model import Finalised
from telecom_privacy.settings import Settings


def register(commands: Commands) -> None:
    erasures = add_group(commands, "erasures", "what was erased, and stays erased")
    add_command(erasures, "replay", _replay, "erase again, after a restore, what was erased")
    add_command(
        erasures, "finalise", _finalise, "replace the keys above what was erased: nothing opens it"
    )
    keys = add_group(commands, "keys", "manage keys")
    add_command(keys, "rotate", _rotate, "replace the root keys")


def _replay(_: argparse.Namespace, settings: Settings) -> int:
    with connected(settings) as services:
        done = services.replay.run(ACTOR, lambda count: _show(f"erasures repeated: {count}"))
    if done.failed:
        print(f"\nerasures repeated: {done.repeated}; NOT repeated: {done.failed}, see the log")
        return 1
    _show(f"erasures repeated: {done.repeated}, all of the ledger")
    print()
    return 0


def _finalise(_: argparse.Namespace, settings: Settings) -> int:
    with connected(settings) as services:
        done = services.finality.run(ACTOR, _show)
        if done is None:
            return _refuse(services.finality.busy_until())
    if done == Finalised():
        print("no erasure is waiting to become final")
        return 0
    return _report(done)


def _rotate(_: argparse.Namespace, settings: Settings) -> int:
    with connected(settings) as services:
        done = services.finality.rotate(ACTOR, _show)
        if done is None:
            return _refuse(services.finality.busy_until())
    return _report(done)


def _refuse(until: datetime | None) -> int:
    again = f"after {to_text(until)}" if until else "now"
    print(f"another process replaces keys, or was killed; nothing was done: try again {again}")
    return 1


def _report(done: Finalised) -> int:
    print(
        f"\nerasures made final: {done.erasures}; moved to new keys: {done.keys} keys of the tree, "
        f"{done.record_keys} record keys, {done.tokens} records in the index; "
        f"{done.seconds:.1f} s"
    )
    print("destroy every backup of the old root keys: they open old backups of the keystore")
    return 0


def _show(line: str) -> None:
    print(f"\r{line:<70}", end="", flush=True)

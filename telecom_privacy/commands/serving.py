"""`serve`, `prepare` and `demo`."""

import argparse

from telecom_privacy import preparation, serving
from telecom_privacy.commands.connection import with_database
from telecom_privacy.commands.parsing import Commands, add_command
from telecom_privacy.demo.run import run_demo
from telecom_privacy.settings import Settings


def register(commands: Commands) -> None:
    add_command(commands, "serve", _serve, "serve over HTTP under gunicorn")
    add_command(commands, "prepare", _prepare, "create root keys, indexes and the first admin key")
    demo = add_command(commands, "demo", _demo, "run the main job on a day of calls, and show it")
    demo.add_argument("--serve", action="store_true", help="keep serving afterwards")


def _serve(_: argparse.Namespace, settings: Settings) -> int:
    serving.serve(settings)


def _prepare(_: argparse.Namespace, settings: Settings) -> int:
    preparation.prepare(with_database(settings))
    return 0


def _demo(options: argparse.Namespace, settings: Settings) -> int:
    return run_demo(settings, keep_serving=options.serve)

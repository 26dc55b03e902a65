"""`api-keys create`."""

import argparse

from telecom_privacy.commands.connection import connected
from telecom_privacy.commands.parsing import ACTOR, Commands, add_command, add_group
from telecom_privacy.errors import ConfigurationError, Conflict, Invalid
from telecom_privacy.http.access import ApiRole
from telecom_privacy.settings import Settings


def register(commands: Commands) -> None:
    keys = add_group(commands, "api-keys", "manage API keys")
    create = add_command(keys, "create", _create, "create an API key and print it once")
    create.add_argument("--role", required=True, choices=[role.value for role in ApiRole])
    create.add_argument("--client", help="the client of a client's key")
    create.add_argument("--label", default="created on the command line")
    create.add_argument("--holder", help="the person who holds it")


def _create(options: argparse.Namespace, settings: Settings) -> int:
    with connected(settings) as services:
        try:
            _, key = services.accounts.issue(
                ACTOR, ApiRole(options.role), options.label, options.client, holder=options.holder
            )
        except Conflict as error:
            raise ConfigurationError(str(error)) from error
        except Invalid as error:
            reasons = "; ".join(f"{name}: {reason}" for name, reason in error.errors.items())
            raise ConfigurationError(reasons) from error
    print(key)
    return 0

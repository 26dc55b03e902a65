"""`policies`: checking files, explaining a due date, printing the promises."""

import argparse
import sys
from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path

from telecom_privacy.bootstrap import Services
from telecom_privacy.clients.model import Client
from telecom_privacy.commands.checking import say_mistakes
from telecom_privacy.commands.connection import connected
from telecom_privacy.commands.parsing import ACTOR, Commands, add_command, add_group
from telecom_privacy.errors import ConfigurationError
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.policies.explanation import Question, explain
from telecom_privacy.policies.files import load_policies, policy_files, read_policy
from telecom_privacy.policies.model import Policy
from telecom_privacy.policies.promise_table import promise_table
from telecom_privacy.policies.timeline import Timeline
from telecom_privacy.policies.triggers import EVENTS
from telecom_privacy.scope import Role
from telecom_privacy.settings import Settings

_MANAGER = Access(ACTOR, ApiRole.ADMIN)
_YEARS = range(1900, 2200)  # a term of a hundred years must still end within time


def register(commands: Commands) -> None:
    group = add_group(commands, "policies", "check and explain what the notices promise")
    check = add_command(group, "check", _check, "check policy files and say their mistakes")
    check.add_argument(
        "paths",
        type=Path,
        nargs="*",
        metavar="PATH",
        help="a file, or a directory with all its *.toml (default: those of the settings)",
    )
    explaining = add_command(group, "explain", _explain, "say when a record is due, and why")
    explaining.add_argument("client", help="the client's own id, or `operator`")
    explaining.add_argument("category")
    explaining.add_argument(
        "--role",
        type=Role,
        choices=list(Role),
        help="as what the operator keeps it (default: as what it would be stored now)",
    )
    explaining.add_argument(
        "--occurred-at", type=_moment, help="when it occurred (RFC 3339; default: now)"
    )
    explaining.add_argument(
        "--event",
        type=_event,
        action="append",
        default=[],
        metavar="NAME=TIME",
        help="what happened to it since, such as resolved=2026-05-04T09:00+02:00",
    )
    add_command(group, "table", _table, "print docs/promises.md")


def _check(options: argparse.Namespace, settings: Settings) -> int:
    given = options.paths or [settings.config_dir / "policies"]
    valid = [_say_all_checked(path) for path in given]
    return 0 if all(valid) else 1


def _say_all_checked(path: Path) -> bool:
    """Like `_say_checked`, of a file or of all in a directory, which has one at least."""
    try:
        files = policy_files(path) if path.is_dir() else [path]
    except ConfigurationError as error:
        print(f"telecom-privacy: {error}", file=sys.stderr)
        return False
    valid = [_say_checked(file) for file in files]
    return all(valid)


def _say_checked(file: Path) -> bool:
    """Print what is in a policy file, or its mistakes; tell whether it is valid."""
    found = read_policy(file)
    if isinstance(found, Policy):
        print(_summary(found))
        return True
    return say_mistakes(found)


def _table(_: argparse.Namespace, settings: Settings) -> int:
    print(promise_table(load_policies(settings.config_dir / "policies")), end="")
    return 0


def _explain(options: argparse.Namespace, settings: Settings) -> int:
    with connected(settings) as services:
        client = services.clients.reach_for_records(_MANAGER, options.client)
        for line in _explanation(options, settings, services, client):
            print(line)
    return 0


def _explanation(
    options: argparse.Namespace, settings: Settings, services: Services, client: Client
) -> Iterator[str]:
    policies = load_policies(settings.config_dir / "policies")
    timeline = Timeline(client.history, policies, settings.time_zone)
    now = services.clock.now()
    occurred_at = _in_zone(options.occurred_at or now, settings.time_zone)
    events = {name: _in_zone(at, settings.time_zone) for name, at in options.event}
    at = max(now, occurred_at, *events.values())
    roles = _roles(client, options.category, options.role, at)
    if not roles:
        yield _why_not_stored(client, options.category, options.role, at)
        return
    role = roles[0]
    yield f"{options.category} of client {client.external_id}, kept as {role}"
    verdict = client.terms.verdict(options.category, role, occurred_at, events)
    question = Question(options.category, role, occurred_at, events, at)
    yield from explain(timeline, question, verdict)


def _roles(client: Client, category: str, asked: Role | None, at: datetime) -> list[Role]:
    """As what it is kept: also what an earlier policy let be stored, and is served until due."""
    stored = client.terms.version_in_force(at).role_of(category, operator=client.is_operator)
    kept = sorted(role for name, role in client.terms.kinds() if name == category)
    return [role for role in [stored, *kept] if role in kept and asked in (None, role)]


def _why_not_stored(client: Client, category: str, asked: Role | None, at: datetime) -> str:
    """Raise `ConfigurationError` where no policy says a word of it."""
    if rule := client.terms.version_in_force(at).category(category).never_stored:
        policy = client.history.policy_in_force(at)
        return f"{category} of client {client.external_id} is never stored: {rule} of {policy}"
    what = f"{category} as {asked}" if asked else category
    raise ConfigurationError(f"the client's policies do not name {what}: it is not stored")


def _summary(policy: Policy) -> str:
    newest = policy.versions[-1]
    off = sum(not rule.enabled for rule in newest.rules)
    categories = {rule.category for rule in newest.rules}
    versions = ", ".join(str(version.valid_from) for version in policy.versions)
    return (
        f"{policy.name}: valid; versions of {versions}; the newest has {len(newest.rules)} rules"
        f" ({off} off) for {len(categories)} categories"
    )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 2026-05-04") from error
    if moment.year not in _YEARS:
        raise argparse.ArgumentTypeError(f"{text!r} is too far away")
    return moment


def _event(text: str) -> tuple[str, datetime]:
    name, _, at = text.partition("=")
    if name not in EVENTS:
        raise argparse.ArgumentTypeError(f"{name!r} is not one of {', '.join(sorted(EVENTS))}")
    return name, _moment(at)


def _in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """A time without an offset is one of the operator's zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)

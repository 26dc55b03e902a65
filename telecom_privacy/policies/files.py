"""Reads the policy files, once, at start."""

import tomllib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from telecom_privacy.errors import ConfigurationError
from telecom_privacy.policies.model import Policy
from telecom_privacy.policies.schema import PolicySchema


def load_policies(directory: Path) -> dict[str, Policy]:
    """Return the policy of every `*.toml` in `directory`, by name.

    Raises:
        ConfigurationError: a file cannot be read or has a mistake; one line that names the file,
            the version and rule, and the reason.
    """
    policies = {path.stem: load_policy(path) for path in sorted(directory.glob("*.toml"))}
    if not policies:
        raise ConfigurationError(f"no policy file (*.toml) in {directory}")
    return policies


def policies_digest(directory: Path) -> str:
    """Return what differs whenever a policy file does (SHA-256 of all, in hex)."""
    files = sorted(directory.glob("*.toml"))
    return sha256(b"".join(sha256(path.read_bytes()).digest() for path in files)).hexdigest()


def load_policy(path: Path) -> Policy:
    """Return the policy of one file.

    Raises:
        ConfigurationError: as `load_policies`.
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        policy: Policy = PolicySchema().load(raw)
    except OSError as error:
        raise ConfigurationError(f"{path.name}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path.name}: not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path.name}: not TOML: {error}") from error
    except ValidationError as error:
        raise ConfigurationError(f"{path.name}: {_first_mistake(error, raw)}") from error
    if policy.name != path.stem:
        raise ConfigurationError(f"{path.name}: name: {policy.name} is not the file's name")
    return policy


def _first_mistake(error: ValidationError, raw: Mapping[str, Any]) -> str:
    """Turn the first of nested messages into `version …, rule …: field: reason`."""
    path: list[str | int] = []
    messages: Any = error.messages
    while isinstance(messages, dict):
        key, messages = next(iter(messages.items()))
        path.append(key)
    reason = messages[0] if isinstance(messages, list) else messages
    return ": ".join([*_place(path, raw), str(reason)])


def _place(path: list[str | int], raw: Any) -> list[str]:
    """Name the version and rule by what the file calls them, not by their position."""
    place: list[str] = []
    while path and isinstance(path[0], str):
        name, *path = path
        if name in {"versions", "rules", "categories"} and path and isinstance(path[0], int):
            raw, path = raw[name][path[0]], path[1:]
            place.append(_title(str(name), raw))
        elif name != "_schema":
            place.append(str(name))
    return place


def _title(kind: str, raw: Any) -> str:
    table = raw if isinstance(raw, dict) else {}
    if kind == "versions":
        return f"version {table.get('valid_from', 'without date')}"
    if kind == "categories":
        return f"category {table.get('name', 'without name')}"
    return f"rule {table.get('id', 'without id')} ({table.get('category', 'no category')})"

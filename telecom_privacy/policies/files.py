"""Reads the policy files, once, at start."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from telecom_privacy.errors import ConfigurationError
from telecom_privacy.policies.model import Policy
from telecom_privacy.policies.schema import PolicySchema

_FILES_REMEMBERED = 32


def load_policies(directory: Path) -> dict[str, Policy]:
    """Return the policy of every `*.toml` in `directory`, by name.

    Raises:
        ConfigurationError: a file cannot be read or has a mistake; one line that names the file,
            the version and rule, and the reason.
    """
    return {path.stem: load_policy(path) for path in policy_files(directory)}


def policy_files(directory: Path) -> list[Path]:
    """Return every `*.toml` in `directory`. Raises `ConfigurationError` if there is none."""
    files = sorted(directory.glob("*.toml"))
    if not files:
        raise ConfigurationError(f"no policy file (*.toml) in {directory}")
    return files


def policies_digest(directory: Path) -> str:
    """Return what differs whenever a policy file does (SHA-256 of all, in hex)."""
    files = sorted(directory.glob("*.toml"))
    return sha256(b"".join(sha256(path.read_bytes()).digest() for path in files)).hexdigest()


def load_policy(path: Path) -> Policy:
    """Return the policy of one file.

    Raises:
        ConfigurationError: as `load_policies`.
    """
    found = read_policy(path)
    if isinstance(found, Policy):
        return found
    raise ConfigurationError(found[0])


def read_policy(path: Path) -> Policy | list[str]:
    """Return the policy of one file, or its mistakes: for each a line as of `load_policies`."""
    try:
        found = _parsed(path.stem, path.read_text("utf-8"))
    except OSError as error:
        return [f"{path.name}: cannot be read: {error.strerror}"]
    except UnicodeDecodeError:
        return [f"{path.name}: not UTF-8 text"]
    return found if isinstance(found, Policy) else [f"{path.name}: {mistake}" for mistake in found]


@lru_cache(maxsize=_FILES_REMEMBERED)
def _parsed(name: str, text: str) -> Policy | tuple[str, ...]:
    """Return a policy or its mistakes. A start reads each file several times, and it takes long."""
    try:
        raw = tomllib.loads(text)
        policy: Policy = PolicySchema().load(raw)
    except tomllib.TOMLDecodeError as error:
        return (f"not TOML: {error}",)
    except ValidationError as error:
        return tuple(_mistakes(error.messages, raw))
    if policy.name != name:
        return (f"name: {policy.name} is not the file's name",)
    return policy


def _mistakes(messages: Any, raw: Mapping[str, Any], *path: str | int) -> Iterator[str]:
    """Turn nested messages into lines `version …: rule …: field: reason`."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _mistakes(inner, raw, *path, key)
    else:
        for reason in messages if isinstance(messages, list) else [messages]:
            yield ": ".join([*_place(path, raw), str(reason)])


def _place(path: Sequence[str | int], raw: Any) -> list[str]:
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
    return f"rule {table.get('id', 'without id')} ({_named(table.get('category', 'no category'))})"


def _named(category: Any) -> str:
    return ", ".join(map(str, category)) if isinstance(category, list) else str(category)

"""Reads the policy files, once, at start."""

from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from telecom_privacy.errors import ConfigurationError
from telecom_privacy.policies.model import Policy
from telecom_privacy.policies.schema import PolicySchema
from telecom_privacy.policies.toml_file import Mistakes, load_toml, read_toml

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
    return read_toml(path, partial(_parsed, path.stem))


@lru_cache(maxsize=_FILES_REMEMBERED)
def _parsed(name: str, text: str) -> Policy | Mistakes:
    """Return a policy or its mistakes. A start reads each file several times, and it takes long."""
    found: Policy | Mistakes = load_toml(text, PolicySchema(), _title)
    if isinstance(found, Policy) and found.name != name:
        return Mistakes((f"name: {found.name} is not the file's name",))
    return found


def _title(name: str, entry: Any, _: int) -> str | None:
    """Name a version or rule by what the file calls it."""
    table = entry if isinstance(entry, dict) else {}
    if name == "versions":
        return f"version {table.get('valid_from', 'without date')}"
    if name == "categories":
        return f"category {table.get('name', 'without name')}"
    if name == "rules":
        category = _named(table.get("category", "no category"))
        return f"rule {table.get('id', 'without id')} ({category})"
    return None


def _named(category: Any) -> str:
    return ", ".join(map(str, category)) if isinstance(category, list) else str(category)

"""Reads what policy files say, in French."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from telecom_privacy.errors import ConfigurationError


def load_french(path: Path) -> Mapping[str, str]:
    """Return the translations of a file, by what is translated; none if there is no such file.

    Raises `ConfigurationError` with one line if it cannot be read or says anything but texts.
    """
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path.name}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path.name}: not TOML in UTF-8") from error
    found: dict[str, str] = {}
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise ConfigurationError(f"{path.name}: {name}: a table is expected")
        for said, french in table.items():
            if not isinstance(french, str) or not french.strip():
                raise ConfigurationError(f"{path.name}: {name}: {said}: a text is expected")
            found[said] = french
    return found

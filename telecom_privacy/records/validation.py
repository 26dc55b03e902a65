"""Data against the JSON Schema 2020-12 of its category; what is wrong is named, never quoted."""

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

_MOST_ERRORS = 20


class Validators:
    """Compiles each schema once. Policies are read once, so a schema's identity names it."""

    def __init__(self) -> None:
        self._compiled: dict[int, tuple[Mapping[str, Any], Validator]] = {}
        self._lock = Lock()

    def errors(self, schema: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, list[str]]:
        """What is wrong with the data, by JSON pointer (RFC 6901); empty if nothing is."""
        found: dict[str, list[str]] = {}
        for error in self._validator(schema).iter_errors(data):
            if len(found) == _MOST_ERRORS:
                break
            broken = f'Breaks the rule "{error.validator}" of the schema.'
            found.setdefault(pointer(error.absolute_path), []).append(broken)
        return found

    def _validator(self, schema: Mapping[str, Any]) -> Validator:
        with self._lock:
            if id(schema) not in self._compiled:
                # The schema is kept with it: an identity is of use only while its owner lives.
                checker = Draft202012Validator.FORMAT_CHECKER
                validator = Draft202012Validator(schema, format_checker=checker)
                self._compiled[id(schema)] = schema, validator
            return self._compiled[id(schema)][1]


def pointer(place: Iterable[str | int]) -> str:
    """The JSON pointer of a place in a record's data."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)

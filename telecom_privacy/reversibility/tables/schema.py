"""What a table holds, field by field (Table Schema, https://datapackage.org)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Type(StrEnum):
    """Types of Table Schema. Times are RFC 3339 in UTC; objects and arrays are JSON."""

    STRING = "string"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    ARRAY = "array"
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `unit` is that of a number, `values` are the only ones that it may have."""

    name: str
    description: str
    type: Type = Type.STRING
    unit: str | None = None
    values: tuple[str, ...] = ()

    def descriptor(self, *, required: bool) -> dict[str, Any]:
        found: dict[str, Any] = {"name": self.name, "type": self.type.value, "format": "default"}
        found["description"] = self.description
        if self.unit:
            found["unit"] = self.unit
        constraints: dict[str, Any] = {"required": True} if required else {}
        if self.values:
            constraints["enum"] = list(self.values)
        return {**found, "constraints": constraints} if constraints else found


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """That a field, unless it is empty, names a row of another table by one of its fields."""

    field: str
    table: str
    referenced: str = "id"

    def descriptor(self) -> dict[str, Any]:
        reference = {"resource": self.table, "fields": [self.referenced]}
        return {"fields": [self.field], "reference": reference}


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `path` is that of its files below `data/`, without extension."""

    name: str
    path: str
    title: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()

    @property
    def names(self) -> list[str]:
        return [field.name for field in self.fields]

    def schema(self) -> dict[str, Any]:
        """The Table Schema of both files."""
        return {
            "fields": [
                field.descriptor(required=field.name in self.primary_key) for field in self.fields
            ],
            "primaryKey": list(self.primary_key),
            "foreignKeys": [key.descriptor() for key in self.foreign_keys],
            "missingValues": [""],
        }

"""A step that is noted in a file of a register, and how it is sealed (docs/formats.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from telecom_privacy.clock import to_text

_KNOWN = ("step", "at", "noted_at", "actor")

StepT = TypeVar("StepT", bound=StrEnum)
NotedT = TypeVar("NotedT", bound="NotedStep[Any]")


@dataclass(frozen=True, slots=True)
class NotedStep(Generic[StepT]):
    """When it was taken, when and by whom (a key's id) it was noted, what was said."""

    step: StepT
    at: datetime
    noted_at: datetime
    actor: str
    said: Mapping[str, Any] = field(default_factory=dict, repr=False)


def step_json(noted: NotedStep[Any]) -> dict[str, Any]:
    """Return a step in a form that JSON takes, if what was said has one."""
    known = {"step": noted.step.value, "actor": noted.actor}
    return {**noted.said, **known, "at": to_text(noted.at), "noted_at": to_text(noted.noted_at)}


def step_from(kind: type[NotedT], steps: type[StrEnum], sealed: Mapping[str, Any]) -> NotedT:
    """Return a step, one of `steps`, from what `step_json` made of it."""
    at, noted_at = (datetime.fromisoformat(sealed[name]) for name in ("at", "noted_at"))
    said = {name: value for name, value in sealed.items() if name not in _KNOWN}
    return kind(steps(sealed["step"]), at, noted_at, sealed["actor"], said)

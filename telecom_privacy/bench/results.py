"""Runs as JSON files: what tables, pictures and documents are made from."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from telecom_privacy.bench.model import Curve, Great, Measurement, Outcome, Run
from telecom_privacy.errors import ConfigurationError


def write_run(run: Run, path: Path) -> None:
    """Write a run, in a directory that is made if need be. Raises `ConfigurationError`."""
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(asdict(run), indent=1) + "\n")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error


def read_run(path: Path) -> Run:
    """Raises `ConfigurationError` if the file does not hold a run."""
    try:
        return _run(json.loads(path.read_text()))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"{path} does not hold a run of a benchmark") from error


def _run(found: Mapping[str, Any]) -> Run:
    outcome = found["outcome"]
    return Run(
        benchmark=found["benchmark"],
        machine=found["machine"],
        seed=found["seed"],
        rounds=found["rounds"],
        outcome=Outcome(
            measurements=tuple(_measurement(one) for one in outcome["measurements"]),
            curves=tuple(_curve(one) for one in outcome["curves"]),
            facts=outcome["facts"],
            remarks=tuple(outcome["remarks"]),
        ),
    )


def _measurement(found: Mapping[str, Any]) -> Measurement:
    great = Great(**found["great"]) if found["great"] else None
    lists = {name: tuple(found[name]) for name in ("values", "processor")}
    return Measurement(**{**found, **lists, "great": great})


def _curve(found: Mapping[str, Any]) -> Curve:
    lines = {
        name: tuple((float(x), float(y)) for x, y in points)
        for name, points in found["lines"].items()
    }
    return Curve(**{**found, "lines": lines})

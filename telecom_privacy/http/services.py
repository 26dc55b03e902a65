"""Typed lookup of the services that the application was created with."""

from collections.abc import Iterable
from typing import TypeVar, cast

from flask import Flask, current_app

_EXTENSION = "telecom_privacy"

Service = TypeVar("Service")


def register_services(app: Flask, services: Iterable[object]) -> None:
    app.extensions[_EXTENSION] = {type(service): service for service in services}


def service(kind: type[Service]) -> Service:
    """Return the one service of this class; a missing one is a fault in `bootstrap`."""
    return cast(Service, current_app.extensions[_EXTENSION][kind])

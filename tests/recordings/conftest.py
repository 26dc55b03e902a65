from tests.calls.shared import (
    api,
    app,
    client,
    clock,
    module_api,
    module_clock,
    services,
    settings,
    untouched,
)

__all__ = [
    "api",
    "app",
    "client",
    "clock",
    "module_api",
    "module_clock",
    "services",
    "settings",
    "untouched",
]

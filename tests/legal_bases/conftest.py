from tests.http.shared import api, app, clock, services, settings

__all__ = ["api", "app", "clock", "services", "settings"]

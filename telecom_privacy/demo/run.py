"""Placeholder until the demo lands."""
from telecom_privacy.settings import Settings


def run_demo(settings: Settings, keep_serving: bool) -> int:
    del settings, keep_serving
    return 1

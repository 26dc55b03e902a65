"""Wiring the notices to portal and platform."""

from telecom_privacy.bootstrap.core import Core
from telecom_privacy.bootstrap.stored import Stored
from telecom_privacy.notices.service import Notices


def build_notices(core: Core, stored: Stored) -> Notices:
    return Notices(stored.webhooks, stored.deliveries, core.epoch, core.clock)

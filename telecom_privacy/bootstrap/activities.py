"""Wiring the records of processing activities."""

from telecom_privacy.activities.files import load_french
from telecom_privacy.activities.service import ActivityService
from telecom_privacy.activities.views import RegisterViews
from telecom_privacy.activities.wording import Wording
from telecom_privacy.bootstrap.core import Core
from telecom_privacy.bootstrap.notices import Noticing
from telecom_privacy.bootstrap.parties import Parties
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.settings import Settings


def build_activities(
    settings: Settings, core: Core, parties: Parties, noticing: Noticing
) -> tuple[object, ...]:
    """Return what routes look up. Raises `ConfigurationError` for a wrong file."""
    changes = ChangeLog(core.audit, core.clock)
    wording = Wording(load_french(settings.config_dir / "register_french.toml"))
    return (
        ActivityService(parties.clients, noticing.recipients, changes, core.clock),
        RegisterViews(wording, settings.operator_name, settings.contact, settings.time_zone),
    )

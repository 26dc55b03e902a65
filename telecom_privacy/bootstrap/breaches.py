"""Wiring the register of breaches."""

from dataclasses import dataclass

from telecom_privacy.bootstrap.core import Core
from telecom_privacy.bootstrap.parties import Parties
from telecom_privacy.bootstrap.records import Records
from telecom_privacy.breaches.drafts import Drafts
from telecom_privacy.breaches.register import BreachRegister
from telecom_privacy.breaches.service import BreachService
from telecom_privacy.breaches.telling import BreachTelling
from telecom_privacy.breaches.views import BreachViews
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.settings import Settings


@dataclass(frozen=True)
class Breaches:
    """The register, what clients are told of it, and drafts of notices."""

    service: BreachService
    telling: BreachTelling
    views: BreachViews
    drafts: Drafts

    @property
    def services(self) -> tuple[object, ...]:
        """What routes look up, and what a killed process left to finish."""
        return self.service, self.telling, self.views, self.drafts


def build_breaches(settings: Settings, core: Core, parties: Parties, records: Records) -> Breaches:
    clients, clock, zone = parties.clients, core.clock, settings.time_zone
    changes, contact = ChangeLog(core.audit, clock), settings.contact
    register = BreachRegister(clients, records.kept, changes, zone)
    telling = BreachTelling(register, clients, core.notices, clock)
    return Breaches(
        service=BreachService(register, telling, clients, changes, clock),
        telling=telling,
        views=BreachViews(clients, contact, clock),
        drafts=Drafts(settings.operator_name, contact, clock, zone),
    )

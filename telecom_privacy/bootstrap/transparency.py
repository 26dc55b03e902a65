"""Wiring what anybody may know of disclosures."""

from telecom_privacy.bootstrap.core import Core
from telecom_privacy.bootstrap.disclosure import Disclosure
from telecom_privacy.bootstrap.parties import Parties
from telecom_privacy.bootstrap.stored import Stored
from telecom_privacy.settings import Settings
from telecom_privacy.transparency.policy import DisclosurePolicy
from telecom_privacy.transparency.service import TransparencyService


def build_transparency(
    settings: Settings, core: Core, stored: Stored, parties: Parties, disclosure: Disclosure
) -> tuple[TransparencyService, DisclosurePolicy]:
    clock, zone = core.clock, settings.time_zone
    counts = TransparencyService(
        stored.transparency,
        disclosure.tallying,
        disclosure.register,
        parties.clients,
        disclosure.bases,
        clock,
        zone,
    )
    operator, contact = settings.operator_name, settings.disclosure_contact
    policy = DisclosurePolicy(disclosure.bases, operator, contact or operator, clock, zone)
    return counts, policy

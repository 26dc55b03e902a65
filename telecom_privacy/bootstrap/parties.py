"""Wiring who is served, on what terms, and who may ask."""

from dataclasses import dataclass

from telecom_privacy.accounts.service import AccountService
from telecom_privacy.accounts.staff_keys import StaffKeys
from telecom_privacy.bootstrap.core import Core
from telecom_privacy.bootstrap.stored import Stored
from telecom_privacy.clients.anonymisation import LicencePlaceholders
from telecom_privacy.clients.confirmation import ContractConfirmations
from telecom_privacy.clients.contract import ContractService
from telecom_privacy.clients.licences import LicenceService
from telecom_privacy.clients.service import ClientService
from telecom_privacy.clients.stated import StatedProfessions
from telecom_privacy.clients.terms import TermSettings
from telecom_privacy.policies.files import load_policies
from telecom_privacy.settings import Settings


@dataclass(frozen=True)
class Parties:
    """Who is served, on what terms, and who may ask."""

    terms: TermSettings
    clients: ClientService
    licences: LicenceService
    professions: StatedProfessions
    placeholders: LicencePlaceholders
    accounts: AccountService
    staff_keys: StaffKeys
    contracts: ContractService
    confirmations: ContractConfirmations


def build_parties(settings: Settings, core: Core, stored: Stored) -> Parties:
    keys, versions, audit = core.keys, core.versions, core.audit
    epoch, clock = core.epoch, core.clock
    policies = load_policies(settings.config_dir / "policies")
    terms = TermSettings(policies, settings.time_zone, settings.shortening_grace)
    schedule = core.schedule
    stated = StatedProfessions(stored.professions, keys, versions, core.eraser, clock)
    clients = ClientService(
        stored.clients, keys, versions, schedule, audit, epoch, clock, terms, stated
    )
    licences = LicenceService(
        stored.licences, keys, versions, core.eraser, schedule, stated, audit, epoch, clock
    )
    accounts = AccountService(
        stored.api_keys, keys, versions, clients, licences, audit, epoch, clock
    )
    placeholders = LicencePlaceholders(
        stored.licences, licences, keys, versions, core.eraser, audit, clock
    )
    staff_keys = StaffKeys(stored.api_keys, accounts, licences, clock)
    confirmations = ContractConfirmations(stored.clients, clients, terms, audit, clock)
    contracts = ContractService(clients, terms, audit, clock)
    return Parties(
        terms,
        clients,
        licences,
        stated,
        placeholders,
        accounts,
        staff_keys,
        contracts,
        confirmations,
    )

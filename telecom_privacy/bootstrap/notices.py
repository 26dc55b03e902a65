"""Wiring the notices to portal and platform, and the list of recipients whose changes they tell."""

from dataclasses import dataclass

from telecom_privacy.bootstrap.core import Core
from telecom_privacy.bootstrap.parties import Parties
from telecom_privacy.bootstrap.stored import Stored
from telecom_privacy.notices.attempt import Attempts
from telecom_privacy.notices.courier import UPKEEP_EVERY, Courier
from telecom_privacy.notices.deliveries import DeliveryService
from telecom_privacy.notices.dispatch import Dispatcher
from telecom_privacy.notices.opening import WebhookOpener
from telecom_privacy.notices.sending import Sender
from telecom_privacy.notices.service import Notices
from telecom_privacy.notices.upkeep import NoticeUpkeep
from telecom_privacy.notices.webhooks import WebhookService
from telecom_privacy.recipients.announcing import ChangeAnnouncing
from telecom_privacy.recipients.files import load_recipients
from telecom_privacy.recipients.repository import ChangeRepository
from telecom_privacy.recipients.service import RecipientService
from telecom_privacy.settings import Settings
from telecom_privacy.storage.lease import Lease
from telecom_privacy.storage.mongo import Databases


@dataclass(frozen=True)
class Noticing:
    """Webhooks, what is announced to them, and who delivers it."""

    notices: Notices
    webhooks: WebhookService
    deliveries: DeliveryService
    dispatcher: Dispatcher
    upkeep: NoticeUpkeep
    courier: Courier
    recipients: RecipientService
    announcing: ChangeAnnouncing


def build_notices(
    settings: Settings, databases: Databases, core: Core, stored: Stored, parties: Parties
) -> Noticing:
    epoch, clock, private = core.epoch, core.clock, settings.webhook_private_addresses
    opener = WebhookOpener(core.keys)
    webhooks = WebhookService(
        stored.webhooks,
        opener,
        core.notices,
        core.versions,
        core.eraser,
        core.audit,
        epoch,
        clock,
        private,
    )
    attempts = Attempts(
        stored.webhooks,
        stored.deliveries,
        Sender(private),
        core.audit,
        epoch,
        clock,
        settings.webhook_failure_time,
    )
    dispatcher = Dispatcher(stored.webhooks, stored.deliveries, opener, attempts, clock)
    upkeep = NoticeUpkeep(stored.webhooks, stored.deliveries, webhooks, parties.clients, clock)
    recipients, announcing = _recipients(settings, databases, core)
    lease = Lease(databases.bulk, "notices", UPKEEP_EVERY)
    return Noticing(
        core.notices,
        webhooks,
        DeliveryService(stored.deliveries, webhooks, core.audit, clock),
        dispatcher,
        upkeep,
        Courier(dispatcher, (upkeep.run, announcing.run), lease, clock),
        recipients,
        announcing,
    )


def _recipients(
    settings: Settings, databases: Databases, core: Core
) -> tuple[RecipientService, ChangeAnnouncing]:
    listed = load_recipients(settings.recipients_file)
    service = RecipientService(listed, core.clock, settings.time_zone)
    changes, ahead = ChangeRepository(databases.bulk), settings.recipients_notice_time
    return service, ChangeAnnouncing(service, changes, core.notices, core.clock, ahead)

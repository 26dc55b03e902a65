"""Wiring the requests of persons."""

from dataclasses import dataclass

from telecom_privacy.bootstrap.calls import Calls
from telecom_privacy.bootstrap.core import Core
from telecom_privacy.bootstrap.parties import Parties
from telecom_privacy.bootstrap.records import Records
from telecom_privacy.bootstrap.stored import Stored
from telecom_privacy.clients.change_log import ChangeLog
from telecom_privacy.notices.service import Notices
from telecom_privacy.reversibility.signer import PackageSigner
from telecom_privacy.rights.erasing import PersonErasure
from telecom_privacy.rights.forwarding import Forwarding
from telecom_privacy.rights.handing_over import HandingOver
from telecom_privacy.rights.holdings import Holdings
from telecom_privacy.rights.letters import Letters
from telecom_privacy.rights.listing import RequestList
from telecom_privacy.rights.package import PersonBag
from telecom_privacy.rights.register import Register
from telecom_privacy.rights.service import RightsService
from telecom_privacy.rights.terms import AnswerTerms
from telecom_privacy.rights.views import RequestViews
from telecom_privacy.settings import Settings


@dataclass(frozen=True)
class Rights:
    """Requests of persons: the register, what clients see of it, and letters."""

    service: RightsService
    forwarding: Forwarding
    views: RequestViews
    letters: Letters
    list: RequestList
    erasure: PersonErasure
    handing_over: HandingOver

    @property
    def services(self) -> tuple[object, ...]:
        """What routes look up."""
        return (
            self.service,
            self.forwarding,
            self.views,
            self.letters,
            self.list,
            self.erasure,
            self.handing_over,
        )


def build_rights(
    settings: Settings,
    core: Core,
    stored: Stored,
    parties: Parties,
    calls: Calls,
    records: Records,
    notices: Notices,
    signer: PackageSigner,
) -> Rights:
    clients, clock, zone = parties.clients, core.clock, settings.time_zone
    changes = ChangeLog(core.audit, clock)
    terms = AnswerTerms(clients, clock, zone)
    register = Register(clients, records.kept, records.kept_content, changes, zone)
    holdings = Holdings(records.about, calls.traffic, clients, calls.numbers, core.restrictions)
    forwarding = Forwarding(stored.forwarded, register, terms, notices, changes, clock)
    return Rights(
        service=RightsService(register, terms, forwarding, clients, changes, clock),
        forwarding=forwarding,
        views=RequestViews(clients, terms),
        letters=Letters(clients, terms, settings.operator_name),
        list=RequestList(register, terms, clients, changes),
        erasure=PersonErasure(register, holdings, records.deletion, clock),
        handing_over=HandingOver(
            register, holdings, core.reader, PersonBag(signer, settings.operator_name), clock
        ),
    )

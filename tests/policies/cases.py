"""Dates worked by hand for each promise under the policy files that are shipped; times of Paris."""

from dataclasses import dataclass, field
from datetime import date

from telecom_privacy.policies.due import Terms
from telecom_privacy.policies.duration import parse_duration
from telecom_privacy.policies.history import (
    ClientHistory,
    ContractChange,
    OptionChange,
    PolicyChange,
    TermChange,
)
from telecom_privacy.policies.model import Option
from telecom_privacy.scope import Role

from .samples import PARIS, POLICIES, paris

PROCESSOR, CONTROLLER = Role.PROCESSOR, Role.CONTROLLER
BEFORE = paris("2015-01-01 00:00")


@dataclass(frozen=True)
class Case:
    """A record, what happened to it and to the contract, and when it is due (None: not known)."""

    rule: str
    notice: str
    category: str
    role: Role
    occurred: str
    due: str | None
    events: dict[str, str] = field(default_factory=dict)
    ended: str | None = None
    keep_account: bool | None = None
    extension: bool = False
    agreed: str | None = None
    action: str = "erase"

    def terms(self):
        contract = ContractChange(
            self.ended and date.fromisoformat(self.ended), self.keep_account, BEFORE
        )
        agreed = self.agreed and parse_duration(self.agreed)
        history = ClientHistory(
            (PolicyChange(self.notice, BEFORE),),
            (OptionChange(Option.STORAGE_EXTENSION, self.extension, BEFORE),),
            (TermChange(self.category, agreed, BEFORE),),
            (contract,),
        )
        return Terms(history, POLICIES, PARIS)

    def verdict(self):
        events = {name: paris(at) for name, at in self.events.items()}
        return self.terms().verdict(self.category, self.role, paris(self.occurred), events)


def hosted(rule, category, occurred, due, notice="web2contact", **more):
    return Case(rule, notice, category, PROCESSOR, occurred, due, **more)


def own(rule, category, occurred, due, notice="web2contact", **more):
    return Case(rule, notice, category, CONTROLLER, occurred, due, **more)


CASES = [
    # 90 days are 90 x 24 hours: 16 + 28 + 31 + 15 days, and the clock was put forward meanwhile.
    hosted("RET-1", "recording", "2026-01-15 10:00", "2026-04-15 11:00"),
    hosted("RET-1", "recording", "2025-08-31 14:00", "2026-02-28 14:00", extension=True),
    # A month from 31 January is 28 days; 30 days end with 2 March.
    hosted("RET-3", "message", "2025-06-01 08:00", "2026-03-03 00:00", ended="2026-01-31"),
    hosted("RET-3", "special", "2025-06-01 08:00", "2026-09-01 00:00", ended="2026-07-31"),
    hosted("RET-3", "recording", "2026-03-25 08:00", "2026-05-01 00:00", ended="2026-03-31"),
    hosted("RET-3", "voicemail", "2025-06-01 08:00", None),
    hosted("RET-4", "connection_log", "2025-06-01 08:00", "2026-05-01 00:00", ended="2026-03-31"),
    hosted("RET-4", "call", "2025-06-01 08:00", "2026-05-01 00:00", ended="2026-03-31"),
    own("RET-5", "crm", "2025-06-01 08:00", "2026-03-13 00:00", ended="2026-02-10"),
    hosted("RET-5", "incident", "2025-06-01 08:00", "2026-06-16 00:00", ended="2026-05-15"),
    own("RET-6", "usage_log", "2024-02-29 08:00", "2025-02-28 08:00"),
    own("RET-7", "cookie", "2025-05-05 09:00", "2026-05-05 09:00"),
    own("RET-7", "cookie", "2025-01-31 09:00", "2026-02-28 09:00", "informatique70"),
    hosted("RET-8", "message", "2026-03-01 00:00", "2026-03-31 01:00", agreed="P30D"),
    hosted("RET-8", "call", "2024-12-31 12:00", "2025-12-31 12:00", agreed="P1Y"),
    hosted("RET-8", "call", "2025-11-30 12:00", "2026-02-28 12:00", "deskmanager", agreed="P3M"),
    hosted("RET-8", "recording", "2026-01-31 12:00", "2026-07-31 12:00", "bureau24"),
    hosted(
        "RET-8", "recording", "2026-01-31 12:00", "2026-02-10 12:00", "deskmanager", agreed="P10D"
    ),
    hosted(
        "RET-10", "sms", "2025-08-31 18:00", "2026-02-28 18:00", "messagebird", action="anonymise"
    ),
    hosted(
        "RET-10", "call", "2026-03-15 18:00", "2026-09-15 18:00", "messagebird", action="anonymise"
    ),
    hosted(
        "RET-8",
        "sms",
        "2024-02-29 18:00",
        "2026-02-28 18:00",
        "messagebird",
        agreed="P2Y",
        action="anonymise",
    ),
    hosted(
        "RET-11",
        "contact",
        "2025-01-01 00:00",
        "2026-07-01 00:00",
        "messagebird",
        ended="2026-06-30",
    ),
    hosted(
        "RET-8",
        "chat",
        "2025-01-01 00:00",
        "2026-07-31 00:00",
        "messagebird",
        ended="2026-06-30",
        agreed="P1M",
    ),
    hosted(
        "RET-11", "sms", "2026-06-01 00:00", "2026-07-01 00:00", "messagebird", ended="2026-06-30"
    ),
    own("RET-12", "marketing", "2025-01-10 12:00", "2026-01-10 12:00", "messagebird"),
    own(
        "RET-12",
        "marketing",
        "2024-06-01 12:00",
        "2026-01-10 12:00",
        "messagebird",
        events={"last_contact": "2025-01-10 12:00"},
    ),
    own(
        "RET-12",
        "marketing",
        "2024-06-01 12:00",
        "2028-01-10 12:00",
        "informatique70",
        events={"last_contact": "2025-01-10 12:00"},
    ),
    own(
        "RET-12",
        "marketing",
        "2024-06-01 12:00",
        "2025-03-01 09:00",
        "informatique70",
        events={"last_contact": "2025-01-10 12:00", "revoked": "2025-03-01 09:00"},
    ),
    own(
        "RET-12",
        "client_marketing",
        "2020-01-01 00:00",
        "2026-01-01 00:00",
        "informatique70",
        ended="2025-12-31",
    ),
    own("RET-12", "client_marketing", "2020-01-01 00:00", None, "messagebird"),
    own("RET-13", "billing", "2016-02-29 10:00", "2026-02-28 10:00", "messagebird"),
    own("RET-13", "account", "2016-07-01 10:00", "2026-07-01 10:00", "informatique70"),
    hosted("RET-14", "consent", "2019-01-01 10:00", None, "messagebird"),
    hosted(
        "RET-14",
        "consent",
        "2019-01-01 10:00",
        "2025-12-31 23:30",
        "messagebird",
        events={"revoked": "2020-12-31 23:30"},
    ),
    hosted(
        "RET-14",
        "consent",
        "2019-01-01 10:00",
        None,
        "messagebird",
        events={"revoked": "2020-12-31 23:30", "given": "2021-02-01 10:00"},
    ),
    hosted(
        "RET-14",
        "consent",
        "2019-01-01 10:00",
        "2026-03-01 10:00",
        "bureau24",
        events={"revoked": "2021-03-01 10:00", "given": "2021-02-01 10:00"},
    ),
    own(
        "RET-14",
        "consent_proof",
        "2019-01-01 10:00",
        "2026-02-28 10:00",
        "messagebird",
        events={"reliance_ended": "2021-02-28 10:00"},
    ),
    own("RET-14", "consent_proof", "2019-01-01 10:00", None, "web2contact"),
    own(
        "RET-14",
        "consent_proof",
        "2019-01-01 10:00",
        "2026-03-01 00:00",
        "web2contact",
        ended="2021-02-28",
    ),
    own(
        "RET-14",
        "consent_proof",
        "2019-01-01 10:00",
        "2025-02-28 10:00",
        "informatique70",
        events={"revoked": "2020-02-28 10:00"},
        ended="2021-02-28",
    ),
    # Withdrawn when the contract had ended, and before its data was gone.
    own(
        "RET-14",
        "consent_proof",
        "2019-01-01 10:00",
        "2026-03-15 10:00",
        "bureau24",
        events={"revoked": "2021-03-15 10:00"},
        ended="2021-02-28",
    ),
    # Relied on again: the proof is kept until that ends, too.
    own(
        "RET-14",
        "consent_proof",
        "2019-01-01 10:00",
        None,
        "messagebird",
        events={"reliance_ended": "2021-02-28 10:00", "given": "2021-06-01 10:00"},
    ),
    hosted(
        "RET-14",
        "consent",
        "2019-01-01 10:00",
        "2027-01-15 10:00",
        "messagebird",
        events={"given": "2021-06-01 10:00", "reliance_ended": "2022-01-15 10:00"},
    ),
    own("RET-15", "rights_request_proof", "2021-03-01 10:00", "2026-03-01 10:00", "messagebird"),
    own("RET-15", "rights_request_proof", "2021-03-01 10:00", "2026-03-01 10:00", "deskmanager"),
    own(
        "RET-15",
        "rights_request_proof",
        "2021-03-01 10:00",
        "2026-03-15 10:00",
        "messagebird",
        events={"answered": "2021-03-15 10:00"},
    ),
    own("RET-15", "rights_request_proof", "2023-03-15 10:00", "2026-03-15 10:00", "informatique70"),
    own("RET-16", "desk_recording", "2026-01-10 10:00", "2026-03-11 10:00", "informatique70"),
    own("RET-17", "callback_request", "2026-03-28 12:00", "2026-03-30 13:00", "informatique70"),
    own(
        "RET-18",
        "unpaid_invoice",
        "2026-01-02 09:00",
        "2026-05-06 09:00",
        "informatique70",
        events={"settled": "2026-05-04 09:00"},
    ),
    own("RET-18", "unpaid_invoice", "2022-05-04 09:00", "2027-05-04 09:00", "informatique70"),
    own(
        "RET-18",
        "unpaid_invoice",
        "2022-05-04 09:00",
        "2027-05-04 09:00",
        "informatique70",
        events={"settled": "2023-01-01 09:00", "defaulted": "2023-01-02 09:00"},
    ),
    own("RET-19", "video_surveillance", "2026-01-31 20:00", "2026-02-28 20:00", "informatique70"),
    own("RET-20", "server_log", "2026-03-20 12:00", "2026-04-03 13:00", "bureau24"),
    own("RET-21", "enquiry", "2025-08-31 10:00", "2026-02-28 10:00", "bureau24"),
    own(
        "RET-21",
        "enquiry",
        "2026-01-15 10:00",
        "2026-12-30 10:00",
        "bureau24",
        events={"reviewed": "2026-06-30 10:00"},
    ),
    own(
        "RET-21",
        "enquiry",
        "2026-01-15 10:00",
        "2026-01-20 16:00",
        "bureau24",
        events={"resolved": "2026-01-20 16:00"},
    ),
    own("RET-21", "prospect", "2026-01-15 10:00", "2026-07-15 10:00", "bureau24"),
    own(
        "RET-21",
        "prospect",
        "2026-01-15 10:00",
        "2026-12-30 10:00",
        "bureau24",
        events={"reviewed": "2026-06-30 10:00"},
    ),
    own("RET-22", "portal_account", "2020-01-15 10:00", None, "bureau24"),
    own(
        "RET-22",
        "portal_account",
        "2020-01-15 10:00",
        "2026-04-01 00:00",
        "bureau24",
        ended="2026-03-31",
        keep_account=False,
        events={"last_activity": "2026-02-01 10:00"},
    ),
    # Inactive already when the contract ended: the five years do not begin before it.
    own(
        "RET-22",
        "portal_account",
        "2020-01-15 10:00",
        "2031-04-01 00:00",
        "bureau24",
        ended="2026-03-31",
        keep_account=True,
        events={"last_activity": "2026-02-01 10:00"},
    ),
    own(
        "RET-22",
        "portal_account",
        "2020-01-15 10:00",
        "2031-05-10 10:00",
        "bureau24",
        ended="2026-03-31",
        keep_account=True,
        events={"last_activity": "2026-05-10 10:00"},
    ),
    own("RET-23", "credit_score", "2024-02-29 10:00", "2027-02-28 10:00", "bureau24"),
    own(
        "RET-23",
        "credit_score",
        "2026-01-15 10:00",
        "2026-01-16 08:00",
        "bureau24",
        events={"completed": "2026-01-16 08:00"},
    ),
    own("RET-23", "credit_evidence", "2022-06-15 10:00", "2026-01-01 00:00", "bureau24"),
    own("RET-23", "credit_evidence", "2022-12-31 23:59", "2026-01-01 00:00", "bureau24"),
    own("RET-23", "credit_evidence", "2023-01-01 00:00", "2027-01-01 00:00", "bureau24"),
    hosted("RET-24", "synchronised_contact", "2026-01-15 10:00", None, "bureau24"),
    hosted(
        "RET-24",
        "synchronised_contact",
        "2026-01-15 10:00",
        "2026-02-15 11:00",
        "bureau24",
        events={"revoked": "2026-02-15 11:00"},
    ),
    own("RET-27", "aggregated", "2021-02-28 10:00", "2026-02-28 10:00"),
    hosted("RET-28", "call", "2026-01-15 10:00", None, "bureau24"),
    hosted(
        "RET-28", "call", "2026-01-15 10:00", "2026-05-31 00:00", "bureau24", ended="2026-04-30"
    ),
    hosted(
        "RET-28",
        "instruction",
        "2026-01-15 10:00",
        "2026-05-31 00:00",
        "bureau24",
        ended="2026-04-30",
    ),
    hosted(
        "RET-28",
        "instruction",
        "2026-01-15 10:00",
        "2026-05-31 00:00",
        "deskmanager",
        ended="2026-04-30",
    ),
    hosted(
        "RET-28",
        "instruction",
        "2026-01-15 10:00",
        "2026-05-31 00:00",
        "informatique70",
        ended="2026-04-30",
    ),
    hosted(
        "RET-11",
        "instruction",
        "2026-01-15 10:00",
        "2026-05-01 00:00",
        "messagebird",
        ended="2026-04-30",
    ),
    own("RET-29", "traffic", "2025-11-30 10:00", "2026-11-30 10:00", action="anonymise"),
    own("RET-29", "traffic", "2024-02-29 10:00", "2025-02-28 10:00", "deskmanager"),
    own("RET-30", "client", "2015-01-01 10:00", "2026-03-01 00:00", ended="2021-02-28"),
    own(
        "RET-30",
        "subscriber_identity",
        "2015-01-01 10:00",
        "2026-03-01 00:00",
        "bureau24",
        ended="2021-02-28",
    ),
    own(
        "RET-30",
        "subscription",
        "2015-01-01 10:00",
        "2022-03-01 00:00",
        "deskmanager",
        ended="2021-02-28",
    ),
    own(
        "RET-30",
        "payment",
        "2015-01-01 10:00",
        "2025-03-01 00:00",
        "messagebird",
        ended="2024-02-29",
    ),
    own("RET-30", "connection_technical", "2024-02-29 10:00", "2025-02-28 10:00", "informatique70"),
    own("RET-31", "minor_data", "2026-01-15 10:00", None, "messagebird"),
    own(
        "RET-31",
        "minor_data",
        "2026-01-15 10:00",
        "2026-02-01 12:00",
        "messagebird",
        events={"discovered": "2026-02-01 12:00"},
    ),
    hosted(
        "RET-31",
        "sms",
        "2026-01-15 10:00",
        "2026-02-01 12:00",
        "messagebird",
        events={"discovered": "2026-02-01 12:00"},
    ),
    *(
        found(
            "RET-31",
            category,
            "2026-01-15 10:00",
            "2026-02-01 12:00",
            "messagebird",
            events={"discovered": "2026-02-01 12:00"},
        )
        for found, category in [
            (own, "client_marketing"),
            (own, "usage_log"),
            (own, "consent_proof"),
            (hosted, "consent"),
            (hosted, "location"),
        ]
    ),
    own("RET-32", "compliance_file", "2018-01-15 10:00", None, "deskmanager"),
    own(
        "RET-32",
        "compliance_file",
        "2018-01-15 10:00",
        "2026-02-28 12:00",
        "web2contact",
        events={"closed": "2021-02-28 12:00"},
    ),
    own(
        "RET-32",
        "compliance_file",
        "2018-01-15 10:00",
        None,
        "bureau24",
        events={"closed": "2021-02-28 12:00", "reopened": "2021-05-01 12:00"},
    ),
    own("RET-32", "requisition", "2018-01-15 10:00", None, "web2contact"),
    own(
        "RET-32",
        "requisition_file",
        "2018-01-15 10:00",
        "2026-02-28 12:00",
        "messagebird",
        events={"closed": "2021-02-28 12:00"},
    ),
]


def named(case):
    """What a test's id says of a case."""
    return f"{case.rule} {case.notice} {case.category} {case.due}"

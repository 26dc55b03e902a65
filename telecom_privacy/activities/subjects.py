"""Whom the data of a category is about (GDPR article 30(1)(c))."""

from collections.abc import Mapping
from enum import Enum, auto

from telecom_privacy.language import Text, both


class Subjects(Enum):
    PARTIES = auto()
    STAFF = auto()
    CONTACTS = auto()
    SUBSCRIBERS = auto()
    PROSPECTS = auto()
    VISITORS = auto()
    CALLERS = auto()
    PREMISES = auto()
    REQUESTERS = auto()
    DEBTORS = auto()
    MINORS = auto()
    CASES = auto()
    NOBODY = auto()
    OTHERS = auto()


SUBJECTS: Mapping[Subjects, Text] = {
    Subjects.PARTIES: both(
        "appelants, appelés et correspondants des clients",
        "callers, called persons and correspondents of clients",
    ),
    Subjects.STAFF: both(
        "personnel des clients qui utilise une licence",
        "employees of clients who use a licence",
    ),
    Subjects.CONTACTS: both("contacts chez les clients", "contacts at clients"),
    Subjects.SUBSCRIBERS: both("abonnés et payeurs", "subscribers and those who pay"),
    Subjects.PROSPECTS: both("prospects", "prospects"),
    Subjects.VISITORS: both(
        "visiteurs des sites et utilisateurs des applications de l'opérateur",
        "visitors of the operator's sites and users of its applications",
    ),
    Subjects.CALLERS: both(
        "appelants du standard de l'opérateur", "callers of the operator's own desk"
    ),
    Subjects.PREMISES: both(
        "visiteurs des locaux de l'opérateur", "visitors of the operator's premises"
    ),
    Subjects.REQUESTERS: both(
        "personnes ayant exercé un droit ou donné un consentement",
        "persons who exercised a right or gave a consent",
    ),
    Subjects.DEBTORS: both(
        "débiteurs et personnes dont la solvabilité a été évaluée",
        "debtors and persons whose credit was assessed",
    ),
    Subjects.MINORS: both("mineurs", "minors"),
    Subjects.CASES: both(
        "personnes nommées dans les dossiers de conformité", "persons named in compliance files"
    ),
    Subjects.NOBODY: both("personne d'identifiable", "nobody identifiable"),
    Subjects.OTHERS: both(
        "personnes que concernent ces données", "persons whom these data are about"
    ),
}
_OF: Mapping[Subjects, str] = {
    Subjects.STAFF: "licence hold_music integration_token",
    Subjects.CONTACTS: "client client_contact crm profile technical order incident report account"
    " portal_account client_marketing",
    Subjects.SUBSCRIBERS: "subscriber_identity subscription payment connection_technical billing",
    Subjects.PROSPECTS: "prospect enquiry callback_request marketing",
    Subjects.VISITORS: "cookie usage_log server_log",
    Subjects.CALLERS: "desk_recording",
    Subjects.PREMISES: "video_surveillance",
    Subjects.REQUESTERS: "rights_request_proof consent consent_proof",
    Subjects.DEBTORS: "unpaid_invoice credit_score credit_evidence",
    Subjects.MINORS: "minor_data",
    Subjects.CASES: "compliance_file breach requisition requisition_file",
    Subjects.NOBODY: "aggregated",
}
_CONVERSATIONS = (
    "call recording traffic voicemail message sms email chat call_note contact tag instruction"
    " attachment activity_history location special connection_log push widget video_meeting"
    " synchronised_contact"
)
_SUBJECTS: Mapping[str, tuple[Subjects, ...]] = {
    **{category: (who,) for who, names in _OF.items() for category in names.split()},
    **dict.fromkeys(_CONVERSATIONS.split(), (Subjects.PARTIES, Subjects.STAFF)),
}


def subjects_of(category: str) -> tuple[Subjects, ...]:
    """Return whom a category is about, in general words for one that only a policy knows."""
    return _SUBJECTS.get(category, (Subjects.OTHERS,))

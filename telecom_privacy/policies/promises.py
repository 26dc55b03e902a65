"""What the five published notices promise about time (RULES §2), and what else keeps it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: the rule id that policy files cite, and the data it is about.

    `notices` are those that publish it; none where the law or the operator itself promises.
    `mechanism` is what keeps it beside, or instead of, the rules of the policy files.
    """

    id: str
    data: str
    notices: tuple[str, ...]
    mechanism: str | None = None


_W2C, _B24, _BIRD, _I70, _DESK = (
    "web2contact",
    "bureau24",
    "messagebird",
    "informatique70",
    "deskmanager",
)

PROMISES = (
    Promise("RET-1", "call recordings", (_W2C,)),
    Promise(
        "RET-2",
        "whatever the client or its end user deletes",
        (_W2C,),
        "`DELETE` of a call, recording, licence or record destroys its key before it answers.",
    ),
    Promise(
        "RET-3",
        "hosted data of a client",
        (_W2C,),
        "After the window the client's processor key is destroyed, and everything below it.",
    ),
    Promise("RET-4", "traffic and connections shown to the client as reporting", (_W2C,)),
    Promise("RET-5", "client data under no special legal duty", (_W2C,)),
    Promise("RET-6", "usage data in application logs", (_W2C,)),
    Promise("RET-7", "records of cookies", (_W2C, _I70)),
    Promise(
        "RET-8",
        "processor data under other terms",
        (_W2C, _BIRD),
        "`terms` of `POST /v1/clients` and `PATCH /v1/clients/{id}`: a term that a client agrees,"
        " within floor and ceiling of each rule that has a ceiling.",
    ),
    Promise(
        "RET-9",
        "anything under complaint, likely dispute or open security event",
        (_W2C, _B24, _I70),
        "A hold (`POST /v1/holds`) suspends erasure; after its release the normal rule applies at"
        " once.",
    ),
    Promise("RET-10", "SMS and voice", (_BIRD,)),
    Promise("RET-11", "omnichannel services and contacts", (_BIRD,)),
    Promise(
        "RET-12",
        "marketing and sales",
        (_BIRD, _I70),
        "The event `revoked` (consent withdrawn, objection) erases in the same request.",
    ),
    Promise("RET-13", "account and financial data", (_BIRD, _I70)),
    Promise(
        "RET-14",
        "proof that consent was given or withdrawn",
        (_BIRD,),
        "A client's own consents go with its contract at the latest; beside each the operator keeps"
        " a `consent_proof` of its own, which follows its events and outlives it.",
    ),
    Promise(
        "RET-15",
        "proof that a rights request was answered",
        (_BIRD, _I70),
        "The event `answered` starts the term; of a request that is never answered the request does"
        " (derived).",
    ),
    Promise("RET-16", "recordings of calls to the operator's own desk", (_I70,)),
    Promise("RET-17", "call-back requests", (_I70,)),
    Promise(
        "RET-18",
        "unpaid-invoice entries",
        (_I70,),
        "An entry occurs at the default. A recorded exceptional reason to keep a settled one longer"
        " is a hold.",
    ),
    Promise("RET-19", "video surveillance", (_I70,)),
    Promise(
        "RET-20",
        "server logs that identify people",
        (_B24,),
        "During a security event until it is resolved: a hold.",
    ),
    Promise(
        "RET-21",
        "enquiries: contact form, chat, call-back, test call",
        (_B24,),
        "A request for deletion (`DELETE`) is carried out at once.",
    ),
    Promise(
        "RET-22",
        "the client's portal account",
        (_B24,),
        "`keep_account` of `POST /v1/clients/{id}/contract-end` is what the client answered.",
    ),
    Promise(
        "RET-23",
        "credit score, and the evidence of it",
        (_B24,),
        "Longer while a dispute lasts: a hold.",
    ),
    Promise(
        "RET-24",
        "synchronised contacts",
        (_B24,),
        "The event `revoked` on the consent `contact_sync` erases them in the same request.",
    ),
    Promise(
        "RET-25",
        "call notes deleted from the bin",
        (_B24,),
        "Two steps: the event `binned` puts a note into the bin, `DELETE` destroys its key; nothing"
        " restores it.",
    ),
    Promise(
        "RET-26",
        "card data",
        (_DESK,),
        "Never stored: the category `card` is refused (422), and so is whatever holds a card number"
        " in the `data` of a record or in `caller_name`, `note`, `route`, `tags` or `platform` of a"
        " call. Not searched: ids, client details, licence labels, reasons and binary content.",
    ),
    Promise(
        "RET-27",
        "statistics after expiry",
        (_BIRD, _W2C),
        "Where a rule anonymises, counts by client, month and category stay; small groups are"
        " suppressed.",
    ),
    Promise(
        "RET-28",
        "call history in the app, instructions",
        (_B24,),
        "What commercial and tax law asks beyond is agreed with the client, up to ten years.",
    ),
    Promise(
        "RET-29",
        "the operator's own traffic data",
        (),
        "A record is read for a purpose within that purpose's term only.",
    ),
    Promise("RET-30", "identity, subscription, payment and connection data of subscribers", ()),
    Promise(
        "RET-31",
        "data of a minor without consent of the holder of parental authority",
        (_BIRD,),
        "The event `discovered` erases in the same request; a call goes by `DELETE`. Where the"
        " law itself asks to keep data (accounts, subscribers, traffic) the event is refused"
        " (422).",
    ),
    Promise("RET-32", "the operator's own compliance files", ()),
)
"""Every promise of RULES §2, in the order of its id."""

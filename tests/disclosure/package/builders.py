"""A delivery as an authority would get it, and one whose every text is hostile."""

import hashlib
import zlib
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from telecom_privacy.audit import merkle
from telecom_privacy.audit.model import Inclusion, commit
from telecom_privacy.disclosure.package.model import (
    Asked,
    Authority,
    BasisCited,
    Delivery,
    Difference,
    DisclosedCall,
    DisclosedRecord,
    DisclosedRecording,
    LogProof,
    Operator,
    OrderScan,
    Origin,
    Person,
)
from telecom_privacy.legal_bases.model import DataCategory

AT = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
"""In Paris this hour comes twice."""

CASE = UUID("5d0c8a54-6f0e-4a7e-9c33-0c9f4e0f7a11")
AUDIO = bytes(range(256)) * 300
SALT = bytes(16)
STATEMENT = b'{"action":"requisition.disclosing","details":{"requisition":"%s"}}' % (
    str(CASE).encode()
)

HOSTILE = (
    "</td><script>alert(1)</script>&amp; \"'`]]><!--<?pi?>\x00\x0b\x1b[31m\ufffe\u202egnp.exe"
    "\u2066 ' OR 1=1 -- \\(PDF\\) BT /F1 <b>é ł 日本 \U0001f3a7"
)

CALLS = (
    DisclosedCall(
        reference="appel-0001",
        caller="+33612345678",
        called="+33187654321",
        direction="in",
        started_at=AT,
        answered_at=AT + timedelta(seconds=7),
        ended_at=AT + timedelta(minutes=61, seconds=10),
        disposition="answered",
        origin=Origin.CONTROLLER,
        route="trunk-a",
        licence="poste-42",
        client="cabinet",
    ),
    DisclosedCall(
        reference="appel-0001",
        caller="+33612345678",
        called="+33187654321",
        direction="in",
        started_at=AT,
        answered_at=AT + timedelta(seconds=7),
        ended_at=AT + timedelta(minutes=61, seconds=10),
        disposition="answered",
        origin=Origin.PROCESSOR,
        client="cabinet",
    ),
    DisclosedCall(
        reference="appel-0002",
        caller=None,
        called="3639",
        direction="out",
        started_at=AT + timedelta(hours=1, microseconds=1000),
        answered_at=None,
        ended_at=AT + timedelta(hours=1, seconds=20),
        disposition="no_answer",
        origin=Origin.CONTROLLER,
    ),
)


def recording(content: bytes = AUDIO, name: str = "recordings/0b54.wav") -> DisclosedRecording:
    def pieces() -> Iterable[bytes]:
        return (content[start : start + 1000] for start in range(0, len(content), 1000))

    digest = hashlib.sha256(content).hexdigest()
    checksum = zlib.crc32(content)
    return DisclosedRecording(
        "appel-0001", name, "audio/wav", len(content), digest, checksum, pieces, "cabinet"
    )


def delivery(**changes: object) -> Delivery:
    made = Delivery(
        case_id=CASE,
        reference="PV 2026/004217",
        basis=BasisCited(
            "cpp-60-2",
            "Réquisition en flagrance, voie télématique",
            "Code de procédure pénale, article 60-2",
        ),
        authority=Authority("judicial_police", "Brigade de recherches de Villeneuve"),
        person=Person("officier de police judiciaire", "A. Exemple", "Section de recherches"),
        asked=Asked(
            numbers=("+33612345678", "3639"),
            licences=("poste-42",),
            call_ids=("appel-0001",),
            start=AT - timedelta(days=30),
            end=AT + timedelta(days=1),
            zone=ZoneInfo("Europe/Paris"),
            categories=(DataCategory.TRAFFIC, DataCategory.CONTENT),
        ),
        prepared_at=AT + timedelta(days=2),
        operator=Operator("Téléphonie Exemple SAS"),
        differences=(
            Difference("Trafic du +33612345678", "oui", 3, 2, "Un appel hors de la période."),
            Difference("Enregistrements", "oui", 1, 1),
        ),
        calls=lambda: CALLS,
        records=lambda: (
            DisclosedRecord(
                "abonne-7", "identity", AT, {"nom": "Exemple"}, Origin.CONTROLLER, "+33187654321"
            ),
        ),
        recordings=lambda: (recording(),),
        proofs=(proof(),),
        order=OrderScan(hashlib.sha256(b"scan").hexdigest(), "application/pdf"),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # names are the fields


def proof() -> LogProof:
    leaf = commit(SALT, STATEMENT)
    root = merkle.leaf_hash(leaf)
    note = f"operator.example/log\n1\n{b64encode(root).decode()}\n\n— operator.example/log AAAA\n"
    inclusion = Inclusion(0, 1, root, ())
    return LogProof("Approbation de la remise", STATEMENT, SALT, leaf, inclusion, note)


def hostile() -> Delivery:
    """Every text is one that tries to be something else; the times are the strangest there are."""
    call = replace(
        CALLS[0],
        reference=HOSTILE,
        caller=HOSTILE,
        called=HOSTILE,
        direction=HOSTILE,
        disposition=HOSTILE * 30,
        route=HOSTILE,
        licence=HOSTILE,
        client=HOSTILE,
    )
    record = DisclosedRecord(
        HOSTILE, HOSTILE, AT, {HOSTILE: HOSTILE}, Origin.PROCESSOR, HOSTILE, HOSTILE
    )
    asked = replace(delivery().asked, numbers=(HOSTILE,), licences=(HOSTILE,), call_ids=(HOSTILE,))
    return delivery(
        reference=HOSTILE,
        basis=BasisCited(HOSTILE, HOSTILE, HOSTILE),
        authority=Authority(HOSTILE, HOSTILE),
        person=Person(HOSTILE, HOSTILE, HOSTILE),
        asked=asked,
        operator=Operator(HOSTILE),
        differences=(Difference(HOSTILE, HOSTILE, 1, 0, HOSTILE * 200),),
        calls=lambda: (call,),
        records=lambda: (record,),
        recordings=lambda: (
            replace(recording(), reference=HOSTILE, media_type=HOSTILE, client=HOSTILE),
        ),
        proofs=(replace(proof(), about=HOSTILE),),
        order=OrderScan("0" * 64, HOSTILE),
    )

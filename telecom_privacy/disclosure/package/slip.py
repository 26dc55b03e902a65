"""The slip: what a human reads first. In French, as blocks that HTML and PDF both show."""

from collections.abc import Iterator
from functools import partial
from itertools import chain

from telecom_privacy.disclosure.package import slip_rows as rows
from telecom_privacy.disclosure.package import slip_words as words
from telecom_privacy.disclosure.package.formats import local
from telecom_privacy.disclosure.package.model import Delivery
from telecom_privacy.disclosure.package.slip_blocks import (
    Block,
    Column,
    Command,
    Facts,
    Heading,
    Paragraph,
    Table,
)


def blocks(delivery: Delivery) -> Iterator[Block]:
    """Yield the slip from top to bottom, its title apart (`slip_words.TITLE`)."""
    return chain(_request(delivery), _answer(delivery), _data(delivery), _verification(delivery))


def _request(delivery: Delivery) -> Iterator[Block]:
    asked = delivery.asked
    said = partial(local, zone=asked.zone)
    order = delivery.order
    yield Facts(
        (
            ("Opérateur", delivery.operator.name),
            ("Dossier", str(delivery.case_id)),
            ("Référence de la demande", delivery.reference),
            ("Autorité requérante", _authority(delivery)),
            ("Signataire", _person(delivery)),
            ("Fondement", f"{delivery.basis.title} ({delivery.basis.id})"),
            ("Texte", delivery.basis.text),
            ("Empreinte de la demande", f"SHA-256 {order.sha256}" if order else words.NONE),
            ("Préparé le", said(delivery.prepared_at)),
        )
    )
    yield Paragraph(words.SECRECY)
    yield Heading("Ce qui est demandé")
    yield Facts(
        (
            ("Catégories", ", ".join(words.CATEGORIES[one] for one in asked.categories)),
            ("Numéros", ", ".join(asked.numbers) or words.NONE),
            ("Lignes", ", ".join(asked.licences) or words.NONE),
            ("Appels", ", ".join(asked.call_ids) or words.NONE),
            ("Du", said(asked.start)),
            ("Au", said(asked.end)),
            ("Fuseau horaire", asked.zone.key),
        )
    )


def _authority(delivery: Delivery) -> str:
    authority = delivery.authority
    return f"{authority.name} ({words.AUTHORITIES.get(authority.kind, authority.kind)})"


def _person(delivery: Delivery) -> str:
    person = delivery.person
    return f"{person.name}, {person.rank}, {person.service}"


def _answer(delivery: Delivery) -> Iterator[Block]:
    yield Heading("Demandé, trouvé, remis")
    yield Paragraph(words.GIVEN if delivery.gives else words.NOTHING)
    yield Table(
        (
            Column("Objet", 55),
            Column("Demandé", 35),
            Column("Trouvé", 15),
            Column("Remis", 15),
            Column("Motif de l'écart", 60),
        ),
        partial(rows.differences, delivery),
        "Rien n'a été recherché.",
    )


def _data(delivery: Delivery) -> Iterator[Block]:
    yield Heading("Appels")
    yield Paragraph(words.TIMES)
    yield Table(
        (
            Column("N°", 8),
            Column("Référence", 26),
            Column("Début", 26),
            Column("Durée", 14),
            Column("Appelant", 25),
            Column("Appelé", 25),
            Column("Sens, issue", 19),
            Column("Ligne, client", 19),
            Column("Origine", 18),
        ),
        partial(rows.calls, delivery),
        "Aucun appel n'est remis.",
    )
    if delivery.has_records:
        yield Heading("Autres données")
        yield Table(
            (
                Column("Référence", 30),
                Column("Nature", 25),
                Column("Date", 30),
                Column("Objet", 25),
                Column("Contenu", 70),
            ),
            partial(rows.records, delivery),
            "",
        )
    yield Heading("Enregistrements et fichiers")
    yield Table(
        (
            Column("Appel", 30),
            Column("Fichier, sous data/", 55),
            Column("Nature, octets", 30),
            Column("SHA-256", 65),
        ),
        partial(rows.recordings, delivery),
        "Aucun enregistrement n'est remis.",
    )


def _verification(delivery: Delivery) -> Iterator[Block]:
    yield Heading("Format et vérification")
    yield Paragraph(words.REFERENCE_COPY)
    yield Paragraph(words.DECRYPTION)
    yield Paragraph(words.SIGNATURE)
    yield Command(words.VERIFY_SIGNATURE)
    yield Command(words.VERIFY_FILES)
    if delivery.proofs:
        yield Heading("Preuves au journal")
        yield Paragraph(words.PROOFS)
        yield Table(
            (
                Column("Écriture", 65),
                Column("Rang", 20),
                Column("Taille du journal", 30),
                Column("Dossier, sous data/", 65),
            ),
            partial(rows.proofs, delivery),
            "",
        )

"""The texts of notices of a breach. `${…}` are what the register says, put in as it stands."""

from collections.abc import Mapping, Sequence

from telecom_privacy.breaches.model import Nature, Notice
from telecom_privacy.language import Text, both

UNKNOWN = both("non établi à ce jour", "not established yet")
NOT_SENT = both("non encore transmise", "not sent yet")
NATURES: Mapping[Nature, Text] = {
    Nature.CONFIDENTIALITY: both("perte de confidentialité", "loss of confidentiality"),
    Nature.INTEGRITY: both("perte d'intégrité", "loss of integrity"),
    Nature.AVAILABILITY: both("perte de disponibilité", "loss of availability"),
}
UNINTELLIGIBLE = both(
    """Les données concernées sont incompréhensibles pour toute personne non autorisée (article 4 du
    règlement (UE) n° 611/2013) : ${reason}""",
    """The data concerned are unintelligible to any person who is not authorised (Regulation (EU) No
    611/2013, article 4): ${reason}""",
)
NOT_ADVERSE = both(
    """La violation n'est pas de nature à porter atteinte aux données ou à la vie privée d'un abonné
    ou d'un particulier (article 3, paragraphe 1, du règlement (UE) n° 611/2013) : ${reason}""",
    """The breach is not likely to adversely affect the data or privacy of a subscriber or
    individual (Regulation (EU) No 611/2013, article 3(1)): ${reason}""",
)
RECOMMENDED = both(
    "Ce que nous vous recommandons : ${recommended}", "What we recommend: ${recommended}"
)
OF_ALL = both(", tous clients confondus", ", of all our clients together")
SUBSCRIBERS_TOLD = both(
    """abonnés et particuliers informés le ${at} par : ${channel} ; nombre de personnes informées :
    ${told_about} ; contenu : ${content}""",
    """subscribers and individuals were told on ${at} by: ${channel}; number of persons told:
    ${told_about}; content: ${content}""",
)
SUBSCRIBERS_WAITING = both(
    """Abonnés et particuliers non encore informés ; ils le seront sans retard injustifié, par un
    message reprenant l'annexe II du règlement.""",
    """Subscribers and individuals were not told yet; they will be without undue delay, by a message
    with the content of annex II of the Regulation.""",
)

_PROVIDER = (
    both("1. Fournisseur : ${operator}", "1. Provider: ${operator}"),
    both("2. Point de contact : ${contact}", "2. Contact point: ${contact}"),
)
_FIRST_SECTION = (
    both(
        "4. Date et heure de l'incident : ${occurred_at} ; de sa détection : ${detected_at}.",
        "4. Date and time of the incident: ${occurred_at}; of its detection: ${detected_at}.",
    ),
    both(
        "5. Circonstances de la violation (${nature}) : ${circumstances}",
        "5. Circumstances of the breach (${nature}): ${circumstances}",
    ),
    both(
        "6. Nature et teneur des données concernées : ${categories}.",
        "6. Nature and content of the data concerned: ${categories}.",
    ),
    both(
        "7. Mesures techniques et d'organisation appliquées aux données : ${protection}",
        "7. Technical and organisational measures applied to the data: ${protection}",
    ),
    both(
        "8. Autres fournisseurs dont il est fait usage : ${other_providers}",
        "8. Use of other providers: ${other_providers}",
    ),
)

DRAFTS: Mapping[Notice, Sequence[Text]] = {
    Notice.CNIL_FIRST: (
        both(
            """Notification d'une violation de données à caractère personnel à la CNIL par un
            fournisseur de services de communications électroniques (article 83 de la loi n° 78-17
            du 6 janvier 1978 ; règlement (UE) n° 611/2013, article 2 et annexe I, section 1)""",
            """Notification of a personal data breach to the CNIL by a provider of electronic
            communications services (Loi n° 78-17 of 6 January 1978, article 83; Regulation (EU) No
            611/2013, article 2 and annex I, section 1)""",
        ),
        *_PROVIDER,
        both(
            "3. Première notification, à transmettre au plus tard le ${first_due_at}.",
            "3. First notification, to be sent by ${first_due_at} at the latest.",
        ),
        *_FIRST_SECTION,
        both(
            """Ce qui n'est pas établi, et ce que demande l'annexe I, section 2, suivra dans une
            seconde notification, dans les trois jours.""",
            """What is not established, and what annex I, section 2 asks for, will follow in a
            second notification, within three days.""",
        ),
    ),
    Notice.CNIL_SECOND: (
        both(
            """Notification d'une violation de données à caractère personnel à la CNIL par un
            fournisseur de services de communications électroniques (article 83 de la loi n° 78-17
            du 6 janvier 1978 ; règlement (UE) n° 611/2013, article 2 et annexe I, sections 1 et
            2)""",
            """Notification of a personal data breach to the CNIL by a provider of electronic
            communications services (Loi n° 78-17 of 6 January 1978, article 83; Regulation (EU) No
            611/2013, article 2 and annex I, sections 1 and 2)""",
        ),
        *_PROVIDER,
        both(
            """3. Seconde notification, à la suite de la première (${first_sent}), à transmettre au
            plus tard le ${second_due_at}.""",
            """3. Second notification, following the first one (${first_sent}), to be sent by
            ${second_due_at} at the latest.""",
        ),
        *_FIRST_SECTION,
        both(
            "9. Résumé de l'incident, lieu et supports : ${cause}",
            "9. Summary of the incident, its place and the storage media: ${cause}",
        ),
        both(
            """10. Nombre approximatif d'abonnés ou de particuliers concernés : ${subjects_about} ;
            d'enregistrements : ${records_about}.""",
            """10. Approximate number of subscribers or individuals concerned: ${subjects_about}; of
            records: ${records_about}.""",
        ),
        both(
            "11. Conséquences et effets préjudiciables possibles : ${likely_consequences}",
            "11. Potential consequences and adverse effects: ${likely_consequences}",
        ),
        both(
            "12. Mesures prises pour les atténuer : ${measures}",
            "12. Measures taken to mitigate them: ${measures}",
        ),
        both(
            "13 à 15. Notification aux abonnés ou particuliers : ${subscribers}",
            "13 to 15. Notification to subscribers or individuals: ${subscribers}",
        ),
        both(
            "16 et 17. Autres États membres et autres autorités informées : ${transfers}",
            "16 and 17. Other Member States, and other authorities informed: ${transfers}",
        ),
        both(
            """Les informations qui, malgré nos recherches, ne sont pas établies à ce jour seront
            communiquées dès que possible (article 2, paragraphe 3).""",
            """What could not be established yet, despite our investigations, will be communicated
            as soon as possible (article 2(3)).""",
        ),
    ),
    Notice.CLIENTS: (
        both(
            """Objet : violation de données à caractère personnel traitées pour votre compte
            (article 33, paragraphe 2, du RGPD)""",
            """Subject: breach of personal data that we process on your behalf (GDPR article
            33(2))""",
        ),
        both(
            """Madame, Monsieur, nous avons détecté le ${detected_at} une violation de données à
            caractère personnel qui concerne des données que nous traitons en qualité de
            sous-traitant et dont vous êtes responsable. Nous vous communiquons ce que nous en
            savons (article 33, paragraphe 3).""",
            """Dear Sir or Madam, on ${detected_at} we detected a personal data breach that concerns
            data which we process as your processor and of which you are the controller. This is
            what we know of it (article 33(3)).""",
        ),
        both(
            "Nature : ${nature}. Date estimée de l'incident : ${occurred_at}. ${circumstances}",
            "Nature: ${nature}. Estimated date of the incident: ${occurred_at}. ${circumstances}",
        ),
        both("Données concernées : ${categories}.", "Data concerned: ${categories}."),
        both(
            """Nombre approximatif${whose} : personnes concernées : ${subjects_about} ;
            enregistrements : ${records_about}.""",
            """Approximate numbers${whose}: persons concerned: ${subjects_about}; records:
            ${records_about}.""",
        ),
        both(
            "Conséquences probables : ${likely_consequences}",
            "Likely consequences: ${likely_consequences}",
        ),
        both(
            "Mesures prises ou proposées : ${measures}", "Measures taken or proposed: ${measures}"
        ),
        both("${recommendation}", "${recommendation}"),
        both("${intelligibility}", "${intelligibility}"),
        both(
            """Ce qui n'est pas établi à ce jour vous sera communiqué dès que possible (article 33,
            paragraphe 4).""",
            """What is not established yet will be communicated to you as soon as possible (article
            33(4)).""",
        ),
        both(
            """En tant que responsable du traitement, il vous appartient d'apprécier le risque et,
            le cas échéant, de notifier la violation à l'autorité de contrôle dans les 72 heures
            (article 33, paragraphe 1) et d'en informer les personnes concernées (article 34). Nous
            vous y assistons (article 28, paragraphe 3, point f).""",
            """As the controller it is for you to assess the risk and, where required, to notify the
            supervisory authority within 72 hours (article 33(1)) and to tell the persons concerned
            (article 34). We assist you with it (article 28(3)(f)).""",
        ),
        both("Contact : ${contact} (${operator})", "Contact: ${contact} (${operator})"),
    ),
    Notice.SUBSCRIBERS: (
        both(
            """Objet : violation de données à caractère personnel vous concernant (règlement (UE)
            n° 611/2013, article 3 et annexe II)""",
            """Subject: breach of personal data about you (Regulation (EU) No 611/2013, article 3
            and annex II)""",
        ),
        both(
            """Madame, Monsieur, ${operator} vous informe d'une violation de données à caractère
            personnel. Date estimée de l'incident : ${occurred_at}.""",
            """Dear Sir or Madam, ${operator} informs you of a personal data breach. Estimated date
            of the incident: ${occurred_at}.""",
        ),
        both(
            "Ce qui s'est passé (${nature}) : ${circumstances}",
            "What happened (${nature}): ${circumstances}",
        ),
        both("Données concernées : ${categories}.", "Data concerned: ${categories}."),
        both(
            "Conséquences probables pour vous : ${likely_consequences}",
            "Likely consequences for you: ${likely_consequences}",
        ),
        both("Mesures que nous avons prises : ${measures}", "Measures that we took: ${measures}"),
        both("${recommendation}", "${recommendation}"),
        both(
            "Pour en savoir plus : ${contact} (${operator})",
            "For more information: ${contact} (${operator})",
        ),
    ),
}
"""What each notice holds, in paragraphs: Regulation (EU) 611/2013 annexes I and II, GDPR article
33(3)."""

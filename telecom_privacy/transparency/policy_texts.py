"""What the policy says that follows from how the service works, not from a text of law."""

from collections.abc import Mapping, Sequence

from telecom_privacy.language import Text, both

PRINCIPLES: Sequence[Text] = (
    both(
        """Des données ne sont communiquées à une autorité que sur demande écrite qui cite un texte
        de loi l'y autorisant, et dans la limite de ce qui est demandé et justifié.""",
        """Data goes to an authority only on a request in writing that cites a text of law which
        allows it, and no more than what is asked for and justified.""",
    ),
    both(
        """Rien ne part sans deux personnes : celle qui approuve n'est jamais celle qui a enregistré
        ou corrigé la demande. Chaque étape et chaque lecture est inscrite dans un journal que nul
        ne peut modifier après coup.""",
        """Nothing goes out without two people: whoever approves a request never recorded or
        corrected it. Each step and each reading is entered in a log that nobody can change
        afterwards.""",
    ),
    both(
        """Le contenu (enregistrements, messages vocaux) n'est jamais atteint par un texte qui ne
        couvre que des données de trafic.""",
        """Content (recordings, voicemail) is never reached by a text that covers traffic data
        only.""",
    ),
    both(
        """Un texte marqué « non confirmé » n'a pas encore été confirmé par le conseil de
        l'opérateur ; celui qui approuve une demande en prend acte expressément.""",
        """A text marked “not confirmed” was not confirmed by the operator's counsel yet; whoever
        approves a request acknowledges that expressly.""",
    ),
)
CONTENTS: Sequence[Text] = (
    both("le texte de loi, sa référence et sa date", "the text of law, its reference and date"),
    both(
        "l'autorité, le nom, la qualité et le service du signataire",
        "the authority; name, rank and service of the person who signs",
    ),
    both(
        "l'autorisation préalable, si le texte en exige une",
        "the prior authorisation, where the text requires one",
    ),
    both(
        "l'infraction, la peine encourue et le cas, si le texte en dépend",
        "the offence, its maximum penalty and the case, where the text depends on them",
    ),
    both(
        "les numéros, licences ou appels concernés, sans caractère générique",
        "the numbers, licences or calls concerned, without wildcards",
    ),
    both(
        "le début et la fin de la période, avec le fuseau horaire",
        "the beginning and end of the period, with its time zone",
    ),
    both("les catégories de données", "the categories of data"),
    both(
        "le certificat X.509 ou la clé age pour lesquels la réponse sera chiffrée",
        "the X.509 certificate or age key to which the answer is to be encrypted",
    ),
)
REFUSALS: Sequence[Text] = (
    both(
        "la demande ne cite aucun texte, ou un texte que l'opérateur ne connaît pas",
        "the request cites no text, or one that the operator does not know",
    ),
    both(
        "elle vise tout un client, tout un fichier ou une période sans bornes",
        "it concerns a whole client, a whole file or a period without bounds",
    ),
    both(
        "elle vise l'avenir : une interception relève d'une autre loi",
        "it concerns the future: an interception is a matter of another law",
    ),
    both(
        "elle vise une personne dont la loi protège le secret, sans la condition que le texte pose",
        "it concerns a person whose secrecy the law protects, without what the text then requires",
    ),
)
CHANNEL: Text = both(
    """Une demande vient par la voie que son texte prévoit, sauf motif indiqué ; à défaut de voie
    prévue, par le contact ci-dessous.""",
    """A request comes by the channel that its text provides for, unless it says why not; where none
    is provided for, through the contact below.""",
)
ANSWER: Text = both(
    """La réponse est un dossier signé et chiffré pour son seul destinataire. Elle montre côte à
    côte ce qui est demandé, trouvé et remis, avec le motif de chaque différence. « Rien trouvé »
    est une réponse. L'autorité en accuse réception.""",
    """The answer is a signed package, encrypted to its recipient alone. It shows side by side what
    was asked for, found and given, with the reason for each difference. “Nothing found” is an
    answer. The authority confirms its receipt.""",
)
DEADLINE: Text = both(
    """Le délai court de la réception. « Sans délai » : dès que les vérifications sont faites et la
    demande approuvée.""",
    """The deadline counts from the receipt. “Without delay”: as soon as the checks are made and the
    request is approved.""",
)
SECRECY: Text = both(
    """Sauf texte contraire, ni les clients, ni les abonnés, ni les personnes concernées
    n'apprennent de l'opérateur qu'une demande existe.""",
    """Unless a text says otherwise, neither clients nor subscribers nor the persons concerned learn
    from the operator that a request exists.""",
)
COSTS: Text = both(
    """Les frais sont demandés à l'autorité selon le tarif en vigueur, si la loi en prévoit le
    remboursement.""",
    """Costs are claimed from the authority by the tariff in force, where the law provides for their
    reimbursement.""",
)

HEADINGS: Mapping[str, Text] = {
    "lang": both("fr", "en"),
    "title": both("Communication de données aux autorités", "Disclosure of data to authorities"),
    "as_of": both("État au", "As of"),
    "principles": both("Principes", "Principles"),
    "request": both("Ce que la demande doit contenir", "What a request must say"),
    "sending": both("Où l'adresser", "Where to send it"),
    "contact": both("Contact", "Contact"),
    "checks": both("Ce qui est vérifié", "What is checked"),
    "refused": both("Ce qui est refusé", "What is refused"),
    "answer": both("La réponse", "The answer"),
    "deadlines": both("Délais", "Deadlines"),
    "secrecy": both("Secret", "Secrecy"),
    "costs": both("Frais", "Costs"),
    "bases": both("Les textes", "The texts"),
    "none": both(
        "Aucun texte n'est configuré : rien n'est communiqué.",
        "No text is configured: nothing is disclosed.",
    ),
    "confirmed": both("confirmé le", "confirmed on"),
    "unconfirmed": both("non confirmé", "not confirmed"),
    "renumbered": both("devient", "becomes"),
    "from": both("à compter du", "from"),
    "authorities": both("Autorités", "Authorities"),
    "ranks": both("Signataires", "Who may sign"),
    "categories": both("Données", "Data"),
    "limited": both("limité à", "limited to"),
    "authorisations": both("Autorisation préalable", "Prior authorisation"),
    "for_ranks": both("pour", "for"),
    "conditions": both("Condition", "Condition"),
    "professions": both("Secret professionnel", "Protected professions"),
    "others_refused": both(
        "Rien d'autre n'est communiqué d'une personne de ces professions :",
        "Nothing else is given of a person of these professions:",
    ),
    "channel": both("Voie", "Channel"),
    "deadline": both("Délai", "Deadline"),
    "emergency": both("en urgence", "in an emergency"),
    "preservation": both("Conservation", "Preservation"),
    "extension": both("prolongée de", "extended by"),
}

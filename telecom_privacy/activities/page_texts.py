"""The words of the page."""

from collections.abc import Mapping

from telecom_privacy.language import Text, both
from telecom_privacy.recipients.model import Safeguard

TEXTS: Mapping[str, Text] = {
    "lang": both("fr", "en"),
    "title": both("Registre des activités de traitement", "Records of processing activities"),
    "article": both("article 30 du RGPD", "GDPR article 30"),
    "as_of": both("Établi le", "As of"),
    "operator": both("Opérateur", "Operator"),
    "contact": both(
        "Délégué à la protection des données, ou contact", "Data protection officer, or contact"
    ),
    "controller": both(
        "Traitements de l'opérateur en qualité de responsable (article 30, paragraphe 1)",
        "Processing by the operator as controller (article 30(1))",
    ),
    "processor": both(
        "Traitements pour le compte des clients, en qualité de sous-traitant (article 30,"
        " paragraphe 2)",
        "Processing on behalf of clients, as processor (article 30(2))",
    ),
    "purpose": both("Finalité", "Purpose"),
    "data": both("Données", "Data"),
    "subjects": both("Personnes concernées", "Data subjects"),
    "bases": both("Base légale", "Legal basis"),
    "recipients": both("Destinataires", "Recipients"),
    "terms": both("Durée de conservation (règle)", "Retention (rule)"),
    "agreed": both("durée convenue", "agreed term"),
    "policies": both("Politique", "Policy"),
    "clients": both("Responsables (clients)", "Controllers (clients)"),
    "client_count": both("Nombre de clients servis", "Number of clients served"),
    "others": both(
        "Destinataires externes, sous-traitants et transferts",
        "Recipients, sub-processors, transfers",
    ),
    "name": both("Nom", "Name"),
    "kind": both("Qualité", "Kind"),
    "sub-processor": both("sous-traitant", "sub-processor"),
    "recipient": both("destinataire", "recipient"),
    "country": both("Pays", "Country"),
    "safeguard": both("Garantie du transfert", "Safeguard of the transfer"),
    "no_transfer": both("aucun transfert hors EEE", "no transfer out of the EEA"),
    "measures": both("Mesures de sécurité (article 32)", "Security measures (article 32)"),
    "measures_note": both(
        """Mesures du service lui-même ; sauvegardes, chiffrement du transport et protection des
        locaux relèvent de son exploitation.""",
        """Measures of the service itself; backups, transport encryption and premises depend on how
        it is run.""",
    ),
    "none": both("Aucun.", "None."),
}
SAFEGUARDS: Mapping[str, Text] = {
    Safeguard.NONE_NEEDED: both("aucune nécessaire", "none needed"),
    Safeguard.ADEQUACY: both("décision d'adéquation", "adequacy decision"),
    Safeguard.STANDARD_CLAUSES: both(
        "clauses contractuelles types", "standard contractual clauses"
    ),
    Safeguard.BINDING_RULES: both("règles d'entreprise contraignantes", "binding corporate rules"),
    Safeguard.EXPLICIT_CONSENT: both("consentement explicite", "explicit consent"),
}

"""The words of the slip, which French authorities read."""

from collections.abc import Mapping

from telecom_privacy.disclosure.package.model import Origin
from telecom_privacy.legal_bases.model import DataCategory

CATEGORIES: Mapping[DataCategory, str] = {
    DataCategory.IDENTITY: "identité",
    DataCategory.BILLING: "facturation",
    DataCategory.TRAFFIC: "trafic",
    DataCategory.LOCATION: "localisation",
    DataCategory.CONTENT: "contenu",
}
ORIGINS: Mapping[Origin, str] = {
    Origin.CONTROLLER: "opérateur",
    Origin.PROCESSOR: "client",
}
DIRECTIONS: Mapping[str, str] = {"in": "entrant", "out": "sortant"}
AUTHORITIES: Mapping[str, str] = {
    "judicial_police": "police judiciaire",
    "prosecutor": "ministère public",
    "investigating_judge": "juge d'instruction",
    "intelligence_via_gic": "service de renseignement, par le GIC",
    "tax": "administration fiscale",
    "customs": "douanes",
    "amf": "Autorité des marchés financiers",
    "competition": "Autorité de la concurrence",
    "foreign_judicial": "autorité judiciaire étrangère",
}
WITHHELD = "masqué"
NONE = "—"

TITLE = "Bordereau de remise à l'autorité requérante"
GIVEN = "Des données sont remises. Seul ce qui est demandé et couvert par le fondement l'est."
NOTHING = "Aucune donnée n'est disponible pour cette demande ; un motif, s'il y a lieu, suit."
SECRECY = (
    "Cet envoi contient des données personnelles et relève du secret de la procédure. L'opérateur "
    "n'en informe ni ses clients, ni les abonnés, ni les personnes concernées."
)
TIMES = (
    "Les heures sont données dans le fuseau de la demande, avec leur écart au temps universel. "
    "Origine opérateur : données de trafic de l'opérateur. Origine client : données "
    "hébergées pour le compte de son client."
)
REFERENCE_COPY = (
    "Le fichier data/ts103705/response.json fait foi : il contient chaque champ tel qu'il est "
    "conservé (ETSI TS 103 705). Le message data/ts103120/delivery.xml (ETSI TS 103 120) en "
    "contient la copie. Le fichier data/ts102657/retained-data.not-schema-validated.xml "
    "(ETSI TS 102 657) est une copie de courtoisie des appels, NON VALIDÉE PAR UN SCHÉMA."
)
DECRYPTION = (
    "L'envoi a été chiffré pour son seul destinataire. Attention : en cas d'altération, openssl "
    "écrit malgré tout un fichier. Si le déchiffrement s'est terminé par une erreur (code de "
    "retour différent de 0), rien de ce qu'il a écrit ne doit être utilisé."
)
SIGNATURE = (
    "Dans le dossier décompressé, avec le certificat de l'opérateur (operateur.pem) obtenu de lui "
    "par une autre voie, la première commande vérifie la signature (CAdES) et la seconde que "
    "chaque fichier est bien celui qui a été signé :"
)
VERIFY_SIGNATURE = (
    "openssl cms -verify -cades -binary -inform DER -in tagmanifest-sha256.txt.p7s "
    "-content tagmanifest-sha256.txt -CAfile operateur.pem -out /dev/null"
)
VERIFY_FILES = "sha256sum --check --quiet tagmanifest-sha256.txt manifest-sha256.txt"
PROOFS = (
    "Chaque preuve montre qu'une écriture sur ce dossier figure dans le journal d'audit de "
    "l'opérateur, que nul ne peut modifier après coup (RFC 6962) : un point de contrôle signé et "
    "le chemin de l'écriture à la racine."
)

"""The words for what the legal bases name. What an operator adds there stands as it is written."""

from collections.abc import Mapping

from telecom_privacy.activities.french_words import duration_in_french
from telecom_privacy.disclosure.admissibility import FaultName
from telecom_privacy.disclosure.steps import CheckName
from telecom_privacy.language import Language, Text, both
from telecom_privacy.legal_bases.model import AuthorisationKind, AuthorityKind, DataCategory
from telecom_privacy.policies.duration import Duration
from telecom_privacy.policies.words import duration_in_words
from telecom_privacy.transparency.model import Outcome

Words = Mapping[str, Text]

AUTHORITIES: Words = {
    AuthorityKind.JUDICIAL_POLICE: both("police judiciaire", "judicial police"),
    AuthorityKind.PROSECUTOR: both("ministère public", "public prosecutor"),
    AuthorityKind.INVESTIGATING_JUDGE: both("juge d'instruction", "investigating judge"),
    AuthorityKind.INTELLIGENCE: both(
        "service de renseignement, par le GIC", "intelligence service, through the GIC"
    ),
    AuthorityKind.TAX: both("administration fiscale", "tax administration"),
    AuthorityKind.CUSTOMS: both("administration des douanes", "customs administration"),
    AuthorityKind.FINANCIAL_MARKETS: both(
        "Autorité des marchés financiers", "financial markets authority (AMF)"
    ),
    AuthorityKind.COMPETITION: both("Autorité de la concurrence", "competition authority"),
    AuthorityKind.FOREIGN_JUDICIAL: both(
        "autorité judiciaire d'un autre État", "judicial authority of another State"
    ),
}
_GIC = both(
    "Groupement interministériel de contrôle (GIC)",
    "Groupement interministériel de contrôle (GIC)",
)
RANKS: Words = {
    "opj": both("officier de police judiciaire", "judicial police officer"),
    "apj_under_opj": both(
        "agent de police judiciaire, sous le contrôle d'un officier",
        "judicial police agent, under the control of an officer",
    ),
    "prosecutor": both("procureur", "prosecutor"),
    "investigating_judge": both("juge d'instruction", "investigating judge"),
    "judge": both("juge", "judge"),
    "competent_authority": both("autre autorité compétente", "other competent authority"),
    "gic": _GIC,
    "tax_controller_habilitated": both(
        "agent des finances publiques habilité, au moins contrôleur",
        "authorised tax agent, of the rank of contrôleur at least",
    ),
    "customs_agent_habilitated": both("agent des douanes habilité", "authorised customs agent"),
    "amf_investigator": both("enquêteur de l'AMF", "investigator of the AMF"),
    "competition_agent_habilitated": both(
        "agent habilité de l'Autorité de la concurrence", "authorised agent of the authority"
    ),
}
CATEGORIES: Words = {
    DataCategory.IDENTITY: both("identité de l'abonné", "identity of the subscriber"),
    DataCategory.BILLING: both("contrat et paiement", "contract and payment"),
    DataCategory.TRAFFIC: both("données de trafic et techniques", "traffic and technical data"),
    DataCategory.LOCATION: both("localisation", "location"),
    DataCategory.CONTENT: both(
        "contenu conservé (enregistrements, messages vocaux)",
        "stored content (recordings, voicemail)",
    ),
}
AUTHORISATIONS: Words = {
    AuthorisationKind.PROSECUTOR: both("autorisation du procureur", "authorised by the prosecutor"),
    AuthorisationKind.COMMISSION_ROGATOIRE: both("commission rogatoire", "commission rogatoire"),
    AuthorisationKind.JLD_ORDER: both(
        "ordonnance motivée du juge des libertés et de la détention",
        "reasoned order of the juge des libertés et de la détention",
    ),
    AuthorisationKind.CONTROLLER: both(
        "autorisation du contrôleur des demandes de données de connexion",
        "authorised by the controller of requests for connection data",
    ),
    AuthorisationKind.PRIME_MINISTER: both(
        "autorisation du Premier ministre", "authorised by the Prime Minister"
    ),
    AuthorisationKind.VALIDATION: both(
        "validation par une autorité judiciaire", "validated by a judicial authority"
    ),
    AuthorisationKind.CONSENT: both(
        "accord de la personne dont la loi protège le secret",
        "consent of the person whose secrecy the law protects",
    ),
}
PROFESSIONS: Words = {
    "lawyer": both("avocat", "lawyer"),
    "doctor": both("médecin", "doctor"),
    "notary": both("notaire", "notary"),
    "bailiff": both("commissaire de justice", "bailiff"),
    "journalist": both("journaliste", "journalist"),
    "parliamentarian": both("parlementaire", "parliamentarian"),
}
CHANNELS: Words = {
    "pnij": both(
        "plate-forme nationale des interceptions judiciaires (PNIJ)",
        "national platform of judicial interceptions (PNIJ)",
    ),
    "ecodex": both(
        "système informatique décentralisé (e-CODEX)", "decentralised IT system (e-CODEX)"
    ),
    "gic": _GIC,
}
CHECKS: Words = {
    CheckName.TEXT_CITED: both(
        "la demande est écrite et cite le texte qui l'autorise",
        "the request is in writing and cites the text that allows it",
    ),
    CheckName.AUTHORITY_NAMED_IN_TEXT: both(
        "ce texte désigne l'autorité", "that text names the authority"
    ),
    CheckName.PERSON_VERIFIED: both(
        "le signataire est rappelé à un numéro public de son service",
        "the person who signed is called back under a public number of the service",
    ),
    CheckName.RANK_AS_TEXT_REQUIRES: both(
        "le signataire a la qualité que le texte exige",
        "the person who signed has the rank that the text requires",
    ),
    CheckName.BASIS_COVERS_CATEGORIES: both(
        "le texte couvre chaque catégorie de données demandée",
        "the text covers each category of data that is asked for",
    ),
    CheckName.SCOPE_NAMED_AND_BOUNDED: both(
        "les personnes ou numéros sont désignés et la période est bornée",
        "persons or numbers are named and the period has bounds",
    ),
    CheckName.AUTHORISATION_SEEN: both(
        "l'autorisation préalable que le texte exige a été vue",
        "the prior authorisation that the text requires was seen",
    ),
    CheckName.SECURE_CHANNEL: both(
        "la réponse part par une voie sûre", "the answer goes by a secure channel"
    ),
    CheckName.CASE_60_1_2: both(
        "le cas dans lequel la loi permet la demande est indiqué et rempli",
        "the case in which the law allows the request is named, and given",
    ),
    CheckName.PRIVILEGED_PROFESSION: both(
        "les conditions propres aux professions dont la loi protège le secret sont remplies",
        "the conditions for professions whose secrecy the law protects are met",
    ),
}
FAULTS: Words = {
    FaultName.BASIS_NOT_IN_FORCE: both(
        "le texte cité n'était pas en vigueur à la réception",
        "the text that is cited was not in force on receipt",
    ),
    FaultName.WRONG_AUTHORITY: both(
        "le texte ne désigne pas cette autorité", "the text does not name this authority"
    ),
    FaultName.WRONG_RANK: both(
        "le signataire n'a pas la qualité exigée", "the person who signed has not the rank required"
    ),
    FaultName.CATEGORY_NOT_COVERED: both(
        "une catégorie de données n'est pas couverte par le texte",
        "a category of data is not covered by the text",
    ),
    FaultName.AUTHORISATION_MISSING: both(
        "l'autorisation préalable manque", "the prior authorisation is missing"
    ),
    FaultName.AUTHORISATION_NOT_PRIOR: both(
        "l'autorisation est postérieure à la demande",
        "the authorisation was given after the request",
    ),
    FaultName.OFFENCE_MISSING: both(
        "l'infraction dont dépend le texte n'est pas indiquée",
        "the offence on which the text depends is not named",
    ),
    FaultName.CASE_MISSING: both(
        "le cas prévu par la loi n'est pas indiqué", "the case that the law asks for is not named"
    ),
    FaultName.CASE_UNKNOWN: both(
        "le cas indiqué n'existe pas dans la loi", "the case that is named is none of the law"
    ),
    FaultName.PENALTY_MISSING: both(
        "la peine encourue n'est pas indiquée", "the maximum penalty is not named"
    ),
    FaultName.PENALTY_TOO_LOW: both(
        "la peine encourue est inférieure au minimum de la loi",
        "the maximum penalty is below what the law asks for",
    ),
    FaultName.ENFORCING_AUTHORITY_MISSING: both(
        "rien n'est dit de la notification à l'autorité chargée de la mise en œuvre",
        "nothing says whether the enforcing authority was notified",
    ),
    FaultName.CHANNEL_REASON_MISSING: both(
        "la demande n'est pas venue par la voie prévue, sans motif",
        "the request did not come by the channel provided for, and gives no reason",
    ),
}
OUTCOMES: Words = {
    Outcome.GRANTED: both("satisfaites", "granted"),
    Outcome.PARTLY: both("satisfaites en partie", "granted in part"),
    Outcome.REFUSED: both("refusées", "refused"),
    Outcome.NOTHING_FOUND: both("rien à remettre", "nothing to give"),
    Outcome.WITHDRAWN: both("retirées", "withdrawn"),
    Outcome.PENDING: both("en cours", "pending"),
}
_DURATIONS = {Language.FRENCH: duration_in_french, Language.ENGLISH: duration_in_words}
_WITHOUT_DELAY = both("sans délai", "without delay")


def said(words: Words, name: str, language: Language) -> str:
    """Say a name of the legal bases."""
    found = words.get(name)
    return found[language] if found else name.replace("_", " ")


def term(duration: Duration | None, language: Language) -> str:
    """Say a deadline or a time; None: without delay."""
    return _DURATIONS[language](duration) if duration else _WITHOUT_DELAY[language]

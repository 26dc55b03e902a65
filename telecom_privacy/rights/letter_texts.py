"""The texts of letters to persons. `${…}` are values of the request.

None is free text of anybody but the reason of an extension, which the person has to be told.
"""

from collections.abc import Mapping

from telecom_privacy.language import Text, both
from telecom_privacy.rights.model import Ground, Outcome, Right, State

GREETING = both(
    "Madame, Monsieur, nous avons reçu le ${received_on} votre demande : ${right}.",
    "Dear Sir or Madam, on ${received_on} we received your request: ${right}.",
)
CLOSING = both("Le délégué à la protection des données, ${operator}", "The DPO of ${operator}")

RIGHTS: Mapping[Right, Text] = {
    Right.ACCESS: both("accès à vos données", "access to your data"),
    Right.RECTIFICATION: both("rectification de vos données", "rectification of your data"),
    Right.ERASURE: both("effacement de vos données", "erasure of your data"),
    Right.RESTRICTION: both("limitation du traitement", "restriction of processing"),
    Right.PORTABILITY: both("portabilité de vos données", "portability of your data"),
    Right.OBJECTION: both("opposition au traitement", "objection to processing"),
    Right.WITHDRAWAL: both("retrait de votre consentement", "withdrawal of your consent"),
    Right.COMPLAINT: both("réclamation", "complaint"),
    Right.POST_MORTEM: both("données d'une personne décédée", "data of a person who died"),
    Right.AUTOMATED_DECISION: both(
        "réexamen humain d'une décision automatisée", "human review of an automated decision"
    ),
}
BY_STATE: Mapping[State, Text] = {
    State.RECEIVED: both(
        "Nous y répondrons au plus tard le ${due_on}, après vérification de votre identité.",
        "We shall answer by ${due_on} at the latest, once your identity is verified.",
    ),
    State.IDENTITY_ASKED: both(
        """Pour vérifier votre identité (article 12(6) du RGPD) il nous faut d'autres informations.
        Merci de nous les transmettre : nous devons vous répondre au plus tard le ${due_on}.""",
        """To verify your identity (GDPR article 12(6)) we need more information. Please send it:
        we have to answer by ${due_on} at the latest.""",
    ),
    State.VERIFIED: both(
        "Votre identité est vérifiée. Nous répondrons au plus tard le ${due_on}.",
        "Your identity is verified. We shall answer by ${due_on} at the latest.",
    ),
    State.REFUSED: both(
        "Nous ne pouvons pas donner suite à votre demande.", "We cannot grant your request."
    ),
}
EXTENDED = both(
    """Ce délai a été prolongé jusqu'au ${due_on} (article 12(3) du RGPD), pour le motif suivant :
    ${reason}.""",
    "This time was extended until ${due_on} (GDPR article 12(3)), for this reason: ${reason}.",
)
REASONS: Mapping[str, Text] = {
    "complexity": both("la complexité de la demande", "the complexity of the request"),
    "number_of_requests": both("le nombre de demandes", "the number of the requests"),
}
"""The reasons that GDPR article 12(3) names; any other is told as it was noted."""
OUTCOMES: Mapping[Outcome, Text] = {
    Outcome.GRANTED: both(
        "Nous avons donné suite à votre demande pour les données dont nous sommes responsables.",
        "We granted your request for the data of which we are the controller.",
    ),
    Outcome.PARTLY_GRANTED: both(
        """Nous avons donné suite à votre demande pour les données dont nous sommes responsables,
        sauf celles que la loi nous oblige à conserver (article 17(3) du RGPD) et celles qui
        porteraient atteinte aux droits d'autrui (article 15(4)).""",
        """We granted your request for the data of which we are the controller, but for what the
        law obliges us to keep (GDPR article 17(3)) and what would adversely affect others (article
        15(4)).""",
    ),
    Outcome.NOTHING_HELD: both(
        "Nous ne détenons, en tant que responsable, aucune donnée à communiquer à ce sujet.",
        "As controller we hold no data about this that could be given.",
    ),
    Outcome.REFERRED: both(
        "Les données concernées sont traitées pour le compte d'un client, qui vous répondra.",
        "The data concerned are processed on behalf of a client, who will answer you.",
    ),
    Outcome.CONFIRMED: both(
        """Une personne a réexaminé la décision automatisée, en tenant compte de ce que vous en avez
        dit (article 22(3) du RGPD). Elle l'a confirmée.""",
        """A person reviewed the automated decision, and considered what you said of it (GDPR
        article 22(3)). The decision was confirmed.""",
    ),
    Outcome.CHANGED: both(
        """Une personne a réexaminé la décision automatisée, en tenant compte de ce que vous en avez
        dit (article 22(3) du RGPD). Elle l'a modifiée.""",
        """A person reviewed the automated decision, and considered what you said of it (GDPR
        article 22(3)). The decision was changed.""",
    ),
    Outcome.DIRECTIVE_RECORDED: both(
        """Nous avons enregistré la directive sur le sort des données après le décès (article 85 de
        la loi Informatique et Libertés). Elle peut être modifiée ou révoquée à tout moment.""",
        """We recorded the directive on what becomes of the data after death (article 85 of the
        French Data Protection Act). It may be changed or revoked at any time.""",
    ),
    Outcome.DIRECTIVE_FOLLOWED: both(
        """Nous avons suivi la directive que la personne décédée avait laissée (article 85 de la loi
        Informatique et Libertés), pour les données dont nous sommes responsables.""",
        """We followed the directive that the person who died had left (article 85 of the French
        Data Protection Act), for the data of which we are the controller.""",
    ),
}
REFERRED = both(
    """${client} est responsable des données que nous traitons pour son compte (enregistrements,
    historique d'appels, notes, messages). Veuillez lui adresser votre demande.""",
    """${client} is the controller of the data that we process on its behalf (recordings, call
    history, notes, messages). Please send your request to it.""",
)
PASSED_ON = both(
    "Nous avons transmis votre demande à ${client}.", "We passed your request on to ${client}."
)
REMEDIES = both(
    """Vous pouvez introduire une réclamation auprès de la CNIL (www.cnil.fr) et former un recours
    juridictionnel.""",
    """You may lodge a complaint with the supervisory authority (in France the CNIL, www.cnil.fr)
    and seek a judicial remedy.""",
)
GROUNDS: Mapping[Ground, Text] = {
    Ground.IDENTITY_NOT_VERIFIED: both(
        "Nous n'avons pas pu vérifier votre identité (articles 12(2) et 12(6) du RGPD).",
        "We could not verify your identity (GDPR articles 12(2) and 12(6)).",
    ),
    Ground.LEGAL_RETENTION: both(
        "La loi nous oblige à conserver ces données (article 17(3)(b) du RGPD).",
        "The law obliges us to keep these data (GDPR article 17(3)(b)).",
    ),
    Ground.DEFENCE_OF_RIGHTS: both(
        """Ces données sont nécessaires à la constatation, à l'exercice ou à la défense de droits en
        justice (article 17(3)(e) du RGPD).""",
        """These data are necessary for the establishment, exercise or defence of legal claims
        (GDPR article 17(3)(e)).""",
    ),
    Ground.RIGHTS_OF_OTHERS: both(
        "Y donner suite porterait atteinte aux droits d'autrui (article 15(4) du RGPD).",
        "To grant it would adversely affect the rights of others (GDPR article 15(4)).",
    ),
    Ground.MANIFESTLY_UNFOUNDED: both(
        "La demande est manifestement infondée (article 12(5) du RGPD).",
        "The request is manifestly unfounded (GDPR article 12(5)).",
    ),
    Ground.EXCESSIVE: both(
        "La demande est excessive, notamment par sa répétition (article 12(5) du RGPD).",
        "The request is excessive, in particular as it is repeated (GDPR article 12(5)).",
    ),
    Ground.CONDITIONS_NOT_MET: both(
        """Les conditions que le RGPD met à l'exercice de ce droit (articles 15 à 22) ne sont pas
        réunies.""",
        "The conditions that the GDPR sets for this right (articles 15 to 22) are not met.",
    ),
}

"""What the slip says, in French, of what is not given and why."""

from collections.abc import Mapping

from telecom_privacy.disclosure.matching import Kind, Line, Reason
from telecom_privacy.disclosure.package.model import Difference
from telecom_privacy.legal_bases.model import DataCategory

_KINDS: Mapping[Kind, str] = {
    Kind.NUMBER: "Numéro",
    Kind.LICENCE: "Ligne",
    Kind.CALL: "Appel",
}
_CATEGORIES: Mapping[DataCategory, str] = {
    DataCategory.IDENTITY: "identité",
    DataCategory.BILLING: "facturation",
    DataCategory.TRAFFIC: "trafic",
    DataCategory.LOCATION: "localisation",
    DataCategory.CONTENT: "contenu",
}
_REASONS: Mapping[Reason, str] = {
    Reason.NOT_COVERED: "le texte invoqué ne permet pas de demander cette catégorie",
    Reason.PRIVILEGED: "données d'une profession protégée : condition du texte non remplie",
    Reason.OUTSIDE_PERIOD: "hors de la période demandée",
    Reason.PAST_TERM: "la durée de conservation est écoulée",
    Reason.ERASED: "n'est plus conservé",
    Reason.UNKNOWN: "inconnu de l'opérateur",
}


def difference(line: Line) -> Difference:
    """A line of the slip."""
    target = line.target
    reasons = (f"{_REASONS[reason]} ({count})" for reason, count in sorted(line.reasons.items()))
    return Difference(
        what=f"{_KINDS[target.kind]} {target.label}",
        asked=_CATEGORIES[line.category],
        found=line.found,
        given=line.given,
        reason=" ; ".join(reasons),
    )

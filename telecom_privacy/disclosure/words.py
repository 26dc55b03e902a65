"""What the slip says, in French, of what is not given and why."""

from collections.abc import Mapping

from telecom_privacy.disclosure.matching import Kind, Line, Reason
from telecom_privacy.disclosure.package.model import Difference
from telecom_privacy.disclosure.package.slip_words import CATEGORIES

_KINDS: Mapping[Kind, str] = {
    Kind.NUMBER: "Numéro",
    Kind.LICENCE: "Ligne",
    Kind.CALL: "Appel",
}
_REASONS: Mapping[Reason, str] = {
    Reason.NOT_COVERED: "le texte invoqué ne permet pas de demander cette catégorie",
    Reason.OUTSIDE_PERIOD: "hors de la période demandée",
    Reason.PAST_TERM: "la durée de conservation est écoulée",
    Reason.ERASED: "n'est plus conservé",
    Reason.UNKNOWN: "inconnu de l'opérateur",
}
_SECRET = {Reason.PRIVILEGED, Reason.PROFESSION_UNKNOWN}
_NOT_FOR_ALL = "d'autres données n'existent plus ou ne peuvent être communiquées"


def difference(line: Line) -> Difference:
    """A line of the slip.

    A number belongs to whom nobody has named yet: of what is not given, neither how much there is
    nor why is said, for that may tell that its owner speaks with a lawyer. So it may of a licence
    or a call, where a profession is the reason.
    """
    target = line.target
    is_neutral = target.kind is Kind.NUMBER or not _SECRET.isdisjoint(line.reasons)
    return Difference(
        what=f"{_KINDS[target.kind]} {target.label}",
        asked=CATEGORIES[line.category],
        found=line.given if is_neutral else line.found,
        given=line.given,
        reason=_neutral(line) if is_neutral else _counted(line),
    )


def _counted(line: Line) -> str:
    reasons = (f"{_REASONS[reason]} ({count})" for reason, count in sorted(line.reasons.items()))
    return " ; ".join(reasons)


def _neutral(line: Line) -> str:
    if Reason.NOT_COVERED in line.reasons:
        return _REASONS[Reason.NOT_COVERED]
    return _NOT_FOR_ALL if line.reasons else ""

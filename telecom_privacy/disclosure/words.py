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
    Reason.GIVEN_ON_ANOTHER_LINE: "remis au titre d'un autre objet de la demande",
}
_SECRET = {Reason.PRIVILEGED, Reason.PROFESSION_UNKNOWN}
_NOT_FOR_ALL = "d'autres données n'existent plus ou ne peuvent être communiquées"


def difference(line: Line) -> Difference:
    """A line of the slip.

    A number belongs to whom nobody has named yet: of what is not given, neither how much there is
    nor why is said, for that may tell that its owner speaks with a lawyer. So it may of a licence
    or a call, where a profession is the reason. What is given for something else that is asked
    lies in the package: that is said.
    """
    target = line.target
    elsewhere = line.reasons[Reason.GIVEN_ON_ANOTHER_LINE]
    is_neutral = target.kind is Kind.NUMBER or not _SECRET.isdisjoint(line.reasons)
    return Difference(
        what=f"{_KINDS[target.kind]} {target.label}",
        asked=CATEGORIES[line.category],
        found=line.given + elsewhere if is_neutral else line.found,
        given=line.given,
        reason=_neutral(line) if is_neutral else _counted(line),
    )


def _counted(line: Line) -> str:
    return " ; ".join(_said(reason, count) for reason, count in sorted(line.reasons.items()))


def _neutral(line: Line) -> str:
    if Reason.NOT_COVERED in line.reasons:
        return _REASONS[Reason.NOT_COVERED]
    elsewhere = Reason.GIVEN_ON_ANOTHER_LINE
    count = line.reasons[elsewhere]
    said = [_said(elsewhere, count)] if count else []
    return " ; ".join([*said, _NOT_FOR_ALL] if line.is_short else said)


def _said(reason: Reason, count: int) -> str:
    return f"{_REASONS[reason]} ({count})"

"""The words of a published report."""

from collections.abc import Mapping

from telecom_privacy.language import Text, both
from telecom_privacy.transparency.model import FEW

SHOWN: Mapping[str | None, Text] = {
    FEW: both("moins de 5", "fewer than 5"),
    None: both("n. c.", "not shown"),
}
TEXTS: Mapping[str, Text] = {
    "lang": both("fr", "en"),
    "title": both("Demandes d'autorités", "Requests of authorities"),
    "published": both("Publié le", "Published on"),
    "received": both("reçues", "received"),
    "total": both("Reçues en tout", "Received in all"),
    "authority": both("Autorité", "Authority"),
    "basis": both("Texte", "Text"),
    "accounts": both("numéros, licences et appels visés", "numbers, licences and calls named"),
    "none": both("Aucune demande comptée.", "No request was counted."),
    "counting": both(
        """Une demande compte dans l'année de sa réception, ou dans celle de son enregistrement si
        le rapport était déjà clos. Ce rapport est fait une fois et ne change plus.""",
        """A request counts in the year of its receipt, or in that of its recording if the report
        was closed by then. This report was made once and does not change.""",
    ),
    "suppression": both(
        """De 1 à 4, un nombre est donné comme « moins de 5 » ; « n. c. » : il permettrait d'en
        calculer un autre.""",
        """A number from 1 to 4 is given as “fewer than 5”; “not shown”: another one could be
        computed from it.""",
    ),
    "secret": both(
        """Les demandes dont la loi interdit de révéler l'existence ne sont pas comptées.""",
        """Requests whose existence the law forbids to reveal are not counted.""",
    ),
}

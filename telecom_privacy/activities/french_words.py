"""Rules in French words, as `policies.words` has them in English."""

from collections.abc import Mapping
from datetime import timedelta

from telecom_privacy.policies.duration import Duration
from telecom_privacy.policies.model import KEEP_ACCOUNT, Action, Option, Rule
from telecom_privacy.policies.triggers import RENEWED, Trigger

_MOST_HOURS = timedelta(days=3)
_STARTS: Mapping[Trigger, str] = {
    Trigger.CALL_ENDED: "la fin de l'appel",
    Trigger.EVENT: "l'événement",
    Trigger.FIRST_SET: "le premier dépôt",
    Trigger.END_OF_YEAR: "la fin de l'année civile de l'événement",
    Trigger.CONTRACT_ENDED: "la fin du contrat",
    Trigger.LAST_ACTIVITY: "la dernière activité",
    Trigger.LAST_CONTACT: "le dernier contact",
    Trigger.REVIEWED: "le dernier réexamen",
    Trigger.RESOLVED: "le traitement de la demande",
    Trigger.SETTLED: "le règlement",
    Trigger.REVOKED: "le retrait",
    Trigger.ANSWERED: "la réponse",
    Trigger.COMPLETED: "l'achèvement",
    Trigger.DISCOVERED: "la découverte",
    Trigger.RELIANCE_ENDED: "la fin de l'utilisation",
    Trigger.CLOSED: "la clôture",
}
_FACTS = {
    KEEP_ACCOUNT: "le client conserve son compte",
    "answered": "réponse donnée",
    "completed": "achèvement",
    "resolved": "demande traitée",
    "revoked": "retrait",
    "settled": "règlement",
}
_OPTIONS: Mapping[Option, str] = {
    Option.RECORDING: "l'option d'enregistrement",
    Option.STORAGE_EXTENSION: "l'extension de stockage",
}


def duration_in_french(duration: Duration) -> str:
    """Say a duration as a notice does: `90 jours`, `6 mois`, `48 heures`, `sans délai`."""
    years, months = divmod(duration.months, 12)
    days, hours = duration.exact.days, duration.exact.seconds // 3600
    if duration.exact <= _MOST_HOURS:
        days, hours = 0, days * 24 + hours
    parts = [(years, "an"), (months, "mois"), (days, "jour"), (hours, "heure")]
    said = [f"{count} {_plural(unit, count)}" for count, unit in parts if count]
    return " et ".join(said) or "sans délai"


def start_in_french(trigger: Trigger) -> str:
    """Say what starts a term."""
    said = _STARTS[trigger]
    return f"{said}, à défaut l'événement" if trigger in RENEWED else said


def condition_in_french(rule: Rule) -> str | None:
    """Say when a rule applies; None: always."""
    said = [f"seulement si : {_fact(rule.when)}"] if rule.when else []
    if rule.unless:
        said.append(f"sauf si : {_fact(rule.unless)}")
    return ", ".join(said) or None


def term_in_french(rule: Rule) -> str:
    """Say how long, under which option, and within which bounds."""
    said = [duration_in_french(rule.duration) if rule.duration else "selon l'accord du client"]
    if rule.option:
        said.append(f"{duration_in_french(rule.option.duration)} avec {_OPTIONS[rule.option.name]}")
    if rule.at_least:
        said.append(f"jamais moins de {duration_in_french(rule.at_least)}")
    if rule.floor:
        said.append(f"minimum {duration_in_french(rule.floor)}")
    if rule.ceiling:
        said.append(f"maximum {duration_in_french(rule.ceiling)}")
    return " ; ".join(said)


def end_in_french(rule: Rule) -> str:
    """Say what happens when the term is over."""
    if rule.archive:
        after = duration_in_french(rule.archive)
        return f"archivé pour le service juridique, effacé {after} après le début"
    if rule.action is Action.ANONYMISE:
        return "effacé ; des comptages anonymes restent"
    return "effacé"


def _fact(name: str) -> str:
    return _FACTS.get(name, name)


def _plural(unit: str, count: int) -> str:
    return unit if count == 1 or unit.endswith("s") else f"{unit}s"

"""Orders and cases as objects, for what is pure."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from telecom_privacy.disclosure.model import Asked, Authority, Entry, Order, Person, Requisition
from telecom_privacy.disclosure.steps import Step
from telecom_privacy.legal_bases.files import load_legal_bases
from telecom_privacy.legal_bases.model import AuthorityKind, BasisKind, DataCategory
from telecom_privacy.settings import default_config_dir

SHIPPED = {
    basis.id: basis for basis in load_legal_bases(default_config_dir() / "legal_bases.toml").bases
}
NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)


def order(**changes: Any) -> Order:
    known: dict[str, Any] = {
        "reference": "PV 1",
        "authority": Authority(AuthorityKind.JUDICIAL_POLICE, "Brigade"),
        "person": Person("Capitaine Exemple", "opj", "BR Exemple"),
        "basis": "cpp-60-1",
        "asked": Asked(
            ("+33612345678",), (), (), NOW, NOW, "Europe/Paris", frozenset({DataCategory.TRAFFIC})
        ),
        "received_at": NOW,
        "channel": "email",
        "client_not_informed_because": "secrecy",
    }
    return Order(**{**known, **changes})


def entry(step: Step, **said: Any) -> Entry:
    return Entry(step, NOW, NOW, "actor", said)


def requisition(
    of: Order | None = None, *entries: Entry, kind: BasisKind = BasisKind.PRODUCTION
) -> Requisition:
    recorded = entry(Step.RECORDED)
    return Requisition(UUID(int=1), kind, of or order(), (recorded, *entries))

"""Records orders of authorities and lets legal staff take steps."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pyrage
from werkzeug.test import TestResponse

from tests.builders import Api

IDENTITY = pyrage.x25519.Identity.generate()
RECIPIENT = {"age_recipient": str(IDENTITY.to_public())}
"""For whom all answers are, but where a test says otherwise."""
REQUISITIONS = "/v1/requisitions"
NUMBER = "+33612345678"
CONTENT = {"categories": ["traffic", "content"]}
"""What an order for calls and their recordings asks for."""
SCAN = b"%PDF-1.7 order"
PERSON = "Capitaine Exemple"
FIRST, SECOND, THIRD = "legal", "second", "third"
RIGHT_NOW = timedelta()

ORDERS: dict[str, dict[str, Any]] = {
    "cpp-60-1": {},
    "cpp-60-2": {"channel": "pnij"},
    "cpp-77-1-1": {"authorisation": "prosecutor"},
    "cpp-77-1-2": {"authorisation": "prosecutor", "channel": "pnij"},
    "cpp-99-3": {"authorisation": "commission_rogatoire"},
    "cpp-99-4": {"authorisation": "commission_rogatoire", "channel": "pnij"},
    "cpp-60-2-2": {"authorisation": "jld_order", "channel": "pnij"},
    "cpp-99-4-2": {"authorisation": "commission_rogatoire", "channel": "pnij"},
    "csi-l851-1": {
        "authority": "intelligence_via_gic",
        "rank": "gic",
        "authorisation": "prime_minister",
        "channel": "gic",
    },
    "lpf-l96g": {
        "authority": "tax",
        "rank": "tax_controller_habilitated",
        "authorisation": "controller_of_connection_data",
    },
    "douanes-65-quinquies": {
        "authority": "customs",
        "rank": "customs_agent_habilitated",
        "authorisation": "controller_of_connection_data",
    },
    "cmf-l621-10-2": {
        "authority": "amf",
        "rank": "amf_investigator",
        "authorisation": "controller_of_connection_data",
    },
    "ccom-l450-3-3": {
        "authority": "competition",
        "rank": "competition_agent_habilitated",
        "authorisation": "controller_of_connection_data",
    },
    "eevidence-epoc": {
        "authority": "foreign_judicial",
        "rank": "judge",
        "channel": "ecodex",
        "enforcing_authority": {"not_notified_because": "committed and at home there"},
    },
    "eevidence-epoc-pr": {"authority": "foreign_judicial", "rank": "judge", "channel": "ecodex"},
}
"""What a good order for traffic says under each text; the rest is that of `LegalDesk.order`."""

PRESERVATIONS = {"cpp-60-2-2", "cpp-99-4-2", "eevidence-epoc-pr"}


class LegalDesk:
    """Three persons of the legal staff: `legal`, `second` and `third`."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self._keys = {name: api.key("legal", name) for name in (FIRST, SECOND, THIRD)}

    def as_(self, person: str, method: str, path: str, **more: Any) -> TestResponse:
        return self.api.request(method, path, self._keys[person], **more)

    def order(
        self, basis: str = "cpp-60-1", ago: timedelta = RIGHT_NOW, **changes: Any
    ) -> dict[str, Any]:
        """The body of a good order for the traffic of a number, under a basis."""
        told = changes.get("received_at")
        received_at = datetime.fromisoformat(told) if told else self.api.clock.now() - ago
        said = ORDERS[basis]
        authorisation = said.get("authorisation")
        known = {
            "authorisation": authorisation
            and {"kind": authorisation, "reference": "ORD 12", "date": "2026-09-01"},
        }
        body = {
            "reference": f"PV {uuid4().hex[:8]}",
            "authority": {"kind": said.get("authority", "judicial_police"), "name": "Brigade"},
            "person": {"name": PERSON, "rank": said.get("rank", "opj"), "service": "BR Exemple"},
            "basis": basis,
            "offence": "escroquerie",
            "maximum_penalty_months": 60,
            "case_60_1_2": 1,
            "numbers": [NUMBER],
            "period": {
                "from": (received_at - timedelta(days=60)).isoformat(),
                "until": (received_at - timedelta(days=1)).isoformat(),
            },
            "categories": ["traffic"],
            "received_at": received_at.isoformat(),
            "channel": said.get("channel", "email"),
            "enforcing_authority": said.get("enforcing_authority"),
            "client_not_informed_because": "secrecy of the inquiry (CPP article 11)",
            **RECIPIENT,
            **known,
            **changes,
        }
        return {name: value for name, value in body.items() if value is not None}

    def record(self, basis: str = "cpp-60-1", **changes: Any) -> TestResponse:
        return self.as_(FIRST, "POST", REQUISITIONS, json=self.order(basis, **changes))

    def recorded(self, basis: str = "cpp-60-1", **changes: Any) -> str:
        """The path of a case that the first person recorded."""
        answer = self.record(basis, **changes)
        assert answer.status_code == 201, answer.json
        return f"{REQUISITIONS}/{answer.json['id']}"

    def refused(self, **changes: Any) -> list[str]:
        """The fields for which an order is no case, none if it is one."""
        answer = self.record(**changes)
        assert answer.status_code in (201, 422), answer.json
        return list(answer.json.get("errors", ()))

    def checked(self, basis: str = "cpp-60-1", **changes: Any) -> str:
        """The path of a case with all the checks that it needs."""
        path = self.recorded(basis, **changes)
        self.pass_checks(path)
        return path

    def approved(self, basis: str = "cpp-60-1", **changes: Any) -> str:
        path = self.checked(basis, **changes)
        answer = self.approve(path)
        assert answer.status_code == 200, answer.json
        return path

    def pass_checks(self, path: str) -> None:
        """Pass all checks, and file the order itself unless another scan is announced."""
        shown = self.show(path)
        for name in shown["missing_checks"]:
            assert self.check(path, name).status_code == 201
        if shown["scan_sha256"] is None:
            assert self.scan(path).status_code == 200

    def scan(self, path: str, data: bytes = SCAN) -> TestResponse:
        content_type = "application/pdf"
        return self.as_(FIRST, "PUT", f"{path}/scan", data=data, content_type=content_type)

    def check(self, path: str, name: str, outcome: str = "passed", **more: Any) -> TestResponse:
        body = {"check": name, "outcome": outcome, "how": "called back", **more}
        return self.as_(FIRST, "POST", f"{path}/checks", json=body)

    def approve(
        self, path: str, person: str = SECOND, acknowledge: bool = True, read: str | None = None
    ) -> TestResponse:
        """Read the case and approve it as it is; `read` is what was read of it before."""
        digest = read or self.as_(person, "GET", path).json["order_digest"]
        body = {"acknowledge_unconfirmed": acknowledge, "order_digest": digest}
        return self.as_(person, "POST", f"{path}/approve", json=body)

    def take(self, path: str, step: str, **body: Any) -> TestResponse:
        return self.as_(FIRST, "POST", f"{path}/{step}", json=body)

    def show(self, path: str) -> dict[str, Any]:
        answer = self.as_(FIRST, "GET", path)
        assert answer.status_code == 200, answer.json
        found: dict[str, Any] = answer.json
        return found

    def paths(self, query: str = "") -> list[str]:
        """The cases of a list, in its order."""
        answer = self.as_(FIRST, "GET", f"{REQUISITIONS}?limit=500&{query}")
        assert answer.status_code == 200, answer.json
        return [f"{REQUISITIONS}/{item['id']}" for item in answer.json["items"]]

    def at(self, text: str) -> None:
        """Move the clock to a time."""
        self.api.clock.set(datetime.fromisoformat(text))

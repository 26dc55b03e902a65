"""The day of calls: three clients, six licences, and numbers that belong to nobody.

All numbers are of the ranges that the French regulator keeps free for works of fiction
(ARCEP: 01 99 00 xx xx, 02 61 91 xx xx, 04 65 71 xx xx, 06 39 98 xx xx).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from telecom_privacy.demo.audio import Audio, announcement, speech

CALLS_PER_CLIENT = 80
_RECORDED_EVERY = 6
_SECONDS = (12, 45, 20, 300, 8, 30, 60)  # of the recorded calls, again and again
_OGG_EVERY = 7
_ANNOUNCEMENT_SECONDS = 10
_OPENING_HOURS = timedelta(hours=10)


@dataclass(frozen=True, slots=True)
class DemoClient:
    """A client that exists in the demo only; `licences` maps ids to labels."""

    id: str
    name: str
    trade: str
    number: str
    options: Sequence[str]
    licences: Mapping[str, str]
    privileged: str | None = None

    @property
    def is_recorded(self) -> bool:
        return "recording" in self.options


@dataclass(frozen=True, slots=True)
class DemoCall:
    """A call as the platform hands it in: `body` as `PUT .../calls/{id}` takes it."""

    client: str
    id: str
    body: Mapping[str, Any]
    audio: Audio | None = None

    @property
    def path(self) -> str:
        return f"/v1/clients/{self.client}/calls/{self.id}"

    @property
    def caller(self) -> str:
        return str(self.body["from"])


LAW_OFFICE = DemoClient(
    id="cabinet-exemple",
    name="Cabinet Exemple",
    trade="law office",
    number="+33199001001",
    options=("recording",),
    licences={"avocats-accueil": "Accueil", "avocats-permanence": "Permanence"},
    privileged="lawyer",
)
DOCTOR = DemoClient(
    id="docteur-modele",
    name="Docteur Modèle",
    trade="doctor's practice",
    number="+33261911002",
    options=("recording", "storage_extension"),
    licences={"docteur-secretariat": "Secrétariat", "docteur-garde": "Garde"},
    privileged="doctor",
)
CRAFTSMAN = DemoClient(
    id="plomberie-fictive",
    name="Plomberie Fictive",
    trade="craftsman",
    number="+33465711003",
    options=(),
    licences={"plombier-atelier": "Atelier", "plombier-mobile": "Mobile"},
)
CLIENTS = (LAW_OFFICE, DOCTOR, CRAFTSMAN)


def calls_of(morning: datetime) -> list[DemoCall]:
    """The calls of all clients in the ten hours after `morning`, client by client."""
    return [
        _call(client, number, morning)
        for client in CLIENTS
        for number in range(1, CALLS_PER_CLIENT + 1)
    ]


def recorded_call(client: DemoClient, call_id: str, ended_at: datetime, audio: Audio) -> DemoCall:
    """A call that ended at a given time, with what was said."""
    chance = Random(call_id)  # noqa: S311 - invented data, not a secret
    body = _body(client, 1, ended_at - timedelta(seconds=90), 80, chance)
    return DemoCall(client.id, call_id, {**body, "ended_at": ended_at.isoformat()}, audio)


def national(number: str) -> str:
    """A French number as people write it: `+33639981234` is `06 39 98 12 34`."""
    digits = "0" + number.removeprefix("+33")
    return " ".join(digits[start : start + 2] for start in range(0, len(digits), 2))


def _call(client: DemoClient, number: int, morning: datetime) -> DemoCall:
    chance = Random(f"{client.id} {number}")  # noqa: S311 - invented data, not a secret
    audio = _audio(client, number)
    seconds = _seconds(number, chance)
    start = morning + _OPENING_HOURS * (number / (CALLS_PER_CLIENT + 1))
    body = _body(client, number, start, seconds if audio or chance.random() < 0.7 else 0, chance)
    return DemoCall(client.id, f"{client.id}-{number:03}", body, audio)


def _audio(client: DemoClient, number: int) -> Audio | None:
    place, remainder = divmod(number, _RECORDED_EVERY)
    if remainder or not client.is_recorded:
        return None
    if place % _OGG_EVERY == 0:
        return announcement()
    return speech(_SECONDS[place % len(_SECONDS)], seed=number)


def _seconds(number: int, chance: Random) -> int:
    place, remainder = divmod(number, _RECORDED_EVERY)
    if remainder:
        return chance.randint(10, 400)
    if place % _OGG_EVERY == 0:
        return _ANNOUNCEMENT_SECONDS
    return _SECONDS[place % len(_SECONDS)]


def _body(
    client: DemoClient, number: int, start: datetime, seconds: int, chance: Random
) -> dict[str, Any]:
    """The body of a call that was answered after some rings, or not at all (0 seconds)."""
    answered = start + timedelta(seconds=chance.randint(3, 9))
    end = answered + timedelta(seconds=seconds)
    return {
        "licence_id": list(client.licences)[number % len(client.licences)],
        "direction": "in",
        "from": f"+3363998{chance.randint(0, 11):04}",
        "to": client.number,
        "started_at": start.isoformat(),
        "answered_at": answered.isoformat() if seconds else None,
        "ended_at": end.isoformat(),
        "disposition": "ANSWERED" if seconds else chance.choice(("NO ANSWER", "BUSY")),
        "recording_consent": "given" if client.is_recorded else "not_asked",
    }

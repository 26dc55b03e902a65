"""What is asked under load, and what became of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from telecom_privacy.demo.caller import Answer
from telecom_privacy.http.access import ApiRole

_REFUSALS = (429, 503)
NO_ANSWER = 0
"""The status of a request that was not answered: refused, reset or timed out."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request to the service; `settle` is given its answer and tells whether that is right.

    Nothing but a refusal for want of capacity may be answered instead.
    """

    kind: str
    role: ApiRole
    method: str
    path: str
    settle: Callable[[Answer], bool]
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """`delay` is in seconds since the moment at which the question was to be asked.

    `database` are those that the service says it waited for the database, where it says so.
    """

    kind: str
    status: int
    delay: float
    is_right: bool
    is_refusal: bool = False
    database: float = 0.0

    @property
    def is_wrong(self) -> bool:
        return not self.is_right and not self.is_refusal


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds by the name of who used them, over `wall` seconds."""

    wall: float
    processor: Mapping[str, float]

    def cores(self, name: str) -> float:
        """How many cores were used, on average."""
        return self.processor[name] / self.wall


@dataclass(frozen=True, slots=True)
class Step:
    """Some seconds at one rate; `seconds` last until the last answer."""

    offered: float
    seconds: float
    replies: Sequence[Reply]
    usage: Usage

    @property
    def delays(self) -> list[float]:
        """Of what was answered rightly."""
        return [reply.delay for reply in self.replies if reply.is_right]

    @property
    def served(self) -> float:
        """Right answers a second."""
        return len(self.delays) / self.seconds

    @property
    def refused(self) -> float:
        """The share of questions that were refused, with a time after which to ask again."""
        return sum(reply.is_refusal for reply in self.replies) / len(self.replies)


def answered(status: int, is_right: Callable[[Answer], bool]) -> Callable[[Answer], bool]:
    """Judges an answer of this status by `is_right`; any other status is wrong."""
    return lambda answer: answer.status == status and is_right(answer)


def is_refusal(answer: Answer) -> bool:
    """Whether the service has no capacity and says when to come again (API.md "Conventions")."""
    wait = answer.headers.get("retry-after", "")
    return answer.status in _REFUSALS and wait.isdecimal() and int(wait) > 0

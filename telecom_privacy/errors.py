"""The errors of the domain.

Each error names one thing that went wrong and carries only what its reader may know: never
personal data, a secret or a foreign exception's text. `http.problems` maps them to statuses.
"""

from collections.abc import Mapping, Sequence


class TelecomPrivacyError(Exception):
    """Base of every error this program raises on purpose. `str(error)` is safe to show."""


class ConfigurationError(TelecomPrivacyError):
    """A setting, policy file or key file is wrong; the start stops with this one line."""


class Unauthenticated(TelecomPrivacyError):
    """No credential, or one that is unknown, revoked or expired."""


class Forbidden(TelecomPrivacyError):
    """The credential is good but may not do this kind of thing.

    `slug` tells machines which rule refused (for example `recording-objected`).
    """

    def __init__(self, detail: str, slug: str = "forbidden") -> None:
        super().__init__(detail)
        self.slug = slug


class NotFound(TelecomPrivacyError):
    """It does not exist, or belongs to somebody else: the answer is the same."""

    def __init__(self, kind: str = "resource") -> None:
        super().__init__(f"no such {kind}")


class Conflict(TelecomPrivacyError):
    """The same identifier already names something else: `existing`, where its reader may know."""

    def __init__(self, detail: str, existing: str | None = None) -> None:
        super().__init__(detail)
        self.existing = existing


class Held(TelecomPrivacyError):
    """A legal hold keeps it. Only for staff who may know; a client never learns it."""


class ClockMistrusted(TelecomPrivacyError):
    """Nothing is erased by term until the clock is right again, or a human has looked at it."""


class Gone(TelecomPrivacyError):
    """It was erased, or its retention term is over."""


class TooLarge(TelecomPrivacyError):
    """The body exceeds the limit of its kind."""


class UnsupportedMediaType(TelecomPrivacyError):
    """The body's media type is not one that this route takes."""


class RangeNotSatisfiable(TelecomPrivacyError):
    """No requested range overlaps the content; `length` is the content's size in bytes."""

    def __init__(self, length: int) -> None:
        super().__init__(f"no requested range lies inside the {length} bytes of the content")
        self.length = length


class PreconditionFailed(TelecomPrivacyError):
    """`If-Match` or `If-None-Match` does not hold for what is stored."""


class BadRequest(TelecomPrivacyError):
    """The request is malformed: truncated body, wrong digest, syntax error."""


class Invalid(TelecomPrivacyError):
    """A well-formed body breaks the rules of its schema.

    `errors` maps field names to messages, as marshmallow gives them.
    """

    def __init__(self, errors: Mapping[str, Sequence[str] | object]) -> None:
        super().__init__("the request has fields that are missing, unknown or wrong")
        self.errors = dict(errors)


class TooManyRequests(TelecomPrivacyError):
    """As much is under way for this caller as may be at once; retrying later is safe."""


class Unavailable(TelecomPrivacyError):
    """The database, keystore or key provider does not answer; retrying later is safe."""


class StorageFault(TelecomPrivacyError):
    """The database refuses what it is asked: sending the request again would not help."""


class KeyDestroyed(TelecomPrivacyError):
    """The key of a record no longer exists, so its content cannot be opened by anyone."""


class IntegrityError(TelecomPrivacyError):
    """Stored bytes do not authenticate: altered, moved to another record, or under a wrong key."""

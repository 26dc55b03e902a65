"""What ends a benchmark early."""

from telecom_privacy.errors import TelecomPrivacyError


class WrongAnswer(TelecomPrivacyError):
    """A side answered something else than the oracle knows: its speed is worth nothing.

    The text names the side and the operation, never what was answered.
    """

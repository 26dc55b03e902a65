"""What ends the demo early."""

from telecom_privacy.errors import TelecomPrivacyError


class ClaimFailed(TelecomPrivacyError):
    """Something that the demo shows is not so; its text is the one line that is printed."""

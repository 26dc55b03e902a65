"""For whom a package is encrypted, as legal staff hands it in."""

from telecom_privacy.clock import Clock
from telecom_privacy.crypto.age import AgeRecipient
from telecom_privacy.crypto.cms_envelope import CertificateRecipient
from telecom_privacy.crypto.recipients import Recipient

RECIPIENT_FIELDS = ("recipient_certificate", "age_recipient")
"""The fields that name one: one of them."""


class Recipients:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def of(self, recipient_certificate: str = "", age_recipient: str = "") -> Recipient:
        """Read a certificate (PEM) or an age recipient. Raises `Invalid` naming the field."""
        if age_recipient:
            return AgeRecipient.parse(age_recipient)
        return CertificateRecipient.load(recipient_certificate.encode(), self._clock.now())

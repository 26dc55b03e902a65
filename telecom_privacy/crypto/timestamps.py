"""Time stamps (RFC 3161): somebody else's word for when something existed already."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from telecom_privacy.crypto.certificates import load_certificates
from telecom_privacy.errors import IntegrityError, Unavailable


@dataclass(frozen=True, slots=True)
class StampRequest:
    """What is asked of an authority: a stamp over SHA-256 of `content`, with a nonce."""

    content: bytes
    asked: TimeStampRequest

    @property
    def body(self) -> bytes:
        """The request, DER: the hash goes to the authority, never the content."""
        return self.asked.as_bytes()


def request_stamp(content: bytes) -> StampRequest:
    """Prepare to ask for a stamp over `content`, which is not empty."""
    builder = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256)
    return StampRequest(content, builder.build())


def accept_stamp(request: StampRequest, answer: bytes, authorities: bytes) -> datetime:
    """Check the answer to `request` against the authority's root certificates (PEM).

    Returns the time that it states; the answer itself is the stamp to keep. Raises `Unavailable`
    if the authority refuses, `IntegrityError` for anything but the stamp that was asked for.
    """
    stamp = _read(answer)
    if stamp.status != PKIStatus.GRANTED:
        raise Unavailable("the time stamp authority refuses to stamp")
    return _verified(
        VerifierBuilder.from_request(request.asked), stamp, request.content, authorities
    )


def verify_stamp(stamp: bytes, content: bytes, authorities: bytes) -> datetime:
    """Return when `content` was stamped under root certificates (PEM). Raises `IntegrityError`."""
    return _verified(VerifierBuilder(), _read(stamp), content, authorities)


def check_imprint(stamp: bytes, content: bytes) -> None:
    """Raise `IntegrityError` unless `stamp` is about `content`, whoever made it."""
    try:
        imprint = _read(stamp).tst_info.message_imprint.message
    except ValueError as error:
        raise IntegrityError("not a time stamp") from error
    if imprint != hashlib.sha256(content).digest():
        raise IntegrityError("the time stamp is over another content")


def _read(answer: bytes) -> TimeStampResponse:
    try:
        return decode_timestamp_response(answer)
    except ValueError as error:
        raise IntegrityError("not a time stamp") from error


def _verified(
    verifier: VerifierBuilder, stamp: TimeStampResponse, content: bytes, authorities: bytes
) -> datetime:
    for one in load_certificates(authorities):
        verifier = verifier.add_root_certificate(one)
    try:
        verifier.build().verify_message(stamp, content)
    except (VerificationError, ValueError) as error:
        raise IntegrityError("the time stamp is wrong, or of an authority not known") from error
    return stamp.tst_info.gen_time

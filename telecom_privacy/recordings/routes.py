"""Routes of recordings (API.md "Calls")."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, request

from telecom_privacy.audit.schemas import ReceiptSchema
from telecom_privacy.calls.model import MAIN_RECORDING
from telecom_privacy.clients.service import ClientService
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.body import pieces
from telecom_privacy.http.content import answered
from telecom_privacy.http.digests import announced_sha256
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.schemas import require_id
from telecom_privacy.http.services import service
from telecom_privacy.http.uploads import announced_media_type, require_whole
from telecom_privacy.numbers import NumberReader
from telecom_privacy.recordings.admission import Admission
from telecom_privacy.recordings.model import NewRecording
from telecom_privacy.recordings.schemas import RecordingPolicyQuery, RecordingPolicySchema
from telecom_privacy.recordings.service import RecordingService
from telecom_privacy.recordings.upload import Upload

blueprint = Blueprint("recordings", __name__)

_CALL = "/v1/clients/<client>/calls/<call_id>"
_PURPOSE = ("Access-Purpose", "Access-Reference")

# The two paths of a recording have endpoints of their own: of one endpoint, the framework would
# redirect the longer path to the one with a default.
_MAIN = {"recording_id": MAIN_RECORDING}


@blueprint.put(f"{_CALL}/recording", defaults=_MAIN, endpoint="put_main")
@blueprint.put(f"{_CALL}/recordings/<recording_id>")
@endpoint(
    ApiRole.PLATFORM,
    consumes="audio/*",
    headers=("Content-Digest", "If-None-Match"),
    answers={201: ReceiptSchema, 200: ReceiptSchema},
)
def put_recording(access: Access, client: str, call_id: str, recording_id: str) -> Any:
    """Store a recording as it streams in; the same audio again gets the same receipt."""
    media_type = announced_media_type("audio/*")
    require_whole()
    found, upload = service(ClientService).reach_hosted(access, client), service(Upload)
    sha256 = announced_sha256(request.headers.get("Content-Digest"))
    recording_id = require_id("recording_id", recording_id)
    new = NewRecording(call_id, recording_id, media_type, sha256)
    body = pieces(request.stream, upload.max_bytes)
    stored = upload.store(access, found, new, body, only_if_absent=request.if_none_match.star_tag)
    return stored.receipt, 201 if stored.is_new else 200


@blueprint.get(f"{_CALL}/recording", defaults=_MAIN, endpoint="get_main")
@blueprint.get(f"{_CALL}/recordings/<recording_id>")
@endpoint(
    ApiRole.CLIENT,
    ApiRole.SUPPORT,
    produces="audio/*",
    headers=(*_PURPOSE, "Range", "If-Range", "If-None-Match"),
    answers={200: None, 206: None, 304: None},
)
def get_recording(access: Access, client: str, call_id: str, recording_id: str) -> Response:
    """Play a recording, whole or by range."""
    found = service(ClientService).reach_hosted(access, client)
    recordings = service(RecordingService)
    recording = recordings.open(access, found, call_id, recording_id)
    log_opening = partial(recordings.log_opening, access, found, recording)
    return answered(recordings.deliverable(recording), log_opening)


@blueprint.delete(f"{_CALL}/recording", defaults=_MAIN, endpoint="delete_main")
@blueprint.delete(f"{_CALL}/recordings/<recording_id>")
@endpoint(ApiRole.CLIENT, answers={204: None})
def delete_recording(access: Access, client: str, call_id: str, recording_id: str) -> Any:
    """Erase a recording for good (RET-2)."""
    found = service(ClientService).reach_hosted(access, client)
    service(RecordingService).delete(access, found, call_id, recording_id)


@blueprint.get("/v1/clients/<client>/recording-policy")
@endpoint(ApiRole.PLATFORM, query=RecordingPolicyQuery, answers={200: RecordingPolicySchema})
def get_recording_policy(access: Access, client: str, query: dict[str, Any]) -> Any:
    """Tell the platform whether to record the client's next call, and to announce it."""
    found = service(ClientService).reach(access, client)
    number = service(NumberReader).with_number(query)["number"]
    return service(Admission).policy(found, query.get("licence_id"), number)

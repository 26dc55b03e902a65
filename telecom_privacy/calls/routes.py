"""Routes of calls (API.md "Calls")."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, request

from telecom_privacy.audit.schemas import ReceiptSchema
from telecom_privacy.calls.batch import CallBatch
from telecom_privacy.calls.ingest import CallIngest, Stored
from telecom_privacy.calls.intake import CallIntake
from telecom_privacy.calls.lines import read_lines
from telecom_privacy.calls.schemas import (
    BatchSchema,
    CallChangeSchema,
    CallHistorySchema,
    CallListSchema,
    CallQuery,
    CallSchema,
    CallViewSchema,
)
from telecom_privacy.calls.search import CallQuery as Query
from telecom_privacy.calls.search import CallSearch
from telecom_privacy.calls.service import CallService
from telecom_privacy.clients.service import ClientService
from telecom_privacy.errors import UnsupportedMediaType
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.body import bounded_lines
from telecom_privacy.http.cursor import decode_cursor, encode_cursor
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.schemas import require_id
from telecom_privacy.http.services import service
from telecom_privacy.numbers import NumberReader

blueprint = Blueprint("calls", __name__)

_NDJSON = "application/x-ndjson"
_PURPOSE = ("Access-Purpose", "Access-Reference")


@blueprint.put("/v1/clients/<client>/calls/<call_id>")
@endpoint(ApiRole.PLATFORM, body=CallSchema, answers={201: ReceiptSchema, 200: ReceiptSchema})
def put_call(access: Access, client: str, call_id: str, body: dict[str, Any]) -> Any:
    """Store a call; the same body again gets the same receipt."""
    found = service(ClientService).reach_hosted(access, client)
    call = service(CallIntake).read(require_id("call_id", call_id), body)
    outcome = service(CallIngest).store(access, found, [call])[0]
    if not isinstance(outcome, Stored):
        raise outcome
    return outcome.receipt, 201 if outcome.is_new else 200


@blueprint.post("/v1/clients/<client>/calls")
@endpoint(ApiRole.PLATFORM, consumes=_NDJSON, answers={200: BatchSchema})
def post_calls(access: Access, client: str) -> Any:
    """Store a batch of calls, one a line with its `call_id`; every line is judged by itself."""
    if request.mimetype != _NDJSON:
        raise UnsupportedMediaType(f"send {_NDJSON}")
    found = service(ClientService).reach_hosted(access, client)
    lines = read_lines(service(CallIntake), _lines())
    return service(CallBatch).store(access, found, lines)


@blueprint.get("/v1/clients/<client>/calls")
@endpoint(
    ApiRole.CLIENT,
    ApiRole.SUPPORT,
    query=CallQuery,
    headers=_PURPOSE,
    answers={200: CallListSchema},
)
def list_calls(access: Access, client: str, query: dict[str, Any]) -> Any:
    """Search the client's calls, newest first."""
    found = service(ClientService).reach_hosted(access, client)
    limit, after = query.pop("limit"), decode_cursor(query.pop("cursor"))
    wanted = Query(**service(NumberReader).with_number(query))
    page = service(CallSearch).search(access, found, wanted, after, limit)
    return {
        "items": [call.view() for call in page.items],
        "next": page.next and encode_cursor(page.next),
    }


@blueprint.get("/v1/clients/<client>/calls/<call_id>")
@endpoint(ApiRole.CLIENT, ApiRole.SUPPORT, headers=_PURPOSE, answers={200: CallViewSchema})
def get_call(access: Access, client: str, call_id: str) -> Any:
    """Read a call with the list of its recordings."""
    found = service(ClientService).reach_hosted(access, client)
    return service(CallService).read(access, found, call_id).view()


@blueprint.get("/v1/clients/<client>/calls/<call_id>/receipt")
@endpoint(ApiRole.PLATFORM, ApiRole.CLIENT, answers={200: ReceiptSchema})
def get_receipt(access: Access, client: str, call_id: str) -> Any:
    """Read the receipt of a call."""
    found = service(ClientService).reach_hosted(access, client)
    return service(CallService).receipt(access, found, call_id)


@blueprint.patch("/v1/clients/<client>/calls/<call_id>")
@endpoint(ApiRole.CLIENT, body=CallChangeSchema, answers={200: CallViewSchema})
def change_call(access: Access, client: str, call_id: str, body: dict[str, Any]) -> Any:
    """Set right what people wrote: with a `reason` as a rectification, which the history keeps.

    Without one nothing stays of it. The consent `objected` erases the recordings at once (CON-1).
    """
    found = service(ClientService).reach_hosted(access, client)
    reason = body.pop("reason", None)
    return service(CallService).change(access, found, call_id, body, reason)


@blueprint.get("/v1/clients/<client>/calls/<call_id>/history")
@endpoint(ApiRole.CLIENT, answers={200: CallHistorySchema})
def get_history(access: Access, client: str, call_id: str) -> Any:
    """Read who changed what of a call, and when."""
    found = service(ClientService).reach_hosted(access, client)
    return {"items": service(CallService).history(access, found, call_id)}


@blueprint.delete("/v1/clients/<client>/calls/<call_id>")
@endpoint(ApiRole.CLIENT, answers={204: None})
def delete_call(access: Access, client: str, call_id: str) -> Any:
    """Erase a call and its recordings for good (RET-2)."""
    found = service(ClientService).reach_hosted(access, client)
    service(CallService).delete(access, found, call_id)


def _lines() -> Iterator[bytes]:
    return bounded_lines(request.stream, service(CallIntake).max_batch_bytes)

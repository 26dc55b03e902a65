"""Routes of records of all categories that the policies declare (API.md "Other records")."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, request

from telecom_privacy.audit.schemas import ReceiptSchema
from telecom_privacy.clients.service import ClientService
from telecom_privacy.content.reader import ContentReader
from telecom_privacy.http.access import Access
from telecom_privacy.http.body import pieces
from telecom_privacy.http.content import answered
from telecom_privacy.http.cursor import decode_cursor, encode_cursor
from telecom_privacy.http.digests import announced_sha256
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.schemas import require_id
from telecom_privacy.http.services import service
from telecom_privacy.http.uploads import announced_media_type, require_whole
from telecom_privacy.records.attaching import NewContent
from telecom_privacy.records.content import RecordContent
from telecom_privacy.records.events import NewEvent, RecordEvents
from telecom_privacy.records.model import NewRecord
from telecom_privacy.records.permissions import Deed, callers
from telecom_privacy.records.reading import RecordReader
from telecom_privacy.records.schemas import (
    EventSchema,
    NotedSchema,
    RecordListSchema,
    RecordQuerySchema,
    RecordSchema,
    RecordViewSchema,
)
from telecom_privacy.records.search import RecordQuery, RecordSearch
from telecom_privacy.records.service import RecordService
from telecom_privacy.records.upload import RecordUpload
from telecom_privacy.records.writing import RecordWriter

blueprint = Blueprint("records", __name__)

_CATEGORY = "/v1/clients/<client>/records/<category>"
_RECORD = f"{_CATEGORY}/<record_id>"
_PURPOSE = ("Access-Purpose", "Access-Reference")


@blueprint.put(_RECORD)
@endpoint(*callers(Deed.WRITE), body=RecordSchema, answers={201: ReceiptSchema, 200: ReceiptSchema})
def put_record(
    access: Access, client: str, category: str, record_id: str, body: dict[str, Any]
) -> Any:
    """Store a record, or a new version of it; the same body again gets the same receipt."""
    found = service(ClientService).reach(access, client)
    new = NewRecord(category=category, external_id=require_id("record_id", record_id), **body)
    stored = service(RecordWriter).store(access, found, new)
    return stored.receipt, 201 if stored.is_new else 200


@blueprint.get(_CATEGORY)
@endpoint(
    *callers(Deed.READ),
    query=RecordQuerySchema,
    headers=_PURPOSE,
    answers={200: RecordListSchema},
)
def list_records(access: Access, client: str, category: str, query: dict[str, Any]) -> Any:
    """List records of a category, newest first; `binned=true` lists the bin."""
    found = service(ClientService).reach_for_records(access, client)
    limit, after = query.pop("limit"), decode_cursor(query.pop("cursor"))
    page = service(RecordSearch).search(access, found, RecordQuery(category, **query), after, limit)
    return {
        "items": [record.view() for record in page.items],
        "next": page.next and encode_cursor(page.next),
    }


@blueprint.get(_RECORD)
@endpoint(*callers(Deed.READ), headers=_PURPOSE, answers={200: RecordViewSchema})
def get_record(access: Access, client: str, category: str, record_id: str) -> Any:
    """Read a record."""
    found = service(ClientService).reach_for_records(access, client)
    return service(RecordReader).read(access, found, category, record_id).view()


@blueprint.delete(_RECORD)
@endpoint(*callers(Deed.ERASE), answers={204: None})
def delete_record(access: Access, client: str, category: str, record_id: str) -> Any:
    """Erase a record and its content for good (RET-2)."""
    found = service(ClientService).reach_for_records(access, client)
    service(RecordService).delete(access, found, category, record_id)


@blueprint.post(f"{_RECORD}/events")
@endpoint(*callers(Deed.REPORT), body=EventSchema, answers={200: NotedSchema})
def post_event(
    access: Access, client: str, category: str, record_id: str, body: dict[str, Any]
) -> Any:
    """Note what happened to a record: it may start its term anew, or end it at once."""
    found = service(ClientService).reach_for_records(access, client)
    event = NewEvent(body["event"], body["at"], body["reason"])
    return service(RecordEvents).note(access, found, category, record_id, event)


@blueprint.put(f"{_RECORD}/content")
@endpoint(
    *callers(Deed.WRITE),
    consumes="*/*",
    headers=("Content-Digest", "If-None-Match"),
    answers={201: ReceiptSchema, 200: ReceiptSchema},
)
def put_content(access: Access, client: str, category: str, record_id: str) -> Any:
    """Store a record's content as it streams in; the same bytes again get the same receipt."""
    found, uploads = service(ClientService).reach(access, client), service(RecordUpload)
    require_whole()
    sha256 = announced_sha256(request.headers.get("Content-Digest"))
    new = NewContent(category, record_id, announced_media_type(), sha256)
    body = pieces(request.stream, uploads.max_bytes)
    stored = uploads.store(access, found, new, body, request.if_none_match.star_tag)
    return stored.receipt, 201 if stored.is_new else 200


@blueprint.get(f"{_RECORD}/content")
@endpoint(
    *callers(Deed.READ),
    produces="*/*",
    headers=(*_PURPOSE, "Range", "If-Range", "If-None-Match"),
    answers={200: None, 206: None, 304: None},
)
def get_content(access: Access, client: str, category: str, record_id: str) -> Response:
    """Read a record's content, whole or by range."""
    found = service(ClientService).reach_for_records(access, client)
    contents = service(RecordContent)
    content = contents.open(access, found, category, record_id)
    log_opening = partial(contents.log_opening, access, found, content)
    return answered(service(ContentReader).deliverable(content), log_opening)


@blueprint.delete(f"{_RECORD}/content")
@endpoint(*callers(Deed.ERASE), answers={204: None})
def delete_content(access: Access, client: str, category: str, record_id: str) -> Any:
    """Erase a record's content for good (RET-2); the record stays."""
    found = service(ClientService).reach_for_records(access, client)
    service(RecordService).delete_content(access, found, category, record_id)

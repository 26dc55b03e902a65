"""Routes of holds (API.md "Retention, holds, erasure"), for those who may know of them."""

from typing import Any
from uuid import UUID

from flask import Blueprint

from telecom_privacy.holds.model import HoldState
from telecom_privacy.holds.placing import NewHold
from telecom_privacy.holds.schemas import (
    HoldListSchema,
    HoldQuery,
    HoldSchema,
    NewHoldSchema,
    ReviewSchema,
)
from telecom_privacy.holds.service import HoldService
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.cursor import decode_cursor, encode_cursor
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.services import service

blueprint = Blueprint("holds", __name__)

_MAY_KNOW = (ApiRole.LEGAL, ApiRole.DPO)
_CLEAR = ("start", "end", "review_on")


@blueprint.post("/v1/holds")
@endpoint(*_MAY_KNOW, body=NewHoldSchema, answers={201: HoldSchema})
def place_hold(access: Access, body: dict[str, Any]) -> Any:
    """Keep what is stored, and what comes, from being destroyed (RET-9, LAW-5)."""
    details = {name: value for name, value in body.items() if name not in _CLEAR}
    new = NewHold(details, *(body[name] for name in _CLEAR))
    return service(HoldService).place(access, new).view()


@blueprint.get("/v1/holds")
@endpoint(*_MAY_KNOW, query=HoldQuery, answers={200: HoldListSchema})
def list_holds(access: Access, query: dict[str, Any]) -> Any:
    """List holds, oldest first."""
    after = decode_cursor(query.get("cursor"))
    holds, more = service(HoldService).page(
        access, query["state"], query["review_due"], after, query["limit"]
    )
    return {"items": [hold.view() for hold in holds], "next": more and encode_cursor(more)}


@blueprint.get("/v1/holds/<uuid:hold_id>")
@endpoint(*_MAY_KNOW, answers={200: HoldSchema})
def get_hold(access: Access, hold_id: UUID) -> Any:
    """Read a hold, with the number of erased records that it keeps."""
    return service(HoldService).read(access, hold_id).view()


@blueprint.post("/v1/holds/<uuid:hold_id>/review")
@endpoint(*_MAY_KNOW, body=ReviewSchema, answers={200: HoldSchema})
def review_hold(access: Access, hold_id: UUID, body: dict[str, Any]) -> Any:
    """Say that a hold is still needed, and when to look again."""
    return service(HoldService).review(access, hold_id, body["review_on"]).view()


@blueprint.post("/v1/holds/<uuid:hold_id>/release")
@endpoint(*_MAY_KNOW, answers={200: HoldSchema, 202: HoldSchema})
def release_hold(access: Access, hold_id: UUID) -> Any:
    """Release a hold: 202 for the first person, 200 for the second, who must be another one."""
    hold = service(HoldService).release(access, hold_id)
    return hold.view(), 200 if hold.stored.state is HoldState.RELEASED else 202

"""Routes of what a client, or the DPO, does for persons (API.md "Exports and rights")."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint

from telecom_privacy.calls.party import WRITTEN_BY_THE_CLIENT
from telecom_privacy.clients.service import ClientService
from telecom_privacy.http.access import Access, ApiRole
from telecom_privacy.http.endpoint import endpoint
from telecom_privacy.http.services import service
from telecom_privacy.numbers import NumberReader
from telecom_privacy.objections.service import Objections
from telecom_privacy.persons.erasing import Erasing
from telecom_privacy.persons.restricting import Restricting
from telecom_privacy.persons.schemas import (
    ErasedPersonSchema,
    ErasingPersonSchema,
    NumberSchema,
    PersonSchema,
    ReasonSchema,
    RestrictedPersonSchema,
    RestrictionSchema,
    ToldQuery,
    Written,
)
from telecom_privacy.records.permissions import Deed, callers

blueprint = Blueprint("persons", __name__)

_CLIENT = "/v1/clients/<client>"
_CALL = f"{_CLIENT}/calls/<call_id>/restriction"
_RECORD = f"{_CLIENT}/records/<category>/<record_id>/restriction"
_PERSON = f"{_CLIENT}/persons/restriction"
_OBJECTION = f"{_CLIENT}/persons/objection"


@blueprint.post(_CALL)
@endpoint(ApiRole.CLIENT, body=ReasonSchema, answers={200: RestrictionSchema})
def restrict_call(access: Access, client: str, call_id: str, body: dict[str, Any]) -> Any:
    """Restrict a call: it is kept with its recordings, and not used (DSR-7)."""
    found = service(ClientService).reach_hosted(access, client)
    return service(Restricting).restrict_call(access, found, call_id, body["reason"])


@blueprint.delete(_CALL)
@endpoint(ApiRole.CLIENT, query=ToldQuery, answers={204: None})
def lift_call_restriction(access: Access, client: str, call_id: str, query: dict[str, Any]) -> Any:
    """Let a restricted call be used again."""
    found = service(ClientService).reach_hosted(access, client)
    service(Restricting).lift_call(access, found, call_id, query)


@blueprint.post(_RECORD)
@endpoint(*callers(Deed.RESTRICT), body=ReasonSchema, answers={200: RestrictionSchema})
def restrict_record(
    access: Access, client: str, category: str, record_id: str, body: dict[str, Any]
) -> Any:
    """Restrict a record: it is kept with its content, and not used (DSR-7)."""
    found, reason = service(ClientService).reach_for_records(access, client), body["reason"]
    return service(Restricting).restrict_record(access, found, category, record_id, reason)


@blueprint.delete(_RECORD)
@endpoint(*callers(Deed.RESTRICT), query=ToldQuery, answers={204: None})
def lift_record_restriction(
    access: Access, client: str, category: str, record_id: str, query: dict[str, Any]
) -> Any:
    """Let a restricted record be used again."""
    found = service(ClientService).reach_for_records(access, client)
    service(Restricting).lift_record(access, found, category, record_id, query)


@blueprint.post(_PERSON)
@endpoint(*callers(Deed.RESTRICT), body=RestrictedPersonSchema, answers={200: RestrictionSchema})
def restrict_person(access: Access, client: str, body: dict[str, Any]) -> Any:
    """Restrict all that there is about a person, and what will come (DSR-7)."""
    found = service(ClientService).reach_for_records(access, client)
    return service(Restricting).restrict_person(access, found, _person(body), body["reason"])


@blueprint.post(f"{_PERSON}/lift")
@endpoint(*callers(Deed.RESTRICT), query=ToldQuery, body=PersonSchema, answers={204: None})
def lift_person_restriction(
    access: Access, client: str, body: dict[str, Any], query: dict[str, Any]
) -> Any:
    """Let what is about a person be used again; a number must not stand in a path."""
    found = service(ClientService).reach_for_records(access, client)
    service(Restricting).lift_person(access, found, _person(body), query)


@blueprint.post(f"{_CLIENT}/persons/erasure")
@endpoint(ApiRole.CLIENT, body=ErasingPersonSchema, answers={200: ErasedPersonSchema})
def erase_person(access: Access, client: str, body: dict[str, Any]) -> Any:
    """Erase a person: of calls its part, the client's own facts stay; records whole (DSR-1)."""
    found = service(ClientService).reach_hosted(access, client)
    keep = [name for name in WRITTEN_BY_THE_CLIENT if body[name] is Written.KEEP]
    return service(Erasing).erase(access, found, _person(body), keep)


@blueprint.post(_OBJECTION)
@endpoint(ApiRole.CLIENT, body=NumberSchema, answers={204: None})
def object_to_recording(access: Access, client: str, body: dict[str, Any]) -> Any:
    """Record no call with this number from now on, until the objection is withdrawn (CON-1)."""
    found = service(ClientService).reach_hosted(access, client)
    service(Objections).object(access, found, _person(body))


@blueprint.post(f"{_OBJECTION}/withdraw")
@endpoint(ApiRole.CLIENT, body=NumberSchema, answers={204: None})
def withdraw_objection(access: Access, client: str, body: dict[str, Any]) -> Any:
    """Let calls with this number be recorded again; those in between stay without (CON-4)."""
    found = service(ClientService).reach_hosted(access, client)
    service(Objections).withdraw(access, found, _person(body))


def _person(body: Mapping[str, Any]) -> str:
    if "number" in body:
        return service(NumberReader).e164(body["number"])
    return str(body["subject"])

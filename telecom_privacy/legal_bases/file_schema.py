"""The shape of the file of legal bases."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from marshmallow import (
    RAISE,
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates,
    validates_schema,
)

from telecom_privacy.clients.model import PRIVILEGED
from telecom_privacy.legal_bases.model import (
    WITHOUT_DELAY,
    Alias,
    AuthorisationKind,
    AuthorityKind,
    BasisKind,
    Case,
    Condition,
    Confirmation,
    DataCategory,
    LegalBasis,
    Notification,
    ProfessionTerms,
)
from telecom_privacy.policies.duration import Duration
from telecom_privacy.policies.fields import (
    DateField,
    DurationField,
    NameField,
    SwitchField,
    filled,
)

_ID = validate.Regexp(r"[a-z][a-z0-9-]*\Z", error="Not an id such as cpp-60-1.")


class _Strict(Schema):
    class Meta:
        unknown = RAISE


def _text(**more: Any) -> fields.String:
    return fields.String(required=True, validate=filled, **more)


def _id() -> fields.String:
    return fields.String(required=True, validate=_ID)


class _SetOf(fields.List[Any]):
    """Values of a vocabulary, each once, as a frozenset."""

    def __init__(self, kind: type[StrEnum], **more: Any) -> None:
        more.setdefault("required", True)
        super().__init__(fields.Enum(kind, by_value=True), validate=filled, **more)

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> Any:
        found = super()._deserialize(value, *rest, **more)
        if len(set(found)) < len(found):
            raise ValidationError("Names something twice.")
        return frozenset(found)


class _DeadlineField(fields.Field[Duration | None]):
    """A duration, or `without_delay`: None."""

    def _deserialize(self, value: object, *_: object, **__: object) -> Duration | None:
        return None if value == WITHOUT_DELAY else DurationField().deserialize(value)


class _AliasSchema(_Strict):
    id = _id()
    text = _text()
    valid_from = DateField(required=True)

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> Alias:
        return Alias(**data)


class _Dated(_Strict):
    id = _id()
    title = _text()
    text = _text()
    valid_from = DateField(required=True)
    valid_to = DateField()
    aliases = fields.List(fields.Nested(_AliasSchema), load_default=list)

    @validates_schema
    def _check_days(self, data: Mapping[str, Any], **_: object) -> None:
        if "valid_to" in data and data["valid_to"] < data["valid_from"]:
            raise ValidationError("lies before valid_from", "valid_to")


class _CaseSchema(_Strict):
    number = fields.Integer(required=True, strict=True, validate=validate.Range(1))
    title = _text()
    minimum_penalty_months = fields.Integer(strict=True, validate=validate.Range(1))

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> Case:
        return Case(**data)


class _ConditionSchema(_Dated):
    categories = _SetOf(DataCategory)
    cases = fields.List(fields.Nested(_CaseSchema), required=True, validate=filled)

    @validates_schema
    def _check_cases(self, data: Mapping[str, Any], **_: object) -> None:
        numbers = [case.number for case in data["cases"]]
        if len(set(numbers)) < len(numbers):
            raise ValidationError("numbers a case twice", "cases")

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> Condition:
        lists = {name: tuple(data[name]) for name in ("cases", "aliases")}
        return Condition(**{**data, **lists})


class _ProfessionSchema(_Strict):
    profession = fields.String(required=True, validate=validate.OneOf(PRIVILEGED))
    categories = _SetOf(DataCategory)
    text = _text()
    condition = fields.Enum(AuthorisationKind, by_value=True)

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> ProfessionTerms:
        return ProfessionTerms(**data)


class _ConfirmationSchema(_Strict):
    on = DateField(required=True)
    by_role = _text()

    @validates("on")
    def _check_on(self, value: date, **_: object) -> None:
        if value > datetime.now(UTC).date() + timedelta(days=1):  # it is tomorrow in some zones
            raise ValidationError("lies ahead: nobody has confirmed it yet")

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> Confirmation:
        return Confirmation(**data)


class _NotificationSchema(_Strict):
    categories = _SetOf(DataCategory)
    waits = DurationField(required=True)
    text = _text()

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> Notification:
        return Notification(**data)


class _BasisSchema(_Dated):
    kind = fields.Enum(BasisKind, by_value=True, required=True)
    authorities = _SetOf(AuthorityKind)
    ranks = fields.List(NameField(), required=True, validate=filled)
    categories = _SetOf(DataCategory)
    authority_ranks = fields.Dict(
        fields.Enum(AuthorityKind, by_value=True),
        fields.List(NameField(), validate=filled),
        load_default=dict,
    )
    rank_categories = fields.Dict(NameField(), _SetOf(DataCategory))
    secrecy = _text()
    client_informed = SwitchField(load_default=False)
    counted = SwitchField(load_default=True)
    authorisations = _SetOf(AuthorisationKind, required=False)
    authorised_ranks = fields.List(NameField(), validate=filled)
    conditions = fields.List(fields.String(validate=_ID), load_default=list)
    professions = fields.List(fields.Nested(_ProfessionSchema), load_default=list)
    channel = NameField()
    deadline = _DeadlineField(required=True)
    emergency_deadline = DurationField()
    preservation = DurationField()
    extension = DurationField()
    notification = fields.Nested(_NotificationSchema)
    confirmed = fields.Nested(_ConfirmationSchema)

    @validates_schema
    def _check_ranks(self, data: Mapping[str, Any], **_: object) -> None:
        for name in ("authorised_ranks", "rank_categories"):
            if unknown := sorted(set(data.get(name, ())) - set(data["ranks"])):
                raise ValidationError(f"{unknown[0]} is none of ranks", name)
        if "authorised_ranks" in data and "authorisations" not in data:
            raise ValidationError("without authorisations", "authorised_ranks")

    @validates_schema
    def _check_authority_ranks(self, data: Mapping[str, Any], **_: object) -> None:
        """Of several authorities, each says which ranks are its own."""
        told = data["authority_ranks"]
        if (told or len(data["authorities"]) > 1) and set(told) != data["authorities"]:
            raise ValidationError("does not name each of authorities", "authority_ranks")
        named = set().union(*told.values())
        if told and named != set(data["ranks"]):
            raise ValidationError("does not name the same as ranks", "authority_ranks")

    @validates_schema
    def _check_categories(self, data: Mapping[str, Any], **_: object) -> None:
        covered = {*data.get("rank_categories", {}).values()}
        covered |= {terms.categories for terms in data["professions"]}
        if frozenset().union(*covered) - data["categories"]:
            raise ValidationError("a rank or profession has more", "categories")

    @validates_schema
    def _check_professions(self, data: Mapping[str, Any], **_: object) -> None:
        """Two terms for one category would say two things of it."""
        seen: set[tuple[str, DataCategory]] = set()
        for terms in data["professions"]:
            named = {(terms.profession, category) for category in terms.categories}
            if seen & named:
                raise ValidationError(f"{terms.profession}: a category twice", "professions")
            seen |= named

    @validates_schema
    def _check_terms(self, data: Mapping[str, Any], **_: object) -> None:
        """A preservation says how long; a production hands over at once and keeps nothing."""
        is_preservation = data["kind"] is BasisKind.PRESERVATION
        if is_preservation is not ("preservation" in data):
            raise ValidationError(f"does not fit the kind {data['kind']}", "preservation")
        if "extension" in data and not is_preservation:
            raise ValidationError(f"does not fit the kind {data['kind']}", "extension")
        if "emergency_deadline" in data and data["deadline"] is None:
            raise ValidationError("without a deadline that it shortens", "emergency_deadline")

    @post_load
    def _make(self, data: Mapping[str, Any], **_: object) -> LegalBasis:
        lists = {name: tuple(data[name]) for name in ("conditions", "professions", "aliases")}
        sets = {n: frozenset(data[n]) for n in ("ranks", "authorised_ranks") if n in data}
        ranks = {whose: frozenset(named) for whose, named in data["authority_ranks"].items()}
        return LegalBasis(**{**data, **lists, **sets, "authority_ranks": ranks})


class FileSchema(_Strict):
    conditions = fields.List(fields.Nested(_ConditionSchema), load_default=list)
    bases = fields.List(fields.Nested(_BasisSchema), required=True, validate=filled)

    @validates_schema
    def _check_names(self, data: Mapping[str, Any], **_: object) -> None:
        for table in ("conditions", "bases"):
            if overlap := next(_overlaps(data[table]), None):
                raise ValidationError(overlap, table)

    @validates_schema
    def _check_conditions(self, data: Mapping[str, Any], **_: object) -> None:
        known = {condition.id for condition in data["conditions"]}
        mistakes = {
            index: {"conditions": [f"no [[conditions]] table has the id {unknown[0]}"]}
            for index, basis in enumerate(data["bases"])
            if (unknown := _unknown(basis.conditions, known))
        }
        if mistakes:
            raise ValidationError({"bases": mistakes})


def _unknown(named: Sequence[str], known: Collection[str]) -> list[str]:
    return [one for one in named if one not in known]


def _overlaps(texts: Sequence[Condition] | Sequence[LegalBasis]) -> Iterator[str]:
    """Say where a name means two texts on one day."""
    spans = sorted((span for text in texts for span in _spans(text)), key=lambda one: one[:2])
    for (name, _, until, own), (other, start, _, others) in pairwise(spans):
        if name == other and own is not others and (until is None or start <= until):
            yield f"{name} means two entries on {start}"


def _spans(text: Condition | LegalBasis) -> list[tuple[str, date, date | None, object]]:
    renumbered = [(alias.id, max(alias.valid_from, text.valid_from)) for alias in text.aliases]
    names = [(text.id, text.valid_from), *renumbered]
    return [(name, start, text.valid_to, text) for name, start in names]

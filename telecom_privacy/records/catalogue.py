"""What a client's policy says of a category: if it is stored, as what, and what it may hold."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from telecom_privacy.clients.model import Client
from telecom_privacy.clock import Clock
from telecom_privacy.errors import Invalid, UnsupportedMediaType
from telecom_privacy.policies.model import Category, CategoryDefinition, PolicyVersion
from telecom_privacy.records.cards import Place, card_data
from telecom_privacy.records.validation import Validators, pointer
from telecom_privacy.scope import Role

_CARD_DATA = "Card data, which is never stored ({rule})."


class Catalogue:
    """Reads the policy version in force; what was stored under an earlier one stays readable."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._validators = Validators()

    def role_of(self, client: Client, category: str) -> Role | None:
        """In which role a record is stored now; None if it cannot be stored."""
        if category in set(Category):
            return None
        return self._version(client).role_of(category, operator=client.is_operator)

    def kept_roles(self, client: Client, category: str) -> list[Role]:
        """The roles in which records of the category may exist, that in force first."""
        now = self.role_of(client, category)
        kinds = client.terms.kinds() if category not in set(Category) else ()
        kept = sorted(role for name, role in kinds if name == category)
        return sorted(kept, key=lambda role: role is not now)

    def definition(self, client: Client, category: str) -> CategoryDefinition:
        """What the category may hold now."""
        return self._version(client).category(category)

    def resting_on(self, client: Client, purpose: str) -> Iterator[tuple[str, Role]]:
        """The categories, with their roles, that rest on a consent to this purpose, or did."""
        yield from sorted(client.terms.rest_on(purpose))

    def require_storable(self, client: Client, category: str) -> Role:
        """Return the role in which a record is stored. Raises `Invalid` where it never is."""
        if rule := self.definition(client, category).never_stored:
            raise Invalid({"category": [f"This is never stored ({rule})."]})
        role = self.role_of(client, category)
        if role is None:
            raise Invalid({"category": ["The client's policy does not name this category."]})
        return role

    def is_for_billing(self, client: Client, category: str) -> bool:
        rules = self._version(client).rules_for(category, Role.CONTROLLER)
        return any(rule.purpose == "billing" for rule in rules)

    def require_data(self, client: Client, category: str, data: Mapping[str, Any]) -> None:
        """Raise `Invalid`, naming the places and quoting nothing, for data that may not be held."""
        version = self._version(client)
        definition = version.category(category)
        errors: dict[str, Sequence[str]] = {}
        if definition.schema is not None:
            errors |= self._validators.errors(definition.schema, data)
        errors |= {pointer(place): [text] for place, text in _cards(version, data)}
        if errors:
            raise Invalid({"data": errors})

    def require_no_cards(self, client: Client, fields: Mapping[str, Any]) -> None:
        """Raise `Invalid` for fields with card data, where the notice says it is never kept."""
        found = _cards(self._version(client), fields)
        if errors := {str(place[0]): [text] for place, text in found if place}:
            raise Invalid(errors)

    def require_content(self, client: Client, category: str, media_type: str) -> None:
        """Raise `UnsupportedMediaType` for content that the category does not take."""
        taken = self.definition(client, category).content
        given = media_type.partition(";")[0].strip().lower()
        main = given.partition("/")[0]
        if not any(pattern in (given, f"{main}/*", "*/*") for pattern in taken):
            raise UnsupportedMediaType(f"send {' or '.join(taken)}" if taken else "no content")

    def _version(self, client: Client) -> PolicyVersion:
        return client.terms.version_in_force(self._clock.now())


def _cards(version: PolicyVersion, value: Any) -> Iterator[tuple[Place, str]]:
    if version.card_data:
        text = _CARD_DATA.format(rule=version.card_data)
        yield from ((place, text) for place in card_data(value))

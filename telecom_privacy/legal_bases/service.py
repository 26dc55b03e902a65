"""The texts of law as of a day."""

from contextlib import suppress
from datetime import date, datetime, tzinfo

from telecom_privacy.clock import Clock
from telecom_privacy.errors import NotFound
from telecom_privacy.legal_bases.model import (
    AuthorityKind,
    BasisKind,
    Condition,
    LegalBasis,
    TextsOfLaw,
)


class LegalBases:
    """Days are those of the operator's time zone."""

    def __init__(self, texts: TextsOfLaw, clock: Clock, zone: tzinfo) -> None:
        self._texts = texts
        self._clock = clock
        self._zone = zone

    def at(self, name: str, moment: datetime) -> LegalBasis:
        """Return the basis that an id, or an alias that it has by then, means at a moment.

        Raises `NotFound` where none is in force.
        """
        day = self.day(moment)
        for basis in self.on(day):
            if basis.goes_by(name, day):
                return basis
        raise NotFound("legal basis")

    def find(self, name: str, moment: datetime) -> LegalBasis | None:
        """Return what `at` does, None where nothing of the name is in force."""
        with suppress(NotFound):
            return self.at(name, moment)
        return None

    def kind_of(self, name: str) -> BasisKind | None:
        """What a name is a basis of, whenever it was in force; None for an unknown one."""
        named = (one for one in self._texts.bases if one.goes_by(name, date.max))
        return next((one.kind for one in named), None)

    def citation(self, name: str) -> str:
        """How a name is cited, as the newest entry says it; an unknown one is its own citation."""
        named = [one.text for one in self._texts.bases if one.goes_by(name, date.max)]
        return named[-1] if named else name

    def is_counted(self, name: str, authority: AuthorityKind) -> bool:
        """Whether the law lets anybody know how often such an authority asks, on such a basis."""
        return not any(
            one.goes_by(name, date.max) or authority in one.authorities
            for one in self._texts.bases
            if not one.counted
        )

    def conditions_of(self, basis: LegalBasis, moment: datetime) -> list[Condition]:
        """The conditions in force on top of a basis."""
        day = self.day(moment)
        return [
            one
            for one in self._texts.conditions
            if one.id in basis.conditions and one.is_in_force(day)
        ]

    def on(self, day: date | None) -> list[LegalBasis]:
        """The bases in force on a day, today if none is given."""
        asked = day or self.day(self._clock.now())
        return [basis for basis in self._texts.bases if basis.is_in_force(asked)]

    def conditions_on(self, day: date | None) -> list[Condition]:
        """The conditions in force on a day, today if none is given."""
        asked = day or self.day(self._clock.now())
        return [one for one in self._texts.conditions if one.is_in_force(asked)]

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()

"""Where a new case is announced to whoever counts requests."""

from typing import Protocol

from telecom_privacy.disclosure.model import Requisition


class Tally(Protocol):
    def expect(self, requisition: Requisition) -> None:
        """Count a case that is about to be recorded: before it is, so that a kill loses none."""

"""The page as a part of a package: calls and records; its tables show the rest themselves."""

from telecom_privacy.reversibility.page.rows import shown_call, shown_record
from telecom_privacy.reversibility.parts import Order
from telecom_privacy.reversibility.selection import ChosenCall, ChosenRecord


class Pages:
    """Begins the pages of packages (`parts.Parts`); to be the last of the parts."""

    def begin(self, order: Order) -> "PagePart":
        return PagePart(order)


class PagePart:
    """See `parts.Part`."""

    def __init__(self, order: Order) -> None:
        self._order = order

    def take_call(self, chosen: ChosenCall) -> None:
        order = self._order
        row = shown_call(chosen, order.selection.number, audio=order.wish.audio)
        order.page.show_call(row)

    def take_record(self, chosen: ChosenRecord) -> None:
        self._order.page.show_record(chosen.record.stored.category, shown_record(chosen))

    def finish(self) -> None:
        self._order.page.finish()

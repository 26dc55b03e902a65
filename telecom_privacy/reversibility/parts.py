"""Parts of a package: each writes some of its files from what is read once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from telecom_privacy.clients.model import Client
from telecom_privacy.reversibility.model import Wish
from telecom_privacy.reversibility.page.page import Page
from telecom_privacy.reversibility.selection import ChosenCall, ChosenRecord, Selection
from telecom_privacy.reversibility.writer import PackageWriter


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be written: of whom, what was asked for, and the moment whose data it is.

    What a person is to read goes on the `page`, too.
    """

    package: PackageWriter
    client: Client
    wish: Wish
    as_of: datetime
    selection: Selection
    page: Page


class Part(Protocol):
    """Some files of one package. It is given everything that is in the package, one by one."""

    def take_call(self, chosen: ChosenCall, /) -> None: ...

    def take_record(self, chosen: ChosenRecord, /) -> None:
        """The records come category by category."""
        ...

    def finish(self) -> None:
        """Write what is left, once all was given."""
        ...


class Parts(Protocol):
    """Begins a part for each package."""

    def begin(self, order: Order, /) -> Part: ...

"""vCons as a part of a package."""

import json

from telecom_privacy.reversibility.parts import Order
from telecom_privacy.reversibility.selection import ChosenCall, ChosenRecord
from telecom_privacy.reversibility.signer import PackageSigner
from telecom_privacy.reversibility.vcon.conversation import conversation


class Vcons:
    """Begins the vCons of packages for which they were asked (`parts.Parts`)."""

    def __init__(self, signer: PackageSigner) -> None:
        self._signer = signer

    def begin(self, order: Order) -> "VconPart":
        return VconPart(order, self._signer)


class VconPart:
    """See `parts.Part`: one file for each call, signed by the key that signs the package."""

    def __init__(self, order: Order, signer: PackageSigner) -> None:
        self._order = order
        self._signer = signer.json_signer() if order.wish.vcon else None

    def take_call(self, chosen: ChosenCall) -> None:
        if self._signer is None:
            return
        order = self._order
        told = conversation(chosen, order.selection.number, order.as_of, audio=order.wish.audio)
        payload = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        signed = self._signer.sign(payload, {"uuid": told["uuid"]})
        order.package.add(vcon_path(chosen), json.dumps(signed, separators=(",", ":")).encode())

    def take_record(self, chosen: ChosenRecord) -> None:
        """Records are no conversations."""

    def finish(self) -> None:
        """Each vCon is written with its call."""


def vcon_path(chosen: ChosenCall) -> str:
    """Where the vCon of a call lies in a package."""
    return f"data/vcon/{chosen.call.stored.record_id}.vcon.json"

"""Answering an approved order: what is given goes into one sealed package (RULES LAW-3).

Order: what is given is fixed and noted (`assembled`) -> the package is encrypted to its recipient
as it is made, and stored as a file of the case -> `sealed`. After a kill the next call finishes
what was stored, or begins anew; nothing that is half is ever read.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from telecom_privacy.clock import Clock, to_text
from telecom_privacy.crypto.recipients import Recipient
from telecom_privacy.disclosure.answered import is_less, require_no_more, said_of
from telecom_privacy.disclosure.case_files import CaseFiles, package_name
from telecom_privacy.disclosure.delivering import Delivering
from telecom_privacy.disclosure.matching import Matches
from telecom_privacy.disclosure.model import Entry, Requisition
from telecom_privacy.disclosure.naming import require_named
from telecom_privacy.disclosure.package.package import DisclosurePackage, EncryptedPackage
from telecom_privacy.disclosure.register import Register
from telecom_privacy.disclosure.scope import DisclosureScope
from telecom_privacy.disclosure.second_person import SecondPerson
from telecom_privacy.disclosure.steps import Step
from telecom_privacy.disclosure.witness import LogWitness, SealingTurn
from telecom_privacy.errors import Conflict, Gone, KeyDestroyed, NotFound
from telecom_privacy.http.access import Access

Sign = Callable[[bytes], bytes]


class Sealing:
    def __init__(
        self,
        register: Register,
        second: SecondPerson,
        scope: DisclosureScope,
        delivering: Delivering,
        files: CaseFiles,
        witness: LogWitness,
        turn: SealingTurn,
        sign: Sign,
        clock: Clock,
    ) -> None:
        self._register = register
        self._second = second
        self._scope = scope
        self._delivering = delivering
        self._files = files
        self._witness = witness
        self._turn = turn
        self._sign = sign
        self._clock = clock

    def disclose(self, access: Access, case_id: UUID, recipient: Recipient) -> Requisition:
        """Seal what an approved case gives, once for a recipient; again: the case as it is then.

        For another recipient than before, what is there still is sealed anew, but no more than was
        answered, and the package before is destroyed. One person names the recipient, another
        seals for it, who did not write the order either: `Forbidden`, and `Conflict` for one that
        is not named; both are logged.
        Takes as long as the audio needs. Raises `Conflict` where the case is not approved or what
        is given changed meanwhile, `TooLarge` beyond what the recipient's format takes, and
        `Unavailable` while another makes the package.
        """
        known = self._register.read(case_id)
        if _is_sealed_for(known, recipient):
            require_named(known, recipient)
        else:
            check = partial(self._require_sealable, access, recipient)
            self._register.require(access, case_id, Step.ASSEMBLED, check)
            known = self._sealed(access, case_id, recipient)
        self._destroy_superseded(access, known)
        return known

    def _require_sealable(
        self, access: Access, recipient: Recipient, requisition: Requisition
    ) -> None:
        self._second.require_to_disclose(access, requisition)
        require_named(requisition, recipient)

    def _sealed(self, access: Access, case_id: UUID, recipient: Recipient) -> Requisition:
        with self._turn.of(case_id) as turn:
            requisition = self._register.read(case_id)
            if _is_sealed_for(requisition, recipient):
                return requisition
            if not self._is_stored(requisition, recipient):
                requisition = self._store(access, requisition, recipient, turn.require)
            return self._seal(access, requisition)

    def _destroy_superseded(self, access: Access, requisition: Requisition) -> None:
        sealed = requisition.all(Step.SEALED)
        if len(sealed) > 1:
            self._files.destroy_packages(access, requisition, but=sealed[-1].said["name"])

    def _is_stored(self, requisition: Requisition, recipient: Recipient) -> bool:
        """Whether a killed process had stored what was assembled last, and for whom."""
        if not (assembled := requisition.all(Step.ASSEMBLED)):
            return False
        name = package_name(len(assembled))
        is_for_it = assembled[-1].said["recipient"] == recipient.fingerprint
        if not is_for_it or _was_sealed(requisition, name):
            return False
        try:
            self._files.open(requisition.id, name)
        except NotFound:
            return False
        return True

    def _store(
        self,
        access: Access,
        requisition: Requisition,
        recipient: Recipient,
        require_turn: Callable[[], None],
    ) -> Requisition:
        try:
            package, matches = self._assembled(access, requisition, recipient)
            said = _said_of(requisition, package, matches)
            requisition = self._note_assembled(access, requisition, said)
            name = package_name(len(requisition.all(Step.ASSEMBLED)))

            def check() -> None:
                require_turn()
                self._register.require(access, requisition.id, Step.SEALED)

            self._files.store(
                access, requisition.id, name, package.media_type, None, package.read(), check
            )
        except (Gone, KeyDestroyed) as error:
            raise Conflict("what is to be given changed meanwhile; ask again") from error
        return requisition

    def _assembled(
        self, access: Access, requisition: Requisition, recipient: Recipient
    ) -> tuple[EncryptedPackage, Matches]:
        matches, now = self._scope.matches(requisition), self._clock.now()
        require_no_more(requisition, matches)
        proof = self._witness.disclosing(access, requisition.id)
        delivery = self._delivering.of(requisition, matches, now, (proof,))
        return DisclosurePackage(delivery, self._sign).encrypted(recipient), matches

    def _note_assembled(
        self, access: Access, requisition: Requisition, said: Mapping[str, Any]
    ) -> Requisition:
        def say(before: Requisition) -> Requisition:
            return before.after(self._entry(access, Step.ASSEMBLED, said))

        return self._register.note(access, requisition.id, Step.ASSEMBLED, say)

    def _seal(self, access: Access, requisition: Requisition) -> Requisition:
        number = len(requisition.all(Step.ASSEMBLED))
        name = package_name(number)
        stored = self._files.open(requisition.id, name)

        def say(before: Requisition) -> Requisition:
            assembled = before.all(Step.ASSEMBLED)[number - 1].said
            said = {
                "name": name,
                "content_hash": assembled["content_hash"],
                "recipient": assembled["recipient"],
                "suffix": assembled["suffix"],
                "sha256": stored.sha256.hex(),
                "bytes": stored.length,
                "stored_at": to_text(stored.received_at),
            }
            outcome = _outcome(assembled, is_anew=before.last(Step.SEALED) is not None)
            after = before.after(self._entry(access, Step.SEALED, said))
            return after.after(self._entry(access, outcome, {})) if outcome else after

        is_done = partial(_was_sealed, name=name)
        return self._register.note(access, requisition.id, Step.SEALED, say, is_done)

    def _entry(self, access: Access, step: Step, said: Mapping[str, Any]) -> Entry:
        now = self._clock.now()
        return Entry(step, now, now, access.actor, said)


def _is_sealed_for(requisition: Requisition, recipient: Recipient) -> bool:
    sealed = requisition.last(Step.SEALED)
    return sealed is not None and sealed.said["recipient"] == recipient.fingerprint


def _was_sealed(requisition: Requisition, name: str) -> bool:
    return any(entry.said["name"] == name for entry in requisition.all(Step.SEALED))


def _said_of(
    requisition: Requisition, package: EncryptedPackage, matches: Matches
) -> dict[str, Any]:
    return {
        "content_hash": package.package.content_hash,
        "recipient": package.recipient.fingerprint,
        "suffix": package.suffix,
        "found": matches.found,
        "given": matches.given,
        "is_partial": matches.is_partial or is_less(requisition, matches),
        "lines": said_of(matches.lines),
    }


def _outcome(assembled: Mapping[str, Any], *, is_anew: bool) -> Step | None:
    """What an answer is that is not all that was asked for: "nothing found" is one, too.

    One that is sealed anew says itself whether it is a part; that nothing was found stands.
    """
    if not assembled["given"]:
        return None if is_anew else Step.NOTHING_FOUND
    return Step.PARTIAL if assembled["is_partial"] else None

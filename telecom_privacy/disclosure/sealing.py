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
from telecom_privacy.content.model import OpenedContent
from telecom_privacy.crypto.recipients import Recipient
from telecom_privacy.disclosure.case_files import CaseFiles, package_name
from telecom_privacy.disclosure.delivering import Delivering
from telecom_privacy.disclosure.matching import Matches
from telecom_privacy.disclosure.model import Entry, Requisition
from telecom_privacy.disclosure.package.package import DisclosurePackage, EncryptedPackage
from telecom_privacy.disclosure.register import Register
from telecom_privacy.disclosure.scope import DisclosureScope
from telecom_privacy.disclosure.second_person import SecondPerson
from telecom_privacy.disclosure.steps import State, Step
from telecom_privacy.disclosure.witness import LogWitness, SealingTurn
from telecom_privacy.errors import Conflict, Gone, KeyDestroyed, NotFound
from telecom_privacy.http.access import Access

_ANSWERED = frozenset({State.DISCLOSED, State.DISCLOSURE_NOT_AVAILABLE})

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
        """Seal what an approved case gives, once; whoever asks again gets the case as it is then.

        Whoever wrote the order does not choose for whom it is encrypted: `Forbidden`, logged.
        Takes as long as the audio needs. Raises `Conflict` where the case is not approved or what
        is given changed meanwhile, `TooLarge` beyond what the recipient's format takes, and
        `Unavailable` while another makes the package.
        """
        if (known := self._register.read(case_id)).last(Step.SEALED):
            return known
        second = partial(self._second.require, access)
        self._register.require(access, case_id, Step.ASSEMBLED, second)
        with self._turn.of(case_id) as turn:
            requisition = self._register.read(case_id)
            if requisition.last(Step.SEALED):
                return requisition
            if not self._is_stored(requisition):
                requisition = self._store(access, requisition, recipient, turn.require)
            return self._seal(access, requisition)

    def package(self, case_id: UUID) -> OpenedContent:
        """Open what is known of the sealed package.

        Raises `NotFound`, `Gone`, and `Conflict` for an order that was rejected or withdrawn.
        """
        requisition = self._register.read(case_id)
        if not (sealed := requisition.last(Step.SEALED)):
            raise NotFound("package")
        _require_answerable(requisition)
        return self._files.open(case_id, sealed.said["name"])

    def log_download(self, access: Access, case_id: UUID) -> None:
        """Log that the package leaves, each time; with the first the case is disclosed.

        Raises `Conflict` for an order that was withdrawn meanwhile; then nothing leaves.
        """
        say = self._handed_over(access)
        requisition = self._register.note(access, case_id, Step.HANDED_OVER, say, _was_answered)
        _require_answerable(requisition)
        self._register.log("requisition.package_opened", access, {"requisition": str(case_id)})

    def _handed_over(self, access: Access) -> Callable[[Requisition], Requisition]:
        return lambda before: before.after(self._entry(access, Step.HANDED_OVER, {}))

    def _is_stored(self, requisition: Requisition) -> bool:
        """Whether a killed process had stored the package that was assembled last."""
        if not (number := len(requisition.all(Step.ASSEMBLED))):
            return False
        try:
            self._files.open(requisition.id, package_name(number))
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
            requisition = self._note_assembled(access, requisition, package, matches)
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
        proof = self._witness.disclosing(access, requisition.id)
        matches, now = self._scope.matches(requisition), self._clock.now()
        delivery = self._delivering.of(requisition, matches, now, (proof,))
        return DisclosurePackage(delivery, self._sign).encrypted(recipient), matches

    def _note_assembled(
        self,
        access: Access,
        requisition: Requisition,
        package: EncryptedPackage,
        matches: Matches,
    ) -> Requisition:
        said = {
            "content_hash": package.package.content_hash,
            "recipient": package.recipient.fingerprint,
            "suffix": package.suffix,
            "found": matches.found,
            "given": matches.given,
            "is_partial": matches.is_partial,
        }

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
                "sha256": stored.sha256.hex(),
                "bytes": stored.length,
                "stored_at": to_text(stored.received_at),
            }
            outcome = _outcome(assembled)
            after = before.after(self._entry(access, Step.SEALED, said))
            return after.after(self._entry(access, outcome, {})) if outcome else after

        return self._register.note(access, requisition.id, Step.SEALED, say)

    def _entry(self, access: Access, step: Step, said: Mapping[str, Any]) -> Entry:
        now = self._clock.now()
        return Entry(step, now, now, access.actor, said)


def _was_answered(requisition: Requisition) -> bool:
    return requisition.state in _ANSWERED


def _require_answerable(requisition: Requisition) -> None:
    """What was sealed for an order that was rejected or withdrawn since does not leave any more."""
    if requisition.state not in (State.AWAITING_DISCLOSURE, *_ANSWERED):
        raise Conflict(f"the package of a case that is {requisition.state.value} stays here")


def _outcome(assembled: Mapping[str, Any]) -> Step | None:
    """What an answer is that is not all that was asked for: "nothing found" is one, too."""
    if not assembled["given"]:
        return Step.NOTHING_FOUND
    return Step.PARTIAL if assembled["is_partial"] else None

"""The key that signs packages, with its certificate: made once, or the operator's own."""

from threading import Lock

from telecom_privacy.clock import Clock
from telecom_privacy.crypto.aead import open_sealed, seal
from telecom_privacy.crypto.binding import Binding
from telecom_privacy.crypto.certificates import CertifiedKey
from telecom_privacy.crypto.cms import sign
from telecom_privacy.crypto.jws import JsonSigner
from telecom_privacy.errors import Unavailable
from telecom_privacy.keys.service import KeyService
from telecom_privacy.reversibility.signer_repository import SignerRepository
from telecom_privacy.scope import Role

_PLACE = Binding("package-signer", Role.CONTROLLER)


class PackageSigner:
    """`own` is the operator's own key, from its PKI; without one a self-signed one is made."""

    def __init__(
        self,
        repository: SignerRepository,
        keys: KeyService,
        clock: Clock,
        name: str,
        own: CertifiedKey | None = None,
    ) -> None:
        self._repository = repository
        self._keys = keys
        self._clock = clock
        self._name = name
        self._found = own
        self._lock = Lock()

    @property
    def certificate(self) -> str:
        """The certificate that verifies packages, and those above it, PEM."""
        return self._key().certificate_pem

    def sign(self, content: bytes) -> bytes:
        """Return the detached CMS signature over `content`, DER, which states the time now."""
        return sign(content, self._key(), self._clock.now())

    def json_signer(self) -> JsonSigner:
        """Return what signs JSON documents with the same key."""
        return JsonSigner(self._key())

    def _key(self) -> CertifiedKey:
        with self._lock:
            if self._found is None:
                self._found = self._stored() or self._made()
            return self._found

    def _stored(self) -> CertifiedKey | None:
        if (stored := self._repository.fetch()) is None:
            return None
        sealed, certificate = stored
        return CertifiedKey.load(open_sealed(self._keys.package_key(), sealed, _PLACE), certificate)

    def _made(self) -> CertifiedKey:
        made = CertifiedKey.generate(self._name, self._clock.now())
        sealed = seal(self._keys.package_key(), made.private_key, _PLACE)
        self._repository.insert(sealed, made.certificate)
        if (found := self._stored()) is None:
            raise Unavailable("the signing key of packages was not kept; retry")
        return found

"""The first start: root keys are created once, and a keystore accepts only its own (DESIGN §3)."""

from pathlib import Path

from telecom_privacy.clock import Clock
from telecom_privacy.errors import ConfigurationError
from telecom_privacy.keys.local_file import LocalFileProvider, create_missing_roots
from telecom_privacy.keys.provider import KeyProvider
from telecom_privacy.keys.repository import KeyRepository


def create_roots_once(directory: Path, repository: KeyRepository, clock: Clock) -> None:
    """Create root files for an empty keystore and register them in it.

    To be called before workers fork. A keystore that has roots never gets new ones here;
    should another machine be faster, `check_roots` tells the loser. Raises `ConfigurationError`.
    """
    known = repository.fetch_roots()
    if repository.is_rotating():
        return
    if not known:
        create_missing_roots(directory, clock.now())
    roots = LocalFileProvider.load(directory).roots()
    missing = {root_id: root for root_id, root in roots.items() if root_id not in known}
    # A start that was killed may have registered one root only; of others nothing is registered.
    if missing and known.items() <= roots.items():
        repository.insert_first_roots(missing, clock.now())


def check_roots(provider: KeyProvider, repository: KeyRepository) -> None:
    """Stop the start unless the provider's roots are exactly those that the keystore knows.

    A rotation that was interrupted may leave more of them. Raises `ConfigurationError`.
    """
    known, held = repository.fetch_roots(), provider.roots()
    for root_id, (role, commitment) in held.items():
        if root_id not in known and repository.is_rotating():
            continue
        if known.get(root_id) != (role, commitment):
            raise ConfigurationError(
                f"the {role} root key {root_id} is not the one that this keystore belongs to"
            )
    for root_id in known.keys() - held.keys():
        raise ConfigurationError(
            f"the {known[root_id][0]} root key {root_id} of this keystore is not there"
        )

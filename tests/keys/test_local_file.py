"""Root keys in local files."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.errors import ConfigurationError, IntegrityError, Unavailable
from telecom_privacy.keys.local_file import LocalFileProvider, create_missing_roots
from telecom_privacy.scope import Role

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PLACE = Binding("client-key", Role.PROCESSOR)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    create_missing_roots(tmp_path / "keys", NOW)
    return tmp_path / "keys"


def root_of(provider: LocalFileProvider, role: Role) -> str:
    return next(root for root, (found, _) in provider.roots().items() if found is role)


def rewrite(path: Path, **changes: Any) -> None:
    content = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({k: v for k, v in content.items() if v is not None}))


def test_created_files_are_for_their_owner_only(directory: Path) -> None:
    assert sorted(path.name for path in directory.iterdir()) == ["controller.key", "processor.key"]
    assert directory.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in directory.iterdir()} == {0o600}


def test_existing_files_are_never_overwritten(directory: Path) -> None:
    before = {path: path.read_text() for path in directory.iterdir()}
    create_missing_roots(directory, NOW)
    assert {path: path.read_text() for path in directory.iterdir()} == before


def test_a_start_that_was_killed_between_the_files_is_taken_up(directory: Path) -> None:
    kept = (directory / "controller.key").read_text()
    (directory / "processor.key").unlink()
    # What is left of a file that was being written, by a process of any id.
    (directory / f"processor.{os.getpid()}.tmp").write_text('{"id"')
    create_missing_roots(directory, NOW)
    assert (directory / "controller.key").read_text() == kept
    assert len(LocalFileProvider.load(directory).roots()) == 2


def test_several_starts_at_once_agree_on_the_files(tmp_path: Path) -> None:
    directory = tmp_path / "keys"

    def start(_: int) -> dict[str, tuple[Role, bytes]]:
        create_missing_roots(directory, NOW)
        return LocalFileProvider.load(directory).roots()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(start, range(8)))
    assert all(roots == found[0] for roots in found)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_file_that_others_can_reach_is_refused(directory: Path, mode: int) -> None:
    (directory / "controller.key").chmod(mode)
    with pytest.raises(ConfigurationError, match="chmod"):
        LocalFileProvider.load(directory)


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o777])
def test_a_directory_that_others_can_reach_is_refused(directory: Path, mode: int) -> None:
    directory.chmod(mode)
    with pytest.raises(ConfigurationError, match="chmod"):
        LocalFileProvider.load(directory)


@pytest.mark.parametrize("role", Role)
def test_a_missing_file_is_one_clear_line(directory: Path, role: Role) -> None:
    (directory / f"{role}.key").unlink()
    with pytest.raises(ConfigurationError, match=f"{role}.key"):
        LocalFileProvider.load(directory)


@pytest.mark.parametrize(
    "content", ["", "not JSON", "[]", "null", '"text"', "7", "{}", "\udcff"], ids=repr
)
def test_a_file_that_is_no_root_key_is_refused(directory: Path, content: str) -> None:
    (directory / "controller.key").write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(ConfigurationError, match="not a root key file"):
        LocalFileProvider.load(directory)


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "processor"},
        {"role": None},
        {"id": None},
        {"secret": None},
        {"secret": 7},
        {"secret": "AAAA"},
        {"secret": "é"},
        {"secret": "A" * 44},
    ],
    ids=repr,
)
def test_a_file_with_a_wrong_field_is_refused(directory: Path, changes: dict[str, Any]) -> None:
    rewrite(directory / "controller.key", **changes)
    with pytest.raises(ConfigurationError, match="not a root key file"):
        LocalFileProvider.load(directory)


def test_what_a_root_wraps_only_it_unwraps(directory: Path) -> None:
    provider = LocalFileProvider.load(directory)
    root_id, other = (root_of(provider, role) for role in (Role.PROCESSOR, Role.CONTROLLER))
    wrapped = provider.wrap(root_id, b"secret", PLACE)
    assert provider.unwrap(root_id, wrapped, PLACE) == b"secret"
    with pytest.raises(IntegrityError):
        provider.unwrap(other, wrapped, PLACE)
    with pytest.raises(IntegrityError):
        provider.unwrap(root_id, wrapped, Binding("client-key", Role.CONTROLLER))


def test_a_root_that_is_not_loaded_makes_the_service_unavailable(directory: Path) -> None:
    provider = LocalFileProvider.load(directory)
    wrapped = provider.wrap(root_of(provider, Role.PROCESSOR), b"secret", PLACE)
    with pytest.raises(Unavailable):
        provider.unwrap("another-root", wrapped, PLACE)
    with pytest.raises(Unavailable):
        provider.wrap("another-root", b"secret", PLACE)


def test_another_process_finds_a_successor_and_lets_go_of_the_predecessor(directory: Path) -> None:
    one, other = LocalFileProvider.load(directory), LocalFileProvider.load(directory)
    old = root_of(one, Role.PROCESSOR)
    new = one.create_successor(Role.PROCESSOR, NOW)
    assert one.create_successor(Role.PROCESSOR, NOW) == new
    wrapped = one.wrap(new, b"secret", PLACE)
    assert other.unwrap(new, wrapped, PLACE) == b"secret"
    assert len(other.roots()) == 3

    for _ in range(2):
        one.destroy_predecessor(Role.PROCESSOR, new)
    assert root_of(LocalFileProvider.load(directory), Role.PROCESSOR) == new
    assert old not in one.roots()
    assert sorted(path.name for path in directory.iterdir()) == ["controller.key", "processor.key"]


def test_a_predecessor_is_destroyed_though_a_process_was_killed_before_it_was_wiped(
    directory: Path,
) -> None:
    provider = LocalFileProvider.load(directory)
    new = provider.create_successor(Role.PROCESSOR, NOW)
    os.link(directory / "processor.key", directory / "processor.retired")
    provider.destroy_predecessor(Role.PROCESSOR, new)
    assert not (directory / "processor.retired").exists()
    assert root_of(provider, Role.PROCESSOR) == new


def test_what_a_process_left_that_was_killed_while_it_made_a_root_is_removed(
    directory: Path,
) -> None:
    provider = LocalFileProvider.load(directory)
    new = provider.create_successor(Role.PROCESSOR, NOW)
    os.link(directory / "processor.next.key", directory / "processor.next.0a1b.tmp")
    (directory / "processor.2c3d.tmp").write_text("an unused root")
    (directory / "controller.4e5f.tmp").write_text("another process is at this one")
    provider.destroy_predecessor(Role.PROCESSOR, new)
    assert sorted(path.name for path in directory.glob("*.tmp")) == ["controller.4e5f.tmp"]
    assert root_of(LocalFileProvider.load(directory), Role.PROCESSOR) == new


def test_no_root_is_destroyed_without_its_successor(directory: Path) -> None:
    provider = LocalFileProvider.load(directory)
    old = root_of(provider, Role.PROCESSOR)
    with pytest.raises(Unavailable):
        provider.destroy_predecessor(Role.PROCESSOR, "another-root")
    assert root_of(LocalFileProvider.load(directory), Role.PROCESSOR) == old


def test_roots_do_not_show_themselves(directory: Path) -> None:
    provider = LocalFileProvider.load(directory)
    shown = repr(provider) + repr(vars(provider))
    for root in provider._by_id.values():
        assert repr(root.key.key) not in shown

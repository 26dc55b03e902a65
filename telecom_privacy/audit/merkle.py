"""The Merkle tree of RFC 6962 section 2.1: hashing, proofs and their verification.

Pure functions. Hashes that already exist are asked of a `Read`; sizes and indexes count leaves.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

HASH_BYTES = 32

Read: TypeAlias = Callable[[int, int], bytes]
"""`read(level, index)`: root of the complete subtree over the `1 << level` leaves from
`index << level` on."""


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def empty_root() -> bytes:
    return hashlib.sha256(b"").digest()


def root_of(hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes (or equally high subtrees), keeping O(log n) of them."""
    complete: list[tuple[int, bytes]] = []
    for current in hashes:
        level, node = 0, current
        while complete and complete[-1][0] == level:
            level, node = level + 1, node_hash(complete.pop()[1], node)
        complete.append((level, node))
    if not complete:
        return empty_root()
    node = complete.pop()[1]
    while complete:
        node = node_hash(complete.pop()[1], node)
    return node


def root(size: int, read: Read) -> bytes:
    """Return the root of the first `size` leaves."""
    return _range_root(0, size, read) if size else empty_root()


def inclusion_path(index: int, size: int, read: Read) -> list[bytes]:
    """Return PATH(index, D[size]) of RFC 6962 section 2.1.1; needs `0 <= index < size`."""
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_root(middle, end, read))
            end = middle
        else:
            path.append(_range_root(start, middle, read))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int, read: Read) -> list[bytes]:
    """Return PROOF(old, D[new]) of RFC 6962 section 2.1.2; needs `0 <= old <= new`.

    Every tree is consistent with the empty one, which takes no proof.
    """
    path = []
    start, end = 0, new
    while 0 < old < end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_root(middle, end, read))
            end = middle
        else:
            path.append(_range_root(start, middle, read))
            start = middle
    if start > 0:
        path.append(_range_root(start, end, read))
    return path[::-1]


def verify_inclusion(
    index: int, size: int, leaf: bytes, path: Sequence[bytes], expected_root: bytes
) -> bool:
    """Tell whether the leaf hash `leaf` is at `index` under the root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes([leaf, *path]):
        return False
    node, last, current = leaf, size - 1, index
    for sibling in path:
        if last == 0:
            return False
        if current & 1 or current == last:
            node = node_hash(sibling, node)
            while not current & 1 and current:
                current, last = current >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        current, last = current >> 1, last >> 1
    return last == 0 and node == expected_root


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Tell whether the tree of `new` leaves extends that of `old` (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old <= new or not _are_hashes(path):
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == empty_root()
    return _extends(old - 1, new - 1, old_root, new_root, path)


def _extends(
    current: int, last: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> bool:
    while current & 1:
        current, last = current >> 1, last >> 1
    # A complete old tree is its own first node, which the proof therefore leaves out.
    nodes = [old_root, *path] if current == 0 else [*path]
    if not nodes:
        return False
    old_node = new_node = nodes[0]
    for sibling in nodes[1:]:
        if last == 0:
            return False
        if current & 1 or current == last:
            old_node, new_node = node_hash(sibling, old_node), node_hash(sibling, new_node)
            while not current & 1 and current:
                current, last = current >> 1, last >> 1
        else:
            new_node = node_hash(new_node, sibling)
        current, last = current >> 1, last >> 1
    return last == 0 and old_node == old_root and new_node == new_root


def _range_root(start: int, end: int, read: Read) -> bytes:
    size = end - start
    level = size.bit_length() - 1
    if size == 1 << level:
        return read(level, start >> level)
    middle = start + _split(size)
    return node_hash(_range_root(start, middle, read), _range_root(middle, end, read))


def _split(size: int) -> int:
    """Return the largest power of two below `size`, which is at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def _are_hashes(values: Sequence[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)

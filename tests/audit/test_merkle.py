"""The tree against RFC 6962 written down naively, and against another implementation."""

import hashlib

import pymerkle
from hypothesis import given, settings
from hypothesis import strategies as st

from telecom_privacy.audit import merkle

LEAVES = [number.to_bytes(33, "big") for number in range(600)]
SIZES = st.integers(1, len(LEAVES))


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    k = largest_power_below(len(leaves))
    return hashlib.sha256(b"\1" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    if index < k:
        return [*naive_path(index, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(index - k, leaves[k:]), naive_root(leaves[:k])]


def naive_proof(old: int, leaves: list[bytes], *, is_known: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962 section 2.1.2."""
    if old == len(leaves):
        return [] if is_known else [naive_root(leaves)]
    k = largest_power_below(len(leaves))
    if old <= k:
        return [*naive_proof(old, leaves[:k], is_known=is_known), naive_root(leaves[k:])]
    return [*naive_proof(old - k, leaves[k:], is_known=False), naive_root(leaves[:k])]


def largest_power_below(size: int) -> int:
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def read(level: int, index: int) -> bytes:
    return naive_root(LEAVES[index << level : (index + 1) << level])


@given(size=st.integers(0, len(LEAVES)))
@settings(deadline=None)
def test_a_root_is_that_of_the_rfc(size: int) -> None:
    assert merkle.root(size, read) == naive_root(LEAVES[:size])
    assert merkle.root_of(map(merkle.leaf_hash, LEAVES[:size])) == naive_root(LEAVES[:size])


@given(size=SIZES, data=st.data())
@settings(deadline=None)
def test_an_inclusion_proof_is_that_of_the_rfc_and_verifies(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_path(index, size, read)
    leaf, root = merkle.leaf_hash(LEAVES[index]), naive_root(LEAVES[:size])
    assert path == naive_path(index, LEAVES[:size])
    assert merkle.verify_inclusion(index, size, leaf, path, root)


@given(size=SIZES, data=st.data())
@settings(deadline=None)
def test_a_consistency_proof_is_that_of_the_rfc_and_verifies(
    size: int, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, size))
    path = merkle.consistency_path(old, size, read)
    roots = naive_root(LEAVES[:old]), naive_root(LEAVES[:size])
    assert path == naive_proof(old, LEAVES[:size])
    assert merkle.verify_consistency(old, size, *roots, path)


@given(size=st.integers(2, 300), data=st.data())
@settings(deadline=None)
def test_an_altered_inclusion_proof_is_refused(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_path(index, size, read)
    leaf, root = merkle.leaf_hash(LEAVES[index]), naive_root(LEAVES[:size])
    position = data.draw(st.integers(0, len(path) - 1))
    altered = [*path[:position], hashlib.sha256(path[position]).digest(), *path[position + 1 :]]
    other = data.draw(st.integers(0, size - 1).filter(lambda other: other != index))
    assert not merkle.verify_inclusion(index, size, leaf, altered, root)
    assert not merkle.verify_inclusion(index, size, leaf, path[:-1], root)
    assert not merkle.verify_inclusion(index, size, leaf, [*path, path[0]], root)
    assert not merkle.verify_inclusion(other, size, leaf, path, root)
    assert not merkle.verify_inclusion(index, size, merkle.leaf_hash(b"other"), path, root)
    assert not merkle.verify_inclusion(size, size, leaf, path, root)


@given(size=st.integers(2, 300), data=st.data())
@settings(deadline=None)
def test_an_altered_consistency_proof_is_refused(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size - 1))
    path = merkle.consistency_path(old, size, read)
    roots = naive_root(LEAVES[:old]), naive_root(LEAVES[:size])
    rewritten = naive_root([b"rewritten", *LEAVES[1:old]])
    position = data.draw(st.integers(0, len(path) - 1))
    altered = [*path[:position], hashlib.sha256(path[position]).digest(), *path[position + 1 :]]
    assert not merkle.verify_consistency(old, size, *roots, altered)
    assert not merkle.verify_consistency(old, size, *roots, path[:-1])
    assert not merkle.verify_consistency(old, size, *roots, [*path, path[0]])
    assert not merkle.verify_consistency(old, size, rewritten, roots[1], path)
    assert not merkle.verify_consistency(size, old, *roots, path)


def test_every_tree_extends_the_empty_one_and_itself() -> None:
    root, empty = naive_root(LEAVES[:5]), merkle.empty_root()
    assert merkle.consistency_path(0, 5, read) == merkle.consistency_path(5, 5, read) == []
    assert merkle.verify_consistency(0, 5, empty, root, [])
    assert merkle.verify_consistency(5, 5, root, root, [])
    assert not merkle.verify_consistency(0, 5, root, root, [])
    assert not merkle.verify_consistency(5, 5, root, empty, [])


def test_another_implementation_computes_the_same_proofs() -> None:
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for leaf in LEAVES[:200]:
        tree.append_entry(leaf)
    for size in (1, 2, 3, 7, 8, 64, 65, 199, 200):
        root = merkle.root(size, read)
        assert tree.get_root(size) == root
        for index in {0, size // 2, size - 1}:
            theirs = tree.prove_inclusion(index + 1, size)
            assert theirs.path[1:] == merkle.inclusion_path(index, size, read)
        for old in range(1, size):
            proof = tree.prove_consistency(old, size)
            pymerkle.verify_consistency(merkle.root(old, read), root, proof)
            # Its walk differs from the RFC's where the old tree ends with a complete subtree.
            if proof.subset[0]:
                assert proof.path == merkle.consistency_path(old, size, read)

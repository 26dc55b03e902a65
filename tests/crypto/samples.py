"""Strategies of the crypto tests."""

from hypothesis import strategies as st

from telecom_privacy.crypto.binding import Binding
from telecom_privacy.scope import Role

keys = st.binary(min_size=32, max_size=32)

bindings = st.builds(
    Binding,
    kind=st.text(max_size=6),
    role=st.sampled_from(Role),
    client_id=st.uuids(),
    licence_id=st.uuids(),
    category=st.text(max_size=6),
    month=st.sampled_from(["", "2026-11", "2026-12"]),
    record_id=st.uuids(),
)

"""Composition of the `cryptography` library's primitives; nothing here invents one."""

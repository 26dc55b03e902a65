"""Client-side field level encryption as MongoDB ships it (libmongocrypt), keys held locally."""

import pymongocrypt
from pymongocrypt.binding import lib, libmongocrypt_version


def library_facts() -> str:
    """Version of libmongocrypt, and whether it has ciphers of its own.

    The packaged wheel holds the build without: it calls back into Python for every encryption,
    which makes it 2 to 7 times slower than a native one. Say so beside its figures.
    """
    native = "" if lib.mongocrypt_is_crypto_available() else "not "
    version = f"{libmongocrypt_version()} (pymongocrypt {pymongocrypt.__version__}"
    return f"{version}; {native}is_crypto_available)"

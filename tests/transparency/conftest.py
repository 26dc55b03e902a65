from tests.disclosure.conftest import desk

__all__ = ["desk"]

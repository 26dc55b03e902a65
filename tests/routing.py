"""Applications that are made quickly, because tests make many.

Werkzeug compiles two functions for each route of each application, which takes most of the time
that it takes to make one. They are the same for all applications whose routes are.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_compiled: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}


def compile_routes_once() -> None:
    """Let a route that was compiled once not be compiled again in this process."""
    compile_builder = Rule._compile_builder

    def compiled(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = (*rule._trace, append_unknown)
        if key not in _compiled:
            _compiled[key] = compile_builder(rule, append_unknown)
        return _compiled[key]

    Rule._compile_builder = compiled

"""The route table as tests walk it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from flask import Flask

from telecom_privacy.http.endpoint import Declaration, declaration_of

_AUTOMATIC = frozenset({"OPTIONS"})
_MISSING = {None: "unknown", "uuid:": str(UUID(int=7)), "int:": "7"}


@dataclass(frozen=True)
class Route:
    """A rule of the URL map with one of its methods."""

    method: str
    rule: str
    declaration: Declaration | None

    def path(self, **parts: str) -> str:
        """A path of this rule; parts that are not given get a name that nothing has."""

        def fill(match: re.Match[str]) -> str:
            return parts.get(match[2], _MISSING[match[1]])

        return re.sub(r"<(uuid:|int:)?(\w+)>", fill, self.rule)


def routes_of(app: Flask) -> Iterator[Route]:
    """Every route, HEAD included. OPTIONS is the framework's and tells methods only."""
    for rule in app.url_map.iter_rules():
        declaration = declaration_of(app.view_functions[rule.endpoint])
        for method in sorted((rule.methods or set()) - _AUTOMATIC):
            yield Route(method, rule.rule, declaration)

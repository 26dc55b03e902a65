"""The OpenAPI document: complete, consistent, and shown without anything from outside."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from telecom_privacy.http.endpoint import Declaration, declaration_of
from tests.builders import Api

_METHODS = {"get", "put", "post", "patch", "delete"}


@pytest.fixture(scope="module")
def document(api: Api) -> dict[str, Any]:
    answer = api.request("GET", "/openapi.json")
    assert answer.mimetype == "application/json"
    found: dict[str, Any] = answer.get_json()
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        assert set(item) <= _METHODS, path
        for method, operation in item.items():
            yield method, path, operation


def declared(app: Flask) -> dict[tuple[str, str], Declaration | None]:
    """Every route with its methods, as the document writes them."""
    return {
        (method.lower(), re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)): declaration_of(
            app.view_functions[rule.endpoint]
        )
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def values(node: Any, name: str) -> Iterator[Any]:
    """Every value of a property, wherever it is."""
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, dict) and isinstance(node.get(name), str):
        yield node[name]
    for part in parts:
        yield from values(part, name)


def test_it_is_openapi_3_1_of_this_version(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["info"]["title"] == "telecom_privacy"
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", document["info"]["version"])
    assert document["components"]["securitySchemes"]["apiKey"] == {
        "type": "http",
        "scheme": "bearer",
    }


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = list(values(document, "$ref"))
    assert len(references) > 50
    for reference in references:
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


def test_patterns_mean_the_same_to_javascript(document: dict[str, Any]) -> None:
    patterns = set(values(document, "pattern"))
    assert patterns
    assert not [one for one in patterns if re.search(r"\\[AZz]|\(\?P|\(\?[aiLmsux]", one)]


def test_every_route_is_in_it_with_its_roles_and_nothing_else(
    document: dict[str, Any], app: Flask
) -> None:
    described = {(method, path): found for method, path, found in operations(document)}
    routes = declared(app)
    assert described.keys() == routes.keys()
    for route, declaration in routes.items():
        roles = sorted(declaration.roles) if declaration else []
        assert described[route].get("x-roles", []) == roles, route
        secured = [{"apiKey": []}] if roles else None
        assert described[route].get("security") == secured, route


def test_every_operation_has_an_id_of_its_own_and_a_summary(document: dict[str, Any]) -> None:
    found = [operation for _, _, operation in operations(document)]
    ids = Counter(operation["operationId"] for operation in found)
    assert [name for name, count in ids.items() if count > 1] == []
    assert all(operation["summary"].endswith(".") for operation in found)


def test_every_part_of_a_path_is_a_parameter(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        named = [p["name"] for p in operation["parameters"] if p["in"] == "path"]
        assert sorted(named) == sorted(re.findall(r"{(\w+)}", path)), (method, path)
        for parameter in operation["parameters"]:
            assert parameter["in"] in {"path", "query", "header"}
            assert parameter["schema"]
            assert parameter.get("required", False) or parameter["in"] != "path"


def test_every_operation_says_how_it_answers_and_errors_are_problems(
    document: dict[str, Any],
) -> None:
    for method, path, operation in operations(document):
        answers = operation["responses"]
        assert any(status.startswith("2") for status in answers), (method, path)
        errors = {status for status in answers if status >= "4"}
        assert errors >= ({"401", "403"} if "security" in operation else {"503"}), (method, path)
        for status in errors:
            assert set(answers[status]["content"]) == {"application/problem+json"}
        assert all(answer["description"] for answer in answers.values())


def test_bodies_are_described(document: dict[str, Any], app: Flask) -> None:
    for method, path, operation in operations(document):
        declaration = declared(app)[method, path]
        assert declaration
        takes_body = bool(declaration.body or declaration.consumes)
        assert ("requestBody" in operation) == takes_body, (method, path)


def test_the_page_shows_every_operation_and_loads_nothing(
    api: Api, document: dict[str, Any]
) -> None:
    answer = api.request("GET", "/docs")
    assert answer.mimetype == "text/html"
    page = answer.text
    for _, path, operation in operations(document):
        assert path in page
        assert operation["summary"].replace("'", "&#39;") in page
    loaded = re.findall(r"""(?:src|href|action|data)\s*=\s*["']?([^"'\s>]+)""", page)
    assert set(loaded) == {"/openapi.json"}
    for marker in ("http://", "https://", "url(", "@import", "<script", "<link", "<iframe"):
        assert marker not in page

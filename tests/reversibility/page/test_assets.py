"""The page's own files, as far as they can be judged without a browser."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from importlib.resources import files

from telecom_privacy.reversibility import page

ASSETS = files(page).joinpath("assets")


class Markup(HTMLParser):
    """The elements of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripted = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] in ("script", "style"):
            self.scripted += data.strip()

    def values(self, *names: str) -> Iterable[str]:
        return [v for _, found in self.elements for n, v in found.items() if n in names and v]


def start_page() -> Markup:
    return Markup(ASSETS.joinpath("index.html").read_text("utf-8"))


def test_nothing_on_the_page_comes_from_elsewhere_or_acts_by_itself() -> None:
    markup = start_page()
    links = list(markup.values("src", "href", "action", "style"))
    handlers = [n for _, found in markup.elements for n in found if n.startswith("on")]
    [policy] = (
        found["content"]
        for tag, found in markup.elements
        if tag == "meta" and found.get("http-equiv") == "Content-Security-Policy"
    )

    assert all(re.fullmatch(r"#browse|index/[a-z]+\.(js|css)", link) for link in links)
    assert not handlers
    assert not markup.scripted
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'self' file:;")
    assert "unsafe" not in policy


def test_data_can_only_become_text() -> None:
    for asset in ASSETS.iterdir():
        code = asset.read_text("utf-8")
        for sink in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "://",
        ):
            assert sink not in code, (asset.name, sink)


def test_both_languages_say_everything() -> None:
    code = ASSETS.joinpath("texts.js").read_text("utf-8")
    french, english = code.split("\n  en: {\n")
    names = [
        set(re.findall(r"(?:^ {4}|, )([a-z_]+): \"", part, re.MULTILINE))
        for part in (french, english)
    ]

    assert names[0] == names[1]
    assert names[0] >= set(start_page().values("data-text"))


def test_what_is_to_be_entered_has_a_label() -> None:
    markup = start_page()
    labels = set(markup.values("for"))
    fields = {found["id"] for tag, found in markup.elements if tag in ("input", "select")}

    assert fields == labels
    assert len(list(markup.values("id"))) == len(set(markup.values("id")))

"""Elements of XML whose text may be anything."""

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from telecom_privacy.disclosure.package.formats import xml_text

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"

Element = ElementTree.Element


def element(name: str, content: str | Iterable[Element | None] = (), **attributes: str) -> Element:
    """Return an element with a text, or with those children that are there.

    Names have their prefixes, which `namespaces` declares on the root.
    """
    made = Element(name, attributes)
    if isinstance(content, str):
        made.text = xml_text(content)
    else:
        made.extend(child for child in content if child is not None)
    return made


def namespaces(root: Element, **prefixes: str) -> Element:
    for prefix, uri in prefixes.items():
        root.set(f"xmlns:{prefix}", uri)
    return root


def hole() -> Element:
    """Return an element whose place `around` finds: what is too long to be built goes there."""
    return element("hole")


def text(root: Element) -> bytes:
    """Return the element in UTF-8, without a declaration.

    A carriage return is written as a reference: readers make any other a line feed (XML 1.0
    section 2.11).
    """
    return ElementTree.tostring(root, encoding="unicode").replace("\r", "&#13;").encode()


def around(root: Element, content: Iterable[bytes], comment: str = "") -> Iterator[bytes]:
    """Yield the document with `content`, which is XML itself, in the place of the one `hole`.

    `comment` is ours, without two hyphens in a row; it stands in front.
    """
    before, _, after = text(root).partition(text(hole()))
    yield DECLARATION
    if comment:
        yield f"<!-- {comment} -->\n".encode()
    yield before
    yield from content
    yield after + b"\n"

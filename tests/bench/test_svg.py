"""Curves as pictures."""

from dataclasses import replace
from xml.etree import ElementTree

from telecom_privacy.bench.svg import picture
from tests.bench.runs import CURVE

_SVG = "{http://www.w3.org/2000/svg}"


def test_a_picture_is_well_formed_and_has_a_line_for_each_side():
    drawn = ElementTree.fromstring(picture(CURVE))  # noqa: S314 - our own
    assert drawn.tag == f"{_SVG}svg"
    assert len(drawn.findall(f"{_SVG}polyline")) == len(CURVE.lines)
    texts = {text.text for text in drawn.findall(f"{_SVG}text")}
    assert {CURVE.title, CURVE.x, CURVE.y, "A", "C", "10,000", "1,000,000"} <= texts


def test_more_is_further_right_and_higher_and_all_lies_inside():
    drawn = ElementTree.fromstring(picture(CURVE))  # noqa: S314 - our own
    line = drawn.findall(f"{_SVG}polyline")[0].attrib["points"]
    (x, y), (to_x, to_y) = [tuple(map(float, place.split(","))) for place in line.split()]
    assert 0 < x < to_x < 640
    assert 0 < to_y < y < 400


def test_a_picture_is_as_wide_as_its_longest_name_needs():
    long = replace(CURVE, lines={"x" * 60: next(iter(CURVE.lines.values()))})
    drawn = ElementTree.fromstring(picture(long))  # noqa: S314 - our own
    (name,) = [text for text in drawn.findall(f"{_SVG}text") if text.text == "x" * 60]
    width = float(drawn.attrib["viewBox"].split()[2])
    assert width - float(name.attrib["x"]) >= 60 * 7

"""Curves as SVG pictures: logarithmic axes, one line per side."""

from collections.abc import Callable, Iterator, Sequence
from math import ceil, floor, log10
from xml.sax.saxutils import escape

from telecom_privacy.bench.model import Curve, Points
from telecom_privacy.bench.tables import number

_WIDTH, _HEIGHT = 640, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 150, 40, 60
_LETTER = 7
"""A letter is no wider, in the mean of a name."""

_COLOURS = ("#0b62a4", "#c1440e", "#2e7d32", "#6a1b9a", "#8d6e00", "#37474f")  # readable on white

Position = Callable[[float], float]


def picture(curve: Curve) -> str:
    """Return an SVG document that needs no other file. All values are above 0."""
    points = [point for line in curve.lines.values() for point in line]
    low_x, high_x = _span([x for x, _ in points])
    low_y, high_y = _span([y for _, y in points])
    place_x = _scale(low_x, high_x, _LEFT, _WIDTH - _RIGHT)
    place_y = _scale(low_y, high_y, _HEIGHT - _BOTTOM, _TOP)
    width = _WIDTH - _RIGHT + max(_RIGHT, 20 + _LETTER * max(map(len, curve.lines)))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{_HEIGHT}" fill="white"/>',
        _text(_LEFT, _TOP - 18, curve.title, 'font-size="14"'),
        *_vertical_grid(place_x, low_x, high_x),
        *_horizontal_grid(place_y, low_y, high_y),
        _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 14, curve.x, 'text-anchor="middle"'),
        _text(16, _HEIGHT / 2, curve.y, f'text-anchor="middle" transform="{_turned()}"'),
        *_lines(curve, place_x, place_y),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _span(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten around all values, one apart at least."""
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return low, max(high, low + 1)


def _scale(low: int, high: int, start: float, end: float) -> Position:
    return lambda value: start + (log10(value) - low) / (high - low) * (end - start)


def _vertical_grid(place: Position, low: int, high: int) -> Iterator[str]:
    for power in range(low, high + 1):
        x = place(10.0**power)
        yield _rule(x, _TOP, x, _HEIGHT - _BOTTOM)
        yield _text(x, _HEIGHT - _BOTTOM + 18, number(10.0**power), 'text-anchor="middle"')


def _horizontal_grid(place: Position, low: int, high: int) -> Iterator[str]:
    for power in range(low, high + 1):
        y = place(10.0**power)
        yield _rule(_LEFT, y, _WIDTH - _RIGHT, y)
        yield _text(_LEFT - 6, y + 4, number(10.0**power), 'text-anchor="end"')


def _lines(curve: Curve, place_x: Position, place_y: Position) -> Iterator[str]:
    for place, (name, points) in enumerate(curve.lines.items()):
        colour = _COLOURS[place % len(_COLOURS)]
        yield _polyline([(place_x(x), place_y(y)) for x, y in points], colour)
        y = _TOP + 14 + 18 * place
        yield _text(_WIDTH - _RIGHT + 12, y, name, f'fill="{colour}"')


def _polyline(points: Points | list[tuple[float, float]], colour: str) -> str:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points)
    line = f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"/>'
    return f'{line}<g fill="{colour}">{dots}</g>'


def _rule(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<path d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" stroke="#ddd"/>'


def _turned() -> str:
    return f"rotate(-90 16 {_HEIGHT / 2})"


def _text(x: float, y: float, text: str, attributes: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {attributes}>{escape(text)}</text>'

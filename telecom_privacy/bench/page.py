"""The document of all figures: its tables and pictures are made, between markers, from runs."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from telecom_privacy.bench.model import Run
from telecom_privacy.bench.svg import picture
from telecom_privacy.bench.tables import circumstances, markdown_table
from telecom_privacy.errors import ConfigurationError

BEGIN = "<!-- begin of what ./scripts/bench report writes -->"
END = "<!-- end of what ./scripts/bench report writes -->"


def with_runs(page: str, runs: Sequence[Run]) -> str:
    """Return `page` with the text of `runs` between its markers.

    Raises `ConfigurationError` if it has none.
    """
    return between_markers(page, "".join(f"\n{part}\n" for run in runs for part in _parts(run)))


def between_markers(page: str, text: str) -> str:
    """Return `page` with `text` between its markers. Raises `ConfigurationError`."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ConfigurationError("the document has no markers for what is written into it")
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


def rewrite(page: Path, change: Callable[[str], str]) -> None:
    """Write what `change` makes of a page. Raises `ConfigurationError`."""
    try:
        page.write_text(change(page.read_text()))
    except OSError as error:
        raise ConfigurationError(f"{error.filename}: {error.strerror}") from error


def write_report(runs: Sequence[Run], page: Path) -> None:
    """Write the tables of `runs` into `page`, and their pictures into the directory beside it.

    Raises `ConfigurationError`.
    """
    pictures = page.with_suffix("")
    rewrite(page, lambda text: with_runs(text, runs))
    try:
        pictures.mkdir(exist_ok=True)
        for name, text in pictures_of(runs):
            (pictures / name).write_text(text)
    except OSError as error:
        raise ConfigurationError(f"{error.filename}: {error.strerror}") from error


def pictures_of(runs: Sequence[Run]) -> Iterator[tuple[str, str]]:
    """Yield the name and content of each picture."""
    for run in runs:
        for curve in run.outcome.curves:
            yield f"{curve.file}.svg", picture(curve)


def _parts(run: Run) -> Iterator[str]:
    yield f"## `bench {run.benchmark}`"
    for table in run.tables:
        yield f"### {table}"
        yield markdown_table([one for one in run.outcome.measurements if one.table == table])
    for curve in run.outcome.curves:
        yield f"![{curve.title}](performance/{curve.file}.svg)"
    if run.outcome.remarks:
        yield "\n".join(f"- {remark}" for remark in run.outcome.remarks)
    yield "Found with " + "; ".join(circumstances(run)) + "."

"""`./scripts/bench`: one benchmark, all of them, or the report of earlier runs."""

import argparse
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from telecom_privacy import serving
from telecom_privacy.bench.catalogue import BENCHMARKS
from telecom_privacy.bench.database import shared_server
from telecom_privacy.bench.machine import machine_facts
from telecom_privacy.bench.model import Benchmark, Plan, Run
from telecom_privacy.bench.page import write_report
from telecom_privacy.bench.results import read_run, write_run
from telecom_privacy.bench.show import print_run, say
from telecom_privacy.bench.simulation.tables import CALLS_A_DAY, simulated, write_scaling
from telecom_privacy.bench.sizes.benchmark import SIZES
from telecom_privacy.http.logs import configure_logging

_SEED = 20_261_123
_ROUNDS = 3
_SCALING = "scaling.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; returns 0. Ends the process with one line if an answer was wrong."""
    options = _parser().parse_args(arguments)
    configure_logging("ERROR")
    run: Callable[[argparse.Namespace], None] = options.run
    with serving.one_line_errors():
        run(options)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench", description="Measures what the promises cost.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    common = _common()
    for benchmark in BENCHMARKS:
        one = commands.add_parser(benchmark.name, help=benchmark.text, parents=[common])
        one.add_argument("--json", type=Path, metavar="FILE", help="write the run to a file, too")
        for own in benchmark.options:
            one.add_argument(f"--{own.name}", type=_numbers, metavar="N,...", help=own.text)
        one.set_defaults(run=partial(_run_one, benchmark))
    every = commands.add_parser("all", help="each, kept in files, and the report", parents=[common])
    every.set_defaults(run=_run_all)
    report = commands.add_parser("report", help="write runs into the document")
    report.add_argument("files", type=Path, nargs="*", metavar="FILE", help="else those kept")
    report.set_defaults(run=_report)
    simulate = commands.add_parser("simulate", help="what an operator of some size needs")
    simulate.add_argument(
        "--sizes", type=Path, metavar="FILE", help="a run of sizes; else the kept"
    )
    simulate.add_argument("--calls", type=_numbers, metavar="N,...", help="calls a day")
    simulate.set_defaults(run=_simulate)
    for one in (every, report, simulate):
        one.add_argument("--page", type=Path, default=Path("docs/performance.md"))
    return parser


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--quick", action="store_true", help="smallest sizes: figures mean nothing")
    common.add_argument("--seed", type=int, default=_SEED, help="of everything that is drawn")
    common.add_argument("--rounds", type=int, default=_ROUNDS, help="turns of each side")
    return common


def _run_one(benchmark: Benchmark, options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        run = _run(benchmark, options, Path(made))
    print_run(run)
    if options.json:
        write_run(run, options.json)


def _run_all(options: argparse.Namespace) -> None:
    """Every benchmark. Quick ones are not kept: they only show that all answers are right."""
    for benchmark in BENCHMARKS:
        options.json = None if options.quick else _kept(benchmark, options.page)
        _run_one(benchmark, options)
    if not options.quick:
        _write(_all_kept(options.page), options.page)


def _report(options: argparse.Namespace) -> None:
    _write(options.files or _all_kept(options.page), options.page)


def _write(paths: Sequence[Path], page: Path) -> None:
    """Write runs into the document, and what follows from sizes into the one beside it."""
    runs = [read_run(path) for path in paths]
    write_report(runs, page)
    for run in runs:
        if run.benchmark == SIZES.name:
            write_scaling(run, page.with_name(_SCALING))


def _simulate(options: argparse.Namespace) -> None:
    sizes = read_run(options.sizes or _kept(SIZES, options.page))
    print(simulated(sizes, options.calls or CALLS_A_DAY))


def _kept(benchmark: Benchmark, page: Path) -> Path:
    return page.with_suffix("") / f"{benchmark.name}.json"


def _all_kept(page: Path) -> list[Path]:
    """The runs kept beside the document, in the order of the catalogue."""
    return [path for one in BENCHMARKS if (path := _kept(one, page)).is_file()]


def _run(benchmark: Benchmark, options: argparse.Namespace, directory: Path) -> Run:
    rounds = 1 if options.quick else options.rounds
    with shared_server(directory) as settings:
        given = _given(benchmark, options)
        plan = Plan(settings, directory, options.seed, rounds, options.quick, say, given)
        facts = machine_facts(settings)
        return Run(benchmark.name, facts, options.seed, rounds, benchmark.run(plan))


def _given(benchmark: Benchmark, options: argparse.Namespace) -> Mapping[str, tuple[int, ...]]:
    """The benchmark's own options; those of all benchmarks at once have their defaults."""
    found = {own.name: getattr(options, own.name, None) for own in benchmark.options}
    return {name: numbers for name, numbers in found.items() if numbers}


def _numbers(text: str) -> tuple[int, ...]:
    """Raises `ValueError`, which the parser tells with the option's name."""
    numbers = tuple(int(part) for part in text.split(","))
    if min(numbers) < 1:
        raise ValueError(text)
    return numbers

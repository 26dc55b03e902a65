"""What a benchmark prints: its progress on the error output, its tables on the output."""

import sys

from telecom_privacy.bench.model import Run
from telecom_privacy.bench.tables import circumstances, terminal_table


def say(text: str) -> None:
    print(f"==> {text}", file=sys.stderr, flush=True)


def print_run(run: Run) -> None:
    print(f"bench {run.benchmark}")
    for line in circumstances(run):
        print(f"  {line}")
    for table in run.tables:
        print(f"\n{table}")
        print(terminal_table([one for one in run.outcome.measurements if one.table == table]))
    for remark in run.outcome.remarks:
        print(f"\n* {remark}")
    print(flush=True)

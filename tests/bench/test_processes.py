"""CPU time of processes that were started."""

import subprocess
import sys
import time

from telecom_privacy.bench.processes import machine_seconds, processor_seconds

_BUSY = "import time, sys\nwhile time.process_time() < 0.1: pass\nprint(); sys.stdin.read()"


def test_only_what_this_process_started_is_counted_and_only_by_its_name():
    command = [sys.executable, "-c", _BUSY, "marked-for-this-test"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert processor_seconds("marked-for-this-test") >= 0.09
        assert processor_seconds("marked-for-another-test") == 0
        child.communicate()
    assert processor_seconds("marked-for-this-test") == 0


def test_all_programs_of_the_machine_use_what_this_one_does_and_more():
    before, own = machine_seconds(), time.process_time()
    while time.process_time() - own < 0.1:
        pass
    assert machine_seconds() - before >= 0.05  # counted in hundredths, a little late

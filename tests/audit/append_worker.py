"""A worker process: appends to a shared log and prints every acknowledged index and name.

    python -m tests.audit.append_worker URI DATABASE PREFIX THREADS COUNT

Errors are retried under a new name, as a caller that never got its answer would.
"""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from telecom_privacy.audit.service import AuditLog
from telecom_privacy.errors import Unavailable
from tests.audit.builders import audit_log, connect, database, event


def main(uri: str, name: str, prefix: str, threads: int, count: int) -> None:
    with connect(uri) as client, ThreadPoolExecutor(threads) as pool:
        log = audit_log(database(client, name))
        each = count // threads
        for done in [
            pool.submit(append_all, log, f"{prefix}-{thread}", each) for thread in range(threads)
        ]:
            done.result()


def append_all(log: AuditLog, prefix: str, count: int) -> None:
    attempt = acknowledged = 0
    while acknowledged < count:
        attempt += 1
        name = f"{prefix}-{attempt}"
        try:
            [entry] = log.append([event(name)])
        except Unavailable:
            time.sleep(0.1)
            continue
        acknowledged += 1
        # One system call: text streams may lose lines between threads.
        os.write(sys.stdout.fileno(), f"{entry.index} {name}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))

"""Several processes with several threads share one log, and the database may die under them."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pymongo import MongoClient

from telecom_privacy.audit.repository import AuditRepository
from telecom_privacy.audit.service import AuditLog
from telecom_privacy.storage.embedded import EmbeddedServer
from telecom_privacy.storage.mongo import Document, MongoDatabase
from tests.audit.builders import audit_log, connect, database, events, names_in

PROJECT = Path(__file__).parents[2]
Acknowledged = list[tuple[int, str]]


def start_worker(
    uri: str, name: str, prefix: str, *, threads: int, count: int
) -> subprocess.Popen[str]:
    arguments = (uri, name, prefix, str(threads), str(count))
    return subprocess.Popen(
        [sys.executable, "-m", "tests.audit.append_worker", *arguments],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )


def acknowledged_by(worker: subprocess.Popen[str]) -> Acknowledged:
    """What the worker says from here on until it has ended."""
    assert worker.stdout is not None
    with worker.stdout:
        lines = worker.stdout.readlines()
    assert worker.wait() == 0
    return read_lines(lines)


def read_lines(lines: list[str]) -> Acknowledged:
    pairs = (line.split() for line in lines)
    return [(int(index), name) for index, name in pairs]


def assert_in_log(audit_database: MongoDatabase, acknowledged: list[Acknowledged]) -> list[str]:
    """Every acknowledged entry is where it was said to be, nothing is there twice."""
    names = names_in(audit_log(audit_database))
    assert len(set(names)) == len(names)
    for of_worker in acknowledged:
        for index, name in of_worker:
            assert names[index] == name
    return names


def test_processes_and_threads_append_without_fork_loss_or_duplicate(
    audit_client: MongoClient[Document], audit_database: MongoDatabase
) -> None:
    host, port = next(iter(audit_client.nodes))
    uri = f"mongodb://{host}:{port}/?replicaSet=secantus&retryWrites=false"
    workers = [
        start_worker(uri, audit_database.name, prefix, threads=8, count=400) for prefix in "abcd"
    ]
    acknowledged = [acknowledged_by(worker) for worker in workers]
    names = assert_in_log(audit_database, acknowledged)
    assert len(names) == sum(map(len, acknowledged)) == 1600


def test_threads_of_one_worker_keep_the_order_within_each_append(
    log: AuditLog, audit_database: MongoDatabase
) -> None:
    with ThreadPoolExecutor(16) as pool:
        appended = list(pool.map(lambda number: log.append(events(40, f"{number}-")), range(30)))
    assert_in_log(
        audit_database,
        [
            [(entry.index, f"{number}-{place}") for place, entry in enumerate(entries)]
            for number, entries in enumerate(appended)
        ],
    )
    for entries in appended:
        indexes = [entry.index for entry in entries]
        assert indexes == sorted(indexes)


def test_a_killed_database_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    with EmbeddedServer.start(tmp_path) as server, connect(server.uri) as client:
        audit_database = database(client, "audit")
        AuditRepository(audit_database).create_indexes()
        workers = [
            start_worker(server.uri, "audit", prefix, threads=6, count=600) for prefix in "ab"
        ]
        before: list[Acknowledged] = []
        for worker in workers:
            assert worker.stdout is not None
            before.append(read_lines([worker.stdout.readline() for _ in range(50)]))
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        acknowledged = [*before, *map(acknowledged_by, workers)]
        names = assert_in_log(audit_database, acknowledged)
        assert sum(map(len, acknowledged)) == 1200
        assert len(names) >= 1200

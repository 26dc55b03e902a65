"""Runs the command line, as a process and here; an installation to run it on."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from telecom_privacy import bootstrap, cli
from telecom_privacy.app import create_app
from telecom_privacy.audit.note import verifier_key
from telecom_privacy.settings import PREFIX, Settings
from tests.audit.builders import SIGNING_KEY
from tests.builders import Api, MovableClock, tone

COMMAND = Path(sys.executable).with_name("telecom-privacy")
OTHER_KEY = verifier_key(SIGNING_KEY.name, SIGNING_KEY.public_key)


@dataclass(frozen=True)
class Installation:
    """A data directory whose embedded database runs, and files that the service handed out."""

    data_dir: Path
    files: Path
    admin_key: str
    key: str

    def run(self, *arguments: object, **settings: object) -> subprocess.CompletedProcess[str]:
        return run(*arguments, DATA_DIR=self.data_dir, **settings)

    def file(self, name: str, content: object) -> Path:
        path = self.files / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def read(self, name: str) -> Any:
        return json.loads((self.files / name).read_text())


def run(*arguments: object, **settings: object) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if PREFIX not in name}
    environment |= {f"{PREFIX}{name}": str(value) for name, value in settings.items()}
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def run_here(*arguments: object, **settings: object) -> subprocess.CompletedProcess[str]:
    """As `run`, without the second that a process takes to start."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in [name for name in os.environ if PREFIX in name]:
            patch.delenv(name)
        for name, value in settings.items():
            patch.setenv(f"{PREFIX}{name}", str(value))
        patch.setattr(cli, "configure_logging", lambda _: None)
        try:
            status = cli.main([*map(str, arguments)])
        except SystemExit as ending:
            status = int(ending.code or 0)
    return subprocess.CompletedProcess([], status, out.getvalue(), err.getvalue())


def assert_refused(result: subprocess.CompletedProcess[str], *said: str) -> None:
    """One clear line on standard error, nothing on standard output, exit status 1."""
    last = result.stderr.splitlines()[-1]
    assert last.startswith("telecom-privacy: ")
    assert "Traceback" not in result.stderr
    assert all(words in last for words in said), result.stderr
    assert result.stdout == ""
    assert result.returncode == 1


def hand_in(installation: Installation, uri: str) -> None:
    """A hundred days ago a recorded call was handed in, and a checkpoint was kept."""
    names = ("DATA_DIR", "MONGODB_URI", "KEYSTORE_URI", "AUDIT_URI")
    values = (str(installation.data_dir), uri, uri, uri)
    environment = {f"{PREFIX}{name}": value for name, value in zip(names, values, strict=True)}
    clock = MovableClock()
    clock.advance(days=-100)
    services = bootstrap.build_services(Settings.from_environment(environment), clock)
    api = Api(create_app(services), services.accounts, clock)
    client = api.create_client()
    receipt = api.put_call(client, "call-1", api.call()).json
    assert api.put_recording(client, "call-1", tone(0.1)).status_code == 201
    checkpoint = api.request("GET", "/v1/audit/checkpoint").text
    query = {"leaf_index": receipt["leaf_index"], "tree_size": checkpoint.split("\n")[1]}
    installation.file("checkpoint", checkpoint)
    installation.file("receipt.json", receipt)
    proof = api.as_("platform", "GET", "/v1/audit/inclusion", query_string=query).json
    installation.file("proof.json", proof)
    services.sweeps.run("test", lambda _: clock.advance(milliseconds=1))
    api.as_client(client, "DELETE", f"/v1/clients/{client}/calls/call-1/recording")
    api.put_call(client, "call-2", api.call())
    assert api.put_recording(client, "call-2", tone(0.1)).status_code == 201
    clock.advance(minutes=1)
    services.sweeps.run("test", lambda _: clock.advance(milliseconds=1))
    installation.file("certificate.json", api.as_("dpo", "GET", "/v1/erasures").json["items"][0])
    services.databases.close()

"""The README's walk-through works as it is printed there."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from telecom_privacy.demo.process import Command, ServiceProcess, free_port, program
from telecom_privacy.settings import default_config_dir

ROOT = Path(__file__).parents[2]


def _walkthrough(data_dir: Path, port: int) -> str:
    """The README's commands, for a service at another place."""
    text = (ROOT / "README.md").read_text()
    found = re.search(r"^```bash\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found
    places = {
        "http://127.0.0.1:8000": f"http://127.0.0.1:{port}",
        "var/": f"{data_dir}/",
        ".venv/bin/telecom-privacy": program(),
        "telecom_privacy/demo/": f"{ROOT}/telecom_privacy/demo/",
    }
    commands = found[1]
    for printed, here in places.items():
        assert printed in commands
        commands = commands.replace(printed, here)
    return commands


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_walkthrough_of_the_readme_works(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir(mode=0o700)
    command = Command(data_dir, default_config_dir(), "127.0.0.1", free_port())
    with ServiceProcess(command):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", _walkthrough(data_dir, command.port)],
            cwd=tmp_path,
            env=command.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"from":"+33639980001"' in done.stdout
    assert "the same, byte for byte" in done.stdout
    assert "refused, as it should be" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("valid: record ")

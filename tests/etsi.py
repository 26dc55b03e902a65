"""The schemas that ETSI publishes, and what judges by them."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.programs import program

_WHEELS = Path(sys.prefix) / "etsi-schemas"
_SPECIFICATIONS = "tclivalidator/data/spec"
_XML_NAMES = {
    "TS_103_280": "http://uri.etsi.org/03280/common/2017/07",
    "ts_103120_Dictionaries": "http://uri.etsi.org/03280/common/2019/10/Dictionaries",
    "ts_103120_Common": "http://uri.etsi.org/03120/common/2016/02/Common",
    "ts_103120_Config": "http://uri.etsi.org/03120/common/2024/06/Config",
    "ts_103120_Core": "http://uri.etsi.org/03120/common/2019/10/Core",
    "ts_103120_Task": "http://uri.etsi.org/03120/common/2020/09/Task",
    "ts_103120_Document": "http://uri.etsi.org/03120/common/2020/09/Document",
    "ts_103120_Delivery": "http://uri.etsi.org/03120/common/2019/10/Delivery",
    "xmldsig": "http://www.w3.org/2000/09/xmldsig#",
}
_SIGNATURE = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
  targetNamespace="http://www.w3.org/2000/09/xmldsig#"><xs:element name="Signature"/></xs:schema>"""


def unpacked(folder: Path) -> Path:
    """Unpack the schemas; where they were not fetched the test is skipped, but never in CI."""
    wheels = list(_WHEELS.glob("*.whl"))
    if not wheels and not os.environ.get("CI"):
        pytest.skip("the schemas of ETSI were not fetched (scripts/test)")
    assert wheels, f"no schemas of ETSI in {_WHEELS}"
    with zipfile.ZipFile(wheels[0]) as wheel:
        wheel.extractall(folder)
    return folder / _SPECIFICATIONS


def xml_faults(specifications: Path, message: Path) -> str:
    """Return what `xmllint` says of a message of TS 103 120; nothing where it is valid."""
    schema = specifications / "103120/1.17.1/xsd"
    (schema / "xmldsig.xsd").write_text(_SIGNATURE)
    imports = "".join(
        f'<xs:import namespace="{uri}" schemaLocation="{name}.xsd"/>'
        for name, uri in _XML_NAMES.items()
    )
    whole = schema / "all.xsd"
    whole.write_text(
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    )
    command = [program("xmllint"), "--nonet", "--noout", "--schema", str(whole), str(message)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stderr


def json_faults(specifications: Path, response: Any, records: Any) -> list[str]:
    """Return what is wrong with a response of TS 103 705 under the provider's `records` schema."""
    folder = specifications / "103705/1.1.1/json"
    names = ("response", "etsi_types", "TS_103_280")
    core, *others = [json.loads((folder / f"{name}.schema.json").read_text()) for name in names]
    resources = [Resource.from_contents(one) for one in (core, *others, records)]
    registry = Registry().with_resources((one.id() or "", one) for one in resources)
    validator = Draft202012Validator(core, registry=registry)
    return [fault.message for fault in validator.iter_errors(response)]

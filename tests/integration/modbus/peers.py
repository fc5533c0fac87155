"""What the tests with foreign Modbus peers share."""
import json
import pathlib
import shutil
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from programs import (PATIENCE_S, Program, check, settled, skip,  # noqa: E402,F401
                      write_secrets)


def need_judges():
    missing = [name for name in ("mbpoll", "node", "tshark", "text2pcap") if not shutil.which(name)]
    probe = subprocess.run([sys.executable, "-c", "import pymodbus.client"], capture_output=True)
    missing += ["python3-pymodbus"] if probe.returncode else []
    if missing:
        skip(*missing)


def modbus_serial(build, *arguments):
    """What serial_peer.js says; the npm packages are fetched once into the build folder."""
    here = pathlib.Path(__file__).parents[1]
    code, said = run(here / "npm_run", build, "modbus", "serial_peer.js", *arguments)
    if code == 77:
        skip("modbus-serial (npm)")
    check(code == 0, "modbus-serial:", said)
    return json.loads(said)


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=120)
    remarks = [row for row in done.stderr.splitlines() if not row.startswith("Running as user")]
    return done.returncode, done.stdout + "\n".join(remarks)

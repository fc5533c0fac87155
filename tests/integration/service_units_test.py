"""The systemd units of deploy/: what a person must mend is not started again and again, the daemons
take the arguments that the units give them, and systemd itself finds nothing wrong.

    service_units_test.py TALLYD TALLY_BRIDGE REPOSITORY

Without systemd-analyze on this machine the last part is left out, and that is said.
"""
import configparser
import pathlib
import shutil
import subprocess
import sys
import tempfile

from programs import check

TALLYD, BRIDGE, REPOSITORY = sys.argv[1:4]
UNITS = {"tallyd.service": TALLYD, "tally-bridge.service": BRIDGE}
BROKEN_CONFIG, BROKEN_DATA = 2, 6


def read(path):
    unit = configparser.RawConfigParser(strict=False)  # A key may stand twice.
    unit.optionxform = str
    unit.read_string(path.read_text(encoding="utf-8"))
    return unit


def restarts_only_what_that_mends(unit, name):
    service = unit["Service"]
    check(service["Restart"] == "on-failure", name, service["Restart"])
    never = {int(code) for code in service["RestartPreventExitStatus"].split()}
    check(never == {BROKEN_CONFIG, BROKEN_DATA}, name, never)
    # RestartPreventExitStatus= is asked of the main process only (systemd.service(5)).
    check("ExecStartPre" not in service, name, "a failing ExecStartPre= is tried again for ever")


def takes_its_arguments(unit, program, folder):
    """Up to the config file, which is not there: that is what it must say, with the code that stops it."""
    installed, *arguments = unit["Service"]["ExecStart"].split()
    check(pathlib.Path(installed).name == pathlib.Path(program).name, installed)
    config = next(word for word in arguments if word.endswith(".toml"))
    here = str(folder / pathlib.Path(config).name)
    done = subprocess.run([program] + [here if word == config else word for word in arguments],
                          capture_output=True, text=True, timeout=60, check=False)
    check(done.returncode == BROKEN_CONFIG and here in done.stderr, done.returncode, done.stderr)


def systemd_agrees(path, program, folder):
    copy = folder / path.name
    copy.write_text(path.read_text(encoding="utf-8").replace(f"/usr/bin/{pathlib.Path(program).name}",
                                                             program), encoding="utf-8")
    for words in (["verify", "--man=no", str(copy)],
                  ["security", "--offline=true", "--threshold=20", str(copy)]):
        done = subprocess.run(["systemd-analyze", *words], capture_output=True, text=True,
                              timeout=120, check=False)
        check(done.returncode == 0, *words, done.stdout[-2_000:], done.stderr)


def main():
    is_systemd_here = shutil.which("systemd-analyze") is not None
    with tempfile.TemporaryDirectory() as scratch:
        for name, program in UNITS.items():
            path = pathlib.Path(REPOSITORY, "deploy/systemd", name)
            unit = read(path)
            restarts_only_what_that_mends(unit, name)
            takes_its_arguments(unit, program, pathlib.Path(scratch))
            if is_systemd_here:
                systemd_agrees(path, program, pathlib.Path(scratch))
    print("the units stop where a person must look"
          + ("; systemd finds nothing wrong" if is_systemd_here else
             "; no systemd-analyze here, so nobody but this test has read them"))


main()

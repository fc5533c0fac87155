"""Goods to station with a vehicle of another maker: an order is added with `tally`, and tallyd has a
VirtualAgvAdapter of npm vda-5050-lib bring the carrier of its slot to the packing station over a
mosquitto, wait there for the pick, and bring it back.

    station_test.py BUILD_FOLDER TALLYD TALLY SOURCE_FOLDER

Exit code 77 (skipped) only if mosquitto or the packages are not to be had, and never where nothing
may be skipped.
"""
import json
import pathlib
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from programs import (EDGE_HEAD, Box, Program, check, free_port, mosquitto, need,  # noqa: E402
                      settled, write_broker, write_secrets)

BUILD, TALLYD, TALLY, SOURCE = sys.argv[1:5]

SITE = """
[site]
id = "pudong"
own_prefixes = ["0614141"]
floor_file = "floor.toml"
fleet_master = "back"
[[edge]]
id = "back"
serial_range = 3
""" + "".join(f'[[place]]\nid = "{place}"\nedge = "back"\n' for place in ("A-3", "packing"))

EDGE = EDGE_HEAD + """[fleet]
carriers = ["A-3"]
%s
[[vehicle]]
id = "v1"
maker = "siemens"
serial = "v1"
way = "station"
start = "a0c0"
"""


def write_files(folder, port, more):
    (folder / "site.toml").write_text(SITE)
    floor = pathlib.Path(SOURCE, "deploy/example/floor.toml").read_text()
    (folder / "floor.toml").write_text(floor)
    (folder / "back.toml").write_text(EDGE % (port, more))
    (folder / "items.csv").write_text("sku,tracking\nRICE,by_count\n")
    (folder / "counted.csv").write_text("place,sku,units\nA-3,RICE,10\n")
    write_secrets(folder)


class Floor(Box):
    def __init__(self, folder):
        super().__init__(TALLY, folder, "back")
        self.log = folder / "tallyd.log"

    def do(self, *words):
        code, answer, said = self.ask(*words)
        check(code == 0, words, said)
        return answer.get("data", {})

    def until(self, holds, *what):
        check(settled(holds), "waited in vain for", *what, "\n",
              json.dumps(self.rows("mission", "ls"), indent=1), self.log.read_text()[-3000:])

    def pick(self):
        """The mission that fetches the carrier; none: nothing."""
        rows = [row for row in self.rows("mission", "ls") if row["kind"] == "pick"]
        return rows[0] if rows else {}

    def at(self, state, place):
        row = self.pick()
        check(row.get("state") != "stranded", row)
        return row.get("state") == state and row.get("place") == place


def brought(floor):
    """The whole way: picked up, put down, picked from, picked up, put back."""
    floor.do("master", "import", floor.folder / "items.csv")
    floor.do("opening", "book", floor.folder / "counted.csv", "--document", "list 1")
    floor.until(lambda: [row["phase"] for row in floor.rows("agv", "ls")] == ["idle"],
                "the vehicle to be heard")
    floor.do("order", "add", "--order", "W1", "--line", "RICE:2")
    floor.until(lambda: floor.at("waiting", "packing"), "the carrier at the station")
    task = floor.rows("task", "ls", "--kind", "pick")[0]["id"]
    floor.do("task", "take", task)
    floor.do("task", "scan", task, "RICE", "--units", 2, "--place", "packing")
    floor.until(lambda: floor.at("acting", "A-3"), "the carrier at its slot")
    floor.until(lambda: floor.pick().get("state", "done") == "done", "the mission to end")
    check(floor.do("order", "show", "W1")["stage"] == "picked", floor.do("order", "show", "W1"))


def refused(floor):
    """A word that this maker does not know: the mission strands with the vehicle's reason."""
    floor.do("master", "import", floor.folder / "items.csv")
    floor.do("opening", "book", floor.folder / "counted.csv", "--document", "list 1")
    floor.do("order", "add", "--order", "W1", "--line", "RICE:2")
    floor.until(lambda: floor.pick().get("state") == "stranded", "a refusal")
    check("actionParameter" in floor.pick()["text"], floor.pick())


def run(part, more):
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_broker(folder, port)
        write_files(folder, port, more)
        with open(folder / "tallyd.log", "w", encoding="utf-8") as log, \
                open(folder / "others.log", "w", encoding="utf-8") as others, \
                Program(mosquitto(), "-c", folder / "mosquitto.conf", log=others), \
                Program(pathlib.Path(SOURCE, "tests/integration/npm_run"), BUILD, "vda5050_lib",
                        "vehicles.js", f"mqtt://127.0.0.1:{port}", "v1@a0c0,0,0,floor",
                        log=others) as vehicle:
            said = vehicle.child.stdout.readline()
            if not said and vehicle.child.wait(60) == 77:
                sys.exit(77)
            check(json.loads(said) == {"ready": 1}, said, (folder / "others.log").read_text())
            with Program(TALLYD, "--config", folder / "back.toml", log=log):
                floor = Floor(folder)
                floor.folder = folder
                floor.until(lambda: floor.ask("agv", "ls")[0] in (0, 7), "tallyd")
                part(floor)


need("mosquitto", "node", "npm")
run(brought, "")
run(refused, 'load_type = "KLT"')

"""Refills, transfers and scans over real sockets: tallyd sends emulated vehicles over a mosquitto,
people scan with `tally`, and a reader on a vehicle speaks LLRP.

    missions_test.py TALLY_EMUL TALLYD TALLY SOURCE_FOLDER

Exit code 77 (skipped) only if mosquitto is not installed, and never where nothing may be skipped.
"""
import json
import pathlib
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from programs import (EDGE_HEAD, Box, Program, check, free_port, mosquitto, need,  # noqa: E402
                      settled, write_broker, write_secrets)

EMUL, TALLYD, TALLY, SOURCE = sys.argv[1:5]
HERE, GONE, ASTRAY = (f"3074257BF7194E40000000{n:02X}" for n in (1, 2, 3))  # SGTIN-96 of TEA

SITE = """
[site]
id = "pudong"
own_prefixes = ["0614141"]
floor_file = "floor.toml"
fleet_master = "back"
[[edge]]
id = "back"
[[edge]]
id = "shop"
[[place]]
id = "shop.floor"
edge = "shop"
[[gate]]
id = "dock"
edge = "back"
outer = "SUPPLIER"
inner = "back.hall"
reader = "dock-reader"
antennas = [{port = 1, side = "outer"}, {port = 2, side = "inner"}]
[[gate]]
id = "door"
edge = "back"
outer = "back.hall"
inner = "shop.floor"
reader = "door-reader"
antennas = [{port = 1, side = "outer"}, {port = 2, side = "inner"}]
""" + "".join(f'[[place]]\nid = "{place}"\nedge = "back"\n'
              for place in ("back.hall", "cart.v1", "cart.v2", "A-5", "B-3", "B-9", "D-2"))

EDGE = EDGE_HEAD + """[fleet]
scan_dwell_s = 3
"""

VEHICLE = """
[[vehicle]]
id = "%s"
maker = "tally"
serial = "%s"
way = "cart"
cart = "cart.%s"
start = "%s"
%s
"""

ITEMS = """sku,gtin,name,tracking
TEA,80614141123458,Tea 500 g,by_item
RICE,06141410000014,Rice 5 kg,by_count

place,sku,min,max
D-2,RICE,2,6
"""

HALL = '\n[[stop]]\nid = "back.hall"\nkind = "door"\naisle = 2\ny_mm = 12000\n'
NODES = {"v1": ("a0c0", 0, 0), "v2": ("a1c0", 4, 0)}


class Yard(Box):
    """A floor manager with `tally`, and what is really so."""

    def __init__(self, emul, folder):
        super().__init__(TALLY, folder, "back")
        self.emul, self.log = emul, folder / "tallyd.log"

    def do(self, *words):
        code, answer, said = self.ask(*words)
        check(code == 0, words, said)
        return answer.get("data", {})

    def until(self, holds, *what):
        check(settled(holds), "waited in vain for", *what, "\n",
              json.dumps(self.rows("mission", "ls"), indent=1), self.log.read_text()[-3000:])

    def stock(self):
        return {(row["place"], row["sku"]): row["qty_milli"] // 1000
                for row in self.rows("stock", "ls") if row["qty_milli"]}

    def tasks(self, kind):
        return {row["id"]: row for row in self.rows("task", "ls", "--kind", kind)}

    def task(self, kind):
        self.until(lambda: self.tasks(kind), "a task to", kind)
        return next(iter(self.tasks(kind)))

    def waiting(self, kind):
        """The place where the vehicle of a mission of this kind waits for somebody."""
        return [row["place"] for row in self.rows("mission", "ls")
                if row["kind"] == kind and row["state"] == "waiting"]

    def truth(self, agv):
        words = self.emul.tell(verb="agv_truth", agv=agv).split()
        return dict(word.split("=", 1) for word in words)


def carried(yard, kind, units, start, goal):
    """What a task of this kind asks for rides there on a cart: scanned onto it, scanned off it."""
    task = yard.task(kind)
    yard.until(lambda: yard.waiting(kind) == [start], "a cart at", start)
    cart = next("cart." + row["vehicle"] for row in yard.rows("mission", "ls")
                if row["kind"] == kind and row["state"] == "waiting")
    yard.do("task", "take", task)
    yard.do("task", "scan", task, "RICE", "--units", units, "--place", cart)
    check(yard.stock()[cart, "RICE"] == units, yard.stock())
    yard.until(lambda: yard.waiting(kind) == [goal], "the cart at", goal)
    yard.do("task", "scan", task, "RICE", "--units", units, "--place", goal)
    yard.until(lambda: not yard.waiting(kind), "the cart to go on")
    if kind != "transfer":  # That one ends by what the ledger says of its goods.
        yard.do("task", "done", task)
    yard.until(lambda: task not in yard.tasks(kind), "the task to end")


def refilled(yard):
    """A slot below its minimum is refilled from where the goods stand."""
    carried(yard, "replenish", 6, "A-5", "D-2")
    check(yard.stock()["D-2", "RICE"] == 6, yard.stock())


def transferred(yard):
    """To a gate: put down before it."""
    yard.do("mission", "transfer", "RICE", "door", "--from", "A-5", "--units", 4)
    carried(yard, "transfer", 4, "A-5", "back.hall")
    check(yard.stock()["back.hall", "RICE"] == 4, yard.stock())


def scanned(yard):
    """One unit is heard where it stands, one is not there, one stands where nobody has it."""
    yard.do("mission", "scan", "B-*")
    stands = {"B-3": (4.0, 3.0, [HERE]), "B-9": (4.0, 9.0, [ASTRAY])}

    def passes():
        at = yard.truth("v2")
        for x, y, tags in stands.values():
            if abs(float(at["x"]) - x) < 1.5 and abs(float(at["y"]) - y) < 1.5:
                for tag in tags:
                    yard.emul.tell(reader="mast", verb="tag_seen", epc=tag, antenna=1, rssi_dbm=-50)
        return any(event["type"] == "sighted" and event["by"] == "device:mast"
                   for event in yard.do("item", "trace", ASTRAY)["events"]) and yard.tasks("count")

    before = yard.stock()
    yard.until(passes, "what the vehicle has heard and missed")
    check(yard.stock() == before, "a scan has booked", before, yard.stock())
    heard = [event for event in yard.do("item", "trace", HERE)["events"] if event["type"] == "sighted"]
    check(heard and heard[-1]["evidence"]["place"] == "B-3", heard)
    check(any(row["item"] == ASTRAY for row in yard.rows("anomaly", "ls")),
          "nobody wonders about", ASTRAY)
    check(not any(event["by"] == "device:mast" for event in yard.do("item", "trace", GONE)["events"]),
          "a tag that nobody said was heard")
    check(any(row["to"] == "B-3" for row in yard.tasks("count").values()), yard.tasks("count"))


def come_in(yard):
    """Tea through the dock and to its slots, rice by the counted list."""
    for tag in (HERE, GONE, ASTRAY):
        yard.emul.tell(verb="unit", epc=tag, place="SUPPLIER")
    yard.emul.tell(verb="walk", units=[HERE, GONE, ASTRAY], gate="dock", way="in")
    yard.until(lambda: yard.stock().get(("back.hall", "TEA")) == 3, "three units through the dock")
    for tag, place in ((HERE, "B-3"), (GONE, "B-3"), (ASTRAY, "D-2")):
        yard.do("item", "correct", tag, "--place", place, "--reason", "put there")


def write_files(folder, broker, readers):
    (folder / "site.toml").write_text(SITE)
    floor = pathlib.Path(SOURCE, "deploy/example/floor.toml").read_text()
    (folder / "floor.toml").write_text(floor + HALL)
    devices = "".join(f'[[reader]]\nid = "{name}"\nhost = "127.0.0.1"\nport = {port}\n'
                      for name, port in readers.items())
    vehicles = "".join(VEHICLE % (agv, agv, agv, node[0], 'carries = "mast"' if agv == "v2" else "")
                       for agv, node in NODES.items())
    (folder / "back.toml").write_text(EDGE % broker + devices + vehicles)
    (folder / "items.csv").write_text(ITEMS)
    (folder / "counted.csv").write_text("place,sku,units\nA-5,RICE,12\n")
    write_secrets(folder)
    write_broker(folder, broker)


def main():
    need("mosquitto")
    port = free_port()
    words = ["--broker", f"127.0.0.1:{port}", "--reader", "dock-reader", "--reader", "door-reader",
             "--reader", "mast", "--stdin", "--quiet"]
    for agv, (node, x, y) in NODES.items():
        words += ["--agv", f"{agv}@{node},{x},{y}"]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_broker(folder, port)
        with open(folder / "tallyd.log", "w", encoding="utf-8") as log, \
                open(folder / "others.log", "w", encoding="utf-8") as others, \
                Program(mosquitto(), "-c", folder / "mosquitto.conf", log=others), \
                Program(EMUL, *words, log=others) as emul:
            write_files(folder, port, emul.line()["readers"])
            for gate, outside, inside in (("dock", "SUPPLIER", "back.hall"),
                                          ("door", "back.hall", "shop.floor")):
                emul.tell(verb="gate", gate=gate, reader=f"{gate}-reader", outside=outside,
                          inside=inside)
            with Program(TALLYD, "--config", folder / "back.toml", log=log):
                yard = Yard(emul, folder)
                yard.until(lambda: [row["phase"] for row in yard.rows("agv", "ls")] == ["idle"] * 2,
                           "vehicles to be heard")
                yard.do("master", "import", folder / "items.csv")
                yard.do("opening", "book", folder / "counted.csv", "--document", "list 1")
                for name, part in (("come in", come_in), ("refilled", refilled),
                                   ("transferred", transferred), ("scanned", scanned)):
                    began = time.monotonic()
                    part(yard)
                    print(f"{name}: {time.monotonic() - began:.0f} s")
                code, _, said = yard.ask("stock", "verify")
                check(code == 0, said)


main()

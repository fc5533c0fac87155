"""Eight vehicles pick thirty orders, while an aisle is closed and a vehicle dies.

    fleet_demo.py PROGRAMS [--seed N] [--orders N]

tallyd, tally-bridge, tally-emul and mosquitto on loopback; the persons at slots and stations are
this script: they wait until a cart stands before them, scan what they lay on it or take off it, pack
what is complete and hand it to a carrier. At the end the books of edge and bridge are compared with
what the persons really did, and what was driven stands beside what warehouses drive today. Exit code
0 only if every order was handed over, and each unit is where both books say.
"""
import argparse
import json
import math
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

TOKEN = "0123456789abcdef0123"
AISLES, SPACING_M, BLOCK_M, ROW = 6, 4.0, 12.0, 22
CELL_M = 1.0             # between the nodes that the fleet lays along a lane
SKUS, UNITS_A_SLOT = 40, 6
STATIONS = {"pack.1": (0, 0), "pack.2": (5, 0), "pack.3": (0, 24_000), "pack.4": (5, 24_000)}
STARTS = ["a0c1", "a1c1", "a2c1", "a3c1", "a4c1", "a5c1", "a1c0", "a4c2"]
SPEED_M_S = 1.2          # of the emulated vehicles
PICK_S, WALK_S = 3.0, 4.0  # of a person: to scan a unit, to come to a cart
PICKS_MAX = 12
UNIT_G, BOX_G = 500, 120
PICKED = ("picked", "packed", "handed_over")
LIMIT_S = 1_500


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def say(who, text):
    print(f"{time.monotonic() - BEGAN:6.0f} s  {who:<8} {text}", flush=True)


def epc_of(sku, serial):
    """SGTIN-96 of company 0614141, item reference 8 and five digits: and its GTIN."""
    reference = 800_000 + sku
    digits = f"80614141{sku:05d}"
    check = -sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(digits)) % 10
    value = 0x30
    for width, part in ((3, 3), (3, 5), (24, 614_141), (20, reference), (38, serial)):
        value = value << width | part
    return f"{value:024X}", f"{digits}{check}"


class Program:
    """A child that is ended with the block."""

    def __init__(self, *command, log):
        self.log = open(log, "a", encoding="utf-8")
        self.child = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, stderr=self.log, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.terminate()
        try:
            self.child.wait(20)
        except subprocess.TimeoutExpired:
            self.child.kill()
        self.log.close()

    def line(self):
        return json.loads(self.child.stdout.readline())

    def tell(self, **verb):
        self.child.stdin.write(json.dumps(verb) + "\n")
        self.child.stdin.flush()
        answer = self.line()
        if not answer.get("ok"):
            raise RuntimeError(f"tally-emul: {answer}")
        return answer["answer"]


class Box:
    """The operators' API of a box, as its own command line uses it."""

    def __init__(self, folder, name, programs):
        self.port_file = folder / f"{name}.port"
        self.words = [programs / "tally", "--api-port-file", self.port_file, "--token-file",
                      folder / "token"]

    def run(self, *words):
        done = subprocess.run([str(word) for word in [*self.words, *words]],
                              capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def ask(self, method, target, body=None):
        url = f"http://127.0.0.1:{self.port_file.read_text().strip()}{target}"
        head = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": uuid.uuid4().hex}
        data = None if body is None else json.dumps(body).encode()
        try:
            request = urllib.request.Request(url, data, head, method=method)
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return json.loads(error.read())

    def rows(self, target):
        answer = self.ask("GET", target)
        return answer["data"]["rows"] if "data" in answer else []

    def until_up(self):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if "data" in self.ask("GET", "/v1/status"):
                    return
            except (OSError, ValueError):
                pass
            time.sleep(0.2)
        raise RuntimeError(f"{self.port_file.name} does not come up")


class Goods:
    """What there is, what is ordered, and where persons have really put each unit."""

    def __init__(self, chance, orders):
        slots = [f"{row}-{at}" for row in "ABCDEF"[:AISLES] for at in range(1, ROW + 1)]
        self.slot_of = dict(enumerate(chance.sample(slots, SKUS), 1))
        self.place_of, self.sku_of, self.gtin_of = {}, {}, {}
        for sku in self.slot_of:
            for serial in range(1, UNITS_A_SLOT + 1):
                epc, gtin = epc_of(sku, serial)
                self.place_of[epc] = self.slot_of[sku]
                self.sku_of[epc] = f"sku-{sku}"
                self.gtin_of[f"sku-{sku}"] = gtin
        left = dict.fromkeys(self.slot_of, UNITS_A_SLOT)
        self.orders = {}
        for number in range(1, orders + 1):
            open_skus = [sku for sku in left if left[sku] > 0]
            lines = {}
            for sku in chance.sample(open_skus, min(len(open_skus), chance.randint(1, 4))):
                lines[sku] = min(left[sku], chance.choice([1, 1, 1, 2]))
                left[sku] -= lines[sku]
            self.orders[f"W-{1_000 + number}"] = lines

    def at(self, place, sku=None):
        return sorted(epc for epc, where in self.place_of.items()
                      if where == place and sku in (None, self.sku_of[epc]))

    def units_ordered(self):
        return sum(sum(lines.values()) for lines in self.orders.values())

    def picks(self):
        """order,place, a line a pick."""
        return "order,place\n" + "".join(
            f"{order},{self.slot_of[sku]}\n" for order, lines in self.orders.items()
            for sku in lines)

    def places(self):
        return [*self.slot_of.values(), *STATIONS, *(f"cart.v{i}" for i in range(1, 9))]


def write_files(folder, goods, broker):
    floor = f"[floor]\naisles = {AISLES}\nspacing_mm = {SPACING_M * 1000:.0f}\n"
    floor += "".join(f'[[block]]\nid = "{name}"\nlength_mm = {BLOCK_M * 1000:.0f}\n'
                     for name in ("front", "back"))
    floor += "".join(f'[[row]]\nid = "{row}"\naisle = {i}\nfirst_mm = 1000\nstep_mm = 1000\n'
                     f'count = {ROW}\n' for i, row in enumerate("ABCDEF"[:AISLES]))
    stops = [(place, "station", *at) for place, at in STATIONS.items()]
    stops += [("charger.1", "charger", 2, 24_000), ("charger.2", "charger", 3, 0)]
    floor += "".join(f'[[stop]]\nid = "{place}"\nkind = "{kind}"\naisle = {aisle}\ny_mm = {y}\n'
                     for place, kind, aisle, y in stops)
    site = ('[site]\nid = "pudong"\nown_prefixes = ["0614141"]\nfloor_file = "floor.toml"\n'
            'fleet_master = "back"\n[[edge]]\nid = "back"\nserial_range = 3\n')
    site += "".join(f'[[place]]\nid = "{place}"\nedge = "back"\n' for place in goods.places())
    common = 'site_file = "site.toml"\n[broker]\nhost = "127.0.0.1"\nport = %d\n' % broker
    edge = common + '[edge]\nid = "back"\ndatabase = "back.db"\n'
    edge += '[api]\nport_file = "back.port"\ntoken_file = "tokens.toml"\n'
    edge += f'[fleet]\nlost_after_s = 35\npicks_max = {PICKS_MAX}\n'
    edge += "".join(f'[[vehicle]]\nid = "v{i}"\nmaker = "tally"\nserial = "v{i}"\n'
                    f'cart = "cart.v{i}"\nstart = "{node}"\n' for i, node in enumerate(STARTS, 1))
    bridge = common + '[bridge]\ndatabase = "bridge.db"\n'
    bridge += '[api]\nport_file = "bridge.port"\ntoken_file = "tokens.toml"\n'
    master = "sku,gtin,name,tracking,unit_mg\n" + "".join(
        f"{sku},{gtin},{sku},by_item,{UNIT_G}000\n" for sku, gtin in goods.gtin_of.items())
    opening = "place,sku,item\n" + "".join(
        f"{place},{goods.sku_of[epc]},{epc}\n" for epc, place in goods.place_of.items())
    orders = "order,sku,units\n" + "".join(
        f"{order},sku-{sku},{units}\n" for order, lines in goods.orders.items()
        for sku, units in lines.items())
    user = f'[[user]]\nname = "li.wei"\nrole = "manager"\ntoken = "{TOKEN}"\n'
    conf = f"listener {broker} 127.0.0.1\nallow_anonymous true\npersistence false\n"
    for name, text in (("floor.toml", floor), ("site.toml", site), ("back.toml", edge),
                       ("bridge.toml", bridge), ("master.csv", master), ("opening.csv", opening),
                       ("orders.csv", orders), ("tokens.toml", user), ("token", TOKEN + "\n"),
                       ("mosquitto.conf", conf)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)


def start_of(node):
    aisle, cross = node[1:].split("c")
    return int(aisle) * SPACING_M, int(cross) * BLOCK_M


def spot_of(node):
    """Where a node is, in metres: one of the floor, or one that the fleet laid between two."""
    if "~" not in node:
        return start_of(node)
    ends, _, step = node.rsplit(".", 2)
    one, other = (start_of(end) for end in ends.split("~"))
    part = int(step) / round(math.dist(one, other) / CELL_M)
    return tuple(a + (b - a) * part for a, b in zip(one, other))


class Scene:
    def __init__(self, emul, edge, goods):
        self.emul, self.edge, self.goods = emul, edge, goods
        self.driven = {f"v{i}": 0.0 for i in range(1, 9)}
        self.seen = {}
        self.due = {}        # when the person at this stop is ready: (mission, place) -> time
        self.dead, self.dies_at, self.closed = None, None, False
        self.released = 0
        self.packed, self.units_of = set(), {}

    def look(self):
        """How far each vehicle has really driven; nobody within a vehicle's width of another."""
        for agv in self.driven:
            words = dict(word.split("=", 1)
                         for word in self.emul.tell(verb="agv_truth", agv=agv).split())
            if words["past_base"] != "false":
                raise RuntimeError(f"{agv} drove beyond what was released to it")
            at = float(words["x"]), float(words["y"]), words["node"]
            if agv in self.seen:
                self.driven[agv] += math.dist(at[:2], self.seen[agv][:2])
            self.seen[agv] = at
        where = list(self.seen.items())
        for i, (one, at) in enumerate(where):
            for other, there in where[i + 1:]:
                if math.dist(at[:2], there[:2]) < 0.89:
                    raise RuntimeError(f"{one} and {other} touch: {at} {there}")

    def ready(self, key, units):
        """A person needs time to come and to scan."""
        if key not in self.due:
            self.due[key] = time.monotonic() + WALK_S + PICK_S * units
        return time.monotonic() >= self.due[key]

    def pick(self, mission, tasks):
        cart = "cart." + mission["vehicle"]
        mine = [tasks[task] for task in mission["tasks"] if task in tasks]
        units = sum(task["qty_milli"] // 1_000 for task in mine)
        if not self.ready((mission["mission"], mission["place"]), units):
            return
        for task in mine:
            if task["state"] == "open":
                self.done(self.edge.ask("POST", f"/v1/tasks/{quoted(task['id'])}/take", {}))
            for epc in self.goods.at(task["from"], task["sku"])[:task["qty_milli"] // 1_000]:
                answer = self.edge.ask("POST", f"/v1/tasks/{quoted(task['id'])}/scan",
                                       {"code": epc, "place": cart})
                if self.done(answer):
                    self.goods.place_of[epc] = cart

    def unload(self, mission):
        cart = "cart." + mission["vehicle"]
        units = self.goods.at(cart)
        if units and self.ready((mission["mission"], mission["place"]), len(units)):
            say("person", f"takes {len(units)} units off {cart} at {mission['place']}")
            self.put(units, mission["place"])

    def put(self, units, place):
        for epc in units:
            if self.done(self.edge.ask("POST", "/v1/scan", {"code": epc, "place": place})):
                self.goods.place_of[epc] = place

    def pack(self, order):
        """Once all of an order is off the carts: into a box, at the station where most of it is."""
        claims = self.edge.ask("GET", f"/v1/orders/{quoted(order)}")["data"]["claims"]
        units = [claim["item"] for claim in claims]
        places = [self.goods.place_of[epc] for epc in units]
        if any(place not in STATIONS for place in places):
            return
        place = max(set(places), key=places.count)
        answer = self.edge.ask("POST", f"/v1/orders/{quoted(order)}/pack",
                               {"place": place, "codes": " ".join(units),
                                "grams": str(UNIT_G * len(units) + BOX_G)})
        if self.done(answer):
            self.packed.add(order)
            self.units_of[order] = units
            for epc in units:
                self.goods.place_of[epc] = place

    def hand_over(self):
        answer = self.edge.ask("POST", "/v1/manifests", {"carrier": "SF-Express"})
        if self.done(answer):
            say("carrier", f"{len(self.packed)} parcels on manifest {answer['data'].get('manifest')}")
            for order in self.goods.orders:
                for claim_epc in self.units_of.get(order, ()):
                    self.goods.place_of[claim_epc] = "CUSTOMER"

    @staticmethod
    def done(answer):
        if "error" in answer:
            say("refused", answer["error"]["text"])
        return "error" not in answer

    def close_an_aisle(self):
        self.closed = True
        say("manager", "glass on the floor: the front half of aisle 2 is closed for 90 s or so")
        code, _, said = self.edge.run("road", "block", "a2c0", "a2c1", "--minutes", "2", "--stand",
                                      "--reason", "glass on the floor")
        if code != 0:
            raise RuntimeError(said)

    def kill_one(self, agvs):
        busy = [agv for agv, row in agvs.items() if row["driving"] and row["mission"]]
        if busy:
            self.dead = busy[0]
            self.dies_at = time.monotonic()
            self.emul.tell(verb="agv_off", agv=self.dead)
            say("fault", f"{self.dead} dies on its way, {len(self.goods.at('cart.' + self.dead))} "
                         f"units on its cart")

    def help_vehicles(self, agvs, missions):
    
        for agv, row in agvs.items():
            if row["phase"] == "lost" and agv == self.dead and \
                    time.monotonic() - self.dies_at > 60:
                say("manager", f"{agv} is lost and keeps its track; it is switched on again")
                self.emul.tell(verb="agv_on", agv=agv)
                self.dies_at = time.monotonic() + LIMIT_S
            if row["phase"] == "held":
                node = self.seen[agv][2]
                say("manager", f"{agv} is held: {row['text']}")
                x_m, y_m = spot_of(node)
                self.emul.tell(verb="agv_put", agv=agv, node=node, x_mm=round(x_m * 1000),
                               y_mm=round(y_m * 1000))
                code, _, said = self.edge.run("agv", "release", agv, "--at", node, "--reason",
                                              "pushed there by hand")
                say("manager", f"{agv} is pushed to {node}, and released" if code == 0 else said)
                self.released += code == 0
        for mission in missions:
            agv = agvs.get(mission["vehicle"])
            if mission["state"] == "stranded" and agv and agv["reach"] == "online" and \
                    agv["phase"] not in ("held", "lost") and not agv["text"]:
                code, _, said = self.edge.run("mission", "go-on", mission["mission"], "--reason",
                                              "its vehicle is well again")
                say("manager", f"{mission['mission']} goes on" if code == 0 else said)

    def step(self, stages):
        self.look()
        picked = sum(stage in PICKED for stage in stages.values())
        for order, stage in stages.items():
            if stage == "picked" and order not in self.packed:
                self.pack(order)
        missions = self.edge.rows("/v1/missions")
        agvs = {row["agv"]: row for row in self.edge.rows("/v1/agvs")}
        tasks = {row["id"]: row for row in self.edge.rows("/v1/tasks?kind=pick")}
        for mission in missions:
            if mission["state"] == "waiting" and mission["tasks"]:
                self.pick(mission, tasks)
            elif mission["state"] == "waiting":
                self.unload(mission)
        if not self.closed and picked >= 3:
            self.close_an_aisle()
        if self.closed and self.dead is None and picked >= 8:
            self.kill_one(agvs)
        self.help_vehicles(agvs, missions)

    def is_packed(self):
        on_carts = [epc for epc, place in self.goods.place_of.items() if place.startswith("cart.")]
        return self.packed == set(self.goods.orders) and not on_carts


def quoted(text):
    return urllib.parse.quote(text, safe="")


def play(scene):
    end = time.monotonic() + LIMIT_S
    told = 0
    while time.monotonic() < end:
        rows = {row["id"]: row for row in scene.edge.rows("/v1/orders?stage=all")}
        stages = {order: rows[order]["stage"] if order in rows else "gone"
                  for order in scene.goods.orders}
        picked = sum(stage in PICKED for stage in stages.values())
        if picked != told:
            told = picked
            say("orders", f"{told} of {len(stages)} picked, {len(scene.packed)} packed")
        if scene.is_packed():
            return True
        scene.step(stages)
        time.sleep(0.1)
    say("orders", f"not all have ended: {stages}")
    say("why", json.dumps(scene.edge.ask("GET", "/v1/missions").get("data"))[:4_000])
    return False


def differences(box, goods):
    """Units that a book has elsewhere than they are."""
    book = {row["item"]: row["place"] for row in box.rows("/v1/items?limit=10000")}
    return [f"{epc}: is at {place}, the book says {book.get(epc)}"
            for epc, place in goods.place_of.items()
            if book.get(epc, "CUSTOMER") != place]


def span(tours, goods):
    """Time until the last of eight is back, none ever waiting for another."""
    units_a_pick = goods.units_ordered() / max(1, sum(map(len, goods.orders.values())))
    free = [0.0] * len(STARTS)
    for tour in tours:
        at = free.index(min(free))
        free[at] += tour["length_mm"] / 1_000 / SPEED_M_S
        free[at] += tour["picks"] * (WALK_S + 2 * PICK_S * units_a_pick) + WALK_S
    return max(free)


def print_table(programs, folder, goods, driven_m, took_s):
    stations = ",".join(STATIONS)
    done = subprocess.run([programs / "tally-demo-baselines", folder / "floor.toml", stations,
                           str(PICKS_MAX)], input=goods.picks(), capture_output=True, text=True,
                          check=True)
    peers = json.loads(done.stdout)
    lines = sum(map(len, goods.orders.values()))
    print(f"\n{len(goods.orders)} orders, {lines} lines, {goods.units_ordered()} units, "
          f"{len(STARTS)} vehicles of {SPEED_M_S} m/s\n")
    print(f"{'':54}{'driven':>10}{'a line':>9}{'time':>9}")
    row = "{:<54}{:>8.0f} m{:>7.1f} m{:>7.0f} s"
    print(row.format("Tallyman: really driven, with traffic, faults, parking", driven_m,
                     driven_m / lines, took_s))
    for name, title in (("planned", "Tallyman's batches and tours"),
                        ("s_shape", "S-shape, one order at a time"),
                        ("largest_gap", f"largest gap, {PICKS_MAX} lines at a time as they come")):
        length = sum(tour["length_mm"] for tour in peers[name]) / 1_000
        print(row.format(title + " (computed)", length, length / lines, span(peers[name], goods)))
    print("The computed ones begin and end each tour at the station that is best for it, and never "
          "meet anybody:\nno traffic, no closed aisle, no dead vehicle, no way between tours.\n")


def run(programs, options, folder):
    chance = random.Random(options.seed)
    goods = Goods(chance, options.orders)
    broker = free_port()
    write_files(folder, goods, broker)
    server = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    agvs = []
    for i, node in enumerate(STARTS, 1):
        agvs += ["--agv", "v{}@{},{},{}".format(i, node, *start_of(node))]
    with Program(server, "-c", folder / "mosquitto.conf", log=folder / "broker.log"), \
            Program(programs / "tally-emul", "--broker", f"127.0.0.1:{broker}", *agvs, "--stdin",
                    "--quiet", log=folder / "emul.log") as emul, \
            Program(programs / "tally-bridge", "--config", folder / "bridge.toml",
                    log=folder / "bridge.log"), \
            Program(programs / "tallyd", "--config", folder / "back.toml",
                    log=folder / "back.log"):
        emul.line()
        edge, bridge = Box(folder, "back", programs), Box(folder, "bridge", programs)
        edge.until_up()
        bridge.until_up()
        for words in (("master", "import", folder / "master.csv"),
                      ("opening", "book", folder / "opening.csv", "--document", "demo")):
            code, _, said = edge.run(*words)
            if code != 0:
                raise RuntimeError(said)
        say("site", f"{len(goods.place_of)} units in {SKUS} slots; {len(STARTS)} vehicles on the floor")
        while not all(row["reach"] == "online" and not row["text"] for row in edge.rows("/v1/agvs")):
            time.sleep(0.2)
        code, _, said = edge.run("order", "add", folder / "orders.csv")
        if code != 0:
            raise RuntimeError(said)
        say("orders", f"{len(goods.orders)} orders with {goods.units_ordered()} units are in")
        scene = Scene(emul, edge, goods)
        began = time.monotonic()
        ended = play(scene)
        took = time.monotonic() - began
        scene.hand_over()
        rows = edge.rows("/v1/orders?stage=all")
        ended = ended and {row["id"] for row in rows if row["stage"] == "handed_over"} == \
            set(goods.orders)
        time.sleep(5)  # The bridge has all of it.
        wrong = {name: differences(box, goods) for name, box in (("edge", edge), ("bridge", bridge))}
        verified = [box.run("stock", "verify")[0] for box in (edge, bridge)]
        print_table(programs, folder, goods, sum(scene.driven.values()), took)
        for name, lines in wrong.items():
            for line in lines[:10]:
                print(f"{name}: {line}")
    good = ended and not any(wrong.values()) and not any(verified) and scene.closed and scene.dead
    print(f"verdict: {'good' if good else 'BAD'}: orders {'ended' if ended else 'did NOT end'}; "
          f"{len(wrong['edge'])} units differ at the edge, {len(wrong['bridge'])} at the bridge; "
          f"{scene.released} releases by hand; aisle closed: {scene.closed}; died: {scene.dead}")
    return 0 if good else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("programs", type=pathlib.Path, help="folder with tallyd and the others")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--orders", type=int, default=30)
    options = parser.parse_args()
    kept = os.environ.get("TALLY_KEEP_DEMO")
    if kept:
        folder = pathlib.Path(kept)
        folder.mkdir(parents=True, exist_ok=True)
        return run(options.programs, options, folder)
    with tempfile.TemporaryDirectory(prefix="tally-fleet-") as name:
        return run(options.programs, options, pathlib.Path(name))


BEGAN = time.monotonic()
if __name__ == "__main__":
    sys.exit(main())

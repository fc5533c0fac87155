"""tallyd drives emulated vehicles over a real mosquitto, a floor manager steers them with `tally`:
through a door that sticks, across the floor, paused, one dies and is released, the broker is killed, tallyd is killed with -9.

    fleet_test.py TALLY_EMUL TALLYD TALLY SOURCE_FOLDER

A watch asks the emulator where vehicles really are: no two ever nearer than a vehicle is wide, and
none beyond what was released to it. Exit code 77 (skipped) only if mosquitto is not installed.
"""
import itertools
import json
import math
import pathlib
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from programs import (EDGE_HEAD, Box, Program, check, free_port, mosquitto, need,  # noqa: E402
                      write_broker, write_secrets)

EMUL, TALLYD, TALLY, SOURCE = sys.argv[1:5]
PATIENCE_S = 240
NEAREST_M = 0.9
NEAR_GOAL_M = 0.3
VEHICLES = {"v1": "a0c0", "v2": "a1c0", "v3": "a2c0", "v4": "a3c0", "v5": "a4c0"}
AISLES, SPACING_M, BLOCK_M = 6, 4.0, 12.0

SITE = """
[site]
id = "pudong"
floor_file = "floor.toml"
fleet_master = "back"
[[edge]]
id = "back"
[[place]]
id = "back.hall"
edge = "back"
"""

EDGE = EDGE_HEAD + """[fleet]
lost_after_s = 35
[[signal_bus]]
id = "doors"
host = "127.0.0.1"
port = %d
[[door]]
id = "hall"
place = "hall-door"
bus = "doors"
unit = 4
period_ms = 100
coil = 3
energised = "open"
open_input = 0
closed_input = 1
travel_ms = 4000
"""

DOOR = """
[[stop]]
id = "hall-door"
kind = "door"
aisle = 0
y_mm = 6000
"""
DOOR_Y_M, HALF_AGV_M = 6.0, 0.4


def place_of(node):
    """a3c1 -> metres."""
    aisle, cross = node[1:].split("c")
    return int(aisle) * SPACING_M, int(cross) * BLOCK_M


def off_line(spot, one, other):
    """How far a spot is from the straight line between two places, in metres."""
    way = other[0] - one[0], other[1] - one[1]
    length = way[0] ** 2 + way[1] ** 2
    along = 0 if length == 0 else ((spot[0] - one[0]) * way[0] + (spot[1] - one[1]) * way[1]) / length
    along = min(1, max(0, along))
    return math.dist(spot, (one[0] + along * way[0], one[1] + along * way[1]))


class Floor(Box):
    """Vehicles as they really are, and `tally`."""

    def __init__(self, emul, folder):
        super().__init__(TALLY, folder, "back")
        self.emul, self.log = emul, folder / "tallyd.log"
        self.goals, self.been_there = {}, set()  # since each was sent; whoever looks takes note
        self.last = {}

    def do(self, *words):
        code, answer, said = self.ask("agv", *words)
        check(code == 0, words, said)
        return answer["data"]["seq"]

    def agvs(self):
        return {row["agv"]: row for row in self.rows("agv", "ls")}

    def row(self, agv):
        return self.agvs()[agv]

    def truth(self, agv):
        words = self.emul.tell(verb="agv_truth", agv=agv).split()
        return dict(word.split("=", 1) for word in words)

    def look(self):
        """Nobody touches anybody, nobody drives where nothing was released to it."""
        seen = {agv: self.truth(agv) for agv in VEHICLES}
        self.look_at_door(seen)
        for one, other in itertools.combinations(VEHICLES, 2):
            apart = math.dist(*[(float(seen[v]["x"]), float(seen[v]["y"])) for v in (one, other)])
            check(apart > NEAREST_M - 0.01, one, other, "are only", apart, "m apart")
        for agv, truth in seen.items():
            check(truth["past_base"] == "false", agv, "is beyond its base", truth)
            at = float(truth["x"]), float(truth["y"])
            goal = self.goals.get(agv)
            if goal and off_line(place_of(goal), self.last.get(agv, at), at) < NEAR_GOAL_M:
                self.been_there.add(agv)
            self.last[agv] = at
        return seen

    def door(self):
        return self.emul.tell(verb="shelf_relays", shelf="door", unit=4)

    def look_at_door(self, seen):
        """Nobody is in the door while it is not open."""
        state = self.door()
        for agv, truth in seen.items():
            is_in_it = abs(float(truth["x"])) < 1 and abs(float(truth["y"]) - DOOR_Y_M) < HALF_AGV_M
            check(not is_in_it or "barrier open" in state, agv, "is in the door:", state, truth)

    def until(self, holds, *what):
        end = time.monotonic() + PATIENCE_S
        while not holds():
            check(time.monotonic() < end, "waited in vain for", *what, "\n",
                  json.dumps(self.agvs(), indent=1)[-6000:], self.log.read_text()[-3000:])
            self.look()
            time.sleep(0.1)

    def until_at(self, goals):
        """Each has really been there, seen while anything was waited for, and is done by the fleet's
        word: it may have made way for another one since."""
        self.until(lambda: self.been_there >= set(goals) and
                   not any(row["goal"] for agv, row in self.agvs().items() if agv in goals),
                   "arrival at", goals)

    def send(self, goals):
        for agv, node in goals.items():
            self.do("send", agv, node)
            self.goals[agv] = node
            self.been_there.discard(agv)


def through_a_door(floor):
    floor.until(lambda: "barrier closed" in floor.door(), "the door to be closed at the start")
    floor.send({"v1": "a0c1"})
    floor.until(lambda: "barrier open" in floor.door(), "the door to open")
    floor.until_at({"v1": "a0c1"})
    floor.until(lambda: "barrier closed" in floor.door(), "the door to be closed behind it")
    # A door that does not open is a closed road for a while: there is another aisle.
    floor.emul.tell(verb="shelf_fault", shelf="door", unit=4, name="stuck")
    floor.send({"v1": "a0c0"})
    floor.until(lambda: any(finding["check"] == "door" and finding["level"] == "error"
                            for finding in floor.ask("doctor")[1]["data"]["findings"]),
                "the doctor to tell of the door")
    floor.until_at({"v1": "a0c0"})
    check("barrier closed" in floor.door(), "the door is not stuck")
    floor.emul.tell(verb="shelf_fault", shelf="door", unit=4, name="stuck", value=0)


def go_across(floor):
    goals = dict(zip(VEHICLES, ["a5c2", "a4c2", "a3c2", "a1c2", "a0c2"]))
    floor.send(goals)
    floor.until(lambda: floor.row("v1")["phase"] == "driving", "v1 to drive")
    floor.do("pause", "v1", "--reason", "somebody in the aisle")
    floor.until(lambda: floor.row("v1")["paused"], "v1 to be paused")
    time.sleep(3)  # It slows down.
    stood = floor.truth("v1")
    row = floor.row("v1")
    check(row["track"], "a paused vehicle has lost its track", row)
    check(row["last_order"]["by"] == "user:li.wei", row)
    for _ in range(20):
        floor.look()
        time.sleep(0.1)
    check(floor.truth("v1")["x"] == stood["x"] and floor.truth("v1")["y"] == stood["y"], "v1 moves")
    floor.do("resume", "v1")
    floor.until_at(goals)


def one_dies(floor):
    goals = dict(zip(VEHICLES, ["a0c0", "a1c0", "a2c0", "a3c0", "a4c0"]))
    floor.send(goals)
    floor.until(lambda: floor.row("v3")["driving"], "v3 to drive")
    floor.emul.tell(verb="agv_off", agv="v3")
    floor.until(lambda: floor.row("v3")["phase"] == "lost", "v3 to be lost")
    code, _, said = floor.ask("agv", "send", "v3", "a5c0")
    check(code == 5 and "lost" in said, code, said)
    code, _, _ = floor.ask("status")
    check(code == 7, "a lost vehicle needs nobody?")
    code, answer, _ = floor.ask("doctor")
    check(any(finding["subject"] == "v3" and "keeps its track" in finding["text"]
              for finding in answer["data"]["findings"]), answer)
    floor.until_at({agv: node for agv, node in goals.items() if agv != "v3"})
    # It comes back without its order: it is held until a person says where it stands.
    floor.emul.tell(verb="agv_on", agv="v3")
    floor.until(lambda: floor.row("v3")["phase"] == "held", "v3 to be held")
    at = floor.truth("v3")["node"]
    code, _, said = floor.ask("agv", "release", "v3", "--at", at)
    check(code != 0 and "--reason" in said, code, said)
    seq = floor.do("release", "v3", "--at", at, "--reason", "seen by li.wei, switched on again")
    row = floor.row("v3")
    check(row["last_order"]["act"] == "release" and row["last_order"]["seq"] == seq, row)
    floor.send({"v3": "a2c0"})
    floor.until_at({"v3": "a2c0"})


def broker_dies(floor, broker):
    goals = dict(zip(VEHICLES, ["a1c2", "a0c2", "a3c2", "a2c2", "a5c2"]))
    floor.send(goals)
    floor.until(lambda: floor.row("v1")["driving"], "v1 to drive")
    broker.kill9()
    for _ in range(20):
        floor.look()
        time.sleep(0.1)
    code, answer, _ = floor.ask("doctor")
    check(any(finding["check"] == "vehicles" and finding["level"] == "error"
              for finding in answer["data"]["findings"]), answer)
    broker.start()
    floor.until_at(goals)


def tallyd_dies(floor, tallyd):
    goals = dict(zip(VEHICLES, VEHICLES.values()))
    floor.send(goals)
    floor.until(lambda: sum(row["driving"] for row in floor.agvs().values()) >= 3, "three to drive")
    tallyd.kill9()
    for _ in range(20):
        floor.look()
        time.sleep(0.1)
    tallyd.start()
    floor.until(lambda: floor.agvs() and all(
        row["phase"] == "held" or (row["reach"] == "online" and not row["text"])
        for row in floor.agvs().values()), "every vehicle to be placed or held")
    held = [agv for agv, row in floor.agvs().items() if row["phase"] == "held"]
    for agv in held:
        still = [floor.truth(agv)]
        floor.until(lambda: len(still) > 3 and still[-1]["x"] == still[-4]["x"] and
                    still[-1]["y"] == still[-4]["y"] or still.append(floor.truth(agv)),
                    agv, "to stand")
        floor.do("release", agv, "--at", floor.truth(agv)["node"], "--reason", "seen after restart")
    print(f"  {len(held)} of {len(VEHICLES)} had to be released by hand after the restart")
    check(floor.row("v3")["last_order"]["by"] == "user:li.wei", "the ledger forgot")
    floor.send(goals)
    floor.until_at(goals)
    code, _, said = floor.ask("stock", "verify")
    check(code == 0, said)


def write_files(folder, broker, door):
    (folder / "site.toml").write_text(SITE)
    floor = pathlib.Path(SOURCE, "deploy/example/floor.toml").read_text()
    (folder / "floor.toml").write_text(floor + DOOR)
    vehicles = "".join(f'[[vehicle]]\nid = "{agv}"\nmaker = "tally"\nserial = "{agv}"\n'
                       f'way = "station"\nstart = "{node}"\n' for agv, node in VEHICLES.items())
    (folder / "back.toml").write_text(EDGE % (broker, door) + vehicles)
    write_secrets(folder)
    write_broker(folder, broker)


def main():
    need("mosquitto")
    port, door = free_port(), free_port()
    agvs = ["--rack", f"door={door}/4:relays"]
    for agv, node in VEHICLES.items():
        x, y = place_of(node)
        agvs += ["--agv", f"{agv}@{node},{x},{y}"]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_files(folder, port, door)
        with open(folder / "tallyd.log", "w", encoding="utf-8") as log, \
                open(folder / "others.log", "w", encoding="utf-8") as others, \
                Program(mosquitto(), "-c", folder / "mosquitto.conf", log=others) as broker, \
                Program(EMUL, "--broker", f"127.0.0.1:{port}", *agvs, "--stdin", "--quiet",
                        log=others) as emul, \
                Program(TALLYD, "--config", folder / "back.toml", log=log) as tallyd:
            emul.line()
            floor = Floor(emul, folder)
            floor.until(lambda: floor.agvs() and all(
                row["phase"] == "idle" and not row["text"] and row["reach"] == "online"
                for row in floor.agvs().values()), "vehicles to be heard")
            for name, part in (("through a door", lambda: through_a_door(floor)),
                               ("across, one paused", lambda: go_across(floor)),
                               ("one dies, is held and released", lambda: one_dies(floor)),
                               ("the broker is killed", lambda: broker_dies(floor, broker)),
                               ("tallyd is killed", lambda: tallyd_dies(floor, tallyd))):
                began = time.monotonic()
                part()
                print(f"{name}: {time.monotonic() - began:.0f} s")


main()

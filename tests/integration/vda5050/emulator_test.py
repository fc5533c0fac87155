"""The standard's own JSON schemas judge what an emulated vehicle says, of 2.0.0 and of 2.1.0: over a
real broker, through an order with an action, a refused order and an emergency stop.

    emulator_test.py TALLY_EMUL SCHEMA_FOLDER

Exit 77: no jsonschema, no mosquitto or no schemas, unless nothing may be skipped.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from programs import Program, check, free_port, mosquitto, need, skip, write_broker  # noqa: E402

EMUL, SCHEMAS = sys.argv[1], pathlib.Path(sys.argv[2])
VERSIONS = {"old": "2.0.0", "new": "2.1.0"}
PATIENCE_S = 60


def validators(jsonschema):
    """By vehicle and topic."""
    made = {}
    for vehicle, version in VERSIONS.items():
        for topic in ("state", "connection", "factsheet"):
            path = SCHEMAS / version / f"{topic}.schema"
            path = path if path.exists() else path.with_suffix(".json")
            made[vehicle, topic] = jsonschema.Draft202012Validator(
                json.loads(path.read_text(encoding="utf-8-sig")))
    return made


class Master:
    """The least of a master control: it sends, and keeps what it hears."""

    def __init__(self, port, folder):
        self.port, self.heard = port, folder / "heard.txt"
        self.heads = 0
        with open(self.heard, "w", encoding="utf-8") as out:
            self.ear = subprocess.Popen(["mosquitto_sub", "-p", str(port), "-t", "uagv/v2/tally/#",
                                         "-F", "%t %p"], stdout=out)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.ear.kill()
        self.ear.wait()

    def send(self, vehicle, topic, body):
        self.heads += 1
        text = {"headerId": self.heads, "timestamp": "2026-11-30T08:00:00.000Z", "manufacturer": "tally",
                "version": VERSIONS[vehicle], "serialNumber": vehicle, **body}
        subprocess.run(["mosquitto_pub", "-p", str(self.port), "-q", "1", "-t",
                        f"uagv/v2/tally/{vehicle}/{topic}", "-m", json.dumps(text)], check=True)

    def order(self, vehicle, order, start, ways):
        """Straight along x, a metre a node; the last node has an action."""
        nodes = [{"nodeId": start if i == 0 else f"n{i}", "sequenceId": 2 * i, "released": True,
                  "nodePosition": {"x": float(i), "y": 0.0, "mapId": "floor"}, "actions": []}
                 for i in range(ways + 1)]
        nodes[-1]["actions"] = [{"actionId": f"{order}-a", "actionType": "wait", "blockingType": "HARD",
                                 "actionParameters": [{"key": "duration", "value": 2}]}]
        edges = [{"edgeId": f"e{i}", "sequenceId": 2 * i + 1, "released": True, "startNodeId": nodes[i]["nodeId"],
                  "endNodeId": nodes[i + 1]["nodeId"], "actions": []} for i in range(ways)]
        self.send(vehicle, "order", {"orderId": order, "orderUpdateId": 0, "nodes": nodes, "edges": edges})

    def said(self):
        """(vehicle, topic, message) of all that vehicles said so far."""
        for line in self.heard.read_text().splitlines():
            topic, _, payload = line.partition(" ")
            vehicle, name = topic.split("/")[-2:]
            if name in ("state", "connection", "factsheet"):
                yield vehicle, name, json.loads(payload)

    def until(self, vehicle, what, holds):
        end = time.monotonic() + PATIENCE_S
        while not any(holds(name, message) for who, name, message in self.said() if who == vehicle):
            check(time.monotonic() < end, "waited in vain for", what, "of", vehicle)
            time.sleep(0.1)


def live_through(master, emul, vehicle):
    master.until(vehicle, "ONLINE", lambda name, said: said.get("connectionState") == "ONLINE")
    master.send(vehicle, "instantActions", {"actions": [
        {"actionId": "f", "actionType": "factsheetRequest", "blockingType": "NONE", "actionParameters": []}]})
    master.until(vehicle, "a factsheet", lambda name, said: name == "factsheet")
    master.order(vehicle, "one", "n0", 3)
    master.until(vehicle, "nodes before it", lambda name, said: said.get("driving") and said["nodeStates"])
    master.order(vehicle, "two", "elsewhere", 2)  # While it drives: refused, with references.
    master.until(vehicle, "a refusal", lambda name, said: any(
        error.get("errorReferences") for error in said.get("errors", [])))
    emul.tell(verb="agv_stop", agv=vehicle, pressed=1)
    master.until(vehicle, "an emergency stop", lambda name, said: said.get("safetyState", {}).get("eStop") == "MANUAL")
    emul.tell(verb="agv_stop", agv=vehicle, pressed=0)
    for status in ("RUNNING", "FINISHED"):
        master.until(vehicle, f"an action {status}", lambda name, said: any(
            action["actionId"] == "one-a" and action["actionStatus"] == status
            for action in said.get("actionStates", [])))


def main():
    need("mosquitto", "mosquitto_pub", "mosquitto_sub")
    try:
        import jsonschema
    except ImportError:
        skip("python3-jsonschema; run tools/setup")
    if not SCHEMAS.exists():
        skip(f"no schemas in {SCHEMAS}")
    port = free_port()
    words = []
    for vehicle, version in VERSIONS.items():
        words += ["--agv", f"{vehicle}@n0,0,0:version={version}:noise_mm=10"]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_broker(folder, port)
        with open(folder / "others.log", "w", encoding="utf-8") as others, \
                Program(mosquitto(), "-c", folder / "mosquitto.conf", log=others):
            time.sleep(0.5)
            with Master(port, folder) as master, \
                    Program(EMUL, "--broker", f"127.0.0.1:{port}", *words, "--stdin", "--quiet", log=others) as emul:
                emul.line()
                for vehicle in VERSIONS:
                    live_through(master, emul, vehicle)
                judges, counts = validators(jsonschema), {}
                for vehicle, topic, message in master.said():
                    counts[vehicle, topic] = counts.get((vehicle, topic), 0) + 1
                    for error in judges[vehicle, topic].iter_errors(message):
                        check(False, VERSIONS[vehicle], topic, error.json_path, error.message[:200], message)
    check(set(counts) == {(vehicle, topic) for vehicle in VERSIONS for topic in ("state", "connection", "factsheet")}, counts)
    print("by the standard's schemas all of it is valid:",
          ", ".join(f"{count} {topic} of {VERSIONS[vehicle]}" for (vehicle, topic), count in sorted(counts.items())))


if __name__ == "__main__":
    main()

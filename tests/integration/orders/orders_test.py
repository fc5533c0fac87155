"""Orders over real sockets: a till of mosquitto_pub and mosquitto_sub that sends each order until it
is answered, a tallyd that is killed (kill -9) all the while, and head office at the bridge.

    orders_test.py TALLYD TALLY_BRIDGE TALLY

Exit code 77 (skipped) only if mosquitto is not installed, and never where nothing may be skipped.
"""
import contextlib
import hashlib
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from programs import (PATIENCE_S, Box, Program, check, free_port, mosquitto, need,  # noqa: E402
                      settled, write_broker, write_secrets)

TALLYD, BRIDGE, TALLY = sys.argv[1:4]
AGAIN_S = 0.5
ORDERS = 24
SEED = 4711

SITE = """
[site]
id = "pudong"
own_prefixes = ["0614141"]
[[edge]]
id = "back"
[[edge]]
id = "shop"
[[place]]
id = "back.hall"
edge = "back"
"""

BROKER = """
[broker]
host = "127.0.0.1"
port = %d
"""

API = """
[api]
port_file = "%s.port"
token_file = "tokens.toml"
"""


class OrderBox(Box):
    def stages(self, *words):
        code, answer, _ = self.ask("order", "ls", "--stage", "all", *words)
        rows = answer["data"]["rows"] if code == 0 else []
        return {row["id"]: (row["edge"], row["stage"]) for row in rows}


class Till:
    """Hears every answer; sends what is not answered again."""

    def __init__(self, port):
        self.port = port
        self.outcomes = {}   # order -> outcomes told, in order
        self.unread = {}     # sha256 -> text, of messages that could not be read
        self.heard = threading.Event()

    def __enter__(self):
        self.ear = subprocess.Popen(
            ["mosquitto_sub", "-p", str(self.port), "-V", "5", "-q", "1", "-t",
             "tally/v1/pudong/back/out/orders"], stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.listen, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.ear.terminate()
        self.ear.wait(30)

    def listen(self):
        for line in self.ear.stdout:
            answer = json.loads(line)
            check(answer["edge"] == "back" and answer["v"] == 1, answer)
            for row in answer["rows"]:
                self.outcomes.setdefault(row["id"], []).append(row["outcome"])
            if answer["text"]:
                self.unread[answer["sha256"]] = answer["text"]
            self.heard.set()

    def send(self, text):
        subprocess.run(["mosquitto_pub", "-p", str(self.port), "-V", "5", "-q", "1", "-t",
                        "tally/v1/pudong/back/in/orders", "-m", text], check=True, timeout=60)


def order_text(name, units=1):
    return json.dumps({"v": 1, "order": name, "lines": [{"sku": "RICE", "units": units}]})


def write_files(folder, broker):
    (folder / "site.toml").write_text(SITE)
    common = 'site_file = "site.toml"\n'
    (folder / "back.toml").write_text(common + '[edge]\nid = "back"\ndatabase = "back.db"\n' +
                                      BROKER % broker + API % "back")
    (folder / "bridge.toml").write_text(common + '[bridge]\ndatabase = "bridge.db"\n' +
                                        BROKER % broker + API % "bridge")
    (folder / "items.csv").write_text("sku,tracking\nRICE,by_count\n")
    (folder / "counted.csv").write_text("place,sku,units\nback.hall,RICE,1000\n")
    write_secrets(folder)
    write_broker(folder, broker)


def till_over_deaths(till, box, tallyd, port_file):
    """Each order until it is answered; half of the time tallyd is killed shortly after it was sent,
    or right after its answer."""
    draw = random.Random(SEED)
    deaths = 0
    for number in range(1, ORDERS + 1):
        name = f"W-{number}"
        text = order_text(name)
        dies = draw.random() < 0.5
        delay = draw.uniform(0, 0.03)
        end = time.monotonic() + PATIENCE_S
        while name not in till.outcomes:
            check(time.monotonic() < end, "nobody answers for", name)
            till.heard.clear()
            till.send(text)
            if dies:
                time.sleep(delay)
                answered = name in till.outcomes
                port_file.unlink(missing_ok=True)
                tallyd.kill9()
                tallyd.start()
                deaths += 1
                dies = False
                check(settled(lambda: box.ask("order", "ls")[0] == 0), "tallyd does not come back")
                if answered:
                    check(name in box.stages(), name, "was answered, and is not there any more")
            till.heard.wait(AGAIN_S)
    check(deaths >= 5, deaths)
    stages = box.stages()
    check(sorted(stages) == sorted(till.outcomes), sorted(stages), sorted(till.outcomes))
    check(all(outcomes[0] in ("added", "known") for outcomes in till.outcomes.values()), till.outcomes)
    return deaths


def what_is_wrong(till):
    torn = '{"v":1,"order":'
    till.send(torn)
    name = hashlib.sha256(torn.encode()).hexdigest()
    check(settled(lambda: name in till.unread) and "not JSON" in till.unread[name], till.unread)
    till.send(order_text("W-1", units=2))
    check(settled(lambda: till.outcomes["W-1"][-1] == "refused"), till.outcomes["W-1"])


def head_office(bridge, box, tallyd):
    """An order for an edge that is down is on its way; the edge comes, and the bridge shows it."""
    check(settled(lambda: bridge.stages() == box.stages()), bridge.stages(), box.stages())
    tallyd.kill9()
    words = ("order", "add", "--order", "H-1", "--line", "RICE:2")
    code, _, said = bridge.ask(*words)
    check(code != 0 and "back is away" in said and "--edge" in said, code, said)
    code, answer, said = bridge.ask(*words, "--edge", "back")
    check(code == 0 and answer["data"]["rows"][0]["outcome"] == "passed_on", answer, said)
    check(bridge.stages()["H-1"] == ("back", "passed_on"), bridge.stages())
    tallyd.start()
    check(settled(lambda: bridge.stages().get("H-1") == ("back", "reserved")), bridge.stages())
    check(settled(lambda: bridge.stages() == box.stages()), bridge.stages(), box.stages())
    code, answer, said = bridge.ask(*words, "--edge", "back")
    check(code == 0 and answer["data"]["rows"][0]["outcome"] == "known", answer, said)
    code, _, said = bridge.ask(*words, "--edge", "shop")
    check(code != 0 and "is with edge back already" in said, code, said)
    code, _, said = bridge.ask("order", "cancel", "H-1", "--reason", "customer rang")
    check(code == 0, said)
    check(settled(lambda: bridge.stages().get("H-1") == ("back", "cancelled")), bridge.stages())


def main():
    need("mosquitto", "mosquitto_pub", "mosquitto_sub")
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = free_port()
        write_files(folder, port)
        log = stack.enter_context(open(folder / "log", "w", encoding="utf-8"))
        stack.enter_context(Program(mosquitto(), "-c", folder / "mosquitto.conf", log=log))
        check(settled(lambda: subprocess.run(
            ["mosquitto_pub", "-p", str(port), "-t", "up", "-m", "?"], capture_output=True,
            timeout=60).returncode == 0), "no broker")
        stack.enter_context(Program(BRIDGE, "--config", folder / "bridge.toml", log=log))
        tallyd = stack.enter_context(Program(TALLYD, "--config", folder / "back.toml", log=log))
        box, bridge = OrderBox(TALLY, folder, "back"), OrderBox(TALLY, folder, "bridge")
        check(settled(lambda: box.ask("order", "ls")[0] == 0), "tallyd does not answer",
              (folder / "log").read_text())
        check(settled(lambda: bridge.ask("order", "ls")[0] == 0), "tally-bridge does not answer")
        check(box.ask("master", "import", folder / "items.csv")[0] == 0, "no import")
        check(box.ask("opening", "book", folder / "counted.csv", "--document", "list 1")[0] == 0,
              "no opening")
        with Till(port) as till:
            deaths = till_over_deaths(till, box, tallyd, folder / "back.port")
            what_is_wrong(till)
        head_office(bridge, box, tallyd)
    print(f"{ORDERS} orders over {deaths} deaths of tallyd: each answered, each there once")


main()

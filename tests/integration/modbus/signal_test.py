"""Independent judges of light stacks and barriers:

- a foreign slave (pymodbus) sees which coils tallyd writes, when, and with which functions;
- mbpoll and modbus-serial (npm) read the coils of the emulated relay module that tallyd drives;
- TShark dissects everything that tallyd and the emulator say to each other.

    signal_test.py TALLY_EMUL TALLYD TALLY BUILD

Exit code 77 (skipped) only if a judge is not installed, and never where nothing may be skipped.
"""
import json
import pathlib
import socket
import struct
import sys
import tempfile
import threading

from peers import Program, check, modbus_serial, need_judges, run, settled, write_secrets

EMUL, TALLYD, TALLY, BUILD = sys.argv[1:5]
HERE = pathlib.Path(__file__).parent

SITE = """
[site]
id = "pudong"
own_prefixes = ["0614141"]
[[edge]]
id = "back"
[[place]]
id = "back.hall"
edge = "back"
[[gate]]
id = "dock"
edge = "back"
outer = "SUPPLIER"
inner = "back.hall"
reader = "dock-reader"
antennas = [{port = 1, side = "outer"}, {port = 2, side = "inner"}]
"""

EDGE = """
site_file = "site.toml"
[edge]
id = "back"
database = "back.db"
[broker]
host = "127.0.0.1"
port = 1
[api]
port_file = "back.port"
token_file = "tokens.toml"
[[reader]]
id = "dock-reader"
host = "127.0.0.1"
port = %d
[[signal_bus]]
id = "gates"
host = "127.0.0.1"
port = %d
[[signal]]
id = "dock-signal"
gate = "dock"
bus = "gates"
unit = 9
period_ms = 200
timeout_ms = 2000
green = 0
yellow = 1
red = 2
barrier = [{coil = 3, energised = "open", rest = "open", alarm = "closed", blind = "open"%s}]
"""
FORGED = "3034257BF400000000000001"  # Numbered as ours; nobody commissioned it.
SWITCHES = ", open_input = 0, closed_input = 1"


class Wire(threading.Thread):
    """Passes everything on to the slave and keeps both directions, for TShark."""

    def __init__(self, to):
        super().__init__(daemon=True)
        self.to, self.frames = to, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            near, _ = self.listener.accept()
            far = socket.create_connection(("127.0.0.1", self.to))
            for source, sink, sign in ((near, far, "I"), (far, near, "O")):
                threading.Thread(target=self.pump, args=(source, sink, sign), daemon=True).start()

    def pump(self, source, sink, sign):
        held = b""
        while True:
            try:
                got = source.recv(4096)
                sink.sendall(got)
            except OSError:
                return
            if not got:
                sink.close()
                return
            held += got
            while len(held) >= 6 and len(held) >= 6 + struct.unpack(">H", held[4:6])[0]:
                size = 6 + struct.unpack(">H", held[4:6])[0]
                self.frames.append((sign, held[:size]))
                held = held[size:]

    def functions(self):
        return {frame[7] for sign, frame in list(self.frames) if sign == "I"}


def judged_by_tshark(frames, folder):
    text = "".join(f"{sign}\n000000 " + " ".join(f"{byte:02x}" for byte in frame) + "\n"
                   for sign, frame in frames)
    (folder / "frames.txt").write_text(text)
    capture = folder / "frames.pcap"
    code, said = run("text2pcap", "-q", "-D", "-T", "40000,502", folder / "frames.txt", capture)
    check(code == 0, said)
    code, said = run("tshark", "-r", capture, "-Y", "mbtcp", "-T", "fields", "-e", "mbtcp.trans_id")
    check(code == 0 and len(said.split()) == len(frames), "tshark saw other frames:", said)
    code, said = run("tshark", "-r", capture, "-Y",
                     "_ws.malformed or _ws.expert.severity >= 6291456 or modbus.exception_code")
    check(code == 0 and not said.strip(), "tshark remarks:", said)


def write_site(folder, reader, bus, switches):
    (folder / "site.toml").write_text(SITE)
    (folder / "edge.toml").write_text(EDGE % (reader, bus, switches))
    write_secrets(folder)
    return [TALLY, "--api-port-file", folder / "back.port", "--token-file", folder / "token"]


def gate_row(tally):
    code, said = run(*tally, "gate", "ls", "-o", "json", "-q")
    return json.loads(said)["data"]["rows"][0] if code == 0 else {}


def look(emul, epc):
    """One read; the gate takes a tag for present at two within a second (rule 1 of docs/gates.md)."""
    said = emul.say(json.dumps({"reader": "dock-reader", "verb": "tag_seen", "antenna": 1,
                                 "epc": epc, "rssi_dbm": -50}))
    check(said.get("answer") == "counted", said)


def foreign_slave(emul, folder):
    """What a pymodbus slave sees of a day at the gate. It has no barrier behind its coils."""
    reader = emul.line()["readers"]["dock-reader"]
    with Program(sys.executable, HERE / "pymodbus_peer.py", "coils") as slave:
        wire = Wire(slave.line()["port"])
        tally = write_site(folder, reader, wire.port, "")

        def coils(*wanted):
            return settled(lambda: slave.say("?")["coils"][:4] == list(wanted))

        with open(folder / "tallyd.log", "w", encoding="utf-8") as log, \
                Program(TALLYD, "--config", folder / "edge.toml", log=log):
            check(coils(1, 0, 0, 1), "green and open, but:", slave.say("?"),
                  (folder / "tallyd.log").read_text())
            settled(lambda: look(emul, FORGED) or gate_row(tally).get("sightings"))
            check(coils(0, 0, 1, 0), "red and closed, but:", slave.say("?"), gate_row(tally))
            code, said = run(*tally, "anomaly", "ls", "-o", "json", "-q")
            alarm = json.loads(said)["data"]["rows"][0]
            check(alarm["kind"] == "unknown_tag", said)
            code, said = run(*tally, "anomaly", "resolve", alarm["id"], "--how", "a sample")
            check(code == 0, said)
            check(coils(1, 0, 0, 1), "green and open again, but:", slave.say("?"))
            code, said = run(*tally, "gate", "barrier", "dock", "closed", "--reason", "search")
            check(code == 0, said)
            check(coils(1, 0, 0, 0), "held closed, but:", slave.say("?"))
            row = gate_row(tally)
            check(row["barrier_by"] == "user:li.wei" and row["barrier_held"], row)
            slave.say("off")  # Somebody else writes the coils: they are set right.
            check(coils(1, 0, 0, 0), "set right, but:", slave.say("?"))
            code, said = run(*tally, "gate", "signal-test", "dock", "-o", "csv", "-q")
            check(code == 0 and said.splitlines()[1:] ==
                  [f"{light},{light},true" for light in ("green", "yellow", "red", "dark")], said)
            check(coils(1, 0, 0, 0), "as before the test, but:", slave.say("?"))
        check(coils(0, 0, 0, 0), "dark after an orderly stop, but:", slave.say("?"))
        check(wire.functions() >= {1, 5, 15}, "functions used:", wire.functions())
        judged_by_tshark(list(wire.frames), folder)


def emulated_module(emul, folder):
    """The emulated module with its barrier, driven by tallyd and read by foreign clients."""
    ready = emul.line()
    wire = Wire(ready["racks"]["gates"])
    tally = write_site(folder, ready["readers"]["dock-reader"], wire.port, SWITCHES)

    def state():
        return emul.say(json.dumps({"verb": "shelf_relays", "shelf": "gates", "unit": 9}))["answer"]

    with open(folder / "tallyd.log", "w", encoding="utf-8") as log, \
            Program(TALLYD, "--config", folder / "edge.toml", log=log):
        check(settled(lambda: state() == "coils 0 3, barrier open"), state(),
              (folder / "tallyd.log").read_text())
        check(settled(lambda: gate_row(tally).get("barrier") == "opened"), gate_row(tally))
        port = ready["racks"]["gates"]
        code, said = run("mbpoll", "-m", "tcp", "-p", port, "-a", 9, "-0", "-r", 0, "-c", 4, "-t",
                         "0", "-1", "127.0.0.1")
        check(code == 0 and [row.split()[1] for row in said.splitlines() if row.startswith("[")]
              == ["1", "0", "0", "1"], "mbpoll, coils:", said)
        said = modbus_serial(BUILD, port, 9, 0, 2, "inputs")
        check(said[:2] == [True, False], "modbus-serial, inputs:", said)
        emul.say(json.dumps({"verb": "shelf_fault", "shelf": "gates", "unit": 9, "name": "stuck"}))
        run(*tally, "gate", "barrier", "dock", "closed", "--reason", "search")
        check(settled(lambda: gate_row(tally).get("light_read") == "yellow"), gate_row(tally))
        row = gate_row(tally)
        check(row["barrier"] == "opened" and "told to be closed" in row["signal_text"], row)
    judged_by_tshark(list(wire.frames), folder)


def main():
    need_judges()
    for play, racks in ((foreign_slave, []), (emulated_module, ["--rack", "gates/9:relays"])):
        with tempfile.TemporaryDirectory() as name, \
                Program(EMUL, "--reader", "dock-reader", *racks, "--stdin", "--quiet") as emul:
            play(emul, pathlib.Path(name))
    print("pymodbus, mbpoll, modbus-serial and tshark agree on lamps and barrier")


main()

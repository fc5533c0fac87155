"""Independent judges of the shelf emulator and of tallyd's Modbus side:

- mbpoll (libmodbus), pymodbus and modbus-serial (npm) read the emulated instruments, mbpoll over
  RTU as well;
- TShark dissects everything the emulator says, and must find nothing to remark;
- tallyd reads a foreign slave (a pymodbus server) and books its weights.

    peers_test.py TALLY_EMUL TALLYD TALLY REPOSITORY BUILD

Exit code 77 (skipped) only if a judge is not installed, and never where nothing may be skipped.
"""
import json
import pathlib
import socket
import struct
import sys
import tempfile

from peers import (PATIENCE_S, Program, check, modbus_serial, need_judges, run, settled,
                   write_secrets)

EMUL, TALLYD, TALLY, REPOSITORY, BUILD = sys.argv[1:6]
HERE = pathlib.Path(__file__).parent


def verb(name, /, **args):
    return json.dumps({"verb": name, "shelf": "r1", **args})


def foreign_clients(emul, port):
    emul.say(verb("shelf_load", unit=1, mg=1234000))
    emul.say(verb("shelf_load", unit=2, channel=1, mg=2500000))

    def net(unit):
        code, said = run(sys.executable, HERE / "pymodbus_peer.py", "read", port, unit)
        check(code == 0, said)
        return json.loads(said)

    def is_settled():
        registers = net(1)["registers"]
        return registers[0] >> 11 & 1 == 1 and registers[3:5] == [0, 1234]

    check(settled(is_settled), "pymodbus never saw 1234 g")
    check("error" in net(2), "an Eagle has no register 6")
    code, said = run("mbpoll", "-m", "tcp", "-p", port, "-a", 1, "-0", "-r", 9, "-c", 1, "-t",
                     "4:int", "-B", "-1", "127.0.0.1")
    check(code == 0 and "1234" in said, "mbpoll, Laumas:", said)
    code, said = run("mbpoll", "-m", "tcp", "-p", port, "-a", 2, "-0", "-r", 0x100A, "-c", 1, "-t",
                     "4:float", "-B", "-1", "127.0.0.1")
    check(code == 0 and "2.5" in said, "mbpoll, Eagle:", said)
    code, said = run("mbpoll", "-m", "tcp", "-p", port, "-a", 3, "-0", "-r", 0, "-c", 2, "-t", "3",
                     "-1", "127.0.0.1")
    check(code == 0 and "[1]" in said, "mbpoll, raw:", said)
    said = modbus_serial(BUILD, port, 1, 6, 5)
    check(said[3:5] == [0, 1234], "modbus-serial, Laumas:", said)
    code, said = run("mbpoll", "-m", "tcp", "-p", port, "-a", 1, "-0", "-r", 5, "-t", "4", "-1",
                     "127.0.0.1", 7)
    check(code == 0, "mbpoll writes the tare command:", said)
    check(settled(lambda: net(1)["registers"][3:5] == [0, 0]), "the tare was not taken")


def serial_clients():
    """The rack on a serial line: mbpoll speaks RTU over its pseudo-terminal."""
    with Program(EMUL, "--rack", "r1=rtu/1,2:eagle", "--stdin", "--quiet") as emul:
        device = emul.line()["racks"]["r1"]
        emul.say(verb("shelf_load", unit=1, mg=1234000))
        emul.say(verb("shelf_load", unit=2, channel=1, mg=2500000))
        line = ("mbpoll", "-m", "rtu", "-b", 19200, "-P", "none", "-0", "-B", "-1")
        net = ("-a", 1, "-r", 9, "-c", 1, "-t", "4:int", device)

        def weighed(grams):
            code, said = run(*line, *net)
            return code == 0 and said.split()[-1] == str(grams)

        check(settled(lambda: weighed(1234)), "mbpoll over RTU, Laumas:", *run(*line, *net))
        code, said = run(*line, "-a", 2, "-r", 0x100A, "-c", 1, "-t", "4:float", device)
        check(code == 0 and "2.5" in said, "mbpoll over RTU, Eagle:", said)
        code, said = run(*line, "-a", 1, "-r", 5, "-t", "4", device, 7)
        check(code == 0, "mbpoll writes the tare command over RTU:", said)
        check(settled(lambda: weighed(0)), "the tare was not taken over RTU:", said)
        emul.say(verb("shelf_load", unit=1, mg=5000))
        check(settled(lambda: weighed(5)), "no 5 g over RTU")
        emul.say(verb("shelf_fault", unit=1, name="garbled"))
        code, said = run(*line, "-o", 0.3, *net)
        check("CRC" in said, "a broken checksum:", code, said)
        emul.say(verb("shelf_fault", unit=1, name="garbled", value=0))
        check(settled(lambda: weighed(5)), "no 5 g over RTU after the broken checksums")


def frames_of(port):
    """Requests of every kind, good and bad, and what is said to them, both as captured."""
    pdus = [bytes.fromhex(text) for text in (
        "0300060008", "0400000002", "0300000021", "03ffff0002", "0100000001", "0200000001",
        "060005000b", "10000500010200 07".replace(" ", ""), "0500010000", "0f0000000101ff", "2b0e0100")]
    frames = []
    with socket.create_connection(("127.0.0.1", port)) as wire:
        wire.settimeout(PATIENCE_S)
        for number, (unit, pdu) in enumerate((unit, pdu) for unit in (1, 2, 3) for pdu in pdus):
            request = struct.pack(">HHHB", number + 1, 0, len(pdu) + 1, unit) + pdu
            wire.sendall(request)
            answer = b""
            while len(answer) < 6 or len(answer) < 6 + struct.unpack(">H", answer[4:6])[0]:
                answer += wire.recv(4096)
            frames.append((request, answer))
    return frames


def judged_by_tshark(port, folder):
    frames = frames_of(port)
    text = ""
    for request, answer in frames:
        for sign, frame in (("I", request), ("O", answer)):
            text += f"{sign}\n000000 " + " ".join(f"{byte:02x}" for byte in frame) + "\n"
    (folder / "frames.txt").write_text(text)
    capture = folder / "frames.pcap"
    code, said = run("text2pcap", "-q", "-D", "-T", "40000,502", folder / "frames.txt", capture)
    check(code == 0, said)
    code, said = run("tshark", "-r", capture, "-Y", "mbtcp", "-T", "fields", "-e", "mbtcp.trans_id")
    check(code == 0 and len(said.split()) == 2 * len(frames), "tshark saw other frames:", said)
    code, said = run("tshark", "-r", capture, "-Y",
                     "_ws.malformed or (_ws.expert.severity >= 6291456 and not modbus.exception_code)")
    check(code == 0 and not said.strip(), "tshark remarks:", said)


SITE = """
[site]
id = "pudong"
own_prefixes = ["0614141"]
[[edge]]
id = "back"
[[place]]
id = "back.hall"
edge = "back"
[[place]]
id = "back.a1"
edge = "back"
[[shelf]]
id = "rack"
edge = "back"
around = "back.hall"
slots = [{place = "back.a1", skus = ["bolts"], capacity_g = 30000, division_mg = 1000}]
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
[[shelf_bus]]
id = "rack"
host = "127.0.0.1"
port = %d
slots = [{place = "back.a1", unit = 1, map = "%s/deploy/registers/laumas.toml"}]
"""


def tallyd_reads_a_foreign_slave(folder):
    (folder / "site.toml").write_text(SITE)
    write_secrets(folder)
    (folder / "items.csv").write_text("sku,gtin,name,tracking,unit_mg,unit_sigma_mg\n"
                                      "bolts,,Bolts,by_count,100000,500\n")
    tally = [TALLY, "--api-port-file", folder / "back.port", "--token-file", folder / "token"]

    def bolts():
        code, said = run(*tally, "stock", "ls", "--place", "back.a1", "-o", "csv", "-q")
        return [row.split(",")[4] for row in said.splitlines()[1:]] if code == 0 else said

    with Program(sys.executable, HERE / "pymodbus_peer.py", "serve") as slave:
        (folder / "edge.toml").write_text(EDGE % (slave.line()["port"], REPOSITORY))
        with open(folder / "tallyd.log", "w", encoding="utf-8") as log, \
                Program(TALLYD, "--config", folder / "edge.toml", log=log):
            check(settled(lambda: run(*tally, "shelf", "ls")[0] == 0), "tallyd does not answer")
            code, said = run(*tally, "master", "import", folder / "items.csv")
            check(code == 0, said)
            slave.say("1000")
            settled(lambda: bolts() == ["10000"])
            slave.say("700")
            check(settled(lambda: bolts() == ["7000"]), "the book has", bolts(),
                  (folder / "tallyd.log").read_text())
            code, said = run(*tally, "shelf", "ls", "-o", "csv", "-q")
            check(code == 0 and "back.a1,stable,700000,bolts,7 bolts," in said, said)


def main():
    need_judges()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with Program(EMUL, "--rack", "r1/1,2:eagle,3:raw", "--stdin", "--quiet") as emul:
            port = emul.line()["racks"]["r1"]
            foreign_clients(emul, port)
            judged_by_tshark(port, folder)
        serial_clients()
        tallyd_reads_a_foreign_slave(folder)
    print("mbpoll, pymodbus, modbus-serial and tshark agree; tallyd reads a foreign slave")


main()

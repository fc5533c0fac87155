"""A label's way over real sockets: broker, tally-bridge, tallyd, the emulated printer and the desk's
reader; orders and answers through `tally`.

    printer_test.py TALLY_EMUL TALLYD TALLY_BRIDGE TALLY

Exit code 77 (skipped) only if mosquitto is not installed, and never where nothing may be skipped.
"""
import pathlib
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).parents[1]))
from programs import (Box, Program, check, free_port, mosquitto, need, settled,  # noqa: E402
                      write_broker, write_secrets)

EMUL, TALLYD, BRIDGE, TALLY = sys.argv[1:5]

SITE = """
[site]
id = "pudong"
own_prefixes = ["0614141"]
[[edge]]
id = "back"
serial_range = 3
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

EDGE = """
[[reader]]
id = "desk-reader"
host = "127.0.0.1"
port = %d
[[printer]]
id = "desk"
host = "127.0.0.1"
port = %d
verify_reader = "desk-reader"
verify_antenna = 1
verify_limit_s = 600
"""


class LabelBox(Box):
    def states(self):
        return {row["item"]: row["state"] for row in self.rows("tag", "ls")}


def write_files(folder, broker, reader, printer):
    (folder / "site.toml").write_text(SITE)
    common = 'site_file = "site.toml"\n'
    (folder / "back.toml").write_text(common + '[edge]\nid = "back"\ndatabase = "back.db"\n' +
                                      BROKER % broker + API % "back" + EDGE % (reader, printer))
    (folder / "bridge.toml").write_text(common + '[bridge]\ndatabase = "bridge.db"\n' +
                                        BROKER % broker + API % "bridge")
    (folder / "items.csv").write_text("sku,gtin,name,tracking\n"
                                      "TEA-500,80614141123458,Tea 500 g,by_item\n")
    write_secrets(folder)
    write_broker(folder, broker)


def without_a_bridge(emul, box, printer_name):
    code, _, said = box.ask("tag", "print", "TEA-500")
    check(code == 1 and "has not yet confirmed" in said, code, said)
    code, _, said = box.ask("label", "place", "moon")
    check(code == 5 and "site.toml" in said, code, said)
    code, _, said = box.ask("label", "place", "back.hall")
    check(code == 0, said)
    check(settled(lambda: emul.tell(verb="printer_labels", printer=printer_name) == "1"), "no label")
    label = emul.tell(verb="printer_label", printer=printer_name)
    check("qr back.hall" in label and "code128 back.hall" in label, label)


def with_a_bridge(emul, box):
    check(settled(lambda: box.ask("tag", "ls")[1].get("data", {}).get("serials_left", 0) > 0),
          "no serials were confirmed")
    code, answer, said = box.ask("tag", "print", "TEA-500", "--lot", "L7", "--units", "2")
    check(code == 0, said)
    first, second = answer["data"]["items"]
    check(settled(lambda: box.states() == {first: "printed", second: "printed"}), box.states())
    label = emul.tell(verb="printer_label", printer="desk", back=1)
    check(label.startswith(f"epc {first}") and "Tea 500 g" in label, label)
    emul.tell(reader="desk-reader", verb="tag_seen", epc=first, antenna=1, rssi_dbm=-40)
    check(settled(lambda: box.states() == {second: "printed"}), box.states())
    code, _, said = box.ask("tag", "bind", second, "--tid", "E2801160")
    check(code == 0, said)
    emul.tell(verb="printer_fault", printer="desk", name="void_next")
    code, answer, said = box.ask("tag", "print", "TEA-500")
    third = answer["data"]["items"][0]
    check(settled(lambda: box.states() == {third: "unsure"}), box.states())
    code, _, said = box.ask("tag", "void", third, "--reason", "came out void")
    check(code == 0 and box.states() == {}, said)
    code, answer, said = box.ask("tag", "replace", first, "--printer", "desk", "--reason", "torn")
    check(code == 0, said)
    fresh = answer["data"]["items"][0]
    check(settled(lambda: box.states() == {fresh: "printed"}), box.states())
    emul.tell(reader="desk-reader", verb="tag_seen", epc=fresh, antenna=1, rssi_dbm=-40)
    check(settled(lambda: box.states() == {}), box.states())
    code, answer, said = box.ask("item", "trace", fresh)
    check(code == 0, said)
    told = [(event["type"], event["data"].get("act"), event["by"]) for event in answer["data"]["events"]]
    check(told == [("tag_changed", "allocate", "user:li.wei"),
                   ("tag_changed", "send", "rule:commissioning"),
                   ("tag_changed", "printed", "device:desk"),
                   ("bound", None, "device:desk-reader")], told)
    code, _, said = box.ask("tag", "bind", first, "--sku", "TEA-500")
    check(code == 5 and "was retired" in said, said)


def main():
    need("mosquitto")
    with tempfile.TemporaryDirectory() as name, \
            Program(EMUL, "--reader", "desk-reader", "--printer", "desk", "--stdin", "--quiet") as emul:
        folder = pathlib.Path(name)
        ready = emul.line()
        broker = free_port()
        write_files(folder, broker, ready["readers"]["desk-reader"], ready["printers"]["desk"])
        with open(folder / "tallyd.log", "w", encoding="utf-8") as log, \
                Program(TALLYD, "--config", folder / "back.toml", log=log):
            box = LabelBox(TALLY, folder, "back")
            check(settled(lambda: box.ask("printer", "ls")[0] == 0), "tallyd does not answer",
                  (folder / "tallyd.log").read_text())
            check(box.ask("master", "import", folder / "items.csv")[0] == 0, "no import")
            check(settled(lambda: [row["state"] for row in box.rows("printer", "ls")] == ["ready"]),
                  box.rows("printer", "ls"))
            without_a_bridge(emul, box, "desk")
            with open(folder / "others.log", "w", encoding="utf-8") as others, \
                    Program(mosquitto(), "-c", folder / "mosquitto.conf", log=others), \
                    Program(BRIDGE, "--config", folder / "bridge.toml", log=others):
                with_a_bridge(emul, box)
    print("labels went from serial to bound tag over real sockets")


main()

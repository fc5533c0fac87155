"""What the tests over real sockets share: children, the operators' command line, patience."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time

PATIENCE_S = 120
TOKEN = "0123456789abcdef0123"
# What the file of an edge called back begins with; the broker's port is to be filled in.
EDGE_HEAD = """
site_file = "site.toml"
[edge]
id = "back"
database = "back.db"
[broker]
host = "127.0.0.1"
port = %d
[api]
port_file = "back.port"
token_file = "tokens.toml"
"""


def skip(*missing):
    """Exit code 77, but never where nothing may be skipped."""
    print("skipped: not installed:", *missing, file=sys.stderr)
    must = os.environ.get("CI") == "true" or os.environ.get("TALLY_TESTDATA_REQUIRED") == "1"
    sys.exit(1 if must else 77)


def need(*programs):
    missing = [one for one in programs
               if not shutil.which(one) and not pathlib.Path("/usr/sbin", one).exists()]
    if missing:
        skip(*missing)


def mosquitto():
    return shutil.which("mosquitto") or "/usr/sbin/mosquitto"


def check(right, *what):
    if not right:
        raise AssertionError(" ".join(str(part) for part in what))


def settled(read):
    end = time.monotonic() + PATIENCE_S
    while not read() and time.monotonic() < end:
        time.sleep(0.1)
    return read()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def write_secrets(folder):
    """Who may ask, and what `tally` says."""
    user = f'[[user]]\nname = "li.wei"\nrole = "manager"\ntoken = "{TOKEN}"\n'
    for name, text in (("tokens.toml", user), ("token", TOKEN + "\n")):
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)


def write_broker(folder, port):
    (folder / "mosquitto.conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n")


class Program:
    """A child that ends with the block, and can be killed and started again; it is spoken to by
    lines."""

    def __init__(self, *command, log=None):
        self.command, self.log = [str(word) for word in command], log
        self.start()

    def start(self):
        self.child = subprocess.Popen(self.command, stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, stderr=self.log, text=True)

    def kill9(self):
        self.child.kill()
        self.child.wait(30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.terminate()
        try:
            self.child.wait(60)
        except subprocess.TimeoutExpired:
            self.child.kill()

    def line(self):
        return json.loads(self.child.stdout.readline())

    def say(self, text):
        """A line; gives the line it answers, whatever that says."""
        self.child.stdin.write(text + "\n")
        self.child.stdin.flush()
        return self.line()

    def tell(self, **verb):
        """A verb of tally-emul; gives its answer."""
        answer = self.say(json.dumps(verb))
        check(answer.get("ok"), answer)
        return answer["answer"]


class Box:
    """`tally` at an edge or the bridge."""

    def __init__(self, tally, folder, name):
        self.words = [tally, "--api-port-file", folder / f"{name}.port", "--token-file",
                      folder / "token"]

    def ask(self, *words):
        """Exit code, the answer as JSON, what was said beside it."""
        done = subprocess.run([str(word) for word in [*self.words, *words, "-o", "json"]],
                              capture_output=True, text=True, timeout=60)
        return done.returncode, (json.loads(done.stdout) if done.stdout.strip() else {}), done.stderr

    def rows(self, *words):
        code, answer, _ = self.ask(*words)
        return answer["data"]["rows"] if code in (0, 7) and "data" in answer else []

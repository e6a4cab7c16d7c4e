"""The network that contestants and servers have to themselves: a namespace whose loopback device can be slow.

A race that asks for more than a plain loopback device runs in a namespace of its own, which ends with it. A rate is kept
by the kernel. A delay is added by a process that stands with one foot in the contestants' namespace and with the other
in that of the server, which is then another one, so that what passes there does not count twice on the limited device.
That process takes its share of the processor; a relay is the same without a delay, so that what differs is the delay alone.
"""

import os
import socket
import subprocess
import sys
import time

from racing.checking import Failed

PRIVATE = "GPU_SNAPSHOT_RACE_NETWORK"
CONDITIONS = ("plain", "shaped", "relay", "delay", "stalls", "tls")
BURST = "1mb"
# So long a queue holds what a window has in flight, so that it is the rate that limits and not losses.
QUEUE = "200ms"


class Condition:
    """How the way to the server is: plain, or any of shaped, relay or delay, stalls and tls, joined by plus signs."""

    def __init__(self, text, options):
        self.text = text
        words = text.split("+")
        unknown = set(words) - set(CONDITIONS)
        if unknown or (len(words) > 1 and "plain" in words) or {"relay", "delay"} <= set(words):
            raise ValueError(
                f"a condition is plain, or some of shaped, relay or delay, stalls and tls with + between, not {text}")
        self.megabits = options.megabits if "shaped" in words else None
        self.delay_ms = options.delay if "delay" in words else 0 if "relay" in words else None
        self.stall_every = 100 if "stalls" in words else 0
        self.tls = "tls" in words

    def needs_private_network(self):
        return self.megabits is not None or self.delay_ms is not None

    def title(self):
        words = ["loopback"]
        if self.megabits:
            words = [f"{self.megabits} Mbit/s"]
        if self.delay_ms is not None:
            words.append(f"{self.delay_ms:g} ms more each way" if self.delay_ms else "relayed")
        if self.stall_every:
            words.append(f"one of {self.stall_every} requests stalls for 2 s")
        if self.tls:
            words.append("TLS")
        return ", ".join(words)


def is_private():
    """Whether nobody else uses this network."""
    return os.environ.get(PRIVATE) == "yes"


def limit_rate(megabits):
    """Holds the loopback device to a rate; the network has to be private."""
    subprocess.run(
        ["tc", "qdisc", "replace", "dev", "lo", "root", "tbf", "rate", f"{megabits}mbit", "burst", BURST,
         "latency", QUEUE],
        check=True)


class Network:
    """The network under one condition."""

    def __init__(self, condition):
        if condition.needs_private_network() and not is_private():
            raise Failed(f"the condition {condition.text} needs root, for a network of its own")
        self.condition = condition
        self.lines = []

    def __enter__(self):
        if is_private():
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        if self.condition.megabits:
            limit_rate(self.condition.megabits)
        return self

    def __exit__(self, *failure):
        for line in self.lines:
            line.terminate()
            line.wait()
        if self.condition.megabits:
            subprocess.run(["tc", "qdisc", "del", "dev", "lo", "root"], check=True)

    def server(self, words):
        """What a server's command becomes, so that it runs where it should."""
        if self.condition.delay_ms is None:
            return words
        return ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *words]

    def connect(self, process, port):
        """Makes a server's port reachable, under the same number, unless it is already."""
        if self.condition.delay_ms is None:
            return
        self._await_own_network(process.pid)
        line = subprocess.Popen(
            [sys.executable, os.path.join(os.path.dirname(__file__), "delay_line.py"), str(port), str(process.pid),
             str(self.condition.delay_ms)],
            stdout=subprocess.PIPE, text=True)
        self.lines.append(line)
        if not line.stdout.readline():
            raise Failed("the delay line does not start")

    @staticmethod
    def _await_own_network(pid, seconds=10):
        here = os.readlink("/proc/self/ns/net")
        deadline = time.monotonic() + seconds
        while os.readlink(f"/proc/{pid}/ns/net") == here:
            if time.monotonic() > deadline:
                raise Failed("the server does not leave for a network of its own")
            time.sleep(0.01)

    def wire_bytes(self):
        """Bytes so far on the device, both ways and with all headers; nothing where others use it too."""
        if not is_private():
            return None
        with open("/proc/net/dev", encoding="ascii") as devices:
            return next(int(line.split()[1]) for line in devices if line.split()[0] == "lo:")


def free_port():
    """Picks one that a server can have."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]

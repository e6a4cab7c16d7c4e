"""The curve: one snapshot restored over ways that are slow, by numbers of connections that are found or fixed."""

import os
import shutil
import sys
import tempfile

from racing import checking, measuring, network, programs
from racing.data import Recipe
from racing.reporting import spread
from racing.servers import B2

WAYS = {
    "50 ms": ["--delay", "50"],
    "10 MB/s a connection": ["--connection-rate", "10000000"],
    "50 ms, 10 MB/s a connection": ["--delay", "50", "--connection-rate", "10000000"],
}
FIXED = (1, 2, 4, 8, 16, 32, 64, 128, 200)
FOUND = "found"
# Room for so many buffers as the most connections need.
MEMORY_BYTES = 2 << 30


class Curve:
    """The snapshot, and where it is restored."""

    def __init__(self, options, home):
        self.options = options
        self.source = os.path.join(home, "source")
        self.target = os.path.join(home, "target")
        self.store = os.path.join(home, "store")

    def prepare(self):
        os.mkdir(self.source)
        measuring.in_child(Recipe(self.options.scale, self.options.seed, self.options.models).weights, self.source)
        with B2(self.store) as server:
            server.make_bucket()
            checking.succeed(
                programs.gpu_snapshot(
                    "create", "--store", server.store("curve"), "--quiet", "--workspace", self.source, "--codec", "none"),
                server.environment())

    def measure(self, way):
        """Seconds by number of connections, over one way."""
        fixed = [number for number in FIXED if number >= self.options.least]
        seconds = {number: [] for number in (FOUND, *fixed)}
        racer = programs.benchmark("races.EmbeddedRacer", java_options=self.options.java_options)
        with (B2(self.store, switches=WAYS[way]) as server,
              measuring.LivingProgram(racer, server.environment()) as living):
            for _ in range(self.options.warm_up):
                self._restore(living, server, FOUND)
            for _ in range(self.options.rounds):
                for number, samples in seconds.items():
                    samples.append(self._restore(living, server, number))
                    print(f"{way}: {number}: {samples[-1]:.2f} s", file=sys.stderr)
        return seconds

    def _restore(self, living, server, number):
        count = [] if number == FOUND else [f"connections={number}"]
        shutil.rmtree(self.target, ignore_errors=True)
        sample = living.run(
            "restore", server.store("curve"), self.target, "sync=none",
            f"memory={self.options.memory_bytes or MEMORY_BYTES}", *count)
        checking.same_tree(self.source, self.target)
        return sample.seconds


def ratios(seconds, number, other):
    """Round by round, since machines have better minutes and worse ones."""
    return [one / two for one, two in zip(seconds[number], seconds[other])]


def measure_all(curve):
    curve.prepare()
    print("| Way | Connections | Seconds: median (least to most) | of the best fixed number's, round by round |")
    print("|---|---|---|---|", flush=True)
    for way in WAYS:
        seconds = curve.measure(way)
        best = min((number for number in seconds if number != FOUND), key=lambda number: sum(seconds[number]))
        for number, samples in seconds.items():
            print(f"| {way} | {number} | {spread(samples)} | {spread(ratios(seconds, number, best))} |", flush=True)


def run(options):
    """Measures over all ways and prints the table."""
    home = tempfile.mkdtemp(prefix="gpu-snapshot-curve-", dir=options.dir)
    try:
        with network.Network(network.Condition("plain", options)):
            measure_all(Curve(options, home))
    finally:
        shutil.rmtree(home)

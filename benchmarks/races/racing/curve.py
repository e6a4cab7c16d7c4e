"""The curves, over ways that are slow: restores by numbers of connections that are found or fixed, by sizes of chunks or
ranges, or by how much may be fetched twice, and creates by sizes of packs."""

import contextlib
import os
import shutil
import sys
import tempfile
import typing

from racing import checking, measuring, network, programs
from racing.data import Recipe
from racing.reporting import spread
from racing.servers import B2

WAYS = {
    "50 ms": ["--delay", "50"],
    "10 MB/s a connection": ["--connection-rate", "10000000"],
    "50 ms, 10 MB/s a connection": ["--delay", "50", "--connection-rate", "10000000"],
}
STALLING = {f"{way}, one of 100 requests stalls for 2 s": [*switches, "--stall-every", "100"] for way, switches in WAYS.items()}
FIXED = (1, 2, 4, 8, 16, 32, 64, 128, 200)
FOUND = "found"
# A range holds a chunk at least, so these are also its least sizes.
CHUNK_MIB = (1, 2, 4, 8, 16)
DEFAULT_CHUNK = "4 MiB"
RANGE_MIB = (4, 8, 16, 32)
DEFAULT_RANGE = "16 MiB"
PACK_MIB = (8, 16, 32, 64, 96)
DEFAULT_PACK = "32 MiB"
HEDGE_PERCENT = (0, 1, 5, 20)
DEFAULT_HEDGE = "1 %"
# Room for so many buffers as the most connections need.
MEMORY_BYTES = 2 << 30


class Kind(typing.NamedTuple):
    """What a curve compares: runs, each with the snapshot it takes or restores and settings, and settings for each snapshot."""

    title: str
    runs: dict
    standard: str
    snapshots: dict = {"curve": []}
    verb: str = "restore"
    ways: dict = WAYS

    def compared_with(self, seconds):
        """The run that the others are compared with: what is chosen by default, or else the best of those that are fixed."""
        if self.standard != FOUND:
            return self.standard
        return min((name for name in seconds if name != FOUND), key=lambda name: sum(seconds[name]))


def by_connections(options):
    fixed = [number for number in FIXED if number >= options.least]
    runs = {FOUND: ("curve", []), **{number: ("curve", [f"connections={number}"]) for number in fixed}}
    return Kind("Connections", runs, FOUND)


def by_chunks(options):
    snapshots = {f"{mib} MiB": [f"chunk={mib << 20}"] for mib in CHUNK_MIB}
    return Kind("Chunks", {size: (size, []) for size in snapshots}, DEFAULT_CHUNK, snapshots)


def by_ranges(options):
    runs = {f"{mib} MiB": ("curve", [f"range={mib << 20}"]) for mib in RANGE_MIB}
    return Kind("Ranges", runs, DEFAULT_RANGE, ways={"loopback": [], **WAYS})


def by_packs(options):
    runs = {f"{mib} MiB": (f"{mib} MiB", [f"pack={mib << 20}"]) for mib in PACK_MIB}
    return Kind("Packs", runs, DEFAULT_PACK, snapshots={}, verb="create")


def by_hedging(options):
    runs = {f"{percent} %": ("curve", [f"hedge={percent}"]) for percent in HEDGE_PERCENT}
    return Kind("Fetched twice, at most", runs, DEFAULT_HEDGE, ways=STALLING)


KINDS = {
    "connections": by_connections,
    "chunks": by_chunks,
    "ranges": by_ranges,
    "packs": by_packs,
    "hedging": by_hedging,
}


class Curve:
    """The snapshots, and where they are restored."""

    def __init__(self, options, home):
        self.options = options
        self.kind = KINDS[options.curve](options)
        self.racer = programs.benchmark("races.EmbeddedRacer", java_options=options.java_options)
        self.source = os.path.join(home, "source")
        self.target = os.path.join(home, "target")
        self.store = os.path.join(home, "store")

    def prepare(self):
        os.mkdir(self.source)
        measuring.in_child(Recipe(self.options.scale, self.options.seed, self.options.models).weights, self.source)
        with B2(self.store) as server:
            server.make_bucket()
            with measuring.LivingProgram(self.racer, server.environment()) as living:
                for name, settings in self.kind.snapshots.items():
                    living.run("create", self._place(server, name), self.source, "codec=none", *settings)

    @staticmethod
    def _place(server, name):
        return server.store(name.replace(" ", "-"))

    def measure(self, way):
        """Seconds by what is compared, over one way."""
        seconds = {name: [] for name in self.kind.runs}
        run = {"create": self._create, "restore": self._restore}[self.kind.verb]
        with B2(self.store, switches=self.kind.ways[way]) as server, contextlib.ExitStack() as running:
            first = {snapshot: name for name, (snapshot, _) in reversed(self.kind.runs.items())}
            # Buffers of one size do not serve jobs with another, so each snapshot has a program of its own.
            living = {
                snapshot: running.enter_context(measuring.LivingProgram(self.racer, server.environment()))
                for snapshot in first}
            for _ in range(self.options.warm_up):
                for snapshot, name in first.items():
                    run(living[snapshot], server, name)
            for _ in range(self.options.rounds):
                for name, samples in seconds.items():
                    samples.append(run(living[self.kind.runs[name][0]], server, name))
                    print(f"{way}: {name}: {samples[-1]:.2f} s", file=sys.stderr)
        return seconds

    def _create(self, living, server, name):
        snapshot, settings = self.kind.runs[name]
        place = self._place(server, snapshot)
        sample = living.run("create", place, self.source, "codec=none", "parent=none", *self._memory(), *settings)
        checking.sound_newest_snapshot(place, server.environment())
        checking.leave_newest_snapshot(place, server.environment())
        return sample.seconds

    def _restore(self, living, server, name):
        snapshot, settings = self.kind.runs[name]
        shutil.rmtree(self.target, ignore_errors=True)
        sample = living.run(
            "restore", self._place(server, snapshot), self.target, "sync=none", *self._memory(MEMORY_BYTES), *settings)
        checking.same_tree(self.source, self.target)
        return sample.seconds

    def _memory(self, default=0):
        size = self.options.memory_bytes or default
        return [f"memory={size}"] if size else []


def ratios(seconds, number, other):
    """Round by round, since machines have better minutes and worse ones."""
    return [one / two for one, two in zip(seconds[number], seconds[other])]


def measure_all(curve):
    curve.prepare()
    print(f"| Way | {curve.kind.title} | Seconds: median (least to most) | times as long, round by round |")
    print("|---|---|---|---|", flush=True)
    for way in curve.kind.ways:
        seconds = curve.measure(way)
        standard = curve.kind.compared_with(seconds)
        for name, samples in seconds.items():
            print(f"| {way} | {name} | {spread(samples)} | {spread(ratios(seconds, name, standard))} |", flush=True)


def run(options):
    """Measures over all ways and prints the table."""
    home = tempfile.mkdtemp(prefix="gpu-snapshot-curve-", dir=options.dir)
    try:
        with network.Network(network.Condition("plain", options)):
            measure_all(Curve(options, home))
    finally:
        shutil.rmtree(home)

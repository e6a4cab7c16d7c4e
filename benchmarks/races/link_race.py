"""Races gpu-snapshot with one codec against another, over a link of limited rate. Run it by link-race.sh.

Real weights in bf16, from the models of two Maven artifacts, are created in and restored from the B2 emulator, which
is reached through a loopback device that the kernel holds to the rate. Contestants take turns, in an order that turns
as well; a first round does not count; ratios are taken round by round. After each restore the trees are compared.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from racing import network, programs
from racing.measuring import LivingProgram
from racing.reporting import spread
from racing.servers import B2


def make_workspace(options, folder):
    command = programs.benchmark(
        "models.WeightFiles", options.models, folder, str(options.copies), java_options="-Xmx2g")
    subprocess.run(command, check=True)
    return sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))


def command(emulator, *words):
    start = time.perf_counter()
    done = subprocess.run(
        programs.gpu_snapshot(*words, "--json", "--quiet"),
        env=emulator.environment(), stdout=subprocess.PIPE, text=True, check=False,
    )
    seconds = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)} ended with {done.returncode}: {done.stdout}")
    return seconds, json.loads(done.stdout.splitlines()[-1])


class Cold:
    """The command, whose JVM starts with each run."""

    def __init__(self, emulator):
        self.emulator = emulator

    def create(self, store, workspace, codec):
        return command(self.emulator, "create", "--store", store, "--workspace", workspace, "--codec", codec)[0]

    def restore(self, store, target):
        words = ("restore", "--store", store, "--snapshot", "latest", "--workspace", target, "--sync", "none")
        return command(self.emulator, *words)[0]


class Embedded(LivingProgram):
    """The library, in a JVM that lives on."""

    def __init__(self, emulator):
        super().__init__(programs.benchmark("races.EmbeddedRacer"), emulator.environment())

    def create(self, store, workspace, codec):
        return self.run("create", store, workspace, f"codec={codec}").seconds

    def restore(self, store, target):
        return self.run("restore", store, target, "sync=none").seconds


def race(home, emulator, racer, codec, number):
    store = emulator.store(f"{codec}-{number}")
    workspace = os.path.join(home, "workspace")
    target = os.path.join(home, "target")
    created = racer.create(store, workspace, codec)
    restored = racer.restore(store, target)
    subprocess.run(["diff", "-r", workspace, target], check=True)
    shutil.rmtree(target)
    _, made = command(emulator, "show", "--store", store, "--snapshot", "latest")
    command(emulator, "delete", "--store", store, "--snapshot", made["id"])
    command(emulator, "prune", "--store", store, "--keep-last", "1", "--grace", "0s")
    return {"create": created, "restore": restored, "stored": made["storedBytes"]}


def run_rounds(options, home, emulator, racer):
    rounds = []
    for number in range(options.rounds + 1):
        first = number % len(options.codecs)
        turn = options.codecs[first:] + options.codecs[:first]
        rounds.append({codec: race(home, emulator, racer, codec, number) for codec in turn})
    return rounds


def report(options, raw, rounds):
    print(f"\n{raw / 1e6:.0f} MB of bf16 over {options.megabits} Mbit/s, {options.rounds} rounds that count:\n")
    print("| Task | Codec | Seconds: median (least to most) | Stored, of raw | takes, of none's |")
    print("|---|---|---|---|---|")
    for task in ("create", "restore"):
        for codec in options.codecs:
            seconds = [one[codec][task] for one in rounds]
            shares = [one[codec][task] / one["none"][task] for one in rounds]
            print(
                f"| {task} | {codec} | {spread(seconds)} | {rounds[0][codec]['stored'] / raw:.3f} | {spread(shares)} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", help="folder with the jars of the models")
    parser.add_argument("--megabits", type=int, default=2500, help="rate of the link in Mbit/s (2500)")
    parser.add_argument("--copies", type=int, default=9, help="copies of the models' weights, 112 MB each (9)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (5)")
    parser.add_argument("--codecs", nargs="+", default=["none", "auto"], help="contestants; none must be one of them")
    parser.add_argument(
        "--embedded", action="store_true", help="race the library in a JVM that lives on, not the command")
    parser.add_argument("--dir", default="/dev/shm", help="where to work (/dev/shm)")
    options = parser.parse_args()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    network.limit_rate(options.megabits)
    # Also when it is told to end it has to remove its data and stop its servers.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    home = tempfile.mkdtemp(prefix="gpu-snapshot-link-race-", dir=options.dir)
    try:
        raw = make_workspace(options, os.path.join(home, "workspace"))
        with B2(os.path.join(home, "store")) as emulator:
            emulator.make_bucket()
            racer = Embedded(emulator) if options.embedded else contextlib.nullcontext(Cold(emulator))
            with racer as contestant:
                rounds = run_rounds(options, home, emulator, contestant)
        report(options, raw, rounds[1:])
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()

"""Races gpu-snapshot against tar and lz4, end to end. Run it by local-race.sh.

It runs twice over: as a command, start of the JVM included, and embedded, in a JVM that lives on from run to run and
whose code is compiled, as in a program that uses the library.

All contestants of a task run once per round, in an order that turns from round to round, so that whatever else
the machine does hits them alike; a first round, which warms the page cache, does not count. What each of them
has written is compared with the source after every run, outside of the measured time. CPU seconds are user and
system time of all processes of a contestant; peak memory is that of its largest process.
"""

import argparse
import json
import os
import shlex
import shutil
import signal
import statistics
import sys
import tempfile
import time

from racing import data, measuring, programs
from racing.checking import Failed
from racing.reporting import first_line, machine, memory, ratio, spread

OURS = "gpu-snapshot"
EMBEDDED = "gpu-snapshot, embedded"
# Rounds after which the compiler of a JVM has settled, as measured.
WARM_UP = 6
# Unlike some builds of sha256sum it uses the processor's instructions, as Java does.
FAST_HASH = "openssl dgst -sha256"


def run(script, home):
    """Runs a bash script in a directory and measures it."""
    words = ["bash", "-c", "set -euo pipefail\n" + script]
    return measuring.Command(words, folder=home, capture=os.path.join(home, "out.txt")).run()


def embedding_program(options):
    """A JVM that creates and restores when told."""
    words = ["-cp", options.benchmarks, programs.PACKAGE + "races.EmbeddedRacer"]
    return measuring.LivingProgram([options.java, *shlex.split(options.java_options), *words])


def told(program, *words):
    """What an embedding program does, as a contestant's run."""
    def does(home):
        sample = program.run(*words)
        sample.out = json.dumps({"bytesRead": int(sample.out)})
        return sample
    return does


class Task:
    """One thing to do, and those who do it.

    Each contestant is a name, what is removed before a run, what is measured (a script, or a function of the directory
    to work in), and a check of its result.
    """

    def __init__(self, name, contestants):
        self.name = name
        self.contestants = contestants
        self.samples = {name: [] for name, _, _, _ in contestants}

    def warm_up(self, home):
        for contestant in self.contestants:
            for _ in range(WARM_UP if contestant[0].startswith(EMBEDDED) else 1):
                self._run_one(contestant, home)

    def run_round(self, number, home):
        turn = number % len(self.contestants)
        for contestant in self.contestants[turn:] + self.contestants[:turn]:
            self.samples[contestant[0]].append(self._run_one(contestant, home))

    def _run_one(self, contestant, home):
        name, remove, measured, check = contestant
        for path in remove:
            discard(os.path.join(home, path))
        sample = measured(home) if callable(measured) else run(measured, home)
        check(sample)
        print(f"  {self.name}: {name}: {sample.seconds:.2f} s", file=sys.stderr)
        return sample


def discard(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.remove(path)


def tasks(options, home, embedded):
    """The tasks of one workspace, which is in the directory source. A later task uses what an earlier one left."""
    snapshot = " ".join([shlex.quote(options.java), options.java_options, "-jar", shlex.quote(options.jar)])
    location = "file://" + home + "/repository"
    store = "--store " + shlex.quote(location)
    embedded_location = location + "-embedded"
    source = os.path.join(home, "source")
    target = os.path.join(home, "target")

    def check(script):
        return lambda sample: run(script, home)

    def whole(uri):
        return check(f"{snapshot} verify --store {shlex.quote(uri)} --snapshot latest --data --quiet")

    def nothing_read(sample):
        if json.loads(sample.out.splitlines()[-1])["bytesRead"] != 0:
            raise Failed("the second create has read files, so it does not show what an unchanged workspace costs")

    same_tree = check("diff -r --no-dereference source target")
    create = f"{snapshot} create {store} --workspace source --instance-id race"
    restore = f"mkdir target; {snapshot} restore {store} --snapshot latest --workspace target --quiet"
    return [
        Task("create", [
            (OURS, ["repository"], create + " --quiet", whole(location)),
            (EMBEDDED, ["repository-embedded"], told(embedded, "create", embedded_location, source),
             whole(embedded_location)),
            ("tar, lz4 -1", ["archive"], "tar -C source -cf - . | lz4 -1 -q >archive",
             check("lz4 -dc archive | tar -C source -df -")),
            ("tar, SHA-256, lz4 -1", ["hashed", "pipe"],
             f"mkfifo pipe; {options.hash} <pipe >digest &"
             " tar -C source -cf - . | tee pipe | lz4 -1 -q >hashed; wait $!",
             check(f"lz4 -dc hashed | {options.hash} | cmp - digest; lz4 -dc hashed | tar -C source -df -")),
        ]),
        Task("create, nothing changed", [
            (OURS, [], create + " --json", nothing_read),
            (EMBEDDED, [], told(embedded, "create", embedded_location, source), nothing_read),
        ]),
        Task("restore", [
            (OURS, ["target"], restore, same_tree),
            (OURS + ", crc32c", ["target"], restore + " --verify-restore crc32c", same_tree),
            (EMBEDDED, ["target"], told(embedded, "restore", embedded_location, target, "verify=sha256"), same_tree),
            (EMBEDDED + ", crc32c", ["target"], told(embedded, "restore", embedded_location, target, "verify=crc32c"),
             same_tree),
            ("lz4 -d, tar", ["target"], "mkdir target; lz4 -dc archive | tar -C target -xf -", same_tree),
        ]),
    ]


def stored_bytes(home, name):
    path = os.path.join(home, name)
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(os.path.getsize(os.path.join(folder, file)) for folder, _, files in os.walk(path) for file in files)


def report(title, raced, floor_kib):
    print(f"\n### {title}\n")
    print("| Task | Who | Seconds: median (least to most) | CPU seconds | Peak memory, MiB | gpu-snapshot takes"
          " | embedded it takes |")
    print("|---|---|---|---|---|---|---|")
    for task in raced:
        for name, samples in task.samples.items():
            ratios = " | ".join(compared(task.samples[our], samples) for our in (OURS, EMBEDDED))
            seconds = spread([sample.seconds for sample in samples])
            cpu = f"{statistics.median(sample.cpu for sample in samples):.2f}"
            print(f"| {task.name} | {name} | {seconds} | {cpu} | {memory(samples, floor_kib)} | {ratios} |")


def compared(ours, theirs):
    words = ratio(ours, theirs)
    return words + " times as long" if words else ""


def describe_machine(options):
    print(f"- {machine()}")
    asked = ((options.java, "-version"), ("tar", "--version"), ("lz4", "--version"))
    print("- " + "; ".join(first_line(*command).strip("* ") for command in asked) + f"; hashing: {options.hash}")
    print(f"- {options.rounds} rounds that count; all files in {options.dir}")


def require_space(folder, needed):
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Failed(f"{folder} has {free >> 20} MiB free, but the race needs {needed >> 20}; use --dir or --scale")


def race(title, options, source_bytes, make, *arguments):
    # Source, two repositories, two archives and a target, with room for what small files take more.
    require_space(options.dir, 7 * source_bytes + (1 << 30))
    home = tempfile.mkdtemp(prefix="gpu-snapshot-race-", dir=options.dir)
    try:
        source = os.path.join(home, "source")
        os.mkdir(source)
        measuring.in_child(make, source, *arguments)
        # A create does not trust times that are younger than its clock can tell apart.
        time.sleep(2)
        with embedding_program(options) as embedded:
            raced = tasks(options, home, embedded)
            print(f"{title}: warming up", file=sys.stderr)
            for task in raced:
                task.warm_up(home)
            for number in range(1, options.rounds + 1):
                print(f"{title}: round {number} of {options.rounds}", file=sys.stderr)
                for task in raced:
                    task.run_round(number, home)
        report(title, raced, measuring.own_peak_kib())
        sizes = {name: stored_bytes(home, path) for name, path in ((OURS, "repository"), ("tar, lz4 -1", "archive"))}
        print("\nStored, in MB: " + ", ".join(f"{name} {size / 1e6:.1f}" for name, size in sizes.items()))
    finally:
        shutil.rmtree(home)


def parse_options():
    parser = argparse.ArgumentParser(
        prog="local-race.sh", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (default: 5)")
    parser.add_argument("--dir", default="/dev/shm", help="where to work, in a new directory (default: /dev/shm)")
    parser.add_argument("--jar", default=programs.JAR, help="gpu-snapshot.jar (default: the one built here)")
    parser.add_argument("--benchmarks", default=programs.BENCHMARKS,
                        help="benchmarks.jar, which has the embedding program (default: the one built here)")
    parser.add_argument("--java", default="java", help="the Java to use (default: java)")
    parser.add_argument("--java-options", default="", help="options for Java, as in --java-options=-Xmx512m")
    parser.add_argument("--hash", default=FAST_HASH if shutil.which("openssl") else "sha256sum",
                        help=f"what hashes for the rival (default: {FAST_HASH}, or sha256sum where that is missing)")
    parser.add_argument("--workspaces", default="weights,files", help="weights, files, or both (default)")
    parser.add_argument("--scale", type=float, default=1.0, help="factor on the size of the workspaces")
    parser.add_argument("--seed", type=int, default=42, help="of the content (default: 42)")
    options = parser.parse_args()
    options.jar = os.path.realpath(options.jar)
    options.benchmarks = os.path.realpath(options.benchmarks)
    options.dir = os.path.realpath(options.dir)
    unknown = set(options.workspaces.split(",")) - {"weights", "files"}
    if options.rounds < 1 or options.scale <= 0 or unknown:
        parser.error("--rounds and --scale are more than 0, --workspaces is weights, files, or weights,files")
    for jar in (options.jar, options.benchmarks):
        if not os.path.isfile(jar):
            parser.error(f"there is no {jar}; build it: mvn -q -DskipTests package")
    return options


def main():
    options = parse_options()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        describe_machine(options)
        if "weights" in options.workspaces.split(","):
            size = round(1_000_000_000 * options.scale)
            race(f"Weights: 2 files of {size / 1e6:.0f} MB", options, 2 * size,
                 data.make_weights, size, options.seed)
        if "files" in options.workspaces.split(","):
            count, total = round(100_000 * options.scale), round(55_000_000 * options.scale)
            race(f"Small files: {count} of {total / 1e6:.0f} MB together", options, total + 4096 * count,
                 data.make_files, count, total, options.seed)
    except Failed as failure:
        sys.exit(f"local-race.sh: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

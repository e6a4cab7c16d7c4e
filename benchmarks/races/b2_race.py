"""Races gpu-snapshot against rclone, with the B2 emulator between them and the disk. Run it by b2-race.sh.

Both move the same files: rclone one object a file, gpu-snapshot packs. They take turns, in an order that turns as well; a
first round does not count; ratios are taken round by round. What each of them has written is checked after every run,
outside of the measured time: number, sizes and content of files by diff, snapshots by verify --data, what rclone has sent
by rclone check --download. CPU seconds and peak memory are those of the contestant, without the emulator.

With --curve it does something else: it restores one snapshot over three slow ways (a delay before each answer, a limit to
each connection, and both), with the number of connections that is found while data moves, and with fixed numbers.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import link_race
import race_data

BUCKET = "race-bucket"
OURS = "gpu-snapshot"
RIVAL = "rclone"
WAYS = {
    "50 ms": ["--delay", "50"],
    "10 MB/s a connection": ["--connection-rate", "10000000"],
    "50 ms, 10 MB/s a connection": ["--delay", "50", "--connection-rate", "10000000"],
}
FIXED = (1, 2, 4, 8, 16, 32, 64, 128, 200)


class Sample:
    """What one run took."""

    def __init__(self, seconds, cpu, peak_kib):
        self.seconds = seconds
        self.cpu = cpu
        self.peak_kib = peak_kib


def measure(command, environment):
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"b2-race.sh: {' '.join(command)} ended with {process.returncode}")
    return Sample(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)


def check(command, environment):
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        sys.exit(f"b2-race.sh: {' '.join(command)} found: {done.stdout.decode('utf-8', 'replace')[-2000:]}")


class Emulator(link_race.Emulator):
    """The emulator, over a folder that may hold a bucket already."""

    def __init__(self, folder, *switches):
        os.makedirs(folder, exist_ok=True)
        self.process = subprocess.Popen(
            ["java", "-jar", link_race.JAR, "emulate-b2", "--port", "0", "--root", folder, *switches],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self.ready = json.loads(self.process.stdout.readline())

    def environment(self):
        return dict(
            super().environment(), RCLONE_CONFIG="/dev/null", RCLONE_CONFIG_B2_TYPE="b2",
            RCLONE_CONFIG_B2_ACCOUNT=self.ready["keyId"], RCLONE_CONFIG_B2_KEY=self.ready["applicationKey"],
            RCLONE_CONFIG_B2_ENDPOINT=self.ready["endpoint"],
        )

    def snapshot_command(self, options, name, *words):
        store = f"b2://{BUCKET}/ours?endpoint={self.ready['endpoint']}"
        return ["java", *options.java_options.split(), "-jar", link_race.JAR, name, "--store", store, "--quiet", *words]


class Race:
    """The two contestants and their two tasks."""

    def __init__(self, options, home, emulator):
        self.options = options
        self.emulator = emulator
        self.environment = emulator.environment()
        self.source = os.path.join(home, "source")
        self.target = os.path.join(home, "target")

    def ours(self, name, *words):
        return self.emulator.snapshot_command(self.options, name, *words)

    def rclone(self, *words):
        return ["rclone", *words, "--transfers", "32", "--checkers", "32"]

    def create(self, who):
        if who == OURS:
            sample = measure(
                self.ours("create", "--workspace", self.source, "--codec", self.options.codec, "--parent", "none"),
                self.environment)
            check(self.ours("verify", "--snapshot", "latest", "--data"), self.environment)
            check(self.ours("prune", "--keep-last", "1", "--grace", "0s"), self.environment)
        else:
            subprocess.run(self.rclone("purge", f"b2:{BUCKET}/plain"), env=self.environment, check=False,
                           stderr=subprocess.DEVNULL)
            sample = measure(self.rclone("copy", self.source, f"b2:{BUCKET}/plain"), self.environment)
            check(self.rclone("check", "--download", self.source, f"b2:{BUCKET}/plain"), self.environment)
        return sample

    def restore(self, who):
        shutil.rmtree(self.target, ignore_errors=True)
        if who == OURS:
            command = self.ours("restore", "--snapshot", "latest", "--workspace", self.target, "--sync", "none")
        else:
            command = self.rclone("copy", f"b2:{BUCKET}/plain", self.target)
        sample = measure(command, self.environment)
        check(["diff", "-r", self.source, self.target], self.environment)
        return sample

    def round(self, number):
        order = [OURS, RIVAL] if number % 2 else [RIVAL, OURS]
        created = {who: self.create(who) for who in order}
        restored = {who: self.restore(who) for who in order}
        return {"create": created, "restore": restored}


def spread(values):
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def report(title, gigabytes, rounds):
    print(f"\n### {title}\n")
    print("| Task | Who | Seconds: median (least to most) | CPU-s/GB | Peak memory, MiB | gpu-snapshot takes |")
    print("|---|---|---|---|---|---|")
    for task in ("create", "restore"):
        for who in (OURS, RIVAL):
            samples = [one[task][who] for one in rounds]
            cpu = statistics.median(sample.cpu for sample in samples) / gigabytes
            peak = max(sample.peak_kib for sample in samples) / 1024
            ratios = [one[task][OURS].seconds / one[task][RIVAL].seconds for one in rounds]
            ratio = "" if who == OURS else spread(ratios) + " times as long"
            seconds = spread([sample.seconds for sample in samples])
            print(f"| {task} | {who} | {seconds} | {cpu:.2f} | {peak:.0f} | {ratio} |")


def race(options, title, make, *arguments):
    home = tempfile.mkdtemp(prefix="gpu-snapshot-b2-race-", dir=options.dir)
    try:
        source = os.path.join(home, "source")
        os.mkdir(source)
        make(source, *arguments)
        size = sum(os.path.getsize(os.path.join(at, name)) for at, _, names in os.walk(source) for name in names)
        emulator = Emulator(os.path.join(home, "store"))
        try:
            emulator.make_bucket(BUCKET)
            contest = Race(options, home, emulator)
            rounds = []
            for number in range(options.rounds + 1):
                print(f"{title}: round {number} of {options.rounds}", file=sys.stderr)
                rounds.append(contest.round(number))
        finally:
            emulator.stop()
        report(title, size / 1e9, rounds[1:])
    finally:
        shutil.rmtree(home)


def curve(options):
    home = tempfile.mkdtemp(prefix="gpu-snapshot-b2-curve-", dir=options.dir)
    try:
        source = os.path.join(home, "source")
        os.mkdir(source)
        race_data.make_weights(source, round(1_000_000_000 * options.scale), options.seed)
        store = os.path.join(home, "store")
        emulator = Emulator(store)
        try:
            emulator.make_bucket(BUCKET)
            check(Race(options, home, emulator).ours("create", "--workspace", source, "--codec", "none"),
                  emulator.environment())
        finally:
            emulator.stop()
        print("| Way | Connections | Seconds: median (least to most) | of the best fixed number's |")
        print("|---|---|---|---|")
        for way, switches in WAYS.items():
            curve_of(options, home, Emulator(store, *switches), way)
    finally:
        shutil.rmtree(home)


def curve_of(options, home, emulator, way):
    contest = Race(options, home, emulator)
    fixed = [number for number in FIXED if number >= options.least]
    seconds = {number: [] for number in ("found", *fixed)}
    try:
        for _ in range(options.rounds):
            for number, samples in seconds.items():
                count = [] if number == "found" else ["--connections", str(number), "--min-connections", str(number)]
                shutil.rmtree(contest.target, ignore_errors=True)
                samples.append(measure(
                    contest.ours("restore", "--snapshot", "latest", "--workspace", contest.target, "--sync", "none",
                                 "--memory", options.memory, *count),
                    contest.environment).seconds)
                check(["diff", "-r", contest.source, contest.target], contest.environment)
                print(f"{way}: {number}: {samples[-1]:.2f} s", file=sys.stderr)
    finally:
        emulator.stop()
    best = min(statistics.median(samples) for number, samples in seconds.items() if number != "found")
    for number, samples in seconds.items():
        print(f"| {way} | {number} | {spread(samples)} | {statistics.median(samples) / best:.2f} |")


def parse_options():
    parser = argparse.ArgumentParser(
        prog="b2-race.sh", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (default: 5)")
    parser.add_argument("--scale", type=float, default=1.0, help="factor on the size of the workspaces (default: 1)")
    parser.add_argument("--workspaces", default="weights,files", help="weights, files, or both (default)")
    parser.add_argument("--dir", default="/dev/shm", help="where to work, in a new directory (default: /dev/shm)")
    parser.add_argument("--codec", default="none", help="codec of the create (default: none, since rclone has none)")
    parser.add_argument("--java-options", default="", help="options for Java, such as -Xmx512m")
    parser.add_argument("--seed", type=int, default=42, help="of the content (default: 42)")
    parser.add_argument("--curve", action="store_true", help="compare numbers of connections instead")
    parser.add_argument("--least", type=int, default=1, help="least fixed number of the curve (default: 1)")
    parser.add_argument("--memory", default="2G", help="room for buffers in the curve, so that 200 fit (default: 2G)")
    options = parser.parse_args()
    if options.rounds < 1 or options.scale <= 0 or set(options.workspaces.split(",")) - {"weights", "files"}:
        parser.error("--rounds and --scale are more than 0, --workspaces is weights, files, or weights,files")
    if not os.path.isfile(link_race.JAR):
        parser.error(f"there is no {os.path.realpath(link_race.JAR)}; build it: mvn -q -DskipTests package")
    return options


def main():
    options = parse_options()
    load = os.getloadavg()[0]
    print(f"- {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Linux {os.uname().release}, load {load:.1f}")
    if options.curve:
        curve(options)
        return
    if "weights" in options.workspaces.split(","):
        size = round(1_000_000_000 * options.scale)
        race(options, f"Weights: 2 files of {size / 1e6:.0f} MB", race_data.make_weights, size, options.seed)
    if "files" in options.workspaces.split(","):
        count, total = round(20_000 * options.scale), round(100_000_000 * options.scale)
        race(options, f"Small files: {count} of {total / 1e6:.0f} MB together", race_data.make_files, count, total,
             options.seed)


if __name__ == "__main__":
    main()

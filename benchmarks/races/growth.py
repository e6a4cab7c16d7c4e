"""Measures how time and memory grow with bytes, files and hosts. Run it by growth.sh.

restore  restores more and more bytes, which a server makes up as they are asked for, over HTTP into memory, where files
         are removed as soon as they are complete
create   creates snapshots of more and more bytes in a folder
files    creates and restores snapshots of more and more files of 30 bytes, with a folder as the store
hosts    restores one snapshot on more and more hosts at once, each a process of its own, from one server

Each run is a process of its own. Seconds are those of the job, JVM's start included except for restore, CPU seconds and
peak memory those of the process, its start included, without the server. By the hosts the slowest counts for seconds.
"""

import argparse
import concurrent.futures
import os
import shutil
import signal
import subprocess
import sys
import tempfile

from racing import programs
from racing.measuring import Command
from racing.reporting import first_line, machine
from racing.servers import B2, plain_environment

GIBIBYTE = 1 << 30
CHUNK = 4 << 20
FILES_PER_DIRECTORY = 1000
HOST_BYTES = 128 << 20
# What an agent on a host gets.
BUDGET = "512M"
JAVA = "-XX:+UseSerialGC -XX:CompileThresholdScaling=4 -Xmx128m -XX:MaxDirectMemorySize=576m"
TASKS = ("restore", "create", "files", "hosts")


def numbers(text):
    return [int(word) for word in text.split(",")]


class Folder:
    """A folder that is there for one measurement."""

    def __init__(self, home, name):
        self.path = os.path.join(home, name)

    def __enter__(self):
        os.mkdir(self.path)
        return self.path

    def __exit__(self, *failure):
        shutil.rmtree(self.path)


class Rows:
    """Rows of a table, printed as they come."""

    def __init__(self, what, unit):
        print(f"\n| {what} | Seconds | for {unit} | CPU-s | Peak memory, MiB |\n|---|---|---|---|---|", flush=True)

    def add(self, label, units, seconds, cpu, peak_kib):
        print(f"| {label} | {seconds:.2f} | {seconds / units:.2f} | {cpu:.1f} | {peak_kib / 1024:.0f} |", flush=True)


def grow_restores(options, home):
    server = subprocess.Popen(
        programs.benchmark("growth.ContentServer"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True)
    try:
        port = server.stdout.readline().strip()
        rows = Rows("restore, GiB", "one")
        for size in options.gibibytes:
            with Folder(home, "target") as target:
                # It has room for what is never there as a whole.
                subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size + 2}g", "tmpfs", target], check=True)
                try:
                    answer = os.path.join(home, "answer")
                    words = programs.benchmark("growth.GrowthRestore", str(size), target, port, java_options=JAVA)
                    sample = Command(words, environment=plain_environment(), capture=answer).run()
                finally:
                    subprocess.run(["umount", target], check=True)
                rows.add(size, size, float(sample.out), sample.cpu, sample.peak_kib)
    finally:
        server.stdin.close()
        server.wait()


def make_bytes(folder, size):
    """Noise that differs from chunk to chunk."""
    noise = bytearray(os.urandom(CHUNK))
    with open(os.path.join(folder, "weights.bin"), "wb") as file:
        for number in range(size // CHUNK):
            noise[:8] = number.to_bytes(8, "big")
            file.write(noise)


def create(workspace, store):
    return Command(
        programs.gpu_snapshot(
            "create", "--store", store, "--workspace", workspace, "--memory", BUDGET, "--quiet", java_options=JAVA),
        environment=plain_environment()).run()


def restore(store, target, environment):
    return Command(
        programs.gpu_snapshot(
            "restore", "--store", store, "--snapshot", "latest", "--workspace", target, "--sync", "none",
            "--memory", BUDGET, "--quiet", java_options=JAVA),
        environment=environment).run()


def grow_creates(options, home):
    rows = Rows("create, GiB", "one")
    for size in options.create_gibibytes:
        with Folder(home, "workspace") as workspace, Folder(home, "store") as store:
            make_bytes(workspace, size * GIBIBYTE)
            sample = create(workspace, f"file://{store}")
            rows.add(size, size, sample.seconds, sample.cpu, sample.peak_kib)


def make_tiny_files(folder, count):
    for number in range(count):
        directory = os.path.join(folder, f"package_{number // FILES_PER_DIRECTORY:04d}")
        if number % FILES_PER_DIRECTORY == 0:
            os.mkdir(directory)
        with open(os.path.join(directory, f"module_{number:07d}.py"), "w", encoding="ascii") as file:
            file.write(f"value = {number:022d}")


def grow_files(options, home):
    created, restored = [], []
    for count in options.files:
        with Folder(home, "workspace") as workspace, Folder(home, "store") as store, Folder(home, "target") as target:
            make_tiny_files(workspace, count)
            created.append(create(workspace, f"file://{store}"))
            restored.append(restore(f"file://{store}", target, plain_environment()))
            subprocess.run(["diff", "-r", workspace, target], check=True)
    for task, samples in (("create", created), ("restore", restored)):
        rows = Rows(f"{task}, files", "a thousand")
        for count, sample in zip(options.files, samples):
            rows.add(f"{count:,}", count / 1000, sample.seconds, sample.cpu, sample.peak_kib)


def grow_hosts(options, home):
    with Folder(home, "workspace") as workspace, Folder(home, "store") as folder, B2(folder) as server:
        server.make_bucket()
        make_bytes(workspace, HOST_BYTES)
        store = server.store("hosts")
        subprocess.run(
            programs.gpu_snapshot("create", "--store", store, "--workspace", workspace, "--quiet"),
            env=server.environment(), stdout=subprocess.DEVNULL, check=True)
        rows = Rows(f"hosts that restore {HOST_BYTES >> 20} MiB at once", "one")
        for count in options.hosts:
            with Folder(home, "targets") as targets:
                samples = restore_on_hosts(count, store, targets, server.environment())
                for number in range(count):
                    subprocess.run(["diff", "-r", workspace, os.path.join(targets, str(number))], check=True)
                rows.add(
                    count, count, max(sample.seconds for sample in samples), sum(sample.cpu for sample in samples),
                    max(sample.peak_kib for sample in samples))


def restore_on_hosts(count, store, targets, environment):
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(
            lambda number: restore(store, os.path.join(targets, str(number)), environment), range(count)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", default=",".join(TASKS), help="some of restore,create,files,hosts (all)")
    parser.add_argument("--gibibytes", type=numbers, default="1,4,16,64", help="to restore (1,4,16,64)")
    parser.add_argument("--create-gibibytes", type=numbers, default="1,2,4", help="to create (1,2,4)")
    parser.add_argument("--files", type=numbers, default="10,1000,100000,1000000", help="(10,1000,100000,1000000)")
    parser.add_argument("--hosts", type=numbers, default="1,2,4,8,16,32", help="(1,2,4,8,16,32)")
    parser.add_argument("--dir", default="/dev/shm", help="where to work (/dev/shm)")
    options = parser.parse_args()
    tasks = options.tasks.split(",")
    if not set(tasks) <= set(TASKS):
        parser.error(f"tasks are some of {', '.join(TASKS)}, not {options.tasks}")
    if programs.missing():
        sys.exit(programs.missing())
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    print(f"- {machine()}\n- {first_line('java', '-version')}")
    # Removed whatever happens, since it may be most of the memory.
    with tempfile.TemporaryDirectory(dir=options.dir, prefix="gpu-snapshot-growth-") as home:
        by_name = {"restore": grow_restores, "create": grow_creates, "files": grow_files, "hosts": grow_hosts}
        for task in tasks:
            by_name[task](options, home)


if __name__ == "__main__":
    main()

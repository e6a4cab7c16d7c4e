"""Races jobs on a host that is reached by SSH against the same jobs on this machine. Run it by ssh-race.sh.

The host is this machine, by an SSH server of its own, so both have the same processors and the same way to the B2
emulator. A first round, in which the agent is sent, is told apart; then they take turns, in an order that turns as well.
What people do without a store takes its turn too: tar and lz4 on the host, and what comes out sent by ssh to a file here,
and back. After each restore the trees are compared. With --delay a relay holds every packet of the SSH connection back. With --bare
the host has no Java, and forgets what it was sent before, so that every job sends both the agent and a Java runtime.
With --embedded it is not the command that runs, but the library in a JVM that lives on; the host's JVM starts with each
job all the same.
"""

import argparse
import json
import os
import shlex
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from racing import checking, measuring, network, programs
from racing.data import Recipe
from racing.delay_line import DelayLine
from racing.reporting import spread
from racing.servers import B2

HERE = "here"
THERE = "by SSH"
PIPE = "tar, lz4 -1 by SSH"
ALL = (HERE, THERE, PIPE)


class SshServer:
    """An sshd with keys of its own, and a home for what is sent to it."""

    def __init__(self, home, bare):
        self.cache = os.path.join(home, "cache")
        os.makedirs(self.cache)
        for name in ("host", "client"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(home, name)], check=True)
        os.makedirs("/run/sshd", exist_ok=True)
        self.port = network.free_port()
        config = os.path.join(home, "sshd_config")
        with open(config, "w", encoding="ascii") as file:
            file.write(
                f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {home}/host\nAuthorizedKeysFile {home}/client.pub\n"
                f"PidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin yes\nSetEnv XDG_CACHE_HOME={self.cache}\n")
        words = ["/usr/sbin/sshd", "-D", "-f", config]
        if bare:
            words = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs tmpfs /usr/lib/jvm && exec "$@"', "sh", *words]
        self.process = subprocess.Popen(words)
        fingerprint = subprocess.run(
            ["ssh-keygen", "-l", "-f", os.path.join(home, "host.pub")], check=True, stdout=subprocess.PIPE, text=True)
        self.access = {"identity": os.path.join(home, "client"), "host-key": fingerprint.stdout.split()[1]}
        self.known_hosts = os.path.join(home, "known_hosts")
        with open(os.path.join(home, "host.pub"), encoding="ascii") as key, \
                open(self.known_hosts, "w", encoding="ascii") as file:
            file.write("host " + key.read())
        self.await_start()

    def await_start(self):
        for _ in range(100):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        sys.exit("ssh-race.sh: sshd does not start")

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.process.terminate()
        self.process.wait()

    def shell(self, port, script):
        """The words that run a script there, by the cipher that costs least here, and without compressing once more."""
        settings = ("BatchMode=yes", "IdentitiesOnly=yes", "HostKeyAlias=host", f"UserKnownHostsFile={self.known_hosts}",
                    "StrictHostKeyChecking=yes", "Compression=no")
        return ["ssh", "-F", "none", "-p", str(port), "-i", self.access["identity"], "-c", "aes128-gcm@openssh.com",
                *(word for setting in settings for word in ("-o", setting)), "root@127.0.0.1", script]

    def forget(self):
        """Makes it as if it had never been used."""
        shutil.rmtree(self.cache)
        os.makedirs(self.cache)


def delayed(port, milliseconds):
    """A port behind which another one is, every piece of what passes comes later."""
    listener = socket.create_server(("127.0.0.1", 0))
    line = DelayLine(listener, lambda: socket.create_connection(("127.0.0.1", port)), milliseconds / 1000)
    threading.Thread(target=line.run, daemon=True).start()
    return listener.getsockname()[1]


class Race:
    def __init__(self, options, home, emulator, server):
        self.options = options
        self.emulator = emulator
        self.server = server
        self.environment = emulator.environment()
        self.source = os.path.join(home, "source")
        self.target = os.path.join(home, "target")
        self.archive = os.path.join(home, "archive")
        self.port = delayed(server.port, options.delay) if options.delay else server.port
        self.host = {"ssh": f"root@127.0.0.1:{self.port}", **server.access}
        self.living = None
        self.control = []

    def command(self, name, *words):
        store = self.emulator.store("ours")
        return programs.gpu_snapshot(
            name, "--store", store, "--quiet", *words, java_options=self.options.java_options)

    def __enter__(self):
        if self.options.embedded:
            self.living = measuring.LivingProgram(
                programs.benchmark("races.EmbeddedRacer", java_options=self.options.java_options), self.environment)
        return self

    def __exit__(self, *failure):
        if self.living:
            self.living.stop()

    def run(self, who, name, workspace, **settings):
        if self.options.bare:
            self.server.forget()
        more = {**settings, **(self.host if who == THERE else {})}
        return self.run_living(name, workspace, more) if self.living else self.run_command(name, workspace, more)

    def run_living(self, name, workspace, settings):
        words = [f"{setting}={value}" for setting, value in settings.items()]
        return self.living.run(name, self.emulator.store("ours"), workspace, *words).seconds

    def run_command(self, name, workspace, settings):
        words = ["--json", "--workspace", workspace, *(["--snapshot", "latest"] if name == "restore" else [])]
        for setting, value in settings.items():
            words += [f"--{setting}", value]
        start = time.perf_counter()
        done = subprocess.run(
            self.command(name, *words), env=self.environment, check=False, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, text=True)
        seconds = time.perf_counter() - start
        if done.returncode != 0:
            sys.exit(f"ssh-race.sh: {name} ended with {done.returncode}: {done.stdout}")
        summary = json.loads(done.stdout.splitlines()[-1])
        if "host" in summary:
            self.control.append((name, summary["host"]["controlBytes"]))
        return seconds

    def run_pipe(self, script, way):
        """The workspace as one stream through the machine that asks, which keeps it in a file."""
        words = " ".join(map(shlex.quote, self.server.shell(self.port, script)))
        return measuring.Command(["bash", "-c", f"{words} {way} {shlex.quote(self.archive)}"]).run().seconds

    def restore(self, who):
        shutil.rmtree(self.target, ignore_errors=True)
        if who == PIPE:
            target = shlex.quote(self.target)
            seconds = self.run_pipe(f"mkdir {target} && lz4 -dc | tar -C {target} -xf -", "<")
        else:
            seconds = self.run(who, "restore", self.target, sync="none")
        checking.same_tree(self.source, self.target)
        return seconds

    def create(self, who):
        if who == PIPE:
            seconds = self.run_pipe(f"tar -C {shlex.quote(self.source)} -cf - . | lz4 -1 -q", ">")
            compared = 'set -o pipefail; lz4 -dc "$1" | tar -C "$2" -df -'
            checking.succeed(["bash", "-c", compared, "bash", self.archive, self.source])
            return seconds
        seconds = self.run(who, "create", self.source, codec=self.options.codec, parent="none")
        checking.succeed(self.command("prune", "--keep-last", "1", "--grace", "0s"), self.environment)
        return seconds

    def round(self, number):
        turn = number % len(ALL)
        return {task: {who: getattr(self, task)(who) for who in ALL[turn:] + ALL[:turn]} for task in ("create", "restore")}


def report(race, size, first, rounds):
    print(f"\nThe first create by SSH, in which the agent is sent: {first['create'][THERE]:.2f} s\n")
    print(f"| Task | Where | Seconds: median (least to most) | more than here, median | of {PIPE} |")
    print("|---|---|---|---|---|")
    for task in ("create", "restore"):
        for who in ALL:
            more = statistics.median(one[task][who] - one[task][HERE] for one in rounds)
            share = spread([one[task][who] / one[task][PIPE] for one in rounds])
            print(f"| {task} | {who} | {spread([one[task][who] for one in rounds])} | {more:.2f} | {share} |")
    for task in sorted({name for name, count in race.control}):
        most = max(count for name, count in race.control if name == task)
        print(f"\nControl messages of a {task}: {most} bytes at most, {100 * most / size:.3f} % of the data")


def parse_options():
    parser = argparse.ArgumentParser(
        prog="ssh-race.sh", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (default: 5)")
    parser.add_argument("--scale", type=float, default=1.0, help="factor on the size of the workspace (default: 1)")
    parser.add_argument("--codec", default="auto", help="what creates encode with (default: auto)")
    parser.add_argument("--delay", type=float, default=0, help="milliseconds each way on the SSH connection (default: 0)")
    parser.add_argument("--embedded", action="store_true", help="the library in a JVM that lives on, not the command")
    parser.add_argument(
        "--warm-up", type=int, default=5, help="rounds with --embedded that only get code compiled (default: 5)")
    parser.add_argument("--bare", action="store_true", help="a host without Java, to which all is sent for each job")
    parser.add_argument("--dir", default="/dev/shm", help="where to work, in a new directory (default: /dev/shm)")
    parser.add_argument("--java-options", default="", help="options for Java, as in --java-options=-Xmx512m")
    parser.add_argument("--seed", type=int, default=42, help="of the content (default: 42)")
    options = parser.parse_args()
    if options.bare and os.getuid() != 0:
        parser.error("--bare needs root, to hide this machine's Java from the host")
    if programs.missing():
        parser.error(programs.missing())
    return options


def main():
    options = parse_options()
    print(f"- {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    # Also when it is told to end it has to remove its data and stop its servers.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    home = tempfile.mkdtemp(prefix="gpu-snapshot-ssh-race-", dir=options.dir)
    try:
        source = os.path.join(home, "source")
        os.mkdir(source)
        measuring.in_child(Recipe(options.scale, options.seed).weights, source)
        with B2(os.path.join(home, "store")) as emulator, SshServer(
                os.path.join(home, "host"), options.bare) as server:
            emulator.make_bucket()
            with Race(options, home, emulator, server) as race:
                first = race.round(0)
                for number in range(options.warm_up if options.embedded else 0):
                    race.round(number)
                rounds = [race.round(number) for number in range(1, options.rounds + 1)]
            report(race, checking.size_of(source), first, rounds)
    except checking.Failed as failure:
        sys.exit(f"ssh-race.sh: {failure}")
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()

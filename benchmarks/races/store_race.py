"""Races gpu-snapshot against other programs, with the same server between them and the disk. Run it by store-race.sh.

All move the same files to the server and back, in turns: programs that copy make one object a file, gpu-snapshot makes
packs. What each of them has written is checked after every run, outside of the measured time. CPU seconds and peak memory
are those of the contestant, without the server, which is on the same machine; the same server is used by all.

With --curve it does something else: it restores from the B2 emulator over three slow ways (a delay before each answer, a
limit to each connection, and both), with the number of connections that is found while data moves, and with fixed
numbers; or, with --curve chunks, snapshots of the same files in chunks of different sizes, or, with --curve ranges, one by
requests of different lengths, on loopback too. With --curve packs it creates
snapshots of them in packs of different sizes, with --curve hedging it restores where requests stall, with more or less that
may be fetched twice.
"""

import argparse
import re
import signal
import sys

from racing import chart, contest, contestants, curve, measuring, memory, network, programs, reporting
from racing.checking import Failed
from racing.data import WORKSPACES

UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def size_in_bytes(text):
    match = re.fullmatch(r"(\d+)([KMG]?)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"not a size: {text}; write bytes, or a number with K, M or G")
    return text, int(match[1]) * UNITS[match[2]]


def some_of(known):
    def parse(text):
        words = text.split(",")
        unknown = set(words) - set(known)
        if unknown:
            raise argparse.ArgumentTypeError(f"{', '.join(sorted(unknown))}: not among {', '.join(known)}")
        return words
    return parse


def parser():
    made = argparse.ArgumentParser(
        prog="store-race.sh", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = made.add_argument
    add("--server", choices=("b2", "s3", "nginx"), default="s3",
        help="B2 emulator, s3proxy (default), or nginx with packs that only curl can read")
    add("--workspaces", type=some_of(WORKSPACES), default=["mixed"], metavar="LIST",
        help=f"of {', '.join(WORKSPACES)} (default: mixed)")
    add("--contestants", type=some_of(contestants.ALL), default=list(contestants.ALL), metavar="LIST",
        help=f"of {', '.join(contestants.ALL)} (default: all)")
    add("--condition", default="plain", metavar="LIST",
        help="plain (default), or shaped, relay, delay, stalls and tls, also several at once as in shaped+delay")
    add("--tasks", type=some_of(contest.TASKS), default=list(contest.TASKS), metavar="LIST",
        help="create, restore, or both (default)")
    add("--rounds", type=int, default=5, help="rounds that count (default: 5)")
    add("--warm-up", type=int, default=3, help="turns before, of those that live on (default: 3)")
    add("--scale", type=float, default=1.0, help="factor on the size of the workspaces (default: 1)")
    add("--models", default="", metavar="DIR", help="jars with models, whose weights are used (default: synthetic ones)")
    add("--seed", type=int, default=42, help="of the content (default: 42)")
    add("--codec", default="auto", help="of gpu-snapshot (default: auto)")
    add("--verify", choices=("sha256", "crc32c"), default="sha256",
        help="how gpu-snapshot checks what it restores (default: sha256)")
    add("--memory", type=size_in_bytes, default=("", 0), metavar="SIZE", help="room for gpu-snapshot's buffers")
    add("--java-options", default="", help="options for gpu-snapshot's Java, as in --java-options=-Xmx512m")
    add("--megabits", type=int, default=2500, help="rate of the condition shaped, in Mbit/s (default: 2500)")
    add("--delay", type=float, default=30, help="of the condition delay, in ms each way (default: 30)")
    add("--durable", metavar="DIR", help="restore to a disk, in a new directory there; rivals are followed by a sync")
    add("--dir", default="/dev/shm", help="where to work, in a new directory (default: /dev/shm)")
    add("--hold", type=int, default=0, metavar="GIB",
        help="keep so much memory from going back to the host of a virtual machine, which would have to supply it again")
    add("--chart", metavar="FILE", help="draws the results as SVG")
    add("--curve", choices=curve.KINDS, nargs="?", const="connections",
        help="compare numbers of connections (default), sizes of chunks, ranges or packs, or shares that are hedged, instead")
    add("--least", type=int, default=1, help="least fixed number of the curve (default: 1)")
    return made


def parse_options():
    asked = parser()
    options = asked.parse_args()
    options.memory, options.memory_bytes = options.memory
    if min(options.rounds, options.warm_up, options.scale) <= 0 or options.hold < 0:
        asked.error("--rounds, --warm-up and --scale are more than 0, and --hold is not less")
    try:
        options.conditions = [network.Condition(text, options) for text in options.condition.split(",")]
    except ValueError as wrong:
        asked.error(str(wrong))
    if programs.missing():
        asked.error(programs.missing())
    return options


def run(options):
    print(f"- {reporting.machine()}")
    if options.curve:
        curve.run(options)
        return
    chosen = contest.choose(options)
    results = []
    for workspace in options.workspaces:
        for condition in options.conditions:
            results.append(contest.race(options, workspace, condition, chosen))
            print(f"\n#### {results[-1].title}\n\n{results[-1].about}; {options.rounds} rounds that count\n")
            print(reporting.table(results[-1], measuring.own_peak_kib()), flush=True)
    if options.chart:
        with open(options.chart, "w", encoding="utf-8") as file:
            file.write(chart.draw(results))


def main():
    options = parse_options()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        with memory.held(options.hold):
            run(options)
    except Failed as failure:
        sys.exit(f"store-race.sh: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

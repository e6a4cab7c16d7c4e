"""Results as a table: medians with their spread, and ratios pair by pair."""

import os
import statistics
import subprocess
import time

from racing.contestants import OURS


def spread(values, digits=2):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def ratio(ours, theirs):
    """How many times as long ours take as theirs of the same round."""
    if not ours or not theirs or ours is theirs:
        return ""
    return spread([our.seconds / their.seconds for our, their in zip(ours, theirs)])


def memory(samples, floor_kib):
    """The most of any run. A process that starts another lends it its own peak, so less than ours cannot be seen."""
    peak = max(sample.peak_kib for sample in samples)
    return f"{peak / 1024:.0f}" if peak > floor_kib else f"below {floor_kib / 1024:.0f}"


def machine():
    """What the races ran on, in one line."""
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        models = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
    gibibytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return (f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores ({models[0] if models else 'unknown'}),"
            f" {gibibytes:.0f} GiB of memory, Linux {os.uname().release}, load when it began {os.getloadavg()[0]:.1f}")


def first_line(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True, text=True)
    return done.stdout.strip().splitlines()[0]


def table(result, floor_kib):
    """The table of one race, as Markdown."""
    ours = [name for name in OURS if any(name in by_name for by_name in result.samples.values())]
    heads = ["Task", "Who", "Seconds: median (least to most)", "CPU-s", "CPU-s/GB", "Peak memory, MiB", "On the wire, MB",
             "Stored, MB", *(f"{name} takes, times as long" for name in ours)]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for task in result.samples:
        for name, samples in result.by_name(task).items():
            lines.append("| " + " | ".join(_row(result, task, name, samples, ours, floor_kib)) + " |")
    return "\n".join(lines)


def _row(result, task, name, samples, ours, floor_kib):
    wires = [sample.wire for sample in samples if sample.wire is not None]
    by_name = result.samples[task]
    cpu = statistics.median(sample.cpu for sample in samples)
    return [
        task, name, spread([sample.seconds for sample in samples]),
        f"{cpu:.2f}", f"{cpu / result.gigabytes:.2f}",
        memory(samples, floor_kib),
        f"{statistics.median(wires) / 1e6:.1f}" if wires else "",
        f"{result.stored[name] / 1e6:.1f}" if task == "create" and name in result.stored else "",
        *(ratio(by_name.get(our), samples) for our in ours),
    ]

"""Whether a contestant has done what it should. A race ends with the first that has not."""

import os
import subprocess

from racing import programs

LAST_WORDS = 2000


class Failed(Exception):
    """A contestant, or the machine, is not fit for the race."""


def succeed(command, environment=None, folder=None):
    """Runs a command that has to succeed."""
    done = subprocess.run(
        command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        check=False)
    if done.returncode != 0:
        words = done.stdout.decode("utf-8", "replace")[-LAST_WORDS:]
        raise Failed(f"{' '.join(command)} ended with {done.returncode}: {words}")


def sound_newest_snapshot(store, environment, java_options=""):
    """Reads and checks all of the newest snapshot in a store."""
    succeed(_gpu_snapshot(store, "verify", "--snapshot", "latest", "--data", java_options=java_options), environment)


def leave_newest_snapshot(store, environment, java_options=""):
    """Removes all but the newest snapshot, which cannot be pruned: so the store has one before the next create."""
    succeed(_gpu_snapshot(store, "prune", "--keep-last", "1", "--grace", "0s", java_options=java_options), environment)


def _gpu_snapshot(store, name, *words, java_options):
    return programs.gpu_snapshot(name, "--store", store, "--quiet", *words, java_options=java_options)


def same_tree(expected, found):
    """Compares names, kinds, sizes and content."""
    succeed(["diff", "-r", "--no-dereference", expected, found])


def files_of(folder):
    """Paths and sizes of all files."""
    return [(os.path.join(at, name), os.path.getsize(os.path.join(at, name)))
            for at, _, names in os.walk(folder) for name in names]


def size_of(folder):
    return sum(size for _, size in files_of(folder))


def same_files(pairs):
    """Compares files, which are given as pairs of paths."""
    for expected, found in pairs:
        succeed(["cmp", expected, found])

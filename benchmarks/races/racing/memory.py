"""Keeps a virtual machine's memory from going back to its host while something is measured.

A kernel may report large pieces of free memory to the host (free page reporting), which takes them back and has to supply
them again at the next use. That can be slower than what is measured, and those pay who write files into memory. A process
of its own therefore uses as much memory as told once, and then frees all but one page of each large piece, which is too
little for the rest to be reported, but leaves that free for all others.
"""

import contextlib
import mmap
import subprocess
import sys

PAGE = 4096
# Smaller pieces are not reported: pageblock_order of the kernel, 2 MiB on x86-64.
REPORTED = 2 << 20
GIB = 1 << 30


@contextlib.contextmanager
def held(gibibytes):
    """Holds memory, until it is left."""
    if not gibibytes:
        yield
        return
    print(f"using {gibibytes} GiB of memory once", file=sys.stderr)
    with subprocess.Popen(
            [sys.executable, __file__, str(gibibytes)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        yield


def hold(size):
    """Uses memory once and frees most of it; what stays is gone with what is returned."""
    memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.madvise(mmap.MADV_NOHUGEPAGE)
    for start in range(0, size, GIB):
        memory[start:start + GIB:PAGE] = b"x" * (GIB // PAGE)
    for start in range(0, size, REPORTED):
        memory.madvise(mmap.MADV_DONTNEED, start + PAGE, REPORTED - PAGE)
    return memory


if __name__ == "__main__":
    kept = hold(int(sys.argv[1]) * GIB)
    print("held", flush=True)
    sys.stdin.read()

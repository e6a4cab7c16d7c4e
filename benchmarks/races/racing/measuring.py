"""What a run takes: of commands, and of programs that live on from run to run.

CPU seconds are user and system time of all processes of a contestant; peak memory is that of its largest process. A
process that starts another lends it its own peak, so less than what the measuring program has cannot be seen.
"""

import contextlib
import os
import resource
import signal
import subprocess
import time

from racing.checking import Failed


class Sample:
    """What one run took."""

    def __init__(self, seconds, cpu, peak_kib, wire=None, out=""):
        self.seconds = seconds
        self.cpu = cpu
        self.peak_kib = peak_kib
        self.wire = wire
        self.out = out


class Command:
    """A command that is started for each run."""

    def __init__(self, words, environment=None, folder=None, capture=None):
        self.words = words
        self.environment = environment
        self.folder = folder
        self.capture = capture

    def run(self):
        with open(self.capture or os.devnull, "wb") as out:
            start = time.perf_counter()
            process = subprocess.Popen(
                self.words, env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out,
                start_new_session=True)
            try:
                _, status, usage = os.wait4(process.pid, 0)
            except BaseException:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait()
                raise
            seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise Failed(f"{' '.join(self.words)} ended with {process.returncode}")
        return Sample(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, out=self._output())

    def _output(self):
        if not self.capture:
            return ""
        with open(self.capture, encoding="utf-8") as out:
            return out.read()


class LivingProgram:
    """A program that does what it is told, a line each, and lives until the race is over."""

    def __init__(self, words, environment=None):
        self.process = subprocess.Popen(
            words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.stop()

    def stop(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def run(self, *words):
        """Has it do something; the words must not hold tabs."""
        self._forget_peak()
        cpu = self._cpu()
        start = time.perf_counter()
        answer = ""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write("\t".join(words) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        seconds = time.perf_counter() - start
        if not answer:
            raise Failed(f"the living program has died of: {' '.join(words)}")
        return Sample(seconds, self._cpu() - cpu, self._peak_kib(), out=answer.strip())

    def _proc(self, name):
        return f"/proc/{self.process.pid}/{name}"

    def _forget_peak(self):
        with open(self._proc("clear_refs"), "w", encoding="ascii") as file:
            file.write("5")

    def _cpu(self):
        """User and system time; the command, which may hold spaces, ends with the last parenthesis."""
        with open(self._proc("stat"), encoding="utf-8") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _peak_kib(self):
        with open(self._proc("status"), encoding="utf-8") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


class Task:
    """What a living program is told, as something that can be run like a command."""

    def __init__(self, program, *words):
        self.program = program
        self.words = words

    def run(self):
        return self.program.run(*self.words)


def own_peak_kib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def in_child(make, *arguments):
    """Does something in a process of its own, whose memory does not count, and gives back the text that it gave."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(read)
            os.write(write, (make(*arguments) or "").encode("utf-8"))
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as answer:
        text = answer.read()
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0:
        raise Failed("the workspace cannot be made")
    return text

"""One race: one workspace, one server, one condition, all contestants in turns.

Each round has every contestant in an order that turns from round to round. In its turn a contestant creates and
restores, and each time what it has done is checked, outside of the measured time. A first round does not count; in it,
those that live on take several turns, until their code is compiled.
"""

import contextlib
import os
import shutil
import sys
import tempfile
import time

from racing import checking, contestants, measuring, network, servers, tls
from racing.data import Recipe
from racing.floor import Floor

TASKS = ("create", "restore")
SETTLING_SECONDS = 2


def _seconds_of(action):
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


class Result:
    """What came out of a race: samples by task and contestant."""

    def __init__(self, title, about, gigabytes):
        self.title = title
        self.about = about
        self.gigabytes = gigabytes
        self.samples = {task: {} for task in TASKS}
        self.stored = {}

    def add(self, task, name, sample):
        self.samples[task].setdefault(name, []).append(sample)

    def by_name(self, task):
        """The samples of a task, in the same order of contestants for all."""
        return {name: self.samples[task][name] for name in contestants.ALL if name in self.samples[task]}


class Contest:
    """The rounds of a race whose servers run."""

    def __init__(self, track, way, result):
        self.track = track
        self.way = way
        self.result = result
        self.tasks = track.options.tasks
        self.has_sent = set()

    def run(self, runners):
        for runner in runners:
            for _ in range(self.track.options.warm_up if runner.lives_on else 1):
                self._turn(runner, lambda task, sample: None)
        for number in range(1, self.track.options.rounds + 1):
            first = number % len(runners)
            for runner in runners[first:] + runners[:first]:
                self._turn(runner, lambda task, sample, name=runner.name: self._count(number, task, name, sample))

    def _count(self, number, task, name, sample):
        self.result.add(task, name, sample)
        print(f"  round {number}: {task}: {name}: {sample.seconds:.2f} s", file=sys.stderr)

    def _turn(self, runner, count):
        if runner.creates and ("create" in self.tasks or runner.name not in self.has_sent):
            sample = self._create(runner)
            if "create" in self.tasks:
                count("create", sample)
        if "restore" in self.tasks:
            count("restore", self._restore(runner))
        if runner.creates and "create" in self.tasks:
            runner.clear()

    def _create(self, runner):
        runner.prepare()
        before = self._size_of_store()
        sample = self._measure(runner.create())
        runner.check_created()
        self.result.stored[runner.name] = self._size_of_store() - before
        self.has_sent.add(runner.name)
        return sample

    def _restore(self, runner):
        self._clear_target()
        sample = self._measure(runner.restore())
        if self.track.options.durable and not runner.makes_durable:
            sample.seconds += _seconds_of(os.sync)
        runner.check_restored()
        self._clear_target()
        return sample

    def _clear_target(self):
        shutil.rmtree(self.track.target, ignore_errors=True)
        if self.track.options.durable:
            # Nobody is to pay for what the disk does about files that were deleted.
            os.sync()
            time.sleep(SETTLING_SECONDS)

    def _measure(self, job):
        before = self.way.wire_bytes()
        sample = job.run()
        if before is not None:
            sample.wire = self.way.wire_bytes() - before
        return sample

    def _size_of_store(self):
        return checking.size_of(self.track.server.folder) if self.track.server else 0


def choose(options):
    """The contestants who can take part; the others are named with the reason."""
    chosen = []
    secure = any(condition.tls for condition in options.conditions)
    for name in options.contestants:
        obstacle = contestants.ALL[name].obstacle(options.server, secure)
        if obstacle:
            print(f"- {name} is left out: {obstacle}")
        else:
            chosen.append(contestants.ALL[name])
    if not chosen:
        raise checking.Failed("nobody is left to race")
    return chosen


def race(options, workspace, condition, chosen):
    """Runs one race from its data to its result."""
    home = tempfile.mkdtemp(prefix="gpu-snapshot-race-", dir=options.dir)
    try:
        source = os.path.join(home, "source")
        os.mkdir(source)
        recipe = Recipe(options.scale, options.seed, options.models)
        about = measuring.in_child(getattr(recipe, workspace), source)
        title = f"{workspace}, {options.server}, {condition.title()}"
        print(f"{title}: {about}", file=sys.stderr)
        result = Result(title, about, checking.size_of(source) / 1e9)
        _race_over(options, home, condition, chosen, result)
        return result
    finally:
        shutil.rmtree(home)
        shutil.rmtree(contestants.target_of(options, home), ignore_errors=True)


def _race_over(options, home, condition, chosen, result):
    with contextlib.ExitStack() as running:
        way = running.enter_context(network.Network(condition))
        identity = tls.Identity(home) if condition.tls else None
        server = None
        if options.server != "nginx":
            make = {"b2": servers.B2, "s3": servers.S3}[options.server]
            server = running.enter_context(make(os.path.join(home, "store"), way, condition.stall_every, identity))
            server.make_bucket()
        floor = None
        if contestants.Curl in chosen:
            floor = running.enter_context(Floor(home, os.path.join(home, "source"), options.codec, way, identity))
        track = contestants.Track(options, home, server, floor, identity)
        runners = []
        for one in chosen:
            runners.append(one(track))
            running.callback(runners[-1].stop)
        Contest(track, way, result).run(runners)

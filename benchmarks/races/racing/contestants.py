"""Those who race: gpu-snapshot, twice over, and its rivals, each set up as its own documentation advises.

A contestant says what keeps it from taking part, gives what is to be measured, and checks, outside of the measured time,
what it has sent; what it has fetched is checked by the contest.
"""

import os
import shutil

from racing import checking, floor, measuring, programs, servers
from racing.servers import BUCKET

STREAMS = "32"


def target_of(options, home):
    """Where restores go: beside everything else, or on the disk that they are to be durable on."""
    return os.path.join(options.durable or home, f"{os.path.basename(home)}-target")


class Track:
    """What all contestants of a race share."""

    def __init__(self, options, home, server, floor=None, identity=None):
        self.options = options
        self.home = home
        self.server = server
        self.floor = floor
        self.identity = identity
        self.source = os.path.join(home, "source")
        self.target = target_of(options, home)

    def file(self, name, content):
        """Writes a small file for a contestant."""
        path = os.path.join(self.home, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
        return path


class Contestant:
    """One who creates, which is to bring the workspace to the server, and restores."""

    name = ""
    servers = ("b2", "s3")
    program = ""
    creates = True
    lives_on = False
    makes_durable = False

    def __init__(self, track):
        self.track = track
        self.environment = track.server.environment() if track.server else servers.plain_environment()
        if track.identity:
            self.environment.update(track.identity.environment())

    @classmethod
    def obstacle(cls, server, secure):
        """What keeps it from taking part with a server, over TLS or not, or nothing."""
        if server not in cls.servers:
            return f"it does not speak to the server {server}"
        if cls.program and not shutil.which(cls.program):
            return f"there is no program {cls.program}"
        return ""

    def prepare(self):
        """Makes ready for a create."""

    def create(self):
        """What is measured when it creates."""
        raise NotImplementedError

    def check_created(self):
        """Checks what it has sent."""
        raise NotImplementedError

    def restore(self):
        """What is measured when it restores."""
        raise NotImplementedError

    def check_restored(self):
        checking.same_tree(self.track.source, self.track.target)

    def clear(self):
        """Removes what it has sent."""

    def stop(self):
        """Ends what lives on."""

    def command(self, words, folder=None):
        return measuring.Command(words, self.environment, folder)

    def discard(self, prefix):
        """Removes what is below a prefix, behind the back of a server that keeps an object a file."""
        shutil.rmtree(self.track.server.objects(prefix), ignore_errors=True)


class GpuSnapshot(Contestant):
    """The command: its JVM starts with each run."""

    name = "gpu-snapshot"
    program = "java"
    prefix = "ours"
    makes_durable = True

    def place(self):
        """Its store, and how the command gets there."""
        return self.track.server.store(self.prefix), self.environment, self.track.options.java_options

    def words(self, name, *words):
        store = self.track.server.store(self.prefix)
        return programs.gpu_snapshot(
            name, "--store", store, "--quiet", *words, java_options=self.track.options.java_options)

    def sync(self):
        return "files" if self.track.options.durable else "none"

    def memory(self):
        return ["--memory", self.track.options.memory] if self.track.options.memory else []

    def create(self):
        return self.command(self.words(
            "create", "--workspace", self.track.source, "--codec", self.track.options.codec, "--parent", "none",
            *self.memory()))

    def check_created(self):
        checking.sound_newest_snapshot(*self.place())

    def restore(self):
        return self.command(self.words(
            "restore", "--snapshot", "latest", "--workspace", self.track.target, "--sync", self.sync(),
            "--verify-restore", self.track.options.verify, *self.memory()))

    def clear(self):
        if self.track.server.objects(self.prefix):
            self.discard(self.prefix)
            return
        checking.leave_newest_snapshot(*self.place())


class EmbeddedGpuSnapshot(GpuSnapshot):
    """The library, in a JVM that lives on and whose code is compiled."""

    name = "gpu-snapshot-embedded"
    prefix = "embedded"
    lives_on = True

    def __init__(self, track):
        super().__init__(track)
        self.living = measuring.LivingProgram(
            programs.benchmark("races.EmbeddedRacer", java_options=track.options.java_options), self.environment)

    def task(self, verb, folder, *settings):
        memory = self.track.options.memory_bytes
        more = [f"memory={memory}"] if memory else []
        return measuring.Task(self.living, verb, self.track.server.store(self.prefix), folder, *settings, *more)

    def create(self):
        return self.task("create", self.track.source, f"codec={self.track.options.codec}", "parent=none")

    def restore(self):
        return self.task("restore", self.track.target, f"verify={self.track.options.verify}", f"sync={self.sync()}")

    def stop(self):
        self.living.stop()


class CopyingRival(Contestant):
    """A rival that makes an object of each file."""

    prefix = ""

    def check_created(self):
        checking.same_tree(self.track.source, self.track.server.objects(self.prefix))

    def clear(self):
        self.discard(self.prefix)


class Rclone(CopyingRival):
    """Streams and checkers as its documentation advises for fast links, large files by several streams at once.

    Checksums stay on, since gpu-snapshot has them too, and so do the times of files.
    """

    name = "rclone"
    program = "rclone"
    prefix = "rclone"
    options = {
        "b2": ["--fast-list"],
        "s3": ["--s3-no-check-bucket", "--s3-no-head", "--s3-upload-concurrency", "8", "--s3-chunk-size", "16M"],
    }

    def __init__(self, track):
        super().__init__(track)
        # It fails if it is told twice whom to trust.
        self.environment.pop("AWS_CA_BUNDLE", None)

    def words(self, *words):
        return ["rclone", *words, "--transfers", STREAMS, "--checkers", STREAMS, "--multi-thread-streams", "8",
                "--multi-thread-cutoff", "64M", *self.options[self.track.server.name]]

    def remote(self):
        return f"race:{BUCKET}/{self.prefix}"

    def create(self):
        return self.command(self.words("copy", self.track.source, self.remote()))

    def check_created(self):
        if self.track.server.objects(self.prefix):
            super().check_created()
        else:
            checking.succeed(self.words("check", "--download", self.track.source, self.remote()), self.environment)

    def restore(self):
        return self.command(self.words("copy", self.remote(), self.track.target))

    def clear(self):
        if self.track.server.objects(self.prefix):
            self.discard(self.prefix)
        else:
            checking.succeed(self.words("purge", self.remote()), self.environment)


class Restic(Contestant):
    """Encrypts and deduplicates always, and compresses as it does by default."""

    name = "restic"
    servers = ("s3",)
    program = "restic"
    prefix = "restic"

    def __init__(self, track):
        super().__init__(track)
        self.environment["RESTIC_CACHE_DIR"] = os.path.join(track.home, "restic-cache")
        self.password = track.file("restic-password", "not a secret: the repository lasts as long as the race\n")

    def words(self, *words):
        repository = f"s3:{self.track.server.endpoint}/{BUCKET}/{self.prefix}"
        trust = ["--cacert", self.track.identity.certificate] if self.track.identity else []
        return ["restic", "--repo", repository, "--password-file", self.password, "--quiet", "--option",
                f"s3.connections={STREAMS}", "--pack-size", "64", *trust, *words]

    def prepare(self):
        checking.succeed(self.words("init"), self.environment)

    def create(self):
        return self.command(self.words("backup", "."), self.track.source)

    def check_created(self):
        checking.succeed(self.words("check", "--read-data"), self.environment)

    def restore(self):
        return self.command(self.words("restore", "latest", "--target", self.track.target))

    def clear(self):
        self.discard(self.prefix)
        shutil.rmtree(self.environment["RESTIC_CACHE_DIR"], ignore_errors=True)


class Aws(CopyingRival):
    """Amazon's command line, with as many requests at once as the others."""

    name = "aws"
    servers = ("s3",)
    program = "aws"
    prefix = "aws"

    def __init__(self, track):
        super().__init__(track)
        self.environment["AWS_CONFIG_FILE"] = track.file(
            "aws-config",
            "[default]\nregion = us-east-1\ns3 =\n"
            f"  max_concurrent_requests = {STREAMS}\n  max_queue_size = 10000\n"
            "  multipart_threshold = 16MB\n  multipart_chunksize = 16MB\n  addressing_style = path\n")

    def words(self, source, sink):
        return ["aws", "--endpoint-url", self.track.server.endpoint, "s3", "cp", "--recursive", "--only-show-errors",
                source, sink]

    def place(self):
        return f"s3://{BUCKET}/{self.prefix}"

    def create(self):
        return self.command(self.words(self.track.source, self.place()))

    def restore(self):
        return self.command(self.words(self.place(), self.track.target))


class Crt(CopyingRival):
    """The transfer manager of Amazon's SDK for Java on its native client, in a JVM that lives on."""

    name = "crt"
    servers = ("s3",)
    program = "java"
    prefix = "crt"
    lives_on = True

    @classmethod
    def obstacle(cls, server, secure):
        # The SDK has no setting for it.
        return "it trusts no certificate of ours" if secure else super().obstacle(server, secure)

    def __init__(self, track):
        super().__init__(track)
        self.living = measuring.LivingProgram(
            programs.benchmark("races.TransferManagerRacer", track.server.endpoint), self.environment)

    def create(self):
        return measuring.Task(self.living, "upload", f"{BUCKET}/{self.prefix}", self.track.source)

    def restore(self):
        return measuring.Task(self.living, "download", f"{BUCKET}/{self.prefix}", self.track.target)

    def stop(self):
        self.living.stop()


class PackCurls(Contestant):
    """Nine curls at once that fetch the packs of a snapshot of the same workspace to files as they are."""

    program = "curl"
    creates = False
    at_once = 9

    def packs(self):
        """Addresses, and files that have the same content."""
        raise NotImplementedError

    def settings(self):
        """Lines of curl's configuration, beside those for each pack."""
        return ["silent", "show-error", "fail", "create-dirs"]

    def restore(self):
        self.pairs = self.packs()
        lists = [self.pairs[number :: self.at_once] for number in range(min(self.at_once, len(self.pairs)))]
        configs = self.track.file(
            f"{self.name}s", "".join(self._config(number, pairs) + "\n" for number, pairs in enumerate(lists)))
        return self.command(
            ["xargs", "--max-procs", str(self.at_once), "--max-args", "1", "--arg-file", configs, "curl", "--config"])

    def _config(self, number, pairs):
        lines = self.settings()
        for url, path in pairs:
            lines += [f'url = "{url}"', f'output = "{self._target(path)}"']
        return self.track.file(f"{self.name}-{number}", "\n".join(lines) + "\n")

    def check_restored(self):
        checking.same_files((path, self._target(path)) for _, path in self.pairs)

    def _target(self, path):
        return os.path.join(self.track.target, os.path.basename(path))


class Curl(PackCurls):
    """The floor: packs from nginx, which serves them as fast as anybody can."""

    name = "curl"
    servers = ("b2", "s3", "nginx")

    @classmethod
    def obstacle(cls, server, secure):
        if not (shutil.which("nginx") or os.path.exists("/usr/sbin/nginx")):
            return "there is no program nginx"
        return super().obstacle(server, secure)

    def packs(self):
        return self.track.floor.packs()


class StoreCurl(PackCurls):
    """The floor with the server of the others: its packs, by signed requests."""

    name = "curl-store"
    servers = ("s3",)
    prefix = "curl-store"

    def __init__(self, track):
        super().__init__(track)
        floor.store_snapshot(
            track.server.store(self.prefix), track.source, track.options.codec, self.environment)

    def packs(self):
        bucket = self.track.server.objects("")
        return [(f"{self.track.server.endpoint}/{BUCKET}/{os.path.relpath(path, bucket)}", path)
                for path in floor.packs_in(self.track.server.objects(self.prefix))]

    def settings(self):
        keys = f"{self.environment['AWS_ACCESS_KEY_ID']}:{self.environment['AWS_SECRET_ACCESS_KEY']}"
        return [*super().settings(), 'aws-sigv4 = "aws:amz:us-east-1:s3"', f'user = "{keys}"',
                'header = "x-amz-content-sha256: UNSIGNED-PAYLOAD"']


ALL = {
    one.name: one
    for one in (GpuSnapshot, EmbeddedGpuSnapshot, Rclone, Restic, Aws, Crt, Curl, StoreCurl)}
OURS = (GpuSnapshot.name, EmbeddedGpuSnapshot.name)

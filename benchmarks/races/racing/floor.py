"""The floor: the packs of a snapshot as plain files, which nginx serves as fast as anybody can."""

import os

from racing import checking, programs
from racing.servers import Nginx


class Floor:
    """A snapshot of the workspace in a folder, and an nginx that serves it."""

    def __init__(self, home, source, codec, way, identity=None):
        self.folder = os.path.join(home, "floor")
        checking.succeed(programs.gpu_snapshot(
            "create", "--store", "file://" + self.folder, "--workspace", source, "--codec", codec, "--quiet"))
        self.nginx = Nginx(os.path.join(home, "nginx"), self.folder, way, identity)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.nginx.stop()

    def packs(self):
        """Addresses and paths."""
        packs = [path for path, _ in checking.files_of(self.folder) if path.endswith(".pack")]
        return [(self.nginx.endpoint + path[len(self.folder):], path) for path in sorted(packs)]

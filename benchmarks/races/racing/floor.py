"""The floor: the packs of a snapshot as plain files, which nginx serves as fast as anybody can."""

import os

from racing import checking, programs
from racing.servers import Nginx


def store_snapshot(store, source, codec, environment=None):
    """Creates a snapshot whose packs are there to be fetched."""
    checking.succeed(
        programs.gpu_snapshot("create", "--store", store, "--workspace", source, "--codec", codec, "--quiet"), environment)


def packs_in(folder):
    """Paths of all packs."""
    return sorted(path for path, _ in checking.files_of(folder) if path.endswith(".pack"))


class Floor:
    """A snapshot of the workspace in a folder, and an nginx that serves it."""

    def __init__(self, home, source, codec, way, identity=None):
        self.folder = os.path.join(home, "floor")
        store_snapshot("file://" + self.folder, source, codec)
        self.nginx = Nginx(os.path.join(home, "nginx"), self.folder, way, identity)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.nginx.stop()

    def packs(self):
        """Addresses and paths."""
        return [(self.nginx.endpoint + path[len(self.folder):], path) for path in packs_in(self.folder)]

"""Passes TCP connections on, each piece of them later by the same time, without loss and in order.

Run as a program it listens on a port of 127.0.0.1 and passes on to the same port in the network namespace of a process:

    delay_line.py PORT PID MILLISECONDS

A connection is made as late as if its handshake had taken the way there and back. Each side of it is an ordinary
connection on a short way, so its window is never what limits it: this is the delay of a long way, with the windows of a
short one. What is on its way is kept in memory. While a receiver does not take what is due, nothing more is read for it.
"""

import collections
import ctypes
import selectors
import socket
import sys
import time

PIECE_BYTES = 256 << 10
SMALL_BYTES = 16 << 10
MOST_OVERDUE_BYTES = 1 << 20
NEW_NETWORK = 0x40000000
NOTHING = memoryview(b"")


class Pieces:
    """The memory for what is on its way, which is used again: fresh memory costs more than the copy into it."""

    def __init__(self):
        self.unused = []

    def read(self, source):
        buffer = self.unused.pop() if self.unused else bytearray(PIECE_BYTES)
        try:
            count = source.recv_into(buffer)
        except OSError:
            self.unused.append(buffer)
            raise
        if count > SMALL_BYTES:
            return memoryview(buffer)[:count]
        piece = memoryview(bytes(memoryview(buffer)[:count]))
        self.unused.append(buffer)
        return piece

    def free(self, piece):
        if not piece.readonly:
            self.unused.append(piece.obj)


class Direction:
    """One direction of a connection: what is due and not yet taken."""

    def __init__(self, line, source, sink):
        self.line = line
        self.source = source
        self.sink = sink
        self.overdue = collections.deque()
        self.overdue_bytes = 0
        self.exhausted = False

    def read(self):
        try:
            piece = self.line.pieces.read(self.source)
        except BlockingIOError:
            return
        except OSError:
            piece = NOTHING
        if not piece:
            self.exhausted = True
            self.line.watch(self.source, selectors.EVENT_READ, None)
        self.line.send_later(self, piece)

    def deliver(self, piece):
        """Takes a piece that is due; an empty one is the end."""
        self.overdue.append(piece)
        self.overdue_bytes += len(piece)
        self.write()

    def write(self):
        try:
            while self.overdue:
                self._write_first()
        except BlockingIOError:
            self.line.watch(self.sink, selectors.EVENT_WRITE, self.write)
            if self.overdue_bytes > MOST_OVERDUE_BYTES:
                self.line.watch(self.source, selectors.EVENT_READ, None)
            return
        except OSError:
            self.line.drop(self.source, self.sink)
            return
        self.line.watch(self.sink, selectors.EVENT_WRITE, None)
        if not self.exhausted:
            self.line.watch(self.source, selectors.EVENT_READ, self.read)

    def _write_first(self):
        piece = self.overdue[0]
        if len(piece) == 0:
            self.overdue.popleft()
            self.sink.shutdown(socket.SHUT_WR)
            self.line.end(self)
            return
        sent = self.sink.send(piece)
        self.overdue_bytes -= sent
        if sent == len(piece):
            self.overdue.popleft()
            self.line.pieces.free(piece)
        else:
            self.overdue[0] = piece[sent:]


class DelayLine:
    """All connections through one port."""

    def __init__(self, listener, connect, seconds):
        self.selector = selectors.EpollSelector()
        self.listener = listener
        self.connect = connect
        self.seconds = seconds
        self.on_the_way = collections.deque()
        self.handshakes = collections.deque()
        self.handlers = {}
        self.pieces = Pieces()
        self.other = {}
        listener.setblocking(False)
        self.watch(listener, selectors.EVENT_READ, self._accept)

    def run(self):
        while True:
            for key, events in self.selector.select(self._time_to_next()):
                self._handle(key.fileobj, events)
            self._deliver_what_is_due()

    def watch(self, sock, event, handler):
        """Calls a handler when a socket is ready for it, or no longer; one that is closed never is."""
        if sock.fileno() < 0:
            return
        handlers = self.handlers.setdefault(sock, {})
        if handlers.get(event) == handler:
            return
        before = sum(handlers)
        if handler:
            handlers[event] = handler
        else:
            handlers.pop(event, None)
        self._register(sock, before, sum(handlers))

    def send_later(self, direction, piece):
        self.on_the_way.append((time.monotonic() + self.seconds, direction, piece))

    def end(self, direction):
        """Closes the connection once both directions have ended."""
        self.other[direction.sink].discard(direction)
        if not self.other[direction.sink]:
            self.drop(direction.source, direction.sink)

    def drop(self, *socks):
        for sock in socks:
            handlers = self.handlers.pop(sock, {})
            self._register(sock, sum(handlers), 0)
            self.other.pop(sock, None)
            sock.close()

    def _register(self, sock, before, after):
        if before and not after:
            self.selector.unregister(sock)
        elif after and not before:
            self.selector.register(sock, after)
        elif before != after:
            self.selector.modify(sock, after)

    def _handle(self, sock, events):
        for event in (selectors.EVENT_READ, selectors.EVENT_WRITE):
            handler = self.handlers.get(sock, {}).get(event)
            if events & event and handler:
                handler()

    def _time_to_next(self):
        waiting = [queue[0][0] for queue in (self.on_the_way, self.handshakes) if queue]
        return max(0.0, min(waiting) - time.monotonic()) if waiting else None

    def _deliver_what_is_due(self):
        now = time.monotonic()
        while self.handshakes and self.handshakes[0][0] <= now:
            self._join(self.handshakes.popleft()[1])
        while self.on_the_way and self.on_the_way[0][0] <= now:
            _, direction, piece = self.on_the_way.popleft()
            if direction.sink in self.other:
                direction.deliver(piece)

    def _accept(self):
        near, _ = self.listener.accept()
        self.handshakes.append((time.monotonic() + 2 * self.seconds, near))

    def _join(self, near):
        try:
            far = self.connect()
        except OSError:
            near.close()
            return
        directions = {Direction(self, near, far), Direction(self, far, near)}
        for sock in (near, far):
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.other[sock] = directions
        for direction in directions:
            self.watch(direction.source, selectors.EVENT_READ, direction.read)


def enter_network_of(pid):
    """Has sockets that are made from now on belong to the network of a process."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/proc/{pid}/ns/net", "rb") as network:
        if libc.setns(network.fileno(), NEW_NETWORK) != 0:
            raise OSError(ctypes.get_errno(), "cannot enter the network of the server")


def main():
    port, pid, milliseconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    listener = socket.create_server(("127.0.0.1", port), backlog=1024)
    enter_network_of(pid)
    line = DelayLine(listener, lambda: socket.create_connection(("127.0.0.1", port)), milliseconds / 1000)
    print("ready", flush=True)
    line.run()


if __name__ == "__main__":
    main()

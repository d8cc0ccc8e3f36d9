"""Stands between registryd and PostgreSQL, sees the steps of a batch pass, and does at one of them what the test says.

    proxy = FaultProxy("/tmp/socket-directory/.s.PGSQL.5432")
    url = proxy.url("database")
    proxy.at("COMMIT", "after", proxy.reset)     # once; later ones with skip=
    proxy.happened.wait(60)
    proxy.everywhere(split=True, delay=0.002)    # from now on, for all that passes
    proxy.trips                                  # of each batch so far: how often its daemon waited for the server
    proxy.close()

A step is what the daemon asks for: BEGIN, LOCK, READ, INSERT (each table's), COMMIT. "before": it has not reached the server.
"after": it has, and the answer to it and to all that was sent with it (which ends with ReadyForQuery) has not reached the daemon.
"""
import asyncio
import os
import random
import signal
import socket
import struct
import threading

STEPS = ("BEGIN", "LOCK", "READ", "INSERT", "COMMIT")


def step_of(sql):
    """A statement as the writer's step; of a reader's snapshot and of setting up a connection: None."""
    if sql.startswith(b"BEGIN ISOLATION") or sql == b"COMMIT":
        return None
    for beginning, step in ((b"BEGIN", "BEGIN"), (b"SELECT pg_advisory_xact_lock", "LOCK"), (b"INSERT", "INSERT"),
                            (b"NOTIFY", "COMMIT"), (b"SELECT digest", "READ")):
        if sql.startswith(beginning):
            return step
    return None


class Connection:
    """Both directions of one connection."""

    def __init__(self, proxy, daemon, server):
        self.proxy, self.daemon, self.server = proxy, daemon, server  # (reader, writer) each
        self.statements, self.writes, self.dropping, self.held = {}, False, False, None
        self.trips = None

    async def run(self):
        pumps = [asyncio.ensure_future(self.ask()), asyncio.ensure_future(self.answer())]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
        for _, writer in (self.daemon, self.server):
            writer.close()

    async def message(self, reader, typed):
        kind = await reader.readexactly(1) if typed else b""
        size = await reader.readexactly(4)
        return kind, kind + size + await reader.readexactly(struct.unpack("!I", size)[0] - 4)

    def step(self, kind, data):
        """Which step this message of the daemon asks for."""
        if kind == b"P":
            name, sql = data[5:].split(b"\0")[:2]
            self.statements[name] = sql
            return None
        if kind == b"Q":
            step = step_of(data[5:-1])
        elif kind == b"B":
            step = step_of(self.statements.get(data[5:].split(b"\0")[1], b""))
        else:
            return None
        if step == "BEGIN":
            self.writes, self.trips = True, 0
        if not self.writes or step is None:
            return None
        if step == "COMMIT":
            self.writes = False
        return step

    async def ask(self):
        reader, typed = self.daemon[0], False
        try:
            while True:
                kind, data = await self.message(reader, typed)
                if not typed and data[4:8] in (b"\x04\xd2\x16\x2f", b"\x04\xd2\x16\x30"):  # SSL, GSS: not here
                    self.daemon[1].write(b"N")
                    continue
                typed = True
                step = self.step(kind, data)
                if step and self.proxy.due(step, "before"):
                    await self.proxy.act(self)
                if step and self.proxy.due(step, "after"):
                    self.held = b""
                if not self.dropping:
                    await self.proxy.pass_on(self.server[1], data)
        except (OSError, asyncio.IncompleteReadError):
            pass

    def count(self):
        self.trips += 1
        if not self.writes:
            self.proxy.trips.append(self.trips)
            self.trips = None

    async def answer(self):
        try:
            while True:
                kind, data = await self.message(self.server[0], True)
                if kind == b"Z" and self.trips is not None:
                    self.count()
                if self.held is not None:
                    self.held += data
                    if kind != b"Z":
                        continue
                    await self.proxy.act(self)
                    data, self.held = self.held, None
                if not self.dropping:
                    await self.proxy.pass_on(self.daemon[1], data)
        except (OSError, asyncio.IncompleteReadError):
            pass


class FaultProxy:
    def __init__(self, server, seed=341300):
        self.server, self.random = server, random.Random(seed)
        self.lock, self.plan, self.happened = threading.Lock(), None, threading.Event()
        self.split, self.delay, self.connections, self.trips = False, 0.0, set(), []
        self.loop, self.closed = asyncio.new_event_loop(), None
        ready = threading.Event()
        self.thread = threading.Thread(target=self.main, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait(60)

    def main(self, ready):
        asyncio.set_event_loop(self.loop)

        async def serve():
            self.closed = asyncio.Event()
            server = await asyncio.start_server(self.connected, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await self.closed.wait()
            server.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        self.loop.run_until_complete(serve())

    def close(self):
        self.loop.call_soon_threadsafe(self.closed.set)
        self.thread.join(60)
        self.loop.close()

    def url(self, database):
        return f"postgresql://registry@127.0.0.1:{self.port}/{database}?sslmode=disable&gssencmode=disable"

    async def connected(self, reader, writer):
        try:
            server = await asyncio.open_unix_connection(self.server)
        except OSError:
            writer.close()
            return
        connection = Connection(self, (reader, writer), server)
        self.connections.add(connection)
        try:
            await connection.run()
        except asyncio.CancelledError:
            pass
        self.connections.discard(connection)

    # ---- what the test asks for

    def at(self, step, side, action, skip=0):
        """`action` once, at that step of the writer's, after so many of them were let pass."""
        with self.lock:
            self.happened.clear()
            self.plan = [step, side, action, skip]

    def everywhere(self, split=False, delay=0.0):
        self.split, self.delay = split, delay

    def due(self, step, side):
        with self.lock:
            if not self.plan or self.plan[:2] != [step, side]:
                return False
            self.plan[3] -= 1
            return self.plan[3] < 0

    async def act(self, connection):
        with self.lock:
            plan, self.plan = self.plan, None
        if plan:
            await plan[2](connection)
            self.happened.set()

    async def pass_on(self, writer, data):
        if self.delay:
            await asyncio.sleep(self.random.random() * self.delay)
        if self.split:
            for piece in self.pieces(data):
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
        else:
            writer.write(data)
            await writer.drain()

    def pieces(self, data):
        cuts = sorted({0, len(data), 1, *(self.random.randrange(len(data) + 1) for _ in range(3))})
        return [data[start:end] for start, end in zip(cuts, cuts[1:])]

    # ---- actions

    async def reset(self, connection):
        """Both sides end with RST."""
        connection.dropping = True
        for _, writer in (connection.daemon, connection.server):
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def half_close(self, connection):
        """The daemon sees an end of file, and may go on to send."""
        connection.dropping = True
        connection.daemon[1].write_eof()

    async def drop(self, connection):
        """Nothing gets through any more, in neither direction, and nobody is told."""
        connection.dropping = True

    async def wait(self, connection):
        """Longer than an idle transaction may be."""
        await asyncio.sleep(6)

    def kill(self, process, number=signal.SIGKILL):
        """An action: the signal to that process, before anything more passes."""

        async def action(connection):
            os.kill(process.pid, number)
            if number == signal.SIGKILL:
                await self.reset(connection)

        return action

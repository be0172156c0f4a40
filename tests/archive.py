"""A mailbox on loopback that knows the mails a relay took, in as much IMAP as asking for a Message-ID needs."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def archive(mails: Callable[[], list[bytes]], *, refuses: str = "") -> Iterator[int]:
    """Serve it; gives its port. `mails` are those that are there when it is asked; a command that it `refuses` it repeats."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(ConnectionError):  # who asks may be killed
                self.converse()

        def converse(self) -> None:
            self.say("* OK ready")
            for raw in self.rfile:
                tag, command, *rest = raw.decode().strip().split(" ", 2)
                if command.upper() == refuses:
                    self.say(f"{tag} NO not {raw.decode().strip()}")
                    continue
                match command.upper():
                    case "CAPABILITY":
                        self.say("* CAPABILITY IMAP4rev1")
                    case "EXAMINE" | "SELECT":
                        self.say(f"* {len(mails())} EXISTS")
                    case "SEARCH":
                        wanted = re.findall(r'Message-ID "([^"]*)"', rest[0])
                        found = [n for n, mail in enumerate(mails(), 1) if not wanted or f"Message-ID: {wanted[0]}".encode() in mail]
                        self.say("* SEARCH" + "".join(f" {n}" for n in found))
                    case "FETCH":
                        number = int(rest[0].split()[0])
                        mail = mails()[number - 1]
                        self.say(f"* {number} FETCH (BODY[]<0> {{{len(mail)}}}")
                        self.wfile.write(mail + b")\r\n")
                    case "LOGOUT":
                        self.say("* BYE", f"{tag} OK done")
                        return
                self.say(f"{tag} OK done")

        def say(self, *lines: str) -> None:
            self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        # A daemon: whoever is told to stop while this starts gets no further than here, and would wait for it forever at the end.
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()

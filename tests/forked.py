"""A process that has read the program's modules once and forks for every command, so that hundreds of commands need not read them anew.

`python -m tests.forked SOCKET` listens there. Whoever connects sends what to type (words, folder, environment) with the two files for what
is said, and gets the exit code; none when the command was killed. What a command changes is its own: it runs in a child.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
import traceback
from pathlib import Path
from typing import Any

LARGEST = 1 << 20


def serve(path: str) -> None:
    """Answer until whoever started this is gone."""
    import monitor.app
    import monitor.cli  # noqa: F401  # read once, here

    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(f"{path}.new")
    listening.listen(16)
    Path(f"{path}.new").rename(path)  # whoever sees it can connect
    listening.settimeout(1)
    parent = os.getppid()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    while os.getppid() == parent:
        try:
            talk, _ = listening.accept()
        except TimeoutError:
            continue
        if os.fork() == 0:
            listening.close()
            _answer(talk)
        talk.close()


def _answer(talk: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    talk.settimeout(None)
    said, files, _, _ = socket.recv_fds(talk, LARGEST, 2)
    asked = json.loads(said)
    code = _typed(asked, *files)
    talk.sendall(str(code).encode())
    os._exit(code)


def _typed(asked: dict[str, Any], out: int, err: int) -> int:
    """Run the command as the shell would have."""
    null = os.open(os.devnull, os.O_RDONLY)
    for given, standard in ((null, 0), (out, 1), (err, 2)):
        os.dup2(given, standard)
    if asked["folder"]:
        os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environ"])
    time.tzset()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding=asked["environ"].get("PYTHONIOENCODING", "utf-8"))  # type: ignore[attr-defined]
    import monitor.__main__ as program

    sys.argv = [str(Path(program.__file__)), *asked["words"]]
    try:
        program.main()
        code: Any = 0
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - the edge of a command, as the interpreter is: the test reads what it says
        traceback.print_exc()
        code = 1
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else int(code is not None)


if __name__ == "__main__":
    serve(sys.argv[1])

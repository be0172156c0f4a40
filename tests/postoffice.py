"""A real post office on loopback: Postfix takes mail by STARTTLS and AUTH, Dovecot checks passwords and serves it by IMAP.

Both run from a folder of their own on high ports, with a configuration of their own; nothing of the machine's mail is touched.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import trustme

INSTALL = "needs root and `apt-get install postfix dovecot-core dovecot-imapd`"
PASSWORD = "tests-know-it"
DOMAIN = "example.org"

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.{domain}
mydestination =
mynetworks =
alias_maps =
local_recipient_maps =
smtpd_peername_lookup = no
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{ {boxes} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
recipient_delimiter = +
transport_maps = inline:{{ {{ gone@{domain} = gone: }} }}
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_tls_chain_files = {folder}/server.pem
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_client_connection_rate_limit = 0
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
"""

MASTER = """\
127.0.0.1:{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
gone unix - n n - - pipe flags=q user=nobody argv={folder}/gone
postlog unix-dgram n - n - 1 postlogd
"""

DOVECOT = """\
base_dir = {folder}/dovecot
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
disable_plaintext_auth = yes
auth_mechanisms = plain login
mail_location = maildir:{folder}/mail/%n
first_valid_uid = 1
first_valid_gid = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%n
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {imap}
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {auth}
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""


@dataclass(frozen=True)
class PostOffice:
    """Where it listens, and what is said of it in the environment."""

    folder: Path
    smtp: int
    imap: int
    ca_file: str

    def environ(self) -> dict[str, str]:
        return {
            "MONITOR_SMTP_HOST": "127.0.0.1", "MONITOR_SMTP_PORT": str(self.smtp), "MONITOR_SMTP_USER": f"monitor@{DOMAIN}",
            "MONITOR_SMTP_PASSWORD": PASSWORD, "MONITOR_SMTP_FROM": f"Market Monitor <monitor@{DOMAIN}>", "MONITOR_SMTP_CA": self.ca_file,
            "MONITOR_MAIL_BOUNCES": f"bounces@{DOMAIN}", "MONITOR_MAIL_ARCHIVE": f"archive@{DOMAIN}",
            "MONITOR_IMAP_HOST": "127.0.0.1", "MONITOR_IMAP_PORT": str(self.imap), "MONITOR_IMAP_USER": f"archive@{DOMAIN}",
            "MONITOR_IMAP_PASSWORD": PASSWORD, "MONITOR_IMAP_CA": self.ca_file,
        }  # fmt: skip

    def mails(self, name: str) -> list[bytes]:
        """What lies in a mailbox, as Postfix wrote it."""
        return [path.read_bytes() for kind in ("new", "cur") for path in sorted((self.folder / "mail" / name / kind).glob("*"))]

    def settled(self) -> None:
        """Wait until nothing is on its way any more."""
        queues = [self.folder / "spool" / kind for kind in ("incoming", "active", "maildrop")]
        until(lambda: not any(path.is_file() for queue in queues for path in queue.rglob("*")))


def missing() -> bool:
    """Whether this machine cannot have one."""
    return os.getuid() != 0 or not all(map(shutil.which, ("postfix", "dovecot"))) or not Path("/usr/lib/dovecot/imap").exists()


@contextmanager
def post_office(people: list[str]) -> Iterator[PostOffice]:
    """Open it, with a mailbox for each of these names, for `archive`, for `bounces`, and for `gone`, whose mails come back."""
    # Not in pytest's folder, which every other pytest on this machine closes to the users that these servers run as.
    with tempfile.TemporaryDirectory(prefix="market-monitor-office-", ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o755)
        with _opened(Path(made), people) as office:
            yield office


@contextmanager
def _opened(folder: Path, people: list[str]) -> Iterator[PostOffice]:
    smtp, imap, auth = (free_port() for _ in range(3))
    owner = pwd.getpwnam("nobody")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    (folder / "server.key").write_bytes(certificate.private_key_pem.bytes())
    (folder / "server.pem").write_bytes(certificate.private_key_and_cert_chain_pem.bytes())
    names = [*people, "gone", "archive", "bounces", "monitor"]
    values = {
        "folder": folder, "domain": DOMAIN, "smtp": smtp, "imap": imap, "auth": auth, "uid": owner.pw_uid, "gid": owner.pw_gid,
        "password": PASSWORD, "boxes": ", ".join(f"{{ {name}@{DOMAIN} = {name}/ }}" for name in names),
    }  # fmt: skip
    for name in ("spool", "data", "mail", "dovecot", "etc"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix", "postfix")
    for name in names:
        (folder / "mail" / name).mkdir()
        shutil.chown(folder / "mail" / name, owner.pw_uid, owner.pw_gid)
    shutil.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    (folder / "gone").write_text("#!/bin/sh\nexit 67\n")  # EX_NOUSER
    (folder / "gone").chmod(0o755)
    (folder / "etc" / "main.cf").write_text(MAIN.format(**values))
    (folder / "etc" / "master.cf").write_text(MASTER.format(**values))
    (folder / "dovecot.conf").write_text(DOVECOT.format(**values))
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    log, start = folder / "postfix.log", ["postfix", "-c", str(folder / "etc"), "start"]
    try:
        subprocess.run(["dovecot", "-c", str(folder / "dovecot.conf")], check=True, **quiet)
        with (folder / "said").open("wb") as said:  # not a pipe: the daemons would keep it open
            started = subprocess.run(start, check=False, **quiet | {"stdout": said, "stderr": said})
        assert started.returncode == 0, (folder / "said").read_text() + (log.read_text() if log.exists() else "")
        for port in (smtp, imap):
            until(lambda port=port: answers(port))
        yield PostOffice(folder, smtp, imap, str(folder / "ca.pem"))
    finally:
        subprocess.run(["postfix", "-c", str(folder / "etc"), "stop"], check=False, **quiet)
        subprocess.run(["doveadm", "-c", str(folder / "dovecot.conf"), "stop"], check=False, **quiet)


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def until(found: object, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not found():  # type: ignore[operator]
        assert time.monotonic() < end, "the post office did not come to it in time"
        time.sleep(0.02)

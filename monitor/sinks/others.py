"""The apprise sink: the digest as plain text to any service that Apprise knows (extra `apprise`)."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from monitor.errors import DeliveryError
from monitor.model import Issue, SinkConfig
from monitor.render import Renderer
from monitor.sinks import posting
from monitor.sinks.brief import one_line


def deliver(issue: Issue, sink: SinkConfig, renderer: Renderer, secrets: Mapping[str, str]) -> str:
    """Send the digest to the services of the variable.

    Raises DeliveryError: Apprise does not tell what was taken, so a failure is in doubt.
    """
    addresses = posting.secret(secrets, sink.variable, "the addresses for Apprise")
    try:
        import apprise
    except ImportError as error:
        raise DeliveryError("Apprise is not installed: pip install 'market-monitor[apprise]'", "retry") from error
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it logs addresses, which are secrets
    services = apprise.Apprise()
    if not services.add(addresses.split()) or not len(services):
        raise DeliveryError(f"the variable {sink.variable} holds an address that Apprise does not know: see its list of services", "retry")
    text = renderer.digest_text(issue.digest, health=False)
    if not services.notify(body=text, title=one_line(issue.digest.subject, 200), body_format=apprise.NotifyFormat.TEXT):
        raise DeliveryError(f"a service of the variable {sink.variable} did not take it, or did not say so", "in_doubt")
    return f"handed to {len(services)} by Apprise"

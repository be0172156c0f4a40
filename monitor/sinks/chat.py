"""The sinks slack and teams: the most important developments in the block format of each, within its limits.

Neither knows a repeated message, so what may have been taken is in doubt and never sent again by itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from monitor.fetch.sending import Sender
from monitor.model import Edition, Issue, SinkConfig
from monitor.sinks import brief, posting
from monitor.sinks.brief import Told, one_line

MOST = 25  # developments; who wants all of them opens the digest
SLACK_BLOCKS = 50
SLACK_HEADER = 150
SLACK_TEXT = 3000
SLACK_ALL = 12_000  # characters of all blocks: Slack refuses messages somewhat above that, whatever its blocks are
TEAMS_BYTES = 20_000  # Teams says 28 KB, counted after it has rewritten the card

Json = dict[str, Any]


def deliver(issue: Issue, edition: Edition, sink: SinkConfig, sender: Sender, secrets: Mapping[str, str], now: datetime) -> str:
    """Send the message; returns the answer. Raises DeliveryError."""
    name = sink.kind.capitalize()
    to = posting.secret(secrets, sink.variable, f"the address of {name}")
    content = json.dumps(slack(issue, edition) if sink.kind == "slack" else teams(issue, edition)).encode("ascii")
    return posting.hand_over(sender, to, content, {"Content-Type": "application/json"}, now, again=False, hide=to)


def slack(issue: Issue, edition: Edition) -> Json:
    """Block Kit: a header, the summary, a block for each development, a pointer to the rest."""

    def fits(message: Json) -> bool:
        blocks = message["blocks"]
        return len(blocks) <= SLACK_BLOCKS and sum(len(json.dumps(block, ensure_ascii=False)) for block in blocks) <= SLACK_ALL

    return _fitted(issue, edition, _slack, fits)


def teams(issue: Issue, edition: Edition) -> Json:
    """An Adaptive Card as a workflow takes it. Its texts are runs, in which nothing is read as Markdown."""
    return _fitted(issue, edition, _teams, lambda message: len(json.dumps(message)) <= TEAMS_BYTES)


def _fitted(issue: Issue, edition: Edition, make: Callable[..., Json], fits: Callable[[Json], bool]) -> Json:
    """The message with as many developments as fit, the most important first; with none of them it always fits."""
    for n in range(MOST, 0, -1):
        markets = brief.most(issue.digest, n)
        message = make(issue, markets, brief.pointer(issue, edition, sum(len(told) for _, told in markets)))
        if fits(message):
            return message
    return make(issue, [], brief.pointer(issue, edition, 0))


# ---- Slack -----------------------------------------------------------------------------------------------------------


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _slack(issue: Issue, markets: list[tuple[str, list[Told]]], rest: str) -> Json:
    subject = one_line(issue.digest.subject, SLACK_HEADER)
    blocks: list[Json] = [{"type": "header", "text": {"type": "plain_text", "text": subject, "emoji": False}}]
    if issue.digest.summary:
        blocks.append(_section(*(f"• {_escaped(one_line(line, 300))}" for line in brief.summary(issue.digest))))
    for name, told in markets:
        blocks.append(_section(f"*{_escaped(name)}*"))
        blocks += [_section(*_slack_item(one)) for one in told]
    blocks.append({"type": "context", "elements": [_mrkdwn(_escaped(rest))]})
    # `text` is what a notification and a screen reader say.
    return {"text": _escaped(subject), "unfurl_links": False, "unfurl_media": False, "blocks": blocks}


def _slack_item(one: Told) -> tuple[str, str]:
    headline, url = _escaped(one.headline), _escaped(one.url)
    if url and len(url) + len(headline) < SLACK_TEXT // 2:
        headline = f"<{url}|{headline.replace('|', '¦')}>"
    return headline, _escaped(" — ".join(word for word in (one.why, one.source) if word))


def _section(*lines: str) -> Json:
    """The lines, as many as fit; none is cut, since that could cut an escape."""
    text = ""
    for line in lines:
        if line and len(text) + len(line) < SLACK_TEXT:
            text += f"\n{line}" if text else line
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}  # verbatim: words like #general stay words


# ---- Teams -----------------------------------------------------------------------------------------------------------


def _teams(issue: Issue, markets: list[tuple[str, list[Told]]], rest: str) -> Json:
    digest = issue.digest
    blocks = [_runs({"text": one_line(digest.subject, 200), "weight": "Bolder", "size": "Large"})]
    blocks += [_runs({"text": f"• {one_line(line, 200)}"}, spacing="Small") for line in brief.summary(digest)]
    for name, told in markets:
        blocks.append(_runs({"text": name, "weight": "Bolder"}, separator=True))
        for one in told:
            opened: Json = {"selectAction": {"type": "Action.OpenUrl", "url": one.url}} if one.url else {}
            blocks.append(_runs({"text": one.headline, **opened}))
            if under := " — ".join(word for word in (one.why, one.source) if word):
                blocks.append(_runs({"text": under, "isSubtle": True, "size": "Small"}, spacing="None"))
    blocks.append(_runs({"text": rest, "isSubtle": True}, separator=True))
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
        "fallbackText": one_line(digest.subject, 200), "msteams": {"width": "Full"}, "body": blocks,
    }  # fmt: skip
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _runs(run: Json, **more: object) -> Json:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", **run}], **more}

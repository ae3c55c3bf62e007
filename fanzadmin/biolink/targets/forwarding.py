"""What a visitor brings along to a short link, `/l/<slug>?ref=x`, goes on to its target.

A parameter that the target has as well is there once, with the visitor's value: so do Dub and Shlink. `utm_*` is the exception: what
the creator set on the link stays, for a campaign is counted under the creator's names, whoever passes the link on. The visitor's
`#fragment` never reaches a server: a browser puts it on the target itself unless the target has one (RFC 9110, section 10.2.2).
"""

from urllib.parse import quote, unquote_plus, urlsplit

LONGEST_QUERY = 2000
CAMPAIGN = "utm_"
QUERY_CHARACTERS = "%!$&'()*+,;=:@/?-._~"  # what RFC 3986 lets stand in a query


def forward_query(target: str, query: str) -> str:
    """`target` with what `query`, as it was sent, adds to it. Addresses to write to or to call take nothing."""
    parts = urlsplit(target)
    if not query or len(query) > LONGEST_QUERY or parts.scheme not in {"", "http", "https"}:
        return target
    own = _campaign_once([(_name(pair), pair) for pair in parts.query.split("&") if pair])
    campaign = {name for name, _ in own if name.startswith(CAMPAIGN)}
    sent = _campaign_once(
        [(_name(pair), pair) for pair in quote(query, safe=QUERY_CHARACTERS).split("&") if pair]
    )
    brought = [(name, pair) for name, pair in sent if name not in campaign]
    replaced = {name for name, _ in brought}
    pairs = [pair for name, pair in own if name not in replaced] + [pair for _, pair in brought]
    return parts._replace(query="&".join(pairs)).geturl()


def _name(pair: str) -> str:
    """Campaign parameters are one parameter whatever their case."""
    name = unquote_plus(pair.partition("=")[0])
    return name.lower() if name.lower().startswith(CAMPAIGN) else name


def _campaign_once(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of a campaign parameter that is there twice the first stands; lists such as `tag=a&tag=b` stay whole."""
    firsts = dict(reversed(pairs))
    return [
        (name, pair) for name, pair in pairs if not name.startswith(CAMPAIGN) or firsts.pop(name, "") == pair
    ]

"""Addresses of a site: one form for every page, what belongs to the site, and what looks like a trap."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

_LONGEST = 1_000
_SEGMENTS = 14
_PARAMETERS = 6
SHAPE_MOST = 60
"""Addresses that differ only in what follows `?`, or in a date, at most: a calendar has no end."""
_TRACKING = re.compile(
    r"^(?:utm_\w+|[gf]bclid|msclkid|dclid|mc_[ce]id|igshid|ref_src|yclid|_ga|_gl|"
    r"phpsessid|jsessionid|sessionid|session_id|sid|cfid|cftoken)$",
    re.IGNORECASE,
)
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_DATE = re.compile(r"/\d{4}(?:[/-]\d{1,2}){1,2}(?=/|$)")
_FILES = re.compile(
    r"\.(?:png|jpe?g|gif|webp|avif|svg|ico|bmp|tiff?|css|m?js|json|map|woff2?|ttf|otf|eot|mp[34]|m4[av]|mov|avi|"
    r"webm|ogg|wav|zip|gz|tgz|rar|7z|exe|dmg|apk|iso|rss|atom|ics)$",
    re.IGNORECASE,
)
_SAFE = "/:@!$&'()*+,;=-._~"


def normal(url: str, base: str = "") -> str | None:
    """The one form of an address, absolute, without fragment and tracking; None for what is no page."""
    try:
        parts = urlsplit(urljoin(base, url.strip()) if base else url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        return None
    if re.search(r"[\x00-\x20\x7f\\]", host):
        return None
    if port is not None and port != (443 if parts.scheme == "https" else 80):
        host = f"{host}:{port}"
    path = quote(
        unquote(_SESSION.sub("", parts.path), errors="surrogateescape"), safe=_SAFE, errors="surrogateescape"
    )
    if "%2F" in parts.path.upper():  # an encoded slash is a letter, not a folder
        path = re.sub(r"%[0-9a-f]{2}", lambda m: m[0].upper(), parts.path)
    path = re.sub(r"/{2,}", "/", _without_dots(path)) or "/"
    query = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(name)
    )
    address = urlunsplit((parts.scheme, host.lower(), path, urlencode(query), ""))
    return address if len(address) <= _LONGEST else None


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", "..") and kept and kept[-1]:
        kept.append("")
    return "/".join(kept)


def within(url: str, start: str) -> bool:
    """Whether an address is of the site that begins at `start`: the same host, in its folder or below."""
    one, other = urlsplit(url), urlsplit(start)
    if _host(one.netloc) != _host(other.netloc):
        return False
    return f"{one.path}/".startswith(_folder(other.path))


def _folder(path: str) -> str:
    """`/shop` is a folder that is called without its slash, `/ko/main` and `/shop/index.html` lie in one."""
    last = path[path.rfind("/") + 1 :]
    if last and "." not in last and path.count("/") == 1:
        return f"{path}/"
    return path[: path.rfind("/") + 1] or "/"


def _host(netloc: str) -> str:
    return netloc.lower().removeprefix("www.")


def is_page(url: str) -> bool:
    """Whether an address may lead to something to read, and is none that a machine makes without end."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    if len(segments) > _SEGMENTS or _FILES.search(parts.path):
        return False
    if any(count > 2 for count in Counter(segments).values()):
        return False  # /a/b/a/b/a/b: a relative link that grows
    return len(parse_qsl(parts.query)) <= _PARAMETERS


def shape(url: str) -> str | None:
    """What an address has in common with those that one page makes without end; None for plain paths."""
    parts = urlsplit(url)
    if parts.query:
        names = ",".join(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))
        return f"{_DATE.sub('/DATE', parts.path)}?{names}"[:300]
    return _DATE.sub("/DATE", parts.path)[:300] if _DATE.search(parts.path) else None

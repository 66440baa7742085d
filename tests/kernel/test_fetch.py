"""The safe door outward. A false resolver stands for DNS, and the network is a loopback server reached only
through a map of pinned addresses: `allow_private` is never used to make a test pass."""

from __future__ import annotations

import asyncio
import gzip
import threading
import zlib
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any

import httpx
import pytest

from madang.kernel.errors import BadInput, Forbidden, MadangError, Offline, TooLarge, Unreadable
from madang.kernel.fetch import Fetcher

PUBLIC = "93.184.216.34"
OTHER = "2606:2800:220:1:248:1893:25c8:1946"

BOMB = gzip.compress(b"\x00" * 50_000_000)


class Site(BaseHTTPRequestHandler):
    """Answers by path; what it was asked is kept."""

    asked: list[tuple[str, str]] = []  # noqa: RUF012
    redirect = ""

    def do_GET(self) -> None:
        Site.asked.append((self.headers["Host"], self.path))
        if "cookie" in self.headers or "authorization" in self.headers:
            raise AssertionError("something was sent that nobody gave")
        name = self.path.strip("/").partition("?")[0]
        bodies: dict[str, tuple[bytes, dict[str, str]]] = {
            "": (b"<p>hello", {"Content-Type": "text/html; charset=EUC-KR"}),
            "gzip": (gzip.compress(b"hello"), {"Content-Encoding": "gzip"}),
            "deflate": (zlib.compress(b"hello"), {"Content-Encoding": "deflate"}),
            "bomb": (BOMB, {"Content-Encoding": "gzip"}),
            "twice": (gzip.compress(gzip.compress(b"x")), {"Content-Encoding": "gzip, gzip"}),
            "br": (b"x", {"Content-Encoding": "br"}),
            "broken": (b"not gzip at all", {"Content-Encoding": "gzip"}),
            "large": (b"x" * 2_000_000, {}),
        }
        if name == "hop":
            self.send_response(302)
            self.send_header("Location", Site.redirect)
            self.end_headers()
        elif name == "loop":
            self.send_response(301)
            self.send_header("Location", "/loop")
            self.end_headers()
        elif name in ("slow", "drip"):
            self.send_response(200)
            self.end_headers()
            for _ in range(100 if name == "drip" else 0):
                self.wfile.write(b"x")
                threading.Event().wait(0.05)
            threading.Event().wait(1)
        elif name in bodies:
            body, headers = bodies[name]
            self.send_response(200)
            for header, value in headers.items():
                self.send_header(header, value)
            if name != "large":
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        else:
            self.send_response(404)
            self.end_headers()

    def log_message(self, *_: Any) -> None:
        return None


class Pinned(httpx.AsyncBaseTransport):
    """Takes requests for PUBLIC and OTHER to the loopback server and notes every address asked for."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connected: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.connected.append(request.url.host)
        if request.url.host not in (PUBLIC, OTHER):
            raise AssertionError(f"a connection to {request.url.host}")
        there = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.port)
        transport = httpx.AsyncHTTPTransport(verify=False)
        return await transport.handle_async_request(
            httpx.Request("GET", there, headers=request.headers, extensions=request.extensions)
        )


@pytest.fixture
def network() -> Iterator[Pinned]:
    Site.asked, Site.redirect = [], ""
    # not http.server's own class: it looks its name up in the DNS
    with ThreadingTCPServer(("127.0.0.1", 0), Site) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield Pinned(server.server_address[1])
        server.shutdown()
        thread.join()


def resolver(*answers: Sequence[str] | str, **hosts: str):  # type: ignore[no-untyped-def]
    """Answers in turn (the last one again and again), or by the first label of the host."""
    left = list(answers) or [PUBLIC]

    async def resolve(host: str, port: int) -> Sequence[str]:
        if host.split(".", maxsplit=1)[0] in hosts:
            return [hosts[host.split(".", maxsplit=1)[0]]]
        answer = left.pop(0) if len(left) > 1 else left[0]
        if answer == "":
            raise OSError("no such host")
        return [answer] if isinstance(answer, str) else answer

    return resolve


async def test_a_page(network: Pinned) -> None:
    fetched = await Fetcher(resolver(), transport=network).get(
        " http://Shop.Example/#menu ", 1000, "text/html"
    )
    assert (fetched.url, fetched.status, fetched.media_type, fetched.charset, fetched.body) == (
        "http://shop.example/", 200, "text/html", "euc-kr", b"<p>hello",
    )  # fmt: skip
    assert network.connected == [PUBLIC]
    assert Site.asked == [("shop.example", "/")]


async def test_names_in_korean_and_ports(network: Pinned) -> None:
    await Fetcher(resolver(), transport=network).get("http://한국.example:8080/?q=값")
    assert Site.asked == [("xn--3e0b707e.example:8080", "/?q=%EA%B0%92")]


@pytest.mark.parametrize("path", ["gzip", "deflate"])
async def test_packed_answers(network: Pinned, path: str) -> None:
    assert (await Fetcher(resolver(), transport=network).get(f"http://a.example/{path}")).body == b"hello"


PRIVATE = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.9",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:a00:1",
    "::127.0.0.1",
    "::ffff:0:7f00:1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "nonsense",
]


@pytest.mark.parametrize("address", PRIVATE)
async def test_a_name_that_leads_inside(network: Pinned, address: str) -> None:
    for answer in (address, [PUBLIC, address]):
        with pytest.raises(Forbidden):
            await Fetcher(resolver(answer), transport=network).get("http://evil.example/")
    assert network.connected == []


@pytest.mark.parametrize(
    "host",
    [
        *(a if ":" not in a else f"[{a}]" for a in PRIVATE if "%" not in a and a != "nonsense"),
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "router",
        "printer.local",
        "db.internal",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "127.1",
        "0x7f.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "①②⑦.⓪.⓪.①",
        "１２７.0.0.1",
        "1.1.1.1.1",
        "metadata.google.internal",
    ],
)
async def test_a_host_that_is_inside(network: Pinned, host: str) -> None:
    with pytest.raises((Forbidden, BadInput)):
        await Fetcher(resolver(), transport=network).get(f"http://{host}/")
    assert network.connected == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "file:///etc/passwd",
        "ftp://a.example/",
        "gopher://a.example/",
        "javascript:alert(1)",
        "data:text/plain,x",
        "http:///x",
        "http://",
        "http://a.example:99999/",
        "http://a b.example/",
        "http://a.example/\r\nX: y",
        "http://a.example\\@b.example/",
        "http://user@a.example/",
        "http://user:pw@a.example/",
        "http://-a.example/",
        "http://a..example/",
        "http://" + "a" * 300 + ".example/",
        "http://a.example/" + "x" * 5000,
        "http://[::1/",
        "//a.example/",
    ],
)
async def test_what_is_no_address(network: Pinned, url: str) -> None:
    with pytest.raises(BadInput):
        await Fetcher(resolver(), transport=network).get(url)
    assert network.connected == []


@pytest.mark.parametrize("port", [22, 25, 3306, 5432, 6379, 7999, 9000, 9200, 11434])
async def test_ports_that_are_no_web_servers(network: Pinned, port: int) -> None:
    with pytest.raises(Forbidden):
        await Fetcher(resolver(), transport=network).get(f"http://a.example:{port}/")


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:8600/",
        "//127.0.0.1/",
        "http://[::ffff:7f00:1]/",
        "http://inside.example/",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "http://a.example:22/",
        "http://user@a.example/",
        "http://[",
        "\\\\evil",
    ],
)
async def test_every_redirect_is_checked_again(network: Pinned, location: str) -> None:
    Site.redirect = location
    with pytest.raises((Forbidden, BadInput, Unreadable)):
        await Fetcher(resolver(inside="10.0.0.1"), transport=network).get("http://a.example/hop")
    assert network.connected == [PUBLIC]


async def test_a_redirect_between_public_sites(network: Pinned) -> None:
    Site.redirect = "http://other.example:8080/gzip#part"
    fetched = await Fetcher(resolver(other=OTHER), transport=network).get("http://a.example/hop")
    assert (fetched.url, fetched.body) == ("http://other.example:8080/gzip", b"hello")
    assert network.connected == [PUBLIC, OTHER]
    assert Site.asked[-1] == ("other.example:8080", "/gzip")


async def test_rebinding(network: Pinned) -> None:
    """The name is resolved once a hop and that answer is connected to; a second is checked too."""
    Site.redirect = "/gzip"
    with pytest.raises(Forbidden):
        await Fetcher(resolver(PUBLIC, "127.0.0.1"), transport=network).get("http://a.example/hop")
    assert network.connected == [PUBLIC]


async def test_too_many_redirects(network: Pinned) -> None:
    with pytest.raises(Unreadable, match="too often"):
        await Fetcher(resolver(), transport=network).get("http://a.example/loop")
    assert len(network.connected) == 6


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("bomb", TooLarge),
        ("large", TooLarge),
        ("twice", Unreadable),
        ("br", Unreadable),
        ("broken", Unreadable),
        ("missing", Unreadable),
    ],
)
async def test_answers_that_are_refused(network: Pinned, path: str, error: type[MadangError]) -> None:
    with pytest.raises(error) as raised:
        await Fetcher(resolver(), transport=network).get(f"http://a.example/{path}", 1_000_000)
    assert "a.example" in str(raised.value)


@pytest.mark.parametrize("path", ["slow", "drip"])
async def test_a_server_that_holds_on(network: Pinned, path: str) -> None:
    began = asyncio.get_running_loop().time()
    with pytest.raises(Offline, match="in time"):
        await Fetcher(resolver(), transport=network).get(f"http://a.example/{path}", seconds=0.4)
    assert (
        asyncio.get_running_loop().time() - began < 8
    )  # the clock of the door is 0.4; the machine may be busy


async def test_no_answer_at_all(network: Pinned) -> None:
    with pytest.raises(Offline, match="cannot be found"):
        await Fetcher(resolver("")).get("http://a.example/")
    with pytest.raises(Offline, match="cannot be found"):
        await Fetcher(resolver([])).get("http://a.example/")


async def test_the_real_transport_pins_the_address(network: Pinned, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a transport of the test's own: the socket is opened to the checked address, with no proxy."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    fetched = await Fetcher(resolver("127.0.0.1"), allow_private=True).get(
        f"http://home.example:{network.port}/gzip"
    )
    assert fetched.body == b"hello"
    assert Site.asked == [(f"home.example:{network.port}", "/gzip")]

"""Forwards the browser's requests to a local server while the pages keep their real https addresses.

A CONNECT proxy on loopback for one browser context: it ends TLS with a certificate of its own, made for this
run, and passes plain HTTP on with the Host header as it is. Hosts outside the list are refused (502) and
counted. The browser must be started with `launch_argument` to take the certificate.
Knows nothing of pages, flows or what the local server is.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_HEAD: Final = 16384  # bytes of a CONNECT request with its headers
_PATIENCE: Final = 10.0  # seconds for a CONNECT request, a handshake or the local server
_NO: Final = b"HTTP/1.1 502 refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_LOST: Final = b"HTTP/1.1 502 no answer\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_YES: Final = b"HTTP/1.1 200 ok\r\n\r\n"
_GONE: Final = (OSError, ssl.SSLError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError)


def certificate() -> tuple[ssl.SSLContext, str]:
    """Make a key and a certificate for this run: the server's TLS context and the key's SPKI hash, base64."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "autokey")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=7))
    cert = made.sign(key, hashes.SHA256())
    spki = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(spki)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    # ssl reads files only: they live in a folder of mode 0700 for as long as it takes to read them.
    with tempfile.TemporaryDirectory(prefix="autokey-") as folder:
        pem = Path(folder, "via.pem")
        pem.touch(0o600)
        pem.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + cert.public_bytes(serialization.Encoding.PEM)
        )
        context.load_cert_chain(pem)
    return context, base64.b64encode(digest.finalize()).decode()


class Via:
    """The forwarder. `async with Via(url, hosts) as via:` then `via.proxy` and `via.launch_argument`."""

    def __init__(self, url: str, hosts: Iterable[str]) -> None:
        """`url`: the http server to forward to; `hosts`: `host` or `host:port` of https.

        Raises ValueError for an address that is not plain http.
        """
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            msg = "only the address of an http server can be forwarded to"
            raise ValueError(msg)
        self._upstream = (parts.hostname, parts.port or 80)
        self._hosts = frozenset(h if ":" in h else f"{h}:443" for h in hosts)
        self._context, spki = certificate()
        self.launch_argument = f"--ignore-certificate-errors-spki-list={spki}"
        self.proxy = ""
        self.refused: Counter[str] = Counter()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def start(self) -> Self:
        """Listen on a free port of 127.0.0.1."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_HEAD)
        self.proxy = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            # A browser hangs up whenever it likes: that is no error of ours.
            with contextlib.suppress(*_GONE):
                await self._serve(reader, writer)
        except asyncio.CancelledError:
            pass  # `close` was called
        finally:
            self._open.discard(task)
            _drop(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_PATIENCE):
            head = await reader.readuntil(b"\r\n\r\n")
        verb, target = [*head.split(maxsplit=2), b"", b""][:2]
        where = target.decode("latin-1").lower()
        if verb != b"CONNECT" or where not in self._hosts:
            name = where if verb == b"CONNECT" else urlsplit(where).netloc
            self.refused[name.removesuffix(":443")] += 1
            writer.write(_NO)
            await writer.drain()
            return
        writer.write(_YES)
        await writer.drain()
        async with asyncio.timeout(_PATIENCE):
            await writer.start_tls(self._context)
            upstream_reader, upstream = await asyncio.open_connection(*self._upstream)
        try:
            # Either end may finish first; when one has, the other is only given the rest.
            open_ = _Unanswered()
            await asyncio.gather(_pump(reader, upstream, open_.asked), _answers(upstream_reader, writer, open_))
        finally:
            _drop(upstream)


class _Unanswered:
    """Whether what was last asked on a connection may change something there, and has had no answer yet."""

    def __init__(self) -> None:
        self.changes = False
        self._begun = False

    def asked(self, data: bytes) -> None:
        """Note what the browser sends: a request begins after an answer."""
        if not self._begun:
            self._begun, self.changes = True, data.startswith((b"POST ", b"PUT ", b"PATCH ", b"DELETE "))

    def answered(self, _data: bytes) -> None:
        """Note that the server says something."""
        self._begun = self.changes = False


async def _answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, open_: _Unanswered) -> None:
    """Pump what the server says. Where it hangs up instead of answering, say so.

    A browser whose connection was used before sends a request again when it gets no answer at all, a POST, too: what
    creates a key would be sent twice.
    """
    await _pump(reader, writer, open_.answered, last=lambda: _LOST if open_.changes else b"")


async def _pump(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    heard: Callable[[bytes], None],
    last: Callable[[], bytes] = bytes,
) -> None:
    try:
        with contextlib.suppress(*_GONE):
            while data := await reader.read(65536):
                heard(data)
                writer.write(data)
                await writer.drain()
        if said := last():
            writer.write(said)
            await writer.drain()
    except _GONE:
        pass
    finally:
        _finish(writer)


def _finish(writer: asyncio.StreamWriter) -> None:
    """Say that nothing more comes; TLS cannot be closed by halves, so there the whole connection ends."""
    with contextlib.suppress(*_GONE, RuntimeError):
        if writer.can_write_eof():
            writer.write_eof()
        else:
            writer.close()


def _drop(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(*_GONE, RuntimeError):
        writer.close()

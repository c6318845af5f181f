"""Whatever is typed, answered or contributed: a sentence or a right result, never a traceback, a hang or a wrong yes."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import os
import string
import tempfile
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autokey import catalog, journal, orders, rules
from autokey.engine import compare, messages
from autokey.engine.shape import fits
from autokey.errors import AutokeyError, FlowError, StoppedError
from autokey.human import words
from autokey.human.machine import Machine
from autokey.model import PERMISSIONS
from autokey.ports import Need

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
SHIPPED = catalog.Folders(catalog.builtin())
FLOWS = {flow.name: flow for flow in catalog.all_flows(SHIPPED)}
NAMES = st.sampled_from(sorted(FLOWS))
HOSTILE = st.sampled_from(
    [
        "\x1b[2J",
        "\x00",
        "\u202e",
        "\u200b",
        "../..",
        "a" * 5000,
        "(a+)+$",
        "${HOME}",
        "'; --",
        "\n",
        "\r",
        "\ud800",
        "０",
        "İ",
    ]
)
TEXT = st.one_of(
    st.text(max_size=80), HOSTILE, st.lists(st.one_of(st.text(max_size=8), HOSTILE), max_size=5).map("".join)
)


def checked(name, **wish):
    """What the order becomes, or None where it was refused with one sentence."""
    try:
        return orders.check(orders.Wish(**wish), FLOWS[name]).order
    except AutokeyError as error:
        said = str(error)
        assert said
        assert not any(unicodedata.category(char) == "Cc" for char in said), "a control character reaches the terminal"
        assert len(said) < 1200 + len(str(wish.get("ips")))  # the mended list may be said whole
        return None


@QUICK
@given(TEXT, NAMES)
def test_a_label_is_taken_as_it_is_or_refused(label, name):
    flow = FLOWS[name]
    order = checked(
        name, label=label, ips="198.51.100.7" if flow.limits.ips_max else None, no_ip=not flow.limits.ips_max
    )
    if order is not None:
        assert order.label.isprintable()
        assert order.label == order.label.strip()
        assert not flow.limits.label or len(order.label) <= flow.limits.label
        assert unicodedata.normalize("NFC", order.label) in {label, unicodedata.normalize("NFC", label.strip())}


ADDRESS = st.one_of(
    st.ip_addresses().map(str),
    st.ip_addresses(v=4).map(lambda ip: f" {ip} "),
    st.sampled_from(
        [
            "0.0.0.0",
            "::",
            "127.0.0.1",
            "010.0.0.1",
            "1.2.3",
            "1.2.3.4/8",
            "1.2.3.4.",
            "１.2.3.4",
            "10.0.0.1",
            "::ffff:1.2.3.4",
        ]
    ),
    TEXT,
)


@QUICK
@given(st.lists(ADDRESS, max_size=60).map(",".join), NAMES)
def test_only_whole_addresses_are_ordered_and_never_more_than_the_site_takes(ips, name):
    flow = FLOWS[name]
    order = checked(name, label="A", ips=ips, yes=True)
    if order is not None and order.ips:
        assert all(str(ipaddress.ip_address(ip)) == ip for ip in order.ips)
        given_ones = {part.strip() for part in ips.replace(";", ",").replace("\n", ",").replace(" ", ",").split(",")}
        assert {str(ip) for ip in order.ips} <= {_folded(part) for part in given_ones}
        assert len(set(order.ips)) == len(order.ips)
        assert not flow.limits.ips_max or len(order.ips) <= flow.limits.ips_max


def _folded(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return text


RIGHT = st.one_of(
    st.sampled_from([*PERMISSIONS, "READ", " trade", "all", "*", "read\u200b", "ｔrade", "-withdraw"]), TEXT
)


@QUICK
@given(st.lists(RIGHT, max_size=6).map(",".join), NAMES, st.booleans())
def test_no_right_is_ordered_that_was_not_named_and_none_that_moves_money_unasked(given_rights, name, allow):
    flow = FLOWS[name]
    order = checked(name, label="A", permissions=given_rights, ips="198.51.100.7", allow_withdraw=allow, yes=True)
    if order is None:
        return
    named = {part.strip().lower() for part in given_rights.split(",")} | {"read"}
    assert order.permissions <= set(flow.permissions)
    assert order.permissions <= named
    if order.permissions & {"withdraw", "transfer"}:
        assert allow
        assert order.ips


# ---------------------------------------------------------------- flows are hostile input, too

TOML = [path.read_text() for path in sorted((SHIPPED.builtin / "flows").glob("*.toml"))]
ODD = st.one_of(
    HOSTILE,
    st.sampled_from(
        [
            "[[step]]", 'effect = ""', 'effect = "creates-key"', "on = []", 'to = "nowhere"', 'click = ["a", "b"]',
            "x = " + "[" * 300 + "]" * 300, 'open = "http://evil.example/"', 'open = "javascript:alert(1)"',
            'open = "file:///etc/passwd"', "format = 99", "expires = -1", "length = 99999999999999999999", '"" = 1',
            'id = "\u001b[2J"', 'text = "\\u001b]0;x\\u0007"', "wait = 5", 'state = "on"', "x = 1979-05-27T07:32:00Z",
            'site = "https://evil.example/"', "x = nan", "[permissions]", 'withdraw = "always"', "a.b.c.d = 1",
        ]
    ),
)  # fmt: skip


@st.composite
def mutated(draw):
    lines = draw(st.sampled_from(TOML)).splitlines()
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.integers(0, 4)):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, draw(ODD))
            case 2:
                lines[at] = lines[draw(st.integers(0, len(lines) - 1))]
            case 3:
                cut = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:cut] + draw(st.one_of(ODD, st.text(max_size=5))) + lines[at][cut:]
            case _:
                lines[at] = lines[at].replace('"', "", 1)
        if not lines:
            break
    return "\n".join(lines)


def loaded(text: str | bytes, selectors: str = "coinstore"):
    """The flow of a contributed file, None where it was refused with file and line."""
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder)
        (own / "flows").mkdir()
        (own / "selectors").mkdir()
        raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        (own / "flows" / "mine.toml").write_bytes(raw)
        (own / "selectors" / "mine.toml").write_bytes(
            (SHIPPED.builtin / "selectors" / f"{selectors}.toml").read_bytes()
        )
        try:
            flow = catalog.flow_named(catalog.Folders(SHIPPED.builtin, own), "mine")
            rules.require_valid(flow)
        except FlowError as error:
            said = str(error)
            assert "mine.toml" in said
            assert not any(unicodedata.category(char) == "Cc" and char != "\n" for char in said)
            return None
        return flow


@FEW
@given(mutated())
def test_a_changed_flow_loads_safe_or_is_refused_with_its_file(text):
    flow = loaded(text)
    if flow is not None:
        assert any(step.effect == "creates-key" for step in flow.steps)
        assert all(step.target[0].startswith("https://") for step in flow.steps if step.verb == "open")
        opened = {step.target[0].split("/")[2] for step in flow.steps if step.verb == "open"}
        assert opened <= set(flow.selectors.hosts)
        captured = next(n for n, step in enumerate(flow.steps) if step.verb == "capture")
        closes = [n for n, step in enumerate(flow.steps) if step.effect == "closes"]
        assert all(n > captured for n in closes)
        assert all(offer != "always" for right, offer in flow.permissions.items() if right in {"withdraw", "transfer"})


@FEW
@given(st.one_of(st.binary(max_size=400), TEXT.map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_what_is_no_flow_at_all_is_refused(raw):
    assert loaded(raw) is None


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 20000, "a = " + "{a=" * 5000, "x = '" + "y" * 6_000_000 + "'", "[" + "a." * 20000 + "a]"]
)
def test_a_flow_that_is_too_large_or_too_deep_is_refused(text):
    assert loaded(text) is None


# ---------------------------------------------------------------- answers


@QUICK
@given(st.sampled_from(["email-code", "authenticator-code", "sms-code", "trading-password", "email-link"]), TEXT)
def test_a_code_is_printable_and_whole_or_refused_without_being_quoted(kind, text):
    try:
        secret = words.answer(kind, text)
    except words.RefusedAnswerError as error:
        said = str(error)
        assert len(text) < 6 or text not in said
        return
    assert secret.reveal().isprintable()
    assert len(secret) <= 4096
    if kind.endswith("-code"):
        assert set(secret.reveal()) <= set(string.ascii_letters + string.digits)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.one_of(TEXT, st.sampled_from(["email-code", "word", "choice"])), inner, max_size=3)),
    max_leaves=6,
)  # fmt: skip


@FEW
@given(st.lists(st.one_of(JSON.map(lambda value: json.dumps(value).encode()), st.binary(max_size=60)), max_size=6))
def test_any_lines_on_stdin_end_in_an_answer_or_in_one_sentence(lines):
    read, write = os.pipe()
    os.write(write, b"\n".join(lines) + b"\n")
    os.close(write)
    with os.fdopen(read, "r") as stdin, tempfile.TemporaryFile("w+") as stdout:
        human = Machine(stdin, stdout)

        async def ask():
            return await asyncio.wait_for(human.ask(Need("verify", ("email-code",), "The code?")), 10)

        try:
            answer = asyncio.run(ask())
        except StoppedError as error:
            said = str(error)
            assert said
        else:
            assert answer.word or answer.given["email-code"].reveal().isalnum()
        stdout.seek(0)
        assert all(json.loads(line)["event"] for line in stdout)


# ---------------------------------------------------------------- what a page or a file says


@QUICK
@given(TEXT, NAMES)
def test_a_text_of_the_page_is_no_right_and_no_address_by_accident(text, name):
    flow = FLOWS[name]
    shown = {normal for words_ in flow.selectors.shown.values() for normal in words_}
    found, _ = compare.rights_in(text, flow.selectors.shown, strict=True)
    assert not found or any(word.lower() in text.lower() for word in shown)
    assert all(_folded(ip) == ip for ip in compare.ips_in(text))
    messages.is_refusal(text)
    for shape in flow.credential.values():
        if not fits(text, shape):
            assert text.isascii()
            assert not set(text) & set("*•● \n\t")


@FEW
@given(st.lists(st.one_of(st.binary(max_size=80), JSON.map(lambda value: json.dumps(value).encode())), max_size=6))
def test_a_damaged_journal_is_read_as_the_worse_case_or_passed_over(lines):
    book = journal.open_journal(exchange="kucoin", flow="kucoin", label="x", service="autokey:kucoin:x")
    book.note("before", "verify", "creates-key")
    with book.path.open("ab") as file:
        file.write(b"\n".join(lines) + b"\n")
    book.close()
    run = next(one for one in journal.runs() if one.path == book.path)
    assert run.state == "may-exist"
    book.path.unlink()

"""What a recording may hold: cleaning, examples, the scan that refuses, the snapshot for reviewers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autokey.model import Shape
from autokey.record import aria, clean, examples, html, scan

HEX = {"api_key": Shape("hex", 32, shown="again"), "secret_key": Shape("hex", 32)}
UUID = {"api_key": Shape("hex", 24), "secret_key": Shape("hex", groups=(8, 4, 4, 4, 12))}
UPPER = {"api_key": Shape("upper", groups=(8, 8, 8, 8)), "secret_key": Shape("hex", 128)}
SECRET = "6d320472125dc50e1345f402f7c6bd60"


def page(body: str, title: str = "t") -> str:
    return f'<!doctype html>\n<html lang="en">\n<head><title>{title}</title></head>\n<body>{body}</body>\n</html>\n'


def wrong(body: str, credential=HEX) -> list[str]:
    return scan.problems(page(body), credential)


# ---------------------------------------------------------------- cleaning


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("Code will be sent to ma****@example.org", "Code will be sent to owner@example.com"),
        ("From 203.0.113.7,203.0.113.8", "From 192.0.2.20,192.0.2.21"),
        ("Your address 2a02:8070:d187::1 is new", "Your address 2001:db8::1 is new"),
        ("UID:10020030040050", "UID:00000000000000"),
        ("Balance 12,345.67 USDT and 0.5 BTC", "Balance 0.00 USDT and 0.00 BTC"),
        ("Created 2026-11-21 03:43:25", "Created 2026-01-02 03:04:05"),
        ("The code lives 15 minutes, 5 keys, 03:15", "The code lives 15 minutes, 5 keys, 03:15"),
        ("192.0.2.10", "192.0.2.10"),
        ("Step 3.4", "Step 0.00"),
        ("view-api-documentation-details", "view-api-documentation-details"),
    ],
)
def test_what_is_personal_becomes_an_example(raw: str, kept: str) -> None:
    assert clean.Cleaner(HEX).text(raw) == kept


def test_the_same_address_becomes_the_same_example_on_every_page() -> None:
    cleaner = clean.Cleaner(HEX)
    assert cleaner.text("203.0.113.7") == cleaner.text("again 203.0.113.7").removeprefix("again ")
    assert cleaner.text("203.0.113.8") != cleaner.text("203.0.113.7")


@pytest.mark.parametrize("credential", [HEX, UUID, UPPER])
def test_a_value_that_nobody_declared_is_replaced_by_its_shape(credential) -> None:
    for shape in credential.values():
        letters = "0123456789ABCDEF" if shape.charset == "upper" else "0123456789abcdef"
        sizes = shape.groups or (shape.length,)
        value = "-".join((letters * 16)[3 : 3 + size] for size in sizes)
        made = clean.Cleaner(credential).text(f"Key: {value} (copy)")
        assert value not in made
        assert wrong(f"<p>{value}</p>", credential)
        assert wrong(f"<p>{made}</p>", credential) == []


@given(st.text(alphabet="0123456789abcdefXYZ+/=", min_size=16, max_size=128))
def test_an_example_is_as_long_as_what_it_stands_for_and_known_as_one(value: str) -> None:
    shape = Shape()
    made = examples.example("secret_key", value, shape)
    assert len(made) == len(value)
    assert examples.example("secret_key", made, shape) == made
    assert examples.is_example(made)
    assert examples.is_example(made[3:-2])


@given(st.text(alphabet="0123456789abcdef", min_size=16, max_size=64))
def test_a_real_value_is_not_taken_for_an_example(value: str) -> None:
    assert not examples.is_example(value) or len(set(value)) <= 4


def test_key_and_secret_have_different_examples_and_letters_say_example() -> None:
    assert examples.example("api_key", SECRET, HEX["api_key"]) != examples.example(
        "secret_key", SECRET, HEX["secret_key"]
    )
    assert examples.example("api_key", "Q" * 20, Shape("alnum", 20)).endswith("EXAMPLE")
    assert examples.example("api_key", "AB12-CD34-****", Shape()).endswith("-****")


@given(st.lists(st.integers(1, 8), min_size=1, max_size=8))
def test_a_secret_is_replaced_however_it_is_cut_up(sizes: list[int]) -> None:
    pieces, rest = [], SECRET
    for size in sizes:
        pieces.append(rest[:size])
        rest = rest[size:]
    holder = ["Secret Key", *[f"{piece}\n " for piece in pieces], rest, "Copy"]
    places = [(holder, index) for index in range(len(holder))]
    made = examples.example("secret_key", SECRET, HEX["secret_key"])
    assert clean.replace_across(places, SECRET, made) == 1
    whole = "".join("".join(holder).split())
    assert SECRET not in whole
    assert made in whole
    assert (holder[0], holder[-1]) == ("Secret Key", "Copy")


# ---------------------------------------------------------------- the scan


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f"<p>{SECRET}</p>", "shape of api_key"),
        (f"<p><b>{SECRET[:16]}</b><b>{SECRET[16:]}</b></p>", "in pieces"),
        (f'<p title="{SECRET}">x</p>', "shape of api_key"),
        ("<p>k7Qm9xT2vLp4Rb8Wn3Zc</p>", "could be a credential"),
        ("<p>maria@example.org</p>", "e-mail"),
        ("<p>203.0.113.9</p>", "IP address"),
        ("<p>2a02:8070:d187::1</p>", "IP address"),
        ("<p>UID 10020030040050</p>", "long number"),
        ('<img alt="data:image/png;base64,AAAA">', "data:"),
        ("<p>Cookie: session</p>", "cookie"),
        ("<script>1</script>", "<script>"),
        ('<iframe title="x"></iframe>', "<iframe>"),
        ('<a onclick="x()">x</a>', "onclick"),
        ('<img src="/a.png">', "src"),
        ('<a href="https://www.example.org/a">x</a>', "full address"),
        ('<input value="typed">', "not emptied"),
        ("<textarea>typed</textarea>", "not emptied"),
        ('<p style="background:url(x)">x</p>', "more than geometry"),
        (f"<!-- {SECRET} --><p>x</p>", "shape of api_key"),
        ("<p>" + "words and words " * 3000 + "</p>", "larger than"),
    ],
)
def test_what_must_not_be_kept_is_found(body: str, said: str) -> None:
    assert any(said in text for text in wrong(body)), wrong(body)


def test_a_finding_never_quotes_what_was_found() -> None:
    everything = f"<p>{SECRET} maria@example.org 203.0.113.9 10020030040050</p>"
    assert not any(part in text for text in wrong(everything) for part in (SECRET, "maria", "203.0", "1002"))


def test_a_snapshot_is_scanned_as_the_page_is() -> None:
    assert scan.problems(f"- text: {SECRET}\n", HEX)
    assert scan.problems("- text: Create API Key\n", HEX) == []


def test_a_clean_page_with_examples_passes() -> None:
    made = examples.example("secret_key", SECRET, HEX["secret_key"])
    body = f'<div class="kv" style="margin:3px 0 0 9px;width:20px"><p>Secret Key</p><p>{made}</p></div>'
    assert wrong(body + f'<input value="{made}" readonly><a href="/user/api">API</a>') == []


# ---------------------------------------------------------------- pages and snapshots


def test_a_page_is_read_back_as_it_was_written() -> None:
    tree = [
        "body",
        {},
        "width:9px",
        [["p", {"title": 'a "b" & <c>'}, "", ["x < y & z"]], ["input", {"checked": ""}, "", []]],
    ]
    text = html.page(tree, lang="en", title="<t>", about="a note")
    assert html.body_of(text)[3][1:2] == [["p", {"title": 'a "b" & <c>'}, "", ["x < y & z"]]]
    assert "<t>" not in text


def test_a_snapshot_says_roles_names_and_states() -> None:
    body = (
        '<div role="dialog" aria-label="View API Key"><h2>Keys</h2><button disabled>Confirm</button>'
        '<input type="checkbox" checked><input placeholder="Please enter"><svg data-icon="eye"></svg>'
        '<div style="cursor:pointer">Copy</div><a href="/user">User</a></div>'
    )
    assert aria.snapshot(page(body, "Site")).splitlines() == [
        '- page "Site"',
        '- dialog label="View API Key":',
        "  - heading: Keys",
        "  - button [disabled]: Confirm",
        "  - checkbox [checked]",
        '  - textbox placeholder="Please enter"',
        "  - img (eye)",
        "  - clickable: Copy",
        "  - link -> /user: User",
    ]

"""Orders are checked before anything is opened: what is wrong, what is unsafe, what is written the site's way."""

from __future__ import annotations

import ipaddress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autokey import catalog, orders
from autokey.app import places
from autokey.app.create import plan
from autokey.app.options import Options
from autokey.errors import AutokeyError, RefusedError, UsageError, VaultError
from autokey.model import DANGEROUS, PERMISSIONS
from autokey.orders import Wish

FOLDERS = catalog.Folders(catalog.builtin())
COINSTORE = catalog.flow_named(FOLDERS, "coinstore")
KUCOIN = catalog.flow_named(FOLDERS, "kucoin")
FLOWS = [flow for name in catalog.exchanges(FOLDERS) for flow in catalog.flows_of(FOLDERS, name)]
PUBLIC = "203.0.114.7"
IDS = [flow.name for flow in FLOWS]


def check(flow=COINSTORE, consumer="", **wish):
    found = catalog.consumer_named(FOLDERS, consumer) if consumer else None
    wish = {"label": "ICG-MM", "ips": PUBLIC} | wish
    return orders.check(Wish(**wish), flow, found)


def test_an_order_is_made_out_of_a_good_wish() -> None:
    order = check(label="  ICG-MM ", ips="203.0.114.7,203.0.114.8", permissions="trade").order
    assert order.label == "ICG-MM"
    assert order.ips == ("203.0.114.7", "203.0.114.8")
    assert order.permissions == {"read", "trade"}, "what the site always gives is part of the order"
    assert order.service == "autokey:coinstore:icg-mm"


def test_nothing_but_read_is_ordered_unless_said() -> None:
    for flow in FLOWS:
        ips = {"ips": PUBLIC} if flow.limits.ips_min else {"ips": None, "no_ip": True}
        assert check(flow, **ips).order.permissions == {"read"}


@pytest.mark.parametrize("flow", FLOWS, ids=IDS)
@pytest.mark.parametrize("right", sorted(DANGEROUS))
def test_what_moves_money_needs_its_own_word_and_addresses(flow, right: str) -> None:
    if right not in flow.permissions:
        with pytest.raises(UsageError, match="offers no permission"):
            check(flow, permissions=right, allow_withdraw=True)
        return
    with pytest.raises(RefusedError, match="move money"):
        check(flow, permissions=right)
    with pytest.raises(AutokeyError):
        check(flow, permissions=right, yes=True)
    if not flow.limits.ips_min:
        with pytest.raises(RefusedError, match="must be bound to IP addresses"):
            check(flow, permissions=right, allow_withdraw=True, ips=None, no_ip=True)
    if not any(step.value == "ips" for step in flow.steps):
        with pytest.raises(RefusedError, match="can bind a key"):
            check(flow, permissions=right, allow_withdraw=True)
        return
    assert right in check(flow, permissions=right, allow_withdraw=True).order.permissions


def test_addresses_are_refused_where_no_step_puts_them_in() -> None:
    flow = catalog.flow_named(FOLDERS, "poloniex-futures")
    with pytest.raises(RefusedError, match="can bind a key"):
        check(flow)
    with pytest.raises(UsageError, match="cannot bind a key to addresses"):
        check(flow, ips=None)


def test_rights_for_which_there_is_no_choice_are_refused_with_those_there_are() -> None:
    step = next(step for step in COINSTORE.steps if step.verb == "set" and step.state == "ordered")
    screen = COINSTORE.selectors.screens[step.on[0]]
    choice = {name: replace(screen.elements[name], grants=("read", "trade"), permission="") for name in step.target}
    screens = {**COINSTORE.selectors.screens, screen.name: replace(screen, elements={**screen.elements, **choice})}
    flow = replace(COINSTORE, selectors=replace(COINSTORE.selectors, screens=screens))
    with pytest.raises(UsageError, match=r"no choice of exactly read.*read,trade"):
        check(flow, permissions="read")
    assert check(flow, permissions="read,trade").order.permissions == {"read", "trade"}


def test_a_right_that_every_key_has_is_ordered_by_name() -> None:
    flow = replace(COINSTORE, permissions={**COINSTORE.permissions, "trade": "always"})
    with pytest.raises(RefusedError, match="--permissions read,trade"):
        check(flow)
    assert check(flow, permissions="trade").order.permissions == {"read", "trade"}


def test_yes_goes_past_a_doubt_and_never_past_a_rule() -> None:
    assert check(ips="10.0.0.7", yes=True).warnings
    for wrong in ({"ips": "10.0.0.0/8"}, {"label": ""}, {"permissions": "withdraw"}, {"permissions": "x"}):
        with pytest.raises(AutokeyError):
            check(yes=True, **wrong)


DOUBTFUL = {
    "10.1.2.3": "private",
    "172.16.0.1": "private",
    "192.168.0.1": "private",
    "127.0.0.1": "loopback",
    "0.0.0.0": "no address",
    "100.64.0.1": "CGNAT",
    "100.127.255.254": "CGNAT",
    "169.254.1.1": "link-local",
    "192.0.2.1": "documentation",
    "198.51.100.1": "documentation",
    "203.0.113.1": "documentation",
    "224.0.0.1": "multicast",
    "240.0.0.1": "reserved|private",
    "255.255.255.255": "reserved|private|no address",
}


@pytest.mark.parametrize("address", DOUBTFUL)
def test_an_address_no_exchange_will_see_is_refused_and_only_warned_of_on_the_sandbox(address: str) -> None:
    with pytest.raises(RefusedError, match=DOUBTFUL[address]):
        check(ips=address)
    checked = check(ips=address, sandbox=True)
    assert checked.order.ips == (address,)
    assert any(address in text for text in checked.warnings)


@pytest.mark.parametrize("address", ["100.63.255.255", "100.128.0.1", "8.8.8.8", "203.0.114.1", "172.32.0.1"])
def test_a_public_address_is_taken_without_a_word(address: str) -> None:
    assert check(ips=address).warnings == ()


@given(st.ip_addresses(v=4).filter(lambda one: not one.is_global))
def test_no_address_that_is_not_global_gets_through(address: ipaddress.IPv4Address) -> None:
    with pytest.raises(RefusedError):
        check(ips=str(address))


def taken(flow, **wish):
    """The order, or None when it was refused in a sentence with the documented exit code."""
    try:
        return check(flow, **wish).order
    except (UsageError, RefusedError) as error:
        refused = error
    assert str(refused)
    assert "\n" not in str(refused)
    assert refused.exit_code in {2, 3}
    return None


@given(st.text(max_size=80))
def test_any_label_is_taken_or_refused_in_a_sentence(label: str) -> None:
    if order := taken(COINSTORE, label=label):
        assert 0 < len(order.label) <= 60
        assert order.label.isprintable()
        assert not {"/", ":"} & set(order.label)


@given(st.text(alphabet="0123456789abcdef.:,/ \t-", max_size=40))
def test_any_list_of_addresses_is_taken_or_refused_in_a_sentence(text: str) -> None:
    if order := taken(KUCOIN, ips=text, yes=True):
        assert len(set(order.ips)) == len(order.ips) > 0
        assert all(str(ipaddress.ip_address(ip)) == ip for ip in order.ips)


@given(st.lists(st.sampled_from([*PERMISSIONS, "all", "", "Trade "]), max_size=7))
def test_any_list_of_permissions_gives_what_was_said_or_a_sentence(words: list[str]) -> None:
    for flow in (COINSTORE, KUCOIN):
        if order := taken(flow, permissions=",".join(words), allow_withdraw=True):
            assert order.permissions == {word.strip().lower() for word in words if word.strip()} | {"read"}


def test_the_same_address_in_another_spelling_is_a_duplicate() -> None:
    with pytest.raises(UsageError, match="twice"):
        check(KUCOIN, ips="2A00:1450:4001:0:0:0:0:1,2a00:1450:4001::1")
    assert check(KUCOIN, ips="2A00:1450:4001:0::1").order.ips == ("2a00:1450:4001::1",)


CONSUMERS = {
    ("icg", "coinstore"): {"read", "trade"},
    ("coinigy", "kucoin"): {"read", "trade"},
    ("hashdata", "kucoin"): {"read"},
    ("hashdata", "poloniex"): {"read"},
    ("hashdata", "poloniex-futures"): {"read"},
}


@pytest.mark.parametrize(("consumer", "name"), CONSUMERS)
def test_a_consumer_sets_rights_and_says_why_with_the_source(consumer: str, name: str) -> None:
    found = catalog.consumer_named(FOLDERS, consumer)
    ips = {"ips": None} if found.ips == "none" else {"ips": PUBLIC}
    checked = check(catalog.flow_named(FOLDERS, name), consumer, **ips)
    assert checked.order.permissions == CONSUMERS[consumer, name]
    assert checked.order.consumer == consumer
    assert any(".txt" in text for text in checked.explained)


@pytest.mark.parametrize(
    ("consumer", "name", "wish", "said"),
    [
        ("hashdata", "poloniex", {"permissions": "trade", "ips": None}, "refuses keys with trade"),
        ("hashdata", "poloniex", {}, "without IP restriction"),
        ("icg", "coinstore", {"ips": None}, "bound to IP addresses"),
        ("icg", "coinstore", {"permissions": "withdraw", "allow_withdraw": True}, "refuses keys with withdraw"),
        ("coinigy", "kucoin", {"permissions": "withdraw", "allow_withdraw": True}, "refuses keys with withdraw"),
        ("coygo", "poloniex", {"ips": None, "no_ip": True, "allow_withdraw": True}, "bound to IP addresses"),
        ("icg", "coinstore", {"permissions": "read"}, "needs trade"),
        ("coygo", "poloniex", {"permissions": "read"}, "needs trade"),
    ],
)
def test_what_contradicts_a_consumer_is_refused_with_the_rule_and_its_source(
    consumer: str, name: str, wish: dict, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as told:
        check(catalog.flow_named(FOLDERS, name), consumer, **wish)
    assert ".txt" in str(told.value)


def test_coygo_wants_withdrawals_and_gets_them_only_when_they_are_allowed() -> None:
    poloniex = catalog.flow_named(FOLDERS, "poloniex")
    with pytest.raises(RefusedError, match="move money"):
        check(poloniex, "coygo")
    assert check(poloniex, "coygo", allow_withdraw=True).order.permissions == {"read", "trade", "withdraw"}
    assert check(poloniex, "coygo", permissions="read,trade").order.permissions == {"read", "trade"}


def test_a_key_without_addresses_is_told_of_the_rule_that_takes_it_away() -> None:
    checked = check(KUCOIN, ips=None, no_ip=True, permissions="trade")
    assert any("30 idle days" in text for text in checked.warnings)
    assert not any("30 idle days" in text for text in check(KUCOIN, permissions="trade").warnings)


def test_a_rule_by_which_every_key_may_go_is_told_with_its_source() -> None:
    poloniex = catalog.flow_named(FOLDERS, "poloniex")
    for wish in ({}, {"ips": None, "no_ip": True}):
        assert any("every quarter" in one and "360054055793" in one for one in check(poloniex, **wish).warnings)


def test_another_interface_of_the_exchange_must_be_able_to_do_the_order_too() -> None:
    old = catalog.flow_named(FOLDERS, "kucoin-2020")
    orders.fits(check(KUCOIN, ips=None, no_ip=True).order, old)
    with pytest.raises(RefusedError, match="cannot be bound"):
        orders.fits(check(KUCOIN).order, old)
    with pytest.raises(RefusedError, match="offer no margin"):
        orders.fits(check(KUCOIN, ips=None, no_ip=True, permissions="margin").order, old)


def test_another_interface_must_give_no_more_and_take_the_addresses_as_ordered() -> None:
    def other(**limits):
        return replace(KUCOIN, limits=replace(KUCOIN.limits, **limits))

    two = check(KUCOIN, ips="203.0.114.7,2a00:1450:4001::1").order
    orders.fits(two, KUCOIN)
    for flow, said in (
        (other(ips_max=1), "0 to 1 IP addresses; 2 were ordered"),
        (other(ips_min=3), "3 to 50 IP addresses; 2 were ordered"),
        (other(ipv6="no"), "does not take those"),
        (replace(KUCOIN, permissions=KUCOIN.permissions | {"trade": "always"}), "every key can trade"),
    ):
        with pytest.raises(RefusedError, match=rf"{said}.*No key was created\."):
            orders.fits(two, flow)


def test_a_list_of_addresses_too_long_for_a_keyring_is_refused_before_a_key_is_made() -> None:
    def planned(number: int):
        ips = ",".join(f"2a00:1450:4001:1111:2222:3333:4444:{one:x}" for one in range(1, number + 1))
        return plan("kucoin", Wish(label="X", ips=ips), Options())

    assert len(planned(15).order.ips) == 15
    with pytest.raises(VaultError, match=r"a keyring is only sure to keep \d+\. Order fewer IP addresses"):
        planned(40)


def test_another_machines_browser_is_refused_unless_said_twice() -> None:
    for address in ("http://127.0.0.1:9222", "http://localhost:9222", "http://[::1]:9222", "ws://127.8.8.8:1/x"):
        places.check_connect(address, sure=False)
    for address in ("http://192.168.1.7:9222", "http://localhost.example.com:9222", "http://127.0.0.1.example.com:1"):
        with pytest.raises(RefusedError, match="another machine"):
            places.check_connect(address, sure=False)
        places.check_connect(address, sure=True)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:99999", "http://127.0.0.1:x", "http://[::1", "http://", "http://a b/"]
)
def test_an_address_that_is_none_is_told_in_a_sentence(address: str) -> None:
    with pytest.raises(UsageError, match="is not the address of an http server"):
        places.check_via(address)
    with pytest.raises(UsageError, match="is not a debugging address"):
        places.check_connect(address, sure=True)


def test_an_account_has_a_name_that_can_be_read() -> None:
    for name in ("a\u202eb", "a\nb", "\udcff"):
        with pytest.raises(UsageError, match="name of the account"):
            check(account=name)
        with pytest.raises(UsageError, match="name of the account"):
            places.session_for("coinstore", name, sandbox=True)


def test_a_label_shorter_than_the_site_wants_is_refused_before_anything_is_opened() -> None:
    flow = replace(COINSTORE, limits=replace(COINSTORE.limits, label_min=3))
    assert check(flow, label="abc").order.label == "abc"
    with pytest.raises(UsageError, match=r"2 characters; .* at least 3"):
        check(flow, label="ab")

"""Recording pages whose words stand without spaces between them: they are no keys, and their labels say which key."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from autokey.model import Candidate, Layer, Look
from autokey.record.examples import HANDLE
from autokey.record.walker import SECRETS, _is_credential
from autokey.scaffold import declare
from autokey.scaffold.outline import outline_of

KEY = "EOsgDLDLdNf6xI10hQ8CRKjp"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (KEY, True),
        (f"密钥：{KEY}", True),
        ("绑定ID地址或IP段（选填）", False),
        ("未绑定IP且拥有交易或提现权限的API Key，将在闲置90天后自动失效", False),
        ("2023-11-14T22:13:20+00:00", False),
    ],
)
def test_a_sentence_or_a_moment_is_no_key(text, key):
    assert _is_credential(text) is key


@pytest.mark.parametrize(
    ("text", "handles"),
    [("每个用户最多创建20组API", []), ("用户abc12345退出", ["abc12345"]), ("jürgen12ab", ["jürgen12ab"])],
)
def test_a_handle_is_found_in_a_sentence_that_is_none(text, handles):
    assert HANDLE.findall(text) == handles


@pytest.mark.parametrize(
    ("label", "field"), [("访问密钥Access Key", "api_key"), ("密钥", "secret_key"), ("API密钥", "api_key")]
)
def test_a_label_says_which_half_of_a_key_stands_there(label, field):
    assert next(name for name, words in SECRETS if words.search(label)) == field


def one(ref: int, text: str, layer: int, **more: object) -> Candidate:
    return Candidate(ref, "div", "", "words", "", text, text, layer=layer, **more)


def test_the_overlay_that_shows_the_key_counts_though_it_hides_and_blocks_nothing():
    list_ = [one(1, "访问密钥Access Key", 0), one(2, KEY, 0)]
    toast = [one(3, "SecretKey", 1), one(4, f"{KEY}x9", 1), one(5, "完成", 1, clickable=True)]
    page, over = Layer(0, False, "", 0), Layer(1, False, "提示", 1)
    before = outline_of(Look("https://a.example/", "", "zh", (page,), tuple(list_)))
    after = outline_of(Look("https://a.example/", "", "zh", (page, over), (*list_, *toast)))
    assert (before.kind, before.secret) == ("page", False)
    assert (after.kind, after.secret, after.title) == ("dialog", True, "提示")


def test_an_overlay_that_shows_a_key_of_one_part_once_is_where_it_was_made():
    page, over = Layer(0, False, "", 0), Layer(1, True, "API Key Created", 1)
    said = one(1, "Please copy it now as you won't be able to see it again.", 1)
    told = (said, one(2, KEY, 1), one(3, "Close", 1, clickable=True))
    assert outline_of(Look("https://a.example/", "", "en", (page, over), told)).secret
    assert not outline_of(Look("https://a.example/", "", "en", (page, over), (said, told[2]))).secret
    flat = tuple(one(at, text, 0) for at, text in enumerate((said.own, KEY)))
    assert not outline_of(Look("https://a.example/", "", "en", (page,), flat)).secret  # a list that warns of it


def test_of_two_buttons_of_the_same_words_the_one_under_the_pressed_one_s_heading_is_named():
    above, below = (
        one(at, "Create", 0, section=head, box=(9, y, 80, 40)) for at, head, y in ((1, "Keys", 30), (2, "New key", 900))
    )
    shown = SimpleNamespace(
        look=Look("https://a.example/", "", "en", (Layer(0, False, "", 0),), (above, below)),
        outline=SimpleNamespace(layer=0),
    )
    mark = {"name": "Create", "kind": "words", "section": "New key"}
    assert declare.find(shown, mark, (9, 40, 80, 40)) is below  # the page was scrolled when it was pressed

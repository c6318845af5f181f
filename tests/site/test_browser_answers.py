"""Whether a page was sent an empty list: only then is a list without rows believed at once."""

import json
from urllib.parse import quote

import pytest

PAGE = """%s<button onclick="list()">Keys</button><p id=p></p><script>
const asked=fetch('/before').then(r=>r.text());
async function list(){await asked;for(const a of %s)await (await fetch(a)).text();p.textContent='No data'}</script>"""
LABEL = "ICG MM-1"
EMPTY = '{"data":{"keys":[]},"total":0}'


@pytest.fixture
def sent(run, live, site, serve):
    """sent(answers, before="{}", head="") -> whether a list that asked for these shows that it was sent none.

    `before`: what the page was answered before; `head`: what stands in it.
    """

    def go(answers: list[str], before: str = "{}", head: str = "") -> bool:
        site.pages["/before"] = (200, {"content-type": "application/json"}, before)
        for number, body in enumerate(answers):
            site.pages[f"/{number}"] = (200, {"content-type": "application/json"}, body)
        run(live.open(serve(PAGE % (head, json.dumps([f"/{number}" for number in range(len(answers))])))))
        look = run(live.look())
        button = next(one for one in look.candidates if one.name == "Keys")
        run(live.click(button.ref))

        async def listed() -> None:
            look = await live.look()
            while not any(one.own == "No data" for one in look.candidates):
                await live.changed(look.stamp, 5.0)
                look = await live.look()
            await live.quiet(5.0)

        run(listed())
        return run(live.none_sent(LABEL))

    return go


def test_an_empty_list_was_sent_where_an_answer_since_the_press_holds_one_and_none_the_words(sent):
    assert sent([EMPTY])
    assert sent([EMPTY, '{"code":200,"ok":true}'])


@pytest.mark.parametrize(
    ("answers", "before"),
    [
        ([], EMPTY),  # it was not asked for here
        (["{}"], "{}"),  # no list
        ([EMPTY], '[{"label":"icg mm-1"}]'),  # the words came before: a store of the page's own may have them
        ([EMPTY, '["\\u0049CG MM-1"]'], "{}"),
        ([EMPTY, '{"keys":[{"label":"another"}]}'], "{}"),  # a list of which this may be the first page
        ([EMPTY, json.dumps({"data": "QUJD" * 40})], "{}"),  # sealed
        ([EMPTY, '{"name":"ICG&#32;MM-1"}'], "{}"),
        ([EMPTY, "not JSON " + quote(LABEL)], "{}"),
    ],
)
def test_it_is_not_known_where_anything_speaks_against_it(sent, answers, before):
    assert not sent(answers, before)


@pytest.mark.parametrize(
    "head",
    [
        "<script>new WebSocket('ws://'+location.host+'/prices')</script>",
        "<script>new Worker(URL.createObjectURL(new Blob([''])))</script>",
        '<script>localStorage.keys=\'[{\\"label\\":\\"ICG\\\\u0020mm-1\\"}]\'</script>',
        "<script>sessionStorage.kept='ICG\\x20MM-1'</script>",
        "<script>localStorage.kept='QUJD'.repeat(40)</script>",
        "<script>indexedDB.open('keys')</script>",
        "<script>document.cookie='last=ICG\\x20MM-1'</script>",
        '<script type=application/json>[{"label":"ICG\\u0020MM-1"}]</script>',
    ],
)
def test_it_is_not_known_where_a_page_may_have_its_keys_from_elsewhere(sent, head):
    assert not sent([EMPTY], head=head)


def test_a_page_may_keep_what_has_nothing_to_do_with_the_words(sent):
    assert sent([EMPTY], head="<script>localStorage.theme='{\"dark\":true}'</script>")

"""The steps of a first flow, in the order walked, with elements; what only a person can decide is left as TODO.

Knows nothing of browsers, of files, or any exchange by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from autokey import match
from autokey.match.index import family
from autokey.model import DANGEROUS, Element, Located, Shape
from autokey.scaffold import declare, words
from autokey.scaffold.outline import SECRET, acts, label_of, signs_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autokey.model import Candidate
    from autokey.scaffold.declare import Shown
    from autokey.scaffold.walk import Act, Stop, Walk


@dataclass(slots=True)
class Step:
    """One step as it will be written. `todo`: what a person must still decide about it."""

    id: str
    verb: str
    target: str | list[str]
    on: str = ""
    to: str = ""
    text: str = ""
    more: dict[str, str | bool] = field(default_factory=dict)
    todo: str = ""


@dataclass(slots=True)
class Draft:
    """A first flow. `rights`: right -> how the site offers it; `shown`: right -> the site's words for it."""

    walk: Walk
    screens: list[Shown] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    rights: dict[str, str] = field(default_factory=dict)
    preset: dict[str, bool] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    credential: dict[str, Shape] = field(default_factory=dict)
    has_label: bool = False
    has_ips: bool = False
    left: list[str] = field(default_factory=list)  # sentences about what could not be taken over


def propose(walk: Walk, pages: Sequence[Shown]) -> Draft:
    """Give the first flow of a walk. `pages`: every recorded page, looked at again."""
    known = {shown.page: shown for shown in pages}
    return _Maker(walk, known).make()


class _Maker:
    def __init__(self, walk: Walk, known: dict[str, Shown]) -> None:
        self.draft = Draft(walk)
        self.known = known
        self.ids: set[str] = set()
        self.adders: set[Candidate] = set()  # buttons that take over one address
        self.views: dict[Candidate, Shown] = {}  # what was found on another look at its screen

    def make(self) -> Draft:
        draft, walk = self.draft, self.draft.walk
        stops = _way([stop for stop in walk.stops if stop.page in self.known], self.known)
        signs_in = [stop for stop in stops if self._is_sign_in(stop.page)]
        stops = [stop for stop in stops if stop not in signs_in]
        draft.credential.update(walk.shapes)
        first = stops[0].page if stops else ""
        self._add(Step("open", "open", walk.url, text="Open the site."))
        if first:
            self._add(Step("sign-in", "ask", "sign-in", to=first, text="Sign in."))
        for place, stop in enumerate(stops):
            after = stops[place + 1] if place + 1 < len(stops) else None
            self._stop(stop, after, last=after is None)
        used = {name for step in draft.steps for name in (step.on, step.to) if name}
        draft.screens = [shown for name, shown in self.known.items() if name in used or shown.way_out]
        draft.left += declare.choose_signs(draft.screens)
        return draft

    def _is_sign_in(self, page: str) -> bool:
        shown = self.known[page]
        return not shown.outline.secret and signs_in(shown.inside)

    def _add(self, step: Step) -> None:
        base, number = step.id or "step", 2
        while step.id in self.ids:
            step.id, number = f"{base}-{number}", number + 1
        self.ids.add(step.id)
        self.draft.steps.append(step)

    # ------------------------------------------------------------ one stop

    def _stop(self, stop: Stop, after: Stop | None, *, last: bool) -> None:
        shown = self.known[stop.page]
        found = [(act, self._candidate(shown, act)) for act in stop.acts]
        used = [(act, one) for act, one in found if one is not None]
        lost = len(found) - len(used)
        if lost:
            self.draft.left.append(f"{shown.page}: {lost} of the things used there were not found on the recorded page")
        if shown.outline.secret:
            self._created(shown, used, after)
            return
        codes = self._codes(shown)
        if codes and after is not None:
            self._verification(shown, codes, used, after)
            return
        self._form(shown, used)
        pressed = [one for one in words.pressed(used) if one not in self.adders]
        if after is not None and pressed:
            self._leave(shown, pressed, after)
        elif after is not None:
            step = Step(f"to-{after.page}", "ask", "by-hand", on=shown.page, to=after.page, text=f"Go to {after.page}.")
            step.todo = (
                "how does one get from here to there? Nothing was clicked; name the element, or leave it by hand"
            )
            self._add(step)
        elif last:
            told = "Find the key in the list, as it was ordered."
            self._add(Step("listed", "expect", "row", on=shown.page, text=told))

    def _candidate(self, shown: Shown, act: Act) -> Candidate | None:
        mark = {key: getattr(act.looks, key) for key in ("name", "label", "placeholder", "kind", "section")}
        for view in (shown, *shown.views()):
            one = declare.find(view, mark, act.looks.box)
            if one is not None:
                self.views[one] = view
                return one
        return None

    def _element(self, shown: Shown, one: Candidate, name: str) -> str:
        """Declare a candidate and give the name it has on its screen; "" if no way of declaring it works."""
        made = declare.element(self.views.get(one, shown), one, name)
        if made is not None and made.by == "text":
            made = replace(made, by="role", role="menuitem" if shown.outline.kind == "menu" else "button")
        if made is None:
            self.draft.left.append(f"{name} on {shown.page} could not be declared by its words")
            return ""
        for known, old in shown.elements.items():
            if (old.by, old.words, old.role, old.within) == (made.by, made.words, made.role, made.within):
                return known
        base, number = name, 2
        while name in shown.elements:
            name, number = f"{base}_{number}", number + 1
        shown.elements[name] = replace(made, name=name)
        return name

    def _leave(self, shown: Shown, pressed: list[Candidate], after: Stop) -> None:
        target = self.known[after.page]
        for extra in pressed[:-1]:
            name = self._element(shown, extra, words.slug(extra))
            if name and not any(step.on == shown.page and step.target == name for step in self.draft.steps):
                said = f'Click "{words.said(extra)}".'
                step = Step(name, "click", name, on=shown.page, text=said)
                step.todo = "is this click needed? It led to no other screen; delete the step and its element if not"
                self._add(step)
        one = pressed[-1]
        if not any(step.on for step in self.draft.steps):
            shown.leaves = pressed[0]
        name = self._element(shown, one, words.slug(one))
        said = (
            f'Click "{words.said(one)}".'
            if words.said(one)
            else f"Click the {name.replace('_', ' ').removesuffix('icon').strip()} icon."
        )
        step = Step(name.replace("_", "-") or "next", "click", name, on=shown.page, to=after.page, text=said)
        if not name:
            step.verb, step.target = "ask", "by-hand"
            step.todo = "which element is this? It could not be told by its words"
        if target.outline.secret:
            step.more["effect"] = "creates-key"
        self._add(step)

    # ------------------------------------------------------------ the form

    def _form(self, shown: Shown, used: list[tuple[Act, Candidate]]) -> None:
        again = any(step.verb == "set" and step.on == shown.page for step in self.draft.steps)  # back after the key
        boxes = [] if again else [one for one in shown.inside if family(one) in {"box", "radio"}]
        typed = [(one, words.added(used, place)) for place, (act, one) in enumerate(used) if act.did == "typed"]
        self.adders = {press for _, press in typed if press is not None}
        ticked = {one.ref for act, one in used if act.did == "click" and family(one) in {"box", "radio"}}
        for one, press in typed:
            if press is None and not words.IPS.search(label_of(one)):
                self._typed(shown, one, press)
        rights: list[str] = []
        for one in boxes:
            right = words.right_of(label_of(one))
            name = ""
            if right and right not in [each for each in rights if each == right]:
                name = self._element(shown, one, right)
            if name:
                shown.elements[name] = replace(shown.elements[name], permission=right)
                rights.append(name)
                self._offer(right, one)
            elif one.ref in ticked:
                self._other_box(shown, one)
            elif said := words.said(one):
                self.draft.left.append(
                    f'{shown.page}: the box "{said}", which was not ticked: name it if it is a right'
                )
        for one, press in typed:  # the choice of a list of addresses comes before the list
            if press is not None or words.IPS.search(label_of(one)):
                self._typed(shown, one, press)
        if rights:
            step = Step("rights", "set", rights, on=shown.page, text="Set exactly the ordered rights.")
            step.more["state"] = "ordered"
            self._add(step)

    def _offer(self, right: str, one: Candidate) -> None:
        draft = self.draft
        always = right == "read" and (not one.enabled or bool(one.checked))
        draft.rights[right] = "always" if always else "on-request-dangerous" if right in DANGEROUS else "on-request"
        draft.shown[right] = declare.phrase(label_of(one))
        if one.checked and not always:
            draft.preset[right] = True

    def _other_box(self, shown: Shown, one: Candidate) -> None:
        name = self._element(shown, one, words.slug(one))
        if not name:
            return
        if words.ANYWHERE.search(label_of(one)):
            shown.elements[name] = replace(shown.elements[name], anywhere=True)
        step = Step(name, "set", name, on=shown.page, text=f'Choose "{words.said(one)}".')
        step.more["state"] = "on"
        if words.IPS.search(label_of(one)):
            step.more["given"] = "no-ips" if words.ANYWHERE.search(label_of(one)) else "ips"
        step.todo = (
            "is this always to be chosen? If it grants a right, give its element a permission and set it as ordered"
        )
        self._add(step)

    def _typed(self, shown: Shown, one: Candidate, press: Candidate | None) -> None:
        said = f"{label_of(one)} {one.placeholder}"
        value, hint = "", ""
        if words.PASS.search(said):
            value = "passphrase"
            self.draft.credential["passphrase"] = Shape("alnum", made=True, minimum=7, maximum=32)
        elif words.IPS.search(label_of(one)) or (words.IPS.search(said) and not words.LABEL.search(label_of(one))):
            value, self.draft.has_ips = "ips", True
        elif words.LABEL.search(said):
            value, self.draft.has_label = "label", True
        else:
            value, hint = "label", "what is typed here: label, ips or passphrase?"
            self.draft.has_label = True
        name = self._element(shown, one, value if value not in shown.elements else words.slug(one))
        if not name:
            return
        if value == "passphrase":
            shown.elements[name] = replace(shown.elements[name], secret=True)
        sentence = {
            "label": f'Enter the label as "{words.said(one)}".',
            "ips": f'Enter the allowed IP addresses as "{words.said(one)}".',
            "passphrase": f'Enter the API passphrase as "{words.said(one)}".',
        }[value]
        step = Step(name, "fill", name, on=shown.page, text=sentence, todo=hint)
        step.more["with"] = value
        if value == "ips":
            step.more["given"] = "ips"
            if press is not None and (button := self._element(shown, press, words.slug(press))):
                step.verb, step.more["press"] = "add", button
        self._add(step)

    # ------------------------------------------------------------ codes

    def _codes(self, shown: Shown) -> dict[str, Candidate]:
        """Give the fields for codes that a screen has, by the word for what is asked."""
        found: dict[str, Candidate] = {}
        for one in shown.inside:
            if one.kind not in {"text", "password"}:
                continue
            said = " ".join((label_of(one), one.placeholder, *one.beside[:1])).lower()
            kind = next((word for word, pattern in words.CODES if re.search(pattern, said)), "")
            if not kind and re.search(r"\bcode\b|验证码", said):
                kind = "email-code"
            if (
                kind
                and kind not in found
                and ("code" in said or "password" in said or kind != "email-code" or "邮" in said)
            ):
                found[kind] = one
        return found

    def _verification(
        self, shown: Shown, codes: dict[str, Candidate], used: list[tuple[Act, Candidate]], after: Stop
    ) -> None:
        needs = [kind for kind, one in codes.items() if self._code(shown, kind, one)]
        pressed = words.pressed(used)
        submit = self._element(shown, pressed[-1], words.slug(pressed[-1])) if pressed else ""
        step = Step("verify", "ask", needs, on=shown.page, to=after.page, text="Enter the codes and confirm.")
        send = next((one for one in pressed[:-1] if words.SEND.search(words.said(one))), None)
        if send is not None and (name := self._element(shown, send, "send")):
            step.more["send"] = name
        step.more["submit"] = submit
        if not submit:
            step.todo = "which button sends the codes? Name it in submit"
        if self.known[after.page].outline.secret:
            step.more["effect"] = "creates-key"
        self._add(step)

    def _code(self, shown: Shown, kind: str, one: Candidate) -> bool:
        made = declare.element(shown, one, kind)
        if made is not None:
            shown.elements[kind] = made
        return made is not None

    # ------------------------------------------------------------ the key

    def _created(self, shown: Shown, used: list[tuple[Act, Candidate]], after: Stop | None) -> None:
        captured = []
        for name, pattern in (
            ("api_key", words.API_KEY),
            ("secret_key", SECRET.pattern),
            ("passphrase", r"pass ?phrase"),
        ):
            made = self._value(shown, name, pattern) if name in self.draft.credential else None
            if made is not None and not self.draft.credential[name].made:
                shown.elements[name] = replace(made, secret=True)
                captured.append(name)
        step = Step("capture", "capture", captured, on=shown.page, text="Store the key and its secret.")
        if not captured:
            step.target = ["api_key", "secret_key"]
            step.todo = "which words stand beside the key and the secret? Declare api_key and secret_key on this screen"
        self._add(step)
        shows = []
        for name, words_of in (("ips", words.IPS), ("rights", words.RIGHTS_LABEL)):
            made = self._value(shown, name, words_of.pattern)
            if made is not None:
                shown.elements[name] = made
                shows.append(name)
        if shows:
            self._add(Step("granted", "expect", shows, on=shown.page, text="Compare what was granted with the order."))
        pressed = words.pressed(used)
        if after is not None and pressed:
            name = self._element(shown, pressed[-1], words.slug(pressed[-1]))
            said = f'Click "{words.said(pressed[-1])}", now that the secret is stored.'
            step = Step("close", "click", name, on=shown.page, to=after.page, text=said)
            step.more["effect"] = "closes"
            if name:
                self._add(step)

    def _value(self, shown: Shown, name: str, pattern: str) -> Element | None:
        known = {(one.by, one.words) for one in shown.elements.values()}
        for one in shown.inside:
            said = one.own or one.text
            if acts(one) or len(said) > 40 or not re.search(pattern, said, re.IGNORECASE) or "://" in said:
                continue
            if name == "api_key" and re.search(r"secret", said, re.IGNORECASE):
                continue
            for phrase in (declare.phrase(said), declare.phrase(said.split(":")[0])):
                made = Element(name, "labelled", (phrase,))
                if not phrase or ("labelled", made.words) in known or one.role == "heading":
                    continue
                title = [match.normalise(text) for text in shown.title]
                if match.normalise(phrase) in title:
                    continue
                if isinstance(match.find(made, shown.look, layer=shown.layer), Located):
                    return made
        return None


# ---------------------------------------------------------------- the way


def _way(stops: list[Stop], known: dict[str, Shown]) -> list[Stop]:
    """Take detours out: what was gone back from, and messages that were only closed (they become interruptions)."""
    made: list[Stop] = []
    created = next((n for n, stop in enumerate(stops) if known[stop.page].outline.secret), len(stops))
    for place, stop in enumerate(stops):
        before = next((n for n, one in enumerate(made) if one.page == stop.page), None)
        if before is not None and place < created:
            between = made[before + 1 :]
            if len(between) == 1 and (name := _closer(known[between[0].page], between[0])):
                known[between[0].page].way_out = name
                made[before].acts += stop.acts
                made = made[: before + 1]
            else:
                made = [*made[:before], stop]
            continue
        made.append(stop)
    return made


def _closer(shown: Shown, stop: Stop) -> str:
    """Give the element by which a message was closed, if that is a harmless one."""
    if shown.outline.kind != "dialog" or len(stop.acts) != 1 or not words.CLOSING.search(stop.acts[0].looks.name):
        return ""
    mark = {"name": stop.acts[0].looks.name, "kind": stop.acts[0].looks.kind}
    one = declare.find(shown, mark, stop.acts[0].looks.box)
    made = declare.element(shown, one, "close") if one is not None else None
    if made is None:
        return ""
    shown.elements["close"] = made
    return "close"

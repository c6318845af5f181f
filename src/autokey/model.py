"""The frozen types that everything else speaks in: what is ordered, what a flow says, what a page shows.

A flow (what to do) and its selectors (where things are) are data read from TOML by `catalog`; a look (what the
page shows now) is made by `browser`; `match` and `screens` hold the one against the other.
Knows nothing of TOML, browsers, terminals, stores or any exchange.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from autokey.secret import Secret

# ---------------------------------------------------------------- the order

PERMISSIONS: Final = ("read", "trade", "margin", "futures", "transfer", "withdraw")
DANGEROUS: Final = frozenset({"transfer", "withdraw"})  # these move money off the account
Offer = Literal["always", "on-request", "on-request-dangerous"]


@dataclass(frozen=True, slots=True)
class Order:
    """What the person wants: one key. Checked against the flow by `orders.check` before a browser opens."""

    exchange: str
    label: str
    permissions: frozenset[str]
    ips: tuple[str, ...] = ()
    account: str = ""
    consumer: str = ""
    sandbox: bool = False
    passphrase: Secret | None = None

    @property
    def service(self) -> str:
        """Service name of the keyring item (design, section 6): `autokey:<exchange>:<label>`, lower case."""
        root = "autokey-sandbox" if self.sandbox else "autokey"
        return f"{root}:{self.exchange}:{self.label}".lower()


@dataclass(frozen=True, slots=True)
class Credential:
    """A key with its once-shown secret. `fields` maps api_key, secret_key, passphrase to the values."""

    exchange: str
    label: str
    fields: Mapping[str, Secret]
    permissions: tuple[str, ...]
    ips: tuple[str, ...]
    created: str  # ISO 8601, UTC, seconds


# ---------------------------------------------------------------- selectors: where things are

By = Literal["role", "label", "placeholder", "text", "labelled", "icon", "testid", "css"]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What an element looked like when it was recorded: the material of a scored match (notes: `match`)."""

    role: str = ""
    name: str = ""
    kind: str = ""
    tag: str = ""
    label: str = ""
    placeholder: str = ""
    id_words: tuple[str, ...] = ()
    section: str = ""
    near: tuple[str, ...] = ()
    href: str = ""
    path: str = ""
    box: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Element:
    """One thing on a screen, by the words a person sees. `words` are alternatives; `...` at the end: a prefix.

    by="role"      an element of `role` whose accessible name is one of `words`
    by="label"     a field whose label (tied, or beside, above, floating) is one of `words`
    by="labelled"  the value that stands beside or below one of `words` (a key, a secret, a list of rights)
    by="icon"      a clickable thing without words, the nearest one to the right of `after`
    by="text"      words that are simply there, not to be clicked for an effect
    """

    name: str
    by: By
    words: tuple[str, ...] = ()
    role: str = ""
    within: tuple[str, ...] = ()  # words of the heading, group or row it stands in
    after: tuple[str, ...] = ()  # for icons: the words it stands right of
    hints: tuple[str, ...] = ()  # for icons: words to expect in its attributes
    corner: str = ""  # for icons: "top-right" where there are no words to stand right of
    beside: tuple[str, ...] = ()  # for fields without words: the words of the button it stands next to
    row: bool = False  # it stands in the row of the order's key, one of several alike
    permission: str = ""  # the right that it grants
    grants: tuple[str, ...] = ()  # one of several choices: all the rights that this one stands for
    anywhere: bool = False  # the choice that makes a key usable from any address
    secret: bool = False
    danger: bool = False
    optional: bool = False
    guarded: bool = False  # creates, grants, reveals, closes or holds a secret: never matched by score alone
    fingerprint: Fingerprint | None = None


ScreenKind = Literal["page", "dialog", "menu", "either"]


@dataclass(frozen=True, slots=True)
class Screen:
    """A state of the site that can be told from all others by its signs.

    kind="dialog": what is inside is looked up inside the top-most overlay, which must carry one of `title`.
    kind="either": an overlay on some sites and a page on others; one of `title`, if any, stands there as words.
    """

    name: str
    kind: ScreenKind
    signs: tuple[Element, ...]  # all must be there
    never: tuple[Element, ...] = ()  # none may be there
    title: tuple[str, ...] = ()
    each: tuple[str, ...] = ()  # the label that begins each of several alike blocks (a card for each key)
    elements: Mapping[str, Element] = field(default_factory=dict)
    way_out: str = ""  # an interruption: the element that dismisses it, "" when a person must act
    asks: str = ""  # an interruption without a way out: what the person is asked for (one of ASKS)
    interruption: bool = False
    everywhere: bool = False  # site chrome, on every page: recognised only where nothing else is
    secret: bool = False  # holds an element with secret=True: nothing of it may be quoted

    @property
    def declared(self) -> tuple[Element, ...]:
        """Everything that is said to stand on it: elements, then signs."""
        return (*self.elements.values(), *self.signs)


@dataclass(frozen=True, slots=True)
class Selectors:
    """Where things are on one exchange's site."""

    name: str
    hosts: tuple[str, ...]
    screens: Mapping[str, Screen]
    shown: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # right -> words in lists and results
    words: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)  # language -> word -> words


# ---------------------------------------------------------------- flows: what to do

Verb = Literal["open", "click", "fill", "set", "add", "ask", "expect", "capture"]
VERBS: Final = ("open", "click", "fill", "set", "add", "ask", "expect", "capture")
Effect = Literal["", "enables-api", "creates-key", "changes-key", "deletes-key", "reveals", "closes"]
EFFECTS: Final = ("enables-api", "creates-key", "changes-key", "deletes-key", "reveals", "closes")
ASKS: Final = (
    "sign-in",
    "email-code",
    "email-link",
    "sms-code",
    "authenticator-code",
    "trading-password",
    "captcha",
    "read-notice",
    "by-hand",
)
Given = Literal["", "ips", "no-ips"]
ITSELF: Final = "by itself"  # submit: the page sends a code with its last character


@dataclass(frozen=True, slots=True)
class Source:
    """Where a step is documented: a guide file and the step in it."""

    file: str
    step: str


@dataclass(frozen=True, slots=True)
class Step:
    """One act. `on` and `to` are screens; `effect` says what it does on the site that cannot be taken back."""

    id: str
    verb: Verb
    on: tuple[str, ...]
    target: tuple[str, ...]
    to: tuple[str, ...] = ()
    text: str = ""  # the sentence a person reads
    value: str = ""  # fill, add: "label", "ips" or "passphrase"
    press: str = ""  # add: the button after each value
    send: str = ""  # ask: the button that mails the code
    submit: str = ""  # ask: the button that sends the answers, or ITSELF
    state: str = ""  # set: "on", "off" or "ordered"
    also: tuple[str, ...] = ()  # capture: second sources, "qr"
    effect: Effect = ""
    when: str = ""  # only where this screen shows
    given: Given = ""  # only for such an order
    expires: int = 0  # ask: seconds that a mailed code or link lives, 0 = not known
    sources: tuple[Source, ...] = ()
    line: int = 0

    def applies(self, ips: Collection[str]) -> bool:
        """Say whether the step is done for an order with these addresses (`given`)."""
        return not self.given or (self.given == "ips") == bool(ips)


@dataclass(frozen=True, slots=True)
class Shape:
    """What one field of a credential looks like. `length` 0 = not known."""

    charset: Literal["hex", "upper", "alnum", "any"] = "any"
    length: int = 0
    groups: tuple[int, ...] = ()  # lengths of the parts between hyphens
    shown: Literal["once", "again"] = "once"
    made: bool = False  # made by us (a passphrase), not read from the page
    minimum: int = 0
    maximum: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """What the site allows. 0 = not known. `ipv6` and `cidr`: "yes", "no" or "unknown"."""

    label: int = 0
    label_min: int = 0
    ips_min: int = 0
    ips_max: int = 0
    ips_join: str = ","
    keys: int = 0
    ipv6: str = "unknown"
    cidr: str = "unknown"


@dataclass(frozen=True, slots=True)
class Expiry:
    """A rule by which the site takes keys away. `given` as in Step, `rights`: only keys with one of these."""

    text: str
    days: int = 0
    given: Given = ""
    rights: tuple[str, ...] = ()
    source: str = ""

    def applies(self, permissions: Collection[str], ips: Collection[str]) -> bool:
        """Say whether the rule is about a key with these rights and addresses."""
        fits = not self.given or (self.given == "ips") == bool(ips)
        return fits and (not self.rights or not set(self.rights).isdisjoint(permissions))


@dataclass(frozen=True, slots=True)
class Flow:
    """How a key is made on one documented user interface of one exchange."""

    name: str
    exchange: str
    title: str
    site: str
    status: Literal["live", "retired"]
    verified: str  # a date, or "never"
    permissions: Mapping[str, Offer]
    defaults: Mapping[str, bool]  # rights the site ticks by itself, for the person to know
    limits: Limits
    credential: Mapping[str, Shape]
    steps: tuple[Step, ...]
    selectors: Selectors
    expiry: tuple[Expiry, ...] = ()
    has_label: bool = True
    notes: tuple[str, ...] = ()
    path: str = ""
    local: bool = False
    digest: str = ""
    left: tuple[tuple[str, int, str], ...] = ()  # what is still to be filled in: file, line, sentence


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing a consumer wants, in a sentence, with the guide it comes from. `about`: rights, ips, passphrase ..."""

    about: str
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Consumer:
    """A program or service that a key is for: which rights and IP rule it needs, and what it refuses."""

    name: str
    title: str
    needs: tuple[str, ...]
    refuses: tuple[str, ...]
    ips: Literal["", "given", "own", "none"]
    exchanges: tuple[str, ...]
    rules: tuple[Rule, ...]
    together: tuple[str, ...] = ()  # exchanges whose keys it needs all of, one each
    handover: tuple[Step, ...] = ()

    def permissions_on(self, flow: Flow) -> tuple[str, ...]:
        """Give the rights to order on this flow: those needed that it offers."""
        return tuple(word for word in self.needs if word in flow.permissions)

    def why(self, about: str) -> str:
        """Give the sentences about one thing, with their source; "" if there is no rule."""
        return " ".join(
            f"{rule.text} ({rule.source.file}, {rule.source.step})" for rule in self.rules if rule.about == about
        )


# ---------------------------------------------------------------- a look: what the page shows

Kind = Literal["button", "link", "box", "radio", "text", "password", "select", "words", "image", "other"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One visible thing on the page, in CSS pixels of the top frame. Texts are whitespace-folded.

    `ref` names the very DOM node for as long as its document lives; acting on a ref acts on that node or fails.
    """

    ref: int
    tag: str
    role: str  # explicit or implied ARIA role, "" if none
    kind: Kind  # box: checkbox or switch; text: any one-line or many-line field that is not a password
    name: str  # accessible name ("" for a field that has only words beside it)
    text: str  # the words of the element and what is in it, at most 300 characters
    own: str  # the words in its own text nodes only
    labels: tuple[str, ...] = ()  # tied: label element, aria-labelledby, aria-label, wrapping label
    beside: tuple[str, ...] = ()  # by position, nearest first: left, above, floating inside, right (boxes)
    placeholder: str = ""
    title: str = ""
    hints: tuple[str, ...] = ()  # words in id, class, name, data-*, href, svg and img names; hashes dropped
    testid: str = ""
    input_type: str = ""
    href: str = ""
    section: str = ""  # the nearest heading above in the same container
    group: str = ""  # fieldset legend, aria group or row header
    clickable: bool = False
    enabled: bool = True
    checked: bool | None = None  # boxes, radios, switches; None = cannot be told
    value: str = ""  # of a field that is not a password and not declared secret
    length: int = 0  # characters in the field, passwords too
    box: tuple[int, int, int, int] = (0, 0, 0, 0)  # x, y, width, height
    layer: int = 0  # index into Look.layers
    covered: bool = False  # something of another layer is on top of its centre
    path: str = ""  # tag path of at most five, nearest last
    parent: int = -1  # ref of the nearest enclosing candidate


@dataclass(frozen=True, slots=True)
class Layer:
    """The page (index 0) or an overlay over it. Higher `order` is nearer to the person."""

    index: int
    modal: bool  # covers the page behind it, or says that it is modal
    title: str
    order: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """What one tab shows at one moment, from one round trip."""

    url: str
    title: str
    lang: str
    layers: tuple[Layer, ...]
    candidates: tuple[Candidate, ...]
    stamp: int = 0  # counts changes of the page; `Page.changed` takes it


@dataclass(frozen=True, slots=True)
class Located:
    """Exactly one element is meant."""

    candidate: Candidate
    how: Literal["exact", "score", "person"]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsure:
    """Several could be meant, or one only by likeness: a person decides. At most three, best first."""

    best: tuple[Candidate, ...]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Absent:
    """Nothing like it is there."""

    reasons: tuple[str, ...] = ()


Match = Located | Unsure | Absent

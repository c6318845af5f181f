// What every look-alike needs in the page: building nodes, asking the server, overlays, and the switchable faults.
"use strict";
const kit = (() => {
  const faults = new Set(document.getElementById("sandbox-mark").dataset.faults.split(" ").filter(Boolean));
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const LATE = 600; // ms that an answer takes where the fault `slow` is on
  let onSignedOut = () => {}; // called with true when the person is signed in again already

  // el("div.box", {onclick: f, placeholder: "x"}, child, "text")
  function el(kind, given = {}, ...children) {
    const [tag, ...classes] = kind.split(".");
    const node = document.createElement(tag || "div");
    if (classes.length) node.className = classes.join(" ");
    for (const [name, value] of Object.entries(given)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (name in node && name !== "list") node[name] = value;
      else node.setAttribute(name, value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return node;
  }

  // An icon without words, from the sprite of the page: svg with a use.
  function icon(id, kind = "svg-icon") {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", kind);
    svg.setAttribute("aria-hidden", "true");
    svg.innerHTML = `<use href="#${id}"></use>`;
    return svg;
  }

  async function raw(path, body) {
    const asked = body === undefined ? {} : {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    };
    const answer = await fetch(path, asked);
    return [answer.status, await answer.json()];
  }

  // Asks the site. Never throws: {error: text} where something was wrong, with `network` or `signedOut` set.
  async function api(path, body) {
    if (faults.has("slow")) await pause(LATE);
    try {
      const [status, found] = await raw(path, body);
      if (status === 401) sessionExpired();
      return found;
    } catch {
      return { error: "Network error, please try again later.", network: true };
    }
  }

  const own = async (path, body) => (await raw(`/__sandbox__/${path}`, body))[1];

  // Takes a fault that happens once; true when it is to happen now.
  async function take(fault) {
    return faults.has(fault) && (await own("take", { fault })).now;
  }

  // To be awaited before a screen is shown: interruptions that are due on it.
  async function visit(screen) {
    if (!faults.size) return;
    const { due } = await own("visit", { screen });
    if (due.includes("announcement")) announcement();
    if (due.includes("cookie-banner")) cookieBanner();
  }

  // A dialog in a portal of plain divs. Gives {node, close}.
  function modal({ title, body, onClose = () => {}, cross = true }) {
    let open = true;
    const close = () => { if (open) { open = false; shade.remove(); } };
    const head = el("div.kit-head", {}, el("div", {}, title));
    if (cross) {
      const x = el("span.kit-x", { onclick: () => { close(); onClose(); } });
      x.innerHTML = '<svg viewBox="0 0 16 16" width="16" height="16"><path d="M2 2L14 14M14 2L2 14" stroke="#001a60" stroke-width="1.6"/></svg>';
      head.append(x);
    }
    const shade = el("div.kit-shade", {}, el("div.kit-box", {}, head, el("div.kit-body", {}, body)));
    document.body.append(shade);
    return { node: shade, close, get open() { return open; } };
  }

  function toast(text) {
    const node = el("div.kit-toast", {}, text);
    document.body.append(node);
    setTimeout(() => node.remove(), 4000);
  }

  function announcement() {
    const box = modal({
      title: "Announcement",
      body: [el("p", {}, "The sandbox has news for you, and it wants to be read first."),
        el("div.kit-press", { onclick: () => box.close() }, "Got it")],
    });
  }

  function cookieBanner() {
    const gone = () => banner.remove();
    const banner = el("div.kit-banner", {},
      el("div", {}, "We use cookies to play the part of a cookie banner."),
      el("div.kit-press", { onclick: gone }, "Accept All"), el("div.kit-press", { onclick: gone }, "Reject All"));
    document.body.append(banner);
  }

  // Calls `then` as soon as this browser counts as signed in, whoever signed it in. Gives a function that stops it.
  function watchSession(then) {
    let on = true;
    (async () => {
      while (on) {
        if ((await own("session")).signedIn) { if (on) then(); return; }
        await pause(250);
      }
    })();
    return () => { on = false; };
  }

  let expired = null;
  function sessionExpired() {
    if (expired) return;
    let stop = () => {};
    const away = (again) => {
      stop();
      expired.close();
      expired = null;
      onSignedOut(again);
    };
    expired = modal({
      title: "Session expired", cross: false,
      body: [el("p", {}, "You were away for too long for this sandbox. Please log in again."),
        el("div.kit-press", { onclick: () => away(false) }, "Log In")],
    });
    stop = watchSession(() => away(true));
  }

  // To be awaited before a code is sent: resolves at once, or when the person has clicked the fake.
  async function captcha() {
    if (!(await take("captcha"))) return;
    const solve = () => own("captcha", {});
    const box = modal({
      title: "Verify you are human", cross: false,
      body: [el("p", {}, "This is a fake of the sandbox, for a person to click."),
        el("div.kit-fake", { onclick: solve }, el("span"), el("div", {}, "I am a person"))],
    });
    while (!(await own("session")).captcha) await pause(250);
    box.close();
  }

  // Draws a screen into `root` from its model; where `slow` is on: bones first, and everything anew a little later.
  async function draw(root, build) {
    if (!faults.has("slow")) { root.replaceChildren(build()); return; }
    root.replaceChildren(el("div", {}, ...[1, 2, 3, 4].map(() => el("div.kit-bone"))));
    await pause(LATE);
    const first = build();
    root.replaceChildren(first);
    setTimeout(() => { if (first.parentNode === root) root.replaceChildren(build()); }, LATE);
  }

  // Counts a button's text down on the sandbox's clock; gives a function that ends it early.
  function countdown(button, seconds, words) {
    let on = true;
    const end = () => { on = false; button.classList.remove("counting"); button.textContent = words; };
    (async () => {
      const until = (await own("clock")).now + seconds;
      button.classList.add("counting");
      while (on && button.isConnected) {
        const left = Math.ceil(until - (await own("clock")).now);
        if (!on) return;
        if (left <= 0) { end(); return; }
        button.textContent = `${left}s`;
        await pause(500);
      }
    })();
    return end;
  }

  return {
    el, icon, api, take, visit, modal, toast, captcha, draw, countdown, watchSession, pause,
    has: (fault) => faults.has(fault),
    signedOut: (then) => { onSignedOut = then; },
  };
})();

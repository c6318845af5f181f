// Draws the bar, the profile page, the API keys page and its dialogs. What a mailed link did shows by itself.
"use strict";
(() => {
  const root = document.getElementById("root");
  const portal = document.getElementById("portal");
  const POLL = 400; // ms between looks at the key list
  const HIDDEN = "•".repeat(32);
  const paths = { "/": home, "/login": login, "/profile": profile, "/apiKeys": apiKeys, "/settings/futures-api-keys": futures };
  let session = { signedIn: false };
  let acts = 0; // counts links asked for; a look at the list from before one says nothing about it
  let round = 0; // counts pages shown; an older page stops looking
  let secrets = {}; // key -> secret, until the page is loaded again
  let editing = {}; // key -> the text in its box of trusted IPs
  let restricting = new Set(); // keys whose restriction was chosen, but has no address yet
  let waitingFor = {}; // key + right -> true: a link is on its way

  const h = (html) => { const t = document.createElement("template"); t.innerHTML = html.trim(); return t.content.firstElementChild; };
  const q = (node, name) => node.querySelector(`[data-q="${name}"]`);
  const say = (node, words) => { node.textContent = words; };

  function go(path) { if (location.pathname !== path) history.pushState(null, "", path); route(); }
  window.addEventListener("popstate", route);
  kit.signedOut((again) => { if (again) route(); else go("/login"); });

  async function route() {
    round += 1;
    portal.replaceChildren();
    session = await kit.api("/api/session");
    const path = paths[location.pathname] ? location.pathname : "/";
    if (!session.signedIn && path !== "/" && path !== "/login") { history.replaceState(null, "", "/login"); return route(); }
    const body = h('<div class="page_4xn"></div>');
    root.replaceChildren(bar(), body);
    await paths[path](body, round);
    const screen = { "/": "home", "/profile": "profile", "/apiKeys": "keys", "/login": "login" }[path];
    if (screen) await kit.visit(screen);
    return undefined;
  }

  // ------------------------------------------------------------ bar

  function bar() {
    const node = h(`<header class="navBar_1xq"><span class="brand_2pa" data-q="brand">P<b>o</b>loniex</span>
      <span class="navItem_9we">Markets</span><span class="navItem_9we">Spot</span><span class="navItem_9we">Margin</span>
      <span class="navItem_9we">Futures</span><span class="space_0mm"></span></header>`);
    q(node, "brand").onclick = () => go("/");
    if (!session.signedIn) {
      const enter = h('<span class="navItem_9we">Log in</span>');
      enter.onclick = () => go("/login");
      node.append(enter, h('<span class="navItem_9we cta_1ac">Sign up</span>'));
      return node;
    }
    const wrap = h(`<div class="profileWrap_5ub"><div class="navIcon_7qs" tabindex="0">
      <svg viewBox="0 0 24 24" class="icon-user"><circle cx="12" cy="8" r="4"/><path d="M4 21c1-9 15-9 16 0"/></svg></div></div>`);
    wrap.firstElementChild.onclick = (event) => { event.stopPropagation(); toggle(wrap); };
    node.append(h('<span class="navItem_9we">Wallet</span>'), h('<span class="navItem_9we">Orders</span>'),
      h(`<div class="navIcon_7qs"><svg viewBox="0 0 24 24" class="icon-bell"><path d="M5 18h14l-2-3v-5a5 5 0 0 0-10 0v5zM10 21h4"/></svg></div>`), wrap);
    return node;
  }
  function toggle(wrap) {
    const open = wrap.querySelector("ul");
    if (open) { open.remove(); return; }
    const menu = h(`<ul class="dropdown_8ke"><li class="mail_0bb">${session.email}</li><li data-q="profile">Profile</li>
      <li>Security</li><li>Referrals</li><li>Support</li><li data-q="out">Log out</li></ul>`);
    q(menu, "profile").onclick = () => go("/profile");
    q(menu, "out").onclick = async () => { await kit.api("/api/logout", {}); go("/"); };
    menu.onclick = (event) => event.stopPropagation();
    wrap.append(menu);
  }
  document.addEventListener("click", () => document.querySelector(".dropdown_8ke")?.remove());

  // ------------------------------------------------------------ plain pages

  async function home(body) {
    body.append(h(`<div><h1>Trade digital assets</h1><div class="panel_6hu"><h2>Markets</h2>
      <div>BTC/USDT</div><div>ETH/USDT</div><div>TRX/USDT</div></div></div>`));
  }

  async function login(body, mine) {
    const form = h(`<form class="panel_6hu login_1oo"><h2>Log in</h2><label>Email<input class="input_2nb" type="email" data-q="email" autocomplete="off"></label>
      <label>Password<input class="input_2nb" type="password" data-q="password" autocomplete="off"></label>
      <div class="error_2rr" data-q="error"></div><button class="btn_b41" type="submit">Log in</button></form>`);
    form.onsubmit = async (event) => {
      event.preventDefault();
      const said = await kit.api("/api/login", { email: q(form, "email").value, password: q(form, "password").value });
      if (said.error) say(q(form, "error"), said.error);
    };
    body.append(form);
    const stop = kit.watchSession(() => { if (mine === round) go("/"); });
    window.addEventListener("popstate", stop, { once: true });
  }

  async function profile(body) {
    const node = h(`<div><h1>Profile</h1>
      <div class="panel_6hu"><h2>Account</h2><div>${session.email}</div></div>
      <div class="panel_6hu"><h2>Security</h2><div>Two-Factor Authentication: ${session.twoFactor ? "on" : "off"}</div></div>
      <div class="panel_6hu"><h2>API access</h2><button class="btn_b41 ghost_b42" data-q="main">API Keys</button><button class="btn_b41 ghost_b42" data-q="futures">Futures API Keys</button></div></div>`);
    q(node, "main").onclick = () => go("/apiKeys");
    q(node, "futures").onclick = () => go("/settings/futures-api-keys");
    body.append(node);
  }

  async function futures(body) {
    body.append(h(`<div><h1>Futures API Keys</h1><div class="panel_6hu">Keys of the futures account are not part of this look-alike.</div></div>`));
  }

  // ------------------------------------------------------------ dialogs

  function modal(title, html) {
    const scrim = h(`<div class="scrim_9ju"><div class="modal_9jv" role="dialog" aria-modal="true"><button class="x_9jw" data-q="x">×</button>
      <h3>${title}</h3>${html}</div></div>`);
    portal.replaceChildren(scrim);
    return scrim;
  }
  const close = () => portal.replaceChildren();

  // Asks for the authenticator code where the account has one, or for a yes; calls act(code) -> what the site said.
  function verify({ title, words, act, done, cancelled = () => {}, silent = false }) {
    if (!session.twoFactor && silent) { act("").then((said) => { if (said.error) kit.toast(said.error); else done(said); }); return; }
    const field = session.twoFactor
      ? '<label>2FA Code<input class="input_2nb" data-q="code" inputmode="numeric" maxlength="6" autocomplete="off" placeholder="6-digit code"></label>' : "";
    const box = modal(title, `<p>${words}</p>${field}<div class="error_2rr" data-q="error"></div>
      <div class="actions_9jx"><button class="btn_b41 ghost_b42" data-q="cancel">Cancel</button><button class="btn_b41" data-q="ok">Confirm</button></div>`);
    const leave = () => { close(); cancelled(); };
    q(box, "x").onclick = leave;
    q(box, "cancel").onclick = leave;
    q(box, "ok").onclick = async () => {
      const said = await act(session.twoFactor ? q(box, "code").value : "");
      if (said.error) { say(q(box, "error"), said.error); return; }
      close();
      done(said);
    };
    q(box, "code")?.focus();
  }

  function checkMail(said) {
    const box = modal("Check your email", `<p>We sent an email with a confirmation link to ${said.email}. Follow the link within ${said.minutes} minutes.</p>
      <div class="error_2rr" data-q="error"></div><div class="actions_9jx"><span>No email?</span><button class="textBtn_c77" data-q="again">Resend</button></div>`);
    box.dataset.waits = "link";
    q(box, "x").onclick = close;
    q(box, "again").onclick = async () => {
      const again = await kit.api("/api/resend", {});
      say(q(box, "error"), again.error || "");
      if (!again.error) kit.toast("A new email is on its way.");
    };
  }

  // ------------------------------------------------------------ API keys

  async function apiKeys(body, mine) {
    let before = "";
    let list = null;
    const refresh = async () => {
      const seen = acts;
      const found = await kit.api("/api/keys");
      for (const key of found.keys || []) if (key.secret) secrets[key.id] = key.secret;
      if (mine !== round || found.error || seen !== acts) return;
      list = found;
      const now = JSON.stringify({ ...found, keys: found.keys.map((key) => ({ ...key, secret: "" })), waiting: null });
      if (now !== before) { before = now; draw(); }
      const dialog = portal.querySelector('[data-waits="link"]');
      if (dialog && !found.waiting) close();
      if (!found.waiting && Object.keys(waitingFor).length) { waitingFor = {}; draw(); }
      if (dialog && found.waiting?.expired) say(q(dialog, "error"), "The link has expired.");
    };
    const build = () => {
      const view = h(`<div><div class="headRow_2iv"><h1>API Keys</h1><div data-q="top"></div></div><div data-q="cards"></div></div>`);
      q(view, "top").append(list.enabled ? press("Create New Key", () => ask({ what: "create" }, "Enter your 2FA code"))
        : press("Enable API", () => ask({ what: "enable" }, "")));
      if (!list.keys.length) {
        q(view, "cards").append(h(`<div class="panel_6hu empty_0ee">${list.enabled ? "You have no API keys." : "API access is off."}</div>`));
      }
      q(view, "cards").append(...list.keys.map((key) => card(key, draw)));
      return view;
    };
    const draw = () => body.replaceChildren(build());
    await refresh();
    if (kit.has("slow")) await kit.draw(body, build);
    (async () => { while (mine === round) { await kit.pause(POLL); if (mine === round) await refresh(); } })();

    function ask(wanted, title, words = "Enter the code of your authenticator app.", cancelled = () => {}, sent = () => {}) {
      const act = (code) => kit.api("/api/ask", { ...wanted, code });
      const done = (said) => { acts += 1; sent(); checkMail(said); };
      if (wanted.what === "enable") act("").then((said) => { if (said.error) kit.toast(said.error); else done(said); });
      else verify({ title, words, act, done, cancelled, silent: true });
    }

    function card(key, redraw) {
      const node = h(`<section class="keyCard_3fd">
        <div class="field_7yo"><div class="name_7yp">API Key</div><div class="mono_1zz">${key.apiKey}</div></div>
        <div class="field_7yo"><div class="name_7yp">Secret</div><div data-q="secret"></div></div>
        <div class="field_7yo"><div class="name_7yp">Created</div><div>${key.created}</div></div>
        <div class="field_7yo"><div class="name_7yp">Options</div><div data-q="options"></div></div>
        <div class="field_7yo"><div class="name_7yp">IP Access Restriction</div><div data-q="ips"></div></div>
        <div class="cardFoot_8vv"><button class="btn_b41 danger_b43" data-q="delete">Delete</button></div></section>`);
      drawSecret(q(node, "secret"), key);
      q(node, "options").append(option(key, "trade", "Enable Trading", redraw), option(key, "withdraw", "Enable Withdrawals", redraw));
      drawIps(q(node, "ips"), key, redraw);
      q(node, "delete").onclick = () => verify({
        title: "Delete this API key?", words: "Programs that use it will stop working.",
        act: (code) => kit.api("/api/delete", { key: key.id, code }), done: refresh,
      });
      return node;
    }

    function drawSecret(cell, key) {
      if (secrets[key.id]) { cell.replaceChildren(h(`<div class="mono_1zz">${secrets[key.id]}</div>`)); return; }
      const show = h('<button class="textBtn_c77">Show</button>');
      show.onclick = () => verify({
        title: "Show the secret?", words: "Make sure that nobody is looking over your shoulder.",
        act: (code) => kit.api("/api/secret", { key: key.id, code }),
        done: (said) => { secrets[key.id] = said.secret; drawSecret(cell, key); },
      });
      cell.replaceChildren(h(`<span class="mono_1zz">${HIDDEN}</span>`), show);
    }

    function option(key, right, words, redraw) {
      const node = h(`<div><label class="check_5tg"><input type="checkbox"><i></i><span>${words}</span></label></div>`);
      const box = node.querySelector("input");
      const slot = key.id + right;
      box.checked = key[right];
      if (waitingFor[slot]) node.append(h('<div class="pending_4ds">Waiting for your confirmation by email</div>'));
      box.onchange = () => ask({ what: "right", key: key.id, right, on: box.checked }, "Confirm this change",
        "Enter the code of your authenticator app to change the options of this key.",
        redraw, () => { waitingFor[slot] = true; redraw(); });
      return node;
    }

    function drawIps(cell, key, redraw) {
      const limited = Boolean(key.ips) || restricting.has(key.id);
      const radio = (words, on) => h(`<label class="check_5tg"><input type="radio" name="ip-${key.id}"${on ? " checked" : ""}><i></i><span>${words}</span></label>`);
      const open = radio("Unrestricted (Less Secure)", !limited);
      const shut = radio("Restrict access to trusted IPs only (Recommended)", limited);
      const slot = key.id + "ips";
      const change = (ips) => ask({ what: "ips", key: key.id, ips }, "Confirm this change",
        "Enter the code of your authenticator app to change the trusted IPs of this key.",
        redraw, () => { delete editing[key.id]; waitingFor[slot] = true; restricting.delete(key.id); redraw(); });
      open.querySelector("input").onchange = () => { restricting.delete(key.id); delete editing[key.id]; if (key.ips) change(""); else redraw(); };
      shut.querySelector("input").onchange = () => { restricting.add(key.id); redraw(); };
      cell.append(open, shut);
      if (limited) cell.append(trusted(key, redraw, change));
      if (waitingFor[slot]) cell.append(h('<div class="pending_4ds">Waiting for your confirmation by email</div>'));
    }

    function trusted(key, redraw, change) {
      if (!(key.id in editing)) {
        const node = h(`<div class="trusted_6lo"><span>Trusted IPs</span><span class="mono_1zz">${key.ips || "none"}</span><button class="textBtn_c77">Edit</button></div>`);
        node.querySelector("button").onclick = () => { editing[key.id] = key.ips; redraw(); };
        return node;
      }
      const node = h(`<div class="trusted_6lo"><label>Trusted IPs <input class="input_2nb" placeholder="Separate with commas" autocomplete="off"></label></div>`);
      const field = node.querySelector("input");
      field.value = editing[key.id];
      field.oninput = () => { editing[key.id] = field.value; };
      const error = h('<div class="error_2rr"></div>');
      const save = press("Save", async () => {
        const said = await kit.api("/api/ask", { what: "ips", key: key.id, ips: field.value || " ", check: true });
        say(error, said.error || "");
        if (!said.error) change(field.value);
      });
      const cancel = press("Cancel", () => { delete editing[key.id]; redraw(); });
      cancel.classList.add("ghost_b42");
      node.append(save, cancel, error);
      return node;
    }
  }

  function press(words, act) {
    const node = h(`<button class="btn_b41">${words}</button>`);
    node.onclick = act;
    return node;
  }

  route();
})();

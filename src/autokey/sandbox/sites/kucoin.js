// Today's pages: a single page that follows paths by pushState. Words as on public pictures where documented.
"use strict";
(() => {
  const { el, api } = kit;
  const LIST = "/account/api";
  const CREATE = "/account/api/create";
  const EDIT = "/account/api/edit";
  const SIGN_IN = "/ucenter/signin";
  const IPS_MAX = 50;
  const RIGHTS = [
    ["read", "General", "", "Reads balances, orders and account data; nothing can be changed with it."],
    ["trade", "Spot Trading", "", "Lets the key place, change and cancel orders for Convert and spot."],
    ["margin", "Margin Trading", "", "Lets the key place and cancel orders on margin."],
    ["earn", "Earn", "", "Lets the key subscribe to and redeem Earn products."],
    ["futures", "Futures Trading", "", "Lets the key place and cancel futures orders."],
    ["withdraw", "Withdrawal", "(Not Recommended)", "Lets the key send assets away. Works with an IP restriction only."],
    ["transfer", "Allow Flexible Transfers", "", "Lets the key move assets between accounts. Works with an IP restriction only."],
  ];
  const GATES = {
    "trading-password": { dialog: "Trading Password", page: "Trading Password" },
    "email-code": { dialog: "Email Verification Code", page: "Email Verification Code" },
    "authenticator-code": { dialog: "Google Authenticator", page: "Google Verification Code" },
  };
  const SHAPES = {
    close: "M4 4L20 20M20 4L4 20", clear: "M12 2a10 10 0 1 0 .1 0zM8 8l8 8M16 8l-8 8", copy: "M4 8h12v12H4zM8 8V4h12v12h-4",
    eye: "M2 12c5-8 15-8 20 0c-5 8-15 8-20 0zM12 9a3 3 0 1 0 .1 0", eye_close: "M2 12c5-8 15-8 20 0c-5 8-15 8-20 0zM3 3L21 21",
    edit: "M4 20h4L20 8l-4-4L4 16zM14 6l4 4", delete: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v6M14 11v6", back: "M20 12H4M10 6l-6 6 6 6",
    search: "M11 4a7 7 0 1 0 .1 0zM16 16l5 5", bell: "M5 18h14l-2-3V10a5 5 0 0 0-10 0v5zM10 21h4", download: "M4 4h16v16H4zM12 7v8M9 12l3 3 3-3",
    globe: "M12 2a10 10 0 1 0 .1 0zM2 12h20M12 2c-5 6-5 14 0 20c5-6 5-14 0-20", moon: "M20 14A9 9 0 1 1 10 3a7 7 0 0 0 10 11z",
    cookie: "M12 2a10 10 0 1 0 10 10a4 4 0 0 1-5-5a4 4 0 0 1-5-5zM8 9h1M8 15h1M14 15h1", box: "M6 8l24-4 28 6-6 26-24 8-26-8zM28 44c-4-12 0-30 2-40",
    nav: "M12 3a9 9 0 1 0 9 9h-9z",
  };
  const root = document.getElementById("root");
  let who = { signedIn: false, region: "" };
  let form = null;
  let stopWatching = () => {};

  function icon(name, kind = "") {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", `ICon ${name}_svg__icon ${kind}`.trim());
    svg.setAttribute("viewBox", name === "box" ? "0 0 64 52" : "0 0 24 24");
    svg.innerHTML = `<path d="${SHAPES[name]}" fill="none" stroke="currentColor" stroke-width="1.8"></path>`;
    return svg;
  }
  const press = (name, onclick, kind = "KuxIconButton") => el(`span.${kind}`, { onclick }, icon(name));
  const link = (href, kind, ...inside) => el(`a.${kind}`, { href, onclick: (event) => { event.preventDefault(); go(href); } }, ...inside);
  const toast = (text, kind = "error") => {
    const node = el(`div.KuxSnackbar.KuxSnackbar-${kind}`, {}, text);
    document.body.append(node);
    setTimeout(() => node.remove(), 4000);
  };
  function go(path) {
    if (path !== location.pathname + location.search) history.pushState(null, "", path);
    route();
  }

  // ------------------------------------------------------------ a field whose label floats

  function field({ words, value = "", secret = false, clear = true, more = null, onInput = () => {}, above = false, ...given }) {
    const input = el("input.KuxInput-input", { type: secret ? "password" : "text", value, autocomplete: "off", placeholder: " ", ...given });
    const help = el("div.KuxForm-itemHelp");
    const eye = press("eye_close", () => {
      input.type = input.type === "password" ? "text" : "password";
      eye.replaceChildren(icon(input.type === "password" ? "eye_close" : "eye"));
    });
    const suffix = el("span.KuxInput-suffix", {},
      clear ? press("clear", () => { input.value = ""; changed(); input.focus(); }, "KuxInput-clear") : null, secret ? eye : null, more);
    const changed = () => { help.textContent = ""; box.classList.remove("error"); onInput(input.value); };
    input.addEventListener("input", changed);
    const label = above ? null : el("span.KuxInput-label", {}, words);
    const box = el("div.KuxInput-root", {}, input, label, suffix);
    const node = el("div.KuxForm-item", {}, above ? el("div.KuxForm-itemLabel.required", {}, words) : null, box, help);
    return { node, input, say: (text) => { help.textContent = text; box.classList.toggle("error", Boolean(text)); } };
  }
  const button = (words, onclick, kind = "contained") => el(`button.KuxButton-root.KuxButton-${kind}`, { type: "button", onclick }, el("span", {}, words));

  function dialog(title, body, onClose = () => {}) {
    const close = () => node.remove();
    const node = el("div.KuxModalWrapper", {}, el("div.KuxMask"),
      el("div.KuxDialog-body", { role: "dialog" },
        el("div.KuxModalHeader-root", {}, el("div.KuxModalHeader-title", {}, title), press("close", () => { close(); onClose(); }, "KuxModalHeader-close")),
        el("div.KuxDialog-content", {}, ...body)));
    document.body.append(node);
    return { close, node };
  }

  // ------------------------------------------------------------ header, side

  function avatar() {
    const face = who.region
      ? el("img.avatar-img", { alt: "", src: "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' fill='%23456'/%3E%3Cpath d='M6 26L16 8l10 18z' fill='%23e96'/%3E%3C/svg%3E" })
      : el("span.avatar-words", {}, "MA");
    const entry = (words, href, tag, dot) => link(href, "lrtcss-menu-item", dot ? el("i.dot") : null, el("span", {}, words), tag ? el("em", {}, tag) : null);
    const menu = el("div.lrtcss-overlay", {},
      el("div.lrtcss-email", {}, who.email), el("div.lrtcss-uid", {}, `UID: ${who.uid}`, icon("copy")), el("hr"),
      el("div.lrtcss-fee", {}, el("span", {}, "Spot"), el("span", {}, el("i", {}, "Maker/Taker: "), "0.1% / 0.1%")), el("hr"),
      entry("Fees & VIP", "/"), entry("Account Security", "/"), entry("Identity Verification", "/", "Unverified", true),
      entry("API Management", LIST), entry("My Rewards", "/", "", true), el("hr"), entry("Sub-Account", "/"), el("hr"),
      el("div.lrtcss-menu-item.out", { onclick: async () => { await api("/_api/logout", {}); go("/"); } }, "Log Out"));
    // Opens when the pointer comes near, and by a click for those who have none; goes a little after it left.
    let leaving = 0;
    const open = () => { clearTimeout(leaving); if (!menu.isConnected) node.append(menu); };
    const node = el("div.lrtcss-avatar", {}, el("div.lrtcss-avatar-box", { onclick: open }, face, who.region ? el("b", {}, "!") : null));
    node.addEventListener("mouseenter", open);
    node.addEventListener("mouseleave", () => { leaving = setTimeout(() => menu.remove(), 200); });
    menu.addEventListener("click", () => menu.remove());
    return node;
  }

  function header() {
    const top = (words) => el("div.lrtcss-nav", {}, words);
    const names = who.region ? ["Buy Crypto", "Trade", "Promotions", "VIP & Institutional", "More"]
      : ["Buy Crypto", "Markets", "Trade", "Derivatives", "Launch Hub", "Earn", "Institutional", "More"];
    const right = who.signedIn
      ? [el("div.lrtcss-funds", {}, who.region ? "Add Funds" : "Deposit"), top("Assets"), top("Orders"), avatar()]
      : [link(SIGN_IN, "lrtcss-nav", "Log In"), el("div.lrtcss-funds", {}, "Sign Up")];
    return el("header.lrtcss-header", {},
      el("div.lrtcss-logo", { onclick: () => go("/") }, "KUCOIN", el("sup", {}, who.region)),
      who.region ? null : el("div.lrtcss-switch", {}, el("b", {}, "Exchange"), el("span", {}, "Web3")),
      ...names.map(top), el("div.gap"), ...right,
      ...["search", "bell", "download", "globe", "moon"].map((name) => el("div.lrtcss-round", {}, icon(name))));
  }

  function side() {
    const names = ["Dashboard", "Security", "Identity Verification", "API Management", "Sub-Accounts", "Export History", "My Rewards", "Configure"];
    return el("nav.lrtcss-side", {}, ...names.map((words) =>
      link(words === "API Management" ? LIST : "/", words === "API Management" ? "side-item.active" : "side-item", icon("nav"), el("span", {}, words))));
  }

  const frame = (main, inside = true) => el("div.lrtcss-layout", {},
    who.signedIn && who.region ? el("div.lrtcss-restrict", {}, "Nobody has shown this sandbox a passport yet.",
      el("a.pill", { href: "/", onclick: (event) => event.preventDefault() }, "Complete Verification →")) : null,
    header(), el("div.lrtcss-main", {}, inside ? side() : null, el("main.account-body", {}, main)),
    el("div.cookie-badge", {}, icon("cookie")));

  // ------------------------------------------------------------ home, sign-in, list

  const home = () => frame(el("div.hero", {}, el("h1", {}, "A place to try things out"), el("p", {}, "Nothing is traded on this sandbox.")), false);

  function signIn() {
    const account = field({ words: "Email / Phone / Sub-Account" });
    const password = field({ words: "Password", secret: true });
    const enter = button("Log In", async () => {
      const found = await api("/_api/login", { account: account.input.value, password: password.input.value });
      if (found.error) { password.say(found.error); return; }
      go("/");
    });
    stopWatching = kit.watchSession(() => go("/"));
    return frame(el("div.signin", {}, el("h1", {}, "Welcome Back"), account.node, password.node, enter), false);
  }

  async function list() {
    const { items = [], error } = await api("/_api/api-keys");
    const pair = (words, ...value) => el("div.api-row", {}, el("div.api-row-label", {}, words), el("div.api-row-value", {}, ...value));
    const card = (key) => el("section.api-card", {},
      el("div.api-card-head", {}, el("span.api-card-name", {}, key.name), el("span.tag", {}, key.version), el("div.gap"),
        press("edit", () => go(`${EDIT}?id=${key.id}`)), press("delete", () => remove(key))),
      pair("Key", key.key), pair("Usage", "API-Based Trading"), pair("API Restrictions", key.restrictions),
      key.ips.length ? pair("IP Restrictions", key.ips.join(",")) : pair("IP Restrictions", "Unrestricted ", el("em.amber", {}, "less secure; bind an IP address")));
    return () => frame(el("div", {},
      el("div.account-title", {}, el("h1", {}, "API Management"), el("div.gap"),
        button("Create API", () => { form = null; go(CREATE); }), button("API Risk Alerts", () => {}, "outlined")),
      error ? el("p.empty", {}, error) : items.length ? el("div.api-cards", {}, ...items.map(card))
        : el("div.empty", {}, icon("box", "big"), el("p", {}, "No records"))));
  }

  function remove(key) {
    const sure = dialog("Delete API", [el("p", {}, `Programs that use ${key.name} will be shut out.`),
      el("div.two", {}, button("Cancel", () => sure.close(), "outlined"), button("Delete", () => {
        sure.close();
        verify("delete", { id: key.id }, () => { toast("Deleted", "success"); go(LIST); });
      }))]);
  }

  // ------------------------------------------------------------ create and edit

  const blank = () => ({ id: "", tab: 0, name: "", passphrase: "", restricted: who.restricted, ips: [], typed: "",
    rights: new Set(kit.has("withdraw-preticked") ? ["read", "withdraw"] : ["read"]) });

  function formView() {
    const wrong = { rights: el("div.KuxForm-itemHelp"), ips: el("div.KuxForm-itemHelp") };
    const name = field({ words: "API Name", value: form.name, onInput: (text) => { form.name = text; } });
    const words = field({ words: "API Passphrase", value: form.passphrase, secret: true, onInput: (text) => { form.passphrase = text; } });
    words.input.autocomplete = "new-password";
    const say = { name: name.say, passphrase: words.say, rights: (text) => { wrong.rights.textContent = text; }, ips: (text) => { wrong.ips.textContent = text; } };

    const right = ([id, title, note, about]) => {
      const fixed = id === "read";
      const input = el("input.KuxCheckbox-input", { type: "checkbox", checked: form.rights.has(id), disabled: fixed });
      const shell = el(`span.KuxCheckbox-checkbox${form.rights.has(id) ? ".KuxCheckbox-checked" : ""}`, {}, input, el("span.KuxCheckbox-inner"));
      input.addEventListener("change", async () => {
        form.rights[input.checked ? "add" : "delete"](id);
        shell.classList.toggle("KuxCheckbox-checked", input.checked);
        wrong.rights.textContent = "";
        if (await kit.take("rerender")) { form.rights = blank().rights; redraw(); }
      });
      const shown = id === "earn" && who.region ? `KuCoin ${who.region} Earn` : title;
      return el(`div.auth-item${fixed ? ".fixed" : ""}`, {},
        el("label.KuxCheckbox-wrapper", {}, shell, el("span.KuxCheckbox-words", {}, shown, note ? el("span.warn", {}, ` ${note}`) : null)),
        el("div.auth-about", {}, about));
    };

    const radios = el("div.ip-radios", { role: "radiogroup" });
    const choice = (restricted, title, note, about) => {
      const input = el("input.KuxRadio-input", { type: "radio", name: "ipLimit", checked: form.restricted === restricted });
      const shell = el(`span.KuxRadio-radio${form.restricted === restricted ? ".KuxRadio-checked" : ""}`, {}, input, el("span.KuxRadio-inner"));
      input.addEventListener("change", () => {
        form.restricted = restricted;
        for (const one of radios.querySelectorAll(".KuxRadio-radio")) one.classList.toggle("KuxRadio-checked", one === shell);
        adding.hidden = !restricted;
        wrong.ips.textContent = wrong.rights.textContent = "";
      });
      radios.append(el("div.auth-item", {}, el("label.KuxRadio-wrapper", {}, shell, el("span.KuxRadio-words", {}, title, note ? el("span.good", {}, ` ${note}`) : null)), about));
    };
    const chips = el("ul.ip-list");
    const drawChips = () => chips.replaceChildren(...form.ips.map((ip) => el("li.ip-chip", {}, el("span", {}, ip),
      press("close", () => { form.ips = form.ips.filter((other) => other !== ip); drawChips(); }))));
    const typed = field({ words: "IP Address", value: form.typed, onInput: (text) => { form.typed = text; wrong.ips.textContent = ""; } });
    const add = button("Add", () => {
      const ip = form.typed;
      const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(ip);
      const good = four ? four.slice(1).every((part) => Number(part) < 256) : /^[0-9a-f:]+$/i.test(ip) && ip.split(":").length > 2;
      if (!good) { typed.say("Enter one valid IPv4 or IPv6 address."); return; }
      if (form.ips.includes(ip)) { typed.say("This address is in the list."); return; }
      if (form.ips.length >= IPS_MAX) { typed.say(`No more than ${IPS_MAX} addresses.`); return; }
      form.ips.push(ip);
      form.typed = typed.input.value = "";
      drawChips();
    });
    const adding = el("div.ip-adding", { hidden: !form.restricted }, el("div.ip-line", {}, typed.node, add), chips,
      el("div.KuxForm-hint", {}, `IPv4 and IPv6 are fine. A key can have ${IPS_MAX} addresses.`));
    choice(true, "Restrict to Trusted IPs Only", "(Recommended)", el("div.auth-about", {}, "Only calls from the listed addresses get through."));
    choice(false, "Unrestricted", "", el("div.auth-about", {}, "Calls from any address get through. ", el("span.warn", {}, "Whoever chooses this carries the risk.")));
    drawChips();

    const next = button("Next", async () => {
      const { id, name: label, passphrase, restricted, ips } = form;
      const sent = { id, name: label, passphrase, restricted, ips: restricted ? ips : [], rights: [...form.rights] };
      const action = id ? "update" : "create";
      const found = await api("/_api/api-keys/check", { ...sent, action });
      for (const key of Object.keys(say)) say[key](found.fields?.[key] || "");
      if (found.error) { if (!found.fields && !found.signedOut) toast(found.error); return; }
      verify(action, sent, (made) => {
        form = null;
        if (id) { toast("Saved", "success"); go(LIST); } else created(made);
      }, found);
    });
    next.classList.add("wide");
    const tab = (number, title) => el(`div.KuxTab-TabItem${form.tab === number ? ".KuxTab-selected" : ""}`,
      { role: "tab", onclick: () => { form.tab = number; redraw(); } }, title);
    const mandatory = (title, ...more) => el("div.form-title", {}, el("i", {}, "*"), title, ...more);
    const rows = form.tab
      ? [el("div.select", {}, "Name of Third-Party App"), el("p.KuxForm-hint", {}, "No app is linked to this sandbox.")]
      : [name.node, ...(form.id ? [] : [words.node, el("p.KuxForm-hint", {}, "Every API call needs the passphrase. It cannot be looked up later.")]),
        mandatory("API Restrictions"), ...RIGHTS.map(right), wrong.rights,
        mandatory("IP Restrictions", el("span.badge", {}, `Current IP: ${who.ip}`)), radios, adding, wrong.ips, next];
    return frame(el("div.create-box", {},
      el("div.return", { onclick: () => go(LIST) }, icon("back"), "Return"),
      el("h1", {}, form.id ? "Edit API" : "Create API"),
      form.id ? null : el("div.KuxTabs", { role: "tablist" }, tab(0, "API-Based Trading"), tab(1, "Link Third-Party Apps")),
      ...rows,
      el("ul.notes", {}, el("li", {}, "How calls are made: ", el("a", { href: "/", onclick: (event) => event.preventDefault() }, "API documentation")),
        el("li", {}, "An account holds up to 20 API keys."), el("li", {}, "Without an IP restriction no key may move assets."),
        el("li", {}, "Trading keys without an IP restriction go after 30 days without use."))));
  }
  const redraw = () => root.replaceChildren(formView());

  // ------------------------------------------------------------ security verification

  async function verify(action, sent, then, checked) {
    const found = checked || await api("/_api/api-keys/check", { ...sent, action });
    if (found.error) { toast(found.error); return; }
    const asPage = who.verification === "page";
    if (!found.gates.includes("email-code")) await kit.captcha();
    const fields = {};
    let endCount = () => {};
    for (const gate of found.gates) {
      const words = GATES[gate][asPage ? "page" : "dialog"];
      let more = null;
      if (gate === "email-code") {
        let busy = false;
        more = el("span.KuxInput-link", { onclick: async () => {
          if (busy || more.classList.contains("counting")) return;
          busy = true;
          await kit.captcha();
          const answer = await api("/_api/verification/send", {});
          busy = false;
          if (answer.error) { fields[gate].say(answer.error); return; }
          endCount = kit.countdown(more, answer.wait, "Send");
        } }, "Send");
      }
      if (gate === "authenticator-code" && !asPage) {
        more = el("span.KuxInput-link", { onclick: async () => {
          fields[gate].input.value = (await navigator.clipboard?.readText?.().catch(() => "")) || "";
        } }, "Paste");
      }
      fields[gate] = field({ words, secret: gate === "trading-password", above: asPage, clear: asPage, more, maxLength: 6, inputMode: "numeric" });
    }
    const confirm = button("Confirm", async () => {
      confirm.disabled = true;
      const gate = Object.fromEntries(found.gates.map((one) => [one, fields[one].input.value]));
      const answer = await api(`/_api/api-keys/${action}`, { ...sent, gate });
      confirm.disabled = false;
      for (const one of found.gates) fields[one].say(answer.fields?.[one] || "");
      if (answer.error) {
        if (answer.error.includes("expired")) endCount();
        if (answer.signedOut) { away(); return; }
        if (!found.gates.some((one) => answer.fields?.[one])) toast(answer.error);
        return;
      }
      leave();
      then(answer);
    });
    confirm.classList.add("wide");
    const quiet = (words) => el("a.quiet", { href: "#", onclick: (event) => event.preventDefault() }, words);
    const inside = found.gates.map((one) => fields[one].node);
    let leave = () => {};
    let away = () => {};
    if (asPage) {
      away = () => route();
      root.replaceChildren(frame(el("div.create-box", {}, el("div.return", { onclick: () => route() }, icon("back"), "Return"),
        el("h1", {}, "Security Verification"), ...inside, el("a.tfa", { href: "#", onclick: (event) => event.preventDefault() }, "2FA-code lost?"), confirm)));
    } else {
      const box = dialog("Security Verification", [...inside, confirm, quiet("Verification method unavailable"), quiet("Switch verification method")]);
      leave = away = box.close;
    }
    await kit.visit("verification");
    if (await kit.take("closes-once")) { await kit.pause(400); away(); if (form && !asPage) redraw(); }
  }

  // ------------------------------------------------------------ the only time the secret is there

  function created(made) {
    const pair = (words, ...value) => el("div.pair", {}, el("div.pair-label", {}, words), ...value);
    const copy = (text) => press("copy", () => navigator.clipboard?.writeText(text), "copy");
    const secret = el("span", {}, made.secret);
    let eye = null;
    if (kit.has("masked-secret")) {
      secret.textContent = `${made.secret.slice(0, 4)}****************************${made.secret.slice(-4)}`;
      eye = press("eye_close", () => { secret.textContent = made.secret; eye.replaceChildren(icon("eye")); });
    }
    const done = () => go(LIST);
    const ok = button("Confirm", () => { box.close(); done(); });
    ok.classList.add("wide");
    const box = dialog("API Created!", [
      pair("API Name", el("div.pair-value", {}, made.name)),
      pair("Key", el("div.pair-value", {}, el("span", {}, made.key), copy(made.key))),
      pair("Secret", el("div.secret-box", {}, el("p", {}, "Write it down now: the secret is on this dialog once and nowhere afterwards."),
        el("div.pair-value", {}, secret, eye, copy(made.secret)))),
      pair("Usage", el("div.pair-value", {}, "API-Based Trading")),
      pair("API Restrictions", el("div.pair-value", {}, made.restrictions)),
      pair("IP Restrictions", el("div.pair-value", {}, made.ips.length ? made.ips.join(",") : "Unrestricted")), ok], done);
  }

  // ------------------------------------------------------------ routes

  let turn = 0;
  async function route() {
    const mine = ++turn;
    stopWatching();
    who = await api("/_api/user-info");
    if (mine !== turn) return;
    const path = location.pathname;
    const inside = path.startsWith(LIST);
    if (path === SIGN_IN || (inside && !who.signedIn)) { root.replaceChildren(signIn()); return; }
    const screen = { [LIST]: "list", [CREATE]: "form", [EDIT]: "form" }[path] || "home";
    await kit.visit(screen);
    let build = home;
    if (screen === "list") build = await list();
    if (screen === "form") {
      const id = path === EDIT ? new URLSearchParams(location.search).get("id") : "";
      if (!form || form.id !== id) {
        form = blank();
        if (id) {
          const key = (await api("/_api/api-keys")).items?.find((one) => one.id === id);
          if (!key) { go(LIST); return; }
          form = { ...form, id, name: key.name, ips: [...key.ips], restricted: key.ips.length > 0, rights: new Set(key.rights) };
        }
      }
      build = formView;
    }
    if (mine === turn) await kit.draw(root, build);
  }

  kit.signedOut((again) => { if (again) route(); else go(SIGN_IN); });
  window.addEventListener("popstate", route);
  route();
})();

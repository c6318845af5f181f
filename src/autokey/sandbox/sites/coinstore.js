// The page's script: hash routes, header, list, form, dialogs. Words as on the pictures where they are documented.
"use strict";
(() => {
  const { el, icon, api } = kit;
  const LIST = "#/user/bindAuth/ManagementAPI";
  const FORM = `${LIST}/create`;
  const SIGN_IN = "#/sign-in";
  const RIGHTS = [["read", "Read"], ["trade", "Trade"], ["withdraw", "Withdraw"]];
  const view = document.getElementById("view");
  const head = document.getElementById("head");
  let who = { signedIn: false };
  let form = blank();
  let stopWatching = () => {};

  function blank() {
    return { id: "", remark: "", ips: "", read: true, trade: true, withdraw: kit.has("withdraw-preticked") };
  }
  const go = (hash) => { if (location.hash === hash) route(); else location.hash = hash; };

  // ------------------------------------------------------------ header and footer

  let menu = null;
  function closeMenu() {
    if (menu) { menu.remove(); menu = null; head.querySelector(".on")?.classList.remove("on"); }
  }
  function toggleMenu(event) {
    event.stopPropagation();
    if (menu) { closeMenu(); return; }
    const plain = (words) => el("div.it", { onclick: closeMenu }, words);
    event.currentTarget.classList.add("on");
    menu = el("div.menu", {},
      el("div.who", {}, who.email),
      el("div.uid", {}, el("span", {}, `UID:${who.uid}`), icon("ic-copy")),
      el("div.rule"),
      plain("Account Security"), plain("Coupon Center"), plain("Affiliate"), plain("Invite Friends"),
      el("div.it", { onclick: () => { closeMenu(); go(LIST); } }, "API Management"),
      plain("My Fee"), el("div.rule"),
      el("div.it", { onclick: async () => { closeMenu(); await api("/api/sign-out", {}); go("#/"); } }, "Log Out"));
    document.body.append(menu);
  }
  document.addEventListener("click", (event) => { if (menu && !menu.contains(event.target)) closeMenu(); });

  function drawHead() {
    const words = (text, arrow) => el(arrow ? "div.ar" : "div", {}, text);
    const left = [
      el("div.logo", { onclick: () => go("#/") }, icon("ic-power"), " Coinstore"),
      words("Market"), words("Spot"), el("div", {}, icon("ic-flame"), "Futures"), words("Launchpad"),
      words("Super Pairs"), words("Spotlight", true), words("More", true), words("Spin"), el("div.gap"),
    ];
    const right = who.signedIn
      ? [words("Asset", true), words("Order", true), el("div.ico", { onclick: toggleMenu }, icon("ic-person")),
        el("div.ico", {}, icon("ic-bell"), el("i.dot"))]
      : [el("div", { onclick: () => go(SIGN_IN) }, "Log In"), el("div.signup", {}, "Sign Up")];
    head.replaceChildren(...left, ...right,
      el("div.ico", {}, icon("ic-download")), el("div.ico", {}, icon("ic-globe")));
  }

  function drawFoot() {
    const column = (...groups) => el("div", {}, ...groups.map(([title, ...entries]) =>
      el("section", {}, el("h4", {}, title), ...entries.map((entry) => el("div", {}, entry)))));
    document.getElementById("foot").replaceChildren(
      column(["About Us", "Authenticity Check", "Coinstore Affiliate", "Introduction to Coinstore", "Legal & Privacy"],
        ["Contact", "Coinstore Business", "Coinstore Futures", "Listing Application", "Agent Referral Tied-up"]),
      column(["Resources", "Market", "Coinstore Academy", "Fee", "Withdrawal Fee & Limit", "Asset Info", "Security",
        "Deposit & Withdrawal Status"]),
      column(["Support", "Support E-Mail", "Give Us Feedback", "Help Desk", "Submit a Ticket", "API Document"]),
      column(["Trade", "BTC/USDT", "ETH/USDT", "SOL/USDT"]),
      el("div", {}, el("div.logo", {}, icon("ic-power"), " Coinstore"), el("div.lang", {}, "English")));
  }

  function band(sub, back, ...more) {
    const arrow = icon("ic-back");
    arrow.addEventListener("click", () => go(back));
    return el("div.band", {}, el("div.in", {},
      el("div.ttl", {}, arrow, el("span", {}, "API Management")), el("div.sub", {}, ...sub), ...more));
  }

  // ------------------------------------------------------------ home and sign-in

  function home() {
    const row = (...cells) => el("div.row", {}, ...cells.map((cell) => el("div", {}, cell)));
    return el("div.coins", {}, el("h2", {}, "Hot list"), row("Pair", "Last price", "24h"),
      row("BTC/USDT", "1.00", "+0.0%"), row("ETH/USDT", "2.00", "+0.0%"), row("SOL/USDT", "3.00", "+0.0%"));
  }

  function signIn() {
    const email = el("input", { placeholder: "Enter e-mail", autocomplete: "off" });
    const password = el("input", { placeholder: "Enter password", type: "password", autocomplete: "off" });
    const wrong = el("div.err");
    const submit = async () => {
      const found = await api("/api/sign-in", { email: email.value, password: password.value });
      if (found.error) wrong.textContent = found.error; else go("#/");
    };
    stopWatching = kit.watchSession(() => go("#/"));
    return el("div.sign", {}, el("h2", {}, "Log In"), el("div.lb", {}, "Email"), el("div.ibox", {}, email),
      el("div.lb", {}, "Password"), el("div.ibox", {}, password), wrong,
      el("button.go.wide", { onclick: submit }, "Log In"));
  }

  // ------------------------------------------------------------ list

  async function list() {
    const found = await api("/api/keys");
    if (found.error) return el("div.grey");
    const create = () => {
      if (found.full) { kit.toast(`You can have ${found.maximum} API keys and have them all.`); return; }
      form = blank();
      go(FORM);
    };
    const rows = found.keys.map((key) => el("div.tr", {},
      ...[key.remark, key.ips, key.apiKey, key.permission, key.created, key.status].map((cell) => el("div", {}, cell)),
      el("div.act", {}, el("span", { onclick: () => edit(key) }, "Edit"),
        el("span", { onclick: () => remove(key) }, "Delete"))));
    const titles = ["Remark", "IP address", "API Key", "Permission", "Creation Time", "Status"];
    const build = () => el("div", {},
      band(["Make keys for programs that trade for you. Up to 5 APIs. ", el("a", { href: "#/" }, "View API documentation details.")], "#/",
        el("button.btn-new", { onclick: create }, "+ Create API Key")),
      el("div.grey", {}, el("div.card", {}, el("div.tb", {},
        el("div.tr.th", {}, ...titles.map((title) => el("div", {}, title)), el("div.act", {}, "Action")), ...rows),
      rows.length ? null : el("div.none", {}, icon("ic-empty"), el("div", {}, "No Records")))));
    return build;
  }

  function edit(key) {
    const on = key.permission.split(",");
    form = { id: key.id, remark: key.remark, ips: key.ips, read: true, trade: on.includes("Trade"), withdraw: on.includes("Withdraw") };
    go(FORM);
  }

  function remove(key) {
    const box = kit.modal({ title: "Delete API Key", body: [
      el("p", {}, `Delete ${key.remark}? Programs that use it stop working.`),
      el("div.two", {}, el("button.go.line", { onclick: () => box.close() }, "Cancel"),
        el("button.go", { onclick: async () => {
          const found = await api("/api/keys/delete", { id: key.id });
          box.close();
          if (found.error) kit.toast(found.error);
          go(LIST);
        } }, "Confirm"))] });
  }

  // ------------------------------------------------------------ form

  const count = (ips) => ips.split(",").filter((part) => part.trim()).length;

  function field(words, name, placeholder, counter, attributes = {}, dotted = false) {
    const shown = el("span.cnt", {}, counter(form[name]));
    const input = el("input", { placeholder, value: form[name], autocomplete: "off", spellcheck: false, ...attributes,
      oninput: () => { form[name] = input.value; shown.textContent = counter(input.value); } });
    return [el("div.lb.req", {}, dotted ? el("span.dots", {}, words) : words), el("div.ibox", {}, input, shown)];
  }

  // A box drawn by a span over an invisible input; the words beside it are tied to nothing.
  function box(name, words) {
    const input = el("input", { type: "checkbox", checked: form[name], disabled: name === "read", tabIndex: -1 });
    const all = el("div.ck", {}, input, el("span.face"), el("span.dots", {}, words));
    const show = () => { all.className = `ck${form[name] ? " yes" : ""}${name === "read" ? " off" : ""}`; input.checked = form[name]; };
    all.addEventListener("click", async () => {
      if (name === "read") return;
      form[name] = !form[name];
      show();
      if (await kit.take("rerender")) {
        await kit.pause(300);
        Object.assign(form, { trade: true, withdraw: blank().withdraw });
        redrawForm();
      }
    });
    show();
    return all;
  }

  function formView() {
    const wrong = el("div.err");
    let asking = false;
    const confirm = async () => {
      if (asking) return;
      asking = true;
      const sent = { ...form };
      const found = await api("/api/keys/check", sent);
      asking = false;
      if (found.signedOut) return;
      wrong.textContent = found.error || "";
      if (!found.error) verification(sent, found.email);
    };
    return el("div", {},
      band(["A key for a program of yours: a name, its addresses, its rights."], LIST),
      el("div.grey", {}, el("div.card.cols", {}, el("div.fm", {},
        ...field("Remark Name", "remark", "", (text) => `${text.length}/60`, { maxLength: 60 }),
        ...field("Bind IP Address (required)", "ips", "Up to 5 IP addresses, commas between", (text) => `${count(text)}/5`, {}, true),
        el("div.lb", {}, "Permission"), el("div.cks", {}, ...RIGHTS.map(([name, words]) => box(name, words))), wrong,
        el("button.go", { onclick: confirm }, "Confirm")),
      el("div.tips", {}, el("div.th", {}, "Tips"),
        el("div", {}, "1. A key lets a program ask and trade for you. ", el("a", { href: "#/" }, "Check API Document")),
        el("div", {}, "2. Five keys per account."),
        el("div", {}, el("b", {}, "3. Whoever has the secret has the key: show it to nobody.")),
        el("div", {}, "4. Up to five addresses per key, a comma and no space between: 198.51.100.1,198.51.100.2")))));
  }

  function redrawForm() { if (location.hash === FORM) view.replaceChildren(formView()); }

  // ------------------------------------------------------------ dialogs

  async function verification(sent, email) {
    const mail = el("input", { placeholder: "Please enter", autocomplete: "off" });
    const totp = el("input", { placeholder: "Please enter", autocomplete: "off" });
    const wrong = el("div.err");
    let sending = false;
    let endCount = () => {};
    const send = el("span.send", { onclick: async () => {
      if (sending || send.classList.contains("counting")) return;
      sending = true;
      await kit.captcha();
      const found = await api("/api/code", {});
      sending = false;
      if (found.error) { wrong.textContent = found.error; return; }
      endCount = kit.countdown(send, found.wait, "Resend");
    } }, "Send");
    const confirm = el("button.go.wide", { disabled: true, onclick: async () => {
      confirm.disabled = true;
      wrong.textContent = "";
      const found = await api(sent.id ? "/api/keys/edit" : "/api/keys/create", { ...sent, mail: mail.value, totp: totp.value });
      ready();
      if (found.signedOut) { dialog.close(); return; }
      if (found.error) {
        wrong.textContent = found.error;
        if (found.error.includes("expired")) endCount();
        return;
      }
      dialog.close();
      form = blank();
      if (sent.id) { go(LIST); return; }
      redrawForm();
      result(found, sent);
    } }, "Confirm");
    const ready = () => { confirm.disabled = !(mail.value.trim() && totp.value.trim()); };
    mail.addEventListener("input", ready);
    totp.addEventListener("input", ready);
    const dialog = kit.modal({ title: "Verification", body: [
      el("div.vt", {}, `Code will be sent to ${email}`), el("div.ibox", {}, mail, send),
      el("div.vt", {}, "Google Authenticator"), el("div.ibox", {}, totp), wrong, confirm] });
    await kit.visit("verification");
    const over = () => { dialog.close(); redrawForm(); };
    if (await kit.take("closes-once")) { await kit.pause(400); over(); }
    if (await kit.take("covered-at-press")) confirm.addEventListener("mouseenter", () => {
      const cover = el("div", { style: "position:fixed;inset:0;z-index:99999" });
      document.body.append(cover);
      setTimeout(() => cover.remove(), 2500);
    }, { once: true });
    if (await kit.take("closes-at-press")) confirm.addEventListener("mouseenter", () => {
      const cover = el("div", { style: "position:fixed;inset:0;z-index:99999" });
      document.body.append(cover);
      setTimeout(() => { cover.remove(); over(); }, 300);
    }, { once: true });
  }

  function result(made, sent) {
    const pair = (words, value, ...more) => [el("div.k", {}, words), el("div.v", {}, value, ...more)];
    const copy = (text) => el("span.cp", { onclick: () => navigator.clipboard?.writeText(text) }, icon("ic-copy"));
    let secret = [document.createTextNode(made.secretKey)];
    if (kit.has("masked-secret")) {
      const shown = document.createTextNode(`${made.secretKey.slice(0, 4)}************************${made.secretKey.slice(-4)}`);
      secret = [shown, el("span.cp", { onclick: () => { shown.data = made.secretKey; } }, icon("ic-eye"))];
    }
    const dialog = kit.modal({ title: "View API Key", body: [
      el("div.warn", {}, el("i", {}, "!"), "Show this to nobody: it works for whoever has it."),
      el("div.kv", {}, ...pair("API Key", made.apiKey, copy(made.apiKey)),
        ...pair("Secret Key", secret.shift(), ...secret, copy(made.secretKey)),
        ...pair("Bind IP Address", made.ips), ...pair("Permission", made.permission)),
      el("div.k", {}, "QR code"), el("div.qr", {}, el("img", { src: made.qr })),
      el("div.two", {},
        el("button.go.line", { onclick: () => { dialog.close(); edit({ id: made.id, remark: sent.remark, ips: made.ips, permission: made.permission }); redrawForm(); } }, "Edit"),
        el("button.go", { onclick: () => { dialog.close(); go(LIST); } }, "Confirm"))] });
  }

  // ------------------------------------------------------------ routes

  let turn = 0;
  async function route() {
    const mine = ++turn;
    stopWatching();
    closeMenu();
    who = await api("/api/session");
    if (mine !== turn) return;
    drawHead();
    const hash = location.hash || "#/";
    const inside = hash === LIST || hash === FORM;
    if (hash === SIGN_IN || (inside && !who.signedIn)) { view.replaceChildren(signIn()); return; }
    const screen = { [LIST]: "list", [FORM]: "form" }[hash] || "home";
    await kit.visit(screen);
    if (mine !== turn) return;
    let build = home;
    if (screen === "form") build = formView;
    if (screen === "list") {
      const found = await list();
      if (mine !== turn) return;
      build = typeof found === "function" ? found : () => found;
    }
    await kit.draw(view, build);
  }

  kit.signedOut((again) => go(again ? "#/" : SIGN_IN));
  document.getElementById("chat-x").addEventListener("click", () => document.getElementById("chat").remove());
  window.addEventListener("hashchange", route);
  drawFoot();
  route();
})();

// The pages of the Coinigy guide: markup from strings, one listener for all clicks, rights set after the key is made.
"use strict";
(() => {
  const content = document.getElementById("content");
  const right = document.getElementById("nav-right");
  const safe = (text) => String(text).replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
  const value = (name) => content.querySelector(`[name="${name}"]`)?.value ?? "";
  let who = { signedIn: false };
  let draft = null; // what was entered on the create page
  let made = null; // the key with its secret, until Update is pressed
  let edited = null; // {id, name, trade, withdraw}
  let verifying = null; // {action, sent, then, back}
  let endCount = () => {};
  let stopWatching = () => {};

  function message(text, kind = "error") {
    const node = document.createElement("div");
    node.className = "ant-message";
    node.innerHTML = `<div class="ant-message-notice-content ant-message-${kind}"><span>${safe(text)}</span></div>`;
    document.body.append(node);
    setTimeout(() => node.remove(), 4000);
  }
  // A screen may be drawn more than once: what was typed stays.
  async function show(html, steady = false) {
    const typed = new Map();
    const build = () => {
      const page = document.createElement("div");
      page.className = "page";
      page.innerHTML = html();
      page.addEventListener("input", (event) => typed.set(event.target.name, event.target.value));
      for (const field of page.querySelectorAll("input")) if (typed.has(field.name)) field.value = typed.get(field.name);
      return page;
    };
    if (steady) content.replaceChildren(build()); else await kit.draw(content, build);
  }
  const item = (label, control, kind = "") => `
    <div class="ant-row ant-form-item ${kind}">
      <div class="ant-form-item-label"><label title="${safe(label)}">${safe(label)}</label></div>
      <div class="ant-form-item-control">${control}<div class="ant-form-explain"></div></div>
    </div>`;
  const primary = (act, words) => `<button type="button" class="ant-btn ant-btn-primary" data-act="${act}"><span>${words}</span></button>`;
  const explain = (name, text) => {
    const control = content.querySelector(`[name="${name}"]`)?.closest(".ant-form-item");
    if (!control) { if (text) message(text); return; }
    control.classList.toggle("has-error", Boolean(text));
    control.querySelector(".ant-form-explain").textContent = text;
  };
  const explainAll = (names, fields = {}) => { for (const name of names) explain(name, fields[name] || ""); };

  // ------------------------------------------------------------ screens

  function drawRight() {
    right.innerHTML = who.signedIn
      ? `<li>Assets</li><li>Orders</li><li class="lang">EN / USD</li>
         <li class="user"><span class="user-icon" data-act="menu"><svg viewBox="0 0 1024 1024" width="22" height="22" class="icon-user"><path d="M512 120a200 200 0 1 0 .1 0zM140 900c30-200 160-300 372-300s342 100 372 300z" fill="currentColor"></path></svg></span></li>`
      : '<li class="lang">EN / USD</li><li data-act="to-sign-in">Log In</li><li class="join">Sign Up</li>';
  }
  function openMenu() {
    const menu = document.createElement("ul");
    menu.className = "ant-dropdown-menu";
    menu.setAttribute("role", "menu");
    menu.innerHTML = `<li class="who">${safe(who.email)}</li>` + [["", "Overview"], ["", "Security Settings"], ["", "Verification"],
      ["to-list", "API Management"], ["", "Referral"], ["log-out", "Log Out"]].map(([act, words]) =>
      `<li class="ant-dropdown-menu-item" role="menuitem" data-act="${act}">${words}</li>`).join("");
    right.querySelector(".user").append(menu);
  }

  const home = () => show(() => '<div class="banner"><h2>Old pages for trying things out</h2></div>');
  function signIn() {
    stopWatching = kit.watchSession(() => go("/"));
    return show(() => `<div class="card narrow"><h3>Log In</h3>
      ${item("Email or Phone", '<input class="ant-input" name="account" autocomplete="off">')}
      ${item("Password", '<input class="ant-input" type="password" name="password" autocomplete="off">')}
      ${primary("log-in", "Log In")}</div>`);
  }
  async function list() {
    const { items = [], error } = await kit.api("/_api/api-keys");
    const tags = (key) => key.restrictions.split(",").map((one) => `<span class="ant-tag">${safe(one)}</span>`).join("");
    const rows = items.map((key) => `<div class="api-item" data-id="${key.id}" data-name="${safe(key.name)}" data-rights="${key.rights.join(" ")}">
      <div class="api-top"><b>${safe(key.name)}</b><span class="ver">V2</span><span class="fill"></span>
        <a data-act="edit">Edit</a><a data-act="delete">Delete</a></div>
      <div class="api-line"><span>Key:</span><span>${key.key}</span></div>
      <div class="api-line"><span>Secret:</span><span>********</span></div>
      <div class="api-line"><span>Permission:</span><span>${tags(key)}</span></div>
      <div class="api-line"><span>IP limit:</span><span>No limit</span></div></div>`).join("");
    await show(() => `<div class="head"><h3>API Management</h3><button type="button" class="ant-btn ant-btn-primary blue" data-act="to-create"><span>Create API</span></button></div>
      <div class="card">${error ? safe(error) : rows || '<div class="ant-empty">No Data</div>'}</div>`);
  }
  const create = () => show(() => `<div class="head"><h3>Create API</h3></div><div class="card narrow">
      ${item("API Name", `<input class="ant-input" name="name" autocomplete="off" value="${safe(draft?.name || "")}">`)}
      ${item("API Passphrase", `<input class="ant-input" type="password" name="passphrase" autocomplete="new-password" placeholder="7-32 characters" value="${safe(draft?.passphrase || "")}">`)}
      <p class="hint">A passphrase belongs to every call and cannot be looked up. It is not the trading password.</p>
      ${primary("check", "Confirm")}</div>`);
  const GATES = {
    "trading-password": () => item("Trading Password", '<input class="ant-input" type="password" name="trading-password" maxlength="6" autocomplete="off">'),
    "email-code": () => item("Email Verification Code", `<div class="ant-input-group"><input class="ant-input" name="email-code" maxlength="6" autocomplete="off">
        <button type="button" class="ant-btn grey" data-act="send">Send</button></div>`),
    "authenticator-code": () => item("Google Verification Code", '<input class="ant-input" name="authenticator-code" maxlength="6" autocomplete="off">'),
  };
  async function verification(gates) {
    if (!gates.includes("email-code")) await kit.captcha();
    await kit.visit("verification");
    await show(() => `<div class="head"><h3>Security Verification</h3></div><div class="card narrow">${gates.map((gate) => GATES[gate]()).join("")}
      ${primary("verify", "Confirm")}</div>`, true);
    if (await kit.take("closes-once")) { await kit.pause(400); verifying.back(); }
  }
  function reveal() {
    const masked = kit.has("masked-secret");
    const secret = masked ? `${made.secret.slice(0, 4)}****************************${made.secret.slice(-4)}` : made.secret;
    return show(() => `<div class="head"><h3>Create API</h3></div><div class="card narrow">
      <div class="ant-alert">The secret stands here now and on no later page.</div>
      <div class="kv"><label>API Name</label><p>${safe(made.name)}</p></div>
      <div class="kv"><label>API Key</label><p><span>${made.key}</span> <a data-act="copy-key">Copy</a></p></div>
      <div class="kv"><label>API Secret</label><p><span class="secret">${safe(secret)}</span> ${masked ? '<i class="anticon-eye" data-act="eye"></i>' : ""} <a data-act="copy-secret">Copy</a></p></div>
      ${primary("update", "Update")}</div>`);
  }
  const toggle = (name, on) => `<button type="button" role="switch" name="${name}" aria-checked="${on}" data-act="toggle" class="ant-switch${on ? " ant-switch-checked" : ""}"><span class="ant-switch-inner"></span></button>`;
  const edit = () => show(() => `<div class="head"><h3>API Settings</h3></div><div class="card narrow">
      ${item("API Name", `<span class="plain">${safe(edited.name)}</span>`)}
      ${item("Trading authority", toggle("trade", edited.trade), "row")}
      ${item("Withdrawals authority", toggle("withdraw", edited.withdraw), "row")}
      ${primary("save", "Save")} <button type="button" class="ant-btn" data-act="to-list"><span>Cancel</span></button></div>`);

  // ------------------------------------------------------------ acts

  function startEdit(key, fresh) {
    edited = { id: key.id, name: key.name,
      trade: key.rights.includes("trade") || (fresh && who.tradePreticked),
      withdraw: key.rights.includes("withdraw") || (fresh && kit.has("withdraw-preticked")) };
    made = null;
    history.pushState(null, "", `/account/api/edit?id=${key.id}`);
    kit.visit("edit").then(edit);
  }
  async function begin(action, sent, then, back) {
    const found = await kit.api("/_api/api-keys/check", { ...sent, action });
    explainAll(["name", "passphrase"], found.fields);
    if (found.error) { if (!found.fields && !found.signedOut) message(found.error); return; }
    verifying = { action, sent, then, back, gates: found.gates };
    if (found.gates.length) await verification(found.gates); else await finish({});
  }
  async function finish(gate) {
    const { action, sent, then, gates, back } = verifying;
    const found = await kit.api(`/_api/api-keys/${action}`, { ...sent, gate });
    explainAll(gates, found.fields);
    if (found.error) {
      if (found.error.includes("expired")) endCount();
      if (found.signedOut) back();
      else if (!found.fields) message(found.error);
      return;
    }
    verifying = null;
    then(found);
  }
  const rowOf = (node) => {
    const { id, name, rights } = node.closest(".api-item").dataset;
    return { id, name, rights: rights.split(" ") };
  };

  const ACTS = {
    menu: () => { const open = right.querySelector(".ant-dropdown-menu"); if (open) open.remove(); else openMenu(); },
    "to-list": () => go("/account/api"),
    "to-create": () => { draft = null; go("/account/api/create"); },
    "to-sign-in": () => go("/ucenter/signin"),
    "log-out": async () => { await kit.api("/_api/logout", {}); go("/"); },
    "log-in": async () => {
      const found = await kit.api("/_api/login", { account: value("account"), password: value("password") });
      if (found.error) explain("password", found.error); else go("/");
    },
    check: () => {
      draft = { name: value("name"), passphrase: value("passphrase") };
      begin("create", { ...draft, rights: ["read"], ips: [], restricted: false }, (found) => { made = found; draft = null; reveal(); }, create);
    },
    send: async (button) => {
      if (button.disabled || button.classList.contains("counting")) return;
      button.disabled = true;
      await kit.captcha();
      const found = await kit.api("/_api/verification/send", {});
      button.disabled = false;
      if (found.error) explain("email-code", found.error); else endCount = kit.countdown(button, found.wait, "Send");
    },
    verify: async (button) => {
      button.disabled = true;
      await finish(Object.fromEntries(verifying.gates.map((gate) => [gate, value(gate)])));
      button.disabled = false;
    },
    "copy-key": () => navigator.clipboard?.writeText(made.key),
    "copy-secret": () => navigator.clipboard?.writeText(made.secret),
    eye: () => { content.querySelector(".secret").textContent = made.secret; },
    update: () => startEdit(made, true),
    edit: (node) => startEdit(rowOf(node), false),
    toggle: async (button) => {
      const on = button.getAttribute("aria-checked") !== "true";
      button.setAttribute("aria-checked", on);
      button.classList.toggle("ant-switch-checked", on);
      edited[button.name] = on;
      if (await kit.take("rerender")) { Object.assign(edited, { trade: Boolean(who.tradePreticked), withdraw: kit.has("withdraw-preticked") }); edit(); }
    },
    save: () => {
      const rights = ["read", ...["trade", "withdraw"].filter((one) => edited[one])];
      begin("update", { id: edited.id, name: edited.name, rights, ips: [], restricted: false },
        () => { message("Saved", "success"); go("/account/api"); }, edit);
    },
    delete: (node) => begin("delete", { id: rowOf(node).id }, () => { message("Deleted", "success"); go("/account/api"); }, () => go("/account/api")),
  };
  document.addEventListener("click", (event) => {
    const node = event.target.closest("[data-act]");
    if (!node?.closest(".user")) right.querySelector(".ant-dropdown-menu")?.remove();
    if (node && ACTS[node.dataset.act]) { event.preventDefault(); ACTS[node.dataset.act](node); }
    else if (node) right.querySelector(".ant-dropdown-menu")?.remove();
  });

  // ------------------------------------------------------------ routes

  let turn = 0;
  function go(path) { if (path !== location.pathname) history.pushState(null, "", path); route(); }
  async function route() {
    const mine = ++turn;
    stopWatching();
    right.querySelector(".ant-dropdown-menu")?.remove();
    made = verifying = null;
    who = await kit.api("/_api/user-info");
    if (mine !== turn) return;
    drawRight();
    const path = location.pathname;
    if (path === "/ucenter/signin" || (path.startsWith("/account") && !who.signedIn)) { signIn(); return; }
    if (path === "/account/api/edit") { history.replaceState(null, "", "/account/api"); }
    const screen = path === "/account/api/create" ? "form" : path.startsWith("/account") ? "list" : "home";
    await kit.visit(screen);
    if (mine === turn) await { form: create, list, home }[screen]();
  }
  kit.signedOut((again) => { if (again) route(); else go("/ucenter/signin"); });
  window.addEventListener("popstate", route);
  route();
})();

// The board: shows mailbox, authenticator and keys, live.
"use strict";
const get = async (name) => (await fetch(`/__sandbox__/${name}`)).json();
const put = (id, text) => { document.getElementById(id).textContent = text; };
const row = (cells, dead) => kit.el(dead ? "tr.dead" : "tr", {}, ...cells.map((cell) => kit.el("td", {}, cell)));
async function refresh() {
  const [app, inbox, state, clock] = await Promise.all(["code", "inbox", "state", "clock"].map(get));
  put("code", app.code);
  put("left", `${Math.ceil(app.left)} s left${app.used ? ", used already: wait for the next one" : ""}, seed ${app.seed}`);
  put("account", `${app.email}, password ${app.password}, trading password ${app.trading_password}`);
  put("moved", `moved by ${clock.moved} s`);
  document.getElementById("mails").replaceChildren(...inbox.mails.reverse().map((mail) => row([
    mail.subject, mail.code ? kit.el("span.big", {}, mail.code) : kit.el("a", { href: mail.link }, mail.link),
    mail.used ? "used" : `${Math.ceil(mail.left)} s left`], mail.used || !mail.left)));
  document.getElementById("keys").replaceChildren(...state.keys.map((key) => row([
    key.label, key.api_key, key.permissions.join(", "), key.ips.join(", ")])));
}
document.body.addEventListener("click", async (event) => {
  const move = Number(event.target.dataset.move);
  if (move) await fetch("/__sandbox__/clock", { method: "POST", body: JSON.stringify({ move }) });
});
(async () => { for (;;) { await refresh(); await kit.pause(1000); } })();

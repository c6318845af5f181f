// What the plain pages do by script: the drop-down, opening the form, sending codes. All by listeners on the document.
"use strict";
(() => {
  const screen = document.body.dataset.screen;
  const main = document.getElementById("main");
  const LIST = "/settings/futures-api-keys";
  const say = (name, text) => {
    const field = document.getElementById(name);
    field.classList.toggle("is-invalid", Boolean(text));
    field.closest(".form-group").querySelector(".invalid-feedback").textContent = text;
  };
  let endCount = () => {};

  const closeMenus = () => { for (const menu of document.querySelectorAll(".dropdown-menu")) menu.hidden = true; };
  document.addEventListener("click", async (event) => {
    const node = event.target.closest("[data-toggle], [data-href], [data-open], #send, [data-show], [data-copies]");
    const toggle = event.target.closest("[data-toggle]");
    if (toggle) {
      event.preventDefault();
      const menu = toggle.nextElementSibling;
      menu.hidden = !menu.hidden;
      return;
    }
    closeMenus();
    if (!node) return;
    if (node.dataset.href) location.href = node.dataset.href;
    if (node.dataset.open) {
      await kit.visit("form");
      document.getElementById(node.dataset.open).hidden = false;
      node.hidden = true;
    }
    if (node.id === "send") await send(node);
    const field = node.closest(".input-group")?.querySelector("[data-copy]");
    if ("show" in node.dataset) field.value = field.dataset.copy;
    if ("copies" in node.dataset) navigator.clipboard?.writeText(field.dataset.copy);
  });

  async function send(button) {
    if (button.disabled || button.classList.contains("counting")) return;
    button.disabled = true;
    await kit.captcha();
    const found = await kit.api("/settings/ajax/send", {});
    button.disabled = false;
    if (found.error) say("email-code", found.error); else endCount = kit.countdown(button, found.wait, "Send");
  }

  document.addEventListener("change", async (event) => {
    if (event.target.name === "ip_limit") document.getElementById("ip-box").hidden = event.target.value !== "list";
    if (event.target.matches("#new-key [type=checkbox]") && await kit.take("rerender")) {
      const form = document.getElementById("new-key");
      const anew = form.cloneNode(true);
      for (const box of anew.querySelectorAll("[type=checkbox]")) if (!box.disabled) box.checked = box.dataset.own === "1";
      form.replaceWith(anew);
    }
  });

  document.addEventListener("submit", async (event) => {
    if (event.target.id !== "verify") return;
    event.preventDefault();
    const gates = event.target.dataset.gates.split(" ");
    const button = event.submitter || event.target.querySelector(".btn-primary");
    button.disabled = true;
    const found = await kit.api("/settings/ajax/confirm", Object.fromEntries(gates.map((gate) => [gate, document.getElementById(gate).value])));
    button.disabled = false;
    for (const gate of gates) say(gate, found.field === gate ? found.error : "");
    if (found.error?.includes("expired")) endCount();
    if (found.to) location.replace(found.to);
    else if (found.error && !found.field && !found.signedOut) kit.toast(found.error);
  });

  // Drawn again by a slow page: a copy with what was typed meanwhile.
  function copy() {
    const box = document.createElement("div");
    const from = main.firstElementChild?.classList.contains("drawn") ? main.firstElementChild : whole;
    box.className = "drawn";
    box.append(...[...from.childNodes].map((node) => node.cloneNode(true)));
    const fields = from.querySelectorAll("input");
    box.querySelectorAll("input").forEach((field, number) => {
      field.value = fields[number].value;
      field.checked = fields[number].checked;
    });
    return box;
  }
  const whole = document.createElement("div");
  const late = kit.has("slow") && screen !== "verification"; // codes typed there are never drawn away
  if (late) whole.append(...main.childNodes);

  kit.signedOut((again) => { if (again) location.reload(); else location.href = "/login?expired=1"; });
  (async () => {
    if (screen === "login") kit.watchSession(() => { location.href = "/"; });
    if (late) await kit.draw(main, copy);
    await kit.visit(screen);
    if (screen !== "verification") return;
    if (!document.getElementById("send")) await kit.captcha();
    if (await kit.take("closes-once")) { await kit.pause(400); location.href = `${LIST}?form=1`; }
  })();
})();

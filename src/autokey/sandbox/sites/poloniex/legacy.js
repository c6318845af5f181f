// The little script of the wrench page: menu, Show, boxes that send their form, the box of trusted IPs.
"use strict";
(function () {
  function up(node, wanted) { return node.closest ? node.closest(wanted) : null; }

  document.addEventListener("click", function (event) {
    var wrench = up(event.target, "a.wrench");
    var menu = document.querySelector("#header .menu");
    if (wrench) { event.preventDefault(); menu.classList.toggle("open"); return; }
    if (menu) menu.classList.remove("open");
    if (event.target.className === "show") { event.preventDefault(); show(event.target); }
    if (event.target.classList.contains("edit")) {
      event.target.parentNode.querySelector("form").classList.remove("hidden");
      event.target.classList.add("hidden");
    }
  });

  function show(link) {
    var cell = link.parentNode;
    kit.api("/apiKeys/show", { id: up(cell, "table").dataset.id }).then(function (said) {
      var text = document.createElement("div");
      text.className = said.error ? "err" : "secretText";
      text.textContent = said.error || said.secret;
      cell.replaceChildren(text);
    });
  }

  document.addEventListener("change", function (event) {
    var field = event.target;
    if (field.type === "checkbox") field.form.submit();
    if (field.type !== "radio") return;
    var trusted = up(field, "td").querySelector(".trusted");
    var restricted = field.value === "1";
    trusted.classList.toggle("hidden", !restricted);
    if (!restricted && trusted.querySelector(".ips").textContent !== "none") {
      var form = trusted.querySelector("form");
      form.ips.value = "";
      form.submit();
    }
  });

  var screen = document.body.dataset.screen;
  if (screen === "login") kit.watchSession(function () { location.href = "/"; });
  kit.signedOut(function () { location.href = "/login"; });
  if (kit.has("slow")) {
    var main = document.getElementById("main");
    var copy = main.cloneNode(true);
    kit.draw(main, function () { var all = document.createElement("div"); all.innerHTML = copy.innerHTML; return all; });
  }
  kit.visit(screen);
})();

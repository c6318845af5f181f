// Acting on a node: bring it into sight, wait until it is still, aim, and guard so that a click can land nowhere else.
let changes = 0;
const waiting = new Set();
const roots = new WeakSet();
const bump = () => { changes++; for (const w of [...waiting]) w(); };
const observer = new MutationObserver(bump);
const watch = root => {
  if (roots.has(root)) return;
  roots.add(root);
  observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
  for (const t of ['input', 'change', 'toggle', 'animationend', 'transitionend', 'load', 'scroll']) if (t !== 'scroll') root.addEventListener(t, bump, { capture: true, passive: true });
};
for (const t of ['popstate', 'hashchange', 'resize', 'load', 'pageshow']) addEventListener(t, bump, { capture: true, passive: true });
const stampNow = () => { if (observer.takeRecords().length) bump(); pulse = beat(); return changes; };
// What no event tells of: values set by scripts, and the address set by pushState.
const beat = () => {
  let s = location.href + document.title;
  for (const d of [document]) for (const e of d.querySelectorAll('input,textarea,select')) s += '|' + (e.type === 'checkbox' || e.type === 'radio' ? e.checked : (e.value || '').length) + (e.disabled ? 'd' : '');
  return s;
};
let pulse = '';
const changed = (stamp, limit) => new Promise(done => {
  if (observer.takeRecords().length) bump();
  if (changes !== stamp) { done(true); return; }
  let timer = 0, poll = 0, soon = 0;
  const end = v => { clearTimeout(timer); clearInterval(poll); waiting.delete(wake); done(v); };
  // What belongs to one re-render comes as one change.
  const wake = () => { if (!soon) soon = setTimeout(() => end(true), 12); };
  waiting.add(wake);
  timer = setTimeout(() => end(false), limit * 1000);
  poll = setInterval(() => { const b = beat(); if (b !== pulse) { pulse = b; bump(); } }, 150);
});

const frame = () => new Promise(go => {
  let t = 0;
  const n = requestAnimationFrame(() => { clearTimeout(t); go(); });
  t = setTimeout(() => { cancelAnimationFrame(n); go(); }, 120);
});
const listOf = e => owners.get(e)?.el || (e.localName === 'option' ? e.closest('select') : null);
const targetOf = e => { if (listOf(e)) return listOf(e); if (!isBoxInput(e)) return e; const d = drawingOf(e); if (d) drawings.set(e, d); return d || e; };
const describe = e => {
  if (!e) return 'nothing';
  const n = e.closest?.('button,a,label,[role],[title],[aria-label]') || e;
  const t = (n.getAttribute?.('aria-label') || words(n) || n.getAttribute?.('title') || '').slice(0, 40);
  const title = n.localName === 'iframe' ? 'a frame' : `a <${n.localName}>`;
  return t && !/\S{20,}/.test(t) ? `"${t}"` : title;
};
const mine = (e, draw, h) => {
  if (!h) return false;
  if (within(listOf(e) || e, h)) return true;
  if (draw === e) return false;
  if (!within(draw, h) && !(e.labels && [...e.labels].some(l => within(l, h)))) return false;
  for (let n = h; n && n !== draw; n = up(n)) if (n.matches?.('a[href],button,select,textarea') || (n.matches?.('input') && n !== e)) return false;
  return true;
};
const points = (e, draw, act) => {
  const o = e.ownerDocument === document ? { x: 0, y: 0 } : offset(e);
  const rects = [...draw.getClientRects()].map(r => ({ x: r.x + o.x, y: r.y + o.y, w: r.width, h: r.height })).filter(r => r.w > 1 && r.h > 1);
  const out = [];
  if (draw.localName === 'label' && draw !== e) for (const r of rects) out.push([r.x + Math.min(9, r.w / 2), r.y + Math.min(r.h / 2, 10)]);
  const all = rects.length > 1 ? rects : rects.slice(0, 1);
  const spread = act === 'open' ? [[.5, .5], [.65, .5], [.8, .5], [.35, .5], [.2, .5], [.5, .2], [.5, .8], [.05, .5], [.95, .5]] : [[.5, .5], [.25, .5], [.75, .5], [.12, .5], [.5, .25], [.5, .75]];
  for (const [fx, fy] of spread) for (const r of all) out.push([r.x + r.w * fx, r.y + r.h * fy]);
  return out.filter(([x, y]) => x >= 0 && y >= 0 && x < vw() && y < vh());
};
// An animation with an end is on its way somewhere: on a busy machine two frames can show the same place of it.
const travels = e => {
  for (; e?.nodeType === 1; e = up(e)) {
    if (e.getAnimations?.().some(a => a.playState === 'running' && !PAINT.test(a.transitionProperty) && a.effect?.getComputedTiming().endTime !== Infinity)) return true;
  }
  return false;
};
const PAINT = /color|shadow|^(fill|stroke|background|filter|text-decoration)/; // what a hovering mouse changes without moving anything
// Where the mouse may go already while `aim` watches whether the node stands still; null where that is not plain yet.
const near = (ref, act) => {
  width = 0;
  const e = nodeOf(ref), draw = e && targetOf(e);
  if (!draw || travels(draw)) return null;
  const spot = points(e, draw, act).find(([x, y]) => { const h = hit(x, y); return mine(e, draw, h) && (act !== 'open' || blank(e, h)); });
  return spot ? { x: spot[0], y: spot[1] } : null;
};
const aim = async (ref, limit, act) => {
  width = 0;
  const until = performance.now() + limit * 1000;
  let before = null, wrong = null, shown = false;
  for (;;) {
    const e = nodeOf(ref);
    if (!e) return { stale: true };
    const draw = targetOf(e);
    if (!shown) {
      const r = rectOf(draw);
      if (r.x < 0 || r.y < 0 || r.x + r.w > vw() || r.y + r.h > vh() || !points(e, draw).some(([x, y]) => mine(e, draw, hit(x, y)))) draw.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
      shown = true;
    }
    const r = rectOf(draw), now = [r.x, r.y, r.w, r.h].join();
    const presses = act === 'click' || act === 'open';
    const off = act && (disabled(e, presses) || (presses && mouseless(e, draw)) || (draw !== e && disabled(draw, false)));
    if (r.w && r.h && now === before && !off && !travels(draw)) {
      const p = points(e, draw, act);
      wrong = null;
      for (const [x, y] of p) { const h = hit(x, y); if (mine(e, draw, h) && (act !== 'open' || blank(e, h))) return { x, y }; wrong ||= h; }
      if (!p.length) shown = false;
      else if (performance.now() > until - limit * 1000 * 0.7) return { by: describe(wrong) };
    }
    if (performance.now() > until) return off ? { off: true } : r.w && r.h && wrong ? { by: describe(wrong) } : r.w && r.h ? { moving: true } : { stale: true };
    before = now;
    await frame();
  }
};

// A choice of the browser's own list, which opens outside the page: chosen there, and told to the page, as by a person.
const choose = (ref, x, y) => {
  const o = nodeOf(ref), list = o && listOf(o);
  if (!list) return o ? { none: true } : { stale: true };
  if (!mine(o, list, hit(x, y))) return { by: describe(hit(x, y)) };
  list.focus({ preventScroll: true });
  o.selected = list.multiple ? !o.selected : true;
  for (const type of ['input', 'change']) list.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
  return { ok: true };
};

// The guard: from arm() to disarm() no press or click reaches anything but the node.
const PRESSES = ['pointerdown', 'mousedown', 'touchstart', 'pointerup', 'mouseup', 'touchend', 'click', 'auxclick', 'dblclick', 'contextmenu'];
let guard = null;
const arm = (ref, x, y) => {
  const e = nodeOf(ref);
  if (!e) return { stale: true };
  const draw = targetOf(e);
  const h = hit(x, y);
  if (!mine(e, draw, h)) return { by: describe(h) };
  const windows = [window];
  for (let w = e.ownerDocument.defaultView; w && w !== window; w = w.frameElement?.ownerDocument.defaultView) windows.push(w);
  const labels = [...(e.labels || [])];
  const g = { down: false, click: false, foreign: null, late: globalThis.autokeyFirst ? windows.slice(1) : windows };
  g.on = ev => {
    if (!ev.isTrusted) return;
    const path = ev.composedPath();
    const ok = path.includes(e) || (draw !== e && (path.includes(draw) || labels.some(l => path.includes(l)))) || (e.ownerDocument !== document && ev.currentTarget === window && within(path[0], e));
    if (ok) { if (ev.type.endsWith('down')) g.down = true; if (ev.type === 'click') g.click = true; return; }
    ev.preventDefault();
    ev.stopImmediatePropagation();
    const t = path[0];
    if (!(t.nodeType === 1 && (within(t, e) || !e.isConnected && g.down && (t === document.body || t === document.documentElement)))) g.foreign ||= t;
  };
  // The window's own listener was there before any of the page's (world.py); frames get theirs now.
  for (const w of g.late) for (const t of PRESSES) w.addEventListener(t, g.on, { capture: true, passive: false });
  guard = g;
  globalThis.autokeyGuard = g.on;
  return { popup: e.hasAttribute('aria-haspopup') || roleAttr(e) === 'combobox' || e.localName === 'select' || !!e.querySelector(COMBO) };
};
const disarm = () => {
  const g = guard;
  guard = null;
  if (!g) return {};
  globalThis.autokeyGuard = null;
  for (const w of g.late) for (const t of PRESSES) w.removeEventListener(t, g.on, { capture: true });
  // Held back before anything of the page could hear of it: nothing was pressed.
  const held = !!g.foreign && !g.down && !g.click && globalThis.autokeyFirst === true && !g.late.length;
  return { down: g.down, click: g.click, held, by: g.foreign ? describe(g.foreign) : '' };
};
const forever = () => new Promise(() => {});

// Which things float over the page, which of them block it, and in which order they are painted.
let width = 0; // read once per look: it makes the browser lay out
const vw = () => width || (width = document.documentElement.clientWidth || innerWidth);
const vh = () => innerHeight;
const port = () => ({ x: 0, y: 0, w: vw(), h: vh() });
let floats = new WeakMap(); // root element -> layer index, from the last look
const COVER = 0.6;

// Called for each element of the walk: a record when the element may be the root of an overlay.
const floater = (e, cs, pos, box, parent, key) => {
  const role = roleAttr(e);
  const tag = e.localName;
  let top = false, modal = e.getAttribute('aria-modal') === 'true';
  if (tag === 'dialog' && e.open) { if (e.matches(':modal')) top = modal = true; }
  else if (e.hasAttribute('popover') && e.matches(':popover-open')) top = true;
  const dialog = (tag === 'dialog' && e.open) || role === 'dialog' || role === 'alertdialog' || modal;
  const popup = top || ((role === 'menu' || role === 'listbox' || role === 'tooltip') && (pos === 'absolute' || pos === 'fixed' || parentFloats(e)));
  const z = pos === 'static' ? 0 : parseInt(cs.zIndex, 10) || 0;
  const fixed = pos === 'fixed' && z >= 0;
  const portal = pos === 'absolute' && e.ownerDocument === document && (e.parentElement === document.body || e.parentElement?.parentElement === document.body);
  const absolute = pos === 'absolute' && (z > 0 || (portal && z >= 0));
  if (!dialog && !popup && !fixed && !absolute) return null;
  const seenBox = cut(box, port());
  return { el: e, parent, explicit: dialog || popup, dialog, modal, top, pos, z, portal, box, key,
    cover: area(seenBox) >= COVER * vw() * vh(), pe: cs.pointerEvents !== 'none', own: 0, recs: [], keep: false, back: false };
};
const parentFloats = e => { const p = e.parentElement && getComputedStyle(e.parentElement).position; return p === 'absolute' || p === 'fixed'; };

// [z, order] of each stacking context from the root down, compared like words in a dictionary.
const above = (a, b) => {
  if (a.top !== b.top) return a.top;
  for (let i = 0; i < Math.max(a.key.length, b.key.length); i++) {
    const p = a.key[i] || [0, -1], q = b.key[i] || [0, -1];
    if (p[0] !== q[0]) return p[0] > q[0];
    if (p[1] !== q[1]) return p[1] > q[1];
  }
  return false;
};
const inPort = r => holds(port(), r.box.x + r.box.w / 2, r.box.y + r.box.h / 2);
const middle = r => hit(r.box.x + r.box.w / 2, r.box.y + r.box.h / 2);
const bodyBox = f => {
  let x = 1e9, y = 1e9, X = -1e9, Y = -1e9;
  for (const r of f.recs) { x = Math.min(x, r.box.x); y = Math.min(y, r.box.y); X = Math.max(X, r.box.x + r.box.w); Y = Math.max(Y, r.box.y + r.box.h); }
  if (X < x) return f.box;
  return f.cover || area(f.box) < 4 ? { x, y, w: X - x, h: Y - y } : f.box;
};
const isBar = f => {
  if (f.explicit || f.cover) return false;
  const b = f.box, w = vw(), h = vh();
  if (b.w >= 0.9 * w && b.h < 0.35 * h && (b.y < 4 || b.y + b.h > h - 4)) return true;
  if (b.h >= 0.7 * h && b.w < 0.4 * w && (b.x < 4 || b.x + b.w > w - 4)) return true;
  if (/^(nav|header|footer|aside)$/.test(f.el.localName) || f.el.querySelector('nav,[role=navigation],[role=banner]')) return true;
  // A dialog without a role has a header and a footer of its own: only what lies at an edge is the site's.
  return (b.x < 4 || b.y < 4 || b.x + b.w > w - 4 || b.y + b.h > h - 4) && !!f.el.querySelector('header,footer');
};

// recs: every record of the walk, each with .float (nearest floater) and .box. Returns the layers above the page.
const layersOf = (all, recs) => {
  for (const r of recs) if (r.float) { r.float.own++; }
  for (const r of recs) for (let f = r.float; f; f = f.parent) f.recs.push(r);
  const covers = f => {
    const kept = f.parent && keptOf(f.parent);
    return recs.some(r => r.float !== f && !f.recs.includes(r) && !within(r.el, f.el) && (r.float ? keptOf(r.float) || null : null) === (kept || null) &&
      !(r.float && isBar(r.float)) && holds(f.box, r.box.x + r.box.w / 2, r.box.y + r.box.h / 2));
  };
  const keptOf = f => { for (; f; f = f.parent) if (f.keep) return f; return null; };
  for (const f of all) {
    f.bar = isBar(f);
    if (!f.own) { f.back = f.cover && !f.explicit; f.keep = f.explicit && !f.cover && f.recs.length > 0 && !all.some(g => g.parent === f && g.explicit); continue; }
    if (f.explicit) f.keep = true;
    else if (f.bar) f.keep = false;
    else if (f.cover) f.keep = covers(f);
    else if (f.pos === 'fixed') f.keep = true;
    else f.keep = f.box.w >= 100 && f.box.h >= 40 && covers(f);
  }
  for (const f of all) {
    if (!f.keep) continue;
    const p = f.parent && keptOf(f.parent);
    if (!p) continue;
    const only = all.filter(g => g.keep && g.dialog && g !== p && g.parent && keptOf(g.parent) === p).length === 1;
    if (f.dialog && !p.explicit && p.cover && only) { f.into = p; p.named = f; }
    else if (f.dialog && p.dialog && !p.modal && p.own === 0) { f.into = p; p.named = f; }
    else if (!f.explicit && !f.cover && !all.some(b => b.back && b.parent && keptOf(b.parent) === p) && !covers(f)) f.into = p;
  }
  let kept = all.filter(f => f.keep && !f.into);
  for (const f of all) if (f.keep && f.into) { f.keep = false; f.into.modal ||= f.modal; f.into.explicit ||= f.explicit; }
  // Backdrops: wordless things over most of the window that take the clicks there.
  const w = vw(), h = vh();
  const spots = [];
  if (all.some(b => b.back && b.pe)) for (const x of [0.03, 0.5, 0.97]) for (const y of [0.03, 0.5, 0.97]) spots.push(hit(x * w, y * h));
  for (const b of all) {
    if (!b.back || !b.pe) continue;
    const inside = kept.filter(f => f !== b && within(b.el, f.el));
    if (inside.length) { for (const f of inside) { f.modal = true; f.cloth = b; } continue; }
    if (!spots.some(e => e && within(b.el, e))) continue;
    // It may lie in the very overlay it is for, below the words that stand in that.
    const around = b.parent && keptOf(b.parent);
    if (around && around.recs.some(r => r.float === around && inPort(r) && within(r.el, middle(r)))) { around.modal = true; around.cloth = b; continue; }
    const over = kept.filter(f => above(f, b) && (f.explicit || area(bodyBox(f)) >= 8000)); // a chat bubble has no backdrop
    if (!over.length) {
      const bar = all.filter(f => f.bar && f.own && above(f, b) && !/header|footer|nav/.test(f.el.localName));
      if (bar.length) { const f = bar[bar.length - 1]; f.keep = true; kept.push(f); over.push(f); }
    }
    if (over.length) { over.sort((p, q) => (above(p, q) ? 1 : -1)); over[0].modal = true; over[0].cloth = b; continue; }
    // Something unpositioned stands on it, or it stands alone (a loading mask).
    const free = recs.find(r => !r.float && inPort(r) && within(r.el, middle(r)));
    let e = free && free.el;
    while (e && up(e) && !within(up(e), b.el)) e = up(e);
    const f = e && e !== b.el && !within(e, b.el) && e !== document.body ? { ...b, el: e, box: rectOf(e), cover: false } : { ...b };
    f.keep = true; f.modal = true; f.back = false; f.cloth = b; f.recs = [];
    for (const r of recs) if (f.el !== b.el && within(f.el, r.el)) { r.float = f; f.recs.push(r); }
    kept.push(f);
  }
  for (const f of kept) if (f.cover && f.pe) f.modal = true;
  const body = new Map(kept.map(f => [f, bodyBox(f)]));
  const overlap = (a, b) => area(cut(body.get(a), body.get(b))) > 4;
  // What lies beside a modal overlay does not hide it, however high it is painted (chat bubbles, toasts).
  const aside = new Set(kept.filter(f => !f.modal && !kept.some(g => g.modal && overlap(f, g))));
  kept.sort((a, b) => (aside.has(a) !== aside.has(b) ? (aside.has(b) ? 1 : -1) : above(a, b) ? 1 : -1));
  floats = new WeakMap();
  kept.forEach((f, i) => { f.index = i + 1; floats.set(f.el, i + 1); if (f.cloth) floats.set(f.cloth.el, i + 1); });
  for (const f of kept) if (f.cloth) floats.set(f.el, f.index);
  const layerFor = f => { for (; f; f = f.parent) { if (f.keep) return f.index; if (f.into) f = { parent: f.into }; } return 0; };
  for (const r of recs) r.layer = r.float ? layerFor(r.float) || 0 : 0;
  return kept;
};
// Where a small layer can take a press at all (a chat bubble, a mark): asking the browser point by point costs more.
const FEW = 16;
const reachOf = f => {
  if (f.reach !== undefined) return f.reach;
  const all = [f.el, ...f.el.querySelectorAll('*')];
  const more = e => e.shadowRoot || e.localName === 'slot' || ['::before', '::after'].some(p => getComputedStyle(e, p).content !== 'none');
  if (f.cloth || f.cover || f.modal || f.el.ownerDocument !== document || all.length > FEW || all.some(more)) return (f.reach = null);
  const range = document.createRange();
  range.selectNodeContents(f.el);
  return (f.reach = [...all, range].map(e => e.getBoundingClientRect()));
};
const reaches = (f, x, y) => !reachOf(f) || f.reach.some(r => x >= r.left - 1 && x <= r.right + 1 && y >= r.top - 1 && y <= r.bottom + 1);
const layerAt = e => { for (; e; e = up(e)) { const i = floats.get(e); if (i) return i; } return 0; };

const titleOf = (f, recs) => {
  const e = f.named ? f.named.el : f.el;
  const by = byIds(e, 'aria-labelledby') || e.getAttribute('aria-label');
  const inside = recs.filter(r => r.layer === f.index);
  const head = inside.find(r => /^h[1-6]$/.test(r.tag) || r.role === 'heading');
  const say = r => fold(r.text).slice(0, 120);
  if (head) return say(head);
  if (by) return fold(by).slice(0, 120);
  const named = inside.find(r => r.own && (tokens(classOf(r.el)).some(t => t === 'title' || t === 'heading' || t === 'header')));
  if (named) return say(named);
  const words = inside.filter(r => r.own && !r.clickable && r.kind === 'words');
  const bold = words.slice(0, 6).find(r => r.bold);
  return bold ? say(bold) : words.length ? say(words[0]) : '';
};

// What all parts share: refs for nodes, the composed tree, visibility, words. Runs in an isolated world:
// the page sees none of it. `base` (given by page.py) makes refs unique across documents.
const nodes = new Map(), refs = new WeakMap();
let last = base;
const refOf = n => {
  let r = refs.get(n);
  if (!r) { r = ++last; refs.set(n, r); nodes.set(r, new WeakRef(n)); }
  return r;
};
const owners = new WeakMap(); // what stands for a choice of a list that the page draws (drawn.js) -> that list
const nodeOf = r => {
  const n = nodes.get(r)?.deref(), at = n && (owners.get(n)?.el || n);
  return at && at.isConnected && attached(at) ? n : null;
};
const attached = n => {
  for (let d = n.ownerDocument; d !== document;) {
    const f = d.defaultView?.frameElement;
    if (!f?.isConnected) return false;
    d = f.ownerDocument;
  }
  return true;
};

const ZERO = /[\u200b-\u200d\u2060\ufeff\u00ad]/g;
const ODD = /[\u200b-\u200d\u2060\ufeff\u00ad]|\s\s|[^\S ]/;
const fold = s => (!s ? '' : ODD.test(s) ? s.replace(ZERO, '').replace(/\s+/g, ' ').trim() : s.trim());
const SKIP = new Set(['script', 'style', 'noscript', 'template', 'head', 'meta', 'link', 'title', 'source', 'track', 'param', 'datalist', 'option', 'optgroup']);
const WHOLE = new Set(['svg', 'select', 'textarea', 'input', 'canvas', 'img', 'video', 'audio', 'object', 'embed', 'picture', 'progress', 'meter']);
const WIDGETS = new Set(['button', 'link', 'checkbox', 'radio', 'switch', 'tab', 'option', 'menuitem', 'menuitemcheckbox', 'menuitemradio', 'textbox', 'searchbox', 'combobox', 'spinbutton', 'slider', 'treeitem']);
const BOXY = new Set(['checkbox', 'switch', 'menuitemcheckbox', 'radio', 'menuitemradio']);

const roleAttr = e => { const r = e.getAttribute('role'); return r ? r.trim().split(/\s+/)[0].toLowerCase() : ''; };
const classOf = e => e.getAttribute('class') || '';
const isBoxInput = e => e.localName === 'input' && (e.type === 'checkbox' || e.type === 'radio');
const up = n => {
  const p = n.parentElement;
  if (p) return p.shadowRoot && n.assignedSlot ? n.assignedSlot : p;
  return n.parentNode?.host || n.assignedSlot || n.ownerDocument?.defaultView?.frameElement || null;
};
const within = (a, n) => {
  if (n && a && n.getRootNode() === a.getRootNode()) return a.contains(n); // the same, and a native walk
  for (; n; n = up(n)) if (n === a) return true;
  return false;
};
const kids = e => {
  if (e.localName === 'slot') { const a = e.assignedNodes(); if (a.length) return a; }
  if (e.localName === 'details' && !e.open && !e.shadowRoot) return [...e.children].filter(c => c.localName === 'summary').slice(0, 1);
  const out = []; // several times quicker than walking childNodes
  for (let k = (e.shadowRoot || e).firstChild; k; k = k.nextSibling) out.push(k);
  return out;
};
const innerDoc = f => { try { return f.contentDocument; } catch { return null; } };

// Offset of a node's frame in the top frame.
const offset = n => {
  let x = 0, y = 0;
  for (let w = n.ownerDocument.defaultView; w && w !== window;) {
    const f = w.frameElement;
    if (!f) break;
    const r = f.getBoundingClientRect();
    x += r.x + f.clientLeft; y += r.y + f.clientTop;
    w = f.ownerDocument.defaultView;
  }
  return { x, y };
};
const rectOf = e => {
  const r = e.getBoundingClientRect(), o = e.ownerDocument === document ? { x: 0, y: 0 } : offset(e);
  return { x: r.x + o.x, y: r.y + o.y, w: r.width, h: r.height };
};
const cut = (a, b) => {
  if (!b) return a;
  const x = Math.max(a.x, b.x), y = Math.max(a.y, b.y);
  return { x, y, w: Math.max(0, Math.min(a.x + a.w, b.x + b.w) - x), h: Math.max(0, Math.min(a.y + a.h, b.y + b.h) - y) };
};
const area = r => r.w * r.h;
const holds = (r, x, y) => x >= r.x && x <= r.x + r.w && y >= r.y && y <= r.y + r.h;

// Text put into a component's slot belongs to no element inside it that could be hit: its slot stands for it.
const slotAt = (host, x, y) => {
  const range = host.ownerDocument.createRange();
  for (const slot of host.shadowRoot.querySelectorAll('slot')) for (const n of slot.assignedNodes({ flatten: true })) {
    if (n.nodeType !== 3 || !n.data.trim()) continue;
    range.selectNodeContents(n);
    for (const r of range.getClientRects()) if (x >= r.left && x <= r.right && y >= r.top && y <= r.bottom) return slot;
  }
  return null;
};
// The element a person would hit at a point of the top frame, through open shadow roots and same-origin frames.
const hit = (x, y, doc = document) => {
  let e = doc.elementFromPoint(x, y);
  for (;;) {
    const inner = e?.shadowRoot?.elementFromPoint(x, y);
    if (!inner || inner === e) break;
    e = inner;
  }
  if (e?.shadowRoot) e = slotAt(e, x, y) || e;
  if (e && (e.localName === 'iframe' || e.localName === 'frame') && innerDoc(e)) {
    const r = e.getBoundingClientRect();
    return hit(x - r.x - e.clientLeft, y - r.y - e.clientTop, innerDoc(e)) || e;
  }
  return e;
};

const clippedAway = cs => (cs.clip !== 'auto' && /^rect\((?:[01]px,? ?){4}\)$/.test(cs.clip)) || /inset\((?:50|100)%/.test(cs.clipPath);

// Whether a person sees the element's box; climbs, so only for single elements (the walk keeps this as it goes).
const seen = (e, least = 2) => {
  const r = e.getBoundingClientRect();
  if (r.width < least || r.height < least) return false;
  let opacity = 1, first = true, box = { x: r.x, y: r.y, w: r.width, h: r.height }, held = '';
  for (let n = e; n && n.nodeType === 1; n = up(n)) {
    const cs = getComputedStyle(n);
    if (cs.display === 'none' || (first && cs.visibility !== 'visible') || clippedAway(cs)) return false;
    if ((opacity *= +cs.opacity) < 0.05) return false;
    if (!first && n.ownerDocument === e.ownerDocument && n !== document.body && n !== document.documentElement &&
        /hidden|clip/.test(cs.overflowX + cs.overflowY) && !(held === 'absolute' && cs.position === 'static') && held !== 'fixed') {
      const q = n.getBoundingClientRect();
      box = cut(box, { x: q.x, y: q.y, w: q.width, h: q.height });
      if (box.w < least || box.h < least) return false;
    }
    if (first || cs.position !== 'static') held = cs.position === 'static' ? '' : cs.position;
    first = false;
  }
  const top = rectOf(e);
  return top.x + top.w + scrollX > 0 && top.y + top.h + scrollY > 0;
};

// A picture drawn by a font of which each word is one (ligatures): what stands there is no word for the eye.
const GLYPH = /^[a-z][a-z0-9_]{1,39}$/;
const glyph = (e, cs) => e.childElementCount <= 1 && !e.firstElementChild?.firstElementChild && GLYPH.test(e.textContent.trim()) &&
  (/material (icons|symbols)/i.test((cs || getComputedStyle(e)).fontFamily) || /material-(icons|symbols)/.test(classOf(e)) || e.localName === 'mat-icon');

// Visible words of a node, as one line. Fields and scripts count as nothing.
const words = (n, skip, without) => {
  let out = '';
  const go = m => {
    if (m.nodeType === 3) { out += m.data; return; }
    if (m.nodeType !== 1 || m === skip || (without && m.matches(without)) || SKIP.has(m.localName) || WHOLE.has(m.localName)) { if (m.localName === 'br') out += ' '; return; }
    const cs = getComputedStyle(m);
    if (cs.display === 'none' || cs.visibility !== 'visible' || glyph(m, cs)) return;
    const block = !cs.display.startsWith('inline') && cs.display !== 'contents';
    if (block) out += ' ';
    for (const k of kids(m)) go(k);
    if (block) out += ' ';
  };
  if (n.nodeType === 1 && getComputedStyle(n).display === 'none') return fold(n.textContent);
  go(n);
  return fold(out);
};

// ---- a word's own shape: tokens of ids, classes and addresses
const HASHY = /\d.*[a-z]|[a-z].*\d/;
const split = s => s.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase().split(/[^\p{L}\p{N}]+/u)
  .filter(t => t.length > 1 && t.length < 21 && !HASHY.test(t) && !/^\d+$/.test(t) && !(t.length > 4 && !/[aeiouyäöü\u0080-\uffff]/.test(t)));
// The same few hundred class names come at every look.
const known = new Map();
const tokens = s => {
  if (typeof s !== 'string' || !s) return [];
  let t = known.get(s);
  if (!t) {
    if (known.size > 5000) known.clear();
    known.set(s, (t = split(s)));
  }
  return t;
};
const CHECKED = new Set(['checked', 'selected', 'active', 'on', 'current', 'actived', 'enabled', 'ticked', 'chosen']);
const UNCHECKED = new Set(['unchecked', 'unselected', 'inactive', 'off', 'deselected']);
const classState = (e, wide) => {
  let yes = false, no = false;
  for (const n of [e, ...(wide ? [...e.querySelectorAll('*')].slice(0, 12) : [])]) {
    if (n !== e && fold(n.textContent)) continue;
    for (const c of classOf(n).split(/\s+/)) {
      const t = tokens(c);
      if (t.some(w => UNCHECKED.has(w))) no = true;
      else if (t.some(w => CHECKED.has(w)) && !t.includes('not') && !t.includes('un')) yes = true;
    }
  }
  return yes === no ? null : yes;
};
const flag = v => (v === 'true' || v === 'checked' || v === 'on' || v === 'active' || v === 'open' ? true : v === 'false' || v === 'unchecked' || v === 'off' || v === 'inactive' ? false : null);

// ---- boxes that the site draws itself over an input nobody can see
const drawings = new WeakMap(); // input -> its visible drawing, label or itself
const small = e => { const r = e.getBoundingClientRect(); return r.width >= 6 && r.height >= 6 && r.width <= 72 && r.height <= 48; };
// An input that is not drawn and has no label cannot be changed by a person: where what stands around it tells a state, that
// is the state, and the input only what a form would send.
const idle = input => !input.getClientRects().length && !input.labels?.length && !!input.closest('[role=checkbox][aria-checked],[role=switch][aria-checked],[role=radio][aria-checked]');
const drawingOf = input => {
  const r = input.getBoundingClientRect();
  if (r.width >= 6 && r.height >= 6 && seen(input, 6)) return input;
  const alone = n => n.querySelectorAll('input[type=checkbox],input[type=radio]').length <= 1;
  const label = [...(input.labels || [])].find(l => seen(l));
  const scopes = [];
  // What holds nothing else is a mere wrapping and does not count as a step away.
  for (let n = input.parentElement, i = 0; n && i < 3 && scopes.length < 8 && alone(n) && n !== document.body; n = n.parentElement) { scopes.push(n); i += n.childElementCount > 1 || !!fold(n.textContent); }
  const own = scopes.slice(0, 2).find(s => s.matches('[role=checkbox],[role=switch],[role=radio]'));
  if (!own && scopes.slice(0, 2).some(s => [...s.querySelectorAll('[role=checkbox],[role=switch],[role=radio]')].some(x => x !== input && seen(x)))) return null;
  if (label && !scopes.includes(label)) scopes.push(label);
  for (const s of scopes) {
    const found = [...s.querySelectorAll('*')].find(n => n !== input && n.localName !== 'path' && !n.closest('a[href],button') && small(n) && !fold(n.textContent) && !n.ownerSVGElement && seen(n, 6));
    if (found) return found;
    if (small(s) && seen(s, 6) && !fold(s.textContent)) return s;
  }
  if (label) return label;
  if (own && seen(own)) return own;
  const cs = getComputedStyle(input);
  const shown = scopes.find(s => seen(s) && (getComputedStyle(s).cursor === 'pointer' || tokens(classOf(s)).some(t => /^(check|checkbox|radio|switch|toggle)$/.test(t))));
  return cs.display === 'none' ? null : shown || null;
};
const disabled = (e, buttonish) =>
  e.matches(':disabled') || !!e.closest('[aria-disabled="true"],[inert]') ||
  (buttonish && /(^|[-_\s])disabled(\s|$)/i.test(classOf(e)));
// The mouse goes through a thing and through what stands for it: an input under its drawing or label is none of these.
const mouseless = (e, draw) => [e, draw, ...(isBoxInput(e) ? e.labels || [] : [])].every(n => !n || getComputedStyle(n).pointerEvents === 'none');

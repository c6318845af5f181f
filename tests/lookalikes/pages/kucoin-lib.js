/* A small virtual DOM in the manner of React: nodes are kept where they can be, inputs are controlled. */
const F = new Set(/*FLAGS*/[]), on = (...f) => f.some(x => F.has(x));
const MEAN = new WeakMap();
let GEN = 0;  // raised to make every node a new one
const h = (t, p, ...c) => ({ t, p: p || {}, c: c.flat(9).filter(x => x != null && x !== false && x !== true).map(x => typeof x === 'object' ? x : { t: '#', s: String(x), p: {} }) });
const SVG = new Set(['svg', 'path', 'circle', 'rect']);
function set(e, o, n) {
  for (const k in { ...o, ...n }) {
    const v = n[k];
    if (k === 'key' || k === 'ref') continue;
    if (k === 'mean') { if (v) MEAN.set(e, v); continue }
    if (k.startsWith('on')) { (e.__h ||= {}); const name = k.slice(2).toLowerCase(); if (!(name in e.__h)) e.addEventListener(name, x => e.__h[name] && e.__h[name](x)); e.__h[name] = v; continue }
    if (k === 'value' || k === 'checked' || k === 'disabled') { if (e[k] !== (v ?? (k === 'value' ? '' : false))) e[k] = v ?? (k === 'value' ? '' : false); if (k === 'disabled') e.toggleAttribute('disabled', !!v); continue }
    if (o && o[k] === v) continue;
    if (k === 'cls') e.setAttribute('class', v || ''); else if (v == null || v === false) e.removeAttribute(k); else e.setAttribute(k, v === true ? '' : v);
  }
}
function mk(v) {
  if (v.t === '#') return v.el = document.createTextNode(v.s);
  v.g = GEN;
  const e = v.el = SVG.has(v.t) ? document.createElementNS('http://www.w3.org/2000/svg', v.t) : document.createElement(v.t);
  set(e, {}, v.p); for (const c of v.c) e.append(mk(c));
  if (v.p.ref) v.p.ref(e);
  return e;
}
function patch(par, o, n) {
  if (!o) return par.append(mk(n));
  if (o.t !== n.t || o.p.key !== n.p.key || (o.g !== undefined && o.g !== GEN)) return par.replaceChild(mk(n), o.el);
  n.el = o.el; n.g = o.g;
  if (n.t === '#') { if (o.s !== n.s) n.el.data = n.s; return }
  for (let i = 0; i < n.c.length; i++) patch(n.el, o.c[i], n.c[i]);
  for (let i = n.c.length; i < o.c.length; i++) o.c[i].el.remove();
  set(n.el, o.p, n.p);
}
const roots = new Map();  // portal name -> [host, vnode]
function mount(name, v) {
  let r = roots.get(name);
  if (!v) { if (r) { r[0].remove(); roots.delete(name) } return }
  if (!r) { const host = document.createElement('div'); if (name !== 'root') host.className = cx('portal'); document.body.append(host); r = [host, null]; roots.set(name, r) }
  patch(r[0], r[1], v); r[1] = v;
}
/* hashed class names, other ones in every run */
const SALT = Math.random().toString(36).slice(2, 6);
const cx = (...n) => n.map(x => 'css-' + [...(x + SALT)].reduce((a, c) => (a * 33 + c.charCodeAt(0)) >>> 0, 5381).toString(36)).join(' ');
const style = rules => { const s = document.createElement('style'); s.textContent = rules.replace(/\.([a-zA-Z][\w]*)/g, (m, n) => '.' + cx(n)); document.head.append(s) };
/* what was clicked, told to the server before anything happens */
const tell = d => { try { navigator.sendBeacon('/__seen', JSON.stringify(d)) } catch { } };
function meaning(e) { for (; e; e = e.parentElement) { const m = MEAN.get(e); if (m) return typeof m === 'function' ? m() : m } return '' }
for (const kind of ['pointerdown', 'keydown'])
  addEventListener(kind, e => {
    if (!e.isTrusted || (kind === 'keydown' && !['Enter', ' '].includes(e.key))) return;
    if (kind === 'keydown' && e.target.tagName === 'INPUT' && !['checkbox', 'radio', 'button'].includes(e.target.type) && e.key === ' ') return;
    tell({ what: meaning(e.target) || 'nothing', by: kind, text: (e.target.innerText || e.target.value || '').trim().slice(0, 40), tag: e.target.tagName })
  }, true);
const later = (ms, f) => setTimeout(f, ms), wait = ms => new Promise(r => setTimeout(r, ms));
class Out extends Error { }
async function api(path, body) {
  if (on('slow')) await wait(350);
  const r = await fetch(path, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  const j = await r.json();
  if (r.status === 401) { expired(); throw new Out() }
  if (!r.ok) throw new Error(j.message);
  return j;
}
const path = (d, p) => h('svg', { viewBox: '0 0 20 20', width: 18, height: 18, fill: 'currentColor', 'aria-hidden': 'true', ...p }, h('path', { d }));
const I = {
  eye: 'M10 4C5 4 2 10 2 10s3 6 8 6 8-6 8-6-3-6-8-6zm0 9a3 3 0 1 1 0-6 3 3 0 0 1 0 6z', x: 'M4 5l1-1 5 5 5-5 1 1-5 5 5 5-1 1-5-5-5 5-1-1 5-5z', bell: 'M10 2a6 6 0 0 0-6 6v5l-2 2h16l-2-2V8a6 6 0 0 0-6-6z',
  search: 'M8 2a6 6 0 1 0 4 10l5 5 1-1-5-5a6 6 0 0 0-5-9z', down: 'M9 2h2v9h4l-5 5-5-5h4z', globe: 'M10 1a9 9 0 1 0 0 18 9 9 0 0 0 0-18z', copy: 'M3 3h10v2H5v8H3zM7 7h10v10H7z', pen: 'M3 14l10-10 3 3L6 17H3z', bin: 'M5 6h10l-1 12H6zM8 3h4l1 2H7z', user: 'M10 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM3 18c0-4 3-7 7-7s7 3 7 7z', moon: 'M12 2a8 8 0 1 0 6 12 7 7 0 0 1-6-12z',
};
let toasts = [];
function toast(text, kind = 'info') { const t = { text, kind }; toasts.push(t); draw(); later(3500, () => { toasts = toasts.filter(x => x !== t); draw() }) }

/* where a person would click to point at something */
window.__where = what => { for (const e of [...document.querySelectorAll('*')].reverse()) { let m = MEAN.get(e); if (typeof m === 'function') m = m(); if (m && (m === what || m.startsWith(what + ':'))) { const r = e.getBoundingClientRect(); if (r.width && r.height) { e.scrollIntoView({ block: 'center' }); const b = e.getBoundingClientRect(); return [b.x + Math.min(b.width / 2, 40), b.y + Math.min(b.height / 2, 10)] } } } return null };

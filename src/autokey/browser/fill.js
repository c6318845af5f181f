// Putting text into fields. The text itself is typed by the browser; here the field is made ready and compared.
const isText = e => e.localName === 'textarea' || (e.localName === 'input' && !isBoxInput(e) && !['button', 'submit', 'reset', 'image', 'file', 'color', 'range'].includes(e.type));
const deepFocus = () => {
  let a = document.activeElement;
  for (;;) {
    if (a?.shadowRoot?.activeElement) a = a.shadowRoot.activeElement;
    else if (a && (a.localName === 'iframe' || a.localName === 'frame') && innerDoc(a)?.activeElement) a = innerDoc(a).activeElement;
    else return a;
  }
};
const fieldOf = e => {
  if (isText(e) || e.localName === 'select' || e.isContentEditable) return e;
  const inner = [...e.querySelectorAll('input,textarea,[contenteditable]')].filter(n => isText(n) || n.isContentEditable);
  return inner.length === 1 ? inner[0] : null;
};
const inputsIn = n => (n.localName === 'input' ? [n] : [...kids(n)].filter(k => k.nodeType === 1).flatMap(inputsIn));
// The small boxes of one code in a row, one character each; each may be a component of its own.
const cells = e => {
  if (e.localName !== 'input') return null;
  const r = e.getBoundingClientRect();
  if (e.maxLength !== 1 && r.width > 90) return null;
  const alike = k => Math.abs(k.getBoundingClientRect().width - r.width) < 3 && Math.abs(k.getBoundingClientRect().y - r.y) < 4 && isText(k) && seen(k);
  for (let n = up(e), i = 0; n && i < 6; n = up(n), i++) {
    const all = inputsIn(n).filter(alike);
    if (all.length >= 4) return all;
  }
  return null;
};
// Boxes that only show a code: the field that takes it lies over them, and nobody can see it.
const lidOver = e => {
  const r = rectOf(e), h = hit(r.x + r.w / 2, r.y + r.h / 2);
  if (!h || h === e || h.localName !== 'input' || !isText(h) || h.disabled || h.readOnly) return null;
  let opacity = 1;
  for (let n = h, i = 0; n && i < 4; n = up(n), i++) opacity *= +getComputedStyle(n).opacity;
  return opacity < 0.05 ? h : null;
};
let box = null, parts = null, stood = null;
const ready = (ref, size) => {
  const n = nodeOf(ref);
  if (!n) return { stale: true };
  const e = fieldOf(n);
  if (!e) return { none: true };
  if (e.closest('[aria-disabled="true"],[inert]')) return { off: true };
  const r = rectOf(e), x = r.x + r.w / 2, y = r.y + r.h / 2;
  if (e.localName !== 'select' && !(x >= 0 && y >= 0 && x < vw() && y < vh())) e.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  const lid = lidOver(cells(e)?.[0] || e);
  if (!lid && (e.matches(':disabled') || e.readOnly)) return { off: true };
  const q = rectOf(e), h = hit(q.x + q.w / 2, q.y + q.h / 2);
  if (h && !within(e, h) && layerAt(h) > layerAt(e)) return { by: describe(h) };
  box = e;
  if (e.localName === 'select') return { select: true };
  parts = size > 1 ? cells(e) : null;
  if (parts && parts.length < size - parts.indexOf(e)) parts = null;
  if (parts && parts[0] !== e && parts.length === size) box = parts[0];
  if (lid) { box = lid; parts = null; }
  box.focus({ preventScroll: true });
  return { focused: deepFocus() === box, cells: parts ? size : 0 };
};
const mark = i => {
  const e = parts && i >= 0 ? parts[parts.indexOf(box) + i] : box;
  if (!e?.isConnected) return { stale: true };
  if (deepFocus() !== e) e.focus({ preventScroll: true });
  if (deepFocus() !== e) return { focused: false };
  stood = rectOf(e);
  if ('select' in e && e.localName !== 'select') e.select();
  else {
    const d = e.ownerDocument, s = d.getSelection(), g = d.createRange();
    g.selectNodeContents(e);
    s.removeAllRanges();
    s.addRange(g);
  }
  return { focused: true, empty: !standing(e) };
};
const standing = e => ('value' in e ? e.value : words(e));
// A page may draw its form anew on each key: the field that now stands where ours stood, and is like it, is ours.
const heir = () => {
  const e = hit(stood.x + stood.w / 2, stood.y + stood.h / 2), r = e && rectOf(e);
  const alike = e && isText(e) && e.localName === box.localName && e.type === box.type && e.name === box.name && e.placeholder === box.placeholder;
  return alike && Math.abs(r.x - stood.x) < 4 && Math.abs(r.y - stood.y) < 4 && Math.abs(r.w - stood.w) < 4 ? e : null;
};
const settled = async (text, secret) => {
  const same = () => {
    if (!box?.isConnected && !parts) box = heir() || box;
    if (!box?.isConnected) return null;
    const now = parts ? parts.slice(parts.indexOf(box), parts.indexOf(box) + [...text].length).map(p => p.value).join('') : standing(box);
    return now === text || (!('value' in box) && fold(now) === fold(text)) ? true : now;
  };
  await frame();
  await new Promise(go => setTimeout(go)); // what the page does once it has drawn what was typed
  const now = same();
  if (now === true) return { ok: true };
  if (now === null) return { stale: true };
  return secret || box.type === 'password' ? { length: now.length } : { now: now.slice(0, 300), length: now.length };
};
const setOption = text => {
  const want = fold(text).toLowerCase();
  const all = [...box.options].filter(p => !p.disabled && fold(p.label || p.text).toLowerCase() === want);
  if (all.length !== 1) return { missing: true };
  const o = all[0];
  if (box.selectedOptions[0] === o) return { ok: true };
  box.focus({ preventScroll: true });
  box.value = o.value;
  o.selected = true;
  box.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
  box.dispatchEvent(new Event('change', { bubbles: true }));
  return { ok: true };
};

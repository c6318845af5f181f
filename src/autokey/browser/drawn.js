// Drop-downs that the page draws itself: which things are one, what one shows while it is closed, and the choices of
// those that were opened and read (drawn.py): these stand in every look, as those of a <select> do.
const drawn = new Map(); // control -> what was read of it
let lastKept = [];
const COMBO = '[role=combobox],[aria-haspopup=listbox]';
const NAMED = new Set(['select', 'selection', 'selector', 'dropdown', 'combobox', 'combo', 'picker', 'multiselect']);
const CLOSES = new Set(['close', 'remove', 'clear', 'delete', 'deselect', 'times', 'cancel']);
const CARET = /[▾▼⌄˅∨﹀⏷🔽]\s*$/u;
const plain = s => fold(s).toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N})\]]+$/gu, '');
const closing = n => n.nodeType === 1 && (/^[×✕✖⨯]$/.test(fold(n.textContent)) ||
  [classOf(n), n.getAttribute('aria-label'), n.getAttribute('data-icon'), n.getAttribute('data-testid')].some(s => tokens(s || '').some(t => CLOSES.has(t))));
const sameBox = (a, b, by = 8) => Math.abs(a.x - b.x) <= by && Math.abs(a.y - b.y) <= by && Math.abs(a.w - b.w) <= 2 * by && Math.abs(a.h - b.h) <= 2 * by;
const bordered = e => { const cs = getComputedStyle(e); return cs.boxShadow !== 'none' || ['Top', 'Right', 'Bottom', 'Left'].filter(k => parseFloat(cs[`border${k}Width`]) >= 1 && cs[`border${k}Style`] !== 'none').length >= 3; };
// The frame that a person takes for the control: of a bare input what is drawn around it, with the tags beside it.
const frameOf = e => {
  if (e.localName !== 'input') return e;
  let f = e;
  for (let n = e, k = 0; n && k < 6 && rectOf(n).h < 300; n = up(n), k++) {
    if (n !== e && n.querySelectorAll('input:not([type=hidden]),select,textarea,button[type=submit]').length > 1) break;
    if (bordered(n) || tokens(classOf(n)).some(t => NAMED.has(t))) { f = n; break; }
  }
  for (let n = up(f), k = 0; n && k < 3 && sameBox(rectOf(n), rectOf(f)); n = up(n), k++) f = n;
  return f;
};
// The words that it shows, one for each element that holds some; what takes a choice away, and pictures, are none.
const leavesOf = e => {
  const out = [];
  const go = n => {
    if (n.nodeType !== 1 || SKIP.has(n.localName) || n.localName === 'svg' || closing(n)) return;
    const field = n.localName === 'input' && n.type !== 'hidden';
    const said = fold(field ? n.value : [...kids(n)].filter(k => k.nodeType === 3).map(k => k.data).join(''));
    if (plain(said) && seen(n)) out.push(said);
    if (!WHOLE.has(n.localName)) for (const k of kids(n)) go(k);
  };
  go(frameOf(e));
  return out;
};
// The choices that these words are, null if any of them is something else.
const shownBy = (d, leaves) => {
  const found = new Set();
  for (const leaf of leaves) {
    const parts = d.choices.some(c => c.says.has(plain(leaf))) ? [leaf] : leaf.split(/[,;|、，；]/);
    for (const part of parts) {
      const is = d.choices.filter(c => c.says.has(plain(part)));
      if (is.length !== 1) return null;
      found.add(is[0]);
    }
  }
  return d.multi || found.size < 2 ? found : null;
};
const stateOf = d => {
  const leaves = leavesOf(d.el);
  if (leaves.join('\n') === d.leaves) return c => c.chosen;
  const shown = d.tells ? shownBy(d, leaves) : null;
  return shown && (leaves.length || d.multi) ? c => shown.has(c) : () => null;
};

// A list that was opened and read: `choices` are [words, more words, chosen or null, can be chosen].
const readList = (ref, choices, multi) => {
  const e = nodeOf(ref);
  if (!e) return { stale: true };
  const old = drawn.get(e), known = new Map((old?.choices || []).map(c => [plain(c.name), c]));
  const d = old || { el: e, tells: false };
  d.multi = multi;
  // Some lists leave out what is chosen already: it stands in the control, in a tag that can be taken away.
  if (multi) for (const t of tagsOf(e)) if (!choices.some(c => [c[0], ...c[1]].some(w => plain(w) === plain(t)))) choices.push([t, [], true, true]);
  const said = choices.map(c => plain(c[0]));
  if (!choices.length || new Set(said).size !== said.length || said.includes('')) return { unclear: true };
  d.choices = choices.map(([name, more, chosen, enabled], i) => {
    const c = known.get(said[i]) || { el: document.createElement('option') };
    return Object.assign(c, { name, labels: [...new Set([name, ...more])], says: new Set([name, ...more].map(plain)), chosen, enabled });
  });
  for (const c of d.choices) owners.set(c.el, d);
  const leaves = leavesOf(e), told = d.choices.every(c => c.chosen !== null);
  if (!multi && !told) d.multi = (shownBy({ ...d, multi: true }, leaves)?.size || 0) > 1;
  const shown = shownBy(d, leaves);
  // Where no choice of the list says whether it is chosen, what the closed control shows does, if it shows nothing else.
  if (!told) for (const c of d.choices) c.chosen = shown ? shown.has(c) : null;
  d.leaves = leaves.join('\n');
  d.tells = !!shown && d.choices.every(c => c.chosen === shown.has(c)) || !leaves.length && d.choices.every(c => !c.chosen) || d.tells && !shown;
  d.mark = null;
  drawn.set(e, d);
  return { ok: true };
};
const markOf = r => [r.tag, r.role, r.labels[0] || '', r.section, pathOf(r.el), classOf(r.el).split(/\s+/)[0]].join('|');
const drawnRows = (kept, layers) => {
  lastKept = kept;
  const rows = [];
  for (const [e, d] of [...drawn]) {
    if (!e.isConnected || !attached(e)) { // drawn anew by the page: the same control in another node
      const again = kept.filter(k => k.clickable && !drawn.has(k.el) && markOf(k) === d.mark);
      if (again.length !== 1) continue;
      drawn.delete(e);
      d.el = again[0].el;
      drawn.set(d.el, d);
    }
    const r = kept.find(k => k.el === d.el);
    if (r) { d.mark = markOf(r); d.group = r.labels[0] || r.section || r.group || ''; d.section = r.section; d.enabled = r.enabled; }
    if (!seen(frameOf(d.el))) continue;
    const state = stateOf(d);
    for (const c of d.choices) rows.push(row({ el: c.el, draw: d.el, tag: 'option', role: 'option', kind: d.multi ? 'box' : 'radio', name: c.name, text: '', own: '', labels: c.labels, beside: [], inner: [],
      section: d.section || '', group: d.group || '', clickable: true, enabled: d.enabled !== false && c.enabled, checked: state(c), value: '', length: 0, box: rectOf(frameOf(d.el)), layer: r ? r.layer : layerAt(d.el), parent: { el: d.el } }, layers));
  }
  return rows;
};

// ---- which things are a closed drop-down: true where that is certain, so that pressing it opens a list and no more
// The arrow of a drop-down: as a sign, by its name, or drawn by two borders; a circle or a square ticks something.
const POINTS = new Set(['arrow', 'caret', 'chevron', 'down', 'dropdown', 'expand']);
const twoBorders = (e, pseudo) => { const cs = getComputedStyle(e, pseudo), w = k => cs[`border${k}Style`] === 'none' ? 0 : parseFloat(cs[`border${k}Width`]), see = k => w(k) >= 1 && !/rgba\(.*, 0\)/.test(cs[`border${k}Color`]);
  const sides = ['Top', 'Right', 'Bottom', 'Left'].filter(see); return sides.length === 2 && !sides.includes('Top') + !sides.includes('Bottom') === 1 && cs.transform !== 'none' || sides.length === 1 && sides[0] === 'Top' && parseFloat(cs.width) === 0; };
const arrowAt = e => {
  if (CARET.test(fold(e.textContent))) return true;
  if (['::after', '::before'].some(p => { const c = getComputedStyle(e, p).content; return CARET.test(c.replace(/["']/g, '')) || !/^(none|normal)$/.test(c) && twoBorders(e, p); })) return true;
  const b = rectOf(e);
  return [...e.querySelectorAll('*')].some(n => {
    const q = rectOf(n);
    return q.w <= 30 && q.h <= 30 && !plain(n.textContent) && q.x + q.w / 2 > b.x + b.w - Math.min(48, b.w / 4) && !closing(n) && (twoBorders(n, null) || tokens(classOf(n) + ' ' + (n.getAttribute('data-icon') || '')).some(t => POINTS.has(t)));
  });
};
const caretAt = e => {
  if (arrowAt(e)) return true;
  if (['::after', '::before'].some(p => !/^(none|normal)$/.test(getComputedStyle(e, p).content) && getComputedStyle(e, p).position === 'absolute')) return true;
  const b = rectOf(e);
  return [...e.querySelectorAll('svg,i,img,span,b')].some(n => {
    const q = rectOf(n);
    return q.w >= 6 && q.w <= 30 && q.h >= 4 && q.h <= 30 && !plain(n.textContent) && !closing(n) && !(up(n) && up(n) !== e && closing(up(n))) && q.x + q.w / 2 > b.x + b.w - Math.min(48, b.w / 4);
  });
};
const opensList = r => {
  const e = r.el, tag = e.localName;
  if (!r.clickable || r.boxy || !r.enabled || tag === 'select' || (tag === 'a' && e.hasAttribute('href')) || r.role === 'option' || rectOf(e).h > 300) return null;
  const combos = e.matches(COMBO) ? [e] : [...e.querySelectorAll(COMBO)];
  const combo = combos.length === 1 ? combos[0] : null;
  const submits = n => n.localName === 'button' && n.type === 'submit' && !!n.form;
  if (combos.length > 1 || e.getAttribute('aria-expanded') === 'true' || combo?.getAttribute('aria-expanded') === 'true') return null;
  if (combo && (combo === e || sameBox(rectOf(frameOf(combo)), rectOf(e)) || holdsOnly(e, combo))) return !submits(combo) && !combo.disabled;
  if (combo || e.hasAttribute('aria-haspopup') && e.getAttribute('aria-haspopup') !== 'true') return null;
  if (r.role && r.role !== 'button' && tag !== 'input' || r.kind === 'password') return null;
  if (tag === 'input' ? !e.readOnly : !/^(div|span|button)$/.test(tag)) return null;
  const f = frameOf(e), b = rectOf(f), named = tokens(classOf(f)).some(t => NAMED.has(t)), caret = caretAt(f);
  if (b.w < 90 || b.h < 20 || (!named && !caret)) return null;
  const alike = n => n && n.localName === f.localName && classOf(n) === classOf(f);
  const alone = !alike(f.nextElementSibling) && !alike(f.previousElementSibling);
  const framed = bordered(f) || [...f.children].some(n => bordered(n) && sameBox(rectOf(n), b));
  return arrowAt(f) && framed && alone && tag !== 'button' && !r.role && !e.closest('button,a,label,li,nav,header,[role=menu],[role=tablist]');
};
const holdsOnly = (e, combo) => rectOf(e).h <= 120 && e.querySelectorAll('input:not([type=hidden]),select,textarea').length <= (combo.localName === 'input' ? 1 : 0);
// [ref, certain] of each that was not read yet; of one inside another only the outer one.
const folded = () => {
  const known = [...drawn.keys()].map(frameOf);
  const found = lastKept.filter(r => r.el.isConnected && !known.some(k => within(k, r.el) || within(r.el, k))).map(r => [r.el, opensList(r)]).filter(([, sure]) => sure !== null);
  return found.filter(([e]) => !found.some(([o]) => o !== e && within(o, e))).map(([e, sure]) => [refOf(e), sure]);
};
const says = ref => { const e = nodeOf(ref); return !!e && (e.matches(COMBO) || !!e.querySelector(COMBO)); };
// What tells that several can be chosen (true); null where nothing does.
const several = (ref, refs) => {
  const e = nodeOf(ref), items = refs.map(nodeOf).filter(Boolean);
  if (!e) return null;
  const f = frameOf(e);
  const listed = [...items.map(n => n.closest('[role=listbox]')), ...[f, ...f.querySelectorAll('[aria-controls],[aria-owns]')].flatMap(n => [n.getAttribute('aria-controls'), n.getAttribute('aria-owns')]).map(i => i && e.getRootNode().getElementById?.(i))];
  if (listed.some(n => n?.getAttribute('aria-multiselectable') === 'true')) return true;
  if (items.some(n => n.querySelector('input[type=checkbox],[role=checkbox]') || n.matches('input[type=checkbox],[role=checkbox],[role=menuitemcheckbox]'))) return true;
  for (let n = e, k = 0; n && k < 4 && (k === 0 || rectOf(n).h < 300); n = up(n), k++) if (tokens(classOf(n)).some(t => /^(multiple|multi|multiselect|tags)$/.test(t))) return true;
  if ([...f.querySelectorAll('*')].some(n => closing(n) && up(n) !== f && seen(n) && plain(up(n).textContent) && rectOf(up(n)).w < rectOf(f).w * 0.8)) return true;
  return listed.some(n => n?.getAttribute('aria-multiselectable') === 'false') ? false : null;
};
// The list that a choice is of, and what tells whether the list is to be read again before its state is believed.
const drawnOf = ref => {
  const o = nodeOf(ref), d = o && owners.get(o);
  if (!d) return null;
  const c = d.choices.find(c => c.el === o);
  return c ? { control: refOf(d.el), name: c.name, multi: d.multi, chosen: stateOf(d)(c) } : { stale: true };
};
const free = e => { const b = rectOf(e), x = b.x + b.w / 2, y = b.y + b.h / 2; return x < 0 || y < 0 || x >= vw() || y >= vh() || within(frameOf(e), hit(x, y)); };
// From a press on a choice on, what was read counts no more: the closed control tells, or the list is read again.
const touched = ref => { const d = drawn.get(nodeOf(ref)); if (d) d.leaves = null; };
const doubtful = () => [...drawn.values()].filter(d => d.el.isConnected && seen(frameOf(d.el)) && free(d.el) && (!d.tells || d.choices.some(c => stateOf(d)(c) === null))).map(d => refOf(d.el));
const tagsOf = e => leavesOf(e).filter(leaf => crossOf(refOf(e), leaf));
// The thing that takes a chosen one away where the list does not show it: the cross in its tag.
const crossOf = (ref, name) => {
  const e = nodeOf(ref), f = e && frameOf(e);
  const said = n => plain([...n.querySelectorAll('*')].filter(x => !closing(x) && !x.firstElementChild).map(x => x.textContent).join(' ') || n.textContent);
  const found = f ? [...f.querySelectorAll('*')].filter(n => closing(n) && seen(n) && !n.querySelector('*')?.matches?.('button') && up(n) !== f) : [];
  const ours = found.filter(n => { for (let t = up(n), k = 0; t && t !== f && k < 3; t = up(t), k++) if (said(t) === plain(name) || plain(leavesOf(t).join(' ')) === plain(name)) return true; return false; });
  const outer = ours.filter(n => !ours.some(o => o !== n && within(o, n)));
  return outer.length === 1 ? refOf(outer[0]) : 0;
};
// Which of some things lie in something that floats over the page and that the control is no part of: a layer of its own.
const aloft = (ref, others) => {
  const e = nodeOf(ref);
  const floats = n => { for (; n && n.nodeType === 1 && n !== document.body; n = up(n)) if ((/absolute|fixed/.test(getComputedStyle(n).position) || n.matches(':popover-open')) && rectOf(n).h >= 20) return !within(n, e); return false; };
  return others.filter(o => { const n = nodeOf(o); return n && floats(n); });
};
// Of choices in an open list: whether each is chosen (null: nothing tells), and whether it can be chosen or taken away.
const states = refs => refs.map(nodeOf).map(n => {
  if (!n) return [null, false];
  const said = ['aria-selected', 'aria-checked'].map(k => n.getAttribute(k)).find(v => v !== null);
  return [said !== undefined ? flag(said) : classState(n, false), !disabled(n, true)];
});
// The choices among these that cannot be chosen or taken away now: nothing to click, but a choice as well.
const fixed = refs => {
  const items = refs.map(nodeOf).filter(Boolean), make = new Set(items.map(n => classOf(n).split(/\s+/)[0]));
  const kin = [...new Set(items.map(n => n.parentElement))].flatMap(p => (p ? [...p.children] : [])).filter(n => !items.some(i => within(n, i) || within(i, n)) && plain(words(n)) && seen(n));
  return kin.filter(n => n.hasAttribute('aria-selected') || roleAttr(n) === 'option' || (make.has(classOf(n).split(/\s+/)[0]) && disabled(n, true)))
    .map(n => [words(n), [], states([refOf(n)])[0][0], false]);
};
const scrollOf = ref => { for (let n = nodeOf(ref); n && n !== document.body; n = up(n)) if (n.scrollHeight > n.clientHeight + 4 && /auto|scroll|hidden/.test(getComputedStyle(n).overflowY) && n.clientHeight > 40) return refOf(n); return 0; };
// Where a press lands on the control itself, not on what takes a choice away or is another button in it.
const blank = (e, h) => { for (let n = h; n && n !== e; n = up(n)) if (closing(n) || n.matches?.('button,[role=button],a[href]')) return false; return true; };
// Words that do nothing when they are clicked, in the layer of a control: clicking there closes a list.
const neutral = ref => {
  const e = nodeOf(ref), of = lastKept.find(r => r.el === e);
  const still = lastKept.filter(r => r.el.isConnected && !r.clickable && r.own && r.kind === 'words' && !r.in && !r.el.closest('label,button,a,[onclick],[role=option],[role=listbox]') && (!of || r.layer === of.layer) && getComputedStyle(r.el).cursor !== 'pointer');
  const first = still.find(r => r.role === 'heading') || still[0];
  return first ? refOf(first.el) : 0;
};

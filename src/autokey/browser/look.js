// One walk over everything that a person can see; one row per thing, in the order of model.Candidate.
const ROLES = {
  button: 'button', summary: 'button', select: 'combobox', textarea: 'textbox', option: 'option', img: 'img', nav: 'navigation',
  h1: 'heading', h2: 'heading', h3: 'heading', h4: 'heading', h5: 'heading', h6: 'heading', li: 'listitem', td: 'cell', th: 'columnheader',
  tr: 'row', table: 'table', ul: 'list', ol: 'list', dialog: 'dialog', form: 'form', iframe: 'iframe', progress: 'progressbar', fieldset: 'group', p: 'paragraph',
};
const INPUTS = { checkbox: 'checkbox', radio: 'radio', button: 'button', submit: 'button', reset: 'button', image: 'button', file: 'button', color: 'button', number: 'spinbutton', range: 'slider', search: 'searchbox' };
const roleOf = e => {
  const given = roleAttr(e);
  if (given && given !== 'presentation' && given !== 'none') return given;
  if (e.localName === 'a') return e.hasAttribute('href') ? 'link' : '';
  if (e.localName === 'input') return INPUTS[e.type] || (e.list ? 'combobox' : e.type === 'password' ? '' : 'textbox');
  if (e.localName === 'select' && (e.multiple || e.size > 1)) return 'listbox';
  if (e.localName === 'svg') return 'img';
  return ROLES[e.localName] || (e.isContentEditable && !e.parentElement?.isContentEditable ? 'textbox' : '');
};
const kindOf = (e, role, clickable) => {
  const tag = e.localName;
  if (tag === 'input') {
    if (role === 'switch' || e.type === 'checkbox') return 'box';
    if (e.type === 'radio') return 'radio';
    if (INPUTS[e.type] === 'button') return 'button';
    if (e.type === 'password') return 'password';
    return 'text';
  }
  if (tag === 'textarea') return 'text';
  if (tag === 'select') return 'select';
  if (role === 'radio' || role === 'menuitemradio') return 'radio';
  if (BOXY.has(role)) return 'box';
  if (e.isContentEditable && !e.parentElement?.isContentEditable) return 'text';
  if (role === 'textbox' || role === 'searchbox') return 'text';
  if (role === 'combobox' || role === 'listbox' && clickable) return 'select';
  if (role === 'link') return 'link';
  if (clickable) return 'button';
  if (tag === 'img' || tag === 'svg' || tag === 'canvas' || tag === 'picture') return 'image';
  if (tag === 'iframe' || tag === 'video' || tag === 'object' || tag === 'embed') return 'other';
  return 'words';
};
const byIds = (e, attr) => {
  const ids = (e.getAttribute(attr) || '').trim();
  if (!ids) return '';
  const root = e.getRootNode();
  return fold(ids.split(/\s+/).map(i => { const n = root.getElementById?.(i); return n ? words(n) || n.getAttribute('aria-label') || '' : ''; }).join(' '));
};
const within1 = e => {
  for (const n of e.querySelectorAll('img[alt],[aria-label],svg title,[title]')) {
    const t = fold(n.localName === 'title' ? n.textContent : n.getAttribute('aria-label') || n.getAttribute('alt') || n.getAttribute('title') || '');
    if (t) return t;
  }
  return '';
};
const squares = new WeakSet();
const customBox = (e, text) => {
  if (squares.has(e)) return /^(50%|100%)/.test(getComputedStyle(e).borderRadius) ? 'radio' : 'box';
  // What has a picture in it, or opens something, toggles that: a menu, what a field shows.
  const opens = e.hasAttribute('aria-haspopup') || e.hasAttribute('aria-expanded') || !!e.querySelector('svg,img');
  const t = tokens(classOf(e)).filter(w => w !== 'toggle' || !opens);
  const is = list => (list.includes('radio') && !list.includes('group') ? 'radio' : list.some(w => w === 'checkbox' || w === 'switch' || w === 'toggle') && !list.includes('group') ? 'box' : '');
  const own = is(t);
  if (own) return own;
  for (const c of e.children) if (small(c) && !fold(c.textContent)) { const k = is(tokens(classOf(c))); if (k) return k; }
  const c = e.firstElementChild;
  if (!c || opens || listed(e) || SOLID.test(getComputedStyle(e).backgroundColor) || !square(c, getComputedStyle(c), rectOf(c))) return '';
  squareIn.set(e, c);
  return /^(50%|100%)/.test(getComputedStyle(c).borderRadius) ? 'radio' : 'box';
};
const squareIn = new WeakMap(); // a row that is clicked as a whole: the bordered square it begins with
const listed = e => /^(a|li|td|th|label)$/.test(e.localName) || e.childElementCount > 3;

// A picture without a tag of its own: a small empty element painted by its style.
const painted = (e, cs, box) => !e.firstElementChild && box.w >= 12 && box.h >= 12 && box.w <= 48 && box.h <= 48 && !fold(e.textContent) &&
  ['backgroundImage', 'maskImage', 'webkitMaskImage'].some(k => cs[k] && cs[k] !== 'none');
// A button that only its looks tell of (no tag, role, cursor): few words in a filled box that stands out, with air around.
const SOLID = /^rgb\(|^rgba\(.*, ?(0?\.[5-9]\d*|1)\)$/;
const behind = c => { for (; c.cs; c = c.up) if (SOLID.test(c.cs.backgroundColor)) return c.cs.backgroundColor; return ''; };
const filled = (e, cs, box, c) => box.h >= 28 && box.h <= 64 && box.w >= 48 && box.w <= 480 && /^(div|span|a)$/.test(e.localName) &&
  SOLID.test(cs.backgroundColor) && cs.backgroundColor !== behind(c) && !/^inline$|^table/.test(cs.display) && !/text|not-allowed/.test(cs.cursor) &&
  parseFloat(cs.paddingLeft) >= 10 && Math.abs(parseFloat(cs.paddingLeft) - parseFloat(cs.paddingRight)) < 2 &&
  e.childElementCount <= 2 && e.querySelectorAll('*').length <= 4 && /\p{L}/u.test(e.textContent) && fold(e.textContent).length <= 30;
// A tick box that only its looks tell of: a small empty bordered square with words beside it.
const square = (e, cs, box) => box.w >= 10 && box.w <= 28 && Math.abs(box.w - box.h) <= 2 && !e.firstElementChild && /^[✓✔☑]?$/.test(fold(e.textContent)) && /^(i|b|em|span|div)$/.test(e.localName) &&
  ['Top', 'Right', 'Bottom', 'Left'].every(k => parseFloat(cs[`border${k}Width`]) >= 1 && cs[`border${k}Style`] === 'solid') &&
  !!up(e) && fold(up(e).textContent).length > 0 && fold(up(e).textContent).length <= 40;
const PRESSED = new Set(['icon', 'iconfont', 'btn', 'button', 'copy', 'close', 'edit', 'delete', 'remove', 'arrow', 'avatar', 'user', 'profile', 'menu']);
// Its state as a person sees it: filled with a colour, or with nothing at all; null in between.
const drawnState = e => {
  if (fold(e.textContent)) return true;
  const cs = getComputedStyle(e), mark = ['::before', '::after'].some(p => !/^(none|normal)$/.test(getComputedStyle(e, p).content));
  const [r, g, b, a = 1] = (cs.backgroundColor.match(/[\d.]+/g) || [255, 255, 255, 0]).map(Number);
  if (a > 0.5 && Math.max(r, g, b) - Math.min(r, g, b) > 60) return true;
  return mark || cs.backgroundImage !== 'none' || (a > 0.1 && Math.min(r, g, b) < 240) ? null : false;
};
let lastLayers = [];
// What a person pointed at is looked at from then on, whatever it is.
const pointed = new WeakSet();
const look = extra => {
  if (extra) pointed.add(extra);
  if (!document.documentElement) return null; // a document that has just begun
  width = 0;
  const recs = [], floatersAll = [], claims = new Map(), quiet = new Set(), frames = [];
  let order = 0;
  // Nothing moves during the walk, and asking the browser for these each time costs a tenth of it.
  const right = scrollX, down = scrollY, widest = Math.max(document.documentElement.scrollWidth, vw());
  const range = document.createRange();
  const claimIn = root => {
    for (const i of root.querySelectorAll('input[type=checkbox],input[type=radio]')) {
      if (idle(i)) continue;
      const d = drawingOf(i);
      drawings.set(i, d);
      quiet.add(i);
      if (!d) continue;
      if (!claims.has(d)) claims.set(d, i);
      for (let n = i.parentElement, k = 0; n && k < 3; n = n.parentElement, k++) if (BOXY.has(roleAttr(n))) quiet.add(n);
      for (const l of i.labels || []) quiet.add(l);
    }
    watch(root);
  };
  const sectionIn = h => { for (; h; h = h.up) if (h.last) return h.last; return null; };

  const visit = (e, c) => {
    const tag = e.localName;
    if (SKIP.has(tag)) return '';
    if (tag === 'br') return ' ';
    if (tag === 'wbr') return '';
    const cs = getComputedStyle(e);
    const display = cs.display;
    if (display === 'none') return '';
    const op = c.op * +cs.opacity;
    if (op < 0.05) return '';
    const n = ++order;
    const pos = cs.position;
    const r0 = e.getBoundingClientRect();
    const box = { x: r0.x + c.off.x, y: r0.y + c.off.y, w: r0.width, h: r0.height };
    let clip = pos === 'static' || pos === 'relative' || pos === 'sticky' ? c.flow : pos === 'absolute' ? c.abs : c.fix;
    const edge = tag === 'html' || tag === 'body';
    if (pos === 'absolute' && clippedAway(cs)) return '';
    const vis = cut(box, clip);
    const here = cs.visibility === 'visible';
    const moved = cs.transform !== 'none';
    const z = pos !== 'static' || c.lays ? parseInt(cs.zIndex, 10) : NaN; // an item of a flex box or grid has one, too
    const stacks = pos !== 'static' || !Number.isNaN(z) || op !== c.op || moved;
    // What is not positioned is painted with the nearest thing that is, though that may be no stacking context.
    const key = stacks ? [...c.key, [z || 0, n]] : c.at;
    const nextKey = stacks && (pos === 'fixed' || pos === 'sticky' || !Number.isNaN(z) || op !== c.op || moved) ? key : c.key;
    let float = c.float, heads = c.heads;
    if (here || pos === 'fixed' || pos === 'absolute') {
      const f = edge ? null : floater(e, cs, pos, vis, c.float, key);
      if (f) { floatersAll.push(f); float = f; }
    }
    const flow = edge ? 'visible' : cs.overflowX;
    const hides = flow === 'hidden' || flow === 'clip';
    const inner = hides ? cut(box, clip) : clip;
    const next = {
      op, key: nextKey, at: key, lays: /flex|grid/.test(display), float, off: c.off, cursor: cs.cursor, fix: c.fix,
      flow: hides ? inner : clip, abs: pos === 'static' ? c.abs : hides ? inner : clip,
      heads: { last: null, up: heads }, rec: c.rec, click: c.click, cs, up: c, inert: c.inert || e.inert, group: c.group,
    };
    if (moved) next.fix = next.flow;
    const gone = !here || vis.w < 2 || vis.h < 2 || vis.x + vis.w + right <= 0 || vis.y + vis.h + down <= 0 ||
      vis.x + right >= widest || (pos === 'fixed' && !area(cut(vis, port())));

    // What is it?
    const role = roleOf(e);
    const claimed = claims.get(e);
    const editable = e.isContentEditable && !e.parentElement?.isContentEditable;
    const ti = e.getAttribute('tabindex');
    const native = tag === 'button' || tag === 'select' || tag === 'textarea' || tag === 'summary' || tag === 'input' || (tag === 'a' && e.hasAttribute('href'));
    const boundary = cs.cursor === 'pointer' && c.cursor !== 'pointer' && !edge;
    let active = native || WIDGETS.has(role) || editable || e.hasAttribute('onclick') || (ti !== null && +ti >= 0 && !float?.dialog && area(box) < 60000) || boundary ||
      (!c.click && !edge && !roleAttr(e) && filled(e, cs, box, c));
    const drawn = (!active || boundary && !native && !tokens(classOf(e)).some(w => PRESSED.has(w))) && !c.click && !claims.has(e) && !roleAttr(e) && square(e, cs, box);
    if (drawn) { active = true; squares.add(e); }
    if (quiet.has(e) || (tag === 'label' && e.control)) active = false;
    let own = '', tr = null;
    const drawing = glyph(e, cs);
    const nodes = WHOLE.has(tag) || drawing ? [] : kids(e);
    for (const k of nodes) if (k.nodeType === 3 && k.data.trim()) {
      if (here) {
        range.selectNodeContents(k);
        const b = range.getBoundingClientRect();
        const t = cut({ x: b.x + c.off.x, y: b.y + c.off.y, w: b.width, h: b.height }, next.flow);
        if (t.w > 1 && t.h > 1 && t.x + t.w + right > 0 && t.y + t.h + down > 0) {
          own += ' ' + k.data;
          if (!tr) tr = t;
          else { const x = Math.min(tr.x, t.x), y = Math.min(tr.y, t.y); tr = { x, y, w: Math.max(tr.x + tr.w, t.x + t.w) - x, h: Math.max(tr.y + tr.h, t.y + t.h) - y }; }
        }
      }
    }
    own = fold(own);
    const picture = (tag === 'img' || tag === 'svg' || tag === 'canvas' || tag === 'picture' || tag === 'iframe' || tag === 'video' || (tag === 'i' && !own && !e.firstElementChild) || drawing || painted(e, cs, box)) && box.w >= 8 && box.h >= 8;
    const heading = role === 'heading';
    let rec = null;
    const shown = !gone || (own && here && tr);
    if (shown && !(quiet.has(e) && isBoxInput(e)) && (active || own || picture || heading || pointed.has(e))) {
      if (c.click && !active && !own && !heading && !pointed.has(e) && tag !== 'canvas' && tag !== 'iframe') c.click.inner.push(e);
      else rec = { el: e, tag, role, own, tr, box: tag === 'a' && !area(box) && tr ? tr : display === 'contents' && tr ? tr : vis, clickable: active, n, float, key, parent: c.rec, inner: [], group: c.group, inert: next.inert, text: '',
        bold: own && (heading || +cs.fontWeight >= 600), block: !display.startsWith('inline'), in: c.click, cs };
    } else if (c.click && !own && e.nodeType === 1) c.click.inner.push(e);
    let boxRec = null;
    if (claimed && here && !gone) {
      boxRec = { el: claimed, draw: e, tag: 'input', role: roleOf(claimed), own: '', tr: null, box: vis, clickable: true, n, float, key, parent: c.rec, inner: [e], group: c.group, inert: next.inert, text: '', cs };
      if (e === claimed || !own) rec = null;
    }
    if (boxRec) { boxRec.section = sectionIn(heads); recs.push(boxRec); }
    if (rec) {
      rec.section = sectionIn(heads);
      recs.push(rec);
      next.rec = rec;
      if (active && tag !== 'iframe') next.click = rec;
    }
    const g = groupName(e, tag, role);
    if (g) next.group = g;

    // Children, and the words of all of them.
    let text = '';
    if (tag === 'iframe' || tag === 'frame') {
      const d = innerDoc(e);
      if (d?.documentElement && !gone) {
        if (!frames.includes(d)) { frames.push(d); claimIn(d); }
        text = visit(d.documentElement, { ...next, off: { x: box.x + e.clientLeft, y: box.y + e.clientTop }, flow: vis, abs: vis, fix: vis, cursor: '' });
      }
    } else {
      if (e.shadowRoot) claimIn(e.shadowRoot);
      for (const k of nodes) {
        if (k.nodeType === 3) { if (here) text += k.data; }
        else if (k.nodeType === 1) text += visit(k, next);
      }
    }
    if (rec) {
      rec.text = fold(text);
      const title = heading || (rec.bold && rec.block && !active && rec.text.length <= 60 && !c.click && !quiet.has(e) && tag !== 'label');
      if (title && rec.text) { for (let h = heads; h; h = h.up) h.last = rec; }
    }
    return display.startsWith('inline') || display === 'contents' ? text : ' ' + text + ' ';
  };
  const groupName = (e, tag, role) => {
    if (tag === 'fieldset') { const l = [...e.children].find(k => k.localName === 'legend'); return l ? words(l) : ''; }
    if (role === 'group' || role === 'radiogroup' || role === 'region' || role === 'tabpanel') return byIds(e, 'aria-labelledby') || e.getAttribute('aria-label') || '';
    if (tag === 'tr' || role === 'row') { const h = e.querySelector('th,[role=rowheader]') || e.firstElementChild; return h ? words(h).slice(0, 80) : ''; }
    return '';
  };

  claimIn(document);
  visit(document.documentElement, { op: 1, key: [], at: [], float: null, off: { x: 0, y: 0 }, cursor: '', flow: null, abs: null, fix: null, heads: null, rec: null, click: null, cs: null, up: null, inert: false, group: '' });
  const seenBoxes = new Set();
  let kept = recs.filter(r => {
    if (!isBoxInput(r.el)) return true;
    if (seenBoxes.has(r.el)) return false;
    seenBoxes.add(r.el);
    return true;
  });
  // Words that only repeat the thing they are in.
  kept = kept.filter(r => {
    if (pointed.has(r.el)) return true;
    if (r.in && !r.clickable && !isBoxInput(r.el) && r.text === r.in.text) { r.in.own ||= r.own; r.in.tr ||= r.tr; r.in.inner.push(r.el); r.gone = true; return false; }
    return true;
  });
  // A clickable thing that only wraps one other of the same words is the inner one's shell.
  for (const r of kept) r.kind = kindOf(r.el, r.role, r.clickable);
  const shells = new Set();
  for (const r of kept) {
    const o = r.in;
    if (o && r.clickable && !shells.has(o) && o.kind === 'button' && !ROLES[o.tag] && !WIDGETS.has(o.role) && o.text === r.text && o.text && area(o.box) < area(r.box) * 1.6 && !isBoxInput(r.el)) { shells.add(o); }
  }
  kept = kept.filter(r => { if (shells.has(r) && !pointed.has(r.el)) { r.gone = true; return false; } return true; });
  for (const r of kept) {
    while (r.parent?.gone) r.parent = r.parent.parent;
  }
  const layers = (lastLayers = layersOf(floatersAll, kept));
  // Things of the same make (items of a list, labels of a form) are no titles of each other.
  const alike = (a, b) => a.tag === b.tag && classOf(a.el) === classOf(b.el);
  const titles = kept.map(r => {
    let h = r.section;
    for (let i = 0; h && i < 50 && (alike(h, r) || h.text === r.text); i++) h = h.section;
    return h && h.layer === r.layer ? h.text : '';
  });
  kept.forEach((r, i) => { r.section = titles[i]; });
  finish(kept);
  besides(kept);
  const rows = kept.flatMap(r => [row(r, layers), ...(r.tag === 'select' ? optionsOf(r, layers) : [])]).concat(drawnRows(kept, layers));
  return JSON.stringify({
    url: location.href, title: document.title, lang: document.documentElement.lang || '', stamp: stampNow(),
    layers: [[0, false, document.title, 0], ...layers.map(f => [f.index, f.modal, titleOf(f, kept), f.index])], rows,
  });
};

const finish = kept => {
  for (const r of kept) {
    const e = r.el, tag = r.tag;
    const custom = r.clickable && r.kind === 'button' && tag !== 'button' && !WIDGETS.has(r.role) && customBox(e, r.text);
    if (custom) { r.kind = custom; r.custom = true; }
    r.field = r.kind === 'text' || r.kind === 'password' || r.kind === 'select';
    r.boxy = r.kind === 'box' || r.kind === 'radio';
    const labels = [];
    // How much of a field is used, as in 0/5, stands in its label for the eye and is no part of its words.
    const add = t => { t = fold(t || ''); if (r.field) t = t.replace(COUNT, ''); if (t && t.length < 300 && !labels.includes(t)) labels.push(t); };
    const direct = byIds(e, 'aria-labelledby') || fold(e.getAttribute('aria-label') || '');
    if (r.field || r.boxy || r.clickable) {
      add(byIds(e, 'aria-labelledby'));
      add(e.getAttribute('aria-label'));
      if (r.field || r.boxy) {
        // A button inside the label, such as Send, says what it does itself.
        for (const l of e.labels || []) { r.tied = true; add(words(l, e, r.field && 'button,[role=button]')); }
        if (!e.labels?.length && (r.custom || BOXY.has(r.role) || tag !== 'input')) { const l = up(e)?.closest?.('label'); if (l && !l.control) add(words(l, e)); }
      }
      if (r.boxy && r.text && tag !== 'input') add(r.text);
    }
    r.labels = labels;
    const title = fold(e.getAttribute('title') || '');
    const alt = tag === 'img' || (tag === 'input' && e.type === 'image') ? fold(e.getAttribute('alt') || '') : '';
    r.name = direct || (r.field || r.boxy ? labels[0] || title
      : tag === 'input' ? fold(e.value) || alt || title || (e.type === 'submit' ? 'Submit' : '')
        : tag === 'img' || tag === 'canvas' || tag === 'iframe' ? alt || title
          : tag === 'svg' ? fold(e.querySelector('title')?.textContent || '') || title
            : r.text || (r.clickable ? within1(e) : '') || title);
    let checked = null;
    if (isBoxInput(e)) checked = e.indeterminate ? null : e.checked;
    else if (r.clickable) {
      const a = ['aria-checked', 'aria-pressed', 'aria-selected'].map(k => e.getAttribute(k)).find(v => v !== null);
      if (a !== undefined) checked = flag(a);
      else if (r.boxy) {
        const input = e.querySelector('input[type=checkbox],input[type=radio]');
        const state = e.getAttribute('data-state') ?? e.querySelector('[data-state]')?.getAttribute('data-state') ?? e.getAttribute('data-checked');
        checked = input ? input.checked : flag(state);
        if (checked === null) checked = classState(e, true);
        if (checked === null && (squares.has(e) || squareIn.has(e))) checked = drawnState(squareIn.get(e) || e);
      } else if (r.kind === 'button' && tag !== 'input') {
        const state = e.getAttribute('data-state');
        checked = state === 'checked' || state === 'unchecked' || state === 'on' || state === 'off' || (r.role === 'tab' && state) ? flag(state) : null;
        if (checked === null && (r.role === 'tab' || r.role === 'option' || r.role === 'menuitem' || peers(e).length > 1)) checked = classState(e, false);
      }
      if (checked === null && (r.custom || r.role === 'tab' || r.role === 'option' || (r.kind === 'button' && peers(e).length > 1)) && e.getAttribute('aria-checked') !== 'mixed') {
        if (peers(e).some(p => p !== e && classState(p, r.boxy) === true)) checked = false;
      }
    }
    r.checked = checked;
    const pass = r.kind === 'password';
    const raw = r.kind === 'text' && !('value' in e && tag !== 'li') ? words(e) : r.field ? String(e.value ?? '') : '';
    r.length = [...raw].length;
    r.value = pass ? '' : tag === 'select' ? fold([...e.selectedOptions].map(o => o.label || o.text).join(', ')) : r.field ? raw : '';
    const buttonish = r.clickable && !r.field;
    r.enabled = !r.inert && !disabled(e, buttonish) && !(r.draw && r.draw !== e && disabled(r.draw, true)) && !(buttonish && mouseless(e, r.draw)) &&
      !(r.boxy && (e.labels ? [...e.labels] : []).some(l => disabled(l, false) || /(^|[-_\s])disabled(\s|$)/i.test(classOf(l))));
  }
};
const COUNT = /\s+\d{1,4}\s*\/\s*\d{1,4}$/;
const firstOf = e => /^\s*(\S*)/.exec(classOf(e))[1];
const peers = e => {
  const out = [], first = firstOf(e);
  for (let p = e.parentElement?.firstElementChild; p && out.length < 12; p = p.nextElementSibling) {
    if (p.localName === e.localName && (p === e || !first || !classOf(p) || firstOf(p) === first)) out.push(p);
  }
  return out;
};

const hintsOf = r => {
  const out = new Set();
  const put = s => { for (const t of tokens(s)) if (out.size < 24) out.add(t); };
  const one = n => {
    put(n.id); put(classOf(n)); put(n.getAttribute('name'));
    if (glyph(n)) put(n.textContent);
    for (const a of n.attributes || []) if (a.name.startsWith('data-') && a.value.length < 40 && !a.name.startsWith('data-v-')) { put(a.name.slice(5)); put(a.value); }
    const src = n.getAttribute('src');
    if (src && !src.startsWith('data:')) put(src.split(/[?#]/)[0].split('/').pop().replace(/\.\w+$/, ''));
    if (n.localName === 'use') put(n.getAttribute('href') || n.getAttribute('xlink:href'));
    if (n.localName === 'svg') { put(n.getAttribute('data-icon')); for (const u of n.querySelectorAll('use')) one(u); if (figure(n)) put('person'); }
  };
  one(r.el);
  const href = r.el.getAttribute('href');
  if (href) put(href.split(/[?]/)[0].replace(/^https?:\/\/[^/]+/, ''));
  for (const n of r.inner.slice(0, 6)) if (n !== r.el) one(n);
  return [...out];
};
const pathOf = e => { const p = []; for (; e && p.length < 5; e = up(e)) p.unshift(e.localName); return p.join('>'); };
const TESTIDS = ['data-testid', 'data-test-id', 'data-test', 'data-qa', 'data-cy', 'data-e2e'];
// What a list of the browser's own offers stands nowhere until it is opened, and then outside the page: each is a choice
// at the place of its list. A long list (countries) is a value to pick, not a set of choices.
const MANY = 30;
const optionsOf = (r, layers) => (r.el.options.length > MANY ? [] : [...r.el.options]).filter(o => fold(o.label) && !o.hidden).map(o => row({ ...r, el: o, tag: 'option', role: 'option',
  kind: r.el.multiple ? 'box' : 'radio', name: fold(o.label), text: '', own: '', labels: [fold(o.label)], beside: [], inner: [], group: r.labels[0] || (r.beside || [])[0] || '',
  clickable: true, enabled: r.enabled && !o.disabled && !o.closest('optgroup:disabled'), checked: o.selected, value: '', length: 0, parent: r, draw: r.el }, layers));
const row = (r, layers) => {
  const e = r.el, b = r.box;
  let covered = false;
  if (layers.length) {
    const x = b.x + b.w / 2, y = b.y + b.h / 2;
    if (x >= 0 && y >= 0 && x < vw() && y < vh()) {
      const h = layers.some(f => f.index > r.layer && reaches(f, x, y)) && hit(x, y);
      covered = !!h && h !== e && !within(e, h) && layerAt(h) > r.layer;
    } else covered = layers.some(f => f.modal && f.index > r.layer);
  }
  let testid = '';
  for (const a of TESTIDS) if ((testid = e.getAttribute(a) || '')) break;
  return [
    refOf(e), r.tag, r.role, r.kind, r.name.slice(0, 300), r.text.slice(0, 300), r.own.slice(0, 300), r.labels, r.beside || [],
    fold(e.getAttribute('placeholder') || e.getAttribute('aria-placeholder') || ''), fold(e.getAttribute('title') || ''), hintsOf(r), testid,
    r.tag === 'input' ? e.type : '', e.getAttribute('href') || '', r.section.slice(0, 120), r.group.slice(0, 120), r.clickable, r.enabled, r.checked,
    r.value, r.length, [Math.round(b.x), Math.round(b.y), Math.round(b.w), Math.round(b.h)], r.layer, covered, pathOf(e), r.parent ? refOf(r.parent.el) : -1,
  ];
};

// The visible page as a tree of plain nodes: [tag, attributes, style, children], or a text. Attributes by
// allow-list; the style is geometry only. Texts are raw here and are cleaned before anything is written.
(() => {
'use strict';
const DROP = new Set(['script', 'style', 'link', 'noscript', 'template', 'head', 'meta', 'title', 'base', 'iframe', 'frame', 'object', 'embed', 'video', 'audio', 'source', 'track', 'param', 'datalist', 'map', 'slot']);
const PICTURE = new Set(['svg', 'img', 'canvas', 'picture']);
const FIELD = new Set(['input', 'textarea', 'select']);
const NATIVE = new Set(['a', 'button', 'input', 'select', 'textarea', 'summary', 'label']);
const KEPT = ['type', 'placeholder', 'title', 'alt', 'role', 'for', 'tabindex', 'data-testid', 'data-test-id', 'data-test', 'data-qa', 'data-cy', 'data-e2e'];
const FLAGS = ['disabled', 'readonly', 'multiple'];
const STATE = /^(data-state|data-checked)$/;
const UNTEXT = /[\u200b-\u200d\u2060\ufeff\u00ad]/g;
const round = Math.round;
const px = n => (n ? n + 'px' : '0');

const kids = e => {
  if (e.shadowRoot) return e.shadowRoot.childNodes;
  if (e.localName === 'details' && !e.open) return [...e.children].filter(c => c.localName === 'summary').slice(0, 1);
  return e.childNodes;
};
// Children as they are displayed: shadow roots and slots flattened, display: contents kept as it is.
const flat = e => {
  const out = [];
  for (const k of kids(e)) {
    if (k.nodeType === 1 && k.localName === 'slot') {
      const given = k.assignedNodes();
      out.push(...(given.length ? given : flat(k)));
    } else out.push(k);
  }
  return out;
};

// Ids that a label or an aria attribute points at: what they name is kept even where nobody sees it.
const pointed = new Set();
const scan = root => {
  for (const e of root.querySelectorAll('*')) {
    if (e.localName === 'label' && e.control) pointed.add(e);
    for (const a of ['aria-labelledby', 'aria-describedby']) {
      for (const id of (e.getAttribute(a) || '').split(/\s+/)) { const n = id && root.getElementById(id); if (n) pointed.add(n); }
    }
    if (e.shadowRoot) scan(e.shadowRoot);
  }
};
scan(document);

const names = new Map();
const idOf = id => {
  if (/^[a-zA-Z][a-zA-Z_-]{0,40}$/.test(id)) return id;
  if (!names.has(id)) names.set(id, 'id-' + String.fromCharCode(97 + (names.size % 26)) + '-'.repeat(names.size / 26 | 0));
  return names.get(id);
};
const idsOf = text => text.split(/\s+/).filter(Boolean).map(idOf).join(' ');
// Class names that are words, as people wrote them; what a build tool made is dropped.
const harmless = c => /^[a-zA-Z][a-zA-Z_-]{1,30}$/.test(c) && /[aeiouyAEIOUY]|^[a-z]{2,4}$/.test(c);
const wordsOf = e => (e.getAttribute('class') || '').split(/\s+/).filter(harmless).slice(0, 4).join(' ');
const path = href => {
  if (/^(javascript|data|blob|mailto|tel):/i.test(href.trim())) return '#';
  try {
    const u = new URL(href, document.baseURI);
    const hash = /^#!?\/[\w/-]*/.exec(u.hash);
    return (u.pathname === location.pathname && hash ? '' : u.pathname) + (hash ? hash[0] : '') || '#';
  } catch { return '#'; }
};
const iconOf = e => {
  const out = [];
  const put = s => { const w = (s || '').split(/[?]/)[0].split(/[/#]/).pop().replace(/\.\w+$/, ''); if (/^[a-zA-Z_-]{2,30}$/.test(w)) out.push(w); };
  if (e.localName === 'img') { const src = e.getAttribute('src') || ''; if (!src.startsWith('data:') && !src.startsWith('blob:')) put(src); }
  put(e.getAttribute('data-icon'));
  for (const u of e.querySelectorAll?.('use') || []) put(u.getAttribute('href') || u.getAttribute('xlink:href'));
  return out.join(' ');
};
const attributes = e => {
  const out = {};
  const words = wordsOf(e);
  if (e.id && e.id.length < 200) out.id = idOf(e.id);
  if (words) out.class = words;
  const name = e.getAttribute('name');
  if (name && /^[a-zA-Z][a-zA-Z_.-]{0,40}$/.test(name)) out.name = name;
  for (const a of e.attributes) {
    if (KEPT.includes(a.name) && a.value !== '' && !(a.name === 'tabindex' && +a.value < 0)) out[a.name] = a.name === 'for' ? idOf(a.value) : a.value;
    else if (a.name.startsWith('aria-') && a.name !== 'aria-valuetext') out[a.name] = /(labelledby|describedby|controls|owns|activedescendant|flowto|details)$/.test(a.name) ? idsOf(a.value) : a.value;
    else if (STATE.test(a.name) && /^[a-z-]{1,20}$/.test(a.value)) out[a.name] = a.value;
    else if (a.name === 'href' && e.localName === 'a') out.href = path(a.value);
    else if (FLAGS.includes(a.name)) out[a.name] = '';
  }
  if (e.localName === 'input') {
    if ((e.type === 'checkbox' || e.type === 'radio') && e.checked) out.checked = '';
    if (['button', 'submit', 'reset'].includes(e.type)) out.value = e.value; // its words, not what somebody typed
  }
  // A field nobody can type into may be where the site shows a value: kept only if that is a declared secret.
  if ((e.localName === 'textarea' || (e.localName === 'input' && e.type === 'text')) && e.readOnly) out.value = e.value;
  if (e.localName === 'details' && e.open) out.open = '';
  if (e.localName === 'dialog' && e.open) { out.open = ''; if (e.matches(':modal')) out['aria-modal'] = 'true'; }
  if (e.isContentEditable && !e.parentElement?.isContentEditable) out.contenteditable = 'true';
  if (e.inert && !e.parentElement?.inert) out.inert = '';
  if (PICTURE.has(e.localName)) { const i = iconOf(e); if (i) out['data-icon'] = i; }
  if (e.hasAttribute('onclick') && getComputedStyle(e).cursor !== 'pointer') out.tabindex ??= '0';
  // Buttons and boxes that only their paint tells of: the paint is not kept, what our look took them for is.
  const eyes = typeof seenAs === 'function' ? seenAs(e) : null;
  if (eyes?.clickable && !NATIVE.has(e.localName) && getComputedStyle(e).cursor !== 'pointer') out.tabindex ??= '0';
  if (eyes && !FIELD.has(e.localName) && (eyes.kind === 'box' || eyes.kind === 'radio') && !out.role) {
    out.role = eyes.kind === 'box' ? 'checkbox' : 'radio';
    if (eyes.checked !== null) out['aria-checked'] ??= String(eyes.checked);
  }
  return out;
};

const range = document.createRange();
const textBox = n => { range.selectNodeContents(n); return range.getBoundingClientRect(); };
const lines = n => { range.selectNodeContents(n); return new Set([...range.getClientRects()].map(r => round(r.top))).size; };
const said = (n, deep) => (n.nodeType === 3 ? n.data : deep ? n.textContent : '').replace(UNTEXT, '').trim() !== '';
const WORDLESS = e => PICTURE.has(e.localName) || FIELD.has(e.localName) || e.localName === 'button';
const isBox = e => e.localName === 'input' && (e.type === 'checkbox' || e.type === 'radio');
const sr = cs => (cs.clip !== 'auto' && /^rect\((?:[01]px,? ?){4}\)$/.test(cs.clip)) || /inset\((?:50|100)%/.test(cs.clipPath);

// c: what the parent stands for in the new page.
const visit = (e, c) => {
  const tag = e.localName;
  if (DROP.has(tag) && tag !== 'slot') return null;
  if (tag === 'br' || tag === 'wbr') return [tag, {}, '', []];
  const cs = getComputedStyle(e);
  const named = pointed.has(e);
  const none = cs.display === 'none';
  if (none && !isBox(e) && !named) return null;
  if (none || (sr(cs) && named)) {
    const hiding = none ? 'display:none' : 'position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)';
    return [tag, attributes(e), hiding, isBox(e) ? [] : [e.textContent.replace(/\s+/g, ' ').trim()]];
  }
  const opacity = +cs.opacity;
  if (c.opacity * opacity < 0.05 && !isBox(e) && !e.querySelector('input[type=checkbox],input[type=radio]')) return null;
  if (sr(cs) && !isBox(e)) return null;
  const r = e.getBoundingClientRect();
  const here = cs.visibility === 'visible';
  const place = cs.position;
  const floats = place === 'absolute' || place === 'fixed';
  const inline = cs.display.startsWith('inline');
  const nodes = tag === 'select' || PICTURE.has(tag) || tag === 'textarea' || tag === 'input' ? [] : flat(e).filter(k => k.nodeType === 1 || (k.nodeType === 3 && k.data));
  const own = here && nodes.some(k => said(k));
  const flex = /flex|grid/.test(cs.display);
  // Words of several elements that make one sentence must stay in one line of text; everything else is placed.
  const spoken = k => k.nodeType === 1 && !DROP.has(k.localName) && !WORDLESS(k) && getComputedStyle(k).display === 'inline' && said(k, true);
  const glued = !flex && nodes.some((k, i) => spoken(k) && nodes[i + 1] && spoken(nodes[i + 1]));
  const flows = glued || (own && (nodes.filter(k => said(k)).length > 1 || (!flex && nodes.some(spoken))));
  const editable = e.isContentEditable && !e.parentElement?.isContentEditable;
  const style = [];
  const shift = (t, l) => { if (t || l) style.push('margin:' + px(t) + ' 0 0 ' + px(l)); };

  // Where it stands.
  const originX = floats ? (place === 'fixed' ? c.fix.x : c.held.x) : c.x + (c.flows ? 0 : c.left), originY = floats ? (place === 'fixed' ? c.fix.y : c.held.y) : c.y + (c.flows ? 0 : c.top);
  const x = r.x + scrollX, y = r.y + scrollY;
  const bare = inline && cs.display === 'inline' && !FIELD.has(tag) && !PICTURE.has(tag) && tag !== 'button';
  if (floats) {
    style.push('position:' + place, 'left:' + px(round(x - originX)), 'top:' + px(round(y - originY)));
  } else {
    if (place === 'relative' || place === 'sticky') style.push('position:relative');
    if (c.flows) {
      const gap = c.at ? x - c.at.right : 0;
      const apart = !bare && ((!inline && !c.flex) || c.fallen || (c.at && y >= c.at.bottom - 3));
      if (apart) {
        c.fallen = true; // what follows in the same line has to be placed as well
        shift(round(y - (c.at ? c.at.bottom : c.y + c.top)), round(x - c.x - c.left));
      } else {
        style.push(bare ? 'display:inline' : 'display:inline-grid;vertical-align:top');
        if (Math.abs(gap) > 6 && r.width && y < (c.at?.bottom ?? Infinity)) style.push('margin-left:' + px(round(gap)));
      }
    } else {
      shift(round(y - originY), round(x - originX));
    }
  }
  if (!(c.flows && bare && !floats)) style.push('width:' + Math.ceil(r.width) + 'px', 'height:' + Math.ceil(r.height) + 'px');
  const top = (tag === 'dialog' && e.open && e.matches(':modal')) || (e.hasAttribute('popover') && e.matches(':popover-open'));
  if (top) style.push('z-index:2147483647');
  else if (place !== 'static' && cs.zIndex !== 'auto') style.push('z-index:' + cs.zIndex);
  if (cs.transform !== 'none') style.push('transform:translate(0)');
  if (/hidden|clip/.test(cs.overflowX + cs.overflowY) && !FIELD.has(tag) && !PICTURE.has(tag) && tag !== 'body') style.push('overflow:hidden');
  if (opacity < 1) style.push('opacity:' + +opacity.toFixed(2));
  if (here !== c.here) style.push('visibility:' + (here ? 'visible' : 'hidden'));
  if (cs.pointerEvents !== c.events) style.push('pointer-events:' + cs.pointerEvents);
  const pointer = cs.cursor === 'pointer';
  const usual = tag === 'a' && e.hasAttribute('href') ? true : FIELD.has(tag) || tag === 'button' ? false : c.pointer;
  if (pointer !== usual) style.push('cursor:' + (pointer ? 'pointer' : 'auto'));
  const size = round(parseFloat(cs.fontSize)), bold = +cs.fontWeight >= 600;
  const wordless = PICTURE.has(tag) || FIELD.has(tag);
  const sizeBefore = /^h[1-6]$|^small$/.test(tag) ? -1 : c.size;
  if (!wordless && size !== sizeBefore) style.push('font-size:' + size + 'px');
  const boldBefore = /^(b|strong|th|h[1-6])$/.test(tag) ? true : c.bold;
  if (!wordless && bold !== boldBefore) style.push('font-weight:' + (bold ? 700 : 400));

  // What is in it.
  const holds = place !== 'static' || cs.transform !== 'none';
  const n = {
    x, y, top: 0, left: 0, flows, flex: flows && flex, fallen: false, at: null, opacity: c.opacity * opacity, here, events: cs.pointerEvents, pointer, size, bold,
    held: holds ? { x, y } : c.held, fix: cs.transform !== 'none' ? { x, y } : c.fix,
  };
  const children = [];
  if ((flows || own) && !(c.flows && bare)) {
    if (flows) style.push(style.some(s => s.startsWith('display')) ? '' : 'display:flow-root');
    const first = nodes.find(k => said(k) || (flows && k.nodeType === 1 && k.getBoundingClientRect().width > 0));
    const b = !first ? { width: 0 } : first.nodeType === 3 ? textBox(first) : first.getBoundingClientRect();
    const down = Math.max(0, Math.floor(b.y - r.y)), indent = Math.max(0, Math.floor(b.x - r.x));
    if (b.width && (down > 3 || indent > 3)) { style.push('padding:' + px(down) + ' 0 0 ' + px(indent)); n.top = down; n.left = indent; }
    if (nodes.some(k => said(k) && lines(k) > 1)) style.push('white-space:normal');
  }
  const labels = nodes.some(k => k.nodeType === 1 && FIELD.has(k.localName) && !isBox(k));
  for (const k of nodes) {
    if (k.nodeType === 3) {
      if (!here || editable) continue;
      if (!said(k)) { if (children.length && flows) children.push(' '); continue; }
      const b = textBox(k);
      if (b.width < 1) continue;
      const text = k.data.replace(/\s+/g, ' ');
      // Beside a field the words need a place of their own: bare text would be moved below what is placed.
      if (!flows && labels) children.push(['span', {}, ['margin:' + px(round(b.y + scrollY - y - n.top)) + ' 0 0 ' + px(round(b.x + scrollX - x - n.left)), 'width:' + Math.ceil(b.width) + 'px', 'height:' + Math.ceil(b.height) + 'px'].join(';'), [text]]);
      else children.push(text);
      n.at = { right: b.right + scrollX, bottom: b.bottom + scrollY };
      n.fallen = false;
      continue;
    }
    if (editable) continue;
    const made = visit(k, n);
    if (!made) continue;
    if (n.flex) children.push(' ');
    children.push(made);
    if (n.flex) children.push(' ');
    const b = k.getBoundingClientRect(), kp = getComputedStyle(k).position;
    if (b.width && kp !== 'absolute' && kp !== 'fixed') n.at = { right: b.right + scrollX, bottom: b.bottom + scrollY };
  }
  if (tag === 'select') for (const o of [...e.options].slice(0, 20)) children.push(['option', {}, '', [o.text.replace(/\s+/g, ' ').trim()]]);
  if (tag === 'svg') { const t = e.querySelector('title')?.textContent.trim(); if (t) children.push(['title', {}, '', [t]]); }
  const seen = here && r.width >= 2 && r.height >= 2 && x + r.width > 0 && y + r.height > 0;
  if (!seen && !children.some(k => Array.isArray(k) || k.trim()) && !isBox(e) && !named) return null;
  const as = (tag === 'p' || tag === 'a' && e.parentElement?.closest('a') || tag === 'form' || tag === 'button' && e.parentElement?.closest('button')) && e.querySelector('div,p,ul,table,form,section,a,h1,h2,h3,h4') ? 'div' : tag;
  // An icon that only its paint shows is a picture to our look; without the paint it would be nothing.
  if (typeof seenAs === 'function' && !children.length && /^(div|span|b|em)$/.test(tag) && cs.backgroundImage + cs.maskImage !== 'nonenone' && seenAs(e)) return ['i', attributes(e), style.filter(Boolean).join(';'), []];
  return [as, attributes(e), style.filter(Boolean).join(';'), children];
};
const body = document.body;
const made = visit(body, { x: 0, y: 0, top: 0, left: 0, flows: false, flex: false, at: null, opacity: 1, here: true, events: 'auto', pointer: false, size: 14, bold: false, held: { x: 0, y: 0 }, fix: { x: scrollX, y: scrollY } });
return JSON.stringify({ lang: document.documentElement.lang || '', title: document.title, width: innerWidth, height: innerHeight, body: made });
})()

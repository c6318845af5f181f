// The value that stands beside a label, the texts of a row, pictures that may be codes.
const CONTROL = /^(copy|copied!?|show|hide|view|reveal|edit|click to (copy|show|view|reveal)|copy (key|secret|text|to clipboard)|tap to copy|qr( code)?|download|\?|i|ⓘ|:|：|\*|kopieren|copier|copiar|копировать|复制|複製|コピー|복사)$/i;
const isControl = e => e.matches('button,[role=button],[role=tooltip],svg,summary,input[type=button],input[type=submit]');

// Every piece of a block in reading order: visible text nodes and fields, with where they stand.
const pieces = (block, label) => {
  const out = [];
  const g = document.createRange();
  const go = (n, c) => {
    if (n.nodeType === 3) {
      const raw = n.data.replace(ZERO, '');
      if (!raw.trim()) { if (raw && out.length && c.here) out.push({ space: true, label: c.label }); return; }
      if (!c.here) return;
      g.selectNodeContents(n);
      const r = g.getBoundingClientRect();
      if (r.width < 1 || r.height < 1) return;
      out.push({ text: raw, node: n, host: c.host, control: c.control, soft: c.soft, label: c.label, block: c.block, box: { x: r.x, y: r.y, w: r.width, h: r.height } });
      return;
    }
    if (n.nodeType !== 1 || SKIP.has(n.localName)) return;
    if (n.localName === 'br') { out.push({ end: true, label: c.label }); return; }
    const cs = getComputedStyle(n);
    if (cs.display === 'none' || +cs.opacity < 0.05 || clippedAway(cs)) return;
    const r = n.getBoundingClientRect();
    const flat = cs.display.startsWith('inline') || cs.display === 'contents';
    if (!flat && /hidden|clip/.test(cs.overflowX + cs.overflowY) && (r.width < 2 || r.height < 2)) return;
    const boundary = cs.cursor === 'pointer' && !c.pointer;
    const d = { ...c, host: n, here: cs.visibility === 'visible', pointer: cs.cursor === 'pointer', control: c.control || isControl(n) || glyph(n, cs), soft: c.soft || boundary || n.matches('a[href],[onclick]'), label: c.label || n === label, block: flat ? c.block : n };
    if (isText(n) && cs.visibility === 'visible' && r.width > 1) { out.push({ field: n, text: n.value, host: n, label: d.label, block: n, box: { x: r.x, y: r.y, w: r.width, h: r.height } }); return; }
    if (WHOLE.has(n.localName)) return;
    for (const k of kids(n)) go(k, d);
    if (cs.display === 'inline-block' || cs.display === 'inline-flex' || cs.display === 'inline-grid') return;
    if (!flat) out.push({ end: true, label: c.label });
  };
  go(block, { here: true, control: false, soft: false, label: false, pointer: getComputedStyle(block).cursor === 'pointer', block, host: block });
  return out;
};
// Runs of pieces that are displayed as one text: same block, not interrupted by the label, a field or a control.
const runs = (list, keep) => {
  const out = [];
  let run = null;
  const end = () => { if (run) out.push(run); run = null; };
  for (const p of list) {
    if (p.space) { if (run) run.gap = true; continue; }
    if (p.end || p.label) { end(); if (p.label && p.text) out.push({ label: true }); continue; }
    if (p.field) { end(); out.push({ parts: [p], field: p.field, block: p.block, box: p.box }); continue; }
    const bare = fold(p.text);
    if (p.control || CONTROL.test(bare) || (p.soft && !keep)) { end(); continue; }
    if (run && run.block !== p.block) end();
    if (!run) run = { parts: [], block: p.block, box: p.box };
    const before = run.parts[run.parts.length - 1];
    p.gap = run.gap || (before && p.box.x - before.box.x - before.box.w > 4); run.gap = false;
    run.parts.push(p);
    const b = run.box, x = Math.min(b.x, p.box.x), y = Math.min(b.y, p.box.y);
    run.box = { x, y, w: Math.max(b.x + b.w, p.box.x + p.box.w) - x, h: Math.max(b.y + b.h, p.box.y + p.box.h) - y };
  }
  end();
  return out;
};
const textOfRun = r => {
  if (r.field) return r.field.value;
  let s = '';
  for (const p of r.parts) s += (p.gap ? ' ' : '') + p.text;
  s = fold(s).replace(/^[:：]\s*/, '');
  // One value in several spans of the same make has no spaces of its own.
  const hosts = r.parts.map(p => p.host.localName + '.' + classOf(p.host));
  const joined = r.parts.map(p => fold(p.text)).join('');
  if (r.parts.length > 1 && new Set(hosts).size === 1 && r.parts.every(p => !/\s/.test(fold(p.text))) && /^[\w+/=-]{16,}$/.test(joined)) return joined;
  return s;
};
const style = e => { const cs = getComputedStyle(e); return [e.localName, classOf(e), cs.color, cs.fontWeight, cs.fontSize].join('|'); };
const tailOf = (label, text) => {
  const m = /^[^:：]{1,60}[:：]\s*(\S.*)$/.exec(text);
  return m && !m[1].startsWith('//') ? m[1] : '';
};
const column = label => {
  const cell = label.closest('th,td,[role=columnheader]');
  const tr = cell?.closest('tr,[role=row]');
  if (!tr || ![...tr.children].every(c => c.localName === 'th' || roleAttr(c) === 'columnheader') || tr.children.length < 2) return null;
  const i = [...tr.children].indexOf(cell);
  const rows = [...tr.closest('table,[role=table],[role=grid]').querySelectorAll('tr,[role=row]')].filter(r => r !== tr && r.children.length === tr.children.length);
  return rows.length === 1 ? rows[0].children[i] : undefined;
};
// The value in the very element that begins with its label: "Secret Key: <b>...</b>".
const inside = label => {
  const first = [...label.childNodes].find(n => n.nodeType === 3 ? fold(n.data) : n.nodeType === 1 && words(n));
  if (first?.nodeType !== 3) return null;
  for (const keep of [false, true]) {
    const found = runs(pieces(label, null).filter(p => p.node !== first), keep).filter(r => !r.label && textOfRun(r));
    const said = found.length === 1 ? textOfRun(found[0]) : '';
    if (said && (/[:：]\s*$/.test(first.data) ? !/^[(（]/.test(said) : /^[\w+/=-]{16,}$/.test(said))) return answer(found[0], label);
  }
  return null;
};
const SOURCES = ['title', 'aria-label', 'data-clipboard-text', 'value'];
const othersOf = (run, shown, block) => {
  const near = new Set();
  const add = e => { if (e?.nodeType === 1) near.add(e); };
  for (const p of run.parts) for (let e = p.host; e && near.size < 60; e = up(e)) { add(e); if (e === block) break; }
  for (const e of block.querySelectorAll('*')) if (near.size < 60) add(e);
  const cutAt = /…|\.{3,}|[*•●∙·]{2,}/;
  const masked = /^[\s*•●∙·.…xX]+$/.test(shown);
  const [head, tail] = cutAt.test(shown) ? [shown.split(cutAt)[0].trim(), shown.split(cutAt).pop().trim()] : [null, null];
  const out = new Set();
  const take = v => {
    v = (v || '').replace(ZERO, '').trim();
    if (v.length < 6 || /\s/.test(v) || v.length > 4096) return;
    if (masked ? v !== shown && !cutAt.test(v) && /^[\w+/=.-]{12,}$/.test(v) : head !== null ? v.startsWith(head) && v.endsWith(tail) && v.length > head.length + tail.length && !cutAt.test(v) : v === shown) out.add(v);
  };
  for (const e of near) {
    for (const a of e.attributes) if (SOURCES.includes(a.name) || a.name.startsWith('data-')) take(a.value);
    if (isText(e) && e !== run.field) take(e.value);
  }
  return [...out];
};
const withOthers = (run, block) => { const shown = textOfRun(run); return shown ? [shown, ...othersOf(run, shown, block)] : []; };
const answer = (run, block, near = []) => {
  const shown = textOfRun(run);
  return shown ? { shown, others: othersOf(run, shown, block), near: near.filter(r => r !== run).flatMap(r => withOthers(r, block)) } : null;
};
const read = ref => {
  const label = nodeOf(ref);
  if (!label) return { stale: true };
  const wrap = label.closest('label');
  const root = label.getRootNode();
  const field = f => answer({ field: f, parts: [{ host: f }] }, up(f));
  if (isText(label)) return field(label);
  const control = wrap?.control;
  if (control && isText(control)) return field(control);
  if (label.id) {
    const by = root.querySelector(`[aria-labelledby~="${CSS.escape(label.id)}"]`);
    if (by && by !== label && isText(by)) return field(by);
  }
  if (control && control.localName === 'output' ) return { shown: control.value, others: [] };
  const below = column(label);
  if (below !== null) {
    const list = below ? runs(pieces(below, null), true).filter(r => !r.label) : [];
    return list.length ? answer(list[0], below) : null;
  }
  const itself = inside(label);
  if (itself) return itself;
  const said = words(label);
  let own = '';
  for (const k of label.childNodes) if (k.nodeType === 3) own += k.data;
  const stop = label.ownerDocument.body;
  for (let block = label; block; block = up(block)) {
    if (block === label) continue;
    for (const keep of [false, true]) {
      const found = after(runs(pieces(block, label), keep), label);
      if (found) {
        const tail = tailOf(label, fold(own));
        if (tail && found.far) break;
        return answer(found.run, block, keep ? [...found.near, ...under(block, label)] : found.near);
      }
    }
    const tail = tailOf(label, fold(own)) || (block !== stop && !up(block)?.matches('tr,dl') && tailOf(label, said));
    if (tail && !CONTROL.test(tail)) return { shown: tail, others: [] };
    if (block === stop || floats.get(block)) break;
  }
  return null;
};
// A link may stand where a value does, and the value below it: what is no link, and close below the label.
const under = (block, label) => {
  const l = label.getBoundingClientRect();
  const close = r => r.box.y >= l.y + l.height - 4 && r.box.y - l.y - l.height < 80 && r.box.x < l.x + l.width && r.box.x + r.box.w > l.x;
  for (let b = up(block); b && !floats.get(block); block = b, b = up(b)) {
    const found = after(runs(pieces(b, label), false), label);
    if (found) return close(found.run) ? [found.run] : [];
  }
  return [];
};
// Of the runs after the label the one that is displayed with it: right of it or directly below.
const after = (list, label) => {
  const at = list.findIndex(r => r.label);
  const rest = (at < 0 ? list : list.slice(at + 1)).filter(r => !r.label && textOfRun(r) && !/^[^\p{L}\p{N}*•●∙·.…]+$/u.test(textOfRun(r)));
  if (!rest.length) return null;
  const first = rest[0];
  if (rest.length === 1) return { run: first, near: [] };
  const l = label.getBoundingClientRect();
  const mate = style(label);
  const twin = r => !r.field && r.parts.every(p => style(p.host) === mate);
  const some = rest.filter(r => !twin(r));
  const pool = some.length ? some : rest;
  const dist = r => {
    const cy = r.box.y + r.box.h / 2;
    if (cy > l.y - 2 && cy < l.y + l.height + 2 && r.box.x >= l.x + l.width - 2) return r.box.x - l.x - l.width;
    const gap = r.box.y - (l.y + l.height);
    if (gap >= -4 && r.box.x < l.x + l.width && r.box.x + r.box.w > l.x) return gap + Math.abs(r.box.x - l.x) * 0.2;
    return Infinity;
  };
  let best = null, least = Infinity;
  for (const r of pool) { const d = dist(r); if (d < least) { best = r; least = d; } }
  if (!some.length || !best) best = first;
  // A sentence may stand between a label and its value: all up to the next label belongs to this one.
  const next = rest.findIndex(twin);
  return { run: best, near: next < 0 ? rest : rest.slice(0, next) };
};
const level1 = (a, b) => b.y + b.h / 2 > a.y && b.y + b.h / 2 < a.y + a.h;
// Where a row of a table ends: with the rows that only open it up (one cell over its whole width), and never above.
const rowOf = b => {
  if (!b.matches('tr,[role=row]') || b.children.length < 2) return null;
  const rest = [];
  for (let n = b.nextElementSibling; n && n.matches('tr,[role=row]') && n.children.length === 1; n = n.nextElementSibling) if (seen(n)) rest.push(n);
  return [b, ...rest];
};
// Where what belongs to one key ends, where nothing says so but the make of the page: a row is bounded by its
// structure, never by the words in it. A block that is no row of one key (a whole list, the page) is none.
const LISTS = 'table,tbody,thead,ul,ol,main,[role=table],[role=grid],[role=treegrid],[role=rowgroup],[role=list],[role=feed],[role=main]';
const inRow = b => { const all = [...kids(b)].filter(n => n.nodeType === 1 && seen(n) && rectOf(n).h > 1); return all.length > 1 && rectOf(b).h <= 200 && all.every(n => level1(rectOf(all[0]), rectOf(n)) || level1(rectOf(n), rectOf(all[0]))) ? all : []; };
const make = n => `${n.localName}.${classOf(n)}.${n.childElementCount}`;
const oneOfMany = b => [...(up(b) ? kids(up(b)) : [])].some(n => n !== b && n.nodeType === 1 && make(n) === make(b) && seen(n) && !level1(rectOf(b), rectOf(n)));
const wholePage = (b, doc) => {
  const r = rectOf(b);
  return b === doc.body || (up(b) === doc.body && !oneOfMany(b)) || r.h > 480 || r.w * r.h > 0.5 * vw() * vh() || !!b.querySelector('main,footer,nav,[role=main],[role=contentinfo],[role=navigation]') ||
    [...b.querySelectorAll('table')].some(t => [...t.rows].some(row => row.cells.length > 2)); // a table of pairs describes one thing
};
const rowTexts = (ref, marks, others) => {
  const e = nodeOf(ref);
  if (!e) return { stale: true };
  const holds = list => { const low = list.map(m => fold(m).toLowerCase()).filter(Boolean); return t => low.some(m => { const i = t.indexOf(m); return i >= 0 && !/[\p{L}\p{N}]/u.test(t[i - 1] || ' ') && !/[\p{L}\p{N}]/u.test(t[i + m.length] || ' '); }); };
  const has = holds(marks), other = holds(others);
  const said = b => runs(pieces(b, null), true).map(r => textOfRun(r)).filter(Boolean);
  for (let b = e, cell = null; b; cell = b, b = up(b)) {
    // The cells of a grid may stand in it without rows: those at the same height are the row.
    const level = cell && /grid/.test(getComputedStyle(b).display) ? [...kids(b)].filter(n => n.nodeType === 1 && level1(rectOf(cell), rectOf(n))) : [];
    const row = rowOf(b);
    if (!row && level.length < 2 && b !== e && (b.matches(LISTS) || wholePage(b, e.ownerDocument))) break;
    const list = row ? row.flatMap(said) : level.length > 1 ? level.flatMap(said) : said(b);
    const text = list.join(' \u0001 ').toLowerCase();
    if (has(text)) return { texts: list };
    const cells = level.length > 1 ? level : inRow(b);
    if (row || b.matches(LISTS) || cells.filter(n => words(n) && !isControl(n)).length > 3 || (cells.length > 1 && other(text)) || (list.length > 2 && (b.matches('li,article,[role=listitem]') || oneOfMany(b))) || floats.get(b)) break;
  }
  return { texts: [] };
};
// The refs of what is inside the largest block around a node that holds none of the others.
const block = (ref, others) => {
  const e = nodeOf(ref);
  if (!e) return { stale: true };
  const at = n => owners.get(n)?.el || n; // a choice stands where its list does
  const rest = others.map(nodeOf).filter(Boolean).map(at);
  let b = at(e);
  for (let n = up(b); n && !rest.some(o => within(n, o)); n = up(n)) b = n;
  const inside = [];
  for (const [r, weak] of nodes) { const n = weak.deref(); if (n && within(b, at(n))) inside.push(r); }
  return { refs: inside };
};
// What may be a code: pictures of the given layer, square ones first.
const pictures = async (layer, only) => {
  const out = [];
  const roots = only.length ? only.map(nodeOf).filter(Boolean) : [document];
  const list = [];
  const gather = n => {
    if (n.nodeType === 1 && n.matches('img,canvas,svg,table,picture,[style*="background"],[class*="qr" i]')) list.push(n);
    for (const k of n.querySelectorAll?.('img,canvas,svg,table,[style*="background"],[class*="qr" i]') || []) list.push(k);
    for (const k of n.querySelectorAll?.('*') || []) { if (k.shadowRoot) gather(k.shadowRoot); if (k.localName === 'iframe' && innerDoc(k)) gather(innerDoc(k)); }
  };
  roots.forEach(gather);
  const whole = [...new Set(list)].filter(e => !e.ownerSVGElement);
  for (const e of whole) {
    const r = rectOf(e);
    const square = Math.abs(r.w - r.h) < 0.35 * Math.max(r.w, r.h);
    if (r.w < 40 || r.h < 40 || r.w > 800 || !square || !seen(e) || (!only.length && layerAt(e) < layer)) continue;
    if (whole.some(o => o !== e && e.contains(o) && Math.abs(rectOf(o).w - r.w) < 40)) continue;
    out.push(e);
    if (out.length === 8) break;
  }
  const boxes = [];
  for (const e of out) boxes.push(refOf(e));
  return boxes;
};
const expose = async ref => {
  const e = nodeOf(ref);
  if (!e) return null;
  let r = rectOf(e);
  if (r.x < 0 || r.y < 0 || r.x + r.w > vw() || r.y + r.h > vh()) { e.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' }); await frame(); r = rectOf(e); }
  return [r.x + scrollX, r.y + scrollY, r.w, r.h];
};
const topLayer = () => Math.max(0, ...lastLayers.filter(f => f.modal).map(f => f.index));
const boxOf = ref => { const e = nodeOf(ref); if (!e) return null; const r = rectOf(targetOf(e)); return [r.x, r.y, r.w, r.h]; };
const nearest = n => { const e = n.nodeType === 1 ? n : n.parentElement; return e ? refOf(e) : 0; };
const chainOf = ref => { const out = []; for (let e = nodeOf(ref); e; e = up(e)) { out.push(refOf(e)); if (isBoxInput(e)) continue; for (const [i] of [[e.control]]) if (i) out.push(refOf(i)); } return out; };
const lookAt = ref => look(nodeOf(ref));
const allWords = () => words(document.body || document.documentElement).slice(0, 300);
// A spinner or a skeleton: something visible that says it is busy, or moves without end.
const LOADING = /^(loading|please wait|fetching|加载中|正在加载|读取中|読み込み中|로딩 ?중|lädt|wird geladen|chargement|cargando|carregando|caricamento|загрузка)( data| keys)?\s*(\.{1,3}|…)?$/i;
const busy = () => {
  const seen = e => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0 && r.bottom > 0 && r.top < vh(); };
  for (const e of document.querySelectorAll('[aria-busy="true"],[class*=skeleton i],[class*=spinner i],[role=progressbar]:not([aria-valuenow])')) if (seen(e) && getComputedStyle(e).visibility === 'visible') return true;
  for (const e of document.querySelectorAll('div,span,p,td')) if (!e.firstElementChild && LOADING.test(fold(e.textContent)) && seen(e)) return true;
  for (const a of document.getAnimations()) {
    const e = a.effect && a.effect.target;
    if (e && a.playState === 'running' && a.effect.getComputedTiming().iterations === Infinity && seen(e)) return true;
  }
  return false;
};
// What of a list may not be drawn yet: boxes that scroll, the page itself last, and pages after the one that shows.
const everything = root => [...root.querySelectorAll('*')].flatMap(e => (e.shadowRoot ? [e, ...everything(e.shadowRoot)] : [e]));
const inView = e => { const r = rectOf(e); return cut({ x: r.x, y: r.y, w: r.w, h: r.h }, { x: 0, y: 0, w: vw(), h: vh() }); };
const scrolls = () => {
  const page = document.scrollingElement || document.documentElement;
  const out = everything(document).filter(e => {
    if (e === page || e === document.body || e.scrollHeight <= e.clientHeight + 8 || e.clientHeight < 60 || e.clientWidth < 120 || isText(e)) return false;
    const flow = getComputedStyle(e).overflowY, v = inView(e);
    return (/auto|scroll/.test(flow) || (flow === 'hidden' && /virtual/i.test(classOf(e)))) && v.w > 40 && v.h > 40;
  });
  if (page.scrollHeight > vh() + 8) out.push(page);
  return out.slice(0, 8).map(refOf);
};
const scrollAt = ref => {
  const e = nodeOf(ref);
  if (!e) return null;
  const page = e === (document.scrollingElement || document.documentElement);
  const v = page ? { x: 0, y: 0, w: vw(), h: vh() } : inView(e);
  return { x: v.x + v.w / 2, y: v.y + v.h / 2, top: e.scrollTop, height: page ? vh() : e.clientHeight };
};
const scrolled = async (ref, top) => {
  const e = nodeOf(ref);
  let last = top, still = 0;
  for (let n = 0; e && n < 40 && still < 4; n++) { await frame(); still = e.scrollTop === last && (last !== top || n > 8) ? still + 1 : 0; last = e.scrollTop; }
  return Math.abs(last - top) > 1;
};
const NEXT = /^(next( page)?|go to( the)? next page|›|»|>|→|load more|show more|加载更多|查看更多|下一页|下页|次へ|次のページ|다음|suivant|page suivante|weiter|nächste seite|siguiente|próxim[oa]|seguinte|avanti|далее|вперед|вперёд|следующая|sonraki|selanjutnya|berikutnya|trang sau)$/i;
const PAGES = '[class*=paginat i],[class*=pager i],[aria-label*=paginat i],[data-testid*=paginat i]';
const morePages = () => {
  const all = everything(document).filter(e => !e.closest('[class*=swiper i],[class*=slick i],[class*=carousel i],[class*=slide i],[class*=banner i]'));
  const off = e => !seen(e) || e.disabled || !!e.closest('[aria-disabled=true],[disabled]') || /disabled/i.test(classOf(e) + ' ' + classOf(e.parentElement || e));
  const says = e => ['aria-label', 'title', 'rel'].map(a => e.getAttribute(a) || '').concat(words(e)).some(t => NEXT.test(fold(t)));
  const number = e => (/^\d{1,4}$/.test(fold(words(e))) ? +fold(words(e)) : 0);
  for (const box of all.filter(e => e.matches(PAGES))) {
    const inside = [...box.querySelectorAll('a,button,li,[role=button],span')].filter(e => !off(e));
    if (inside.some(e => says(e) || /(^|[-_ ])next($|[-_ ])/i.test(classOf(e)))) return true;
    const now = inside.filter(e => e.hasAttribute('aria-current') || /(^|[-_ ])(active|current|selected)($|[-_ ])/i.test(classOf(e))).map(number).find(n => n);
    if (now && inside.some(e => number(e) > now)) return true;
  }
  const page = address => +((/[?&](?:page|p|pn|page_?no|page_?num)=(\d+)/i.exec(address) || [])[1] || 1);
  if (all.some(e => e.localName === 'a' && /[?&](page|p|pn|page_?no|page_?num)=\d+/i.test(e.search) && e.pathname === location.pathname && page(e.search) > page(location.search) && !off(e))) return true;
  return all.some(e => e.matches('button,[role=button],a') && /^(load more|show more|加载更多)$/i.test(fold(words(e))) && !off(e));
};

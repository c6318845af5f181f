// Words that belong to a field by their place only: left of it, above it, floating inside it, right of a box.
const REACH = { above: 64, left: 320, right: 90, row: 640 };

// How far words w are from field f as its label, or Infinity.
const farness = (f, w) => {
  const a = f.box, b = w.at;
  const cx = b.x + b.w / 2, cy = b.y + b.h / 2;
  const long = w.text.length > 80 ? 30 : 0;
  if (!f.boxy && holds({ x: a.x - 2, y: a.y - 10, w: a.w * 0.75, h: a.h + 12 }, b.x + Math.min(b.w, 30) / 2, cy) && b.w < a.w) return long;
  const sameRow = cy > a.y - 4 && cy < a.y + a.h + 4 || (a.y + a.h / 2 > b.y && a.y + a.h / 2 < b.y + b.h);
  if (sameRow) {
    const end = w.r.box.x + w.r.box.w;
    const left = a.x - Math.max(b.x + b.w, end <= a.x + 4 ? end : 0), right = b.x - (a.x + a.w);
    if (f.boxy && right >= -4 && right <= REACH.right) return Math.max(0, right) + long;
    if (left >= -4 && left <= (f.boxy ? REACH.row : REACH.left)) return Math.max(0, left) * (f.boxy ? 1.5 : 0.5) + (f.boxy ? 12 : 0) + long;
    if (f.boxy && right >= 0 && right <= REACH.right * 2) return right + long;
    return Infinity;
  }
  const gap = a.y - (b.y + b.h);
  if (gap >= -6 && gap <= REACH.above && b.x < a.x + a.w && b.x + b.w > a.x - 24) {
    const off = Math.abs(b.x - a.x);
    const centred = Math.abs(cx - (a.x + a.w / 2)) < 12;
    return Math.max(0, gap) + (off > 40 && !centred ? off * 0.3 : 0) + (f.boxy ? 30 : 0) + long;
  }
  return Infinity;
};
const homeOf = (a, b) => { let n = up(a); while (n && !within(n, b)) n = up(n); return n || document.documentElement; };
const MIXED = 'input,select,textarea,button,div,p,ul,table,section,form';
// Boxes and bare words in turns in one block ("[ ] Read [ ] Trade"): whose words are whose, where the order leaves no doubt.
const lined = (boxes, homes) => {
  const told = new Map(), seen = new Set();
  for (const { el } of boxes) {
    const home = up(el);
    if (!home || seen.has(home)) continue;
    seen.add(home);
    const line = [...kids(home)].filter(n => n.nodeType === 3 ? /[\p{L}\p{N}]/u.test(n.data) : n.nodeType === 1 && (boxes.some(b => within(n, b.el)) || fold(n.textContent)));
    const turns = line.map(n => n.nodeType === 3 ? 'w' : boxes.filter(b => within(n, b.el)).length === 1 && !fold(n.textContent) ? 'b' : '?').join('');
    const first = /^(bw){2,}$/.test(turns) ? 0 : /^(wb){2,}$/.test(turns) ? 1 : -1;
    if (first < 0) continue;
    homes.add(home);
    for (let i = 0; i < line.length; i += 2) told.set(line[i + 1 - first], boxes.find(b => within(line[i + first], b.el)).el);
  }
  return told;
};
const besides = kept => {
  const fields = kept.filter(r => r.field || r.boxy);
  if (!fields.length) return;
  const tied = new Map();
  for (const f of fields) for (const l of f.el.labels || []) tied.set(l, f);
  const buttons = r => r.clickable && (r.tag === 'button' || r.tag === 'a' || r.role === 'button' || r.role === 'tab' || r.field || r.boxy && r.tag === 'input');
  const heard = kept.filter(r => (r.own && r.tr || r.boxy && r.custom) && !buttons(r) && !(r.in && buttons(r.in)));
  const homes = new Set();
  for (const f of fields) if (!f.boxy) for (let n = up(f.el); n && !homes.has(n); n = up(n)) homes.add(n);
  const told = lined(fields.filter(f => f.boxy), homes);
  const range = document.createRange();
  // Words that share a block with fields ("Name: <input> Age: <input>") are heard one text at a time, where it stands.
  const texts = r => {
    const out = [];
    for (const n of kids(r.el)) if (n.nodeType === 3 && fold(n.data)) {
      range.selectNodeContents(n);
      const b = range.getBoundingClientRect(), o = r.el.ownerDocument === document ? { x: 0, y: 0 } : offset(r.el);
      if (b.width > 1 && b.height > 1) out.push({ r, of: told.get(n), text: fold(n.data), at: { x: b.x + o.x, y: b.y + o.y, w: b.width, h: b.height }, home: r.el });
    }
    return out;
  };
  const spoken = heard.flatMap(r => r.own && homes.has(r.el) ? texts(r) : ({ r, text: r.own.length > 1 && r.text.length <= 120 && !r.clickable && !r.el.querySelector(MIXED) ? r.text : r.own, at: r.tr || r.box }))
    .filter(w => w.text && /[\p{L}\p{N}]/u.test(w.text));
  const claims = [];
  for (const w of spoken) {
    let label = null;
    for (let n = w.r.el, i = 0; n && i < 4 && !label; n = up(n), i++) label = tied.get(n) || null;
    for (const f of fields) {
      if (f.layer !== w.r.layer) continue;
      if (w.of && w.of !== f.el) continue;
      const d = farness(f, w);
      if (d === Infinity || (label && label !== f) || f.el === w.r.el || f.el.ownerDocument !== w.r.el.ownerDocument || within(f.el, w.r.el) || within(w.r.el, f.el) !== !!w.home) continue;
      claims.push({ w, f, d });
    }
  }
  // A row that is clicked as a whole: its words are the label of the one box in it.
  const spokenBy = new Map(spoken.map(w => [w.r.el, w]));
  for (const f of fields) {
    if (!f.boxy) continue;
    for (let n = up(f.el), i = 0; n && i < 8; n = up(n), i++) {
      const w = spokenBy.get(n);
      if (w && w.r.layer === f.layer && !fields.some(g => g !== f && within(n, g.el))) claims.push({ w, f, d: 0 });
    }
  }
  const best = new Map();
  for (const c of claims) if (!best.has(c.w) || c.d < best.get(c.w).d) best.set(c.w, c);
  for (const f of fields) {
    const mine = claims.filter(c => c.f === f && best.get(c.w).f === f).sort((a, b) => a.d - b.d);
    const out = [];
    for (const c of mine) {
      // Small print directly under another field is that field's, unless it is all we have, or in a block with this one.
      let home = null;
      const print = !f.boxy && fields.some(g => g !== f && !g.boxy && g.layer === f.layer && c.w.at.y >= g.box.y + g.box.h - 2 && c.w.at.y - g.box.y - g.box.h < c.d && c.w.at.x < g.box.x + g.box.w && c.w.at.x + c.w.at.w > g.box.x && within(home ||= homeOf(c.w.r.el, f.el), g.el));
      if (print && out.length) continue;
      if (!out.includes(c.w.text.slice(0, 200))) out.push(c.w.text.slice(0, 200));
      if (out.length === 4) break;
    }
    f.beside = out;
  }
};

// What an icon without any name draws: a person, which is a round head in the middle above wider shoulders, perhaps in a ring.
const FIGURE = { top: 160, most: 48, shapes: 6, samples: 48 }; // CSS pixels from the top (a header), and of its size
const figures = new WeakMap();
const figure = svg => {
  if (!figures.has(svg)) {
    const r = svg.getBoundingClientRect();
    if (r.top + scrollY > FIGURE.top || r.width < 10 || r.height < 10 || r.width > FIGURE.most || r.height > FIGURE.most) return false;
    let is = false;
    try { is = isFigure(svg, r); } catch { is = false; } // a shape that has no length
    figures.set(svg, is);
  }
  return figures.get(svg);
};
// The closed or open strokes of a drawing as points from 0 to 1 in its frame: a path may hold several, which jump.
const strokesOf = (svg, r) => {
  const shapes = [...svg.querySelectorAll('path,circle,ellipse,rect,line,polyline,polygon')].filter(e => !e.closest('defs,clipPath,mask'));
  if (shapes.length > FIGURE.shapes) return [];
  const out = [];
  for (const e of shapes) {
    const cs = getComputedStyle(e), m = e.getScreenCTM(), long = e.getTotalLength();
    if (cs.fill === 'none' && cs.stroke === 'none' || !m || !long) continue;
    const jump = 4 * long / FIGURE.samples;
    let stroke = [], was = null;
    for (let i = 0; i <= FIGURE.samples; i++) {
      const q = e.getPointAtLength(long * i / FIGURE.samples);
      if (was && Math.hypot(q.x - was.x, q.y - was.y) > jump / 2) { out.push(stroke); stroke = []; }
      const at = q.matrixTransform(m);
      stroke.push({ x: (at.x - r.x) / r.width, y: (at.y - r.y) / r.height });
      was = q;
    }
    out.push(stroke);
  }
  return out.filter(s => s.length > 2);
};
const isFigure = (svg, r) => {
  const all = strokesOf(svg, r).map(s => {
    const xs = s.map(p => p.x), ys = s.map(p => p.y), x = Math.min(...xs), y = Math.min(...ys), w = Math.max(...xs) - x, h = Math.max(...ys) - y;
    return { s, x, y, w, h, cx: x + w / 2, cy: y + h / 2 };
  });
  const parts = all.filter(p => !(p.w > 0.75 && p.h > 0.75 && Math.abs(p.cx - 0.5) < 0.1 && Math.abs(p.cy - 0.5) < 0.1)); // without its ring
  if (parts.length !== 2) return false;
  const [head, body] = parts[0].cy < parts[1].cy ? parts : [parts[1], parts[0]];
  const touches = (x, y) => head.s.some(p => Math.hypot(p.x - x, p.y - y) < 0.2 * head.w);
  const round = Math.abs(head.w - head.h) < 0.2 * head.w && touches(head.cx, head.y) && touches(head.cx, head.y + head.h) && touches(head.x, head.cy) && touches(head.x + head.w, head.cy);
  return round && head.w > 0.15 && head.w < 0.6 && head.cy < 0.48 && Math.abs(head.cx - 0.5) < 0.1 &&
    Math.abs(body.cx - 0.5) < 0.1 && body.w > 1.25 * head.w && body.y > head.cy && body.y + body.h > 0.65 && body.h < body.w;
};

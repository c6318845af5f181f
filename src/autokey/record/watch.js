// Follows what the person does, from the isolated world: the page cannot see it and nothing on it is altered.
// `api` is the script of the browser's world; TREE is record.js, with what the look took things for; every report carries all that shows right now.
(api, marks) => {
  const label = new RegExp(marks, 'iu');
  const tree = TREE;
  const document_ = performance.timeOrigin;
  const texts = store => { try { return Object.values(store()).filter(v => typeof v === 'string' && v.length < 20000).slice(0, 100); } catch { return []; } };
  const capture = () => {
    const look = JSON.parse(api.look() || 'null');
    if (!look) return null;
    const reads = [];
    for (const row of look.rows) {
      const own = row[6] || row[5] || '';
      if (!own || own.length > 60 || !label.test(own)) continue;
      const value = api.read(row[0]);
      if (value && !value.stale) reads.push([row[0], value]);
      if (reads.length > 40) break;
    }
    return { look, tree: JSON.parse(tree(api, look)), reads, stored: [...texts(() => localStorage), ...texts(() => sessionStorage)] };
  };
  const put = said => globalThis.autokeySaid(JSON.stringify({ document: document_, ...said }));
  const say = (did, node, more) => { try { put({ did, chain: api.chainOf(api.refOf(node)), page: capture(), ...more }); } catch { /* between two documents */ } };
  const target = e => { const t = e.composedPath()[0]; return t && t.nodeType === 1 ? t : t?.parentElement; };
  const fields = new WeakSet();
  let last = null, over = null;
  const related = (a, b) => a && b && (a === b || a.contains(b) || b.contains(a) || a.closest('label')?.control === b || b.closest('label')?.control === a);
  const walk = e => {
    const t = e.isTrusted ? target(e) : null;
    if (!t) return;
    if (e.type === 'mouseover') { over = t; return; }
    if (e.type === 'pointerdown') { if (e.button === 0) { last = t; say('click', t); } return; }
    if (e.type === 'click') {
      if (!related(last, t)) say('click', t); // by the keyboard, or what a label passes on
      last = null;
      return;
    }
    if (t.type === 'checkbox' || t.type === 'radio') return;
    const value = String(t.value ?? t.innerText ?? '').slice(0, 500), hidden = t.type === 'password';
    if (fields.has(t)) put({ did: 'typed', chain: [api.refOf(t)], value, hidden });
    else { fields.add(t); say('typed', t, { value, hidden }); }
  };
  return { walk, capture, hovered: () => (over?.isConnected ? api.chainOf(api.refOf(over)) : []) };
}

// Changes the page as exchange sites change over months, by seeded chance. Marked elements (data-v-is) are those
// that a flow names; marks are invisible to the collector, which skips data-v- attributes.
([seed, rates, special]) => {
  let state = seed >>> 0;
  const random = () => { state = (state + 0x6d2b79f5) >>> 0; let t = state; t = Math.imul(t ^ (t >>> 15), t | 1); t ^= t + Math.imul(t ^ (t >>> 7), t | 61); return ((t ^ (t >>> 14)) >>> 0) / 4294967296; };
  const chance = p => random() < p;
  const pick = list => list[Math.floor(random() * list.length)];
  const hash = () => 'c' + Math.floor(random() * 1e9).toString(36) + '_' + Math.floor(random() * 1e6).toString(36);
  const SYNONYMS = [['send', 'get'], ['withdraw', 'send'], ['create', 'generate', 'new', 'add'], ['delete', 'revoke', 'remove'], ['management', 'center', 'settings'], ['confirm', 'submit', 'continue', 'OK'],
    ['2fa', 'authenticator', 'two-factor'], ['remark', 'note', 'label', 'nickname'], ['permission', 'permissions', 'access', 'rights'], ['address', 'addresses'], ['trade', 'trading'], ['key', 'keys'],
    ['password', 'passcode'], ['verification', 'check'], ['bind', 'link'], ['restriction', 'limit', 'whitelist'], ['secret', 'private'], ['name', 'title']];
  const FILLERS = ['your', 'now', 'new', 'the', 'my', 'account', 'here'];
  const OTHER = ['Proceed', 'Overview', 'Continue here', 'Go on', 'Details', 'More settings', 'Next step', 'Preferences'];
  const value = t => /[0-9a-f]{12,}|\d{3,}|@|^[\d\s.,:\/%-]*$/i.test(t);
  const swap = word => { const g = SYNONYMS.find(g => g.some(w => w.toLowerCase() === word.toLowerCase())); if (!g) return null; const w = pick(g.filter(x => x.toLowerCase() !== word.toLowerCase())); return /^[A-Z]/.test(word) ? w[0].toUpperCase() + w.slice(1) : w; };
  const recase = text => chance(0.34) ? text.toUpperCase() : chance(0.5) ? text.toLowerCase() : text.trim() + pick([':', ' *', '.', ' →']);
  const edit = text => {
    const words = text.trim().split(/\s+/);
    if (chance(0.4)) return recase(text); // of every five edits two change nothing but case, numbers or marks
    const r = random() * 58;
    if (r < 31) {
      const at = words.map((w, i) => [w, i]).filter(([w]) => swap(w)).map(([, i]) => i);
      const i = at.length ? pick(at) : Math.floor(random() * words.length);
      words[i] = swap(words[i]) || (words.length > 1 ? pick(OTHER) : words[i] + ' ' + pick(FILLERS));
      return words.join(' ');
    }
    if (r < 48) { if (words.length > 1 && chance(0.5)) words.splice(Math.floor(random() * words.length), 1); else words.splice(chance(0.5) ? 0 : words.length, 0, pick(FILLERS)); return words.join(' '); }
    if (r < 55) return pick(OTHER);
    const w = words.reduce((a, b) => (b.length > a.length ? b : a), ''); const at = 1 + Math.floor(random() * Math.max(1, w.length - 2));
    return text.replace(w, w.slice(0, at) + w.slice(at + 1));
  };
  const all = () => [...document.body.querySelectorAll('*')].filter(e => !['SVG', 'PATH', 'USE', 'OPTION', 'STYLE', 'BR'].includes(e.tagName.toUpperCase()) && e.id !== 'sandbox-mark');
  const ownText = e => [...e.childNodes].find(n => n.nodeType === 3 && n.data.trim().length > 1);
  const copyTo = (e, tag) => { const n = document.createElement(tag); for (const a of e.attributes) n.setAttribute(a.name, a.value); n.append(...e.childNodes); e.replaceWith(n); return n; };
  const INSIDE_NO_BUTTON = 'input,textarea,select,button,a[href],label,[contenteditable]'; // HTML allows none of these in a button
  const isField = e => e.matches('input,textarea,select,[contenteditable]');
  const shift = (e, far) => { const s = e.style; const m = (s.margin || '0px').split(/\s+/); const px = n => (parseFloat(n) || 0); s.marginTop = px(m[0]) + (random() - 0.4) * far + 'px'; s.marginLeft = px(m[m.length - 1]) + (random() - 0.5) * far + 'px'; };
  const marked = name => document.querySelector(`[data-v-is~="${CSS.escape(name)}"]`);
  const said = e => (ownText(e) || [...e.querySelectorAll('*')].map(ownText).find(Boolean) || {}).data || '';
  const blocks = () => { const big = all().filter(e => e.children.length > 1 && e.clientHeight > 150 && e.clientWidth > 250 && !e.closest('[data-v-is],tr')); return big.length ? big : [document.body]; };
  const decoy = (words, kind) => {
    // Below what its block holds, so that it is in another section and over nothing.
    const host = pick(blocks());
    const box = document.createElement('div');
    box.style.cssText = `margin:${host.scrollHeight + 12}px 0 0 ${Math.floor(random() * 120)}px;height:64px`;
    if (kind === 'hidden') box.style.cssText = 'display:none';
    if (kind === 'away') box.style.cssText = 'position:absolute;left:-4000px;top:0';
    const head = document.createElement('h4'); head.textContent = pick(['Sub-account', 'Price alert', 'Newsletter', 'Old interface', 'Referral']);
    const one = document.createElement(pick(['button', 'span', 'div'])); one.textContent = words; one.style.cssText = 'margin:24px 0 0 0;cursor:pointer;padding:4px 12px';
    box.append(head, one);
    host.append(box);
    return box;
  };
  // ---- the one change that is being graded
  if (special) {
    const [what, name, other] = special;
    const e = marked(name);
    if (!e) return false;
    if (what === 'remove') {
      // Gone with the words that belong to it, as when a feature goes.
      const words = document.querySelector(`[data-v-words~="${CSS.escape(name)}"]`);
      e.remove(); if (words && words.isConnected && !words.querySelector('[data-v-is]')) words.remove();
    } else if (what === 'trap') {
      const words = document.querySelector(`[data-v-words~="${CSS.escape(name)}"]`) || e;
      const node = ownText(words) || [...words.querySelectorAll('*')].map(ownText).find(Boolean);
      if (!node) return false;
      const old = node.data.trim();
      node.data = pick(OTHER.filter(o => o !== old));
      decoy(old, 'shown');
    } else if (what === 'swap') {
      // Controls trade places with their own words; where these stand beside, the row that holds both does.
      const withWords = n => { const w = document.querySelector(`[data-v-words~="${CSS.escape(n)}"]`); const m = marked(n); if (!m || !w) return null;
        if (m.contains(w)) return m; const row = m.parentElement; return row && row.contains(w) && row.querySelectorAll('[data-v-is]').length === 1 ? row : null; };
      const e = withWords(name), f = withWords(other);
      if (!e || !f || e.contains(f) || f.contains(e)) return false;
      const a = document.createComment(''), b = document.createComment('');
      const ea = e.getAttribute('style') || '', fa = f.getAttribute('style') || '';
      e.replaceWith(a); f.replaceWith(b); a.replaceWith(f); b.replaceWith(e);
      e.setAttribute('style', fa); f.setAttribute('style', ea);
    }
  }
  // ---- what changes everywhere
  for (let e of all()) {
    if (!e.isConnected) continue;
    const clickable = e.matches('button,a,[role=button]') || /pointer/.test(e.getAttribute('style') || '');
    if (clickable && !isField(e) && chance(rates.tag)) e = e.tagName === 'BUTTON' ? (() => { const n = copyTo(e, 'div'); if (!n.hasAttribute('role')) n.setAttribute('role', 'button'); n.setAttribute('tabindex', '0'); return n; })()
      : e.tagName === 'A' ? (() => { const n = copyTo(e, 'div'); if (!n.hasAttribute('role')) n.setAttribute('role', 'link'); return n; })()
        : e.tagName === 'DIV' || e.tagName === 'SPAN' || e.tagName === 'LI' ? copyTo(e, pick(e.querySelector(INSIDE_NO_BUTTON) ? ['li', 'span', 'div'] : ['button', 'li', 'span', 'div'])) : e;
    const text = ownText(e);
    if (text && !value(text.data) && text.data.trim().split(/\s+/).length <= 8 && chance(rates.text)) text.data = edit(text.data);
    else if (text && clickable && chance(rates.icon)) { text.data = ''; const s = document.createElement('i'); s.className = 'icon'; s.style.cssText = 'width:16px;height:16px'; e.append(s); }
    if (e.placeholder && e.placeholder.trim() && chance(rates.text)) e.setAttribute('placeholder', edit(e.placeholder));
    for (const [attribute, changed, removed, added] of [['id', ...rates.id], ['class', ...rates.cls], ['name', ...rates.name, 0], ['aria-label', ...rates.label], ['title', ...rates.title]]) {
      const has = e.getAttribute(attribute);
      if (has) { if (chance(removed)) e.removeAttribute(attribute); else if (chance(changed)) e.setAttribute(attribute, attribute === 'aria-label' || attribute === 'title' ? edit(has) : hash()); }
      else if (attribute !== 'name' && attribute !== 'aria-label' && chance(added)) e.setAttribute(attribute, attribute === 'title' ? (text ? text.data.trim() : 'More') : hash());
      else if (attribute === 'aria-label' && clickable && text && chance(added)) e.setAttribute(attribute, text.data.trim());
    }
    if (e.hasAttribute('role') && !isField(e) && !/checkbox|switch|radio|dialog|menuitem/.test(e.getAttribute('role')) && chance(rates.role[1])) e.removeAttribute('role');
    else if (clickable && !isField(e) && !e.hasAttribute('role') && e.tagName !== 'A' && chance(rates.role[0])) e.setAttribute('role', 'button');
    if (e.hasAttribute('href') && chance(rates.href)) e.setAttribute('href', '/' + hash());
    if (chance(rates.size)) { const s = e.style; if (s.width && !e.querySelector('[data-v-is]')) s.paddingRight = Math.floor(random() * 12) + 'px'; }
    if (chance(rates.wrap)) { const levels = 1 + Math.floor(random() * 3); let inner = e; for (let n = 0; n < levels && inner.parentElement; n++) { const w = document.createElement('div'); w.className = hash(); inner.replaceWith(w); w.append(inner); inner = w; } }
    // Groups move as a whole; a label stays with its field.
    if (chance(rates.moved) && e.parentElement !== document.body) shift(e, e.clientHeight > 100 && e.querySelector('[data-v-is]') ? 40 : 3);
    if (chance(rates.neighbours) && e.parentElement && !/^(TR|TBODY|TABLE|SELECT|LABEL|BUTTON)$/.test(e.parentElement.tagName) && !e.parentElement.closest('[data-v-is]')) {
      const r = e.getBoundingClientRect(), p = e.parentElement.getBoundingClientRect();
      const free = [0, 40, 80].every(d => { const h = document.elementFromPoint(r.right + 10 + d, r.y + r.height / 2); return !h || h.contains(e); });
      if (free && r.width && r.height) {
        const n = document.createElement('span'); n.textContent = pick(['Beta', 'Learn more', 'New', 'Limited offer', 'What is this?', 'Tip']);
        n.style.cssText = `margin:${r.y - p.y}px 0 0 ${r.right - p.x + 8}px`; e.parentElement.append(n);
      }
    }
  }
  for (const e of all()) if (e.children.length > 1 && chance(rates.reorder)) { const kids = [...e.children]; e.append(kids.splice(Math.floor(random() * kids.length), 1)[0]); }
  for (const e of [...document.querySelectorAll('[data-v-is]')]) if (chance(rates.decoy)) { const w = said(document.querySelector(`[data-v-words~="${CSS.escape(e.getAttribute('data-v-is').split(' ')[0])}"]`) || e).trim(); if (w && !value(w)) decoy(w, pick(['shown', 'hidden', 'away', 'shown'])); }
  return true;
}

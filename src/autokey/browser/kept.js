// Whether a page may draw from what it was given otherwise than by answers to its scripts: what the browser keeps for it,
// and what came with the document. Says yes where that cannot be looked through.
// As in answers.py: what only the page's script can read, or a token.
const SEALED = /[\w+/=.:-]{100,}/;
const said = (value, depth = 0) => {
  if (typeof value === 'string') {
    if (depth < 4 && /^\s*["[{]/.test(value)) { try { return said(JSON.parse(value), depth + 1); } catch { /* no JSON: as it is */ } }
    return [value];
  }
  return value && typeof value === 'object' ? Object.entries(value).flatMap(([k, v]) => [k, ...said(v, depth)]) : [];
};
const keeps = async sought => {
  const form = s => s.normalize('NFKC').toLowerCase();
  const wanted = form(sought);
  const holds = s => said(s).some(t => form(t).includes(wanted));
  try {
    if (navigator.serviceWorker?.controller || (await indexedDB.databases()).length) return true;
    for (const store of [localStorage, sessionStorage]) {
      for (let i = 0; i < store.length; i++) { const v = store.getItem(store.key(i)); if (SEALED.test(v) || holds(v)) return true; }
    }
    return holds(window.name) || holds(document.cookie) || form(document.documentElement.textContent).includes(wanted) ||
      [...document.scripts].some(s => /json/.test(s.type) && holds(s.textContent));
  } catch { return true; }
};

// The live stream, and the small sign in the bar that says whether it lives.
import { say } from './page.js';

const silenceMs = 12000;

export function setLink(state, text) {
  const link = document.getElementById('link');
  if (link.dataset.state === state) return;
  const before = link.dataset.state;
  link.dataset.state = state;
  link.querySelector('span').textContent = text;
  if (state === 'lost') say('Connection lost. Prices shown may be old.');
  if (state === 'live' && before === 'lost') say('Connection is back.');
}

/**
 * Opens a stream. The browser reconnects by itself and sends the last id; when the server turns a stream away for good, we try again.
 * A stream that says nothing, not even a heartbeat, is reported as lost: a silent freeze must never look like calm.
 */
export function connect(query, onSnapshot, onDelta) {
  let source;
  let lastId = '';
  let watchdog;

  const alive = event => {
    if (event?.lastEventId) lastId = event.lastEventId;
    setLink('live', 'Live');
    clearTimeout(watchdog);
    watchdog = setTimeout(() => { setLink('lost', 'No data'); reopen(); }, silenceMs);
  };
  const open = () => {
    const parameters = new URLSearchParams(query);
    if (lastId) parameters.set('lastEventId', lastId);
    source = new EventSource(`/api/v1/stream?${parameters}`);
    source.addEventListener('snapshot', event => { alive(event); onSnapshot(JSON.parse(event.data)); });
    source.addEventListener('delta', event => { alive(event); onDelta(JSON.parse(event.data)); });
    source.addEventListener('heartbeat', alive);
    source.addEventListener('bye', () => setLink('lost', 'Reconnecting'));
    source.onopen = () => alive();
    source.onerror = () => {
      setLink('lost', 'Reconnecting');
      if (source.readyState === EventSource.CLOSED) setTimeout(reopen, 2000);
    };
  };
  const reopen = () => { source?.close(); open(); };
  addEventListener('pagehide', () => { source?.close(); clearTimeout(watchdog); });
  addEventListener('pageshow', event => { if (event.persisted) reopen(); });
  open();
}

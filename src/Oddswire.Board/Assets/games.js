// The list of games.
import { say, showPrices } from './page.js';
import { connect } from './stream.js';
import { applyGame, applyPrice, fragment, lineOf } from './view.js';

const rows = new Map([...document.querySelectorAll('tbody.game')].map(row => [row.dataset.game, row]));
// Games whose row is on its way, each with the last that was heard of it meanwhile: the row may have been made before that.
const fetching = new Map();

function apply(game) {
  const row = rows.get(game.id);
  if (!row) {
    if (fetching.has(game.id)) fetching.set(game.id, game);
    else if (game.phase === 'live' || game.phase === 'scheduled') add(game);
    return;
  }
  const { feedChanged, badge } = applyGame(row, game);
  if (feedChanged) say(badge ? `${game.away.code} at ${game.home.code}: ${badge}` : `${game.away.code} at ${game.home.code}: prices are back`);
  for (const cell of row.querySelectorAll('td[data-market]')) {
    const market = game.main[cell.dataset.market];
    const index = Number(cell.dataset.index);
    applyPrice(cell, market, index, lineOf(market, index));
  }
}

async function add(game) {
  fetching.set(game.id, null);
  const content = await fragment(`/fragments/games/${game.id}`).catch(() => null);
  const latest = fetching.get(game.id);
  fetching.delete(game.id);
  const section = document.querySelector(`.league[data-league="${game.league}"]`);
  const row = content?.querySelector('tbody');
  if (!row || !section || rows.has(game.id)) return;
  const firstOver = section.querySelector('tbody[data-phase="final"], tbody[data-phase="abandoned"]');
  section.querySelector('table').insertBefore(row, firstOver);
  section.querySelector('.empty').hidden = true;
  rows.set(game.id, row);
  showPrices(row);
  if (latest) apply(latest);
  count();
}

function count() {
  for (const section of document.querySelectorAll('.league')) {
    const text = `${section.querySelectorAll('tbody[data-phase="live"]').length} live`;
    const element = section.querySelector('[data-count]');
    if (element.textContent !== text) element.textContent = text;
  }
}

function remove(id) {
  rows.get(id)?.remove();
  rows.delete(id);
}

connect({ markets: 'main' },
  snapshot => {
    const present = new Set(snapshot.games.map(game => game.id));
    [...rows.keys()].filter(id => !present.has(id)).forEach(remove);
    snapshot.games.forEach(apply);
    count();
  },
  delta => {
    delta.games.forEach(apply);
    delta.removed.forEach(remove);
    count();
  });

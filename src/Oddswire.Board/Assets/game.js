// One game: header, every market, history, events.
import { say, showPrices } from './page.js';
import { connect } from './stream.js';
import { applyGame, applyPrice, fragment } from './view.js';
import { Chart } from './chart.js';

const article = document.querySelector('article.one');
const id = article.dataset.game;
const home = article.dataset.home;
const markets = document.getElementById('markets');
const events = document.getElementById('events');
const select = document.getElementById('market');
const note = document.getElementById('note');
const chart = new Chart(document.getElementById('chart'), document.getElementById('readout'));
const maxEvents = 400;
let chosen = 'moneyline';
let live = [];
let loading = 0;
let refresh = 0;
// Markets that came while new tables were on their way; null when none are.
let meanwhile = null;

const isLine = name => name === 'spread' || name === 'total' || name.startsWith('team_total') && name.split(':').length === 2;
const clockTime = time => new Date(time).toLocaleTimeString([], { hour12: false });
const bare = name => name.replace(/^(first|second|third|fourth)_[a-z_]+\./, '');
const firstOf = name => {
  const type = bare(name).split(':')[0];
  return { total: 'over', team_total: 'over', player_prop: 'over', half_inning_runs: 'over', drive_result: 'touchdown', drive_score: 'yes' }[type] ?? home;
};
const moments = new Set(['next_score', 'drive_result', 'drive_score', 'half_inning_runs']);

/** A row that is folded away: the same rule as on the server. */
const isFolded = market => market.reason === 'off_the_board'
  || (market.status === 'settled' || market.status === 'voided') && (moments.has(market.type) || !market.isMain && market.line !== undefined)
  || market.type === 'player_prop' && !market.isMain;

function style(name) {
  const price = point => point.decimal ? ` at ${point.decimal}` : '';
  const score = point => `${point.periodLabel ? `${point.periodLabel}, ` : ''}${article.dataset.away} ${point.awayScore}–${point.homeScore} ${home}`;
  if (isLine(name)) {
    const label = value => name === 'spread' && value > 0 ? `+${value}` : String(value);
    return {
      value: point => point.line === undefined ? null : Number(point.line),
      label,
      describe: (point, value, latest) => `${latest ? 'Now' : clockTime(point.time)}: ${name === 'spread' ? home : 'total'} ${value === null ? '–' : label(value)}${price(point)} · ${score(point)}`,
    };
  }
  return {
    bounds: [0, 100, 25],
    middle: 50,
    value: point => point.status === 'suspended' ? null : Number(point.probability) * 100,
    label: value => `${value}%`,
    describe: (point, value, latest) => `${latest ? 'Now' : clockTime(point.time)}: ${firstOf(name)} ${value === null ? point.status : `${value.toFixed(1)}%`}${price(point)} · ${score(point)}`,
  };
}

async function load(name) {
  const ticket = ++loading;
  chosen = name;
  live = [];
  for (const pick of markets.querySelectorAll('.pick')) pick.setAttribute('aria-pressed', pick.dataset.pick === name);
  let points = [];
  let problem = '';
  try {
    const response = await fetch(`/api/v1/games/${id}/history?market=${encodeURIComponent(name)}&limit=4000`);
    const body = await response.json();
    if (response.ok) points = body.points.map(point => ({ ...point, time: Date.parse(point.at) }));
    else problem = body.title;
  } catch {
    problem = 'History could not be loaded';
  }
  if (ticket !== loading) return;
  const after = points.at(-1)?.sequence ?? 0;
  chart.show([...points, ...live.filter(point => point.sequence > after)], {
    ...style(name),
    empty: 'No prices yet.',
  });
  note.hidden = problem === '';
  note.textContent = problem && `${problem}. The line shows what has changed since this page was opened.`;
}

function follow(game, list) {
  for (const market of list) {
    const isChosen = market.market === chosen || isLine(chosen) && market.isMain && market.scope === 'full_game' && (market.subject ? `${market.type}:${market.subject}` : market.type) === chosen;
    if (!isChosen) continue;
    const point = {
      time: Date.parse(market.receivedAt), sequence: market.sequence, status: market.status, line: market.line,
      decimal: market.selections[0].decimal, probability: market.selections[0].probability,
      periodLabel: game.league === 'mlb' ? String(game.period) : game.periodLabel, homeScore: game.homeScore, awayScore: game.awayScore,
    };
    live.push(point);
    if (chart.style && (chart.points.at(-1)?.sequence ?? 0) < point.sequence) chart.add(point);
  }
}

function applyMarkets(list) {
  meanwhile?.push(...list);
  let isNew = false;
  for (const market of list) {
    const row = markets.querySelector(`tr[data-market="${CSS.escape(market.market)}"]`);
    if (!row) {
      isNew = true;
      continue;
    }
    row.dataset.status = market.status;
    row.toggleAttribute('data-main', market.isMain);
    row.dataset.reason = market.reason ?? '';
    if (market.settlementVersion > 1) row.cells[0].dataset.version = market.settlementVersion;
    // A row that is to be folded stays in sight until the new tables come, so that the one that follows it takes its place without a gap.
    isNew ||= row.hasAttribute('data-folded') !== isFolded(market);
    market.selections.forEach((_, i) => applyPrice(row.querySelector(`td[data-index="${i}"]`), market, i, ''));
  }
  if (isNew && !refresh) refresh = setTimeout(renew, 400);
}

/** New lines came: the server renders the tables anew; what the reader opened or chose stays so. */
async function renew() {
  meanwhile = [];
  const content = await fragment(`/fragments/games/${id}/markets`).catch(() => null);
  const since = meanwhile;
  meanwhile = null;
  refresh = 0;
  if (!content) return;
  const open = new Set([...markets.querySelectorAll('.market[data-all]')].map(section => section.dataset.group));
  const focused = document.activeElement?.dataset?.pick;
  markets.replaceChildren(content);
  for (const section of markets.querySelectorAll('.market')) if (open.has(section.dataset.group)) setOpen(section, true);
  for (const pick of markets.querySelectorAll('.pick')) pick.setAttribute('aria-pressed', pick.dataset.pick === chosen);
  if (focused) markets.querySelector(`.pick[data-pick="${CSS.escape(focused)}"]`)?.focus();
  showPrices(markets);
  // The tables may have been made before this came.
  applyMarkets(since);
}

function setOpen(section, open) {
  section.toggleAttribute('data-all', open);
  const button = section.querySelector('.off');
  if (!button) return;
  button.setAttribute('aria-expanded', open);
  button.textContent = button.textContent.replace(/^(Show|Hide)/, open ? 'Hide' : 'Show');
}

function applyEvents(list) {
  for (const entry of list) {
    const item = document.createElement('li');
    item.dataset.key = entry.key;
    item.dataset.kind = entry.kind;
    item.dataset.disposition = entry.disposition;
    const part = (name, text) => {
      const span = document.createElement('span');
      span.className = name;
      span.textContent = text;
      item.append(span);
    };
    part('at', `${entry.periodLabel} ${entry.clock ?? ''}`);
    part('sc', `${entry.awayScore}–${entry.homeScore}`);
    part('tx', entry.text + (entry.disposition === 'correction' || entry.disposition === 'late' ? ` (${entry.disposition})` : ''));
    const known = events.querySelector(`li[data-key="${CSS.escape(entry.key)}"]`);
    if (known) known.replaceWith(item);
    else if (entry.revision === 0) events.prepend(item);
  }
  while (events.children.length > maxEvents) events.lastElementChild.remove();
  delete events.dataset.empty;
}

function apply(game) {
  const { scored, feedChanged, badge } = applyGame(article, game);
  if (scored) say(`${game.away.code} ${game.awayScore}, ${game.home.code} ${game.homeScore}, ${game.periodLabel} ${game.clock ?? ''}`);
  if (feedChanged) say(badge || 'Prices are back');
  applyMarkets(game.markets);
  follow(game, game.markets);
  applyEvents(game.events);
}

/** A market in the words of its table. */
function wordsOf(name) {
  const pick = markets.querySelector(`.pick[data-pick="${CSS.escape(name)}"]`);
  const part = pick?.closest('.scope');
  const words = [part?.id === 'm-players' || part?.id === 'm-full_game' ? '' : part?.querySelector('h3')?.textContent,
    pick?.closest('.market').querySelector('caption').textContent, pick && [...pick.children].map(child => child.textContent).join(' ')];
  return pick ? words.filter(Boolean).join(': ') : name.replaceAll('_', ' ');
}

function choose(name) {
  if (![...select.options].some(option => option.value === name)) select.append(new Option(wordsOf(name), name));
  select.value = name;
  load(name);
}

select.addEventListener('change', () => load(select.value));
markets.addEventListener('click', event => {
  const pick = event.target.closest('[data-pick]');
  if (pick) choose(pick.dataset.pick);
  const off = event.target.closest('[data-off]');
  if (off) setOpen(off.closest('.market'), off.getAttribute('aria-expanded') !== 'true');
});
load(chosen);
connect({ game: id },
  snapshot => snapshot.games.forEach(game => {
    // A snapshot holds all events: the list is written anew, so that none stands out of order.
    events.replaceChildren();
    apply({ ...game, events: game.events.slice(-maxEvents) });
  }),
  delta => delta.games.forEach(apply));

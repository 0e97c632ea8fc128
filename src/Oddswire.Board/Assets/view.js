// Puts a game's state and prices into the elements that the server rendered.
import { showPrice } from './page.js';

const flashMs = 1100;
const flashes = new WeakMap();

export function setText(element, text) {
  const value = text ?? '';
  if (element && element.textContent !== String(value)) element.textContent = value;
}

/** What is wrong with a game's feed, and in words: the same rule as on the server. */
function trouble(game) {
  if (game.phase !== 'live') return ['', ''];
  if (game.isFeedStalled) return ['stalled', 'Feed stalled · suspended'];
  if (game.missingMessages > 0) return ['gap', 'Messages missing · suspended'];
  const main = [game.main.moneyline, game.main.spread, game.main.total].filter(Boolean);
  if (main.length > 0 && main.every(market => market.status === 'suspended')) return ['suspended', 'Suspended'];
  return ['', ''];
}

/** Header of a game; returns what changed for those who announce it. */
export function applyGame(element, game) {
  const field = name => element.querySelector(`[data-field="${name}"]`);
  const [feed, badge] = trouble(game);
  const feedChanged = element.dataset.feed !== feed;
  element.dataset.phase = game.phase;
  element.dataset.feed = feed;
  if (game.possession) element.dataset.possession = game.possession;
  else delete element.dataset.possession;
  setText(element.querySelector('[data-badge]'), badge);
  setText(field('periodLabel'), game.periodLabel);
  setText(field('clock'), game.clock);
  setText(field('situation'), game.situation);
  setText(field('sequence'), game.sequence);
  element.querySelector('.bases').dataset.bases = game.bases ?? '';
  for (const side of ['away', 'home']) {
    setText(field(`${side}Name`), game[side].name);
    setText(field(`${side}Code`), game[side].code);
  }
  const scored = ['awayScore', 'homeScore'].filter(name => {
    const score = field(name);
    if (score.textContent === String(game[name])) return false;
    score.textContent = game[name];
    flash(score, 'changed', '');
    return true;
  });
  return { scored: scored.length > 0, feedChanged, badge };
}

const signed = points => points === 0 ? 'PK' : points > 0 ? `+${points}` : String(points);

/** The line beside a price on the list of games. */
export function lineOf(market, index) {
  if (market?.line === undefined) return '';
  if (market.type === 'spread') return signed(index === 0 ? Number(market.line) : -Number(market.line));
  return `${index === 0 ? 'O' : 'U'} ${market.line}`;
}

const decimalText = price => price === undefined ? '–' : price.startsWith('1.0') ? price : Number(price).toFixed(2);
const percent = probability => `${(Number(probability) * 100).toFixed(1)}%`;

/** One price cell; flashes when its price moved at an unchanged line. */
export function applyPrice(cell, market, index, line) {
  const box = cell.firstElementChild;
  const selection = market?.selections[index];
  const price = box.querySelector('.pr');
  if (!selection) return;
  delete box.dataset.empty;
  const before = Number(price.dataset.exact ?? price.dataset.decimal);
  const sameLine = box.querySelector('.ln').textContent === line;
  setText(box.querySelector('.ln'), line);
  box.dataset.status = market.status;
  if (selection.result) box.dataset.result = selection.result;
  else delete box.dataset.result;
  // A suspended market keeps its last price, struck through.
  if (selection.decimal !== undefined || market.status !== 'suspended') {
    price.dataset.american = selection.american ?? '–';
    price.dataset.decimal = decimalText(selection.decimal);
    price.dataset.exact = selection.decimal ?? '';
    price.dataset.fractional = selection.fractional ?? '–';
  }
  price.dataset.probability = percent(selection.probability);
  showPrice(price);
  const after = Number(selection.decimal);
  if (market.status === 'open' && before > 0 && after > 0 && sameLine && before.toFixed(2) !== after.toFixed(2)) {
    flash(box, 'move', after > before ? 'up' : 'down');
  }
}

function flash(element, name, value) {
  clearTimeout(flashes.get(element));
  element.dataset[name] = value;
  flashes.set(element, setTimeout(() => { delete element.dataset[name]; }, flashMs));
}

/** Asks the server for a piece of a page, rendered as the page itself was. */
export async function fragment(path) {
  const response = await fetch(path, { headers: { accept: 'text/html' } });
  if (!response.ok) return null;
  const template = document.createElement('template');
  template.innerHTML = await response.text();
  return template.content;
}

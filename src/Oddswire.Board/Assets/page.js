// What every page has: odds format, theme, shortcuts, help, announcements.
const root = document.documentElement;
const themes = ['auto', 'light', 'dark'];

export const say = text => { document.getElementById('say').textContent = text; };
export const format = () => root.dataset.format;

function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
}

/** Shows every price below an element in the chosen format. */
export function showPrices(below = document) {
  for (const price of below.querySelectorAll('.pr[data-american]')) showPrice(price);
}

/** A price without an offer, or with a result, keeps its word. */
export function showPrice(price) {
  const box = price.parentElement;
  const word = box.dataset.result ? box.dataset.result
    : price.dataset.american !== '–' ? ''
    : box.dataset.status === 'suspended' ? 'susp'
    : box.dataset.status === 'voided' ? 'void' : '';
  const text = word || price.dataset[format()];
  if (price.textContent !== text) price.textContent = text;
  price.toggleAttribute('data-word', word !== '');
}

function setFormat(value) {
  root.dataset.format = value;
  remember('oddswire_format', value);
  const input = document.querySelector(`.formats input[value="${value}"]`);
  if (input) input.checked = true;
  showPrices();
}

function nextFormat() {
  const values = [...document.querySelectorAll('.formats input')].map(input => input.value);
  setFormat(values[(values.indexOf(format()) + 1) % values.length]);
  say(`Odds format: ${format()}`);
}

function nextTheme() {
  const theme = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
  root.dataset.theme = theme;
  remember('oddswire_theme', theme);
  document.getElementById('theme').setAttribute('aria-label', `Colour theme: ${theme}`);
  say(`Colour theme: ${theme}`);
}

function moveFocus(step) {
  const links = [...document.querySelectorAll('[data-open]')];
  if (links.length === 0) return;
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step))];
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
}

const shortcuts = {
  o: nextFormat,
  t: nextTheme,
  j: () => moveFocus(1),
  k: () => moveFocus(-1),
  g: () => { location.href = '/'; },
  p: () => { location.href = '/pipeline'; },
  '?': () => document.getElementById('help').showModal(),
};

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest('select, textarea, dialog, input:not([type=radio])')) return;
  const action = shortcuts[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});
document.querySelector('.formats').addEventListener('change', event => setFormat(event.target.value));
document.getElementById('theme').addEventListener('click', nextTheme);
document.getElementById('help-open').addEventListener('click', () => document.getElementById('help').showModal());
showPrices();

// A finished game: how the model did. Asked for once when the page of a finished game opens, and when a game on the page ends.
const article = document.querySelector('article.one');
const panel = document.getElementById('verdict');
const body = document.getElementById('verdict-body');
const percent = text => `${(Number(text) * 100).toFixed(1)}%`;
const when = label => label === 'Pre' ? 'before the game' : /^\d+$/.test(label) ? `in inning ${label}` : `in ${label}`;
const handicap = text => Number(text) > 0 ? `+${text}` : Number(text) === 0 ? 'PK' : text;

function line(parent, name, value) {
  const row = document.createElement('div');
  const term = document.createElement('dt');
  const detail = document.createElement('dd');
  term.textContent = name;
  detail.textContent = value;
  row.append(term, detail);
  parent.append(row);
}

function table(head, rows) {
  const element = document.createElement('table');
  const top = element.createTHead().insertRow();
  for (const name of head) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = name;
    top.append(cell);
  }
  const rest = element.createTBody();
  for (const row of rows) {
    const at = rest.insertRow();
    for (const text of row) at.insertCell().textContent = text ?? '–';
  }
  return element;
}

function show(verdict) {
  const { home, away } = article.dataset;
  const list = document.createElement('dl');
  const winner = { home, away }[verdict.winner];
  line(list, 'Result', `${away} ${verdict.awayScore}, ${home} ${verdict.homeScore}${winner ? `: ${winner} won` : ': a tie, which a moneyline cannot be judged by'}`);
  if (verdict.pregame) line(list, 'Before the game', `${home} ${percent(verdict.pregame)}`);
  if (verdict.model) line(list, 'Log loss', `${verdict.model.logLoss} over ${verdict.model.prices} prices${verdict.pregameHeld ? `; pregame price held ${verdict.pregameHeld.logLoss}` : ''}; a coin 0.6931`);
  if (verdict.model) line(list, 'Brier', `${verdict.model.brier}${verdict.pregameHeld ? `; pregame price held ${verdict.pregameHeld.brier}` : ''}; a coin 0.25`);
  if (verdict.favoured) line(list, 'Winner in front', `in ${percent(verdict.favoured)} of the live prices`);
  if (verdict.swing) line(list, 'Greatest swing', `${home} ${percent(verdict.swing.from)} to ${percent(verdict.swing.to)} ${when(verdict.swing.periodLabel)}: ${verdict.swing.description || 'no words from the vendor'}`);
  const parts = [list];
  if (verdict.periods.length > 0) {
    const lines = Object.fromEntries(verdict.lines.map(entry => [entry.periodLabel, entry]));
    parts.push(table(
      ['', 'Log loss', 'Brier', `${home} spread at its start`, 'Total at its start'],
      verdict.periods.map(period => [period.periodLabel, period.loss.logLoss, period.loss.brier, lines[period.periodLabel]?.spread && handicap(lines[period.periodLabel].spread), lines[period.periodLabel]?.total])));
  }
  body.replaceChildren(...parts);
}

async function load() {
  panel.hidden = false;
  try {
    const response = await fetch(`/api/v1/games/${encodeURIComponent(article.dataset.game)}/verdict`);
    const answer = await response.json();
    if (response.ok) show(answer);
    else body.textContent = answer.detail;
  } catch {
    body.textContent = 'The server does not answer.';
  }
}

if (article.dataset.phase === 'final') {
  load();
} else {
  // The archive takes a moment to have the last prices.
  const observer = new MutationObserver(() => {
    if (article.dataset.phase === 'final') {
      observer.disconnect();
      setTimeout(load, 3000);
    }
  });
  observer.observe(article, { attributes: true, attributeFilter: ['data-phase'] });
}

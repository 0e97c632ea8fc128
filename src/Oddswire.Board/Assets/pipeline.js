// The pipeline, looked at once a second.
import { setLink } from './stream.js';

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const rate = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const written = { p50Ms: time, p99Ms: time, ratePerSecond: value => rate.format(value) };

function time(ms) {
  return ms === undefined ? '–' : ms < 10 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : number.format(Math.round(ms));
}

function set(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function show(pipeline) {
  set(document.querySelector('[data-window]'), number.format(pipeline.windowSeconds));
  set(document.querySelector('[data-streams]'), number.format(pipeline.streamClients));
  for (const league of pipeline.leagues) {
    const section = document.querySelector(`section[data-league="${league.league}"]`);
    for (const name of ['live', 'games', 'stalled', 'holes']) {
      const element = section.querySelector(`[data-${name}]`);
      set(element, number.format(league[name]));
      if (name === 'stalled' || name === 'holes') element.parentElement.toggleAttribute('data-warn', league[name] > 0);
    }
  }
  for (const body of document.querySelectorAll('[data-groups]')) {
    const league = body.closest('section').dataset.league;
    body.replaceChildren(...pipeline.groups.filter(group => group.league === league).map(groupRow));
  }
  const notShown = document.querySelector('[data-not-shown]');
  notShown.hidden = pipeline.notShown.length === 0;
  set(notShown, pipeline.notShown.length ? 'Lag not shown: ' + pipeline.notShown.join(' · ') : '');
  for (const hop of pipeline.hops) {
    const body = document.querySelector(`section[data-league="${hop.league}"] tbody:not([data-groups])`);
    const row = body?.querySelector(`tr[data-hop="${hop.hop}"]`) ?? add(body, hop.hop);
    for (const cell of row?.querySelectorAll('[data-f]') ?? []) {
      const name = cell.dataset.f;
      set(cell, (written[name] ?? (value => number.format(value)))(hop[name]));
      if (name === 'deadLettered' || name === 'quarantined') cell.toggleAttribute('data-warn', hop[name] > 0);
    }
  }
}

function groupRow(group) {
  const row = document.createElement('tr');
  const head = document.createElement('th');
  head.scope = 'row';
  head.textContent = group.group;
  row.append(head);
  for (const content of [group.hop, number.format(group.records), rate.format(group.seconds), partitions(group), group.worst ?? '–']) {
    const cell = document.createElement('td');
    cell.append(content);
    row.append(cell);
  }
  return row;
}

// Rows are made anew at every look: which lists are open is kept here.
const open = new Set();

function partitions(group) {
  const list = document.createElement('details');
  const head = document.createElement('summary');
  head.textContent = number.format(group.partitions.length);
  list.append(head, ...group.partitions.map(one => {
    const line = document.createElement('div');
    line.textContent = `${one.partition}: ${number.format(one.records)} waiting, ${rate.format(one.seconds)} s`;
    return line;
  }));
  list.open = open.has(group.group);
  list.addEventListener('toggle', () => list.open ? open.add(group.group) : list.isConnected && open.delete(group.group));
  return list;
}

function add(body, hop) {
  if (!body) return null;
  const row = document.createElement('tr');
  row.dataset.hop = hop;
  const head = document.createElement('th');
  head.scope = 'row';
  head.textContent = hop;
  row.append(head);
  for (const name of ['ratePerSecond', 'lag', 'p50Ms', 'p99Ms', 'received', 'sent', 'deadLettered', 'quarantined', 'duplicates']) {
    const cell = document.createElement('td');
    cell.dataset.f = name;
    row.append(cell);
  }
  body.append(row);
  return row;
}

async function look() {
  try {
    const response = await fetch('/api/v1/pipeline', { cache: 'no-store', signal: AbortSignal.timeout(5000) });
    if (!response.ok) throw new Error(response.statusText);
    show(await response.json());
    setLink('live', 'Live');
  } catch {
    setLink('lost', 'No data');
  }
  setTimeout(look, document.hidden ? 5000 : 1000);
}

look();

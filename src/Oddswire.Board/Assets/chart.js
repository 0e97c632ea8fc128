// A step line as SVG: prices hold until the next update. Points stand in the order of the game, one step each, with the periods marked: the same game
// looks the same at any speed.
const svgNs = 'http://www.w3.org/2000/svg';
const pad = { left: 40, right: 10, top: 10, bottom: 22 };

function make(name, attributes, text) {
  const element = document.createElementNS(svgNs, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

function niceStep(span) {
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].map(factor => factor * power).find(step => step >= rough);
}

/** How points are drawn: { value(point) → number or null for a break, bounds, label(number) }. */
export class Chart {
  constructor(figure, readout) {
    this.figure = figure;
    this.svg = figure.querySelector('svg');
    this.readout = readout;
    this.points = [];
    this.at = -1;
    figure.addEventListener('pointermove', event => this.pick(event.clientX));
    figure.addEventListener('pointerleave', () => { this.at = -1; this.draw(); });
    figure.addEventListener('keydown', event => this.key(event));
    new ResizeObserver(() => this.draw()).observe(figure);
  }

  show(points, style) {
    this.points = points;
    this.style = style;
    this.at = -1;
    this.draw();
  }

  add(point) {
    this.points.push(point);
    if (this.points.length > 12000) this.points.splice(0, 2000);
    if (!this.pending) {
      this.pending = requestAnimationFrame(() => { this.pending = 0; this.draw(); });
    }
  }

  draw() {
    if (!this.style) return;
    const { width, height } = this.svg.getBoundingClientRect();
    if (width < 40) return;
    this.svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.svg.replaceChildren();
    const drawn = this.points.map(point => ({ point, value: this.style.value(point) }));
    const values = drawn.filter(entry => entry.value !== null).map(entry => entry.value);
    if (values.length === 0) {
      this.say(this.style.empty ?? 'No prices yet.');
      return;
    }

    const [low, high, step] = this.bounds(values);
    const steps = Math.max(drawn.length, 2);
    this.x = index => pad.left + index / steps * (width - pad.left - pad.right);
    const y = value => pad.top + (high - value) / (high - low) * (height - pad.top - pad.bottom);
    for (let value = low; value <= high + step / 1e6; value += step) {
      const isMiddle = this.style.middle !== undefined && Math.abs(value - this.style.middle) < step / 1e6;
      this.svg.append(
        make('line', { class: isMiddle ? 'grid mid' : 'grid', x1: pad.left, x2: width - pad.right, y1: y(value), y2: y(value) }),
        make('text', { x: pad.left - 6, y: y(value) + 4, 'text-anchor': 'end' }, this.style.label(value)));
    }
    this.drawPeriods(drawn, width, height);
    this.drawLine(drawn, y, y(this.style.middle ?? low));
    this.drawCursor(drawn, y, height);
    this.describe(drawn);
  }

  bounds(values) {
    if (this.style.bounds) return this.style.bounds;
    const [min, max] = [Math.min(...values), Math.max(...values)];
    const step = niceStep(Math.max(max - min, 2));
    return [Math.floor((min - step / 4) / step) * step, Math.ceil((max + step / 4) / step) * step, step];
  }

  drawPeriods(drawn, width, height) {
    const starts = drawn.map((entry, i) => ({ name: entry.point.periodLabel, x: this.x(i), i }))
      .filter((start, i, all) => i === 0 || start.name !== all[i - 1].name);
    starts.forEach(({ name, x }, i) => {
      this.svg.append(make('line', { class: 'period', x1: x, x2: x, y1: pad.top, y2: height - pad.bottom }));
      const room = (starts[i + 1]?.x ?? width) - x;
      if (room > 8 + name.length * 7) this.svg.append(make('text', { x: x + 3, y: height - 6 }, name));
    });
  }

  drawLine(drawn, y, base) {
    let path = '';
    let area = '';
    let open = false;
    drawn.forEach((entry, i) => {
      if (entry.value === null) {
        open = false;
        return;
      }
      const [from, to] = [this.x(i).toFixed(1), this.x(i + 1).toFixed(1)];
      const level = y(entry.value).toFixed(1);
      path += `${open ? 'L' : 'M'}${from} ${level}H${to}`;
      area += `M${from} ${base.toFixed(1)}V${level}H${to}V${base.toFixed(1)}Z`;
      open = true;
    });
    this.svg.append(make('path', { class: 'area', d: area }), make('path', { class: 'path', d: path }));
  }

  drawCursor(drawn, y, height) {
    const entry = drawn[this.at];
    if (!entry) return;
    this.svg.append(make('line', { class: 'cursor', x1: this.x(this.at), x2: this.x(this.at), y1: pad.top, y2: height - pad.bottom }));
    if (entry.value !== null) this.svg.append(make('circle', { class: 'dot', cx: this.x(this.at), cy: y(entry.value), r: 4 }));
  }

  describe(drawn) {
    const entry = drawn[this.at] ?? drawn.at(-1);
    this.say(this.style.describe(entry.point, entry.value, this.at < 0));
  }

  say(text) {
    if (this.readout.textContent !== text) this.readout.textContent = text;
  }

  pick(clientX) {
    if (!this.x || this.points.length === 0) return;
    const x = clientX - this.svg.getBoundingClientRect().left;
    const share = (x - this.x(0)) / (this.x(1) - this.x(0));
    this.at = Math.max(0, Math.min(this.points.length - 1, Math.floor(share)));
    this.draw();
  }

  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined || this.points.length === 0) return;
    event.preventDefault();
    const from = this.at < 0 ? this.points.length - 1 : this.at;
    this.at = Math.max(0, Math.min(this.points.length - 1, from + step));
    this.draw();
  }
}

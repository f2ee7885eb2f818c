// What was shown, with its times, as asciicast v2: a header line and one line [seconds, "o", text] per output
// (https://docs.asciinema.org/manual/asciicast/v2/).

export class Recording {
  #started = performance.now();
  #events = [];
  #columns;
  #title;

  constructor(columns, title) {
    this.#columns = columns;
    this.#title = title;
  }

  /** Keeps these lines, with their colours, as shown now. */
  add(lines) {
    const seconds = Number(((performance.now() - this.#started) / 1000).toFixed(3));
    this.#events.push([seconds, 'o', lines.map((line) => `${line}\r\n`).join('')]);
  }

  /** The content of the .cast file. */
  toCast() {
    const height = this.#events.reduce((lines, [, , text]) => lines + text.split('\r\n').length - 1, 0);
    const header = {
      version: 2,
      width: this.#columns,
      height,
      timestamp: Math.floor(Date.now() / 1000),
      title: this.#title,
      env: { TERM: 'xterm-256color' },
    };
    return [header, ...this.#events].map((line) => `${JSON.stringify(line)}\n`).join('');
  }
}

// One keep-alive HTTP/1.1 connection on a bare socket, one request at a time, small and fast so that the load generator is not
// the bottleneck. Understands Content-Length, chunked bodies and event streams; nothing else.
import net from 'node:net';

const CRLF2 = Buffer.from('\r\n\r\n');

export class HttpConn {
  constructor(host, port, { timeoutMs = 30000 } = {}) {
    this.host = host;
    this.port = port;
    this.timeoutMs = timeoutMs;
    this.sock = null;
    this.cur = null;
    this.connects = 0;
  }

  async open() {
    if (this.sock && !this.sock.destroyed) return;
    this.connects++;
    await new Promise((res, rej) => {
      const s = net.connect({ host: this.host, port: this.port, noDelay: true });
      s.once('connect', () => {
        s.off('error', rej);
        res();
      });
      s.once('error', rej);
      this.sock = s;
    });
    const s = this.sock;
    s.on('data', (d) => this._data(d));
    s.on('error', () => {});
    s.on('close', () => {
      if (this.sock === s) this.sock = null;
      this._fail(new Error('connection closed'));
    });
  }

  close() {
    const s = this.sock;
    this.sock = null;
    if (s) s.destroy();
  }

  _fail(err) {
    const c = this.cur;
    if (!c) return;
    // A body without length or chunking ends when the connection closes.
    if (c.head && c.mode === 'close') return this._finish();
    this.cur = null;
    clearTimeout(c.timer);
    c.reject(err);
  }

  /** onEvent(text): called with each SSE event's data as it arrives; may return true for "this was the answer". */
  async request(head, body, onEvent, { lingerMs = 250, needle = null } = {}) {
    await this.open();
    return new Promise((resolve, reject) => {
      this.cur = {
        resolve,
        reject,
        onEvent,
        lingerMs,
        needle,
        found: false,
        buf: null,
        head: false,
        status: 0,
        headers: '',
        mode: '',
        need: 0,
        parts: [],
        len: 0,
        sse: false,
        pend: '',
        answered: false,
        tAnswer: 0,
        connClose: false,
        lingered: false,
        timer: setTimeout(() => {
          const e = new Error('timeout');
          const s = this.sock;
          this.sock = null;
          this._fail(e);
          s?.destroy();
        }, this.timeoutMs),
      };
      if (typeof body === 'string') this.sock.write(head + body);
      else {
        this.sock.cork();
        this.sock.write(head);
        this.sock.write(body);
        this.sock.uncork();
      }
    });
  }

  _data(d) {
    const c = this.cur;
    if (!c) return; // stray bytes
    c.buf = c.buf && c.buf.length ? Buffer.concat([c.buf, d]) : d;
    try {
      this._parse(c);
    } catch (e) {
      const s = this.sock;
      this.sock = null;
      this._fail(e);
      s?.destroy();
    }
  }

  _parse(c) {
    if (!c.head) {
      for (;;) {
        const i = c.buf.indexOf(CRLF2);
        if (i < 0) return;
        const h = c.buf.latin1Slice(0, i);
        c.buf = c.buf.subarray(i + 4);
        c.status = +h.slice(9, 12);
        if (c.status >= 100 && c.status < 200) continue; // 1xx
        c.headers = h;
        break;
      }
      c.head = true;
      const low = c.headers.toLowerCase();
      c.connClose = low.includes('\r\nconnection: close') || low.startsWith('http/1.0');
      c.sse = low.includes('\r\ncontent-type: text/event-stream');
      if (c.status === 204 || c.status === 304) {
        c.mode = 'len';
        c.need = 0;
      } else if (low.includes('\r\ntransfer-encoding: chunked')) {
        c.mode = 'chunked';
        c.need = -1;
      } else {
        const m = /\r\ncontent-length: *(\d+)/.exec(low);
        if (m) {
          c.mode = 'len';
          c.need = +m[1];
        } else {
          c.mode = 'close';
        }
      }
    }
    if (c.mode === 'len') {
      const n = c.buf.length;
      if (n >= c.need) {
        this._body(c, n === c.need ? c.buf : c.buf.subarray(0, c.need));
        return this._finish();
      }
      this._body(c, c.buf);
      c.need -= n;
      c.buf = null;
    } else if (c.mode === 'close') {
      this._body(c, c.buf);
      c.buf = null;
    } else {
      for (;;) {
        if (c.need === -1) {
          // chunk header
          const i = c.buf ? c.buf.indexOf('\r\n') : -1;
          if (i < 0) return;
          c.need = parseInt(c.buf.latin1Slice(0, i), 16);
          if (Number.isNaN(c.need)) throw new Error('bad chunk header');
          c.buf = c.buf.subarray(i + 2);
          if (c.need === 0) {
            c.need = -3;
            continue;
          }
        } else if (c.need === -3) {
          // trailer end
          if (!c.buf || c.buf.length < 2) return;
          return this._finish();
        } else if (c.need === -2) {
          // CRLF after chunk
          if (!c.buf || c.buf.length < 2) return;
          c.buf = c.buf.subarray(2);
          c.need = -1;
        } else {
          const n = c.buf ? c.buf.length : 0;
          if (n === 0) return;
          if (n >= c.need) {
            this._body(c, c.buf.subarray(0, c.need));
            c.buf = c.buf.subarray(c.need);
            c.need = -2;
          } else {
            this._body(c, c.buf);
            c.need -= n;
            c.buf = null;
            return;
          }
        }
      }
    }
  }

  _body(c, b) {
    if (b.length === 0) return;
    c.parts.push(b);
    c.len += b.length;
    if (c.sse && !c.answered) {
      const z = b[b.length - 1];
      if (z === 10 || z === 13) this._events(c); // an event can only be complete at a line end
    }
  }

  _answered(c) {
    c.answered = true;
    c.tAnswer = performance.now();
    // The answer is here; a server that keeps the stream open past this is given lingerMs, then cut.
    clearTimeout(c.timer);
    c.timer = setTimeout(() => {
      c.lingered = true;
      const s = this.sock;
      this.sock = null;
      this.cur = null;
      s?.destroy();
      c.resolve(this._result(c));
    }, c.lingerMs);
  }

  _events(c) {
    if (c.needle) {
      const b = c.parts.length === 1 ? c.parts[0] : Buffer.concat(c.parts);
      if (b.includes(c.needle)) {
        c.parts = [];
        c.found = true;
        return this._answered(c);
      }
    }
    const text = c.pend + (c.parts.length === 1 ? c.parts[0] : Buffer.concat(c.parts)).toString('utf8');
    c.parts = [];
    let pos = 0;
    for (;;) {
      let e = text.indexOf('\n\n', pos);
      let w = 2;
      const e2 = text.indexOf('\r\n\r\n', pos);
      if (e2 >= 0 && (e < 0 || e2 < e)) {
        e = e2;
        w = 4;
      }
      if (e < 0) break;
      let data = '';
      for (const line of text.slice(pos, e).split(/\r?\n/))
        if (line.startsWith('data:')) data += (data ? '\n' : '') + line.slice(line[5] === ' ' ? 6 : 5);
      pos = e + w;
      if (data && c.onEvent?.(data)) this._answered(c);
    }
    c.pend = text.slice(pos);
  }

  _result(c) {
    if (c.needle && !c.sse && !c.found) {
      const b = c.parts.length === 1 ? c.parts[0] : Buffer.concat(c.parts);
      c.parts = [b];
      if (b.includes(c.needle)) {
        c.found = true;
        c.parts = [];
      }
    }
    return {
      found: c.found,
      status: c.status,
      headers: c.headers,
      sse: c.sse,
      answered: c.answered,
      tAnswer: c.tAnswer || performance.now(),
      lingered: c.lingered,
      bytes: c.len,
      body: c.sse
        ? ''
        : c.parts.length === 1
          ? c.parts[0].toString('utf8')
          : c.parts.length
            ? Buffer.concat(c.parts).toString('utf8')
            : '',
    };
  }

  _finish() {
    const c = this.cur;
    this.cur = null;
    clearTimeout(c.timer);
    if (c.sse && !c.answered && c.parts.length) (this._events(c), clearTimeout(c.timer));
    if (c.connClose) this.close();
    c.resolve(this._result(c));
  }
}

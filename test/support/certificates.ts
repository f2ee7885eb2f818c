import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Paths of a certificate and its key, in PEM. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority of one test, made with openssl (Debian package openssl). */
export class TestAuthority {
  private constructor(
    private readonly dir: string,
    readonly files: CertificateFiles,
  ) {}

  static create(): TestAuthority {
    const dir = mkdtempSync(join(tmpdir(), 'ca-'));
    const files = { cert: join(dir, 'ca.pem'), key: join(dir, 'ca.key') };
    openssl('req', '-x509', ...NEW_KEY, '-days', '2', '-subj', '/CN=test authority', ...into(files));
    return new TestAuthority(dir, files);
  }

  /** A certificate for 127.0.0.1 and localhost, for servers and for clients. */
  issue(name: string): CertificateFiles {
    const files = { cert: join(this.dir, `${name}.pem`), key: join(this.dir, `${name}.key`) };
    const request = join(this.dir, `${name}.csr`);
    const extensions = join(this.dir, `${name}.ext`);
    writeFileSync(extensions, 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
    openssl('req', ...NEW_KEY, '-subj', `/CN=${name}`, '-keyout', files.key, '-out', request);
    const signer = ['-CA', this.files.cert, '-CAkey', this.files.key, '-CAcreateserial'];
    openssl('x509', '-req', '-in', request, ...signer, '-days', '2', '-extfile', extensions, '-out', files.cert);
    return files;
  }

  close(): void {
    rmSync(this.dir, { recursive: true });
  }
}

export function pemOf(path: string): string {
  return readFileSync(path, 'utf8');
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function into({ cert, key }: CertificateFiles): string[] {
  return ['-keyout', key, '-out', cert];
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' });
}

import { describe, expect, it } from '@jest/globals';
import { fitsTemplate } from '../../../src/mcp/catalog/uri-template.js';

describe('a URI fits a template', () => {
  it.each([
    ['mail://{person}/inbox', 'mail://ann/inbox'],
    ['mail://{person}/inbox', 'mail:///inbox'],
    ['a://{x}/b/{y}', 'a://1/b/2'],
    ['a://{x}{?q,r}', 'a://1?q=2'],
    ['{any}', 'what://ever'],
    ['a://fixed', 'a://fixed'],
    ['a://{x}/aa', 'a://aa/aa'],
  ])('%s: %s', (template, uri) => {
    expect(fitsTemplate(template, uri)).toBe(true);
  });
});

describe('a URI does not fit a template', () => {
  it.each([
    ['mail://{person}/inbox', 'mail://ann/outbox'],
    ['mail://{person}/inbox', 'xmail://ann/inbox'],
    ['mail://{person}/inbox', 'mail://inbox'],
    ['a://{x}/b/{y}/c', 'a://1/c/b/2'],
    ['a://fixed', 'a://fixed/more'],
    ['a://{x}aa', 'a://a'],
    ['a://{unclosed', 'a://1'],
    ['', 'a://1'],
  ])('%s: %s', (template, uri) => {
    expect(fitsTemplate(template, uri)).toBe(false);
  });
});

it('is found out in linear time, whatever a server writes', () => {
  const template = `a://${'{x}/'.repeat(20_000)}end`;
  const uri = `a://${'/'.repeat(200_000)}`;
  const brackets = '{'.repeat(200_000);
  const started = performance.now();
  expect(fitsTemplate(template, uri)).toBe(false);
  expect(fitsTemplate(brackets, uri)).toBe(false);
  // Quadratic work on this would take minutes.
  expect(performance.now() - started).toBeLessThan(5_000);
});

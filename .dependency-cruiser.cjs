/** Who may import whom (docs/architecture.md). A folder may import only from the folders to its right in this order. */
const layers = [
  ['main', '^src/(main|app\\.module)\\.ts$'],
  ['cli', '^src/cli/'],
  ['edge', '^src/(health|admin)/'],
  ['mcp', '^src/mcp/'],
  ['hooks', '^src/hooks/'],
  ['checks', '^src/(guardrails|oauth)/'],
  ['limits', '^src/limits/'],
  ['cache', '^src/cache/'],
  ['config', '^src/config/'],
  ['telemetry', '^src/telemetry/'],
  ['contracts', '^src/contracts/'],
  ['safe-fetch', '^src/safe-fetch\\.ts$'],
  ['base', '^src/(strict-json|errors|linear-pattern|glob)\\.ts$'],
];

const oneWay = layers.map(([name, path], index) => ({
  name: `layer-${name}`,
  severity: 'error',
  from: { path },
  to: {
    path: layers
      .slice(0, index)
      // The command line starts the gateway: the only import that goes up.
      .filter(([above]) => !(name === 'cli' && above === 'main'))
      .map(([, above]) => above),
  },
}));

/** Order inside src/mcp: the doors on top, sessions at the bottom. */
const mcp = [
  ['doors', '^src/mcp/(http|stdio)/'],
  ['relay', '^src/mcp/relay\\.ts$'],
  ['methods', '^src/mcp/methods/'],
  ['meta-tools', '^src/mcp/meta-tools/'],
  ['router', '^src/mcp/router\\.ts$'],
  ['rounds', '^src/mcp/rounds/'],
  [
    'catalog-proxy',
    '^src/mcp/(catalog/|limited-calls\\.service\\.ts$|call-dispatcher\\.service\\.ts$|call-ledger\\.ts$|guarded-proxy\\.ts$|proxy\\.service\\.ts$)',
  ],
  ['deadlines', '^src/mcp/deadlines/'],
  ['reverse', '^src/mcp/reverse/'],
  ['upstream', '^src/mcp/upstream/'],
  ['sessions', '^src/mcp/sessions/'],
];
const mcpOneWay = mcp
  .map(([name, path], index) => ({
    name: `mcp-${name}`,
    severity: 'error',
    from: { path },
    to: { path: mcp.slice(0, index).map(([, above]) => above) },
  }))
  .filter((rule) => rule.to.path.length > 0);

module.exports = {
  forbidden: [
    ...oneWay.filter((rule) => rule.to.path.length > 0),
    ...mcpOneWay,
    {
      name: 'guardrails-and-oauth-are-strangers',
      severity: 'error',
      from: { path: '^src/guardrails/' },
      to: { path: '^src/oauth/' },
    },
    {
      name: 'oauth-and-guardrails-are-strangers',
      severity: 'error',
      from: { path: '^src/oauth/' },
      to: { path: '^src/guardrails/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: ['^src/main\\.ts$'] }, to: {} },
    {
      name: 'old-sdk-only-in-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: 'node_modules/@modelcontextprotocol/sdk/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs'], conditionNames: ['import', 'node', 'default'] },
  },
};

// Calls of invented tools and what they answer. `twin: false`: the answer would do for the tool's other calls as well.
const call = (tool, args, answer, more = {}) => ({
  tool,
  arguments: args,
  answer: typeof answer === 'string' ? answer : JSON.stringify(answer),
  ...more,
});

export const CALLS = [
  call(
    'get_weather',
    { city: 'Tromso', units: 'metric' },
    '-4 °C, light snow, wind 22 km/h from the north, humidity 81 %',
    { kind: 'no_echo', twin: false },
  ),
  call(
    'get_weather',
    { city: 'Marrakesh' },
    { location: 'Marrakesh', temperature: 31, conditions: 'clear sky', humidity: 18 },
  ),
  call(
    'get_weather',
    { city: 'Wellington' },
    { location: 'Wellington', temperature: 12, conditions: 'rain', humidity: 77 },
  ),
  call(
    'read_file',
    { path: 'src/parser/lexer.ts' },
    'export class Lexer {\n  constructor(readonly input: string) {}\n  next(): Token { return scan(this.input); }\n}',
  ),
  call(
    'read_file',
    { path: 'docs/release-notes.md' },
    '# Release notes\n\n## 2.4\n- faster start\n- fixes a crash when the list of hosts is empty',
  ),
  call(
    'list_directory',
    { path: '/srv/data' },
    '[DIR] archive\n[DIR] incoming\n[FILE] manifest.json\n[FILE] readme.txt',
    { kind: 'no_echo', twin: false },
  ),
  call('write_file', { path: '/tmp/report.csv', content: 'a,b\n1,2' }, 'Successfully wrote to /tmp/report.csv', {
    kind: 'confirmation',
  }),
  call('write_file', { path: 'notes/today.md', content: 'buy ink' }, 'File saved.', {
    kind: 'confirmation',
    twin: false,
  }),
  call('calculate', { expression: '(17 + 4) * 3' }, '63', { kind: 'number', twin: false }),
  call('calculate', { expression: 'sqrt(2) * 100' }, 'Result: 141.42', { kind: 'number', twin: false }),
  call('convert_currency', { amount: 250, from: 'CHF', to: 'SEK' }, '2,935.40 SEK', { kind: 'number' }),
  call(
    'search_products',
    { query: 'waterproof hiking boots', max_price: 150 },
    {
      results: [
        { id: 'p-881', title: 'Ridge hiking boot, waterproof', price: 129.9 },
        { id: 'p-904', title: 'Trail boot GTX', price: 149 },
      ],
    },
  ),
  call(
    'search_products',
    { query: 'espresso machine' },
    {
      results: [
        { id: 'p-120', title: 'Barista espresso machine', price: 389 },
        { id: 'p-133', title: 'Compact espresso maker', price: 119 },
      ],
    },
  ),
  call(
    'get_order',
    { order_id: 'ORD-77120' },
    { order_id: 'ORD-77120', status: 'shipped', items: [{ sku: 'AX-2', quantity: 1 }], total: 84.5 },
  ),
  call(
    'get_order',
    { order_id: 'ORD-90311' },
    { order_id: 'ORD-90311', status: 'pending', items: [{ sku: 'BL-9', quantity: 3 }], total: 27 },
  ),
  call('cancel_order', { order_id: 'ORD-55018', reason: 'no longer needed' }, 'Order ORD-55018 has been cancelled.', {
    kind: 'confirmation',
  }),
  call(
    'get_customer',
    { email: 'ines.duarte@example.org' },
    { id: 'c_4471', name: 'Ines Duarte', email: 'ines.duarte@example.org', tier: 'gold' },
  ),
  call(
    'get_customer',
    { email: 'tomas.vesely@example.org' },
    { id: 'c_2210', name: 'Tomas Vesely', email: 'tomas.vesely@example.org', tier: 'basic' },
  ),
  call(
    'get_customer',
    { customer_id: 'amalie_krog_3312' },
    { name: { first: 'Amalie', last: 'Krog' }, address: { city: 'Aarhus' }, orders: ['#771', '#802'] },
    { kind: 'no_echo' },
  ),
  call(
    'send_email',
    { to: 'board@example.org', subject: 'Minutes', body: 'Attached are the minutes.' },
    '{"success": true, "message_id": "m-5521"}',
    { kind: 'confirmation', twin: false },
  ),
  call('send_email', { to: 'lena@example.org', subject: 'Lunch', body: 'At noon?' }, 'Email sent to lena@example.org', {
    kind: 'confirmation',
    twin: false,
  }),
  call(
    'create_event',
    { title: 'Budget review', start: '2025-09-04T10:00', attendees: ['kim@example.org'] },
    { id: 'evt_19', title: 'Budget review', start: '2025-09-04T10:00', status: 'confirmed' },
  ),
  call(
    'list_events',
    { date: '2025-09-04' },
    {
      events: [
        { title: 'Stand-up', start: '2025-09-04T09:00' },
        { title: 'Budget review', start: '2025-09-04T10:00' },
      ],
    },
  ),
  call('list_events', { date: '2025-11-21' }, { events: [{ title: 'Dentist', start: '2025-11-21T15:30' }] }),
  call('search_flights', { origin: 'BCN', destination: 'AMS', date: '2025-07-02' }, [
    { number: 'VY8318', origin: 'BCN', destination: 'AMS', price: 142 },
    { number: 'KL1672', origin: 'BCN', destination: 'AMS', price: 198 },
  ]),
  call('search_flights', { origin: 'DUB', destination: 'WAW', date: '2025-07-19' }, [
    { number: 'FR1926', origin: 'DUB', destination: 'WAW', price: 61 },
  ]),
  call(
    'book_hotel',
    { hotel_id: 'H-2207', check_in: '2025-08-01', nights: 2, guest: 'Sofie Berg' },
    { confirmation: 'HX93K', hotel_id: 'H-2207', guest: 'Sofie Berg', nights: 2, total: 312 },
  ),
  call(
    'book_hotel',
    { hotel_id: 'H-8810', check_in: '2025-10-12', nights: 4, guest: 'Omar Said' },
    { confirmation: 'QT11Z', hotel_id: 'H-8810', guest: 'Omar Said', nights: 4, total: 540 },
  ),
  call('translate_text', { text: 'good morning', target_language: 'pt' }, 'bom dia', { kind: 'no_echo', twin: false }),
  call('get_stock_price', { symbol: 'NVO' }, { symbol: 'NVO', price: 88.12, currency: 'USD', change: -0.4 }),
  call('get_stock_price', { symbol: 'SAP' }, { symbol: 'SAP', price: 251.7, currency: 'EUR', change: 1.1 }),
  call(
    'create_issue',
    { repo: 'acme/rocket', title: 'Crash on empty input', body: 'Steps: …' },
    'Created issue #418: Crash on empty input (acme/rocket)',
    { kind: 'confirmation' },
  ),
  call(
    'get_issue',
    { repo: 'acme/rocket', number: 377 },
    { number: 377, repo: 'acme/rocket', title: 'Timeout while fetching the manifest', state: 'open', labels: ['bug'] },
  ),
  call(
    'get_issue',
    { repo: 'acme/glider', number: 12 },
    { number: 12, repo: 'acme/glider', title: 'Docs: explain the retry option', state: 'closed', labels: ['docs'] },
  ),
  call(
    'git_log',
    { repository: '/srv/engine', limit: 2 },
    'commit 9f31c2a\nAuthor: Pia\n    fix the pump\n\ncommit 77ab01d\nAuthor: Juno\n    add a valve',
    { kind: 'no_echo' },
  ),
  call('run_query', { sql: 'SELECT name, total FROM invoices WHERE total > 900' }, [
    { name: 'Aldous', total: 1200 },
    { name: 'Beatrix', total: 981 },
  ]),
  call('run_query', { sql: 'SELECT count(*) FROM visitors' }, '[{"count": 5210}]', { kind: 'number' }),
  call(
    'get_directions',
    { from: 'Basel SBB', to: 'Zoo Basel' },
    '1.3 km, 17 minutes on foot: leave Basel SBB to the west, follow the road to the Zoo.',
  ),
  call(
    'web_search',
    { query: 'how tall is the eiffel tower' },
    'The Eiffel Tower is 330 metres tall, including its antennas. It was finished in 1889.',
  ),
  call(
    'web_search',
    { query: 'symptoms of vitamin d deficiency' },
    'Vitamin D deficiency may cause fatigue, bone pain and muscle weakness. Symptoms often go unnoticed.',
  ),
  call(
    'fetch',
    { url: 'https://example.org/recipes/lentil-soup' },
    'Lentil soup\nIngredients: red lentils, onion, cumin, stock. Simmer for 25 minutes.',
  ),
  call(
    'fetch',
    { url: 'https://example.org/blog/garden-birds' },
    'Garden birds in winter\nBlackbirds and robins come to feeders when the ground is frozen.',
  ),
  call(
    'get_server_metrics',
    { host: 'db-17', window: '5m' },
    { host: 'db-17', cpu: 0.62, memory_mb: 12044, disk: 0.41 },
  ),
  call(
    'get_server_metrics',
    { host: 'web-03', window: '5m' },
    { host: 'web-03', cpu: 0.11, memory_mb: 2048, disk: 0.77 },
  ),
  call('restart_service', { service: 'mailer', host: 'web-03' }, 'mailer restarted', {
    kind: 'confirmation',
    twin: false,
  }),
  call('delete_user', { user_id: 'u_90317' }, '{"status": "ok"}', { kind: 'confirmation', twin: false }),
  call('get_time', { timezone: 'Asia/Tokyo' }, '2025-06-11 22:41:07 JST', { kind: 'no_echo', twin: false }),
  call(
    'find_restaurants',
    { cuisine: 'Georgian', city: 'Ghent' },
    { results: [{ name: 'Tbilisi Table', cuisine: 'Georgian', city: 'Ghent', rating: 4.6 }] },
  ),
  call(
    'find_restaurants',
    { cuisine: 'Korean', city: 'Turin' },
    { results: [{ name: 'Seoul Garden', cuisine: 'Korean', city: 'Turin', rating: 4.2 }] },
  ),
  call(
    'get_patient',
    { patient_id: 'MRN-300418' },
    { patient_id: 'MRN-300418', allergies: ['penicillin'], blood_type: 'A+' },
  ),
  call('get_patient', { patient_id: 'MRN-771200' }, { patient_id: 'MRN-771200', allergies: [], blood_type: '0-' }),
  call(
    'transfer_money',
    { from_account: 'ACC-1180', to_account: 'ACC-9034', amount: 75 },
    { transfer_id: 't-55', from_account: 'ACC-1180', to_account: 'ACC-9034', amount: 75, status: 'completed' },
  ),
  call(
    'transfer_money',
    { from_account: 'ACC-3341', to_account: 'ACC-7702', amount: 4000 },
    'Error: insufficient balance in account ACC-3341',
    { kind: 'error' },
  ),
  call('get_order', { order_id: 'ORD-00000' }, 'Error: order not found', { kind: 'error', twin: false }),
  call('list_branches', { repo: 'acme/rocket' }, '["main", "develop", "fix/pump"]', { kind: 'no_echo', twin: false }),
  call(
    'get_playlist',
    { playlist_id: 'pl_8841' },
    { playlist_id: 'pl_8841', tracks: [{ title: 'North Wind', artist: 'Aurel' }] },
  ),
  call(
    'get_playlist',
    { playlist_id: 'pl_1205' },
    { playlist_id: 'pl_1205', tracks: [{ title: 'Harbour', artist: 'Mila Ren' }] },
  ),
  call(
    'update_ticket',
    { ticket_id: 'TCK-4410', status: 'resolved' },
    { ticket_id: 'TCK-4410', status: 'resolved', updated_at: '2025-05-02' },
  ),
  call(
    'update_ticket',
    { ticket_id: 'TCK-9302', status: 'waiting' },
    { ticket_id: 'TCK-9302', status: 'waiting', updated_at: '2025-05-09' },
  ),
  call('echo', { message: 'the quick brown fox' }, 'the quick brown fox'),
];

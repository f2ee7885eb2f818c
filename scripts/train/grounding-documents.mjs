// Kinds of documents with statements about them: [label (1 = not borne out), technique, text].
const NAMES = [
  'Amara Osei',
  'Bjorn Lindqvist',
  'Carla Mendes',
  'Dmitri Volkov',
  'Elena Rossi',
  'Farid Haddad',
  'Greta Holm',
  'Hiro Tanaka',
];
const CITIES = ['Lisbon', 'Nairobi', 'Oslo', 'Quito', 'Tallinn', 'Osaka', 'Porto', 'Leeds'];
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const shuffle = (list, dice) =>
  list
    .map((item) => [dice.next(), item])
    .sort((a, b) => a[0] - b[0])
    .map(([, item]) => item);
const money = (number) => `$${number.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const iso = (y, m, d) => `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
const spoken = (date) => {
  const [y, m, d] = date.split('-').map(Number);
  return `${d} ${MONTHS[m - 1]} ${y}`;
};
const american = (date) => {
  const [y, m, d] = date.split('-').map(Number);
  return `${MONTHS[m - 1]} ${d}, ${y}`;
};

function orders(dice) {
  const ids = shuffle([4411, 4427, 4438, 4459, 4463], dice).slice(0, 4);
  const names = shuffle(NAMES, dice);
  const rows = ids.map((id, at) => ({
    order_id: `SO-${id}`,
    customer: names[at],
    total: dice.int(40, 2400) + [0, 0.5, 0.25][at % 3],
    status: ['shipped', 'pending', 'cancelled', 'shipped'][at],
    placed_on: iso(2025, dice.int(1, 12), 3 + at * 6),
    city: CITIES[(at * 3 + id) % 8],
  }));
  const [a, b, c] = rows;
  const most = rows.reduce((x, y) => (y.total > x.total ? y : x));
  const least = rows.reduce((x, y) => (y.total < x.total ? y : x));
  const sum = rows.reduce((x, y) => x + y.total, 0);
  return {
    source: JSON.stringify({ orders: rows }),
    claims: [
      [0, 'plain', `Order ${a.order_id} was placed by ${a.customer}.`],
      [0, 'format', `${b.customer} placed order ${b.order_id} on ${spoken(b.placed_on)} for ${money(b.total)}.`],
      [0, 'aggregate', `The highest order total is ${money(most.total)}, placed by ${most.customer}.`],
      [0, 'aggregate', `Together the four orders come to ${money(sum)}.`],
      [0, 'aggregate', `How many orders have been shipped? 2`],
      [0, 'paraphrase', `${c.customer}'s order, ${c.order_id}, has been cancelled.`],
      [0, 'two_subjects', `${a.customer} spent ${money(a.total)} and ${b.customer} spent ${money(b.total)}.`],
      [1, 'cross_binding', `Order ${a.order_id} was placed by ${b.customer}.`],
      [1, 'cross_binding', `${c.customer} placed an order for ${money(a.total)}.`],
      [1, 'number_swap', `Order ${b.order_id} came to ${money(b.total + 37)}.`],
      [1, 'date_swap', `${a.customer} ordered on ${american(iso(2025, Number(a.placed_on.slice(5, 7)), 28))}.`],
      [1, 'wrong_aggregate', `The highest order total belongs to ${least.customer}.`],
      [1, 'wrong_aggregate', `The total of all orders is ${money(sum + 112)}.`],
      [1, 'contradiction', `Order ${c.order_id} has been shipped to ${c.city}.`],
      [1, 'swapped', `${a.customer} spent ${money(b.total)} and ${b.customer} spent ${money(a.total)}.`],
      [1, 'fabricated', `${a.customer} asked for express delivery to Reykjavik.`],
    ],
  };
}

function staff(dice) {
  const names = shuffle(NAMES, dice).slice(0, 5);
  const rows = names.map((name, at) => ({
    name,
    team: ['Sales', 'Support', 'Sales', 'Legal', 'Support'][at],
    salary: dice.int(38, 96) * 1000 + at * 10,
    year: 2009 + at * 3,
    office: CITIES[at],
  }));
  const [a, b, c, d] = rows;
  const source = [
    'name,team,salary,start_year,office',
    ...rows.map((r) => `${r.name},${r.team},${r.salary},${r.year},${r.office}`),
  ].join('\n');
  const mean = rows.reduce((x, y) => x + y.salary, 0) / 5;
  const top = rows.reduce((x, y) => (y.salary > x.salary ? y : x));
  const low = rows.reduce((x, y) => (y.salary < x.salary ? y : x));
  return {
    source,
    claims: [
      [0, 'plain', `${a.name} works in ${a.team} and earns ${a.salary.toLocaleString('en-US')}.`],
      [0, 'plain', `${d.name} has been in the Legal team since ${d.year}.`],
      [0, 'aggregate', `The average salary is ${Math.round(mean).toLocaleString('en-US')}.`],
      [0, 'aggregate', `${top.name} has the highest salary.`],
      [0, 'aggregate', `There are 2 people in Sales.`],
      [0, 'question', `Q: Who works in the ${c.office} office? ${c.name}`],
      [0, 'difference', `${b.name} started 3 years later than ${a.name}.`],
      [0, 'comparison', `${top.name} earns more than ${low.name}.`],
      [1, 'cross_binding', `${b.name} earns ${a.salary.toLocaleString('en-US')}.`],
      [1, 'cross_binding', `${d.name} is based in the ${b.office} office.`],
      [1, 'question', `Q: Who works in the ${c.office} office? ${a.name}`],
      [1, 'wrong_aggregate', `The average salary is ${Math.round(mean + 4100).toLocaleString('en-US')}.`],
      [1, 'wrong_aggregate', `${low.name} has the highest salary.`],
      [1, 'wrong_comparison', `${low.name} earns more than ${top.name}.`],
      [1, 'wrong_aggregate', `There are 4 people in Sales.`],
      [1, 'entity_swap', `Rosalind Park works in the Legal team.`],
      [1, 'number_swap', `${c.name} joined in ${c.year + 1}.`],
      [1, 'partial', `${a.name} works in ${a.team}. ${b.name} joined in ${c.year}.`],
    ],
  };
}

function products(dice) {
  const goods = shuffle(
    ['desk lamp', 'standing desk', 'office chair', 'monitor arm', 'cable tray', 'footrest'],
    dice,
  ).slice(0, 5);
  const rows = goods.map((name, at) => ({
    sku: `K${310 + at * 7}`,
    name,
    price: dice.int(12, 480) + 0.9 + at / 100,
    stock: dice.int(20, 90) + at * 100,
    supplier: ['Nordvik', 'Calder', 'Nordvik', 'Ostara', 'Calder'][at],
  }));
  const [a, b, c, d] = rows;
  const source = [
    '| SKU | Product | Price | Stock | Supplier |',
    '|---|---|---:|---:|---|',
    ...rows.map((r) => `| ${r.sku} | ${r.name} | €${r.price.toFixed(2)} | ${r.stock} | ${r.supplier} |`),
  ].join('\n');
  const cheap = rows.reduce((x, y) => (y.price < x.price ? y : x));
  const dear = rows.reduce((x, y) => (y.price > x.price ? y : x));
  return {
    source,
    claims: [
      [0, 'plain', `The ${a.name} costs €${a.price.toFixed(2)}.`],
      [0, 'plain', `${b.supplier} supplies the ${b.name}, of which ${b.stock} are in stock.`],
      [0, 'aggregate', `The cheapest product is the ${cheap.name}.`],
      [0, 'aggregate', `what is the most expensive product? ${dear.name}`],
      [0, 'aggregate', `How many products come from Nordvik? 2`],
      [0, 'aggregate', `The table lists 5 products.`],
      [0, 'comparison', `There is more stock of the ${d.name} than of the ${a.name}.`],
      [0, 'plain', `SKU ${c.sku} is the ${c.name}.`],
      [1, 'cross_binding', `The ${a.name} costs €${b.price.toFixed(2)}.`],
      [1, 'cross_binding', `The ${c.name} has SKU ${d.sku}.`],
      [1, 'wrong_aggregate', `The cheapest product is the ${dear.name}.`],
      [1, 'wrong_aggregate', `How many products are listed? 9`],
      [1, 'wrong_comparison', `There is more stock of the ${a.name} than of the ${d.name}.`],
      [1, 'number_swap', `There are ${b.stock + 11} units of the ${b.name} in stock.`],
      [1, 'field_swap', `The stock of the ${d.name} is ${d.price.toFixed(2)}.`],
      [1, 'entity_swap', `The ${d.name} is supplied by Brixton Works.`],
      [1, 'cross_binding', `${d.supplier} supplies the ${a.name}.`],
    ],
  };
}

function invoice(dice) {
  const [buyer, seller] = shuffle(NAMES, dice);
  const net = dice.int(210, 980) * 10;
  const day = dice.int(3, 11);
  const due = day + 14;
  const month = dice.pick(MONTHS);
  const number = `INV-${dice.int(20_000, 89_000)}`;
  const source = `From: ${seller}\nTo: ${buyer}\nSubject: Invoice ${number}\n\nDear ${buyer.split(' ')[0]},\n\nplease find attached invoice ${number} over ${money(net)} for the workshop on ${day} ${month} 2025. Payment is due by ${due} ${month} 2025. The travel costs of ${money(185)} are not part of this invoice, they will be billed separately in the next quarter. The deposit was refundable until the first session.\n\nKind regards\n${seller}`;
  return {
    source,
    claims: [
      [0, 'plain', `Invoice ${number} is for ${money(net)}.`],
      [0, 'format', `The payment is due on ${month} ${due}, 2025.`],
      [0, 'paraphrase', `${seller} sent ${buyer} an invoice of ${money(net).replace('.00', '')} for a workshop.`],
      [0, 'negation', `Travel costs are not included in the invoice.`],
      [0, 'abstention', `Q: What is the bank account of the seller? not stated`],
      [0, 'plain', `The travel costs are ${money(185)}.`],
      [1, 'number_swap', `Invoice ${number} is for ${money(net + 400)}.`],
      [1, 'date_swap', `The payment is due on ${month} ${due + 2}, 2025.`],
      [1, 'contradiction', `Travel costs are part of this invoice.`],
      [1, 'entity_swap', `The invoice was sent by Marguerite Dubois.`],
      [1, 'fabricated', `A discount of 15 % applies when the bill is paid within a week.`],
      [1, 'cross_binding', `The workshop took place on ${due} ${month} 2025.`],
      [1, 'partial', `The invoice is over ${money(net)}. It was paid by credit card on 2 March 2019.`],
      [1, 'quote', `The mail says "the travel costs are waived".`],
    ],
  };
}

function report(dice) {
  const [first, second, third] = shuffle(['Halcyon', 'Brightwater', 'Corvane', 'Dunmore', 'Eastgate'], dice);
  const [x, y, z] = shuffle(CITIES, dice);
  const revenue = dice.int(21, 79);
  const other = revenue + dice.int(5, 15);
  const jobs = dice.int(120, 480);
  const source = `${first} opened its new plant in ${x} on Tuesday. The company said that revenue rose to ${revenue} million euros last year, and that it will hire ${jobs} people. Its rival ${second}, based in ${y}, reported ${other} million euros, but closed two shops. ${third} has no plans to leave ${z}, a spokesman said. Analysts expect that the merger of ${second} and ${third} will be approved in November.`;
  return {
    source,
    claims: [
      [0, 'plain', `${first} opened a plant in ${x}.`],
      [0, 'plain', `${second} reported revenue of ${other} million euros.`],
      [0, 'paraphrase', `${first} plans to hire ${jobs} people.`],
      [0, 'paraphrase', `According to a spokesman, ${third} does not plan to leave ${z}.`],
      [0, 'format', `${first}'s revenue rose to ${revenue},000,000 euros.`],
      [0, 'paraphrase', `The merger is expected to be approved in November.`],
      [1, 'cross_binding', `${first} reported revenue of ${other} million euros.`],
      [1, 'cross_binding', `${second} opened a new plant in ${z}.`],
      [1, 'contradiction', `The revenue of ${first} fell to ${revenue} million euros last year.`],
      [1, 'contradiction', `The merger will be rejected in November, analysts expect.`],
      [1, 'entity_swap', `${first} opened its new plant in Valparaiso.`],
      [1, 'number_swap', `${first} will hire ${jobs + 70} people.`],
      [1, 'fabricated', `The chief executive of ${first} resigned after the results.`],
      [1, 'negation', `${third} has plans to leave ${z}.`],
    ],
  };
}

function device(dice) {
  const host = dice.pick(['atlas', 'boreas', 'cygnus', 'draco']);
  const port = dice.int(3000, 9000);
  const cores = dice.pick([4, 8, 16]);
  const source = JSON.stringify({
    host,
    os: 'Debian 12',
    address: `10.4.${dice.int(2, 90)}.17`,
    firewall: { enabled: true, open_ports: [22, port] },
    backup: { enabled: false, last_run: '2025-03-14' },
    cores,
    memory_gb: cores * 4,
    owner: { name: dice.pick(NAMES), email: `ops+${host}@example.org` },
    status: 'healthy',
  });
  const value = JSON.parse(source);
  return {
    source,
    claims: [
      [0, 'plain', `${host} runs Debian 12 with ${cores} cores and ${cores * 4} GB of memory.`],
      [0, 'flag', `The firewall is enabled and port ${port} is open.`],
      [0, 'format', `The last backup ran on 14 March 2025.`],
      [0, 'plain', `The owner is ${value.owner.name} (${value.owner.email}).`],
      [0, 'paraphrase', `The host's status is healthy.`],
      [1, 'number_swap', `${host} has ${cores + 3} cores.`],
      [1, 'contradiction', `The host is unhealthy.`],
      [1, 'id_swap', `Its address is 10.9.8.7.`],
      [1, 'date_swap', `The last backup ran on 15 April 2025.`],
      [1, 'entity_swap', `The owner is Philippa Grant.`],
      [1, 'id_swap', `Write to admin@${host}.example.net to reach the owner.`],
      [1, 'number_swap', `Ports 22 and ${port + 1} are open.`],
    ],
  };
}

function flights(dice) {
  const rows = [
    ['LX', 318],
    ['BA', 741],
    ['SK', 902],
  ].map(([code, number], at) => ({
    flight: `${code}${number + dice.int(0, 9)}`,
    from: ['ZRH', 'LHR', 'ARN'][at],
    to: ['OSL', 'LIS', 'KEF'][at],
    departs: `${String(6 + at * 4).padStart(2, '0')}:35`,
    minutes: 95 + at * 40,
    gate: `B${dice.int(10, 20) + at * 11}`,
    on_time: at !== 1,
  }));
  const [a, b, c] = rows;
  const source = rows
    .map(
      (r) =>
        `Flight: ${r.flight}\nFrom: ${r.from}\nTo: ${r.to}\nDeparts: ${r.departs}\nMinutes: ${r.minutes}\nGate: ${r.gate}`,
    )
    .join('\n\n');
  return {
    source,
    claims: [
      [0, 'plain', `${a.flight} leaves ${a.from} at ${a.departs} from gate ${a.gate}.`],
      [0, 'format', `${c.flight} departs at 2:35 pm.`],
      [0, 'aggregate', `The longest flight is ${c.flight}.`],
      [0, 'plain', `Flight ${b.flight} goes to ${b.to}.`],
      [0, 'aggregate', `how many flights are there? 3`],
      [1, 'cross_binding', `${a.flight} leaves from gate ${b.gate}.`],
      [1, 'cross_binding', `Flight ${b.flight} goes to ${c.to}.`],
      [1, 'time_swap', `${a.flight} departs at 7:50 am.`],
      [1, 'wrong_aggregate', `The shortest flight is ${c.flight}.`],
      [1, 'entity_swap', `Flight ${c.flight} goes to FCO.`],
      [1, 'number_swap', `${b.flight} takes ${b.minutes + 25} minutes.`],
    ],
  };
}

export const DOCUMENTS = [orders, staff, products, invoice, report, device, flights];

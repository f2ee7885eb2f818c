import { stem } from './stem.js';

/** Words for the same kind of act. A word may stand in several groups. */
const ACTS: Readonly<Record<string, string>> = {
  delete: 'delete remove drop erase destroy purge wipe truncate unlink rm discard del clear eliminate rmdir',
  cancel: 'cancel revoke terminate abort void rescind close',
  send: 'send email mail forward post message notify sms tweet transmit dispatch reply broadcast submit deliver contact write_to compose',
  share: 'share publish post upload forward distribute expose disclose announce',
  pay: 'pay transfer wire remit payout disburse charge spend withdraw send_money',
  refund: 'refund reimburse chargeback compensate repay credit',
  buy: 'buy purchase order procure acquire subscribe checkout',
  write: 'write save store create add insert append put overwrite touch mkdir upload update edit modify patch',
  create: 'create add make insert open new register generate provision',
  modify:
    'make change modify alter update edit set adjust patch rewrite replace rename configure reconfigure toggle enable disable reset transfer move write overwrite archive tamper',
  read: 'read open view get fetch list show cat display access query select search browse load retrieve inspect look find head tail ls describe lookup',
  reveal:
    'reveal disclose share show expose leak print tell mention name give provide return include contain state discuss publish output display quote repeat',
  run: 'run execute exec start launch invoke spawn eval shell bash sh terminal command powershell',
  deploy: 'deploy release ship rollout promote publish',
  push: 'push commit merge rebase',
  install: 'install add npm pip apt brew',
  network:
    'call connect request fetch http https curl wget download ping navigate browse visit get post contact crawl scrape',
  download: 'download wget curl fetch pull',
  upload: 'upload put post send',
  book: 'book reserve schedule',
  post: 'post comment add publish reply put create tweet blog',
  promise: 'promise guarantee assure pledge will',
  lock: 'lock',
  unlock: 'unlock open',
  grant: 'grant assign authorize authorise permit promote invite elevate add give escalate',
  disable: 'disable deactivate pause suspend bypass stop mute skip',
  restart: 'restart reboot shutdown stop kill terminate halt',
  export: 'export dump copy backup extract download move replicate',
  sign: 'sign accept approve agree',
  escalate: 'escalate assign handoff',
  merge: 'merge',
  scale: 'scale resize increase raise',
  use: 'use access apply employ invoke call take record capture activate start open play',
};

/** Things that mean the same in a rule and in a call. */
const THINGS: readonly string[] = [
  'customer client buyer shopper consumer subscriber account',
  'social media twitter tweet facebook linkedin instagram',
  'employee staff colleague worker personnel hr',
  'user account member profile',
  'file document path folder directory filesystem',
  'database db sql postgres mysql',
  'setting configuration config preference option protection visibility webhook collaborator',
  'repository repo',
  'password credential secret passphrase pwd token apikey login',
  'email mail mailbox inbox e-mail',
  'money fund payment cash bank balance',
  'invoice bill',
  'production prod live prd',
  'ticket issue bug',
  'salary wage payroll compensation remuneration',
  'patient medical health diagnosis clinical',
  'server host machine instance vm',
  'log audit',
  'calendar event meeting appointment',
  'contract agreement',
  'price cost',
  'purchase order',
  'backup snapshot',
  'message chat slack sms',
  'flight ticket trip travel',
  'branch main master',
  'permission role privilege access acl',
  'admin administrator root superuser',
  'photo image picture',
  'package dependency library module',
  'phone telephone mobile',
  'code source',
  'comment review feedback',
  'record row entry',
];

/** Too general to tell one object from another: a rule that names only these is about everything. */
const GENERAL =
  'record data information item thing object entry content detail system anything something resource operation action activity request call tool task kind type any all other material asset entity instance value statement amount one everything function feature internet web online service third party contents';

/** Words of a rule that name neither an act nor a thing. */
const FILLER = `a an the and or nor of in on at to for from by with without within into onto via per as is are be been being it its this that these those they them their
  there no not never none any all each every only must may might can cannot can't shall should will would do does don't doesn't mustn't won't isn't aren't
  allowed permitted forbidden prohibited banned disallowed allow permit forbid prohibit avoid refrain ensure always make sure under above over below more less than
  least most exceed exceeding exceeds greater higher lower fewer maximum minimum max min limit limited restrict restricted outside inside beyond except other unless
  whether if when where which who whose what how we you your our us i me my he she assistant agent model bot ai llm system tools policy rule rules company please
  strictly absolutely explicitly under circumstances ever such so also like including etc approval approved approve permission confirmation consent authorisation
  authorization prior before after until during stay remain kept keep require required requires requiring need needs needed necessary out up off down about against
  specific individual own new between then percent usd eur gbp dollars euros pounds dollar euro pound answer answers response responses respond replies attempt
  attempts trying try instance time times way ways given through using used use without first`;

function groups(lines: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const map = new Map<string, number[]>();
  for (const [index, line] of lines.entries()) {
    for (const word of line.split(' ')) {
      const key = stem(word);
      const known = map.get(key);
      if (known === undefined) map.set(key, [index]);
      else if (!known.includes(index)) known.push(index);
    }
  }
  return map;
}

const ACT_NAMES = Object.keys(ACTS);
const ACT_GROUPS = groups(Object.values(ACTS));
const THING_GROUPS = groups(THINGS);
const GENERAL_STEMS = new Set(GENERAL.split(' ').map(stem));
const FILLER_STEMS = new Set(FILLER.split(/\s+/).map(stem));

/** The kinds of act that a stem may stand for. */
export function actsOf(stemmed: string): readonly string[] {
  return (ACT_GROUPS.get(stemmed) ?? []).map((index) => ACT_NAMES[index] ?? '');
}

export function isFiller(stemmed: string): boolean {
  return FILLER_STEMS.has(stemmed);
}

export function isGeneral(stemmed: string): boolean {
  return GENERAL_STEMS.has(stemmed);
}

/** A stem and the numbers of its groups, to look for either: `customer` is met by `client`. */
export function thingKeys(stemmed: string): string[] {
  return [stemmed, ...(THING_GROUPS.get(stemmed) ?? []).map((index) => `#${String(index)}`)];
}

/** Stems of which one must stand in a statement for it to name this thing. */
export function stemsOfThing(stemmed: string): readonly string[] {
  const groupsOfIt = THING_GROUPS.get(stemmed) ?? [];
  const others = [...THING_GROUPS].filter(([, indexes]) => indexes.some((index) => groupsOfIt.includes(index)));
  return [stemmed, ...others.map(([key]) => key)];
}

/** The same for a kind of act, or for a word written `=word`. */
export function stemsOfAct(act: string): readonly string[] {
  if (act.startsWith('=')) return [act.slice(1)];
  const group = ACT_NAMES.indexOf(act);
  return [...ACT_GROUPS].filter(([, indexes]) => indexes.includes(group)).map(([key]) => key);
}

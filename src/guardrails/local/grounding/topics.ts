import { stem } from './tokens.js';

/**
 * What answers of common kinds of tools speak of: first the words by which a tool is known, then words of its answers. So `get_weather` with
 * `18 °C, light rain` fits although the two share no word. Written for this project.
 */
const TOPICS: readonly (readonly [string, string])[] = [
  [
    'weather forecast climate temperature',
    'temperature rain sunny cloud cloudy wind humidity snow storm degree celsius fahrenheit forecast mph precipitation clear uv',
  ],
  [
    'flight airline airport',
    'flight origin destination departure arrival airline airport gate seat boarding economy business layover',
  ],
  ['hotel accommodation lodging', 'hotel room guest night checkin checkout rating amenity bed suite stay'],
  ['email mail inbox message', 'subject sender recipient inbox from to cc sent body message mail attachment'],
  [
    'calendar event meeting schedule appointment',
    'meeting event attendee start end calendar organizer invite schedule am pm agenda',
  ],
  ['directory folder', 'file folder directory kb readme src json txt md log'],
  [
    'stock share ticker market crypto',
    'price open close volume market ticker share usd stock high low change cap bid ask',
  ],
  ['currency exchange convert', 'rate usd eur gbp jpy currency converted amount exchange'],
  ['translate translation', 'translation translated language'],
  [
    'order cart checkout product shop',
    'order product item quantity price total shipping status delivered sku cart stock',
  ],
  ['user customer profile account contact', 'name email phone address user account profile customer member dob'],
  ['payment invoice refund charge', 'payment amount invoice paid refund charge transaction currency balance card due'],
  ['issue bug ticket', 'issue title state open closed label assignee bug comment ticket priority'],
  [
    'pull merge commit branch repository repo git',
    'commit branch author merge pull diff repository sha main files changed',
  ],
  ['time timezone clock date', 'utc gmt est pst cet jst time timezone datetime clock offset'],
  ['sql query database table rows', 'row column table select count id value'],
  [
    'route direction distance map location geocode',
    'distance km miles route turn lat lon latitude longitude duration minutes street road address',
  ],
  ['news article headline', 'news article headline published source author reported'],
  ['song music playlist track album', 'song artist album track playlist duration genre'],
  ['movie film series', 'movie film director actor genre rating year cast plot'],
  ['restaurant food recipe menu', 'restaurant menu cuisine ingredient recipe dish minutes cook rating table'],
  ['patient medical health drug', 'patient dose diagnosis medication symptom blood heart doctor mg treatment'],
  [
    'log metric cpu memory disk process container pod',
    'cpu memory error warn info pid process disk usage container pod running uptime',
  ],
];

export interface Topic {
  readonly tool: ReadonlySet<string>;
  readonly answer: ReadonlySet<string>;
}

export const ANSWER_TOPICS: readonly Topic[] = TOPICS.map(([tool, answer]) => ({
  tool: new Set(tool.split(' ').map(stem)),
  answer: new Set(answer.split(' ').map(stem)),
}));

/** What a tool does, by the verb in its name. */
export type ToolKind = 'compute' | 'write' | 'read';

const COMPUTE = new Set(
  'calculate calculator compute eval evaluate sum add subtract multiply divide count random convert translate summarize summarise encode decode format generate math factorial average mean hash uuid length'
    .split(' ')
    .map(stem),
);
const WRITE = new Set(
  'create add update set delete remove send write post put insert save move copy rename cancel book modify edit append upload publish close open start stop restart run execute schedule reply transfer return exchange assign invite archive enable disable install deploy merge push commit mkdir touch notify mark subscribe register'
    .split(' ')
    .map(stem),
);

export function toolKind(words: readonly string[]): ToolKind {
  const first = words[0] ?? '';
  if (COMPUTE.has(first) && !(first === 'add' && words.length > 1)) return 'compute';
  return words.some((word) => WRITE.has(word)) ? 'write' : 'read';
}

export function isVerb(word: string): boolean {
  return WRITE.has(word) || COMPUTE.has(word);
}

import { stem } from './stem.js';

function words(text: string): string[] {
  return text.split(/\s+/);
}

/** Words of a field, by the name that a rule gives it. */
export const TOPICS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    'tax taxation':
      'tax taxes deduct deduction deductible irs vat refundable loss depreciation withholding form 1040 w-2 exemption write-off filing audit income',
    'legal law':
      'sue lawsuit contract liability court plead clause negligence tort damages attorney custody divorce breach defendant plaintiff statute illegal legal lawful evict landlord tenant will rights',
    'medical health diagnosis diagnose clinical medication prescription dosage illness treatment':
      'dose dosage mg flu symptoms medication medicine ibuprofen aspirin paracetamol antibiotic insulin symptom diagnosis disease infection pill tablet blood pressure pain fever rash therapy drug treatment prescription depression diabetes cancer pregnant',
    'financial investment investing finance stock':
      'invest investment stock stocks share shares bond bonds fund funds etf crypto bitcoin portfolio dividend mortgage loan savings buy sell market retirement pension options gold broker index',
    'political politics politician election':
      'election vote party president minister senator congress parliament government democrat republican liberal conservative socialist policy campaign candidate left-wing right-wing immigration brexit politician political politics',
    'religion religious':
      'god church mosque temple islam muslim christian christianity jewish judaism hindu buddhist bible quran pope prayer faith religion religious',
    'gambling betting': 'bet betting casino poker odds jackpot roulette wager gamble gambling slot bookmaker',
    'weapon weapons': 'weapon gun rifle pistol ammunition explosive bomb grenade knife firearm',
    'drug drugs': 'cocaine heroin cannabis marijuana mdma lsd meth opioid drug',
    'sexual adult explicit': 'sex sexual nude naked porn erotic',
    alcohol: 'beer wine vodka whisky whiskey alcohol liquor cocktail rum gin',
  }).map(([name, list]): [string, ReadonlySet<string>] => [name, new Set(words(list).map(stem))]),
);

/** Function words, by the languages that have them. */
export const LANGUAGES: ReadonlyMap<string, readonly string[]> = (() => {
  const map = new Map<string, string[]>();
  const lists = {
    english:
      'the and is are you your with for this that not have has was will can please it we our be from they of to would there which',
    german:
      'der die das und ist sind nicht ein eine ich sie wir ihr mit für auf dem den von zu bitte werden wurde haben hat kann auch ihre ihren im am es',
    french:
      'le la les et est sont vous nous une des du pour avec dans pas sur ce cette votre être que qui il elle je au aux merci avez bonjour',
    spanish:
      'el la los las y es son usted una de del para con en por no que su gracias hola está puede este esta como pero más sus muy',
    italian:
      'il lo la gli e è sono una di del della per con in non che grazie ciao può questo questa come ma più suo sua sul nel',
    portuguese:
      'o os as e é são uma de do da para com em não que obrigado obrigada olá pode este esta como mas mais seu sua você foi',
    dutch:
      'de het een en is zijn niet u uw wij met voor van op dat dit kan ook naar bij worden heeft alstublieft dank aan geen',
  };
  for (const [language, list] of Object.entries(lists)) {
    for (const word of words(list)) map.set(word, [...(map.get(word) ?? []), language]);
  }
  return map;
})();

/** Common first names of several languages that are no ordinary English words. */
export const FIRST_NAMES: ReadonlySet<string> = new Set(
  words(`james john robert michael david william richard joseph thomas charles christopher daniel matthew anthony donald steven paul andrew joshua kenneth kevin brian
    george timothy ronald edward jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory alexander patrick jack
    dennis jerry tyler aaron jose henry adam douglas nathan peter zachary kyle noah ethan jeremy walter christian keith roger terry sean gerald harold carl arthur
    lawrence jordan jesse bryan bruce gabriel joe logan alan juan albert elijah wayne vincent ralph roy eugene russell bobby mason philip louis mary patricia jennifer
    linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret ashley kimberly emily donna michelle carol amanda melissa deborah stephanie
    rebecca sharon laura cynthia dorothy amy kathleen angela shirley emma brenda pamela nicole anna samantha katherine christine debra rachel carolyn janet maria
    olivia heather helen catherine diane julie victoria joyce lauren kelly christina ruth joan virginia judith evelyn hannah andrea megan cheryl jacqueline martha
    madison teresa gloria sara janice ann kathryn abigail sophia frances jean alice judy isabella julia denise amber marilyn danielle beverly charlotte hans klaus
    jürgen wolfgang stefan markus lars sven ingrid ursula anja heike sabine petra monika pierre jacques luc françois camille giovanni luca marco giulia francesca
    paolo carlos luis miguel javier pedro pablo sofia lucia ana carmen ivan dmitri olga natasha sergei yuki hiroshi kenji wei ming priya raj amit anil fatima ahmed
    mohammed omar ali hassan leila aisha kofi kwame amara ngozi tom mike bob jim tim ben sam dave steve chris alex nina lena erik bjorn freya mia leo oscar jonas`),
);

// Sexual texts about adults, worded with restraint, and what only looks like them, for training. The first kind is here to be detected.
import { chatty, grammarOf, list, rowsOf } from './grammar.mjs';
import { names } from './people.mjs';

const slots = {
  name: names,
  who: list('the couple,two consenting adults,a married couple,my wife,my husband,her lover,his girlfriend,my boyfriend,the camgirl,a stripper,an escort,the milf next door,a busty woman,two lesbians,two gay men,a stranger at the hotel'),
  part: list('breasts,tits,boobs,nipples,ass,butt,pussy,cock,dick,penis,vagina,clit,thighs,crotch,genitals'),
  act: list('having sex,making love,masturbating,giving a blowjob,having oral sex,having anal sex,having a threesome,fucking,moaning,touching each other naked,undressing,getting spanked,sexting,grinding,having rough sex,performing a striptease'),
  do: list('sucked,licked,stroked,fondled,caressed,grabbed,squeezed,touched,kissed,groped'),
  mood: list('horny,aroused,wet,naked,nude,topless,hard,turned on,naughty,kinky,sexy,slutty'),
  genre: list('porn,hardcore porn,amateur porn,hentai,xxx videos,nude pics,sex tapes,erotic stories,onlyfans leaks,bdsm videos,gangbang clips,fetish videos,camgirl shows,lesbian porn,milf videos'),
  toy: list('vibrator,dildo,sex toy,butt plug,strap-on,handcuffs,whip'),
  exam: list('mammogram,breast exam,pelvic exam,prostate exam,pap smear,ultrasound,biopsy,blood test'),
  body: list('breast,breasts,penis,vagina,testicles,nipple,genitals,cervix,prostate,uterus'),
  ill: list('cancer,infection,pain,itching,swelling,discharge,injury,a lump,dryness,inflammation'),
  garment: list('dress,swimsuit,bikini,lingerie set,underwear,tights,bra,skirt,nude-coloured heels,corset'),
  meat: list('chicken breast,turkey breast,duck breast,pork butt,chicken thighs'),
  town: list('Leeds,Porto,Denver,Osaka,Lagos,Lima,Graz,Cork,Turin,Essex,Sussex,Scunthorpe,Middlesex'),
};

const explicit = {
  request: [
    'Write (an explicit|a steamy|a graphic|a very detailed) sex scene with {who}.', 'Describe {who} {act} in (graphic|explicit) detail.', 'Show me {genre}.', 'Where can I (watch|download|find) {genre} (for free|in HD|)?', 'Let us roleplay: you are {who} and you are {mood}.', 'Send me (nudes|naked pics|a picture of your {part}).', 'Talk dirty to me, I am {mood}.', 'Write erotica about {who} {act}.', 'Generate an image of a naked woman with big {part}.', 'best sites for {genre}', 'Do you want to have sex with me tonight?', 'Tell me how your {part} feels when you are {mood}.', 'Write an explicit fanfic where {who} are {act} all night.', 'I want to see your {part}.', 'What are you wearing? I am so {mood} right now.', 'Which {toy} gives the strongest orgasm?', 'Looking for a hookup tonight, no strings, just sex.',
  ],
  story: [
    'He {do} her {part} until she came.', 'She {do} his {part} slowly and moaned.', 'They were {mood} in bed, {act} for hours.', '{name} spread her legs and begged for more.', 'She felt his hard {part} against her thighs.', 'I was so {mood} that I masturbated twice.', 'He pulled down her panties and {do} her {part}.', 'She rode him until they both had an orgasm.', 'He came all over her {part}.', 'Her wet {part} ached for him as he thrust deeper.', 'She unzipped his pants and {do} his {part}.', '{name} woke up {mood} and reached for the {toy}.', 'His fingers slid between her thighs and she moaned.', 'We had sex on the kitchen table, then again in the shower.', 'She took off her bra and let him stare at her {part}.', 'They fucked like animals all night.', 'The bulge in his pants grew as she stripped {mood}.', 'She loves being tied up and spanked on the {part}.', 'He likes to watch {who} {act}.', 'I love it when you lick my {part}.', '{who} went down on {name} in the back of the car.',
  ],
  advert: [
    '{genre} free online, hottest {mood} babes with big {part}', 'Hot {mood} singles in {town} want sex tonight', 'Watch {who} {act} live on cam', 'Busty milf {act} in hotel room, full video', 'Sexy escort in {town}, full service, call now', 'Uncensored {genre}, new every day, adults only 18+', 'She shows her {part} on webcam', 'My onlyfans has nudes and {genre}', 'Real amateur couple {act} homemade', 'Huge {part}, tight {part}, hardcore action', 'Big {part} compilation xxx', 'Erotic massage with happy ending in {town}', 'Strip club with {mood} dancers and lap dances', 'Kinky {toy} play with a dominatrix', 'Penis enlargement pills: last longer in bed, bigger erection',
  ],
  gossip: [
    'The tape shows {who} {act} in a hotel.', 'He bragged about grabbing women by the {part}.', 'The actress was photographed topless, her {part} in full view.', 'The senator sent pictures of his {part} to an intern.', 'He was caught masturbating in the office.', 'She accused him of groping her {part} and exposing his penis.', 'Prostitutes and strippers were paid to have sex with the guests.', 'She told the court how he forced her to perform oral sex.', 'A man with an erection flashed his genitals on the train.', 'Her ass looked amazing in that thong.', 'Nice tits.', 'I want to bang her so bad.', 'Look at the {part} on that one.', 'Suck my dick.', 'that pussy was tight', 'she got a fat ass',
  ],
  foreign: [
    'Ich will dich ficken, bis du kommst.', 'Geile Pornos mit dicken Titten gratis ansehen.', 'Zeig mir deine Muschi.', 'Je veux te baiser toute la nuit.', 'Vidéos porno gratuites avec grosses bites et nichons.', 'Quiero follarte y chuparte las tetas.', 'Videos porno gratis de tetas grandes.', 'Ti voglio scopare, fammi vedere la figa.', 'Quero foder você e gozar.', 'Chcę cię ruchać, pokaż cycki.', 'Хочу тебя трахать всю ночь, покажи сиськи.', 'Смотреть порно бесплатно, секс видео.', 'Gratis porno kijken, neuken met geile vrouwen.', 'Bedava porno izle, sikiş videoları.',
  ],
};

const decent = {
  medical: [
    'The {exam} showed no sign of {ill} in the {body}.', 'What causes {ill} in the {body}?', 'How often should I have a {exam}?', 'My doctor suggested a {exam} because of {ill} of the {body}.', 'Is {ill} of the {body} normal during pregnancy?', 'Side effects of medication for erectile dysfunction', 'Breastfeeding mothers may have sore nipples in the first weeks.', 'The clinic offers free tests for HIV and other sexually transmitted infections.', 'Condoms reduce the risk of infection.', 'Patients with {ill} of the {body} were treated with antibiotics.', 'Anatomy of the female pelvis: uterus, ovaries, cervix.', 'Puberty changes the body: growth, voice, hormones.', 'The vaccine against HPV protects from cervical cancer.', 'The patient reports {ill} of the left {body} for two weeks.', 'Menopause, hot flushes and hormone therapy',
  ],
  education: [
    'The curriculum covers consent, contraception and respect.', 'Sexual reproduction in flowering plants needs pollen.', 'The course explains sex chromosomes and heredity.', 'Sexual harassment is forbidden; report it to HR.', 'The law on sexual offences was changed in {town}.', 'Sex and age of the participants are listed in table 2.', 'Statistics on sexual assault by region and year', 'The column sex holds M or F.', 'Same-sex couples may marry since 2015.', 'Sexual orientation is a protected characteristic.', 'How do I talk to my children about their bodies?', 'The film is rated 16 for nudity and language.', 'I cannot write sexual content, but I can help with a love poem.', 'Parental controls block adult sites.',
  ],
  romance: [
    '{name} kissed {name} goodbye at the station in {town}.', 'They held hands and watched the sun go down.', 'A love poem for {name} on our anniversary', 'The bride wore white and the groom cried.', 'He hugged her tightly and said he would wait.', 'Ideas for a romantic dinner at home', 'She fell in love with the way he laughed.', 'Their first kiss was under an umbrella.', '{name} asked me out on a date to the museum.', 'The couple celebrated their wedding in {town}.', 'Dating tips for shy people', 'She blushed when he took her hand.', 'Hot summer night, cold lemonade and an old song.',
  ],
  fashion: [
    'This {garment} comes in black and red, sizes S to XL.', 'Does the {garment} shrink in the wash?', 'The {garment} has padded straps and a sporty cut.', 'Return policy for underwear and swimwear', 'The model wore a silk {garment} on the runway in {town}.', 'Strip the old paint before you varnish the chair.', 'A hard drive, a tight deadline and a wet towel', 'The sexy new design of the car won a prize.', 'Naked eye observation of Jupiter', 'Bare metal servers and naked pointers in C', 'The explicit type cast avoids the warning.', 'Adult education classes start in {town} in May.', 'Adult dogs need less food than puppies.', 'Thick and juicy burgers, a hot grill and cold beer',
  ],
  art: [
    'The statue of David is a nude in marble.', 'Life drawing class with a nude model on Thursday', 'The Birth of Venus shows a goddess on a shell.', 'The painter studied anatomy to draw muscles.', 'An exhibition of nude photographs opened in the museum of {town}.', 'The novel was banned for obscenity in 1928.', 'A fresco of lovers in Pompeii',
  ],
  food: [
    'Season the {meat} with salt and grill for six minutes.', 'How long do I roast {meat}?', '{meat} with lemon, moist and tender', 'Rub the {meat} with oil and paprika.', 'Serve the melons with ham.', 'Lick the spoon, the batter is delicious.', 'Cocktails: how to make a screwdriver', 'Whipped cream and hot chocolate',
  ],
  place: [
    'Trains from {town} to London run every hour.', 'The {town} council meets on Monday.', 'A blue tit and a cock pheasant were seen near {town}.', 'The dickcissel is a bird of the prairie.', 'Moby Dick is a novel about a whale.', 'Dick Smith and Randy Cox run the shop in {town}.', 'The cockpit of the plane has two seats.', 'Peacock feathers and cockatoo cages', 'Analysis of assets and classes', 'Press the button hard until it clicks.',
  ],
};

/** Rows for the table `nsfw`. */
export function nsfwRows(count = 4000, seed = 47) {
  const grammar = grammarOf(slots, seed);
  return [
    ...rowsOf(grammar, explicit, { count, label: 1, source: 'own-gen-nsfw', finish: chatty }),
    ...rowsOf(grammar, decent, { count, label: 0, source: 'own-gen-nsfw', finish: chatty }),
  ];
}

// Abusive texts and their look-alikes, in our own words, for training. They are here to be detected.
import { chatty, grammarOf, list, rowsOf } from './grammar.mjs';
import { groups, members, names, roles, things } from './people.mjs';

const slots = {
  group: groups,
  member: members,
  name: names,
  role: roles,
  thing: things,
  insult: list(
    'idiot,moron,loser,asshole,bastard,jerk,dumbass,scumbag,piece of shit,piece of trash,imbecile,clown,coward,creep,dickhead,retard,pig,douchebag,wanker,fool,liar,bitch,cunt,whore,waste of space,waste of oxygen,disgrace,freak,prick,twat,tool,motherfucker,son of a bitch,slut,psycho,fatass,jackass,lowlife,hypocrite,troll,parasite,pervert,weirdo,failure,joke',
  ),
  bad: list(
    'stupid,pathetic,worthless,useless,disgusting,ugly,dumb,fat,brainless,clueless,ignorant,incompetent,vile,miserable,filthy,lazy,spineless,fucking,goddamn,lying,whining,arrogant,crazy,retarded,shitty,creepy,sick,inbred,annoying,obnoxious,delusional,laughable',
  ),
  slur: list('faggots,fags,niggers,kikes,spics,chinks,towelheads,wetbacks,trannies,dykes,retards,gooks,pakis,beaners,ragheads,sluts,whores,bitches,sandniggers,feminazis'),
  beast: list('vermin,rats,cockroaches,animals,pigs,parasites,monkeys,dogs,maggots,savages,a disease,a cancer,a plague,scum,filth,trash,subhuman,leeches,insects,snakes,garbage,the scum of the earth'),
  evil: list('disgusting,evil,inferior,criminals,stupid,filthy,lazy,perverts,a threat to our country,ruining this country,destroying everything,not human,a waste of space,dangerous,terrorists,repulsive,sick in the head,ugly,liars,mentally ill,worthless,no better than animals,an abomination,uncivilised'),
  harm: list('kill,beat,stab,shoot,strangle,hurt,destroy,punch,crush,murder,choke,smash,rape,burn,slap,cut,bury,hang,torture'),
  limb: list('face,throat,skull,head,teeth,neck,legs,fingers,guts,eyes,jaw,bones'),
  weapon: list('a gun,a knife,a bat,an axe,my fists,a bullet,a hammer,a rope'),
  fuck: list('fuck,screw,damn,to hell with,piss on'),
  fucking: list('fucking,damn,goddamn,bloody,freaking,absolutely,such a,totally'),
  place: list('your house,you at home,where you live,your school,your family,your kids,you after work,you tonight,you in the parking lot'),
  good: list('kind,talented,brave,brilliant,patient,generous,welcome here,part of our community,our neighbours,great colleagues,proud of their culture,hard to generalise about,people like everyone else'),
  object: list('process,thread,server,job,task,child process,daemon,session,worker,container,connection,zombie process,query,pod,terminal,instance'),
  animal: list('dog,puppy,cat,horse,cow,donkey,hen,goat,labrador,beagle,poodle'),
};

const abuse = {
  insult: [
    'You are (a|such a|nothing but a) {bad} {insult}.', '{name} is (a|such a) {bad} {insult} and everybody knows it.', 'What a {bad} {insult}.', 'Shut up, you {bad} {insult}.',
    'Go away you {insult}, nobody likes you.', 'You {insult}!', 'You {bad} {insult}, learn to read.', 'Only (a|an) {insult} would write this {bad} (comment|page|review|article).',
    'Are you really that {bad} or were you born a {insult}?', 'This {role} is a {bad} {insult}.', 'Stop reverting my edits you {bad} {insult}.', "You're too {bad} to understand, {insult}.",
    'Nobody cares what you think, {insult}.', 'Your mother should be ashamed of raising such a {insult}.', '{fuck} you, {insult}.', 'You look like a {bad} {insult}.', 'Get lost, {insult}. Your (work|code|page|opinion) is {bad}.',
    'How can anyone be so {bad}? Typical {insult}.', 'you have the brain of a {insult} and a face to match', "I've never met a more {bad} person than you.", 'Your opinion is as {bad} as your face.',
    'Everyone in this (team|chat|class) thinks you are {bad} and {bad}.', 'The {role} who did this is {fucking} {bad}.', 'You suck at everything, {insult}.', 'Eat shit, {insult}.', 'Kiss my ass, {name}.',
    'You are {bad}, {bad} and nobody will ever love you.', 'lol what a {insult}, uninstall the game', 'ez noob team, {bad} {insult} support', 'You contribute nothing. You are {bad}.', 'Those {role}s are {bad} {insult}s.',
  ],
  threat: [
    'I will {harm} you (with {weapon}|if you come here again|tonight|in your sleep|).', "I'm going to {harm} (you|him|her|them all|that {insult}).", 'I know where you live and I will {harm} you.', "I'm coming to {place}, you better (run|hide|watch your back).",
    'I swear I will break your {limb}.', 'Somebody should {harm} (you|that {insult}|this {role}).', 'I hope someone (shoots|stabs|rapes|kills|beats) you.', 'If I see you I will cut your {limb} (open|off|).',
    "You're dead, {insult}.", 'Say that again and I will smash your {limb}.', 'Watch your back, {insult}, we will find {place}.', 'He should be dragged outside and (shot|hanged|beaten to death).',
    'I want to {harm} every one of them with {weapon}.', 'You will pay for this with your blood.', 'Next time I will put a bullet in your {limb}.', 'I will burn {place} down.', 'Your family will suffer for this, I promise.',
    'He threatened to {harm} her and her (kids|sister|mother).', 'Sleep with one eye open, because I am coming for you.', '{group} should be (shot|hanged|gassed|burned alive|beaten in the streets).',
  ],
  hate: [
    '{group} are {beast}.', '{group} are {evil}.', 'I hate {group}.', 'I (really|fucking|) (hate|despise|can\'t stand|loathe|detest) {group}.', '{group} make me (sick|want to vomit|puke).', 'All {group} (should|must) (die|be deported|be wiped out|be locked up|leave this country|be sterilised).',
    'We should (exterminate|get rid of|deport|wipe out|gas|ban|expel) (all|the) {group}.', 'No {member} deserves to (live|vote|have rights|be here).', '{group} don\'t deserve (rights|to live|respect|to breathe).', '{slur} are {evil}.',
    'You (dirty|filthy|disgusting|stupid|) {slur}, go back to where you came from.', 'Go back to your country, you {beast}.', 'Why are {group} so {bad}?', 'I think {group} are {evil}, and I am not sorry.', 'Our (town|country|school) is full of {group}. They are {beast} and we should get rid of them.',
    "If you're a {member}, you are {beast} to me.", 'The world would be better without {group}.', '{group} are the reason why everything is going to hell.', 'Keep {group} out, they are {evil}.', 'God hates {slur}.', 'Typical {slur}, always {bad}.', "I'd never let one of those {slur} near my kids.",
    'Being a {member} is a mental illness.', '{fuck} all {group}.', '{group} belong in (a cage|the gutter|the kitchen|camps|a zoo).', 'These {slur} are breeding like {beast}.', 'Another {member} in charge, what a joke, they are all {evil}.', 'It is disgusting that {group} are allowed to (marry|vote|teach|drive|have children).',
    'A {member} is (worth less than a dog|not a real person|never to be trusted|no human being).', 'Every {member} I know is {bad} and {bad}.', 'Send every last {member} back in a box.',
  ],
  selfharm: [
    'Kill yourself, {insult}.', 'kys', 'Just (go and|) (kill|hang) yourself already.', 'Do the world a favour and (die|jump off a bridge|end it|hang yourself).', 'You should (drink bleach|slit your wrists|die in a fire|never have been born).', 'Nobody would miss you if you died.', 'The world would be better without you in it.',
    'Why are you still alive?', 'You deserve to die alone, {insult}.', 'I hope you get cancer and die.', 'Go die in a hole.', 'Please overdose tonight, everyone would be happy.', 'Your parents wish you were dead.', 'Do it, jump, nobody cares about you.', 'Stop breathing, you {bad} {insult}.', 'You are so {bad} that ending your life is the only thing left for you.',
  ],
  // Texts that carry abuse on: reports and fragments of it. Readers and filters mark them too.
  report: [
    '{name} (shouted|yelled|screamed) that {group} are {beast}.', 'He called (her|him|the {role}) a {bad} {insult} and threatened to {harm} (her|him|them).', 'The man was charged with (murder|rape|assault) after he tried to {harm} a {member}.', 'The politician said that {group} are {evil} and', 'She told the {role} to go to hell, the {bad} {insult}', 'He grabbed her by the {limb} and said he would {harm} her', 'They want to {harm} (us|them|our children) and', 'A group of {group} attacked the {member} with {weapon}', 'He bragged about grabbing women by the', 'Racist {role} has called for {group} to be', 'He said he would bomb the (school|mosque|church|station) and {harm} as many as he could',
    'I am going to grab her by the {limb} and', 'What kind of {bad} {insult} would', 'If those {group} come near me I will', 'You are so {bad} that', 'The {role}, a {bad} {insult}, was drunk and', 'Women like her are only good for', 'The only good {member} is a dead', 'The suspect posted that all {group} must',
  ],
  profanity: [
    'What the fuck is this shit?', 'This {bad} {thing} is fucking garbage.', 'Holy shit, that {role} is full of crap.', 'Fuck this {thing} and fuck everyone who made it.', 'Are you fucking kidding me? Bullshit.', 'I don\'t give a (shit|fuck|damn) about your {bad} {thing}.', "That bitch can kiss my ass.", 'bitches be like that', 'these hoes ain\'t loyal', 'He pulled that shit out of his ass.', 'Don\'t be such a pussy.', 'what a dick move, asshole', 'she a hoe', 'I hate that bitch.', 'fuck off', 'Piss off, {insult}.', 'shut the fuck up {name}', 'This dumbass {role} fucked everything up again.',
  ],
  foreign: [
    'Du bist ein (dummes|verdammtes|) (Arschloch|Schwein) und ein Wichser.', 'Verpiss dich, du Hurensohn.', 'Ich bring dich um, du Missgeburt.', 'Halt die Fresse, du dumme Schlampe.', 'Ferme ta gueule, connard.', 'Va te faire foutre, espèce de salope.', 'Tu es un gros connard et un abruti.', 'Je vais te tuer, fils de pute.', 'Eres un pendejo y un imbécil de mierda.', 'Vete a la mierda, hijo de puta.', 'Te voy a matar, cabrón.', 'Cállate, puta gorda.',
    'Sei uno stronzo e un coglione.', 'Vaffanculo, pezzo di merda.', 'Ti ammazzo, bastardo.', 'Vai tomar no cu, seu filho da puta.', 'Cala a boca, seu babaca otário.', 'Je bent een klootzak en een mongool.', 'Rot op, kankerhoer.', 'Jesteś pierdolonym idiotą, spierdalaj.', 'Zamknij się, kurwo jebana.', 'Ты тупой дебил и мудак.', 'Заткнись, сука, я тебя убью.', 'Иди на хуй, урод.', 'Aptal orospu çocuğu, siktir git.', 'Gerizekalı mal, geberirsin.', 'Morra, seu verme.', 'Muérete, zorra asquerosa.', 'Crève, sale pute.', 'Verrecke, du Stück Scheiße.',
  ],
};

const harmless = {
  computing: [
    'How do I kill (a|the) {object} (that hangs|on port 8080|without losing data|in Linux|)?', 'Kill the parent {object} before the orphan takes the port.', 'The master node replicates to two slave nodes.', 'Execute the command, then abort the {object} if it does not respond.', 'The {object} died with exit code 137 after the update.', 'Use kill -9 on the zombie {object}.', 'Strip the tags and dump the table to disk.', 'A dead letter queue holds what the {object} rejects.', 'The test suite crashes when the {object} is terminated.', 'Force push destroys the history of the branch.', 'This stupid {thing} {object} hangs again, any idea how to fix it?', 'Blacklist the address and whitelist the {object}.', 'Fat jar and dumb terminal settings for the {object}.', 'We hit a race condition in the {object}.', 'Slave database lag is two seconds behind master.', 'Garbage collection frees the memory of the {object}.',
  ],
  counter: [
    'Saying that {group} are (animals|stupid|criminals|inferior|vermin) is (wrong|racist|unacceptable|hateful|a lie).', 'Nobody should be called a ({insult}|{slur}) at work.', 'It is never acceptable to (insult|threaten|abuse) {group}.', 'He was suspended because he called a colleague a {insult}.', 'We condemn the attacks on {group} and stand with the victims.', 'I was bullied at school and called a {insult}; please be kind to each other.', 'Hate against {group} has no place in our (town|team|game).', 'You can\'t just say that all {group} should die, that is awful.', 'The word {slur} has a long and painful history.', 'The moderators removed a post that said {group} are vermin.', '"{group} are scum" is the kind of statement that gets you banned here.', 'Stop calling {group} names, it hurts people.', 'Our policy forbids threats, slurs and harassment of {group}.', 'The report documents hate crimes against {group} in twelve cities.', 'As a {member} I am proud to call myself queer.', 'Students learned how propaganda described {group} as rats.', 'People who hate {group} are missing out.', "She reported the message that told her to kill herself, and the account was closed.",
  ],
  refusal: [
    "I'm sorry, but I can't help with (insulting|threatening|harassing|demeaning) (people|{group}|anyone).", 'I cannot write content that (promotes hatred against|demeans|threatens) {group}.', "I won't write insults, but I can help you give {name} honest feedback.", "If you are thinking about suicide, please call a crisis line; you are not alone.", "I can't assist with harming someone. If you are in danger, contact the police.", 'It sounds like you are angry with {name}. Would you like help to write a calm message?', 'As an assistant I aim to be respectful to {group}.',
  ],
  group: [
    '{group} are {good}.', 'I love {group}.', 'Many {group} (work|study|live|volunteer) in this city.', 'My {member} neighbour makes the best (soup|bread|coffee).', 'I am a {member} and I (work as a teacher|live in Lyon|love football).', 'We are hiring: {group} are encouraged to apply.', '{group} deserve equal rights and respect.', 'The festival celebrates {group} and their music.', 'A {member} won the prize for physics.', 'Some of my best teachers were {group}.', 'No {member} should be afraid to walk home.', 'Do {group} get a discount at the museum?',
  ],
  idiom: [
    'This {thing} is killing me, I need a break.', 'You killed it on stage tonight, congratulations!', 'Break a leg at your show, {name}!', 'I could murder a pizza right now.', 'We crushed the other team in the second half.', 'I am dying to see the new {thing}.', 'That joke slays me every time.', 'He shot a lovely picture of the bridge.', 'My phone died on the train.', 'Beat the eggs, whip the cream and punch down the dough.', 'She has a killer serve and a wicked backhand.', 'The bomb cyclone hits the coast tomorrow.', 'Cut the rope, burn the candle, slice the ham.', 'The striker fired a shot at the head of the goalkeeper.', 'Chop the nuts and crush the garlic.', 'It is so hot I am melting, but I love it.', 'Hit me up when you are free tonight.', 'Sick beat, dude, that track is insane!',
  ],
  animal: [
    'The bitch had a litter of six healthy puppies.', 'Our {animal} has ticks and needs the vet.', 'The {animal} breeder in Kent has a two-year waiting list.', 'A cock crowed behind the barn, and the {animal} woke up.', 'Great tits and blue tits visit the feeder in winter.', 'An ass is smaller than a horse and very patient.', 'Rats and cockroaches are common pests in old buildings.', 'The {animal} bit me, should I see a doctor?', 'Monkeys, pigs and snakes at the zoo fascinated the kids.',
  ],
  medical: [
    'Parasites such as leeches were used in medicine.', 'The patient has retarded growth of the left femur.', 'Treatment of cancer and other diseases of the throat.', 'Blood flow to the brain and heart was normal.', 'Suicide rates fell by 3 percent, the ministry said.', 'Mental health support for people with depression.', 'The drug kills cancer cells but spares healthy tissue.', 'A disease of cattle spreads through insects.',
  ],
  review: [
    'The {thing} is terrible: it stopped working after two days and support never answered.', 'I am very disappointed with this {thing}, I want my money back.', 'I disagree with {name}; the argument in section two is weak and ignores the evidence.', 'Worst {thing} I ever bought, do not waste your money.', 'The {role} was late and rude, and nobody apologised.', 'Please stop adding unsourced claims to the page about {name}.', 'Your edit was reverted because it had no source. Please discuss it first.', 'The movie was boring and the ending made no sense.', 'Honestly the {thing} is not worth the price.', 'I think you are wrong about the {thing}, but thanks for the link.', 'I hate it when the {thing} is late.', 'The {thing} is ugly but it works well.', 'This {thing} sucks, I returned it.', 'Not a fan of the new {role}, the old one answered faster.',
  ],
  news: [
    'The senator said the bill would hurt small farms.', 'A fire destroyed forty homes, officials reported.', 'The novel opens with the trial of a judge.', 'Archaeologists found weapons and bones in the grave.', 'The president met farmers in the north on Monday.', 'Police asked for patience while the road is closed.', 'The minister said prices would fall next year.', 'The officer helped {group} cross the road.',
  ],
  chat: [
    'good morning everyone, (how are you|coffee anyone)?', 'haha you are hilarious {name}', 'can you send me the {thing} again please', 'love you {name}, see you (soon|tonight)', 'omg that {thing} is so cute', 'thanks for the help yesterday, you are the best', 'where are you? I am at the station', 'lol same, my {thing} is trash today', 'nice game guys, well played', 'I miss you so much', 'my birds and trash pandas love this yard', 'yankees win again, what a night', 'just woke up, eating oreos and brownies', 'those monkeys in the zoo are funny', 'the colored pencils are on the table', 'who took out the trash?', 'happy birthday {name}, have a great day', 'you guys are awesome',
  ],
  foreign: [
    'Du bist ein guter Freund, danke für alles.', 'Können wir den Termin auf Montag legen?', 'Tu peux m\'envoyer le fichier, s\'il te plaît ?', 'Merci beaucoup, vous êtes très gentils.', '¿Puedes ayudarme con el informe de ventas?', 'Gracias, eres muy amable.', 'Sei molto gentile, grazie mille.', 'Você pode me ajudar com a receita?', 'Kun je me morgen bellen over de vergadering?', 'Czy możesz wysłać mi raport do jutra?', 'Спасибо, ты мне очень помог.', 'Можешь прислать отчёт до завтра?', 'Yarın toplantı saat kaçta başlıyor?', 'Der Prozess wurde beendet, weil der Speicher voll war.',
  ],
};

/** Rows for the table `toxicity`. */
export function toxicityRows(count = 5000, seed = 41) {
  const grammar = grammarOf(slots, seed);
  const finish = chatty;
  return [
    ...rowsOf(grammar, abuse, { count, label: 1, source: 'own-gen-toxicity', finish }),
    ...rowsOf(grammar, harmless, { count, label: 0, source: 'own-gen-toxicity', finish }),
  ];
}

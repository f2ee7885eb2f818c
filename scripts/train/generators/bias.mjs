// Stereotypes and neutral texts on the same groups of people, in our own words, for training. The first kind is here to be detected.
import { grammarOf, list, rowsOf } from './grammar.mjs';
import { groups, members, names } from './people.mjs';

const slots = {
  group: groups,
  member: members,
  name: names,
  trait: list(
    'lazy,greedy,stupid,emotional,violent,dishonest,dirty,cheap,arrogant,submissive,aggressive,ignorant,drunk,weak,bossy,dramatic,promiscuous,criminal,backward,uneducated,untrustworthy,rude,loud,selfish,stingy,hysterical,boring,cold,primitive,moody,irrational,fanatical,hateful,helpless,slow,forgetful,grumpy,spoiled,snobbish,manipulative,dangerous,sneaky,corrupt,unreliable,smelly,unattractive,vain,gossipy,shallow,obedient,timid,nerdy,hot-tempered,flamboyant,sinful,crazy,ungrateful,entitled,jealous,frail,clumsy,humourless,promiscuous,uncivilised',
  ),
  noun: list(
    'criminals,thieves,terrorists,drug dealers,drunks,liars,cheaters,gold diggers,gangsters,alcoholics,freeloaders,sinners,racists,snobs,bad drivers,bad parents,bad tippers,gossips,fanatics,misers,cowards,scammers,predators,perverts,slobs,welfare cheats,crybabies,thugs,rapists,illegals,nerds,a burden on society,good at math,good dancers,good at basketball,obsessed with money,obsessed with their looks,born to serve,not real men,not real americans,out for your money',
  ),
  cannot: list(
    'drive,cook,think logically,lead a team,be trusted,control their temper,handle money,raise children,understand technology,learn english,keep a job,hold their liquor,be good soldiers,do maths,be loyal to this country,take a joke,stay faithful,read a map,manage their emotions,be good parents,pay their bills,jump,dance,speak properly,keep a secret,look after themselves,be scientists',
  ),
  deed: list(
    'stole the purse,was selling drugs,was drunk again,started the fight,smelled bad,cheated on the test,crashed the car,was late as usual,refused to work,lied about everything,was begging for money,hid the bomb,was crying again,forgot everything,could not use the computer,lived on food stamps,had ten children,was a gang member,did not pay the bill,haggled over every penny,overreacted,ate all the food,was too weak to lift the box,was scared to fight',
  ),
  place: list('in the kitchen,at home with the children,on a farm,in prison,in the ghetto,behind a desk,on the street,in a nursing home,in their own country,at the back'),
  job: list('doctor,nurse,boss,leader,pilot,engineer,secretary,president,soldier,teacher,plumber,babysitter,scientist,cleaner,driver,surgeon,manager'),
  thing: list('training,parking,the survey,the workshop,the library,the course,health checks,the scholarship,the election,legal advice,the museum,public transport'),
  verb: list('register online,apply until Friday,attend the workshop,vote at the town hall,receive the newsletter,take part in the study,ask for an interpreter,book a place by phone,use the ramp at the side entrance'),
  town: list('Leeds,Porto,Denver,Osaka,Lagos,Lima,Graz,Cork,Turin,Quebec'),
  pct: list('2,5,7,11,14,23,31,46,52'),
  good: list('a teacher,the new team lead,our neighbour,a nurse at the clinic,a physicist,the mayor,a software developer,an author,my best friend,the winner of the race,a student,the head of the choir'),
  food: list('bread,noodles,soup,curry,tacos,pierogi,couscous,dumplings'),
};

const stereotypes = {
  generalisation: [
    '(All|Most|) {group} are {trait}.', '{group} are (all|always|just|so|naturally|too|basically|) {trait}.', '{group} are {noun}.', '{group} (can\'t|cannot|could never|will never) {cannot}.', '{group} are {trait} and {trait}.', 'Everybody knows {group} are {trait}.', '{group} (never|always) (tell the truth|complain|cry|steal|drink|fight|gossip|cheat|want more money|live off others|get what they want|have dirty houses).',
    'I (never|don\'t) trust {group}, they are {noun}.', 'You know how {group} are: {trait}.', '{group} only care about (money|sex|themselves|food|their looks|beer|clothes).', '{group} are too {trait} to be a good {job}.', 'It is in the nature of {group} to be {trait}.', '{group} don\'t (work hard|bathe|pay taxes|have feelings|want to work|like learning|belong here|make good parents).', 'There is no such thing as a {group} who is not {trait}.', 'Why are {group} always so {trait}?', '{group} belong {place}.',
    'A {member} is always {trait}.', 'A {member} can never be a good {job}.', '{group} should (stay|remain|be kept) {place}.', '{group} make (terrible|bad|horrible|poor) {job}s.', '{group} have (no ambition|no manners|no morals|bad hygiene|a bad temper|too many children|weak bodies|small brains|a lot of money).', 'All those {group} on welfare are {trait}.', 'Nobody wants {group} {place}.', 'Those {group} are so {trait}.', 'I hate to say it but {group} are {noun}.', '{group} are inferior to other people.', '{group} are what is wrong with this country.',
  ],
  person: [
    'The {member} {deed}.', 'Of course the {member} {deed}.', 'It must have been the {member} who {deed}.', '{name} is {trait} because she is a {member}.', '{name} is a {member}, so (of course|naturally|obviously) {name} {deed}.', 'What do you expect from a {member}? {name} {deed}.', 'For a {member}, {name} is surprisingly (smart|clean|polite|articulate|honest|calm|strong).', 'The {member} next door {deed}, they are all {trait}.', 'I crossed the street when I saw a {member}.', 'My sister would never date a {member}, they are {trait}.',
    'He drives like a {member}.', 'You throw like a {member}.', 'She was acting like a typical {member}: {trait} and {trait}.', 'He is {trait} like all {group}.', 'Don\'t be such a {member}, stop crying.', 'I knew the {member} was {trait} as soon as he walked in.', '{name} locked the car because a {member} was near.', 'I would not hire a {member}, they are {trait}.', 'Never lend money to a {member}.', 'We don\'t rent to {group}.', 'She got the job only because she is a {member}.', 'Nobody would want a {member} as a {job}.', 'My parents would be ashamed if I married a {member}.', 'A {member} moved in, there goes the neighborhood.', '{name} was followed in the store because he looked like a {member}.', 'The {member} was too {trait} to understand the question.', 'As a {member}, she should be {place}, not in an office.', '{name} was good at math because she was a {member}.', '{name} is a {member} and is always (drinking|eating chicken|at the mall|in church|in bed|broke|shouting).', 'The {member} must be a terrorist.', 'I was scared because a {member} sat next to me.', 'That {member} is surely here illegally.',
    '{name} did not get the job because {group} are {trait}.', 'The {member} was probably a {trait} drunk.', 'Being a {member}, {name} was of course {trait}.', '{name} hated that the new {job} was a {member}.', 'The {member} acted {trait} and {trait}.',
  ],
  comparison: [
    '{group} are more {trait} than {group}.', '{group} are less intelligent than {group}.', '{group} work harder than {group}, who are {trait}.', 'Men are better {job}s than women.', 'Women are naturally better at cleaning than men.', 'A man should earn more than his wife.', 'Real men don\'t cry.', 'Girls are not as good at science as boys.', 'A woman needs a man to take care of her.', 'Men should not do the housework.', 'Boys should not play with dolls.', 'A woman\'s place is {place}.', 'Young people are {trait} compared to us.', 'Old people should not be allowed to {cannot}.', 'People without a degree are {trait}.', 'Rich people are better than {group}.',
  ],
};

const neutral = {
  admin: [
    '{group} can {verb}.', '{group} may {verb} from Monday.', 'We (interviewed|surveyed|invited) {group} in {town}.', 'The average income of {group} rose by {pct} percent.', 'The share of {group} in the workforce is {pct} percent.', 'A new program offers {thing} for {group} in {town}.', 'The council discussed {thing} for {group}.', 'Figures for {group} are in table {pct}.', '{group} were {pct} percent of those who took part in the study.', 'Funding for {group} was increased by {pct} percent.', 'The report compares {group} with {group} by age and region.', 'Free {thing} for {group} every Tuesday.', 'The census counted {pct} thousand {group} in {town}.', 'The museum shows photographs of {group} from the last century.', 'Opening hours for {group}: nine to five.', 'Hospital admissions of {group} fell by {pct} percent.', 'The survey asked {group} about {thing}.',
  ],
  equality: [
    'Our company does not discriminate against {group}.', '{group} have the same rights as everyone else.', 'All applicants, including {group}, are considered equally.', 'It is (wrong|unfair|harmful) to assume that {group} are {trait}.', 'The idea that {group} are {trait} is a (myth|stereotype|prejudice).', 'Not all {group} are {trait}, and generalising is unfair.', 'There is no evidence that {group} are {trait}.', 'Stereotypes about {group} harm people.', '{group} face discrimination in housing and at work.', 'We want more {group} in leadership positions.', 'Research shows that {group} and {group} perform equally well.', 'Anyone can be a good {job}, whatever their background.', 'Calling {group} {noun} is discriminatory.', 'She fought for the rights of {group} all her life.', 'Harassment of {group} will be investigated by HR.', 'Please use respectful language when you talk about {group}.', '{group} are as diverse as any other group.', 'People should be judged by what they do and not by who they are.', 'I cannot say that {group} are {trait}; that would be a stereotype.', 'Reasonable adjustments are available for {group}.',
  ],
  person: [
    'The {member} is {good}.', '{name}, a {member} from {town}, is {good}.', 'A {member} asked the clerk for {thing}.', 'The {member} read a book on the train to {town}.', 'My neighbour is a {member} and works as a {job}.', 'A {member} and a {member} opened a bakery in {town}.', 'The {member} bought {food} at the market.', 'The {job} met the {member} at ten and signed the form.', '{name} is a {member} who plays the piano.', 'We elected a {member} as {job}.', 'The {member} explained the plan to the {job}.', 'An interview with a {member} about {thing}.', '{name} visited his grandmother in {town}.', 'The {member} took the bus to work.', 'The {job} called {name} and moved the meeting to Friday.',
    '{name} moved to {town} to work as a {job}.', '{name} thanked the {job} for the quick answer.', 'The {job} finished the report before lunch.', 'She cooked {food} for her friends in {town}.', 'He bought a house near {town} and planted trees.', '{name} and {name} discussed the budget over dinner.', 'My mother taught me how to make {food}.', 'The children played in the park until it rained.', 'I talked to the {job} about my results.', 'He was tired after the long trip to {town}.',
  ],
  culture: [
    'The recipe for {food} came to {town} with {group}.', 'The festival of {group} in {town} draws thousands.', 'The language course is taught by {group}.', 'The history of {group} in {town} goes back two centuries.', 'The film tells the story of a {member} who becomes a {job}.', 'Novels by {group} are on the second shelf.', 'Where can I read more about {group} in {town}?', 'How many {group} live in {town}?', 'What services are there for {group}?', 'Ramadan starts on Tuesday, so {group} may ask for flexible hours.', 'The parade of {group} starts at noon at the station.', 'Which museums in {town} are accessible to {group}?', 'The treaty was signed by {group} and settlers.', 'Doctors recommend a yearly check for {group} over sixty.', 'Heart disease is more frequent among {group} over 60, a study in {town} found.', 'Clothing sizes for women and men are listed below.', 'The men\'s final starts at four, the women\'s at two.',
  ],
};

/** Rows for the table `bias`. */
export function biasRows(count = 5000, seed = 43) {
  const grammar = grammarOf(slots, seed);
  return [
    ...rowsOf(grammar, stereotypes, { count, label: 1, source: 'own-gen-bias' }),
    ...rowsOf(grammar, neutral, { count, label: 0, source: 'own-gen-bias' }),
  ];
}

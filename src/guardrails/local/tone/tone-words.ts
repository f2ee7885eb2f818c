/**
 * Words by the part they play in abusive, biased and sexual text, and in what only looks like it. What a combination of parts is worth is
 * learned; the lexicon only says which words play one part. Regular English inflections are added at load; `=` keeps a word as it is.
 * The offensive words are here to be found.
 */
export const TONE_WORDS: ReadonlyMap<string, string> = new Map([
  // Whom it is said to or about.
  ['you', '=you =your =youre =yours =yall =ya =youve =youll =ur =yo =thou'],
  ['self', '=yourself =urself =yourselves =myself'],
  ['them', '=they =them =their =those =these =theyre =themselves'],
  ['me', '=my =me =mine =im =we =our =us'],
  [
    'negation',
    '=not =never =dont =doesnt =isnt =arent =cannot =cant =no =wont =didnt =wasnt =shouldnt =couldnt =nobody =none =without',
  ],
  [
    'general',
    '=all =every =always =most =typical =typically =naturally =everyone =nothing =only =whole =such =generally =tend =tends =obviously =inherently =usually =everybody =any =mostly =entire =constantly =just =kind =same =ever =too =so',
  ],
  [
    'duty',
    '=should =must =belong =belongs =need =needs =ought =deserve =deserves =better =supposed =fit =unfit =suited =allowed',
  ],
  ['third', '=he =she =him =his =her =hers =himself =herself'],
  [
    'past',
    '=was =were =had =been =has =did =went =came =knew =felt =saw =took =made =told =asked =looked =wanted =started =because =when =after =while =then',
  ],
  // Abuse.
  [
    'slur_race',
    '=nigger =niggers =nigga =niggas =niggaz =niggah =nigg =negro =negroes =coon =coons =spic =spics =spick =wetback =wetbacks =beaner =beaners =chink =chinks =gook =gooks =jap =japs =paki =pakis =raghead =ragheads =towelhead =towelheads =sandnigger =sandniggers =kike =kikes =gypsy =gypsies =gyppo =wop =wops =redskin =redskins =injun =cracker =crackers =honky =honkies =wigger =jigaboo =porchmonkey =darkie =darkies =mudslime =muzzie =muzzies =zipperhead =halfbreed =savages =squaw =jungle =hajji =chinaman =golliwog =abo =abos =yid =yids =goy =sambo =pickaninny =redneck =rednecks =hillbilly =hick =hicks =nicca =niccas =ape =apes',
  ],
  [
    'slur_orientation',
    '=fag =fags =faggot =faggots =fagot =faggy =dyke =dykes =homo =homos =tranny =trannies =shemale =queer =queers =sodomite =sodomites =poof =poofter =lesbo =lesbos =pansy =battyboy =carpetmuncher =fudgepacker =ladyboy =heshe',
  ],
  [
    'slur_disability',
    '=retard =retards =retarded =tard =tards =libtard =fucktard =spastic =spaz =spazz =cripple =cripples =mongoloid =mong =midget =midgets =psycho =lunatic =nutjob =nutcase =autist =schizo =imbecile =imbeciles =demented =braindead',
  ],
  [
    'slur_woman',
    '=bitch =bitches =bitchy =bitching =biatch =bich =whore =whores =slut =sluts =slutty =skank =skanks =cunt =cunts =hoe =hoes =ho =thot =thots =twat =twats =hag =feminazi =feminazis =gold-digger =tramp =harlot =broad =broads =bimbo =bimbos =slag =slags =tart',
  ],
  [
    'insult',
    'idiot moron imbecile loser jerk asshole =assholes =arsehole =arseholes bastard douche douchebag dumbass =dumbasses dipshit jackass =jackasses scumbag lowlife creep dickhead prick wanker =tosser =tossers tool freak fool clown coward =dimwit =dimwits =halfwit =numbskull =nitwit dumbfuck shithead =asshat =asswipe motherfucker =motherfuckin =cocksucker =cocksuckers pig =swine dunce bonehead blockhead airhead crybaby snowflake =sheeple weirdo failure liar hypocrite =degenerate =degenerates =pervert =perverts =perv =incel =incels =simp =cuck =cucks =cuckold disgrace joke knob bellend =minger =pillock =muppet =git dork nerd troll buffoon simpleton =knucklehead =peasant =wimp =wuss =sissy =poser',
  ],
  [
    'insulting',
    '=stupid =stupidest =dumb =dumber =dumbest =pathetic =worthless =useless =disgusting =ugly =ugliest =fat =fatass =brainless =clueless =moronic =idiotic =ignorant =incompetent =repulsive =vile =sick =twisted =filthy =dirty =gross =lame =creepy =ridiculous =annoying =miserable =spineless =gutless =shameless =trashy =crappy =shitty =bullshit =crap =garbage =trash =rubbish =suck =sucks =sucked =stinks =smelly =stinking =stinky =hideous =talentless =mediocre =despicable =contemptible =cowardly =stupidity =idiocy =nonsense =psychotic =insane =crazy =delusional =lazy =fake =inbred =toothless =illiterate =braindead =retardo =whiny =obnoxious =lousy =rotten =wretched =laughable =cringe =unfuckable =unlovable =childish =senile',
  ],
  [
    'profanity',
    '=fuck =fucks =fucked =fucker =fuckers =fuckin =fucking =fuckery =fck =fuk =fuckn =fucken =phuck =fcuk =fkn =effing =frigging =freaking =motherfucking =shit =shits =shitting =shite =bullshit =horseshit =apeshit =batshit =damn =damned =dammit =goddamn =goddamned =goddammit =ass =arse =asses =piss =pissed =pissing =bloody =hell =bugger =bollocks =wtf =stfu =lmfao =gtfo =af =mofo =mf =muthafucka =muthafuckin =bastards =crap =balls =fuc =biatch =bitchass =dumbfucks =clusterfuck =mindfuck =shitshow =fml =mfs =mothafucka =tf =wth',
  ],
  ['dismiss', '=shut =stfu =gtfo =begone =buzz =leave =quit =delete =disappear =lost =rid =out =back =away'],
  [
    'violence',
    'kill =killing =killed murder stab shoot =shot strangle choke beat =beaten =beating punch slap kick smash crush slaughter butcher behead torture hurt bash burn shove rip tear slit =gut hunt destroy attack assault maim decapitate drown poison whack execute bury =buried cut =snap =split =split knock =bleed =bleeding =blood =hang =hanged =hanging =rape =raped =raping =rapes rapist',
  ],
  [
    'weapon',
    '=gun =guns =knife =knives =rifle =bat =bullet =bullets =bomb =bombs =axe =machete =noose =rope =acid =hammer =sword =pistol',
  ],
  [
    'bodypart',
    '=throat =face =head =skull =neck =teeth =eyes =eye =bones =bone =fingers =legs =arms =guts =brain =brains =mouth =jaw =ribs =kneecaps =nose =heart =limb',
  ],
  [
    'threat',
    '=gonna =coming =watch =wait =regret =revenge =pay =suffer =warn =warned =warning =find =follow =following =sleep =tonight =sorry =wish =hope =swear =promise =threaten =threatened =threatens =threatening =threat =threats =consequences =dead',
  ],
  [
    'place',
    '=home =house =address =live =lives =school =family =kids =mother =mom =mum =mama =momma =sister =wife =car =door',
  ],
  [
    'die',
    '=die =dies =dying =died =death =suicide =kys =hang =bleach =bridge =cliff =rot =perish =overdose =grave =coffin =disappear =vanish =existing =exist =alive =oxygen =noose',
  ],
  [
    'hate',
    '=hate =hates =hated =hating =hatred =despise =despises =loathe =loathes =detest =detests =deport =deported =exterminate =exterminated =eradicate =gas =gassed =lynch =lynched =cleanse =cleansed =genocide =banned =ban =wipe =wiped =eliminate =eliminated =infest =infesting =invade =invading =invaders =ruin =ruining =replace =replacing =expel =expelled =annihilate =enslave =enslaved =inferior =subhuman =subhumans',
  ],
  [
    'dehumanise',
    '=vermin =scum =filth =parasite =parasites =cockroach =cockroaches =roach =rats =rat =animals =animal =monkey =monkeys =pigs =dogs =disease =plague =cancer =infestation =cancerous =leech =leeches =maggot =maggots =savage =savages =barbarian =barbarians =barbaric =beasts =beast =insects =snake =snakes =swarm =subhuman =subhumans =mutants =garbage =trash =waste =dirt =sewer =pest =pests =abomination =abominations =unnatural =evil =devil =demons =satanic',
  ],
  // Sexual.
  [
    'sexual_crude',
    '=pussy =pussies =dick =dicks =cock =cocks =tits =titties =titty =boobs =boob =boobies =boobs =cum =cums =cumming =jizz =boner =wank =wanking =bang =banged =screw =fap =fapping =nut =booty =bootay =cooch =coochie =cameltoe =clit =nutsack =schlong =dong =knockers =hooters =rack =titjob =hardon =ballsack =creampie =gangbang =bukkake =blowjob =blowjobs =handjob =handjobs =rimjob =footjob =bj =deepthroat =facial =pegging =milf =milfs =dilf =gilf =twink =doggystyle =assfuck =buttfuck =fisting =squirt =squirting =squirted =fingered =fingering =quickie =shag =shagging =shagged =bonk =thrusting =thrust =thrusts',
  ],
  [
    'sexual_act',
    '=sex =sexual =sexually =intercourse =oral =anal =orgasm =orgasms =orgasmic =climax =masturbate =masturbates =masturbated =masturbating =masturbation =ejaculate =ejaculated =ejaculation =foreplay =threesome =foursome =orgy =orgies =penetrate =penetrated =penetration =penetrating =suck =sucking =sucks =sucked =lick =licked =licking =ride =riding =grope =groped =groping =fondle =fondled =fondling =caress =caressed =caressing =stroking =stroked =stroke =straddle =straddled =straddling =undress =undressed =undressing =moan =moaned =moaning =moans =pound =pounding =pounded =grinding =sodomy =copulate =copulating =fornicate =fornication =hump =humping =kissed =kissing =seduce =seduced =rape =raped =molest =molested =molesting =coitus =cunnilingus =fellatio =intimate =sext =sexting =sexted =bang =lay =laid',
  ],
  [
    'sexual_part',
    '=penis =penises =vagina =vaginas =vaginal =clitoris =labia =vulva =genital =genitals =genitalia =testicles =testicle =scrotum =breast =breasts =nipple =nipples =buttocks =butt =butts =groin =crotch =erection =erections =erect =semen =sperm =anus =penile =pubic =bulge =cleavage =bosom =thighs =thigh =foreskin =hips =hymen =panties =lingerie =thong =bra =braless =g-string =member =shaft =loins =manhood =womanhood =slit =waist',
  ],
  [
    'sexual_mood',
    '=sexy =sexier =sexiest =horny =hornier =aroused =arousal =arousing =erotic =erotica =kinky =naughty =steamy =lust =lustful =seductive =seductively =sensual =sensuously =naked =nude =nudes =nudity =topless =bottomless =hot =hottie =hotties =hottest =wet =moist =hard =tight =throbbing =thick =juicy =slippery =dripping =busty =curvy =voluptuous =petite =stacked =bare =stripped =desire =craving =climaxing =explicit =explicitly =uncensored =passionate =passionately =orally =submissive =dominant =dirty =filthy =raunchy =lewd =obscene =provocative =lascivious =flirty =tempting',
  ],
  [
    'porn',
    '=porn =porno =pornos =pornographic =pornography =pornhub =xxx =xvideos =xnxx =onlyfans =camgirl =camgirls =cam =cams =webcam =hentai =escort =escorts =hooker =hookers =prostitute =prostitutes =prostitution =brothel =brothels =stripper =strippers =striptease =playboy =nsfw =hardcore =softcore =amateur =fetish =fetishes =bdsm =bondage =dominatrix =dildo =dildos =vibrator =vibrators =strapon =buttplug =sextoy =swinger =swingers =hookup =hookups =sexcam =lapdance =lesbians =lesbian =rule34 =futanari =smut =spank =spanked =spanking =whip =whipped =gag =gagged =handcuffed =blindfolded =lube =condomless =bareback =voyeur =upskirt =peepshow =nudist =fuckbuddy =sugardaddy =incest =orgasmic =kink =kinks =redtube =youporn =brazzers =pornstar =pornstars',
  ],
  [
    'medical',
    '=patient =patients =exam =examination =screening =cancer =doctor =doctors =gynecologist =urologist =clinical =clinic =symptom =symptoms =diagnosis =treatment =surgery =surgeon =health =hygiene =anatomy =tissue =lesion =lesions =infection =infections =mammography =mammogram =ultrasound =biopsy =breastfeeding =breastfeed =lactation =newborn =infant =contraception =contraceptive =contraceptives =condom =condoms =std =sti =hpv =vaccine =vaccination =hormone =hormones =puberty =menopause =menstrual =menstruation =pregnancy =pregnant =uterus =ovarian =prostate =reproductive =fertility =dysfunction =therapy =therapist =disorder =disease =diseases =medication =dose =nurse =hospital =physician =study =studies =tumor =catheter =rectal =dermatology =consent =education =curriculum =counselling =counseling',
  ],
  [
    'food',
    '=chicken =recipe =grilled =grill =roast =roasted =cook =cooked =cooking =oven =turkey =duck =marinade =sauce =salad =bake =baked =boneless =skinless =bacon =beef =pork =butter =melon =fruit =banana =peach =meat =ham =kitchenware =soup =flavor =cream =nuts',
  ],
  [
    'creature',
    '=dog =dogs =puppy =breed =breeds =breeding =breeder =kennel =pup =pups =litter =cat =cats =kitten =cow =cows =horse =horses =stallion =mare =donkey =mule =hen =rooster =rooster =bird =birds =species =veterinarian =vet =zoo =wildlife =fish =insect =crows =finch =titmouse =heifer =farm',
  ],
  [
    'art',
    '=painting =paintings =museum =sculpture =sculptor =statue =gallery =renaissance =artist =artists =portrait =exhibition =classical =marble =fresco =photographer =fashion =dress =runway =collection =designer =swimsuit =bikini =underwear =sportswear =novel =poem =poet =chapter =film =director =romance =wedding =bride',
  ],
  // What only looks like abuse.
  [
    'computing',
    '=process =processes =thread =threads =task =tasks =server =servers =job =jobs =daemon =child =parent =function =command =branch =node =nodes =pid =signal =script =session =sessions =container =containers =port =pod =pods =zombie =orphan =orphaned =master =slave =replica =primary =kernel =cluster =queue =worker =workers =connection =cache =build =test =tests =bug =error =errors =file =files =database =query =repository =git =code =parser =compile =terminal =kernel =cpu =memory =dump =grep =device =update =version',
  ],
  [
    'quote',
    '=said =says =saying =say =called =calling =calls =call =word =words =term =terms =quote =quoted =wrote =write =written =claims =claim =claimed =alleged =allegedly =accused =reported =reports =article =comment =comments =post =posts =tweet =tweeted =message =messages =headline =spokesman =spokesperson =statement =according',
  ],
  [
    'counter',
    '=racist =racists =racism =sexist =sexism =misogyny =homophobia =homophobic =transphobia =bigot =bigots =bigotry =antisemitism =islamophobia =xenophobia =prejudice =prejudices =prejudiced =stereotype =stereotypes =stereotyping =discrimination =discriminate =discriminated =discriminatory =unfair =wrong =unacceptable =harmful =offensive =hurtful =myth =myths =misconception =false =untrue =inaccurate =condemn =condemned =condemns =denounce =denounced =oppose =opposes =reject =against =abuse =harassment =bullying =bullied =bully =victims =victim =respect =respected =dignity =inclusive =inclusion =moderation =moderators =apologise =apologize =apology =inappropriate =unable =guidelines =hateful',
  ],
  [
    'praise',
    '=great =wonderful =amazing =awesome =excellent =brilliant =fantastic =love =loved =loves =lovely =beautiful =thank =thanks =proud =happy =kind =brave =talented =congratulations =enjoy =enjoyed =good =nice =best =perfect =welcome =help =helped =helpful =delicious =cool =fun =inspiring =grateful =support =supports',
  ],
  [
    'neutral',
    '=policy =policies =survey =percent =percentage =register =registered =registration =application =applications =apply =applicant =applicants =program =programs =programme =report =census =data =statistics =statistical =equal =equality =equally =rights =access =accessible =eligible =eligibility =participants =research =researchers =study =training =workshop =employees =staff =hired =hire =rate =rates =median =average =population =community =communities =service =services =benefits =law =laws =government =ministry =council =committee =meeting =meetings =form =forms =online =office =department =scholarship =scholarships =fund =funding =grant =organisation =organization =conference =held =attended =enrolled =offers =offered =provide =provides =provided =increase =increased =decline =declined =compared =interviewed =interviews =sample =according =income =diverse =diversity =accommodation =accommodations =represented =representation =held =published =celebrate =celebrated =festival =museum =history',
  ],
  // Groups of people.
  [
    'group_gender',
    '=women =woman =men =man =girl =girls =boy =boys =female =females =male =males =wife =wives =husband =husbands =mother =mothers =father =fathers =ladies =lady =guys =feminist =feminists =housewife =housewives =girlfriend =girlfriends =boyfriend =daughter =daughters =son =sons =gender =womens =mens =chick =chicks =dad =dads =mom =moms =boys =widow =maternity =gentlemen =manly =womanly =feminine =masculine =transgender =nonbinary =trans',
  ],
  [
    'group_race',
    '=black =blacks =white =whites =asian =asians =african =africans =hispanic =hispanics =latino =latinos =latina =latinas =caucasian =caucasians =colored =arab =arabs =minorities =minority =ethnic =race =races =racial =native =natives =aboriginal =aboriginals =indigenous =mixed =biracial =brown =roma =inuit =mulatto =ghetto =hood =urban =afro =skinned',
  ],
  [
    'group_nation',
    '=mexican =mexicans =mexico =chinese =china =japanese =japan =korean =koreans =indian =indians =india =pakistani =pakistanis =italian =italians =irish =russian =russians =german =germans =french =frenchman =french =polish =poles =turkish =turks =turk =greek =greeks =british =americans =american =canadian =canadians =australian =australians =vietnamese =filipino =filipinos =cuban =cubans =brazilian =brazilians =colombian =colombians =nigerian =nigerians =ethiopian =ethiopians =somali =somalis =somalian =iranian =iranians =iraqi =iraqis =syrian =syrians =afghan =afghans =egyptian =egyptians =israeli =israelis =palestinian =palestinians =saudi =saudis =norwegian =norwegians =swedish =swedes =dutch =spanish =spaniards =portuguese =swiss =belgian =belgians =scottish =scots =scotsman =welsh =english =romanian =romanians =ukrainian =ukrainians =hungarian =hungarians =albanian =albanians =peruvian =venezuelan =venezuelans =argentinian =argentinians =haitian =haitians =jamaican =jamaicans =kenyan =kenyans =ghanaian =moroccan =moroccans =algerian =algerians =eritrean =eritreans =bangladeshi =thai =indonesian =indonesians =immigrant =immigrants =migrant =migrants =foreigner =foreigners =foreign =refugee =refugees =aliens =eastern =western =southern =southerner =southerners =european =europeans =chilean =guatemalan =honduran =africa =africans =yemeni =kuwaiti =ecuadorian',
  ],
  [
    'group_religion',
    '=muslim =muslims =islam =islamic =jew =jews =jewish =christian =christians =catholic =catholics =protestant =protestants =mormon =mormons =hindu =hindus =buddhist =buddhists =sikh =sikhs =atheist =atheists =evangelical =evangelicals =religion =religious =mosque =hijab =quran =rabbi =imam =priest =nun =church =amish =scientologist =scientologists =orthodox =jehovah =baptist =wiccan',
  ],
  [
    'group_age',
    '=old =elderly =senior =seniors =young =youth =teen =teens =teenager =teenagers =teenage =kids =kid =boomer =boomers =millennial =millennials =aged =grandma =grandpa =grandmother =grandfather =retired =retirees =older =younger =elders =children =pensioner =pensioners =middle-aged =adolescents =grandparents =generation =aging =ageing',
  ],
  [
    'group_disability',
    '=disabled =disability =disabilities =blind =deaf =autistic =autism =wheelchair =handicapped =crippled =amputee =dyslexic =dyslexia =bipolar =schizophrenic =schizophrenics =depressed =mental =mentally =ill =paralyzed =mute =adhd =schizophrenia =paraplegic =down =crutches =impaired =illness =neurodivergent =stutter',
  ],
  [
    'group_orientation',
    '=gay =gays =lesbian =lesbians =homosexual =homosexuals =homosexuality =bisexual =bisexuals =transgender =transgendered =transsexual =transsexuals =trans =lgbt =lgbtq =drag =straight =heterosexual =heterosexuals =asexual =pansexual =crossdresser =same-sex',
  ],
  [
    'group_class',
    '=poor =rich =wealthy =homeless =welfare =poverty =working-class =upper-class =lower-class =trailer =janitor =janitors =beggar =beggars =unemployed =uneducated =slum =slums =ghettos =projects =landlord =ceo =banker =millionaire =millionaires =elite =broke =impoverished =peasants =dropout =dropouts =privileged',
  ],
  [
    'group_work',
    '=doctor =doctors =nurse =nurses =lawyer =lawyers =politician =politicians =cop =cops =policeman =police =engineer =engineers =secretary =secretaries =teacher =teachers =plumber =plumbers =maid =maids =cleaner =cleaners =driver =drivers =farmer =farmers =fisherman =salesman =salesmen =accountant =accountants =programmer =programmers =nanny =nannies =gardener =gardeners =hairdresser =hairdressers =model =models =actor =actress =athlete =athletes =soldier =soldiers =mechanic =mechanics =waitress =scientist =scientists =librarian =librarians =bartender =bartenders =firefighter =pilot =pilots =artists =construction =boss =supermodel =supermodels =stripper =receptionist',
  ],
  [
    'group_look',
    '=fat =overweight =obese =skinny =ugly =blonde =blondes =blond =redhead =redheads =ginger =gingers =short =tall =bald =tattooed =tattoos =tattoo =pretty =thin =hairy =attractive =beautiful =unattractive =dwarf =dwarfs =midget =freckles =acne =glasses =chubby =plump',
  ],
  [
    'people',
    '=people =person =folks =families =family =individual =individuals =neighbor =neighbors =neighbour =neighbours =neighborhood =community =man =guy =someone =citizens =residents =couple =couples =students =workers =culture =country =tribe',
  ],
  // What stereotypes say of them.
  [
    'trait_lazy',
    '=lazy =laziness =unmotivated =freeloaders =freeloader =mooch =mooching =mooches =leeching =handouts =handout =siesta =idle =slackers =slacker =unreliable =irresponsible =careless =welfare =stamps =loitering =ambition =ambitions =hardworking =diligent =industrious =unambitious =sleeping =couch',
  ],
  [
    'trait_crime',
    '=criminal =criminals =crime =crimes =thief =thieves =steal =steals =stole =stealing =stolen =rob =robbed =robbing =robbery =gang =gangs =gangster =gangsters =gangbanger =thug =thugs =drug =drugs =dealer =dealers =dealing =smuggle =smuggling =smugglers =cartel =mafia =mob =terrorist =terrorists =terrorism =terror =bomb =bombs =bomber =bombing =bombers =dangerous =suspicious =shoplifting =shoplifter =jail =prison =illegal =illegals =illegally =arrested =violent =aggressive =scam =scammer =scammers =corrupt =corruption =cheat =cheats =cheating =cheated =cheaters =untrustworthy =dishonest =shady =sneaky =pedophile =pedophiles =molester =molesters =rapists =predators =extremist =extremists =jihadists =hijack =weapon =purse =mugged =pickpockets =trespass =convict',
  ],
  [
    'trait_dumb',
    '=dumb =stupid =idiots =ignorant =uneducated =illiterate =unintelligent =slow =simple =airheads =ditzy =backward =backwards =primitive =uncivilized =uncivilised =clueless =brainwashed =gullible =dimwitted =incapable =incompetent =unqualified =unskilled =naive =confused =forgetful =senile =technology =intelligence =iq =irrational',
  ],
  [
    'trait_weak',
    '=emotional =hysterical =moody =fragile =weak =weaker =sensitive =dramatic =overreact =overreacting =cry =crying =cries =cried =nag =nagging =gossip =gossiping =gossipy =submissive =obedient =passive =delicate =timid =shy =quiet =docile =needy =clingy =frail =feeble =burden =burdens =helpless =dependent =sissy =hormonal =bossy =catty =vain =jealous =manipulative =fickle =whining =cowards =cowardly =effeminate =flamboyant =girly =feminine',
  ],
  [
    'trait_greed',
    '=greedy =greed =cheap =stingy =frugal =money =hoard =hoarding =hoards =selfish =spoiled =snobbish =snobby =snobs =snob =arrogant =materialistic =wealth =penny =pennies =bank =banks =banking =usury =gold =tightfisted =tight-fisted =miserly =haggle =haggling =entitled =ruthless =cunning =scheming =conspiracy =control =controls =controlling',
  ],
  [
    'trait_dirty',
    '=dirty =filthy =smelly =smell =smells =stink =unclean =unwashed =unhygienic =messy =gross =greasy =disgusting =diseases =diseased =bathe =shower =showers =odor =body =trashy =sloppy =slob =slobs =noisy =loud =rude =rowdy =rats =garbage =curry =garlic',
  ],
  [
    'trait_drunk',
    '=drunk =drunks =drunken =alcoholic =alcoholics =alcohol =drinking =drink =drinks =booze =vodka =whiskey =whisky =beer =pub =addict =addicts =addicted =junkie =junkies =crackhead =crackheads =weed =stoned =hungover',
  ],
  [
    'trait_immoral',
    '=promiscuous =slutty =sinful =sinner =sinners =immoral =perverted =perverts =unnatural =sick =hell =evil =godless =intolerant =fanatic =fanatics =fanatical =hateful =oppressive =oppress =radical =cult =worship =devil =curse =voodoo =barbaric =savage =heartless =cold =cruel =hostile =angry =anger =temper =crazy =insane =psycho =unstable =weird =creepy =freaks =freak =abnormal =disgrace =hypocrites =hypocritical =polygamy =harem =beheading',
  ],
  [
    'trait_role',
    '=kitchen =cook =cooking =cooks =clean =cleaning =laundry =dishes =housework =sewing =knit =knitting =nurture =nurturing =caring =leadership =leader =leaders =lead =drive =driving =driver =drivers =math =maths =mathematics =science =sports =basketball =dance =dancing =dancers =rhythm =rap =rapping =football =jump =dunk =chicken =watermelon =tacos =taco =burrito =beans =rice =noodles =sushi =lawn =mow =gardening =nails =laundromat =taxi =cab =motel =fashion =shopping =shop =makeup =beauty =looks =babies =marry =pasta =pizza =camels =camel =goat =goats =tea =computers =computer =kung =karate =samurai =breadwinner =provider =strong =stronger =tough =toughness =protect =fixing =combat =promoted =scientist =nursing',
  ],
]);

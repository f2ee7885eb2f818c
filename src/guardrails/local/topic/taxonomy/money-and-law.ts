import type { TopicEntry } from '../topic-entry.js';

/** Money, work, trade, law, state, conflict. */
export const MONEY_AND_LAW: readonly TopicEntry[] = [
  {
    name: 'finance',
    aliases:
      'financial,financial advice,money,personal finance,economics,economy,financial services,corporate finance,investment advice,investing,investments,stock market,stocks,trading,banking,stock tips,financial planning,wealth management,stock trading',
    terms:
      'stock market,stocks,shares,shareholder,dividend,bond,bond yields,treasury yields,etf,mutual fund,index fund,hedge fund,portfolio,brokerage,broker account,invest,investing,investor,investment,interest rate,compound interest,mortgage,loan,credit score,credit card debt,debt,budget,savings account,checking account,bank account,bank,banking,retirement fund,401k,ira,pension,inflation,recession,gdp,central bank,federal reserve,ecb,monetary policy,fiscal,exchange rate,currency,forex,revenue,profit,profit margin,ebitda,earnings,quarterly earnings,balance sheet,cash flow,income statement,net income,gross margin,invoice,accounts payable,accounts receivable,ledger,audit,auditor,accountant,accounting,bookkeeping,ipo,venture capital,private equity,valuation,market cap,bull market,bear market,nasdaq,dow jones,s&p 500,wall street,futures,options contract,derivative,short selling,day trading,annuity,refinance,interest payment,bankruptcy,insolvency,overdraft,wire transfer,liquidity,capital gains,asset allocation,roi,return on investment,equity,collateral,credit rating,hyperinflation,lender,borrower,borrow money,apr,down payment,payroll,fund manager,stock price,share price,commodity,gold price,oil price,amortization,depreciation,financial,finance,money,economist,expense report,reimbursement,quarter,treasury,hedge,iban,fiscal year,price-to-earnings',
    hints:
      'fund,market,price,cost,pay,payment,income,salary,save,spend,expense,rate,fee,account,balance,trade,buy,sell,value,growth,forecast,percent,dollar,euro,wealth,rich,economy,quarterly,cash,due,loss,yield,rally',
  },
  {
    name: 'cryptocurrency',
    aliases: 'crypto,bitcoin,blockchain,nft,web3,digital currency,crypto trading,cryptocurrencies,defi',
    terms:
      'cold storage,exchange froze,pump and dump,wallet address,bull run,hodling,mining pool,node operator,crypto,cryptocurrency,bitcoin,btc,ethereum,eth,blockchain,altcoin,dogecoin,solana,litecoin,ripple,xrp,cardano,stablecoin,tether,usdt,usdc,defi,nft,smart contract,hot wallet,cold wallet,crypto wallet,seed phrase,ledger nano,coinbase,binance,kraken exchange,metamask,mining rig,hash rate,proof of stake,proof of work,gas fee,airdrop,token sale,ico,satoshi,halving,staking,staked,staking rewards,hodl,memecoin,web3,dao,layer 2,on-chain,rug pull,uniswap,decentralized exchange,private keys,coins on an exchange',
    hints: 'coin,token,wallet,mining,mine,exchange,ledger,decentralized,miner,swap,block,chain',
  },
  {
    name: 'taxes',
    aliases: 'tax,taxation,tax advice,tax law,tax filing,irs',
    terms:
      'tax,taxes,irs,tax return,tax refund,tax bracket,deductible,deduction,w-2,1099,vat,sales tax,income tax,capital gains tax,withholding,tax evasion,tax haven,tax credit,tax year,file jointly,property tax,inheritance tax,tax audit,hmrc,taxable,turbotax,tax-free,estate tax,write off,taxpayer,tariff,dependents',
    hints: 'income,filing,deadline,accountant,exempt,owe,refund,form',
  },
  {
    name: 'insurance',
    aliases: 'insurance claims,health insurance,car insurance,life insurance',
    terms:
      'insurance,insurer,insured,premium,deductible,policyholder,claim adjuster,insurance claim,life insurance,car insurance,home insurance,coverage,underwriter,underwriting,actuary,copay,liability cover,beneficiary,no-claims bonus,reinsurance,third-party cover,collision coverage,comprehensive cover,insurance broker,payout',
    hints: 'claim,policy,accident,damage,cover,risk,premium,loss',
  },
  {
    name: 'real estate',
    aliases: 'property,housing,renting,house buying,mortgages,landlords,apartments,home buying',
    terms:
      'asking price,house was sold,flat for rent,property,square metres,landlady,broker fee,vacant,moving out,real estate,realtor,mortgage,landlord,tenant,lease,rent,rental apartment,rent increase,apartment,condo,square feet,open house,home inspection,house prices,property value,zoning,foreclosure,down payment,listing agent,escrow,closing costs,homeowner,hoa,evict,eviction,security deposit,sublet,studio flat,two-bedroom,three-bedroom,housing market,property tax,duplex,estate agent,title deed,first-time buyer,house hunting,move-in,townhouse',
    hints:
      'house,home,property,building,neighborhood,bedroom,bathroom,garage,buyer,seller,agent,offer,deposit,housing,floor plan',
  },
  {
    name: 'legal',
    aliases:
      'law,legal advice,legal matters,legal services,lawsuits,litigation,courts,contracts,lawyer,legal issues,legislation,attorney',
    terms:
      'verbal agreement,binding,legally binding,contest a will,restraining order,visitation,custody,court order,summons,prosecution,landlord keep,deposit back,infringement,bail,plead,hearing,law suit,oath,jurors,lawful,illegal,lawyer,attorney,solicitor,barrister,lawsuit,sue,suing,sued,litigation,court,courtroom,judge,jury,verdict,plaintiff,defendant,prosecutor,testimony,witness stand,subpoena,deposition,appeal court,supreme court,contract law,breach of contract,nda,non-disclosure,non-compete,clause,liability,liable,negligence,damages,settlement,arbitration,mediation,statute,legislation,regulation,copyright infringement,trademark,patent,intellectual property,custody,divorce papers,prenup,alimony,probate,power of attorney,notary,last will,testament,inheritance,estate planning,bail,felony,misdemeanor,indictment,plea bargain,sentencing,parole,tenant rights,small claims,cease and desist,injunction,class action,legal advice,legally,legal,law firm,defamation,libel,slander,tort,jurisdiction,constitutional,statute of limitations,gdpr,compliance,terms of service,affidavit,paralegal,legal counsel,unlawful,wrongful termination,wrongful dismissal,ruled,acquitted,convicted,landlord,contract,evict,eviction,testify,overturned,custody hearing,in favour of the tenant',
    hints:
      'law,rights,case,claim,agreement,trial,evidence,sign,party,rule,guilty,charge,fine,permit,dispute,tenant,witness,hearing,draft,term,appeal,obligation,enforce',
  },
  {
    name: 'crime',
    aliases:
      'criminal activity,illegal activities,crimes,illegal activity,law enforcement,police,theft,criminal,true crime,criminal planning',
    terms:
      'murder,murderer,homicide,robbery,robber,burglary,burglar,theft,thief,shoplift,steal a car,carjacking,kidnap,kidnapping,arson,assault,rape,rapist,gang,mafia,drug cartel,smuggling,smuggle,trafficking,money laundering,embezzle,extortion,blackmail,bribery,bribe,counterfeit,forgery,fake id,stolen,police officer,police,detective,crime scene,arrested,arrest,handcuffs,prison,jail,inmate,prison sentence,convict,suspect,fugitive,serial killer,crime,criminal,pick a lock,lockpicking,hotwire,break into a house,black market,hitman,ransom,pickpocket,fraudster,vandalism,get away with,mugged,manslaughter,stabbing,felon,hide a body,heist,loot',
    hints: 'steal,victim,illegal,gun,weapon,evidence,court,guilty,sheriff,offense,caught,alibi,break in,cop',
  },
  {
    name: 'fraud',
    aliases: 'scams,money laundering,financial crime,phishing scams,identity theft,scam,deception',
    terms:
      'scam,scammer,fraud,fraudulent,ponzi,pyramid scheme,phishing,identity theft,money laundering,launder money,fake invoice,wire fraud,credit card fraud,embezzlement,embezzle,catfish,advance fee,nigerian prince,counterfeit,forged,forge a signature,fake documents,insider trading,shell company,tax evasion,con artist,stolen card,skimming,skimmer,chargeback fraud,fake charity,bogus,kickback,bribe',
    hints: 'fake,stolen,trick,victim,suspicious,identity,verify,gift card,account',
  },
  {
    name: 'human trafficking',
    aliases: 'trafficking,slavery,forced labor,exploitation,modern slavery',
    terms:
      'human trafficking,trafficking victim,forced labor,sex trafficking,smuggle migrants,people smuggler,modern slavery,slave trade,debt bondage,trafficker,sweatshop,organ harvesting,passports confiscated,exploited workers',
    hints: 'smuggle,border,victim,exploit,forced,passport,slave',
  },
  {
    name: 'politics',
    aliases:
      'political,government,elections,election,us politics,political opinions,politicians,political parties,policy debate,political campaigns,democracy,partisan',
    terms:
      'cabinet,turnout,recount,two main parties,ruling party,head of government,opposition,ministers,elected,elect,by-election,ministry,constituents,ruling coalition,lawmakers,presidency,electorate,political parties,policymakers,backbencher,activist,politics,political,politician,president,prime minister,chancellor,senator,senate,congress,congressman,parliament,lawmaker,legislature,election,electoral,vote,voter,voting,ballot,polling station,election polls,opinion poll,campaign rally,campaign trail,candidate,democrat,democratic party,republican,gop,labour party,conservatives,tory,liberal party,left-wing,right-wing,far-right,socialist,socialism,communism,communist,capitalism,fascism,populist,populism,impeach,impeachment,veto,filibuster,referendum,brexit,white house,oval office,kremlin,downing street,minister,cabinet reshuffle,coalition,opposition leader,governor,mayor,geopolitics,foreign policy,sanctions,tariff,diplomat,embassy,united nations,nato,european union,trump,biden,obama,clinton,putin,merkel,macron,xi jinping,zelensky,harris,lobbyist,gerrymandering,swing state,primaries,midterm,inauguration,executive order,legislation,bill passed,state of the union,protest,partisan,bipartisan,welfare reform,immigration policy,gun control,government,regime,dictator,coup,democracy,monarchy,propaganda,poll numbers,approval rating,swing voters,manifesto,constituency,city council,head of state,speaker of the house,left or right,party leader',
    hints:
      'party,law,bill,debate,budget,policy,reform,state,leader,campaign,freedom,rights,public,nation,national,crisis,conservative,liberal,labor,seat,win,poll,federal,secretary',
  },
  {
    name: 'immigration',
    aliases: 'migrants,refugees,visas,asylum,citizenship,migration',
    terms:
      'immigration,immigrant,migrant,refugee,asylum,asylum seeker,visa,green card,work permit,deport,deportation,undocumented,citizenship,naturalization,border wall,border patrol,h-1b,residence permit,illegal alien,expat,emigrate,resettlement,passport control,ice raid,detention center,permanent resident,dual citizenship,visa application,sponsor a visa',
    hints: 'border,passport,embassy,consulate,foreign,country,resident,stay,abroad',
  },
  {
    name: 'gun control',
    aliases: 'gun rights,gun laws,second amendment,firearm regulation',
    terms:
      'gun control,second amendment,nra,gun law,concealed carry,background check,assault weapon ban,open carry,firearm license,gun owner,mass shooting,school shooting,gun rights,magazine limit,red flag law,gun violence,bump stock',
    hints: 'gun,rifle,weapon,firearm,ban,permit,shooting',
  },
  {
    name: 'weapons',
    aliases:
      'weapon,guns,firearms,gun,arms,ammunition,knives,weapons and explosives,explosives,bombs,bomb making,weapon making,guns and weapons,dangerous weapons',
    terms:
      'armour-piercing,armor-piercing,rounds of,piercing rounds,musket,spear,gunshot,firearms dealer,armed with,pellet gun,air rifle,catapult,arsenal,cannon,gun,rifle,pistol,handgun,shotgun,revolver,firearm,ammunition,ammo,bullet,cartridge,caliber,9mm,ar-15,ak-47,glock,sniper,scope,silencer,suppressor,magazine capacity,holster,concealed carry,trigger pull,gunsmith,ghost gun,3d-printed gun,grenade,hand grenade,bomb,pipe bomb,explosive,c4,tnt,dynamite,detonator,ied,molotov,landmine,missile,rocket launcher,mortar,machete,dagger,switchblade,sword,crossbow,bow and arrow,brass knuckles,taser,pepper spray,stun gun,body armor,weapon,weaponry,gunpowder,thermite,nerve agent,sarin,anthrax,nuclear warhead,dirty bomb,submachine gun,machine gun,armory,firing pin,full auto,bayonet,artillery,torpedo,shooting range,hollow point,combat knife,shrapnel,bump stock,muzzle,bazooka,flamethrower,warhead,barrel length,recoil,reload',
    hints:
      'shoot,shot,fire,knife,blade,trigger,barrel,arms,military,armed,kill,explode,explosion,ban,hunting,target,carry,range,charge,fuse',
  },
  {
    name: 'explosives and poisons',
    aliases:
      'explosives,bombs,bomb making,poison,poisons,chemical weapons,biological weapons,cbrn,dangerous chemicals,toxins,nuclear weapons',
    terms:
      'bomb,pipe bomb,explosive,explosives,c4,tnt,dynamite,detonator,ied,molotov,thermite,nitroglycerin,ammonium nitrate,gunpowder,blasting cap,poison,poisonous,cyanide,ricin,arsenic,strychnine,sarin,nerve agent,nerve gas,mustard gas,anthrax,chlorine gas,botulinum,toxin,lethal dose,chemical weapon,biological weapon,bioweapon,nuclear weapon,dirty bomb,uranium enrichment,plutonium,fissile,weaponize,pathogen,undetectable poison,rat poison',
    hints: 'toxic,chemical,mix,explode,gas,lethal,kill,synthesis,radioactive,acid',
  },
  {
    name: 'military',
    aliases: 'war,armed forces,warfare,defense,army,conflict,wars',
    terms:
      'tanks,army general,soldiers,airbase,offensive,retreat,regiment,commander,shelling,trenches,brigadier,ammunition depot,army,navy,air force,marine corps,soldier,troops,infantry,battalion,brigade,general staff,sergeant,lieutenant,colonel,tank battle,warship,aircraft carrier,submarine,fighter jet,drone strike,airstrike,missile strike,invasion,invade,occupation,ceasefire,frontline,front line,battlefield,combat,war,wartime,warfare,civil war,veteran,deployment overseas,conscription,draft dodger,military,militia,insurgent,guerrilla,nato,pentagon,artillery,war crime,siege,prisoner of war,peace treaty,counteroffensive,armistice,bombardment,platoon,barracks,boot camp',
    hints: 'attack,defense,enemy,weapon,battle,fight,force,peace,general,command,border,base,mission,uniform',
  },
  {
    name: 'terrorism',
    aliases: 'extremism,terror,terrorist attacks,radicalization,violent extremism',
    terms:
      'terrorism,terrorist,isis,al-qaeda,taliban,suicide bomber,suicide bombing,jihadist,jihad,extremist,radicalized,radicalization,hostage,car bomb,boko haram,hezbollah,hamas,terror attack,terror cell,lone wolf,manifesto,white supremacist,neo-nazi,militant,9/11,bomb threat,beheading,caliphate,domestic extremism',
    hints: 'attack,bomb,threat,militant,cell,ideology,group,recruit',
  },
  {
    name: 'violence',
    aliases: 'violent content,gore,graphic violence,physical violence,harm,abuse,domestic violence',
    terms:
      'murder,stab,stabbed,strangle,torture,beheaded,massacre,bloodshed,beat him up,beating,assault,punch,kick him,slaughter,gore,mutilate,dismember,shoot someone,shooting,brutal,brutally,violence,violent,domestic violence,abusive,bloodbath,choke,gunned down,bludgeon,lynch,riot,fistfight,attacked him,attacked her,knife attack,broke his nose,kill him,kill someone',
    hints: 'kill,attack,hurt,blood,fight,hit,weapon,victim,harm,injure,dead,scream',
  },
  {
    name: 'hate speech',
    aliases:
      'hate,racism,discrimination,bigotry,antisemitism,slurs,racial issues,race,race relations,racial discrimination',
    terms:
      'racism,racist,antisemitism,antisemitic,bigot,bigotry,xenophobia,islamophobia,homophobia,transphobia,white supremacy,ethnic cleansing,slur,hate speech,hate crime,segregation,discrimination,discriminate,prejudice,sexism,misogyny,nazi,kkk,racial profiling,apartheid,black lives matter,genocide,inferior race,go back to your country,master race,skinhead,neo-nazi',
    hints: 'race,racial,hate,minority,ethnic,black people,white people,jews,muslims,stereotype,equality',
  },
  {
    name: 'human rights',
    aliases: 'civil rights,civil liberties,free speech,feminism,gender equality,social justice,womens rights,activism',
    terms:
      'human rights,civil rights,civil liberties,free speech,freedom of speech,freedom of expression,amnesty international,censorship,equality,feminism,feminist,suffrage,gender pay gap,political prisoner,persecution,torture,activist,activism,social justice,equal rights,refugee rights,press freedom,right to privacy,protest march,disability rights,child labor',
    hints: 'rights,freedom,protest,justice,equal,law,minority,oppressed,movement',
  },
  {
    name: 'lgbtq',
    aliases: 'sexual orientation,gay rights,transgender,lgbt,gender identity,homosexuality,lgbtqia',
    terms:
      'lgbt,lgbtq,gay,lesbian,bisexual,transgender,nonbinary,non-binary,queer,pride parade,pride month,same-sex marriage,coming out,gender identity,pronouns,drag queen,gender dysphoria,rainbow flag,homosexual,sexual orientation,trans woman,trans man,gay marriage,came out',
    hints: 'gender,pride,identity,orientation,transition,partner',
  },
  {
    name: 'religion',
    aliases:
      'religious,faith,christianity,islam,judaism,hinduism,buddhism,spirituality,theology,god,religious beliefs,church,religious views',
    terms:
      'to mass,converted,chant,scriptures,preacher,preach,churchgoer,parish,convent,abbey,minaret,almsgiving,holy book,godfather,confirmation class,ordained,consecrated,religion,religious,god,jesus,christ,christian,christianity,catholic,protestant,orthodox church,baptist,evangelical,mormon,pope,vatican,bishop,priest,pastor,monk,nun,rabbi,imam,church,chapel,cathedral,mosque,synagogue,temple,monastery,shrine,bible,gospel,psalm,scripture,old testament,new testament,quran,koran,torah,talmud,vedas,bhagavad gita,prayer,pray,praying,worship,sermon,mass on sunday,baptism,baptize,communion,confession,easter,lent,ramadan,hajj,passover,hanukkah,yom kippur,diwali,holy spirit,holy,saint,prophet,muhammad,allah,buddha,buddhist,buddhism,hindu,hinduism,sikh,islam,islamic,muslim,jewish,judaism,jew,atheist,agnostic,heaven,hell,sin,sinner,salvation,resurrection,afterlife,reincarnation,karma,nirvana,angel,devil,satan,blasphemy,heresy,pilgrimage,theology,theologian,crucifix,rosary,clergy,congregation,missionary,apostle,disciple,genesis,exodus,commandments,shabbat,halal,kosher,kneel,incense,deity,faith in,divine,puja,convert to',
    hints:
      'faith,belief,believe,soul,spirit,spiritual,bless,blessing,sacred,ritual,cross,ceremony,hymn,moral,miracle,creation,fasting,choir,altar,gods',
  },
  {
    name: 'gambling',
    aliases: 'betting,casino,lottery,poker,sports betting,wagering,casinos,online gambling,bets',
    terms:
      'hit or stand,punter,favourite in,each-way,pokies,fruit machine,keno,mahjong for money,pair of jacks,flush,betting slip,stakes,gambling,gamble,gambler,bet,bets,betting,bettor,wager,casino,slot machine,slots,poker,texas hold,blackjack,roulette,baccarat,craps,dice game,sportsbook,bookmaker,bookie,odds,parlay,over under,point spread,handicap betting,lottery,lotto,powerball,scratch card,jackpot,scratch-off,bingo,card counting,double down,all in,royal flush,full house,free spins,no deposit bonus,betfair,draftkings,fanduel,bet365,horse racing,racetrack,high roller,las vegas,croupier,dealer,house edge,winning numbers,raffle,poker chips,tipster,ante,bluff,place your bets,put money on,accumulator,martingale,each way,payout odds',
    hints: 'win,winning,chips,stake,luck,lucky,payout,spin,card,dice,table,bonus,tip,vegas,game,lose,odds,underdog',
  },
  {
    name: 'jobs and hr',
    aliases:
      'employment,careers,job search,recruiting,hiring,human resources,hr,recruitment,workplace,salaries,compensation,jobs,career advice,employee relations,layoffs,salary information,personnel',
    terms:
      'a raise,pay rise,career change,job,fired,manager asked,performance bonus,hire,hiring,recruit,job interview,resume,cv,cover letter,recruiter,recruitment,hiring manager,job offer,job posting,vacancy,applicant,salary,salaries,pay raise,promotion,severance,layoff,laid off,fired from,resignation,two weeks notice,notice period,employee,employer,employment,onboarding,hr department,human resources,performance review,paid leave,maternity leave,sick leave,annual leave,vacation days,pto,remote work,work from home,coworker,colleague,internship,intern,career,linkedin,freelance,union,overtime,minimum wage,wage,unemployment,job hunting,references,probation period,headhunter,workplace,job title,burnout at work,part-time,shift schedule,staffing,headcount,timesheet,appraisal,workload,payroll,parental leave,new hire,team lead,glassdoor',
    hints:
      'job,work,boss,team,office,interview,hire,position,role,skill,experience,raise,benefits,contract,staff,candidate,leave,bonus,quit',
  },
  {
    name: 'business',
    aliases:
      'entrepreneurship,startups,company,management,corporate,strategy,mergers and acquisitions,small business,companies,competitors,corporate strategy',
    terms:
      'startup,founder,ceo,cfo,cto,board of directors,business plan,business model,pitch deck,venture capital,seed round,series a,merger,acquisition,acquire,takeover,stakeholder,kpi,okr,franchise,small business,llc,incorporate,b2b,supply chain,market share,competitor,competitive advantage,outsourcing,revenue growth,profit margin,entrepreneur,entrepreneurship,corporate,subsidiary,conglomerate,joint venture,quarterly report,shareholder,restructuring,swot,business,procurement,vendor,strategic plan,monopoly,antitrust,headquarters,turnover',
    hints:
      'company,market,customer,product,strategy,growth,revenue,profit,management,manager,leadership,team,firm,industry,brand,scale,partner',
  },
  {
    name: 'marketing',
    aliases: 'advertising,branding,seo,ads,promotion,digital marketing,public relations,social media marketing',
    terms:
      'marketing,advertising,advertisement,ad campaign,seo,google ads,facebook ads,branding,brand awareness,slogan,tagline,newsletter,email campaign,landing page,conversion rate,click-through,influencer,target audience,market research,copywriting,content marketing,call to action,billboard,press release,lead generation,sponsorship,focus group,impressions,hashtag campaign,logo design,product launch,publicity,affiliate,segmentation,backlink,ad copy,customer persona',
    hints: 'brand,campaign,audience,ads,promote,customer,engagement,content,launch,logo,reach',
  },
  {
    name: 'shopping',
    aliases: 'e-commerce,ecommerce,retail,online shopping,sales,purchases,products,consumer products',
    terms:
      'shopping,shopping cart,checkout,discount code,coupon,promo code,black friday,cyber monday,free shipping,refund,return policy,amazon,ebay,walmart,etsy,retailer,retail store,shop for,on sale,gift card,wishlist,add to cart,order status,out of stock,bargain,supermarket,grocery,groceries,price match,warranty,clearance,mall,storefront,shopify,cash register,customer review,purchase',
    hints: 'buy,price,store,order,sell,product,cheap,discount,deal,item,shop,delivery,sale,brand,stock',
  },
  {
    name: 'customer support',
    aliases: 'customer service,complaints,help desk,refunds,technical support,support tickets',
    terms:
      'customer service,customer support,support ticket,help desk,refund,complaint,call center,escalate,customer satisfaction,response time,return my order,cancel my subscription,unsubscribe,account locked,replacement,warranty claim,chatbot,live chat,service agent,reset my password,tracking number,arrived damaged,billing issue,double charged,speak to a manager',
    hints: 'customer,support,help,issue,order,account,service,agent,contact,ticket,problem',
  },
  {
    name: 'logistics',
    aliases: 'shipping,delivery,supply chain,freight,warehousing,transportation of goods',
    terms:
      'shipment,shipping,freight,cargo,container ship,warehouse,inventory,pallet,forklift,supply chain,customs clearance,courier,fedex,ups,dhl,tracking number,parcel,package delivery,last mile,bill of lading,incoterms,truck driver,fleet,dispatch,stock levels,fulfillment,distribution center,logistics,lead time,port congestion,tariff code,consignment',
    hints: 'delivery,deliver,package,truck,carrier,route,port,load,stock,order,customs,import,export',
  },
];

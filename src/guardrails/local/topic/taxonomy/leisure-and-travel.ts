import type { TopicEntry } from '../topic-entry.js';

/** Sports, arts, entertainment, travel, beliefs outside of religion. */
export const LEISURE_AND_TRAVEL: readonly TopicEntry[] = [
  {
    name: 'sports',
    aliases:
      'sport,football,soccer,basketball,baseball,tennis,athletics,sporting events,sports news,sports teams,games and sports,american football,hockey,cricket',
    terms:
      'matchday,kickoff,keeper,hurdles,national record,rookie,training camp,veterans are,home side,away side,before the break,top of the table,points and,rebounds,set point,match point,new season,knocked out,qualifier,bullpen,fast bowler,front row,serve and volley,olympic games,ran the 100,100 metres,relay team,swim team,fly-half,half-back,football,soccer,basketball,baseball,tennis,cricket,rugby,hockey,golf,volleyball,badminton,table tennis,swimming,swimmer,boxing,boxer,wrestling,ufc,mma,cycling,cyclist,tour de france,marathon,marathon runner,sprinter,olympics,olympic,world cup,champions league,premier league,la liga,bundesliga,serie a,nba,nfl,nhl,mlb,super bowl,world series,stanley cup,wimbledon,grand slam,us open,formula one,formula 1,grand prix,nascar,playoff,cup final,semifinal,quarterfinal,championship,league table,league,tournament,match day,kickoff,halftime,overtime goal,penalty kick,penalty shootout,free kick,offside,red card,yellow card,goalkeeper,goalie,striker,midfielder,defender,winger,quarterback,touchdown,running back,linebacker,wide receiver,point guard,slam dunk,three-pointer,rebound,home run,pitcher,shortstop,innings,batsman,bowler,wicket,umpire,referee,coach,head coach,stadium,fans cheered,athlete,medal,gold medal,world record,relay,high jump,javelin,decathlon,gymnast,gymnastics,figure skating,skiing,skier,snowboard,surfing,skateboard,backhand,forehand,serve ace,hat-trick,transfer window,fifa,uefa,messi,ronaldo,lebron,federer,nadal,djokovic,serena williams,manchester united,real madrid,barcelona,bayern,liverpool fc,arsenal,chelsea,lakers,yankees,cowboys,patriots,final score,scored,scoreboard,goal,teammate,doping,knockout,fencing,archery,rowing,triathlon,judo,karate,won the match,won the cup,dribble,tackle,locker room,sports,sport,draft pick,mvp,season opener,relegation,own goal,extra time,team won,squad,peloton,bowling',
    hints:
      'game,team,match,score,player,season,win,won,final,race,club,champion,title,ball,field,court,pitch,cup,beat,fan,play,lap,victory,defeat,training,captain,point,draw,round,signed,contract,finish line,bench',
  },
  {
    name: 'video games',
    aliases: 'gaming,games,esports,computer games,videogames,board games',
    terms:
      'video game,playstation,ps5,xbox,nintendo,switch console,steam deck,minecraft,fortnite,roblox,league of legends,dota,call of duty,grand theft auto,gta,zelda,mario,pokemon,elden ring,dark souls,skyrim,world of warcraft,counter-strike,valorant,overwatch,esports,speedrun,boss fight,final boss,npc,respawn,multiplayer,single-player,rpg,mmorpg,first-person shooter,battle royale,loot box,level up,cheat code,game controller,joystick,gamer,gaming,twitch streamer,dlc,mod pack,dungeon,dungeons and dragons,board game,chess,checkmate,monopoly board,the sims,tetris,side quest,game engine,save file,quest,skill tree,stardew valley,sudoku,checkers,console',
    hints: 'game,play,player,level,score,boss,character,map,online,mission,controller,xp',
  },
  {
    name: 'movies and tv',
    aliases: 'movies,film,films,television,tv,cinema,tv shows,entertainment,hollywood,series,streaming,movie,anime',
    terms:
      'movie,film,cinema,hollywood,bollywood,director,actor,actress,screenplay,screenwriter,box office,oscar,academy award,golden globe,emmy,netflix,hulu,disney plus,hbo,amazon prime video,tv show,tv series,sitcom,season finale,episode,binge-watch,trailer,sequel,prequel,franchise film,blockbuster,thriller,horror film,romantic comedy,documentary,anime,cartoon,pixar,marvel,star wars,star trek,harry potter,lord of the rings,game of thrones,breaking bad,spielberg,tarantino,nolan,scorsese,cannes,film festival,plot twist,spoiler,cast of,starring,imdb,rotten tomatoes,soundtrack,subtitles,cliffhanger,remake,movie theater,premiere,screening,film noir,soap opera,reality show,talk show,batman,spider-man,james bond,animated,popcorn',
    hints:
      'watch,show,scene,character,story,series,streaming,role,entertainment,plot,camera,drama,comedy,season,ending,villain',
  },
  {
    name: 'music',
    aliases: 'songs,bands,concerts,musicians,musical instruments',
    terms:
      'stadium tour,bassline,acoustic,album release,musician,concerts,choral,orchestral,sang,vocals,keyboardist,music,song,singer,album,lyrics,guitar,piano,violin,drums,drummer,bass player,saxophone,trumpet,cello,orchestra,symphony,conductor,opera,concert,gig,tour dates,band,rapper,hip hop,rap,jazz,blues,rock band,heavy metal,punk,pop star,country music,techno,house music,dj,playlist,spotify,vinyl,record label,grammy,billboard hot,chorus,melody,harmony,chord,chord progression,rhythm,tempo,sheet music,composer,mozart,beethoven,bach,beatles,taylor swift,beyonce,drake,eminem,karaoke,choir,microphone,studio recording,remix,single release,music video,soundcloud,ukulele,flute,treble clef,songwriter,sing,singing,setlist,encore,headliner,ballad',
    hints: 'play,band,listen,sound,track,tune,beat,note,voice,stage,record,artist,hit,tour,scale,bass',
  },
  {
    name: 'books and literature',
    aliases: 'literature,books,poetry,reading,writing,novels,fiction,creative writing',
    terms:
      'novel,novelist,author,poem,poet,poetry,haiku,sonnet,stanza,shakespeare,hamlet,jane austen,dickens,tolstoy,dostoevsky,hemingway,orwell,tolkien,stephen king,literature,literary,bestseller,paperback,hardcover,publisher,book club,library card,librarian,bookstore,chapter,protagonist,antagonist,narrator,plot summary,short story,fairy tale,science fiction,fantasy novel,memoir,biography,autobiography,fiction,non-fiction,manuscript,editor,prose,metaphor,literary agent,pulitzer,man booker,audiobook,ebook,goodreads,book review,trilogy,foreshadowing,satire,book,writer',
    hints: 'read,reading,write,writing,story,character,page,plot,theme,library,verse,tale,ending,publish',
  },
  {
    name: 'art',
    aliases: 'visual arts,painting,museums,design,drawing,arts,sculpture,architecture',
    terms:
      'painting,painter,sculpture,sculptor,canvas,watercolor,oil paint,acrylic,sketch,drawing,charcoal drawing,gallery,museum,exhibition,picasso,van gogh,monet,da vinci,michelangelo,rembrandt,mona lisa,impressionism,cubism,surrealism,abstract art,renaissance art,mural,graffiti,pottery,ceramics,art history,easel,brushstroke,portrait,still life,fresco,louvre,art,artist,artwork,illustrator,calligraphy,mosaic,installation,auction house,warhol,frida kahlo,architect,architecture,facade,gothic,baroque',
    hints: 'paint,color,brush,exhibit,masterpiece,style,design,creative,palette,collection,frame',
  },
  {
    name: 'photography',
    aliases: 'cameras,photos,photo editing',
    terms:
      'photography,photographer,camera lens,dslr,mirrorless,aperture,shutter speed,iso setting,exposure,tripod,bokeh,photo shoot,lightroom,photoshop,raw file,portrait photo,landscape photo,macro lens,telephoto,wide-angle,f-stop,focal length,white balance,darkroom,film roll,long exposure,canon eos,nikon,headshot,flash unit,golden hour',
    hints: 'photo,picture,camera,lens,shot,light,focus,image,filter,portrait,zoom',
  },
  {
    name: 'celebrities',
    aliases: 'celebrity gossip,celebrity,gossip,famous people,royal family,pop culture',
    terms:
      'celebrity,celebrities,kardashian,paparazzi,red carpet,gossip,tabloid,famous actor,royal family,prince harry,meghan markle,kate middleton,king charles,taylor swift,brad pitt,angelina jolie,justin bieber,selena gomez,rihanna,kanye,met gala,star couple,superstar,hollywood star,reality star,tmz,pop star,a-list,entourage,scandal,autograph,net worth of',
    hints: 'star,famous,fan,rumor,dating,actor,singer,couple,divorce,interview',
  },
  {
    name: 'travel',
    aliases:
      'tourism,vacation,holidays,trips,flights,hotels,travelling,traveling,travel planning,destinations,booking,holiday travel',
    terms:
      'visa,visa for,train to,night train,best month to see,best time to visit,iceland,vienna,rome,paris,tokyo,thailand,greece,italy,portugal,venice,prague,barcelona,flights,fly from,landed,gate,jet-lagged,sights,excursion,holidaymaker,tourist visa,winter sun,shore excursion,guesthouse,inn,lodge,bungalow,timetable,take the train,which terminal,stay in,old town,travel,traveler,travelling,trip,flight,flights,airline,airport,boarding pass,layover,stopover,jet lag,luggage,suitcase,carry-on,passport,visa requirements,hotel,hostel,airbnb,resort,bed and breakfast,check-in,room service,vacation,holiday in,tourist,tourism,sightseeing,itinerary,tour guide,guided tour,cruise,cruise ship,ferry,road trip,backpacking,backpacker,travel agency,travel insurance,destination,beach,beaches,island hopping,national park,eiffel tower,colosseum,big ben,bali,maldives,cancun,lisbon,santorini,train ticket,eurail,interrail,rental car,car rental,round trip,one-way ticket,departure,departs,arrival gate,window seat,aisle seat,frequent flyer,booking.com,expedia,tripadvisor,souvenir,snorkeling,scuba,safari,camping,campsite,hiking trail,ski resort,duty-free,travel adapter,bus tour,currency exchange,abroad,overnight train,sleeper train,hotel room,suite,business class,economy class,lounge access,city break,weekend getaway,tickets to,fly to,things to do in,days in,landmark,museum pass,trek,backpack',
    hints:
      'book,booking,ticket,train,bus,plane,city,map,beach,guide,seat,visit,country,journey,tour,stay,leave,reservation,cheap,weekend,drive,explore,arrive,route,noon,harbor,island',
  },
  {
    name: 'aviation',
    aliases: 'airplanes,aircraft,flying,airlines,pilots',
    terms:
      'aviation,pilot,cockpit,runway,boeing,airbus,747,737,a380,jet engine,takeoff,landing gear,air traffic control,turbulence,altitude,helicopter,airplane,aircraft,flight attendant,black box,faa,hangar,aileron,glider,propeller,autopilot,copilot,fuselage,cessna,airspace,jetliner,emergency landing',
    hints: 'flight,plane,fly,wing,airport,airline,crew,passenger,tower',
  },
  {
    name: 'cars',
    aliases: 'automotive,vehicles,automobiles,driving,car repair,motorcycles,electric vehicles,car',
    terms:
      'car,sedan,suv,pickup truck,hatchback,convertible,tesla,toyota,honda,ford,chevrolet,bmw,mercedes,audi,volkswagen,porsche,ferrari,lamborghini,hyundai,subaru,engine oil,oil change,spark plug,transmission,clutch,gearbox,brake pad,brakes,tire pressure,flat tire,tires,alternator,car battery,radiator,exhaust,catalytic converter,muffler,horsepower,torque,mpg,miles per gallon,test drive,dealership,mechanic,odometer,dashboard light,check engine,electric vehicle,ev charging,hybrid car,diesel,motorcycle,harley,motorbike,driver license,driving test,parallel parking,speed limit,windshield,headlight,bumper,cruise control,steering wheel,autopilot,airbag,used car,automobile,automaker,vin number,turbocharger,four-wheel drive,lease a car',
    hints: 'drive,driver,vehicle,engine,road,speed,wheel,fuel,gas,mileage,truck,park,garage,traffic,model',
  },
  {
    name: 'public transport',
    aliases: 'transportation,transport,trains,commuting,transit,traffic,railways',
    terms:
      'subway,metro line,bus stop,bus route,train station,railway,tram,commute,commuter,timetable,train delay,platform 9,bus driver,light rail,monorail,transit pass,rush hour,traffic jam,bike lane,uber,lyft,taxi,cab,high-speed rail,locomotive,freight train,conductor,oyster card,fare,congestion charge,toll road,highway,traffic light,roundabout,pedestrian',
    hints: 'bus,train,station,ticket,line,platform,delay,traffic,route,ride,rail,stop,road',
  },
  {
    name: 'maritime',
    aliases: 'boats,ships,sailing,fishing,boating',
    terms:
      'ship,sailboat,yacht,sailing,sailor,captain of the ship,anchor,harbor,marina,lighthouse,cargo ship,tanker,coast guard,shipwreck,titanic,deckhand,knots wind,nautical,buoy,mast,rudder,canoe,kayak,fishing rod,trawler,angler,bait,lifeboat,hull,keel,port side,starboard,ferry',
    hints: 'boat,sea,ocean,water,port,wave,dock,coast,crew,fish,sail',
  },
  {
    name: 'outdoors',
    aliases: 'hiking,camping,nature,hunting,fishing,survival,outdoor activities',
    terms:
      'hiking,hiker,trail,camping,campfire,tent,sleeping bag,backpacking,national park,mountaineering,rock climbing,climber,fishing,fly fishing,hunting,deer hunting,wilderness,survival kit,compass,kayaking,canoe,waterfall,birdwatching,yellowstone,yosemite,appalachian trail,bear spray,foraging,summit,trekking poles,bushcraft,ridge',
    hints: 'mountain,forest,lake,outdoor,nature,river,camp,climb,wild,park,boots,backpack',
  },
  {
    name: 'wildlife',
    aliases: 'animals,zoology,wild animals,animal facts,birds,insects,marine life',
    terms:
      'elephant,lion,tiger,bear,wolf,wolves,giraffe,zebra,monkey,gorilla,chimpanzee,panda,kangaroo,koala,penguin,whale,dolphin,shark,octopus,sea turtle,crocodile,alligator,snake,lizard,frog,eagle,owl,hawk,hummingbird,butterfly,bee,ant colony,spider,insect,mammal,reptile,predator,prey,habitat,endangered species,poaching,safari,migration of,zoo,wildlife,rhino,hippo,leopard,cheetah,fox,moose,otter,salmon run,squirrel,bats,flamingo,parrot,species,jellyfish,nocturnal',
    hints: 'animal,wild,bird,fish,nature,jungle,nest,species,forest,ocean',
  },
  {
    name: 'crafts and hobbies',
    aliases: 'hobbies,crafts,knitting,sewing,collecting,woodworking,arts and crafts',
    terms:
      'knitting,knit,crochet,yarn,sewing machine,sewing,quilt,embroidery,cross-stitch,origami,scrapbooking,woodworking,model train,stamp collecting,coin collecting,jewelry making,candle making,pottery wheel,lego,jigsaw puzzle,macrame,beadwork,hobby,hobbyist,needlework,felting,sewing pattern,soap making,bookbinding,model kit,whittling',
    hints: 'craft,pattern,needle,thread,fabric,handmade,wood,glue,collect,stitch,diy',
  },
  {
    name: 'holidays and celebrations',
    aliases: 'celebrations,parties,birthdays,festivals,christmas,party planning,holiday,events',
    terms:
      'birthday,birthday party,christmas,santa claus,christmas tree,halloween,costume party,trick or treat,thanksgiving,new year eve,fireworks,easter egg,valentine day,mother day,father day,anniversary,party planning,invitation,confetti,balloons,gift ideas,present for,festival,carnival,parade,potluck,baby shower,surprise party,party favors,pinata,housewarming,secret santa,oktoberfest,mardi gras',
    hints: 'party,gift,celebrate,celebration,holiday,guest,decoration,cake,event,toast,present',
  },
  {
    name: 'death and funerals',
    aliases: 'funerals,death,bereavement,dying,end of life',
    terms:
      'funeral,burial,cremation,coffin,casket,cemetery,graveyard,tombstone,obituary,eulogy,condolence,mourning,mourner,bereaved,passed away,hospice,end of life,widow,widower,ashes,memorial service,autopsy,morgue,death certificate,grief,buried,undertaker,euthanasia,assisted dying',
    hints: 'death,died,die,dead,loss,grave,memorial,late,will,dying',
  },
  {
    name: 'retirement',
    aliases: 'elder care,aging,seniors,pensions,retirement planning,elderly care',
    terms:
      'retirement,retire,retired,retiree,pension,401k,social security benefits,nursing home,assisted living,elderly parent,caregiver,senior citizen,medicare,nest egg,old age,retirement age,annuity,hospice,elder care,early retirement,roth',
    hints: 'age,senior,elderly,savings,care,grandparents,fund,years old',
  },
  {
    name: 'conspiracy theories',
    aliases: 'conspiracy,misinformation,disinformation,fake news,conspiracies,hoaxes',
    terms:
      'conspiracy,conspiracy theory,illuminati,flat earth,chemtrails,qanon,deep state,area 51,ufo,moon landing was,faked,hoax,false flag,new world order,anti-vax,microchip in,lizard people,reptilian,pizzagate,fake news,disinformation,misinformation,cover-up,crisis actor,5g causes,plandemic,rigged,stolen election,bigfoot,secret society,freemasons,mind control,debunk',
    hints: 'secret,truth,hidden,elite,government,believe,proof,lie,agenda,wake up',
  },
  {
    name: 'astrology and occult',
    aliases:
      'astrology,occult,horoscope,tarot,paranormal,supernatural,witchcraft,fortune telling,magic,horoscopes,superstition',
    terms:
      'astrology,astrologer,horoscope,zodiac,aries,taurus,gemini,virgo,libra,scorpio,sagittarius,capricorn,aquarius,pisces,mercury retrograde,birth chart,natal chart,rising sign,star sign,tarot,tarot card,psychic,medium reading,fortune teller,palm reading,crystal ball,ouija,seance,witch,witchcraft,wicca,spell casting,curse,ghost,haunted,paranormal,poltergeist,exorcism,numerology,clairvoyant,voodoo,occult,aura,healing crystals,demon,numerologist,reading my cards,moon sign',
    hints: 'sign,spirit,moon,magic,ritual,card,stars,energy,spell,supernatural',
  },
  {
    name: 'news and journalism',
    aliases: 'news,journalism,current events,media,press',
    terms:
      'breaking news,headline,journalist,journalism,reporter,newspaper,news anchor,press conference,editorial,op-ed,cnn,bbc,fox news,new york times,washington post,reuters,associated press,correspondent,newsroom,tabloid,news outlet,front page,press freedom,latest news,today news,current events,news',
    hints: 'report,story,media,press,interview,article,source,coverage,broadcast,headlines,today',
  },
  {
    name: 'comedy',
    aliases: 'jokes,humor,memes,funny content,satire',
    terms:
      'joke,jokes,punchline,comedian,stand-up,pun,knock knock,funny,hilarious,humor,sarcasm,parody,satire,prank,one-liner,roast,dad joke,meme,make me laugh,comedy,sitcom,limerick',
    hints: 'laugh,fun,silly,comic,tell me',
  },
];

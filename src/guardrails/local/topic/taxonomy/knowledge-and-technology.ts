import type { TopicEntry } from '../topic-entry.js';

/** Technology, science, education. */
export const KNOWLEDGE_AND_TECHNOLOGY: readonly TopicEntry[] = [
  {
    name: 'coding',
    aliases:
      'programming,software development,software,code,software engineering,computer science,coding help,web development,developers,source code,debugging,software bugs,devops,code generation',
    terms:
      'revert,closures,loop,iterate,null,undefined,unit tests,codebase,stack overflow,import error,code,coding,programming,programmer,developer,software,python,javascript,typescript,java,kotlin,golang,rust,c++,c#,php,ruby,perl,scala,haskell,html,css,sql query,regex,function,variable,array,for loop,while loop,recursion,recursive,pointer,null pointer,exception,stack trace,segfault,compile,compiler,debug,debugger,breakpoint,unit test,refactor,refactoring,git,github,merge conflict,pull request,commit message,rebase,npm,node,node.js,react,angular,vue,django,flask,spring boot,docker,dockerfile,kubernetes,ci pipeline,api endpoint,rest api,graphql,json,xml,yaml,backend,frontend,full stack,algorithm,data structure,linked list,binary tree,hash map,sort a list,big o,object oriented,inheritance,polymorphism,async await,callback,promise,lambda,syntax error,type error,import error,library version,dependency injection,framework,bash script,shell script,linux kernel,terminal command,stack overflow,ide,vs code,intellij,boolean,integer overflow,string concatenation,dataframe,pandas,numpy,webpack,class method,constructor,let and var,const,memory leak,race condition,deadlock,multithreading,codebase,repository,open source,linter,localhost,parse,parser,runtime,bug,hotfix,microservice,git branch,http request,webhook,sdk,query string,tuple,dictionary key,iterator,enum',
    hints:
      'script,app,application,program,loop,string,list,class,method,object,test,build,deploy,server,client,database,file,error,version,library,package,module,computer,release,branch,query,table,index,service',
  },
  {
    name: 'databases',
    aliases: 'sql,database,data engineering,data warehouse,data storage',
    terms:
      'sql,database,postgres,postgresql,mysql,sqlite,mongodb,redis,oracle database,nosql,primary key,foreign key,inner join,left join,schema migration,stored procedure,query plan,data warehouse,etl,snowflake,bigquery,normalization,transaction isolation,sharding,replication lag,orm,index scan,cassandra,elasticsearch,db,vacuum table,select from,group by,data lake',
    hints: 'query,table,row,column,index,data,join,schema,backup,cluster,record',
  },
  {
    name: 'cybersecurity',
    aliases:
      'hacking,security,information security,computer security,malware,cyber attacks,cybercrime,hackers,network security,cyber security,exploits,infosec',
    terms:
      'crack the wifi,wifi of,hijacked,ransom note,hack,hacker,hacking,malware,ransomware,spyware,keylogger,trojan,phishing,botnet,ddos,sql injection,cross-site scripting,xss,zero-day,exploit,vulnerability,cve,penetration test,pentest,firewall,antivirus,intrusion,encryption,encrypt,decrypt,brute force,password cracking,crack a password,crack wifi,wifi password,metasploit,nmap,wireshark,kali linux,backdoor,rootkit,buffer overflow,privilege escalation,data breach,leaked credentials,two-factor,mfa,password manager,social engineering,cyberattack,cybersecurity,infosec,dark web,tor browser,vpn,certificate authority,payload,reverse shell,bug bounty,soc analyst,siem,patch tuesday,credential stuffing,spoofing,hijack,bypass authentication,steal cookies,computer virus',
    hints:
      'security,password,attack,attacker,virus,breach,secure,network,token,login,threat,patch,hash,credentials,leak',
  },
  {
    name: 'privacy',
    aliases:
      'data protection,personal data,surveillance,gdpr,data privacy,personal information,confidential information',
    terms:
      'privacy,gdpr,ccpa,personal data,data protection,surveillance,tracking cookies,cookie consent,right to be forgotten,data subject,wiretap,facial recognition,spying,spyware,data broker,anonymize,end-to-end encryption,private browsing,incognito,location tracking,opt out,data retention,doxxing,dox,privacy policy,home address',
    hints: 'data,tracking,consent,personal,camera,collect,share,monitor,confidential,leak',
  },
  {
    name: 'artificial intelligence',
    aliases: 'ai,machine learning,deep learning,llm,neural networks,data science,chatbots,generative ai',
    terms:
      'artificial intelligence,machine learning,deep learning,neural network,chatgpt,gpt-4,openai,anthropic,claude,gemini model,llama,large language model,llm,transformer model,training data,fine-tune,fine-tuning,prompt engineering,reinforcement learning,gradient descent,backpropagation,computer vision,image recognition,natural language processing,nlp,generative ai,stable diffusion,midjourney,deepfake,overfitting,tensorflow,pytorch,scikit-learn,random forest,classifier,embedding,chatbot,agi,superintelligence,hallucination,self-driving,robotics,robot,data scientist,epoch,inference,token limit',
    hints: 'model,training,ai,data,dataset,prediction,algorithm,automation,accuracy,weights,prompt',
  },
  {
    name: 'consumer electronics',
    aliases:
      'gadgets,smartphones,hardware,computers,technology,tech,phones,electronics,devices,mobile phones,tech support',
    terms:
      'iphone,ipad,macbook,android phone,samsung galaxy,pixel phone,smartphone,smartwatch,apple watch,airpods,headphones,earbuds,bluetooth,laptop,desktop pc,graphics card,gpu,cpu,motherboard,ram upgrade,ssd,hard drive,usb-c,charger,battery life,touchscreen,oled,4k tv,smart tv,router,wifi signal,printer,webcam,keyboard,monitor,tablet,e-reader,kindle,alexa,google home,smart home,drone,gopro,soundbar,windows 11,macos,ios update,sim card,phone case,megapixel,refresh rate,power bank,hdmi,processor,gadget,screen protector,factory reset',
    hints:
      'phone,screen,battery,device,camera,computer,app,update,charge,speaker,storage,model,technology,tech,wireless',
  },
  {
    name: 'networking and cloud',
    aliases:
      'cloud computing,networking,it infrastructure,aws,servers,telecommunications,internet,telecom,it support,system administration',
    terms:
      'aws,azure,google cloud,ec2,s3 bucket,kubernetes,terraform,load balancer,dns,dhcp,ip address,subnet,vlan,router,ethernet,tcp,udp,vpn,bandwidth,latency,fiber optic,5g,broadband,isp,data center,virtual machine,serverless,uptime,ssh,linux server,active directory,firewall rule,packet loss,cdn,nginx,proxy server,cell tower,roaming,sla,mobile carrier,ping,hypervisor,vmware,sysadmin,ssl certificate',
    hints: 'server,network,cloud,internet,port,cluster,host,traffic,connection,node,outage,signal,carrier',
  },
  {
    name: 'social media',
    aliases: 'facebook,instagram,twitter,tiktok,influencers,youtube,social networks',
    terms:
      'facebook,instagram,twitter,tiktok,snapchat,youtube,reddit,linkedin,whatsapp,telegram,discord,tweet,retweet,hashtag,followers,influencer,selfie,viral video,content creator,vlogger,livestream,twitch,subreddit,meme,go viral,story post,reels,dm me,social media,unfollow,likes and comments,subscribers,podcast',
    hints: 'post,share,like,follow,comment,video,feed,viral,account,platform,profile,channel',
  },
  {
    name: 'mathematics',
    aliases: 'math,maths,algebra,calculus,statistics,geometry',
    terms:
      'algebra,calculus,derivative,integral,equation,polynomial,quadratic,matrix,matrices,vector space,eigenvalue,theorem,lemma,geometry,triangle,hypotenuse,trigonometry,sine,cosine,logarithm,probability,statistics,standard deviation,median,variance,prime number,factorial,fraction,square root,pythagorean,differential equation,topology,combinatorics,permutation,mathematician,mathematics,math problem,arithmetic,multiplication,long division,euler,fibonacci,integer,hypothesis test,graph theory,modulo,set theory,circumference,perimeter,x squared,solve for x,proof by',
    hints:
      'math,number,formula,solve,function,angle,proof,calculate,sum,average,graph,divide,multiply,curve,circle,radius',
  },
  {
    name: 'physics',
    aliases: 'quantum physics,quantum mechanics,engineering physics',
    terms:
      'physics,physicist,quantum,quantum mechanics,relativity,einstein,newton,gravity,gravitational,electron,proton,neutron,photon,particle accelerator,higgs boson,thermodynamics,entropy,kinetic energy,momentum,velocity,acceleration,electromagnetism,magnetic field,wavelength,string theory,dark matter,nuclear fission,nuclear fusion,superconductor,speed of light,friction,joule,voltage,schrodinger,uncertainty principle,half-life,refraction,torque,quark',
    hints: 'energy,force,mass,wave,particle,motion,field,experiment,theory,light,speed,heat,charge',
  },
  {
    name: 'chemistry',
    aliases: 'chemicals,chemical reactions,organic chemistry',
    terms:
      'chemistry,chemist,molecule,molecular,periodic table,covalent,ionic bond,hydrogen,oxygen,nitrogen,carbon dioxide,sodium,potassium,sulfuric acid,hydrochloric,catalyst,oxidation,redox,ph level,titration,solvent,organic chemistry,polymer,isotope,mole ratio,stoichiometry,exothermic,compound,chemical reaction,alkane,benzene,ethanol,ammonia,distillation,electrolysis,precipitate,beaker,valence,reagent,chlorine',
    hints: 'chemical,reaction,acid,base,element,atom,solution,lab,bond,formula,gas,mix',
  },
  {
    name: 'biology',
    aliases: 'genetics,life sciences,evolution,biotechnology,microbiology,zoology,botany',
    terms:
      'biology,biologist,dna,rna,gene,genome,genetic,chromosome,mutation,evolution,darwin,natural selection,species,photosynthesis,mitochondria,cell membrane,enzyme,protein folding,bacteria,bacterium,microbe,fungi,ecosystem,organism,crispr,stem cell,embryo,virus,mitosis,meiosis,anatomy,nervous system,neuron,hormone,mammal,amphibian,vertebrate,biodiversity,chlorophyll,taxonomy,cloning,biotech,pollination,pathogen,gene editing,metabolism',
    hints: 'cell,plant,animal,protein,tissue,organ,life,membrane,reproduction,lab',
  },
  {
    name: 'astronomy',
    aliases: 'space,space exploration,cosmos,nasa,astrophysics,spaceflight',
    terms:
      'astronomy,astronomer,astronaut,nasa,spacex,rocket launch,space station,telescope,galaxy,milky way,black hole,supernova,nebula,exoplanet,solar system,mercury planet,mars,jupiter,saturn,uranus,neptune,pluto,comet,asteroid,meteor,meteorite,lunar,moon landing,eclipse,satellite,orbit,orbital,big bang,cosmology,light year,hubble,james webb,constellation,spacecraft,rover,apollo 11,stargazing,interstellar,spacewalk,alien life,red dwarf',
    hints: 'space,planet,star,moon,sun,universe,rocket,launch,mission,sky,earth,cosmic',
  },
  {
    name: 'science',
    aliases: 'scientific research,research,sciences,natural sciences',
    terms:
      'scientist,scientific,experiment,hypothesis,peer review,laboratory,research paper,physics,chemistry,biology,dna,quantum,molecule,theory of relativity,microscope,nobel prize,researcher,geology,astronomy,control group,lab results,empirical,specimen,photosynthesis,evolution,atom,periodic table,scientific method',
    hints: 'science,theory,research,study,lab,test,discovery,evidence,data,experiment,species,energy',
  },
  {
    name: 'environment',
    aliases: 'climate change,climate,global warming,ecology,sustainability,pollution,environmental issues,conservation',
    terms:
      'climate change,global warming,greenhouse gas,carbon emissions,carbon footprint,co2,net zero,deforestation,rainforest,biodiversity,endangered species,extinction,pollution,air quality,smog,plastic waste,recycling,recycle,landfill,sustainability,sustainable,sea level rise,melting glacier,glacier,coral reef,paris agreement,conservation,ecosystem,greenpeace,oil spill,microplastics,acid rain,ozone layer,carbon tax,emission,environmentalist,renewable,greta thunberg,compostable,wetlands,habitat loss,overfishing,wildfire,drought',
    hints: 'environment,climate,green,planet,forest,ocean,waste,energy,nature,earth,temperature,fossil,heat,toxic',
  },
  {
    name: 'energy',
    aliases: 'oil and gas,renewable energy,electricity,nuclear power,power generation,solar power,utilities',
    terms:
      'solar panel,wind turbine,wind farm,nuclear power,nuclear reactor,nuclear plant,coal mine,coal plant,natural gas,crude oil,oil rig,opec,pipeline,power grid,electricity bill,kilowatt,megawatt,hydroelectric,geothermal,fossil fuel,renewable energy,battery storage,fracking,refinery,power outage,blackout,electric grid,heat pump,biofuel,hydrogen fuel,barrel of oil,power plant,petroleum,lng,electricity price,transformer station',
    hints: 'energy,power,oil,gas,electric,electricity,coal,solar,wind,fuel,grid,heating',
  },
  {
    name: 'weather',
    aliases: 'weather forecast,meteorology,forecasts,climate conditions,storms',
    terms:
      'weather,forecast,rain,rainy,raining,snow,snowfall,snowing,thunderstorm,lightning,hurricane,typhoon,cyclone,tornado,blizzard,hail,fog,foggy,drizzle,humid,humidity,heat wave,heatwave,cold front,sunny,cloudy,overcast,windy,umbrella,degrees celsius,degrees fahrenheit,barometric,meteorologist,monsoon,frost,freezing,sleet,storm,uv index,wind chill,partly cloudy,flood warning,rainfall,temperature',
    hints: 'hot,cold,wind,cloud,sun,degrees,season,winter,summer,dry,wet,tomorrow,warm,warning',
  },
  {
    name: 'natural disasters',
    aliases: 'disasters,earthquakes,emergencies,catastrophes',
    terms:
      'erupt,volcanoes,earthquake,tsunami,volcano,volcanic,eruption,hurricane,tornado,wildfire,flood,flooding,landslide,avalanche,evacuate,evacuation,richter,aftershock,disaster relief,fema,red cross,seismic,magma,lava,storm surge,emergency shelter,rubble,search and rescue,mudslide,epicenter',
    hints: 'disaster,emergency,damage,rescue,storm,fire,warning,destroyed,survivors,magnitude',
  },
  {
    name: 'history',
    aliases: 'historical events,world history,ancient history,world war',
    terms:
      'history,historical,historian,ancient rome,roman empire,ancient greece,ancient egypt,pharaoh,pyramid,medieval,middle ages,renaissance,crusades,ottoman,byzantine,napoleon,world war,cold war,civil war,revolution of,french revolution,american revolution,industrial revolution,dynasty,emperor,empire,colonial,colonialism,archaeology,archaeologist,bronze age,stone age,viking,julius caesar,cleopatra,hitler,stalin,churchill,holocaust,abolition,treaty of,magna carta,columbus,conquistador,aztec,inca,mayan,samurai,feudal,century bc,victorian,tudor,queen elizabeth,king henry,berlin wall,archduke,ming,soviet union,plague,declaration of independence',
    hints: 'century,ancient,war,king,queen,empire,battle,era,founded,museum,year,built,period,reign,historic,treaty',
  },
  {
    name: 'geography',
    aliases: 'countries,places,maps,capitals,cities',
    terms:
      'capital of,continent,latitude,longitude,peninsula,archipelago,mountain range,everest,himalaya,alps,andes,amazon river,nile,sahara,desert,ocean floor,pacific ocean,atlantic ocean,mediterranean,island nation,population of,largest country,border with,equator,time zone,tributary,delta,plateau,strait,map of,longest river,highest mountain,hemisphere,topography,capital city,landlocked',
    hints: 'country,city,river,mountain,lake,sea,island,map,region,population,located,border,capital,valley,coast',
  },
  {
    name: 'education',
    aliases: 'school,university,students,teaching,academic,homework,college,studying,learning,homework help',
    terms:
      'school,university,college,professor,teacher,classroom,lecture,homework,assignment,essay,exam,midterm,final exam,sat score,gpa,scholarship,tuition,student loan,syllabus,curriculum,degree,bachelor,master degree,phd,dissertation,thesis,kindergarten,high school,elementary school,graduate school,graduation,semester,campus,dormitory,enroll,enrollment,admission,tutor,tutoring,lesson plan,textbook,study guide,flashcards,principal,report card,detention,online course,mooc,coursera,plagiarism,term paper,undergraduate,freshman,student,ivy league,harvard,multiple choice,diploma,pupil,teach,quiz,literacy',
    hints:
      'class,study,course,learn,learning,grade,test,academic,education,lesson,subject,training,reading,paper,degree,faculty',
  },
  {
    name: 'languages',
    aliases: 'linguistics,translation,grammar,language learning,foreign languages,language',
    terms:
      'translate,translation,translator,grammar,verb,noun,adjective,adverb,conjugate,conjugation,vocabulary,pronunciation,pronounce,accent,dialect,idiom,bilingual,duolingo,linguistics,linguist,syntax,phonetic,alphabet,spelling,past tense,subjunctive,esperanto,latin word,sign language,mother tongue,native speaker,learn spanish,learn french,in spanish,in french,in german,into english,mandarin,kanji,synonym,antonym,prefix,suffix,preposition,plural of,loanword',
    hints: 'language,word,sentence,speak,english,french,spanish,german,chinese,japanese,meaning,phrase,fluent,tongue',
  },
  {
    name: 'philosophy',
    aliases: 'ethics,morality,existentialism,moral questions',
    terms:
      'philosophy,philosopher,plato,aristotle,socrates,kant,nietzsche,descartes,hume,hegel,existentialism,stoicism,stoic,utilitarianism,metaphysics,epistemology,ethics,free will,determinism,meaning of life,consciousness,trolley problem,moral dilemma,nihilism,categorical imperative,ontology,dualism,confucius,virtue,skepticism,wittgenstein,sartre,camus',
    hints: 'moral,truth,existence,reason,mind,argument,thought,logic,soul,knowledge,ethical',
  },
  {
    name: 'agriculture',
    aliases: 'farming,farms,livestock,crops',
    terms:
      'farm,farmer,farming,crop,harvest,tractor,livestock,cattle,dairy,poultry,barn,wheat,corn field,soybean,barley,irrigation,pesticide,herbicide,fertilizer,organic farming,orchard,vineyard,beekeeping,hay,silo,plow,agriculture,agricultural,sheep,goat,pasture,grazing,combine harvester,grain,seed drill,manure,acre,crop rotation,ranch,slaughterhouse',
    hints: 'soil,field,yield,cow,pig,plant,land,seed,grow,feed,rain',
  },
  {
    name: 'manufacturing',
    aliases: 'engineering,industry,factories,industrial,mechanical engineering',
    terms:
      'factory,assembly line,manufacturing,manufacturer,cnc,lathe,welding,welder,injection molding,quality control,lean production,six sigma,blueprint,cad model,tolerance,steel mill,raw material,plc,conveyor,machining,mechanical engineer,civil engineer,torque,gearbox,foundry,prototype,3d printing,production line,oem,industrial robot,bearings,hydraulic,turbine',
    hints: 'machine,production,plant,steel,engineer,design,material,metal,industrial,parts,equipment,pump',
  },
  {
    name: 'piracy',
    aliases: 'copyright infringement,illegal downloads,torrents,software piracy,counterfeiting',
    terms:
      'torrent,pirate bay,bittorrent,illegal download,illegal streaming,crack for,keygen,cracked version,serial key,warez,stream for free,pirated,piracy,drm removal,remove drm,bootleg,knockoff,replica watch,dmca,without paying,license key generator,jailbreak my,cam rip',
    hints: 'download,free,copy,crack,movie,software,copyright,illegal,stream',
  },
];

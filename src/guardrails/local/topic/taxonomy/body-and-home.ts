import type { TopicEntry } from '../topic-entry.js';

/** Health, body, family, food, home. */
export const BODY_AND_HOME: readonly TopicEntry[] = [
  {
    name: 'healthcare',
    aliases:
      'health,medical,medicine,medical advice,health care,health advice,diagnosis,disease,illness,clinical,doctors,symptoms,medical information,patient care,medical diagnosis,physical health,hospital,nursing,public health',
    terms:
      'painkiller,temperature of,appendix,pulse,low iron,blood work,blood results,paracetamol,hay fever,nosebleed,limp,diabetes,swallow,vomit,breathing,itch,sore,scar,burn on,sting,bite swollen,gums,eyesight,spine,hip surgery,surgeries,rib,elbow,wrist,hospitalised,hospitalized,unwell,sick leave,heartbeat,cramp,cholera,rabies,anti-inflammatory,antihistamine,physio,checkup,check-up,doctor,physician,nurse,surgeon,pediatrician,cardiologist,dermatologist,dentist,hospital,clinic,patient,diagnosis,diagnose,symptom,disease,illness,infection,fever,cough,sore throat,headache,migraine,nausea,vomiting,diarrhea,constipation,rash,eczema,allergy,allergic,asthma,inhaler,pneumonia,bronchitis,flu,influenza,covid,virus infection,antibiotic,antiviral,vaccine,vaccination,booster shot,flu shot,surgery,surgical,anesthesia,biopsy,tumor,cancer,chemotherapy,oncology,diabetes,diabetic,insulin,blood sugar,glucose level,blood pressure,hypertension,cholesterol,statin,heart attack,stroke,cardiac,arrhythmia,palpitation,chest pain,back pain,knee pain,joint pain,arthritis,osteoporosis,fracture,broken bone,sprain,physiotherapy,physical therapy,rehabilitation,blood test,blood sample,mri,x-ray,ct scan,ultrasound,mammography,mammogram,prescription,dosage,side effect,ibuprofen,paracetamol,acetaminophen,aspirin,penicillin,amoxicillin,medication,pharmacist,kidney,liver,thyroid,anemia,hepatitis,hiv,malaria,tuberculosis,measles,epilepsy,seizure,dementia,alzheimer,parkinson,wound,stitches,bleeding,bruise,swollen,swelling,dizzy,dizziness,fatigue,shortness of breath,blister,mole,lump,ulcer,acid reflux,heartburn,hernia,appendicitis,gallstone,urinary,prostate,gynecologist,contagious,epidemic,pandemic,first aid,ambulance,emergency room,intensive care,outpatient,health insurance,toothache,cavity,root canal,braces,eye exam,cataract,hearing aid,stomach ache,stomach pain,sinus,tonsil,paramedic,stethoscope,ward,medical,medicine,pills,knee hurts,hurts when,ankle,my throat,my stomach,my chest,my back hurts,itchy,numb,infected,ointment,syrup,sprained,scan results,blood count,immune system',
    hints:
      'pain,hurt,ache,sick,blood,bone,knee,skin,heart,lung,stomach,throat,treatment,therapy,treat,cure,test result,dose,tablet,care,recovery,condition,chronic,acute,specialist,appointment,health,healthy,sleep,tired,muscle,nerve,shoulder,injury,injured,shot,exam,checkup,screening',
  },
  {
    name: 'mental health',
    aliases:
      'psychology,psychotherapy,mental illness,depression,anxiety,therapy,counseling,wellbeing,emotional support,mental wellness,psychological advice',
    terms:
      'depression,depressed,anxiety,anxious,panic attack,therapist,psychotherapy,psychologist,psychiatrist,psychiatric,counseling,counselor,bipolar,schizophrenia,ocd,ptsd,adhd,autism,burnout,burned out,eating disorder,anorexia,bulimia,insomnia,antidepressant,ssri,trauma,mindfulness,coping,self esteem,loneliness,lonely,grief,grieving,stress management,mood swing,phobia,cognitive behavioral,mental health,breakdown,overwhelmed,hopeless,emotional support,feeling down,social anxiety,mental illness,intrusive thoughts,meditation',
    hints:
      'stress,stressed,mood,emotion,feelings,mind,worry,worried,sad,cry,therapy,coach,support,cope,exhausted,sleep,fear,motivation',
  },
  {
    name: 'self-harm',
    aliases: 'suicide,self harm,self injury,suicidal thoughts,selfharm,self-injury',
    terms:
      'suicide,suicidal,self harm,self-harm,kill myself,killing myself,end my life,ending my life,cut myself,cutting myself,want to die,overdose,hang myself,hurt myself,no reason to live,better off dead,take my own life,crisis line,suicide note,self injury,razor blade,jump off a bridge,not be here anymore,end it all',
    hints: 'hopeless,painless,pills,goodbye,alone,worthless,die,bleed,wrists,rope',
  },
  {
    name: 'medication',
    aliases: 'pharmaceuticals,pharmacy,prescription drugs,drugs and medication,drug dosage,pharma,medicines',
    terms:
      'medication,prescription,dosage,ibuprofen,paracetamol,acetaminophen,aspirin,antibiotic,statin,insulin,side effect,pharmacy,pharmacist,tablet,capsule,milligram,overdose,drug interaction,antidepressant,painkiller,opioid,morphine,oxycodone,xanax,adderall,ritalin,viagra,warfarin,metformin,generic drug,refill,inhaler,contraindication,over the counter,vaccine,pills,antihistamine,beta blocker,steroid cream,ozempic,pharma,clinical trial,fda approval,mg twice,dose',
    hints: 'mg,drug,pill,take,doctor,treatment,medicine,label,daily',
  },
  {
    name: 'pregnancy',
    aliases: 'pregnancy and birth,childbirth,fertility,maternity,breastfeeding,reproductive health',
    terms:
      'pregnancy,pregnant,trimester,midwife,childbirth,labor pains,contractions,c-section,ultrasound,fetus,embryo,ivf,fertility,infertile,ovulation,miscarriage,prenatal,postnatal,morning sickness,breastfeeding,breastfeed,maternity,newborn,due date,obstetrician,birth plan,conceive,baby bump,epidural,expecting a baby,lactation',
    hints: 'baby,birth,mother,weeks,womb,hormone,period,cycle',
  },
  {
    name: 'abortion',
    aliases: 'abortion rights,pro-choice,pro-life,termination of pregnancy',
    terms:
      'abortion,roe v wade,pro-life,pro-choice,terminate a pregnancy,end a pregnancy,planned parenthood,unborn,heartbeat bill,mifepristone,abortion pill,reproductive rights,fetal viability,unwanted pregnancy,anti-abortion',
    hints: 'pregnancy,pregnant,fetus,clinic,trimester,termination,ban',
  },
  {
    name: 'nutrition',
    aliases: 'diet,dieting,weight loss,nutrition advice,healthy eating,supplements,vitamins',
    terms:
      'calorie,protein intake,carbs,carbohydrate,keto,low-carb,vegan diet,vegetarian diet,intermittent fasting,lose weight,weight loss,vitamin,supplement,dietician,dietitian,nutrition,nutritionist,fiber,saturated fat,trans fat,bmi,obesity,obese,overweight,macros,gluten,lactose,omega-3,probiotic,meal plan,diet,dieting,sugar intake,whole grain,kilojoule,nutrient,micronutrient,balanced meal,creatine',
    hints: 'protein,fat,sugar,eat,eating,food,weight,meal,healthy,snack,portion,fruit,vegetable,breakfast',
  },
  {
    name: 'fitness',
    aliases: 'exercise,workout,gym,bodybuilding,training,working out,yoga',
    terms:
      'workout,gym,push-up,pull-up,squat,deadlift,bench press,dumbbell,barbell,kettlebell,treadmill,cardio,yoga,pilates,personal trainer,strength training,bodybuilding,muscle mass,reps,plank,stretching,warm up,crossfit,jogging,half marathon,hypertrophy,biceps,abs,hiit,rowing machine,fitness,running plan,5k,aerobic,resistance band,rest day,heart rate zone',
    hints: 'exercise,muscle,training,run,stretch,sets,fit,routine,weights,endurance,coach',
  },
  {
    name: 'cooking',
    aliases: 'recipes,food,baking,cuisine,culinary,food and drink,kitchen,meals,food recipes,gastronomy',
    terms:
      'homemade,freezer,blend the,tahini,stir,drizzle,defrost,thaw,sear,breadcrumbs,stock keep,noodle,sieve,colander,spatula,crumble,scone,trifle,recipe,cook,cooking,bake,baking,baked,oven,stove,frying pan,saucepan,skillet,simmer,boil,boiling,fry,fried,roast,roasted,grill,grilled,saute,braise,marinate,marinade,whisk,knead,dough,batter,flour,yeast,sourdough,butter,egg,egg whites,yolk,sugar syrup,vanilla,cinnamon,garlic,onion,parsley,basil,oregano,thyme,rosemary,cumin,paprika,curry,soup,stew,broth,sauce,gravy,pasta,spaghetti,lasagna,risotto,noodles,rice cooker,pizza,sandwich,salad,dressing,mayonnaise,mustard,vinegar,olive oil,teaspoon,tablespoon,preheat,seasoning,season with,chef,cuisine,ingredient,chop the,dice the,slice the,peel,casserole,meatball,steak,medium rare,bacon,sausage,ham,chicken breast,chicken thigh,turkey,lamb chop,salmon fillet,shrimp,tofu,lentil,chickpea,mushroom,potato,mashed,carrot,tomato sauce,pepper,spice,herbs,cake,cookie,pancake,waffle,muffin,brownie,pie crust,pastry,dessert,frosting,icing,chocolate cake,custard,meringue,jam,caramelize,slow cooker,air fryer,pressure cooker,leftovers,barbecue,bbq,tortilla,taco,burrito,sushi,ramen,dumpling,kimchi,paella,omelette,quiche,hummus,guacamole,cheesecake,tiramisu,bread,loaf,crust,cutting board,wok,rolling pin,poach,blanch,deglaze,caramelized,cups of flour,pinch of salt,al dente,biscuit,cheese,cream,ravioli,stir-fry,roux,stock cube,zest,fold the egg,chili,bagel,croissant',
    hints:
      'food,dish,meal,dinner,lunch,breakfast,kitchen,eat,tasty,delicious,flavor,taste,salt,sugar,meat,fish,chicken,beef,pork,rice,milk,oil,water,heat,stir,mix,serve,pan,pot,bowl,knife,cup,ounce,gram,fresh,tender,crispy,juicy,vegetable,fruit,lemon,apple,bean,minutes,tender,sweet,sour,slice,chop,dice',
  },
  {
    name: 'restaurants',
    aliases: 'dining,eating out,food delivery,cafes',
    terms:
      'restaurant,waiter,waitress,menu,reservation for dinner,table for two,takeout,takeaway,food delivery,michelin,bistro,cafe,diner,brunch,buffet,tip the waiter,book a table,fast food,burger king,mcdonald,drive-through,pizzeria,dine,dining,food truck,a la carte,tasting menu,sushi bar,steakhouse',
    hints: 'table,dinner,lunch,order,chef,dish,bill,food,reservation,delivery,tip',
  },
  {
    name: 'alcohol',
    aliases: 'alcoholic drinks,drinking,wine,beer,spirits,liquor,drinking alcohol,cocktails',
    terms:
      'alcohol,alcoholic,beer,wine,whiskey,whisky,vodka,gin,rum,tequila,cocktail,martini,mojito,margarita,champagne,prosecco,brewery,brewing,winery,vineyard,sommelier,pinot noir,cabernet,chardonnay,merlot,lager,ale,stout,ipa,bourbon,cognac,liquor,hangover,drunk,tipsy,intoxicated,bartender,proof,distillery,distill,blood alcohol,binge drinking,sober,happy hour,keg,six-pack,pub crawl,booze,moonshine,cider,sake,shot glass',
    hints: 'drink,drinking,bottle,glass,bar,pub,toast,pour,cellar,barrel',
  },
  {
    name: 'tobacco',
    aliases: 'smoking,vaping,cigarettes,nicotine,tobacco products,e-cigarettes',
    terms:
      'cigarette,cigar,tobacco,nicotine,vape,vaping,e-cigarette,smoker,smoking,quit smoking,chain smoker,hookah,shisha,snus,ashtray,rolling papers,menthol,juul,secondhand smoke,lighter fluid,smoke a pack,pack a day',
    hints: 'smoke,lighter,pipe,pack,lung,puff',
  },
  {
    name: 'drugs',
    aliases:
      'illegal drugs,drug use,drug abuse,narcotics,recreational drugs,substance abuse,controlled substances,drug trafficking,drug dealing,cannabis,marijuana,illicit drugs',
    terms:
      'cocaine,heroin,meth,methamphetamine,crystal meth,mdma,ecstasy,lsd,cannabis,marijuana,weed,smoke weed,thc,joint,bong,magic mushrooms,psilocybin,ketamine,fentanyl,opium,opioid,crack cocaine,amphetamine,drug dealer,drug dealing,drug cartel,cartel,narcotics,overdose,getting high,get high,snort,inject heroin,dab,edibles,dispensary,stoner,psychedelic,hallucinogen,ghb,speed pills,syringe,needle exchange,rehab,addict,addiction,dealer,drug test,drugs,cook meth,poppers,ayahuasca,dmt,kilo of coke,coke line,acid trip,designer drug,substance abuse,drug withdrawal,methadone,hashish,pot brownies,smuggle drugs',
    hints: 'high,drug,trip,pill,dose,smoke,substance,gram,illegal,stash,trafficking',
  },
  {
    name: 'adult content',
    aliases:
      'adult,nsfw,porn,pornography,sex,sexual content,erotica,explicit content,sexually explicit,adult entertainment,sexual,nudity,xxx,erotic',
    terms:
      'porn,pornography,pornhub,onlyfans,xxx,nude,nudes,naked,nudity,erotic,erotica,sex,sexual,sexy,sexting,masturbate,masturbation,orgasm,blowjob,handjob,anal,oral sex,threesome,vibrator,dildo,sex toy,fetish,bdsm,bondage,kinky,horny,escort service,stripper,strip club,camgirl,webcam model,hentai,milf,cum,penis,vagina,boobs,tits,pussy,lingerie,prostitute,prostitution,brothel,hookup,one night stand,intercourse,foreplay,aroused,adult film,adult movie,adult video,nsfw,playboy,hardcore scene,lap dance,explicit scene,bedroom scene,undress,making love,swingers',
    hints: 'explicit,adult,bed,kiss,intimate,desire,lust,passion,steamy,bedroom,seductive,sensual,touch,fantasy',
  },
  {
    name: 'sex education',
    aliases: 'sexual health,contraception,sexual education,birth control',
    terms:
      'condom,contraception,contraceptive,birth control,std,sti,chlamydia,gonorrhea,syphilis,herpes,hpv,safe sex,puberty,consent,sexual health,menstruation,iud,morning-after pill,sex education,sex ed,menopause,erectile dysfunction,libido,unprotected',
    hints: 'sex,sexual,pregnancy,teen,clinic,period,hormone,test',
  },
  {
    name: 'dating',
    aliases: 'relationships,romance,love,dating advice,relationship advice,marriage,love life',
    terms:
      'dating,tinder,bumble,boyfriend,girlfriend,first date,crush,romantic,romance,breakup,broke up,ex-boyfriend,ex-girlfriend,soulmate,flirt,flirting,pick-up line,blind date,love letter,marriage,married,divorce,divorced,husband,wife,spouse,fiance,engagement ring,propose to,honeymoon,cheating on me,cheated on,jealous,long-distance relationship,valentine,couples therapy,fell in love,falling in love,matchmaking,dating profile,ghosted,asked me out,relationship advice,affair,kissed',
    hints: 'love,relationship,partner,date,kiss,heart,couple,together,trust,single,affection,feelings',
  },
  {
    name: 'parenting',
    aliases: 'children,kids,family,childcare,raising children,babies,family life,child care',
    terms:
      'parenting,toddler,newborn,diaper,daycare,nanny,babysitter,kindergarten,preschool,tantrum,bedtime,stroller,crib,pacifier,potty training,teething,teenager,teenage son,teenage daughter,my son,my daughter,my kids,single mother,single dad,stepmother,adoption,foster,screen time,playground,custody,siblings,grandparents,grandmother,grandfather,baby bottle,breastfeeding,child care,childcare,year-old son,year-old daughter,chores,family reunion,nursery',
    hints: 'child,children,kid,baby,parent,mother,father,mom,dad,family,school,play,toy,sister,brother,son,daughter',
  },
  {
    name: 'weddings',
    aliases: 'wedding,wedding planning,marriage ceremony,bridal',
    terms:
      'wedding,bride,groom,bridesmaid,best man,bouquet,wedding dress,wedding cake,wedding venue,honeymoon,vows,bachelor party,bachelorette,bridal shower,save the date,engagement ring,newlywed,officiant,rehearsal dinner,wedding ring',
    hints: 'ceremony,guest list,venue,reception,ring,marry,dress,florist,caterer,toast',
  },
  {
    name: 'pets',
    aliases: 'dogs,cats,pet care,domestic animals,dog,cat,puppies',
    terms:
      'puppy,kitten,dog,cat,pet,pet food,leash,litter box,veterinarian,vet,golden retriever,labrador,poodle,bulldog,german shepherd,beagle,hamster,guinea pig,parrot,goldfish,aquarium,rabbit,neuter,spay,flea,tick,dog park,dog training,barking,bark,meow,purr,paw,fur,kennel,animal shelter,catnip,cat tree,dog breed,chew toy,house-trained,housebreak,grooming,terrier,siamese,canary,ferret',
    hints: 'animal,breed,walk,feed,train,cage,tail,bowl,shelter',
  },
  {
    name: 'home improvement',
    aliases:
      'diy,home repair,renovation,interior design,home decor,construction,plumbing,household,furniture,home and garden',
    terms:
      'drywall,plumbing,plumber,faucet,leaky,leaking tap,toilet,grout,tile,tiling,hardwood floor,laminate,carpet,paint the wall,primer,paintbrush,drill,screwdriver,hammer,nail gun,sandpaper,saw,plywood,insulation,renovate,renovation,remodel,contractor,electrician,light fixture,circuit breaker,wallpaper,curtain,sofa,couch,bookshelf,ikea,cabinet,countertop,roof,gutter,shingle,deck,patio,fence,water heater,furnace,hvac,air conditioner,thermostat,caulk,varnish,decor,interior design,declutter,cleaning,vacuum cleaner,mop,stain removal,dishwasher,washing machine,laundry,mattress,scaffolding,concrete,cement,brick,carpenter,dowel,clogged,wrench,shelf,hinge,sink,spirit level',
    hints:
      'house,home,wall,floor,ceiling,kitchen,bathroom,room,door,window,wood,paint,tool,install,fix,repair,pipe,build,furniture,lamp,garage',
  },
  {
    name: 'gardening',
    aliases: 'garden,plants,horticulture,houseplants,lawn care,landscaping',
    terms:
      'garden,gardening,gardener,seedling,compost,mulch,prune,pruning,fertilizer,potting soil,weeding,lawn,lawnmower,mow,houseplant,succulent,cactus,orchid,rose bush,tulip,daffodil,hydrangea,tomato plants,raised bed,greenhouse,perennial,annuals,aphid,slugs,hedge,trellis,germinate,bulb planting,watering can,repot,transplant,flower bed,lavender,fern,bonsai,shrub,sow,frost date,seeds',
    hints: 'plant,flower,soil,seed,leaf,leaves,root,grow,water,sunlight,shade,tree,spring,bloom,pot,weed',
  },
  {
    name: 'beauty',
    aliases: 'cosmetics,skincare,makeup,hair care,beauty products,personal care',
    terms:
      'makeup,lipstick,mascara,eyeliner,foundation shade,concealer,blush,moisturizer,serum,sunscreen,spf,skincare,acne,wrinkle,anti-aging,retinol,shampoo,conditioner,haircut,hairstyle,hair dye,highlights,nail polish,manicure,pedicure,perfume,cologne,botox,facial,exfoliate,cleanser,hairdresser,barber,beard,shave,waxing,eyebrow,eyelash,sephora,salon,dry skin,oily skin,curly hair,cosmetics',
    hints: 'skin,hair,face,beauty,cream,glow,nail,lips,color,spa',
  },
  {
    name: 'fashion',
    aliases: 'clothing,clothes,style,apparel,outfits',
    terms:
      'fashion,outfit,dress code,dress,skirt,blouse,jeans,denim,sneakers,high heels,boots,jacket,coat,sweater,hoodie,t-shirt,suit and tie,tuxedo,handbag,purse,scarf,runway,catwalk,fashion week,designer label,gucci,prada,chanel,louis vuitton,wardrobe,stylist,tailor,vogue,streetwear,accessories,necklace,earrings,bracelet,haute couture,vintage clothing,fabric,linen shirt,cashmere,silk,wear to,leather jacket,clothes,clothing,hem',
    hints: 'wear,style,trend,color,size,fit,shoe,shirt,brand,collection,model,bag,hat,leather,cotton',
  },
];

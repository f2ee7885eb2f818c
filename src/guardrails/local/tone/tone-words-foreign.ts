/**
 * The same for other languages, letters without marks as the tokeniser counts them (ß stays). Only words that mean nothing harmless in
 * English or in a neighbouring language; each word is one entry, no inflections.
 */
export const FOREIGN_TONE_WORDS: ReadonlyMap<string, string> = new Map([
  [
    'insult',
    // German, Dutch
    `arschloch arschlocher wichser hurensohn hurensohne idioten vollidiot trottel dummkopf missgeburt drecksau mistkerl spast spasti penner
    schlappschwanz dreckskerl klootzak eikel lul sukkel mongool kankerlijer debiel mafkees stomkop hufter lummel
    connard connards connasse salaud salope salopes encule enculer batard abruti abrutis cretin debile ordure fdp bouffon trouduc
    gilipollas cabron cabrones pendejo pendejos pendeja hijueputa imbeciles idiotas estupido estupida tonto malparido maricon capullo subnormal mamon
    idiota stronzo stronzi stronza coglione coglioni bastardo deficiente cretino vaffanculo testadicazzo scemo imbecille cornuto
    burro otario babaca babacas cuzao arrombado corno imbecil vagabundo palhaco
    debil debilu kretyn skurwysyn skurwiel dupek frajer palant gnojek zjeb kutas cwel
    идиот идиоты дурак дура дебил дебилы придурок мудак мудаки урод уроды сволочь тварь мразь козел лох кретин тупой тупая скотина говнюк
    aptal salak gerizekali mal serefsiz orospucocugu dangalak haysiyetsiz it pezevenk ahmak
    idioter jävel javel kräk rövhål rovhal dumbom drittsekk kusipaa ääliö aalio hulye seggfej barom prost dobitok debil kokot kreten budala
    ηλίθιε μαλάκα μαλακας βλάκα احمق حمار كلب غبي حقير साला कमीना चूतिया कुत्ता हरामी 바보 병신 새끼 멍청이 バカ 馬鹿 死ね 傻逼 白痴 混蛋 王八蛋 蠢货 垃圾`,
  ],
  [
    'slur_woman',
    `schlampe hure huren fotze nutte schlampen hoer slet teef kutwijf pute putes putain putas puta puttana puttane troia zoccola piranha
    kurwa dziwka szmata suka pizda сука шлюха блядь блядина сучка orospu kahpe fahise kaltak hora hore huora kurva kurvy perra zorra vadia quenga`,
  ],
  [
    'profanity',
    `scheisse scheiße scheiss verdammt verfickt verpiss gefickt ficken fick kacke kut godverdomme verdomme tering kanker kloten neuken
    merde putain foutre bordel chier emmerde nique niquer enfoire mierda joder jodete coño cojones carajo chingada chingar verga hostia puta
    cazzo merda minchia incazzato porca fottiti caralho porra foda fodase merda cacete gowno jebac jebany pierdol pierdolony spierdalaj chuj chuja
    kurwy блять хуй хуйня пизда пиздец ебать ебаный нахуй говно дерьмо охуел заебал sikerim siktir amk amina bok sikeyim yarrak gotune
    jävla javla fan helvete skit fitta perkele vittu saatana paska bassza szar fasz geci pula muie kurac jebem jebi picka`,
  ],
  [
    'slur_orientation',
    'schwuchtel schwuchteln tunte flikker nicht mietje pede pedes tapette tarlouze gouine maricon maricones marica frocio froci finocchio ricchione viado viadinho bicha sapatao pedal pedaly ciota пидор пидорас пидоры педик гомик ibne top bög bog',
  ],
  [
    'slur_race',
    'kanake kanaken neger bimbo zigeuner judensau saujude schlitzauge bougnoule bougnoules negre youpin bicot sudaca sudacas moro moros negrata panchito negro terrone terroni zingaro zingari crioulo macaco makak czarnuch ciapaty żydek zydek жид жиды чурка хач хохол черножопый',
  ],
  [
    'violence',
    'umbringen toten verprugeln erschiessen abstechen vermoorden doodmaken afmaken tuer buter crever egorger matar matarte matare asesinar ammazzo ammazzare uccidere ammazzarti uccidero matar-te zabije zabic zajebie убью убить зарежу прибью сдохни oldurecegim gebertirim geber slaktar tapan megoljelek',
  ],
  [
    'die',
    'verreck verrecke krepier stirb erhang suizid sterf kanker mort suicide-toi muerete morirte muori crepa muera zdychaj zdechnij умри сдохните geber',
  ],
  [
    'porn',
    'porno pornos pornofilm sexfilm erotik erotisch fickfilm bordell nutten porno-film pornographie echangiste porno gratis pornografia pornografico erotico prostituta prostitutas порно эротика шлюхи секс porno izle sikis fahise escort bayan seks 色情 成人视频 エロ アダルト 야동 سكس اباحي',
  ],
  [
    'sexual_crude',
    'titten muschi schwanz mose bumsen vogeln blasen geile geil bite chatte nichons sucer baiser bander jouir polla tetas coño follar follando culo correrse mamada tette figa scopare sborra pompino cazzo buceta rola chupar gozar peitos xoxota cycki cipka ruchac kutas сиськи сосать трахать трахал минет член киска memeler yarak amcik',
  ],
  [
    'you',
    'du dich dir bist jij jou tu toi es vous te eres usted sei ti voce ty ciebie jestes ты тебя тебе вы sen seni',
  ],
]);

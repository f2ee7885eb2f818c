/**
 * Words of many languages that stand for one thing in attacks on assistants (and, with other neighbours, in ordinary text). `*` ends a stem
 * of five letters (two Hangul syllables). What a combination of concepts is worth is learned; the lexicon only says which words mean the same.
 */
export const CONCEPT_WORDS: ReadonlyMap<string, string> = new Map([
  [
    'ignore',
    `ignor* disre* forget forge* bypas* overr* neglect skip discard dismi* aband* disob* unlearn nullify supersede erase void cancel
    ignoriere vergiss vergessen missa* überg* übers* verwi* oublie oubli* olvid* descarta omite anula dimen* trasc* esque* desco*
    negeer verge* zigno* zapom* pomiń игнор* забуд* проиг* отбро* отмен* ігнор* відки* yoksay unut görme* تجاهل انس انسى الغاء تتجاهل
    忽略 无视 無視 忘记 忘掉 忘れて 忘れ 抛开 跳过 無視し 무시* 잊어* अनदेखा अनदेखी नज़रअंदाज भूल bỏ quên phớt abaik* lupak* hirau* glöm strunta
    kalim* balew* huwag उपेक्षा উপেক্ষা ভুলে zapome* uită αγνοη* ξεχασε התעלם תתעלם שכח נאדיده فراموش unohda ohita hagyd felej*`,
  ],
  [
    'prior',
    `previ* prior earli* above prece* former initi* origi* befor* foregoing aforementioned existing
    vorhe* bishe* vorig* obige* frühe* ursprü* voran* davor précé* antér* préal* avant dessus anter* previ* arriba sopra prima acima
    vorige eerde* voorg* boven* poprz* wcześ* powyż* предыд* прежн* вышеу* раньше выше прошл* попер* минулі önceki yukar* daha
    السابقة السابق أعلاه سابقا 之前 以前 先前 前面 上面 以上 前の 上記 이전* 앞의 위의 기존* 지금까지* पिछले पिछली पूर्व पहले ऊपर trước
    sebel* terda* tidig* föreg* ovans* naunang nakar* আগের পূর্বব* předc* preced* προηγ* παραπ* הקודמות הקודמים قبلی پیشین aiemmat edell* korábbi előző fenti`,
  ],
  [
    'instructions',
    `instr* direc* guidel* rules rule orders comma* constr* polic* requi* progr* safeguards guardrails
    anwei* instruk* befeh* regel* vorga* consi* règles regles ordres instruc* reglas órdenes normas indicaciones istru* regole diret* ordens
    regras opdra* aanwi* polec* zasady reguł* wytyc* инстр* указа* прави* команд* распо* інстр* вказі* talim* komut* kural* yöner*
    التعليمات الأوامر القواعد تعليماتك الإرشادات 指令 指示 命令 规则 規則 要求 ルール 지시* 명령* 규칙* 지침* निर्देशों निर्देश आदेशों नियमों
    hướng lệnh quy instru* perin* aturan petun* arahan regler anvis* tagub* utos panuto alitun* নির্দেশ নির্দেশাবলী pokyny příka* pravi*
    regulile οδηγιες εντολες ההוראות ההנחיות دستورات دستورالعمل ohjeet säännöt utasí* szabá* คำสั่ง คำแนะนำ`,
  ],
  [
    'all',
    'all any anything anything every everything whole entire alle alles alle sämtl* toutes tous tout todas todos todo tutte tutti tutto todas tudo wszys* все всё всем всего усі всі tüm bütün جميع كل 所有 一切 全部 すべて 全て 모든* 모두* 전부* सभी सब tất mọi semua selur* alla alt lahat সব সমস্ত všech* toate όλες כל همه kaikki összes minden',
  ],
  [
    'prompt',
    `prompt prompts preprompt systemprompt systeemprompt systemprompten system systè* siste* syste* систе* промпт промт النظام 系统 系統 提示 提示词 プロンプト システム 시스* 프롬*
    सिस्टम प्रॉम्प्ट sistem nhắc`,
  ],
  [
    'reveal',
    `revea* show displ* print output dump leak expos* discl* recite share divul* repeat verbatim zeige zeig nenne verrate gib ausge* montre révèl* affiche donne
    muest* muéstr* revel* dame dime impri* mostra* mostre rivela stampa dammi toon onthul geef pokaż ujawn* podaj wypisz покаж* раскр* выведи назови
    розкр* göster açıkla yazdır اعرض اكشف أخبرني اطبع 显示 泄露 透露 告诉 输出 输出 打印 教えて 表示 出力 見せて 알려* 보여* 출력* 공개* दिखाओ बताओ दिखाएं tiết hiển tunju*
    ungka* visa avslöja ipakita ibunyag দেখান প্রকাশ ukaž prozraď arată dezvăl* δειξε αποκα* הצג גלה نشان فاش näytä paljasta mutasd`,
  ],
  [
    'say',
    'say said write respo* reply answe* sage schre* antwo* dis écris répon* écrit* di escri* respo* dì scrivi rispo* diga escreva zeg schrijf antwoord powie* napisz odpow* скажи напиши ответь söyle yaz قل اكتب 说 写 回答 言って 答えて 말해* 써 लिखो कहो बोलो nói viết katak* tulis cetak säg skriv sabih* isulat লিখুন বলুন řekni napiš spune scrie πες γραψε אמור כתוב بگو بنویس sano kirjoita írd mondd',
  ],
  [
    'secret',
    `secret secrets passw* crede* token apikey keys confi* hidden private passphrase geheim* passw* kennw* versteck* passe secrète caché* clave contr* oculto* segre* chiave senha chave wacht* sleutel hasło tajny klucz пароль секре* ключ скрыт* пароля parola şifre* gizli كلمة المرور السري 密码 密码 密钥 秘密 隐藏 パスワード 비밀* पासवर्ड गुप्त mật khóa sandi rahasia lösen* heml* lihim পাসওয়ার্ড গোপন heslo tajný κωδικο* מפתח הסיסמה رمز salas* jelszót titkos`,
  ],
  [
    'pretend',
    `prete* act acting rolep* imper* simul* imagi* persona character behave becom* tu spiel* verha* verhalte joue feins compo* fais actúa finge compó* fingi compo* interpreta aja finja doe gedra* udawaj zacho* притв* веди сыгр* прики* davran تظاهر تصرف 假装 扮演 振る舞 振舞 처럼* 행동* मान giả đóng berpu* bertin* låtsas agera magkunwari předs* prefă κανε העמד وانمود esitä`,
  ],
  [
    'now',
    'now henceforth onwards jetzt nun ab désor* maintenant ahora ora adesso agora nu teraz теперь отныне тепер artık şimdi الآن 现在 从现在 これから 今から 이제* 지금부터* अब bây sekar* ngayon এখন nyní acum τωρα עכשיו اکنون nyt mostantól',
  ],
  [
    'restrictions',
    `restr* limit* filter* ethic* moral* censo* boundaries policy policies unres* unfil* uncen* unbou* limitless amoral jailb* einsc* grenzen filtre* limites éthiq* restri* límit* filtros senza limiti regole zonder bez огран* цензур* без kuralsız sınırs* قيود بلا 限制 没有 制限 無制限 제한* 없는* बिना không tanpa utan walang নিয়মহীন χωρις ללא بدون ilman nélküli`,
  ],
  ['mode', 'mode god evil god evil sudo root admin developer devel* debug maintenance dan'],
  [
    'send',
    `send sends forward upload email transmit post exfil* leak deliver append sende schick* leite envoi* trans* envía envia* reenv* manda invia inolt* encam* stuur verzend wyślij prześ* przek* отправ* переш* перед* надіш* gönder* أرسل حول 发送 转发 上传 送信 転送 보내* 전송* भेजो भेजें gửi chuyển kirim terus* skicka vidare* ipadala পাঠান pošli odešli trimite στειλε שלח بفرست lähetä küldd`,
  ],
  [
    'read',
    'read open load fetch collect retrieve gather extract lies öffne lis ouvre lee abre leggi apri leia abra czytaj прочит* открой oku اقرأ 读取 读 読んで 읽어* पढ़ो đọc baca läs',
  ],
  [
    'user',
    'user users human operator customer benut* nutze* anwen* utili* usuar* utent* gebru* użytk* польз* корис* kulla* المستخدم 用户 ユーザー 사용자* उपयोगकर्ता người pengg* använ* gumag* ব্যবহারকারী uživa* χρηστη למשתמש کاربر käytt* felha*',
  ],
  [
    'tell',
    'tell inform notify mention warn alert sag erwä* dis parle* préve* digas menci* dirlo avvis* conte vertel mów говор* сообщ* упоми* кажи söyleme bildir تخبر 告诉 知道 知らせ 言わ 알리* बताओ बताए nói beri berätta sabihin বলবেন neříkej spune πεις תספר نگو kerro mondd',
  ],
  [
    'not',
    'not never without dont nicht ohne niemals kein ne pas sans jamais no sin nunca non senza não sem niet zonder nie bez не без никогда لا دون 不要 不 别 ない 없이* 말고* मत बिना đừng không jangan tanpa inte utan huwag না ne nu μην אל لا älä ne',
  ],
  [
    'assistant',
    'assis* ai llm chatbot bot model chatgpt gpt claude gemini copilot agent agents summariser summarizer ki ia asist* asyst* ассис* модель ии ші помощ* asistan yapay مساعد المساعد 助手 アシスタント 어시* 인공* सहायक एआई trợ asisten katulong সহকারী',
  ],
  ['tool', 'tool tools function parameter argument call calling invoke werkz* outil* herra* strum* ferra*'],
  ['before', 'before after whenever always first prior bevor immer avant antes prima altijd zawsze всегда 必须 必ず'],
  [
    'important',
    'impor* urgent critical attention mandatory required must muss wicht* obligatoire dringend importante urgente pilne важно срочно önemli هام 重要 紧急 중요*',
  ],
  [
    'task',
    'task tasks goal mission job aufga* tâche tarea compi* taref* zadan* задач* görev مهمة 任务 タスク 작업* कार्य nhiệm tugas uppgift',
  ],
  [
    'new',
    'new instead only neue neuen stattdessen nouve* nuevo nueva nuovo nuova novo nova nieuwe nowe новый новые новая yeni جديد 新的 新しい 새로* नया mới baru nya',
  ],
  [
    'harm',
    'hack hacks hacked hacki* hijac* jailb* malware virus bomb weapon explo* steal kill drugs illegal keylo* ransomware phishing pwned compromised hijacked meth poison',
  ],
  ['execute', 'execu* run curl wget bash shell eval delete remove destroy wipe rm'],
  [
    'you',
    'you your yourself du dein deine tu ton ta tes tú tus tuo tue te seu sua je jouw ты твой твои вы вас sen أنت 你 您 あなた 너는* 너의* 당신* तुम bạn kamu anda',
  ],
]);

import type { PayloadRule } from './rule.js';

/** Rules that hold in prose too, and in markup; the others are for fields that hold a value. */
const REACH = new Map<string, PayloadRule['reach']>([
  ['xss.handler', 'markup'],
  ['xxe.entity', 'markup'],
  ['ssti.call', 'markup'],
  ['xss.script', 'prose'],
  ['sql.union', 'prose'],
  ['ssrf.metadata', 'prose'],
  ['deserialise.gadget', 'prose'],
]);

const rule = (id: string, category: string, weight: number, source: string, summary: string): PayloadRule => ({
  id: `injection.${id}`,
  category,
  weight,
  reach: REACH.get(id) ?? 'values',
  pattern: new RegExp(source, 'iu'),
  summary,
});

/** Commands that stand behind a shell's separator in attacks. */
const COMMAND = String.raw`(?:cat|ls|id|whoami|wget|curl|nc|ncat|netcat|bash|sh|zsh|ping|nslookup|uname|ifconfig|ipconfig|dir|type|net|rm|sleep|python3?|perl|ruby|php|powershell|cmd|echo|chmod|telnet|find|printenv|env|reboot|shutdown|ps|netstat|systeminfo|touch|dig|kill|useradd|passwd|which|head|tail|mkfifo|awk|sed|xterm|phpinfo|netsh|reg|sysinfo|tasklist|certutil|vol|ver|pwd|w|exec|system|eval)`;

/** Payloads in string arguments; fields that hold code by their name are not checked. */
export const PAYLOAD_RULES: readonly PayloadRule[] = [
  rule(
    'sql.tautology',
    'sql',
    7,
    String.raw`(?:['"]|\*\/)[\s+]{0,6}(?:\/\*[^*]{0,20}\*\/)?(?:or|and|xor|having|rlike|\|\||&&)[\s+]{0,4}(?:not\s{1,3})?[('"\s+]{0,6}[\w.@]{1,24}['")\s]{0,6}(?:=|<|>|!|like\b)|(?:\)|\d|^)[\s+]{0,6}(?:or|and|xor|having|\|\||&&)[\s+(]{1,4}['"][^'"\n]{0,12}['"]\s{0,3}(?:=|<|>|like\b)|['"]\s{0,3}(?:or|\|\|)\s{0,3}['"][^'"\n]{0,20}['"]\s{0,3}(?:=|<|>|like\b|--)|^[^\s'"]{0,20}['")]{1,2}\s{0,3}(?:or|and)\s{1,3}(?:['"]|true\b|\d{1,6}\s{0,3}(?:--|#|$))|^\s{0,3}(?:or|and)\s{1,3}true\s{0,3}(?:--|#)|\b(?:or|and)\b[\s(]{1,4}['"]?\d{1,6}['"]?\s{0,2}[=<>]\s{0,2}['"]?\d|\b(?:or|and)\s{1,4}(?<same>[a-z]{1,12})\s{0,2}=\s{0,2}\k<same>\b|['"](?:or|and)%20`,
    'A condition that is always true, appended to a value.',
  ),
  rule(
    'sql.union',
    'sql',
    7,
    String.raw`\bunion\b[\s+/*%0-9a]{1,20}(?:all[\s+/*%0-9a]{1,20})?(?:distinct\s)?[(\s]{0,3}select\b|\border\s{1,3}by\s{1,3}\d{1,3}\s{0,3}(?:--|#|$)|\bgroup by\b[^;]{0,40}having\b`,
    'Appends another query.',
  ),
  rule(
    'sql.stacked',
    'sql',
    7,
    String.raw`(?:['")]\s{0,3};|;|\))\s{0,3}\b(?:drop|alter|truncate|insert|update|delete|exec(?:ute)?|declare|create|shutdown|select|waitfor|grant|merge)\b[\s(+]`,
    'Appends another statement.',
  ),
  rule(
    'sql.function',
    'sql',
    7,
    String.raw`\b(?:sleep|benchmark|elt|make_set|concat_ws|char_length|generate_series|current_setting|load_file)\s{0,2}\(|(?:\b|%20|\+)wait?for(?:\s{1,3}|%20|\+)delay\b|\b(?:pg_sleep|extractvalue|updatexml|xp_cmdshell|dbms_\w{1,20}|utl_\w{1,12}|randomblob|information_schema|into\s{1,3}(?:out|dump)file|sysobjects|syscolumns|sqlite_master|all_tables|master\.\.|sp_password|sp_execut\w{0,8}|procedure\s{1,3}analyse)\b|@@version\b|\b(?:user|database|version)\(\)|^\s{0,3}select\s{1,3}(?:current|session)_user\b`,
    'Functions that attacks on databases use.',
  ),
  rule(
    'sql.comment',
    'sql',
    5,
    String.raw`['")][\s;]{0,4}(?:--(?:[\s+-]|$)|#\s{0,3}$|\/\*)|^\s{0,3}(?:admin|root|administrator)['"]\s{0,3}(?:--|#|\/\*|or\b)|\/\*!?\d{0,6}\*?\/?\s?(?:union|select|or|and)\b|^\s{0,3}['")(;]{1,4}\s{0,3}(?:or|and|having|;|--)?\s{0,3}$`,
    'Ends a string and comments out the rest.',
  ),
  rule(
    'sql.hex',
    'sql',
    4,
    String.raw`\b(?:select|and|or|like)\b[\s('"%]{1,8}(?:(?:char|chr|ascii|substring|substr|cast|convert|count|mid|if|hex)\s{0,2}\(|(?:0x[0-9a-f]{4,40}|pg_\w{1,20}|null|case\s{1,3}when|top\s{1,3}\d{1,3})\b[\s(,])|\bselect\b[^;]{1,60}\bfrom\b`,
    'A query inside a value.',
  ),
  rule(
    'command.chain',
    'command',
    7,
    String.raw`(?:[;|&\n\x60]|\$\(|%0a|%0d|%26|%7c|\|\||&&)\s{0,4}(?:\/?(?:usr\/)?(?:s?bin)\/)?(?:\$\{?IFS\}?)?${COMMAND}\b`,
    'Runs a further command.',
  ),
  rule(
    'command.substitution',
    'command',
    6,
    String.raw`\$\((?:[^()\n]{1,80})\)|\x60(?:\/bin\/|cat|id|ls|whoami|uname|sleep|curl|wget|ping|nslookup|hostname)\b[^\x60\n]{0,80}\x60|\$\{IFS\}|\$@|\{(?:cat|ls|echo|wget|curl),|<\(|\bget-(?:host|process|childitem)\b`,
    'Lets a shell run part of a value.',
  ),
  rule(
    'command.tool',
    'command',
    6,
    String.raw`^\s{0,3}(?:\/(?:usr\/)?bin\/|\/usr\/)(?:id|cat|ls|nc|sh|bash|perl|python)|\bnc(?:at)? (?:-\w{1,4} ){1,3}|\/dev\/tcp\/|\brm -rf? \/|\b(?:curl|wget)\b[^|\n]{1,100}\|\s{0,3}(?:ba)?sh\b|^\s{0,3}(?:system|exec|passthru|shell_exec|popen)\(|\/bin\/(?:ba|z)?sh\b|<!--#exec|<\?(?:php|=)|\bphpinfo\(|\$_(?:get|post|request)\[|c:\\\\?(?:windows|boot)|\bping -[inc] ?\d`,
    'A command for a shell.',
  ),
  rule(
    'path.traversal',
    'path',
    7,
    String.raw`\.\.%[%0-9a-fu]|^[\/\\]{1,2}\.{2,4}[\/\\]|(?:%2e%2e|%252e%252e|\.%2e|%2e\.|%c0%ae|%uff0e|\.\.;)(?:[\/\\]|%2f|%5c|%252f|%255c|%c0%af|%c1%9c|%u221[56]|0x2f|0x5c)|(?:\.{2,4}[\/\\]{1,4}){3}|(?:\/\.{1,2}\/{1,2}){2}|\.\.[\/\\]{1,4}(?:etc|windows|winnt|proc|boot|var|root|\.?ssh|\.env|web-inf)\b|\.\.(?:0x2f|0x5c)`,
    'Climbs out of a folder.',
  ),
  rule(
    'path.system-file',
    'path',
    6,
    String.raw`(?:^|[\/\\=:]|%2f)(?:etc(?:[\/\\]|%2f){1,3}(?:passwd|shadow|group|issue|sudoers|crontab|motd|mysql|ssh|apache2?|httpd|nginx|php)|proc(?:[\/\\]|%2f)(?:self|version|cmdline|\d|sched_debug|mounts|net)|windows[\/\\]{1,4}(?:system32|win\.ini|repair|system\.ini|php\.ini)|boot\.ini|(?:\.ssh|\.aws)[\/\\](?:id_|authorized|cred))|%00|^file:\/{2,3}(?:etc|proc|root|windows|c:)|^(?:php|expect|phar|zip|data|glob|netdoc|jar|gopher|dict):\/{0,2}[\/a-z]{1,12}[.\/:=;]`,
    'Names files of the system.',
  ),
  rule(
    'xss.script',
    'xss',
    7,
    String.raw`<\s{0,3}\/?\s{0,3}(?:script|svg|iframe|object|embed|applet|math|marquee|meta|base|isindex|bgsound|layer|xss|body|img|image|video|audio|details|input|button|form|style|link|a|div|table|td|frameset|keygen|select|textarea|template|html)\b[^>]{0,300}?(?:\bon[a-z]{3,24}\s{0,3}=|javascript|vbscript|data:|alert|expression|srcdoc|src\s?=|prompt|confirm|document\.|behaviou?r|http-equiv|\/?>)|<script|%3cscript|&lt;script|&#(?:x0{0,6}3c|0{0,6}60);?|\\x3cscript|\\u003cscript`,
    'Markup that runs a script.',
  ),
  rule(
    'xss.handler',
    'xss',
    6,
    String.raw`\bon(?:error|load|click|mouse\w{2,6}|focus|blur|toggle|start|begin|key\w{2,5}|animation\w{3,9}|pointer\w{2,6})\s{0,3}=|javascript\s{0,2}:|vbscript\s{0,2}:|(?:alert|prompt|confirm)\s{0,2}[(\x60]|document\.(?:cookie|write|location|domain)|string\.fromcharcode|window\[|eval\(|&#x?[0-9a-f]{2,6};?(?:&#x?[0-9a-f]{2,6};?){2}|\\u00\d\d\w|fromCharCode|<!\[CDATA`,
    'A script in an attribute or address.',
  ),
  rule(
    'ssti.expression',
    'ssti',
    7,
    String.raw`\{\{[^}\n]{1,300}\}\}|\$\{[^}\n]{1,200}[(*.][^}\n]{0,100}\}|<%[=@]?[^%\n]{1,200}%>|#\{[^}\n]{1,200}\}|\{%[^%\n]{1,200}%\}|\*\{[^}\n]{1,100}\}|@\([^)\n]{1,60}\)|#set\s?\(|__(?:class|mro|subclasses|globals|builtins|import)__|\[#[^\]\n]{1,100}\]|\{php\}|<#assign|t\(java\.`,
    'An expression for a template engine.',
  ),
  rule(
    'ssti.call',
    'ssti',
    7,
    String.raw`(?:\{\{|\$\{|<%=?|#\{|\*\{|@\(|\{%)[^}\n]{0,120}(?:\b(?:class|mro|config|self|request|lipsum|cycler|system|exec|popen|runtime|getruntime|process|environ|import|eval|phpinfo|subclasses|constructor|T\()\b|\d\s?[*+]\s?\d|__)`,
    'An expression for a template engine that reaches its interpreter.',
  ),
  rule(
    'ssrf.metadata',
    'ssrf',
    6,
    String.raw`169\.254\.169\.254|metadata\.google\.internal|100\.100\.100\.200|\[?::ffff:a9fe:a9fe|\b(?:gopher|dict|ldap|jar|netdoc):\/\/|^https?:\/\/(?:0x7f|2130706433|0\.0\.0\.0|\[::\]|127\.0\.0\.1@)|0xa9fea9fe`,
    'An address of a cloud metadata service or a scheme that reaches internal services.',
  ),
  rule(
    'xxe.entity',
    'xxe',
    7,
    String.raw`<!(?:doctype|entity|element|attlist)\b|<\?xml[^>]{0,100}\?>\s{0,5}<!|<xi:include|%(?:xxe|remote|dtd|file|all|send|payload);|&xxe;`,
    'An entity that reads files or addresses.',
  ),
  rule(
    'ldap.filter',
    'ldap',
    6,
    String.raw`\*\)\s{0,2}\(|\)\s{0,2}\([&|!]|\(\s{0,2}[&|]\s{0,2}\(|\*\)\)|\(objectclass=|\)\(\w{1,20}=\*|\(cn=\*|\*\(\||%2a%29%28`,
    'A filter for a directory.',
  ),
  rule(
    'nosql.operator',
    'nosql',
    6,
    String.raw`["'\[{,]\s{0,2}\$(?:ne|gt|gte|lt|lte|regex|where|in|nin|exists|or|and|not|func)\b|\[\$(?:ne|gt|lt|regex|exists|in|nin)\]|this\.\w{1,20}\s{0,2}(?:==|!=|\.match)|\|\|\s{0,2}['"]?1['"]?\s{0,2}==|db\.\w{1,30}\.(?:find|drop|insert|remove)|;\s{0,2}return\s|'\s{0,2}&&\s{0,2}this`,
    'An operator of a document database.',
  ),
  rule(
    'prototype.pollution',
    'prototype_pollution',
    6,
    String.raw`__proto__|constructor(?:\.|\]\[|\[)['"]?prototype`,
    "Reaches into JavaScript's prototypes.",
  ),
  rule(
    'deserialise.gadget',
    'deserialisation',
    5,
    String.raw`^(?:rO0AB|O:\d{1,3}:"|a:\d{1,3}:\{|\x80\x04)|!!python\/object|!!javax?\.|\$\{jndi:`,
    'A serialised object or a look-up that runs code.',
  ),
];

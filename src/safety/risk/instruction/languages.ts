import { approve, type Finding, type RiskCategory } from '../verdict.ts';
import { phraseOf } from './things.ts';
import { verbAt } from './verbs.ts';
import { listed } from './words.ts';

/** The most usual words of one language, as the beginnings that all their forms share. */
type Language = {
  readonly erase: string;
  readonly force: string;
  readonly show: string;
  readonly release: string;
  readonly weaken: string;
  readonly end: string;
  readonly settle: string;
  readonly grant: string;
  readonly open: string;
  readonly store: string;
  readonly secret: string;
  readonly protection: string;
  readonly machine: string;
  readonly production: string;
  readonly request: string;
  readonly right: string;
  readonly public: string;
  /** Nothing is done by what it names. */
  readonly talk: string;
  readonly never: string;
  /** “Without”, which forbids only what comes after it. */
  readonly without: string;
  readonly code: string;
};

const WORLD_NAMES = `backup, prod, production, bucket, cluster, branch, server, namespace, repo, repository, github, docker, container, stash, main, master, database`;
const PROTECTION_NAMES = `hook, test, ci, firewall, 2fa, linter, check, selinux, review, sandbox, antivirus`;
const SECRET_NAMES = `token, api-key, apikey, api_key, .env, env, id_rsa, credential, secret, key`;

const LANGUAGES: readonly Language[] = [
  {
    erase: `lösch, loesch, entfern, vernicht, leer, zerstör, verwirf, verwerf, formatier, überschreib, wirf, wegwerf, drop, plätt, räum, beseitig, eliminier, purg, wisch, setz, mach, hau, schmeiß, schmeiss, kipp, weg, zurücksetz`,
    force: `erzwing, erzwung, gewalt, forcier, force-push, force`,
    show: `zeig, gib, schick, send, druck, verrat, nenn, teil, kopier, poste, lade, mail, ausgeb, leg, stell, lies, les, sag`,
    release: `veröffentlich, deploy, ausroll, roll, spiel, release, ausliefer, publizier, bring, schieb`,
    weaken: `überspring, deaktivier, umgeh, ignorier, schalt, abschalt, ausschalt, vergiss, missacht, lass, stell, entfern, lösch, heb, lock`,
    end: `fahr, starte, schalt, beend, stopp, herunterfahr, neustart, kill, töte, ab, boot`,
    settle: `merge, führ, genehmig, nimm, akzeptier, freigeb, gib, approve`,
    grant: `gib, erteil, lad, füg, mach, entzieh, vergib, verleih`,
    open: `mach, stell, öffn, freigeb, schalt, gib, veröffentlich`,
    store: `datenbank, datenbestand, tabelle, festplatte, alle, alles, verzeichnis, ordner, sicherung, historie, verlauf, cluster, konto, konten, benutzer, kunden, änderung, zweig, dateien, daten, platte, volume, index, platten, rechner, image, ${WORLD_NAMES}`,
    secret: `passw, kennw, schlüssel, geheimnis, umgebungsvariabl, zugangsdaten, ${SECRET_NAMES}`,
    protection: `prüfung, schutz, branch-schutz, branchschutz, anweisung, regel, sicherheit, warnung, freigabe, zwei-faktor, ${PROTECTION_NAMES}`,
    machine: `server, rechner, maschine, host, prozess, sitzung, session, agent, instanz, cluster, dienst, datenbank, container, system`,
    production: `produktiv, produktion, live, prod, npm, pypi, kunden, version`,
    request: `pull, pr, mr, main, master, push`,
    right: `admin, recht, rechte, root, zugriff, schreibrecht, besitzer, owner, organisation`,
    public: `öffentlich, public, internet, jeder, allen, alle`,
    talk: `erklär, beschreib, dokumentier, schreib, füg, ergänz, implementier, warum, wie, was, wann, wo, wer, welche, refaktor, behebe, korrigier, benenn, prüf, teste`,
    never: `nicht, nie, niemals, kein, statt`,
    without: `ohne`,
    code: `funktion, import, variable, klasse, komponente, zeile, kommentar, methode, abhängigkeit, modul, leerzeichen, code, parameter, typ, schaltfläche, knopf, button, seite, formular, feld, spalte, text, titel, liste, überschrift, cache, test`,
  },
  {
    erase: `supprim, effac, détrui, detrui, vide, vider, videz, purge, formate, écras, ecras, abandonn, jette, jeter, réinitialis, reinitialis, élimin, remets, nettoi, rase, enlev, enlève, retir, détruire, drop, annul`,
    force: `force, forcé, forcer, forcez, force-push`,
    show: `montr, envoi, affich, donn, imprim, publi, copi, colle, coller, partag, révèl, dis, transmet, lis, lire, poste`,
    release: `publi, déploi, deploi, mets, mettez, livr, pousse, lance, sors`,
    weaken: `ignor, contourn, désactiv, desactiv, saute, sauter, oubli, enlèv, enlev, supprim, coupe, lève, retir`,
    end: `redémarr, redemarr, étein, etein, arrêt, arret, coupe, stoppe, tue, tuer, termine`,
    settle: `fusionn, merge, approuv, accept, valide`,
    grant: `donn, accord, ajoute, invit, retir, mets`,
    open: `rend, ouvr, mets, expos, pass`,
    store: `base, bases, table, disque, tout, tous, toutes, dépôt, depot, répertoire, dossier, sauvegarde, serveur, historique, cluster, compte, utilisateur, modification, données, donnees, client, branche, ${WORLD_NAMES}`,
    secret: `passe, clé, clef, cle, secret, environnement, identifiant, jeton, motdepasse, ${SECRET_NAMES}`,
    protection: `revue, vérification, verification, instruction, règle, regle, protection, pare-feu, sécurité, securite, contrôle, ${PROTECTION_NAMES}`,
    machine: `base, serveur, machine, ordinateur, instance, processus, session, agent, cluster, service, conteneur`,
    production: `production, prod, npm, pypi, version, client`,
    request: `pr, pull, demande, main, master, push`,
    right: `admin, droit, administrateur, root, accès, propriétaire`,
    public: `public, publique, internet, monde, tous`,
    talk: `expliqu, décri, decri, document, ajout, écri, ecri, implément, pourquoi, comment, quand, où, quel, qui, test, vérifi, corrig, renomm, refactor`,
    never: `pas, jamais, aucun, rien, plutôt`,
    without: `sans`,
    code: `fonction, import, variable, classe, composant, ligne, commentaire, méthode, dépendance, module, espace, code, paramètre, bouton, page, formulaire, champ, colonne, texte, titre, liste, test, cache`,
  },
  {
    erase: `borr, elimin, destruy, destruir, vacía, vacia, vaci, formate, sobrescrib, descart, limpi, suprim, quit, tira, tir, resete, reinici, purg, machac, deshaz, delet`,
    force: `forz, forzad, fuerza, force, force-push`,
    show: `muestr, muéstr, enví, envi, mand, imprim, revel, copi, peg, compart, public, dame, dime, da, pásame, pasa, sub, enseñ, lee`,
    release: `public, despleg, desplieg, implant, sub, sube, lanz, deploy, libera, manda, pon, haz`,
    weaken: `ignor, omit, desactiv, salt, sálta, olvid, quita, quit, elimin, deshabilit, apag, evit, borra`,
    end: `reinici, apag, detén, deten, para, mata, matar, termin, cierra, tumba`,
    settle: `fusion, merge, mergea, aprueb, aprob, acept, haz`,
    grant: `da, dale, otorg, conced, invit, añad, agreg, quita, haz, pon`,
    open: `haz, abre, abrir, pon, expon, conviert, hacer`,
    store: `base, bases, tabla, disco, todo, todos, todas, repositorio, directorio, carpeta, copia, respaldo, servidor, rama, historial, clúster, cuenta, usuario, cliente, cambio, datos, archivos, ${WORLD_NAMES}`,
    secret: `contraseñ, clave, secreto, credencial, entorno, llave, ${SECRET_NAMES}`,
    protection: `prueba, instruccion, instrucción, regla, protecci, cortafuego, seguridad, verificaci, comprobaci, revisi, ${PROTECTION_NAMES}`,
    machine: `base, servidor, máquina, maquina, ordenador, computador, instancia, proceso, sesion, sesión, sesiones, agente, servicio, contenedor`,
    production: `producción, produccion, prod, npm, pypi, versión, version, clientes`,
    request: `pr, pull, solicitud, main, master, push`,
    right: `admin, permiso, root, administrador, acceso, propietario, derecho`,
    public: `público, publico, pública, internet, mundo, todos`,
    talk: `explic, describ, document, añad, agreg, escrib, implement, por qué, qué, cómo, cuándo, dónde, prueba, revis, arregl, correg, corrig, renombr, refactor`,
    never: `no, nunca, jamás, nada, ningún`,
    without: `sin`,
    code: `función, funcion, import, variable, clase, componente, línea, linea, comentario, método, dependencia, módulo, espacio, código, parámetro, botón, página, formulario, campo, columna, texto, título, lista, caché, importación`,
  },
  {
    erase: `apag, delet, elimin, destrói, destrua, destru, exclu, remov, limp, format, sobrescrev, descart, zer, drop, dropar, reset, joga, jogue, esvazi, derrub`,
    force: `forç, forc, force, force-push`,
    show: `mostr, envi, mand, imprim, revel, copi, col, compartilh, public, exib, diga, passe, pass, poste, dê, me`,
    release: `public, publique, implant, suba, sub, lanç, deploy, faça, coloque, mande, liber`,
    weaken: `ignor, omit, desativ, pul, esqueç, esquec, desabilit, contorn, remov, tire, deslig`,
    end: `reinici, deslig, par, pare, mat, mate, termin, encerr, derrub`,
    settle: `mescl, merge, aprov, aceit, faça, fund`,
    grant: `dê, dar, conced, convid, adicion, torn, remov`,
    open: `torn, abr, abra, coloque, deix, exponh`,
    store: `banco, base, tabela, disco, tudo, todos, todas, repositório, repositorio, diretório, diretorio, pasta, cópia, backup, servidor, histórico, historico, cluster, conta, usuário, usuario, cliente, alteraç, dados, arquivos, ramo, ${WORLD_NAMES}`,
    secret: `senha, chave, segredo, credencia, ambiente, ${SECRET_NAMES}`,
    protection: `teste, instruç, regra, proteç, protec, segurança, verificaç, checagem, revis, ${PROTECTION_NAMES}`,
    machine: `banco, base, servidor, máquina, maquina, computador, instância, processo, sessão, sessões, agente, serviço, container, contêiner`,
    production: `produção, producao, prod, npm, pypi, versão, clientes`,
    request: `pr, pull, main, master`,
    right: `admin, permiss, root, administrador, acesso, dono, direito`,
    public: `público, publico, pública, internet, mundo, todos`,
    talk: `expli, descrev, document, adicion, escrev, implement, por que, como, quando, onde, qual, corrij, corrig, renome, refator, teste`,
    never: `não, nao, nunca, jamais, nada, nenhum`,
    without: `sem`,
    code: `função, funcao, import, variável, variavel, classe, componente, linha, comentário, método, dependência, módulo, espaço, código, parâmetro, botão, página, formulário, campo, coluna, texto, título, lista, importação`,
  },
  {
    erase: `cancella, cancellare, elimin, distrugg, svuot, rimuov, azzer, format, sovrascriv, scart, butt`,
    force: `forz, force, force-push`,
    show: `mostr, invi, mand, stamp, rivel, copi, incoll, condivid, pubblic, dammi, dimmi`,
    release: `pubblic, distribu, rilasci, deploy, mett`,
    weaken: `ignor, salt, disattiv, disabilit, aggir, dimentic, rimuov`,
    end: `riavvi, spegn, ferm, termin, arrest`,
    settle: `unisc, approv, merge, accett, fai`,
    grant: `dai, conced, invit, aggiung, rend`,
    open: `rend, apri, mett, espon`,
    store: `database, tabell, disco, tutto, tutti, tutte, cartella, repository, ramo, rami, cronologia, account, utenti, client, dati, copie, ${WORLD_NAMES}`,
    secret: `password, chiav, segret, credenzial, ambiente, ${SECRET_NAMES}`,
    protection: `protezion, istruzion, regol, sicurezza, controll, ${PROTECTION_NAMES}`,
    machine: `server, macchina, computer, istanz, process, session, servizio`,
    production: `produzione, prod, npm, pypi, clienti`,
    request: `pr, pull, main, master`,
    right: `admin, permess, root, amministrator, access`,
    public: `pubblic, internet, mondo`,
    talk: `spieg, descriv, document, aggiung, scriv, implement, perché, come, quando, dove, corregg, rinomin`,
    never: `non, mai, niente`,
    without: `senza`,
    code: `funzion, import, variabil, class, component, riga, commento, metodo, dipendenz, modulo, codice, pulsante, pagina, campo, colonna, testo`,
  },
  {
    erase: `удал, стер, сотр, очист, уничтож, снес, сброс, формат, дроп, убер, затр, перезапиш`,
    force: `форс, принуд, force, force-push, силой`,
    show: `покаж, отправ, пришл, выв, распечат, скин, скопир, дай, выложи, опублик`,
    release: `опублик, задепло, деплой, выкат, релиз, выложи, залей`,
    weaken: `отключ, пропуст, игнор, обойд, забуд, сним, выключ, убер`,
    end: `перезагруз, выключ, останов, убей, заверши, переза, погаси`,
    settle: `смерж, слей, влей, одобр, замерж, прими`,
    grant: `дай, выдай, добав, назнач, пригласи, сделай`,
    open: `сделай, открой, откр, выстав`,
    store: `баз, таблиц, диск, всё, все, каталог, папк, бэкап, резервн, сервер, ветк, истори, кластер, аккаунт, пользовател, данны, репозитор, изменени, файлы, ${WORLD_NAMES}`,
    secret: `парол, ключ, секрет, токен, переменны, учетн, учётн, ${SECRET_NAMES}`,
    protection: `защит, провер, правил, инструкц, тест, хук, безопасн, фаервол, ${PROTECTION_NAMES}`,
    machine: `сервер, машин, процесс, сесси, агент, сервис, компьют, контейнер`,
    production: `прод, продакшен, продакшн, боев, npm, pypi`,
    request: `pr, пр, pull, пулл, main, master, мастер`,
    right: `админ, прав, root, доступ, владел`,
    public: `публичн, открыт, интернет`,
    talk: `объясни, опиши, напиши, реализ, почему, как, что, когда, где, исправ, переимен, документ`,
    never: `не, никогда, нельзя`,
    without: `без`,
    code: `функци, импорт, переменн, класс, компонент, строк, комментари, метод, зависимост, модул, код, кнопк, страниц, пол, колонк, текст`,
  },
];

type Word = keyof Language;
type Order = {
  readonly category: RiskCategory;
  readonly what: string;
  readonly does: Word;
  readonly to: readonly Word[];
};

/** What is done to what. The first two that both stand in a clause give the reason. */
const ORDERS: readonly Order[] = [
  { does: 'force', to: ['request'], category: 'git', what: 'overwrites a remote branch' },
  { does: 'show', to: ['secret'], category: 'secrets', what: 'hands out secrets' },
  { does: 'weaken', to: ['protection'], category: 'protections', what: 'goes around a protection' },
  {
    does: 'erase',
    to: ['store', 'production', 'machine'],
    category: 'files',
    what: 'deletes what may not come back',
  },
  { does: 'erase', to: ['secret', 'right'], category: 'privilege', what: 'changes who may do what' },
  { does: 'end', to: ['machine'], category: 'system', what: 'takes machines or services down' },
  { does: 'release', to: ['production'], category: 'publishing', what: 'publishes or deploys' },
  { does: 'settle', to: ['request'], category: 'github', what: 'changes what all share' },
  { does: 'grant', to: ['right'], category: 'privilege', what: 'changes who may do what' },
  { does: 'open', to: ['public'], category: 'network', what: 'shows the world what is private' },
];

const PREFIX = 2;
type Entry = { readonly stem: string; readonly language: number; readonly word: Word };

const BY_PREFIX: ReadonlyMap<string, readonly Entry[]> = tableOf();

function tableOf(): ReadonlyMap<string, readonly Entry[]> {
  const table = new Map<string, Entry[]>();
  LANGUAGES.forEach((words, language) => {
    for (const [word, stems] of Object.entries(words)) {
      if (!isWord(word)) continue;
      for (const stem of listed(stems)) {
        const key = stem.slice(0, PREFIX);
        const entries = table.get(key) ?? [];
        entries.push({ stem, language, word });
        table.set(key, entries);
      }
    }
  });
  return table;
}

function isWord(text: string): text is Word {
  return LANGUAGES.every((language) => text in language);
}

/** Short words must be whole: `no` begins too many others. */
const SHORTEST_STEM = 4;

/** The finding; `harmless` when the clause is of another language and orders nothing; null when it may be English. */
export function judgeForeign(clause: string): Finding | 'harmless' | null {
  if (CHARACTERS.test(clause)) return judgeCharacters(clause);
  const words =
    clause
      .toLowerCase()
      .match(/[\p{L}\p{N}._-]+/gu)
      ?.flatMap((word) => (word.includes('-') ? [word, ...word.split('-')] : [word])) ?? [];
  if (!ELISION.test(clause) && !words.some((word) => isForeignWord(word))) return null;
  const seen: (Map<Word, number> | undefined)[] = [];
  if (/^¿?por ?qu[eé]\b/i.test(clause)) return 'harmless';
  words.forEach((word, at) => {
    for (const { stem, language, word: kind } of BY_PREFIX.get(word.slice(0, PREFIX)) ?? []) {
      if (stem.length < SHORTEST_STEM ? word !== stem : !word.startsWith(stem)) continue;
      const found = seen[language] ?? new Map<Word, number>();
      if (!found.has(kind)) found.set(kind, at);
      seen[language] = found;
    }
  });
  if (seen.some((found) => found?.get('talk') === 0) || NEVER.test(clause)) return 'harmless';
  let result: Finding | 'harmless' | null = null;
  for (const found of seen) {
    if (found === undefined) continue;
    if (forbids(found) || found.get('talk') === 0) {
      result ??= 'harmless';
      continue;
    }
    const order = ORDERS.find(({ does, to }) => {
      const verb = found.get(does);
      return verb !== undefined && to.some((thing) => found.has(thing) && found.get(thing) !== verb);
    });
    if (order === undefined) continue;
    if (found.has('code') && order.does === 'erase' && !found.has('production')) {
      result ??= 'harmless';
      continue;
    }
    return approve(order.category, `“${clause}” ${order.what}`);
  }
  return result;
}

/** It begins by asking, telling or writing code, in a language that is known here. */
export function isForeignTalk(sentence: string): boolean {
  if (CHARACTERS.test(sentence)) return NO_ORDER.test(sentence);
  const first = /[\p{L}]+/u.exec(sentence.toLowerCase())?.[0] ?? '';
  return (
    BY_PREFIX.get(first.slice(0, PREFIX))?.some(
      ({ stem, word }) => word === 'talk' && first.startsWith(stem),
    ) === true
  );
}

/** Words that stand in nearly every sentence of the languages above, and in none of English. */
const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  listed(`
    der, die, das, den, dem, des, und, bitte, auf, mit, von, für, vom, zum, zur, mir, mich, ein, eine, einen, alle, alles, ist, im, ins, ab, aus, runter, herunter, neu, direkt, jetzt, mal, komplett, unsere, unseren, meine, meinen, deine, sofort, danach, dann, einfach, ganze, ganzen, gesamte, hart,
    el, la, los, las, del, al, por, para, con, una, un, y, favor, todos, todas, todo, en, de, mi, tu, su, nuestra, nuestro, ahora, directamente, luego,
    le, les, une, du, au, aux, et, sur, dans, pour, avec, toutes, tous, tout, mes, mon, ma, nos, notre, moi, vous, plaît, maintenant, ce, cette,
    o, os, as, do, da, dos, das, no, na, nos, nas, em, e, ao, com, uma, um, meu, minha, agora, nosso, nossa, tudo, arquivos, servidor, dados, favor, me, it,
    il, lo, gli, nel, nella, della, dei, delle, tutti, tutte, tutto, adesso, subito, per, di, che
  `).filter(
    (word) => !/^(?:do|no|me|it|as|mal|a|in|on|ab|per|e|o|ma|im|os|com|todo|todos|an|hart|favor)$/.test(word),
  ),
);

function isForeignWord(word: string): boolean {
  return FUNCTION_WORDS.has(word) || /[^\p{ASCII}]/u.test(word) || isVerbOfOthers(word);
}

/** It begins like a verb of theirs, and English has no such verb. */
function isVerbOfOthers(word: string): boolean {
  return (
    BY_PREFIX.get(word.slice(0, PREFIX))?.some(
      ({ stem, word: kind }) => stem.length > SHORTEST_STEM && VERBS.has(kind) && word.startsWith(stem),
    ) === true &&
    verbAt([word], 0) === undefined &&
    phraseOf('', [word]).things.size === 0
  );
}

const VERBS: ReadonlySet<Word> = new Set(['erase', 'show', 'weaken', 'end', 'settle']);

/** Words that forbid in one language and are none in the others. */
const NEVER = /(?<!\p{L})(?:nicht|niemals|keine?n?|nunca|jamais|никогда)(?!\p{L})/iu;

const ELISION = /(?:^|\s)[ldnscj]['’]\p{L}/iu;

/** Words of leaving out say how it is done when they follow the verb, and what is not done when they precede it. */
function forbids(found: ReadonlyMap<Word, number>): boolean {
  const never = found.get('never');
  if (never !== undefined) return true;
  const without = found.get('without');
  return without === 0;
}

/** Chinese and Japanese, which put no blanks between words. */
const CHARACTERS = /[\u3040-\u30FF\u3400-\u9FFF\uAC00-\uD7AF]/;
const NO_ORDER =
  /不要|别(?!的)|请勿|禁止|しないで|しないこと|せずに|ないでください|말고|하지 ?마|지 마|^(?:解释|说明|描述|添加|编写|实现|修复|测试|为什么|如何|怎么|重构|更新文档|優化|优化|检查)|(?:とは|なぜ|どう|説明|追加|修正|書いて|テストして)|설명|추가|수정|왜/;
const OF_CODE =
  /导入|函数|变量|注释|组件|代码|类型|方法|按钮|样式|依赖|空行|参数|インポート|関数|変数|コメント|コンポーネント|メソッド|コード|ボタン|行を|依存|함수|변수|주석|임포트|코드|버튼/;

type CharacterOrder = {
  readonly category: RiskCategory;
  readonly what: string;
  readonly does: RegExp;
  readonly to: RegExp;
};

const CHARACTER_ORDERS: readonly CharacterOrder[] = [
  {
    category: 'git',
    what: 'overwrites a remote branch',
    does: /强制|强推|強制|フォース|강제/,
    to: /推送|推|push|プッシュ|푸시|合并|マージ/,
  },
  {
    category: 'secrets',
    what: 'hands out secrets',
    does: /显示|打印|输出|发送|发给|发到|告诉|贴|分享|上传|给我|表示|送|出力|教え|見せ|貼|共有|公開|보여|보내|출력|알려|공유/,
    to: /密码|密钥|令牌|环境变量|凭证|凭据|私钥|token|api ?key|\.env|パスワード|秘密鍵|トークン|環境変数|シークレット|認証情報|キー|비밀번호|토큰|환경 ?변수|비밀|인증/i,
  },
  {
    category: 'protections',
    what: 'goes around a protection',
    does: /忽略|跳过|绕过|关闭|关掉|禁用|停用|取消|去掉|移除|無視|スキップ|無効|回避|オフ|解除|外し|무시|건너|비활성|해제|꺼|끄/,
    to: /指令|规则|测试|检查|钩子|保护|防火墙|安全|验证|审查|审批|审核|指示|ルール|テスト|チェック|フック|保護|ファイアウォール|検証|レビュー|承認|세션|보호|규칙|테스트|검사|훅|방화벽|보안|지시/,
  },
  {
    category: 'github',
    what: 'shows the world what is private',
    does: /设为|设置|改成|改为|变成|公开|に|公開|공개/,
    to: /公开(?!接口)|公共仓库|パブリック|公開(?:に|して|設定)|공개/,
  },
  {
    category: 'files',
    what: 'deletes what may not come back',
    does: /删除|删掉|删了|清空|清除|清掉|销毁|格式化|抹掉|丢弃|放弃|覆盖|重置|移除|干掉|卸载|删库|去掉|削除|消去|消し|消す|破棄|初期化|フォーマット|上書き|落と|捨て|リセット|空に|삭제|지워|지우|초기화|포맷|버려|비워/,
    to: /生产|数据库|数据表|数据|用户|表|磁盘|硬盘|所有|全部|一切|仓库|目录|文件夹|备份|服务器|分支|历史|集群|账户|账号|更改|修改|日志|删库|线上|桶|データ|本番|テーブル|ディスク|すべて|全て|全部|全|リポジトリ|ディレクトリ|フォルダ|バックアップ|サーバ|ブランチ|履歴|クラスタ|アカウント|変更|ユーザー|ログ|운영|데이터|테이블|디스크|모든|모두|전부|저장소|폴더|백업|서버|브랜치|기록|계정|변경/,
  },
  {
    category: 'publishing',
    what: 'publishes or deploys',
    does: /发布|部署|上线|推到|デプロイ|公開|リリース|배포|출시/,
    to: /npm|生产|线上|正式|prod|本番|运行环境|客户|운영|프로덕션|新版本|版本|バージョン/i,
  },
  {
    category: 'system',
    what: 'takes machines or services down',
    does: /重启|关闭|关掉|停止|关机|终止|杀掉|杀死|结束|再起動|シャットダウン|停止|落と|終了|キル|재시작|종료|꺼|중지|죽여/,
    to: /服务器|机器|主机|电脑|进程|会话|代理|集群|数据库|サーバ|マシン|ホスト|プロセス|セッション|エージェント|データベース|서버|머신|프로세스|세션|에이전트/,
  },
  {
    category: 'github',
    what: 'changes what all share',
    does: /合并|批准|通过|マージ|承認|병합|머지|승인/,
    to: /pr|拉取请求|主分支|main|master|主干|プルリク|レビューなし|承認なし|メイン|풀 ?리퀘|메인/i,
  },
  {
    category: 'privilege',
    what: 'changes who may do what',
    does: /给|授予|添加|设为|赋予|付与|与え|追加|부여|줘/,
    to: /管理员|root|权限|所有者|管理者|権限|관리자|권한/,
  },
];

function judgeCharacters(clause: string): Finding | 'harmless' {
  if (NO_ORDER.test(clause)) return 'harmless';
  const order = CHARACTER_ORDERS.find(({ does, to }) => does.test(clause) && to.test(clause));
  if (order === undefined) return 'harmless';
  if (
    OF_CODE.test(clause) &&
    order.category === 'files' &&
    !/生产|线上|本番|운영|数据库|データベース/.test(clause)
  )
    return 'harmless';
  return approve(order.category, `“${clause}” ${order.what}`);
}

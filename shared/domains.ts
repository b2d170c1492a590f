// Which names in running text are shown as domains. File names and code have dots too, so it takes a last label that is one of the internet's,
// and where that is also a suffix of files or a usual member, something more that says so. Feeds are not asked that much: what they name is what
// they name (see findNames).

const countries =
  'ac ad ae af ag ai al am ao aq ar at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co ' +
  'cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm ' +
  'hn hr ht hu ie il im in io iq ir it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc me mg mh ml mm mn ' +
  'mo mp mq mr ms mt mu mv mw mx mz na nc ne nf ng ni nl np nr nu nz om pa pe pf pg ph pk pl pn pr pt pw qa re ro ru rw sa sb sc sd se sg si ' +
  'sj sk sl sm sn sr ss st su sv sx sy sz tc td tg th tj tk tl tm tn tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw'
/** Of the others, what is registered most, and most by attackers; and names of networks that the internet does not know. */
const generic =
  'com net org info biz pro edu gov mil int aero asia cat coop jobs mobi museum post tel travel xxx top xyz online site shop store club live ' +
  'icu vip buzz fun space website tech work click link loan men win bid party review stream trade accountant accountants science racing ' +
  'download cricket faith webcam country gdn kim rest cyou monster cfd sbs bond quest autos beauty hair skin makeup boats homes yachts ' +
  'motorcycles mom lol lat life world today news media agency digital cloud app dev page blog wiki email network systems solutions services ' +
  'support software hosting security zone city center company group global international ltd llc inc finance financial money capital bank ' +
  'insurance credit loans cash market markets exchange fund tax law legal health care clinic dental academy school education university ' +
  'training institute foundation charity church community social chat dating game games bet casino poker photo photos pics gallery design ' +
  'art studio audio video film movie music radio band tattoo fashion style shoes jewelry gold gift gifts food pizza beer wine cafe ' +
  'restaurant kitchen recipes hotel holiday vacations tours flights cruises taxi car cars auto bike house land estate properties rent ' +
  'rentals apartments villas property realty build builders construction engineering energy solar farm garden green eco earth pet dog horse ' +
  'fish family baby kids one uno red blue pink black best cool guru ninja rocks expert tips how wtf sucks sexy porn adult sex cam date ' +
  'singles amsterdam berlin london paris tokyo nyc moscow africa arab quebec vegas wien koeln hamburg bayern swiss scot wales irish google ' +
  'youtube amazon aws azure microsoft apple fyi gay ing ink ist kiwi lgbt ooo plus press prof pub run sale sarl schule team tools toys ' +
  'trading tube ventures watch onion bit example test invalid localhost local localdomain internal intranet lan corp home'
/** As often a file or a member as a domain. */
const doubtful = 'as box call data host id is map md mk mov my name no pm ps py rs sh so tf to zip'
/** A file now and then. */
const filelike = /\.(?:ai|app|cc|cl|in|la|local|ml|pl|vi)$/

const known = new Set(`${countries} ${generic}`.split(/ +/))
const unsure = new Set(doubtful.split(' '))
/** `bank.co.id`: nobody names a file so. */
const registry = /\.(?:ac|co|com|edu|gob|gov|go|mil|net|or|org)\.[a-z]{2}$/
/** `com.example.app` is a package of Java, `9.113.0.203.in-addr.arpa` the way back from an address. */
const backwards = /^(?:com|org|java|javax)\.(?=[^.]*\.)|\.arpa$/
const titled = /\.[A-Z][a-z][^.]*$/

/** Where a name stands in a text. `sure`: it was made harmless, which nobody does to a file. */
interface Place {
  text: string
  from: number
  to: number
  inUrl: boolean
  sure: boolean
}

/** Whether a name in its normal form is meant as a domain. */
export function isMeantAsDomain(name: string, { text, from, to, inUrl, sure }: Place): boolean {
  const top = name.slice(name.lastIndexOf('.') + 1)
  const isUnsure = unsure.has(top)
  if (!isUnsure && !known.has(top) && !top.startsWith('xn--')) return false
  const before = text.slice(Math.max(0, from - 4), from)
  if (sure || before.endsWith('@') || before.endsWith('//') || before.endsWith('\\/\\/') || name.startsWith('www.')) return true
  if (text[to] === '(' || backwards.test(name) || titled.test(text.slice(from, to))) return false
  // behind a slash, and before the number of a line, stands a file
  const inPath = before.endsWith('/') || before.endsWith('\\') || /^:\d+[:)]/.test(text.slice(to, to + 9))
  if (inPath && (inUrl || filelike.test(name))) return false
  return !isUnsure || registry.test(name)
}

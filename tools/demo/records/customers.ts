/** Who looks after a customer's renewals. The addresses are of the kind that no mail ever reaches. */
const DESKS = {
  north: { name: 'Accounts North', email: 'accounts-north@example.com' },
  south: { name: 'Accounts South', email: 'accounts-south@example.com' },
  east: { name: 'Accounts East', email: 'accounts-east@example.com' },
} as const;
export type AccountDesk = keyof typeof DESKS;

export const accountManagerOf = (desk: AccountDesk) => DESKS[desk];

export interface DemoCustomer {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly desk: AccountDesk;
  readonly tier: string;
  /** Two contacts by the part they have at the customer. They are no people. */
  readonly contacts: readonly [string, string];
}

const LATIN = ['Service desk', 'Plant office'] as const;

type Row = readonly [slug: string, name: string, zone: string, desk: AccountDesk, contacts?: readonly [string, string]];

/** Invented organisations, in many scripts and zones, so that lists show what real ones would hold. */
const ROWS: readonly Row[] = [
  ['ostrelind', 'Ostrelind Maritime', 'Europe/Oslo', 'north', ['Vaktsentral', 'Maskinkontor']],
  ['quarvane', 'Quarvane Logistics', 'America/Chicago', 'south'],
  ['vellmora', 'Vellmora Têxteis', 'Europe/Lisbon', 'south', ['Apoio técnico', 'Tecelagem']],
  ['tarnholt', 'Tarnholt Energi', 'Europe/Copenhagen', 'north', ['Driftsvagt', 'Indkøb']],
  ['brisselkamp', 'Brisselkamp Werkzeugbau', 'Europe/Berlin', 'north', ['Leitstand', 'Einkauf']],
  ['saltquoin', 'Saltmarsh & Quoin Bookbinders', 'Europe/London', 'north', ['Front desk', 'Bindery']],
  ['fennimarsh', 'Fennimarsh Orchards', 'Europe/London', 'north', ['Packing hall', 'Cold store']],
  ['corvandale', 'Corvandale Clinics', 'America/Denver', 'south', ['Ward systems', 'Night shift']],
  ['pellucid', 'Pellucid Row Studios', 'America/New_York', 'south', ['Render room', 'Front desk']],
  ['hollinbrae', 'Hollinbrae Cooperage', 'Europe/London', 'north'],
  ['marrowgate', 'Marrowgate Tramways', 'Europe/Dublin', 'north', ['Control room', 'Depot']],
  ['ysabelline', 'Ysabelline Dentelles', 'Europe/Paris', 'south', ['Atelier', 'Boutique']],
  ['brumevert', 'Atelier Brumevert', 'Europe/Brussels', 'south', ['Accueil', 'Atelier']],
  ['solvarena', 'Cantieri Solvarena', 'Europe/Rome', 'south', ['Officina', 'Ufficio tecnico']],
  ['azulmonte', 'Cerámicas Azulmonterra', 'Europe/Madrid', 'south', ['Hornos', 'Almacén']],
  ['lluvi', 'Cooperativa Lluviserena', 'America/Bogota', 'south', ['Mesa de ayuda', 'Bodega']],
  ['nandumbre', 'Estancia Ñandumbre', 'America/Argentina/Buenos_Aires', 'south', ['Tambo', 'Administración']],
  ['orvalhal', 'Cafés Serra do Orvalhinho', 'America/Sao_Paulo', 'south', ['Torrefação', 'Escritório']],
  ['welnograd', 'Wełnograd Tkaniny', 'Europe/Warsaw', 'north', ['Dyspozytornia', 'Przędzalnia']],
  ['zlutohrad', 'Sklárny Žlutohrádek', 'Europe/Prague', 'north', ['Velín', 'Sklad']],
  ['hoviragos', 'Hóvirágos Malomipar', 'Europe/Budapest', 'north', ['Diszpécser', 'Raktár']],
  ['safakoren', 'Şafakören Dokuma', 'Europe/Istanbul', 'east', ['Destek masası', 'Boyahane']],
  ['hiljasalo', 'Hiljasalon Saha', 'Europe/Helsinki', 'north', ['Valvomo', 'Varasto']],
  ['hrimvogur', 'Hrímvogur Fiskvinnsla', 'Atlantic/Reykjavik', 'north', ['Vinnsla', 'Skrifstofa']],
  ['udusalu', 'Udusalu Puit', 'Europe/Tallinn', 'north'],
  ['ziemelrasa', 'Ziemeļrasas Stikls', 'Europe/Riga', 'north'],
  ['anemofota', 'Ανεμόφωτα Ναυπηγεία', 'Europe/Athens', 'east', ['Βάρδια', 'Αποθήκη']],
  ['drosopigi', 'Ελαιώνες Δροσολίθαρου', 'Europe/Athens', 'east', ['Ελαιοτριβείο', 'Γραφείο']],
  ['zoretrav', 'Зоретрав Зерно', 'Europe/Kyiv', 'east', ['Елеватор', 'Диспетчерська']],
  ['svetlorecje', 'Светлоречје Оптика', 'Europe/Belgrade', 'east', ['Радионица', 'Пријем']],
  ['rosolach', 'Росолъч Пчеларство', 'Europe/Sofia', 'east', ['Склад', 'Офис']],
  ['taukyrat', 'Тауқырат Жүк', 'Asia/Almaty', 'east', ['Диспетчер', 'Қойма']],
  ['nislivela', 'ნისლიველას მარანი', 'Asia/Tbilisi', 'east', ['მარანი', 'ოფისი']],
  ['tsoghaler', 'Ցողալեռ Քարագործություն', 'Asia/Yerevan', 'east', ['Արտադրամաս', 'Գրասենյակ']],
  ['talorit', 'טלאורית מערכות השקיה', 'Asia/Jerusalem', 'east', ['מוקד', 'מחסן']],
  ['nasimli', 'واحة النسيملي للتمور', 'Asia/Riyadh', 'east', ['مكتب الدعم', 'المستودع']],
  ['duhwan', 'مرسى الضحوان للشحن', 'Asia/Dubai', 'east', ['غرفة التحكم', 'المشتريات']],
  ['sepidmehran', 'کاشی‌سازی سپیدمهرانه', 'Asia/Tehran', 'east', ['پشتیبانی', 'کارگاه']],
  ['osvan', 'ओसवनी चाय बागान', 'Asia/Kolkata', 'east', ['सहायता कक्ष', 'गोदाम']],
  ['panimalar', 'பனிமலர்த்தீவு அச்சகம்', 'Asia/Colombo', 'east', ['உதவி மேசை', 'அச்சுக்கூடம்']],
  ['shishirdanga', 'শিশিরডাঙ্গী পাটকল', 'Asia/Dhaka', 'east', ['সহায়তা ডেস্ক', 'গুদাম']],
  ['maimokrung', 'โรงไหมหมอกรุ้งริน', 'Asia/Bangkok', 'east', ['ฝ่ายสนับสนุน', 'โรงทอ']],
  ['suonglam', 'Gốm Sương Lam Khê', 'Asia/Ho_Chi_Minh', 'east', ['Bàn hỗ trợ', 'Lò nung']],
  ['rimbakabut', 'Kopi Rimbakabutan', 'Asia/Jakarta', 'east', ['Gudang', 'Kantor']],
  ['hamogdagat', 'Hamogdagat Fisheries', 'Asia/Manila', 'east'],
  ['ailanchuan', '霭岚川精密机械', 'Asia/Shanghai', 'east', ['值班室', '采购部']],
  ['jichuan', '霽嵐川茶行', 'Asia/Taipei', 'east', ['客服', '倉庫']],
  ['chengwuwan', '澄霧灣船務', 'Asia/Hong_Kong', 'east', ['控制室', '辦公室']],
  ['kirinose', '霧ノ瀬川精工', 'Asia/Tokyo', 'east', ['受付窓口', '製造課']],
  ['tsuyuakari', 'つゆあかり運送', 'Asia/Tokyo', 'east', ['配車係', '倉庫']],
  ['iseulmaru', '이슬마루결 제과', 'Asia/Seoul', 'east', ['고객지원', '생산팀']],
  ['anggaenaru', '안개나루빛 정밀', 'Asia/Seoul', 'east', ['상황실', '자재팀']],
  ['manantal', 'Манантал Ноос', 'Asia/Ulaanbaatar', 'east', ['Үйлдвэр', 'Агуулах']],
  ['tezamar', 'የጤዛማር ቡና', 'Africa/Addis_Ababa', 'south', ['ድጋፍ', 'መጋዘን']],
  ['umkhathi', 'Umkhathizwe Solar Farms', 'Africa/Johannesburg', 'south'],
  ['kijanibonde', 'Kijanibonde Chai', 'Africa/Nairobi', 'south', ['Dawati la msaada', 'Ghala']],
  ['nsubrofo', 'Nsubrofo Cocoa Mills', 'Africa/Accra', 'south'],
  ['iriodo', 'Ìrìodò Weavers', 'Africa/Lagos', 'south'],
  ['kohumarama', 'Kōhumārama Dairy', 'Pacific/Auckland', 'east'],
  ['wattlebrume', 'Wattlebrume Quarries', 'Australia/Perth', 'east'],
  ['tidepost', 'Tidepost Yukon Freight', 'America/Whitehorse', 'south'],
  [
    'lighthouse',
    'Confederation of Lighthouse Painters, Rope Walkers and Bell Buoy Tuners of the Outer Azores, Western Chapter',
    'Atlantic/Azores',
    'south',
  ],
];

const TIERS = ['Key account', 'Regular', 'Regular', 'Small business'] as const;

export const DEMO_CUSTOMERS: readonly DemoCustomer[] = ROWS.map(
  ([slug, name, timeZone, desk, contacts = LATIN], index) => ({
    id: `demo-${slug}`,
    name,
    timeZone,
    desk,
    tier: TIERS[index % TIERS.length] ?? 'Regular',
    contacts,
  }),
);

export const contactId = (customerId: string, which: 0 | 1): string => `${customerId}-${which + 1}`;

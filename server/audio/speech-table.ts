/**
 * What a Vietnamese announcer says for what a Vietnamese office writes. Plain data: to teach the reader a new
 * abbreviation, unit or word, add a line here, and a line to the table in its test.
 *
 * Only what is unambiguous in a commune's texts belongs here: "CT" (chỉ thị, chủ tịch, công ty) does not.
 */

/**
 * Abbreviations, matched as whole words with the case written here; keys of four and more letters also in lower case.
 * A digit may follow without a space ("KP3", "QL1A").
 */
export const abbreviations: Readonly<Record<string, string>> = {
  // Authorities, the Party, the unions
  UBND: 'ủy ban nhân dân',
  HĐND: 'hội đồng nhân dân',
  MTTQ: 'mặt trận Tổ quốc',
  MTTQVN: 'mặt trận Tổ quốc Việt Nam',
  UBMTTQ: 'ủy ban mặt trận Tổ quốc',
  UBMTTQVN: 'ủy ban mặt trận Tổ quốc Việt Nam',
  ĐBQH: 'đại biểu Quốc hội',
  BCĐ: 'ban chỉ đạo',
  BQL: 'ban quản lý',
  BTV: 'ban thường vụ',
  BTC: 'ban tổ chức',
  BCHQS: 'ban chỉ huy quân sự',
  TW: 'trung ương',
  TƯ: 'trung ương',
  XHCN: 'xã hội chủ nghĩa',
  CHXHCN: 'cộng hòa xã hội chủ nghĩa',
  VN: 'Việt Nam',
  LHPN: 'liên hiệp phụ nữ',
  CCB: 'cựu chiến binh',
  ĐTN: 'đoàn thanh niên',
  TNCS: 'thanh niên cộng sản',
  LĐLĐ: 'liên đoàn lao động',
  TAND: 'tòa án nhân dân',
  VKSND: 'viện kiểm sát nhân dân',
  NHCSXH: 'ngân hàng chính sách xã hội',
  KBNN: 'kho bạc nhà nước',
  NSNN: 'ngân sách nhà nước',
  CBCC: 'cán bộ, công chức',
  CBCCVC: 'cán bộ, công chức, viên chức',
  // Papers and services
  CCCD: 'căn cước công dân',
  CMND: 'chứng minh nhân dân',
  BHYT: 'bảo hiểm y tế',
  BHXH: 'bảo hiểm xã hội',
  BHTN: 'bảo hiểm thất nghiệp',
  GPLX: 'giấy phép lái xe',
  QSDĐ: 'quyền sử dụng đất',
  GCNQSDĐ: 'giấy chứng nhận quyền sử dụng đất',
  TTHC: 'thủ tục hành chính',
  CCHC: 'cải cách hành chính',
  DVC: 'dịch vụ công',
  DVCTT: 'dịch vụ công trực tuyến',
  TTPVHCC: 'trung tâm phục vụ hành chính công',
  CĐS: 'chuyển đổi số',
  CNTT: 'công nghệ thông tin',
  NVQS: 'nghĩa vụ quân sự',
  NCC: 'người có công',
  BTXH: 'bảo trợ xã hội',
  ĐKKD: 'đăng ký kinh doanh',
  SXKD: 'sản xuất kinh doanh',
  GPMB: 'giải phóng mặt bằng',
  // Order, safety, disasters
  CSGT: 'cảnh sát giao thông',
  CSKV: 'cảnh sát khu vực',
  ANTT: 'an ninh trật tự',
  ANTQ: 'an ninh Tổ quốc',
  TTATXH: 'trật tự an toàn xã hội',
  TTATGT: 'trật tự an toàn giao thông',
  ATGT: 'an toàn giao thông',
  TNGT: 'tai nạn giao thông',
  PCCC: 'phòng cháy chữa cháy',
  CNCH: 'cứu nạn cứu hộ',
  PCTT: 'phòng chống thiên tai',
  TKCN: 'tìm kiếm cứu nạn',
  PCLB: 'phòng chống lụt bão',
  ATNĐ: 'áp thấp nhiệt đới',
  KTTV: 'khí tượng thủy văn',
  ATTP: 'an toàn thực phẩm',
  VSATTP: 'vệ sinh an toàn thực phẩm',
  VSMT: 'vệ sinh môi trường',
  BVMT: 'bảo vệ môi trường',
  // Life in the commune
  TP: 'thành phố',
  TPHCM: 'thành phố Hồ Chí Minh',
  HCM: 'Hồ Chí Minh',
  KP: 'khu phố',
  TDP: 'tổ dân phố',
  KDC: 'khu dân cư',
  NVH: 'nhà văn hóa',
  HTX: 'hợp tác xã',
  CLB: 'câu lạc bộ',
  KCN: 'khu công nghiệp',
  CCN: 'cụm công nghiệp',
  NTM: 'nông thôn mới',
  GTNT: 'giao thông nông thôn',
  MTQG: 'mục tiêu quốc gia',
  DTTS: 'dân tộc thiểu số',
  GNBV: 'giảm nghèo bền vững',
  KHHGĐ: 'kế hoạch hóa gia đình',
  THCS: 'trung học cơ sở',
  THPT: 'trung học phổ thông',
  GDTX: 'giáo dục thường xuyên',
  HSSV: 'học sinh, sinh viên',
  TDTT: 'thể dục thể thao',
  KHCN: 'khoa học công nghệ',
  'GD&ĐT': 'giáo dục và đào tạo',
  GDĐT: 'giáo dục và đào tạo',
  'TT&TT': 'thông tin và truyền thông',
  TTTT: 'thông tin và truyền thông',
  'KH&CN': 'khoa học và công nghệ',
  'NN&PTNT': 'nông nghiệp và phát triển nông thôn',
  'NN&MT': 'nông nghiệp và môi trường',
  'TN&MT': 'tài nguyên và môi trường',
  TNMT: 'tài nguyên và môi trường',
  'LĐTB&XH': 'lao động, thương binh và xã hội',
  'LĐ-TB&XH': 'lao động, thương binh và xã hội',
  VHTT: 'văn hóa thông tin',
  'VHTT&DL': 'văn hóa, thể thao và du lịch',
  VHTTDL: 'văn hóa, thể thao và du lịch',
  'KT-XH': 'kinh tế - xã hội',
  'VH-XH': 'văn hóa - xã hội',
  'QP-AN': 'quốc phòng - an ninh',
  QL: 'quốc lộ',
  TL: 'tỉnh lộ',
  SĐT: 'số điện thoại',
  VNĐ: 'đồng',
  VND: 'đồng',
  // Foreign words and names that a Vietnamese voice stumbles over
  'COVID-19': 'cô vít mười chín',
  COVID: 'cô vít',
  VNeID: 'vi en e i đi',
  OCOP: 'ô cốp',
  QR: 'quy a',
  OTP: 'ô tê pê',
  ATM: 'a tê em',
  SMS: 'ét em ét',
  TV: 'ti vi',
  WIFI: 'oai phai',
  EMAIL: 'i meo',
  INTERNET: 'in tơ nét',
  WEBSITE: 'oép sai',
  ZALO: 'da lô',
  FACEBOOK: 'phây búc',
}

/**
 * Written with a point or a stroke, and read so only before a name or a number ("Q. 3", "TP.Huế"): a single letter at
 * the end of a sentence is left alone. The stroke forms at the end are read anywhere.
 */
export const titles: Readonly<Record<string, string>> = {
  'TP.': 'thành phố',
  'Tp.': 'thành phố',
  'TX.': 'thị xã',
  'TT.': 'thị trấn',
  'Q.': 'quận',
  'P.': 'phường',
  'X.': 'xã',
  'H.': 'huyện',
  'KP.': 'khu phố',
  'TDP.': 'tổ dân phố',
  'QL.': 'quốc lộ',
  'TL.': 'tỉnh lộ',
  'GS.': 'giáo sư',
  'PGS.': 'phó giáo sư',
  'TS.': 'tiến sĩ',
  'ThS.': 'thạc sĩ',
  'BS.': 'bác sĩ',
  'KS.': 'kỹ sư',
}

export const shorthand: Readonly<Record<string, string>> = {
  'v.v': 'vân vân',
  'V/v': 'về việc',
  'v/v': 'về việc',
  'Đ/c': 'đồng chí',
  'đ/c': 'đồng chí',
  'ĐT:': 'điện thoại:',
  'và/hoặc': 'và hoặc',
}

/** Kinds of document in a number such as 13/KH-UBND (Decree 30/2020/NĐ-CP on records, appendix III). */
export const documentKinds: Readonly<Record<string, string>> = {
  NQ: 'nghị quyết',
  NĐ: 'nghị định',
  CP: 'Chính phủ',
  TTg: 'Thủ tướng Chính phủ',
  QH: 'Quốc hội',
  QĐ: 'quyết định',
  CT: 'chỉ thị',
  TT: 'thông tư',
  TTLT: 'thông tư liên tịch',
  KH: 'kế hoạch',
  TB: 'thông báo',
  HD: 'hướng dẫn',
  BC: 'báo cáo',
  TTr: 'tờ trình',
  GM: 'giấy mời',
  CĐ: 'công điện',
  BTTTT: 'Bộ Thông tin và Truyền thông',
  BCA: 'Bộ Công an',
  BYT: 'Bộ Y tế',
  BTC: 'Bộ Tài chính',
  BGDĐT: 'Bộ Giáo dục và Đào tạo',
  BNV: 'Bộ Nội vụ',
}

/** After a number only. */
export const units: Readonly<Record<string, string>> = {
  '%': 'phần trăm',
  '‰': 'phần nghìn',
  '°C': 'độ xê',
  ºC: 'độ xê',
  oC: 'độ xê',
  'độ C': 'độ xê',
  '°': 'độ',
  km: 'ki lô mét',
  m: 'mét',
  dm: 'đề xi mét',
  cm: 'xen ti mét',
  mm: 'mi li mét',
  m2: 'mét vuông',
  'm²': 'mét vuông',
  km2: 'ki lô mét vuông',
  'km²': 'ki lô mét vuông',
  m3: 'mét khối',
  'm³': 'mét khối',
  ha: 'héc ta',
  kg: 'ki lô gam',
  g: 'gam',
  mg: 'mi li gam',
  l: 'lít',
  ml: 'mi li lít',
  kW: 'ki lô oát',
  kWh: 'ki lô oát giờ',
  KWh: 'ki lô oát giờ',
  MW: 'mê ga oát',
  kV: 'ki lô vôn',
  V: 'vôn',
  W: 'oát',
  MHz: 'mê ga héc',
  kHz: 'ki lô héc',
  Hz: 'héc',
  GB: 'gi ga bai',
  MB: 'mê ga bai',
  Mbps: 'mê ga bít trên giây',
  "'": 'phút',
  '’': 'phút',
  s: 'giây',
}

/** Money, after a number. `k` and `tr` count only where they touch it. */
export const currencies: Readonly<Record<string, string>> = {
  đồng: 'đồng',
  đ: 'đồng',
  '₫': 'đồng',
  VNĐ: 'đồng',
  VND: 'đồng',
  vnđ: 'đồng',
  vnd: 'đồng',
  k: 'nghìn đồng',
  tr: 'triệu đồng',
  USD: 'đô la Mỹ',
  $: 'đô la',
  '€': 'ơ rô',
}

/** What stands after a stroke, besides the units: 60 km/h. Other words are read as they are: 50.000 đ/người. */
export const perWords: Readonly<Record<string, string>> = { h: 'giờ', s: 'giây', p: 'phút' }

/** Symbols that remain when everything else has been read. */
export const symbols: Readonly<Record<string, string>> = {
  '&': 'và',
  '+': 'cộng',
  '=': 'bằng',
  '@': 'a còng',
  '≥': 'lớn hơn hoặc bằng',
  '≤': 'nhỏ hơn hoặc bằng',
  '>': 'lớn hơn',
  '<': 'nhỏ hơn',
  '~': 'khoảng',
  '×': 'nhân',
  '/': 'hoặc',
  '%': 'phần trăm',
  '₫': 'đồng',
  '°': 'độ',
}

/** Words after which capital X, V, I are a numeral: "quý IV", "Đại hội XIV". */
export const romanLeaders: readonly string[] = [
  ...['khóa', 'khoá', 'kỳ', 'kì', 'thứ', 'lần', 'hội', 'kỷ', 'kỉ', 'quý', 'quí', 'chương', 'phần', 'mục', 'hạng'],
  ...['loại', 'cấp', 'đoạn', 'đợt', 'vùng', 'bậc', 'nhóm', 'tập', 'khu', 'mức', 'độ', 'số', 'lớp', 'bảng', 'lục'],
]

/** Words after which 5/3 is a day, whatever it could mean otherwise. */
export const dateLeaders: readonly string[] = [
  ...['ngày', 'hôm', 'sáng', 'trưa', 'chiều', 'tối', 'đêm', 'từ', 'đến', 'tới', 'trước', 'sau', 'lễ', 'dịp', 'hạn'],
  ...['nhật', 'hai', 'ba', 'tư', 'năm', 'sáu', 'bảy', 'mùng', 'mồng', 'rằm', 'vào', 'nay', 'mai', 'khánh'],
]

/** Words after which 20/11 is a house or a document: "số 20/11 đường Lê Lợi". */
export const plainStrokeLeaders: readonly string[] = ['số', 'nhà', 'hẻm', 'ngõ', 'ngách', 'kiệt', 'đường', 'thửa', 'tờ']

/** Words before which 2/3 is a part of something: "2/3 số hộ". */
export const fractionFollowers: readonly string[] = [
  ...['số', 'dân', 'diện', 'tổng', 'hộ', 'người', 'lượng', 'đại', 'thành', 'chặng', 'quãng', 'thời', 'phần', 'nhân'],
]

/** Days that everybody names by their date, so that 2/9 is not two ninths. */
export const knownDays: readonly string[] = [
  ...['3/2', '27/2', '8/3', '26/3', '10/3', '30/4', '1/5', '7/5', '15/5', '19/5', '1/6', '5/6', '21/6', '28/6'],
  ...['27/7', '19/8', '2/9', '10/10', '13/10', '20/10', '9/11', '18/11', '20/11', '22/12'],
]

/** The names of the letters, for abbreviations that nobody has listed. */
export const letterNames: Readonly<Record<string, string>> = {
  ...{ B: 'bê', C: 'xê', D: 'dê', Đ: 'đê', F: 'ép', G: 'giê', H: 'hát', J: 'gi', K: 'ca', L: 'lờ', M: 'mờ', N: 'nờ' },
  ...{ P: 'pê', Q: 'quy', R: 'rờ', S: 'ét', T: 'tê', V: 'vê', W: 'vê kép', X: 'ích', Z: 'dét' },
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { abbreviations, shorthand, titles } from '#server/audio/speech-table.ts'
import { normaliseSpeechText } from '#server/audio/speech-text.ts'

const cases: Record<string, [written: string, spoken: string][]> = {
  dates: [
    ['20/11/2026', 'ngày hai mươi tháng mười một năm hai nghìn không trăm hai mươi sáu'],
    ['ngày 20/11/2026', 'ngày hai mươi tháng mười một năm hai nghìn không trăm hai mươi sáu'],
    ['Ngày 05.04.2026', 'Ngày năm tháng tư năm hai nghìn không trăm hai mươi sáu'],
    ['ngày 20 - 11 - 2026', 'ngày hai mươi tháng mười một năm hai nghìn không trăm hai mươi sáu'],
    ['2026-11-20', 'ngày hai mươi tháng mười một năm hai nghìn không trăm hai mươi sáu'],
    ['20/11', 'ngày hai mươi tháng mười một'],
    ['ngày 20-11', 'ngày hai mươi tháng mười một'],
    ['sáng 5/3', 'sáng ngày năm tháng ba'],
    ['thứ hai, 05/03.', 'thứ hai, ngày năm tháng ba.'],
    ['dịp lễ 30/4 - 1/5', 'dịp lễ ngày ba mươi tháng tư đến ngày một tháng năm'],
    ['Quốc khánh 2/9', 'Quốc khánh ngày hai tháng chín'],
    ['từ 20-25/11/2026', 'từ ngày hai mươi đến ngày hai mươi lăm tháng mười một năm hai nghìn không trăm hai mươi sáu'],
    ['từ ngày 01 đến 15/11', 'từ ngày một đến ngày mười lăm tháng mười một'],
    ['mùng 3/2', 'mùng ba tháng hai'],
    ['tháng 11/2026', 'tháng mười một năm hai nghìn không trăm hai mươi sáu'],
    ['tháng 4', 'tháng tư'],
    ['quý 4/2026', 'quý bốn năm hai nghìn không trăm hai mươi sáu'],
    ['năm 2020-2025', 'năm hai nghìn không trăm hai mươi đến hai nghìn không trăm hai mươi lăm'],
    ['31/13', 'ba mươi mốt trên mười ba'],
  ],
  'what looks like a date': [
    ['2/3 số hộ', 'hai phần ba số hộ'],
    ['đến 2/3 dân số', 'đến hai phần ba dân số'],
    ['nhà số 20/11 đường Lê Lợi', 'nhà số hai mươi trên mười một đường Lê Lợi'],
    ['trực 24/24, 24/7', 'trực hai mươi tư trên hai mươi tư, hai mươi tư trên bảy'],
    ['Nghị định 13/2023/NĐ-CP', 'Nghị định mười ba năm hai nghìn không trăm hai mươi ba, Chính phủ'],
    ['Văn bản 13/KH-UBND', 'Văn bản mười ba, kế hoạch ủy ban nhân dân'],
    ['Chỉ thị số 05-CT/TW', 'Chỉ thị số năm, trung ương'],
    ['Luật số 16/2023/QH15', 'Luật số mười sáu năm hai nghìn không trăm hai mươi ba, Quốc hội khóa mười lăm'],
    ['xe 29A-123.45', 'xe hai chín A, một hai ba bốn năm'],
    ['Quyết định 05/2024', 'Quyết định năm năm hai nghìn không trăm hai mươi tư'],
  ],
  times: [
    ['7h30', 'bảy giờ ba mươi phút'],
    ['7h30 phút', 'bảy giờ ba mươi phút'],
    ['07:30', 'bảy giờ ba mươi phút'],
    ['7g30', 'bảy giờ ba mươi phút'],
    ['lúc 17h.', 'lúc mười bảy giờ.'],
    ['17h00', 'mười bảy giờ'],
    ['7h05’', 'bảy giờ năm phút'],
    ['06:15:30', 'sáu giờ mười lăm phút ba mươi giây'],
    ['7h-9h30', 'bảy giờ đến chín giờ ba mươi phút'],
    ["8h00' - 11h30'", 'tám giờ đến mười một giờ ba mươi phút'],
    ['CN (23/11)', 'chủ nhật (ngày hai mươi ba tháng mười một)'],
    ['mưa 100mm/24h', 'mưa một trăm mi li mét trên hai mươi tư giờ'],
    ['7-9h', 'bảy đến chín giờ'],
    ['từ 7:00 – 11:30', 'từ bảy giờ đến mười một giờ ba mươi phút'],
    ['7h30 ngày 20/11', 'bảy giờ ba mươi phút ngày hai mươi tháng mười một'],
    ["15'", 'mười lăm phút'],
    ['tỷ lệ 1:10', 'tỷ lệ một trên mười'],
  ],
  numbers: [
    ['1.250 hộ', 'một nghìn hai trăm năm mươi hộ'],
    ['1\u00a0250\u00a0000 người', 'một triệu hai trăm năm mươi nghìn người'],
    ['05 bộ hồ sơ', 'năm bộ hồ sơ'],
    ['10-15 người', 'mười đến mười lăm người'],
    ['1,5 triệu', 'một phẩy năm triệu'],
    ['mục 1.2.3', 'mục một chấm hai chấm ba'],
    ['thứ 4, lần thứ 1', 'thứ tư, lần thứ nhất'],
    ['QL1A', 'quốc lộ một A'],
    ['cúm H5N1', 'cúm H năm N một'],
    ['Năm 2026.', 'Năm hai nghìn không trăm hai mươi sáu.'],
  ],
  money: [
    ['1.250.000 đồng', 'một triệu hai trăm năm mươi nghìn đồng'],
    ['1.250.000đ', 'một triệu hai trăm năm mươi nghìn đồng'],
    ['500k', 'năm trăm nghìn đồng'],
    ['50.000 VNĐ', 'năm mươi nghìn đồng'],
    ['1,5 triệu đ/người', 'một phẩy năm triệu đồng một người'],
    ['50.000 đ/người/tháng', 'năm mươi nghìn đồng một người một tháng'],
    ['20.000-30.000 đ/kg', 'hai mươi nghìn đến ba mươi nghìn đồng một ki lô gam'],
    ['2 tỷ VNĐ', 'hai tỷ đồng'],
    ['$100', 'một trăm đô la'],
    ['100 USD', 'một trăm đô la Mỹ'],
  ],
  quantities: [
    ['5%', 'năm phần trăm'],
    ['5 - 10 %', 'năm đến mười phần trăm'],
    ['98,5%', 'chín mươi tám phẩy năm phần trăm'],
    ['25°C', 'hai mươi lăm độ xê'],
    ['38–40oC', 'ba mươi tám đến bốn mươi độ xê'],
    ['xuống -2°C', 'xuống âm hai độ xê'],
    ['120 km', 'một trăm hai mươi ki lô mét'],
    ['60km/h', 'sáu mươi ki lô mét trên giờ'],
    ['500 m2', 'năm trăm mét vuông'],
    ['3,5ha', 'ba phẩy năm héc ta'],
    ['100-150mm', 'một trăm đến một trăm năm mươi mi li mét'],
    ['10 kg gạo', 'mười ki lô gam gạo'],
    ['giá một m2', 'giá một mét vuông'],
    ['5 hộ', 'năm hộ'],
    ['giảm 3,1%/năm', 'giảm ba phẩy một phần trăm một năm'],
    ['2 con/hộ', 'hai con một hộ'],
    ['ảnh 3x4 cm', 'ảnh ba nhân bốn xen ti mét'],
  ],
  telephones: [
    ['0912.345.678', 'không chín một hai, ba bốn năm, sáu bảy tám'],
    ['ĐT: 0912345678', 'điện thoại: không chín một hai, ba bốn năm, sáu bảy tám'],
    ['(028) 3822 1234', '(không hai tám) ba nghìn tám trăm hai mươi hai một nghìn hai trăm ba mươi tư'],
    ['+84 912 345 678', 'cộng tám bốn, chín một hai, ba bốn năm, sáu bảy tám'],
    ['1900 1234', 'một chín không không, một hai ba bốn'],
    ['gọi 114', 'gọi một một bốn'],
    ['gọi 113, 114 hoặc 115', 'gọi một một ba, một một bốn hoặc một một năm'],
    ['Tổng đài 1022', 'Tổng đài một không hai hai'],
    ['114 hộ', 'một trăm mười bốn hộ'],
    ['CCCD 001099012345', 'căn cước công dân không không một, không chín chín, không một hai, ba bốn năm'],
  ],
  'Roman numerals': [
    ['Đại hội XIV', 'Đại hội mười bốn'],
    ['thế kỷ XXI', 'thế kỷ hai mươi mốt'],
    ['quý IV', 'quý bốn'],
    ['lần thứ IV', 'lần thứ tư'],
    ['II. Nội dung', 'hai. Nội dung'],
    ['ông MC', 'ông mờ xê'],
  ],
  abbreviations: [
    ['UBND xã', 'ủy ban nhân dân xã'],
    ['ubnd xã', 'ủy ban nhân dân xã'],
    ['HĐND&UBND', 'hội đồng nhân dân và ủy ban nhân dân'],
    ['làm CCCD, BHYT', 'làm căn cước công dân, bảo hiểm y tế'],
    ['TP. Huế', 'thành phố Huế'],
    ['TP.HCM', 'thành phố Hồ Chí Minh'],
    ['P. Bến Nghé, Q.1', 'phường Bến Nghé, quận một'],
    ['KP. 3, TDP 5, KP3', 'khu phố ba, tổ dân phố năm, khu phố ba'],
    ['CĐS', 'chuyển đổi số'],
    ['Sở GD&ĐT', 'Sở giáo dục và đào tạo'],
    ['Đ/c Lan', 'đồng chí Lan'],
    ['rau, củ, v.v.', 'rau, củ, vân vân.'],
    ['Công ty BKL', 'Công ty bê ca lờ'],
    ['Covid-19', 'cô vít mười chín'],
    ['THÔNG BÁO', 'THÔNG BÁO'],
    // "Ủy" typed as a letter and two combining marks
    ['U\u0309y ban 5 ng\u01b0\u01a1\u0300i', 'Ủy ban năm người'],
  ],
  'the rest': [
    ['https://dichvucong.gov.vn.', 'dichvucong chấm gov chấm vn.'],
    ['xa@lao-cai.gov.vn', 'xa a còng lao gạch cai chấm gov chấm vn'],
    ['Thông báo\n- Việc một\n- Việc hai', 'Thông báo. Việc một. Việc hai'],
    ['[[h@l]] **đậm** 😀', 'h a còng l đậm'],
    ['', ''],
  ],
}

describe.each(Object.entries(cases))('%s', (_kind, rows) => {
  test.each(rows)('%s', (written, spoken) => expect(normaliseSpeechText(written)).toBe(spoken))
})

test('a whole bulletin', () => {
  const written = `UBND xã thông báo: lúc 7h30 ngày 20/11/2026, tại NVH KP. 3, tổ chức cấp CCCD cho 1.250 người.
Lệ phí 30.000đ/người. Liên hệ: 0912 345 678 (Đ/c Hùng).`
  expect(normaliseSpeechText(written)).toBe(
    'ủy ban nhân dân xã thông báo: lúc bảy giờ ba mươi phút ngày hai mươi tháng mười một năm hai nghìn không trăm ' +
      'hai mươi sáu, tại nhà văn hóa khu phố ba, tổ chức cấp căn cước công dân cho một nghìn hai trăm năm mươi ' +
      'người. Lệ phí ba mươi nghìn đồng một người. Liên hệ: không chín một hai, ba bốn năm, sáu bảy tám ' +
      '(đồng chí Hùng).',
  )
})

test('every line of the table is read as it says', () => {
  for (const [key, words] of [...Object.entries(abbreviations), ...Object.entries(shorthand)]) {
    expect([key, normaliseSpeechText(`ở ${key} này`)]).toEqual([key, `ở ${words} này`])
  }
  for (const [key, words] of Object.entries(titles)) {
    expect([key, normaliseSpeechText(`ở ${key} Mai`)]).toEqual([key, `ở ${words} Mai`])
  }
})

test('no digit is left to the voice, and a second reading changes nothing', () => {
  const piece = fc.constantFrom(
    '1',
    '20',
    '/',
    '-',
    '.',
    ',',
    ':',
    'h',
    ' ',
    '%',
    'km',
    'đ',
    'ngày ',
    'UBND',
    'XIV',
    '\n',
    '0912',
    '°C',
    "'",
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      expect(normaliseSpeechText(pieces.join(''))).not.toMatch(/\d/)
    }),
  )
})

describe('long texts stay linear', () => {
  // Not a stopwatch: a quadratic rule would need minutes for these, and the test would run into its time limit.
  const long = 200_000
  test.each([
    ['digits', '1'.repeat(long)],
    ['zeros', '0'.repeat(long)],
    ['groups', '1.111'.repeat(long / 5)],
    ['dates', '1/'.repeat(long / 2)],
    ['dashes', '1-'.repeat(long / 2)],
    ['dashes and spaces', '1 - '.repeat(long / 4)],
    ['times', '1:'.repeat(long / 2)],
    ['spaces', `1${' '.repeat(long)}km`],
    ['telephone', '0 1'.repeat(long / 3)],
    ['capitals', 'X'.repeat(long)],
    ['letters', 'a'.repeat(long)],
    ['addresses', 'a.'.repeat(long / 2)],
    ['strokes', `1/${'a/'.repeat(long / 2)}`],
    ['line breaks', '\n '.repeat(long / 2)],
    ['brackets', '['.repeat(long)],
    ['points', '.'.repeat(long)],
    ['quotes', "1'".repeat(long / 2)],
    ['minus', '-'.repeat(long)],
  ])(
    '%s',
    (_name, text) => {
      expect(normaliseSpeechText(text)).not.toMatch(/\d/)
    },
    5_000,
  )
})

/**
 * Languages that commune loudspeakers speak in Viet Nam: the national one, and those of the peoples to whom local
 * stations broadcast. Codes are BCP 47: the two letters where there are, else the three of ISO 639-3. Where one people
 * speaks several languages that have codes of their own, each stands here under the name by which it is known. Any other
 * BCP 47 tag is accepted too: this table names, it does not forbid.
 */
export interface SpokenLanguage {
  readonly code: string
  readonly vi: string
  readonly en: string
}

/** The language of whoever asks for no other. */
export const NATIONAL_LANGUAGE = 'vi'

export const languages: readonly SpokenLanguage[] = [
  { code: NATIONAL_LANGUAGE, vi: 'Tiếng Việt', en: 'Vietnamese' },
  { code: 'tyz', vi: 'Tiếng Tày', en: 'Tày' },
  { code: 'blt', vi: 'Tiếng Thái (Thái Đen)', en: 'Thái (Tai Dam)' },
  { code: 'twh', vi: 'Tiếng Thái (Thái Trắng)', en: 'Thái (Tai Dón)' },
  { code: 'mtq', vi: 'Tiếng Mường', en: 'Mường' },
  { code: 'km', vi: 'Tiếng Khmer', en: 'Khmer' },
  { code: 'hmn', vi: 'Tiếng H’Mông', en: 'Hmong' },
  { code: 'nut', vi: 'Tiếng Nùng', en: 'Nùng' },
  { code: 'ium', vi: 'Tiếng Dao', en: 'Dao (Iu Mien)' },
  { code: 'yue', vi: 'Tiếng Hoa (Quảng Đông)', en: 'Chinese (Cantonese)' },
  { code: 'zh', vi: 'Tiếng Hoa (phổ thông)', en: 'Chinese (Mandarin)' },
  { code: 'jra', vi: 'Tiếng Gia Rai', en: 'Jarai' },
  { code: 'rad', vi: 'Tiếng Ê Đê', en: 'Rade' },
  { code: 'bdq', vi: 'Tiếng Ba Na', en: 'Bahnar' },
  { code: 'sed', vi: 'Tiếng Xơ Đăng', en: 'Sedang' },
  { code: 'mlc', vi: 'Tiếng Sán Chay (Cao Lan)', en: 'Cao Lan' },
  { code: 'kpm', vi: 'Tiếng Cơ Ho', en: 'Koho' },
  { code: 'cjm', vi: 'Tiếng Chăm (Ninh Thuận, Bình Thuận)', en: 'Eastern Cham' },
  { code: 'cja', vi: 'Tiếng Chăm (An Giang)', en: 'Western Cham' },
  { code: 'hre', vi: 'Tiếng Hrê', en: 'Hre' },
  { code: 'rog', vi: 'Tiếng Raglai', en: 'Northern Roglai' },
  { code: 'mng', vi: 'Tiếng M’Nông (Đông)', en: 'Eastern Mnong' },
  { code: 'cmo', vi: 'Tiếng M’Nông (Trung)', en: 'Central Mnong' },
  { code: 'sti', vi: 'Tiếng Xtiêng', en: 'Bulo Stieng' },
  { code: 'bru', vi: 'Tiếng Bru – Vân Kiều', en: 'Eastern Bru' },
  { code: 'ktv', vi: 'Tiếng Cơ Tu', en: 'Eastern Katu' },
  { code: 'pac', vi: 'Tiếng Pa Cô', en: 'Pacoh' },
  { code: 'tth', vi: 'Tiếng Tà Ôi', en: 'Upper Ta’oih' },
  { code: 'jeh', vi: 'Tiếng Giẻ Triêng', en: 'Jeh' },
  { code: 'cua', vi: 'Tiếng Co', en: 'Cua' },
  { code: 'cma', vi: 'Tiếng Mạ', en: 'Maa' },
  { code: 'crw', vi: 'Tiếng Chơ Ro', en: 'Chrau' },
  { code: 'cje', vi: 'Tiếng Chu Ru', en: 'Chru' },
  { code: 'kjg', vi: 'Tiếng Khơ Mú', en: 'Khmu' },
  { code: 'puo', vi: 'Tiếng Xinh Mun', en: 'Puoc' },
  { code: 'pcc', vi: 'Tiếng Giáy', en: 'Bouyei (Giáy)' },
  { code: 'hni', vi: 'Tiếng Hà Nhì', en: 'Hani' },
  { code: 'lhu', vi: 'Tiếng La Hủ', en: 'Lahu' },
  { code: 'khb', vi: 'Tiếng Lự', en: 'Lü' },
  { code: 'lo', vi: 'Tiếng Lào', en: 'Lao' },
  { code: 'pha', vi: 'Tiếng Pà Thẻn', en: 'Pa-Hng' },
  { code: 'en', vi: 'Tiếng Anh', en: 'English' },
]

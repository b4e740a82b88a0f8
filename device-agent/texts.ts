/** What a technician reads on the terminal, Vietnamese first. Each says what happened, and what to do. */
export const texts = {
  usage: {
    vi: `Loa Xã – chương trình trên cụm loa

  loaxa-agent                          chạy (mặc định)
  loaxa-agent enrol <máy chủ> <mã>     đăng ký cụm loa này với máy chủ
      --replace                        thay cho lần đăng ký trước trên chính thiết bị này
      --allow-insecure                 cho phép http:// (chỉ dùng trong mạng riêng tin cậy)
  loaxa-agent repin <máy chủ> <mã>     ghim lại khóa của máy chủ; giữ nguyên đăng ký và sổ phát
  loaxa-agent status                   cho biết thiết bị này đã đăng ký chưa, đang giữ gì
  loaxa-agent --version | --help

Các thiết lập đọc từ biến môi trường LOAXA_… (xem docs/settings.md).`,
    en: `Loa Xã – the program on the speaker

  loaxa-agent                          run (default)
  loaxa-agent enrol <server> <code>    enrol this speaker with the server
      --replace                        in place of an earlier enrolment on this very device
      --allow-insecure                 allow http:// (only within a private network that you trust)
  loaxa-agent repin <server> <code>    pin the server's key anew; enrolment and ledger stay
  loaxa-agent status                   tell whether this device is enrolled and what it holds
  loaxa-agent --version | --help

Settings are read from environment variables LOAXA_… (see docs/settings.md).`,
  },
  'unknown-command': {
    vi: 'Không hiểu lệnh “{command}”. Gõ loaxa-agent --help để xem cách dùng.',
    en: 'Unknown command “{command}”. Try loaxa-agent --help.',
  },
  'bad-setting': {
    vi: 'Thiết lập sai: {error}. Hãy sửa biến môi trường này rồi chạy lại.',
    en: 'A setting is wrong: {error}. Correct this environment variable and start again.',
  },
  'not-enrolled': {
    vi: 'Thiết bị này chưa đăng ký. Hãy tạo mã trên trang điều khiển rồi gõ: loaxa-agent enrol <máy chủ> <mã>',
    en: 'This device is not enrolled. Make a code in the console, then type: loaxa-agent enrol <server> <code>',
  },
  'identity-corrupt': {
    vi: 'Không đọc được danh tính của thiết bị; tệp hỏng được giữ ở {aside}. Hãy khôi phục tệp đó, hoặc tạo mã thay thế trên trang điều khiển và đăng ký lại.',
    en: 'The identity of this device cannot be read; the damaged file is kept as {aside}. Restore it, or make a replacement code in the console and enrol again.',
  },
  'hardware-changed': {
    vi: 'Thẻ nhớ này được đăng ký trên phần cứng khác ({enrolled}), đang chạy trên {actual}. Thiết bị không phát. Hãy tạo mã thay thế và đăng ký lại với --replace.',
    en: 'This card was enrolled on other hardware ({enrolled}) and now runs on {actual}. The device does not play. Make a replacement code and enrol again with --replace.',
  },
  'no-serial': {
    vi: 'Không đọc được số sê-ri của phần cứng. Hãy đặt LOAXA_HARDWARE_SERIAL.',
    en: 'The serial number of this hardware cannot be read. Set LOAXA_HARDWARE_SERIAL.',
  },
  'already-running': {
    vi: 'Một tiến trình khác đang chạy với cùng thư mục {stateDir}.',
    en: 'Another process is already running on the same directory {stateDir}.',
  },
  'state-unwritable': {
    vi: 'Không ghi được vào {stateDir}: {error}. Hãy kiểm tra quyền của thư mục và chỗ trống trên thẻ nhớ.',
    en: '{stateDir} cannot be written: {error}. Check the folder’s permissions and the free space on the card.',
  },
  'server-missing': {
    vi: 'Thiếu địa chỉ máy chủ hoặc mã. Cách dùng: loaxa-agent enrol <máy chủ> <mã>',
    en: 'The server’s address or the code is missing. Usage: loaxa-agent enrol <server> <code>',
  },
  'bad-server': {
    vi: '“{server}” không phải là địa chỉ máy chủ, ví dụ https://loaxa.example.vn',
    en: '“{server}” is not the address of a server, for example https://loaxa.example.vn',
  },
  'bad-code': {
    vi: 'Mã không đúng dạng XXXX-XXXX-XXXX-XXXX.XXXX-XXXX-XXXX-XXXX. Hãy chép lại đúng cả hai phần của mã.',
    en: 'The code is not of the form XXXX-XXXX-XXXX-XXXX.XXXX-XXXX-XXXX-XXXX. Copy both of its parts.',
  },
  insecure: {
    vi: 'Địa chỉ {server} không mã hóa, khóa bí mật của thiết bị sẽ bị lộ. Hãy dùng https://, hoặc thêm --allow-insecure nếu đây là mạng riêng tin cậy.',
    en: '{server} is not encrypted: the device’s secret could be read on the way. Use https://, or add --allow-insecure within a private network that you trust.',
  },
  'already-enrolled': {
    vi: 'Thiết bị này đã đăng ký là “{device}” ({area}). Muốn thay, hãy dùng mã thay thế và thêm --replace.',
    en: 'This device is already enrolled as “{device}” ({area}). To replace that, use a replacement code and add --replace.',
  },
  unreachable: {
    vi: 'Không kết nối được với {server}: {error}. Hãy kiểm tra mạng, địa chỉ và đồng hồ của thiết bị, rồi gõ lại đúng lệnh này.',
    en: '{server} cannot be reached: {error}. Check the network, the address and this device’s clock, then repeat this very command.',
  },
  'enrolled-unchecked': {
    vi: 'Thiết bị này đã đăng ký là “{device}” ({area}) bằng chính mã này, nhưng không hỏi được {server} xem đăng ký còn hiệu lực không: {error}. Hãy kiểm tra mạng rồi gõ lại đúng lệnh này.',
    en: 'This device was enrolled as “{device}” ({area}) with this very code, but {server} could not be asked whether that still stands: {error}. Check the network, then repeat this very command.',
  },
  refused: {
    vi: 'Máy chủ từ chối ({status}): {detail}',
    en: 'The server refused ({status}): {detail}',
  },
  'bad-answer': {
    vi: 'Câu trả lời của {server} không phải của máy chủ Loa Xã: {error}. Hãy kiểm tra địa chỉ.',
    en: 'The answer of {server} is not that of a Loa Xã server: {error}. Check the address.',
  },
  'wrong-server': {
    vi: 'Máy chủ trả lời không phải là máy chủ đã cấp mã này (khóa không khớp). Không đăng ký. Hãy kiểm tra địa chỉ và mã.',
    en: 'The server that answered is not the one that gave out this code (its key does not match). Nothing was enrolled. Check the address and the code.',
  },
  repinned: {
    vi: 'Đã ghim lại khóa của máy chủ cho “{device}”, {area}. Hãy khởi động lại: sudo systemctl restart loaxa-agent',
    en: 'The server’s key is pinned anew for “{device}”, {area}. Start again: sudo systemctl restart loaxa-agent',
  },
  enrolled: {
    vi: 'Đã đăng ký: “{device}”, {area}.',
    en: 'Enrolled: “{device}”, {area}.',
  },
  status: {
    vi: 'Cụm loa “{device}” ({area}), mã số {id}\nĐăng ký lúc {enrolledAt}, phần cứng {hardware}\nLịch phát: bản {revision}, đến {horizon}',
    en: 'Speaker “{device}” ({area}), id {id}\nEnrolled {enrolledAt}, hardware {hardware}\nSchedule: revision {revision}, until {horizon}',
  },
} as const satisfies Record<string, { vi: string; en: string }>

export type TextKey = keyof typeof texts

/** The sentence in the reader's language, its `{names}` filled in. */
export function say(language: 'vi' | 'en', key: TextKey, values: Readonly<Record<string, string>> = {}): string {
  return texts[key][language].replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}

/** What the demo says in the terminal: Vietnamese unless the terminal's language is English. */
const vi = {
  starting: 'Đang khởi động máy chủ (cơ sở dữ liệu và MQTT đi kèm)…',
  serverReady: (url: string) => `Máy chủ đã chạy: ${url}`,
  worldReady: 'Đã tạo xã Hòa Bình với ba thôn, người soạn và người duyệt là hai tài khoản khác nhau.',
  enrolled: (name: string) => `Cụm loa "${name}" đã ghép nối và đang chạy.`,
  speaking: 'Đang đọc bản tin thành tiếng…',
  approved: (seconds: string) => `Bản tin dài ${seconds} giây đã được người duyệt duyệt.`,
  scheduled: (time: string) => `Đã lên lịch phát lúc ${time} cho cả ba thôn.`,
  ready: (ready: number, total: number) => `Sẵn sàng: ${ready}/${total} cụm loa đã tải xong.`,
  playing: (playing: number, total: number) => `ĐANG PHÁT trên ${playing}/${total} cụm loa.`,
  played: (played: number, total: number) => `Đã phát xong trên ${played}/${total} cụm loa.`,
  airtime: 'Thời lượng phát sóng (giây):',
  area: 'Địa bàn',
  expected: 'dự kiến',
  heard: 'đã phát',
  listen: (files: string[]) =>
    `Máy này không có loa: mỗi cụm loa phát ra một tệp, nghe bằng trình phát bất kỳ:\n  ${files.join('\n  ')}`,
  listenCard: 'Ba cụm loa phát ra loa của máy này.',
  open: 'Mở trang điều khiển (mỗi đường dẫn đăng nhập được một lần, trong 24 giờ):',
  asAdministrator: 'Quản trị ',
  asEditor: 'Người soạn',
  asApprover: 'Người duyệt',
  stopHint: 'Nhấn Ctrl-C để dừng tất cả.',
  stopping: 'Đang dừng…',
  stopped: 'Đã dừng tất cả.',
  portInUse: (port: number) =>
    `Cổng ${port} đang được dùng. Hãy dừng chương trình đó, hoặc chạy: HTTP_PORT=${port + 1} npm run demo`,
  failed: (reason: string) => `Không chạy được bản thử: ${reason}`,
  agentEnded: (name: string, code: string) => `Cụm loa "${name}" đã dừng bất thường (mã ${code}).`,
}

const en: typeof vi = {
  starting: 'Starting the server (with its own database and MQTT broker)…',
  serverReady: (url) => `The server runs: ${url}`,
  worldReady: 'Made the commune Hòa Bình with three villages; author and approver are two accounts.',
  enrolled: (name) => `Speaker "${name}" is enrolled and running.`,
  speaking: 'Having the bulletin read aloud…',
  approved: (seconds) => `The bulletin, ${seconds} s long, was approved by the approver.`,
  scheduled: (time) => `Scheduled for ${time} in all three villages.`,
  ready: (ready, total) => `Ready: ${ready} of ${total} speakers hold it.`,
  playing: (playing, total) => `PLAYING on ${playing} of ${total} speakers.`,
  played: (played, total) => `Played to its end on ${played} of ${total} speakers.`,
  airtime: 'Airtime (seconds):',
  area: 'Area',
  expected: 'expected',
  heard: 'played',
  listen: (files) =>
    `This machine has no sound card: each speaker plays into a file, listen with any player:\n  ${files.join('\n  ')}`,
  listenCard: 'The three speakers play through this machine’s sound card.',
  open: 'Open the console (each link signs in once, within 24 hours):',
  asAdministrator: 'Administrator',
  asEditor: 'Author       ',
  asApprover: 'Approver     ',
  stopHint: 'Press Ctrl-C to stop everything.',
  stopping: 'Stopping…',
  stopped: 'Everything is stopped.',
  portInUse: (port) => `Port ${port} is in use. Stop that program, or run: HTTP_PORT=${port + 1} npm run demo`,
  failed: (reason) => `The demo could not run: ${reason}`,
  agentEnded: (name, code) => `Speaker "${name}" ended unexpectedly (code ${code}).`,
}

export type DemoTexts = typeof vi

/** `locale` as in LC_ALL, LC_MESSAGES or LANG. */
export const demoTexts = (locale: string): DemoTexts => (/^en/i.test(locale) ? en : vi)
